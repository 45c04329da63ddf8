"""Characters that JSON Lines hold as escapes, such as a zero-width space: nobody sees them in the bytes, so the texts are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.invisible import INVISIBLE_SQL
from dagster_project.ingestion.lost_text import PRIVATE_USE, lost_text, may_hold_lost_text
from dagster_project.ingestion.read_csv import DelimitedText
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import RAW_LINE, ROW, Note


@dataclass
class Escaped:
    """What the escapes of some lines stand for: what is told of the file, and the verdicts on lines with spoilt text, by their numbers."""

    notes: list[Note] = field(default_factory=list)
    verdicts: dict[int, str] = field(default_factory=dict)

    def verdict_sql(self) -> str:
        """The verdict on a line, as SQL; null for a sound one."""
        cases = " ".join(f"when {row} then {literal(verdict)}" for row, verdict in self.verdicts.items())
        return f"case {ROW} {cases} end" if cases else "null"


def look_at_escapes(lines: DelimitedText, pointers: Mapping[str, str]) -> Escaped:
    """Look at the texts of all lines with an escape.

    Args:
        lines: each of them a record.
        pointers: the way to each value, by its key.
    """
    values = f"json_extract_string({RAW_LINE}, [{literals(pointers.values())}])"
    lines_with_some = f"""
        select {ROW} as line_no, {RAW_LINE} as line, {values} as texts from cells
        where case when contains({RAW_LINE}, '\\u') then json_valid({RAW_LINE}) else false end
    """
    unknown = literal(PRIVATE_USE.pattern)
    counts = f"""
        select coalesce(sum(len(regexp_extract_all(text, {literal(INVISIBLE_SQL)}))), 0), count(letter),
            min(line_no) filter (letter is not null), first(letter order by line_no) filter (letter is not null)
        from (
            select *, case when not regexp_matches(line, {unknown}) then nullif(regexp_extract(text, {unknown}), '') end as letter
            from (select *, array_to_string(texts, chr(10)) as text from ({lines_with_some}))
        )
    """
    found = Escaped()
    with looking() as connection:
        connection.register("cells", lines.stream())
        ((invisible, unknown_count, row, letter),) = connection.execute(counts).fetchall()
        connection.register("cells", lines.stream())
        found.verdicts = _verdicts(connection.execute(lines_with_some).to_arrow_reader(), list(pointers))
    if invisible:
        found.notes.append(Note("invisible", value=f"{invisible:,}"))
    if unknown_count:
        told = f"文本第 {row} 行“{letter}”(U+{ord(letter):04X})"
        found.notes.append(Note("private_use", value=f"{unknown_count:,}", detail=told))
    return found


def _verdicts(batches: pa.RecordBatchReader, keys: list[str]) -> dict[int, str]:
    """The verdicts on lines by the first spoilt text in each; only batches that may hold one are looked at text by text."""
    found: dict[int, str] = {}
    for batch in batches:
        texts = pc.list_flatten(batch.column("texts"))
        buffer = texts.buffers()[2] if len(texts) else None
        if buffer is None or not may_hold_lost_text(buffer.to_pybytes()):
            continue
        for row, values in zip(batch.column("line_no").to_pylist(), batch.column("texts").to_pylist(), strict=True):
            for key, text in zip(keys, values, strict=True):
                if text and (verdict := lost_text(text)):
                    rule, _, detail = verdict.partition(":")
                    found.setdefault(row, f"{rule}:键 {key} {detail}".replace(";", ","))
    return found
