"""Words that programs write where they have no value, and code of web pages within texts: told with their column and first row."""

from __future__ import annotations

from typing import Any

import pytest
from ledger_files import PAYMENT_FILE, Office, closes, contract_of, payment_cells, payments_text
from test_values import CONTRACT_FILE, contracts_text, snapshot_line, workbook

from dagster_project.ingestion.submissions import Submission

WORDS = ["NULL", "null", "(Null)", "(NULL)", "[NULL]", "<null>", "\\N", "None", "nan", "NaN", "NaT", "<NA>", "&nbsp;"]


def told(office: Office, entry: Submission) -> list[tuple[Any, ...]]:
    """What is told of columns: rule, header, cells and first row."""
    return [(f["rule"], f["header"], f["value"], f["row_number"]) for f in office.findings(entry)]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_no_value_is_no_value_in_every_type_of_column(office: Office, word: str) -> None:
    blanks = dict.fromkeys(("供应商签订日期", "统一社会信用代码", "采购项目编号", "原合同编号"), word)
    entry = office.land_one(CONTRACT_FILE, contracts_text({}, {"合同编号": "HT2023-002"} | blanks))
    names = ("signed_by_supplier_on", "credit_code", "procurement_no", "original_contract_no")
    assert office.accepted(entry, *names)[1] == (None,) * 4
    assert {(rule, cells, row) for rule, _, cells, row in told(office, entry)} == {("null_word", "1", 3)}
    assert {header for _, header, _, _ in told(office, entry)} == set(blanks)
    assert all(f["severity"] == "info" and "按未填读取" in f["message_zh"] for f in office.findings(entry))


@pytest.mark.parametrize(
    ("column", "word"), [("payee_name", "NULL"), ("amount_yuan", "null"), ("cleared_on", "NaT"), ("fund_type", "None")]
)
def test_a_word_for_no_value_does_not_satisfy_required(office: Office, column: str, word: str) -> None:
    rows = [payment_cells(1), payment_cells(2, **{column: word}), payment_cells(3)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert closes(entry) and entry.rows_accepted == 2
    assert office.faults(entry) == [(3, column, "missing_value")]


def test_amounts_without_a_value_are_missing_and_no_noughts(office: Office) -> None:
    office.contracts = {
        "sample": contract_of(
            [
                {
                    "name": "a",
                    "headers": ["编号"],
                    "type": "text",
                    "required": True,
                    "description": {"zh": "编号", "en": "a"},
                },
                {"name": "b_yuan", "headers": ["金额(元)"], "type": "money", "description": {"zh": "金额", "en": "b"}},
                {"name": "c", "headers": ["人数"], "type": "integer", "description": {"zh": "人数", "en": "c"}},
            ],
        )
    }
    entry = office.land_one("sample/2023/2023年.csv", "编号,金额(元),人数\nX1,NULL,None\nX2,0,0\nX3,(null),7\n")
    assert office.accepted(entry, "a", "b_yuan", "c") == [("X1", None, None), ("X2", 0, 0), ("X3", None, 7)]
    assert told(office, entry) == [("null_word", "人数", "1", 2), ("null_word", "金额(元)", "2", 2)]


@pytest.mark.parametrize("word", ["nan", "NaN"])
def test_what_a_failed_computation_gives_is_no_number_and_rejected(office: Office, word: str) -> None:
    rows = [payment_cells(1), payment_cells(2, amount_yuan=word)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.faults(entry) == [(3, "amount_yuan", "bad_amount")]


def test_the_text_null_of_json_is_told_and_its_null_is_not(office: Office) -> None:
    name = "snapshot_cases/2023/2023年03月随手拍.jsonl"
    entry = office.land_one(name, snapshot_line(closedAt="null") + snapshot_line(caseNo='"A2"', closedAt='"NULL"'))
    assert office.accepted(entry, "closed_at") == [(None,), (None,)]
    assert [(rule, cells, row) for rule, _, cells, row in told(office, entry)] == [("null_word", "1", 2)]


def test_words_for_no_value_in_a_workbook(office: Office) -> None:
    rows = [line.split(",") for line in contracts_text({}, {"原合同编号": "NULL"}, {"原合同编号": "nan"}).splitlines()]
    rows[2][0], rows[3][0] = "HT2023-002", "HT2023-003"
    entry = office.land_one("contracts/2023/一体化/2023年上半年合同台账.xlsx", workbook("合同台账", rows))
    assert told(office, entry) == [("null_word", "原合同编号", "2", 3)]


@pytest.mark.parametrize("text", ["N/A", "nullable", "NULL公司", "无", "南", "Nan Fang", "不适用"])
def test_a_text_that_is_no_such_word_stays(office: Office, text: str) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, payee_name=text)]))
    assert office.accepted(entry, "payee_name") == [(text,)]
    assert told(office, entry) == []


@pytest.mark.parametrize(
    "text",
    [
        "甲&amp;乙公司",
        "甲&#38;乙",
        "甲&#x26;乙",
        "甲<br/>乙",
        "甲<BR>乙",
        "<p>甲乙</p>",
        "“&quot;甲”",
        '<span class="a">甲',
    ],
)
def test_code_of_a_web_page_in_a_text_is_told_and_kept(office: Office, text: str) -> None:
    rows = [payment_cells(1), payment_cells(2, payee_name=text), payment_cells(3, payee_name=text)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.accepted(entry, "payee_name")[1:] == [(text,), (text,)]
    assert told(office, entry) == [("web_code", "收款人全称", "2", 3)]
    assert office.findings(entry)[0]["severity"] == "warning"


@pytest.mark.parametrize("text", ["A&B公司", "R&D; 研发", "甲<乙", "a<b且b>c", "<试行>办法", "《规则》&《办法》;"])
def test_signs_that_are_no_code_of_a_web_page_are_nothing(office: Office, text: str) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, payee_name=text)]))
    assert office.accepted(entry, "payee_name") == [(text,)]
    assert told(office, entry) == []
