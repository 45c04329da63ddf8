"""What is to be told of a whole file once its rows are landed: what was mended, what was not read, what occurs in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dagster_project.contracts import Contract
from dagster_project.ingestion.row_notes import NOTE_STATUSES
from dagster_project.ingestion.text_table import Note, Part, TextTable, column_letter

GROUPED = ("refused_sheet", "rows_above_header", "another_header")
"""Rules by which many rows are rejected together: one finding tells of them all."""


def file_notes(
    table: TextTable, contract: Contract, counts: Mapping[str, int], ends_with_newline: bool
) -> Iterator[Note]:
    """Everything to tell of the file, apart from single rows and cells.

    Args:
        table: whose stream was read to its end.
        contract: of the ledger.
        counts: rows by status.
        ends_with_newline: whether the file ends with the end of a line.
    """
    yield from table.notes
    blank_above = sum(row.verdict == "blank" for part in table.places for row in part.header.head)
    yield from _emptiness(counts, blank_above, ends_with_newline)
    tally = table.tally
    if tally.private_use:
        yield Note("private_use", value=f"{tally.private_use:,}", detail=tally.private_use_at)
    for rule, count in (("invisible", tally.invisible), ("padded", tally.padded)):
        if count:
            yield Note(rule, value=f"{count:,}")
    if counts.get("repeated_header"):
        yield Note("repeated_header", value=f"{counts['repeated_header']:,}")
    for part in table.places:
        yield from _of_part(part, contract)


def _emptiness(counts: Mapping[str, int], blank_above: int, ends_with_newline: bool) -> Iterator[Note]:
    data = counts.get("accepted", 0) + counts.get("rejected", 0)
    if counts.get("rejected") and not counts.get("accepted"):
        yield Note("all_rejected", value=f"{counts['rejected']:,}")
    if data:
        return
    below = sum(counts.get(status, 0) for status in NOTE_STATUSES if status not in ("title", "header", "unit", "blank"))
    if (blank := counts.get("blank", 0) - blank_above) > 0 and not below:
        yield Note("blank_rows_only", value=f"{blank:,}")
    else:
        yield Note("empty_file" if ends_with_newline else "ends_in_header")


def _of_part(part: Part, contract: Contract) -> Iterator[Note]:
    header = part.header
    row = header.rows or None
    for place, text in header.extra.items():
        yield Note("extra_column", header=text, value=f"{part.unclaimed.get(place, 0):,}", sheet=part.sheet, row=row)
    nameless = {
        place: n for place, n in part.unclaimed.items() if n and place not in header.extra and place < header.width
    }
    for place, count in nameless.items():
        ref = f"第{place + 1}列" if part.is_text else f"{column_letter(place)}列"
        yield Note("nameless_column", header=ref, value=f"{count:,}", sheet=part.sheet, row=row)
    absent = [c.headers[0] for c in contract.columns if c.name not in header.positions and not c.taken_from]
    if absent:
        yield Note("missing_optional", header="、".join(absent), sheet=part.sheet, row=row)
    if header.unit and header.contract_unit and header.unit != header.contract_unit:
        yield Note("unit_differs_from_contract", sheet=part.sheet, value=header.unit, detail=header.contract_unit)
    above = [each.row for each in header.head if each.verdict == "above_header"]
    if above:
        where = f"第 {above[0]} 行到第 {above[-1]} 行" if len(above) > 1 else f"第 {above[0]} 行"
        nearest = f";{header.nearest}" if header.nearest else ""
        yield Note("rows_above_header", value=f"{len(above):,}", detail=where + nearest, sheet=part.sheet, row=row)
