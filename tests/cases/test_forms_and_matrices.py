"""Forms and matrices as offices fill them in: what belongs to no label or column is told, merged cells are read by rule, several of them in a sheet are told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from books import message, only, small_office, told, xlsx
from ledger_files import Office, closes, column, contract_of

from dagster_project.contracts import Contract

FORM = "performance_targets/2023/2023年项目支出绩效目标申报表.xlsx"
MATRIX = "publication_matrix/2023/2023年法规公开核查表.xlsx"
SHEET, MATRIX_SHEET = "信息化", "公开核查"
TABLE_HEAD = [
    "序号",
    "一级指标",
    "二级指标",
    "指标名称",
    "指标性质",
    "年度指标值",
    "计量单位",
    "权重",
    "实际完成值",
    "截至日期",
    "自评得分",
    "偏差原因",
]
MEDIA = ["常委会公报", "中国人大网", "市人大网站", "广州日报"]
MATRIX_HEAD: list[list[Any]] = [
    ["2023年地方性法规公开核查"],
    ["法规编号", "法规名称", "公布日期", "文本", None, None, None, "草案说明", None, None, None, "审议结果报告"],
    [None, None, None, *MEDIA, *MEDIA, *MEDIA],
]  # fmt: skip
Book = Callable[[Any, dict[str, Any]], object]


def indicator(number: int, weight: float | None = 20) -> list[Any]:
    return [number, "产出指标", "数量指标", f"指标{number}", "≥", "90", "%", weight, "93", "2023-12-31", 20, None]


def form(code: str = "P1", indicators: int = 3) -> list[list[Any]]:
    return [
        ["项目支出绩效目标申报表"],
        ["项目编码:", code, None, "项目名称:", f"项目{code}"],
        ["实施处室:", "信息中心", None, "申报日期:", "2022-10-28"],
        TABLE_HEAD,
        *map(indicator, range(1, indicators + 1)),
        ["填报人:经办人03"],
    ]


def law(number: int, days: int = 12) -> list[Any]:
    dates = [f"2023-03-{10 + day:02d}" for day in range(days)]
    return [f"FG{number}", f"条例{number}", "2023-03-10", *dates, *[None] * (12 - days)]


# Labels


@pytest.mark.parametrize(
    "row",
    [
        ["实施处室:", None, None, "联系人", "张三", "申报日期:", "2022-10-28"],
        ["实施处室", None, "联系人", None, None, "申报日期", "2022-10-28"],
        ["实施处室:", None, "联系人:张三", "申报日期:", "2022-10-28"],
    ],
    ids=["another_label_and_its_value", "another_label_alone", "another_label_with_its_value"],
)
def test_a_label_without_a_value_does_not_take_the_next_label_for_one(office: Office, row: list[Any]) -> None:
    rows = form()
    rows[2] = row
    entry = office.land_one(FORM, xlsx({SHEET: rows}))
    assert entry.rows_accepted == 0 and closes(entry)
    assert "missing_value" in told(office, entry)
    assert "信息化" in message(office, entry, "form_cells_unread")


def test_the_merged_and_empty_cells_beside_a_label_are_its_value(office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets[SHEET].merge_range("B3:C3", None)

    rows = form()
    rows[2] = ["实施处室:", None, None, "12号楼", "申报日期:", "2022-10-28"]
    entry = office.land_one(FORM, xlsx({SHEET: rows}, after))
    assert entry.rows_accepted == 0 and "D3" in message(office, entry, "form_cells_unread")


def test_values_behind_an_empty_cell_are_read_where_all_stand_so(office: Office) -> None:
    rows = form()
    rows[1] = ["项目编码:", None, "P1", "项目名称:", None, "甲"]
    rows[2] = ["实施处室:", None, "信息中心", "申报日期:", None, "2022-10-28"]
    entry = office.land_one(FORM, xlsx({SHEET: rows}))
    assert {row[0] for row in office.accepted(entry, "division")} == {"信息中心"}
    assert "form_cells_unread" not in told(office, entry)


def test_what_belongs_to_no_label_or_column_of_a_form_is_told_with_its_cells(office: Office) -> None:
    rows = form()
    rows[2] = [*rows[2], "备用金额:", 500]
    rows[3] = [*TABLE_HEAD, "经办人意见"]
    rows[4] = [*rows[4], "同意", 7]
    entry = office.land_one(FORM, xlsx({SHEET: rows}))
    assert entry.rows_accepted == 3 and closes(entry)
    said = message(office, entry, "form_cells_unread")
    assert "第3行" in said and "2 个单元格" in said and "F3" in said and "G3" in said
    assert "“经办人意见”" in message(office, entry, "extra_column") and "1 个单元格" in message(
        office, entry, "extra_column"
    )
    assert "N列" in message(office, entry, "nameless_column")


# Several forms


def test_two_forms_in_one_sheet_have_their_own_labels(office: Office) -> None:
    entry = office.land_one(FORM, xlsx({SHEET: [*form("P1", 2), [], *form("P2", 4)]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (6, 0) and closes(entry)
    rows = office.accepted(entry, "project_code", "project_name", "indicator_no", "_row")
    assert [(code, name, number) for code, name, number, _ in rows] == [
        ("P1", "项目P1", 1), ("P1", "项目P1", 2), *(("P2", "项目P2", number) for number in range(1, 5))
    ]  # fmt: skip
    assert rows[-1][3] == 16


def test_a_fault_in_the_second_form_names_the_row_of_the_sheet(office: Office) -> None:
    second = form("P2")
    second[4][7] = "二十"
    entry = office.land_one(FORM, xlsx({SHEET: [*form(), [], *second]}))
    assert "第14行" in message(office, entry, "bad_number")


def test_the_head_of_the_table_printed_again_in_a_form_is_a_note(office: Office) -> None:
    rows = form()
    entry = office.land_one(FORM, xlsx({SHEET: [*rows[:6], TABLE_HEAD, *rows[6:]]}))
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 0)
    assert "1 行" in message(office, entry, "repeated_header")


def test_a_cover_and_a_list_beside_forms_are_no_faulty_forms(office: Office) -> None:
    listed = [["序号", "项目编码", "项目名称", "牵头处室"], [1, "P1", "甲", "信息中心"]]
    entry = office.land_one(FORM, xlsx({"填表说明": [["请逐项填写"]], "目录": listed, SHEET: form()}))
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 0) and closes(entry)
    assert {each["severity"] for each in office.findings(entry) if each["rule"] == "unread_sheet"} == {"info"}


def test_a_form_with_a_misspelt_header_is_no_cover(office: Office) -> None:
    faulty = form("P2")
    faulty[3] = ["编次", *TABLE_HEAD[1:]]
    entry = office.land_one(FORM, xlsx({SHEET: form(), "乙": faulty}))
    assert entry.rows_accepted == 3 and entry.rows_rejected == 8
    assert "工作表“乙”" in message(office, entry, "missing_columns")


# Merged and hidden cells


def test_a_number_merged_over_rows_of_a_form_counts_once(office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets[SHEET].merge_range("H5:H6", 40)
        sheets[SHEET].merge_range("B5:B7", "产出指标")

    entry = office.land_one(FORM, xlsx({SHEET: form()}, after))
    assert [(number, float(weight)) for number, weight in office.accepted(entry, "indicator_no", "weight")] == [
        (1, 40), (3, 20),
    ]  # fmt: skip
    assert "H5:H6" in message(office, entry, "merged_amount")


def test_hidden_rows_and_columns_of_forms_and_matrices_are_told(office: Office) -> None:
    def hide(name: str, row: int, place: int) -> Book:
        def after(_: Any, sheets: dict[str, Any]) -> None:
            sheets[name].set_row(row, None, None, {"hidden": True})
            sheets[name].set_column(place, place, None, None, {"hidden": True})

        return after

    office.hand_in(FORM, xlsx({SHEET: form()}, hide(SHEET, 5, 8)))
    office.hand_in(MATRIX, xlsx({MATRIX_SHEET: [*MATRIX_HEAD, law(1), law(2)]}, hide(MATRIX_SHEET, 4, 5)))
    entries = {entry.ledger: entry for entry in office.land().entries}
    of_form, of_matrix = entries["performance_targets"], entries["publication_matrix"]
    assert "第 6 行" in message(office, of_form, "hidden_rows") and "I列" in message(office, of_form, "hidden_columns")
    assert "第 5 行" in message(office, of_matrix, "hidden_rows") and "F列" in message(
        office, of_matrix, "hidden_columns"
    )


def test_a_date_merged_over_the_body_of_a_matrix_holds_for_all_its_cells(office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets[MATRIX_SHEET].merge_range("D4:G4", "2023-04-01")
        sheets[MATRIX_SHEET].merge_range("H4:H5", "2023-04-02")

    rows = [*MATRIX_HEAD, law(1), law(2)]
    entry = office.land_one(MATRIX, xlsx({MATRIX_SHEET: rows}, after))
    days = {(row, letter): str(day) for row, letter, day in office.accepted(entry, "_row", "_column", "published_on")}
    assert {days[4, letter] for letter in "DEFG"} == {"2023-04-01"}
    assert days[4, "H"] == days[5, "H"] == "2023-04-02" and days[5, "G"] == "2023-03-13"
    assert "4 个" in message(office, entry, "merged_cells")


# Months across


def months() -> Contract:
    columns = [
        column("item_no", "编号", required=True),
        column("item_name", "名称"),
        column("month", "月份", "month", required=True),
        column("amount_yuan", "金额", "money"),
    ]
    matrix = {"rows": ["item_no", "item_name"], "across": ["month"], "value": "amount_yuan"}
    files = [{"pattern": "sample/*/*.xlsx", "format": "workbook", "sheet": "明细", "unit": "元", "matrix": matrix}]
    return contract_of(columns, key=["item_no", "month"], files=files)


def month_rows(*rows: list[Any], head: tuple[str, ...] = ("2023年1月", "2023年2月", "2023年3月")) -> dict[str, Any]:
    return {"明细": [["编号", "名称", *head], *rows]}


def test_an_amount_merged_over_months_counts_once_and_the_others_are_rejected(office: Office) -> None:
    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets["明细"].merge_range("C2:D2", 100)

    office = small_office(office, months())
    entry = office.land_one("sample/2023/a.xlsx", xlsx(month_rows(["1", "甲", None, None, 5]), after))
    rows = office.accepted(entry, "_column", "amount_yuan")
    assert [(letter, float(amount)) for letter, amount in rows] == [("C", 100), ("E", 5)]
    assert "C2:D2" in message(office, entry, "merged_amount") and closes(entry)


@pytest.mark.parametrize("word", ["合计", "全年合计", "备注", "累计(元)"])
def test_a_column_of_totals_or_remarks_is_no_month(office: Office, word: str) -> None:
    office = small_office(office, months())
    rows = month_rows(["1", "甲", 1, 2, 3, 6], head=("2023年1月", "2023年2月", "2023年3月", word))
    entry = office.land_one("sample/2023/a.xlsx", xlsx(rows))
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 0)
    assert f"“{word}”" in message(office, entry, "extra_column") and "1 个单元格" in message(
        office, entry, "extra_column"
    )


def test_a_running_number_before_the_names_of_a_matrix_is_no_value(office: Office) -> None:
    office = small_office(office, months())
    rows = {"明细": [["序号", "编号", "名称", "2023年1月"], [1, "A1", "甲", 10]]}
    entry = office.land_one("sample/2023/a.xlsx", xlsx(rows))
    assert office.accepted(entry, "item_no", "_column") == [("A1", "D")]
    assert "“序号”" in message(office, entry, "extra_column")


def test_a_misspelt_month_is_rejected_and_no_remark(office: Office) -> None:
    office = small_office(office, months())
    entry = office.land_one("sample/2023/a.xlsx", xlsx(month_rows(["1", "甲", 1], head=("2023年13月",))))
    assert entry.rows_rejected == 1 and "bad_month" in told(office, entry)


def test_below_a_head_with_months_in_another_order_nothing_is_read(office: Office) -> None:
    office = small_office(office, months())
    rows = month_rows(
        ["1", "甲", 1, 2],
        ["编号", "名称", "2023年2月", "2023年1月"],
        ["2", "乙", 3, 4],
        head=("2023年1月", "2023年2月"),
    )
    entry = office.land_one("sample/2023/a.xlsx", xlsx(rows))
    assert [float(amount) for (amount,) in office.accepted(entry, "amount_yuan")] == [1, 2] and closes(entry)
    assert told(office, entry) == {"another_header", "repeated_header"}
    assert "第 3 行" in message(office, entry, "another_header")


# Sheets and heads of matrices


def test_the_head_of_a_matrix_printed_again_is_a_note(office: Office) -> None:
    rows = [*MATRIX_HEAD, law(1), *MATRIX_HEAD, law(2)]
    entry = office.land_one(MATRIX, xlsx({MATRIX_SHEET: rows}))
    assert (entry.rows_accepted, entry.rows_rejected) == (24, 0)
    assert "3 行" in message(office, entry, "repeated_header")


def test_a_renamed_matrix_is_found_by_its_head_and_a_second_one_read_too(office: Office) -> None:
    sheets = {"Sheet1": [*MATRIX_HEAD, law(1)], "续表": [*MATRIX_HEAD, law(2)], "说明": [["空白为未公开"]]}
    entry = office.land_one(MATRIX, xlsx(sheets))
    assert entry.rows_accepted == 24 and closes(entry)
    assert told(office, entry) == {"sheet_by_header", "unread_sheet"}
    sheets = {MATRIX_SHEET: [*MATRIX_HEAD, law(1)], "续表": [*MATRIX_HEAD, law(2)]}
    office.hand_in(MATRIX, xlsx(sheets))
    assert "续表" in message(office, only(office.land()), "another_sheet")


def test_a_list_of_laws_is_no_matrix(office: Office) -> None:
    listed = [["法规编号", "法规名称", "公布日期", "起草单位"], ["FG1", "条例", "2023-03-10", "市司法局"]]
    entry = office.land_one(MATRIX, xlsx({MATRIX_SHEET: [*MATRIX_HEAD, law(1)], "法规目录": listed}))
    assert (entry.rows_accepted, entry.rows_rejected) == (12, 0)
    assert told(office, entry) == {"unread_sheet"}


def test_values_in_the_cell_of_their_label_say_nothing_of_where_others_stand(office: Office) -> None:
    rows = form()
    rows[1] = ["项目编码:", None, "P1", "项目名称:", None, "甲"]
    rows[2] = ["实施处室:信息中心", None, None, "申报日期:2022-10-28"]
    entry = office.land_one(FORM, xlsx({SHEET: rows}))
    assert {row for row in office.accepted(entry, "project_name", "division")} == {("甲", "信息中心")}
    assert "form_cells_unread" not in told(office, entry)


def test_a_value_further_from_its_label_than_others_is_read(office: Office) -> None:
    rows = form()
    rows[2] = ["实施处室:", None, "信息中心", "申报日期:", "2022-10-28"]
    entry = office.land_one(FORM, xlsx({SHEET: rows}))
    assert {row[0] for row in office.accepted(entry, "division")} == {"信息中心"}
