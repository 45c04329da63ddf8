"""Cases of what a workbook carries besides its values, in every kind of workbook: formulas typed over, links, macros, numbers stored as text, text struck out."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
import xlsb_books as binary
from books import message, ods, only, small_contract, small_office, told, xlsx
from ledger_files import DATA, Office, column, contract_of, yuan

from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.workbook import open_workbook

BESIDE, CORPUS = DATA / "beside_cells", DATA / "xlsx_corpus_calamine" / "ok"
FILE = "sample/2023/2023年表"
HEAD = ["编号", "名称", "金额", "余额"]
COLUMNS = [
    column("item_no", "编号", required=True), column("item_name", "名称"), column("amount_yuan", "金额", "money"),
    column("rest_yuan", "余额", "money"),
]  # fmt: skip


def landed(office: Office, suffix: str, content: bytes) -> tuple[Office, Submission]:
    office = small_office(office, small_contract(COLUMNS))
    office.hand_in(f"{FILE}.{suffix}", content)
    return office, only(office.land())


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """A zipped workbook with more parts, or with others in their place."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return copy.getvalue()


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "ods"])
def test_a_number_typed_over_a_formula_is_told_with_its_cell(suffix: str, office: Office) -> None:
    office, entry = landed(office, suffix, (BESIDE / f"typed_over.{suffix}").read_bytes())
    assert entry.rows_accepted == 8
    text = message(office, entry, "typed_over_formula")
    assert "单元格 D6 是固定值" in text and "7 个" in text


@pytest.mark.parametrize("name", ["note.ods", "note.xls"])
def test_a_column_of_numbers_alone_is_typed_over_nothing(name: str, office: Office) -> None:
    content = (BESIDE / name).read_bytes()
    office, entry = landed(office, name.rpartition(".")[2], content)
    assert "typed_over_formula" not in told(office, entry)


def test_formulas_that_read_another_workbook_are_told(office: Office) -> None:
    _, entry = landed(office, "ods", (BESIDE / "linked.ods").read_bytes())
    assert "单元格 D2 的公式取自另一个工作簿" in message(office, entry, "external_link")


def test_another_workbook_that_an_xls_names_is_told(office: Office) -> None:
    office, entry = landed(office, "xls", (BESIDE / "linked.xls").read_bytes())
    assert "取自另一个工作簿" in message(office, entry, "external_link")


def test_another_workbook_that_an_xlsb_names_is_told(office: Office) -> None:
    rows = [HEAD, ["K1", "甲", 1, 2]]
    link = [("externalLink", "externalLinks/externalLink1.bin")]
    content = binary.xlsb({"表": binary.sheet(rows)}, {"xl/externalLinks/externalLink1.bin": b""}, link)
    office, entry = landed(office, "xlsb", content)
    assert "取自另一个工作簿" in message(office, entry, "external_link")


def test_macros_are_told_in_an_xlsb(office: Office) -> None:
    content = binary.xlsb(
        {"表": binary.sheet([HEAD, ["K1", "甲", 1, 2]])},
        {"xl/vbaProject.bin": b""},
        [("vbaProject", "vbaProject.bin")],
    )
    office, entry = landed(office, "xlsb", content)
    assert "工作簿带有宏(vbaProject.bin)" in message(office, entry, "macros")


def test_macros_are_told_in_an_ods_and_empty_lists_of_them_are_none(office: Office) -> None:
    plain = ods({"表": [HEAD, ["K1", "甲", 1, 2]]})
    lists = with_parts(plain, {"Basic/script-lc.xml": b"<x/>", "Basic/Standard/script-lb.xml": b"<x/>"})
    office, entry = landed(office, "ods", lists)
    assert "macros" not in told(office, entry)
    office, entry = landed(office, "ods", with_parts(lists, {"Basic/Standard/Module1.xml": b"<x/>"}))
    assert "Module1.xml" in message(office, entry, "macros")


@pytest.mark.parametrize(("name", "macros"), [("issues.xls", "VBA"), ("any_sheets.xls", "VBA"), ("date.xls", "")])
def test_macros_are_known_in_an_xls(name: str, macros: str) -> None:
    assert open_workbook(CORPUS / name).macros == macros


@pytest.mark.parametrize("suffix", ["xlsx", "xlsb", "xls", "ods"])
def test_numbers_stored_as_text_among_numbers_are_told_and_load(suffix: str, office: Office) -> None:
    rows = [HEAD, *([f"K{n}", f"第{n}件", n * 100.5, n * 2] for n in range(1, 9))]
    rows[3][2], rows[6][2], rows[7][1] = "301.5", "1,603.00", "7"
    if suffix == "xlsx":
        content = xlsx({"表": rows})
    elif suffix == "xlsb":
        content = binary.xlsb({"表": binary.sheet(rows)})
    else:
        content = (BESIDE / f"text_numbers.{suffix}").read_bytes()
    office, entry = landed(office, suffix, content)
    assert entry.rows_accepted == 8
    text = message(office, entry, "text_numbers")
    assert "“金额”有 2 个数是文本形式(C4、C7),已按数载入" in text
    assert [str(amount) for (amount,) in office.accepted(entry, "amount_yuan")][2] == "301.50"


def test_a_column_that_is_text_throughout_is_no_news(office: Office) -> None:
    rows = [HEAD, *([f"K{n}", str(n), f"{n}.50", n * 2] for n in range(1, 9))]
    office, entry = landed(office, "xlsx", xlsx({"表": rows}))
    assert (entry.rows_accepted, told(office, entry)) == (8, set())


def test_a_number_in_a_column_of_names_is_no_news(office: Office) -> None:
    rows = [HEAD, ["K1", 7, 1, 2], ["K2", "8", 1, 2]]
    office, entry = landed(office, "xlsx", xlsx({"表": rows}))
    assert "text_numbers" not in told(office, entry)


STRUCK_ROWS = [HEAD, ["X1", "甲", 1.5, 2.5], ["X2", "乙", 3.5, 4.5], ["X3", "丙", 5.5, 6.5], ["X4", "丁", 7.5, 8]]
STRUCK = {(2, 0), (2, 1), (2, 2), (2, 3), (4, 3)}
"""The places, from 0, of what is struck out."""


def struck_book(suffix: str) -> bytes:
    """A workbook in which a clerk struck out row 3 and cell D5."""
    if suffix in ("xls", "ods"):
        return (BESIDE / f"struck.{suffix}").read_bytes()
    if suffix == "xlsb":
        content = binary.sheet(STRUCK_ROWS, styled=dict.fromkeys(STRUCK, 1))
        parts = {"xl/styles.bin": binary.styles(False, True)}
        return binary.xlsb({"表": content}, parts, [("styles", "styles.bin")])

    def strike(book: Any, sheets: dict[str, Any]) -> None:
        out = book.add_format({"font_strikeout": True, "num_format": "0.00"})
        for row, place in STRUCK:
            sheets["表"].write(row, place, STRUCK_ROWS[row][place], out)

    return xlsx({"表": STRUCK_ROWS}, strike)


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xls", "xlsb", "ods"])
def test_what_is_struck_out_is_told_with_its_cells_and_loads(suffix: str, office: Office) -> None:
    office, entry = landed(office, suffix, struck_book(suffix))
    assert office.accepted(entry, "item_no", "amount_yuan") == [
        (f"X{n}", yuan(f"{2 * n}") - yuan("0.5")) for n in (1, 2, 3, 4)
    ]
    assert "5 个单元格的字划了删除线(A3、B3、C3、D3、D5)" in message(office, entry, "struck_out")


def test_cells_without_a_text_and_fonts_that_strike_nothing_out_are_nothing(office: Office) -> None:
    def strike(book: Any, sheets: dict[str, Any]) -> None:
        out, bold = book.add_format({"font_strikeout": True}), book.add_format({"bold": True})
        for row in range(len(STRUCK_ROWS), 30):
            sheets["表"].write_blank(row, 0, None, out)
        sheets["表"].write(2, 0, "X2", bold)

    office, entry = landed(office, "xlsx", xlsx({"表": STRUCK_ROWS}, strike))
    assert "struck_out" not in told(office, entry)


def test_text_within_a_cell_of_an_xlsx_is_struck_out_too(office: Office) -> None:
    """Some exports write texts into their cells, in place of a list of texts."""
    content = struck_book("xlsx")
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    inline = re.sub(
        r'<c r="A3"( s="\d+") t="s"><v>\d+</v></c>', r'<c r="A3"\1 t="inlineStr"><is><t>X2</t></is></c>', sheet
    )
    assert inline != sheet
    office, entry = landed(office, "xlsx", with_parts(content, {"xl/worksheets/sheet1.xml": inline.encode()}))
    assert "(A3、B3、" in message(office, entry, "struck_out")


PARTLY_ROWS = [HEAD, ["X1", "甲", 1.5, 2.5], ["X2", "乙", 3.5, 4.5], ["X3", "丙", 5.5, 6.5], ["X4", "丁", 7.5, 8], ["X5", "戊", 9.5, 8]]  # fmt: skip


def partly_struck_book(suffix: str) -> bytes:
    """A workbook in which a clerk corrected C3, B4 and A5 by striking out a part of the text, and struck out the text of B6."""
    if suffix in ("xls", "ods"):
        return (BESIDE / f"partly_struck.{suffix}").read_bytes()
    if suffix == "xlsb":
        rows: list[list[Any]] = [list(row) for row in PARTLY_ROWS]
        rows[2][2], rows[3][1] = binary.rich("100200", (0, 1), (3, 0)), binary.Shared(0)
        rows[4][0], rows[5][1] = binary.Shared(1), binary.rich("戊 ", (0, 1), (1, 0))
        texts = binary.shared_texts(binary.rich("旧丙", (0, 1), (1, 0)), binary.rich("X34", (1, 1), (2, 0)))
        parts = {"xl/styles.bin": binary.styles(False, True), "xl/sharedStrings.bin": texts}
        links = [("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
        return binary.xlsb({"表": binary.sheet(rows)}, parts, links)

    def strike(book: Any, sheets: dict[str, Any]) -> None:
        out, bold = book.add_format({"font_strikeout": True}), book.add_format({"bold": True})
        sheets["表"].write_rich_string(2, 2, out, "100", bold, "200")
        sheets["表"].write_rich_string(3, 1, out, "旧", "丙")
        sheets["表"].write_rich_string(4, 0, "X", out, "3", "4")
        sheets["表"].write_rich_string(5, 1, out, "戊", bold, " ")

    return xlsx({"表": PARTLY_ROWS}, strike)


def inlined(content: bytes) -> bytes:
    """The workbook with its texts in their cells, in place of a list of texts."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        texts = re.findall(r"<si>(.*?)</si>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    sheet = re.sub(r't="s"><v>(\d+)</v>', lambda found: f't="inlineStr"><is>{texts[int(found[1])]}</is>', sheet)
    return with_parts(content, {"xl/worksheets/sheet1.xml": sheet.encode(), "xl/sharedStrings.xml": b"<sst/>"})


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xls", "xlsb", "ods", "inlined"])
def test_a_value_or_key_of_which_a_part_is_struck_out_rejects_its_row(suffix: str, office: Office) -> None:
    """Old and new digits are read in one: 100 struck out before 200 reads 100200."""
    content = inlined(partly_struck_book("xlsx")) if suffix == "inlined" else partly_struck_book(suffix)
    files = [{"pattern": "sample/*/*.*", "format": "workbook", "unit": "元"}]
    office = small_office(office, contract_of(COLUMNS, files=files, key=["item_no"]))
    office.hand_in(f"{FILE}.{suffix.replace('inlined', 'xlsx')}", content)
    entry = only(office.land())
    assert office.accepted(entry, "item_no", "item_name") == [("X1", "甲"), ("X3", "旧丙"), ("X5", "戊")]
    assert office.faults(entry) == [
        (3, None, "partly_struck_out"), (4, None, "struck_part"), (5, None, "partly_struck_out"), (6, None, "struck_out"),
    ]  # fmt: skip
    said = [each["message_zh"] for each in office.findings(entry) if each["rule"] == "partly_struck_out"]
    assert "单元格 C3 的字有一部分划了删除线" in said[0] and "单元格 A5 " in said[1]
    assert "(B4)" in message(office, entry, "struck_part") and "(B6)" in message(office, entry, "struck_out")


def test_a_text_in_several_fonts_of_which_none_strikes_out_is_nothing(office: Office) -> None:
    def fonts(book: Any, sheets: dict[str, Any]) -> None:
        out, bold = book.add_format({"font_strikeout": True}), book.add_format({"bold": True})
        sheets["表"].write_rich_string(2, 1, bold, "旧", "乙")
        sheets["表"].write_rich_string(3, 1, bold, "划", out, "  ", bold, "丙")

    office, entry = landed(office, "xlsx", xlsx({"表": PARTLY_ROWS}, fonts))
    assert (entry.rows_accepted, told(office, entry)) == (5, set())


def test_a_form_with_a_value_struck_out_in_part_is_refused(office: Office) -> None:
    def strike(book: Any, sheets: dict[str, Any]) -> None:
        out = book.add_format({"font_strikeout": True})
        sheets["表"].write_rich_string(1, 1, out, "100", "200")

    rows = [["编号", "K1"], ["金额", 5]]
    files = [{"pattern": "sample/*/*.*", "format": "workbook", "unit": "元", "form": {"labels": ["item_no", "amount_yuan"]}}]  # fmt: skip
    contract = contract_of([COLUMNS[0], COLUMNS[2]], files=files)
    office = small_office(office, contract)
    office.hand_in(f"{FILE}.xlsx", xlsx({"表": rows}, strike))
    entry = only(office.land())
    assert entry.status == "refused" and "单元格 B2 的字有一部分划了删除线" in entry.reason


def test_a_rich_text_of_an_xlsb_is_read(office: Office) -> None:
    """The reader of cells passes such records by."""
    content = binary.xlsb({"表": binary.sheet([HEAD, ["X1", binary.rich("甲乙", (1, 0)), 1.5, 2]])})
    office, entry = landed(office, "xlsb", content)
    assert (office.accepted(entry, "item_name"), told(office, entry)) == ([("甲乙",)], set())


def test_a_message_about_a_header_or_value_of_two_lines_is_one_line(office: Office) -> None:
    rows = [["编号", "名称", "金额\n(元)", "余额", "备\n注"], ["X1", "甲", "1\n2", 1, "a"], ["X2", "乙", 2, 2, "b"]]
    office, entry = landed(office, "xlsx", xlsx({"表": rows}))
    said = [each["message_zh"] for each in office.findings(entry)]
    assert {"bad_amount", "extra_column"} <= told(office, entry) and not any("\n" in text for text in said), said
