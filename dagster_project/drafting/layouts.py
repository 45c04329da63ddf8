"""How the files of a draft are laid out: one layout for each way in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from dagster_project.contracts import Encoding
from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.gather import SeenLedger, header_units
from dagster_project.drafting.seen import SeenTable


@dataclass
class DraftLayout:
    """A layout as its YAML would say it, the tables that have it, and the money unit that they state (None: none)."""

    fields: dict[str, object]
    tables: list[SeenTable]
    units: set[str]
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def draft_layouts(ledger: SeenLedger, columns: Sequence[DraftColumn], folder: str) -> list[DraftLayout]:
    """The layouts, the one of most tables first."""
    several_sheets = _sheets_of_one_form(ledger)
    groups: dict[tuple[object, ...], list[SeenTable]] = {}
    for table in ledger.tables:
        file = table.file
        sheet = table.sheet.name if not several_sheets else "*"
        parts = (file.format, _suffix(table), sheet, max(1, table.found.depth), file.delimiter)
        groups.setdefault(parts, []).append(table)
    if not several_sheets:
        groups = _without_changing_sheets(groups)
    layouts = []
    for (form, ending, sheet_name, depth, delimiter), tables in sorted(groups.items(), key=lambda item: -len(item[1])):
        fields: dict[str, object] = {"pattern": f"{folder}/*/*.{ending}", "format": form}
        layout = DraftLayout(fields, tables, {unit for table in tables for unit in table.found.units})
        _add_encodings(layout)
        if form == "csv" and delimiter not in (",", None):
            fields["delimiter"] = delimiter
        if form == "workbook" and sheet_name:
            fields["sheet"] = sheet_name
        if isinstance(depth, int) and depth > 1:
            fields["header_rows"] = depth
        if labels := [column.name for column in columns if column.is_label]:
            fields["form"] = {"labels": labels}
            layout.reasons.append("表的上方有标签,值在标签右边")
        if any(table.found.labels and not table.labels for table in tables):
            layout.doubts.append("表的上方有标签,这种格式的标签约定模型还读不了,没有起草")
        if tables[0].matrix_rows:
            names = [column.name for column in columns]
            fields["matrix"] = {"rows": names[:-3], "across": names[-3:-1], "value": names[-1]}
            layout.reasons.append("同样的列名在几个分组下重复,是矩阵:每个单元格一行")
        if records_path := tables[0].file.records_path:
            fields["records"] = records_path.removeprefix("$").removeprefix(".")
        _add_unit(layout, columns, ledger)
        layout.reasons.append(f"{len({id(table.file) for table in tables})} 个文件如此")
        layouts.append(layout)
    return layouts


def _suffix(table: SeenTable) -> str:
    suffix = table.file.path.suffix.lstrip(".").lower()
    if table.file.format != "workbook":
        return suffix or "*"
    return "xls*" if suffix.startswith("xls") else suffix


def _sheets_of_one_form(ledger: SeenLedger) -> bool:
    """Whether some workbook gives several sheets to this one ledger."""
    return len(ledger.tables) > len({id(table.file) for table in ledger.tables})


def _without_changing_sheets(
    groups: dict[tuple[object, ...], list[SeenTable]],
) -> dict[tuple[object, ...], list[SeenTable]]:
    """A sheet whose name changes from file to file is found by its header: then the layout names none."""
    merged: dict[tuple[object, ...], list[SeenTable]] = {}
    for parts, tables in groups.items():
        form, suffix, sheet, *rest = parts
        others = {key[2] for key in groups if (key[0], key[1], *key[3:]) == (form, suffix, *rest)}
        merged.setdefault((form, suffix, sheet if len(others) == 1 else "", *rest), []).extend(tables)
    return merged


def _add_encodings(layout: DraftLayout) -> None:
    if layout.fields["format"] != "csv":
        return
    seen = list(
        dict.fromkeys((table.file.encoding or "").removesuffix("-le").removesuffix("-be") for table in layout.tables)
    )
    told = "、".join(seen)
    layout.reasons.append(f"编码 {told}")
    usual = [*seen, *[name for name in ("utf-8", "gb18030") if name not in seen]]
    allowed = [name for name in usual if name in get_args(Encoding)]
    if missing := [name for name in seen if name not in allowed]:
        layout.doubts.append(f"约定不认编码 {'、'.join(missing)},请把文件另存为 UTF-8")
    # What has no byte order mark and is one of these is never mixed with GB18030 by declaration.
    layout.fields["encodings"] = [name for name in seen if name in ("big5", "cp1252") and name in allowed] or allowed


def _add_unit(layout: DraftLayout, columns: Sequence[DraftColumn], ledger: SeenLedger) -> None:
    """State the unit in the layout only where its files state none and their amounts leave no other reading."""
    money = [column for column in columns if column.guess.type == "money"]
    if not money:
        return
    if any(len(table.found.units) > 1 for table in layout.tables):
        layout.doubts.append("有文件同时写了两个金额单位,请先更正文件")
        return
    silent = [table for table in layout.tables if not table.found.units]
    if not silent:
        layout.reasons.append(f"文件表头上方写明单位:{'、'.join(sorted(layout.units))}")
        return
    without = [column for column in money if not header_units(ledger.columns[column.place])]
    if not without:
        layout.reasons.append("金额列的表头写明单位")
        return
    fen = sum(column.profile.kinds["fen"] for column in without)
    beyond = sum(column.profile.kinds["beyond_fen"] for column in without)
    filled = sum(column.profile.filled for column in without)
    if filled and not beyond and fen * 2 >= filled:
        layout.fields["unit"] = "元"
        layout.reasons.append(f"单位元:文件没有写单位,但 {filled:,} 个金额中 {fen:,} 个写到分,没有更细的")
        layout.doubts.append("请核对金额单位是否为元")
    else:
        finer = f"{beyond:,} 个金额细于分,可能是万元" if beyond else "金额都是整数或很少写到分"
        layout.doubts.append(f"文件没有写金额单位({finer}):请在此补 unit: 元 或 unit: 万元,补写前文件会被退回")
