"""Land a drop folder: what is new, what changed, and the log of it. The rest of the load goes on when one file fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.ingestion.dropped_answers import look_at_answers
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.plan import Plan
from dagster_project.ingestion.pool import Landed, readers, start_readers
from dagster_project.ingestion.record import Record, originals_first
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.scope import Scope
from dagster_project.ingestion.unread import DropError
from dagster_project.ingestion.zone import clear_workplace, write_schemas
from dagster_project.on_disk import HeldElsewhere, hold
from dagster_project.private_files import PRIVATE_FOLDER, keep_private


def land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    *,
    only: Iterable[Path] | None = None,
    ledgers: Collection[str] | None = None,
    on_file: Callable[[str], None] = lambda name: None,
    seen: dict[Path, Fingerprint] | None = None,
    keeping: Keeping | None = None,
    limits: Limits | None = None,
) -> LandingReport:
    """Land every new or changed file of a drop folder, take back what was withdrawn, and mend what changed since it landed.

    Args:
        raw_dir: the drop; its files are only read.
        landing_dir: where Parquet and the log go.
        contracts: all of them, by ledger name.
        department_code: of files that received.csv does not list.
        only: land just these files of the drop, or the files below these folders.
        ledgers: land just the files of these ledgers.
        on_file: told the name of each file before it is looked at.
        seen: fingerprints that :func:`look_at_drop` took a moment ago.
        keeping: what becomes of originals, proofs and files that are gone.
        limits: of what one file may cost, and how many processes read.

    Raises:
        DropError: the drop folder, its received.csv or the log cannot be used, or another landing runs. Faults of single
            files do not raise.
    """
    keep_private(landing_dir.parent)
    landing_dir.mkdir(exist_ok=True)
    landing_dir.chmod(PRIVATE_FOLDER)
    scope = Scope(None if only is None else tuple(only), ledgers)
    with only_one_at_a_time(landing_dir):
        plan = Plan(
            raw_dir, landing_dir, contracts, department_code, {} if seen is None else seen, keeping or Keeping(), scope
        )
        clear_workplace(landing_dir)
        record = Record(plan)
        record.begin()
        limits = limits or Limits()
        start_readers(plan.pending, limits)  # they start up while originals are copied
        files = list(originals_first(plan, plan.pending))
        with readers(files, contracts, landing_dir, limits) as landed:
            write_schemas(landing_dir, contracts.values())  # while the processes that read start up
            _log_each(record, landed, on_file)
        look_at_answers(plan)
        if answers := list(originals_first(plan, plan.pending_answers)):
            with readers(answers, contracts, landing_dir, limits) as landed:
                _log_each(record, landed, on_file)
        record.close()
        return plan.report


def _log_each(record: Record, landed: Iterable[Landed], on_file: Callable[[str], None]) -> None:
    try:
        for job, entry in landed:
            on_file(entry.file)
            record.add(job, entry)
    finally:
        record.write()


def look_at_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    seen: dict[Path, Fingerprint],
    keeping: Keeping | None = None,
) -> tuple[bool, LandingReport]:
    """Whether landing would do something, and what is to be told of the files that need nothing.

    The fingerprints taken to find out are left in ``seen``.

    Raises:
        DropError: the drop folder, its received.csv or the log cannot be used.
    """
    plan = Plan(raw_dir, landing_dir, contracts, department_code, seen, keeping or Keeping(), Scope())
    return plan.has_news, plan.report


@contextmanager
def only_one_at_a_time(landing_dir: Path) -> Iterator[None]:
    """Hold the lock of the landing zone; raises DropError where another process holds it."""
    try:
        lock = hold(landing_dir / ".lock")
    except HeldElsewhere as error:
        raise DropError("另一个载入正在运行;请等它结束后重试") from error
    with lock:
        yield
