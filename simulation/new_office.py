"""Six workbooks of an office that never heard of this warehouse: the shipped sample of 2023 under other headers, titles, units.

`python -m simulation.new_office DIR` writes them. What they say is what the sample says, so every figure of theirs is known.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

SAMPLE = Path(__file__).parents[1] / "data" / "raw"
HEAD_ROWS = 6
Row = dict[str, Any]


@dataclass(frozen=True)
class OfficeFile:
    """One workbook: where its rows come from, and how this office writes them.

    ``sources`` are globs below the sample, later ones correct rows of earlier ones by ``key``. ``headers`` are the office's
    own words. ``groups`` stand above the header as merged cells: first and last column and the text. ``moved`` stands in the
    second column, wherever the sample has it.
    """

    name: str
    sheet: str
    title: str
    sources: tuple[str, ...]
    key: str
    headers: Mapping[str, str]
    unit_row: str = ""
    in_yuan: tuple[str, ...] = ()
    groups: tuple[tuple[int, int, str], ...] = ()
    total: str = ""
    dates: tuple[str, ...] = ()
    moved: str = ""


FILES = (
    OfficeFile(
        "2023年项目清单.xlsx",
        "Sheet1",
        "本单位2023年项目清单",
        ("projects/2023/2023年项目库.xlsx",),
        "项目编码",
        {"牵头处室": "责任处室", "年初预算数": "年初批复(万元)", "开始年月": "起", "结束年月": "止"},
    ),
    OfficeFile(
        "2023年指标下达情况.xlsx",
        "下达",
        "2023年度指标下达情况",
        (
            "budget_allocations/2023/2023年预算指标台账-年初.xlsx",
            "budget_allocations/2023/2023年预算指标台账-年中调整.xlsx",
            "budget_allocations/2023/2023年预算指标台账-更正*.xlsx",
        ),
        "指标编号",
        {"指标编号": "指标流水", "指标文号": "下达文号", "发文日期": "下达日期", "金额": "下达金额"},
        unit_row="金额单位:元",
        in_yuan=("金额",),
        groups=((3, 6, "指标"), (7, 10, "科目"), (11, 13, "项目")),
    ),
    OfficeFile(
        "2023年支付流水.xlsx",
        "流水",
        "2023年支付流水",
        ("payments/2023/2023年??月国库集中支付明细.csv", "payments/2023/2023年??月国库集中支付明细-更正*.csv"),
        "支付凭证号",
        {
            "支付凭证号": "凭证流水",
            "支付(清算)日期": "实付日",
            "收款人全称": "收款方",
            "支付金额": "实付金额(元)",
            "用途": "事由",
            "退款标志": "是否退款",
        },
        total="支付金额",
        dates=("申请日期", "支付(清算)日期"),
    ),
    OfficeFile(
        "2023年开会情况.xlsx",
        "2023",
        "2023年开会情况",
        ("meetings/2023/2023年会议台账.xlsx",),
        "会议编号",
        {"会议名称": "名称", "会议类别": "会议种类", "开始日期": "开幕日期", "结束日期": "闭幕日期"},
    ),
    OfficeFile(
        "2023年建议办理.xlsx",
        "建议",
        "2023年代表建议办理情况",
        ("suggestions/2023/2023年上半年代表建议台账.xlsx", "suggestions/2023/2023年下半年代表建议台账.xlsx"),
        "建议编号",
        {"标题": "建议题目", "提出日期": "提出日", "主办单位": "承办单位(主办)", "是否重点督办": "重点督办"},
    ),
    OfficeFile(
        "2023年监督工作.xlsx",
        "监督",
        "2023年监督工作情况",
        ("supervision_items/2023/2023年监督项目台账.xlsx", "supervision_items/2023/2023年监督项目台账-更正*.xlsx"),
        "项目编号",
        {
            "项目编号": "监督编号",
            "监督项目": "监督事项",
            "监督方式": "监督形式",
            "承办机构": "牵头委室",
            "监督结果": "落实情况",
        },
        moved="监督结果",
    ),
)


def write_new_office(folder: Path, sample: Path = SAMPLE) -> list[Path]:
    """Write the six workbooks."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / each.name, each, rows_of(each, sample)) for each in FILES]


def rows_of(file: OfficeFile, sample: Path = SAMPLE) -> list[Row]:
    """The rows of a workbook under the headers of the sample, corrections applied, each key once."""
    rows: dict[str, Row] = {}
    for pattern in file.sources:
        for path in sorted(sample.glob(pattern)):
            rows |= {str(row[file.key]): row for row in _read(path, file.key)}
    return list(rows.values())


def _read(path: Path, key: str) -> Iterable[Row]:
    """Rows of a file of the sample, with a number or a date where a spreadsheet has one; notes below the table are left out."""
    cells: Sequence[Sequence[Any]]
    if path.suffix == ".csv":
        with path.open(encoding="gb18030", newline="") as stream:
            cells = list(csv.reader(stream))
    else:
        cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    place = next(number for number, row in enumerate(cells[:HEAD_ROWS]) if key in row)
    above = cells[place - 1] if place else [""] * len(cells[place])
    header = [low or high for low, high in itertools.zip_longest(cells[place], above, fillvalue="")]
    filled = max(2, len(header) // 2)
    return [
        dict(zip(header, row, strict=True))
        for row in cells[place + 1 :]
        if sum(1 for cell in row if cell not in ("", None)) >= filled
    ]


def _write(path: Path, file: OfficeFile, rows: Sequence[Row]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(file.sheet)
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True, "align": "center"})
        columns = list(rows[0])
        if file.moved:
            columns.insert(1, columns.pop(columns.index(file.moved)))
        sheet.merge_range(0, 0, 0, len(columns) - 1, file.title, bold)
        top = 1
        if file.unit_row:
            sheet.write_string(top, len(columns) - 1, file.unit_row)
            top += 1
        top += _write_header(sheet, file, columns, top, bold)
        for number, row in enumerate(rows, top):
            for place, column in enumerate(columns):
                _write_cell(sheet, number, place, _as_written(file, column, row[column]), day)
        if file.total:
            sheet.write_string(top + len(rows), 0, "合计")
            total = sum(amount(row[file.total]) for row in rows)
            sheet.write_number(top + len(rows), columns.index(file.total), float(total))
    return path


def _write_header(sheet: Any, file: OfficeFile, columns: Sequence[str], top: int, bold: Any) -> int:
    """The header in one row, or in two where groups stand above the names; returns how many rows it takes."""
    if not file.groups:
        sheet.write_row(top, 0, [file.headers.get(column, column) for column in columns], bold)
        return 1
    grouped = {place for first, last, _ in file.groups for place in range(first, last + 1)}
    for first, last, text in file.groups:
        sheet.merge_range(top, first, top, last, text, bold)
    for place, column in enumerate(columns):
        text = file.headers.get(column, column)
        if place in grouped:
            sheet.write_string(top + 1, place, text, bold)
        else:
            sheet.merge_range(top, place, top + 1, place, text, bold)
    return 2


def _as_written(file: OfficeFile, column: str, value: Any) -> Any:
    if column in file.in_yuan:
        return float((amount(value) * 10_000).quantize(Decimal("0.01")))
    if column in file.dates and isinstance(value, str):
        for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
            try:
                return dt.datetime.strptime(value, form).date()
            except ValueError:
                continue
    return float(amount(value)) if column == file.total else value


def amount(value: Any) -> Decimal:
    """An amount of the sample, also one in full-width digits, with separators, or in brackets for less than nothing."""
    text = re.sub(r"[,¥元\s]", "", unicodedata.normalize("NFKC", str(value)))
    return -Decimal(text.strip("()")) if text.startswith("(") else Decimal(text)


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
    elif isinstance(value, float | int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, str(value))


def main() -> None:
    """Write the workbooks and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for path in write_new_office(parser.parse_args().folder):
        print(path)


if __name__ == "__main__":
    main()
