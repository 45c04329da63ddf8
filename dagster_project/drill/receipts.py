"""Lines of received.csv as the drill writes them: those that are new or changed, beside the others as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from dagster_project.ingestion.receipt import rows_of_file
from dagster_project.ingestion.receipts import HEADERS
from dagster_project.ingestion.submissions import Submission

COLUMNS = ("file", "department", "period", "received_at", "rows")


def line_of(entry: Submission, entries: Iterable[Submission], rows: int | None = None) -> dict[str, str]:
    """The line of a file as the log of submissions knows it.

    Args:
        entry: the file as one ledger reads it.
        entries: those of all files: a workbook may be read by several ledgers.
        rows: what is to stand as the number of rows of this entry, where it is another than is known.
    """
    of_file = {each.ledger: each for each in entries if each.file == entry.file} | {entry.ledger: entry}
    said = {ledger: each.control_rows for ledger, each in of_file.items()} | (
        {} if rows is None else {entry.ledger: rows}
    )
    counted = {ledger: number for ledger, number in said.items() if number is not None}
    return {
        "file": entry.file,
        "department": entry.department_code,
        "period": entry.period,
        "received_at": f"{entry.received_at[:19].replace(' ', 'T')}+08:00",
        "rows": rows_of_file(counted, is_one_list=len(of_file) == 1),
    }


def with_lines(content: bytes, changed: Mapping[str, Mapping[str, str] | None]) -> bytes:
    """The list with some lines new, changed, or gone; headers stay as the office writes them, and what it has beside them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    reader = csv.DictReader(io.StringIO(text))
    rows, header = list(reader), list(reader.fieldnames or COLUMNS)
    spelled = {name: next((each for each in header if each.strip() in HEADERS[name]), name) for name in COLUMNS}
    kept = [row for row in rows if row[spelled["file"]] not in changed]
    added = [{spelled[name]: value for name, value in line.items()} for line in changed.values() if line is not None]
    header += [name for line in added for name in line if name not in header]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(dict.fromkeys(header)), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([*kept, *added])
    return stream.getvalue().encode()
