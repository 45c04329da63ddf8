"""The one way in which this project writes CSV: no text of a ledger becomes a formula when a spreadsheet opens the file.

The rule, for whoever reads such a file back:

* Numbers, dates and truth values are written as they are, so that ``-3.5`` stays a number; nothing is written for None.
* A text whose first sign that is no blank is one of ``= + - @`` (in half or in full width), a tab or a line break, gets an
  apostrophe in front. So does a text that begins with an apostrophe.
* Therefore a cell that begins with an apostrophe is a guarded text, always, and what was meant is the rest: :func:`bare`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

GUARD = "'"
FORMULA = re.compile(r"[ \u00a0\u3000\u200b-\u200f\u2060\ufeff\x00]*[=+\-@＝＋－＠\t\r\n]|'")
"""How a text begins that a spreadsheet may take for a formula, and the guard itself; blanks in front are skipped by some."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read Chinese as something else."""


def safe(value: object) -> object:
    """A value as a cell of a CSV file that no spreadsheet takes for a formula; decimals without an exponent."""
    if isinstance(value, str):
        return GUARD + value if FORMULA.match(value) else value
    return f"{value:f}" if isinstance(value, Decimal) else value


def bare(cell: str) -> str:
    """The text behind a cell of such a file: the undoing of :func:`safe` for texts."""
    return cell.removeprefix(GUARD)


def csv_text(names: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as CSV by the rule of this module, with a byte order mark and lines that end as RFC 4180 wants."""
    stream = io.StringIO(newline="")
    stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([safe(value) for value in row] for row in rows)
    return stream.getvalue()
