"""Whether what a build would read is what landed: the last look before dbt, however the build was started."""

from __future__ import annotations

from collections.abc import Mapping

from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.periods import moment_of
from dagster_project.ingestion.proof import prove_zone
from dagster_project.ingestion.report import lost_text
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.settings import Settings


class LandedError(RuntimeError):
    """What a build would read is gone or changed; the message names each file and what to do."""


def prove_landed(settings: Settings, as_of: str = "", held_back: Mapping[str, int] | None = None) -> None:
    """Prove that the landed rows of every submission in force are there and are those that landed.

    Args:
        settings: where the landing zone is.
        as_of: the moment to build for, empty for now.
        held_back: departments whose entries of the log after a number do not count.

    Raises:
        LandedError: some are gone or changed, or rows lie there that the log does not know.
    """
    log = SubmissionLog(settings.landing_dir / LOG_NAME)
    moment = moment_of(as_of) if as_of else ""
    needed = {entry.submission_id: entry for entry in in_force(log.entries, moment, held_back or {})}
    originals = Originals(settings.keeping.originals_of(settings.landing_dir))
    proof = prove_zone(log, settings.landing_dir, originals, settings.proof_seconds, only=needed.keys())
    wrong = [lost_text(needed[identity]) for identity in needed if identity in proof.broken]
    wrong += [f"{path} 不是载入程序写的(日志中没有),会被当作台账读入;请移走后重试" for path in proof.strays]
    if wrong:
        raise LandedError("\n".join(wrong))
