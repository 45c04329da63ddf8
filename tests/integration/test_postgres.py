"""Dagster's storage in a real PostgreSQL: nights as with the files, a server that is gone in the middle of one, addresses that cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alert_receiver import receiving
from postgres_server import ESCAPED, PASSWORD, Postgres, running_postgres
from sample_warehouse import Warehouse, rows
from ui_nights import beat, checks_passed, ended, runs_of, ticked, wait, write_slowly
from ui_server import running_ui

from dagster_project.dagster_home import open_instance
from dagster_project.postgres_address import StorageError
from dagster_project.publishing import current_version, verify
from dagster_project.settings import PROJECT_ROOT, Settings

FILE, LATER = "payments/2022/2022年03月国库集中支付明细.csv", "payments/2022/2022年04月国库集中支付明细.csv"
JIXIAO = "from dagster_project.cli import app; app()"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def jixiao(*words: str, **environment: str) -> tuple[int, str]:
    """A command as a process of its own; its exit code and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-c", JIXIAO, *words], capture_output=True, text=True, check=False, timeout=600,
        cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), **environment},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_address_is_named_in_dagsters_settings_and_its_password_stands_nowhere(
    postgres: Postgres, tmp_path: Path
) -> None:
    secret = tmp_path / "address"
    secret.write_text(postgres.url() + "\n")
    secret.chmod(0o600)
    with open_instance(Settings(build_dir=tmp_path / "build", dagster_postgres_file=secret)) as instance:
        assert instance.get_runs_count() >= 0
        shown = instance.info_str()
    written = [path.read_text() for path in (tmp_path / "build" / "dagster").rglob("*") if path.is_file()]
    assert any("env: DAGSTER_POSTGRES_URL" in text for text in written)
    assert not [text for text in (shown, *written) if PASSWORD in text or ESCAPED in text]


def test_an_address_that_cannot_be_used_is_one_line_without_the_password(postgres: Postgres, tmp_path: Path) -> None:
    open_file = tmp_path / "open"
    open_file.write_text(postgres.url())
    open_file.chmod(0o644)
    for told, settings in {
        "password authentication failed": Settings(dagster_postgres=postgres.url("Wrong-Password")),
        "does not exist": Settings(dagster_postgres=postgres.url(database="nowhere")),
        "不能用:connection": Settings(dagster_postgres=f"postgresql://jixiao:{ESCAPED}@127.0.0.1:1/dagster"),
        "不是 PostgreSQL 的连接地址": Settings(dagster_postgres=f"mysql://jixiao:{ESCAPED}@127.0.0.1/dagster"),
        "chmod 600": Settings(dagster_postgres_file=open_file),
        "读不到": Settings(dagster_postgres_file=tmp_path / "none"),
        "只能设置一个": Settings(dagster_postgres=postgres.url(), dagster_postgres_file=open_file),
    }.items():
        with pytest.raises(StorageError, match=told) as raised:
            open_instance(settings)
        text = str(raised.value)
        assert "\n" not in text and PASSWORD not in text and ESCAPED not in text and "Wrong-Password" not in text


def test_without_its_packages_the_start_says_what_to_install(tmp_path: Path) -> None:
    hide = tmp_path / "sitecustomize.py"
    hide.write_text("import sys\nsys.modules['dagster_postgres'] = None\n")
    code, text = jixiao(
        "ui", "--port", "0", JIXIAO_BUILD_DIR=str(tmp_path / "build"), PYTHONPATH=f"{tmp_path}:{PROJECT_ROOT}",
        JIXIAO_DAGSTER_POSTGRES=f"postgresql://jixiao:{ESCAPED}@127.0.0.1/dagster",
    )  # fmt: skip
    assert code == 2 and "pip install 'jixiao[postgresql]'" in text and "Traceback" not in text and ESCAPED not in text


@pytest.mark.slow
def test_a_night_of_the_command_line_without_its_server_fails_in_one_line_and_the_next_one_publishes(
    postgres: Postgres, sample: Warehouse, tmp_path: Path
) -> None:
    office = sample.copy_to(tmp_path)
    own = {"JIXIAO_BUILD_DIR": str(office.settings.build_dir), "JIXIAO_RAW_DIR": str(office.settings.raw_dir)}
    write_slowly(office.settings.raw_dir / FILE, 1)
    before = current_version(office.settings.serving_dir).version
    postgres.kill()
    code, text = jixiao("nightly", JIXIAO_DAGSTER_POSTGRES=postgres.url(), **own)
    assert code == 1 and "PostgreSQL" in text and "Traceback" not in text and ESCAPED not in text
    assert current_version(office.settings.serving_dir).version == before
    [alert] = office.settings.outbox_dir.glob("*failed.txt")
    assert "PostgreSQL" in alert.read_text()
    postgres.start_again()
    code, text = jixiao("nightly", JIXIAO_DAGSTER_POSTGRES=postgres.url(), **own)
    assert code == 0, text
    assert current_version(office.settings.serving_dir).version != before
    assert len(list(office.settings.outbox_dir.glob("*failed.txt"))) == 2, "it is told that it is over"


@pytest.mark.slow
def test_a_dropped_file_is_published_and_a_server_that_dies_in_mid_run_is_told_and_made_good(
    postgres: Postgres, sample: Warehouse, tmp_path: Path
) -> None:
    """The real web server, code server and daemon with PostgreSQL, asked through GraphQL; a real webhook."""
    office = sample.copy_to(tmp_path)
    settings = office.settings
    log, serving = tmp_path / "ui.log", settings.serving_dir
    places = {"JIXIAO_DAGSTER_POSTGRES": postgres.url()}
    with receiving() as receiver, running_ui(settings, log, JIXIAO_ALERT_URLS=receiver.url, **places) as ui:
        wait(lambda: ticked(ui, "new_files"), 300)
        assert runs_of(ui, "sensor") == []
        first = current_version(serving).version
        write_slowly(settings.raw_dir / FILE, 1)
        [run] = wait(lambda: ended(ui, "sensor"), 900)
        assert run["status"] == "SUCCESS" and checks_passed(ui)
        second = current_version(serving).version
        assert second != first
        assert rows(office.published, "select count(*) from quality.submissions where file = ?", FILE) == [(2,)]
        in_postgres = postgres.rows("select run_id from runs where status = 'SUCCESS'")
        assert run["runId"] in {run_id for (run_id,) in in_postgres}
        wait(lambda: beat(settings.heartbeat, "sensor"), 300)
        assert ui.ask("GET", "/health").status == 200

        write_slowly(settings.raw_dir / LATER, 1)
        wait(lambda: [run for run in runs_of(ui, "sensor") if run["status"] == "STARTED"], 300)
        postgres.kill()
        told = wait(lambda: [each for each in receiver.received if "运行记录库连接不上" in each["title"]], 300)
        assert ESCAPED not in told[0]["message"] and PASSWORD not in told[0]["message"]
        assert ui.ask("GET", "/health").status == 503
        assert verify(current_version(serving).path) == [], "readers keep a whole version"
        postgres.start_again()
        wait(lambda: [each for each in receiver.received if "又能连接" in each["title"]], 300)
        wait(lambda: current_version(serving).version != second, 900)
        landed = rows(office.published, "select count(*) from quality.submissions where file = ?", LATER)
        assert landed == [(2,)], "landed once, whatever was broken off"
        wait(lambda: not [r for r in runs_of(ui, "sensor") if r["status"] not in ("SUCCESS", "FAILURE")], 300)
        wait(lambda: ui.ask("GET", "/health").status == 200, 300)
    assert ESCAPED not in log.read_text() and PASSWORD not in log.read_text()
