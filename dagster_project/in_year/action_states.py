"""What became of proposed actions, from the ledger on which the office enters it: open, accepted, declined with a reason, done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from dagster_project.in_year.actions import Action

LEDGER = "year_end_actions"
OPEN, ACCEPTED, DECLINED, DONE = "待办", "采纳", "不采纳", "已办"
LAST_ENTRIES = f"""
    select action_kind, subject_no, taker_no, state, reason, stated_on, cast(amount_yuan as double) from {LEDGER}
    where department_code = $department and fiscal_year = $year
    qualify row_number() over (
        partition by action_kind, subject_no, coalesce(taker_no, '') order by stated_on desc, action_no desc
    ) = 1
    order by action_kind, subject_no, taker_no
"""
Subject = tuple[str, str, str]
"""What an action is about, whenever it is proposed: its kind, the project that gives or the contract, and the project that takes."""


@dataclass(frozen=True)
class Entry:
    """The last entry on an action: its state, why, since when, and how many yuan where that is said."""

    subject: Subject
    state: str
    reason: str
    stated_on: dt.date
    amount: float | None

    @property
    def words_zh(self) -> str:
        """The state with its day and reason."""
        return f"{self.state}({self.stated_on}{':' + self.reason if self.reason else ''})"


def entries_of(connection: duckdb.DuckDBPyConnection, department: str, year: int) -> list[Entry]:
    """The last entry on each action of a department and year that is in the ledger.

    Args:
        connection: as `known_at` gives it.
        department: its code.
        year: the fiscal year.
    """
    rows = connection.execute(LAST_ENTRIES, {"department": department, "year": year}).fetchall()
    return [
        Entry((kind, subject, taker or ""), state, reason or "", day, amount)
        for kind, subject, taker, state, reason, day, amount in rows
    ]


def with_states(actions: Sequence[Action], entries: Sequence[Entry]) -> list[Action]:
    """The actions, each with what the ledger says of it; what nobody entered is open."""
    by_subject = {each.subject: each for each in entries}
    return [
        replace(action, state=found.state, state_zh=found.words_zh)
        if (found := by_subject.get(action.subject))
        else action
        for action in actions
    ]


def no_longer_proposed(actions: Sequence[Action], entries: Sequence[Entry]) -> list[Entry]:
    """Entries on what is not proposed any more: done and seen in the ledgers, or no longer needed."""
    proposed = {each.subject for each in actions}
    return [each for each in entries if each.subject not in proposed]
