"""How the workbook says why points were lost."""

from __future__ import annotations

import re

from dagster_project.reporting.reading.published import Row

NUMBERS_OF_THE_BASE = re.compile(r"\([\d,.]+\.\d{3,}/[\d,.]+\)")
"""Amounts in full length, such as (18,242.271719/18,485.904239): the base data beside the reason show them."""


def short_reason(row: Row) -> str:
    """Why points were lost, without amounts in full length."""
    return NUMBERS_OF_THE_BASE.sub("", row["deduction_reason_zh"] or "")
