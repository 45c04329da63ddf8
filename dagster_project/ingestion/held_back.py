"""The record of departments that were held back in what readers got: their entries of the log that did not count, and beyond which.

Rows of such a department stopped publishing (`dagster_project.quality.held_back`). JSON Lines beside the log of submissions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from dagster_project.ingestion.submissions import Submission
from dagster_project.private_files import PRIVATE_FILE

RECORD = "held_back.jsonl"


@dataclass(frozen=True)
class HeldBack:
    """A department whose entries of the log after ``after_log_no`` did not count; 0 where it had none to fall back on.

    ``until_log_no`` is the last entry of the department at that time; where both are one number, the hold has ended.
    """

    department_code: str
    after_log_no: int
    until_log_no: int

    def covers(self, entry: Submission) -> bool:
        """Whether an entry is one that did not count."""
        return entry.department_code == self.department_code and self.after_log_no < entry.log_no <= self.until_log_no


def record_held_back(landing_dir: Path, held: Iterable[HeldBack]) -> None:
    """Record what readers get now: who is held back, and of whom was before and is not any more, that it ended."""
    last, now = last_recorded(landing_dir), {one.department_code: one for one in held}
    ended = (HeldBack(one.department_code, one.until_log_no, one.until_log_no) for one in last.values())
    fresh = [one for one in now.values() if last.get(one.department_code) != one]
    fresh += [one for one in ended if one.department_code not in now and last[one.department_code] != one]
    if not fresh:
        return
    path = landing_dir / RECORD
    path.touch(mode=PRIVATE_FILE)
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(one)) + "\n" for one in fresh)


def last_recorded(landing_dir: Path) -> dict[str, HeldBack]:
    """What was recorded last of each department: of one whose hold has ended it covers nothing."""
    return {one.department_code: one for one in recorded(landing_dir)}


def recorded(landing_dir: Path) -> list[HeldBack]:
    """Everything that was ever recorded, the earliest first; a last line that is half written is not read."""
    path = landing_dir / RECORD
    if not path.is_file():
        return []
    return [HeldBack(**json.loads(line)) for line in path.read_bytes().split(b"\n")[:-1]]
