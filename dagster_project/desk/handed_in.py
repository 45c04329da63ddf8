"""What a department handed in, by the log and by the desk, with its state; and which of it an answer workbook answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.desk.uploads import Upload, Uploads
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.standing import last_hand_ins
from dagster_project.ingestion.submissions import Submission, entries_in
from dagster_project.reporting.answer.gather import path_of
from dagster_project.settings import Settings

STATE_ZH = {
    "landed": "已载入", "refused": "整份退回", "held": "待确认,暂不采用", "withdrawn": "已撤回", "waiting": "已报送,等待当晚处理",
}  # fmt: skip


@dataclass(frozen=True)
class HandedIn:
    """A file that a department handed in. ``answer`` says that an answer workbook of the night waits for it; ``handled_at`` is empty before the night."""

    submission_id: str
    ledger: str
    title: str
    file: str
    period: str
    received_at: str
    handled_at: str
    state: str
    rows_accepted: int
    rows_rejected: int
    has_answer: bool
    is_answer: bool

    @property
    def state_zh(self) -> str:
        """In words, with the rows that are open."""
        if self.state == "landed" and self.rows_rejected:
            return f"已载入,退回 {self.rows_rejected:,} 行"
        return STATE_ZH.get(self.state, self.state)


def handed_in(
    settings: Settings, department: str, contracts: dict[str, Contract], uploads: Iterable[Upload]
) -> list[HandedIn]:
    """Everything that counts or waits of a department, the last first: by the log, and what the desk put into the drop since."""
    entries = [each for each in last_hand_ins(entries_in(settings.landing_dir)) if each.department_code == department]
    known = {entry.file for entry in entries}
    found = [_of_log(settings, entry, contracts) for entry in entries]
    for upload in uploads:
        if upload.state == "handed_in" and upload.drop_name not in known:
            title = contracts[upload.ledger].title.zh if upload.ledger in contracts else "答复工作簿"
            found.append(HandedIn("", upload.ledger, title, upload.drop_name, upload.period, upload.handed_in_at, "", "waiting",
                                  0, 0, False, False))  # fmt: skip
    return sorted(found, key=lambda each: (each.received_at.replace("T", " ")[:19], each.file), reverse=True)


def _of_log(settings: Settings, entry: Submission, contracts: dict[str, Contract]) -> HandedIn:
    title = contracts[entry.ledger].title.zh if entry.ledger in contracts else entry.ledger
    return HandedIn(
        entry.submission_id, entry.ledger, title, entry.file, entry.period, entry.received_at, entry.landed_at[:19], entry.status,
        entry.rows_accepted, entry.rows_rejected, path_of(settings.answers_dir, entry).is_file(), bool(entry.answers),
    )  # fmt: skip


def answer_of_night(settings: Settings, department: str, submission_id: str) -> Path | None:
    """The answer workbook that the last night wrote to a submission of this department; None where there is none."""
    for entry in last_hand_ins(entries_in(settings.landing_dir)):
        if (entry.department_code, entry.submission_id) == (department, submission_id):
            path = path_of(settings.answers_dir, entry)
            return path if path.is_file() else None
    return None


def answered_here(submission_id: str, department: str, settings: Settings) -> tuple[Submission, Path] | None:
    """The submission of this department that an answer workbook answers, with its file: of the log, or handed in here since."""
    for entry in last_hand_ins(entries_in(settings.landing_dir)):
        if (entry.submission_id, entry.department_code) == (submission_id, department):
            path = Originals(settings.keeping.originals_of(settings.landing_dir)).find(entry.sha256, entry.file)
            return (entry, path) if path else None
    uploads = Uploads(settings.desk_dir)
    for upload in uploads.of(department):
        if upload.state != "handed_in":
            continue
        for part in (uploads.answer(upload) or {}).get("parts", []):
            if part["submission_id"] == submission_id:
                entry = Submission(**part["entry"])
                return replace(entry, file=upload.drop_name, received_at=upload.handed_in_at), uploads.file(upload)
    return None
