"""What a landing rule is: its severity, and what it says to the department."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Rule:
    """One landing rule; ``{header}``, ``{value}`` and ``{detail}`` in the texts are filled from the finding."""

    severity: Severity
    message_zh: str
    remedy_zh: str
