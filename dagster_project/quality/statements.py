"""How an indicator was verified, from what its checks found: nothing is claimed that is not so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagster_project.quality.check_results import ledger_tables

if TYPE_CHECKING:
    import duckdb

EVALUATION_TABLES = (
    "evaluation.evidence", "evaluation.figures", "evaluation.figure_definitions", "evaluation.indicators",
    "evaluation.indicators_all_schemes",
    "evaluation.indicator_components", "evaluation.indicator_rules", "evaluation.scheme_components", "evaluation.scheme_bands",
    "evaluation.scheme_ratings", "evaluation.scorecard",
)  # fmt: skip
"""The tables that every score passes through."""
STATEMENTS = """
    with
    named as (
        select scheme_id, fiscal_year, department_code, indicator_no,
            unnest([numerator_figure, denominator_figure, case_figure, zero_if_figure, target_figure]) as figure_id
        from evaluation.indicator_components
    ),
    figures as (
        select distinct named.scheme_id, named.fiscal_year, named.department_code, named.indicator_no,
            unnest([definitions.figure_id, definitions.numerator_figure, definitions.denominator_figure]) as figure_id
        from named inner join evaluation.figure_definitions as definitions
            on named.figure_id = definitions.figure_id
            and named.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    ),
    ledgers as (
        select distinct figures.* exclude (figure_id), unnest(string_split(definitions.source_ledgers, '|')) as ledger
        from figures inner join evaluation.figure_definitions as definitions
            on figures.figure_id = definitions.figure_id
            and figures.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    ),
    looked_at as (
        select distinct ledgers.* exclude (ledger), checks_of_tables.check_id
        from ledgers inner join tables_of_ledgers using (ledger) inner join checks_of_tables using (subject)
        union
        select statements.scheme_id, statements.fiscal_year, statements.department_code, statements.indicator_no, checks_of_tables.check_id
        from evaluation.quality_statements as statements cross join checks_of_tables
        where checks_of_tables.subject in (select unnest(?))
    ),
    own as (
        select department_code, fiscal_year, check_id, count(*) filter (state = 'open') as open_count,
            count(*) filter (state = 'accepted') as accepted_count
        from all_issues group by all
    ),
    judged as (
        select looked_at.*, coalesce(sum(own.open_count), 0) as open_count, coalesce(sum(own.accepted_count), 0) as accepted_count
        from looked_at left join own
            on looked_at.check_id = own.check_id
            and looked_at.department_code = coalesce(own.department_code, looked_at.department_code)
            and looked_at.fiscal_year = coalesce(own.fiscal_year, looked_at.fiscal_year)
        group by all
    ),
    told as (
        select scheme_id, fiscal_year, department_code, indicator_no,
            '勾稽关系和发布前规则 ' || count(*) || ' 项:' || count(*) filter (open_count + accepted_count = 0) || ' 项没有疑点'
            || case when sum(open_count) > 0 then ',' || count(*) filter (open_count > 0) || ' 项有未处理的疑点 ' || sum(open_count) || ' 处' else '' end
            || case when sum(accepted_count) > 0
                then ',' || count(*) filter (accepted_count > 0) || ' 项有已认可的疑点 ' || sum(accepted_count) || ' 处' else '' end as text
        from judged group by all
    ),
    unread as (
        select ledgers.scheme_id, ledgers.fiscal_year, ledgers.department_code, ledgers.indicator_no,
            count(distinct all_issues.file) filter (check_id = 'refused_file') as refused,
            count(distinct all_issues.file) filter (check_id = 'held_file') as held,
            count(distinct all_issues.file) filter (check_id = 'held_back_file') as held_back
        from ledgers inner join all_issues
            on ledgers.ledger = all_issues.ledger and ledgers.department_code = all_issues.department_code
            and ledgers.fiscal_year = all_issues.fiscal_year and all_issues.check_id in ('refused_file', 'held_file', 'held_back_file')
        group by all
    )
    select told.scheme_id, told.fiscal_year, told.department_code, told.indicator_no,
        told.text || case when unread.refused > 0 then ';整份退回的文件 ' || unread.refused || ' 个' else '' end
            || case when unread.held > 0 then ';待确认的文件 ' || unread.held || ' 个' else '' end
            || case when unread.held_back > 0 then ';没有通过发布前检查、暂缓发布的文件 ' || unread.held_back || ' 个' else '' end as checks_zh
    from told left join unread using (scheme_id, fiscal_year, department_code, indicator_no)
"""


def tell_statements(connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> None:
    """Fill ``checks_zh`` of the quality statements from the issues that were found (temporary tables of this connection)."""
    connection.execute("create or replace temp table tables_of_ledgers (ledger varchar, subject varchar)")
    pairs = [(ledger, table) for ledger, tables in ledger_tables(manifest).items() for table in tables]
    connection.execute(
        "insert into tables_of_ledgers select unnest(?), unnest(?)", [[p[0] for p in pairs], [p[1] for p in pairs]]
    )
    connection.execute(
        """create or replace temp table checks_of_tables as
        select check_id, unnest(string_split(subject, '、')) as subject from found_checks where check_kind not in ('载入', '覆盖')"""
    )
    connection.execute(f"create or replace temp table told_statements as {STATEMENTS}", [list(EVALUATION_TABLES)])
    connection.execute(
        """
        update evaluation.quality_statements as statements set checks_zh = told.checks_zh
        from told_statements as told
        where statements.scheme_id = told.scheme_id and statements.fiscal_year = told.fiscal_year
            and statements.department_code = told.department_code and statements.indicator_no = told.indicator_no
            and statements.checks_zh is distinct from told.checks_zh
        """
    )
