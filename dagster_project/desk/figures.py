"""Confirm or dispute figures: a file of the ledger figure_confirmations, handed in like any other, so that it lands with the next night."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster_project.contracts import Contract
from dagster_project.desk.hand_in import HandInFault, Line, hand_in
from dagster_project.desk.reading import FigurePage
from dagster_project.formula_safe import csv_text
from dagster_project.ingestion.periods import local_iso
from dagster_project.private_files import work_folder
from dagster_project.settings import Settings

LEDGER = "figure_confirmations"
CONFIRMED, DISPUTED = "确认", "异议"


def decide(
    settings: Settings,
    contracts: Mapping[str, Contract],
    department: str,
    page: FigurePage,
    chosen: Sequence[str],
    decision: str,
    reason: str,
    now: dt.datetime,
) -> tuple[str, str]:
    """Hand in a department's decision on figures as it saw them; returns the path below the drop and the hash of the file.

    Args:
        settings: where the drop is.
        contracts: of all ledgers.
        department: whose figures these are.
        page: as they were shown.
        chosen: ids of figures of that page.
        decision: 确认 or 异议.
        reason: of a dispute.
        now: the moment, in Asia/Shanghai.

    Raises:
        HandInFault: nothing was chosen, a dispute has no reason, or the ledger has no contract here.
    """
    figures = [each for each in page.figures if each["figure_id"] in set(chosen)]
    if not figures:
        raise HandInFault("请至少选择一个数字")
    if decision not in (CONFIRMED, DISPUTED) or (decision == DISPUTED and not reason.strip()):
        raise HandInFault("提出异议须写明理由")
    if LEDGER not in contracts:
        raise HandInFault("本机关没有“数字确认与异议台账”的约定;请通知数据管理员")
    contract = contracts[LEDGER]
    stamp = now.strftime("%Y%m%d%H%M%S%f")[:17]
    rows = [_row(contract, each, page, department, stamp, decision, reason, now) for each in figures]
    headers = [column.headers[0] for column in contract.columns]
    with work_folder(settings.work_dir) as folder:
        path = Path(folder) / "confirmations.csv"
        data = csv_text(headers, rows).encode()
        path.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        wanted = f"{LEDGER}/{page.year}/{page.month}数字确认_{department}_{stamp}.csv"
        line = Line(department, str(page.year), local_iso(now))
        return hand_in(path, sha256, wanted, line, settings.raw_dir, settings.desk_dir, contract), sha256


def _row(
    contract: Contract,
    figure: Mapping[str, Any],
    page: FigurePage,
    department: str,
    stamp: str,
    decision: str,
    reason: str,
    now: dt.datetime,
) -> list[object]:
    values = {
        "confirmation_no": f"{department}-{stamp}-{figure['figure_id']}",
        "fiscal_year": page.year,
        "month": page.month,
        "figure_id": figure["figure_id"],
        "label": figure["label_zh"],
        "shown": figure["display_text"],
        "version": page.version,
        "decision": decision,
        "reason": " ".join(reason.split()) if decision == DISPUTED else "",
        "decided_on": now.date(),
    }
    return [values[column.name] for column in contract.columns]
