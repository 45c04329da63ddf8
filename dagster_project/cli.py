"""`jixiao`: the same commands for people, CI and schedules. Heavy imports wait until a command needs them.

Exit codes: 0 done; 1 the run failed and nothing was published, or something is not well; 2 the request cannot be carried out.
"""

from __future__ import annotations

import atexit
import functools
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

import typer
import typer.core
from pydantic import ValidationError
from rich.table import Table

from dagster_project import signing_commands
from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings, fault_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dagster_project.building.night import NightlyResult
    from dagster_project.ingestion.fingerprint import Fingerprint
    from dagster_project.publishing import PublishedVersion
    from dagster_project.reporting.passport import Component, SourceRow

P = ParamSpec("P")
R = TypeVar("R")


class Commands(typer.core.TyperGroup):
    """The commands; a setting that cannot be used is said before any of them does anything."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a command."""
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            if error.title != Settings.__name__:
                raise
            refuse("\n".join(fault_texts(error)))


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, help="部门整体支出绩效评价数据仓库")
signing_commands.add_to(app)
atexit.register(gc.freeze)  # a last look for garbage among all that was imported would take a second
Quiet = Annotated[bool, typer.Option("--quiet", help="只输出错误 / print errors only")]


def refuses_faults(command: Callable[P, R]) -> Callable[P, R]:
    """A command that says in its own words, with exit code 2, what is wrong with the contracts or the drop."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except ValueError as error:
            from dagster_project.contracts import ContractError
            from dagster_project.ingestion.unread import DropError

            if not isinstance(error, ContractError | DropError):
                raise
            refuse(str(error))

    return run


@app.command()
@refuses_faults
def nightly(
    year: Annotated[int | None, typer.Option(help="打印该年度的数字 / print the figures of this year")] = None,
    as_of: Annotated[str, typer.Option(help="按该时刻已收到的文件计算,如 2023-07-01 / what was known then")] = "",
    quiet: Quiet = False,
) -> None:
    """载入报送文件,重建,检查,发布 / land, build, check, publish."""
    from dagster_project.as_of import AsOfError, as_of_text

    try:
        as_of = as_of_text(as_of)
    except AsOfError as error:
        refuse(str(error))
    from dagster_project.building.manifest import DbtParseError
    from dagster_project.building.night import quiet_night
    from dagster_project.building.one_at_a_time import BuildingElsewhere
    from dagster_project.building.plain_words import plain

    settings = Settings()
    seen: dict[Path, Fingerprint] = {}
    try:
        result = (None if as_of else quiet_night(settings, seen)) or _run_nightly(settings, as_of, quiet, seen)
    except DbtParseError as error:
        refuse(f"模型有错,dbt 读不下去;改正后重新运行,已发布的版本没有变。{error}")
    except BuildingElsewhere as error:
        refuse(str(error))
    except OSError as error:
        err.print(f"✗ {plain(str(error))}", style="red")
        raise typer.Exit(1) from error
    if not quiet:
        _print_landing(result)
    _print_problems(result.refused, result.unclaimed)
    _print_problems(result.notes, ())
    if not result.success:
        for reason in result.failures:
            err.print(f"✗ {reason}", style="red")
        err.print(f"未发布;读者仍看到版本 {result.version or '(无)'}。运行记录:{result.log_path}", style="red")
        raise typer.Exit(1)
    if not quiet:
        _print_outputs(settings, result, year, as_of)


def _run_nightly(settings: Settings, as_of: str, quiet: bool, seen: dict[Path, Fingerprint]) -> NightlyResult:
    from dagster_project.building.head_start import HeadStart

    def run(tell: Callable[[str], None]) -> NightlyResult:
        head_start = HeadStart(settings, seen, as_of)
        # dbt waits for what lands, and nothing waits for Dagster: its import, which takes seconds, comes after.
        tell("载入报送文件")
        head_start.wait_until_landed()  # or what keeps every file from landing is raised here
        from dagster_project.nightly_run import NightlyRun

        return NightlyRun(settings, as_of, head_start).execute(tell)

    gc.disable()  # there is little garbage in one night, and looking for it takes time
    try:
        if quiet or not out.is_terminal:
            return run(lambda text: None if quiet else out.print(f"· {text}"))
        with out.status("准备") as status:
            return run(lambda text: status.update(line(text)))
    finally:
        gc.enable()


def _print_landing(result: NightlyResult) -> None:
    counts = result.counts
    out.print(
        f"载入 {result.new_files} 个文件(未变 {result.unchanged_files} 个):读取 {counts['rows_read']:,} 行 = "
        f"载入 {counts['rows_accepted']:,} + 退回 {counts['rows_rejected']:,} + 空行 {counts['rows_blank']:,} "
        f"+ 表头、合计与注释 {counts['rows_notes']:,}"
    )


def _print_problems(refused: Sequence[str], unread: Sequence[str]) -> None:
    """Say what was not read, each with reason and remedy; quiet or not, every night while it lasts."""
    for text in (*refused, *unread):
        err.print(text, style="yellow")


def _print_outputs(settings: Settings, result: NightlyResult, year: int | None, as_of: str) -> None:
    from dagster_project.reporting.passport import figure_table

    current = settings.serving_dir / ("versions/" + result.version if as_of and result.version else "current")
    if year is not None:
        table = Table(title=f"{year} 年度数字")
        for name, justify in (("数字", "left"), ("名称", "left"), ("报告写法", "right"), ("佐证行数", "right")):
            table.add_column(name, justify=justify)  # type: ignore[arg-type]
        for figure_id, label, text, count in figure_table(current, year, settings.department_code):
            table.add_row(figure_id, label, text, f"{count:,}")
        out.print(table)
    word = "已发布新版本" if result.is_new_version else "没有变化,已发布版本未改动:"
    if as_of:
        word = f"{as_of} 时的状态存为版本(读者仍看到当前版本)"
    out.print(f"{word} {result.version}")
    out.print(f"数据库 {current / 'published.duckdb'}")
    out.print(f"Parquet {current}/<schema>/<table>.parquet")


@app.command()
@refuses_faults
def land(
    files: Annotated[
        list[Path] | None, typer.Argument(help="原始数据文件夹中的文件;不写则全部 / files of the drop")
    ] = None,
    withdrawals: Annotated[
        bool,
        typer.Option(
            "--withdrawals",
            help="撤回所有已不在原始数据文件夹中的文件 / withdraw every file that is gone, however many",
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """只载入报送文件 / land files only."""
    import dataclasses

    from dagster_project.contracts import load_contracts
    from dagster_project.ingestion.landing import land_drop

    settings = Settings()
    outside = [file for file in files or [] if not file.resolve().is_relative_to(settings.raw_dir.resolve())]
    if outside:
        refuse(f"{'、'.join(map(str, outside))} 不在 {settings.raw_dir} 中;请先放入该文件夹")
    if absent := [file for file in files or [] if not file.exists()]:
        refuse(f"找不到 {'、'.join(map(str, absent))};请核对文件名")
    with err.status("载入") if err.is_terminal and not quiet else _nothing() as status:
        report = land_drop(
            settings.raw_dir,
            settings.landing_dir,
            load_contracts(settings.contracts_dir),
            settings.department_code,
            only=files or None,
            limits=settings.limits,
            on_file=lambda name: status.update(line(name)) if status else None,
            keeping=dataclasses.replace(settings.keeping, withdraw_all=withdrawals),
        )
    if files and not (report.entries or report.unchanged or report.unread):
        refuse(f"{'、'.join(map(str, files))} 中没有台账文件")
    if not quiet:
        for entry in report.entries:
            if entry.status == "landed":
                kept = f"读取 {entry.rows_read:,} 行,载入 {entry.rows_accepted:,},退回 {entry.rows_rejected:,}"
                out.print(f"{entry.file}:{kept}")
        landed = sum(entry.status == "landed" for entry in report.entries)
        counts = f"新载入 {landed} 个,未变 {report.unchanged} 个"
        out.print(
            counts + (f",退回 {len(report.refused)} 个,未读取 {len(report.unread)} 个" if report.is_incomplete else "")
        )
    _print_problems(report.refusal_texts(settings.landing_dir), report.unread_texts())
    if report.is_incomplete:
        raise typer.Exit(1)


class _nothing:
    """No progress display: a context without a status."""

    def __enter__(self) -> None: ...

    def __exit__(self, *exception: object) -> None: ...


@app.command()
def evaluate(
    year: Annotated[int, typer.Argument(help="年度 / fiscal year")],
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    scheme: Annotated[str, typer.Option(help="评分方案,不写则用当年的方案 / scoring scheme")] = "",
    documents: Annotated[
        bool, typer.Option("--documents", help="生成 build/reports/<年度>/<部门>/ / write the report")
    ] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="数据不齐时生成草稿 / a draft although data are missing")
    ] = False,
    latest: Annotated[
        bool, typer.Option("--latest", help="看最新版本,而不是已签发的版本 / the newest version, not the certified one")
    ] = False,
) -> None:
    """打印评分表,或生成报告;已签发的年度用签发的版本 / print the scorecard, or write the documents. Exit code 1 where data are missing."""
    from dagster_project.publishing import PublishError, SignatureError
    from dagster_project.reporting.scorecard import UnknownEvaluation, read_scorecard
    from dagster_project.reporting.signing.signoff import version_to_show
    from dagster_project.reporting.terminal import print_scorecard

    settings = Settings()
    try:
        version, certified = version_to_show(settings, year, department or settings.department_code, latest)
        card = read_scorecard(version.path, year, department or settings.department_code, scheme or None)
    except (PublishError, SignatureError, UnknownEvaluation) as error:
        refuse(str(error))
    print_scorecard(out, card, version.version)
    if certified:
        out.print(f"该版本已由 {certified['by']} 于 {certified['at']} 签发;看最新版本请加 --latest")
    if documents or draft:
        _write_documents(settings, version, year, department, scheme, draft)
    if card.missing and not draft:
        raise typer.Exit(1)


def _write_documents(
    settings: Settings, version: PublishedVersion, year: int, department: str, scheme: str, draft: bool
) -> None:
    from dagster_project.reporting.binding import DocumentError
    from dagster_project.reporting.documents import documents_of_year
    from dagster_project.reporting.fonts import NoChineseFont

    try:
        written = documents_of_year(settings, version, year, department, scheme or None, draft)
    except (DocumentError, NoChineseFont) as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    for file in written.files:
        out.print(str(file))
    if written.pdf_note:
        out.print(written.pdf_note, style="yellow")


@app.command()
def explain(
    figure: Annotated[str, typer.Argument(help="数字编号,如 spending.rate;或 indicator / a figure id, or: indicator")],
    indicator_no: Annotated[
        int | None, typer.Argument(help="三级指标序号(figure 写 indicator 时)/ number of an indicator")
    ] = None,
    year: Annotated[int, typer.Option(help="年度 / fiscal year")] = 2023,
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    scheme: Annotated[str, typer.Option(help="评分方案(指标用)/ scoring scheme of the indicator")] = "",
    fact: Annotated[str, typer.Option(help="只看一个事实,如凭证号 / one fact only")] = "",
    export: Annotated[Path | None, typer.Option(help="把全部来源行写成 CSV / write every source row")] = None,
) -> None:
    """一个数字或一项指标从哪里来 / where a figure or an indicator comes from."""
    if figure == "indicator":
        if indicator_no is None:
            refuse("请写明指标序号,如 jixiao explain indicator 15")
        _explain_indicator(indicator_no, year, department, scheme)
        return
    from dagster_project.publishing import PublishError, current_version
    from dagster_project.reporting.passport import UnknownFigure, evidence_rows, read_passport

    settings = Settings()
    department = department or settings.department_code
    try:
        version = current_version(settings.serving_dir)
        passport = read_passport(version.path, figure, year, department)
    except (PublishError, UnknownFigure) as error:
        refuse(str(error))
    parts = [component.figure_id for component in passport.components]
    out.print(line((passport.label_zh, "bold"), f"({figure},{year} 年度,部门 {department},版本 {version.version})"))
    out.print(f"  报告写法  {passport.display_text}")
    out.print(f"  口径      {passport.definition_zh}")
    out.print(f"  计算      {passport.formula}")
    if fact:
        _print_rows([row for _, row in evidence_rows(version.path, parts, year, department, fact)])
    else:
        for component in passport.components:
            _print_component(component)
        _print_changes(settings, version, parts, year, department)
    if export:
        from dagster_project.formula_safe import csv_text

        rows = evidence_rows(version.path, parts, year, department)
        names = ["figure_id", "file", "sheet", "row_number", "fact_key", "measure"]
        table = csv_text(names, [[name, r.file, r.sheet, r.row_number, r.fact_key, r.measure] for name, r in rows])
        export.write_text(table, encoding="utf-8", newline="")
        out.print(f"全部 {len(rows):,} 行写入 {export}")


def _explain_indicator(indicator_no: int, year: int, department: str, scheme: str) -> None:
    from dagster_project.publishing import PublishError, current_version
    from dagster_project.reporting.passport import read_passport
    from dagster_project.reporting.scorecard import UnknownEvaluation, read_indicator
    from dagster_project.reporting.terminal import print_indicator

    settings = Settings()
    department = department or settings.department_code
    try:
        version = current_version(settings.serving_dir)
        passport = read_indicator(version.path, indicator_no, year, department, scheme or None)
    except (PublishError, UnknownEvaluation) as error:
        refuse(str(error))
    print_indicator(out, passport)
    for figure in passport.figures:
        for component in read_passport(version.path, figure, year, department).components:
            _print_component(component)


def _print_component(component: Component) -> None:
    shown = "" if len(component.rows) == component.evidence_count else ",列出首末两行;用 --export 导出全部"
    out.print(line("\n", (component.label_zh, "bold"), f" {component.figure_id} = {component.display_text}"))
    out.print(f"  {component.formula}")
    out.print(f"  来源 {component.evidence_count:,} 行{shown}")
    _print_rows(component.rows)


def _print_rows(rows: list[SourceRow]) -> None:
    for row in rows:
        sheet = f" 工作表“{row.sheet}”" if row.sheet else ""
        out.print(f"    {row.file}{sheet} 第 {row.row_number} 行  {row.fact_key}  {row.measure}")


def _print_changes(settings: Settings, current: PublishedVersion, parts: list[str], year: int, department: str) -> None:
    """What changed since the version that was current before, where it is still kept."""
    from dagster_project.publishing import history
    from dagster_project.reporting.passport import changed_rows

    earlier = [entry["version"] for entry in history(settings.serving_dir) if entry["version"] != current.version]
    if not earlier or not (settings.serving_dir / "versions" / earlier[-1]).is_dir():
        return
    changes = changed_rows(current.path, settings.serving_dir / "versions" / earlier[-1], parts, year, department)
    out.print(f"\n与上一版本 {earlier[-1]} 相比:{len(changes)} 个事实变动")
    for change in changes[:20]:
        where = f"{change.source.file} 第 {change.source.row_number} 行" if change.source else "已不在来源中"
        out.print(f"    {change.figure_id}  {change.fact_key}  {change.before} → {change.after}  {where}")


@app.command()
def rollback(version: Annotated[str, typer.Argument(help="版本号 / a kept version")]) -> None:
    """回到保留的版本 / make a kept version current again."""
    from dagster_project.publishing import PublishError
    from dagster_project.publishing import rollback as switch_back

    try:
        current = switch_back(Settings().serving_dir, version)
    except PublishError as error:
        refuse(str(error))
    out.print(f"当前版本 {current.version}")


@app.command()
def where(
    table: Annotated[str, typer.Argument(help="表,如 marts.fct_payments;不写则版本的文件夹 / a table")] = "",
    database: Annotated[bool, typer.Option("--database", help="DuckDB 文件 / the DuckDB file")] = False,
    version: Annotated[str, typer.Option(help="版本号,不写则当前版本 / a kept version")] = "",
) -> None:
    """已发布版本在哪里,只解析一次 current / the folder of a version, `current` followed once."""
    from dagster_project.publishing import DATABASE, PublishError, current_version, kept_version

    settings = Settings()
    try:
        found = kept_version(settings.serving_dir, version) if version else current_version(settings.serving_dir)
    except PublishError as error:
        refuse(str(error))
    name = table.replace(".", "/")
    if table and name not in found.tables:
        refuse(f"版本 {found.version} 中没有表 {table};例如 {'、'.join(sorted(found.tables)[:3]).replace('/', '.')}")
    file = f"{name}.parquet" if table else DATABASE if database else ""
    out.print(str(found.path / file))


@app.command()
def doctor() -> None:
    """检查环境、数据和已发布版本 / is everything in place?"""
    from dagster_project.monitoring.doctor import examine

    diagnoses = examine(Settings())
    for diagnosis in diagnoses:
        mark = ("✓", "green") if diagnosis.is_well else ("✗", "red")
        remedy = "" if diagnosis.is_well else f" —— {diagnosis.remedy_zh}"
        out.print(line(mark, f" {diagnosis.name_zh}:{diagnosis.seen}{remedy}"))
    if not all(diagnosis.is_well for diagnosis in diagnoses):
        raise typer.Exit(1)


@app.command()
def owed(
    year: Annotated[int | None, typer.Option(help="只看该年度 / this year only")] = None,
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
) -> None:
    """到期还没有报送的文件 / files that are due and not there. Exit code 1 where there are any."""
    import datetime as dt

    from dagster_project.ingestion.owed import CalendarError, missing_files, read_calendar
    from dagster_project.ingestion.periods import SHANGHAI
    from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog

    settings = Settings()
    if not (settings.landing_dir / LOG_NAME).is_file():
        refuse("还没有载入过文件;请先运行 jixiao land")
    try:
        calendar = read_calendar(settings.dbt_project_dir / "seeds")
    except CalendarError as error:
        refuse(str(error))
    entries = SubmissionLog(settings.landing_dir / LOG_NAME).entries
    missing = [
        file
        for file in missing_files(calendar, entries, dt.datetime.now(SHANGHAI).date())
        if year in (None, file.fiscal_year) and department in ("", file.department_code)
    ]
    for file in missing:
        out.print(file.text_zh, style="yellow")
    if missing:
        raise typer.Exit(1)
    out.print("到期的文件都已报送")


@app.command()
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


@app.command()
@refuses_faults
def dictionary(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only see whether it is current")] = False,
) -> None:
    """按约定、模型和种子重写数据字典 / rewrite docs/data_dictionary.md."""
    from dagster_project.building.manifest import ensure_manifest
    from dagster_project.contracts import load_contracts
    from dagster_project.reporting.dictionary import UndescribedError
    from dagster_project.reporting.dictionary import dictionary as write

    settings = Settings()
    settings.export_to_environment()
    try:
        text = write(
            load_contracts(settings.contracts_dir), ensure_manifest(settings), settings.dbt_project_dir / "seeds"
        )
    except UndescribedError as error:
        refuse(str(error))
    path = settings.data_dictionary
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        out.print(f"{path} 已是最新")
        return
    if check:
        refuse(f"{path} 不是最新,请运行 jixiao dictionary")
    path.write_text(text, encoding="utf-8")
    out.print(f"已写 {path}")


@app.command()
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


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="端口 / port", min=0, max=65535)] = 3000,
    address: Annotated[
        str, typer.Option(help="监听地址;不是本机时须有口令 / address to listen on; any but loopback needs a token")
    ] = "127.0.0.1",
) -> None:
    """打开 Dagster / open the Dagster UI. Exit code 1 where it stopped by itself."""
    from dagster_project.building.run_records import put_damaged_aside
    from dagster_project.dagster_home import open_instance
    from dagster_project.guard.server import UiError, UiStopped, serve
    from dagster_project.private_files import keep_private
    from dagster_project.stale_runs import close_stale_runs

    settings = Settings()
    keep_private(settings.build_dir, settings.private_places)
    notes = put_damaged_aside(settings)
    with open_instance(settings) as instance:
        notes += close_stale_runs(instance)
    _print_problems(notes, ())
    try:
        serve(settings, address, port, out.print)
    except UiStopped as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    except UiError as error:
        refuse(str(error))


@app.command()
@refuses_faults
def draft(
    files: Annotated[list[Path], typer.Argument(help="任何格式的台账文件,可以是几个年度 / files of any format")],
    ledger: Annotated[str, typer.Option(help="台账名(英文),写了则所有文件同属一个台账 / name of the ledger")] = "",
    folder: Annotated[Path, typer.Option("--out", help="写到哪个文件夹 / where to write")] = Path("drafts"),
    quiet: Quiet = False,
) -> None:
    """按真实文件起草约定,每个猜测都写明依据 / write a contract from real files. Exit code 1 where some file gave none."""
    from dagster_project.drafting.command import draft_into
    from dagster_project.drafting.terminal import print_drafts

    try:
        drafts, written = draft_into(files, Settings(), folder, ledger)
    except ValueError as error:
        refuse(str(error))
    if not quiet:
        print_drafts(out, drafts)
    for path in written:
        out.print(f"已写 {path!s}")
    if drafts.not_opened or not written:
        raise typer.Exit(1)


@app.command()
@refuses_faults
def check(
    file: Annotated[Path, typer.Argument(help="任何位置的一个文件 / a file anywhere")],
    ledger: Annotated[str, typer.Option(help="台账名,不写则按表头找 / its ledger")] = "",
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    period: Annotated[str, typer.Option(help="期间,如 2023、2023-06 / its period")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """试读一个文件,不载入 / the whole answer on one file, nothing landed. Exit code 1 where something is rejected."""
    import json

    from dagster_project.drafting.check import CheckError, check_file
    from dagster_project.drafting.check_terminal import as_json as to_json
    from dagster_project.drafting.check_terminal import print_check

    try:
        checked = check_file(file, Settings(), ledger, department, period)
    except CheckError as error:
        refuse(str(error))
    if as_json:
        out.print(json.dumps(to_json(checked), ensure_ascii=False, indent=2))
    else:
        print_check(out, checked)
    if not checked.is_clean:
        raise typer.Exit(1)
