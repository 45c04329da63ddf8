"""The books of the sample agree; where an account differs, the night publishes, says so, and nobody can certify the year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows
from signers import DEPARTMENT, YEAR, sign_as, with_signers

from dagster_project.publishing import SignatureError, current_version
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.signing.books import refuse_unbalanced
from dagster_project.reporting.workbook.books import BOOKS_SHEET, FINDINGS_SHEET
from dagster_project.reporting.workbook.write import write_workbook

STATES = """
    select line, spending_kind, difference_yuan, state from marts.books_reconciliation
    where department_code = ? and fiscal_year = ? order by line_no, fund_type, spending_kind
"""


def sheet_of(warehouse: Warehouse, folder: Path, name: str) -> list[list[Any]]:
    version = current_version(warehouse.settings.serving_dir)
    path = folder / "book.xlsx"
    write_workbook(read_scored_year(version.path, version.version, YEAR, DEPARTMENT, None), "internal", path)
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def test_every_line_of_the_sample_agrees_to_the_fen(sample: Warehouse) -> None:
    for year, lines in ((2022, 29), (2023, 31)):
        told = rows(sample.published, STATES, DEPARTMENT, year)
        assert len(told) == lines
        assert {(difference, state) for _, _, difference, state in told} == {(0, "相符")}
    refuse_unbalanced(sample.published.parent, YEAR, DEPARTMENT)


def test_a_ledger_without_accounts_is_not_called_different(sample: Warehouse) -> None:
    told = rows(sample.published, STATES, "101002", 2023)
    assert {state for line, _, _, state in told if line == "payments_accounts"} == {"缺一方"}
    assert {state for line, _, _, state in told if "final_accounts" in line} == {"未报送"}
    assert "不符" not in {state for *_, state in told}
    refuse_unbalanced(sample.published.parent, 2023, "101002")


def test_expenses_are_explained_by_what_was_bought_and_what_depreciated(sample: Warehouse) -> None:
    moved = dict(
        rows(
            sample.published,
            "select account_code, sum(case when account_code in ('1602', '1702') then credit_yuan else debit_yuan end) "
            "from marts.fct_ledger_balances where department_code = ? and fiscal_year = ? "
            "and account_code in ('5001', '7101', '1601', '1602', '1701', '1702') group by account_code",
            DEPARTMENT,
            YEAR,
        )
    )
    assert min(moved.values()) > 0
    bought, depreciated = moved["1601"] + moved["1701"], moved["1602"] + moved["1702"]
    assert moved["5001"] - moved["7101"] == depreciated - bought != 0


def test_workbook_shows_both_sides_of_each_line_and_what_was_confirmed_after_the_year(
    sample: Warehouse, tmp_path: Path
) -> None:
    books = sheet_of(sample, tmp_path, BOOKS_SHEET)
    for name in ("支付与账", "支付与决算", "账与决算"):
        (paid,) = [row for row in books if row[1] == name and row[3] == "基本支出"]
        assert paid[2] == "一般公共预算"
        assert paid[5] == paid[7] == pytest.approx(132036208.23) and paid[8] == 0 and paid[9] == "相符"
    assert any("相符31行，不符0行" in str(row[0]) and "未报送而未核对0行" in str(row[0]) for row in books)
    (expenses,) = [row for row in books if row[1] == "费用与支出"]
    assert expenses[3] == "合计" and expenses[9] == "相符"
    assert expenses[5] == expenses[7] == pytest.approx(185686943.01), "neither side is the spending of 182,422,717.19"
    findings = {row[0]: row[10] for row in sheet_of(sample, tmp_path, FINDINGS_SHEET)}
    assert findings["WT2022004"].endswith("当年整改") and findings["WT2023005"] == "期后认定"


@pytest.mark.slow
def test_an_account_that_differs_is_published_told_and_not_certified(corrected: Warehouse, tmp_path: Path) -> None:
    own = with_signers(corrected.copy_to(tmp_path, corrected.settings.raw_dir), tmp_path)
    differing = [row for row in rows(own.published, STATES, DEPARTMENT, YEAR) if row[3] == "不符"]
    assert [(line, kind, str(difference)) for line, kind, difference, _ in differing] == [
        ("payments_accounts", "基本支出", "0.01"),
        ("accounts_roll", "基本支出", "0.01"),
        ("payments_final_accounts", "基本支出", "300.00"),
        ("payments_final_accounts", "项目支出", "-300.00"),
        ("accounts_final_accounts", "基本支出", "299.99"),
        ("accounts_final_accounts", "项目支出", "-300.00"),
        ("final_accounts_roll", "基本支出", "300.00"),
        ("final_accounts_roll", "项目支出", "-300.00"),
        ("expenses_spending", "合计", "0.01"),
    ]
    reasons = rows(
        own.published,
        "select why_zh from marts.books_reconciliation where department_code = ? and fiscal_year = ? and line = ? and state = '不符'",
        DEPARTMENT,
        YEAR,
        "payments_final_accounts",
    )
    assert set(reasons) == {("与另一类支出的差额相抵:有金额归错了支出类别",)}
    told = rows(
        own.published,
        "select department_code, fiscal_year from quality.issues where reason_zh like '账表不符%' or check_id like '%账表不符%'",
    )
    assert told
    every = r"支付与账\(基本支出\).*差 0\.01 元,逐月对照.*支付与决算\(基本支出\).*差 300\.00 元,与另一类支出的差额相抵"
    with pytest.raises(SignatureError, match=f"账表不符,不能签发:{every}"):
        sign_as(own, "certified")
    assert sign_as(own, "prepared").entry["role"] == "prepared"
