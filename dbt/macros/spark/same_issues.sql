{# Spark's form of what the search for reports of one issue dispatches by engine. #}

{% macro spark__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{% macro spark__piece_at(list, place) -%}
    get({{ list }}, {{ place - 1 }}).piece_id
{%- endmacro %}

{# Without the composed form of signs (NFC), for which Spark has no function; see docs/scale.md. #}
{% macro spark__plain_text(text) -%}
    nullif(
        regexp_replace(
            lower({{ in_half_width(text) }}), '[^\\p{IsHan}a-z0-9]', ''
        ), ''
    )
{%- endmacro %}

{% macro spark__pieces_of(text) -%}
    concat(
        filter(
            transform(
                case when length({{ text }}) > 1 then sequence(1, length({{ text }}) - 1) else array() end,
                i -> substr({{ text }}, i, 2)
            ),
            piece -> not piece rlike '[0-9]'
        ),
        regexp_extract_all({{ text }}, '[0-9]+', 0),
        regexp_extract_all({{ text }}, '[^0-9]{2}[0-9]+', 0)
    )
{%- endmacro %}

{% macro spark__rarest_pieces(pieces, most, where) -%}
    slice(
        sort_array(
            collect_list(named_struct('said', {{ pieces }}.said, 'piece_id', {{ pieces }}.piece_id))
            {%- if where %} filter (where {{ where }}){% endif %}
        ), 1, {{ most }}
    )
{%- endmacro %}
