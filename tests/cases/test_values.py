"""Cases of single cells: what a spreadsheet did to them is mended and told, or the row is rejected; no other value is loaded in silence."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter
from ledger_files import Office, column, contract_of, csv_text, payment_cells, payments_text, yuan

from dagster_project.ingestion.submissions import Submission

PAYMENT_FILE = "payments/2023/2023年03月支付明细.csv"
CONTRACT_FILE = "contracts/2023/2023年上半年合同台账.csv"
BALANCES = "ledger_balances/2023/会计科目余额表2023Q4.csv"
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def only(office: Office) -> Submission:
    """The entry of the one file of a drop."""
    (entry,) = office.land().entries
    return entry


def workbook(sheet: str, rows: list[list[str]]) -> bytes:
    """A workbook of text cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                page.write_string(number, place, text)
    return stream.getvalue()


def rules(office: Office, entry: Submission) -> set[tuple[int | None, str | None, str]]:
    return set(office.faults(entry))


def contracts_text(*rows: dict[str, str]) -> str:
    """A file of the ledger of contracts; a row gives what differs from a line without a fault."""
    plain = {
        "合同编号": "HT2023-001", "合同名称": "音视频维护", "采购项目编号": "CG2023-053", "经办处室": "信息中心", "供应商名称": "某公司",
        "统一社会信用代码": "91440100MA0000242W", "数据来源": "手工登记", "合同金额": "100.00", "供应商签订日期": "2023/8/9", "是否补充协议": "否",
        "原合同编号": "", "是否涉密": "否",
    }  # fmt: skip
    return csv_text([list(plain), *[list((plain | row).values()) for row in rows]])


def snapshot_line(**bare: str) -> str:
    """A case as a line of JSON without a fault, with these values as they would stand in it without quotes."""
    plain = {
        "caseNo": '"A1"', "deputyNo": '"D1"', "submittedAt": '"2023-03-01 09:30:00"', "photoCount": "1", "districtCode": '"440104"',
        "category": '"市容"', "urgency": '"一般"', "returnCount": "0", "reopened": "false",
    }  # fmt: skip
    return "{" + ", ".join(f'"{key}": {value}' for key, value in (plain | bare).items()) + "}\n"


def balances_text(*months: str, **changes: str) -> str:
    """A balance sheet of accounts with these months, and an amount where ``closing`` is given."""
    header = ["科目编码", "科目名称", "会计期间", "余额方向", "期初余额", "本期借方", "本期贷方", "期末余额"]
    rows = [["1002", "银行存款", month, "借", "0", "0", "0", changes.get("closing", "5.00")] for month in months]
    return csv_text([header, *rows])


def test_a_text_guard_is_no_part_of_a_value_and_is_told_once_with_its_count(case: Callable[[str], Office]) -> None:
    office = case("text-guards")
    entry = only(office)
    assert office.accepted(entry, "application_no", "allocation_no", "voucher_no", "payee_account") == [
        ("SQ202301000001", "ZB2023000012", "ZF202301000001", "9999000000000586006"),
        ("SQ202301000002", "ZB2023000012", "ZF202301000002", "9999000000000586006"),
        ("SQ202301000003", "ZB2023000012", "ZF20230100003", "9999000000000586006"),
    ]
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["severity"], finding["value"]) == ("text_guard", "info", "5")
    assert "5 个单元格" in finding["message_zh"]


@pytest.mark.parametrize("guard", ['="{}"', "='{}", "'{}"])
def test_text_guards_are_taken_off_numbers_dates_and_codes_of_other_ledgers_too(office: Office, guard: str) -> None:
    row = {
        "合同编号": "HT2023-001",
        "合同金额": "1234.50",
        "供应商签订日期": "2023-08-09",
        "是否涉密": "否",
        "数据来源": "手工登记",
    }
    entry = office.land_one(CONTRACT_FILE, contracts_text({name: guard.format(value) for name, value in row.items()}))
    values = ("contract_no", "amount_yuan", "signed_by_supplier_on", "is_secret", "source_system")
    assert office.accepted(entry, *values) == [("HT2023-001", yuan("1234.5"), dt.date(2023, 8, 9), False, "手工登记")]
    assert [(f["rule"], f["value"]) for f in office.findings(entry)] == [("text_guard", "5")]
    assert (
        office.land_one(BALANCES, balances_text(guard.format("2023-12"), closing=guard.format("7"))).rows_accepted == 1
    )


def test_an_empty_text_under_a_guard_does_not_satisfy_required(office: Office) -> None:
    entry = office.land_one(
        PAYMENT_FILE, payments_text([payment_cells(1, application_no='=""'), payment_cells(2, contract_no='=""')])
    )
    assert rules(office, entry) == {(2, "application_no", "missing_value")}
    assert office.accepted(entry, "contract_no") == [(None,)]


def test_an_amount_in_scientific_notation_has_lost_its_digits(case: Callable[[str], Office]) -> None:
    office = case("scientific-amounts")
    entry = only(office)
    assert entry.rows_accepted == 0
    assert rules(office, entry) == {(4, "amount_yuan", "digits_lost"), (5, "amount_yuan", "digits_lost")}
    assert "加宽" in office.findings(entry)[0]["remedy_zh"]


@pytest.mark.parametrize("spelling", ["1.23E+08", "1.23e8", "2E3", "1.5E-05"])
def test_scientific_notation_is_no_amount_and_no_number_of_another_ledger(office: Office, spelling: str) -> None:
    entry = office.land_one(BALANCES, balances_text("2023-12", closing=spelling))
    assert rules(office, entry) == {(2, "closing_yuan", "digits_lost")}
    cases = office.land_one(
        "snapshot_cases/2023/2023年代表随手拍.jsonl", snapshot_line(photoCount=f'"{spelling}"', longitude="113.3")
    )
    assert rules(office, cases) == {(1, "photo_count", "digits_lost")}


@pytest.mark.parametrize("spelling", ["1.23457E+14", "4.401e+17", "6E+18"])
def test_a_long_id_in_scientific_notation_has_lost_its_digits(office: Office, spelling: str) -> None:
    entry = office.land_one(
        PAYMENT_FILE, payments_text([payment_cells(1, payee_account=spelling), payment_cells(2, project_code=spelling)])
    )
    assert rules(office, entry) == {(2, "payee_account", "digits_lost"), (3, "project_code", "digits_lost")}


def test_a_cell_of_sharp_signs_is_a_display_error_in_every_type_of_column(case: Callable[[str], Office]) -> None:
    office = case("hash-signs")
    entry = only(office)
    assert entry.rows_accepted == 0
    assert rules(office, entry) == {
        (4, "application_no", "spreadsheet_error"),
        (4, "contract_no", "spreadsheet_error"),
        (5, "applied_on", "spreadsheet_error"),
        (6, "amount_yuan", "spreadsheet_error"),
    }


@pytest.mark.parametrize("sign", ["##", "#########", "#DIV/0!", "#N/A", "#SPILL!", "\uff03REF!", "Err:502"])
def test_errors_of_a_spreadsheet_are_told_in_optional_columns_and_codes_of_other_ledgers(
    office: Office, sign: str
) -> None:
    columns = {
        "采购项目编号": "procurement_no",
        "数据来源": "source_system",
        "是否涉密": "is_secret",
        "供应商签订日期": "signed_by_supplier_on",
    }
    numbers = [{"合同编号": f"HT2023-00{n}", header: sign} for n, header in enumerate(columns)]
    entry = office.land_one(CONTRACT_FILE, contracts_text(*numbers))
    assert rules(office, entry) == {(n, name, "spreadsheet_error") for n, name in enumerate(columns.values(), start=2)}


def test_a_formula_without_a_cached_value_has_a_finding_of_its_own(office: Office) -> None:
    sign = "#无缓存值!"
    entry = office.land_one(
        PAYMENT_FILE, payments_text([payment_cells(1, amount_yuan=sign), payment_cells(2, contract_no=sign)])
    )
    assert rules(office, entry) == {
        (2, "amount_yuan", "formula_without_value"),
        (3, "contract_no", "formula_without_value"),
    }
    assert "没有缓存值" in office.findings(entry)[0]["message_zh"]


def test_a_date_in_an_id_column_is_a_damaged_id(case: Callable[[str], Office]) -> None:
    office = case("ids-turned-into-dates")
    entry = only(office)
    assert entry.rows_accepted == 0
    assert {
        (name, f["value"])
        for f in office.findings(entry)
        if (name := f["column_name"]) and f["rule"] == "id_became_date"
    } == {
        ("document_no", "2023-03-01"),
        ("project_code", "2025-03-01"),
        ("allocation_no", "2023-12-01"),
    }


@pytest.mark.parametrize("date", ["2023/3/1", "Mar-23", "Mar-2023", "3月1日", "2023-03-01 00:00:00", "1-Mar"])
def test_a_date_in_an_id_of_another_ledger_is_never_a_key(office: Office, date: str) -> None:
    entry = office.land_one(CONTRACT_FILE, contracts_text({"合同编号": date}, {"采购项目编号": date}))
    assert rules(office, entry) == {(2, "contract_no", "id_became_date"), (3, "procurement_no", "id_became_date")}
    assert date in office.findings(entry)[0]["message_zh"]


def test_one_digit_behind_the_point_is_no_month(case: Callable[[str], Office]) -> None:
    office = case("month-as-number")
    entry = only(office)
    assert rules(office, entry) == {(4, "month", "ambiguous_month")}
    assert office.accepted(entry, "month") == [(dt.date(2023, 11, 1),), (dt.date(2023, 12, 1),)]


@pytest.mark.parametrize("month", ["2023-01", "2023.01", "2024年1月", "202309"])
def test_a_month_outside_the_period_of_the_file_is_refused(office: Office, month: str) -> None:
    entry = office.land_one(BALANCES, balances_text(month, "2023-12"))
    assert rules(office, entry) == {(2, "month", "outside_period")}
    assert "2023Q4" in office.findings(entry)[0]["message_zh"]


@pytest.mark.parametrize("month", ["2023.1", "2023.4"])
def test_a_month_with_one_digit_is_ambiguous_in_another_file_too(office: Office, month: str) -> None:
    entry = office.land_one("ledger_balances/2023/会计科目余额表2023Q1.csv", balances_text(month, "2023.02"))
    assert rules(office, entry) == {(2, "month", "ambiguous_month")}


def test_a_percent_cell_keeps_its_meaning(case: Callable[[str], Office]) -> None:
    office = case("percent-cells")
    entry = only(office)
    assert office.accepted(entry, "expected_progress_pct") == [
        (Decimal(31),),
        (Decimal(100),),
        (Decimal(31),),
        (Decimal(31),),
    ]


def test_per_cent_in_text_is_per_cent_where_the_contract_says_so_and_elsewhere_rejected(
    case: Callable[[str], Office],
) -> None:
    office = case("percent-cells")
    assert office.accepted(only(office), "expected_progress_pct")[2:] == [(Decimal(31),), (Decimal(31),)]
    entry = office.land_one(BALANCES, balances_text("2023-12", closing="31%"))
    assert rules(office, entry) == {(2, "closing_yuan", "unexpected_percent")}


@pytest.mark.parametrize("share", ["85%", "85\uff05", "85 %", "85"])
def test_per_cent_of_another_ledger_is_read_in_every_spelling(office: Office, share: str) -> None:
    header = [
        "评分方案",
        "指标序号",
        "分项序号",
        "评定档次",
        "得分比例",
        "评定理由",
        "佐证材料编号",
        "评定人",
        "评定日期",
    ]
    content = workbook("人工评定", [header, ["A", "1", "1", "达成", share, "属实", "Z1", "某处", "2023-12-01"]])
    entry = office.land_one("manual_judgements/2023/2023年人工评定.xlsx", content)
    assert office.accepted(entry, "judged_share_pct") == [(Decimal(85),)]


def test_an_id_in_full_width_is_the_same_key_and_told_once(case: Callable[[str], Office]) -> None:
    office = case("full-width-keys")
    entry = only(office)
    assert office.accepted(entry, "allocation_no", "project_code") == [
        ("ZB2023000001", "440100210001000001"),
        ("ZB2023000002", "440100210001000001"),
    ]
    assert [(f["rule"], f["severity"], f["value"]) for f in office.findings(entry)] == [("full_width_key", "info", "2")]


def test_two_spellings_of_one_key_are_a_duplicate(office: Office) -> None:
    rows = [payment_cells(1), payment_cells(1, voucher_no="ZF202300000001".translate(FULL_WIDTH))]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert rules(office, entry) == {(3, "voucher_no", "duplicate_key")}


@pytest.mark.parametrize("hyphen", ["\uff0d", "\u2010", "\u2013", "\u2212"])
def test_the_hyphen_of_a_key_is_a_hyphen_however_it_was_typed(office: Office, hyphen: str) -> None:
    entry = office.land_one(
        CONTRACT_FILE, contracts_text({"合同编号": f"HT2023{hyphen}001", "采购项目编号": f"CG2023{hyphen}053"})
    )
    assert office.accepted(entry, "contract_no", "procurement_no") == [("HT2023-001", "CG2023-053")]
    assert [f["rule"] for f in office.findings(entry)] == ["full_width_key"]


def test_a_name_in_full_width_stays_as_written(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, purpose="\uff21楼\uff08一期\uff09")]))
    assert office.accepted(entry, "purpose") == [("\uff21楼\uff08一期\uff09",)]
    assert office.findings(entry) == []


def test_a_bare_serial_counts_from_the_epoch_of_its_own_workbook(case: Callable[[str], Office]) -> None:
    office = case("dates-1904")
    assert office.accepted(only(office), "issued_on") == [(dt.date(2023, 4, 4),)] * 2


def test_a_rounded_decimal_is_loaded_and_told(office: Office) -> None:
    cases = office.land_one(
        "snapshot_cases/2023/2023年代表随手拍.jsonl", snapshot_line(longitude="113.32451678912", latitude="23.1")
    )
    assert office.accepted(cases, "longitude", "latitude") == [(Decimal("113.32451679"), Decimal("23.1"))]
    assert [(f["rule"], f["severity"], f["value"]) for f in office.findings(cases)] == [("rounded", "info", "1")]
    entry = office.land_one(
        PAYMENT_FILE,
        payments_text([payment_cells(1, amount_yuan="0.30000000000000004"), payment_cells(2, amount_yuan="1.005")]),
    )
    assert office.accepted(entry, "amount_yuan") == [(yuan("0.30"),)]
    assert rules(office, entry) == {(None, None, "rounded"), (3, "amount_yuan", "bad_amount")}


@pytest.mark.parametrize("sign", ["\uffe5", "\u00a5"])
def test_both_signs_of_the_yuan_are_yuan_in_every_ledger(office: Office, sign: str) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, amount_yuan=f"{sign}4.00")]))
    assert office.accepted(entry, "amount_yuan") == [(yuan("4"),)]
    entry = office.land_one(BALANCES, balances_text("2023-12", closing=f"({sign}4.00)"))
    assert office.accepted(entry, "closing_yuan") == [(yuan("-4"),)]


@pytest.mark.parametrize("amount", ["US$4.00", "4.00美元", "€4"])
def test_another_currency_is_refused_in_words_of_its_own(office: Office, amount: str) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, amount_yuan=amount)]))
    assert rules(office, entry) == {(2, "amount_yuan", "foreign_currency")}


def test_a_date_without_a_declared_order_names_the_field_of_the_contract(office: Office) -> None:
    entry = office.land_one(
        PAYMENT_FILE,
        payments_text([payment_cells(1, applied_on="05/01/2023"), payment_cells(2, applied_on="31/12/23")]),
    )
    assert rules(office, entry) == {(2, "applied_on", "ambiguous_date"), (3, "applied_on", "ambiguous_date")}
    assert "date_order" in office.findings(entry)[0]["remedy_zh"]


def test_the_order_of_dates_is_declared_for_a_layout(office: Office) -> None:
    layout = office.contracts["payments"].files[0].model_copy(update={"date_order": "DMY"})
    declared = office.contracts["payments"].model_copy(update={"files": [layout]})
    office.contracts = {"payments": declared}
    entry = office.land_one(
        PAYMENT_FILE,
        payments_text([payment_cells(1, applied_on="05/01/2023"), payment_cells(2, applied_on="31.12.23")]),
    )
    assert office.accepted(entry, "applied_on") == [(dt.date(2023, 1, 5),), (dt.date(2023, 12, 31),)]


@pytest.mark.parametrize(
    ("shares", "is_told"), [(["0.31", "0.5", "1"], True), (["0.31", "45", "1"], False), (["0", "1", "1"], False)]
)
def test_percentages_that_are_all_below_one_may_be_shares(shares: list[str], is_told: bool, office: Office) -> None:
    columns = [column("id", "编号", required=True), column("share_pct", "占比", "decimal", percent=True)]
    office.contracts = {"sample": contract_of(columns)}
    rows = "".join(f"K{n},{share}\r\n" for n, share in enumerate(shares))
    entry = office.land_one("sample/2023/占比.csv", "编号,占比\r\n" + rows)
    assert ((None, "share_pct", "percent_as_share") in rules(office, entry)) == is_told and entry.rows_accepted == 3
