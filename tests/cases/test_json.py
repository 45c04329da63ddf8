"""Cases of JSON: an array is a table of records, a list inside an object too; a damaged line is its own loss only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ledger_files import Office, closes, column, contract_of

from dagster_project.ingestion.submissions import Submission

Case = Callable[[str], Office]
FILE = "sample/2023/2023年.jsonl"
RECORDS = [{"id": f"K{n}", "name": f"甲{n}", "n": n} for n in (1, 2, 3)]


def land(office: Office, content: bytes | str, headers: str = "name", **layout: Any) -> Submission:
    """Land a file of a small JSON ledger."""
    columns = [column("id", required=True), column("name", headers, required=True), column("n", kind="integer")]
    files = [{"pattern": "sample/*/*.jsonl", "format": "jsonl", **layout}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one(FILE, content)


def dumped(document: Any, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent)


def lines(records: list[Any]) -> str:
    return "".join(dumped(record) + "\n" for record in records)


def names(office: Office, entry: Submission) -> list[str]:
    return [name for (name,) in office.accepted(entry, "name")]


def rules(office: Office, entry: Submission) -> list[tuple[int | None, str]]:
    return [(row, rule) for row, _, rule in office.faults(entry)]


def test_a_json_array_is_a_table_of_records(case: Case) -> None:
    office = case("json-array")
    entries = office.land().entries
    assert [(e.rows_read, e.rows_accepted) for e in entries] == [(2, 2), (1, 1)] and all(map(closes, entries))


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_array_in_any_form_and_encoding_is_read_whole(indent: int | None, encoding: str, office: Office) -> None:
    entry = land(office, dumped(RECORDS, indent).encode(encoding))
    assert names(office, entry) == ["甲1", "甲2", "甲3"] and not office.findings(entry)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("document", [{"data": RECORDS, "total": 3}, {"code": 0, "data": {"rows": RECORDS}}])
def test_the_only_list_of_records_in_an_object_is_read_and_named(
    document: dict[str, Any], indent: int | None, office: Office
) -> None:
    entry = land(office, dumped(document, indent))
    assert len(names(office, entry)) == 3 and rules(office, entry) == [(None, "json_list")]


def test_a_count_beside_the_records_that_differs_is_told(office: Office) -> None:
    entry = land(office, dumped({"total": 4, "data": RECORDS}))
    assert (None, "count_differs") in rules(office, entry) and entry.rows_accepted == 3


@pytest.mark.parametrize("key", ["total", "totalElements", "total_count", "recordsTotal", "总记录数"])
@pytest.mark.parametrize("path", [None, "data.rows"])
def test_a_count_at_any_depth_is_held_against_the_records(path: str | None, key: str, office: Office) -> None:
    """One page of an answer of several pages is not the whole."""
    layout = {"records": path} if path else {}
    entry = land(office, dumped({"code": 0, "data": {key: "4", "pageSize": 3, "rows": RECORDS}}), **layout)
    (told,) = [finding for finding in office.findings(entry) if finding["rule"] == "count_differs"]
    assert f"“data.{key}”为 4 条,实有 3 条" in told["message_zh"] and entry.rows_accepted == 3
    entry = land(office, dumped({"code": 0, "data": {key: 3, "pages": 1, "rows": RECORDS}}), **layout)
    assert "count_differs" not in {rule for _, rule in rules(office, entry)}


@pytest.mark.parametrize("path", [None, "data.rows"])
@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"hasMore": True}, "“data.hasMore”为 true"),
        ({"has_next": "true"}, "“data.has_next”为 true"),
        ({"next": "/api/opinions?page=2"}, "“data.next”为 /api/opinions?page=2"),
        ({"nextPage": 2}, "“data.nextPage”为 2"),
        ({"totalPages": 6, "page": 1}, "“data.totalPages”为 6"),
        ({"hasMore": False, "next": None, "nextCursor": "", "nextPage": 0, "pages": 1}, ""),
        ({"total": 3, "pages": 2, "pageSize": 2}, ""),
    ],
)
def test_a_page_that_says_that_more_follows_is_told(
    stated: dict[str, Any], told: str, path: str | None, office: Office
) -> None:
    layout = {"records": path} if path else {}
    entry = land(office, dumped({"code": 0, "data": {**stated, "rows": RECORDS}}), **layout)
    found = [finding["message_zh"] for finding in office.findings(entry) if finding["rule"] == "more_pages"]
    assert entry.rows_accepted == 3 and len(found) == bool(told) and all(told in message for message in found)


@pytest.mark.parametrize("indent", [None, 1])
def test_two_lists_are_not_chosen_from(indent: int | None, office: Office) -> None:
    entry = land(office, dumped({"old": RECORDS[:1], "new": RECORDS}, indent))
    assert entry.status == "refused" and "old、new" in entry.reason


def test_records_are_found_by_their_declared_path_and_nested_keys(office: Office) -> None:
    document = {"data": {"rows": [{"id": "K1", "who": {"name": "甲"}}], "old": [{"id": "K0"}]}}
    entry = land(office, dumped(document), headers="who.name", records="data.rows")
    assert names(office, entry) == ["甲"] and entry.rows_read == 1
    other = office.land_one(FILE.replace("2023年", "2023年2月"), dumped({"rows": RECORDS}))
    assert other.status == "refused" and "data.rows" in other.reason


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_line_is_its_own_loss_only(place: int, encoding: str, office: Office) -> None:
    records = [dumped(record | {"name": "财政局办公室"}).encode(encoding) + b"\n" for record in RECORDS]
    records[place] = records[place].replace("室".encode(encoding), "室".encode(encoding)[:-1])
    entry = land(office, b"".join(records))
    assert rules(office, entry) == [(place + 1, "damaged_text")] and entry.rows_accepted == 2 and closes(entry)


@pytest.mark.parametrize("line", ['{"id":"K9"', "null", "[1]", '{"id":"K9","id":"K8","name":"x"}', "x"])
@pytest.mark.parametrize("place", [1, 3])
def test_a_line_that_is_no_record_is_rejected_under_its_number(line: str, place: int, office: Office) -> None:
    texts = lines(RECORDS).splitlines()
    texts.insert(place, line)
    entry = land(office, "\n".join(texts) + "\n")
    assert [row for row, _ in rules(office, entry)] == [place + 1] and entry.rows_accepted == 3 and closes(entry)


@pytest.mark.parametrize("end", [",\n]", "", ",", "\n]]"])
def test_a_broken_array_is_refused_with_its_place_in_chinese(end: str, office: Office) -> None:
    entry = land(office, "[\n" + ",\n".join(map(dumped, RECORDS)) + end)
    (finding,) = office.findings(entry)
    assert finding["rule"] == "broken_json" and finding["row_number"] and "Expecting" not in finding["message_zh"]


def test_members_of_an_array_that_are_no_records_are_rejected(office: Office) -> None:
    entry = land(office, dumped([RECORDS[0], None, 5, "x", RECORDS[1]]))
    assert [row for row, _ in rules(office, entry)] == [2, 3, 4] and entry.rows_accepted == 2


@pytest.mark.parametrize("as_array", [True, False])
def test_keys_that_no_column_claims_are_counted(as_array: bool, office: Office) -> None:
    records = [RECORDS[0] | {"more": "x"}, RECORDS[1] | {"more": "y"}, RECORDS[2]]
    entry = land(office, dumped(records) if as_array else lines(records))
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["header"], finding["value"]) == ("extra_column", "more", "2")


@pytest.mark.parametrize("as_array", [True, False])
def test_invisible_characters_are_dropped_from_json(as_array: bool, office: Office) -> None:
    records = [{"id": "K\u200b1", "name": "甲\ufeff", "n": 1}, {"id": "K2", "name": "\u200b", "n": 2}]
    entry = land(office, dumped(records) if as_array else lines(records))
    assert office.accepted(entry, "id", "name") == [("K1", "甲")]
    assert rules(office, entry) == [(None, "invisible"), (2, "missing_value")]


@pytest.mark.parametrize("as_array", [True, False])
@pytest.mark.parametrize(
    ("escape", "kept", "rule"),
    [
        ("\\u200b", "甲1", "invisible"),
        ("\\u0000", "甲1", "invisible"),
        ("\\ufeff", "甲1", "invisible"),
        ("\\ue123", "\ue123甲1", "private_use"),
        ("\\u7532", "甲甲1", ""),
    ],
)
def test_what_nobody_sees_is_told_where_it_is_written_as_an_escape(
    escape: str, kept: str, rule: str, as_array: bool, office: Office
) -> None:
    text = json.dumps(RECORDS, ensure_ascii=False) if as_array else lines(RECORDS)
    entry = land(office, text.replace("甲1", f"{escape}甲1"))
    assert names(office, entry)[0] == kept and entry.rows_accepted == 3
    assert [name for _, name in rules(office, entry)] == ([rule] if rule else [])


@pytest.mark.parametrize("as_array", [True, False])
@pytest.mark.parametrize(
    ("spoilt", "rule"), [("\ufffd甲", "lost_text"), ("锟斤拷", "lost_text"), ("Ã©quipe", "another_code_page")]
)
def test_spoilt_text_is_told_where_all_hanzi_are_written_as_escapes(
    spoilt: str, rule: str, as_array: bool, office: Office
) -> None:
    """As Python writes JSON, so that nothing shows in the bytes; the rows around it load."""
    records = [RECORDS[0], {**RECORDS[1], "name": spoilt}, RECORDS[2]]
    entry = land(office, json.dumps(records) if as_array else "".join(json.dumps(each) + "\n" for each in records))
    assert names(office, entry) == ["甲1", "甲3"]
    assert (2, rule) in rules(office, entry) and closes(entry)
    (fault,) = [each for each in office.findings(entry) if each["rule"] == rule]
    assert "键 name" in fault["message_zh"]


@pytest.mark.parametrize("number", ["1.23E+15", "1e3", "4.4e17", "440100198001011000.0", "440100.0"])
@pytest.mark.parametrize("form", ["lines", "array"])
def test_an_id_that_was_written_as_a_number_has_lost_its_digits(number: str, form: str, office: Office) -> None:
    """The engine would write the digits out, and 1230000000000000 looks like an id."""
    records = [f'{{"id": {number}, "name": "甲: 1e3,", "n": 1}}', '{"id": "K2", "name": "乙", "n": 2}']
    entry = land(office, "\n".join(records) + "\n" if form == "lines" else f"[{', '.join(records)}]")
    assert names(office, entry) == ["乙"] and closes(entry)
    assert {rule for _, rule in rules(office, entry)} <= {"digits_lost", "id_became_number"}


@pytest.mark.parametrize("form", ["lines", "array"])
def test_a_number_in_scientific_notation_is_told_whatever_its_column(form: str, office: Office) -> None:
    records = ['{"id": "K1", "name": "甲", "n": 1e3}', '{"id": "K2", "name": "\\"n\\": 1e3, 乙", "n": 2}']
    entry = land(office, "\n".join(records) + "\n" if form == "lines" else f"[{', '.join(records)}]")
    assert names(office, entry) == ['"n": 1e3, 乙'] and rules(office, entry) == [(1, "digits_lost")]


@pytest.mark.parametrize("form", ["lines", "array", "indented"])
@pytest.mark.parametrize(
    "key", ["金额\n(万元)", "金额(\n万元)", " 金额\t(万元)\n", "金\r\n额/万元", "金额\u3000(万元)"]
)
def test_a_line_break_or_blank_within_a_key_is_no_part_of_its_name(key: str, form: str, office: Office) -> None:
    columns = [column("id", required=True), column("amount_yuan", "金额", "money")]
    files = [{"pattern": "sample/*/*.jsonl", "format": "jsonl", "unit": "元"}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    records = [{"id": "K1", key: "5"}, {"id": "K2", key: "6"}]
    text = lines(records) if form == "lines" else dumped(records, 2 if form == "indented" else None)
    entry = office.land_one(FILE, text)
    assert office.accepted(entry, "amount_yuan") == [(50000,), (60000,)] and not office.findings(entry)


def test_two_keys_that_name_one_column_refuse_the_file(office: Office) -> None:
    columns = [column("id", required=True), column("amount_yuan", "金额", "money")]
    files = [{"pattern": "sample/*/*.jsonl", "format": "jsonl", "unit": "元"}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    entry = office.land_one(FILE, lines([{"id": "K1", "金额": "5", "金\n额": "6"}]))
    assert entry.status == "refused" and rules(office, entry) == [(1, "duplicate_header")]
    assert entry.reason.endswith("表头重复:金 额"), "a message is one line"
