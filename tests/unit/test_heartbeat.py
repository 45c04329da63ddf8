"""A scheduler that is dead is told from a file, by the clock of Shanghai, without Dagster."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alert_receiver import receiving
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.after_a_night import after_a_night, tell_pulse
from dagster_project.monitoring.heartbeat import beat, due_before, pulse
from dagster_project.monitoring.night_end import NightEnd
from dagster_project.settings import PROJECT_ROOT, Settings


def shanghai(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def night_at(text: str) -> NightEnd:
    return NightEnd("schedule", shanghai(text), shanghai(text) + dt.timedelta(minutes=1), "quiet")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-03-05 03:59", "2024-03-04 02:00"),
        ("2024-03-05 04:00", "2024-03-05 02:00"),
        ("2024-03-05 23:59", "2024-03-05 02:00"),
        ("2024-03-01 00:10", "2024-02-29 02:00"),
    ],
)
def test_a_night_is_missed_two_hours_after_it_had_to_begin(tmp_path: Path, now: str, due: str) -> None:
    assert due_before(Settings(build_dir=tmp_path), shanghai(now)) == shanghai(due)


def test_hours_are_those_of_shanghai_wherever_the_machine_stands(tmp_path: Path) -> None:
    in_utc = dt.datetime(2024, 3, 4, 20, 0, tzinfo=dt.UTC)  # 04:00 of the next day there
    assert due_before(Settings(build_dir=tmp_path), in_utc) == shanghai("2024-03-05 02:00")


def test_hour_and_grace_are_settings(tmp_path: Path) -> None:
    settings = Settings(build_dir=tmp_path, night_at="23:30", night_grace_hours=0.5)
    assert due_before(settings, shanghai("2024-03-05 00:00")) == shanghai("2024-03-04 23:30")


def test_a_night_by_hand_counts_until_the_next_one_is_missed(tmp_path: Path) -> None:
    settings = Settings(build_dir=tmp_path)
    beat(settings, night_at("2024-03-04 15:20"))
    assert pulse(settings, shanghai("2024-03-05 03:00")).is_alive
    dead = pulse(settings, shanghai("2024-03-05 05:00"))
    assert not dead.is_alive and "应在 2024-03-05 02:00 运行的没有运行" in dead.seen_zh


def test_a_dead_scheduler_is_told_once_and_its_next_night_ends_it(tmp_path: Path) -> None:
    with receiving() as receiver:
        settings = Settings(build_dir=tmp_path, alert_urls=receiver.url)
        after_a_night(settings, night_at("2024-03-04 02:00"))
        for hour in ("2024-03-04 09:00", "2024-03-05 09:00", "2024-03-05 10:00", "2024-03-06 09:00"):
            assert tell_pulse(settings, shanghai(hour)) == []
        after_a_night(settings, night_at("2024-03-07 02:00"))
    assert [each["title"][8:] for each in receiver.received] == ["夜间任务没有按时运行(1)", "夜间任务已恢复按时运行"]


def test_the_command_says_it_by_its_exit_code_and_alerts_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    settings = Settings()
    now = dt.datetime.now(SHANGHAI)
    beat(settings, NightEnd("command", now, now, "failed"))
    alive = CliRunner().invoke(app, ["doctor", "--heartbeat"])
    assert alive.exit_code == 0 and "命令行,未发布" in alive.output
    beat(settings, night_at("2024-03-04 02:00"))
    dead = CliRunner().invoke(app, ["doctor", "--heartbeat"])
    assert dead.exit_code == 1 and "没有运行" in dead.output and not settings.outbox_dir.exists()
    assert CliRunner().invoke(app, ["doctor", "--heartbeat", "--alert"]).exit_code == 1
    assert len(list(settings.outbox_dir.iterdir())) == 1
    assert CliRunner().invoke(app, ["doctor", "--alert"]).exit_code == 2


def test_it_loads_neither_dagster_nor_dbt(tmp_path: Path) -> None:
    code = (
        "import sys, atexit; from dagster_project.cli import app; "
        "atexit.register(lambda: print(sorted({'dagster', 'dbt', 'apprise', 'great_expectations'} & set(sys.modules)))); "
        "app(['doctor', '--heartbeat'])"
    )
    environment = {**os.environ, "JIXIAO_BUILD_DIR": str(tmp_path), "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=PROJECT_ROOT, check=False
    )
    assert done.returncode == 1 and done.stdout.rstrip().endswith("[]"), done
