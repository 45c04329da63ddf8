"""决算公开表 of the sample: nine sheets that say what the ledgers say, agree with each other, and leave blank what no ledger tells."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse

from dagster_project.publishing import current_version
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.workbook.final_accounts import CHECKS, write_final_accounts

Sheets = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def sheets(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    return written(sample, tmp_path_factory.mktemp("accounts"), "101001")


def written(sample: Warehouse, folder: Path, department: str) -> Sheets:
    version = current_version(sample.settings.serving_dir)
    path = folder / "accounts.xlsx"
    assert write_final_accounts(read_scored_year(version.path, version.version, 2023, department), path)
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def line(rows: list[list[Any]], name: str) -> list[Any]:
    """The cells behind a name, whichever column it stands in."""
    for row in rows:
        for place, cell in enumerate(row):
            if str(cell).strip("\u3000") == name:
                return row[place + 1 :]
    raise AssertionError(name)


def wan(yuan: Decimal) -> float:
    return pytest.approx(float(yuan) / 10_000, abs=1e-7)


def test_nine_tables_and_their_relations_are_there_and_all_agree(sheets: Sheets) -> None:
    assert list(sheets) == [*(f"公开0{number}表" for number in range(1, 10)), CHECKS]
    relations = [row for row in sheets[CHECKS] if isinstance(row[0], float)]
    assert len(relations) == 9
    assert {row[5] for row in relations} == {"相符"}


def test_spending_is_what_the_landed_payments_add_up_to(sample: Warehouse, sheets: Sheets) -> None:
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        paid = connection.execute(
            """
            select function_code, project_category in ('1', '21'),
                sum(case when is_refund then -abs(amount_yuan) else amount_yuan end)
            from staging.stg_budget__payments
            where department_code = '101001' and year(cleared_on) = 2023
                and (original_voucher_no is null or original_voucher_no like 'ZF2023%')
            group by all
            """
        ).fetchall()
    shown = {row[0]: row[2:5] for row in sheets["公开05表"] if len(str(row[0])) == 7 and str(row[0]).isdigit()}
    assert shown.keys() == {code for code, *_ in paid}
    for code, (total, basic, project) in shown.items():
        parts = {is_basic: yuan for function, is_basic, yuan in paid if function == code}
        assert basic == wan(parts.get(True, Decimal(0))) and project == wan(parts.get(False, Decimal(0)))
        assert total == pytest.approx(basic + project)
    whole = sum(yuan for *_, yuan in paid)
    assert line(sheets["公开03表"], "合计")[0] == line(sheets["公开01表"], "本年支出合计")[0] == wan(whole)


def test_what_the_report_says_stands_in_the_tables(sheets: Sheets) -> None:
    assert line(sheets["公开04表"], "年末财政拨款结转和结余")[0] == pytest.approx(203.404195)
    assert round(line(sheets["公开01表"], "本年支出合计")[0], 2) == 18242.27
    assert [round(amount, 2) for amount in line(sheets["公开09表"], "合计")] == [251.30, 246.54]


def test_what_no_ledger_tells_is_blank_and_said(sheets: Sheets) -> None:
    assert (
        line(sheets["公开01表"], "使用非财政拨款结余(含专用结余)".replace("(", "\uff08").replace(")", "\uff09"))[0]
        == ""
    )
    assert line(sheets["公开03表"], "合计")[3:] == ["", "", ""]
    assert any("空格为台账没有的数据" in str(row[0]) for row in sheets["公开03表"])
    assert any("本表无数据" in str(row[0]) for row in sheets["公开07表"])
    assert not any("暂计" in str(row[0]) for rows in sheets.values() for row in rows)


def test_a_department_that_hands_in_no_balances_has_no_totals(sample: Warehouse, tmp_path: Path) -> None:
    sheets = written(sample, tmp_path, "101002")
    assert line(sheets["公开01表"], "总计")[0] == ""
    states = {row[1]: row[5] for row in sheets[CHECKS] if isinstance(row[0], float)}
    assert states["收入总计等于支出总计"] == "缺一方"
    assert states["01表本年支出等于03表合计"] == "相符"


def test_an_account_of_the_unit_s_own_income_stands_in_its_line(sample: Warehouse, tmp_path: Path) -> None:
    copy = tmp_path / "warehouse.duckdb"
    shutil.copy(sample.settings.warehouse_path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("alter view staging.stg_assets__ledger_balances rename to as_landed")
        connection.execute(
            """
            create view staging.stg_assets__ledger_balances as select * from staging.as_landed union all
            select * replace ('6609' as account_code, 1234.56 as credit_yuan)
            from staging.as_landed where account_code = '1002' and month = date '2023-05-01'
            """
        )
        moved = connection.execute(
            "select account_code, yuan from intermediate.int_budget__final_account_movements where account_code is not null"
        ).fetchall()
    assert moved == [("6609", Decimal("1234.56"))]
