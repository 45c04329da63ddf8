"""Sheets of a workbook: every one with the ledger's header is read or named; hidden, empty and foreign ones are told or passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from books import (
    BUDGET_FILE,
    BUDGET_HEAD,
    SMALL,
    SMALL_HEAD,
    budget_row,
    message,
    ods,
    only,
    small_contract,
    small_office,
    told,
    xlsx,
)  # fmt: skip
from ledger_files import PAYMENT_HEADERS, Office, closes, column, payment_cells, query, yuan

from dagster_project.ingestion.submissions import Submission

Case = Callable[[str], Office]


def landed(office: Office, entry: Submission, *names: str) -> list[tuple[Any, ...]]:
    """The accepted rows of all sheets, in the order of the file."""
    path = office.landing / entry.ledger / f"{entry.submission_id}.parquet"
    return query(f"select {', '.join(names)} from read_parquet('{path}') where _status = 'accepted'")


def budget(*numbers: int) -> list[list[Any]]:
    return [*map(list, BUDGET_HEAD), *map(budget_row, numbers)]


# Two sheets


def test_every_sheet_with_the_header_is_read_and_named(case: Case) -> None:
    office = case("two-sheets")
    entry = only(office.land())
    assert [n for (n,) in landed(office, entry, "allocation_no")] == [
        "ZB2023000001", "ZB2023000002", "ZB2023000008", "ZB2023000009",
    ]  # fmt: skip
    assert "指标台账(2)" in message(office, entry, "another_sheet") and closes(entry)
    assert entry.rows_read == 12


@pytest.mark.parametrize("write", [xlsx, ods], ids=["xlsx", "ods"])
def test_a_later_sheet_with_a_title_and_the_header_is_read_too(write: Callable[..., bytes], office: Office) -> None:
    sheets = {"说明": [["填表说明"]], "指标台账": budget(1), "追加": [["续表"], *budget(2, 3)]}
    suffix = ".xlsx" if write is xlsx else ".xlsm"
    entry = office.land_one(BUDGET_FILE.replace(".xlsx", suffix), write(sheets))
    assert len(landed(office, entry, "_sheet")) == 3
    assert told(office, entry) == {"another_sheet", "unread_sheet"}
    assert "“说明”" in message(office, entry, "unread_sheet") and "1 行" in message(office, entry, "unread_sheet")
    assert entry.rows_read == 1 + 5 + 7 and closes(entry)


def test_without_a_sheet_name_every_sheet_with_the_header_is_read(office: Office) -> None:
    office = small_office(office, small_contract())
    sheets = {"一处": [SMALL_HEAD, ["1", "甲"]], "二处": [["名称", "编号"], ["乙", "2"]], "空": []}
    entry = office.land_one("sample/2023/a.xlsx", xlsx(sheets))
    assert landed(office, entry, "_sheet", "item_no", "item_name") == [("一处", "1", "甲"), ("二处", "2", "乙")]
    assert entry.rows_read == 4 and closes(entry)


def test_a_sheet_that_lacks_one_column_of_the_ledger_is_an_error_and_a_list_of_names_is_none(office: Office) -> None:
    misspelt = [header if header != "用途" else "用途说明" for header in PAYMENT_HEADERS]
    sheets = {
        "一月": [PAYMENT_HEADERS, payment_cells(1)],
        "二月": [["二月明细"], misspelt, payment_cells(2), payment_cells(3)],
        "项目": [["项目编码", "项目名称"], ["P1", "会议费"]],
    }
    entry = office.land_one("payments/2023/一体化/2023年03月支付明细.xlsx", xlsx(sheets))
    assert (entry.status, entry.rows_accepted, entry.rows_rejected) == ("landed", 1, 4)
    told = {(each["sheet"], each["rule"], each["severity"]) for each in office.findings(entry)}
    assert told >= {("二月", "missing_columns", "error"), ("项目", "unread_sheet", "info")}
    assert any("用途" in each["message_zh"] for each in office.findings(entry))


def test_two_equal_keys_on_two_sheets_name_both_places(office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": budget(1), "指标台账 (2)": budget(1, 2)}))
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 1)
    assert "工作表“指标台账”第 5 行" in message(office, entry, "duplicate_key")


# Hidden sheets


def hide(*names: str, very: bool = False) -> Callable[[Any, dict[str, Any]], None]:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        first = next(sheet for name, sheet in sheets.items() if name not in names)
        first.activate()
        first.set_first_sheet()
        for name in names:
            sheets[name].very_hidden() if very else sheets[name].hide()

    return after


def test_a_hidden_draft_is_not_read_in_place_of_the_visible_sheet(case: Case) -> None:
    office = case("hidden-sheet")
    entry = only(office.land())
    assert landed(office, entry, "_sheet", "amount_yuan") == [("指标台账-定稿", yuan("999"))]
    assert "6 行未载入" in message(office, entry, "hidden_sheet")
    assert "指标台账-定稿" in message(office, entry, "sheet_by_header") and closes(entry)


@pytest.mark.parametrize("very", [False, True], ids=["hidden", "very_hidden"])
def test_a_hidden_sheet_beside_the_named_one_is_told_with_its_rows(very: bool, office: Office) -> None:
    entry = office.land_one(
        BUDGET_FILE, xlsx({"指标台账": budget(1), "旧稿": budget(7, 8, 9)}, hide("旧稿", very=very))
    )
    assert len(landed(office, entry, "allocation_no")) == 1
    assert "“旧稿”" in message(office, entry, "unread_hidden_sheet") and "7 行" in message(
        office, entry, "unread_hidden_sheet"
    )
    assert entry.rows_read == 12 and closes(entry)


@pytest.mark.parametrize("very", [False, True], ids=["hidden", "very_hidden"])
def test_a_workbook_whose_only_matching_sheet_is_hidden_is_refused_by_its_name(very: bool, office: Office) -> None:
    entry = office.land_one(
        BUDGET_FILE, xlsx({"指标台账": budget(1, 2), "封面": [["封面"]]}, hide("指标台账", very=very))
    )
    assert entry.status == "refused" and "隐藏的工作表的 6 行未载入" in entry.reason and "封面" in entry.reason


def test_a_broken_visible_sheet_is_told_before_a_hidden_one(office: Office) -> None:
    broken = [row[:14] for row in budget(1)]
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": broken, "草稿": budget(2)}, hide("草稿")))
    assert entry.status == "refused" and "金额" in entry.reason


# Other sheets


def test_empty_sheets_and_charts_are_passed_over(office: Office) -> None:
    def after(book: Any, _: dict[str, Any]) -> None:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=指标台账!$O$5:$O$5"})
        book.add_chartsheet("图").set_chart(chart)

    entry = office.land_one(BUDGET_FILE, xlsx({"空": [], "指标台账": budget(1)}, after))
    assert (entry.rows_read, entry.rows_accepted, told(office, entry)) == (5, 1, set())


@pytest.mark.parametrize("sheets", [{"指标台账": []}, {"甲": [], "乙": [[None]]}])
def test_a_workbook_without_any_value_is_refused_as_empty(sheets: dict[str, Any], office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, xlsx(sheets))
    assert entry.status == "refused" and "都没有内容" in entry.reason and next(iter(sheets)) in entry.reason


def test_sheets_of_one_name_pattern_in_different_units_are_not_mixed(office: Office) -> None:
    office = small_office(office, small_contract(sheet="*月"))
    head = ["编号", "名称", "金额"]
    sheets = {
        "1月": [["单位:元"], head, ["1", "甲", 5]],
        "2月": [["单位:万元"], head, ["2", "乙", 6]],
        "三季度": [["单位:元"], head, ["3", "丙", 7]],
    }
    entry = office.land_one("sample/2023/a.xlsx", xlsx(sheets))
    assert landed(office, entry, "item_no", "amount_yuan") == [("1", yuan("5")), ("3", yuan("7"))]
    assert "工作表“2月”" in message(office, entry, "ambiguous_unit") and "万元" in message(
        office, entry, "ambiguous_unit"
    )
    assert "三季度" in message(office, entry, "another_sheet") and closes(entry)


def test_the_sheet_name_can_be_a_column(office: Office) -> None:
    taken = {**column("month_of", kind="integer"), "taken_from": "sheet", "extract": "(\\d+)月", "headers": []}
    office = small_office(office, small_contract([*SMALL[:2], taken], sheet="*月"))
    sheets = {"1月": [SMALL_HEAD[:2], ["1", "甲"]], "12月": [SMALL_HEAD[:2], ["2", "乙"]]}
    entry = office.land_one("sample/2023/a.xlsx", xlsx(sheets))
    assert landed(office, entry, "item_no", "month_of") == [("1", 1), ("2", 12)]


# Where the table stands


@pytest.mark.parametrize(("down", "right"), [(0, 2), (3, 0), (4, 5)])
def test_a_table_may_begin_anywhere_and_faults_name_the_place(down: int, right: int, office: Office) -> None:
    table = [[*[None] * right, *row] for row in budget(1, 2)]
    table[-1][right + 14] = "很多"
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": [*[[None]] * down, *table]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1) and closes(entry)
    (found,) = office.findings(entry)
    assert (found["row_number"], found["column_ref"]) == (6 + down, f"{chr(ord('O') + right)}列")
    assert entry.rows_read == 6 + down


def test_a_note_beside_the_table_is_told_with_its_column(office: Office) -> None:
    rows = budget(1, 2)
    rows[4] += [None, "与财政核对"]
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": rows}))
    assert entry.rows_accepted == 2 and "R列没有表头,其中 1 个单元格有内容" in message(office, entry, "nameless_column")


def test_rows_above_the_header_that_look_like_data_are_told(office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": [budget_row(8), budget_row(9), *budget(1)]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 2) and closes(entry)
    assert "第 1 行到第 2 行" in message(office, entry, "rows_above_header")


def test_a_header_with_its_columns_in_other_places_ends_the_table(office: Office) -> None:
    """Rows below it are rejected together, with the row of the sheet in which it stands."""
    other = [[*row[7:], *row[:7]] for row in [[*row, *[None] * (16 - len(row))] for row in budget(3, 4)[2:]]]
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": [*budget(1, 2), *other]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 2) and closes(entry)
    assert "第 8 行" in message(office, entry, "another_header")


def test_hidden_rows_and_columns_load_and_are_told(case: Case, office: Office) -> None:
    filtered = case("filtered-rows")
    entry = only(filtered.land())
    assert entry.rows_accepted == 3 and "1 行被隐藏或筛选掉(自第 6 行起)" in message(filtered, entry, "hidden_rows")


@pytest.mark.parametrize("first", [4, 6])
def test_hidden_rows_anywhere_load_and_are_told(first: int, office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        for row in (first, first + 1):
            sheets["指标台账"].set_row(row, None, None, {"hidden": True})
        sheets["指标台账"].set_column("M:N", None, None, {"hidden": True})

    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": budget(1, 2, 3, 4)}, after))
    assert entry.rows_accepted == 4
    assert f"2 行被隐藏或筛选掉(自第 {first + 1} 行起)" in message(office, entry, "hidden_rows")
    assert "M、N列" in message(office, entry, "hidden_columns")


# Heads


def test_a_head_of_two_rows_printed_again_is_a_note(case: Case) -> None:
    office = case("page-heads-in-workbook")
    entry = only(office.land())
    assert (entry.rows_accepted, entry.rows_notes, told(office, entry)) == (3, 8, {"repeated_header"})


@pytest.mark.parametrize("rows", [BUDGET_HEAD[2:], BUDGET_HEAD[1:], [["2023年预算指标台账"], *BUDGET_HEAD[2:]]])
def test_any_part_of_a_head_printed_again_is_a_note(rows: Any, office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": [*budget(1), *rows, budget_row(2), *rows, budget_row(3)]}))
    assert (entry.rows_accepted, entry.rows_rejected, told(office, entry)) == (3, 0, {"repeated_header"})
    assert closes(entry)


GROUPED = [
    column("item_no", "编号", required=True),
    column("income_yuan", "收入/决算数", "money", required=True),
    column("spending_yuan", "支出/决算数", "money", required=True),
]


@pytest.mark.parametrize("write", [xlsx, ods], ids=["xlsx", "ods"])
@pytest.mark.parametrize("rows_above", [[], [["全年", None, None]], [["总表", None, None], ["全年", None, None]]])
def test_the_same_name_under_two_groups_is_told_apart(rows_above: Any, write: Any, office: Office) -> None:
    office = small_office(office, small_contract(GROUPED, header_rows=2 + len(rows_above)))
    head = [*rows_above, ["编号", "收入", None, "支出", None], [None, "预算数", "决算数", "预算数", "决算数"]]
    entry = office.land_one("sample/2023/a.xlsx", write({"表": [*head, ["1", 1, 2, 3, 4]]}))
    assert landed(office, entry, "item_no", "income_yuan", "spending_yuan") == [("1", yuan("2"), yuan("4"))]


def test_stacked_tables_with_heads_of_two_rows_and_titles_are_all_read(office: Office) -> None:
    office = small_office(office, small_contract(GROUPED, header_rows=2, tables="stacked"))
    head = [["编号", "收入", "支出"], [None, "决算数", "决算数"]]
    swapped = [["编号", "支出", "收入"], [None, "决算数", "决算数"]]
    rows = [["一、本级"], *head, ["1", 1, 2], ["2", 3, 4], ["二、下级"], *swapped, ["3", 6, 5]]
    entry = office.land_one("sample/2023/a.xlsx", xlsx({"表": rows}))
    assert landed(office, entry, "item_no", "income_yuan", "spending_yuan") == [
        ("1", yuan("1"), yuan("2")), ("2", yuan("3"), yuan("4")), ("3", yuan("5"), yuan("6")),
    ]  # fmt: skip
    assert entry.rows_read == len(rows) and closes(entry) and told(office, entry) == set()


def test_tables_side_by_side_are_both_read(office: Office) -> None:
    office = small_office(office, small_contract(SMALL[:2], tables="side_by_side"))
    rows = [["编号", "名称", None, "编号", "名称"], ["1", "甲", None, "2", "乙"], [None, None, None, "3", "丙"]]
    entry = office.land_one("sample/2023/a.xlsx", xlsx({"表": rows}))
    assert sorted(landed(office, entry, "item_no", "item_name")) == [("1", "甲"), ("2", "乙"), ("3", "丙")]
    assert closes(entry)


def test_of_two_layouts_with_one_pattern_the_one_that_fits_is_taken_and_ties_are_told(office: Office) -> None:
    pattern = {"pattern": "sample/*/*.xlsx", "format": "workbook", "unit": "元"}
    files = [{**pattern, "sheet": "甲表", "header_rows": 2}, {**pattern, "sheet": "乙表"}]
    office = small_office(office, small_contract(files=files))
    entry = office.land_one("sample/2023/a.xlsx", xlsx({"乙表": [SMALL_HEAD, ["1", "甲"]]}))
    assert landed(office, entry, "item_no") == [("1",)]


def test_a_header_without_rows_below_a_blank_row_is_an_empty_file(office: Office) -> None:
    """A blank row between title and header is none below it."""
    entry = office.land_one(BUDGET_FILE, xlsx({"指标台账": [["题"], [None], *BUDGET_HEAD[1:]]}))
    assert told(office, entry) == {"empty_file"}


def test_a_head_printed_again_with_its_groups_in_other_places_is_another_head(office: Office) -> None:
    office = small_office(office, small_contract(GROUPED, header_rows=2))
    names = [None, "决算数", "决算数"]
    rows = [["编号", "收入", "支出"], names, ["1", 1, 2], ["编号", "支出", "收入"], names, ["2", 6, 5]]
    entry = office.land_one("sample/2023/a.xlsx", xlsx({"表": rows}))
    assert landed(office, entry, "item_no") == [("1",)] and closes(entry)
    assert "第 5 行" in message(office, entry, "another_header")
