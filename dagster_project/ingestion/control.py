"""What the sender of a file says that it holds, and which amount of a ledger that is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dagster_project.contracts import Column


@dataclass(frozen=True)
class Control:
    """What the sender of a file said that it holds: rows, and the sum of its first mandatory amount in yuan."""

    rows: int | None = None
    total: Decimal | None = None


def controlled(columns: Iterable[Column]) -> Column | None:
    """Of columns the amount that control totals are about: the first mandatory one, else the first; None where none is an amount."""
    money = [column for column in columns if column.type == "money"]
    return next((column for column in money if column.required), money[0] if money else None)
