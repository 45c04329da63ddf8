"""The command of every night: land, build, check, publish."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dagster_project.cli.refusing import Quiet, print_problems, refuses_faults
from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagster_project.building.night import NightlyResult
    from dagster_project.ingestion.fingerprint import Fingerprint


PUBLISHED_WITH_ISSUES = 3
"""Exit code of a night that published although something is open."""


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(nightly)


@refuses_faults
def nightly(
    year: Annotated[int | None, typer.Option(help="打印该年度的数字 / print the figures of this year")] = None,
    as_of: Annotated[str, typer.Option(help="按该时刻已收到的文件计算,如 2023-07-01 / what was known then")] = "",
    engine: Annotated[
        Literal["duckdb", "spark"] | None, typer.Option(help="由谁计算模型 / what computes the models (JIXIAO_ENGINE)")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """载入报送文件,重建,检查,发布 / land, build, check, publish.

    退出码:0 已发布,没有未处理的疑点;3 已发布,但有未处理的数据质量疑点、退回的行或文件、待确认文件、暂缓发布的部门、覆盖不全的数字;1 未发布;2 无法执行 /
    Exit codes: 0 published, nothing is open; 3 published with open issues: failing checks, rejected rows that a figure needs,
    refused or held files, departments held back, partial figures; 1 nothing was published; 2 the request cannot be carried out.
    """
    from dagster_project.as_of import AsOfError, as_of_text

    try:
        as_of = as_of_text(as_of)
    except AsOfError as error:
        refuse(str(error))
    from dagster_project.bi_server.nights import keep_postgres_up_to_date
    from dagster_project.building.manifest import DbtParseError
    from dagster_project.building.night import quiet_night
    from dagster_project.building.one_at_a_time import BuildingElsewhere
    from dagster_project.building.plain_words import plain
    from dagster_project.cli.watching import watched_night

    settings = Settings(engine=engine) if engine else Settings()
    if settings.engine == "spark":
        from dagster_project.spark.process import missing

        if lacking := missing(settings):
            refuse(lacking)
    seen: dict[Path, Fingerprint] = {}
    with watched_night(settings, is_look_back=bool(as_of)) as watch:
        try:
            unchanged = None if as_of else quiet_night(settings, seen)
            watch.is_recorded = unchanged is None
            if unchanged:
                unchanged.notes += keep_postgres_up_to_date(settings)
            result = unchanged or _run_nightly(settings, as_of, quiet, seen)
        except DbtParseError as error:
            refuse(f"模型有错,dbt 读不下去;改正后重新运行,已发布的版本没有变。{error}")
        except BuildingElsewhere as error:
            watch.is_not_ours = True  # the night that runs tells of itself
            refuse(str(error))
        except OSError as error:
            watch.failed(plain(str(error)))
            err.print(f"✗ {plain(str(error))}", style="red")
            raise typer.Exit(1) from error
        watch.ended(result)
        _print_result(settings, result, year, as_of, quiet)


def _print_result(settings: Settings, result: NightlyResult, year: int | None, as_of: str, quiet: bool) -> None:
    """Say what a night did, and end with its exit code."""
    if not quiet and result.counts:  # none where it broke off before it knew
        _print_landing(result)
    print_problems(result.refused, result.unclaimed)
    print_problems(result.notes, ())
    if not result.success:
        for reason in result.failures:
            err.print(f"✗ {reason}", style="red")
        err.print(f"未发布;读者仍看到版本 {result.version or '(无)'}。运行记录:{result.log_path}", style="red")
        raise typer.Exit(1)
    if not quiet:
        _print_outputs(settings, result, year, as_of)
    _print_issues(result)
    if result.issues.open_count:
        raise typer.Exit(PUBLISHED_WITH_ISSUES)


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


def _print_issues(result: NightlyResult) -> None:
    """Open issues, quiet or not, every night while they last: quiet nights print no rows."""
    from dagster_project.quality.issue_report import issue_lines

    for text in issue_lines(result.issues):
        (err if result.issues.open_count or text.startswith("accepted.csv") else out).print(text, style="yellow")


def _print_outputs(settings: Settings, result: NightlyResult, year: int | None, as_of: str) -> None:
    from dagster_project.reporting.reading.passport import figure_table
    from dagster_project.reporting.terminal import print_figures

    current = settings.serving_dir / ("versions/" + result.version if as_of and result.version else "current")
    if year is not None:
        print_figures(out, figure_table(current, year, settings.department_code), f"{year} 年度数字")
    word = "已发布新版本" if result.is_new_version else "没有变化,已发布版本未改动:"
    if as_of:
        word = f"{as_of} 时的状态存为版本(读者仍看到当前版本)"
    out.print(f"{word} {result.version}")
    out.print(f"数据库 {current / 'published.duckdb'}")
    out.print(f"Parquet {current}/<schema>/<table>.parquet")
    if not as_of and (index := settings.site_dir / "index.html").is_file():
        out.print(f"门户 {index}")
