"""What landing has to tell the department about a file: built as one table, written beside the landed rows where there is any."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.finding_places import IN_THE_ROWS, NOWHERE, PLACE_COLUMNS, column_places
from dagster_project.ingestion.rules import RULES, Refused
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import Note, TextTable

FINDING_COLUMNS = {
    "submission_id": "varchar",
    "ledger": "varchar",
    "department_code": "varchar",
    "period": "varchar",
    "file": "varchar",
    "sheet": "varchar",
    "row_number": "bigint",
    "column_name": "varchar",
    "header": "varchar",
    "column_ref": "varchar",
    "value": "varchar",
    "rule": "varchar",
    "severity": "varchar",
    "message_zh": "varchar",
    "remedy_zh": "varchar",
    "raw_cells": "varchar[]",
    "public_value": "varchar",
    "public_message_zh": "varchar",
    "of_sheet": "varchar",
    "of_row": "bigint",
}
"""``value`` and ``message_zh`` quote the cell and stay in landing; readers get ``public_value`` and ``public_message_zh``.

``of_sheet`` and ``of_row`` are the rejected row of another submission that a row of an answer is about."""
FAULTS_TABLE = """
    create or replace temp table faults (
        sheet varchar, row_number bigint, column_ref varchar, column_name varchar, header varchar, value varchar,
        rule varchar, detail varchar, raw_cells varchar[], of_sheet varchar, of_row bigint
    )
"""
HIDDEN_ZH = "(个人信息,已隐去)"
"""Stands for the value of a personal column; the raw cells keep it, and never leave landing."""
LOOKS_LIKE_ZH = "(已隐去)形如 "
"""Stands before the shape of a value that readers do not get: 9 for a digit, A for a letter, 字 for any other sign of a word."""
NO_CELL = ("duplicate_key",)
"""Rules that quote cells although they are about no single column."""
LONGEST_SHAPE = 24
LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")
"""A header or a value may have some; a message is one line."""


class _Plain(NamedTuple):
    """A finding without a cell of a column: its message and what readers get of it need no look at the contract."""

    sheet: str | None
    row_number: int | None
    header: str
    value: str
    rule: str
    detail: str
    column_ref: str | None


class FileFindings:
    """The findings of one file, collected in a table of the given connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        entry: Submission,
        contract: Contract,
        table: TextTable | None = None,
    ):
        self.connection = connection
        self.entry = entry
        self.contract = contract
        self.parts = table.places if table is not None else ()
        self.is_empty = True
        self._plain: list[_Plain] | None = []

    def add(
        self,
        rule: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        header: str = "",
        value: str = "",
        detail: str = "",
        column_ref: str | None = None,
    ) -> None:
        """Add one finding about the file, one of its sheets, one of its rows, or (``column_ref``, such as C列) one of its cells."""
        found = _Plain(sheet, row, header, value, rule, detail, column_ref)
        if column is None and rule not in NO_CELL and self._plain is not None:
            self._plain.append(found)
            self.is_empty = False
        else:
            self._insert(f"(column_name, {', '.join(_Plain._fields)}) values ({'?, ' * len(found)}?)", [column, *found])

    def add_note(self, note: Note) -> None:
        """Add what a reader or the counts of rows tell of the file."""
        self.add(
            note.rule,
            sheet=note.sheet,
            row=note.row,
            header=note.header,
            value=note.value,
            detail=note.detail,
            column_ref=note.column_ref,
        )

    def add_refusal(self, refusal: Refused) -> None:
        """Add why the whole file, or one of its sheets, is refused."""
        self.add(refusal.rule, sheet=refusal.sheet or None, row=refusal.row, value=refusal.value, detail=refusal.detail)

    def add_query(self, columns: str, query: str) -> None:
        """Add what a query finds; ``columns`` names those of the table ``faults`` that it fills."""
        self._insert(f"({columns}) {query}")

    def name_answered_rows(self, answered: str) -> None:
        """Note with each finding about a row which rejected row it answers: ``answered`` has ``at_row``, ``of_sheet`` and ``of_row``."""
        if not self.is_empty:
            self._begin()
            self.connection.execute(
                f"update faults set of_sheet = each.of_sheet, of_row = each.of_row from {answered} as each where row_number = at_row"
            )

    def _insert(self, rows: str, values: Sequence[Any] = ()) -> None:
        self._begin()
        self.connection.execute(f"insert into faults {rows}", list(values))

    def _begin(self) -> None:
        """Have the table, with what was plain so far."""
        if self._plain is not None:
            plain, self._plain, self.is_empty = self._plain, None, False
            self.connection.execute(FAULTS_TABLE)
            for found in plain:
                self._insert(f"({', '.join(found._fields)}) values ({', '.join('?' * len(found))})", found)

    def _write_plain(self, found: Sequence[_Plain], only_sheet: str, path: Path) -> None:
        """Write findings that quote no cell of a column, in the words that :meth:`write` has for them, without its long query."""
        entry, columns = self.entry, FINDING_COLUMNS
        of_file = (entry.submission_id, entry.ledger, entry.department_code, entry.period, entry.file)
        self.connection.execute(
            f"create or replace temp table told ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
        )
        placed = [each._replace(sheet=only_sheet if each.sheet is None else each.sheet) for each in found]
        placed.sort(key=lambda f: (f.sheet, f.row_number is not None, f.row_number or 0, f.rule, f.header, f.value))
        for sheet, row, header, value, name, detail, column_ref in placed:
            rule = RULES[name]
            where = (f" 工作表“{sheet}”" if sheet else "") + (f" 第{row}行" if row is not None else "")
            says = rule.message_zh.replace("{header}", header).replace("{value}", value).replace("{detail}", detail)
            text = LINE_BREAKS.sub(" ", f"{entry.file}{where}{'' if column_ref is None else f' {column_ref}'}:{says}")
            values = (sheet, row, None, header, column_ref, value, name, rule.severity, text, rule.remedy_zh, None)
            self.connection.execute(
                f"insert into told values ({', '.join('?' * len(columns))})",
                [*of_file, *values, value, text, None, None],
            )
        self.connection.execute(f"copy told to {literal(str(path))} (format parquet)")

    def write(self, path: Path) -> None:
        """Write the findings, of which there is at least one, as Parquet, each with its message in words."""
        entry = self.entry
        only_sheet = entry.sheet if len(self.parts) <= 1 else ""
        if self._plain is not None:
            self._write_plain(self._plain, only_sheet, path)
            return
        used = {rule for (rule,) in self.connection.execute("select distinct rule from faults").fetchall()}
        self.connection.execute(
            f"""
            copy (
                with placed as (
                    select *, coalesce(sheet, {literal(only_sheet)}) as sheet_name from faults
                ),

                told as (
                    select
                        sheet_name,
                        row_number,
                        placed.column_name,
                        coalesce(column_header, header) as header,
                        coalesce(column_ref, place_ref) as column_ref,
                        case when cast(is_personal as boolean) then {literal(HIDDEN_ZH)} else coalesce(value, '') end as value,
                        rule,
                        severity,
                        rules.message_zh,
                        remedy_zh,
                        coalesce(detail, '') as detail,
                        raw_cells,
                        of_sheet,
                        of_row,
                        {_public_value(f"coalesce(cast(is_harmless as boolean), placed.column_name is null and rule not in ({literals(NO_CELL)}))")} as public_value
                    from placed join {_rules(used)} as rules using (rule)
                    left join {self._places()} as places
                        on placed.column_name = places.column_name and place_sheet = sheet_name and {IN_THE_ROWS}
                )
                select
                    {literal(entry.submission_id)} as submission_id,
                    {literal(entry.ledger)} as ledger,
                    {literal(entry.department_code)} as department_code,
                    {literal(entry.period)} as period,
                    {literal(entry.file)} as file,
                    sheet_name as sheet,
                    row_number, column_name, header, column_ref, value, rule, severity,
                    {self._message("value")} as message_zh,
                    remedy_zh, raw_cells, public_value,
                    {self._message("public_value")} as public_message_zh,
                    of_sheet, of_row
                from told order by sheet_name, row_number nulls first, column_name nulls first, rule, header, value
            ) to {literal(str(path))} (format parquet)
            """
        )

    def _message(self, value: str) -> str:
        """The message in words, with the value that its readers get, as SQL."""
        file = literal(self.entry.file)
        text = f"""{file} || case when sheet_name = '' then '' else ' 工作表“' || sheet_name || '”' end
            || coalesce(' 第' || row_number || '行', '') || coalesce(' ' || column_ref, '') || ':'
            || replace(replace(replace(message_zh, '{{header}}', coalesce(header, '')), '{{value}}', {value}), '{{detail}}', detail)"""
        return f"regexp_replace({text}, {literal(LINE_BREAKS.pattern)}, ' ', 'g')"

    def _places(self) -> str:
        return _values(column_places(self.parts, self.contract) or [NOWHERE], PLACE_COLUMNS)

    def messages(self, path: Path) -> list[str]:
        """The messages of a written file, in order."""
        return [text for (text,) in self.connection.execute(f"select message_zh from {literal(str(path))}").fetchall()]


def write_refusal(
    connection: duckdb.DuckDBPyConnection, entry: Submission, contract: Contract, refusal: Refused, path: Path
) -> Submission:
    """Write why a file is refused as its one finding; returns the entry with the reason in words."""
    entry = replace(entry, sheet=refusal.sheet, status="refused")
    findings = FileFindings(connection, entry, contract)
    findings.add_refusal(refusal)
    findings.write(path)
    return replace(entry, reason=findings.messages(path)[0])


def _public_value(may_be_shown: str) -> str:
    """The value as readers get it, as SQL: itself where its column is harmless and it looks so, else its shape.

    What looks harmless has no words and no nine digits in a row, which may be the number of a person, a telephone or an account.
    """
    shape = "value"
    for pattern, sign in (("[0-9]", "9"), ("[A-Za-z]", "A"), (r"[^\x00-\x7F\p{P}\p{S}\p{Z}]", "字")):
        shape = f"regexp_replace({shape}, {literal(pattern)}, {literal(sign)}, 'g')"
    looks_harmless = r"""not regexp_matches(
            regexp_replace(value, '(19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?', '', 'g'), '[0-9]([- ]?[0-9]){8,}'
        )
        and regexp_full_match(value, '[-A-Za-z0-9.,:;/+%()_#!=<>?*''"$¥€ 〔〕年月日时分秒号第元千万亿]*')"""
    return f"""case
        when coalesce(value, '') = '' then ''
        when cast(is_personal as boolean) then {literal(HIDDEN_ZH)}
        when {may_be_shown} and (placed.column_name is null and rule not in ({literals(NO_CELL)}) or {looks_harmless})
            then value
        else {literal(LOOKS_LIKE_ZH)} || left({shape}, {LONGEST_SHAPE})
            || case when length(value) > {LONGEST_SHAPE} then '…' else '' end
    end"""


def _rules(used: Collection[str]) -> str:
    """The rules that are needed; to write all of them into each query costs more than the query."""
    rules = [(name, rule.severity, rule.message_zh, rule.remedy_zh) for name, rule in RULES.items() if name in used]
    return _values(rules, "rule, severity, message_zh, remedy_zh")


def _values(rows: Sequence[Sequence[str]], columns: str) -> str:
    """Rows of texts as a table in a from clause."""
    return f"(select * from (values {', '.join(f'({literals(row)})' for row in rows)}) as listed({columns}))"
