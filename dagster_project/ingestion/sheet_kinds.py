"""Whether a sheet is one of the ledger's: by the header of its table, the labels of its form, the head of its matrix."""

from __future__ import annotations

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.form_labels import Labels
from dagster_project.ingestion.header import SEARCHED_ROWS, count_names, find_header, names_columns, required_columns
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.read_form import read_forms, table_columns
from dagster_project.ingestion.read_matrix import matrix_body
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_rows import SheetCells, of_columns

ANOTHER_KIND = ("missing_columns", "missing_labels")


def fits(sheet: SheetCells, contract: Contract, layout: FileLayout) -> bool:
    """Whether a sheet under another name than the agreed one has the header, labels or head of the ledger."""
    if not (layout.form or layout.matrix):
        top = sheet.rows[:SEARCHED_ROWS]
        return any(names_columns(top, n, contract, layout) for n in range(len(top)))
    try:
        if layout.form:
            return bool(read_forms(sheet, contract, layout))
        return _has_known_head(sheet, contract, layout)
    except Refused as refusal:
        return refusal.rule not in ANOTHER_KIND


def _has_known_head(sheet: SheetCells, contract: Contract, layout: FileLayout) -> bool:
    """Whether a text across the head is one that the ledger allows there; where it allows any, that there is one is enough."""
    assert layout.matrix is not None, "only a matrix has a head across"
    above = matrix_body(sheet.rows, contract, layout)[1].above
    allowed = [contract.column(name).allowed for name in layout.matrix.across]
    return any(
        all(not known or (text and normalise(text) in known) for known, text in zip(allowed, texts, strict=True))
        for texts in above.values()
    )


def nearly_fits(sheet: SheetCells, contract: Contract, layout: FileLayout) -> Refused | None:
    """Why a sheet that has nearly all columns of the ledger is not read; None where it is another table."""
    required = required_columns(contract, layout)
    try:
        find_header(sheet.rows[:SEARCHED_ROWS], contract, layout)
    except Refused as refusal:
        missing = len(refusal.detail.split("、"))
        is_near = refusal.rule == "missing_columns" and len(required) - missing >= max(3, 2 * missing)
        return refusal if is_near else None
    return None


def is_like_form(sheet: SheetCells, contract: Contract, layout: FileLayout) -> bool:
    """Whether a sheet is a form of the ledger, if a faulty one: half of its required labels have a value, or of its columns a header."""
    assert layout.form is not None, "only a form has labels"
    labels = Labels(contract, layout.form)
    try:
        found = labels.find(sheet, range(len(sheet.rows)), first_cell_only=False).labels
    except Refused:
        return True
    wanted = [column.name for column in labels.columns if column.required]
    filled = [name for name in wanted if name in found and found[name].value is not None]
    if 2 * len(filled) >= max(1, len(wanted)):
        return True
    table = of_columns(contract, table_columns(contract, layout))
    owed = len(required_columns(table, layout))
    most = max((count_names(row, table) for row in sheet.rows[:SEARCHED_ROWS]), default=0)
    return bool(owed) and 2 * most >= owed
