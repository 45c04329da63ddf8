-- A failure means that a missing figure has a value, or an existing one has none: missing, partial, zero and not
-- comparable must never be mixed up. The data engineer mends int_evaluation__figure_values.
with

figures as (
    select * from {{ ref('figures') }}
)

select
    figure_id,
    fiscal_year,
    department_code,
    value,
    display_text,
    status
from figures
where
    (status in ('OK', 'PARTIAL')) <> (value is not null)
    or display_text is null
