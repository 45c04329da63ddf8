"""What lacks a part of its year is told and not rated: missing, refused, rejected, empty and unfinished files, and what is not due."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from oracle.comparison import differences
from oracle.editor import Editor
from oracle.offices import Base, build
from sample_warehouse import Warehouse, rows
from session_nights import LOOKED_BACK_AT, LookBack

from dagster_project.ingestion.owed import missing_files, read_calendar
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.nightly_run import NightlyRun
from dagster_project.publishing import current_version
from dagster_project.reporting.reading.scorecard import read_scorecard
from dagster_project.settings import Settings

SEEDS = Settings().dbt_project_dir / "seeds"
PAYMENTS = "payments/2023/2023年{:02d}月国库集中支付明细.csv"


@dataclass(frozen=True)
class Lacking:
    """A warehouse of an office that lacks something, and what it shows."""

    warehouse: Warehouse
    figures: dict[str, tuple[str, str | None, str]]

    def coverage(self, figure_id: str, state: str) -> list[tuple]:
        return rows(
            self.warehouse.published,
            """
            select ledger, period, rows_accepted, rows_rejected > 0, file from evaluation.figure_coverage
            where figure_id = ? and state = ? and fiscal_year = 2023 and department_code = '101001' order by all
            """,
            figure_id,
            state,
        )


def built(folder: Path, change: Callable[[Path, Editor], None]) -> Lacking:
    """The first night of the sample after a change of its files."""
    shutil.copytree(Settings().raw_dir, folder / "raw")
    editor = Editor.in_place(folder / "raw")
    change(editor.raw, editor)
    settings = Settings(raw_dir=editor.raw, build_dir=folder / "build")
    result = NightlyRun(settings).execute(lambda text: None)
    assert result.success, result.failures
    warehouse = Warehouse(settings, result)
    return Lacking(
        warehouse,
        {
            figure: (status, coverage, text)
            for figure, status, coverage, text in rows(
                warehouse.published,
                """
                select figure_id, status, coverage_zh, display_text from evaluation.figures
                where fiscal_year = 2023 and department_code = '101001'
                """,
            )
        },
    )


def change_lines(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of a text file below title, unit and header."""
    lines = path.read_text(encoding="gb18030").splitlines(keepends=True)
    path.write_text("".join(lines[:3] + change(lines[3:])), encoding="gb18030", newline="")


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Lacking:
    """Five months of payments spoilt in five ways, a quarter of the accounts, staff counts up to September, no income."""

    def change(raw: Path, editor: Editor) -> None:
        (raw / PAYMENTS.format(7)).unlink()
        change_lines(
            raw / PAYMENTS.format(8), lambda lines: [re.sub(r",2023(\d{4}),", ",某日,", line) for line in lines]
        )
        change_lines(raw / PAYMENTS.format(9), lambda lines: [])
        (raw / PAYMENTS.format(10)).write_text("支付\n没有表头\n", encoding="utf-8")
        editor.lose("ledger_balances", "2023Q4")
        editor.lose("procurements", "2023H1")
        for ledger in ("meetings", "bills", "surveys"):
            editor.lose(ledger, "2023")
        editor.keep_months("staff_counts", "统计月份|月份", 9)
        editor.remove("asset_income", {"收益编号|序号": {row["no"] for row in editor.office().income()}})

    return built(tmp_path_factory.mktemp("lacking"), change)


pytestmark = pytest.mark.slow


def test_a_figure_without_some_months_keeps_its_value_and_says_what_it_lacks(lacking: Lacking) -> None:
    status, coverage, text = lacking.figures["spending.total"]
    assert status == "PARTIAL"
    assert coverage == ("缺 2023-07,全部行退回 2023-08,空表 2023-09,整份退回 2023-10 国库集中支付明细,8/12 个月")
    assert re.fullmatch(r"[\d,]+\.\d\d万元\(数据不全\)", text)
    assert lacking.coverage("spending.total", "missing") == [("payments", "2023-07", 0, False, None)]
    assert lacking.coverage("spending.total", "wholly_rejected") == [
        ("payments", "2023-08", 0, True, PAYMENTS.format(8))
    ]
    assert lacking.coverage("spending.total", "empty") == [("payments", "2023-09", 0, False, PAYMENTS.format(9))]
    assert lacking.coverage("spending.total", "refused") == [("payments", "2023-10", 0, False, PAYMENTS.format(10))]
    assert len(lacking.coverage("spending.total", "landed")) == 8


def test_a_ratio_of_a_partial_figure_is_partial_and_other_figures_are_not(lacking: Lacking) -> None:
    assert lacking.figures["spending.rate"][0] == "PARTIAL"
    assert lacking.figures["budget.total"] == ("OK", None, "18,485.9万元")


def test_a_missing_december_of_the_accounts_is_no_difference_from_the_cards(lacking: Lacking) -> None:
    status, coverage, text = lacking.figures["reconciliation.differences"]
    assert (status, coverage) == ("PARTIAL", "缺 2023Q4 会计科目余额表,3/4 个季度")
    assert text == "0项(数据不全)"
    reasons = rows(
        lacking.warehouse.published,
        """
        select score_status, deduction_reason_zh from evaluation.indicators join evaluation.indicator_components
            using (scheme_id, fiscal_year, department_code, indicator_no)
        where indicator_components.numerator_figure = 'reconciliation.classes_equal' and fiscal_year = 2023
            and scheme_id = 'GZ-2023-RECON' and department_code = '101001'
        """,
    )
    assert [status for status, _ in reasons] == ["MISSING_DATA"]
    assert "缺少数据" in reasons[0][1]


def test_staff_of_september_is_not_that_of_the_years_end(lacking: Lacking) -> None:
    assert lacking.figures["staff.actual"][:2] == ("PARTIAL", "没有期末月份 2023 人员编制情况")


def test_an_empty_income_file_is_neither_zero_nor_no_such_business(lacking: Lacking) -> None:
    assert lacking.figures["asset_income.received"] == ("MISSING", "空表 2023 资产收益台账", "--(缺少台账)")
    assert lacking.figures["asset_income.on_time_rate"][0] == "MISSING"
    states = rows(
        lacking.warehouse.published,
        """
        select distinct state from evaluation.indicator_components
        where denominator_figure = 'asset_income.received' and fiscal_year = 2023 and department_code = '101001'
        """,
    )
    assert states == [("MISSING_DATA",)]


def test_no_rating_and_the_command_says_who_owes_what(lacking: Lacking, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = lacking.warehouse.cli(monkeypatch, "evaluate", "2023")
    told = re.sub(r"\s", "", output)
    assert code == 1
    assert "等级优" not in told and "不评等级" in told and "暂计" in told
    for words in (
        "缺2023-07国库集中支付明细(payments),影响",
        "办公厅行政处:请补报",
        "全部行退回2023-08国库集中支付明细(payments)",
        "空表2023资产收益台账(asset_income)",
        "没有期末月份2023人员编制情况(staff_counts)",
        "办公厅人事处:请把",
    ):
        assert words in told, words
    code, output = lacking.warehouse.cli(monkeypatch, "explain", "spending.total")
    assert code == 0
    assert "8/12个月" in re.sub(r"\s", "", output)


def test_no_documents_and_no_certification(lacking: Lacking, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = lacking.warehouse.cli(monkeypatch, "evaluate", "2023", "--documents")
    told = re.sub(r"\s", "", output)
    assert code == 1
    assert "数据不齐,不能生成正式报告" in told and "spending.total" in told
    assert not list(lacking.warehouse.settings.reports_dir.rglob("附件*"))


def test_a_draft_marks_its_partial_figures_and_its_pack_verifies(
    lacking: Lacking, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = lacking.warehouse.cli(monkeypatch, "evaluate", "2023", "--draft")
    assert code == 0, output
    folder = lacking.warehouse.settings.reports_dir / "2023" / "101001"
    page = (folder / "草稿-附件2-自评报告.html").read_text(encoding="utf-8")
    assert "万元(数据不全)" in page or "万元（数据不全）" in page
    pack = next(folder.glob("草稿-佐证包(内部版).zip"), None) or next(folder.glob("草稿-佐证包*.zip"))
    code, output = lacking.warehouse.cli(monkeypatch, "verify", str(pack))
    assert "由数字和方案重算,与结果表一致" in re.sub(r"\s", "", output), output


def test_ledgers_are_not_blamed_for_what_merely_is_missing(lacking: Lacking, sample: Warehouse) -> None:
    def failing(warehouse: Warehouse) -> set[str]:
        checks = json.loads((current_version(warehouse.settings.serving_dir).path / "check_results.json").read_text())
        return {
            f"{check['subject']} {check['name']}"
            for check in (checks["checks"] if isinstance(checks, dict) else checks)
            if not check["passed"]
        }

    told = {"evaluation.indicators"}
    new = failing(lacking.warehouse) - failing(sample)
    assert {name for name in new if name.split()[0] not in told} == set()


def test_the_oracle_sees_the_same(lacking: Lacking) -> None:
    # A refused file and rejected rows are the door's business; the oracle reads files as they are.
    found = differences(lacking.warehouse.published, lacking.warehouse.settings.raw_dir, (2022,))
    assert found == []


def test_the_command_owed_and_the_warehouse_agree(lacking: Lacking) -> None:
    log = SubmissionLog(lacking.warehouse.settings.landing_dir / LOG_NAME).entries
    with duckdb.connect(str(lacking.warehouse.settings.warehouse_path), read_only=True) as connection:
        day = connection.execute("select max(effective_at)::date from staging.stg_quality__submissions").fetchone()[0]
        theirs = set(
            connection.execute(
                """
                select department_code, ledger, kind_zh, period from intermediate.int_coverage__ledger_periods
                where is_lacking and state <> 'unfinished' and due_on < ?
                """,
                [day],
            ).fetchall()
        )
    missing = missing_files(read_calendar(SEEDS), log, day)
    ours = {(m.department_code, m.ledger, m.kind_zh, period) for m in missing for period in m.periods}
    assert ours == theirs
    assert len(ours) == 13


def test_every_due_day_is_the_same_in_both(sample: Warehouse) -> None:
    calendar = read_calendar(SEEDS)
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        theirs = set(
            connection.execute(
                """
                select department_code, fiscal_year, ledger, kind_zh, period, due_on
                from intermediate.int_coverage__owed_periods where fiscal_year in (2022, 2023)
                """
            ).fetchall()
        )
    log = SubmissionLog(sample.settings.landing_dir / LOG_NAME).entries
    handed_in = {(entry.department_code, entry.ledger) for entry in log}
    ours: set[tuple[str, int, str, str, str, dt.date]] = set()
    for department, year in {(entry.department_code, entry.fiscal_year) for entry in log}:
        for ledger in {line.ledger for line in calendar.lines}:
            for line in calendar.lines_for(ledger, department, year):
                if line.owed_by == "all" or (department, ledger) in handed_in:
                    ours |= {
                        (department, year, ledger, line.kind_zh, period, calendar.due_on(line, period))
                        for period in line.periods_of(year)
                    }
    years = {(department, year) for department, year, *_ in ours}
    assert ours == {row for row in theirs if row[:2] in years}
    assert len(ours) > 150


def test_a_running_year_is_to_date_and_not_rated(looked_back: LookBack) -> None:
    assert LOOKED_BACK_AT == "2023-07-31"
    version = looked_back.published.parent
    figures = {
        figure: rest
        for figure, *rest in rows(
            looked_back.published,
            """
            select figure_id, status, is_whole_year, coverage_zh from evaluation.figures
            where fiscal_year = 2023 and department_code = '101001'
            """,
        )
    }
    later = "、".join(f"2023-{month:02d}" for month in range(7, 13))
    assert figures["spending.total"] == ["OK", False, f"未到期 {later} 国库集中支付明细,6/12 个月"]
    assert figures["staff.actual"][0] == "MISSING"
    assert "PARTIAL" not in {status for status, *_ in figures.values()}
    card = read_scorecard(version, 2023, "101001")
    assert card.total["rating"] is None
    assert card.total["partial_count"] > 0
    assert {ledger.state_zh for ledger in card.lacking} == {"未到期"}
    last_year = read_scorecard(version, 2022, "101001")
    assert last_year.total["rating"] == "良"


def lost_with(file: str, entries: list[dict]) -> set[int]:
    """The numbers in the log of what is lost: a file, and where its period was corrected the whole period.

    A correction that nobody handed in is not owed, and a corrected file stands in for the one that it replaces.
    """

    def period_of(entry: dict) -> tuple[str, str, str]:
        return entry["ledger"], entry["department_code"], entry["period"]

    corrected = {period_of(entry) for entry in entries if "更正" in entry["file"]}
    periods = {period_of(entry) for entry in entries if entry["file"] == file} & corrected
    return {entry["log_no"] for entry in entries if entry["file"] == file or period_of(entry) in periods}


def in_groups(readers: dict[str, set[tuple[str, str]]]) -> list[list[str]]:
    """The ledgers in groups of which no figure reads two: what it then says is said of one of them."""
    groups: list[list[str]] = []
    for ledger, own in readers.items():
        for group in groups:
            if not any(own & readers[other] for other in group):
                group.append(ledger)
                break
        else:
            groups.append([ledger])
    return groups


def test_no_owed_file_can_be_lost_without_a_figure_that_says_so(sample: Warehouse, tmp_path: Path) -> None:
    """One file of each ledger that a figure reads, drawn by a fixed seed; the models that tell coverage are built again."""
    base = Base.of(sample.settings)
    with duckdb.connect(str(base.database), read_only=True) as connection:
        owed = connection.execute(
            """
            select distinct files.ledger, files.file
            from staging.stg_quality__hand_ins as files join evaluation.figure_coverage as coverage
                on files.ledger = coverage.ledger and files.file = coverage.file
                and files.department_code = coverage.department_code
            where coverage.state = 'landed' and coverage.fiscal_year = 2023 order by all
            """
        ).fetchall()
        readers: dict[str, set[tuple[str, str]]] = {}
        for ledger, *figure in connection.execute(
            "select distinct ledger, department_code, figure_id from evaluation.figure_coverage where fiscal_year = 2023 order by all"
        ).fetchall():
            readers.setdefault(ledger, set()).add(tuple(figure))
    draw = random.Random(15)
    ledgers = sorted({ledger for ledger, _ in owed})
    assert len(ledgers) > 40
    drawn = {ledger: draw.choice([name for of_ledger, name in owed if of_ledger == ledger]) for ledger in ledgers}
    lines = (base.landing_dir / LOG_NAME).read_text(encoding="utf-8").splitlines(keepends=True)
    entries = [json.loads(line) for line in lines]
    silent = []
    for group in in_groups({ledger: readers[ledger] for ledger in ledgers}):
        folder = tmp_path / group[0]
        landing = folder / "landing"
        landing.mkdir(parents=True)
        (landing / "findings").symlink_to(base.landing_dir / "findings")
        lost = set().union(*(lost_with(drawn[ledger], entries) for ledger in group))
        kept = (line for line, entry in zip(lines, entries, strict=True) if entry["log_no"] not in lost)
        (landing / LOG_NAME).write_text("".join(kept), encoding="utf-8")
        database = build(base, landing, set(), folder, ("int_evaluation__figure_states",))
        with duckdb.connect(str(database), read_only=True) as connection:
            told = set(
                connection.execute(
                    """
                    select department_code, figure_id from evaluation.int_evaluation__figure_states
                    where (is_partial or is_missing) and fiscal_year = 2023
                    """
                ).fetchall()
            )
        silent += [drawn[ledger] for ledger in group if not told & readers[ledger]]
        shutil.rmtree(folder)
    assert silent == []
