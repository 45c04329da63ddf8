"""Names of the sheets of project forms: what spreadsheets take, told apart, whatever projects are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reporting.workbook.project_forms import LONGEST_SHEET_NAME, sheet_names

FORBIDDEN = set("[]:*?/\\'")


def test_name_of_22_letters_is_whole_and_one_of_23_is_cut() -> None:
    assert sheet_names(["项" * 22]) == ["项目支出绩效自评-" + "项" * 22]
    assert sheet_names(["项" * 23]) == ["项目支出绩效自评-" + "项" * 21 + "…"]


def test_forbidden_signs_become_full_width() -> None:
    assert sheet_names(["A/B:C[1]"]) == ["项目支出绩效自评-A\uff0fB\uff1aC\u30141\u3015"]


def test_names_that_differ_only_behind_the_cut_or_in_case_are_numbered() -> None:
    assert sheet_names(["项" * 22 + "甲", "项" * 22 + "乙"]) == [
        "项目支出绩效自评-" + "项" * 21 + "…",
        "项目支出绩效自评-" + "项" * 18 + "…(2)",
    ]
    assert sheet_names(["ab", "AB"]) == ["项目支出绩效自评-ab", "项目支出绩效自评-AB(2)"]


@given(st.lists(st.text(alphabet="甲乙aB[]:*?/\\'…()2", max_size=40), max_size=12))
def test_names_are_short_allowed_and_told_apart(projects: list[str]) -> None:
    names = sheet_names(projects)

    assert len({name.casefold() for name in names}) == len(projects)
    assert all(len(name) <= LONGEST_SHEET_NAME and not FORBIDDEN & set(name) for name in names)
