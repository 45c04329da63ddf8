"""Whether a file that is checked would be held once it is handed in: it is held against what counts in the landing zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.ingestion.holding import Holding
from dagster_project.ingestion.proof import landed_path
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.receipts import read_receipts
from dagster_project.ingestion.submissions import Submission, entries_in
from dagster_project.ingestion.unread import DropError
from dagster_project.settings import Settings


def beside_what_counts(
    entry: Submission, contract: Contract, landing: Path, settings: Settings
) -> tuple[Submission, str]:
    """Judge an entry of a landing zone that is thrown away as if it were handed in today.

    The rows that count already are linked beside it; nothing is written where they lie.

    Returns:
        The entry, held with its reason where it would be, and in words what is to be known beside that, empty if nothing.
    """
    counted = [each for each in entries_in(settings.landing_dir) if each.ledger == contract.ledger]
    last = {each.file: each for each in counted}
    standing = [each for each in last.values() if each.is_hand_in]
    same = next((each for each in standing if each.sha256 == entry.sha256 and each.status == "landed"), None)
    if same is not None and same.file == entry.file:
        return entry, "这份文件已经载入,内容没有变化"
    if same is not None:
        return entry, f"与已载入的 {same.file} 内容完全相同,不必再报"
    if entry.status != "landed":
        return entry, ""
    for each in counted:
        rows = landed_path(settings.landing_dir, each)
        beside = landed_path(landing, each)
        if rows.is_file() and not beside.exists():
            beside.symlink_to(rows.resolve())
    now = dt.datetime.now().astimezone()
    names = {each.file for each in standing} | {entry.file}
    try:
        receipts = read_receipts(settings.raw_dir, names, (), now).by_file if settings.raw_dir.is_dir() else {}
    except DropError as error:
        return entry, f"没有与已载入的文件比较:{error}"
    moment = now.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    handed_in = replace(entry, received_at=moment, log_no=0)
    judged = Holding(landing, names, receipts).judged(
        handed_in,
        receipts.get(entry.file) or Receipt(entry.department_code, entry.period, moment),
        contract,
        counted,
        moment,
    )
    if judged.status == "held":
        return replace(entry, status="held", reason=judged.reason), ""
    return entry, judged.reason
