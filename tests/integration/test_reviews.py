"""Reviews that are handed in stand beside the scores and change none; those that cannot be right are told with file and row."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows

from dagster_project.publishing import current_version
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.workbook.reviews import REVIEWS_SHEET
from dagster_project.reporting.workbook.write import write_workbook

YEAR, DEPARTMENT, SCHEME = 2023, "101001", "GZ-2023-RECON"
HEAD = "复核编号,评分方案,评价年度,指标序号,复核分,复核理由,复核单位,复核日期,是否采纳,整改要求,整改期限,整改情况,佐证材料编号,销号日期"
OPINION = f"""{HEAD}
FH-001,,2023,3,9.87,与支付记录一致,市财政局,2024-06-12,是,,,,,
FH-002,{SCHEME},2023,5,2,内控制度缺采购章节,市财政局,2024-06-12,是,补齐采购内控制度,2024-07-15,,,
FH-003,,2023,8,2,公开内容缺一项,市财政局,2024-06-12,是,补充公开,2024-07-10,,,
FH-004,,2023,10,6.97,一份合同另有约定,市财政局,2024-06-12,否,,,,,
FH-006,,2023,26,1,没有这项指标,市财政局,2024-06-12,,,,,,
FH-007,,2023,7,1.5,高于分值,市财政局,2024-06-12,是,,,,,
FH-008,,2023,12,0.90,同日第一次,市财政局,2024-06-12,是,,,,,
FH-009,,2023,12,0.85,同日第二次,市财政局,2024-06-12,是,,,,,
"""
ANSWERS = [
    HEAD.split(","),
    ["FH-003", None, 2023, 8, 2, "公开内容缺一项", "市财政局", "2024-06-12", "是", "补充公开", "2024-07-10", "已补充公开", "ZG-03", "2024-07-08"],
    ["FH-005", None, 2023, 9, 3.5, "一笔补办手续", "市财政局", "2024-06-30", None, "说明原因", "2024-07-20", None, None, None],
]  # fmt: skip
FILES = {
    "evaluation_reviews/2023/2023年度自评复核意见.csv": "2024-06-20T10:00:00+08:00",
    "evaluation_reviews/2023/2023年度复核整改情况.xlsx": "2024-07-20T10:00:00+08:00",
}
OPINION_FILE, ANSWERS_FILE = FILES
SCORED = """
    select scheme_id, fiscal_year, department_code, level, level1, level2, score, rating from evaluation.scorecard order by all
"""


def hand_in(raw: Path) -> None:
    """The bureau's opinion as text, and what was answered later as a workbook."""
    (raw / OPINION_FILE).parent.mkdir(parents=True)
    (raw / OPINION_FILE).write_text(OPINION, encoding="utf-8")
    with xlsxwriter.Workbook(str(raw / ANSWERS_FILE)) as book:
        page = book.add_worksheet("复核")
        for number, line in enumerate(ANSWERS):
            page.write_row(number, 0, line)
    with (raw / "received.csv").open("a", encoding="utf-8", newline="") as receipts:
        writer = csv.writer(receipts, lineterminator="\n")
        writer.writerows([name, DEPARTMENT, str(YEAR), moment] for name, moment in FILES.items())


def sheet_of(warehouse: Warehouse, year: int, path: Path) -> list[list[Any]] | None:
    version = current_version(warehouse.settings.serving_dir)
    write_workbook(read_scored_year(version.path, version.version, year, DEPARTMENT, None), "internal", path)
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_name(REVIEWS_SHEET).to_python() if REVIEWS_SHEET in book.sheet_names else None


@pytest.fixture(scope="module")
def reviewed(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    own = sample.copy_to(tmp_path_factory.mktemp("reviews"))
    hand_in(own.settings.raw_dir)
    own.run_again()
    return own


@pytest.mark.slow
def test_reviews_stand_beside_the_scores_and_change_none(sample: Warehouse, reviewed: Warehouse) -> None:
    assert rows(reviewed.published, SCORED) == rows(sample.published, SCORED)
    told = rows(
        reviewed.published,
        "select indicator_no, review_state, difference_points, review_count from evaluation.indicator_reviews "
        "where department_code = ? and fiscal_year = ? and scheme_id = ? order by 1",
        DEPARTMENT, YEAR, SCHEME,
    )  # fmt: skip
    assert len(told) == 25
    assert {no: (state, difference, count) for no, state, difference, count in told if state != "未复核"} == {
        3: ("一致", Decimal("0.00"), 1),
        5: ("采纳", Decimal("-1.00"), 1),
        7: ("采纳", Decimal("0.50"), 1),
        8: ("采纳", Decimal("-0.50"), 1),
        9: ("未定", Decimal("-0.50"), 1),
        10: ("不采纳", Decimal("0.50"), 1),
        12: ("采纳", Decimal("-0.10"), 2),
    }
    assert {(difference, count) for _, state, difference, count in told if state == "未复核"} == {(None, 0)}


@pytest.mark.slow
def test_rectifications_are_open_late_or_closed_by_the_day_of_the_data(reviewed: Warehouse) -> None:
    told = rows(
        reviewed.published,
        "select review_no, rectification_state, answer, evidence_no from evaluation.reviews where rectification is not null "
        "order by 1",
    )
    assert told == [
        ("FH-002", "逾期未销号", None, None),
        ("FH-003", "已销号", "已补充公开", "ZG-03"),
        ("FH-005", "整改中", None, None),
    ]


@pytest.mark.slow
def test_reviews_that_cannot_be_right_are_issues_and_the_night_publishes(reviewed: Warehouse) -> None:
    told = rows(
        reviewed.published,
        "select row_number, check_id from quality.issues where file = ? order by 1",
        OPINION_FILE,
    )
    planted = {6: "不在该部门该年度的评分表中", 7: "高于该指标的分值", 8: "同一天有两次复核", 9: "同一天有两次复核"}
    assert [number for number, _ in told] == list(planted)
    assert all(planted[number] in check for number, check in told)


@pytest.mark.slow
def test_sheet_shows_both_totals_and_the_rectifications_and_only_where_there_are_reviews(
    reviewed: Warehouse, tmp_path: Path
) -> None:
    found = sheet_of(reviewed, YEAR, tmp_path / "2023.xlsx")
    assert found
    (total,) = [row for row in found if str(row[0]).startswith("自评合计")]
    ((own,),) = rows(
        reviewed.published,
        "select score from evaluation.scorecard where level = 'total' and department_code = ? and fiscal_year = ? and scheme_id = ?",
        DEPARTMENT, YEAR, SCHEME,
    )  # fmt: skip
    assert total[2:6] == pytest.approx([100, float(own), float(own) - 1.1, -1.1])
    states = {row[0]: (row[4], row[6]) for row in found if row[10] in ("FH-001", "FH-004") and row[6]}
    assert states == {3: (9.87, "一致"), 10: (6.97, "不采纳")}
    listed = {row[10]: (row[2], row[8], row[11]) for row in found if str(row[10]).startswith("FH-") and row[11]}
    assert listed == {
        "FH-002": ("补齐采购内控制度", "", "逾期未销号"),
        "FH-003": ("补充公开", "ZG-03", "已销号"),
        "FH-005": ("说明原因", "", "整改中"),
    }
    assert sheet_of(reviewed, 2022, tmp_path / "2022.xlsx") is None
