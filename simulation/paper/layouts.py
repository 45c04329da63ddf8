"""The pages of a workbook: which sheets a ledger's rows are written to, and the lines of each, by the kind of layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dagster_project.contracts.model import Contract
from simulation.paper.forms import form_pages
from simulation.paper.handed_in import Sheet
from simulation.paper.matrices import lay_out_matrix
from simulation.paper.pages import Line, lay_out


def pages(contract: Contract, sheet: Sheet) -> Iterator[tuple[str | None, Iterable[Line]]]:
    """Name and lines of each sheet of the workbook that holds the rows."""
    layout = contract.files[sheet.layout]
    if layout.form:
        yield from form_pages(contract, sheet, layout.form)
    elif layout.matrix:
        yield layout.sheet, lay_out_matrix(contract, sheet, layout.matrix)
    else:
        yield layout.sheet, lay_out(contract, sheet, is_workbook=True)
