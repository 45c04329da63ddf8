-- Grain: one row per row of a ledger that a department reports for a department below it which hands it in itself.
-- The same number with the same amount or day is the same row: numbers of vouchers, allocations, contracts,
-- procurements, intentions and projects are given once in a bureau. Cards, accounts and posts are numbered by each
-- department anew.
{%- set ledgers = {
    'payments': ('stg_budget__payments', ['voucher_no', 'cleared_on', 'amount_yuan']),
    'budget_allocations': ('stg_budget__budget_allocations', ['allocation_no', 'document_no', 'amount_yuan']),
    'projects': ('stg_budget__projects', ['project_code', 'initial_budget_yuan']),
    'carry_over': ('stg_budget__carry_over', ['project_code', 'fund_type', 'balance_kind', 'closing_yuan']),
    'performance_targets': ('stg_budget__performance_targets', ['project_code', 'indicator_no', 'indicator_name']),
    'monitoring_records': ('stg_budget__monitoring_records', ['project_code', 'monitoring_period', 'spent_yuan']),
    'self_evaluations': ('stg_budget__self_evaluations', ['project_code', 'due_on']),
    'procurement_intentions': ('stg_procurement__procurement_intentions', ['intention_no', 'version_no', 'published_on']),
    'procurements': ('stg_procurement__procurements', ['procurement_no', 'budget_yuan', 'notice_on']),
    'contracts': ('stg_procurement__contracts', ['contract_no', 'supplier_name', 'amount_yuan']),
} %}
with

tree as (
    select * from {{ ref('int_organisation__department_tree') }}
    where distance > 0
),

{% for ledger, (model, _) in ledgers.items() %}
    {{ ledger }} as (
        select * from {{ ref(model) }}
    ){% if not loop.last %},{% endif %}
{% endfor %}

{% for ledger, (_, columns) in ledgers.items() %}
    {% if not loop.first %} union {% endif %}
    select
        '{{ ledger }}' as ledger,
        above.department_code,
        below.department_code as unit_code,
        above.period_year as fiscal_year,
        above.submission_id,
        above.sheet,
        above.row_number
    from {{ ledger }} as above
    inner join {{ ledger }} as below
        on
            {% for column in columns -%}
                above.{{ column }} = below.{{ column }}
                and {% endfor -%}
            above.period_year = below.period_year
            and above.department_code <> below.department_code
    inner join tree
        on
            below.department_code = tree.department_code
            and above.department_code = tree.ancestor_code
            and {{ valid_in('above.period_year', 'tree') }}
{% endfor %}
