"""The pages of figures: the list of all, and for each its definition, its formula with numbers, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.portal.blocks import Cell, Column, Facts, Heading, Links, Page, Table, Text, cell, table_of
from dagster_project.portal.reading import PortalYear, Site
from dagster_project.reporting.reading.passport import RATIOS, formula_text
from dagster_project.reporting.reading.published import Row, amount_text

MENU = "scorecard"
FIGURE_STATUS_ZH = {
    "OK": "",
    "PARTIAL": "数据不全",
    "MISSING": "缺数据",
    "NOT_APPLICABLE": "不适用",
    "NOT_COMPARABLE": "不可比",
}


def figure_pages(site: Site, told: PortalYear) -> Iterator[Page]:
    """The list of figures, and a page for each."""
    yield _figure_list(told)
    used = _used_by(told)
    for figure_id in sorted(told.year.figures):
        yield _figure(site, told, figure_id, used.get(figure_id, []))


def indicator_path(number: int) -> str:
    """The page of an indicator."""
    return f"indicators/{number:02d}.html"


def figure_path(figure_id: str) -> str:
    """The page of a figure."""
    return f"figures/{figure_id}.html"


def to_scorecard(told: PortalYear) -> Cell:
    """The link back to the scorecard."""
    return Cell("绩效评分", told.link("scorecard.html"))


def _figure_list(told: PortalYear) -> Page:
    rows = [
        [
            Cell(figure["label_zh"], told.link(figure_path(figure_id))), Cell(figure["display_text"], "", "number"),
            Cell(FIGURE_STATUS_ZH.get(figure["status"], figure["status"]) or "完整"), cell(figure["evidence_count"], "count"), Cell(figure_id, "", "code"),
        ]
        for figure_id, figure in sorted(told.year.figures.items())
    ]  # fmt: skip
    columns = (
        Column("label", "指标数"), Column("text", "报告写法", "count"), Column("status", "状态"), Column("rows", "依据行数", "count"),
        Column("id", "编号"),
    )  # fmt: skip
    blocks = [
        Text("每个指标数的口径、公式和依据。比率没有自己的行,由两个数相除。"),
        Table(f"{told.year.fiscal_year} 年度指标数 {len(rows):,} 个", columns, rows, is_filtered=True),
    ]
    return Page(told.link("figures.html"), "全部指标数", "All figures", blocks, MENU, (to_scorecard(told),))


def figures_used(told: PortalYear, name: str, figures: Sequence[str]) -> Table:
    """The figures that something is made of, with their values and formulas."""
    rows = [
        [
            Cell(told.year.figures[figure]["label_zh"], told.link(figure_path(figure))), Cell(told.year.figures[figure]["display_text"], "", "number"),
            Cell(amount_text(told.year.figures[figure]), "", "number"), cell(told.year.figures[figure]["evidence_count"], "count"),
            Cell(formula_text(told.year.figures[figure], told.year.figures)),
        ]
        for figure in figures
    ]  # fmt: skip
    columns = (
        Column("label", "指标数"), Column("text", "报告写法", "count"), Column("value", "数值", "count"), Column("rows", "依据行数", "count"),
        Column("formula", "计算"),
    )  # fmt: skip
    return Table(f"{name}用到的指标数", columns, rows, "人工评定的分项没有指标数。" if not rows else "")


def _used_by(told: PortalYear) -> dict[str, list[int]]:
    used: dict[str, list[int]] = {}
    for number, figures in told.year.indicator_figures.items():
        for figure_id in figures:
            used.setdefault(figure_id, []).append(number)
    return used


def _figure(site: Site, told: PortalYear, figure_id: str, used: Sequence[int]) -> Page:
    figure, figures = told.year.figures[figure_id], told.year.figures
    status = FIGURE_STATUS_ZH.get(figure["status"], figure["status"])
    facts = [
        ("报告写法", Cell(figure["display_text"], "", "strong")), ("数值", Cell(amount_text(figure))),
        ("状态", Cell(status or "完整")), ("数据", cell(figure.get("coverage_zh"))), ("原因", cell(figure.get("reason_zh"))),
        ("口径", cell(figure["definition_zh"])), ("计算", Cell(formula_text(figure, figures))), ("范围", cell(figure["scope"])),
        ("依据", Cell(f"{figure['source']}({figure['confidence']})")),
    ]  # fmt: skip
    blocks: list[Any] = [Facts([(name, one) for name, one in facts if one.css != "nothing"])]
    if figure["aggregation"] in RATIOS:
        pair = [figure[name] for name in ("numerator_figure", "denominator_figure")]
        blocks += [
            Heading("由两个数得出", "parts"),
            figures_used(told, figure["label_zh"], [each for each in pair if each in figures]),
        ]
    else:
        blocks += _evidence(site, told, figure)
    if used:
        names = {row["indicator_no"]: row["level3"] for row in told.year.scorecard.indicators}
        links = [Cell(f"{number} {names[number]}", told.link(indicator_path(number))) for number in used]
        blocks += [Heading("用于指标", "indicators"), Links(links, "用到这个数的指标")]
    domain = domain_of(site, figure)
    if domain:
        # The pictures are of the year of the first page: another year may have figures that it has not.
        anchor = "" if told.evaluation.prefix else f"#figure-{figure_id}"
        blocks.append(Links([Cell("从台账到这个数的血缘图", f"lineage/{domain}.html{anchor}")], "血缘"))
    trail = (to_scorecard(told), Cell("全部指标数", told.link("figures.html")))
    return Page(
        told.link(figure_path(figure_id)), figure["label_zh"], figure["label_en"] or figure_id, blocks, MENU, trail
    )


def domain_of(site: Site, figure: Row) -> str:
    """The domain of a figure: that of the first ledger it needs; empty where it needs none."""
    ledgers = [name for name in (figure["source_ledgers"] or "").split("|") if name in site.contracts]
    return site.contracts[ledgers[0]].domain if ledgers else ""


def _evidence(site: Site, told: PortalYear, figure: Row) -> list[Any]:
    figure_id, count = figure["figure_id"], figure["evidence_count"] or 0
    blocks: list[Any] = [Heading(f"依据 {count:,} 行", "rows")]
    counts = [
        [Cell(_ledger_name(site, row["ledger"]), _ledger_link(site, row["ledger"])), cell(row["row_count"], "count")]
        for row in told.ledgers.get(figure_id, ())
    ]
    if not counts:
        return [*blocks, Text("没有计入这个数的行。" if figure["value"] is not None else "没有数值,也没有行。", "note")]
    blocks.append(
        Table(f"{figure['label_zh']}的依据,按台账", (Column("ledger", "台账"), Column("rows", "行数", "count")), counts)
    )
    if site.is_public:
        return [*blocks, Text("公开版只列台账和行数;逐行依据载于内部版。", "note")]
    rows = told.evidence.get(figure_id, ())
    if count > len(rows):
        command = f"jixiao explain {figure_id} --year {told.year.fiscal_year} --department {told.year.department_code} --export rows.csv"
        blocks += [
            Text(f"列出前 {len(rows):,} 行,共 {count:,} 行;全部行用下面的命令写出。", "note"),
            Text(command, "code"),
        ]
    columns = (
        Column("file", "文件"), Column("sheet", "工作表"), Column("row_number", "行", "count"), Column("fact_key", "编号"),
        Column("measure", f"计入({figure['measure_unit'] or figure['unit']})", "points" if figure["aggregation"] == "sum" else "count"),
    )  # fmt: skip
    return [*blocks, table_of(f"{figure['label_zh']}的依据行", columns, rows)]


def _ledger_name(site: Site, ledger: str) -> str:
    return site.contracts[ledger].title.zh if ledger in site.contracts else (ledger or "评分方案")


def _ledger_link(site: Site, ledger: str) -> str:
    return f"dictionary/{site.contracts[ledger].domain}.html#ledger-{ledger}" if ledger in site.contracts else ""
