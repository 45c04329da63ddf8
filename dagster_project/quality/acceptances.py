"""accepted.csv: which issues an office accepts, why, since when and until when. It lies in the drop, beside received.csv."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.ingestion.hand_kept import columns_of, decoded_lines, header_place, missing_columns

ACCEPTED_FILE = "accepted.csv"
HEADERS = {
    "check": ("check", "检查", "检查名称"),
    "department": ("department", "部门", "部门编码"),
    "year": ("year", "年度"),
    "key": ("key", "业务编号", "编号"),
    "file": ("file", "文件"),
    "row": ("row", "行号", "行"),
    "reason": ("reason", "理由", "认可理由"),
    "accepted_on": ("accepted_on", "认可日期"),
    "accepted_by": ("accepted_by", "认可处室", "认可人"),
    "until": ("until", "有效至"),
}
"""The columns and what their headers may be called."""
REQUIRED = ("check", "reason", "accepted_on", "accepted_by", "until")
"""What a line must say: an acceptance without a reason, an author or an end is none."""
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


@dataclass(frozen=True)
class Acceptance:
    """One line of accepted.csv; ``fault`` says what is wrong with it, and then it accepts nothing.

    What is empty or None does not narrow it: without key, file and row it accepts every issue of its check.
    """

    line_no: int
    check: str
    department: str = ""
    year: int | None = None
    key: str = ""
    file: str = ""
    row: int | None = None
    reason: str = ""
    accepted_on: dt.date | None = None
    accepted_by: str = ""
    until: dt.date | None = None
    fault: str = ""

    def state_at(self, made_for: dt.date, as_of: dt.date | None) -> str:
        """``in_force``, ``expired``, ``not_yet`` or ``faulty``.

        Args:
            made_for: the day that the build is made for.
            as_of: the same, where the build looks back: what was accepted later is not known then.
        """
        if self.fault or self.until is None or self.accepted_on is None:
            return "faulty"
        if as_of is not None and self.accepted_on > as_of:
            return "not_yet"
        return "expired" if self.until < made_for else "in_force"


def read_acceptances(raw_dir: Path) -> list[Acceptance]:
    """The lines of the drop's accepted.csv; none where it has none. A faulty line concerns itself only."""
    path = accepted_file(raw_dir)
    if path is None:
        return []
    texts = decoded_lines(path.read_bytes())
    head = header_place(texts)
    places, delimiter = columns_of(texts[head], HEADERS)
    if missing := missing_columns(texts[head], places, HEADERS, REQUIRED):
        return [Acceptance(head + 1, "", fault=missing)]
    lines = csv.reader(texts[head + 1 :], delimiter=delimiter)
    return [
        _acceptance(
            head + 1 + lines.line_num,
            {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()},
        )
        for cells in lines
        if any(cell.strip() for cell in cells)
    ]


def accepted_file(raw_dir: Path) -> Path | None:
    """The file of the acceptances of a drop; None where there is none."""
    if not raw_dir.is_dir():
        return None
    return next((path for path in sorted(raw_dir.iterdir()) if path.name.casefold() == ACCEPTED_FILE), None)


def _acceptance(number: int, said: Mapping[str, str]) -> Acceptance:
    faults = [f"没有写{HEADERS[name][1]}" for name in REQUIRED if not said.get(name)]
    dates = {name: _date(said[name]) for name in ("accepted_on", "until") if said.get(name)}
    faults += [
        f"{HEADERS[name][1]}“{said[name]}”不是日期,应如 2026-11-29" for name, day in dates.items() if day is None
    ]
    numbers = {name: said[name] for name in ("year", "row") if said.get(name)}
    faults += [f"{HEADERS[name][1]}“{text}”不是整数" for name, text in numbers.items() if not text.isdecimal()]
    whole = {name: int(text) for name, text in numbers.items() if text.isdecimal()}
    return Acceptance(
        line_no=number,
        check=said["check"],
        department=said.get("department", ""),
        year=whole.get("year"),
        key=said.get("key", ""),
        file=said.get("file", "").replace("\\", "/"),
        row=whole.get("row"),
        reason=said["reason"],
        accepted_on=dates.get("accepted_on"),
        accepted_by=said["accepted_by"],
        until=dates.get("until"),
        fault=";".join(faults),
    )


def _date(text: str) -> dt.date | None:
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
