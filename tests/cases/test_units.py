"""Cases of money units: words above the header and in it decide the unit or refuse the file; nothing is loaded in a guessed unit."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from books import AMOUNT, BUDGET_FILE, BUDGET_HEAD, budget_row, ods, xlsx
from ledger_files import CONTRACTS, PAYMENT_HEADERS, Office, csv_text, payment_cells, yuan

from dagster_project.ingestion.number_formats import as_shown

PAYMENT_FILE = "payments/2023/2023年01月国库集中支付明细.csv"
BALANCES = "ledger_balances/2023/会计科目余额表2023Q4.csv"
BALANCE_HEADERS = ["科目编码", "科目名称", "会计期间", "余额方向", "期初余额", "本期借方", "本期贷方", "期末余额"]
BALANCE = ["1002", "银行存款", "2023-12", "借", "0", "0", "0", "12.34"]


@pytest.mark.parametrize("name", ["unit-with-currency", "unit-in-brackets", "unit-in-a-sentence"])
def test_a_money_word_above_the_header_decides_the_unit(case: Callable[[str], Office], name: str) -> None:
    office = case(name)
    (entry,) = [e for e in office.land().entries if e.file == PAYMENT_FILE]
    assert office.accepted(entry, "amount_yuan") == [(yuan("123400"),)]


@pytest.mark.parametrize(
    "words",
    ["币种:人民币 单位:万元", "(金额单位\uff1a人民币万元)", "本表数据均以万元列示", "会计科目余额表(万元)", "万元"],
)
def test_a_money_word_above_another_ledger_decides_its_unit(office: Office, words: str) -> None:
    entry = office.land_one(BALANCES, csv_text([["2023年余额"], ["", words], BALANCE_HEADERS, BALANCE]))
    assert office.accepted(entry, "closing_yuan") == [(yuan("123400"),)]


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("单位:萬元", "123400"),
        ("金额單位:万圆", "123400"),
        ("单位:仟元", "12340"),
        ("单位:万", "123400"),
        ("金额:万", "123400"),
        ("会计科目余额表(万)", "123400"),
        ("单位:1万元", "123400"),
        ("单位:1000元", "12340"),
        ("单位:10,000元", "123400"),
        ("单位均为万元", "123400"),
        ("Unit: RMB 10,000", "123400"),
        ("(RMB'000)", "12340"),
        ("in thousand yuan (RMB thousand)", "12340"),
        ("Unit: yuan", "12.34"),
        ("填报单位:万石街道", "12.34"),
    ],
)
def test_a_unit_in_other_signs_in_digits_or_in_english_is_that_unit(office: Office, words: str, amount: str) -> None:
    entry = office.land_one(BALANCES, csv_text([[words], BALANCE_HEADERS, BALANCE]))
    assert office.accepted(entry, "closing_yuan") == [(yuan(amount),)]


@pytest.mark.parametrize(
    "words", ["单位:美元", "单位:百万元", "资金规模亿元", "单位:百万", "单位:w", "RMB million", "单位:500元"]
)
def test_a_money_word_that_nobody_can_read_refuses_the_file_whatever_the_contract_says(
    office: Office, words: str
) -> None:
    entry = office.land_one(PAYMENT_FILE, csv_text([[words], PAYMENT_HEADERS, payment_cells(1)]))
    assert (entry.status, entry.rows_accepted) == ("refused", 0)
    assert office.faults(entry) == [(None, None, "unknown_unit")]
    assert words in office.findings(entry)[0]["message_zh"]


def test_the_amount_in_a_title_is_no_unit(office: Office) -> None:
    entry = office.land_one(
        PAYMENT_FILE, csv_text([["500万元以上项目支付明细"], PAYMENT_HEADERS, payment_cells(1, amount_yuan="12.34")])
    )
    assert office.accepted(entry, "amount_yuan") == [(yuan("12.34"),)]


def test_two_units_in_one_statement_refuse_the_file(case: Callable[[str], Office]) -> None:
    office = case("unit-ambiguous")
    (entry,) = office.land().entries
    assert (entry.status, entry.rows_accepted) == ("refused", 0)
    (finding,) = office.findings(entry)
    assert finding["rule"] == "ambiguous_unit"
    assert "单位:万元/元" in finding["message_zh"]


@pytest.mark.parametrize("words", ["单位\uff1a元\uff08万元\uff09", "金额单位:千元、万元"])
def test_two_units_refuse_a_file_of_another_ledger_too(office: Office, words: str) -> None:
    entry = office.land_one(BALANCES, csv_text([[words], BALANCE_HEADERS, BALANCE]))
    assert (entry.status, office.faults(entry)) == ("refused", [(None, None, "ambiguous_unit")])


def test_units_in_headers_are_understood_and_contradictions_refused(case: Callable[[str], Office]) -> None:
    office = case("units-in-headers")
    outcome = {entry.file.rsplit("/", 1)[-1]: entry for entry in office.land().entries}
    conflict = outcome.pop("2023年指标冲突.xlsx")
    assert (conflict.status, conflict.rows_accepted) == ("refused", 0)
    assert [rule for _, _, rule in office.faults(conflict)] == ["ambiguous_unit"]
    assert len(outcome) == 6
    for name, entry in outcome.items():
        assert office.accepted(entry, "amount_yuan") == [(Decimal("123400.00"),)], name


@pytest.mark.parametrize(
    "header", ["期末余额/万元", "期末余额\uff08单位\uff1a万元\uff09", "期末余额[人民币万元]", "期末余额_万元"]
)
def test_the_unit_in_a_header_of_another_ledger_holds_for_its_column(office: Office, header: str) -> None:
    assert "期末余额" in CONTRACTS["ledger_balances"].column("closing_yuan").headers
    names = [*BALANCE_HEADERS[:-1], header]
    entry = office.land_one(BALANCES, csv_text([names, [*BALANCE[:4], "1", "0", "0", "12.34"]]))
    assert office.accepted(entry, "opening_yuan", "closing_yuan") == [(yuan("1"), yuan("123400"))]
    conflicting = office.land_one(
        "ledger_balances/2023/会计科目余额表2023Q3.csv", csv_text([["单位:元"], names, BALANCE])
    )
    assert (conflicting.status, office.faults(conflicting)[0][2]) == ("refused", "ambiguous_unit")


def test_a_unit_in_the_name_of_the_file_must_be_that_of_the_amounts(office: Office) -> None:
    named = BALANCES.replace(".csv", "(万元).csv")
    entry = office.land_one(named, csv_text([BALANCE_HEADERS, BALANCE]))
    assert (entry.status, office.faults(entry)) == ("refused", [(None, None, "ambiguous_unit")])
    assert "文件名" in office.findings(entry)[0]["message_zh"]
    entry = office.land_one(named, csv_text([["单位:万元"], BALANCE_HEADERS, BALANCE]))
    assert office.accepted(entry, "closing_yuan") == [(yuan("123400"),)]


def test_a_unit_in_the_name_of_the_sheet_must_be_that_of_the_amounts(office: Office) -> None:
    file, row = "payments/2023/一体化/2023年03月支付明细.xlsx", payment_cells(1, amount_yuan="12.34")
    entry = office.land_one(file, xlsx({"明细(万元)": [PAYMENT_HEADERS, row]}))
    assert (entry.status, office.faults(entry)) == ("refused", [(None, None, "ambiguous_unit")])
    assert "工作表“明细(万元)”写的是万元" in office.findings(entry)[0]["message_zh"]
    entry = office.land_one(file, xlsx({"明细(元)": [PAYMENT_HEADERS, row]}))
    assert office.accepted(entry, "amount_yuan") == [(yuan("12.34"),)]


@pytest.mark.parametrize(
    ("note", "row"),
    [("注:以上金额单位均为万元", 3), ("说明:本表以万元为单位", 3), ("备注:金额为万元", 3), ("单位:万元", 3)],
)
def test_a_unit_below_the_table_must_be_that_of_the_amounts(office: Office, note: str, row: int) -> None:
    entry = office.land_one(BALANCES, csv_text([BALANCE_HEADERS, BALANCE, [note]]))
    assert (entry.status, office.faults(entry)) == ("refused", [(row, None, "ambiguous_unit")])
    assert note in office.findings(entry)[0]["message_zh"]
    entry = office.land_one(BALANCES, csv_text([["单位:万元"], BALANCE_HEADERS, BALANCE, [note]]))
    assert office.accepted(entry, "closing_yuan") == [(yuan("123400"),)]


@pytest.mark.parametrize("note", ["注:本月另有500万元以上项目三个", "说明:单位:本办公厅"])
def test_an_amount_or_an_office_below_the_table_is_no_unit(office: Office, note: str) -> None:
    entry = office.land_one(BALANCES, csv_text([BALANCE_HEADERS, BALANCE, [note]]))
    assert office.accepted(entry, "closing_yuan") == [(yuan("12.34"),)]


@pytest.mark.parametrize(
    ("number_format", "outcome"),
    [
        ('#,##0.00"万元"', yuan("1234560000")),
        ('0.00"元"', yuan("123456")),
        ("[$￥-804]#,##0.00", yuan("123456")),
        ('"约"0.00', yuan("123456")),
        ("000000000", yuan("123456")),
        ("[$$-409]#,##0.00", "foreign_currency"),
        ('0.00"万"', "bad_amount"),
        ("0!.0000", "bad_amount"),
        ("#,##0.00,", "bad_amount"),
    ],
)
def test_what_the_format_of_a_cell_shows_beside_its_number_counts(
    office: Office, number_format: str, outcome: object
) -> None:
    def format_amount(book: Any, sheets: dict[str, Any]) -> None:
        sheets["指标"].write_number(4, AMOUNT, 123456, book.add_format({"num_format": number_format}))

    entry = office.land_one(BUDGET_FILE, xlsx({"指标": [*BUDGET_HEAD, budget_row(1)]}, format_amount))
    read = [amount for (amount,) in office.accepted(entry, "amount_yuan")]
    assert read + [rule for row, _, rule in office.faults(entry) if row is not None] == [outcome]


@pytest.mark.parametrize(
    ("number", "shown", "text"),
    [
        ("123456", "123,456.00万元", "123456万元"), ("123456", "$5.00", "$123456"), ("123456", "￥5.00", None), ("123456", "5", None),
        ("123456", "123", "123456(缩小显示为123)"), ("123456", "12.35", "123456(缩小显示为12.35)"), ("400", "0", "400(缩小显示为0)"),
        ("123", "00123", "00123"), ("123", "ZB2023000123", "ZB2023000123"), ("1", "TRUE", "TRUE"), ("123456", "", None), ("0.2", "0", None),
        ("20230405", "2023-04-05", None), ("123456", "1.23E+05", None), ("1234.56", "1,234.56", None), ("-123", "-123", None), ("1.5", "1 1/2", None),
    ],
)  # fmt: skip
def test_what_a_cell_of_an_open_document_shows_beside_its_number_counts(
    number: str, shown: str, text: str | None
) -> None:
    assert as_shown(number, shown) == text


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ((1234567, ""), yuan("1234567")), ((1234567, "1,234,567.00"), yuan("1234567")), ((1234567, "1,235"), "bad_amount"),
        ((1234567, "123.46"), "bad_amount"), ((1, "TRUE"), "bad_amount"), ((1234567, "1,234,567.00万元"), yuan("12345670000")),
    ],
)  # fmt: skip
def test_a_scale_and_a_truth_value_of_an_open_document_are_told_and_a_number_that_shows_nothing_is_read(
    office: Office, cell: tuple[float, str], outcome: object
) -> None:
    entry = office.land_one(BUDGET_FILE, ods({"指标": [*BUDGET_HEAD, budget_row(1, O=cell), budget_row(2)]}))
    assert entry.status == "landed"
    read = [amount for (amount,) in office.accepted(entry, "amount_yuan")][:-1]
    assert read + [rule for row, _, rule in office.faults(entry) if row is not None] == [outcome]


def test_noughts_and_letters_that_a_format_of_an_open_document_puts_in_front_are_part_of_an_id(office: Office) -> None:
    rows = [budget_row(1, D=(7, "ZB2023000007")), budget_row(2, D=(123, "00123"))]
    entry = office.land_one(BUDGET_FILE, ods({"指标": [*BUDGET_HEAD, *rows]}))
    assert office.accepted(entry, "allocation_no") == [("ZB2023000007",), ("00123",)]


@pytest.mark.parametrize(
    ("beside", "amount"),
    [('"单位": "万元", ', "15000"), ('"head": {"unit": "千元"}, ', "1500"), ('"code": "0", ', "1.5")],
)
def test_a_unit_beside_the_records_of_a_document_decides(office: Office, beside: str, amount: str) -> None:
    record = json.dumps(dict(zip(PAYMENT_HEADERS, payment_cells(1), strict=True)), ensure_ascii=False)
    entry = office.land_one("payments/2023/2023年03月支付明细.jsonl", f'{{{beside}"data": [{record}]}}')
    assert office.accepted(entry, "amount_yuan") == [(yuan(amount),)]
