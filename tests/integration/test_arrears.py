"""What is owed to a small enterprise at the end of the year is listed with its number and sum; where nothing is, no sheet is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from planted_faults import CONTRACT
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows
from signers import DEPARTMENT, YEAR

from dagster_project.publishing import current_version
from dagster_project.reporting.chinese_text import full_width
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.workbook.arrears import ARREARS_SHEET
from dagster_project.reporting.workbook.tables import without_secret
from dagster_project.reporting.workbook.write import write_workbook

AMOUNT, DUE_ON = 148_400, "2023-06-25"
"""Of the contract that nobody paid."""


def arrears_sheet(warehouse: Warehouse, path: Path) -> list[list[Any]] | None:
    version = current_version(warehouse.settings.serving_dir)
    write_workbook(read_scored_year(version.path, version.version, YEAR, DEPARTMENT, None), "public", path)
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_name(ARREARS_SHEET).to_python() if ARREARS_SHEET in book.sheet_names else None


def test_public_edition_tells_no_amount_of_a_secret_contract() -> None:
    row = {
        "is_secret": True,
        "contract_no": "HT1",
        "chain_name": "n",
        "supplier_name": "s",
        "amount_yuan": 3,
        "owed_yuan": 1,
        "days_overdue": 9,
    }
    told = without_secret(row | {"paid_by_year_end_yuan": 2, "interest_yuan": 4})
    assert {name for name, value in told.items() if value is not None} == {
        "is_secret",
        "contract_no",
        "chain_name",
        "days_overdue",
    }
    assert told["chain_name"] != "n"
    assert without_secret(row | {"is_secret": False})["owed_yuan"] == 1


@pytest.mark.slow
def test_contract_that_nobody_paid_is_listed_with_what_is_owed_and_when_to_publish(
    sample: Warehouse, corrected: Warehouse, tmp_path: Path
) -> None:
    assert arrears_sheet(sample, tmp_path / "sample.xlsx") is None
    ((owed, days, publish_by),) = rows(
        corrected.published,
        "select owed_yuan, days_overdue, publish_by::varchar from marts.sme_arrears where fiscal_year = ? and contract_no = ?",
        YEAR, CONTRACT,
    )  # fmt: skip
    assert (owed, days, publish_by) == (AMOUNT, 189, "2024-03-31")
    sheet = arrears_sheet(corrected, tmp_path / "owed.xlsx")
    assert sheet
    (line,) = [row for row in sheet if row[0] == CONTRACT]
    assert (line[4], line[5], line[6], line[9]) == (AMOUNT, 0, AMOUNT, 189)
    assert str(line[8]).startswith(DUE_ON)
    told = full_width("应公开:年末逾期未付合同 1 份,金额 148,400.00 元;2024-03-31 前公开。")
    assert any(str(row[0]).startswith(told) for row in sheet)
