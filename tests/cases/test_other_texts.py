"""Cases of files that are no text of their kind, and of JSON whose records or keys are not where they seem to be."""

from __future__ import annotations

import gzip
import json

import pytest
from books import message, small_contract, small_office, xlsx
from ledger_files import DATA, Office, column, csv_text

COLUMNS = [
    column("item_no", "编号", required=True),
    column("item_name", "名称"),
    column("amount_yuan", "金额", "money"),
]
ROWS = [["编号", "名称", "金额"], ["K1", "甲", "100.50"]]
RECORDS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
XLS = (DATA / "xlsx_corpus_calamine" / "ok" / "date.xls").read_bytes()
TEXT = csv_text(ROWS).encode()


def reading(office: Office, format_: str) -> Office:
    return small_office(office, small_contract(COLUMNS, format=format_))


@pytest.mark.parametrize(
    ("format_", "content", "kind"),
    [
        ("csv", xlsx({"表": ROWS}), "工作簿(xlsx)"),
        ("csv", XLS, "旧版的 Office 文件"),
        ("csv", gzip.compress(TEXT, mtime=0), "gzip 压缩包"),
        ("csv", b"%PDF-1.7\n1 0 obj", "PDF 文件"),
        ("csv", b"<html><table><tr><td>1</td></tr></table></html>", "网页(HTML)"),
        ("csv", b"<?xml version='1.0'?><rows/>", "XML 文件"),
        ("csv", json.dumps(RECORDS, ensure_ascii=False).encode(), "JSON 文本"),
        ("jsonl", TEXT, "文本文件"),
        ("jsonl", b"<!DOCTYPE html><html><body>", "网页(HTML)"),
        ("jsonl", xlsx({"表": ROWS}), "工作簿(xlsx)"),
    ],
)
def test_a_file_that_is_no_text_of_its_kind_is_named(format_: str, content: bytes, kind: str, office: Office) -> None:
    office = reading(office, format_)
    entry = office.land_one(f"sample/2023/2023年表.{format_}", content)
    assert entry.status == "refused"
    text = message(office, entry, "other_text")
    assert f"文件其实是{kind}" in text and "请在原程序中另存或导出" in text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_text_that_lacks_a_column_is_a_text(format_: str, encoding: str, office: Office) -> None:
    content = csv_text([["号", "名称"], ["1", "甲"]]) if format_ == "csv" else '{"号": 1, "名称": "甲"}\n'
    office = reading(office, format_)
    entry = office.land_one(f"sample/2023/2023年表.{format_}", content.encode(encoding))
    assert [rule for _, _, rule in office.faults(entry)] == ["missing_columns"]


@pytest.mark.parametrize("shape", ["lines", "list", "document"])
def test_a_key_with_blanks_around_it_keeps_its_values(shape: str, office: Office) -> None:
    record = {" 编号": "K1", "名称 ": "甲", " 金额 ": "100.50"}
    records = [record, record | {" 编号": "K2"}]
    content = {
        "lines": "\n".join(json.dumps(each, ensure_ascii=False) for each in records),
        "list": json.dumps(records, ensure_ascii=False),
        "document": json.dumps({"rows": records}, ensure_ascii=False),
    }[shape]
    office = reading(office, "jsonl")
    entry = office.land_one("sample/2023/2023年表.jsonl", content)
    rows = office.rows(entry, "item_no", "item_name", "amount_yuan::varchar")
    assert rows == [("K1", "甲", "100.50"), ("K2", "甲", "100.50")]


@pytest.mark.parametrize(("key", "value"), [('a"b/c~d', "x"), ("a.b", "y"), ("$", "z")])
def test_a_key_with_signs_of_paths_is_counted(key: str, value: str, office: Office) -> None:
    lines = [json.dumps(RECORDS[0] | {"编号": number, key: value}, ensure_ascii=False) for number in ("K1", "K2")]
    office = reading(office, "jsonl")
    entry = office.land_one("sample/2023/2023年表.jsonl", "\n".join(lines))
    assert entry.rows_accepted == 2
    assert f"列“{key}”不在约定中,其 2 个单元格未载入" in message(office, entry, "extra_column")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "列表是空的"),
        ('[["编号", "名称"], ["K1", "甲"]]', "列表中的不是记录"),
        ('{"rows": []}', None),
        ("{编号: 1}\n{编号: 2}\n", "没有一行是 JSON 对象"),
    ],
)
def test_json_without_a_record_says_so(content: str, words: str | None, office: Office) -> None:
    office = reading(office, "jsonl")
    entry = office.land_one("sample/2023/2023年表.jsonl", content)
    assert (entry.status, entry.rows_accepted) == ("refused", 0)
    if words:
        assert words in message(office, entry, "no_records")
