"""A file that ends before its total row is told, where nothing else shows that its end is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse, changes_undone

from dagster_project.quality.expectation_files import Rule, read_suites
from dagster_project.settings import Settings

DECEMBER = "payments/2023/2023年12月国库集中支付明细.csv"
SECOND_HALF = "payments/2023/机关服务中心2023年下半年国库集中支付明细.csv"
CARDS = "asset_cards/2023/2023年末固定资产卡片-更正（重报）.csv"
SUBMISSIONS, PAYMENTS = "quality.submissions", "marts.fct_payments"


@pytest.fixture(scope="module")
def copy(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(sample.settings.warehouse_path, tmp_path_factory.mktemp("ends") / "warehouse.duckdb"))


@pytest.fixture
def warehouse(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's warehouse, to change: what a test does is undone after it."""
    with changes_undone(copy) as connection:
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, table: str, words: str, columns: str) -> set[tuple[object, ...]]:
    """What breaks the one rule of a table that says these words."""
    [rule] = [each for each in read_suites(Settings().expectations_dir)[table].rules if words in each.why]
    assert isinstance(rule, Rule)
    return set(connection.execute(f"select {columns} from ({rule.broken_rows.replace('{batch}', table)})").fetchall())


def without_total(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """As if the total row of a file had gone with the rows above it."""
    gone = connection.execute(
        "delete from quality.findings where file = ? and rule = 'subtotal_row' returning file", [file]
    ).fetchall()
    assert gone


def say_rows(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """As if received.csv had said how many rows it has."""
    connection.execute(
        "update staging.stg_quality__submissions set control_rows = rows_accepted where file = ?", [file]
    )


@pytest.mark.parametrize("file", [DECEMBER, CARDS, SECOND_HALF])
def test_a_file_without_the_total_row_that_all_others_of_its_ledger_have_is_told(
    file: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    words, columns = "同一台账的其他文件都有合计行", "file"
    assert broken(warehouse, SUBMISSIONS, words, columns) == set()
    without_total(warehouse, file)
    assert broken(warehouse, SUBMISSIONS, words, columns) == {(file,)}
    say_rows(warehouse, file)
    assert broken(warehouse, SUBMISSIONS, words, columns) == set(), "its end is known by the number of rows"


def test_where_some_files_have_no_total_row_none_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Whoever writes totals only now and then has no habit that a file could break."""
    november = DECEMBER.replace("12月", "11月")
    for file in (november, DECEMBER):
        without_total(warehouse, file)
    assert broken(warehouse, SUBMISSIONS, "同一台账的其他文件都有合计行", "file") == set()


def test_payments_without_books_need_a_total_or_their_number_of_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    words, columns = "本部门不报会计科目余额表", "submission_id, row_number"
    assert broken(warehouse, PAYMENTS, words, columns) == set()
    [(submission, last)] = warehouse.execute(
        f"""
        select paid.submission_id, max(paid.row_number) from {PAYMENTS} as paid
        join quality.submissions as files using (submission_id) where files.file = ? group by 1
        """,
        [SECOND_HALF],
    ).fetchall()
    without_total(warehouse, DECEMBER)
    assert broken(warehouse, PAYMENTS, words, columns) == set(), "the books vouch for the payments of the office"
    without_total(warehouse, SECOND_HALF)
    assert broken(warehouse, PAYMENTS, words, columns) == {(submission, last)}
    say_rows(warehouse, SECOND_HALF)
    assert broken(warehouse, PAYMENTS, words, columns) == set()


def test_a_total_in_the_middle_does_not_vouch_for_the_end(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        "update quality.findings set row_number = 5 where file = ? and rule = 'subtotal_row'", [SECOND_HALF]
    )
    assert len(broken(warehouse, PAYMENTS, "本部门不报会计科目余额表", "submission_id")) == 1
