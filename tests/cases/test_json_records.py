"""Cases of JSON records: one without a known key is told, and a value within a value is no text; lines and arrays alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ledger_files import CONTRACTS, Office, closes, column, contract_of

from dagster_project.ingestion.submissions import Submission

FORMS = ["lines", "array", "indented"]
COLUMNS = [
    column("id", "编号", required=True), column("name", "名称"), column("amount_yuan", "金额", "money"), column("seen_on", "日期", "date"),
    column("note", "备注"), column("is_open", "是否公开", "boolean"), column("kind", "类别", "code", allowed=["甲类", "乙类"]),
]  # fmt: skip
CASE = {
    "caseNo": "SSP2023000001", "deputyNo": "DB00001", "submittedAt": "2023-09-11T23:29:02+08:00", "photoCount": 1,
    "districtCode": "440113", "category": "市容环境", "urgency": "一般", "returnCount": 0, "reopened": False,
}  # fmt: skip
FEEDBACK = {
    "意见编号": "YJ2023000001", "站点编号": "440103001", "渠道": "扫码", "提交时间": "2023-09-11 08:00:00", "类别": "交通出行",
    "内容": "路灯不亮", "是否受理": "是",
}  # fmt: skip


def dumped(records: list[Any], form: str) -> str:
    if form == "lines":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return json.dumps(records, ensure_ascii=False, indent=2 if form == "indented" else None)


def land(office: Office, records: list[Any], form: str, columns: list[dict[str, Any]] = COLUMNS) -> Submission:
    files = [{"pattern": "sample/*/*.jsonl", "format": "jsonl", "unit": "元"}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one("sample/2023/2023年.jsonl", dumped(records, form))


def land_in(office: Office, ledger: str, records: list[Any], form: str) -> Submission:
    contract = CONTRACTS[ledger].model_copy(update={"row_count": "optional"})
    office.contracts = {ledger: contract}
    return office.land_one(f"{ledger}/2023/2023年第3季度.jsonl", dumped(records, form))


@pytest.mark.parametrize("form", FORMS)
def test_a_record_without_a_value_under_a_known_key_is_rejected_and_names_its_keys(form: str, office: Office) -> None:
    unknown: dict[int, tuple[dict[str, Any], str]] = {
        1: ({"编  码": "K9", "名 字": "己"}, "(编  码、名 字)"),
        3: ({"CODE": "K9", "remark": None}, "(CODE)"),
        4: ({"编号": None, "名称": "", "序": 9}, "(序)"),
        7: ({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}, "(a、b、c、d、e等)"),
    }
    records = [
        unknown[n][0] if n in unknown else {"编号": f"K{n}", "名称": "甲", "金额": n, "另": n} for n in range(1, 8)
    ]
    entry = land(office, records, form)
    found = office.findings(entry)
    told = {each["row_number"]: each["message_zh"] for each in found if each["rule"] == "unknown_keys"}
    assert list(told) == list(unknown) and all(keys in told[row] for row, (_, keys) in unknown.items())
    assert (entry.rows_accepted, entry.rows_rejected, entry.rows_blank) == (3, 4, 0) and closes(entry)
    extra = {each["header"]: each["value"] for each in found if each["rule"] == "extra_column"}
    assert extra == {"另": "3", "remark": "0"}, "keys of a record that is told are not told again"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("ledger", "sound"), [("snapshot_cases", CASE), ("station_feedback", FEEDBACK)])
def test_a_record_of_another_system_among_those_of_a_ledger_is_no_blank_row(
    ledger: str, sound: dict[str, Any], form: str, office: Office
) -> None:
    entry = land_in(office, ledger, [sound, {"案件": "SSP2023000002", "代表": "DB00002"}, {}], form)
    assert [(row, rule) for row, _, rule in office.faults(entry)] == [(2, "unknown_keys")]
    assert (entry.rows_accepted, entry.rows_rejected, entry.rows_blank) == (1, 1, 1) and closes(entry)


@pytest.mark.parametrize("form", FORMS)
def test_a_record_whose_known_keys_are_empty_is_blank_and_one_that_nobody_sees_too(form: str, office: Office) -> None:
    entry = land(office, [{"编号": "K1"}, {"编号": None, "名称": ""}, {"编号": " ", "别的": "\u200b"}, {}], form)
    assert (entry.rows_accepted, entry.rows_blank, entry.rows_rejected) == (1, 3, 0)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_record_is_rejected_with_its_place(form: str, office: Office) -> None:
    values: list[Any] = ["K9", 9, None, True, [], ["K9", "己"], [["K9"]]]
    sound = [{"编号": f"K{n}"} for n in range(10)]
    entry = land(office, [sound[0], *values, *sound[1:]], form)
    assert [(row, rule) for row, _, rule in office.faults(entry)] == [(n, "bad_json") for n in range(2, 9)]
    assert entry.rows_accepted == 10 and closes(entry)


NESTED: list[tuple[str, str, Any]] = [
    ("金额", "amount_yuan", {"值": 5}),
    ("金额", "amount_yuan", [5]),
    ("日期", "seen_on", {"年": 2023, "月": 1}),
    ("名称", "name", {"中文": "甲"}),
    ("备注", "note", [{"人": "甲"}]),
    ("备注", "note", [["甲", "乙"]]),
    ("是否公开", "is_open", [True]),
    ("类别", "kind", ["甲类", "乙类"]),
    ("编号", "id", ["K2", "K3"]),
    ("编号", "id", {"号": "K2"}),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_value_within_a_value_rejects_its_record_and_is_named(form: str, office: Office) -> None:
    bad = [{"编号": f"K{n}", "名称": "乙"} | {header: value} for n, (header, _, value) in enumerate(NESTED)]
    entry = land(office, [*bad, {"编号": "K99", "名称": "甲"}], form)
    told = office.findings(entry)
    assert [(f["row_number"], f["column_name"], f["rule"]) for f in told] == [
        (n, name, "nested_value") for n, (_, name, _) in enumerate(NESTED, start=1)
    ]
    assert all(f"“{header}”的值" in f["message_zh"] for f, (header, _, _) in zip(told, NESTED, strict=True))
    assert all(f["value"][0] in "[{" and f["remedy_zh"] for f in told)
    assert office.accepted(entry, "id") == [("K99",)] and closes(entry)


@pytest.mark.parametrize("form", FORMS)
def test_every_record_nested_alike_is_told_at_its_column_and_not_as_a_missing_header(form: str, office: Office) -> None:
    entry = land(office, [{"编号": {"值": f"K{n}"}, "名称": "甲"} for n in (1, 2)], form)
    assert entry.status == "landed" and {(r, c) for _, c, r in office.faults(entry)} == {("nested_value", "id")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("ledger", "sound", "key", "value", "name"),
    [
        ("snapshot_cases", CASE, "photoCount", [1, 2], "photo_count"),
        ("snapshot_cases", CASE, "hostUnit", {"code": "1", "name": "区城管局"}, "host_unit"),
        ("station_feedback", FEEDBACK, "内容", {"text": "路灯不亮", "联系": "13800000000"}, "content"),
    ],
)
def test_a_nested_value_of_a_ledger_is_rejected_and_a_personal_one_not_shown(
    ledger: str, sound: dict[str, Any], key: str, value: Any, name: str, form: str, office: Office
) -> None:
    entry = land_in(office, ledger, [sound | {key: value}], form)
    (told,) = office.findings(entry)
    assert (told["row_number"], told["column_name"], told["rule"]) == (1, name, "nested_value")
    assert "13800000000" not in told["public_message_zh"] + told["message_zh"]


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_plain_values_in_a_text_is_an_enumeration_in_lines_and_arrays(form: str, office: Office) -> None:
    records = [
        {"编号": "K1", "备注": ["甲", "乙", 3], "名称": "[甲]"},
        {"编号": "K2", "备注": [], "名称": '{"a": 1}', "金额": {}},
    ]
    entry = land(office, records, form)
    assert office.accepted(entry, "id", "note", "name") == [("K1", "甲、乙、3", "[甲]"), ("K2", None, '{"a": 1}')]
    assert not office.findings(entry)


@pytest.mark.parametrize("form", FORMS)
def test_declared_inner_keys_are_read_and_one_twice_inside_is_rejected(form: str, office: Office) -> None:
    columns = [column("id", "编号", required=True), column("name", "单位.名称")]
    records: list[Any] = [
        {"编号": "K1", "单位": {"名称": "甲"}},
        {"编号": "K2", "单位": "乙"},
        {"编号": "K3", "单位": None},
    ]
    entry = land(office, records, form, columns)
    assert office.accepted(entry, "id", "name") == [("K1", "甲"), ("K2", None), ("K3", None)]
    assert office.faults(entry) == [(None, None, "extra_column")], "a unit that is a text is told"
    text = dumped(records[:1], form).replace('"名称": "甲"', '"名称": "甲", "名称": "乙"')
    again = office.land_one("sample/2023/2023年2月.jsonl", text)
    assert again.rows_rejected == 1 and "出现两次" in office.findings(again)[0]["message_zh"]
