"""Sound ledgers of every format, written from a random source: titles, units, quotes, long cells, notes and columns of no contract."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from dagster_project.contracts import Contract

Shape = Literal["csv", "workbook", "lines", "array"]

COLUMNS = {
    "item_no": ("编号", "text"),
    "subject": ("事项名称", "text"),
    "place": ("地点", "text"),
    "amount_yuan": ("金额", "money"),
    "held_on": ("日期", "date"),
    "people": ("人数", "integer"),
    "remark": ("备注", "text"),
}
"""Name, header and type of each column of the contract."""
REQUIRED = ("item_no", "subject")
EXTRA_HEADER = "内部标记"
SUBJECTS = ("常委会会议", "专题调研", "代表视察", "执法检查", "预算审查", "办公用品采购", "设备维护", "培训班")
PLACES = ("市人大机关", "东城区", "西城区", "海淀区", "会议中心", "", "-")
REMARKS = (
    "",
    "已办结",
    "无",
    "见附件",
    "第二次",
    '含"专家"两人',
    "甲,乙,丙",
    "上午开会\n下午参观",
    "请核对;如有误,\r\n请来电",
)


@dataclass(frozen=True)
class Kind:
    """One kind of file that is damaged: the name of its ledger, what it looks like, and where the damage falls."""

    name: str
    title: str
    shape: Shape
    suffix: str
    encoding: str = "utf-8"
    inside_zip: bool = False

    @property
    def contract(self) -> Contract:
        """The contract of its ledger: text columns mainly, and one each of amounts, dates and whole numbers."""
        layout: dict[str, Any] = {"pattern": f"{self.name}/*/*{self.suffix}", "unit": "元"}
        layout["format"] = "jsonl" if self.shape in ("lines", "array") else self.shape
        both = {"zh": "事项", "en": "item"}
        columns = [
            {"name": name, "headers": [header], "type": kind, "description": both, "required": name in REQUIRED}
            for name, (header, kind) in COLUMNS.items()
        ]
        return Contract.model_validate(
            {
                "ledger": self.name,
                "domain": "budget",
                "title": both,
                "owner": "办公厅",
                "grain": both,
                "key": ["item_no"],
                "supersede": "append",
                "files": [layout],
                "columns": columns,
            }
        )

    def sound_file(self, rng: random.Random) -> bytes:
        """A file without a fault."""
        if self.shape == "workbook":
            return _workbook(rng)
        if self.shape == "csv":
            mark = "\ufeff" if self.encoding == "utf-16-le" or (self.encoding == "utf-8" and rng.random() < 0.5) else ""
            return (mark + _csv(rng)).encode(self.encoding)
        return _json(rng, self.shape).encode()


KINDS = (
    Kind("csv_utf8", "CSV, UTF-8", "csv", ".csv"),
    Kind("csv_gb18030", "CSV, GB18030", "csv", ".csv", encoding="gb18030"),
    Kind("csv_utf16", "CSV, UTF-16", "csv", ".csv", encoding="utf-16-le"),
    Kind("workbook_zip", "xlsx, bytes of the zip", "workbook", ".xlsx"),
    Kind("workbook_xml", "xlsx, bytes of the sheet", "workbook", ".xlsx", inside_zip=True),
    Kind("json_lines", "JSON Lines", "lines", ".jsonl"),
    Kind("json_array", "JSON array", "array", ".json"),
)


def _item(rng: random.Random, number: int) -> list[str]:
    amount = f"{rng.randrange(1, 99_999_999) / 100:,.2f}" if rng.random() < 0.3 else f"{rng.randrange(1, 10**8) / 100}"
    day = f"2023-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    return [
        f"SX{number:04d}",
        f"{rng.choice(SUBJECTS)}{rng.randrange(100)}",
        rng.choice(PLACES),
        amount,
        day if rng.random() < 0.7 else day.replace("-", "/"),
        str(rng.randrange(1, 500)),
        rng.choice(REMARKS),
    ]


def _items(rng: random.Random) -> list[list[str]]:
    return [_item(rng, number) for number in range(1, rng.randrange(8, 30))]


def _sheet_rows(rng: random.Random) -> list[list[str]]:
    """A whole sheet: what stands above the header, the header, items and rows that are none; two columns of no contract behind."""
    headers = [header for header, _ in COLUMNS.values()]
    has_extra, has_nameless = rng.random() < 0.5, rng.random() < 0.3
    rows = [
        [
            *item,
            *([rng.choice(("甲", "乙", ""))] if has_extra else []),
            *([rng.choice(("", "√"))] if has_nameless else []),
        ]
        for item in _items(rng)
    ]
    head = [*headers, *([EXTRA_HEADER] if has_extra else []), *([""] if has_nameless else [])]
    nothing = [""] * len(head)
    for place in sorted((rng.randrange(len(rows)) for _ in range(rng.randrange(3))), reverse=True):
        rows.insert(place, rng.choice((nothing, head)))
    if rng.random() < 0.5:
        rows.append(["合计", *nothing[1:]])
        rows.append(["注:本表由办公室填报", *nothing[1:]])
    above = [["事项台账(2023年)", *nothing[1:]], ["单位:元", *nothing[1:]]] if rng.random() < 0.5 else []
    return [*above, head, *rows]


def _csv(rng: random.Random) -> str:
    stream = io.StringIO(newline="")
    is_all_quoted = rng.choice((False, False, True))
    end = rng.choice(("\r\n", "\n"))
    quoting: Literal[0, 1] = csv.QUOTE_ALL if is_all_quoted else csv.QUOTE_MINIMAL
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows(_sheet_rows(rng))
    return stream.getvalue() if rng.random() < 0.9 else stream.getvalue().rstrip("\r\n")


def _workbook(rng: random.Random) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        # The time of writing would make another file of the same seed.
        book.set_properties({"created": dt.datetime(2023, 1, 1)})
        _write_sheet(book.add_worksheet("台账"), _sheet_rows(rng), is_typed=rng.random() < 0.7)
        if rng.random() < 0.4:
            _write_sheet(book.add_worksheet("填表说明"), [["本表由各处填报"], ["每月一次"]], is_typed=False)
    return stream.getvalue()


def _write_sheet(sheet: Any, rows: Sequence[Sequence[str]], *, is_typed: bool) -> None:
    numbers = [place for place, (_, kind) in enumerate(COLUMNS.values()) if kind in ("money", "integer")]
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if is_typed and place in numbers and cell.replace(",", "").replace(".", "").isdigit():
                sheet.write_number(at, place, float(cell.replace(",", "")))
            elif cell:
                sheet.write_string(at, place, cell)


def _json(rng: random.Random, shape: Shape) -> str:
    headers = [header for header, _ in COLUMNS.values()]
    numbers = {header for header, kind in COLUMNS.values() if kind == "integer"}
    has_extra = rng.random() < 0.5
    records: list[dict[str, Any]] = []
    for item in _items(rng):
        record: dict[str, Any] = dict(zip(headers, item, strict=True))
        record = {key: int(value) if key in numbers else value for key, value in record.items()}
        record |= {EXTRA_HEADER: rng.choice(("甲", "乙"))} if has_extra else {}
        records.append(record)
    is_escaped = rng.random() < 0.3
    if shape == "array":
        return json.dumps(records, ensure_ascii=is_escaped, indent=rng.choice((None, 1)))
    lines = [json.dumps(record, ensure_ascii=is_escaped) for record in records]
    return "\n".join(lines) + "\n"
