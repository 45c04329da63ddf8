"""What landing left of one file, and what the accounts of all kinds of files ask of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.ingestion.submissions import Submission

Row = Mapping[str, Any]
NOT_CLAIMED = ("extra_column", "nameless_column")


@dataclass(frozen=True)
class Landed:
    """What landing left of one file: its entry in the log, the rows in the order of the file, and the findings."""

    entry: Submission
    rows: Sequence[Row]
    findings: Sequence[Row]


def by_place(row: Row, claimed: Mapping[int, str]) -> dict[int, Any] | None:
    """What the row holds for each claimed place: typed values, or the raw cells of a row that is not accepted."""
    if row["_status"] == "accepted":
        return {place: row[name] for place, name in claimed.items()}
    raw = row["_raw"]
    if raw is None or len(raw) != len(claimed):
        return None
    return dict(zip(sorted(claimed), raw, strict=True))


def faults_of_unclaimed(laid: Counter[int], landed: Landed) -> Iterator[str]:
    """Whether as many cells that no column claims were told as there are; ``laid`` counts them by place."""
    told = sum(int(re.sub(r"[^0-9]", "", row["value"]) or 0) for row in landed.findings if row["rule"] in NOT_CLAIMED)
    if told != sum(laid.values()):
        yield f"{sum(laid.values())} filled cells stand in columns that no column claims, told are {told}"
