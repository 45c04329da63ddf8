"""The page on the work of deputies: suggestions, opinions at stations, snapshot cases; how many, in time, how satisfied, by district and kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.portal.blocks import (
    LEGEND_ZH,
    WITHHELD_SIGN,
    WITHHELD_ZH,
    Card,
    Cards,
    Chart,
    Column,
    Heading,
    Page,
    Table,
    Text,
    cell,
    number_for_chart,
    share,
    table_of,
)
from dagster_project.portal.disclosure import rule_of
from dagster_project.portal.pages.figures import figure_path
from dagster_project.portal.pages.work_tables import TOTAL_ZH, WorkTables, tables_of_work
from dagster_project.portal.reading import PortalYear, Site
from dagster_project.reporting.reading.published import Row

HEADLINES = (
    "suggestions.all_levels",
    "suggestions.municipal",
    "feedback.received",
    "feedback.solved",
    "snapshots.cases",
    "snapshots.closed_rate",
)


def work_page(site: Site, told: PortalYear, tables: WorkTables) -> Page:
    """The page on the work of deputies in a year."""
    figures = told.year.figures
    cards = [
        Card(figures[name]["label_zh"], figures[name]["display_text"], "", told.link(figure_path(name)))
        for name in HEADLINES
        if name in figures
    ]
    blocks: list[Any] = [
        Cards(cards),
        Text(LEGEND_ZH + "按期率为按期件数除以到期件数,满意率为满意和基本满意除以有评价的件数;没有到期或评价的不计算。", "note"),
    ]  # fmt: skip
    if site.is_public:
        blocks.append(Text(f"{WITHHELD_SIGN} {WITHHELD_ZH}。{rule_of(told.year.fiscal_year).text_zh}", "note"))
    elif told.work["rates"]:
        blocks += [Heading("办结率掩盖了什么", "rates"), *_rates(told.work["rates"])]
    shown = tables.tables
    blocks += [
        Heading("代表建议", "suggestions"),
        *_part("suggestions-month", "各月代表建议", "月份", "建议", shown["suggestions_by_month"], "bars"),
    ]
    blocks += _part("suggestions-level", "各级代表建议", "级别", "建议", shown["suggestions_by_level"], "")
    blocks += _part("suggestions-host", "各主办单位代表建议", "主办单位", "建议", shown["suggestions_by_host"], "")
    blocks += [
        Heading("联络站群众意见", "feedback"),
        *_part("feedback-district", "各区联络站意见", "区", "意见", shown["feedback_by_district"], "lying"),
    ]
    blocks += _part("feedback-category", "各类联络站意见", "类别", "意见", shown["feedback_by_category"], "lying")
    blocks += [
        Heading("代表随手拍", "cases"),
        *_part("cases-district", "各区随手拍案件", "区", "案件", shown["cases_by_district"], "lying"),
    ]
    blocks += _part("cases-category", "各类随手拍案件", "类别", "案件", shown["cases_by_category"], "")
    if tables.heat:
        blocks.append(_heat(tables.heat))
    return Page(told.link("deputies.html"), "代表工作", "Deputies' work", blocks, "deputies")


def work_tables(site: Site, told: PortalYear) -> WorkTables:
    """The tables of the page; of the public edition without small cells and what would tell them."""
    return tables_of_work(told.work, told.year.fiscal_year, site.is_public, told.withheld_before)


def _rates(rows: Sequence[Row]) -> list[Any]:
    """Closed over all beside what of it was in time; in the edition of the office alone, since its counts are small."""
    columns = (
        Column("ledger", "台账"), Column("thing_count", "件次", "count"), Column("issue_count", "件", "count"),
        Column("done_rate_pct", "办结率", "pct"), Column("due_rate_pct", "到期办结率", "pct"),
        Column("on_time_rate_pct", "按期办结率", "pct"), Column("hides_zh", "办结率没有说的"),
        Column("in_time_open_count", "未到期", "count"), Column("mean_taken_days", "平均历时(天)", "points"),
        Column("mean_days", "平均用时(天,已扣除暂停)", "points"),
        Column("median_days", "中位数", "points"), Column("p90_days", "九成不超过", "points"),
    )  # fmt: skip
    known_on = max(row["known_on"] for row in rows)
    return [
        table_of("办结率及其掩盖的情况", columns, rows),
        Text(
            "办结率为办结数除以件次;到期办结率和按期办结率以办结数与逾期未办结数之和为分母,未到期的不算逾期。"
            f"逾期算到台账最近一次收到之日(最晚 {known_on})。件为事项数:台账写明或认定为同一事项的只计一件。"
            "历时为收到到办结的日历日;用时扣除中止和退回期间,重新交办的自重新交办起算,与期限同一口径,中位数和九成也按用时。",
            "note",
        ),
    ]


def _part(name: str, title: str, label: str, things: str, rows: Sequence[Row], form: str) -> list[Any]:
    """A table of a subject, with a chart of its volume where a form is given."""
    if not rows:
        return [Text(f"{title}:本年度没有记录。", "note")]
    table = _table(title, label, things, rows)
    if not form:
        return [table]
    parts = [row for row in rows if row["name"] != TOTAL_ZH]
    series = [
        {"name": f"{things}件数", "values": [number_for_chart(row["case_count"]) for row in parts], "texts": [cell(row["case_count"], "count").text for row in parts], "tone": "accent"}
    ]  # fmt: skip
    return [Chart(name, title, form, [row["name"] for row in parts], series, "件", table)]


def _table(title: str, label: str, things: str, rows: Sequence[Row]) -> Table:
    columns = (
        Column("name", label), Column("case_count", f"{things}(件)", "count"), Column("answered_count", "已答复办结", "count"),
        Column("due_count", "到期", "count"), Column("on_time_count", "按期", "count"), Column("on_time", "按期率", "pct"),
        Column("rated_count", "有评价", "count"), Column("satisfied_count", "满意和基本满意", "count"), Column("satisfied", "满意率", "pct"),
    )  # fmt: skip
    shown = [
        {
            **row,
            "on_time": share(row["on_time_count"], row["due_count"]),
            "satisfied": share(row["satisfied_count"], row["rated_count"]),
        }
        for row in rows
    ]
    return table_of(title, columns, shown)


def _heat(heat: Sequence[Row]) -> Chart:
    """Cases by district and category; a pair without cases is 0."""
    districts, categories = ([*dict.fromkeys(row[key] for row in heat)] for key in ("district", "category"))
    found = {(row["district"], row["category"]): row["case_count"] for row in heat}
    columns = (Column("name", "区"), *(Column(category, category, "count") for category in categories))
    rows = [
        {"name": district, **{category: found.get((district, category), 0) for category in categories}}
        for district in districts
    ]
    series = [
        {"name": row["name"], "values": [number_for_chart(row[category]) for category in categories], "texts": [cell(row[category], "count").text for category in categories], "tone": ""}
        for row in rows
    ]  # fmt: skip
    return Chart(
        "cases-heat",
        "随手拍案件,区与类别",
        "heat",
        districts,
        series,
        "件",
        table_of("随手拍案件,区与类别(件)", columns, rows),
        categories,
    )
