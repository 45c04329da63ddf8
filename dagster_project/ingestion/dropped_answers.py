"""What is to be done about the answers of a drop: which submission each mends rows of, and whether whoever handed it in may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.contracts import Contract
from dagster_project.ingestion.answering import answer_layouts, can_be_answered
from dagster_project.ingestion.drop import DroppedAnswer, DroppedFile
from dagster_project.ingestion.periods import local_iso
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.unread import Unread, cannot_open

if TYPE_CHECKING:
    from dagster_project.ingestion.plan import Plan

EVERY_OTHER_SHEET = ("*",)
WHOLE_FILE_ZH = "请更正后重新报送整份文件,并移走这份答复"


def look_at_answers(plan: Plan) -> None:
    """Plan what each answer of the drop needs, or tell what keeps it from being read."""
    for answer in plan.answers:
        marked = plan.log.entry(answer.submission_id)
        contract = plan.contracts.get(marked.ledger) if marked else None
        if marked is None or contract is None:
            why = "是答复工作簿,而它所答的报送不在登记中"
            plan.leave_unread(Unread(answer.name, why, "请只交回本系统发出的答复工作簿,或重新报送整份文件"))
        elif plan.wants(marked.ledger):
            _look_at(plan, answer, _now_standing(plan, marked), contract)


def answer_file(path: Path, name: str, contract: Contract, answered: Submission) -> DroppedFile:
    """An answer as a file to be read: only the sheet with its rows, by the contract of the ledger that it mends."""
    layouts = answer_layouts(contract, answered.file)
    return DroppedFile(path, name, contract, layouts, EVERY_OTHER_SHEET, answered.submission_id)


def _now_standing(plan: Plan, marked: Submission) -> Submission:
    """The submission that holds the same rows now: read anew by a changed contract, renamed, or booked for another department."""
    same = plan.standing_of(marked.ledger, marked.sha256)
    own = [each for each in same if (each.department_code, each.period) == (marked.department_code, marked.period)]
    of_file = [each for each in same if each.file == marked.file]
    return next(iter([*own, *of_file]), marked)


def _look_at(plan: Plan, answer: DroppedAnswer, answered: Submission, contract: Contract) -> None:
    if fault := plan.receipts.faults.get(answer.name):
        plan.leave_unread(replace(fault, ledger=answered.ledger))
        return
    receipt = plan.receipts.by_file.get(answer.name)
    department = receipt.department_code if receipt else plan.department_code
    fault = _why_not(answer, answered, contract, department)
    if fault is not None:
        plan.leave_unread(fault)
        return
    try:
        found = plan.fingerprint_of(answer.path)
    except OSError as error:
        plan.leave_unread(cannot_open(answer.name, answered.ledger, error))
        return
    given = receipt or Receipt("", "", local_iso(plan.moment), is_registered=False)
    receipt = replace(
        given,
        department_code=answered.department_code,
        period=answered.period,
        control_rows=None,
        control_total=None,
        replaces="",
        confirmed="",
    )
    plan.consider(answer_file(answer.path, answer.name, contract, answered), found, receipt)


def _why_not(answer: DroppedAnswer, answered: Submission, contract: Contract, department: str) -> Unread | None:
    """Why an answer may not be read; None where it may."""
    if department != answered.department_code:
        why = f"答复的是部门 {answered.department_code} 的 {answered.file},而登记为部门 {department} 报送"
        remedy = f"请由部门 {answered.department_code} 交回,并在 received.csv 登记这份答复的部门"
        return Unread(answer.name, why, remedy, answered.ledger)
    if answered.status == "refused":
        why = f"所答的 {answered.file} 整份退回,没有可以逐行更正的行"
        return Unread(answer.name, why, WHOLE_FILE_ZH, answered.ledger)
    if not can_be_answered(contract, answered.file):
        why = f"所答的 {answered.file} 是矩阵式表格,不能逐行更正"
        return Unread(answer.name, why, WHOLE_FILE_ZH, answered.ledger)
    return None
