"""A paper changes the cell it is told to change and nothing else, in each of the formats that offices hand in."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from dagster_project.contracts import load_contracts
from dagster_project.drill.paper import in_the_form_of, open_paper
from dagster_project.ingestion.drop import DroppedFile, scan_drop
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.land_file import fitting_table
from dagster_project.settings import PROJECT_ROOT

SAMPLE = PROJECT_ROOT / "data" / "raw"
FILES = {
    "gb18030": ("payments", "2023年03月国库集中支付明细.csv", "amount_yuan"),
    "utf-8 with a mark": ("contracts", "2023年上半年合同台账.csv", "amount_yuan"),
    "json lines": ("snapshot_cases", "代表随手拍_2023Q1.jsonl", "longitude"),
    "workbook": ("budget_allocations", "2023年预算指标台账-年初.xlsx", "amount_yuan"),
    "workbook of several ledgers": ("surveys", "2023年专项调研台账.xlsx", "started_on"),
}


@pytest.fixture(scope="module")
def dropped() -> dict[tuple[str, str], DroppedFile]:
    return {(file.contract.ledger, file.path.name): file for file in scan_drop(SAMPLE, load_contracts())[0]}


def read(file: DroppedFile, path: Path) -> dict[int, dict[str, Any]]:
    """The cells of a file by row, as the product's own reader has them."""
    _, table = fitting_table(path, file.contract, file.layouts, fingerprint(path), file.elsewhere)
    rows = [row for batch in table.batches() for row in batch.to_pylist()]
    return {row["_row"]: _cells(row, table.header.texts) for row in rows}


def _cells(row: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """The cells of a row; of a record the reader hands on the whole line."""
    if "_line" not in row:
        return row
    record = json.loads(row["_line"])
    return {"_row": row["_row"], **{column: record.get(key) for column, key in keys.items()}}


@pytest.fixture(params=FILES)
def case(request: pytest.FixtureRequest, dropped: dict[tuple[str, str], DroppedFile]) -> tuple[DroppedFile, str]:
    ledger, name, column = FILES[request.param]
    return dropped[ledger, name], column


def test_a_paper_that_nobody_changed_reads_as_the_file_does(case: tuple[DroppedFile, str], tmp_path: Path) -> None:
    file, _ = case
    paper = open_paper(file.path, file.contract, file.layouts, file.elsewhere)
    assert paper is not None
    written = tmp_path / file.path.name
    written.write_bytes(paper.content())
    assert read(file, written) == read(file, file.path)
    if file.path.suffix != ".xlsx":
        assert written.read_bytes() == file.path.read_bytes()


def test_one_cell_changes_and_no_other(case: tuple[DroppedFile, str], tmp_path: Path) -> None:
    file, column = case
    paper = open_paper(file.path, file.contract, file.layouts, file.elsewhere)
    assert paper is not None
    before = read(file, file.path)
    row = next(number for number, cells in before.items() if cells[column] and number > paper.header_row + 3)
    paper.write(row, column, dt.date(2023, 5, 6) if column.endswith("_on") else Decimal("17.25"))
    written = tmp_path / file.path.name
    written.write_bytes(paper.content())
    after = read(file, written)
    assert after[row][column] != before[row][column]
    assert {number: cells for number, cells in after.items() if number != row} == {
        number: cells for number, cells in before.items() if number != row
    }
    assert {name for name in before[row] if after[row][name] != before[row][name]} == {column}


def test_rows_below_one_that_is_taken_out_move_up(case: tuple[DroppedFile, str], tmp_path: Path) -> None:
    file, _ = case
    paper = open_paper(file.path, file.contract, file.layouts, file.elsewhere)
    assert paper is not None
    before = body(read(file, file.path), paper.header_row)
    gone = paper.header_row + 2
    paper.remove([gone])
    written = tmp_path / file.path.name
    written.write_bytes(paper.content())
    assert body(read(file, written), paper.header_row) == before[:1] + before[2:]


def test_a_repeated_row_stands_below_the_other(case: tuple[DroppedFile, str], tmp_path: Path) -> None:
    file, _ = case
    paper = open_paper(file.path, file.contract, file.layouts, file.elsewhere)
    assert paper is not None
    first = paper.header_row + 1
    number = paper.repeat(first, first + 2)
    written = tmp_path / file.path.name
    written.write_bytes(paper.content())
    before, after = read(file, file.path), read(file, written)
    assert number == first + 3
    assert without_number(after[number]) == without_number(before[first])
    assert without_number(after[number + 1]) == without_number(before[number])
    assert len(after) == len(before) + 1


def test_the_other_parts_of_a_workbook_stay_byte_for_byte(dropped: dict[tuple[str, str], DroppedFile]) -> None:
    file = dropped[FILES["workbook"][:2]]
    paper = open_paper(file.path, file.contract, file.layouts, file.elsewhere)
    assert paper is not None
    paper.write(paper.header_row + 1, "amount_yuan", Decimal("1"))
    with zipfile.ZipFile(file.path) as before, zipfile.ZipFile(BytesIO(paper.content())) as after:
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
        assert before.namelist() == after.namelist()
    assert changed == ["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("old", "day", "new"),
    [
        ("2023-03-09", dt.date(2022, 1, 5), "2022-01-05"),
        ("2023/3/9", dt.date(2022, 11, 5), "2022/11/5"),
        ("2023年10月9日", dt.date(2023, 3, 4), "2023年3月4日"),
        ("20230309", dt.date(2023, 1, 5), "20230105"),
        ("2023-03-09T10:11:12+08:00", dt.date(2022, 3, 9), "2022-03-09T10:11:12+08:00"),
    ],
)
def test_a_day_is_written_as_the_other_was(old: str, day: dt.date, new: str) -> None:
    assert in_the_form_of(old, day) == new


def body(rows: dict[int, dict[str, Any]], header_row: int) -> list[dict[str, Any]]:
    return [without_number(cells) for number, cells in sorted(rows.items()) if number > header_row]


def without_number(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cells.items() if name not in ("_row", "_no")}
