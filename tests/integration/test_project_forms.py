"""项目支出绩效自评表 from the sample: a sheet for each project with approved targets, which says what the published table says."""

from __future__ import annotations

import dataclasses
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse

from dagster_project.publishing import current_version
from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.scored_year import ScoredYear, read_scored_year
from dagster_project.reporting.workbook.project_forms import INDEX, TO_FILL_IN, write_project_forms

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def year(sample: Warehouse) -> ScoredYear:
    version = current_version(sample.settings.serving_dir)
    return read_scored_year(version.path, version.version, 2023, "101001")


@pytest.fixture(scope="module")
def forms(year: ScoredYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "forms.xlsx"
    assert write_project_forms(year, path)
    return path


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names if name != INDEX}


def line(rows: list[list[Any]], first: str) -> list[Any]:
    return next([cell for cell in row if cell != ""] for row in rows if first in row)


def test_every_project_with_approved_targets_has_a_form_with_its_published_score(year: ScoredYear, forms: Path) -> None:
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        approved = connection.execute(
            """
            select count(distinct project_code) from marts.fct_performance_targets
            where approved_on is not null and department_code = $department and fiscal_year = $year
            """,
            year.key,
        ).fetchone()
        published = connection.execute(
            """
            select project_name, computed_score, execution_score, spent_yuan from evaluation.project_scores
            where department_code = $department and fiscal_year = $year
            """,
            year.key,
        ).fetchall()
    found = sheets(forms)

    assert approved == (18,) and len(found) == 18
    assert set(found) == {f"项目支出绩效自评-{name}" for name, *_ in published}
    for name, total, execution, spent in published:
        rows = found[f"项目支出绩效自评-{name}"]
        assert [Decimal(str(value)) for value in line(rows, "总分")[1:3]] == [Decimal(100), total]
        money = line(rows, "年度资金总额")
        assert Decimal(str(money[3])) == spent / 10_000 and Decimal(str(money[-1])) == execution


def test_form_leaves_contact_fields_blank_and_fits_a4_portrait(forms: Path) -> None:
    assert all(any(str(row[0]).startswith("填报人\uff1a   ") for row in rows) for rows in sheets(forms).values())
    with zipfile.ZipFile(forms) as archive:
        for number in range(2, 20):
            page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            setup = page.find("m:pageSetup", NAMESPACE)
            assert setup is not None and setup.get("orientation") == "portrait" and setup.get("paperSize") == "9"
            assert setup.get("fitToHeight") == "0"


def test_forms_of_one_version_are_the_same_bytes(year: ScoredYear, forms: Path, tmp_path: Path) -> None:
    write_project_forms(year, tmp_path / "again.xlsx")

    assert (tmp_path / "again.xlsx").read_bytes() == forms.read_bytes()


def test_indicator_without_actual_value_is_told_and_not_scored_zero(year: ScoredYear, tmp_path: Path) -> None:
    shutil.copy(year.version_dir / DATABASE, tmp_path / DATABASE)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute(
            """
            update evaluation.project_indicator_scores set actual_value = null, score = null, score_status = 'MISSING_ACTUAL'
            where project_name = '专题调研经费' and fiscal_year = 2023 and indicator_no = 2
            """
        )
        connection.execute(
            """
            update evaluation.project_scores set computed_score = null, rating = null, score_status = 'INCOMPLETE'
            where project_name = '专题调研经费' and fiscal_year = 2023
            """
        )
        connection.execute("update evaluation.project_indicator_scores set deviation_zh = null")
    path = tmp_path / "forms.xlsx"
    write_project_forms(dataclasses.replace(year, version_dir=tmp_path), path)
    found = sheets(path)
    rows = found["项目支出绩效自评-专题调研经费"]

    assert "—" in line(rows, "总分") and "有未计分的项目\uff0c不出总分" in line(rows, "总分")
    missed = line(rows, "专题调研验收合格率")
    assert "未报" in missed and 0 not in missed and "未报完成值\uff0c不计分" in missed
    assert any(TO_FILL_IN.strip("()") in str(cell) for row in found["项目支出绩效自评-代表培训经费"] for cell in row)


def test_department_without_approved_targets_gets_no_file(year: ScoredYear, tmp_path: Path) -> None:
    card = dataclasses.replace(year.scorecard, fiscal_year=2019)

    assert not write_project_forms(dataclasses.replace(year, scorecard=card), tmp_path / "none.xlsx")
    assert not (tmp_path / "none.xlsx").exists()


def test_overall_target_and_what_was_reached_of_it_are_those_of_the_target_form(
    year: ScoredYear, forms: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        handed_in = connection.execute(
            "select distinct overall_target_zh, overall_actual_zh from marts.fct_performance_targets "
            "where department_code = $department and fiscal_year = $year",
            year.key,
        ).fetchall()
    cells = {str(cell) for rows in sheets(forms).values() for row in rows for cell in row}
    assert len(handed_in) == 18 and {text for pair in handed_in for text in pair} <= cells

    shutil.copy(year.version_dir / DATABASE, tmp_path / DATABASE)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("update marts.fct_performance_targets set overall_actual_zh = null")
    path = tmp_path / "forms.xlsx"
    write_project_forms(dataclasses.replace(year, version_dir=tmp_path), path)
    for rows in sheets(path).values():
        place = next(number for number, row in enumerate(rows) if "预期目标" in row)
        assert TO_FILL_IN.strip("()") in str(rows[place + 1][5])
