"""The page on the work of deputies: suggestions, opinions at stations, snapshot cases; how many, in time, how satisfied, by district and kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.contracts.code_lists import load_code_list
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
from dagster_project.portal.disclosure import WITHHELD, Key, SmallCells, Sum, masked, rule_of, withheld_cells
from dagster_project.portal.pages.figures import figure_path
from dagster_project.portal.reading import PortalYear, Site
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row

HANDLED = ("answered_count", "due_count", "on_time_count", "rated_count", "satisfied_count")
SUMS = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in HANDLED)
IS_DUE = "due_on is not null and (finished_at is not null or due_on <= make_date(fiscal_year, 12, 31))"
QUERIES = {
    "suggestions_by_level": f"""
        select congress_level as name, cast(sum(suggestion_count) as bigint) as case_count, {SUMS}
        from marts.suggestions_by_month where {OF_THE_YEAR} group by congress_level order by congress_level
    """,
    "suggestions_by_month": f"""
        select calendar_month || '月' as name, cast(sum(suggestion_count) as bigint) as case_count, {SUMS}
        from marts.suggestions_by_month where {OF_THE_YEAR} group by calendar_month order by calendar_month
    """,
    "suggestions_by_host": f"""
        select host_unit as name, cast(sum(suggestion_count) as bigint) as case_count, {SUMS}
        from marts.suggestions_by_host where {OF_THE_YEAR} group by host_unit order by case_count desc, host_unit
    """,
    "feedback_by_district": f"""
        select coalesce(district_name, '未注明') as name, cast(sum(opinion_count) as bigint) as case_count, {SUMS}
        from marts.station_activity where {OF_THE_YEAR} group by name order by case_count desc, name
    """,
    "feedback_by_category": f"""
        select coalesce(category, '未注明') as name, count(*) as case_count, count(cast(finished_at as date)) as answered_count,
            count(*) filter ({IS_DUE}) as due_count, count(*) filter (cast(finished_at as date) <= due_on) as on_time_count,
            count(satisfaction) as rated_count, count(*) filter (satisfaction in ('满意', '基本满意')) as satisfied_count
        from marts.fct_station_feedback where {OF_THE_YEAR} group by name order by case_count desc, name
    """,
    "cases": f"""
        select coalesce(districts.district_name, '未注明') as district, coalesce(category, '未注明') as category,
            cast(sum(case_count) as bigint) as case_count, {SUMS}
        from marts.snapshot_cases_by_district left join marts.dim_district as districts using (district_code)
        where {OF_THE_YEAR} group by all order by all
    """,
}
"""The queries of the page; they take ``$year`` and ``$department``."""
REST = (("case_count", "answered_count"), ("due_count", "on_time_count"), ("rated_count", "satisfied_count"))
"""Counts and their parts: the rest (not answered, late, not satisfied) is a count too, which no table shows."""
TOTAL_ZH = "合计"
SUBJECTS = ("suggestions", "feedback", "cases")
"""What the names of tables begin with; tables of one subject tell the same things by different columns."""
BY_SIZE = (
    "suggestions_by_host",
    "feedback_by_district",
    "feedback_by_category",
    "cases_by_district",
    "cases_by_category",
)
"""Tables with the largest first; not in the public edition, where the place of a row would tell what is withheld."""
HEADLINES = (
    "suggestions.all_levels",
    "suggestions.municipal",
    "feedback.received",
    "feedback.solved",
    "snapshots.cases",
    "snapshots.closed_rate",
)


@dataclass(frozen=True)
class WorkTables:
    """The tables of the page, with what is withheld in the public edition in place of its counts; and which cells those are."""

    tables: Mapping[str, Sequence[Row]]
    heat: Sequence[Row]
    withheld: frozenset[Key]


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


def tables_of_work(
    work: Mapping[str, Sequence[Row]], fiscal_year: int, is_public: bool, withheld_before: frozenset[Key]
) -> WorkTables:
    """The tables on the work of deputies in a year.

    Args:
        work: the rows of `QUERIES` by name.
        fiscal_year: the year, which decides what is small.
        is_public: whether small cells are withheld.
        withheld_before: what was withheld by any edition before.
    """
    tables = {name: list(rows) for name, rows in work.items() if name != "cases"}
    levels = {code.code: code.name_zh for code in load_code_list("congress_levels")}
    tables["suggestions_by_level"] = [
        {**row, "name": levels.get(row["name"], row["name"])} for row in tables["suggestions_by_level"]
    ]
    cases = work["cases"]
    for name, key in (("cases_by_district", "district"), ("cases_by_category", "category")):
        tables[name] = _grouped(cases, key)
    if is_public:
        tables |= {name: sorted(tables[name], key=lambda row: row["name"]) for name in BY_SIZE}
        cases = sorted(cases, key=lambda row: (row["district"], row["category"]))
    tables = {name: [*rows, _total(rows)] if rows else [] for name, rows in tables.items()}
    heat = [
        {"district": row["district"], "category": row["category"], "case_count": row["case_count"]} for row in cases
    ]
    if not is_public:
        return WorkTables(tables, heat, frozenset())
    withheld = _withheld(tables, heat, rule_of(fiscal_year), withheld_before)
    shown = {
        name: [_masked_row(row, name, withheld) for row in rows] for name, rows in tables.items()
    }  # fmt: skip
    cells = [
        {
            **row,
            "case_count": row["case_count"] if ("heat", row["district"], row["category"]) not in withheld else WITHHELD,
        }
        for row in heat
    ]
    return WorkTables(shown, cells, withheld)


def _masked_row(row: Row, table: str, withheld: frozenset[Key]) -> Row:
    return masked([{**row, table: row["name"]}], table, withheld)[0]


def _grouped(rows: Iterable[Row], key: str) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        one = found.setdefault(row[key], {"name": row[key], **dict.fromkeys(("case_count", *HANDLED), 0)})
        for measure in ("case_count", *HANDLED):
            one[measure] += row[measure] or 0
    return sorted(found.values(), key=lambda row: (-row["case_count"], row["name"]))


def _total(rows: Sequence[Row]) -> Row:
    """The sum of a table; no value where no row has one."""
    total: Row = {"name": TOTAL_ZH}
    for measure in ("case_count", *HANDLED):
        known = [row[measure] for row in rows if row[measure] is not None]
        total[measure] = sum(known) if known else None
    return total


def _withheld(
    tables: Mapping[str, Sequence[Row]], heat: Sequence[Row], rule: SmallCells, before: frozenset[Key]
) -> frozenset[Key]:
    """The cells that are not told, for each subject over all of its tables at once: what one withholds, no other tells."""
    withheld: frozenset[Key] = frozenset()
    for subject in SUBJECTS:
        counts: dict[Key, int] = {}
        sums: list[Sum] = []
        never: frozenset[Key] = frozenset()
        names = [name for name in tables if name.startswith(subject) and tables[name]]
        for name in names:
            of_table, sums_of_table, rest = _table_counts(name, tables[name])
            counts |= of_table
            sums += sums_of_table
            never |= rest
        for one, other in itertools.pairwise(names):
            for measure in ("case_count", *HANDLED):
                if counts[one, TOTAL_ZH, measure] == counts[other, TOTAL_ZH, measure]:
                    sums.append(((one, TOTAL_ZH, measure), ((other, TOTAL_ZH, measure),)))
        if subject == "cases" and heat:
            sums += _heat_sums(counts, heat)
        withheld |= withheld_cells(counts, sums, rule, never, before)
    return withheld


def _table_counts(name: str, rows: Sequence[Row]) -> tuple[dict[Key, int], list[Sum], frozenset[Key]]:
    """The counts of a table by (table, row, measure), the sums over its rows, and those of counts and their rests."""
    counts: dict[Key, int] = {}
    sums: list[Sum] = []
    never: set[Key] = set()
    parts = [row["name"] for row in rows if row["name"] != TOTAL_ZH]
    for row in rows:
        for measure in ("case_count", *HANDLED):
            counts[name, row["name"], measure] = row[measure] or 0
        for whole, part in REST:
            rest = (name, row["name"], f"{whole} without {part}")
            counts[rest] = (row[whole] or 0) - (row[part] or 0)
            never.add(rest)
            sums.append(((name, row["name"], whole), ((name, row["name"], part), rest)))
    if parts:
        measures = {key[2] for key in counts if isinstance(key, tuple)}
        sums += [((name, TOTAL_ZH, m), tuple((name, part, m) for part in parts)) for m in sorted(measures)]
    return counts, sums, frozenset(never)


def _heat_sums(counts: dict[Key, int], heat: Sequence[Row]) -> list[Sum]:
    """Adds the cases by district and category to the counts; their sums are what the tables of districts and categories tell."""
    counts |= {("heat", row["district"], row["category"]): row["case_count"] for row in heat}
    sums: list[Sum] = []
    for table, key in (("cases_by_district", "district"), ("cases_by_category", "category")):
        for name in dict.fromkeys(row[key] for row in heat):
            parts = tuple(("heat", row["district"], row["category"]) for row in heat if row[key] == name)
            sums.append(((table, name, "case_count"), parts))
    return sums


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
