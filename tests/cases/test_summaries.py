"""Cases of totals: a row that sums up others is no data whatever name it bears, and is held against them, on its sheet and on others."""

from __future__ import annotations

from typing import Any

import pytest
from books import only, small_contract, small_office, xlsx
from ledger_files import Office, closes, column, contract_of

from dagster_project.ingestion.submissions import Submission

HEAD = ["编号", "名称", "日期", "金额", "人数"]
COLUMNS = [
    column("item_no", "编号", required=True),
    column("item_name", "名称"),
    column("held_on", "日期", "date"),
    column("amount_yuan", "金额", "money"),
    column("people", "人数", "integer"),
]
ROWS: list[list[Any]] = [
    ["K1", "会议费", "2023-01-05", 100, 1],
    ["K2", "培训费", "2023-02-05", 100, 2],
    ["K3", "会议费", "2023-01-15", 100, 3],
    ["K4", "会议费", "2023-05-05", 300, 4],
]


def land(
    office: Office, kind: str = "xlsx", below: list[list[Any]] | None = None, **sheets: list[list[Any]]
) -> Submission:
    """A ledger of which only the number is required: nothing but its words keeps a total out of it."""
    files = [{"pattern": f"sample/*/*.{kind}", "format": "workbook" if kind == "xlsx" else "csv", "unit": "元"}]
    office = small_office(office, small_contract(COLUMNS, files=files))
    rows = [HEAD, *ROWS, *(below or [])]
    content: bytes | str = xlsx({"明细": rows, **sheets})
    if kind == "csv":
        content = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\r\n"
    office.hand_in(f"sample/2023/表.{kind}", content)
    return only(office.land())


def told(office: Office, entry: Submission) -> list[tuple[str, int | None]]:
    found = Office(office.folder, office.contracts).findings(entry)
    return [(each["rule"], each["row_number"]) for each in found if each["severity"] != "info"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("1月小计", 200), ("一月份合计", 200), ("2023年1月 小计", 200), ("1-2月累计数", 300), ("一季度合计", 300), ("第1季度小计:", 300),
        ("上半年合计", 600), ("会议费小计", 500), ("培训费合计(元)", 100), ("小计(会议费)", 500),
    ],
)  # fmt: skip
def test_a_total_may_bear_the_name_of_what_it_sums_up(name: str, amount: int, kind: str, office: Office) -> None:
    entry = land(office, kind, [[name, None, None, amount, None], ["合计", None, None, 600, 10]])
    assert (entry.rows_accepted, entry.rows_rejected) == (4, 0) and closes(entry)
    if "累计" not in name:
        assert told(office, entry) == []
        wrong = land(Office(office.folder / "wrong", {}), kind, [[name, None, None, amount + 7, None]])
        assert told(Office(office.folder / "wrong", {}), wrong) == [("total_differs", 6)]


@pytest.mark.parametrize("name", ["总计划办公室", "统计局", "审计", "会计小组", "累计投资项目库"])
def test_a_name_with_such_a_word_within_is_a_row(name: str, office: Office) -> None:
    entry = land(office, "csv", [[name, "x", None, 1, 1]])
    assert entry.rows_accepted == 5


RIGHT = {
    "groups": [["项目", "金额"], ["会议费", 500], ["培训费", 100], ["合计", 600]],
    "in 万元": [["单位:万元"], ["项目", "金额"], ["会议费", 0.05], ["培训费", 0.01], ["合计", 0.06]],
    "unit in the header": [["项目", "金额(万元)"], ["会议费", 0.05], ["合计", 0.06]],
    "months": [["月份", "金额"], ["1月", 200], ["一季度", 300], ["全年", 600]],
    "people": [["项目", "人数", "金额"], ["会议费", 8, 500], ["总计", 10, 600]],
    "no header": [["会议费", 500], ["合计", 600]],
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_sheet_that_sums_up_the_others_is_held_against_them(name: str, office: Office) -> None:
    assert told(office, land(office, 汇总=RIGHT[name])) == []
    rows = RIGHT[name]
    for at in (n for n, row in enumerate(rows) if isinstance(row[-1], int | float)):
        wrong = [list(row) for row in rows]
        wrong[at][-1] = wrong[at][-1] * 3
        there = Office(office.folder / f"wrong{at}", {})
        entry = land(there, 汇总=wrong)
        assert told(there, entry) == [("summary_differs", at + 1)] and entry.rows_accepted == 4


def test_a_sheet_about_something_else_is_left_alone(office: Office) -> None:
    assert told(office, land(office, 附表=[["部门", "金额"], ["合计", 12345]])) == []
    assert told(office, land(office, 说明=[["编制人数", 30], ["会议费", "见明细"]])) == []


def test_a_sheet_of_totals_with_the_header_of_the_ledger_may_sum_up_the_whole_workbook(office: Office) -> None:
    there = Office(office.folder / "wrong", {})
    assert ("total_differs", 2) in told(there, land(there, 总表=[HEAD, ["合计", None, None, 601, 10]]))
    assert told(office, land(office, 总表=[HEAD, ["合计", None, None, 600, 10]])) == []


def test_a_contract_may_refuse_a_workbook_whose_summary_is_wrong(office: Office) -> None:
    contract = contract_of(
        COLUMNS, wrong_totals="refuse", files=[{"pattern": "sample/*/*.xlsx", "format": "workbook", "unit": "元"}]
    )
    office = small_office(office, contract)
    office.hand_in("sample/2023/表.xlsx", xlsx({"明细": [HEAD, *ROWS], "汇总": [["项目", "金额"], ["合计", 1]]}))
    entry = only(office.land())
    assert entry.status == "refused" and "汇总" in entry.reason


def month(office: Office, number: int, running: float | None, amounts: tuple[int, ...] = (100, 50)) -> None:
    """A file of one month, with what the year comes to at its end."""
    rows = [[f"K{number}{n}", "会议费", f"2023-{number:02d}-05", amount, 1] for n, amount in enumerate(amounts)]
    below = [["本月合计", "", "", sum(amounts), ""]] + (
        [["本年累计", "", "", running, ""]] if running is not None else []
    )
    text = "\r\n".join(",".join(map(str, row)) for row in [HEAD, *rows, *below]) + "\r\n"
    office.hand_in(f"sample/2023/2023年{number:02d}月.csv", text)


@pytest.fixture
def months(office: Office) -> Office:
    """A ledger of monthly files."""
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}]
    return small_office(office, small_contract(COLUMNS, files=files))


def remarks(office: Office) -> list[str]:
    return [remark for remark in office.land().remarks if "累计" in remark]


def test_a_running_total_of_march_is_that_of_three_files(months: Office) -> None:
    for number in (1, 2, 3):
        month(months, number, 150 * number)
    assert remarks(months) == []
    month(months, 3, 460)
    (told_,) = remarks(months)
    assert all(
        part in told_ for part in ("2023年03月.csv 第 5 行", "460.00 元", "应为 450.00 元", "2 个文件 300.00 元")
    ), told_


def test_a_file_of_an_earlier_month_that_is_replaced_is_told_by_the_running_totals_behind_it(months: Office) -> None:
    for number in (1, 2, 3):
        month(months, number, 150 * number)
    months.land()
    month(months, 2, 290, (100, 40))
    (told_,) = remarks(months)
    assert "2023年03月.csv" in told_ and "应为 440.00 元" in told_


def test_a_running_total_behind_a_missing_month_is_not_compared(months: Office) -> None:
    """What is missing is told by the calendar; and a total may begin anew with each file."""
    month(months, 1, 150)
    month(months, 3, 9999)
    month(months, 4, 150)
    assert remarks(months) == []


def test_a_running_total_of_january_begins_with_nothing(months: Office) -> None:
    month(months, 1, 151)
    assert len(remarks(months)) == 1


@pytest.mark.parametrize(("name", "count"), [("2023年.csv", 0), ("2023年01月.csv", 1)])
def test_a_running_total_of_a_whole_year_may_go_back_to_the_years_before(name: str, count: int, months: Office) -> None:
    text = "\r\n".join(",".join(map(str, row)) for row in [HEAD, *ROWS, ["本年累计", "", "", 9999, ""]]) + "\r\n"
    months.hand_in(f"sample/2023/{name}", text)
    assert len(remarks(months)) == count


@pytest.mark.parametrize("sheets", [("明细",), ("明细", "明细二")])
def test_a_running_total_of_several_sheets_is_not_compared_since_nobody_knows_which_comes_first(
    sheets: tuple[str, ...], office: Office
) -> None:
    files = [{"pattern": "sample/*/*.xlsx", "format": "workbook", "unit": "元", "sheet": "*"}]
    office = small_office(office, small_contract(COLUMNS, files=files))
    book = {
        name: [HEAD, [f"K{name}", "会议费", "2023-01-05", 100, 1], ["本年累计", None, None, 9999, None]]
        for name in sheets
    }
    office.hand_in("sample/2023/2023年01月.xlsx", xlsx(book))
    report = office.land()
    assert only(report).sheet == "、".join(sheets)
    assert len([remark for remark in report.remarks if "累计" in remark]) == (len(sheets) == 1)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("word", ["合计", "小 计", "总　计"])
def test_a_total_that_has_a_number_like_a_row_is_no_row(word: str, kind: str, office: Office) -> None:
    """A running number in the first column makes a row of data of it, and its amount would count twice."""
    entry = land(office, kind, [["5", word, None, 600, 10]])
    assert entry.rows_accepted == 4 and told(office, entry) == [("total_in_data", 6)]
