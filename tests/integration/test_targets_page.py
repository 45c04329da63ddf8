"""The half-yearly checks of targets on the portal: the numbers of the terminal, what forms said, and only in the office's edition."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from portal_pages import Parsed, parsed, rows_by_name
from sample_warehouse import Warehouse

from dagster_project.in_year.target_progress import target_checks
from dagster_project.in_year.target_sheet import explained, forecast, headline, reached
from dagster_project.portal.blocks import cell
from dagster_project.portal.site import write_portal
from dagster_project.settings import Settings

YEAR, OFFICE = 2023, "101001"
HALVES = ("2023-06-30", "2023-12-31")
PAGE = "targets.html"
FORM = f"""
    insert into marts.fct_monitoring_entries by name
    select '{OFFICE}' as department_code, {YEAR} as fiscal_year, '部门整体' as project_code, date '2023-06-30' as monitored_until,
        '人大代表满意度' as indicator_name, '92%' as reached, '□确定能 √有可能 □不可能' as likelihood, '□经费保障 ■其他' as deviation_reason,
        '增加走访' as remedy
"""
LATE = """
    delete from evaluation.evidence where figure_id = 'duty.special_reports_heard_on_time' and fiscal_year = 2023
    and fact_key in (select agenda_no from marts.fct_agenda_items where fiscal_year = 2023 and due_by <= date '2023-06-30'
        and agenda_kind = '专项工作报告' order by agenda_no limit 5)
"""


def caption(day: str) -> str:
    return f"各目标截至 {day} 的进度"


def copied(sample: Warehouse, folder: Path) -> Settings:
    settings = Settings(raw_dir=sample.settings.raw_dir, build_dir=folder / "build")
    shutil.copytree(sample.settings.serving_dir, settings.serving_dir, symlinks=True)
    shutil.copytree(sample.settings.dbt_target_dir, settings.dbt_target_dir)
    return settings


@pytest.fixture(scope="module")
def page(sample: Warehouse) -> Parsed:
    return parsed(sample.settings.site_dir / PAGE)


@pytest.fixture(scope="module")
def behind(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A version whose reports came late and whose form of June came back; written with the pages of the year after that."""
    settings = copied(sample, tmp_path_factory.mktemp("behind"))
    with duckdb.connect(str(settings.serving_dir / "current" / "published.duckdb")) as connection:
        connection.execute(LATE)
        connection.execute(FORM)
        connection.execute("update quality.submissions set received_at = least(received_at, timestamp '2023-10-15')")
    write_portal(settings)
    yield settings


def test_the_numbers_are_those_of_the_terminal(sample: Warehouse, page: Parsed) -> None:
    for day in HALVES:
        check = target_checks(sample.settings, YEAR, [OFFICE], date.fromisoformat(day), None)[OFFICE]
        told = rows_by_name(page, caption(day))
        assert len(told) == len(check.targets) == 7 and headline(check) in page.text
        for each in check.targets:
            row = told[f"{each.number} {each.name}"]
            assert row["截至当日完成"] == (reached(each) or "—") and row["灯"] == (each.light or "—")
            assert row["完成进度"] == cell(None if each.progress is None else round(each.progress, 6), "pct").text
            assert row["全年预计完成"] == (forecast(each, check) or "—") and row["说明"] == (explained(each) or "—")


def test_the_last_half_year_comes_first_and_the_budget_page_leads_there(sample: Warehouse, page: Parsed) -> None:
    assert list(page.tables) == [caption(day) for day in HALVES[::-1]]
    budget = parsed(sample.settings.site_dir / "budget.html")
    assert PAGE in budget.links and "截至 2023-12-31:目标 7 项(绿 6);没有数据 1 项" in budget.text


def test_a_half_year_that_is_not_over_has_no_check_and_a_form_is_told(behind: Settings) -> None:
    told = parsed(behind.site_dir / PAGE)
    assert list(told.tables) == [caption(HALVES[0])], "the second half-year ends after the last file"
    rows = rows_by_name(told, caption(HALVES[0]))
    late, asked = rows["1 专项工作报告审议及时率"], rows["7 人大代表满意度"]
    assert (late["灯"], late["完成目标可能性"], late["截至当日完成"]) == ("红", "不可能", "82.8%(24/29)")
    assert (asked["截至当日完成"], asked["完成目标可能性"], asked["偏差原因"], asked["整改措施"]) == (
        "92%(填报)",
        "有可能",
        "其他",
        "增加走访",
    )
    assert "没有数据" not in told.facts and "全年最多" in told.facts["红 专项工作报告审议及时率"]


def test_a_department_without_targets_and_the_public_edition_have_no_page(sample: Warehouse, tmp_path: Path) -> None:
    site = sample.settings.site_dir
    assert (
        not (site / "2023-101002" / PAGE).exists()
        and "整体目标监控" not in parsed(site / "2023-101002/budget.html").text
    )
    settings = copied(sample, tmp_path)
    write_portal(settings, edition="public")
    assert not list(settings.public_site_dir.rglob(PAGE))
    assert "整体目标监控" not in parsed(settings.public_site_dir / "budget.html").text


def test_a_version_of_an_earlier_program_says_what_it_lacks(sample: Warehouse, tmp_path: Path) -> None:
    settings = copied(sample, tmp_path)
    with duckdb.connect(str(settings.serving_dir / "current" / "published.duckdb")) as connection:
        connection.execute("alter table marts.fct_publication_cells drop column due_on")
    write_portal(settings)
    assert not (settings.site_dir / PAGE).exists()
    assert "没有 marts.fct_publication_cells,不能检查" in parsed(settings.site_dir / "budget.html").text
