"""The commands that write files of this project from its contracts, models and expectations: sources, dictionary, docs, data-docs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.refusing import refuses_faults
from dagster_project.console import out, refuse
from dagster_project.on_disk import holds_text
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(sources)
    app.command()(dictionary)
    app.command()(lineage)
    app.command()(docs)
    app.command("data-docs")(data_docs)


@refuses_faults
def sources() -> None:
    """按约定重写 dbt 源和暂存模型 / rewrite the dbt sources and staging models from the contracts."""
    from dagster_project.contracts import load_contracts
    from dagster_project.contracts.dbt_files import write_dbt_files

    settings = Settings()
    changed = write_dbt_files(
        load_contracts(settings.contracts_dir).values(), settings.dbt_project_dir / "models" / "staging"
    )
    out.print("、".join(str(path) for path in changed) or "没有变化")


@refuses_faults
def dictionary(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only see whether it is current")] = False,
) -> None:
    """按约定、模型和种子重写数据字典 / rewrite docs/data_dictionary.md."""
    from dagster_project.building.manifest import ensure_manifest
    from dagster_project.contracts import load_contracts
    from dagster_project.dictionary.write import UndescribedError
    from dagster_project.dictionary.write import dictionary as write

    settings = Settings()
    settings.export_to_environment()
    try:
        text = write(
            load_contracts(settings.contracts_dir), ensure_manifest(settings), settings.dbt_project_dir / "seeds"
        )
    except UndescribedError as error:
        refuse(str(error))
    if _keep_current(settings.data_dictionary, text, "dictionary" if check else ""):
        out.print(f"已写 {settings.data_dictionary}")


@refuses_faults
def lineage(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only see whether it is current")] = False,
) -> None:
    """按上次夜间任务的 SQL 重写列的来源 / trace again what each column is made of, through the SQL of the last night."""
    import json

    from dagster_project.building.manifest import ensure_manifest
    from dagster_project.lineage.kept import FILE, kept_text, traced

    settings = Settings()
    settings.export_to_environment()
    compiled = settings.dbt_target_dir / "compiled" / "jixiao"
    manifest = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))
    if not settings.warehouse_path.is_file() or not compiled.is_dir():
        refuse(f"没有 {settings.warehouse_path} 或它的 SQL;请先运行 jixiao nightly")
    try:
        found = traced(manifest, compiled, settings.warehouse_path, settings.landing_dir)
    except FileNotFoundError as error:
        refuse(f"模型 {error.filename} 还没有建过;请先运行 jixiao nightly")
    text = kept_text(found, manifest)
    if _keep_current(FILE, text, "lineage" if check else ""):
        out.print(f"已写 {FILE}:{len(found)} 个模型,{sum(map(len, found.values())):,} 列")


def _keep_current(path: Path, text: str, checked: str) -> bool:
    """Write a file that is not current, and say where it is; where a command ``checked`` it, refuse instead."""
    if holds_text(path, text):
        out.print(f"{path} 已是最新")
        return False
    if checked:
        refuse(f"{path} 不是最新,请运行 jixiao {checked}")
    path.write_text(text, encoding="utf-8")
    return True


@refuses_faults
def docs() -> None:
    """生成 dbt 文档(一个 HTML 文件)/ write the dbt docs as one page; needs a warehouse."""
    import subprocess

    from dagster_project.contracts import load_contracts

    settings = Settings()
    load_contracts(settings.contracts_dir)  # what is wrong with one is said before dbt starts
    if not settings.warehouse_path.is_file():
        refuse(f"没有 {settings.warehouse_path};请先运行 jixiao nightly")
    dbt = str(Path(sys.executable).with_name("dbt"))
    places = ["--project-dir", str(settings.dbt_project_dir), "--profiles-dir", str(settings.dbt_project_dir)]
    done = subprocess.run(  # noqa: S603
        [dbt, "--quiet", "docs", "generate", "--static", *places], env=settings.child_environment(), check=False
    )
    if done.returncode:
        raise typer.Exit(1)
    out.print(f"已写 {settings.dbt_target_dir / 'static_index.html'}")


@refuses_faults
def data_docs() -> None:
    """生成 Great Expectations 的数据检查网页(Data Docs)/ write what must hold of ledgers and tables, and whether it does, as pages."""
    from dagster_project.contracts import load_contracts
    from dagster_project.portal.site import write_portal
    from dagster_project.publishing import PublishError, current_version
    from dagster_project.quality.data_docs import write_data_docs
    from dagster_project.quality.expectation_files import ExpectationFault, read_suites
    from dagster_project.quality.landed_suites import landed_suites
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation

    settings = Settings()
    if not settings.warehouse_path.is_file():
        refuse(f"没有 {settings.warehouse_path};请先运行 jixiao nightly")
    try:
        version = current_version(settings.serving_dir).path
        suites = [
            *landed_suites(load_contracts(settings.contracts_dir).values()),
            *read_suites(settings.expectations_dir).values(),
        ]
    except (ExpectationFault, PublishError) as error:
        refuse(str(error))
    written = write_data_docs(settings.warehouse_path, suites, settings.data_docs_dir, settings.work_dir, version)
    out.print(f"{written.suites} 组、{written.rules} 条规则,{len(written.broken)} 组有不成立的")
    out.print(f"已写 {written.index}")
    try:
        write_portal(settings)  # its page on data quality leads there
    except UnknownEvaluation:
        return
