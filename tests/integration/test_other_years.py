"""Other years: figures of 2017 and from 2024 on are those the office published, and a growth over a change of scope is refused, with its reason."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sample_warehouse import Warehouse, rows

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings
from simulation.other_years.__main__ import write_years
from simulation.other_years.truth import truths

YEARS = (2024, 2025)
PUBLISHED_YEARS = (2017, *YEARS)
SAMPLE = PROJECT_ROOT / "data" / "raw"
BROKEN = "“代表随手拍”自2023年10月27日的规定施行后成为代表建议的一种形式"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Ledgers of duties of 2017, 2024 and 2025, and the suggestions of 2023 of the sample, after one night."""
    folder = tmp_path_factory.mktemp("later")
    drop = folder / "drop"
    write_years(drop, PUBLISHED_YEARS)
    shutil.copytree(SAMPLE / "suggestions" / "2023", drop / "suggestions" / "2023")
    listed = (SAMPLE / "received.csv").read_text(encoding="utf-8").splitlines()
    with (drop / "received.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in listed if line.startswith("suggestions/2023/"))
    settings = Settings(raw_dir=drop, build_dir=folder / "build")
    result = NightlyRun(settings).execute(lambda text: None)
    assert result.success, result.failures
    return Warehouse(settings, result)


def figures(later: Warehouse, year: int) -> dict[str, tuple[Decimal | None, str, str, str | None]]:
    found = rows(
        later.published,
        "select figure_id, value, status, display_text, reason_zh from evaluation.figures where fiscal_year = ?",
        year,
    )
    return {figure: tuple(rest) for figure, *rest in found}  # type: ignore[misc]


@pytest.mark.parametrize("year", PUBLISHED_YEARS)
def test_figures_of_another_year_are_those_the_office_published(later: Warehouse, year: int) -> None:
    of = figures(later, year)
    for figure, value in truths(only_published=True)[year].items():
        assert of[figure][:2] == (value, "OK"), figure


def test_of_the_laws_of_2017_three_were_repealed_and_five_made(later: Warehouse) -> None:
    of = figures(later, 2017)
    assert [of[f"legislation.bills_{what}"][0] for what in ("deliberated", "passed", "repealing")] == [9, 8, 3]
    assert of["agenda.items_heard"][2] == "95个" and of["agenda.special_reports_heard"][2] == "31项"
    assert of["supervision.law_inspections"][0] == 3


def test_figures_that_begin_with_2025_do_not_apply_before_and_are_not_missing(later: Warehouse) -> None:
    new = {"campaign.problems_solved", "survey.key_construction_projects", "budget_review.ai_problems"}
    assert new <= set(figures(later, 2025))
    assert not new & set(figures(later, 2024))


@pytest.mark.parametrize("year", YEARS)
def test_growth_is_refused_where_the_change_of_scope_may_lie_between_the_years(later: Warehouse, year: int) -> None:
    of = figures(later, year)
    for figure in ("suggestions.municipal_growth", "suggestions.all_levels_growth"):
        value, status, text, reason = of[figure]
        assert (value, status, text) == (None, "NOT_COMPARABLE", "--(口径变动,不可比)")
        assert reason is not None and reason.startswith(BROKEN)
    assert of["suggestions.municipal_previous"][0] == {2024: 634, 2025: 4_100}[year], "both years are there"


def test_no_alarm_is_raised_for_a_jump_that_the_change_of_scope_explains(later: Warehouse) -> None:
    alarms = rows(later.published, "select value_zh from quality.issues")
    assert not [text for (text,) in alarms if "suggestions.municipal" in text]


def test_scorecard_and_explain_tell_the_change_of_scope_in_words(
    later: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, told = later.cli(monkeypatch, "evaluate", "2024")
    flat = "".join(told.split())
    assert f"口径变动市人大代表建议同比增长不计算,与上年不作比较:{BROKEN}" in flat
    code, told = later.cli(monkeypatch, "explain", "suggestions.municipal_growth", "--year", "2025")
    assert code == 0 and f"没有数值:--(口径变动,不可比):{BROKEN}" in "".join(told.split())
    code, told = later.cli(monkeypatch, "explain", "survey.key_construction_projects", "--year", "2024")
    assert code == 2 and "2024年度不适用数字survey.key_construction_projects:2025年度起有" in "".join(told.split())


def test_a_year_of_which_nothing_is_known_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing is known of"):
        write_years(tmp_path, [2019])
