"""What one version says otherwise than another: figures, by how much and by which rows; scores; tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from dagster_project.ingestion.sql import named_rows
from dagster_project.publishing.proof import read_manifest
from dagster_project.publishing.versions import PublishedVersion

SHOWN_ROWS = 3
"""So many rows that came or went are named of each figure; all are counted."""
ONLY_IN = """
    select {is_new} as is_new, e.*, files.file
    from {own}_evidence as e semi join changed using (figure_id, fiscal_year, department_code)
    anti join {other}_evidence as other
        on e.figure_id = other.figure_id and e.fiscal_year = other.fiscal_year and e.department_code = other.department_code
        and e.fact_key = other.fact_key and e.measure is not distinct from other.measure
    left join {own}_files as files on e.submission_id = files.submission_id
"""
FACTS = f"""
    create or replace temp table changed_facts as
    with changed as (
        select figure_id, fiscal_year, department_code
        from before_figures as a full join after_figures as b using (figure_id, fiscal_year, department_code)
        where (a.value, a.status) is distinct from (b.value, b.status)
    )
    {ONLY_IN.format(is_new="false", own="before", other="after")}
    union all
    {ONLY_IN.format(is_new="true", own="after", other="before")}
"""
ROWS = f"""
    select figure_id, fiscal_year, department_code, count(*) filter (not is_new) as gone, count(*) filter (is_new) as come,
        list(concat(case when is_new then '+ ' else '- ' end, file, ' 第 ', row_number, ' 行 ', fact_key, ' ', measure)
            order by file, row_number, is_new)[:{SHOWN_ROWS}] as rows
    from changed_facts group by all
"""
FIGURES = f"""
    select figure_id, coalesce(b.label_zh, a.label_zh) as label_zh, fiscal_year, department_code,
        a.display_text as before_zh, b.display_text as after_zh, b.value - a.value as difference, coalesce(b.unit, a.unit) as unit,
        coalesce(facts.gone, 0) as gone, coalesce(facts.come, 0) as come, coalesce(facts.rows, []) as rows
    from before_figures as a
    full join after_figures as b using (figure_id, fiscal_year, department_code)
    left join ({ROWS}) as facts using (figure_id, fiscal_year, department_code)
    where (a.value, a.status, a.display_text) is distinct from (b.value, b.status, b.display_text)
    order by department_code, fiscal_year, figure_id
"""
SCORES = """
    select scheme_id, fiscal_year, department_code, a.score as score_before, b.score as score_after, a.rating as rating_before, b.rating as rating_after
    from before_scores as a full join after_scores as b using (scheme_id, fiscal_year, department_code)
    where (a.score, a.rating) is distinct from (b.score, b.rating)
    order by department_code, fiscal_year, scheme_id
"""


@dataclass(frozen=True)
class FigureChange:
    """A figure that differs; ``difference`` in its unit, None where it had or has no value.

    ``gone`` and ``come`` count the facts behind it that only one of the versions has, ``rows`` names the first of them.
    """

    figure_id: str
    label_zh: str
    fiscal_year: int
    department_code: str
    before_zh: str | None
    after_zh: str | None
    difference: Decimal | None
    unit: str
    gone: int
    come: int
    rows: Sequence[str]


@dataclass(frozen=True)
class ScoreChange:
    """A total score or rating that differs."""

    scheme_id: str
    fiscal_year: int
    department_code: str
    score_before: Decimal | None
    score_after: Decimal | None
    rating_before: str | None
    rating_after: str | None


@dataclass(frozen=True)
class Differences:
    """What differs; ``tables`` has the row counts, before and after, of tables with other content, None where there is no such table."""

    figures: tuple[FigureChange, ...]
    scores: tuple[ScoreChange, ...]
    tables: Mapping[str, tuple[int | None, int | None]]


def differences(before: PublishedVersion, after: PublishedVersion) -> Differences:
    """Compare two versions, the older one first, as a rule.

    Raises:
        PublishError: a version has no whole manifest.
    """
    with duckdb.connect() as connection:
        for name, version in (("before", before), ("after", after)):
            folder = str(version.path).replace("'", "''")
            for view, table in (("figures", "evaluation/figures"), ("evidence", "evaluation/evidence")):
                connection.execute(f"create view {name}_{view} as from read_parquet('{folder}/{table}.parquet')")
            connection.execute(
                f"create view {name}_files as select submission_id, max_by(file, log_no) as file"
                f" from read_parquet('{folder}/quality/submissions.parquet') group by submission_id"
            )
            connection.execute(
                f"create view {name}_scores as from read_parquet('{folder}/evaluation/scorecard.parquet') where level = 'total'"
            )
        connection.execute(FACTS)
        figures = tuple(FigureChange(**each) for each in named_rows(connection.execute(FIGURES)))
        scores = tuple(ScoreChange(**each) for each in named_rows(connection.execute(SCORES)))
    own, other = (read_manifest(version.path)["sha256"] for version in (before, after))
    tables = {
        table: (before.tables.get(table), after.tables.get(table))
        for table in sorted(before.tables.keys() | after.tables.keys())
        if own.get(f"{table}.parquet") != other.get(f"{table}.parquet")
    }
    return Differences(figures, scores, tables)
