"""Cases of units that stand beside the table: in notes, text boxes, printed heads, other sheets, columns and formats of cells."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsb_books as binary
from books import changed, message, small_contract, small_office, told, xlsx
from ledger_files import DATA, Office, column, csv_text, yuan

from dagster_project.contracts import Contract
from dagster_project.ingestion.workbook import open_workbook

BESIDE = DATA / "beside_cells"
COLUMNS = [
    column("item_no", "编号", required=True),
    column("item_name", "名称"),
    column("amount_yuan", "金额", "money"),
]
HEAD = ["编号", "名称", "金额"]
ROWS: list[list[Any]] = [HEAD, ["K1", "甲", 100.5], ["K2", "乙", 200]]
FILE = "sample/2023/2023年表"
STRICT = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
Plant = Callable[[Any, dict[str, Any]], object]
PLANTS: dict[str, Plant] = {
    "note": lambda book, sheets: sheets["表"].write_comment("C1", "金额单位:万元"),
    "box": lambda book, sheets: sheets["表"].insert_textbox("F2", "本表金额以万元为单位"),
    "page": lambda book, sheets: sheets["表"].set_header("&L预算表&R单位:万元"),
}
WORDS = {"note": "单元格 C1 的批注", "box": "文本框", "page": "打印页眉页脚"}


def reading(office: Office, format_: str = "workbook", columns: list[dict[str, Any]] = COLUMNS, **rest: Any) -> Office:
    return small_office(office, small_contract(columns, format=format_, **rest))


def refused_for(office: Office, name: str, content: bytes | str, *words: str) -> None:
    """The file is refused for its unit, in words that say where it stands and which it is."""
    entry = office.land_one(name, content)
    assert (entry.status, entry.rows_accepted) == ("refused", 0)
    text = message(office, entry, "ambiguous_unit")
    assert all(word in text for word in (*words, "金额按元读入", "万元"))


def binary_book(kind: str) -> bytes:
    """An xlsb with a unit in a note, or in the head of the printed page; drawings are the same parts as in an xlsx."""
    if kind == "page":
        page = struct.pack("<H", 0) + binary.wide("&L预算表&R单位:万元") + b"\xff\xff\xff\xff" * 5
        return binary.xlsb({"表": binary.sheet(ROWS, tail=binary.record(binary.HEAD_AND_FOOT, page))})
    if kind == "note":
        place = struct.pack("<IIIII", 0, 0, 0, 2, 2) + bytes(16)
        texts = binary.record(binary.COMMENT, place) + binary.record(
            binary.COMMENT_TEXT, b"\0" + binary.wide("金额单位:万元")
        )
        target, part = ("comments", "../comments1.bin"), {"xl/comments1.bin": texts}
    else:
        with zipfile.ZipFile(io.BytesIO(xlsx({"表": ROWS}, PLANTS["box"]))) as archive:
            part = {"xl/drawings/drawing1.xml": archive.read("xl/drawings/drawing1.xml")}
        target = ("drawing", "../drawings/drawing1.xml")
    rels = {"xl/worksheets/_rels/sheet1.bin.rels": binary.links(target)}
    return binary.xlsb({"表": binary.sheet(ROWS)}, part | rels)


def strict(content: bytes) -> bytes:
    """The workbook in the names of strict OOXML."""
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        content = changed(content, part, *STRICT)
    return content


@pytest.mark.parametrize("kind", list(PLANTS))
@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "strict.xlsx", "xls", "ods", "xlsb"])
def test_another_unit_outside_the_cells_refuses_the_file(kind: str, suffix: str, office: Office) -> None:
    if suffix in ("xls", "ods"):
        content = (BESIDE / f"{kind}.{suffix}").read_bytes()
    elif suffix == "xlsb":
        content = binary_book(kind)
    else:
        content = xlsx({"表": ROWS}, PLANTS[kind])
        content = strict(content) if suffix.startswith("strict") else content
    columns = [*COLUMNS, column("rest_yuan", "余额", "money")]
    refused_for(reading(office, columns=columns), f"{FILE}.{suffix}", content, WORDS[kind])


@pytest.mark.parametrize("kind", list(PLANTS))
def test_the_unit_of_the_amounts_outside_the_cells_is_no_news(kind: str, office: Office) -> None:
    entry = reading(office).land_one(
        f"{FILE}.xlsx", xlsx({"表": [["单位:万元"], *ROWS]}, lambda b, s: PLANTS[kind](b, s))
    )
    assert office.accepted(entry, "amount_yuan") == [(yuan("1005000"),), (yuan("2000000"),)]


@pytest.mark.parametrize(
    "text", ["500万元以上项目须附合同", "张三:\n已核对", "比上年多 12 万元", "第&P页,共&N页", "元岗街道"]
)
def test_other_words_outside_the_cells_leave_the_amounts_alone(text: str, office: Office) -> None:
    def plant(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].write_comment("C2", text)
        sheets["表"].set_footer(f"&C{text}")

    entry = reading(office).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS}, plant))
    assert office.accepted(entry, "amount_yuan") == [(yuan("100.50"),), (yuan("200"),)]


def test_a_note_of_several_lines_is_read_line_by_line(office: Office) -> None:
    def plant(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].write_comment("B3", "李四:\n此列已核\n(金额单位\uff1a人民币万元)")

    refused_for(reading(office), f"{FILE}.xlsx", xlsx({"表": ROWS}, plant), "单元格 B3 的批注")


@pytest.mark.parametrize("name", ["picture.xlsx", "picture.xls", "picture.xlsb", "picture.ods"])
def test_a_picture_is_known_in_every_kind_of_workbook(name: str) -> None:
    sheets = open_workbook(DATA / "xlsx_corpus_calamine" / "ok" / name).sheets
    assert sheets[0].facts.unread == ["图片"]


def test_a_picture_beside_a_table_of_amounts_is_told_in_words(office: Office) -> None:
    with zipfile.ZipFile(DATA / "xlsx_corpus_calamine" / "ok" / "picture.xlsx") as archive:
        picture = next(archive.read(name) for name in archive.namelist() if name.startswith("xl/media/"))

    def plant(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].insert_image("F2", "a.png", {"image_data": io.BytesIO(picture)})

    entry = reading(office).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS}, plant))
    assert entry.rows_accepted == 2
    assert "图片无法读取" in message(office, entry, "unread_beside")


def test_a_damaged_note_is_told_and_the_rows_load(office: Office) -> None:
    content = changed(xlsx({"表": ROWS}, PLANTS["note"]), "xl/comments1.xml", "</comments>", "</kommentar>")
    entry = reading(office).land_one(f"{FILE}.xlsx", content)
    assert (entry.rows_accepted, "unread_beside" in told(office, entry)) == (2, True)


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ("封面", [["2023年部门预算"], ["编报单位:甲局"], ["金额单位:万元"]]),
        ("填报说明", [["1.本表由各单位填报"], ["2.金额以万元为单位,保留两位小数"]]),
        ("Cover", [["Unit: RMB 10,000"]]),
    ],
)
def test_a_cover_or_a_guide_in_another_unit_refuses_a_table_that_states_none(
    sheet: str, rows: list[list[Any]], office: Office
) -> None:
    office = reading(office)
    refused_for(office, f"{FILE}.xlsx", xlsx({sheet: rows, "表": ROWS}), f"工作表“{sheet}”")
    entry = office.land_one(f"{FILE}.xlsx", xlsx({sheet: rows, "表": [["单位:元"], *ROWS]}))
    assert office.accepted(entry, "amount_yuan") == [(yuan("100.50"),), (yuan("200"),)]


def test_another_table_with_a_unit_of_its_own_is_no_guide(office: Office) -> None:
    other = [["单位:万元"], ["科目", "数"], ["a", 1], ["b", 2], ["c", 3], ["d", 4]]
    entry = reading(office).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS, "附表": other}))
    assert entry.rows_accepted == 2


@pytest.mark.parametrize("words", ["单位:万元", "(金额单位:万元)", "计量单位\uff1a人民币万元"])
@pytest.mark.parametrize("format_", ["csv", "workbook"])
def test_a_unit_in_the_row_of_the_header_is_seen(words: str, format_: str, office: Office) -> None:
    rows = [[*HEAD, words], *([*row, None] for row in ROWS[1:])]
    content = xlsx({"表": rows}) if format_ == "workbook" else csv_text([[str(c or "") for c in row] for row in rows])
    refused_for(reading(office, format_), f"{FILE}.{'xlsx' if format_ == 'workbook' else 'csv'}", content, words)


def of_units(header: str, word: str, format_: str) -> tuple[str, bytes | str]:
    """A file with a column of units: its suffix and its content."""
    rows = [[*HEAD, header], *([*row, word] for row in ROWS[1:])]
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    if format_ == "csv":
        return "csv", csv_text([[str(cell) for cell in row] for row in rows])
    if format_ == "workbook":
        return "xlsx", xlsx({"表": rows})
    if format_ == "lines":
        return "jsonl", "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return "json", json.dumps({"rows": records}, ensure_ascii=False)


@pytest.mark.parametrize("format_", ["csv", "workbook", "lines", "document"])
@pytest.mark.parametrize(
    ("header", "word", "unit"), [("金额单位", "万元", "万元"), ("单位", "万", "万元"), ("币种", "美元", "美元")]
)
def test_a_column_of_another_unit_or_currency_refuses_the_file(
    header: str, word: str, unit: str, format_: str, office: Office
) -> None:
    suffix, content = of_units(header, word, format_)
    kind = {"lines": "jsonl", "document": "jsonl"}.get(format_, format_)
    entry = reading(office, kind).land_one(f"{FILE}.{suffix}", content)
    assert entry.status == "refused"
    text = message(office, entry, "ambiguous_unit")
    assert f"列“{header}”" in text and f"写的是{unit}" in text


@pytest.mark.parametrize("format_", ["csv", "workbook", "lines", "document"])
@pytest.mark.parametrize(
    ("header", "word"),
    [("金额单位", "元"), ("币种", "人民币"), ("货币", "CNY"), ("计量单位", "台"), ("采购单位", "万元街道办")],
)
def test_a_column_of_the_same_unit_or_of_other_units_is_no_doubt(
    header: str, word: str, format_: str, office: Office
) -> None:
    suffix, content = of_units(header, word, format_)
    kind = {"lines": "jsonl", "document": "jsonl"}.get(format_, format_)
    entry = reading(office, kind).land_one(f"{FILE}.{suffix}", content)
    assert office.accepted(entry, "amount_yuan") == [(yuan("100.50"),), (yuan("200"),)]


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("RMB ten thousand", "1005000"),
        ("Unit: ten thousand yuan", "1005000"),
        ("RMB thousand", "100500"),
        ("本表以万为单位", "1005000"),
        ("数据以千为单位", "100500"),
        ("万", "1005000"),
        ("单位为一万元", "1005000"),
        ("单位\u2236万元", "1005000"),
        ("单位\ufe30万元", "1005000"),
    ],
)
def test_a_unit_in_other_words_is_that_unit(words: str, amount: str, office: Office) -> None:
    entry = reading(office, "csv").land_one(f"{FILE}.csv", csv_text([[words], HEAD, ["K1", "甲", "100.50"]]))
    assert office.accepted(entry, "amount_yuan") == [(yuan(amount),)]


@pytest.mark.parametrize("words", ["in 10k yuan", "Currency: USD", "US dollars"])
def test_a_unit_in_words_that_nobody_can_be_sure_of_refuses_the_file(words: str, office: Office) -> None:
    entry = reading(office, "csv").land_one(f"{FILE}.csv", csv_text([[words], HEAD, ["K1", "甲", "100.50"]]))
    assert (entry.status, office.faults(entry)) == ("refused", [(None, None, "unknown_unit")])


@pytest.mark.parametrize(
    ("format_", "amount"),
    [
        ('0.00"万元"', "1005000"),
        ("0.00万元", "1005000"),
        ('G/通用格式"万元"', "1005000"),
        ("0.00元", "100.50"),
        ("\uffe50.00", "100.50"),
    ],
)
def test_a_unit_in_the_format_of_a_cell_counts_with_quotes_and_without(
    format_: str, amount: str, office: Office
) -> None:
    def plant(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].write_number("C2", 100.5, book.add_format({"num_format": format_}))

    entry = reading(office).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS[:2]}, plant))
    assert office.accepted(entry, "amount_yuan") == [(yuan(amount),)]


@pytest.mark.parametrize(
    ("format_", "rule"), [("$#,##0.00", "foreign_currency"), ("0.00€", "foreign_currency"), ("0.0万", "bad_amount")]
)
def test_a_currency_or_half_a_unit_in_a_format_rejects_the_row(format_: str, rule: str, office: Office) -> None:
    def plant(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].write_number("C2", 100.5, book.add_format({"num_format": format_}))

    entry = reading(office).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS}, plant))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1)
    assert rule in told(office, entry)


def test_a_contract_without_amounts_asks_for_no_unit(office: Office) -> None:
    contract: Contract = small_contract(COLUMNS[:2], unit=None)
    entry = small_office(office, contract).land_one(f"{FILE}.xlsx", xlsx({"表": ROWS}, PLANTS["note"]))
    assert entry.rows_accepted == 2
