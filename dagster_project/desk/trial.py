"""Try an upload: it is really landed as the night would, in a folder that is gone afterwards, and answered.

Runs in the process of `worker`, never in the one that speaks with browsers.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from dagster_project.contracts import Contract
from dagster_project.drafting.beside_what_counts import beside_what_counts
from dagster_project.drafting.check import fitting_ledgers, place_of
from dagster_project.ingestion.answering import layouts_of, submission_answered
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.periods import SHANGHAI, local_iso, period_in_name, period_of
from dagster_project.ingestion.receipt import rows_by_sheet, sheet_of
from dagster_project.ingestion.receipts import RECEIVED_FILE
from dagster_project.ingestion.replacement import confirmation_code
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.unread import DropError
from dagster_project.private_files import work_folder
from dagster_project.reporting.answer.faults import SEVERITY_ZH, Fault, rule_id
from dagster_project.reporting.answer.gather import Answer, Gatherer
from dagster_project.reporting.answer.write import next_step, write_answer
from dagster_project.settings import Settings

HERE = Limits(processes=0)
"""Read in this very process, which is bounded itself."""
LEDGER_NAMES = ("file", "department", "period", "received_at", "rows", "total")


@dataclass(frozen=True)
class Job:
    """An upload to try: its file, the folder where workbooks go, whose it is, what was chosen, and how many findings a page shows."""

    path: str
    folder: str
    department: str
    ledger: str
    period: str
    shown: int


class NotRead(ValueError):
    """An upload that cannot be tried; the message says why and what to do."""


def try_upload(job: Job, contracts: Mapping[str, Contract], settings: Settings) -> dict[str, Any]:
    """What the door says of an upload, as plain values for JSON; workbooks are written into the folder of the job."""
    path = Path(job.path)
    try:
        with work_folder(settings.work_dir) as folder:
            trial = _Trial(folder, contracts, settings, job)
            if submission := submission_answered(path):
                return trial.of_answer(path, submission)
            return trial.of_file(path)
    except (NotRead, DropError) as error:
        return {"verdict": "not_read", "why": str(error), "parts": []}


class _Trial:
    """A drop and a landing zone of its own for one upload."""

    def __init__(self, folder: Path, contracts: Mapping[str, Contract], settings: Settings, job: Job):
        self.raw, self.landing = folder / "raw", folder / "landing"
        # Who hands a file in here confirms the number of its rows on the page of the answer.
        self.counted = {key for key, each in contracts.items() if each.row_count == "required"}
        self.contracts = {key: each.model_copy(update={"row_count": "optional"}) for key, each in contracts.items()}
        self.settings, self.job = settings, job

    def of_file(self, path: Path) -> dict[str, Any]:
        ledger, why = self._ledger(path)
        period = self._period(path)
        name = place_of(path, self.contracts[ledger], period[:4])
        claiming = {key: each for key, each in self.contracts.items() if layouts_of(each, name)}
        if ledger not in claiming:
            raise NotRead(f"{path.name}:台账“{self.contracts[ledger].title.zh}”的约定没有一种布局能读这种文件")
        self._put(path, name)
        self._register([(name, self.job.department, period, _now(), None, None)])
        self._land(claiming)
        gatherer = Gatherer(self.settings, self.landing, self.contracts)
        parts = []
        for entry in [each for each in gatherer.entries if each.file == name and each.is_hand_in]:
            contract = self.contracts[entry.ledger]
            judged, told = beside_what_counts(entry, contract, self.landing, self.settings)
            parts.append(self._part(replace(gatherer.of(entry), entry=judged), told))
        if not parts:
            raise NotRead(f"{path.name}:台账“{self.contracts[ledger].title.zh}”的约定没有一种布局能读这个文件")
        confirmed = {
            sheet_of(self.contracts[part["ledger"]]): part["rows"]["accepted"]
            for part in parts
            if part["ledger"] in self.counted
        }
        return {"verdict": _verdict(parts), "why": why, "period": period, "place": name, "parts": parts,
                "counted_rows": confirmed, "is_one_list": len(parts) == 1}  # fmt: skip

    def of_answer(self, path: Path, submission: str) -> dict[str, Any]:
        """An answer is tried together with the file that it answers: from the originals, or from what was uploaded here."""
        answered, original = self._answered(submission)
        contract = self.contracts.get(answered.ledger)
        if contract is None:
            raise NotRead(f"{path.name}:所答的台账已没有约定,请重新报送整份文件")
        name = f"{PurePosixPath(answered.file).parts[0]}/{answered.fiscal_year}/{path.name}"
        if name == answered.file:
            raise NotRead(f"{path.name}:答复与它所答的文件同名,请改一个文件名再上传")
        self._put(original, answered.file)
        self._put(path, name)
        said = "" if answered.control_rows is None else rows_by_sheet({sheet_of(contract): answered.control_rows})
        own = (answered.file, self.job.department, answered.period, answered.received_at, said, answered.control_total)
        self._register([own, (name, self.job.department, answered.period, _now(), None, None)])
        report = self._land({key: each for key, each in self.contracts.items() if layouts_of(each, answered.file)})
        gatherer = Gatherer(self.settings, self.landing, self.contracts)
        entry = next((each for each in gatherer.entries if each.file == name and each.answers), None)
        if entry is None:
            told = ";".join(f"{each.reason_zh};{each.remedy_zh}" for each in report.unread if each.name == name)
            raise NotRead(f"{path.name}:{told or '所答的报送按现行约定读法不同,请重新报送整份文件'}")
        of = next(each for each in gatherer.counting if each.submission_id == submission)
        answer = gatherer.of(of)
        part = self._part(
            answer, f"更正 {answer.mended:,} 行,作废 {answer.voided:,} 行,仍待更正 {answer.open_rows:,} 行"
        )
        part |= {"rows": _rows(entry), "answers": answered.file, "is_clean": not answer.open_rows}
        verdict = "refused" if entry.status == "refused" else "mend" if answer.open_rows else "clean"
        return {"verdict": verdict, "why": f"按答复工作簿更正 {answered.file} 中退回的行", "period": answered.period,
                "place": name, "is_answer": True, "parts": [part]}  # fmt: skip

    def _ledger(self, path: Path) -> tuple[str, str]:
        """The ledger of a file, chosen or recognised, and why it is this one."""
        if chosen := self.job.ledger:
            if chosen not in self.contracts:
                raise NotRead(f"没有台账 {chosen}")
            return chosen, f"按所选的台账“{self.contracts[chosen].title.zh}”"
        found, why = fitting_ledgers(path, self.settings.raw_dir, self.contracts)
        if not found:
            raise NotRead(why.replace("请用 jixiao draft 起草约定,或用 --ledger 指定", "请选择台账再上传"))
        titles = "、".join(self.contracts[each].title.zh for each in found)
        return found[0], why if len(found) > 1 else f"按表头认出台账“{titles}”"

    def _period(self, path: Path) -> str:
        try:
            return period_of(self.job.period) if self.job.period else period_in_name(path.name)
        except DropError as error:
            raise NotRead(
                f"{path.name}:文件名没有写明期间,请填写期间(如 2023、2023-06、2023H1、2023Q4)再上传"
            ) from error
        except ValueError as error:
            raise NotRead(f"期间“{self.job.period}”应如 2023、2023-06、2023H1、2023Q4") from error

    def _answered(self, submission: str) -> tuple[Submission, Path]:
        """The submission of this department that a workbook answers, with its file."""
        from dagster_project.desk.handed_in import answered_here

        found = answered_here(submission, self.job.department, self.settings)
        if found is None:
            raise NotRead(
                "这份答复工作簿不是本部门收到的,或所答的报送已不在登记中;请只交回本部门收到的答复,或重新报送整份文件"
            )
        if found[0].status == "refused":
            raise NotRead(f"所答的 {found[0].file} 整份退回,没有可以逐行更正的行;请更正后重新报送整份文件")
        return found

    def _put(self, path: Path, name: str) -> None:
        target = self.raw / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)

    def _register(self, lines: Iterable[tuple[object, ...]]) -> None:
        with (self.raw / RECEIVED_FILE).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([LEDGER_NAMES, *lines])

    def _land(self, claiming: Mapping[str, Contract]) -> LandingReport:
        return land_drop(
            self.raw, self.landing, claiming, self.job.department, limits=HERE, keeping=Keeping(proof_seconds=0)
        )

    def _part(self, answer: Answer, told: str) -> dict[str, Any]:
        """What is said of one ledger of a file; its workbook is written where there is anything to be mended or looked at."""
        entry, workbook = answer.entry, ""
        if answer.faults or answer.is_open:
            workbook = f"{entry.ledger}.xlsx"
            write_answer(answer, Path(self.job.folder) / workbook)
        grave = sorted(answer.faults, key=lambda fault: fault.severity != "error")
        return {
            "ledger": entry.ledger, "title": answer.contract.title.zh, "status": entry.status, "reason": entry.reason,
            "told": told, "rows": _rows(entry), "open_rows": answer.open_rows, "submission_id": entry.submission_id,
            "findings": [_finding(each, entry.ledger) for each in grave[: self.job.shown]], "finding_count": len(grave),
            "workbook": workbook, "next_step": next_step(answer), "is_clean": _is_clean(answer),
            "due_on": answer.due_on.isoformat() if answer.due_on else "",
            "confirmation": confirmation_code(entry) if entry.status == "held" else "", "entry": asdict(entry),
        }  # fmt: skip


def _is_clean(answer: Answer) -> bool:
    return not answer.is_open and all(fault.severity != "error" for fault in answer.faults)


def _verdict(parts: list[dict[str, Any]]) -> str:
    """Of all ledgers of a file: refused where nothing of it would count, held, to be mended, or clean."""
    states = {part["status"] for part in parts}
    if states == {"refused"}:
        return "refused"
    if "held" in states:
        return "held"
    return "clean" if all(part["is_clean"] for part in parts) else "mend"


def _rows(entry: Submission) -> dict[str, int]:
    return {name: getattr(entry, f"rows_{name}") for name in ("read", "accepted", "rejected", "blank", "notes")}


def _finding(fault: Fault, ledger: str) -> dict[str, Any]:
    return {
        "sheet": fault.sheet, "row": fault.row, "column": fault.header, "cell": fault.cell, "value": fault.value,
        "expected": fault.expected, "difference": fault.difference, "rule": rule_id(fault, ledger),
        "severity": fault.severity, "severity_zh": SEVERITY_ZH.get(fault.severity, ""), "message": fault.message,
        "remedy": fault.remedy,
    }  # fmt: skip


def _now() -> str:
    return local_iso(dt.datetime.now(SHANGHAI))
