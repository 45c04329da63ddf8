"""Workbooks for the cases: the budget ledger with its head of two rows, and small ledgers, written as an office would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from ledger_files import Office, column, contract_of

from dagster_project.contracts import Contract
from dagster_project.ingestion.landing import LandingReport
from dagster_project.ingestion.submissions import Submission

Rows = Sequence[Sequence[Any]]
BUDGET_FILE = "budget_allocations/2023/2023年指标.xlsx"
BUDGET_HEAD: Rows = [
    ["2023年预算指标台账"],
    [None] * 15 + ["单位:元"],
    ["序号", "预算年度", "预算单位", "指标信息", None, None, None, "科目", None, None, None, "项目", None, None, "金额", "备注"],
    [None, None, None, "指标编号", "指标文号", "发文日期", "指标来源", "资金性质", "功能分类科目", "部门经济分类", "政府经济分类",
     "项目编码", "项目名称", "项目类别"],
]  # fmt: skip
NAME, AMOUNT = 12, 14


def budget_row(number: int, **changes: Any) -> list[Any]:
    """A row of the budget ledger without a fault; ``changes`` by the letter of the column."""
    row = [
        number, 2023, "101001-甲单位", f"ZB2023{number:06d}", "穗财行〔2023〕44号", "2023-04-04", "调剂", "11-一般公共预算",
        "2010101-行政运行", "30102-津贴补贴", "50101-工资奖金津补贴", "440100210001000001", "在职人员工资", "1-人员类", number * 100, None,
    ]  # fmt: skip
    for letter, value in changes.items():
        row[ord(letter) - ord("A")] = value
    return row


def xlsx(sheets: Mapping[str, Rows], after: Callable[[Any, dict[str, Any]], object] | None = None) -> bytes:
    """A workbook of these sheets; ``after`` may change workbook and sheets (by name) before it is closed."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    written = {}
    for name, rows in sheets.items():
        written[name] = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    written[name].write(number, place, value)
    if after:
        after(book, written)
    book.close()
    return stream.getvalue()


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook in which a text of one part is another."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            inside = source.read(name)
            if name == part:
                assert old.encode() in inside
                inside = inside.replace(old.encode(), new.encode())
            target.writestr(name, inside)
    return copy.getvalue()


def ods(sheets: Mapping[str, Rows], merges: Mapping[tuple[str, int, int], int] | None = None) -> bytes:
    """An OpenDocument workbook of texts, numbers, and numbers with the text that their format shows.

    ``merges`` gives, by sheet, row and column, over how many rows a cell goes.
    """
    spaces = {"office": "office", "table": "table", "text": "text"}
    names = " ".join(f'xmlns:{s}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for s, n in spaces.items())

    def cell(sheet: str, row: int, place: int, value: Any) -> str:
        span = (merges or {}).get((sheet, row, place))
        given = f' table:number-rows-spanned="{span}" table:number-columns-spanned="1"' if span else ""
        if value is None:
            return f"<table:table-cell{given}/>"
        value, shown = value if isinstance(value, tuple) else (value, str(value))
        if isinstance(value, int | float):
            given += f' office:value-type="float" office:value="{value}"'
        else:
            given += ' office:value-type="string"'
        return f"<table:table-cell{given}><text:p>{escape(shown)}</text:p></table:table-cell>"

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            "<table:table-row>" + "".join(cell(name, n, p, v) for p, v in enumerate(row)) + "</table:table-row>"
            for n, row in enumerate(rows)
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return copy.getvalue()


SMALL = [
    column("item_no", "编号", required=True),
    column("item_name", "名称", required=True),
    column("held_on", "日期", "date"),
    column("amount_yuan", "金额", "money"),
    column("people", "人数", "integer"),
    column("share", "占比", "decimal", percent=True),
    column("is_open", "公开", "boolean"),
    column("kind", "类别", "code", allowed=["甲", "乙"]),
    column("month", "月份", "month"),
    column("remark", "备注"),
]
SMALL_HEAD = ["编号", "名称", "日期", "金额", "人数", "占比", "公开", "类别", "月份", "备注"]


def small_contract(columns: Sequence[Mapping[str, Any]] = SMALL, **rest: Any) -> Contract:
    """A ledger with a column of every type in workbooks; ``rest`` is what its one layout says besides, or ``files``."""
    files = rest.pop("files", None) or [{"pattern": "sample/*/*.*", "format": "workbook", "unit": "元", **rest}]
    return contract_of(columns, files=files)


def small_office(office: Office, contract: Contract) -> Office:
    """The office under this one contract."""
    return Office(office.folder, {contract.ledger: contract})


def only(report: LandingReport) -> Submission:
    """The entry of the one file."""
    (entry,) = report.entries
    return entry


def told(office: Office, entry: Submission) -> set[str]:
    """The rules that findings name."""
    return {finding["rule"] for finding in office.findings(entry)}


def message(office: Office, entry: Submission, rule: str) -> str:
    """What the one finding of a rule says, with its remedy."""
    (found,) = [each for each in office.findings(entry) if each["rule"] == rule]
    return f"{found['message_zh']} {found['remedy_zh']}"
