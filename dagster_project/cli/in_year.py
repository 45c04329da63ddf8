"""The commands for the running year: where it will end, what can still be done, and what next year's budget starts from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.as_of import AsOfError, parse_as_of
from dagster_project.cli.refusing import refuse_without_folder, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from dagster_project.in_year.look import Look
    from dagster_project.in_year.outlook import YearOutlook
    from dagster_project.in_year.target_progress import TargetCheck


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(forecast)
    app.command("next-budget")(next_budget)


@refuses_faults
def forecast(
    year: Annotated[int, typer.Argument(help="年度 / fiscal year")],
    as_of: Annotated[str, typer.Option(help="只用这一时刻前收到的文件,如 2023-09-30 / as it was seen then")] = "",
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    what_if: Annotated[
        list[str] | None,
        typer.Option("--if", help="假如办了:措施编号 T1、种类 退回,或 all,可写多次 / as if actions were done"),
    ] = None,
    months: Annotated[bool, typer.Option("--months", help="另列三月起逐月的预测 / each month's forecast, too")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="另写成工作簿 / write a workbook, too")] = None,
    everything: Annotated[bool, typer.Option("--all", help="逐项列出 / list every project and action")] = False,
    targets_on: Annotated[
        str, typer.Option(help="整体绩效目标监控截至哪一天;不写则最近一个半年末 / day of the check of targets")
    ] = "",
) -> None:
    """年末支出预测:各项目预计支出和区间、距目标的差额、措施建议 / where the year will end, and what can be done."""
    from dagster_project.in_year.known_projects import project_years
    from dagster_project.in_year.look import NothingToForecast, looks_in, seen_at
    from dagster_project.in_year.measured import MeasuredError

    settings = Settings()
    refuse_without_folder(xlsx)
    try:
        moment = parse_as_of(as_of)
        with seen_at(settings, moment) as ledgers:
            found = looks_in(ledgers, project_years(ledgers), settings, year, moment, department)
            by_month = _print_looks(settings, found, moment, what_if or [], months, everything)
            checks = _target_checks(
                settings, ledgers, year, [each.outlook.department for each in found], targets_on, moment
            )
            if xlsx:
                _write_forecast(settings, ledgers, xlsx, found, moment, by_month, checks)
    except (AsOfError, NothingToForecast, MeasuredError, ValueError) as error:
        refuse(str(error))


def _print_looks(
    settings: Settings, found: list[Look], moment: dt.datetime | None, what_if: list[str], months: bool, everything: bool
) -> dict[str, list[YearOutlook]]:  # fmt: skip
    """Print each look with what was asked beside it; returns the forecasts of each month by department where they were asked for."""
    from dagster_project.in_year.actions import chosen
    from dagster_project.in_year.look import monthly
    from dagster_project.in_year.printed import print_look, print_months, print_what_if
    from dagster_project.in_year.score import rate_points

    by_month = {}
    for each in found:
        print_look(out, each, _seen_zh(moment), everything)
        year, code = each.outlook.year, each.outlook.department
        if what_if:
            done = chosen(each.actions, what_if)
            print_what_if(out, each, done, rate_points(settings.dbt_project_dir / "seeds", year))
        if months:
            by_month[code] = monthly(settings, year, moment, code)
            print_months(out, by_month[code])
    return by_month


def _target_checks(
    settings: Settings, ledgers: duckdb.DuckDBPyConnection, year: int, departments: list[str], targets_on: str, moment: dt.datetime | None
) -> dict[str, TargetCheck]:  # fmt: skip
    """Print how far the targets of the whole department are on a day, by default that of the last half-yearly check."""
    from dagster_project.in_year.monitoring_entries import entries_of
    from dagster_project.in_year.target_progress import check_day, target_checks
    from dagster_project.in_year.target_sheet import print_check

    seeds = settings.dbt_project_dir / "seeds"
    try:
        today = moment.date() if moment else dt.datetime.now(SHANGHAI).date()
        day = dt.date.fromisoformat(targets_on) if targets_on else check_day(seeds, year, today)
    except ValueError:
        refuse(f"--targets-on 应为日期,如 {year}-06-30;现为“{targets_on}”")
    if day.year != year:
        refuse(f"--targets-on 应在 {year} 年内;现为 {day}")
    checks = {
        code: check.with_entries(entries_of(ledgers, seeds, code, year, day))
        for code, check in target_checks(settings, year, departments, day, moment).items()
    }
    for each in checks.values():
        print_check(out, each)
    return checks


def _write_forecast(
    settings: Settings, ledgers: duckdb.DuckDBPyConnection, xlsx: Path, found: list[Look], moment: dt.datetime | None,
    by_month: dict[str, list[YearOutlook]], checks: dict[str, TargetCheck],
) -> None:  # fmt: skip
    from dagster_project.in_year.look import official_names
    from dagster_project.in_year.monitoring_choices import form_choices
    from dagster_project.in_year.monitoring_forms import monitoring_forms
    from dagster_project.in_year.workbook import write_workbook

    seeds = settings.dbt_project_dir / "seeds"
    forms = {each.outlook.department: monitoring_forms(ledgers, each.outlook, seeds) for each in found}
    choices = form_choices(seeds, found[0].outlook.year)
    write_workbook(xlsx, found, _seen_zh(moment), by_month, forms, official_names(settings), checks, choices)
    out.print(f"已写 {xlsx}")


@refuses_faults
def next_budget(
    year: Annotated[
        int, typer.Argument(help="正在执行的年度,编制的是下一年 / the running year; the next one is compiled")
    ],
    as_of: Annotated[str, typer.Option(help="只用这一时刻前收到的文件,如 2023-10-31 / as it was seen then")] = "",
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    xlsx: Annotated[
        Path | None, typer.Option(help="另写成工作簿,含目标申报表 / write a workbook with the forms, too")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="逐处列出审核意见 / list every finding")] = False,
) -> None:
    """下年度预算编制底表:保、压、取消的建议和理由,实际支出的科目,绩效目标申报表和审核 / what next year's budget starts from."""
    from dagster_project.in_year.look import NothingToForecast
    from dagster_project.in_year.measured import MeasuredError
    from dagster_project.next_year.compile import compiled
    from dagster_project.next_year.printed import print_compiled

    settings = Settings()
    refuse_without_folder(xlsx)
    try:
        moment = parse_as_of(as_of)
        found = compiled(settings, year, moment, department)
    except (AsOfError, NothingToForecast, MeasuredError) as error:
        refuse(str(error))
    seen = _seen_zh(moment)
    for each in found:
        print_compiled(out, each, seen, everything)
    if xlsx:
        from dagster_project.next_year.workbook import write_workbook

        write_workbook(xlsx, found, seen)
        out.print(f"已写 {xlsx}")


def _seen_zh(moment: dt.datetime | None) -> str:
    """From when the ledgers are seen."""
    return f"截至 {moment:%Y-%m-%d %H:%M} 收到的数据" if moment else "现有数据"
