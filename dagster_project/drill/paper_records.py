"""A JSON Lines file in which values are changed one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from dagster_project.drill.paper import LinesPaper, Value, in_the_form_of


class RecordsPaper(LinesPaper):
    """One object a line; a column is a key of it."""

    def __init__(self, path: Path, keys: Mapping[str, str], unit: str | None):
        super().__init__("", keys, 0, unit)
        self.lines = path.read_text(encoding="utf-8").splitlines(keepends=True)

    def read(self, row: int, column: str) -> str:
        """The value of a key as a text."""
        value = json.loads(self.lines[row - 1]).get(self.places[column])
        return "" if value is None else str(value)

    def write(self, row: int, column: str, value: Value) -> None:
        """Put a value; nothing takes the key away, as the apps do."""
        line = self.lines[row - 1]
        record: dict[str, Any] = json.loads(line)
        key = str(self.places[column])
        old = record.get(key)
        if value is None or value == "":
            record.pop(key, None)
        elif isinstance(value, Decimal) and not isinstance(old, str):
            record[key] = float(value)
        elif isinstance(value, dt.date) or not isinstance(value, Decimal):
            record[key] = in_the_form_of(str(old or ""), value)
        else:
            record[key] = f"{value:f}"
        separators = (", ", ": ") if '": ' in line else (",", ":")
        text = json.dumps(record, ensure_ascii=False, separators=separators)
        self.lines[row - 1] = text + line[len(line.rstrip("\r\n")) :]

    def content(self) -> bytes:
        """The file in UTF-8."""
        return "".join(self.lines).encode()
