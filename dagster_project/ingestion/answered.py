"""What answers made of rejected rows: which are mended or taken out, and which were tried and are wrong still.

The same rules stand in dbt (`stg_quality__answered_rows`); a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.proof import findings_path
from dagster_project.ingestion.sql import literals
from dagster_project.ingestion.submissions import Submission

CLEARING = {"row_mended": "mended", "row_voided": "voided"}
UNCHANGED = "row_unchanged"
Place = tuple[str, str, int]
"""A rejected row: its submission, sheet and number."""


@dataclass(frozen=True)
class Attempt:
    """A row of an answer about a rejected row: where it stands, and what became of it (``mended``, ``voided``, ``wrong``)."""

    submission_id: str
    row: int
    outcome: str


@dataclass(frozen=True)
class Answered:
    """The attempt that counts of each rejected row: the last that clears it, else the last that changed it.

    ``rows`` are all rows of answers that are about a rejected row.
    """

    of: dict[Place, Attempt]
    rows: frozenset[tuple[str, int]]

    def is_open(self, entry: Submission, sheet: str, row: int) -> bool:
        """Whether a finding about a row is still to be mended where it is told."""
        if (entry.submission_id, row) in self.rows:
            return any(
                (each.submission_id, each.row, each.outcome) == (entry.submission_id, row, "wrong")
                for each in self.of.values()
            )
        return (entry.submission_id, sheet, row) not in self.of


def answered_rows(landing_dir: Path, counting: Iterable[Submission]) -> Answered:
    """What the answers among the submissions in force made of rejected rows.

    Args:
        landing_dir: where findings lie.
        counting: the submissions in force.
    """
    answers = {entry.submission_id: entry for entry in counting if entry.answers}
    paths = [str(path) for entry in answers.values() if (path := findings_path(landing_dir, entry)).is_file()]
    if not paths:
        return Answered({}, frozenset())
    with looking() as connection:
        found = connection.execute(
            f"""
            select submission_id, row_number, coalesce(of_sheet, ''), of_row, min(rule) filter (rule in ({literals(CLEARING)})),
                bool_or(rule = '{UNCHANGED}')
            from read_parquet([{literals(paths)}], union_by_name = true)
            where of_row is not null and (severity = 'error' or rule in ({literals(CLEARING)}))
            group by submission_id, row_number, of_sheet, of_row
            """
        ).fetchall()
    of: dict[Place, Attempt] = {}
    for identity, row, sheet, of_row, clearing, is_unchanged in sorted(
        found, key=lambda each: (each[4] is not None, answers[each[0]].log_no, each[1])
    ):
        if not is_unchanged:
            place = (str(answers[identity].answers), sheet, of_row)
            of[place] = Attempt(identity, row, CLEARING[clearing] if clearing else "wrong")
    return Answered(of, frozenset((each[0], each[1]) for each in found))
