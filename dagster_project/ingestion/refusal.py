"""What becomes of a file at which the reader stumbles over something nobody foresaw: it is refused by name, the others load."""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

import duckdb

from dagster_project.contracts import ContractError
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.findings import write_refusal
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.unread import in_words
from dagster_project.ingestion.zone import FINDINGS_DIR, workplace

FAULTS_DIR = "faults"
"""For the data engineer: what the program said of each file at which it stumbled."""
READ_FAULTS = {
    errno.EIO,
    errno.EACCES,
    errno.EPERM,
    errno.ENOENT,
    errno.ESTALE,
    errno.EISDIR,
    errno.ENXIO,
    errno.EINVAL,
}


def is_about_the_file(error: Exception, path: Path) -> bool:
    """Whether a fault belongs to a file: not to its contract, nor to the disk or the memory that all files share."""
    if isinstance(error, OSError):
        return error.errno in READ_FAULTS and error.filename in (None, str(path), path)
    return not isinstance(error, ContractError | MemoryError | duckdb.IOException)


def takes_too_much(error: Exception) -> bool:
    """Whether a file takes more memory than its process may have; what breaks within an engine comes out as its own fault."""
    return isinstance(error, MemoryError | duckdb.OutOfMemoryException) or "MemoryError" in str(error)


def refuse(file: DroppedFile, entry: Submission, landing_dir: Path, error: Exception) -> Submission:
    """Refuse a file because of a fault: one finding in plain words; the fault itself lies beside for the data engineer."""
    if isinstance(error, OSError):
        detail = in_words(error)
    else:
        note = landing_dir / FAULTS_DIR / f"{entry.submission_id}.txt"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
        detail = f"程序读到这个文件时意外出错(详情见 landing/{FAULTS_DIR}/{note.name},请交给数据管理员)"
    return write_refused(file, entry, landing_dir, Refused("unreadable_file", detail=detail))


def write_refused(file: DroppedFile, entry: Submission, landing_dir: Path, refusal: Refused) -> Submission:
    """Write the one finding of a refused file; returns the entry with the reason in words."""
    path = landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet"
    unfinished = workplace(landing_dir) / path.name
    with looking() as connection:
        entry = write_refusal(connection, entry, file.contract, refusal, unfinished)
    os.replace(unfinished, path)
    return entry
