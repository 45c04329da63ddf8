"""Cases of several tables on a sheet: each is read with its own columns, and what stands below the header of another one is no data."""

from __future__ import annotations

from typing import Any

import pytest
from books import message, only, xlsx
from ledger_files import Office, closes, column, contract_of

from dagster_project.ingestion.submissions import Submission

COLUMNS = [
    column("seq", "序号"),
    column("item_no", "编号", required=True),
    column("item_name", "名称", required=True),
    column("amount_yuan", "金额", "money"),
    column("remark", "备注"),
]
HEAD = ["编号", "名称", "金额"]


def land(office: Office, rows: list[list[Any]], tables: str, kind: str = "xlsx") -> Submission:
    """A sheet, or a text, of these rows under a ledger whose key and name are required."""
    layout = {
        "pattern": f"sample/*/*.{kind}",
        "format": "workbook" if kind == "xlsx" else "csv",
        "unit": "元",
        "tables": tables,
    }
    office.contracts = {"sample": contract_of(COLUMNS, key=["item_no"], files=[layout])}
    width = max(map(len, rows))
    texts = [["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    content = xlsx({"表": rows}) if kind == "xlsx" else "".join(",".join(row) + "\r\n" for row in texts)
    office.hand_in(f"sample/2023/表.{kind}", content)
    return only(office.land())


def read(office: Office, entry: Submission) -> list[tuple[Any, ...]]:
    return sorted(office.accepted(entry, "item_no", "seq", "cast(amount_yuan as integer)", "remark"))


ONE, TWO = ("K1", None, 1, None), ("K2", None, 2, None)
BESIDE = {
    "a column more on the right": ([HEAD + HEAD + ["备注"], ["K1", "a", 1, "K2", "b", 2, "右"]], [ONE, ("K2", None, 2, "右")]),
    "a column more on the left": ([[*HEAD, "备注", *HEAD], ["K1", "a", 1, "左", "K2", "b", 2]], [("K1", None, 1, "左"), TWO]),
    "behind a gap": ([[*HEAD, None, "序号", *HEAD], ["K1", "a", 1, None, 7, "K2", "b", 2]], [ONE, ("K2", "7", 2, None)]),
    "a first column without a gap": ([[*HEAD, "序号", *HEAD], ["K1", "a", 1, 7, "K2", "b", 2]], [ONE, ("K2", "7", 2, None)]),
    "three tables": (
        [[*HEAD, "备注", *HEAD, *HEAD, "备注"], ["K1", "a", 1, "左", "K2", "b", 2, "K3", "c", 3, "右"]],
        [("K1", None, 1, "左"), TWO, ("K3", None, 3, "右")],
    ),
    "without the amount on the right": (
        [["序号", *HEAD, "序号", "编号", "名称"], [1, "K1", "a", 1, 7, "K2", "b"]],
        [("K1", "1", 1, None), ("K2", "7", None, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", BESIDE)
def test_tables_side_by_side_may_differ_in_an_optional_column(name: str, kind: str, office: Office) -> None:
    rows, expected = BESIDE[name]
    entry = land(office, rows, "side_by_side", kind)
    assert read(office, entry) == expected and closes(entry)


def test_a_table_at_the_side_that_lacks_a_required_column_refuses_the_sheet(office: Office) -> None:
    entry = land(office, [[*HEAD, "编号", "名秤", "金额"], ["K1", "a", 1, "K2", "b", 2]], "side_by_side")
    assert entry.status == "refused" and "名称" in entry.reason and "第 4 列起" in entry.reason


BELOW = {
    "below a blank row": [[None], ["部门", "人数", "预算"], ["办公厅", "十二", 3]],
    "below a title": [["二、其他情况"], ["部门", "人数", "预算"], ["办公厅", "十二", 3]],
    "with a misspelt name": [["编号", "名秤", "金额"], ["K2", "b", 3]],
}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", BELOW)
def test_below_the_header_of_another_table_nothing_is_data(name: str, kind: str, office: Office) -> None:
    entry = land(office, [HEAD, ["K1", "a", 1], *BELOW[name]], "one", kind)
    assert read(office, entry) == [ONE] and closes(entry)
    assert "其下 1 行未载入" in message(office, entry, "another_header")


def test_a_row_with_a_word_for_its_amount_takes_no_other_row_with_it(office: Office) -> None:
    entry = land(office, [HEAD, ["K1", "a", 1], ["甲", "会议", "待定"], ["K2", "b", 2]], "one")
    assert read(office, entry) == [ONE, TWO]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_fault_in_one_of_several_stacked_tables_is_told_once_at_its_own_place(office: Office, kind: str) -> None:
    moved = ["编号", "金额", "名称"]
    rows = [HEAD, ["K1", "a", "一"], ["K2", "b", 2], [], moved, ["K3", "三", "c"]]
    entry = land(office, rows, "stacked", kind)
    found = [(each["row_number"], each["column_ref"], each["rule"]) for each in office.findings(entry)]
    places = ("C列", "B列") if kind == "xlsx" else ("第3列", "第2列")
    assert found == [(2, places[0], "bad_amount"), (6, places[1], "bad_amount")]


def test_a_fault_in_tables_side_by_side_is_told_once(office: Office) -> None:
    entry = land(office, [[*HEAD, *HEAD], ["K1", "a", "一", "K2", "b", 2]], "side_by_side")
    assert "C列或F列" in message(office, entry, "bad_amount")
