"""What a night begins before Dagster loads: dbt gets ready in its own process, the files of the drop land, dbt builds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dagster_project.building.dbt_process import DbtProcess, build_arguments
from dagster_project.building.inputs import input_fingerprint
from dagster_project.building.landed import prove_landed
from dagster_project.building.one_at_a_time import BuildLock
from dagster_project.building.warehouse_file import begin_anew, needs_build
from dagster_project.contracts import ContractError, load_contracts
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.ingestion.unread import DropError
from dagster_project.private_files import keep_private
from dagster_project.settings import Settings


class HeadStart:
    """One night's work under way; whoever runs the job picks up its results.

    ``known_entries`` is how many entries the log of submissions had before; ``seen`` holds fingerprints already taken;
    ``as_of`` is the moment to build for, empty for now; ``only`` these files of the drop are read, all where it is None; ``lock`` is the right to build, held until the night ends; ``inputs`` is the fingerprint of what dbt builds from, ``notes`` what
    was found and mended on the way.

    Raises:
        BuildingElsewhere: another process builds this warehouse.
    """

    def __init__(
        self,
        settings: Settings,
        seen: dict[Path, Fingerprint] | None = None,
        as_of: str = "",
        only: Iterable[Path] | None = None,
    ):
        self._settings = settings
        self.as_of = as_of
        self.inputs = ""
        contracts = load_contracts(settings.contracts_dir)
        keep_private(settings.build_dir, settings.private_places)
        self.lock = BuildLock(settings)
        self.notes = self.lock.notes
        self.dbt = DbtProcess(settings)
        self.known_entries = len(SubmissionLog(settings.landing_dir / LOG_NAME).entries)
        thread = ThreadPoolExecutor(1, thread_name_prefix="head-start")
        self._landing = thread.submit(
            land_drop,
            settings.raw_dir,
            settings.landing_dir,
            contracts,
            settings.department_code,
            only=only,
            seen=seen,
            keeping=settings.keeping,
            limits=settings.limits,
        )
        self._building = thread.submit(self._build)
        thread.shutdown(wait=False)

    def wait_until_landed(self) -> None:
        """Wait until the landing has ended, well or not.

        Raises:
            DropError, ContractError: nothing can be landed, so that nothing need run.
        """
        error = self._landing.exception()
        if isinstance(error, DropError | ContractError):
            self.close()
            raise error

    def landed(self) -> LandingReport:
        """Wait for the landing; raises what it raised."""
        return self._landing.result()

    def report(self) -> LandingReport:
        """What landed and what was not read; an empty report where the landing failed."""
        return LandingReport() if self._landing.exception() else self._landing.result()

    def building(self) -> subprocess.Popen[bytes] | None:
        """The dbt that builds, as soon as everything has landed; None where nothing changed since the last night.

        Raises:
            LandedError: what a build would read is gone or changed.
        """
        return self._building.result()

    def close(self) -> None:
        """End what nobody picked up."""
        self._building.cancel()
        self.dbt.close()
        self.lock.close()

    def _build(self) -> subprocess.Popen[bytes] | None:
        if self._landing.exception() is not None:
            return None
        prove_landed(self._settings, self.as_of)
        self.inputs = input_fingerprint(self._settings)
        if not self.as_of and not needs_build(self._settings, self.inputs):
            return None
        self.notes += begin_anew(self._settings)
        self.lock.note_dbt(self.dbt.process.pid)
        return self.dbt.start(build_arguments(self.as_of))
