-- Grain: one row per department, year and relation between tables of final accounts: both cells and their difference.
with

cells as (
    select * from {{ ref('final_accounts') }}
),

relations as (
    select * from {{ ref('final_account_relations') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

years as (
    select distinct
        department_code,
        fiscal_year
    from cells
),

side_by_side as (
    select
        years.department_code,
        years.fiscal_year,
        relations.relation_no,
        relations.name_zh,
        relations.to_check_zh,
        left_cells.amount_yuan as left_yuan,
        right_cells.amount_yuan as right_yuan,
        coalesce(left_cells.is_whole, false) and coalesce(right_cells.is_whole, false) as is_whole,
        {{ parameter_value('books_tolerance_yuan', 'years.fiscal_year') }} as tolerance_yuan
    from years
    inner join relations on {{ valid_in('years.fiscal_year', 'relations') }}
    {% for side in ['left', 'right'] %}
        left join cells as {{ side }}_cells
            on
                years.department_code = {{ side }}_cells.department_code
                and years.fiscal_year = {{ side }}_cells.fiscal_year
                and relations.{{ side }}_table = {{ side }}_cells.table_no
                and relations.{{ side }}_block = {{ side }}_cells.block
                and relations.{{ side }}_place = {{ side }}_cells.place
                and relations.{{ side }}_column = {{ side }}_cells.column_no
                and {{ side }}_cells.code = ''
    {% endfor %}
)

select
    department_code,
    fiscal_year,
    relation_no,
    name_zh,
    left_yuan,
    right_yuan,
    cast(left_yuan - right_yuan as decimal(18, 2)) as difference_yuan,
    case
        when not is_whole then '台账不全'
        when left_yuan is null or right_yuan is null then '缺一方'
        when abs(left_yuan - right_yuan) <= tolerance_yuan then '相符'
        else '不符'
    end as state,
    case
        when not is_whole then '台账缺一部分或未到期,不作比较'
        when left_yuan is null or right_yuan is null then '台账中没有其中一方,无法核对'
        when abs(left_yuan - right_yuan) <= tolerance_yuan then null
        else to_check_zh
    end as why_zh
from side_by_side
