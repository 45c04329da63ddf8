"""Cases of text in another code page than its file: nothing is decoded into characters that nobody wrote, and lost characters are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from books import SMALL_HEAD, message, only, small_contract, small_office, xlsx
from ledger_files import PAYMENT_FILE, PAYMENT_HEADERS, Office, closes, column, contract_of, payment_cells

from dagster_project.ingestion.submissions import Submission

WESTERN = ["Müller", "MÜLLER", "Café bar", "Ångström", "créée", "it’s", "São Paulo", "Æble", "naïve", "Müßig"]
CHINESE = ["会议", "会议费", "办理中了", "A会议B"]
TRADITIONAL = ["會議經費", "無", "A座會議經費"]
SOUND = [
    "朱镕基", "陶喆", "李珺", "王瑋", "A镕B", "张𠮷", "A股", "K歌", "logo帽", "茅台", "联通", "某女", "堃镕", "の", "①②", "Ⅲ级", "αβ", "…",
    "“引”", "〔2023〕", "丰·瑞", "€100", "㎡", "café", "Müller", "×2", "为什么??", "?",
]  # fmt: skip


def payments_with(line: bytes, encoding: str = "gb18030") -> bytes:
    """A payments file with two sound rows around one of other bytes."""
    head, first, last = (",".join(row) + "\r\n" for row in (PAYMENT_HEADERS, payment_cells(1), payment_cells(2)))
    return (head + first).encode(encoding) + line + last.encode(encoding)


def payment_of(name: str, page: str, around: str = "gb18030") -> bytes:
    """A payment whose payee is written in another code page than the rest of its line."""
    before, behind = (",".join(payment_cells(9, payee_name="\x00")) + "\r\n").split("\x00")
    return before.encode(around) + name.encode(page) + behind.encode(around)


def faults(office: Office, entry: Submission) -> list[tuple[int | None, str]]:
    return [(row, rule) for row, _, rule in office.faults(entry) if rule not in ("private_use", "invisible")]


@pytest.mark.parametrize("page", ["cp1252", "utf-8"])
@pytest.mark.parametrize("name", WESTERN)
def test_accented_letters_in_a_chinese_file_are_no_chinese_characters(name: str, page: str, office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_with(payment_of(name, page)))
    ((row, rule),) = faults(office, entry)
    assert row == 3 and rule in ("another_code_page", "damaged_text") and entry.rows_accepted == 2 and closes(entry)


@pytest.mark.parametrize(
    ("name", "page"), [(name, "utf-8") for name in CHINESE] + [(name, "big5") for name in TRADITIONAL]
)
def test_one_row_in_another_chinese_encoding_is_told_at_its_row(name: str, page: str, office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_with(payment_of(name, page)))
    ((row, rule),) = faults(office, entry)
    assert row == 3 and rule in ("another_code_page", "damaged_text") and entry.rows_accepted == 2


def test_the_message_says_place_reading_meaning_and_remedy(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_with(payment_of("Müller", "cp1252")))
    said = message(office, entry, "another_code_page")
    assert all(part in said for part in ("第3行", "第16列", "M黮ler", "Windows-1252", "Müller", "重新导出")), said


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("name", SOUND)
def test_rare_but_sound_characters_are_what_they_are(name: str, encoding: str, office: Office) -> None:
    if name in ("café", "Müller", "×2") and encoding == "gb18030":
        pytest.skip("has letters that this encoding writes otherwise, or not at all")
    entry = office.land_one(PAYMENT_FILE, payments_with(payment_of(name, encoding, encoding), encoding))
    assert faults(office, entry) == [] and (name,) in office.accepted(entry, "payee_name")


def declared(office: Office, encoding: str, head: str, rows: str, line: bytes) -> Submission:
    """A file in an encoding without a mark, by declaration, with one line of other bytes at its end."""
    columns = [column(f"c{n}", text, required=n < 1) for n, text in enumerate(head.split(","))]
    layout = {"pattern": "sample/*/*.csv", "format": "csv", "encodings": [encoding]}
    office.contracts = {"sample": contract_of(columns, files=[layout])}
    return office.land_one("sample/2023/声明.csv", f"{head}\r\n{rows}".encode(encoding) + line)


@pytest.mark.parametrize(
    "line",
    [
        "K9,会议经费补助\r\n".encode("gb18030"),
        "K9,会议\r\n".encode("gb18030"),
        "K9,會議\r\n".encode(),
        b"K9,M\xfcller\r\n",
    ],
)
def test_other_bytes_in_a_file_declared_as_big5_are_told(line: bytes, office: Office) -> None:
    rows = "".join(f"K{n},會議經費補助\r\n" for n in range(5))
    entry = declared(office, "big5", "編號,名稱", rows, line)
    assert [row for row, _ in faults(office, entry)] == [7] and entry.rows_accepted == 5


@pytest.mark.parametrize(
    "line",
    ["K9,会议\r\n".encode("gb18030"), "K9,无\r\n".encode("gb18030"), "K9,Müller\r\n".encode(), "K9,会\r\n".encode()],
)
def test_other_bytes_in_a_file_declared_as_western_are_told(line: bytes, office: Office) -> None:
    entry = declared(office, "cp1252", "No,Name", "K1,Müller\r\nK2,créée\r\nK3,«École»\r\nK4,naïve\r\n", line)
    assert [row for row, _ in faults(office, entry)] == [6] and entry.rows_accepted == 4


SPOILT = ["会\ufffd费", "锟斤拷锟", "???", "ä¼šè®®è´¹", "MÃ¼ller"]


def handed_in(office: Office, kind: str, name: str) -> Submission:
    """A file of the small ledger with a sound row and one with this name, in one of the formats."""
    rows: list[list[Any]] = [
        ["K1", "会议", "2023-01-05", 1, 3, "31%", "是", "甲", "2023-01", "无"],
        ["K2", name, "2023-01-05", 1, 3, "31%", "是", "甲", "2023-01", "无"],
    ]
    texts = [dict(zip(SMALL_HEAD, row, strict=True)) for row in rows]
    content: bytes | str = xlsx({"表": [SMALL_HEAD, *rows]})
    if kind == "csv":
        content = "\r\n".join(",".join(map(str, row)) for row in [SMALL_HEAD, *rows]) + "\r\n"
    elif kind == "jsonl":
        content = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    elif kind == "json":
        content = json.dumps(texts, ensure_ascii=False)
    suffix, form = ("xlsx", "workbook") if kind == "xlsx" else (kind, "csv" if kind == "csv" else "jsonl")
    contract = small_contract(files=[{"pattern": f"sample/*/*.{suffix}", "format": form, "unit": "元"}])
    office = small_office(office, contract)
    office.hand_in(f"sample/2023/表.{suffix}", content)
    return only(office.land())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "json"])
@pytest.mark.parametrize("name", SPOILT)
def test_a_text_that_was_spoilt_before_it_was_handed_in_is_told_in_every_format(
    name: str, kind: str, office: Office
) -> None:
    entry = handed_in(office, kind, name)
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1) and closes(entry)
    office = Office(office.folder, {"sample": small_contract()})
    assert {rule for _, rule in faults(office, entry)} <= {"lost_text", "another_code_page"}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_character_of_no_standard_is_told_with_its_place(kind: str, office: Office) -> None:
    entry = handed_in(office, kind, "甲\ue123")
    said = message(Office(office.folder, {"sample": small_contract()}), entry, "private_use")
    assert "U+E123" in said and ("第 3 行" in said or kind == "json"), said
