"""Which entries of the log count: what each file held last, and of a ledger replaced as a whole the last file of a period.

The same rules choose in dbt (`stg_quality__current_submissions`); a test holds the two against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dagster_project.ingestion.submissions import TAKEN_BACK, Submission

COUNTED = ("landed", *TAKEN_BACK)
"""A refused or held file takes nobody's place, not even that of what it held before."""


NOBODY: Mapping[str, int] = {}


def last_hand_ins(entries: Iterable[Submission]) -> list[Submission]:
    """What each file held last, whatever became of it, without those that were taken back; an answer beside what lay there before it."""
    last: dict[tuple[str, str, bool], Submission] = {}
    for entry in entries:
        if entry.is_hand_in:
            last[entry.ledger, entry.file, bool(entry.answers)] = entry
        else:
            for is_answer in (False, True):
                last.pop((entry.ledger, entry.file, is_answer), None)
    return list(last.values())


def last_landed(entries: Iterable[Submission]) -> dict[tuple[str, str], Submission]:
    """What each file, by ledger and name, held last when it landed; files that were taken back are left out, and so are answers."""
    last = {
        (entry.ledger, entry.file): entry
        for entry in entries
        if entry.status in COUNTED and not (entry.answers and entry.is_hand_in)
    }
    return {place: entry for place, entry in last.items() if entry.status == "landed"}


def answers_standing(entries: Iterable[Submission]) -> list[Submission]:
    """The answers that were not taken back, in the order of the log: each speaks of its own rows, so that no later one ends it."""
    kept: dict[tuple[str, str], dict[str, Submission]] = {}
    for entry in entries:
        of_file = kept.setdefault((entry.ledger, entry.file), {})
        if not entry.is_hand_in:
            of_file.clear()
        elif entry.answers and entry.status == "landed":
            of_file[entry.submission_id] = entry
    found = {entry.submission_id: entry for of_file in kept.values() for entry in of_file.values()}
    return sorted(found.values(), key=lambda entry: entry.log_no)


def in_force(entries: Iterable[Submission], as_of: str = "", held_back: Mapping[str, int] = NOBODY) -> list[Submission]:
    """The submissions whose rows may count, as of a moment in ISO format (Asia/Shanghai), now where it is empty.

    Of departments that are held back nothing counts that came after an entry of the log. An answer counts while what it answers does.
    """
    seen = [
        entry
        for entry in entries
        if (not as_of or entry.holds_from <= as_of)
        and entry.log_no <= held_back.get(entry.department_code, entry.log_no)
    ]
    chosen: dict[tuple[str, ...], Submission] = {}
    for entry in last_landed(seen).values():
        whole = entry.period if entry.supersede == "replace" else entry.submission_id
        place = (entry.ledger, entry.department_code, entry.supersede, whole)
        other = chosen.get(place)
        if other is None or (other.received_at, other.log_no) < (entry.received_at, entry.log_no):
            chosen[place] = entry
    counting = {entry.submission_id for entry in chosen.values()}
    return [*chosen.values(), *(entry for entry in answers_standing(seen) if entry.answers in counting)]


def without_taken_back(entries: Iterable[Submission]) -> list[Submission]:
    """The entries that say what became of a file, without those of files that were taken back since."""
    kept: dict[tuple[str, str], list[Submission]] = {}
    for entry in entries:
        of_file = kept.setdefault((entry.ledger, entry.file), [])
        if entry.is_hand_in:
            of_file.append(entry)
        else:
            of_file.clear()
    return [entry for of_file in kept.values() for entry in of_file]


def mended_hand_ins(entries: Iterable[Submission]) -> list[Submission]:
    """The hand-ins that were not taken back, each with the rows that answers to it mended; an answer is no hand-in of a period."""
    entries = list(entries)
    mended: Counter[str | None] = Counter()
    for answer in answers_standing(entries):
        mended[answer.answers] += answer.rows_accepted
    return [
        replace(entry, rows_accepted=entry.rows_accepted + mended[entry.submission_id])
        for entry in without_taken_back(entries)
        if not entry.answers
    ]
