"""Exports of the national budget platform (预算管理一体化) load as they are: its field names, in Chinese or in Latin letters."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from ledger_files import CONTRACTS, Office, closes, column, contract_of, payment
from xlsxwriter import Workbook

from dagster_project.contracts import Contract
from dagster_project.ingestion.submissions import Submission

FORMATS = ("csv", "xlsx", "jsonl")
ALLOCATION = {
    "fiscal_year": "2023", "agency_name": "101001-办公厅", "allocation_no": "ZB2023-001", "document_no": "穗财行〔2023〕1号",
    "issued_on": "2023-01-05", "source_type": "年初预算", "fund_type": "11", "function_code": "2010101",
    "department_economic_code": "30201", "government_economic_code": "50201", "project_code": "P001",
    "project_name": "会议费", "project_category": "1", "amount_yuan": "1234.56", "remark": "年初下达",
}  # fmt: skip
CARRIED = {
    "fund_type": "11", "spending_kind": "项目支出", "project_code": "P001", "project_name": "会议费",
    "balance_kind": "结转", "opening_yuan": "10.00", "closing_yuan": "1234567.89", "remark": "下年续用",
}  # fmt: skip
PROJECT = {
    "project_code": "P001", "project_name": "会议费", "responsible_unit": "行政处", "project_category": "1",
    "initial_budget_yuan": "5000000.00", "start_month": "2023-01", "remark": "常年",
}  # fmt: skip
MONITORED = {
    "project_code": "P001", "project_name": "会议费", "monitoring_period": "2023上半年", "spent_yuan": "250000.10",
    "deviation_zh": "会议推迟", "measure_taken_zh": "下半年补开", "filed_on": "2023-08-01",
}  # fmt: skip
EVALUATED = {
    "project_code": "P001", "project_name": "会议费", "self_score": "96.5", "review_score": "94", "due_on": "2024-04-10",
    "filed_on": "2024-04-03", "remark": "无偏差",
}  # fmt: skip
TARGET = {
    "project_code": "P001", "project_name": "会议费", "division": "行政处", "filed_on": "2023-02-09", "indicator_no": "1",
    "level1": "产出指标", "level2": "数量指标", "indicator_name": "会议次数", "operator": "≥", "target_value": "6",
    "weight": "10", "actual_value": "7",
}  # fmt: skip
OVERALL = {
    "indicator_no": "1", "indicator_name": "听取报告", "indicator_kind": "产出", "operator": "≥", "target": "12",
    "weight": "10", "actual": "13", "approved_on": "2023-02-20", "version": "1",
}  # fmt: skip
CONTRACT = {
    "contract_no": "HT2023-001", "contract_name": "物业", "responsible_unit": "行政处", "supplier_name": "某某公司",
    "credit_code": "91440101MA5CKT1B0X", "source_system": "手工登记", "amount_yuan": "300000.00",
    "is_supplementary": "否", "is_secret": "否",
}  # fmt: skip
PURCHASE = {
    "procurement_no": "CG2023-001", "procurement_name": "物业", "project_code": "P001", "responsible_unit": "行政处",
    "scope": "政府采购", "procurement_category": "服务", "procurement_item": "物业管理", "procurement_method": "公开招标",
    "budget_yuan": "320000.00",
}  # fmt: skip
ROWS = {
    "budget_allocations": ALLOCATION,
    "payments": payment(7, contract_no="HT2023-001", settlement_method="转账", payee_bank="某银行"),
    "carry_over": CARRIED,
    "projects": PROJECT,
    "monitoring_records": MONITORED,
    "self_evaluations": EVALUATED,
    "performance_targets": TARGET,
    "department_targets": OVERALL,
    "contracts": CONTRACT,
    "procurements": PURCHASE,
}


def platform_names(contract: Contract, cells: dict[str, str], latin: bool, lower: bool = False) -> dict[str, str]:
    """The header of each column as the platform writes it, our own where it has none."""
    headers = {}
    for name in cells:
        of = contract.column(name)
        fields = [header for header in of.fallback_headers if header.isascii() == latin]
        header = fields[0] if fields else of.headers[0]
        headers[name] = header.lower() if lower else header
    return headers


def export(kind: str, headers: dict[str, str], cells: dict[str, str], folder: Path) -> bytes:
    """One row as an export: CSV in GB18030, a workbook of one sheet, or JSON Lines."""
    row = {headers[name]: value for name, value in cells.items()}
    if kind == "csv":
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\r\n").writerows([row.keys(), row.values()])
        return stream.getvalue().encode("gb18030")
    if kind == "jsonl":
        return (json.dumps(row, ensure_ascii=False) + "\n").encode()
    path = folder / "export.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, list(row))
        sheet.write_row(1, 0, list(row.values()))
    return path.read_bytes()


def land(
    folder: Path, ledger: str, kind: str, headers: dict[str, str], cells: dict[str, str]
) -> tuple[Office, Submission]:
    office = Office(folder, CONTRACTS)
    folder.mkdir()
    place = "一体化/" if kind == "xlsx" else ""
    entry = office.land_one(f"{ledger}/2023/{place}2023年导出.{kind}", export(kind, headers, cells, folder))
    return office, entry


@pytest.mark.parametrize("latin", [False, True], ids=["chinese", "latin"])
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("ledger", ROWS)
def test_an_export_with_the_fields_of_the_platform_is_the_same_rows(
    tmp_path: Path, ledger: str, kind: str, latin: bool
) -> None:
    cells, contract = ROWS[ledger], CONTRACTS[ledger]
    ours = {name: contract.column(name).headers[0] for name in cells}
    theirs = platform_names(contract, cells, latin)
    columns = [c.name for c in contract.columns if c.name in cells]
    values = []
    for place, headers in (("ours", ours), ("theirs", theirs)):
        office, entry = land(tmp_path / place, ledger, kind, headers, cells)
        assert (entry.status, entry.rows_accepted, entry.rows_rejected) == ("landed", 1, 0), office.findings(entry)
        assert closes(entry)
        values.append(office.accepted(entry, *columns))
    assert values[0] == values[1] and len(values[0]) == 1
    assert all(value is not None for value in values[0][0])
    if latin:
        assert theirs != ours


ALLOCATION_FIELDS = """
    BGT_ID MOF_DIV_CODE FISCAL_YEAR COR_BGT_DOC_NO BGT_DOC_TITLE DOC_DATE BGT_DEC BUDGET_LEVEL_CODE SUP_BGT_DOC_NO PRO_CODE
    BGT_EXE_FLAG IS_TRACK TRACK_PRO_CODE AGENCY_CODE FUND_TYPE_CODE MANAGE_MOF_DEP_CODE TP_FUNC_CODE EXP_FUNC_CODE
    GOV_BGT_ECO_CODE DEP_BGT_ECO_CODE BGT_TYPE_CODE AMOUNT BGT_MOF_DEP_CODE IS_GOV_PUR UPDATE_TIME ADJ_BATCH_NO ORI_BGT_ID
    DIS_AMT CUR_AMT BGT_PMAN_ID IS_DELETED SOURCE_TYPE_CODE CREATE_TIME REC_DIV_CODE COUNT_FUND_PRO_CODE PAY_APP_AMT TASK_NO
    SPE_PRO_CODE MOF_DIV_NAME PRO_NAME AGENCY_NAME FUND_TYPE_NAME MANAGE_MOF_DEP_NAME TP_FUNC_NAME EXP_FUNC_NAME
    GOV_BGT_ECO_NAME DEP_BGT_ECO_NAME BGT_TYPE_NAME BGT_MOF_DEP_NAME REC_DIV_NAME TASK_NANME PAY_TYPE_NAME EXP_LEVEL_CODE
    PAY_TYPE_CODE SOURCE_TYPE_NAME TRACK_PRO_NAME SPE_PRO_NAME EXP_LEVEL_NAME
""".split()
PAYMENT_FIELDS = """
    PAY_APP_ID PAY_CERT_ID FUND_TYPE_CODE FISCAL_YEAR PAY_ACCT_NAME PAY_ACCT_NO PAY_ACCT_BANK_NAME PAYEE_ACCT_NAME
    PAYEE_ACCT_NO PAYEE_ACCT_BANK_NAME EXP_FUNC_CODE GOV_BGT_ECO_CODE DEP_BGT_ECO_CODE XPAY_AMT AGENCY_CODE USE_DES
    SET_MODE_CODE PRO_CODE BGT_ID AGENCY_NAME DEPT_NAME FUND_TYPE_NAME EXP_FUNC_NAME GOV_BGT_ECO_NAME DEP_BGT_ECO_NAME
    PRO_NAME PRO_KIND_NAME PAY_TYPE_NAME SET_MODE_NAME CONTRACT_NO CREATE_DATE PAY_APP_AMT PAY_APP_NO PAY_TYPE_CODE
    PRO_CAT_CODE VOU_DATE PAY_CERT_NO PAY_AMT XPAY_DATE ACT_LQD_DATE XPAYEE_ACCT_NAME ABSTRACT
""".split()


@pytest.mark.parametrize(
    ("ledger", "fields", "lacking"),
    [
        ("budget_allocations", ALLOCATION_FIELDS, "project_category"),
        ("payments", PAYMENT_FIELDS, "is_refund"),
    ],
)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_whole_table_of_the_platform_loads_without_what_it_does_not_have(
    tmp_path: Path, kind: str, ledger: str, fields: list[str], lacking: str
) -> None:
    contract = CONTRACTS[ledger]
    cells = {name: value for name, value in ROWS[ledger].items() if name != lacking}
    row = dict.fromkeys(fields, "x")
    for name, value in cells.items():
        field = next((h for h in contract.column(name).fallback_headers if h in row), "")
        assert field, name
        row[field] = value
    office = Office(tmp_path, CONTRACTS)
    name = f"{ledger}/2023/一体化/2023年.{kind}" if kind != "jsonl" else f"{ledger}/2023/2023年.{kind}"
    if kind == "csv" and ledger == "budget_allocations":
        name = name.replace("一体化/", "")
    entry = office.land_one(name, export(kind, {field: field for field in row}, row, tmp_path))
    assert (entry.status, entry.rows_accepted) == ("landed", 1), entry.reason
    assert office.accepted(entry, lacking, "project_code") == [(None, cells["project_code"])]


def test_what_a_layout_lacks_is_wanted_in_the_others(tmp_path: Path) -> None:
    cells = {name: value for name, value in ROWS["payments"].items() if name != "is_refund"}
    ours = {name: CONTRACTS["payments"].column(name).headers[0] for name in cells}
    office = Office(tmp_path, CONTRACTS)
    entry = office.land_one("payments/2023/2023年03月.csv", export("csv", ours, cells, tmp_path))
    assert entry.status == "refused" and "退款标志" in entry.reason
    with pytest.raises(ValueError, match="lacks 只能写 key 以外的 required 列,而写了 no"):
        contract_of(
            [column("no", required=True)],
            files=[{"pattern": "sample/*/*.csv", "format": "csv", "lacks": ["no"]}],
        )


@pytest.mark.parametrize("ledger", ["projects", "self_evaluations", "payments"])
def test_fields_may_be_in_small_letters(tmp_path: Path, ledger: str) -> None:
    headers = platform_names(CONTRACTS[ledger], ROWS[ledger], latin=True, lower=True)
    _, entry = land(tmp_path / "small", ledger, "jsonl", headers, ROWS[ledger])
    assert (entry.status, entry.rows_accepted) == ("landed", 1), entry.reason


def test_of_a_code_and_its_name_the_code_is_read_and_the_name_is_told(tmp_path: Path) -> None:
    both = platform_names(CONTRACTS["carry_over"], CARRIED, latin=True)
    cells = CARRIED | {"name": "一般公共预算资金"}
    office, entry = land(tmp_path / "both", "carry_over", "csv", both | {"name": "FUND_TYPE_NAME"}, cells)
    assert office.accepted(entry, "fund_type") == [("11",)]
    (told,) = [f for f in office.findings(entry) if f["rule"] == "extra_column"]
    assert "FUND_TYPE_NAME" in told["message_zh"]


def test_of_two_dates_and_amounts_of_a_voucher_the_declared_one_is_read(tmp_path: Path) -> None:
    cells = ROWS["payments"] | {"paid": "2023-03-01", "really": "1.00"}
    headers = platform_names(CONTRACTS["payments"], ROWS["payments"], latin=True)
    office, entry = land(
        tmp_path / "two", "payments", "csv", headers | {"paid": "XPAY_DATE", "really": "XPAY_AMT"}, cells
    )
    ((cleared, amount),) = office.accepted(entry, "cleared_on", "amount_yuan")
    assert (str(cleared), str(amount)) == ("2023-03-02", "7.50")
    del headers["cleared_on"]
    without = {name: value for name, value in cells.items() if name != "cleared_on"}
    office, entry = land(
        tmp_path / "one", "payments", "csv", headers | {"paid": "XPAY_DATE", "really": "XPAY_AMT"}, without
    )
    assert [str(day) for (day,) in office.accepted(entry, "cleared_on")] == ["2023-03-01"]


def test_a_fallback_that_stands_twice_is_refused_and_our_own_header_goes_first(tmp_path: Path) -> None:
    small = contract_of([column("no", required=True), column("unit", ["单位"], fallback_headers=["UNIT", "UNIT_NAME"])])
    office = Office(tmp_path, {"sample": small})
    own = office.land_one("sample/2023/a.csv", "no,UNIT,单位\n1,甲,乙\n")
    assert office.accepted(own, "unit") == [("乙",)]
    second = office.land_one("sample/2023/b.csv", "no,unit_name,unit\n1,甲,丙\n")
    assert office.accepted(second, "unit") == [("丙",)]
    twice = office.land_one("sample/2023/c.csv", "no,UNIT,unit\n1,甲,丙\n")
    assert twice.status == "refused" and "表头重复" in twice.reason


def test_one_field_is_read_into_one_column() -> None:
    with pytest.raises(ValueError, match="表头重复:unit"):
        contract_of(
            [column("no", required=True, fallback_headers=["UNIT"]), column("unit", "单位", fallback_headers=["unit"])]
        )


def test_the_page_names_every_field_that_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "platform.md").read_text(encoding="utf-8")
    for ledger in ROWS:
        for of in CONTRACTS[ledger].columns:
            for header in of.fallback_headers:
                assert header.casefold() in page.casefold(), (ledger, of.name, header)
