"""Reviews that are handed in stand beside the scores and change none; those that cannot be right are told with file and row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from planted_faults import OPINION_FILE, SCHEME
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows

from dagster_project.publishing import current_version
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.workbook.reviews import REVIEWS_SHEET
from dagster_project.reporting.workbook.write import write_workbook

YEAR, DEPARTMENT = 2023, "101001"
SCORED = """
    select scheme_id, fiscal_year, department_code, level, level1, level2, score, rating from evaluation.scorecard order by all
"""


def sheet_of(warehouse: Warehouse, year: int, path: Path) -> list[list[Any]] | None:
    version = current_version(warehouse.settings.serving_dir)
    write_workbook(read_scored_year(version.path, version.version, year, DEPARTMENT, None), "internal", path)
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_name(REVIEWS_SHEET).to_python() if REVIEWS_SHEET in book.sheet_names else None


@pytest.mark.slow
def test_reviews_stand_beside_the_scores_and_change_none(sample: Warehouse, corrected: Warehouse) -> None:
    assert rows(corrected.published, SCORED) == rows(sample.published, SCORED)
    told = rows(
        corrected.published,
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
def test_rectifications_are_open_late_or_closed_by_the_day_of_the_data(corrected: Warehouse) -> None:
    told = rows(
        corrected.published,
        "select review_no, rectification_state, answer, evidence_no from evaluation.reviews where rectification is not null "
        "order by 1",
    )
    assert told == [
        ("FH-002", "逾期未销号", None, None),
        ("FH-003", "已销号", "已补充公开", "ZG-03"),
        ("FH-005", "整改中", None, None),
    ]


@pytest.mark.slow
def test_reviews_that_cannot_be_right_are_issues_and_the_night_publishes(corrected: Warehouse) -> None:
    told = rows(
        corrected.published,
        "select row_number, check_id from quality.issues where file = ? order by 1",
        OPINION_FILE,
    )
    planted = {6: "不在该部门该年度的评分表中", 7: "高于该指标的分值", 8: "同一天有两次复核", 9: "同一天有两次复核"}
    assert [number for number, _ in told] == list(planted)
    assert all(planted[number] in check for number, check in told)


@pytest.mark.slow
def test_sheet_shows_both_totals_and_the_rectifications_and_only_where_there_are_reviews(
    corrected: Warehouse, tmp_path: Path
) -> None:
    found = sheet_of(corrected, YEAR, tmp_path / "2023.xlsx")
    assert found
    (total,) = [row for row in found if str(row[0]).startswith("自评合计")]
    ((own,),) = rows(
        corrected.published,
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
    assert sheet_of(corrected, 2022, tmp_path / "2022.xlsx") is None
