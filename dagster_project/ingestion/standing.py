"""Which entries of the log count: what each file held last, and of a ledger replaced as a whole the last file of a period.

The same rules choose in dbt (`stg_quality__current_submissions`); a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagster_project.ingestion.submissions import TAKEN_BACK, Submission

COUNTED = ("landed", *TAKEN_BACK)
"""A refused or held file takes nobody's place, not even that of what it held before."""


NOBODY: Mapping[str, int] = {}


def last_landed(entries: Iterable[Submission]) -> dict[tuple[str, str], Submission]:
    """What each file, by ledger and name, held last when it landed; files that were taken back are left out."""
    last = {(entry.ledger, entry.file): entry for entry in entries if entry.status in COUNTED}
    return {place: entry for place, entry in last.items() if entry.status == "landed"}


def in_force(entries: Iterable[Submission], as_of: str = "", held_back: Mapping[str, int] = NOBODY) -> list[Submission]:
    """The submissions whose rows may count, as of a moment in ISO format (Asia/Shanghai), now where it is empty.

    Of departments that are held back nothing counts that came after an entry of the log.
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
    return list(chosen.values())


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
