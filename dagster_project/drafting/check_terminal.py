"""What `jixiao check` prints, for people and as JSON. The console prints texts of the file as they are."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from dagster_project.drafting.answer import Answer
from dagster_project.drafting.check import Checked

COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
SEVERITIES = {"error": "错误", "warning": "提醒", "info": "说明"}


def print_check(out: Console, checked: Checked) -> None:
    """The whole answer: how the file was read, its rows, what is wrong, first rows, sums."""
    out.print(f"{checked.path.name}  期间 {checked.period}  {checked.why}")
    for note in checked.notes:
        out.print(note, style="yellow")
    for answer in checked.answers:
        _print_answer(out, answer)
    verdict = "可以报送"
    if not checked.is_clean:
        only_held = all(answer.entry.status == "held" and not answer.entry.rows_rejected for answer in checked.answers)
        verdict = "报送后会被暂扣,请先核对" if only_held else "有退回的行或文件,请更正后报送"
    out.print(f"\n{verdict}(只是试读,没有载入任何数据)", style="green" if checked.is_clean else "red")


def _print_answer(out: Console, answer: Answer) -> None:
    entry, contract = answer.entry, answer.contract
    out.print(f"\n{contract.ledger} {contract.title.zh}  部门 {entry.department_code}")
    encoding = f"编码 {answer.encoding}  " if answer.encoding else ""
    for sheet in answer.sheets:
        name = f"工作表“{sheet.sheet}”  " if sheet.sheet else ""
        row = f"表头第 {sheet.header_row} 行  " if sheet.header_row else ""
        unit = f"单位 {sheet.unit}" if sheet.unit else ""
        out.print(f"  {name}{row}{encoding}{unit}")
    if entry.status == "refused":
        out.print(f"  整个文件退回:{entry.reason}", style="red")
    if entry.status == "held":
        out.print(f"  报送后会被暂扣:{entry.reason}", style="red")
    if answer.told:
        out.print(f"  与已载入的比较:{answer.told}", style="yellow")
    out.print(
        f"  读取 {entry.rows_read:,} 行 = 载入 {entry.rows_accepted:,} + 退回 {entry.rows_rejected:,} + "
        f"空行 {entry.rows_blank:,} + 表头、合计与注释 {entry.rows_notes:,}"
    )
    for finding in answer.findings:
        colour = COLOURS.get(finding.severity, "cyan")
        out.print(f"  {SEVERITIES.get(finding.severity, '')} {finding.rule} {finding.count:,} 处", style=colour)
        for message in finding.messages:
            out.print(f"    {message}")
        if finding.count > len(finding.messages):
            out.print(f"    …另有 {finding.count - len(finding.messages):,} 处")
        out.print(f"    怎么办:{finding.remedy}")
    if answer.rows:
        out.print(_rows_table(answer))
    for money in answer.sums:
        in_unit = f" = {money.in_unit.normalize():,f} {money.unit}" if money.unit and money.unit != "元" else ""
        out.print(f"  {money.header} 合计 {money.yuan:,.2f} 元{in_unit}")


def _rows_table(answer: Answer) -> Table:
    table = Table(title=f"前 {len(answer.rows)} 行会这样理解")
    for name in ("列", "表头", *[f"第 {number} 行" for number in range(1, len(answer.rows) + 1)]):
        table.add_column(name, overflow="fold")
    for column in answer.contract.columns:
        values = [row[column.name] for row in answer.rows]
        table.add_row(column.name, column.headers[0], *values)
    return table


def as_json(checked: Checked) -> dict[str, Any]:
    """The same for programs."""
    return {
        "file": checked.path.name,
        "period": checked.period,
        "why": checked.why,
        "notes": checked.notes,
        "clean": checked.is_clean,
        "answers": [_answer_json(answer) for answer in checked.answers],
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    entry = answer.entry
    return {
        "ledger": answer.contract.ledger,
        "department": entry.department_code,
        "status": entry.status,
        "reason": entry.reason,
        "told": answer.told,
        "encoding": answer.encoding,
        "sheets": [vars(sheet) for sheet in answer.sheets],
        "rows": {
            "read": entry.rows_read,
            "accepted": entry.rows_accepted,
            "rejected": entry.rows_rejected,
            "blank": entry.rows_blank,
            "notes": entry.rows_notes,
        },
        "findings": [vars(finding) for finding in answer.findings],
        "first_rows": answer.rows,
        "sums": [
            {
                "header": money.header,
                "yuan": str(money.yuan),
                "unit": money.unit,
                "in_unit": f"{money.in_unit.normalize():f}",
            }
            for money in answer.sums
        ],
    }
