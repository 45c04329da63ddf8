"""Issues in words: how much of a figure stands on a row in doubt."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FEN_OF = {"元": Decimal("0.01"), "万元": Decimal("0.000001"), "亿元": Decimal("0.0000000001")}
"""One fen in units of money, so that no amount is told less exactly than it is known."""


def amount_text(amount: Decimal | float | None, unit: str) -> str:
    """An amount of a figure, money to the fen; empty where nobody knows it."""
    if amount is None:
        return ""
    exact = Decimal(str(amount)).quantize(FEN_OF.get(unit, Decimal("0.0001")), ROUND_HALF_UP)
    text = f"{exact:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + unit


def share_text(share_pct: Decimal | float | None) -> str:
    """A share in per cent with two decimals; what is smaller says so, and empty where there is none."""
    if share_pct is None:
        return ""
    share = Decimal(str(share_pct))
    if 0 < abs(share) < Decimal("0.01"):
        return "不足 0.01%"
    return f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP):f}%"


def effect_text(label: str, amount: Decimal | float | None, unit: str, share_pct: Decimal | float | None) -> str:
    """How much of a figure stands on what: ``累计实际支出 13.580764万元(0.07%)``."""
    share = share_text(share_pct)
    return f"{label} {amount_text(amount, unit)}" + (f"({share})" if share else "")


def without_place(message: str, file: str, sheet: str = "") -> str:
    """A message of landing without its file and sheet in front, for lists that show both beside it."""
    return message.removeprefix(file).lstrip(" :").removeprefix(f"工作表“{sheet}”").lstrip(" :")
