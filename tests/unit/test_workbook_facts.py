"""Workbooks of every kind are opened by content; what the cell reader would lose or falsify comes out as text."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from ledger_files import DATA
from python_calamine import CalamineWorkbook, SheetTypeEnum

from dagster_project.ingestion import workbook_sheet_xml
from dagster_project.ingestion.number_formats import is_percent_format, percent_text
from dagster_project.ingestion.rules import RULES, Refused
from dagster_project.ingestion.workbook import NO_CACHED_VALUE, Workbook, WorkbookSheet, cell_text, open_workbook

DROPS = Path(__file__).parents[1] / "cases" / "drops"
CORPUS = DATA / "xlsx_corpus_calamine" / "ok"
FILTERED = DROPS / "filtered-rows" / "budget_allocations" / "2023" / "2023年预算指标台账.xlsx"
SHEET = "xl/worksheets/sheet1.xml"

Parts = dict[str, bytes]


def written(path: Path, fill: Callable[[Any, Any], object], **options: object) -> Path:
    """A workbook with one sheet, filled by a function of workbook and sheet."""
    book = xlsxwriter.Workbook(str(path), options)
    fill(book, book.add_worksheet("表"))
    book.close()
    return path


def parts_of(path: Path) -> Parts:
    """The parts of a zipped workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, parts: Parts) -> Path:
    """A zip of these parts, under exactly these names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo("part")
            entry.filename, entry.compress_type = name, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def with_sheet(path: Path, change: Callable[[bytes], bytes], source: Path = FILTERED, part: str = SHEET) -> Path:
    """A copy of a workbook in which one part is changed."""
    parts = parts_of(source)
    changed = change(parts[part])
    assert changed != parts[part]
    return zipped(path, {**parts, part: changed})


def with_rows(path: Path, rows: str) -> Path:
    """A workbook whose one sheet consists of these rows, as XML."""
    return with_sheet(path, lambda xml: re.sub(rb"(?s)<sheetData>.*</sheetData>", rows.encode(), xml))


def ods(path: Path, rows: str, columns: str = "", head: str = "") -> Path:
    """An OpenDocument workbook with one table of these rows."""
    names = " ".join(
        f'xmlns:{short}="urn:{long}:1.0"'
        for short, long in {
            "office": "oasis:names:tc:opendocument:xmlns:office",
            "table": "oasis:names:tc:opendocument:xmlns:table",
            "text": "oasis:names:tc:opendocument:xmlns:text",
            "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext",
        }.items()
    )
    body = f'{head}<table:table table:name="表">{columns}{rows}</table:table>'
    document = f"<office:document-content {names}><office:body><office:spreadsheet>{body}"
    document += "</office:spreadsheet></office:body></office:document-content>"
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped(path, {"mimetype": mime, "META-INF/manifest.xml": b"<manifest/>", "content.xml": document.encode()})


def ods_row(*cells: str, given: str = "") -> str:
    """A row of an OpenDocument table."""
    return f"<table:table-row {given}>{''.join(cells)}</table:table-row>"


def ods_cell(shown: str, given: str = 'office:value-type="string"') -> str:
    """A cell of an OpenDocument table."""
    return f"<table:table-cell {given}><text:p>{shown}</text:p></table:table-cell>"


def patched(path: Path, source: Path, old: bytes, new: bytes) -> Path:
    """A copy of a file in which some bytes, which stand there once, are others."""
    content = source.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))
    return path


def only_sheet(path: Path) -> WorkbookSheet:
    """The one worksheet of a workbook."""
    (sheet,) = open_workbook(path).sheets
    return sheet


def refusal(path: Path) -> Refused:
    """Why a file is refused."""
    with pytest.raises(Refused) as caught:
        open_workbook(path)
    return caught.value


# Values


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_every_workbook_of_the_corpus_opens_with_the_values_that_the_cell_reader_gives(path: Path) -> None:
    read = CalamineWorkbook.from_path(path)
    known = [about for about in read.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    book = open_workbook(path)
    assert [sheet.name for sheet in book.sheets] == [about.name for about in known]
    for sheet in book.sheets:
        values = read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        assert len({len(row) for row in sheet.rows}) <= 1
        for place, row in enumerate(sheet.rows):
            for column, text in enumerate(row):
                value = values[place][column] if place < len(values) and column < len(values[place]) else ""
                if text is not None and text.endswith("%") and isinstance(value, float | int):
                    assert text == percent_text(value)
                elif text is not None and text.startswith("$"):  # the format of the cell shows it
                    assert text == f"${cell_text(value)}"
                elif not (text or "").startswith("#"):
                    assert text == ((cell_text(value) or "").strip() or None)


def test_cells_beyond_the_first_stand_where_they_stand_in_the_file(tmp_path: Path) -> None:
    sheet = only_sheet(written(tmp_path / "a.xlsx", lambda _, sheet: sheet.write(2, 1, " 值 ")))
    assert sheet.rows == [[None, None], [None, None], [None, "值"]]


def test_characters_that_xml_cannot_hold_are_decoded(tmp_path: Path) -> None:
    rows = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲_x0041_乙</t></is></c></row></sheetData>'
    assert only_sheet(with_rows(tmp_path / "a.xlsx", rows)).rows == [["甲A乙"]]


def test_numbers_have_the_fifteen_digits_that_a_spreadsheet_keeps(tmp_path: Path) -> None:
    assert only_sheet(written(tmp_path / "a.xlsx", lambda _, sheet: sheet.write(0, 0, 0.1 + 0.2))).rows == [["0.3"]]


# Errors

ERRORS = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_gives_its_error_text(tmp_path: Path, error: str) -> None:
    rows = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c>'
    for place, inside in enumerate(("<f>1/0</f>", "", '<f t="shared" si="0"/>')):
        rows += f'<c r="{"BCD"[place]}1" t="e">{inside}<v>{error}</v></c>'
    sheet = only_sheet(with_rows(tmp_path / "a.xlsx", rows + "</row></sheetData>"))
    assert sheet.rows == [["甲", error, error, error]]


def test_an_error_behind_the_last_value_is_not_lost(tmp_path: Path) -> None:
    rows = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3" t="e"><v>#N/A</v></c></row></sheetData>'
    )
    assert only_sheet(with_rows(tmp_path / "a.xlsx", rows)).rows == [
        ["1", None, None],
        [None, None, None],
        [None, None, "#N/A"],
    ]


def test_an_error_of_an_xls_gives_its_error_text(tmp_path: Path) -> None:
    old = bytes.fromhex("03020e00 0200 0000 1600")
    content = (CORPUS / "date.xls").read_bytes()
    place = content.index(old)
    number = content[place : place + 18]
    error = bytes.fromhex("05020800 0200 0000 1600 0701") + bytes.fromhex("3c000200 0000")
    path = patched(tmp_path / "a.xls", CORPUS / "date.xls", number, error)
    assert [row[0] for row in only_sheet(path).rows] == ["2021-01-01", "2021-01-02", "#DIV/0!"]


def test_an_error_of_an_xlsb_gives_its_error_text(tmp_path: Path) -> None:
    part = "xl/worksheets/sheet1.bin"
    sheet = parts_of(CORPUS / "date.xlsb")[part]
    place = sheet.index(b"\x02\x0c\x01\x00\x00\x00")  # the first number in column B
    error = b"\x03\x09\x01\x00\x00\x00" + sheet[place + 6 : place + 10] + b"\x2a"
    path = with_sheet(
        tmp_path / "a.xlsb", lambda xml: xml[:place] + error + xml[place + 14 :], CORPUS / "date.xlsb", part
    )
    assert [row[1] for row in only_sheet(path).rows] == ["#N/A", "16", "17"]


def test_an_error_of_an_ods_gives_its_error_text(tmp_path: Path) -> None:
    error = 'table:formula="of:=1/0" office:value-type="string" office:string-value=""'
    rows = ods_row(ods_cell("#DIV/0!", error + ' calcext:value-type="error"'), ods_cell("#REF!", error), ods_cell("甲"))
    assert only_sheet(ods(tmp_path / "a.ods", rows)).rows == [["#DIV/0!", "#REF!", "甲"]]


# Formulas without a result


@pytest.mark.parametrize("name", ["2023年预算指标台账.xlsx", "2023年预算指标台账2.xlsx"])
def test_a_formula_without_a_result_is_told_as_such(name: str) -> None:
    sheet = only_sheet(DROPS / "formula-without-value" / "budget_allocations" / "2023" / name)
    assert sheet.rows[4][14] == NO_CACHED_VALUE
    assert sheet.rows[5][15] == NO_CACHED_VALUE


@pytest.mark.parametrize("inside", ["<f>1+1</f>", "<f>1+1</f><v/>", '<f t="shared" si="0"/><v></v>'])
def test_a_formula_without_a_result_is_told_however_it_is_written(tmp_path: Path, inside: str) -> None:
    rows = f'<sheetData><row r="1"><c r="B1">{inside}</c></row></sheetData>'
    assert only_sheet(with_rows(tmp_path / "a.xlsx", rows)).rows == [[None, NO_CACHED_VALUE]]


def test_a_formula_whose_result_is_an_empty_text_is_empty(tmp_path: Path) -> None:
    rows = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>""</f><v></v></c></row></sheetData>'
    assert only_sheet(with_rows(tmp_path / "a.xlsx", rows)).rows[0][0] == "1"
    assert NO_CACHED_VALUE not in only_sheet(with_rows(tmp_path / "a.xlsx", rows)).rows[0]


def test_zeros_that_a_program_writes_for_results_that_it_does_not_know_are_no_results(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, 5)
        sheet.write_formula(0, 1, "=A1*2")
        sheet.write_formula(1, 1, "=A1*3")

    assert [row[1] for row in only_sheet(written(tmp_path / "a.xlsx", fill)).rows] == [NO_CACHED_VALUE] * 2


def test_zeros_beside_other_results_are_results(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula(0, 0, "=1-1", None, 0)
        sheet.write_formula(1, 0, "=1+1", None, 2)

    assert only_sheet(written(tmp_path / "a.xlsx", fill)).rows == [["0"], ["2"]]


def test_a_formula_of_an_ods_without_a_result_is_told_as_such(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", ods_row(ods_cell("甲"), '<table:table-cell table:formula="of:=1+1"/>'))
    assert only_sheet(path).rows == [["甲", NO_CACHED_VALUE]]


# Percentages


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.31, "31%"),
        (0.12345, "12.345%"),
        (1, "100%"),
        (-0.005, "-0.5%"),
        (0, "0%"),
        (0.1 + 0.2, "30%"),
        (12.5, "1250%"),
    ],
)
@pytest.mark.parametrize("code", ["0%", "0.00%", '0.0" 约"%;[Red]-0.0%'])
def test_a_number_with_a_percent_format_gives_its_percentage(
    tmp_path: Path, number: float, shown: str, code: str
) -> None:
    path = written(
        tmp_path / "a.xlsx", lambda book, sheet: sheet.write_number(0, 0, number, book.add_format({"num_format": code}))
    )
    assert only_sheet(path).rows == [[shown]]


def test_only_numbers_with_a_percent_format_are_percentages(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        percent, quoted = book.add_format({"num_format": 10}), book.add_format({"num_format": '0.00"%"'})
        sheet.write_string(0, 0, "0.31", percent)
        sheet.write_boolean(0, 1, True, percent)
        sheet.write_number(0, 2, 0.31, quoted)
        sheet.write_number(0, 3, 0.31)
        sheet.write_number(0, 4, 0.31, percent)

    assert only_sheet(written(tmp_path / "a.xlsx", fill)).rows == [["0.31", "TRUE", "0.31", "0.31", "31%"]]


def test_a_percent_sign_that_is_only_printed_is_no_percent_format() -> None:
    assert [is_percent_format(code) for code in ("0%", "0.0\\%", '0"%"', "[>1]0%", "_%0", "0;-0%", "@")] == [
        *(True, False, False, True, False, False, False)
    ]


def test_percentages_of_an_ods_are_percentages_wherever_they_are_repeated(tmp_path: Path) -> None:
    cell = ods_cell("31.00%", 'office:value-type="percentage" office:value="0.31" table:number-columns-repeated="2"')
    path = ods(tmp_path / "a.ods", ods_row(ods_cell("甲"), cell, given='table:number-rows-repeated="2"'))
    assert only_sheet(path).rows == [["甲", "31%", "31%"]] * 2


def test_percentages_of_an_xls_are_percentages() -> None:
    sheets = open_workbook(CORPUS / "gh548_incorrect_sst_unique_count.xls").sheets
    assert sum(text is not None and text.endswith("%") for sheet in sheets for row in sheet.rows for text in row) > 2000


# Epochs


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods"])
def test_a_workbook_of_1904_says_so_and_its_dates_are_right(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        path = DROPS / "dates-1904" / "budget_allocations" / "2023" / "2023年预算指标台账.xlsx"
        assert [row[5] for row in only_sheet(path).rows[4:]] == ["2023-04-04", "43558"]
    elif kind == "xls":
        patched(path, CORPUS / "date.xls", bytes.fromhex("220002000000"), bytes.fromhex("220002000100"))
        assert only_sheet(path).rows[0] == ["2025-01-02", "15"]
    elif kind == "xlsb":
        parts = parts_of(CORPUS / "date.xlsb")
        book = bytearray(parts["xl/workbook.bin"])
        book[book.index(b"\x99\x01") + 3] |= 1
        zipped(path, {**parts, "xl/workbook.bin": bytes(book)})
        assert only_sheet(path).rows[0] == ["2025-01-02", "15"]
    else:
        head = (
            "<table:calculation-settings><table:null-date table:date-value='1904-01-01'/></table:calculation-settings>"
        )
        ods(path, ods_row(ods_cell("43558", 'office:value-type="float" office:value="43558"')), head=head)
    assert open_workbook(path).serial_epoch == dt.date(1904, 1, 1)


def test_serials_of_other_workbooks_count_from_1899() -> None:
    kinds = {path.suffix: open_workbook(path).serial_epoch for path in CORPUS.glob("date.*")}
    assert kinds == dict.fromkeys([".ods", ".xls", ".xlsb", ".xlsx"], dt.date(1899, 12, 30))


# What is hidden or merged


def test_hidden_rows_and_columns_are_told(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        for row in range(6):
            sheet.write_row(row, 0, [row] * 5)
        sheet.set_row(2, options={"hidden": True})
        sheet.set_column(1, 2, options={"hidden": True})

    sheet = only_sheet(written(tmp_path / "a.xlsx", fill))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1, 2})
    assert only_sheet(FILTERED).hidden_rows == {5}


def test_hidden_rows_and_columns_of_an_ods_are_told(tmp_path: Path) -> None:
    rows = ods_row(ods_cell("甲"), ods_cell("乙")) + ods_row(
        ods_cell("丙"), given='table:visibility="filter" table:number-rows-repeated="2"'
    )
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    sheet = only_sheet(ods(tmp_path / "a.ods", rows, columns))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1, 2}, {1})


def test_hidden_rows_and_columns_of_an_xls_are_told(tmp_path: Path) -> None:
    content = bytearray((CORPUS / "date.xls").read_bytes())
    content[content.index(bytes.fromhex("08021000 0100")) + 4 + 12] |= 0x20
    content[content.index(bytes.fromhex("7d000c00 0000 0000")) + 4 + 8] |= 1
    (tmp_path / "a.xls").write_bytes(content)
    sheet = only_sheet(tmp_path / "a.xls")
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {0})


@pytest.mark.parametrize("name", ["merge_cells.xlsx", "merge_cells.xls", "merged_cells.ods"])
def test_merged_cells_are_told(name: str) -> None:
    merged = only_sheet(CORPUS / name).merged
    assert merged
    assert all(top <= bottom and left <= right for (top, left), (bottom, right) in merged)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "xls"])
def test_sheets_say_whether_they_are_hidden_and_charts_are_no_sheets(kind: str) -> None:
    book = open_workbook(CORPUS / f"any_sheets.{kind}")
    assert [sheet.visibility for sheet in book.sheets] == ["visible", "hidden", "very hidden"]
    assert book.other_sheets == ["Chart"]


# Spellings


def respelt(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: {change(name): content for name, content in parts.items()}


def changed_part(name: str, pattern: bytes, new: bytes) -> Callable[[Parts], Parts]:
    return lambda parts: {**parts, name: re.sub(pattern, new, parts[name])}


SPELLINGS = {
    "backslashes in names": respelt(lambda name: name.replace("/", "\\")),
    "capitals in names": respelt(str.upper),
    "slashes before names": respelt(lambda name: f"/{name}"),
    "backslashes in targets": changed_part("xl/_rels/workbook.xml.rels", rb"worksheets/", rb"worksheets\\\\"),
    "another name of the main part": lambda parts: {
        name.replace("workbook.xml", "book1.xml"): content.replace(b"xl/workbook.xml", b"xl/book1.xml")
        for name, content in parts.items()
    },
    "absolute targets": changed_part("xl/_rels/workbook.xml.rels", rb'Target="', b'Target="/xl/'),
    "no dimension": changed_part(SHEET, rb"<dimension[^>]*>", b""),
    "single quotes": changed_part(SHEET, rb'"', b"'"),
    "a prefix": lambda parts: {
        **parts,
        SHEET: re.sub(rb"<(/?)(?!\?)(\w)", rb"<\1x:\2", parts[SHEET]).replace(b"xmlns=", b"xmlns:x="),
    },
    "a byte order mark": changed_part(SHEET, rb"\A", b"\xef\xbb\xbf"),
    "blanks around signs": changed_part(SHEET, rb' hidden="1"', b' hidden = "1"'),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_workbooks_of_other_programs_are_read_as_those_of_the_usual_one(tmp_path: Path, spelling: str) -> None:
    usual = parts_of(FILTERED)
    other = SPELLINGS[spelling](usual)
    assert other != usual
    assert open_workbook(zipped(tmp_path / "a.xlsx", other)) == open_workbook(FILTERED)


def test_rows_and_cells_without_a_place_follow_each_other(tmp_path: Path) -> None:
    rows = (
        '<sheetData><row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row hidden="1"><c><v>2</v></c></row></sheetData>'
    )
    sheet = only_sheet(with_rows(tmp_path / "a.xlsx", rows))
    assert sheet.rows == [["1", "#N/A"], ["2", None]]
    assert sheet.hidden_rows == {1}


DAMAGED_PLACES = {
    "the number of a row": ('<row r="]1"><c r="A1"><v>1</v></c></row>', "写法有误"),
    "the number of a cell": ('<row r="1"><c r="A1x"><v>1</v></c></row>', "A1x"),
    "the column of a cell": ('<row r="1"><c r="ABCD1"><v>1</v></c></row>', "ABCD1"),
    "no row in a cell": ('<row r="1"><c r="A0"><v>1</v></c></row>', "A0"),
    "the number of a shared text": ('<row r="1"><c r="A1" t="s"><v>4e0</v></c></row>', "4e0"),
    "a shared text in single quotes": ("<row r='1'><c r='A1' t='s'><v>O5</v></c></row>", "O5"),
    "one place twice": ('<row r="1"><c r="F1"><v>198</v></c><c r="F1"><v>301</v></c></row>', "F1"),
    "one place in two rows": ('<row r="1"><c r="F1"><v>1</v></c></row><row r="2"><c r="F1"><v>2</v></c></row>', "F1"),
}


@pytest.mark.parametrize("place", DAMAGED_PLACES)
def test_a_cell_that_does_not_say_where_it_stands_is_refused(tmp_path: Path, place: str) -> None:
    rows, told = DAMAGED_PLACES[place]
    refused = refusal(with_rows(tmp_path / "a.xlsx", f"<sheetData>{rows}</sheetData>"))
    assert refused.rule == "damaged_workbook"
    assert told in refused.detail


@pytest.mark.parametrize("says", ["xls", "xlsx", "xlsb", "ods", "et", "XLSX", "dat"])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods"])
def test_a_workbook_is_what_its_content_is_whatever_its_suffix_says(tmp_path: Path, kind: str, says: str) -> None:
    source = CORPUS / f"date.{kind}"
    path = tmp_path / f"a.{says}"
    path.write_bytes(source.read_bytes())
    book = open_workbook(path)
    assert book.kind == kind
    assert book == open_workbook(source)


# Refused

KIND_OF = {
    "a.xls": "网页(HTML)",
    "b.xls": "XML 电子表格 2003",
    "c.xls": "文本文件",
    "e.xlsx": "空的压缩包",
}


@pytest.mark.parametrize("name", sorted(KIND_OF))
def test_a_file_that_is_something_else_is_refused_as_what_it_is(name: str) -> None:
    caught = refusal(DROPS / "odd-workbooks" / "budget_allocations" / "2023" / f"2023年指标{name}")
    assert (caught.rule, caught.value) == ("other_kind", KIND_OF[name])


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\r\n<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "网页(HTML)"),
        (b'<meta charset="gbk"><table border=1>', "网页(HTML)"),
        ("<html><table>".encode("utf-16"), "网页(HTML)"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页存档(MHTML)"),
        (b"%PDF-1.7 \x00", "PDF 文件"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"{\\rtf1", "RTF 文档"),
        (b'[{"a": 1}]', "JSON 文本"),
        (b"\xef\xbb\xbf" + "年度,金额\r\n2023,1\r\n".encode(), "文本文件"),
        ("年度,金额\r\n".encode("gbk"), "文本文件"),
        ("年度\t金额\r\n".encode("utf-16"), "文本文件"),
        (b"\x01\x02\x03\x04\x05", "不认识的文件"),
    ],
)
def test_texts_pages_and_pictures_are_refused_as_what_they_are(tmp_path: Path, content: bytes, value: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    caught = refusal(tmp_path / "a.xlsx")
    assert (caught.rule, caught.value) == ("other_kind", value)


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}, "Word 文档"),
        ({"ppt/presentation.xml": b"<x/>"}, "PowerPoint 演示文稿"),
        ({"一.xlsx": b"1", "二.xlsx": b"2"}, "压缩包"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text"}, "OpenDocument 文档"),
    ],
)
def test_a_zip_without_a_workbook_is_refused_as_what_it_is(tmp_path: Path, parts: Parts, value: str) -> None:
    caught = refusal(zipped(tmp_path / "a.xlsx", parts))
    assert (caught.rule, caught.value) == ("other_kind", value)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods", "xls"])
def test_the_first_part_of_a_workbook_is_refused_as_damaged(tmp_path: Path, kind: str, share: float) -> None:
    content = (CORPUS / f"issues.{kind}").read_bytes()
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path).rule == "damaged_workbook"


@pytest.mark.parametrize("content", [b"\n", b"\x00" * 100, b"\xef\xbb\xbf", b" "])
def test_a_file_without_content_is_refused_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert "没有内容" in refusal(tmp_path / "a.xlsx").detail


def test_an_encrypted_workbook_is_refused_as_encrypted(tmp_path: Path) -> None:
    name, secret = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    content = (CORPUS / "date.xls").read_bytes()
    place = content.index(name)
    entry = secret + bytes(64 - len(secret)) + (len(secret) + 2).to_bytes(2, "little")
    (tmp_path / "a.xlsx").write_bytes(content[:place] + entry + content[place + len(entry) :])
    assert refusal(tmp_path / "a.xlsx").rule == "encrypted_workbook"
    manifest = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": b"<encryption-data",
    }
    assert refusal(zipped(tmp_path / "a.ods", manifest)).rule == "encrypted_workbook"


def test_damage_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    chance = random.Random(12)
    for source in (FILTERED, CORPUS / "issues.xlsx", CORPUS / "date.xlsb", CORPUS / "issues.ods"):
        sound, path, content = open_workbook(source), tmp_path / f"a{source.suffix}", source.read_bytes()
        for _ in range(150):
            damaged = bytearray(content)
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.randrange(2)] = bytes([chance.randrange(256)] * chance.randrange(2))
            path.write_bytes(damaged)
            assert read_or_refused(path) in (None, sound)


def read_or_refused(path: Path) -> Workbook | None:
    try:
        return open_workbook(path)
    except Refused as refused:
        assert not re.search(r"[a-z]{4,} [a-z]{3,}", refused.detail), "no words of a parser"
        assert refused.rule in RULES
        return None


# Too big


@pytest.mark.parametrize(
    ("cells", "last"),
    [
        ({"A1": 1, "XFD1048576": 2}, "XFD1048576"),
        ({"B2": 1, "XFD3": 2, "A1048576": 3}, "XFD1048576"),
        ({"A1": 1, "AZ900000": 2}, "AZ900000"),
    ],
)
def test_a_cell_far_away_is_refused_by_its_name(tmp_path: Path, cells: dict[str, int], last: str) -> None:
    path = written(tmp_path / "a.xlsx", lambda _, sheet: [sheet.write(place, value) for place, value in cells.items()])
    start = time.process_time()
    caught = refusal(path)
    assert (caught.rule, caught.value, caught.sheet) == ("far_cell", last, "表")
    assert time.process_time() - start < 1


def test_a_cell_far_away_is_refused_in_an_ods(tmp_path: Path) -> None:
    rows = ods_row(ods_cell("甲")) + ods_row("<table:table-cell/>", given='table:number-rows-repeated="1048574"')
    rows += ods_row('<table:table-cell table:number-columns-repeated="16383"/>', ods_cell("远"))
    caught = refusal(ods(tmp_path / "a.ods", rows))
    assert (caught.rule, caught.value, caught.sheet) == ("far_cell", "XFD1048576", "表")


@pytest.mark.parametrize("cells", [{"A1": 1, "A1048576": 2}, {"A1": 1, "XFD1": 2}, {"A1": 1, "Z150000": 2}])
def test_a_sheet_that_can_be_laid_out_is_read(tmp_path: Path, cells: dict[str, int]) -> None:
    path = written(tmp_path / "a.xlsx", lambda _, sheet: [sheet.write(place, value) for place, value in cells.items()])
    assert [text for row in only_sheet(path).rows for text in row if text] == ["1", "2"]


def test_colours_far_away_are_no_cells(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "甲")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "red"}))

    assert only_sheet(written(tmp_path / "a.xlsx", fill)).rows == [["甲"]]


BOMBS = {
    "rows": (SHEET, b'<row r="1" spans="1:1"></row>'),
    "texts": ("xl/sharedStrings.xml", b"<si><t>1</t></si>"),
}


@pytest.mark.parametrize("is_lying", [False, True])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_while_it_is_inflated(tmp_path: Path, bomb: str, is_lying: bool) -> None:
    part, text = BOMBS[bomb]
    many = text * (200_000_000 // len(text))
    path = with_sheet(
        tmp_path / "a.xlsx",
        lambda xml: re.sub(rb"(<sheetData>|<sst[^>]*>)", lambda start: start[1] + many, xml),
        part=part,
    )
    if is_lying:
        size = len(parts_of(path)[part]).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    start = time.process_time()
    assert refusal(path).rule == "oversized_workbook"
    assert time.process_time() - start < 1


def test_blanks_without_end_are_refused(tmp_path: Path) -> None:
    path = with_rows(tmp_path / "a.xlsx", "<sheetData>" + " " * 50_000_000 + "</sheetData>")
    start = time.process_time()
    assert refusal(path).rule == "damaged_workbook"
    assert time.process_time() - start < 1


def test_a_cell_far_away_is_refused_in_an_xls(tmp_path: Path) -> None:
    content = (CORPUS / "date.xls").read_bytes()
    place = content.index(bytes.fromhex("7e020a00 0200 0100"))
    far = content[: place + 4] + bytes.fromhex("ffff ff00") + content[place + 8 :]
    (tmp_path / "a.xls").write_bytes(far)
    caught = refusal(tmp_path / "a.xls")
    assert (caught.rule, caught.value) == ("far_cell", "IV65536")


def test_what_stands_far_down_a_long_sheet_is_told_like_what_stands_at_its_top(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        percent = book.add_format({"num_format": "0%"})
        for row in range(30_000):
            sheet.write_row(row, 0, [f"文本{row}", row])
        sheet.set_row(20_000, options={"hidden": True})
        sheet.write(25_000, 1, 0.5, percent)
        sheet.write_formula(27_000, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(29_999, 27, "=1+1", None, "")

    sheet = only_sheet(written(tmp_path / "a.xlsx", fill))
    assert sheet.hidden_rows == {20_000}
    told = {25_000: "50%", 27_000: "#DIV/0!"}
    assert [row[1] for row in sheet.rows] == [told.get(row, str(row)) for row in range(30_000)]
    assert [row[0] for row in sheet.rows] == [f"文本{row}" for row in range(30_000)]
    assert [row[27] for row in sheet.rows if row[27]] == [NO_CACHED_VALUE]


def test_a_sheet_of_plain_values_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(_: Any, sheet: Any) -> None:
        for row in range(2000):
            sheet.write_row(row, 0, [f"文本{row}", row, row / 7])

    path = written(tmp_path / "a.xlsx", fill)
    monkeypatch.delattr(workbook_sheet_xml, "_Walk")
    assert len(only_sheet(path).rows) == 2000


def test_a_checksum_that_differs_refuses_the_file(tmp_path: Path) -> None:
    content = FILTERED.read_bytes()
    right = zlib.crc32(parts_of(FILTERED)[SHEET]).to_bytes(4, "little")
    (tmp_path / "a.xlsx").write_bytes(content.replace(right, bytes(4)))
    assert "校验和" in refusal(tmp_path / "a.xlsx").detail
