"""Run the nightly job of the definitions without the UI, and say in plain values what it did."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

import dagster as dg
import duckdb

from dagster_project.building.head_start import HeadStart
from dagster_project.building.night import NightlyResult
from dagster_project.building.plain_words import plain
from dagster_project.building.retention import remove_old_originals
from dagster_project.building.run_records import put_damaged_aside, put_storage_aside
from dagster_project.dagster_home import open_instance
from dagster_project.dagster_runs import ORIGIN_TAG, record_unrecorded
from dagster_project.defs.bi_server import POSTGRES_KEY
from dagster_project.defs.portal import PORTAL_KEY
from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.ingestion.standing import without_taken_back
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog, totals
from dagster_project.old_runs import forget_old_runs
from dagster_project.postgres_address import StorageError, postgres_url, unreachable_text
from dagster_project.publishing import DATABASE, PublishError, current_version, kept_version, look_after
from dagster_project.publishing.signatures import SignatureError
from dagster_project.quality.issue_report import read_issues
from dagster_project.run_failures import failure_lines, system_error
from dagster_project.settings import Settings
from dagster_project.stale_runs import close_stale_runs

STEP_TEXTS = {
    "land_ledgers": "登记报送文件",
    "build_warehouse": "重建数据仓库",
    "gate": "发布前检查",
    "serving__published": "发布",
    "serving__portal": "门户",
    "serving__postgres": "BI 数据库",
}


class NightlyRun:
    """One run of the job ``nightly``, recorded in Dagster's storage so that the UI shows it, unless it looks back."""

    def __init__(self, settings: Settings, as_of: str = "", head_start: HeadStart | None = None):
        self.settings = settings
        self.as_of = as_of
        self.head_start = head_start or HeadStart(settings, as_of=as_of)
        self.log_path = settings.nightly_log

    def execute(self, tell: Callable[[str], None]) -> NightlyResult:
        """Run the job; ``tell`` hears which step begins. What the system does not let it do is a failure in plain words."""
        try:
            return self._execute(tell)
        except StorageError as error:
            failures = [str(error)]
        except Exception as error:  # Dagster wraps what a database said, each time otherwise
            what = system_error(error)
            if what is None:
                raise
            failures = [self._plainly(what), *put_storage_aside(self.settings, what)]
        with contextlib.suppress(PublishError):
            version = current_version(self.settings.serving_dir).version
            return NightlyResult(False, self.log_path, failures=failures, version=version)
        return NightlyResult(False, self.log_path, failures=failures)

    def _plainly(self, error: BaseException) -> str:
        url = postgres_url(self.settings)
        is_of_postgres = url and not isinstance(error, OSError | sqlite3.Error)
        return unreachable_text(url, error) if is_of_postgres else plain(str(error))

    def _instance(self) -> dg.DagsterInstance:
        """Dagster's storage; a look back has one of its own, which goes with it: what it builds is the state of no asset."""
        return dg.DagsterInstance.ephemeral() if self.as_of else open_instance(self.settings)

    def _execute(self, tell: Callable[[str], None]) -> NightlyResult:
        from dagster_project.definitions import build_definitions

        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        tell("读取定义")
        notes = put_damaged_aside(self.settings)
        with (
            self.log_path.open("w", encoding="utf-8") as stream,
            _quiet(stream, tell),
            contextlib.closing(self.head_start),
            self._instance() as instance,  # while dbt gets ready: the definitions wait for its manifest
        ):
            if not self.as_of:
                notes += close_stale_runs(instance)
                record_unrecorded(self.settings, instance)
                forget_old_runs(self.settings, instance)
            job = build_definitions(self.settings, self.head_start).resolve_job_def("nightly")
            run = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                tags={ORIGIN_TAG: "command"},
            )
        if run.success:
            with contextlib.suppress(SignatureError, duckdb.Error):  # then none are removed; `jixiao doctor` says why
                remove_old_originals(self.settings)
        entries = SubmissionLog(self.settings.landing_dir / LOG_NAME).entries
        result = NightlyResult(run.success, self.log_path, failures=failure_lines(run.all_events))
        result.run_id = "" if self.as_of else run.run_id
        new = [entry for entry in entries[self.head_start.known_entries :] if entry.is_hand_in]
        result.new_files = len(new)
        standing = {(entry.ledger, entry.file) for entry in without_taken_back(entries)}
        result.unchanged_files = len(standing - {(e.ledger, e.file) for e in new})
        result.counts = totals(new)
        report = self.head_start.report()
        result.refused = report.refusal_texts(self.settings.landing_dir)
        result.unclaimed = report.unread_texts()
        published = _told_by(run, PUBLISHED_KEY)
        result.is_new_version = bool(published.get("is_new"))
        result.notes = [*self.head_start.notes, *notes]
        if mended := published.get("mended"):
            result.notes.append(f"版本 {published['version']} 的文件损坏或缺失,已换上完好的:{'、'.join(mended)}")
        for key in (PORTAL_KEY, POSTGRES_KEY):
            if warning := _told_by(run, key).get("warning"):
                result.notes.append(str(warning))
        result.notes += look_after(self.settings.serving_dir, self.settings.published_proof_seconds)
        with contextlib.suppress(PublishError):
            result.version = published.get("version") or current_version(self.settings.serving_dir).version
        if run.success and result.version:
            result.issues = read_issues(kept_version(self.settings.serving_dir, result.version).path / DATABASE)
        return result


def _told_by(run: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dict[str, Any]:
    """What an asset said when it was made, such as the publishing one of its version; empty where it did not run."""
    events = [e for e in run.get_asset_materialization_events() if e.asset_key == key]
    return {name: entry.value for event in events for name, entry in event.materialization.metadata.items()}


class WatchedLog:
    """A log file that what Dagster and dbt print goes to, and that passes on which step begins."""

    def __init__(self, stream: TextIO, tell: Callable[[str], None]):
        self._stream = stream
        self._tell = tell

    def write(self, text: str) -> int:
        """Write to the file; a line that starts a step is told."""
        for step, words in STEP_TEXTS.items():
            if f"{step} - STEP_START" in text:
                self._tell(words)
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the file."""
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _quiet(stream: TextIO, tell: Callable[[str], None]) -> Iterator[None]:
    """Send what Dagster and dbt print to the log file; what ``tell`` prints goes where it went before."""
    standard = sys.stdout

    def tell_outside(words: str) -> None:
        with contextlib.redirect_stdout(standard):
            tell(words)

    watched = WatchedLog(stream, tell_outside)
    with contextlib.redirect_stdout(watched), contextlib.redirect_stderr(watched):
        yield
