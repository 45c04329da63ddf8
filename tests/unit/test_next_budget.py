"""What is proposed for next year's budget and how targets are reviewed: every cause and every rule, on and beside its bound."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dagster_project.in_year.items import Item, StuckItem
from dagster_project.in_year.measured import MeasuredError
from dagster_project.in_year.outlook import Interval, ProjectOutlook, YearOutlook
from dagster_project.in_year.project_years import MONTHS, ProjectYear
from dagster_project.in_year.targets import Target, TargetForm, number_of
from dagster_project.next_year.codes import code_lines
from dagster_project.next_year.projects import ProjectSheet, project_sheets
from dagster_project.next_year.review import CHECKS, review
from dagster_project.next_year.rules import LEVELS, PROPOSALS, REVIEW, SETTINGS, rules_of
from dagster_project.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt" / "seeds"
RULES = rules_of(SEEDS, 2024)
OFFICE, YEAR = "101001", 2023


def of_year(
    code: str, year: int, budget: float = 1_000_000.0, rate: float = 0.98, kind: str = "项目支出"
) -> ProjectYear:
    paid = np.full(MONTHS, budget * rate / MONTHS)
    return ProjectYear(OFFICE, year, code, f"项目{code}", "处", kind, "3", budget, paid, paid**2, MONTHS)


def outlook(
    code: str = "P1", high: float = 0.99, kind: str = "项目支出", budget: float = 1_000_000.0
) -> ProjectOutlook:
    rate = Interval(high - 0.04, high - 0.02, high)
    spending = Interval(*(each * budget for each in (rate.low, rate.middle, rate.high)))
    return ProjectOutlook(of_year(code, YEAR, budget, kind=kind), budget, rate, spending, 0.75, 0.98, 0.99)


def sheets(
    *projects: ProjectOutlook,
    before: Iterable[ProjectYear] = (),
    scores: Mapping[str, float] | None = None,
    months: Mapping[str, tuple[str, str]] | None = None,
    carried: Mapping[str, float] | None = None,
) -> list[ProjectSheet]:
    """The lines of these projects; scores of the year before, first and last month in the register, amounts carried over."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table self_evaluations (project_code text, self_score double, review_score double, department_code text, period_year int)"
        )
        connection.execute(
            "create table projects (project_code text, start_month date, end_month date, department_code text, period_year int)"
        )
        connection.execute(
            "create table budget_allocations (project_code text, amount_yuan double, source_type text, department_code text, fiscal_year int)"
        )
        for code, score in (scores or {}).items():
            connection.execute("insert into self_evaluations values (?, 99, ?, ?, ?)", [code, score, OFFICE, YEAR - 1])
        for code, (first, last) in (months or {}).items():
            connection.execute("insert into projects values (?, ?, ?, ?, ?)", [code, first, last, OFFICE, YEAR])
        for code, yuan in (carried or {}).items():
            connection.execute(
                "insert into budget_allocations values (?, ?, '上年结转', ?, ?)", [code, yuan, OFFICE, YEAR]
            )
        year = YearOutlook(OFFICE, YEAR, 9, projects, 1.0, Interval(0, 0, 0), Interval(0, 0, 0), 0.99, 0.5)  # fmt: skip
        return project_sheets(connection, year, {each.code: each for each in before}, RULES)


def only(*projects: ProjectOutlook, **rest: object) -> ProjectSheet:
    (found,) = sheets(*projects, **rest)  # type: ignore[arg-type]
    return found


BEFORE = [of_year("P1", YEAR - 1)]


def test_a_project_that_spends_and_was_rated_well_is_kept_with_its_regular_budget() -> None:
    line = only(outlook(), before=BEFORE, scores={"P1": 92.5}, carried={"P1": 150_000.0})
    assert (line.proposal, line.proposed, line.rating) == ("保", 850_000.0, "优")
    assert line.reason_zh == "上年评价等级为优(92.5 分),今年预计支出率 97.0%;上年支出率 98.0%"


@pytest.mark.parametrize(("high", "proposal"), [(0.8999, "压"), (0.90, "保"), (0.95, "保")])
def test_what_is_not_spent_even_at_best_is_cut_to_the_best(high: float, proposal: str) -> None:
    line = only(outlook(high=high), before=BEFORE, scores={"P1": 95.0})
    assert line.proposal == proposal
    assert line.proposed == (899_900.0 if proposal == "压" else 1_000_000.0)
    assert ("低于 90%" in line.reason_zh) == (proposal == "压")


@pytest.mark.parametrize(
    ("score", "rating", "proposal", "proposed"),
    [(59.99, "差", "取消", 0.0), (60.0, "中", "压", 970_000.0), (79.99, "中", "压", 970_000.0), (80.0, "良", "保", 1_000_000.0)],
)  # fmt: skip
def test_a_rating_decides_by_its_bands(score: float, rating: str, proposal: str, proposed: float) -> None:
    line = only(outlook(), before=BEFORE, scores={"P1": score})
    assert (line.rating, line.proposal, line.proposed, line.is_reviewed) == (rating, proposal, proposed, True)


@pytest.mark.parametrize(
    ("months", "is_ended"),
    [
        (("2023-01-01", "2023-12-01"), False),  # listed for its twelve months, as every year
        (("2021-05-01", "2023-12-01"), True),
        (("2023-03-01", "2023-09-01"), True),
        (("2021-05-01", "2024-06-01"), False),
    ],
)
def test_a_project_ends_where_the_register_ends_it_and_not_with_each_year(
    months: tuple[str, str], is_ended: bool
) -> None:
    line = only(outlook(), before=BEFORE, scores={"P1": 95.0}, months={"P1": months})
    assert (line.proposal == "取消") == is_ended
    if is_ended:
        assert line.proposed == 0.0 and f"项目库登记 {months[1][:7]} 结束" in line.reason_zh


def test_what_stands_still_is_taken_off() -> None:
    stuck = StuckItem(Item(("x", YEAR, "P1"), "30201", 300_000.0, 0.0, 0.0, 0), 300_000.0, "没有支付")
    line = only(replace(outlook(), stuck=(stuck,)), before=BEFORE, scores={"P1": 95.0})
    assert (line.proposal, line.proposed) == ("压", 700_000.0)
    assert "经济科目 30201(预计剩 30.00 万元)" in line.reason_zh


def test_a_new_project_is_asked_for_anew_and_staff_is_reckoned_by_standards() -> None:
    new, staff = sheets(outlook("P1"), outlook("P2", kind="基本支出"))
    assert (new.proposal, new.proposed) == ("新增", None) and "事前绩效评估" in new.reason_zh
    assert (staff.proposal, staff.proposed) == ("定额", None) and "定员定额" in staff.reason_zh
    assert only(outlook(), before=BEFORE).proposal == "保", "one that lacks a score alone is not new"


def test_what_contracts_leave_unpaid_beyond_the_year_is_needed_first() -> None:
    project = of_year("P1", YEAR, rate=0.70)
    line = replace(outlook(), project=project, unpaid_contracts=400_000.0)
    assert only(line, before=BEFORE, scores={"P1": 95.0}).first_needed == pytest.approx(400_000 - (970_000 - 700_000))


def target(number: int = 1, **changes: object) -> Target:
    plain = Target(str(number), "产出指标", "数量指标", f"开展次数{number}", "≥", "10", "次", 50.0, "")
    return replace(plain, **changes)  # type: ignore[arg-type]


GOOD = (
    target(1),
    target(2, level1="效益指标", level2="社会效益", weight=30.0, name="办结件数"),
    target(3, level1="满意度指标", level2="服务对象满意度", weight=10.0, name="满意度", unit="%", value="95"),
)


def form(*targets: Target, code: str = "P1", overall: str = "保障常委会会议二十次按期举行") -> TargetForm:
    return TargetForm(code, f"项目{code}", "处", overall, YEAR, targets or GOOD)


def found(*forms: TargetForm, lines: Mapping[str, ProjectSheet] | None = None) -> list[tuple[str, str, str]]:
    return [(each.rule.rule, each.number, each.text_zh) for each in review(forms, lines or {}, RULES)]


def with_first(**changes: object) -> TargetForm:
    return form(replace(GOOD[0], **changes), *GOOD[1:])  # type: ignore[arg-type]


def test_a_form_without_a_fault_has_no_finding() -> None:
    assert found(form()) == []


FAULTS = [
    ("overall_target", "", form(overall=""), form(overall="保障会议按期举行十次")),
    ("overall_target", "", form(overall="保障会议按期举行好"), form(overall="保障会议按期举行十次")),
    ("missing_level", "", form(*GOOD[:2]), form()),
    ("missing_level", "", with_first(level2="质量指标"), form()),
    ("qualitative_points", "", form(GOOD[0], replace(GOOD[1], operator="定性", value="良好", weight=30.01), GOOD[2]),
     form(GOOD[0], replace(GOOD[1], operator="定性", value="良好", weight=30.0), GOOD[2])),
    ("no_number", "1", with_first(value="若干"), with_first(value="1,200.5")),
    ("no_unit", "1", with_first(unit=""), with_first(unit="", value="98%")),
    ("weaker_than_actual", "1", with_first(actual_before="11.2"), with_first(actual_before="11.1")),
    ("weaker_than_actual", "1", with_first(operator="≤", actual_before="9"), with_first(operator="≤", actual_before="9.1")),
    ("far_above_actual", "1", with_first(actual_before="6.6"), with_first(actual_before="6.7")),
    ("points_of_levels", "", with_first(weight=49.0), with_first(weight=None)),
    ("wrong_level", "1", form(replace(GOOD[0], level2="社会效益"), target(4), *GOOD[1:]), form()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "number", "faulty", "beside"), FAULTS)
def test_each_rule_finds_its_fault_and_nothing_beside_its_bound(
    rule: str, number: str, faulty: TargetForm, beside: TargetForm
) -> None:
    assert (rule, number) in [(name, of) for name, of, _ in found(faulty)]
    assert rule not in [name for name, _, _ in found(beside)]


def test_an_indicator_that_many_projects_share_is_none_of_the_project() -> None:
    forms = [form(code=code) for code in ("P1", "P2", "P3")]
    told = found(*forms)
    assert {(rule, number) for rule, number, _ in told} == {("shared_indicator", "1"), ("shared_indicator", "2")}
    assert "“开展次数1”在 3 个项目中同名" in told[0][2], "satisfaction may be asked in the same way everywhere"
    assert found(*forms[:2]) == []


@pytest.mark.parametrize(
    ("now", "value", "is_told"), [(1_201_000.0, "10", True), (1_200_000.0, "10", False), (1_300_000.0, "11", False)]
)
def test_more_money_asks_for_more_work(now: float, value: str, is_told: bool) -> None:
    lines = {"P1": only(outlook(budget=now), before=BEFORE, scores={"P1": 95.0})}
    told = [rule for rule, _, _ in found(with_first(value=value, actual_before="10"), lines=lines)]
    assert ("money_without_work" in told) == is_told


def test_every_rule_of_the_seed_is_a_check_and_every_check_a_rule() -> None:
    assert set(RULES.review) == set(CHECKS)
    assert {rule for rule, *_ in FAULTS} | {"shared_indicator", "money_without_work"} == set(CHECKS), (
        "each is tried here"
    )


def test_a_rule_that_is_no_check_and_a_setting_that_is_lacking_are_named(tmp_path: Path) -> None:
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    text = (seeds / REVIEW).read_text(encoding="utf-8")
    (seeds / REVIEW).write_text(text.replace("no_unit,", "no_unti,"), encoding="utf-8")
    with pytest.raises(MeasuredError, match="no_unti"):
        review([form()], {}, rules_of(seeds, 2024))
    settings = (seeds / SETTINGS).read_text(encoding="utf-8")
    (seeds / SETTINGS).write_text(settings.replace("squeeze_rate_pct", "squeeze"), encoding="utf-8")
    with pytest.raises(MeasuredError, match="squeeze_rate_pct"):
        rules_of(seeds, 2024)


def test_rules_say_where_they_come_from() -> None:
    for path in (PROPOSALS, SETTINGS, REVIEW, LEVELS):
        with duckdb.connect() as connection:
            bare = connection.execute(
                f"select count(*) from read_csv('{SEEDS / path}', all_varchar = true) where source is null or confidence is null or valid_from is null"
            ).fetchone()
        assert bare == (0,), path


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,200.5", 1200.5), (" 98 % ", 98.0), ("-3", -3.0), ("若干", None), ("", None), ("10次", None)],
)
def test_numbers_are_read_as_they_are_written(text: str, number: float | None) -> None:
    assert number_of(text) == number


def test_codes_are_those_under_which_money_was_spent() -> None:
    with duckdb.connect() as connection:
        columns = "project_code text, function_code text, department_economic_code text, government_economic_code text, department_code text, fiscal_year int, amount_yuan decimal(18, 2)"
        for table in ("payments", "budget_allocations"):
            connection.execute(f"create table {table} ({columns})")
        for amount, economic, year in (
            (60, "30201", 2023),
            (-10, "30201", 2023),
            (50, "30202", 2023),
            (40, "30202", 2022),
        ):
            connection.execute(
                "insert into payments values ('P1', '2010101', ?, '50201', ?, ?, ?)", [economic, OFFICE, year, amount]
            )
        for amount, economic in ((100, "30201"), (30, "30203")):
            connection.execute(
                "insert into budget_allocations values ('P1', '2010101', ?, '50201', ?, 2023, ?)",
                [economic, OFFICE, amount],
            )
        lines = code_lines(connection, OFFICE, 2023)
    assert {
        each.codes[1]: (each.budget, each.spent, each.spent_before, each.share, each.differs) for each in lines
    } == {
        "30201": (100.0, 50.0, 0.0, 0.5, False),
        "30202": (0.0, 50.0, 40.0, 0.5, True),
        "30203": (30.0, 0.0, 0.0, 0.0, True),
    }
