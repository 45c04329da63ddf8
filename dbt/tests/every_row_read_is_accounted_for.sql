-- A failure means that landing lost rows of a file, or counted them twice. The data engineer looks at landing; nobody
-- may rely on the ledger until then.
with

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
)

select
    log_no,
    file,
    rows_read,
    rows_accepted,
    rows_rejected,
    rows_blank,
    rows_notes
from submissions
where rows_read <> rows_accepted + rows_rejected + rows_blank + rows_notes
