"""What a night did, and whether there is anything to do: a quiet night needs neither Dagster nor dbt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.building.warehouse_file import needs_build
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.landing import look_at_drop
from dagster_project.ingestion.standing import without_taken_back
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog, totals
from dagster_project.publishing import DATABASE, current_version, look_after
from dagster_project.quality.issue_report import IssueReport, read_issues
from dagster_project.settings import Settings


@dataclass
class NightlyResult:
    """What one run did; ``counts`` are the rows of the files landed in it.

    ``refused`` says of each file that is refused or held, also since an earlier night, why and what to do; ``unclaimed``
    the same of what was not read besides; ``notes`` says what was found damaged, and what was mended. ``issues`` is what the
    version says of its data quality, on a quiet night the same as on the night that made it. ``run_id`` is the run that Dagster keeps of it, where it keeps one.
    """

    success: bool
    log_path: Path
    new_files: int = 0
    unchanged_files: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    version: str | None = None
    run_id: str = ""
    is_new_version: bool = False
    issues: IssueReport = field(default_factory=IssueReport)


def quiet_night(settings: Settings, seen: dict[Path, Fingerprint]) -> NightlyResult | None:
    """The result of a night without news; None where a file, a model, a suite or an engine changed since the last one.

    None too where the current version or the warehouse is not as it was left: then it is built again.

    The fingerprints taken to find out are left in ``seen``.

    Raises:
        DropError: the drop folder cannot be used.
    """
    contracts = load_contracts(settings.contracts_dir)
    # Published files are proved while the drop is looked at: both wait for the disk.
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(look_after, settings.serving_dir, settings.published_proof_seconds)
        has_news, report = look_at_drop(
            settings.raw_dir, settings.landing_dir, contracts, settings.department_code, seen, settings.keeping
        )
        notes = looking.result()
    if has_news or needs_build(settings):
        return None
    entries = without_taken_back(SubmissionLog(settings.landing_dir / LOG_NAME).entries)
    files = {(entry.ledger, entry.file) for entry in entries}
    version = current_version(settings.serving_dir)
    return NightlyResult(
        success=True,
        log_path=settings.nightly_log,
        unchanged_files=len(files),
        counts=totals([]),
        refused=report.refusal_texts(settings.landing_dir),
        unclaimed=report.unread_texts(),
        notes=notes,
        version=version.version,
        issues=read_issues(version.path / DATABASE),
    )
