"""What the sender of a file, or the file itself, says that it holds and what stands below it, and which amount of a ledger that is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dagster_project.contracts import Column
from dagster_project.ingestion.rule import Rule

CONTROL_RULES = {
    "control_rows_differ": Rule("warning", "登记的行数为 {value},实际载入 {detail} 行", "请核对文件是否完整"),
    "row_count_missing": Rule(
        "warning",
        "收件登记没有这份清单的行数,末尾缺了行看不出来",
        "请在 received.csv 的 rows(行数)列填写系统中的记录数;一个工作簿有几张清单的,按工作表填写,如 代表:120;任职:135",
    ),
    "more_pages": Rule(
        "warning",
        "文件写明后面还有数据(“{header}”为 {value}),可能只是其中一页",
        "请核对是否导出了全部各页,必要时重新导出",
    ),
    "foot_row": Rule(
        "info",
        "表下的说明、签字、页码一类的行共 {value} 行({detail}),不是数据,未计入",
        "无需处理;其中如有应报的数据,请补齐必填的各列后重新报送",
    ),
    "ditto": Rule(
        "warning",
        "“{header}”有 {value} 个单元格写着“同上”一类的字(首个在本行),没有写出内容,已照原文载入",
        "请把相同的内容逐行写全后重新报送",
    ),
    "lone_cell": Rule(
        "error",
        "该行只有一个单元格有内容,必填的各列都为空",
        "是说明、分组标题的,请删除该行;是数据的,请补齐必填的各列后重新报送",
    ),
    "part_of_row": Rule(
        "error",
        "“其中”一行是其他行的一部分,必填的各列大多空着,不是一条明细",
        "金额已在其他行中的,请删除该行;是单独的数据的,请写全必填的各列后重新报送",
    ),
    "control_total_differs": Rule("warning", "登记的金额合计为 {value} 元,实际载入 {detail} 元", "请核对文件是否完整"),
}


@dataclass(frozen=True)
class Control:
    """What the sender of a file said that it holds: rows, and the sum of its first mandatory amount in yuan."""

    rows: int | None = None
    total: Decimal | None = None


def controlled(columns: Iterable[Column]) -> Column | None:
    """Of columns the amount that control totals are about: the first mandatory one, else the first; None where none is an amount."""
    money = [column for column in columns if column.type == "money"]
    return next((column for column in money if column.required), money[0] if money else None)
