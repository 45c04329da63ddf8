"""Cases of forms that stand side by side in one sheet: each is read with its own labels, or the sheet is refused and says so."""

from __future__ import annotations

from typing import Any

import pytest
from books import message, small_office, told, xlsx
from ledger_files import Office, closes, column, contract_of, csv_text
from test_forms_and_matrices import FORM, SHEET, form

from dagster_project.contracts import Contract

Rows = list[list[Any]]
COLUMNS = [
    column("card_no", "卡片编号", required=True), column("asset_name", "资产名称", required=True), column("keeper", "保管人"),
    column("value_yuan", "原值", "money"),
]  # fmt: skip


def beside(left: Rows, right: Rows, gap: int = 1, lower: int = 0) -> Rows:
    """Two sheets in one: the second some columns behind the first, and some rows lower."""
    width = max(map(len, left))
    rows = []
    for n in range(max(len(left), len(right) + lower)):
        first = left[n] if n < len(left) else []
        second = right[n - lower] if 0 <= n - lower < len(right) else []
        rows.append([*first, *[None] * (width - len(first) + gap), *second])
    return rows


def cards(values: str = "right", **rest: Any) -> Contract:
    layouts = [("*.xlsx", "workbook"), ("*.csv", "csv")]
    labels = {"labels": ["card_no", "asset_name", "keeper", "value_yuan"], "values": values}
    files = [{"pattern": f"sample/*/{name}", "format": kind, "form": labels, **rest} for name, kind in layouts]
    return contract_of(COLUMNS, files=files)


def card(number: int, values: str = "right") -> Rows:
    texts = [f"C{number}", f"桌{number}", "张三", number * 100]
    labels = ["卡片编号", "资产名称", "保管人", "原值"]
    if values == "below":
        return [["资产卡片"], labels, texts]
    return [["资产卡片"], [labels[0], texts[0], labels[1], texts[1]], [labels[2], texts[2], labels[3], texts[3]]]


@pytest.mark.parametrize(("gap", "lower"), [(1, 0), (3, 0), (1, 2)])
def test_two_forms_with_tables_side_by_side_have_their_own_labels_and_rows(
    gap: int, lower: int, office: Office
) -> None:
    entry = office.land_one(FORM, xlsx({SHEET: beside(form("P1", 3), form("P2", 5), gap, lower)}))
    found = office.accepted(entry, "project_code", "indicator_name")
    assert sorted(found) == [(p, f"指标{n}") for p, last in (("P1", 3), ("P2", 5)) for n in range(1, last + 1)]
    assert entry.rows_rejected == 0 and closes(entry) and "form_cells_unread" not in told(office, entry)


def test_three_forms_side_by_side_and_two_below_each_other_are_all_read(office: Office) -> None:
    upper = beside(beside(form("P1", 1), form("P2", 1)), form("P3", 1))
    lower = beside(beside(form("P4", 1), form("P5", 1)), form("P6", 1))
    entry = office.land_one(FORM, xlsx({SHEET: [*upper, [], *lower]}))
    assert sorted(code for (code,) in office.accepted(entry, "project_code")) == [f"P{n}" for n in range(1, 7)]


def test_a_fault_in_one_of_them_is_told_once_at_its_own_column(office: Office) -> None:
    right = form("P2", 2)
    right[5][7] = "二十"
    entry = office.land_one(FORM, xlsx({SHEET: beside(form("P1", 2), right)}))
    (found,) = [each for each in office.findings(entry) if each["rule"] != "missing_optional"]
    assert (found["row_number"], found["column_name"]) == (6, "weight") and "二十" in found["message_zh"]
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 1)


@pytest.mark.parametrize("values", ["right", "below"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_cards_without_a_table_are_read_side_by_side_and_below_each_other(
    values: str, ending: str, office: Office
) -> None:
    office = small_office(office, cards(values, unit="元"))
    rows = [*beside(card(1, values), card(2, values)), [], *beside(card(3, values), card(4, values), lower=1)]
    content = (
        xlsx({"卡片": rows})
        if ending == "xlsx"
        else csv_text([["" if c is None else str(c) for c in row] for row in rows])
    )
    entry = office.land_one(f"sample/2023/2023年卡片.{ending}", content)
    assert sorted(office.accepted(entry, "card_no", "asset_name", "value_yuan")) == [
        (f"C{n}", f"桌{n}", n * 100) for n in range(1, 5)
    ]
    assert closes(entry) and not told(office, entry)


def test_a_unit_above_all_forms_is_that_of_each_and_two_units_refuse_the_sheet(office: Office) -> None:
    office = small_office(office, cards())
    rows = beside(card(1), card(2))
    entry = office.land_one("sample/2023/甲.xlsx", xlsx({"卡片": [[None] * 7 + ["单位:万元"], *rows]}))
    assert sorted(office.accepted(entry, "value_yuan")) == [(1_000_000,), (2_000_000,)]
    units: Rows = [["单位:元", None, None, None, None, "单位:万元"], *rows]
    refused = office.land_one("sample/2023/乙.xlsx", xlsx({"卡片": units}))
    assert refused.status == "refused" and told(office, refused) == {"ambiguous_unit"}


def test_forms_that_cannot_be_told_apart_refuse_the_sheet_with_their_number_and_places(office: Office) -> None:
    office = small_office(office, cards(unit="元"))
    entry = office.land_one("sample/2023/甲.xlsx", xlsx({"卡片": beside(card(1), card(2), gap=0)}))
    assert entry.status == "refused" and told(office, entry) == {"forms_beside"}
    assert "并排有 2 份表单(A2、E2)" in message(office, entry, "forms_beside")


def test_one_label_that_stands_twice_is_a_slip_of_one_form(office: Office) -> None:
    office = small_office(office, cards(unit="元"))
    rows = beside(card(1), [[], ["卡片编号", "C2"]], gap=0)
    entry = office.land_one("sample/2023/甲.xlsx", xlsx({"卡片": rows}))
    assert entry.status == "refused" and told(office, entry) == {"duplicate_label"}
    assert "标签“卡片编号”出现两次" in message(office, entry, "duplicate_label")


def test_a_form_with_an_empty_column_within_is_one_form(office: Office) -> None:
    office = small_office(office, cards(unit="元"))
    rows: Rows = [
        ["资产卡片"],
        ["卡片编号", "C1", None, "资产名称", "桌"],
        ["保管人", "张三", None, "原值", 5, None, "存放地点", "一楼"],
    ]
    entry = office.land_one("sample/2023/甲.xlsx", xlsx({"卡片": rows}))
    assert office.accepted(entry, "card_no", "asset_name", "keeper") == [("C1", "桌", "张三")]
    assert told(office, entry) == {"form_cells_unread"}, "what no label claims is told as before"
