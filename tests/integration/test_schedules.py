"""What runs by itself: schedules by the clock of Shanghai, a missed night once, one run at a time, new files within a minute, alerts."""

from __future__ import annotations

import datetime as dt
import logging
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from alert_receiver import receiving
from sample_warehouse import Warehouse, rows
from ui_nights import beat, checks_passed, ended, runs_of, ticked, wait, write_slowly
from ui_server import LAUNCH, launch_params, running_ui

from dagster_project.dagster_home import open_instance
from dagster_project.dagster_runs import LOCATION
from dagster_project.definitions import build_definitions
from dagster_project.defs.schedules import period_before, read_cadences
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog

FILE = "payments/2022/2022年03月国库集中支付明细.csv"


@pytest.fixture(scope="module")
def definitions(sample: Warehouse) -> dg.Definitions:
    return build_definitions(sample.settings)


@pytest.mark.parametrize(
    ("of", "moment", "period"),
    [
        ("month", "2024-01-01 05:00", "2023-12"),
        ("month", "2024-03-01 05:00", "2024-02"),
        ("quarter", "2024-01-01 05:10", "2023Q4"),
        ("quarter", "2024-10-01 05:10", "2024Q3"),
        ("half", "2024-07-01 05:20", "2024H1"),
        ("half", "2024-01-01 05:20", "2023H2"),
        ("year", "2024-06-10 05:30", "2023"),
    ],
)
def test_a_schedule_asks_for_the_period_that_ended(of: str, moment: str, period: str) -> None:
    assert period_before(of, dt.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)) == period


def test_the_period_is_that_of_shanghai_while_it_is_still_the_month_before_elsewhere() -> None:
    assert period_before("month", dt.datetime(2024, 2, 29, 21, 0, tzinfo=dt.UTC)) == "2024-02"


def test_every_schedule_is_on_in_shanghai_and_its_job_exists(definitions: dg.Definitions) -> None:
    schedules = {each.name: each for each in map(definitions.resolve_schedule_def, _names())}
    assert schedules["nightly_at_two"].cron_schedule == "0 2 * * *"
    for schedule in schedules.values():
        assert schedule.execution_timezone == "Asia/Shanghai"
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
        definitions.resolve_job_def(schedule.job_name)


def _names() -> list[str]:
    return ["nightly_at_two", *(cadence.name for cadence in read_cadences())]


def test_a_schedule_gives_its_job_what_it_takes(definitions: dg.Definitions) -> None:
    at = dt.datetime(2024, 7, 1, 5, 20, tzinfo=SHANGHAI)
    with dg.instance_for_test() as instance:
        for name, period in (("progress_of_month", "2024-06"), ("progress_of_half_year", "2024H1")):
            context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
            request = definitions.resolve_schedule_def(name)(context)
            assert request.run_config == {"ops": {"reports__progress": {"config": {"period": period}}}}  # type: ignore[union-attr]
            assert dg.validate_run_config(definitions.resolve_job_def("progress"), request.run_config)  # type: ignore[union-attr]
        year = definitions.resolve_schedule_def("evaluation_of_year")(
            dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
        )
    assert (year.partition_key, year.tags["jixiao/origin"]) == ("2023", "schedule")  # type: ignore[union-attr]


def test_progress_is_written_for_the_office_itself_and_a_period_that_is_none_is_refused(
    sample: Warehouse, tmp_path: Path
) -> None:
    office = sample.copy_to(tmp_path)
    with open_instance(office.settings) as instance:
        job = build_definitions(office.settings).resolve_job_def("progress")
        config = {"ops": {"reports__progress": {"config": {"period": "2023Q3"}}}}
        assert job.execute_in_process(instance=instance, run_config=config).success
        wrong = {"ops": {"reports__progress": {"config": {"period": "../2023"}}}}
        assert not job.execute_in_process(instance=instance, run_config=wrong, raise_on_error=False).success
    path = office.settings.reports_dir / "2023" / "进度" / "2023Q3.md"
    text = path.read_text(encoding="utf-8")
    assert "## 部门 101001" in text and "| 支出率 | 98.7% |" in text and "逾期或不能用的台账 0 期" in text
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_of_five_missed_nights_one_is_made_up(sample: Warehouse, tmp_path: Path) -> None:
    """The daemon's own function, told that five days have passed since it last looked: twice, the second time with news."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import ModuleTarget
    from dagster._scheduler.scheduler import launch_scheduled_runs

    office = sample.copy_to(tmp_path)
    target = ModuleTarget("dagster_project.definitions", attribute=None, working_directory=None, location_name="jixiao")
    first = dt.datetime(2024, 3, 12, 12, 0, tzinfo=dt.UTC)
    with pytest.MonkeyPatch.context() as patch, open_instance(office.settings) as instance:
        patch.setenv("JIXIAO_BUILD_DIR", str(office.settings.build_dir))
        patch.setenv("JIXIAO_RAW_DIR", str(office.settings.raw_dir))
        with WorkspaceProcessContext(instance, target) as workspace:  # type: ignore[arg-type]
            times: dict[str, Any] = {}
            for days in (0, 5, 10):
                if days == 10:
                    _append(office.settings.raw_dir / FILE)
                list(launch_scheduled_runs(workspace, logging.getLogger("test"), first + dt.timedelta(days), times))
        runs = [run.tags for run in instance.get_runs() if run.tags["jixiao/origin"] == "schedule"]
    with_news, quiet = runs
    assert with_news["dagster/schedule_name"] == "nightly_at_two" and quiet["jixiao/outcome"] == "quiet"


def _append(path: Path) -> None:
    """An empty line more: other bytes, and a file that lies still."""
    path.write_bytes(path.read_bytes() + b"\r\n")


@pytest.mark.slow
def test_several_years_are_evaluated_in_one_run(sample: Warehouse, tmp_path: Path) -> None:
    office = sample.copy_to(tmp_path)
    years = {"dagster/asset_partition_range_start": "2022", "dagster/asset_partition_range_end": "2023"}
    with open_instance(office.settings) as instance:
        job = build_definitions(office.settings).resolve_job_def("annual_evaluation")
        done = job.execute_in_process(instance=instance, tags=years, raise_on_error=False)
        key = dg.AssetKey(["reports", "annual_report"])
        assert done.success and instance.get_materialized_partitions(key) == {"2022", "2023"}
    for year in ("2022", "2023"):
        assert list((office.settings.reports_dir / year / "101001").glob("附件2*"))


@pytest.mark.slow
def test_a_file_that_is_dropped_is_landed_checked_and_published_and_what_fails_is_told(
    sample: Warehouse, tmp_path: Path
) -> None:
    """The real UI, code server and daemon on loopback, asked through GraphQL; a real webhook."""
    office = sample.copy_to(tmp_path)
    settings, before = office.settings, (office.settings.serving_dir / "current").resolve()
    with receiving() as receiver, running_ui(settings, tmp_path / "ui.log", JIXIAO_ALERT_URLS=receiver.url) as ui:
        wait(lambda: ticked(ui, "new_files"), 300)
        assert runs_of(ui, "sensor") == [], "nothing is new"
        [by_hand] = runs_of(ui, "command")
        assert by_hand["repositoryOrigin"] == {"repositoryLocationName": LOCATION}, "or no timeline shows it"
        write_slowly(settings.raw_dir / FILE, 25)
        dropped = time.time()
        [run] = wait(lambda: ended(ui, "sensor"), 900)
        assert run["status"] == "SUCCESS" and 0 < run["creationTime"] - dropped < 60, (
            "not before it was whole, and soon"
        )
        entries = SubmissionLog(settings.landing_dir / LOG_NAME).entries
        [entry] = [each for each in entries if each.file == FILE and each.landed_at[:10] != "" and each.log_no > 206]
        assert entry.status == "landed" and entry.size_bytes == (settings.raw_dir / FILE).stat().st_size
        assert checks_passed(ui) and (settings.serving_dir / "current").resolve() != before
        landed = rows(office.published, "select count(*) from quality.submissions where file = ?", FILE)
        assert landed == [(2,)]
        wait(lambda: beat(settings.heartbeat, "sensor"), 300)

        two = [launch_params("nightly", {}) for _ in range(2)]
        for params in two:
            assert ui.graphql(LAUNCH, params=params)["data"]["launchRun"]["__typename"] == "LaunchRunSuccess"
        first, second = sorted(wait(lambda: ended(ui, "", 2), 900), key=lambda each: each["startTime"])
        assert first["endTime"] <= second["startTime"], "one run at a time"

        settings.raw_dir.rename(tmp_path / "away")
        assert (
            ui.graphql(LAUNCH, params=launch_params("nightly", {}))["data"]["launchRun"]["__typename"]
            == "LaunchRunSuccess"
        )
        told = wait(lambda: [each for each in receiver.received if "夜间任务失败" in each["title"]], 600)
        assert "找不到原始数据文件夹" in told[0]["message"]
