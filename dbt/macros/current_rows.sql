{#
  The accepted rows of a ledger that are current as of `as_of`, with who handed them in and from which cell they come.
  A row of an answer stands where the rejected row stood that it mends; of several answers to one row the last one counts.

  relation: the landed ledger, a source.
  ledger: its name in the log of submissions.
  key: the business key, for ledgers whose later files replace single rows (`supersede: upsert` in the contract).
#}
{% macro current_rows(relation, ledger, key=none) %}
    select
        landed.*,
        submissions.department_code,
        submissions.period,
        submissions.fiscal_year as period_year,
        landed._submission_id as submission_id,
        landed._sheet as sheet,
        cast(landed._row as integer) as row_number
    from {{ relation }} as landed
    inner join {{ ref('stg_quality__current_submissions') }} as submissions
        on
            landed._submission_id = submissions.submission_id
            and submissions.ledger = '{{ ledger }}'
    left join {{ ref('stg_quality__answered_rows') }} as answered_again
        on
            landed._submission_id = answered_again.submission_id
            and landed._row = answered_again.row_number
            and not answered_again.is_standing
    where landed._status = 'accepted' and answered_again.submission_id is null
    {% if key %}
        qualify row_number() over (
            partition by submissions.department_code, landed.{{ key | join(', landed.') }}
            order by submissions.received_at desc, submissions.ranked_no desc, landed._row desc
        ) = 1
    {% endif %}
{% endmacro %}
