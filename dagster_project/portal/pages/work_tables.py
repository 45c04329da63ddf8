"""The tables on the work of deputies in a year, and what is withheld of them in editions for everybody."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.contracts.code_lists import load_code_list
from dagster_project.portal.disclosure import WITHHELD, Key, SmallCells, Sum, masked, rule_of, withheld_cells
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
    "rates": f"""
        select handling_rates.*, issue_count, undecided_pair_count
        from marts.handling_rates join marts.issue_counts using (department_code, fiscal_year, ledger)
        where {OF_THE_YEAR} order by ledger
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


@dataclass(frozen=True)
class WorkTables:
    """The tables of the page, with what is withheld in the public edition in place of its counts; and which cells those are."""

    tables: Mapping[str, Sequence[Row]]
    heat: Sequence[Row]
    withheld: frozenset[Key]


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
    tables = {name: list(rows) for name, rows in work.items() if name not in ("cases", "rates")}
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
