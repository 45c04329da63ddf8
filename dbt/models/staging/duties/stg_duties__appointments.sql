-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per person and appointment or removal, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'appointments'),
        'appointments'
    ) }}
)

select
    department_code,
    period,
    period_year,
    appointment_no,
    person_no,
    organ,
    office_title,
    kind,
    decided_on,
    meeting_no,
    submission_id,
    sheet,
    row_number
from landed
