"""A CSV file in which cells are changed one by one: quotes, line ends and encoding stay as they are."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

from dagster_project.drill.paper import GridPaper, LinesPaper, Value, in_the_form_of

MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE}


class TextPaper(LinesPaper, GridPaper):
    """A delimited text; ``lines`` are its records with what ends them."""

    line_end = "\r\n"

    def __init__(
        self,
        path: Path,
        places: Mapping[str, int],
        header_row: int,
        unit: str | None,
        delimiter: str = ",",
        encoding: str = "utf-8",
    ):
        super().__init__("", places, header_row, unit)
        content = path.read_bytes()
        self.delimiter = delimiter
        self.mark = next((mark for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE) if content.startswith(mark)), b"")
        self.encoding = "utf-16-le" if encoding == "utf-16" else encoding
        self.lines = list(_records(content.removeprefix(self.mark).decode(self.encoding)))

    def cell(self, row: int, position: int) -> str:
        """A cell without its quotes."""
        cells = self._cells(row)
        text = cells[position] if position < len(cells) else ""
        return text[1:-1].replace('""', '"') if text[:1] == '"' == text[-1:] and len(text) > 1 else text

    def write(self, row: int, column: str, value: Value) -> None:
        """Put a value where another stood."""
        self.put(row, self._position(column), in_the_form_of(self.read(row, column), value))

    def put(self, row: int, position: int, text: str) -> None:
        """Put a text; it gets quotes where it needs them."""
        cells = self._cells(row)
        cells += [""] * (position + 1 - len(cells))
        cells[position] = self._quoted(text)
        self._join(row, cells)

    def shift(self, row: int, column: str, text: str) -> None:
        """Put one more cell before that of a column."""
        cells = self._cells(row)
        cells.insert(self._position(column), self._quoted(text))
        self._join(row, cells)

    def content(self) -> bytes:
        """The file in its own encoding."""
        return self.mark + "".join(self.lines).encode(self.encoding)

    def _cells(self, row: int) -> list[str]:
        return _raw_cells(self.lines[row - 1].rstrip("\r\n"), self.delimiter)

    def _join(self, row: int, cells: list[str]) -> None:
        line = self.lines[row - 1]
        self.lines[row - 1] = self.delimiter.join(cells) + line[len(line.rstrip("\r\n")) :]

    def _quoted(self, text: str) -> str:
        return (
            '"' + text.replace('"', '""') + '"' if any(sign in text for sign in (self.delimiter, '"', "\n")) else text
        )


def _records(text: str) -> Iterator[str]:
    """The records of a text, each with its line end; a line break within quotes ends none."""
    record = ""
    for line in text.splitlines(keepends=True) if "\x0b" not in text else text.split("\n"):
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""
    if record:
        yield record


def _raw_cells(record: str, delimiter: str) -> list[str]:
    """The cells of a record as they are written, quotes and all."""
    cells = [""]
    is_quoted = False
    for sign in record:
        is_quoted ^= sign == '"'
        if sign == delimiter and not is_quoted:
            cells.append("")
        else:
            cells[-1] += sign
    return cells
