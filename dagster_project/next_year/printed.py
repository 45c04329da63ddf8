"""Next year's budget on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table

from dagster_project.in_year.actions import WAN
from dagster_project.next_year.compile import Compiled

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"取消": "red", "压": "yellow", "新增": "cyan"}
SHOWN = 12


def headline(each: Compiled, seen_zh: str) -> str:
    """Whose budget of which year this is, and from when it is seen."""
    return f"{each.year} 年预算编制  部门 {each.department} {each.department_name}  {seen_zh},支付明细到 {each.outlook.month} 月"


def summary(each: Compiled) -> list[str]:
    """How many projects each proposal holds, and what it comes to."""
    lines = []
    for proposal, sheets in each.by_proposal.items():
        regular = sum(one.regular for one in sheets) / WAN
        if all(one.proposed is None for one in sheets):
            lines.append(f"{proposal}:{len(sheets)} 个项目,今年预算 {regular:,.2f} 万元,下年另行测算")
            continue
        proposed = sum(one.proposed or 0.0 for one in sheets) / WAN
        lines.append(f"{proposal}:{len(sheets)} 个项目,今年预算 {regular:,.2f} 万元,建议 {proposed:,.2f} 万元")
    by_criterion = Counter(one.rule.criterion_zh for one in each.findings)
    told = "、".join(f"{criterion} {count} 处" for criterion, count in by_criterion.items()) or "没有问题"
    return [*lines, f"目标审核({len(each.forms)} 个项目):{told}"]


def print_compiled(out: Console, each: Compiled, seen_zh: str, everything: bool = False) -> None:
    """Print headline, what is proposed for the projects that are judged by performance, and the findings of the review."""
    out.print(headline(each, seen_zh))
    for line in summary(each):
        out.print(line)
    judged = [one for one in each.sheets if one.cause != "standard"]
    table = Table(title="项目")
    for name in ("建议", "项目"):
        table.add_column(name, overflow="fold")
    for name in ("今年预算万元", "建议万元"):
        table.add_column(name, justify="right")
    table.add_column("理由", overflow="fold")
    for one in judged:
        project = one.outlook.project
        amount = "待测算" if one.proposed is None else f"{one.proposed / WAN:,.2f}"
        table.add_row(
            one.proposal, f"{project.name}\n{project.code}", f"{one.regular / WAN:,.2f}", amount, one.reason_zh,
            style=STYLES.get(one.proposal, ""),
        )  # fmt: skip
    out.print(table)
    shown = each.findings if everything else each.findings[:SHOWN]
    for finding in shown:
        where = f"指标 {finding.number} " if finding.number else ""
        out.print(f"{finding.rule.criterion_zh}  {finding.project} {where}{finding.text_zh};{finding.rule.remedy_zh}")
    if len(shown) < len(each.findings):
        out.print(f"另有 {len(each.findings) - len(shown)} 处没有列出;加 --all 逐处列出,或 --xlsx 写成工作簿")
    for note in each.notes:
        out.print(f"请留意 {note}", style="yellow")
