-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per suggestion, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'suggestions'),
        'suggestions'
    ) }}
)

select
    department_code,
    period,
    period_year,
    suggestion_no,
    form,
    congress_level,
    title,
    lead_deputy_no,
    co_signers,
    submitted_on,
    assigned_on,
    due_on,
    extended_to,
    answered_on,
    host_unit,
    co_host_units,
    reply_class,
    satisfaction,
    is_key,
    campaign,
    closed_on,
    submission_id,
    sheet,
    row_number
from landed
