{#
  Whether an entry of the log of submissions is held back: its department's rows stop publishing, so that what it handed in after an
  entry of the log does not count (variable `held_back`: department, number of that entry). Nothing but codes and numbers becomes SQL.
#}
{% macro is_held_back(status, department_code, log_no) -%}
    {%- set held_back = var("held_back") -%}
    {%- if held_back is not mapping -%}
        {{ exceptions.raise_compiler_error("变量 held_back 应为部门编码与日志序号的对照") }}
        false
    {%- elif held_back -%}
        (
            {{ status }} in ('landed', 'withdrawn', 'moved')
            and {{ log_no }} > case {{ department_code }}
                {%- for department, after_log_no in held_back.items() %}
                    {%- if not modules.re.fullmatch('[0-9A-Za-z_-]+', department | string) %}
                        {{ exceptions.raise_compiler_error("变量 held_back 的部门编码“" ~ department ~ "”不可用") }}
                    {%- endif %}
                    when '{{ department }}' then {{ after_log_no | int }}
                {%- endfor %}
            end
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
  Why an entry is held back, in words for its department; `reason` of the log where it is not.
#}
{% macro reason_or_held_back(reason, status, department_code, log_no) -%}
    {%- set held_back = var("held_back") -%}
    {%- if held_back is not mapping or not held_back -%}
        {{ reason }}
    {%- else -%}
        case
            when {{ is_held_back(status, department_code, log_no) }} then case {{ department_code }}
            {%- for department, after_log_no in held_back.items() %}
                when '{{ department }}'
                    then '部门 {{ department }} 的台账没有通过发布前检查,暂缓发布:
                    {%- if after_log_no | int -%}
                        这次报送暂不计入,读者看到的仍是上次发布的数据
                    {%- else -%}
                        以前没有发布过可以沿用的数据,暂不计入
                    {%- endif -%}
                    ;是哪几行、怎样改见“held_back_row”'
            {%- endfor %}
            end
            else {{ reason }}
        end
    {%- endif -%}
{%- endmacro %}
