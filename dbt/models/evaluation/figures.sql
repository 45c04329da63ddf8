-- Grain: one row per figure, department and fiscal year. The rows behind a figure are those of evaluation.evidence.
with

figure_values as (
    select * from {{ ref('int_evaluation__figure_values') }}
),

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

wordings as (
    select * from {{ ref('figure_wordings') }}
)

select
    figure_values.figure_id,
    figure_values.fiscal_year,
    figure_values.department_code,
    catalogue.label_zh,
    catalogue.label_en,
    figure_values.value,
    catalogue.unit,
    catalogue.scope,
    catalogue.exactness,
    case figure_values.status
        when 'OK' then coalesce(wordings.text_zh, {{ figure_text('figure_values.value', 'catalogue') }})
        when 'PARTIAL'
            then coalesce(wordings.text_zh, {{ figure_text('figure_values.value', 'catalogue') }}) || '(数据不全)'
        when 'NOT_COMPARABLE'
            then case when figure_values.is_over_a_break then '--(口径变动,不可比)' else '--(基数为0,不可比)' end
        when 'NOT_APPLICABLE' then '--(不适用)'
        else '--(缺少台账)'
    end as display_text,
    figure_values.evidence_count,
    figure_values.status,
    figure_values.is_whole_year,
    figure_values.coverage_zh,
    figure_values.reason_zh
from figure_values
inner join catalogue
    on
        figure_values.figure_id = catalogue.figure_id
        and {{ valid_in('figure_values.fiscal_year', 'catalogue') }}
left join wordings
    on
        figure_values.figure_id = wordings.figure_id
        and figure_values.value between wordings.low and wordings.high
