-- Grain: one row per payment of a department to another one of the same competent department, by the name of the payee.
-- The name stays in staging: payees may be persons.
with

payments as (
    select * from {{ ref('stg_budget__payments') }}
),

departments as (
    select * from {{ ref('departments') }}
),

tree as (
    select * from {{ ref('int_organisation__department_tree') }}
),

groups as (
    select
        tree.department_code,
        tree.ancestor_code as competent_code,
        tree.valid_from,
        tree.valid_to
    from tree
    inner join departments
        on
            tree.ancestor_code = departments.department_code
            and departments.kind = 'competent'
            and tree.valid_from >= departments.valid_from
            and tree.valid_to <= coalesce(departments.valid_to, 9999)
),

names as (
    select
        department_code,
        name_zh as payee_name
    from departments
    union
    select
        department_code,
        official_name_zh as payee_name
    from departments
)

select distinct
    payments.department_code,
    names.department_code as receiver_code,
    payer.competent_code,
    payments.period_year as fiscal_year,
    payments.allocation_no,
    payments.amount_yuan,
    payments.submission_id,
    payments.sheet,
    payments.row_number
from payments
inner join names on payments.payee_name = names.payee_name
inner join groups as payer
    on payments.department_code = payer.department_code and {{ valid_in('payments.period_year', 'payer') }}
inner join groups as receiver
    on
        names.department_code = receiver.department_code
        and payer.competent_code = receiver.competent_code
        and {{ valid_in('payments.period_year', 'receiver') }}
where payments.department_code <> names.department_code
