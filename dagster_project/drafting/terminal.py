"""What `jixiao draft` and `jixiao check` print. The console prints texts of files as they are."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from dagster_project.drafting.draft import DraftLedger, Drafts
from dagster_project.drafting.extend import Extended
from dagster_project.drafting.write_yaml import column_fields


def print_drafts(out: Console, drafts: Drafts) -> None:
    """A table for each ledger, and what is no table or could not be opened."""
    for ledger in drafts.ledgers:
        if ledger.extended:
            _print_extended(out, ledger, ledger.extended)
        else:
            _print_ledger(out, ledger)
    for text in drafts.notes:
        out.print(text, style="yellow")
    for text in drafts.no_table:
        out.print(text, style="yellow")
    for path, reason in drafts.not_opened.items():
        out.print(f"{f'{path.name}:{reason}'}", style="red")


def _print_extended(out: Console, ledger: DraftLedger, extended: Extended) -> None:
    """What a known contract had to learn."""
    out.print(f"\n{ledger.name} {extended.contract.title.zh}:补充现有约定")
    out.print(
        f"看了 {len(ledger.files)} 个文件 {ledger.counts.seen:,} 行;{len(ledger.columns)} 列中 {extended.known} 列的表头本来就认得"
    )
    for name, reasons in extended.headers.items():
        out.print(f"  {name} 新表头{';'.join(reasons)}")
    for number, reason in extended.layouts.items():
        out.print(f"  布局 {extended.contract.files[number].pattern} {reason}")
    for doubt in extended.doubts:
        out.print(f"  请核对 {doubt}", style="yellow")


def _print_ledger(out: Console, ledger: DraftLedger) -> None:
    counts = ledger.counts
    out.print(f"\n{ledger.name} {ledger.title}")
    out.print(
        f"看了 {len(ledger.files)} 个文件 {counts.seen:,} 行:数据 {counts.data:,} + 空行 {counts.blank:,} + "
        f"合计 {counts.subtotals:,} + 注释 {counts.footnotes:,} + 重复的表头 {counts.headers_again:,}"
    )
    for layout in ledger.layouts:
        told = "  ".join(f"{key}: {value}" for key, value in layout.fields.items())
        out.print(f"布局  {told}({';'.join(layout.reasons)})")
        for doubt in layout.doubts:
            out.print(f"  请核对 {doubt}", style="yellow")
    table = Table()
    for name in ("列", "表头", "类型", "必填", "依据", "请核对"):
        table.add_column(name, overflow="fold")
    for column in ledger.columns:
        fields = column_fields(column)
        kind = " ".join([str(fields["type"]), str(fields.get("codes", "")), "个人信息" if "personal" in fields else ""])
        cells = (column.name, "、".join(column.headers), kind.strip(), "是" if column.required else "")
        table.add_row(*cells, ";".join(column.reasons), ";".join(column.doubts))
    out.print(table)
    out.print(f"主键  {'、'.join(ledger.key_names) or '无'}({';'.join([*ledger.key.reasons, *ledger.key.doubts])})")
    out.print(f"重报  {ledger.supersede}({ledger.supersede_reason})")
    if ledger.subtotal_words:
        out.print(f"合计行以“{'”“'.join(ledger.subtotal_words)}”开头,不当作数据")
    for text in ledger.reasons:
        out.print(text)
    for text in ledger.doubts:
        out.print(f"请核对 {text}", style="yellow")
