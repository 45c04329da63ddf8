"""The rules about records of JSON: which of them are no records of the ledger, and which values are not one value."""

from __future__ import annotations

from dagster_project.ingestion.rule import Rule

NESTED = "nested_value"
"""Its verdict names the columns, parted by commas: ``nested_value:name,amount_yuan``."""
UNKNOWN_KEYS = "unknown_keys"

JSON_RULES = {
    "bad_json": Rule("error", "该行不是完整的 JSON 对象", "请重新导出该行后报送"),
    "repeated_json_key": Rule("error", "该记录的同一个键出现两次,不知以哪个为准", "请每个键只保留一个,重新导出后报送"),
    UNKNOWN_KEYS: Rule(
        "error",
        "该记录的键都不在约定中({detail}),没有一个值可以载入",
        "请把键改为约定的名称后重新报送;不是记录的,请删除",
    ),
    NESTED: Rule(
        "error",
        "“{header}”的值“{value}”是嵌套的内容(对象或列表),不是一个值",
        "请改为一个值后重新报送;确需嵌套的,请数据管理员在约定中声明内层的键(如 单位.名称)",
    ),
}  # fmt: skip


def nested_cells(rows: str, columns: list[str]) -> str:
    """One row per nested value of rejected records: sheet, row, column, value, rule, detail and all cells, as SQL.

    Args:
        rows: the landed rows, as a relation.
        columns: those of the file, in the order of its cells.
    """
    value = " ".join(f"when '{name}' then _raw[{place}]" for place, name in enumerate(columns, start=1))
    return f"""
        select _sheet, _row, column_name, case column_name {value} end, '{NESTED}', '', _raw
        from (
            select *, unnest(string_split(substr(_verdict, {len(NESTED) + 2}), ',')) as column_name
            from {rows} where _status = 'rejected' and starts_with(_verdict, '{NESTED}:')
        )
    """
