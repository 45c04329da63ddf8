"""Cases of rows below a table that no marker of the contract names: totals, signatures, sources, page numbers, the end. None of them is data, none is five faults."""

from __future__ import annotations

from typing import Any

import pytest
from books import BUDGET_FILE, BUDGET_HEAD, budget_row, message, only, small_office, told, xlsx
from ledger_files import CONTRACTS, PAYMENT_FILE, PAYMENTS, Office, closes, column, contract_of, csv_text, payment_cells
from ledger_files import payments_text as payments

from dagster_project.ingestion.foot_words import FOOT_WORDS_FILE, foot_of, foot_words
from dagster_project.ingestion.submissions import Submission

COLUMNS = [
    column("id", "编号", required=True), column("name", "名称", required=True), column("amount_yuan", "金额", "money", required=True),
    column("note", "备注"),
]  # fmt: skip
HEAD = ["编号", "名称", "金额", "备注"]
DATA: list[list[Any]] = [[f"K{n}", f"甲{n}", n * 10, ""] for n in (1, 2, 3)]
TOTALS = [
    ["Total", "", "60", ""], ["Grand total", "", "60.00", ""], ["", "TOTAL", "60", ""], ["总 额(元)", "", "60", ""], ["全部合计:", "", "60", ""],
    ["Sub-total", "", "60", ""], ["ＴＯＴＡＬ", "", "60", ""], ["总和", "", "60", ""],
]  # fmt: skip
NOTES = [
    ["数据来源:财政一体化系统"], ["资料来源：", "统计局"], ["说明：本表不含结转"], ["填表人：张三", "", "审核人：李四"], ["制表日期", "2023-12-31"],
    ["打印时间 2023-01-02 10:00"], ["第 1 页 共 3 页"], ["- 1 -"], ["以下空白"], ["(完)"], ["——以下空白——"], ["", "", "", "（盖章）"],
    ["单位(盖章)：办公厅"], ["数据截止2023年12月31日"], ["导出人:张三"], ["Printed on 2023-01-02"], ["END OF REPORT"], ["*注：含税"],
    ["主管领导签字："], ["***"],
]  # fmt: skip


def small(**rest: Any) -> Any:
    files = [
        {"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"},
        {"pattern": "sample/*/*.xlsx", "format": "workbook", "unit": "元"},
    ]
    return contract_of(COLUMNS, files=files, subtotal_markers=["合计"], footnote_markers=["注:"], **rest)


def land(office: Office, rows: list[list[Any]], form: str) -> tuple[Office, Submission]:
    """Rows below the head of the small ledger, in a text or a workbook."""
    office = small_office(office, small())
    wide = [[*row, *[""] * (4 - len(row))] for row in rows]
    if form == "csv":
        return office, office.land_one("sample/2023/2023年.csv", csv_text([HEAD, *wide]))
    sheet = [
        [
            float(cell) if place == 2 and cell.replace(".", "").isdigit() else cell or None
            for place, cell in enumerate(map(str, row))
        ]
        for row in wide
    ]
    return office, office.land_one("sample/2023/2023年.xlsx", xlsx({"台账": [HEAD, *sheet]}))


def statuses(office: Office, entry: Submission) -> list[str]:
    return [status for (status,) in office.rows(entry, "_status")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_notes_below_a_table_are_no_rows_and_told_once(form: str, office: Office) -> None:
    office, entry = land(office, DATA + NOTES, form)
    assert statuses(office, entry) == ["accepted"] * 3 + ["footnote"] * len(NOTES) and closes(entry)
    assert told(office, entry) == {"foot_row"} and "第 5、6、7、8、9 行等" in message(office, entry, "foot_row")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_totals_in_other_words_are_held_against_their_rows(form: str, office: Office) -> None:
    office, entry = land(office, DATA + TOTALS, form)
    assert statuses(office, entry) == ["accepted"] * 3 + ["subtotal"] * len(TOTALS)
    assert told(office, entry) == {"subtotal_row"}
    office, entry = land(office, [*DATA, ["Grand total", "", "61", ""], ["总额", "", "约60", ""]], form)
    assert office.faults(entry) == [
        (5, None, "subtotal_row"), (5, "amount_yuan", "total_differs"), (6, None, "subtotal_row"), (6, "amount_yuan", "total_unread"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_row_that_fills_the_required_columns_is_data_whatever_its_first_cell_says(form: str, office: Office) -> None:
    rows: list[list[Any]] = [
        ["Total", "总厂", 5, ""],
        ["说明:甲", "说明书", 6, ""],
        ["K3", "合计", 7, ""],
        ["K4", "Total", 8, "以下空白"],
        ["完", "(完)", 9, ""],
        ["总额预算处", "甲", 1, ""],
    ]
    office, entry = land(office, rows, form)
    assert statuses(office, entry) == ["accepted", "accepted", "rejected", "accepted", "accepted", "accepted"]
    assert [(row, rule) for row, _, rule in office.faults(entry)] == [(4, "total_in_data")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_row_of_data_that_lacks_a_value_is_no_note(form: str, office: Office) -> None:
    """It begins with no such word, or has a number that would be lost."""
    rows: list[list[Any]] = [
        ["K1", "", 5, ""],
        ["说明书", "", "", ""],
        ["数据来源:甲", "", 5, ""],
        ["Total 公司", "", 6, ""],
    ]
    office, entry = land(office, rows, form)
    assert statuses(office, entry) == ["rejected"] * 4 and told(office, entry) == {"missing_value"}


@pytest.mark.parametrize("foot", [["Total", "6"], ["数据来源:系统"], ["填表人:张三", "审核人:李四"], ["(完)"]])
def test_a_foot_in_fewer_cells_than_the_header_is_no_truncated_row(foot: list[str], office: Office) -> None:
    office = small_office(office, small())
    text = csv_text([HEAD, *DATA]) + ",".join(foot) + "\n"
    entry = office.land_one("sample/2023/2023年.csv", text)
    assert entry.rows_accepted == 3 and entry.rows_rejected == 0 and closes(entry)


SIGNED: list[list[Any]] = [
    ["填表人:张三", "审核人：李四", "", ""],
    ["制表人 :王五", "复核: ", "", "日期:2023-12-31"],
    ["", "单位负责人:赵六", "", ""],
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_signature_below_the_key_is_no_key(form: str, office: Office) -> None:
    office = small_office(office, small(key=["name"]))
    rows = [*DATA, ["K4", "审核人:李四", 40, ""], *SIGNED]
    if form == "csv":
        entry = office.land_one("sample/2023/2023年.csv", csv_text([HEAD, *rows]))
    else:
        entry = office.land_one(
            "sample/2023/2023年.xlsx", xlsx({"台账": [HEAD, *[[c or None for c in r] for r in rows]]})
        )
    assert statuses(office, entry) == ["accepted"] * 4 + ["footnote"] * 3 and closes(entry)


def test_a_budget_that_two_sign_below_its_columns_has_no_rejected_row(office: Office) -> None:
    feet = [
        ["填表人:张三", None, None, "审核人:李四"],
        [None, None, None, "单位负责人：赵六", None, "联系电话:38000000"],
    ]
    entry = office.land_one(BUDGET_FILE, xlsx({"预算指标台账": [*BUDGET_HEAD, budget_row(1), *feet]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 0) and closes(entry)


def test_feet_of_the_ledgers_of_payments_and_budgets_are_none_of_their_rows(office: Office) -> None:
    place = next(n for n, each in enumerate(PAYMENTS.columns) if each.name == "amount_yuan")
    width = len(PAYMENTS.columns)
    total, source = ["Total", *[""] * (width - 1)], ["数据来源:预算管理一体化系统", *[""] * (width - 1)]
    total[place] = "4.00"
    feet = [total, source]
    office.hand_in(PAYMENT_FILE, payments([payment_cells(1), payment_cells(2), *feet]))
    budget = [
        *BUDGET_HEAD,
        budget_row(1),
        budget_row(2),
        ["总额", *[None] * 13, 301],
        [None, "第1页,共1页"],
        ["导出人:王五"],
    ]
    office.hand_in(BUDGET_FILE, xlsx({"预算指标台账": budget}))
    entries = {entry.ledger: entry for entry in office.land().entries}
    paid, planned = entries["payments"], entries["budget_allocations"]
    assert (paid.rows_accepted, paid.rows_rejected) == (2, 0) and (planned.rows_accepted, planned.rows_rejected) == (
        2,
        0,
    )
    assert {"subtotal_row", "foot_row"} <= told(office, paid) and "total_differs" not in told(office, paid)
    assert "301.00 元 与其各行之和不符" in message(office, planned, "total_differs")


def test_feet_of_a_form_and_of_a_matrix_are_none_of_their_rows(office: Office) -> None:
    table = [
        column("project", "项目", required=True),
        column("goal", "指标", required=True),
        column("target", "目标值", "integer", required=True),
    ]
    form = small_office(office, contract_of(table, key=["project", "goal"], files=[
        {"pattern": "sample/*/*.xlsx", "format": "workbook", "form": {"labels": ["project"]}}]))  # fmt: skip
    sheet: list[list[Any]] = [
        ["项目:", "P1"],
        ["指标", "目标值"],
        ["满意", 90],
        ["Total", 90],
        ["数据来源:问卷"],
        ["——完——"],
    ]
    entry = only_one(form, "sample/2023/2023年.xlsx", xlsx({"甲": sheet}))
    assert entry.rows_accepted == 1 and entry.rows_rejected == 0 and "foot_row" in told(form, entry)
    cells = [
        column("unit", "单位", required=True),
        column("month", "月份", required=True),
        column("number", "数", "integer"),
    ]
    matrix = small_office(office, contract_of(cells, ledger="other", key=["unit", "month"], files=[
        {"pattern": "other/*/*.csv", "format": "csv", "matrix": {"rows": ["unit"], "across": ["month"], "value": "number"}}]))  # fmt: skip
    rows = [
        ["单位", "1月", "2月"],
        ["甲", "1", "2"],
        ["Grand total", "1", "2"],
        ["填表人：李四", "", ""],
        ["- 2 -", "", ""],
    ]
    entry = only_one(matrix, "other/2023/2023年.csv", csv_text(rows))
    assert entry.rows_accepted == 2 and entry.rows_rejected == 0 and closes(entry)


def only_one(office: Office, name: str, content: bytes | str) -> Submission:
    office.hand_in(name, content)
    return only(office.land())


def test_a_foot_that_is_merged_across_is_no_merged_row(office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets["台账"].merge_range("A5:D5", "资料来源:财政局")

    office = small_office(office, small())
    rows = [HEAD, *[[cell or None for cell in row] for row in DATA]]
    entry = office.land_one("sample/2023/2023年.xlsx", xlsx({"台账": rows}, after))
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 0) and told(office, entry) == {"foot_row"}


def test_every_word_of_the_list_says_why_and_is_found_in_engine_and_python_alike(office: Office) -> None:
    assert FOOT_WORDS_FILE.read_text(encoding="utf-8").count("why:") == 4
    words = foot_words()
    assert {foot_of([word]) for word in ("合计", "SUM", "GrandTotal:")} == {"subtotal"}
    assert {foot_of([word]) for word in ("注1:含税", "(完)", "-3-", "第2页/共5页", "※以上均含税")} == {"footnote"}
    assert {foot_of([word]) for word in ("完成情况", "注册费", "审核费用", "结束语", "汇总", "total公司")} == {None}
    assert all(letter in words.letters for letter in "tTＴ合总数(（-※")


def test_without_any_marker_in_its_contract_a_row_without_a_key_is_rejected_and_feet_are_known(office: Office) -> None:
    contract = CONTRACTS["org_units"].model_copy(update={"subtotal_markers": [], "footnote_markers": []})
    office = small_office(office, contract)
    headers = [c.headers[0] for c in contract.columns]
    sheet = {"机构台账": [headers, [None, "研究室", "综合办事机构", None, "2000-01-01"], ["合计"], ["备注:截至年底"]]}
    entry = office.land_one("org_units/2023/2023年机构.xlsx", xlsx(sheet))
    assert statuses(office, entry) == ["rejected", "subtotal", "footnote"]
    assert {"missing_value", "subtotal_row", "foot_row"} <= told(office, entry)
