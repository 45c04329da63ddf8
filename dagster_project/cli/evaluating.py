"""The commands that read a published year: evaluate, figures and explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagster_project.publishing import PublishedVersion
    from dagster_project.reporting.reading.passport import Component, Passport, SourceRow

Latest = Annotated[
    bool, typer.Option("--latest", help="看最新版本,而不是已签发的版本 / the newest version, not the certified one")
]


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(evaluate)
    app.command()(figures)
    app.command()(explain)


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
    latest: Latest = False,
) -> None:
    """打印评分表,或生成报告;已签发的年度用签发的版本 / print the scorecard, or write the documents. Exit code 1 where data are missing or lack a part of the year."""
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation, read_scorecard
    from dagster_project.reporting.terminal import print_scorecard

    settings = Settings()
    department = department or settings.department_code
    version, certified = _shown(settings, year, department, latest)
    try:
        card = read_scorecard(version.path, year, department, scheme or None)
    except UnknownEvaluation as error:
        refuse(str(error))
    print_scorecard(out, card, version.version)
    _print_issues(version, year, department)
    _print_certified(certified)
    if documents or draft:
        _write_documents(settings, version, year, department, scheme, draft)
    if card.unrated and not draft:
        raise typer.Exit(1)


def _shown(
    settings: Settings, year: int, department: str, latest: bool
) -> tuple[PublishedVersion, Mapping[str, Any] | None]:
    """The version that a year is shown from, and its certification if it has one."""
    from dagster_project.publishing import PublishError, SignatureError
    from dagster_project.reporting.signing.signoff import version_to_show

    try:
        return version_to_show(settings, year, department, latest)
    except (PublishError, SignatureError) as error:
        refuse(str(error))


def _print_certified(certified: Mapping[str, Any] | None) -> None:
    if certified:
        out.print(f"该版本已由 {certified['by']} 于 {certified['at']} 签发;看最新版本请加 --latest")


def _print_issues(version: PublishedVersion, year: int, department: str) -> None:
    """Data quality of the year that is scored: open issues with their first rows, accepted ones with their number."""
    from dagster_project.publishing import DATABASE
    from dagster_project.quality.issue_report import issue_lines, read_issues

    report = read_issues(version.path / DATABASE, year, department)
    for text in issue_lines(report) or [f"数据质量疑点:没有;共检查 {report.check_count:,} 项"]:
        out.print(text, style="yellow" if report.open_count else None)


def _print_issues_before(version: PublishedVersion, figures: list[str], year: int, department: str) -> None:
    from dagster_project.reporting.reading.figure_issues import lines_before

    if lines := lines_before(version.path, figures, year, department):
        out.print("\n本数字之前的疑点(影响为这些行在数字中的份额)")
    for text in lines:
        out.print(text, style="yellow")


def _write_documents(
    settings: Settings, version: PublishedVersion, year: int, department: str, scheme: str, draft: bool
) -> None:
    from dagster_project.monitoring.unrecorded import note_documents
    from dagster_project.reporting.documents import documents_of_year
    from dagster_project.reporting.report.binding import DocumentError
    from dagster_project.reporting.report.fonts import NoChineseFont

    try:
        written = documents_of_year(settings, version, year, department, scheme or None, draft)
    except (DocumentError, NoChineseFont) as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    if department == settings.department_code and not scheme:
        note_documents(settings, year, version.version, written.files)
    for file in written.files:
        out.print(str(file))
    for note in filter(None, (written.pdf_note, written.text_note)):
        out.print(note, style="yellow")


def figures(
    year: Annotated[int, typer.Argument(help="年度 / fiscal year")],
    words: Annotated[str, typer.Argument(help="编号或名称中的字 / words of an id or a name")] = "",
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    latest: Latest = False,
) -> None:
    """列出一个年度的全部数字;已签发的年度用签发的版本 / list the figures of a year."""
    from dagster_project.reporting.reading.passport import figure_table
    from dagster_project.reporting.terminal import print_figures

    settings = Settings()
    department = department or settings.department_code
    version, certified = _shown(settings, year, department, latest)
    rows = figure_table(version.path, year, department, words)
    if not rows:
        refuse(f"{year} 年度部门 {department} 没有" + (f"编号或名称含“{words}”的数字" if words else "数字"))
    print_figures(out, rows, f"{year} 年度数字,部门 {department},版本 {version.version}")
    _print_certified(certified)


def explain(
    figure: Annotated[
        str,
        typer.Argument(
            help="数字的编号或名称,如 spending.rate、支出率;或 indicator / id or name of a figure, or: indicator"
        ),
    ],
    indicator_no: Annotated[
        int | None, typer.Argument(help="三级指标序号(figure 写 indicator 时)/ number of an indicator")
    ] = None,
    year: Annotated[int, typer.Option(help="年度 / fiscal year")] = 2023,
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    scheme: Annotated[str, typer.Option(help="评分方案(指标用)/ scoring scheme of the indicator")] = "",
    fact: Annotated[str, typer.Option(help="只看一个事实,如凭证号 / one fact only")] = "",
    export: Annotated[Path | None, typer.Option(help="把全部来源行写成 CSV / write every source row")] = None,
    latest: Latest = False,
) -> None:
    """一个数字或一项指标从哪里来;已签发的年度用签发的版本 / where a figure or an indicator comes from."""
    if export:
        _refuse_unwritable(export)
    if figure == "indicator":
        if indicator_no is None:
            refuse("请写明指标序号,如 jixiao explain indicator 15")
        _explain_indicator(indicator_no, year, department, scheme, latest)
        return
    from dagster_project.reporting.reading.passport import UnknownFigure, evidence_rows, read_passport

    settings = Settings()
    department = department or settings.department_code
    version, certified = _shown(settings, year, department, latest)
    try:
        passport = read_passport(version.path, figure, year, department)
    except UnknownFigure as error:
        refuse(str(error))
    parts = [component.figure_id for component in passport.components]
    _print_passport(passport, year, department, version, certified)
    if fact:
        _print_rows([row for _, row in evidence_rows(version.path, parts, year, department, fact)])
    else:
        for component in passport.components:
            _print_component(component)
        _print_issues_before(version, [passport.figure_id, *parts], year, department)
        _print_changes(settings, version, parts, year, department)
    if export:
        _export_rows(evidence_rows(version.path, parts, year, department), export)


def _refuse_unwritable(export: Path) -> None:
    """Say so before any work where nothing can be written under a name."""
    if export.is_dir():
        refuse(f"--export {export}:这是一个文件夹,请写文件名")
    if not export.parent.is_dir():
        refuse(f"--export {export}:没有文件夹 {export.parent},请先建好")


def _print_passport(
    passport: Passport, year: int, department: str, version: PublishedVersion, certified: Mapping[str, Any] | None
) -> None:
    out.print(
        line(
            (passport.label_zh, "bold"), f"({passport.figure_id},{year} 年度,部门 {department},版本 {version.version})"
        )
    )
    _print_certified(certified)
    out.print(f"  报告写法  {passport.display_text}")
    out.print(f"  口径      {passport.definition_zh}")
    if passport.source_zh:
        out.print(f"  依据      {passport.source_zh}")
    out.print(f"  计算      {passport.formula}")
    if passport.coverage_zh:
        out.print(f"  数据      {passport.coverage_zh}", style="yellow")


def _export_rows(rows: Sequence[tuple[str, SourceRow]], export: Path) -> None:
    from dagster_project.formula_safe import csv_text

    names = ["figure_id", "file", "sheet", "row_number", "fact_key", "measure"]
    table = csv_text(names, [[name, r.file, r.sheet, r.row_number, r.fact_key, r.measure] for name, r in rows])
    export.write_text(table, encoding="utf-8", newline="")
    out.print(f"全部 {len(rows):,} 行写入 {export}")


def _explain_indicator(indicator_no: int, year: int, department: str, scheme: str, latest: bool) -> None:
    from dagster_project.reporting.reading.passport import read_passport
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation, read_indicator
    from dagster_project.reporting.terminal import print_indicator

    settings = Settings()
    department = department or settings.department_code
    version, certified = _shown(settings, year, department, latest)
    try:
        passport = read_indicator(version.path, indicator_no, year, department, scheme or None)
    except UnknownEvaluation as error:
        refuse(str(error))
    print_indicator(out, passport)
    out.print(f"版本 {version.version}")
    _print_certified(certified)
    _print_issues_before(version, passport.figures, year, department)
    for figure in passport.figures:
        of_figure = read_passport(version.path, figure, year, department)
        if of_figure.coverage_zh:
            out.print(f"\n{of_figure.label_zh} {figure} 数据不全:{of_figure.coverage_zh}", style="yellow")
        for component in of_figure.components:
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
    """What changed since the version that was current before this one, where it is still kept."""
    from dagster_project.publishing import history
    from dagster_project.reporting.reading.passport import changed_rows

    names = [entry["version"] for entry in history(settings.serving_dir)]
    until = len(names) - names[::-1].index(current.version) if current.version in names else len(names)
    earlier = [name for name in names[:until] if name != current.version]
    if not earlier or not (settings.serving_dir / "versions" / earlier[-1]).is_dir():
        return
    changes = changed_rows(current.path, settings.serving_dir / "versions" / earlier[-1], parts, year, department)
    out.print(f"\n与上一版本 {earlier[-1]} 相比:{len(changes)} 个事实变动")
    for change in changes[:20]:
        where = f"{change.source.file} 第 {change.source.row_number} 行" if change.source else "已不在来源中"
        out.print(f"    {change.figure_id}  {change.fact_key}  {change.before} → {change.after}  {where}")
