"""What a night begins while Dagster still loads: dbt parses in its own process, and the files of the drop land."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dagster_project.building.dbt_process import DbtProcess
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.landing import LandingReport, land_drop
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.settings import Settings


class HeadStart:
    """One night's work under way; whoever runs the job picks up its results.

    ``known_entries`` is how many entries the log of submissions had before; ``seen`` holds fingerprints already taken.
    """

    def __init__(self, settings: Settings, seen: dict[Path, Fingerprint] | None = None):
        self.dbt = DbtProcess(settings)
        self.known_entries = len(SubmissionLog(settings.landing_dir / LOG_NAME).entries)
        thread = ThreadPoolExecutor(1, thread_name_prefix="land")
        self._landing = thread.submit(
            land_drop,
            settings.raw_dir,
            settings.landing_dir,
            load_contracts(settings.contracts_dir),
            settings.department_code,
            seen=seen,
        )
        thread.shutdown(wait=False)

    def landed(self) -> LandingReport:
        """Wait for the landing; raises what it raised."""
        return self._landing.result()

    def close(self) -> None:
        """End what nobody picked up."""
        self.dbt.close()
