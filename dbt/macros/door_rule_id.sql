{#- The id of the landing rule that a finding names, as the catalogue of rules has it (`quality.rules`): `ledger.rule` of rows,
    `ledger.column.rule` of cells, `file.rule` of files. The same lists stand in dagster_project/quality/rule_catalogue.py,
    and a test holds the two against each other. -#}
{% macro door_rule_id(ledger, column_name, rule) -%}
    {%- set row_rules = [
        'too_many_cells', 'too_few_cells', 'truncated_row', 'bad_json', 'unit_conflict', 'damaged_quotes',
        'damaged_text', 'another_code_page', 'lost_text', 'repeated_json_key', 'merged_amount', 'partly_struck_out',
        'unknown_keys', 'nested_value', 'lone_cell', 'part_of_row', 'not_a_reject', 'answered_twice', 'unknown_choice',
        'row_unchanged', 'duplicate_key', 'equal_rows', 'total_differs', 'total_refused', 'summary_differs', 'printed_count_differs', 'count_refused'
    ] -%}
    {%- set cell_rules = [
        'missing_value', 'bad_date', 'bad_month', 'bad_timestamp', 'bad_amount', 'bad_number', 'bad_boolean',
        'unknown_code', 'bad_pattern', 'out_of_range', 'digits_lost', 'spreadsheet_error', 'formula_without_value',
        'id_became_date', 'id_became_number', 'id_in_lines', 'total_in_data', 'ambiguous_date', 'ambiguous_month',
        'outside_period', 'other_department', 'unexpected_percent', 'foreign_currency'
    ] -%}
    case
        when {{ rule }} in ('{{ row_rules | join("', '") }}') then {{ ledger }} || '.' || {{ rule }}
        when {{ rule }} in ('{{ cell_rules | join("', '") }}') and {{ column_name }} <> ''
            then {{ ledger }} || '.' || {{ column_name }} || '.' || {{ rule }}
        else 'file.' || {{ rule }}
    end
{%- endmacro %}
