"""The scorecard of a year, and what stands behind one indicator, read from a published version."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.coverage import LackingLedger, lacking_ledgers
from dagster_project.reporting.reading.published import Row, amount_text, rows_of, tells

FIGURE_COLUMNS = ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure", "target_figure")
"""The figures of a component: what is divided by what, what costs points, what leaves none where it is above zero, and which
approved targets it is one of."""


NOT_COMPARABLE = """
    select * from evaluation.figures
    where fiscal_year = ? and department_code = ? and status = 'NOT_COMPARABLE' order by figure_id
"""


class UnknownEvaluation(LookupError):
    """There is no such evaluation; the message says which there are."""


@dataclass(frozen=True)
class Scorecard:
    """A department's evaluation of one year under one scheme.

    ``scheme`` is a row of the scheme; ``levels`` holds the scores of levels 1 and 2 by name, ``total`` the last row of the
    scorecard; ``indicators`` and ``duties`` are in order of their numbers; ``lacking`` is what figures of the year go without;
    ``refused`` are figures that would compare years on two sides of a break of their series, with the reason.
    An indicator that only counts what costs points has the counts in ``counted_zh``, such as 3次: its share says nothing.
    """

    scheme: Row
    fiscal_year: int
    department_code: str
    department_name: str
    indicators: list[Row]
    duties: list[Row]
    levels: list[Row]
    total: Row
    lacking: tuple[LackingLedger, ...] = ()
    refused: tuple[Row, ...] = ()

    @property
    def missing(self) -> list[Row]:
        """The indicators that cannot be scored, because data are missing."""
        return [row for row in self.indicators if row["score_status"] == "MISSING_DATA"]

    @property
    def partial(self) -> list[Row]:
        """The indicators that are scored from a part of the year, for now."""
        return [row for row in self.indicators if row["score_status"] == "PARTIAL"]

    @property
    def unrated(self) -> list[Row]:
        """The indicators for which the total has no rating and there are no documents."""
        return [row for row in self.indicators if row["score_status"] in ("MISSING_DATA", "PARTIAL")]


@dataclass(frozen=True)
class IndicatorPassport:
    """All there is to say about one indicator: its rule, its components with their numbers, its clocks, its figures."""

    indicator: Row
    rule: Row
    components: list[Row]
    clocks: list[Row]
    figures: list[str]


def read_scorecard(
    version_dir: Path, fiscal_year: int, department_code: str, scheme_id: str | None = None
) -> Scorecard:
    """The scorecard of a year; without a scheme, under the one that the year is evaluated by.

    Raises:
        UnknownEvaluation: the version has no evaluation of the year, department and scheme.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        scheme = _scheme(connection, fiscal_year, department_code, scheme_id)
        key = [scheme["scheme_id"], fiscal_year, department_code]
        where = "scheme_id = ? and fiscal_year = ? and department_code = ?"
        levels = rows_of(
            connection, f"select * from evaluation.scorecard where {where} order by first_indicator_no", key
        )
        return Scorecard(
            scheme=scheme,
            fiscal_year=fiscal_year,
            department_code=department_code,
            department_name=_department_name(connection, department_code),
            indicators=_indicators(connection, where, key),
            duties=rows_of(
                connection, f"select * from evaluation.duty_indicators where {where} order by indicator_no", key
            ),
            levels=[row for row in levels if row["level"] != "total"],
            total=next(row for row in levels if row["level"] == "total"),
            lacking=lacking_ledgers(connection, fiscal_year, department_code),
            # A version of before breaks were told has no reasons.
            refused=tuple(
                row
                for row in rows_of(connection, NOT_COMPARABLE, [fiscal_year, department_code])
                if row.get("reason_zh")
            ),
        )


def _indicators(connection: duckdb.DuckDBPyConnection, where: str, key: list[Any]) -> list[Row]:
    rows = rows_of(connection, f"select * from {_all_schemes(connection)} where {where} order by indicator_no", key)
    counts = rows_of(
        connection,
        f"""
        select components.indicator_no, figures.value, figures.unit, figures.status
        from (
            select *, bool_and(method = 'cases') over (partition by indicator_no) as only_counts
            from evaluation.indicator_components where {where}
        ) as components
        join evaluation.figures as figures
            on components.case_figure = figures.figure_id
            and components.fiscal_year = figures.fiscal_year
            and components.department_code = figures.department_code
        where components.only_counts
        order by components.indicator_no, components.component_no
        """,
        key,
    )
    return [
        row
        | {"counted_zh": "、".join(amount_text(each) for each in counts if each["indicator_no"] == row["indicator_no"])}
        for row in rows
    ]


def _all_schemes(connection: duckdb.DuckDBPyConnection) -> str:
    """The table of scores under every scheme; in versions of older releases it has the name of what counts alone now."""
    table = "evaluation.indicators_all_schemes"
    return table if tells(connection, table) else "evaluation.indicators"


def value_text(row: Row) -> str:
    """What an indicator reached: a share, or the counts of what costs points."""
    return str(row["counted_zh"]) or percentage_text(row["value"])


def read_indicator(
    version_dir: Path, indicator_no: int, fiscal_year: int, department_code: str, scheme_id: str | None = None
) -> IndicatorPassport:
    """What stands behind one indicator.

    Raises:
        UnknownEvaluation: the version has no such indicator for the year, department and scheme.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        scheme = _scheme(connection, fiscal_year, department_code, scheme_id)
        key = [scheme["scheme_id"], fiscal_year, department_code, indicator_no]
        where = "scheme_id = ? and fiscal_year = ? and department_code = ? and indicator_no = ?"
        indicators = rows_of(connection, f"select * from {_all_schemes(connection)} where {where}", key)
        if not indicators:
            raise UnknownEvaluation(f"方案 {scheme['scheme_id']} 没有第 {indicator_no} 项指标")
        components = rows_of(
            connection, f"select * from evaluation.indicator_components where {where} order by component_no", key
        )
        rule = rows_of(
            connection,
            """
            select rules.* replace (coalesce(bases.basis_zh, rules.basis_zh) as basis_zh)
            from evaluation.indicator_rules as rules
            left join evaluation.indicator_bases as bases
                on rules.scheme_id = bases.scheme_id and rules.indicator_no = bases.indicator_no and bases.fiscal_year = ?
            where rules.scheme_id = ? and rules.indicator_no = ?
            """,
            [fiscal_year, scheme["scheme_id"], indicator_no],
        )[0]
        named = [c[name] for c in components for name in FIGURE_COLUMNS]
        figures = list(dict.fromkeys(name for name in named if name))
        clocks = rows_of(
            connection,
            """
            select * from evaluation.clocks
            where list_contains(?, figure_id) and fiscal_year = ? and department_code = ?
            order by figure_id, is_late desc, started_on, fact_key
            """,
            [figures, fiscal_year, department_code],
        )
        return IndicatorPassport(indicators[0], rule, components, clocks, figures)


def refused_words(figure: Row) -> str:
    """What is said of a growth that is not computed, because its series changed between the years."""
    return f"{figure['label_zh']}不计算,与上年不作比较:{figure['reason_zh']}"


def target_words(component: Row) -> str:
    """The target that a component is held against, such as ≥95, 90~95 or words."""
    sign = "" if component["operator"] in ("定性", "区间") else component["operator"]
    return f"{sign}{component['target_text'] or '未定'}"


def clock_text(clock: Row) -> str:
    """One clock in words: from when to when, how many days, and whether that was late."""
    finished = clock["finished_on"] or "未完成"
    days = "" if clock["day_count"] is None else f",{clock['day_count']} {clock['day_unit_zh']}"
    started = f"{clock['started_on']} → " if clock["started_on"] else ""
    late = "  逾期" if clock["is_late"] else ""
    return f"{clock['fact_name']}  {started}{finished}{days}(期限 {clock['due_on'] or '—'}){late}"


def percentage_text(value: Decimal | None) -> str:
    """A completed value in per cent with at most two decimals, half up; a dash where there is none."""
    if value is None:
        return "—"
    rounded = value.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _scheme(
    connection: duckdb.DuckDBPyConnection, fiscal_year: int, department_code: str, scheme_id: str | None
) -> Row:
    try:
        known = rows_of(
            connection,
            """
            select schemes.*, scorecard.fiscal_year, scorecard.department_code, scorecard.is_trial
            from evaluation.scorecard as scorecard join evaluation.schemes as schemes using (scheme_id)
            where scorecard.level = 'total'
            order by scorecard.fiscal_year, scorecard.department_code, scorecard.is_trial, scheme_id
            """,
            [],
        )
    except duckdb.CatalogException as error:
        raise UnknownEvaluation(f"该版本的表与本程序不符,请重新运行 jixiao nightly:{error}") from error
    for row in known:
        if (row["fiscal_year"], row["department_code"]) == (fiscal_year, department_code) and (
            row["scheme_id"] == scheme_id or (scheme_id is None and not row["is_trial"])
        ):
            return row
    listed = "、".join(f"{r['fiscal_year']} 年度 {r['department_code']} {r['scheme_id']}" for r in known) or "无"
    wanted = f"{fiscal_year} 年度部门 {department_code}" + (f" 方案 {scheme_id}" if scheme_id else "")
    raise UnknownEvaluation(f"没有 {wanted} 的评价结果;有:{listed}")


def _department_name(connection: duckdb.DuckDBPyConnection, department_code: str) -> str:
    found = connection.execute(
        "select department_name from marts.dim_department where department_code = ?", [department_code]
    ).fetchone()
    return found[0] if found else department_code
