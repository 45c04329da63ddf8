"""Land one file: find the layout that fits it, have its rows landed, and write what is to be told of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import duckdb

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.answer_sheet import AnswerSheet
from dagster_project.ingestion.answering import answer_contract
from dagster_project.ingestion.control import Control
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.findings import write_refusal
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.read_csv import read_csv
from dagster_project.ingestion.read_jsonl import read_jsonl
from dagster_project.ingestion.read_sheets import read_sheets
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet import Sheet
from dagster_project.ingestion.small_sheet import SmallSheet
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import SHEET, Note, TextTable
from dagster_project.ingestion.workbook_kind import HEAD_BYTES, other_text_kind
from dagster_project.ingestion.workbook_saved import saved_late
from dagster_project.ingestion.zone import FINDINGS_DIR, workplace

AnySheet = TypeVar("AnySheet", bound=Sheet)
READERS = {"csv": read_csv, "jsonl": read_jsonl}
TEXT_NAMES = {"csv": "CSV 文本", "jsonl": "JSON 文本"}
UNLIKE_TEXT = (
    "missing_columns",
    "missing_labels",
    "unknown_encoding",
    "unreadable_file",
    "no_records",
    "bad_structure",
)
"""Rules by which a file is refused that may be no text of its kind at all."""
NOT_FOUND = ("missing_sheet", "missing_columns", "missing_labels")
"""Rules of refusals that another layout may not meet."""


def land_new_file(
    connection: duckdb.DuckDBPyConnection,
    file: DroppedFile,
    seen: Fingerprint,
    entry: Submission,
    landing_dir: Path,
    control: Control | None = None,
    *,
    in_memory: bool,
) -> Submission:
    """Land a file that was not read before: its rows and any findings as Parquet; returns the entry with its counts.

    ``control`` is what the sender said that the file holds. ``in_memory`` is for files small enough to be held there: they land in several short queries instead of one streamed one.
    """
    try:
        kind = AnswerSheet if file.answers else SmallSheet if in_memory else Sheet
        sheet = opened(connection, file, seen, entry, landing_dir, kind)
        return landed(sheet, landing_dir, control or Control())
    except Refused as refusal:
        unfinished, findings_path = _places(entry, landing_dir)
        entry = write_refusal(connection, entry, file.contract, refusal, unfinished)
    os.replace(unfinished, findings_path)
    return entry


def opened(
    connection: duckdb.DuckDBPyConnection,
    file: DroppedFile,
    seen: Fingerprint,
    entry: Submission,
    landing_dir: Path,
    kind: type[AnySheet],
) -> AnySheet:
    """A file as the sheet that is to be landed: its layout is found, its rows are not judged yet.

    Raises:
        Refused: it cannot be read.
    """
    if seen.size_bytes == 0:
        raise Refused("zero_bytes")
    contract = answer_contract(file.contract) if file.answers else file.contract
    layout, table = fitting_table(file.path, contract, file.layouts, seen, file.elsewhere)
    table = with_names(table, contract, file.name)
    late = saved_late(table.saved_at, entry)
    # the notes of an answer are what it was told
    notes = [note for note in table.notes if not (file.answers and note.rule == "texts_unread")]
    table = replace(table, notes=(*notes, *([late] if late else ())))
    ends = seen.ends_with_newline or layout.format != "csv"
    return kind(connection, contract, table, entry, landing_dir, layout, ends_with_newline=ends)


def landed(sheet: Sheet, landing_dir: Path, control: Control) -> Submission:
    """Land an open sheet, and write what is to be told of it; returns its entry with its counts.

    Raises:
        Refused: what only its rows show keeps it out.
    """
    entry, findings = sheet.land(control)
    if not findings.is_empty:
        unfinished, findings_path = _places(entry, landing_dir)
        findings.write(unfinished)
        os.replace(unfinished, findings_path)
    return entry


def _places(entry: Submission, landing_dir: Path) -> tuple[Path, Path]:
    """Where findings are written, and where they lie once they are whole."""
    name = f"{entry.submission_id}.parquet"
    return workplace(landing_dir) / name, landing_dir / FINDINGS_DIR / name


def fitting_table(
    path: Path, contract: Contract, layouts: Sequence[FileLayout], seen: Fingerprint, elsewhere: Sequence[str] = ()
) -> tuple[FileLayout, TextTable]:
    """The file as text by the layout that fits it: of several the one under which most columns are found, then the first.

    Raises:
        Refused: no layout fits; for the reason that says most.
    """
    fitting: list[tuple[FileLayout, TextTable]] = []
    refusals: list[Refused] = []
    for layout in layouts:
        try:
            if layout.format == "workbook" or not layout.is_plain:
                table = read_sheets(path, contract, layout, seen, elsewhere)
            else:
                table = READERS[layout.format](path, contract, layout, seen)
            fitting.append((layout, table))
        except Refused as refusal:
            refusals.append(refusal)
    if not fitting:
        _refuse_other_text(path, layouts, refusals[0])
        raise next((refusal for refusal in refusals if refusal.rule not in NOT_FOUND), refusals[0])
    most = max(len(table.header.positions) for _, table in fitting)
    best = [each for each in fitting if len(each[1].header.positions) == most]
    layout, table = best[0]
    if len(best) > 1:
        tie = Note("layout_tie", value=f"{layout.pattern} {layout.sheet or ''}".strip())
        table = replace(table, notes=(*table.notes, tie))
    return layout, table


def _refuse_other_text(path: Path, layouts: Sequence[FileLayout], refusal: Refused) -> None:
    """Say what a file is that is no text at all, or one of another kind: that it lacks columns is true of it and helps nobody.

    Raises:
        Refused: it is something else than its layouts say.
    """
    wanted = {layout.format for layout in layouts}
    if len(wanted) > 1 or "workbook" in wanted or refusal.rule not in UNLIKE_TEXT:
        return
    (kind,) = wanted
    with path.open("rb") as stream:
        found = other_text_kind(stream.read(HEAD_BYTES), kind)
    if found is not None:
        raise Refused("other_text", value=found, detail=TEXT_NAMES[kind])


def with_names(table: TextTable, contract: Contract, file: str) -> TextTable:
    """The table with the columns that hold the name of its sheet or of the file, or the part of it that counts."""
    taken = [column for column in contract.columns if column.taken_from]
    if not taken:
        return table
    sheet = SHEET if SHEET in table.own_columns else literal(table.sheet)
    values, header = [], table.header
    for column in taken:
        name = sheet if column.taken_from == "sheet" else literal(file)
        part = f"nullif(regexp_extract({name}, {literal(column.extract)}, 1), '')" if column.extract else name
        values.append(f"{part} as {column.name}")
        where = "工作表名称" if column.taken_from == "sheet" else "文件名"
        header = replace(
            header,
            positions=header.positions | {column.name: header.width + len(values)},
            texts=header.texts | {column.name: where},
        )
    relation = f"(select *, {', '.join(values)} from {table.relation} as read)"
    return replace(table, header=header, relation=relation)
