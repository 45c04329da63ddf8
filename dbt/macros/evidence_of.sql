{#
  Evidence rows of one figure: each fact that counts for it, with its measure and the cell it comes from.

  figure_id: a figure of the catalogue; its `subject` may be used in `where` as figure.subject.
  facts: a CTE with fiscal_year, department_code and the source row.
  fact_key: what identifies the fact, and what is counted where the figure counts distinct things.
  year_offset: the figure of year Y takes the facts of year Y + year_offset.
#}
{% macro evidence_of(figure_id, facts, fact_key, measure='1', where='true', year_offset=0) %}
    select
        figure.figure_id,
        facts.fiscal_year - {{ year_offset }} as fiscal_year,
        facts.department_code,
        cast({{ fact_key }} as string) as fact_key,
        cast({{ measure }} as decimal(18, 2)) as measure,
        facts.submission_id,
        facts.sheet,
        facts.row_number
    from {{ facts }} as facts
    inner join figure_catalogue as figure
        on
            figure.figure_id = '{{ figure_id }}'
            and {{ valid_in('facts.fiscal_year - ' ~ year_offset, 'figure') }}
    where {{ where }}
{% endmacro %}
