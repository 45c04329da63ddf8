"""What an answer says of a submission: what became of it, every finding, and the rows that are to be mended, as plain values."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts import Contract, load_contracts
from dagster_project.ingestion.answered import Answered, answered_rows
from dagster_project.ingestion.answering import answer_layouts, can_be_answered
from dagster_project.ingestion.drop import DroppedFile, dropped_as
from dagster_project.ingestion.dropped_answers import answer_file
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.owed import Calendar, read_calendar
from dagster_project.ingestion.proof import findings_path, landed_path
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sql import literal, named_rows
from dagster_project.ingestion.standing import in_force, last_hand_ins
from dagster_project.ingestion.submissions import Submission, entries_in
from dagster_project.quality.open_findings import ISSUE, OpenFinding, open_findings
from dagster_project.reporting.answer.cells import Layout, Place, layout_of, rejected_cells, tried_cells
from dagster_project.reporting.answer.faults import Fault, fault_of
from dagster_project.settings import Settings

WAITING_SHOWN = 12
NO_COLUMNS = Layout({})


@dataclass(frozen=True)
class Answer:
    """The answer to one submission.

    ``rows`` are the rejected rows that are open, by place, each cell by the name of its column as in ``layout``; what an answer
    tried and got wrong stands as it was tried. ``why_no_rows`` says why there are none although rows are open. ``waiting``
    names figures that need the ledger. ``mended`` and ``voided`` count what earlier answers cleared.
    """

    entry: Submission
    contract: Contract
    faults: Sequence[Fault]
    layout: Layout = NO_COLUMNS
    rows: dict[Place, dict[str, str | None]] = field(default_factory=dict)
    why_no_rows: str = ""
    waiting: Sequence[str] = ()
    due_on: dt.date | None = None
    mended: int = 0
    voided: int = 0

    @property
    def open_rows(self) -> int:
        """How many rejected rows nobody mended or took out yet."""
        return self.entry.rows_rejected - self.mended - self.voided

    @property
    def is_open(self) -> bool:
        """Whether the department has something to mend, or to hand in again."""
        return self.entry.status != "landed" or self.open_rows > 0


class Gatherer:
    """Gathers answers from a landing zone, its originals, and the last checks. What all answers need is read once."""

    def __init__(self, settings: Settings, trial: Path | None = None, contracts: Mapping[str, Contract] | None = None):
        """Look at the landing zone of the settings, or at that of a ``trial``, which has originals beside it and was never checked."""
        self.settings, self.landing_dir = settings, trial or settings.landing_dir
        self.contracts = contracts or load_contracts(settings.contracts_dir)
        self.entries = entries_in(self.landing_dir)
        self.counting = in_force(self.entries)
        self.answered: Answered = answered_rows(self.landing_dir, self.counting)
        keeping = Keeping() if trial else settings.keeping
        self._originals = Originals(keeping.originals_of(self.landing_dir))
        self._by_id = {entry.submission_id: entry for entry in self.entries if entry.is_hand_in}
        self._calendar: Calendar | None = None
        self._issues: list[OpenFinding] | None = [] if trial else None

    @property
    def submissions(self) -> list[Submission]:
        """What can be answered: the files that count, and those that lie refused or held; answers themselves are not answered."""
        waiting = [entry for entry in last_hand_ins(self.entries) if entry.status in ("refused", "held")]
        found = [entry for entry in (*self.counting, *waiting) if not entry.answers and entry.ledger in self.contracts]
        return sorted(found, key=lambda entry: (entry.department_code, entry.ledger, entry.file))

    def is_open(self, entry: Submission) -> bool:
        """Whether a submission asks its department for something."""
        return entry.status != "landed" or entry.rows_rejected > sum(self._cleared(entry))

    def of(self, entry: Submission) -> Answer:
        """The answer to a submission."""
        contract = self.contracts[entry.ledger]
        mended, voided = self._cleared(entry)
        faults = [*self._faults(entry, contract), *self._doubts(entry)]
        layout, rows, why = (
            self._rows(entry, contract) if entry.rows_rejected > mended + voided else (NO_COLUMNS, {}, "")
        )
        return Answer(
            entry, contract, faults, layout, rows, why, self._waiting(entry), self._due_on(entry), mended, voided
        )

    def answers_to(self, entry: Submission) -> list[Submission]:
        """The answers in force that mend rows of a submission."""
        return [each for each in self.counting if each.answers == entry.submission_id]

    def _cleared(self, entry: Submission) -> tuple[int, int]:
        outcomes = [a.outcome for place, a in self.answered.of.items() if place[0] == entry.submission_id]
        return outcomes.count("mended"), outcomes.count("voided")

    def _faults(self, entry: Submission, contract: Contract) -> list[Fault]:
        """The findings that are open: of the file itself, and of answers to it where those were tried last."""
        found = []
        for each in (entry, *self.answers_to(entry)):
            for finding in self._findings(each):
                row, sheet = finding["row_number"], finding["sheet"] or ""
                is_error = finding["severity"] == "error"
                if finding["severity"] == "info" or (
                    row is not None and is_error and not self.answered.is_open(each, sheet, row)
                ):
                    continue
                place = None
                if row is not None and is_error:
                    of_row = finding.get("of_row")
                    place = (
                        (sheet, row) if not each.answers else (finding["of_sheet"] or "", of_row) if of_row else None
                    )
                found.append(fault_of(finding, contract, entry.fiscal_year, entry.period, place))
        return found

    def _findings(self, entry: Submission) -> list[dict[str, Any]]:
        path = findings_path(self.landing_dir, entry)
        if not path.is_file():
            return []
        with duckdb.connect() as connection:
            return named_rows(
                connection.execute(
                    f"from read_parquet({literal(str(path))}) order by sheet, row_number nulls first, column_name nulls first, rule"
                )
            )

    def _doubts(self, entry: Submission) -> list[Fault]:
        """The issues of checks about rows of the file."""
        if self._issues is None:
            found = open_findings(self.settings, dt.date.min)
            self._issues = [each for each in found if each.kind == ISSUE]
        return [
            Fault(
                None, each.sheet, each.row, "", "", "", "", "", "", "疑点", "warning", each.message_zh, each.remedy_zh
            )
            for each in self._issues
            if (each.ledger, each.file, each.department_code) == (entry.ledger, entry.file, entry.department_code)
        ]

    def _rows(self, entry: Submission, contract: Contract) -> tuple[Layout, dict[Place, dict[str, str | None]], str]:
        most = self.settings.answer_rows
        if not can_be_answered(contract, entry.file):
            return NO_COLUMNS, {}, "矩阵式表格不能逐行更正,请更正后重新报送整份文件"
        if entry.rows_rejected > most:
            return NO_COLUMNS, {}, f"退回的行多于 {most:,} 行,请更正后重新报送整份文件"
        file = self._original(entry)
        if file is None:
            return NO_COLUMNS, {}, "原件没有留存,请更正后重新报送整份文件"
        try:
            layout, extended = layout_of(file)
            cells = rejected_cells(file, extended, landed_path(self.landing_dir, entry))
        except Refused:
            return NO_COLUMNS, {}, "原件按现行约定读不出,请更正后重新报送整份文件"
        tried = self._tried(entry, contract)
        rows = {}
        for place, own in cells.items():
            attempt = self.answered.of.get((entry.submission_id, *place))
            if attempt is None:
                rows[place] = own
            elif attempt.outcome == "wrong":
                rows[place] = own | tried.get((attempt.submission_id, attempt.row), {})
        left = self.entry_open(entry) - len(rows)
        why = f"另有 {left:,} 行随整张工作表或表格退回,须重新报送整份文件" if left else ""
        return layout, rows, why

    def entry_open(self, entry: Submission) -> int:
        """How many rejected rows of a submission are open."""
        return entry.rows_rejected - sum(self._cleared(entry))

    def _tried(self, entry: Submission, contract: Contract) -> dict[tuple[str, int], dict[str, str | None]]:
        found: dict[tuple[str, int], dict[str, str | None]] = {}
        for answer in self.answers_to(entry):
            rows = [
                a.row
                for a in self.answered.of.values()
                if (a.submission_id, a.outcome) == (answer.submission_id, "wrong")
            ]
            original = self._originals.find(answer.sha256, answer.file)
            if rows and original and answer_layouts(contract, entry.file):
                file = answer_file(original, answer.file, contract, entry)
                cells = tried_cells(file, landed_path(self.landing_dir, answer), rows)
                found |= {(answer.submission_id, row): values for row, values in cells.items()}
        return found

    def _original(self, entry: Submission) -> DroppedFile | None:
        path = self._originals.find(entry.sha256, entry.file)
        return dropped_as(path, entry.file, entry.ledger, self.contracts) if path else None

    def _waiting(self, entry: Submission) -> list[str]:
        """The figures that need the ledger in the year of the file, as the catalogue has them."""
        path = self.settings.dbt_project_dir / "seeds" / "figure_catalogue.csv"
        found = []
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                year = entry.fiscal_year - int(row["ledger_year_offset"] or 0)
                holds = int(row["valid_from"]) <= year <= int(row["valid_to"] or 9999)
                if holds and entry.ledger in row["source_ledgers"].split("|"):
                    found.append(row["label_zh"])
        return found

    def _due_on(self, entry: Submission) -> dt.date | None:
        """The day by which the file is owed; None where the calendar does not name it."""
        if self._calendar is None:
            self._calendar = read_calendar(self.settings.dbt_project_dir / "seeds")
        for line in self._calendar.lines_for(entry.ledger, entry.department_code, entry.fiscal_year):
            if line.is_named_like(entry.file) and entry.period in line.periods_of(entry.fiscal_year):
                return self._calendar.due_on(line, entry.period)
        return None


def path_of(folder: Path, entry: Submission) -> Path:
    """Where the answer to a submission lies: by department, and as its file lies in the drop."""
    *folders, name = [part for part in entry.file.split("/") if part not in ("", ".", "..")]
    stem = name.rpartition(".")[0] or name
    while len(f"{stem}_答复.xlsx".encode()) > 255:
        stem = stem[:-1]
    return folder.joinpath(entry.department_code, *folders, f"{stem}_答复.xlsx")
