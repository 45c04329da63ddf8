"""What a landing run did, and what it has to tell people: once in the run it happens, and every night while it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.sql import literals
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.unread import Unread
from dagster_project.ingestion.zone import FINDINGS_DIR

WORDS = {"refused": "退回文件", "held": "待确认文件"}


@dataclass
class LandingReport:
    """What one landing run did.

    ``entries`` are the new log entries and ``unchanged`` counts the files that were there already; ``still_refused`` are
    those among them that were refused or held before. ``unread`` are files that nothing reads, ``notes`` lines of
    received.csv that are about no file, and what is told of the clock. ``changes`` says what this run took back, corrected or
    landed again, ``remarks`` what files lack that count all the same, ``gone`` which files lie in the drop no more and count on; ``lost`` are submissions in force whose landed
    rows are gone or changed and that nothing is there to land again from.
    """

    entries: list[Submission] = field(default_factory=list)
    unchanged: int = 0
    unread: list[Unread] = field(default_factory=list)
    still_refused: list[Submission] = field(default_factory=list)
    notes: list[Unread] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    gone: str = ""
    lost: list[Submission] = field(default_factory=list)

    @property
    def unclaimed(self) -> list[str]:
        """The names of the files that nothing reads."""
        return [file.name for file in self.unread]

    @property
    def refused(self) -> list[Submission]:
        """Every file of the drop that is refused or held, now or since an earlier run."""
        return [*(entry for entry in self.entries if entry.status != "landed"), *self.still_refused]

    @property
    def is_incomplete(self) -> bool:
        """Whether a file of the drop is not what the warehouse reads from: refused, held, not read at all, or lost."""
        return bool(self.refused or self.unread or self.lost)

    def refusal_texts(self, landing_dir: Path) -> list[str]:
        """Why each refused file is refused, and what to do."""
        remedies = _remedies(landing_dir, self.refused)
        return [
            f"{WORDS[entry.status]} {entry.reason}{remedies.get(entry.submission_id, '')}" for entry in self.refused
        ]

    def unread_texts(self) -> list[str]:
        """What was not read besides, what was taken back, corrected or landed again, and what to do."""
        return [
            *(f"未读取 {file.text}" for file in self.unread),
            *(f"未采用 {note.text}" for note in self.notes),
            *self.changes,
            *(f"请留意 {remark}" for remark in self.remarks),
            *([self.gone] if self.gone else []),
            *map(lost_text, self.lost),
        ]


def lost_text(entry: Submission) -> str:
    """What to say of landed rows that are gone or changed while no whole original is there."""
    return (
        f"载入结果丢失或被改动 {entry.file}(部门 {entry.department_code},期间 {entry.period},{entry.rows_accepted:,} 行):"
        f"原件也不在或已损坏;请把原文件(SHA-256 {entry.sha256})放回原始数据文件夹,或从备份恢复 landing 和 originals,"
        "或在 received.csv 登记撤回"
    )


def _remedies(landing_dir: Path, refused: Iterable[Submission]) -> dict[str, str]:
    """The remedy of each refused file by submission, as its findings say it; a held file says it in its reason."""
    paths = [
        str(path)
        for entry in refused
        if entry.status == "refused"
        and (path := landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet").is_file()
    ]
    if not paths:
        return {}
    with looking() as connection:
        rows = connection.execute(
            f"""
            select submission_id, string_agg(distinct remedy_zh, ';' order by remedy_zh)
            from read_parquet([{literals(paths)}]) where severity = 'error' group by submission_id
            """
        ).fetchall()
    return {identity: f";{remedy}" for identity, remedy in rows}
