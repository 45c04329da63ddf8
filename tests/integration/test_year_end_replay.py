"""2023 of the sample replayed month by month: what each month's run would have told, on nothing that was handed in later."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows

from dagster_project.in_year.actions import RETURN, TRANSFER
from dagster_project.in_year.known import LEDGERS, known_at
from dagster_project.in_year.known_projects import project_years
from dagster_project.in_year.look import Look, looks
from dagster_project.in_year.outlook import YearOutlook
from dagster_project.in_year.project_years import MONTHS
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.settings import Settings

OFFICE = "101001"
SEPTEMBER_RUN = dt.datetime(2023, 9, 30, 23, 59, 59)
SHORT_YUAN = 587_700
"""What 99 % of the budget lacked in the end: 58.77 万元."""
SECONDS = 15


@pytest.fixture(scope="module")
def replayed(sample: Warehouse) -> dict[int, Look]:
    """What the run on the tenth of the month after told, by the month up to which payments were known."""
    found = {}
    for month in range(3, MONTHS + 1):
        run = dt.datetime(2023 + month // MONTHS, month % MONTHS + 1, 10, 23, 59, 59)
        look = looks(sample.settings, 2023, run, OFFICE)[0]
        found[look.outlook.month] = look
    return found


def _seeds(settings: Settings) -> Path:
    return settings.dbt_project_dir / "seeds"


def test_what_is_known_now_is_what_the_marts_have(sample: Warehouse) -> None:
    settings = sample.settings
    with known_at(settings.landing_dir, settings.contracts_dir, _seeds(settings)) as known:
        found = {each.key: (each.spent, each.budget) for each in project_years(known)}
    asked = "select department_code, fiscal_year, project_code, spent_yuan, budget_yuan from marts.budget_execution_by_project"
    told = {(a, b, c): (float(spent or 0), float(budget)) for a, b, c, spent, budget in rows(sample.published, asked)}
    assert found.keys() == told.keys()
    for key, pair in told.items():
        assert found[key] == pytest.approx(pair, abs=0.005)


def test_nothing_received_after_the_moment_is_known(sample: Warehouse) -> None:
    settings = sample.settings
    with known_at(settings.landing_dir, settings.contracts_dir, _seeds(settings), SEPTEMBER_RUN) as known:
        last = known.execute("select max(received_at) from submissions").fetchone()
        months = known.execute("select max(month_no) from payments where fiscal_year = 2023").fetchone()
    assert last is not None and last[0] <= SEPTEMBER_RUN
    assert months == (8,)


def test_the_shortfall_is_announced_in_september_in_yuan_with_the_projects_that_cause_it(
    replayed: dict[int, Look],
) -> None:
    truth = replayed[MONTHS].outlook
    assert truth.short == pytest.approx(SHORT_YUAN, abs=100)
    worst = _worst(truth, 6)
    for month in range(3, 10):
        outlook = replayed[month].outlook
        assert outlook.rate.middle < outlook.goal and outlook.reaches_goal < 0.5, month
        assert outlook.short > SHORT_YUAN / 2, month
        assert len(set(_worst(outlook, 3)) & set(worst)) >= (3 if month == 8 else 2), month
    september = replayed[9].outlook
    assert abs(september.short - truth.short) < SHORT_YUAN / 2
    assert september.spending.low < truth.spending.middle < september.spending.high


def _worst(outlook: YearOutlook, count: int) -> list[str]:
    return [each.project.name for each in sorted(outlook.projects, key=lambda each: -each.short)][:count]


def test_every_month_holds_the_end_in_its_interval_nearer_than_the_calendar_does(replayed: dict[int, Look]) -> None:
    spent = replayed[MONTHS].outlook.spent
    for month in range(3, MONTHS):
        outlook = replayed[month].outlook
        assert outlook.spending.low < spent < outlook.spending.high, month
        gone = (dt.date(2023, month + 1, 1) - dt.date(2023, 1, 1)).days / 365
        assert abs(outlook.spending.middle - spent) < abs(outlook.spent / gone - spent) / 3, month


def test_a_first_year_without_any_before_it_is_held_by_a_wider_interval(sample: Warehouse) -> None:
    settings = sample.settings
    seen = looks(settings, 2022, dt.datetime(2022, 9, 30), OFFICE)[0]
    ended = looks(settings, 2022, None, OFFICE)[0].outlook
    assert seen.outlook.rate.low < ended.rate.middle < seen.outlook.rate.high
    assert any("没有一个完整的以往年度" in note for note in seen.notes)


def test_the_typing_errors_of_january_do_not_make_the_budget(replayed: dict[int, Look]) -> None:
    """Three initial allocations stood ten times too large until November: 10.28 million yuan that the register does not have."""
    september = replayed[9]
    assert sum(each.project.registered_gap for each in september.outlook.projects) == pytest.approx(
        -10_279_587.87, abs=0.01
    )
    assert september.outlook.budget == pytest.approx(replayed[MONTHS].outlook.budget, rel=2e-3)
    assert sum("年初指标合计比项目库年初预算多" in note for note in september.notes) == 3
    assert not any("年初指标" in note for note in replayed[MONTHS].notes)


def test_rows_handed_in_later_change_no_earlier_run(sample: Warehouse, tmp_path: Path) -> None:
    """Payments of August a hundredfold, handed in again on the first of October, and an allocation: seen from then on only."""
    settings = _copied(sample.settings, tmp_path)
    before = looks(settings, 2023, SEPTEMBER_RUN, OFFICE)[0]
    for ledger, period, changed in (
        ("payments", "2023-08", "amount_yuan * 100 as amount_yuan"),
        ("budget_allocations", "2023", "amount_yuan * 100 as amount_yuan"),
        ("spending_forecasts", "2023Q3", "expected_spending_yuan * 100 as expected_spending_yuan"),
    ):
        _hand_in_again(settings, ledger, period, changed, "2023-10-01 00:00:00.000000")
    after = looks(settings, 2023, SEPTEMBER_RUN, OFFICE)[0]
    assert _told(after) == _told(before)
    later = looks(settings, 2023, dt.datetime(2023, 10, 1, 12), OFFICE)[0].outlook
    assert later.spent > 2 * before.outlook.spent


def _told(look: Look) -> tuple[object, ...]:
    of_projects = [
        (each.project.code, each.budget, each.rate, each.spending, each.stuck) for each in look.outlook.projects
    ]
    return look.outlook.spending, look.outlook.rate, of_projects, look.actions, look.notes


def _copied(settings: Settings, folder: Path) -> Settings:
    copy = Settings(raw_dir=settings.raw_dir, build_dir=folder / "build")
    copy.landing_dir.mkdir(parents=True)
    for ledger in LEDGERS:
        shutil.copytree(settings.landing_dir / ledger, copy.landing_dir / ledger)
    shutil.copy(settings.landing_dir / LOG_NAME, copy.landing_dir / LOG_NAME)
    return copy


def _hand_in_again(settings: Settings, ledger: str, period: str, changed: str, received_at: str) -> None:
    """Land the rows of a period once more under another name, one column changed."""
    log = SubmissionLog(settings.landing_dir / LOG_NAME)
    entry = next(e for e in log.entries if (e.ledger, e.period, e.department_code) == (ledger, period, OFFICE))
    planted = replace(
        entry, log_no=log.next_no, submission_id=f"planted{ledger}", file=f"{ledger}/planted.csv", received_at=received_at,
        registered_at=received_at,
    )  # fmt: skip
    old, new = (settings.landing_dir / ledger / f"{each.submission_id}.parquet" for each in (entry, planted))
    duckdb.execute(
        f"copy (select * replace ({changed}, '{planted.submission_id}' as _submission_id) from '{old}') to '{new}' (format parquet)"
    )
    log.append(planted)


def test_transfers_stay_in_their_class_and_nobody_gives_more_than_is_left(replayed: dict[int, Look]) -> None:
    actions = [each for look in replayed.values() for each in look.actions]
    assert any(each.kind == TRANSFER for each in actions) and any(each.kind == RETURN for each in actions)
    for look in replayed.values():
        projects = {each.project.code: each for each in look.outlook.projects}
        given: dict[str, float] = {}
        for each in look.actions:
            if each.kind in (RETURN, TRANSFER):
                given[each.project] = given.get(each.project, 0.0) + each.amount
            if each.kind == TRANSFER:
                assert projects[each.project].project.category == projects[each.taker].project.category
                assert each.taker not in given or each.taker != each.project
        for code, yuan in given.items():
            assert yuan <= projects[code].budget - projects[code].project.spent


def test_the_command_tells_the_shortfall_and_what_actions_give_within_its_time(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    book = tmp_path / "预测.xlsx"
    began = time.process_time()  # seconds of work: other processes of a busy machine are not counted
    code, output = sample.cli(
        monkeypatch,
        "forecast",
        "2023",
        "--as-of",
        "2023-09-30",
        "--department",
        OFFICE,
        "--if",
        "退回",
        "--xlsx",
        str(book),
    )
    assert time.process_time() - began < SECONDS
    assert code == 0
    assert "预计达不到 99%:差 " in output and "回测(python -m benchmarks.forecast" in output
    assert "支付明细到 8 月" in output and "预算资金支出率(满分 10)得分" in output
    sheets = CalamineWorkbook.from_path(book)
    assert sheets.sheet_names[:5] == ["简报", "预测", "项目", "措施", "整体目标监控"]
    forms = sheets.sheet_names[5:]
    assert len(forms) == 3 and all(name.startswith("绩效运行监控-") for name in forms), (
        "the three projects of the report"
    )
    form = [str(cell) for row in sheets.get_sheet_by_name(forms[0]).to_python() for cell in row]
    assert {"项目支出绩效运行监控表", "年初预算数（元）", "截至当日完成", "偏差原因", "□确定能 □有可能 □不可能"} <= set(
        form
    )
    brief = [[str(cell) for cell in row if cell != ""] for row in sheets.get_sheet_by_name("简报").to_python()]
    assert len(brief) <= 32 and any("其他运行经费" in row for row in brief)
    assert any(row[0].startswith("预计达不到 99%") for row in brief if row) and any("待办" in row for row in brief)
    with ZipFile(book) as parts:
        pages = ['fitToHeight="0"' in parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
    assert pages == [False, True]  # the brief is one page; others are as long as they are
    assert len(sheets.get_sheet_by_name("项目").to_python()) == 32  # a header, thirty projects, their sum


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["2031"], "还没有 2031 年的预算指标"),
        (["2023", "--department", "999"], "部门 999 还没有 2023 年的预算指标;有预算的部门:101001、101002"),
        (["2023", "--as-of", "昨天"], "不是一个时刻"),
        (["2023", "--as-of", "2023-09-30", "--department", OFFICE, "--if", "X1"], "没有措施“X1”"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_words(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, arguments: list[str], text: str
) -> None:
    code, output = sample.cli(monkeypatch, "forecast", *arguments)
    assert code == 2
    assert text in output.replace("\n", "")


def test_before_anything_was_landed_the_forecast_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, output = Warehouse(Settings(build_dir=tmp_path), None).cli(monkeypatch, "forecast", "2023")  # type: ignore[arg-type]
    assert code == 2
    assert "还没有载入任何台账" in output


def test_monitoring_has_one_progress_with_the_execution_by_month_and_every_project(sample: Warehouse) -> None:
    differing = """
        select count(*) from marts.monthly_monitoring as m join marts.budget_execution_by_month as e
        using (department_code, fiscal_year, month_no)
        where m.scope = '部门' and m.spending_progress_pct is distinct from e.spending_progress_pct
    """
    assert rows(sample.published, differing) == [(0,)]
    sums = """
        select count(*) from (
            select sum(spent_to_date_yuan) filter (scope = '项目') - sum(spent_to_date_yuan) filter (scope = '部门') as lost
            from marts.monthly_monitoring group by department_code, fiscal_year, month_no
        ) where lost <> 0
    """
    assert rows(sample.published, sums) == [(0,)]
    seasons = "select fiscal_year, count(season_progress_pct) from marts.monthly_monitoring where department_code = ? group by 1 order by 1"
    assert rows(sample.published, seasons, OFFICE) == [(2022, 0), (2023, 372)]
