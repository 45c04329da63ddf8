"""The passport of a figure: what it means, its formula with numbers, the rows behind it, and what changed since last time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import SUBMISSION_FILES, Row, figures_of, plain_number, rows_of

SHOWN_IN_FULL = 20
SOURCE_COLUMNS = "submissions.file, evidence.sheet, evidence.row_number, evidence.fact_key, evidence.measure"
RATIOS = ("ratio", "growth", "difference")
"""How figures are made of two others; they have no rows of their own."""
NEAR, LIKE_ENOUGH = 6, 0.5
"""How many figures a message names that may be meant, and how alike two spellings are at least (1 is the same)."""


class UnknownFigure(LookupError):
    """There is no such figure for the year and department; the message lists near ones."""


@dataclass(frozen=True)
class SourceRow:
    """One row of evidence: where it stands in which file, which fact it is, and what it counts for."""

    file: str
    sheet: str
    row_number: int
    fact_key: str
    measure: Decimal | None


@dataclass(frozen=True)
class Component:
    """A figure that is made from evidence, with all its rows or, where they are many, the first and the last."""

    figure_id: str
    label_zh: str
    display_text: str
    formula: str
    evidence_count: int
    rows: list[SourceRow]


@dataclass(frozen=True)
class ChangedRow:
    """A fact whose measure differs from the version before; None where it was not there."""

    figure_id: str
    fact_key: str
    before: Decimal | None
    after: Decimal | None
    source: SourceRow | None


@dataclass(frozen=True)
class Passport:
    """All there is to say about one figure of one year and department.

    ``coverage_zh`` says what of the year it lacks, ``source_zh`` where its definition comes from and how sure it is.
    """

    figure_id: str
    fiscal_year: int
    department_code: str
    label_zh: str
    display_text: str
    status: str
    definition_zh: str
    formula: str
    coverage_zh: str
    components: list[Component]
    source_zh: str = ""


def read_passport(version_dir: Path, figure_id: str, fiscal_year: int, department_code: str) -> Passport:
    """The passport of a figure from a published version.

    Args:
        version_dir: folder of the version.
        figure_id: id of the figure, or its Chinese name, or a part of it that no other name has.
        fiscal_year: the year.
        department_code: the department.

    Raises:
        UnknownFigure: the version has no such figure for the year and department, or several of the name.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        figures = _figures(connection, fiscal_year, department_code)
        figure_id = _named(connection, figures, figure_id, fiscal_year, department_code)
        figure = figures[figure_id]
        parts = [figure_id]
        if figure["aggregation"] in RATIOS:
            parts = [figure["numerator_figure"], figure["denominator_figure"]]
        return Passport(
            figure_id=figure_id,
            fiscal_year=fiscal_year,
            department_code=department_code,
            label_zh=figure["label_zh"],
            display_text=figure["display_text"],
            status=figure["status"],
            definition_zh=figure["definition_zh"],
            formula=formula_text(figure, figures),
            coverage_zh=figure.get("coverage_zh") or "",
            components=[_component(connection, figures[part], fiscal_year, department_code) for part in parts],
            source_zh=f"{figure['source']}({figure['confidence']})" if figure.get("source") else "",
        )


def _named(
    connection: duckdb.DuckDBPyConnection, figures: dict[str, Row], name: str, fiscal_year: int, department_code: str
) -> str:
    """The figure that a person means: by its id, its name, or a part of the name that is nobody else's."""
    if name in figures:
        return name
    labels = {figure_id: str(row["label_zh"]) for figure_id, row in figures.items()}
    found = [figure_id for figure_id, label in labels.items() if label == name]
    found = found or [figure_id for figure_id, label in labels.items() if name in label or name in figure_id]
    if len(found) == 1:
        return found[0]
    if years := _years_of(connection, name):
        raise UnknownFigure(f"{fiscal_year} 年度不适用数字 {name}:{years}")
    said = f"有 {len(found)} 个数字的名称含“{name}”,请写编号" if found else f"没有数字 {name}"
    near = found or _alike(name, labels)
    shown = "、".join(f"{labels[figure_id]} {figure_id}" for figure_id in near[:NEAR])
    more = "等" if len(near) > NEAR else ""
    raise UnknownFigure(
        f"{fiscal_year} 年度部门 {department_code} {said}"
        + (f":{shown}{more}" if found else f";相近的有:{shown}" if near else "")
        + ";全部数字见 jixiao figures"
    )


def _alike(name: str, labels: dict[str, str]) -> list[str]:
    """Figures whose id or name is written much like this, the likest first."""
    spelled = {label: figure_id for figure_id, label in labels.items()} | {figure_id: figure_id for figure_id in labels}
    return list(dict.fromkeys(spelled[each] for each in get_close_matches(name, spelled, NEAR, LIKE_ENOUGH)))


def _years_of(connection: duckdb.DuckDBPyConnection, figure_id: str) -> str:
    """The years for which a figure is defined, in words; empty where it is of none."""
    found = connection.execute(
        "select valid_from, valid_to from evaluation.figure_definitions where figure_id = ? order by valid_from",
        [figure_id],
    ).fetchall()
    return "、".join(f"{first} 年度起" + (f"至 {last} 年度" if last else "") + "有" for first, last in found)


def evidence_rows(
    version_dir: Path, figure_ids: list[str], fiscal_year: int, department_code: str, fact_key: str | None = None
) -> list[tuple[str, SourceRow]]:
    """All rows behind figures, or those of one fact, in order of figure, file, sheet and row."""
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            f"""
            select evidence.figure_id, {SOURCE_COLUMNS}
            from evaluation.evidence as evidence join {_files()} as submissions using (submission_id)
            where list_contains(?, evidence.figure_id) and evidence.fiscal_year = ? and evidence.department_code = ?
                and (? is null or evidence.fact_key = ?)
            order by all
            """,
            [figure_ids, fiscal_year, department_code, fact_key, fact_key],
        ).fetchall()
    return [(figure, SourceRow(*row)) for figure, *row in rows]


def changed_rows(
    version_dir: Path, earlier_dir: Path, figure_ids: list[str], fiscal_year: int, department_code: str
) -> list[ChangedRow]:
    """The facts of figures whose total measure differs between two published versions."""
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        connection.execute(f"attach '{earlier_dir / DATABASE}' as earlier (read_only)")
        parameters = {"figures": figure_ids, "year": fiscal_year, "department": department_code}

        def facts(schema: str) -> str:
            return f"""(
                select figure_id, fact_key, sum(measure) as measure, min(submission_id) as submission_id,
                    min(sheet) as sheet, min(row_number) as row_number
                from {schema} where list_contains($figures, figure_id) and fiscal_year = $year and department_code = $department
                group by figure_id, fact_key
            )"""

        rows = connection.execute(
            f"""
            select
                coalesce(now.figure_id, past.figure_id), coalesce(now.fact_key, past.fact_key),
                past.measure, now.measure, submissions.file, now.sheet, now.row_number
            from {facts("evaluation.evidence")} as now
            full join {facts("earlier.evaluation.evidence")} as past
                on now.figure_id = past.figure_id and now.fact_key = past.fact_key
            left join {_files()} as submissions on now.submission_id = submissions.submission_id
            where now.measure is distinct from past.measure
            order by 1, 2
            """,
            parameters,
        ).fetchall()
    return [
        ChangedRow(figure, fact, before, after, SourceRow(file, sheet, row, fact, after) if file else None)
        for figure, fact, before, after, file, sheet, row in rows
    ]


def figure_table(version_dir: Path, fiscal_year: int, department_code: str, words: str = "") -> list[Row]:
    """The figures of a year and department whose id or name has these words in it.

    Returns:
        rows of ``figure_id``, ``label_zh``, ``display_text``, ``evidence_count`` and ``status``, by id.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        return rows_of(
            connection,
            """
            select figure_id, label_zh, display_text, evidence_count, status
            from evaluation.figures
            where fiscal_year = $year and department_code = $department
                and (contains(figure_id, $words) or contains(label_zh, $words))
            order by figure_id
            """,
            {"year": fiscal_year, "department": department_code, "words": words},
        )


def _files() -> str:
    """The file of each submission, its last name where it came under several; and of the rows of a scoring scheme."""
    return f"""(
        select submission_id, file from {SUBMISSION_FILES}
        union all select 'scheme', 'dbt/seeds/schemes/evaluation_indicators.csv'
    )"""


def _figures(connection: duckdb.DuckDBPyConnection, fiscal_year: int, department_code: str) -> dict[str, Row]:
    try:
        return figures_of(connection, fiscal_year, department_code)
    except duckdb.CatalogException as error:
        raise UnknownFigure(f"该版本的表与本程序不符,请重新运行 jixiao nightly:{error}") from error


def _component(connection: duckdb.DuckDBPyConnection, figure: Row, fiscal_year: int, department_code: str) -> Component:
    rows = connection.execute(
        f"""
        select * exclude (place, total) from (
            select {SOURCE_COLUMNS},
                row_number() over (order by file, sheet, row_number, fact_key) as place, count(*) over () as total
            from evaluation.evidence as evidence join {_files()} as submissions using (submission_id)
            where figure_id = ? and fiscal_year = ? and department_code = ?
        )
        where total <= {SHOWN_IN_FULL} or place = 1 or place = total
        order by place
        """,
        [figure["figure_id"], fiscal_year, department_code],
    ).fetchall()
    return Component(
        figure_id=figure["figure_id"],
        label_zh=figure["label_zh"],
        display_text=figure["display_text"],
        formula=formula_text(figure, {}),
        evidence_count=figure["evidence_count"],
        rows=[SourceRow(*row) for row in rows],
    )


def formula_text(figure: Row, figures: dict[str, Row]) -> str:
    """The formula of a figure with its numbers in it."""
    if figure["value"] is None:
        reason = f":{figure['reason_zh']}" if figure.get("reason_zh") else ""
        return f"没有数值:{figure['display_text']}{reason}"
    value, unit = plain_number(figure["value"]), figure["unit"]
    if figure["aggregation"] in RATIOS and figures:
        top, bottom = (figures[figure[name]] for name in ("numerator_figure", "denominator_figure"))
        words, numbers = top["label_zh"], plain_number(top["value"])
        if figure["aggregation"] == "difference":
            return f"{words} − {bottom['label_zh']} = {numbers} − {plain_number(bottom['value'])} = {value} {unit}"
        if figure["aggregation"] == "growth":
            words, numbers = f"({words} − {bottom['label_zh']})", f"({numbers} − {plain_number(bottom['value'])})"
        return f"{words} ÷ {bottom['label_zh']} = {numbers} ÷ {plain_number(bottom['value'])} × 100% = {value}%"
    if figure["aggregation"] == "sum":
        factor = figure["units_per_figure_unit"]
        total = plain_number(figure["value"] * factor)
        scaled = f" ÷ {factor:,} = {value} {unit}" if factor != 1 else ""
        return f"{figure['evidence_count']:,} 行的金额相加 = {total} {figure['measure_unit']}{scaled}"
    counted = "不同的对象" if figure["aggregation"] == "count_distinct" else "事实"
    return f"{figure['evidence_count']:,} 行中{counted}计数 = {value} {unit}"
