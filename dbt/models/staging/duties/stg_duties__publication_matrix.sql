-- Grain: one row per law, document and medium, published or not, per department and period;
-- the rows current as of `as_of`.
with

landed as (
    {{ current_rows(source('duties', 'publication_matrix'), 'publication_matrix') }}
)

select
    department_code,
    period,
    period_year,
    law_no,
    law_title,
    promulgated_on,
    document,
    medium,
    published_on,
    submission_id,
    sheet,
    row_number,
    _column as sheet_column
from landed
