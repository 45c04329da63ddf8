"""Plain values and rows, before anybody writes them down. Knows no ledger and no file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | date | datetime | bool | None
Row = Mapping[str, Value]
Draft = dict[str, Value]
"""A row that is still being made up."""

WAN = Decimal(10_000)
"""The unit 万元 in yuan."""


def yuan(fen: int) -> Decimal:
    """An amount in yuan with two decimals from whole fen."""
    return Decimal(fen).scaleb(-2)
