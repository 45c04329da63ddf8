"""Read JSON Lines: one object a line; its keys are the header."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import find_header
from dagster_project.ingestion.read_csv import DelimitedText, allowed_encoding
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.spellings import BLANKS
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import IRREGULAR, RAW_LINE, ROW, VERDICT, TextTable

NEVER_IN_TEXT = "\x01"
IS_OBJECT = f"case when json_valid({RAW_LINE}) then json_type({RAW_LINE}) = 'OBJECT' else false end"


def read_jsonl(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open a JSON Lines file; a line that is no object is kept whole for the rejects.

    Raises:
        Refused: the encoding is not allowed or not kept to, or a required key is in no line.
    """
    lines = DelimitedText(
        path=path,
        encoding=allowed_encoding(layout, seen),
        names=[RAW_LINE],
        columns=[RAW_LINE],
        delimiter=NEVER_IN_TEXT,
        has_quotes=False,
    )
    header = replace(find_header([_keys(lines)], contract, layout), rows=0)
    paths = ", ".join(literal(f'$."{header.texts[name]}"') for name in header.positions)
    cells = ", ".join(
        f"trim(cells[{place}], {literal(BLANKS)}) as {name}" for place, name in enumerate(header.positions, start=1)
    )
    relation = f"""(
        select {cells}, {ROW}, case when cells is null then {RAW_LINE} end as {IRREGULAR},
            case when cells is null then case when trim({RAW_LINE}) = '' then 'blank' else 'bad_json:' end end as {VERDICT}
        from (
            select {ROW}, {RAW_LINE}, case when {IS_OBJECT} then json_extract_string({RAW_LINE}, [{paths}]) end as cells
            from cells
        )
    )"""
    refs = {name: f"键 {text}" for name, text in header.texts.items()}
    return TextTable("", header, refs, lines.stream, lines.refusals, relation=relation)


def _keys(lines: DelimitedText) -> list[str]:
    """Every key that some line has, in order of name."""
    with duckdb.connect() as connection:
        connection.register("cells", lines.stream())
        query = f"""
            select distinct unnest(keys) as key from (
                select distinct json_keys({RAW_LINE}) as keys from cells where {IS_OBJECT}
            ) order by key
        """
        try:
            rows = connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise (lines.refusals or [Refused("unreadable_file", detail=str(error))])[0] from error
    return [key for (key,) in rows]
