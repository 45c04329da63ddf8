"""Land again what is broken in the landing zone, from the originals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.contracts import Contract
from dagster_project.ingestion.drop import DroppedFile, dropped_as
from dagster_project.ingestion.dropped_answers import answer_file
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.pending import Pending, submission_id
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.submissions import Submission, SubmissionLog

if TYPE_CHECKING:
    from dagster_project.ingestion.plan import Plan


def plan_broken(plan: Plan) -> None:
    """Plan to land again what is broken and was not planned with its file: from its original, by the same contract."""
    for identity in sorted(plan.proof.broken - plan.planned):
        entry = plan.log.entry(identity)
        if entry is None:
            continue
        original = plan.originals.find(entry.sha256, entry.file)
        file = _dropped_again(original, entry, plan.contracts, plan.log) if original else None
        if original and file:
            found, receipt = fingerprint(original), _receipt_of(entry)
            now = submission_id(file.contract, found.sha256, receipt, file.answers)
            if now == identity:
                again = Pending(file, found, receipt, identity, None, is_again=True)
                (plan.pending_answers if file.answers else plan.pending).append(again)
                continue
            if (
                not file.answers and entry in plan.standing() and now not in plan.planned
            ):  # by the contract as it is now
                plan.planned.add(now)
                plan.pending.append(Pending(file, found, receipt, now, plan.log.entry(now)))
                continue
        plan.lost.append(entry)


def _dropped_again(
    original: Path, entry: Submission, contracts: Mapping[str, Contract], log: SubmissionLog
) -> DroppedFile | None:
    """A copy of a file as it was read when it landed; None where its ledger claims it no more."""
    if not entry.answers:
        return dropped_as(original, entry.file, entry.ledger, contracts)
    contract = contracts.get(entry.ledger)
    answered = log.entry(entry.answers)
    return answer_file(original, entry.file, contract, answered) if contract and answered else None


def _receipt_of(entry: Submission) -> Receipt:
    """The receipt that an entry was landed with."""
    total = Decimal(entry.control_total) if entry.control_total else None
    return Receipt(
        entry.department_code, entry.period, entry.received_at, entry.control_rows, total, is_registered=False
    )
