-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per law and document and medium; also where nothing was published, per department and period; the rows
-- current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'publication_matrix'),
        'publication_matrix'
    ) }}
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
