"""What is told of an id that a program, or whoever typed it, has spoilt."""

from __future__ import annotations

from dagster_project.ingestion.rule import Rule

ID_RULES = {
    "id_became_date": Rule(
        "error",
        "“{header}”的值“{value}”是日期,原编号可能已被表格程序改成日期",
        "请把该列设为文本格式,重新录入原编号",
    ),
    "id_became_number": Rule(
        "error",
        "“{header}”的值“{value}”带小数点,原编号可能已被程序当作数字改写(丢了开头的零或末几位)",
        "请在原程序中把该列设为文本格式,核对完整的编号后重新导出",
    ),
    "id_in_lines": Rule(
        "error",
        "“{header}”的编号中间有换行或制表符,看不出是一个编号还是几个",
        "是一个编号的,请删去其中的换行;是几个的,请分行填报,一行一个",
    ),
}
