"""Cases of text files: quotes, commas, encodings and characters that damage their own record only, or refuse the file by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ledger_files import PAYMENT_FILE, PAYMENT_HEADERS, Office, closes, column, contract_of, csv_text, payment_cells

from dagster_project.ingestion.submissions import Submission

Case = Callable[[str], Office]
FILE = "sample/2023/2023年.csv"
WIDE_HEAD = ",".join(PAYMENT_HEADERS) + "\r\n"
HEAD = "编号,名称,金额,说明\r\n"


def small(office: Office, content: bytes | str, **layout: Any) -> Submission:
    """Land a file of a small ledger of id, name, amount and note."""
    columns = [
        column("id", ["编号", "id"], required=True),
        column("name", ["名称", "name"], required=True),
        column("amount_yuan", ["金额", "amount"], kind="money"),
        column("note", ["说明", "note"]),
    ]
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元", **layout}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one(FILE, content)


def payment_line(number: int, **cells: str) -> str:
    return ",".join(payment_cells(number, **cells)) + "\r\n"


def rules(office: Office, entry: Submission) -> list[tuple[int | None, str]]:
    return [(row, rule) for row, _, rule in office.faults(entry)]


def the_entry(office: Office) -> Submission:
    (entry,) = office.land().entries
    return entry


# A quote that never closes damages its own record only


def test_unclosed_quotes_damage_their_own_record_only(case: Case) -> None:
    office = case("unclosed-quotes")
    entry = the_entry(office)
    assert (entry.rows_read, entry.rows_accepted, entry.rows_rejected) == (9, 6, 2) and closes(entry)
    assert rules(office, entry) == [(4, "damaged_quotes"), (7, "damaged_quotes")]
    assert not [purpose for (purpose,) in office.accepted(entry, "purpose") if "ZF" in purpose]


@pytest.mark.parametrize("column_name", ["voucher_no", "purpose", "original_voucher_no"])
@pytest.mark.parametrize("place", [0, 2, 3])
def test_an_open_quote_in_any_cell_of_any_row_takes_no_other_row_with_it(
    column_name: str, place: int, office: Office
) -> None:
    lines = [payment_line(number) for number in range(1, 4)]
    lines.insert(place, payment_line(9, **{column_name: '"开口'}))
    entry = office.land_one(PAYMENT_FILE, WIDE_HEAD + "".join(lines))
    assert rules(office, entry) == [(place + 2, "damaged_quotes")] and entry.rows_accepted == 3 and closes(entry)


@pytest.mark.parametrize("fault", [{"amount_yuan": "千元"}, {"cleared_on": ""}, {}])
def test_a_quote_that_closes_records_later_swallows_none_of_them(fault: dict[str, str], office: Office) -> None:
    """Faulty records between the quotes are records, too."""
    text = (
        payment_line(1, purpose='"开口') + payment_line(2, **fault) + payment_line(3, purpose='收口"') + payment_line(4)
    )
    entry = office.land_one(PAYMENT_FILE, WIDE_HEAD + text)
    assert entry.rows_read == 5 and closes(entry)
    assert (2, "damaged_quotes") in rules(office, entry)
    vouchers = [voucher for (voucher,) in office.accepted(entry, "voucher_no")]
    assert vouchers[-2:] == ["ZF202300000003", "ZF202300000004"]


def test_a_long_text_of_several_lines_is_one_record(office: Office) -> None:
    text = payment_line(1, purpose='"第一行\r\n\r\n第三行,有""引号"""') + payment_line(2)
    entry = office.land_one(PAYMENT_FILE, WIDE_HEAD + text)
    assert entry.rows_accepted == 2 and not office.findings(entry)
    assert office.accepted(entry, "purpose")[0] == ('第一行\r\n\r\n第三行,有"引号"',)


@pytest.mark.parametrize("block", [150, 700, 1500])
def test_an_open_quote_is_found_wherever_blocks_end(
    block: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dagster_project.ingestion.lines.BLOCK_BYTES", block)
    lines = [payment_line(n) for n in range(1, 6)]
    lines[2:3] = [payment_line(9, purpose='"开口'), payment_line(8, purpose='"两\r\n行"')]
    entry = office.land_one(PAYMENT_FILE, WIDE_HEAD + "".join(lines))
    assert rules(office, entry) == [(4, "damaged_quotes")] and entry.rows_accepted == 5 and closes(entry)
    assert ("两\r\n行",) in office.accepted(entry, "purpose")


# Empty cells behind the last column are no fault


def test_a_comma_at_the_end_of_every_line_is_no_fault(case: Case) -> None:
    office = case("extra-comma-at-line-end")
    entry = the_entry(office)
    assert (entry.rows_accepted, entry.rows_rejected) == (4, 0) and rules(office, entry) == [(None, "padded")]


@pytest.mark.parametrize(
    ("in_head", "in_rows"), [("", ","), (",", ""), (",,", ""), (",", ","), ("", ",,,"), (",", ",,")]
)
def test_delimiters_at_the_end_of_the_head_or_the_rows_cost_no_row(in_head: str, in_rows: str, office: Office) -> None:
    head = HEAD.strip() + in_head + "\r\n"
    entry = small(office, head + f"K1,甲,1,x{in_rows}\r\nK2,乙,2,{in_rows}\r\n")
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 0) and closes(entry)
    assert {finding["severity"] for finding in office.findings(entry)} <= {"info"}


def test_a_value_behind_the_last_column_is_told(office: Office) -> None:
    entry = small(office, HEAD + "K1,甲,1,x,\r\nK2,乙,2,y,多\r\nK3,丙,3,z,\r\n")
    assert (3, "too_many_cells") in rules(office, entry) and entry.rows_accepted == 2


# A cut character damages its own row only


def test_half_a_character_damages_its_own_row_only(case: Case) -> None:
    office = case("half-a-character")
    entry = the_entry(office)
    (finding,) = office.findings(entry)
    assert (finding["row_number"], finding["rule"], entry.rows_accepted) == (5, "damaged_text", 2)
    assert "第5行" in finding["message_zh"] and "第20列" in finding["message_zh"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_cut_character_is_told_in_short_files_and_any_row(encoding: str, place: int, office: Office) -> None:
    """One damaged line of three does not make UTF-8 something else."""
    lines = [f"K{n},财政局办公室,{n},拨款\r\n".encode(encoding) for n in range(3)]
    lines[place] = lines[place].replace("室".encode(encoding), "室".encode(encoding)[:-1])
    entry = small(office, HEAD.encode(encoding) + b"".join(lines))
    assert rules(office, entry) == [(place + 2, "damaged_text")] and closes(entry)
    assert office.accepted(entry, "name") == [("财政局办公室",)] * 2


def test_a_cut_character_below_ascii_headers_leaves_the_other_line_as_it_is(office: Office) -> None:
    text = "id,name,amount,note\r\nK1,财政局,1,\r\n".encode() + b"K2,\xe8\xb4,2,\r\n"
    entry = small(office, text)
    assert rules(office, entry) == [(3, "damaged_text")] and office.accepted(entry, "name") == [("财政局",)]


# A Ctrl-Z at the end is nothing; invisible characters are not part of a value


def test_the_end_of_file_mark_is_nothing(case: Case) -> None:
    office = case("end-of-file-mark")
    entry = the_entry(office)
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 0) and rules(office, entry) == [(None, "invisible")]


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\r\n\x1a\r\n", "\r\n" + "\x1a" * 90, "\r\n" + "\x00" * 512])
def test_marks_and_padding_at_the_end_are_nothing(end: str, office: Office) -> None:
    entry = small(office, HEAD + "K1,甲,1,x\r\nK2,乙,2,y" + end)
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 0) and rules(office, entry) == [(None, "invisible")]
    assert office.accepted(entry, "note") == [("x",), ("y",)]


def test_zero_width_characters_are_no_part_of_a_value(case: Case) -> None:
    office = case("zero-width-characters")
    entry = the_entry(office)
    assert entry.rows_rejected == 0 and [f["rule"] for f in office.findings(entry)] == ["invisible"]
    assert all(voucher.isascii() and voucher.isprintable() for (voucher,) in office.accepted(entry, "voucher_no"))


@pytest.mark.parametrize("sign", ["\u200b", "\u202d", "\u200e", "\ufeff", "\u00ad", "\u2060", "\x00"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_invisible_characters_are_dropped_in_every_column_and_header(sign: str, encoding: str, office: Office) -> None:
    text = f"编{sign}号,名称,金额,说明\r\nK{sign}1,甲{sign},{sign}1{sign}.00,x\r\n"
    entry = small(office, text.encode(encoding))
    assert office.accepted(entry, "id", "name", "cast(amount_yuan as varchar)") == [("K1", "甲", "1.00")]
    assert rules(office, entry) == [(None, "invisible")]


@pytest.mark.parametrize("cell", ["\x00", "\u200b", "\ufeff\u200b", " \u200b \u3000", '"\x00"'])
def test_what_nobody_sees_does_not_fill_a_required_column(cell: str, office: Office) -> None:
    entry = small(office, HEAD + f"K1,{cell},1,x\r\nK2,乙,2,y\r\n")
    assert (2, "missing_value") in rules(office, entry) and entry.rows_accepted == 1


def test_a_name_with_an_invisible_space_is_the_name(case: Case) -> None:
    office = case("name-with-invisible-space")
    entry = the_entry(office)
    assert entry.rows_rejected == 0
    assert not [name for (name,) in office.accepted(entry, "project_name") if "\u200b" in name]
    assert "invisible" in [f["rule"] for f in office.findings(entry)]


# Text guards, together with quotes


def test_text_guards_are_no_part_of_a_value(case: Case) -> None:
    office = case("text-guards")
    entry = the_entry(office)
    assert (entry.rows_accepted, rules(office, entry)) == (3, [(None, "text_guard")])
    for row in office.accepted(entry, "voucher_no", "application_no", "allocation_no", "payee_account"):
        assert not any("=" in cell or "'" in cell or '"' in cell for cell in row)


@pytest.mark.parametrize("cell", ['="00123"', '"=""00123"""', "'00123", '"\'00123"'])
def test_a_guard_is_taken_off_inside_quotes_and_beside_a_damaged_row(cell: str, office: Office) -> None:
    entry = small(office, HEAD + f'{cell},甲,1,x\r\nK2,乙,2,"开口\r\nK3,丙,3,"收,口"\r\n')
    assert office.accepted(entry, "id", "note") == [("00123", "x"), ("K3", "收,口")]
    assert rules(office, entry) == [(None, "text_guard"), (3, "damaged_quotes")]


# A refusal names the delimiter or encoding it sees


def test_a_refusal_names_the_delimiter_or_the_encoding_it_sees(case: Case) -> None:
    office = case("encodings-and-delimiters")
    told = {entry.file[-12:]: (entry, office.findings(entry)) for entry in office.land().entries}
    seen = {name: found[0]["message_zh"] for name, (_, found) in told.items() if found}
    words = {"01月": "UTF-16", "02月": "UTF-16", "03月": "分号", "05月": "Big5", "06月": "整行被引号", "07月": "UTF-16"}
    for month, word in words.items():
        (message,) = [text for text in seen.values() if month in text]
        assert word in message and "缺少列" not in message
    (landed,) = [entry for entry, _ in told.values() if entry.status == "landed"]
    assert "04月" in landed.file and landed.rows_accepted == 2


@pytest.mark.parametrize(
    ("delimiter", "name"), [("\t", "制表符"), (";", "分号"), ("|", "竖线"), ("\uff0c", "全角逗号")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_another_delimiter_is_named_in_any_ledger(delimiter: str, name: str, encoding: str, office: Office) -> None:
    entry = small(office, csv_text([HEAD.strip().split(","), ["K1", "甲", "1", "x"]], delimiter).encode(encoding))
    (finding,) = office.findings(entry)
    assert finding["rule"] == "another_delimiter" and name in finding["message_zh"]


@pytest.mark.parametrize("names", [("財政局", "撥款"), ("中山", "一"), ("陳大文", "李")])
@pytest.mark.parametrize("rows", [1, 3])
def test_big5_below_ascii_headers_is_refused_in_short_files_too(
    names: tuple[str, str], rows: int, office: Office
) -> None:
    lines = "".join(f"K{n},{names[0]},1,{names[1]}\r\n" for n in range(rows))
    entry = small(office, ("id,name,amount,note\r\n" + lines).encode("big5"))
    assert entry.status == "refused" and "Big5" in entry.reason


@pytest.mark.parametrize(("encoding", "name"), [("big5", "財政局"), ("cp1252", "Café – Zürich")])
def test_an_encoding_without_a_mark_is_read_by_declaration(encoding: str, name: str, office: Office) -> None:
    text = f"id,name,amount,note\r\nK1,{name},1,x\r\nK2,{name},2,y\r\n"
    entry = small(office, text.encode(encoding), encodings=["utf-8", encoding])
    assert office.accepted(entry, "name") == [(name,)] * 2 and not office.findings(entry)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_read_with_a_mark_or_without_where_declared(encoding: str, office: Office) -> None:
    entry = small(office, (HEAD + "K1,甲,1,x\r\nK2,乙,2,y\r\n").encode(encoding))
    assert office.accepted(entry, "id", "name") == [("K1", "甲"), ("K2", "乙")] and entry.rows_read == 3


def test_lines_that_end_with_carriage_returns_only_are_lines(office: Office) -> None:
    entry = small(office, (HEAD + 'K1,甲,1,x\r\nK2,乙,2,"开口\r\nK3,丙,3,z\r\n').replace("\r\n", "\r"))
    assert entry.rows_read == 4 and rules(office, entry) == [(3, "damaged_quotes")] and entry.rows_accepted == 2


@pytest.mark.parametrize("apart", [1, 2, 5])
def test_a_quote_that_closes_in_the_same_column_of_a_later_record_swallows_nothing(office: Office, apart: int) -> None:
    """A quote that never closes damages its own record only: also where another record's quote makes one cell of them all."""
    rows = [payment_cells(number) for number in range(1, 9)]
    lines = [line.split(",") for line in csv_text(rows).splitlines()]
    place = PAYMENT_HEADERS.index("用途")
    lines[1][place] = '"办公费'
    lines[1 + apart][place] = '办公费"'
    content = csv_text([PAYMENT_HEADERS]) + "".join(",".join(line) + "\r\n" for line in lines)
    entry = office.land_one("payments/2023/2023年05月.csv", content)
    assert [row for (row,) in office.accepted(entry, "_row")] == [2, 4, 5, 6, 7, 8, 9]
    assert [(row, rule) for row, _, rule in office.faults(entry)] == [(3, "damaged_quotes")]
    assert entry.rows_read == 9
