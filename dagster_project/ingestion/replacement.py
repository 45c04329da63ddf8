"""Whose place a file takes, and what confirms that it may: a line of received.csv, or the same bytes handed in a second time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dagster_project.ingestion.file_names import folded
from dagster_project.ingestion.periods import local_iso
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.standing import last_landed
from dagster_project.ingestion.submissions import Submission

INSTANT = dt.timedelta(microseconds=1)
LETTERS = str.maketrans("0123456789abcdef", "ABCDEFGHJKLMNPQR")
"""A code of letters only: spreadsheet programs take the zeros off numbers and read 12e456 as one."""
CODE_LENGTH = 6


def displaced(entry: Submission, entries: Iterable[Submission], names: Collection[str]) -> Submission | None:
    """The submission of another file whose place a new one would take, or that would take its place; None where none would.

    ``names`` are the files that lie in the drop: what was taken out of it may be replaced by anything.
    """
    rivals = [other for other in last_landed(entries).values() if _same_period(other, entry)]
    current = max(rivals, key=lambda other: (other.received_at, other.log_no), default=None)
    if current is None or current.file == entry.file or current.submission_id == entry.submission_id:
        return None
    return current if current.file in names else None


def own_earlier(entry: Submission, entries: Iterable[Submission]) -> Submission | None:
    """What the same file held last and what counts until now; None where it held nothing."""
    return last_landed(entry_ for entry_ in entries if entry_.file == entry.file).get((entry.ledger, entry.file))


def is_confirmed(replaces: str, other: Submission) -> bool:
    """Whether received.csv says that a file takes the place of the other: by its path or its bare name."""
    said = folded(replaces)
    return bool(said) and said in (folded(other.file), folded(other.file).rsplit("/", 1)[-1])


def confirmation_code(entry: Submission) -> str:
    """Six letters that stand for these bytes, handed in for this department and period, whatever the contract says of them."""
    parts = (entry.ledger, entry.sha256, entry.department_code, entry.period)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:CODE_LENGTH].translate(LETTERS)


def has_code(receipt: Receipt, entry: Submission) -> bool:
    """Whether the line of received.csv confirms just these bytes."""
    return receipt.confirmed.upper() == confirmation_code(entry)


def is_second_hand_in(entry: Submission, entries: Sequence[Submission]) -> bool:
    """Whether the same bytes were held before and were handed in again since: registered as received later, or taken out and put back.

    A file that only lies there is the same hand-in, however many nights look at it.
    """
    of_file = [each for each in entries if each.ledger == entry.ledger and each.file == entry.file]
    for number, each in enumerate(of_file):
        if each.status != "held" or each.sha256 != entry.sha256 or not _same_period(each, entry):
            continue
        if each.registered_at and entry.registered_at and entry.registered_at > each.registered_at:
            return True
        if any(later.status == "withdrawn" for later in of_file[number + 1 :]):
            return True
    return False


def behind_what_it_replaces(entry: Submission, replaces: str, entries: Iterable[Submission]) -> Submission:
    """The entry, received no earlier than the file whose place received.csv gives it: the last received is the current one."""
    places = [
        other.received_at
        for other in entries
        if other.status == "landed" and _same_period(other, entry) and is_confirmed(replaces, other)
    ]
    return replace(entry, received_at=max([entry.received_at, *(_moved(place, INSTANT) for place in places)]))


def before(entry: Submission, other: Submission) -> Submission:
    """The entry, received earlier than the other, which takes its place by what received.csv says."""
    return replace(entry, received_at=min(entry.received_at, _moved(other.received_at, -INSTANT)))


def _moved(received_at: str, by: dt.timedelta) -> str:
    return local_iso(dt.datetime.fromisoformat(received_at) + by)


def _same_period(one: Submission, other: Submission) -> bool:
    return (one.ledger, one.department_code, one.period) == (other.ledger, other.department_code, other.period)
