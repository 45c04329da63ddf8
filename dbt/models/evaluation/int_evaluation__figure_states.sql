{{ config(materialized='view', contract={'enforced': false}) }}
-- Grain: one row per figure, fiscal year and department that needs a ledger: whether that is whole, in words too.
-- Words name each ledger, what it lacks and how much of it stands: 缺 2023-07 国库集中支付明细,11/12 个月.
with

coverage as (
    select
        *,
        is_lacking or state = 'not_due' as is_told
    from {{ ref('figure_coverage') }}
),

ledgers as (
    select
        figure_id,
        fiscal_year,
        department_code,
        ledger,
        kind_zh,
        max(ledger_zh) as ledger_zh,
        max(period_kind) as period_kind,
        min(period) as first_period,
        count(*) as owed_count,
        sum(case when is_told then 0 else 1 end) as standing_count,
        max(case when is_lacking then 1 else 0 end) as lacks_some,
        max(case when is_lacking and ledger_rows = 0 then 1 else 0 end) as lacks_all,
        max(case when is_told then 1 else 0 end) as tells_some
    from coverage
    group by figure_id, fiscal_year, department_code, ledger, kind_zh
),

periods_by_state as (
    select
        figure_id,
        fiscal_year,
        department_code,
        ledger,
        kind_zh,
        state_zh || ' ' || {{ dbt.listagg('period', "'、'", 'order by period') }} as text_zh,
        min(period) as first_period
    from coverage
    where is_told
    group by figure_id, fiscal_year, department_code, ledger, kind_zh, state_zh
),

texts as (
    select
        figure_id,
        fiscal_year,
        department_code,
        ledger,
        kind_zh,
        {{ dbt.listagg('text_zh', "','", 'order by first_period, text_zh') }} as text_zh
    from periods_by_state
    group by figure_id, fiscal_year, department_code, ledger, kind_zh
)

select
    ledgers.figure_id,
    ledgers.fiscal_year,
    ledgers.department_code,
    max(ledgers.lacks_some) = 1 as is_partial,
    max(ledgers.lacks_all) = 1 as is_missing,
    max(ledgers.tells_some) = 0 as is_whole_year,
    {{ dbt.listagg(
        "texts.text_zh || ' ' || ledgers.ledger_zh"
        ~ " || case when ledgers.kind_zh = '' then '' else '(' || ledgers.kind_zh || ')' end"
        ~ " || case when ledgers.owed_count = 1 then '' else ','"
        ~ " || cast(ledgers.standing_count as string) || '/' || cast(ledgers.owed_count as string)"
        ~ " || case ledgers.period_kind when 'month' then ' 个月' when 'quarter' then ' 个季度'"
        ~ " when 'half' then ' 个半年' else ' 份' end end",
        "';'",
        'order by ledgers.first_period, ledgers.ledger, ledgers.kind_zh'
    ) }} as coverage_zh
from ledgers
left join texts
    on
        ledgers.figure_id = texts.figure_id
        and ledgers.fiscal_year = texts.fiscal_year
        and ledgers.department_code = texts.department_code
        and ledgers.ledger = texts.ledger
        and ledgers.kind_zh = texts.kind_zh
group by ledgers.figure_id, ledgers.fiscal_year, ledgers.department_code
