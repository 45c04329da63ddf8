"""The query that types every row of a sheet and says what became of it, generated from the contract.

A query of this kind is long, and to prepare it costs more than to run it over a small sheet. Of a small sheet it is
therefore asked first what occurs in it at all (:class:`Doubts`), and only that is written into the query.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.contracts import Code, Column, Contract, DateOrder
from dagster_project.ingestion import spellings
from dagster_project.ingestion.cell_checks import OF_COLUMN, CellChecks
from dagster_project.ingestion.odd_cells import MARK, MAY_BE_NOTE, ODD_TEXTS, NoteSigns, TextSigns, marked
from dagster_project.ingestion.row_notes import NOTE_STATUSES, Markers, told_once
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import (
    COLUMN,
    HEADS,
    IRREGULAR,
    NUMBER,
    PERIOD_DAYS,
    PLACE,
    ROW,
    SHEET,
    SPREADSHEET_EPOCH,
    VERDICT,
    Header,
)
from dagster_project.ingestion.typing_sql import Reading, SheetTerms, clean, nil_texts, reading, sql_type

TOLD = "told:"
"""Begins the verdict on an accepted row with cells that were mended; the rules behind it, each with a comma, are told of the file."""
ODD = "__odd"
"""Whether any cell of a row needs a second look, where marks tell."""
FIRST = "__first"
"""The first cell of a row that is not empty, in the order of the file."""


@dataclass(frozen=True)
class Doubts:
    """What a sheet may hold beside plain data: columns with cells that need a second look, rows that may be notes."""

    columns: frozenset[str]
    has_notes: bool


class RowChecks:
    """The checks of one sheet: which columns it has, in which unit, with which codes of the fiscal year.

    ``period`` is what the file was handed in for, ``department`` by whom, ``serial_epoch`` the day from which the workbook
    counts its dates, and ``date_order`` what the layout says of dates whose order a text does not tell.
    """

    def __init__(
        self,
        contract: Contract,
        header: Header,
        codes: Mapping[str, Sequence[Code]],
        own_columns: Sequence[str] = (),
        *,
        period: str | None = None,
        serial_epoch: dt.date = SPREADSHEET_EPOCH,
        date_order: DateOrder | None = None,
        department: str = "",
    ):
        self.contract = contract
        self.header = header
        self.present = [column for column in contract.columns if column.name in header.positions]
        self.columns = sorted((column.name for column in self.present), key=header.positions.__getitem__)
        self._in_file = [name for name in self.columns if not contract.column(name).taken_from]
        self._markers = Markers(contract, header)
        self._codes = codes
        self._terms = SheetTerms(serial_epoch, date_order)
        self._department = department
        known = contract.departments() if department and any(c.is_department for c in self.present) else {}
        self._checks = {
            c.name: CellChecks(c, contract, period, self._unit(c), c.date_order or date_order, None, department, known)
            for c in self.present
        }
        self.marks = ", ".join([ROW, *own_columns])
        self._number = NUMBER if NUMBER in own_columns else ROW
        self._has_sheets = SHEET in own_columns
        self._beside = [NUMBER, COLUMN] if self._has_sheets else []
        self._note_mark: str | None = None

    def over_marked(self, stream: pa.RecordBatchReader) -> tuple[RowChecks, pa.RecordBatchReader]:
        """The same checks over a stream that is marked where its texts need them, and that stream."""
        held = {each.name for each in stream.schema if each.type == pa.string()}
        nil, first = nil_texts(self.contract.nil_markers), next(iter(self._in_file), None)
        signs, checks = {}, copy.copy(self)
        checks._checks = dict(self._checks)
        for name, check in self._checks.items():
            if not check.is_text:
                checks._checks[name] = replace(check, mark=check.unread())
            elif name in held:
                checks._checks[name] = replace(check, mark=f"{name}{MARK}")
                wide = spellings.key_letters(check.column)[0] if check.is_key else None
                signs[name] = TextSigns(wide, nil if check.column.required else ())
        if first not in held:
            first = None
        checks._note_mark = MAY_BE_NOTE if first else None
        marks = [*(f"{name}{MARK}" for name in signs), ODD_TEXTS, *([MAY_BE_NOTE] if first else [])]
        checks.marks = ", ".join([self.marks, *marks])
        notes = NoteSigns(self._markers.first_letters(self._in_file), self._markers.inner_signs, nil)
        return checks, marked(stream, signs, first, notes)

    def of_several(self, sheets: Sequence[RowChecks]) -> RowChecks:
        """The same checks over the rows of sheets that read alike; each row has what is its own sheet's beside it."""
        checks = copy.copy(self)
        checks.marks = ", ".join([self.marks, PLACE, *PERIOD_DAYS, HEADS])
        checks._checks = {name: replace(check, days=PERIOD_DAYS) for name, check in self._checks.items()}
        checks._markers = replace(self._markers, several=tuple(sheet._markers for sheet in sheets))
        checks._beside = [*self._beside, PLACE]
        return checks

    @property
    def likeness(self) -> tuple[Any, ...]:
        """Sheets for which this is equal are judged by the same query, apart from their periods and heads."""
        header = self.header
        units = (header.unit, header.column_units)
        own = (self._codes, self._terms, self.marks, self._department)
        return self.contract.ledger, self.columns, units, *own

    @property
    def heads(self) -> list[str]:
        """The rows of the head as they may be printed again."""
        return sorted({signature for _, signature in self._markers.heads(self._in_file)})

    @property
    def all_doubts(self) -> Doubts:
        """Every doubt there can be."""
        return Doubts(frozenset(column.name for column in self.present), has_notes=True)

    def looked_at(self, relation: str) -> str:
        """The rows with ``__cell`` (cleaned text) beside each raw column, ``__quick`` (its common spelling read) where it is no text."""
        cells = ", ".join(f"{name}, {clean(name, self.contract.nil_markers)} as {_cell(name)}" for name in self.columns)
        quick = [f"{self._reading(c).quick} as {c.name}__quick" for c in self.present if c.type != "text"]
        first = f"coalesce({', '.join(map(_cell, self._in_file))}) as {FIRST}"
        return f"""
            select {", ".join(["*", first, *quick])}
            from (select {cells}, {self.marks}, {IRREGULAR}, {VERDICT} from {relation})
        """

    def doubts(self, connection: duckdb.DuckDBPyConnection, looked_at: str) -> Doubts:
        """What rows that :meth:`looked_at` gave leave in doubt."""
        tests = [f"bool_or({check.needs_second_look()})" for check in self._checks.values()]
        has_notes = self._markers.may_be_note_sql(FIRST, list(map(_cell, self._in_file)), self._in_file)
        query = f"select {', '.join([*tests, f'bool_or({has_notes})'])} from {looked_at}"
        *found, has_notes = connection.execute(query).fetchall()[0]
        columns = frozenset(column.name for column, doubt in zip(self.present, found, strict=True) if doubt)
        return Doubts(columns, bool(has_notes))

    def landed_rows(self, looked_at: str, doubts: Doubts, submission_id: str, sheet: str) -> str:
        """Every row of the sheet: typed values, ``_status``, and its raw cells where it was not accepted."""
        values = ",\n".join(f"{self._value(column, doubts)} as {column.name}" for column in self.contract.columns)
        raw = ", ".join(self.columns)
        notes = (
            self._markers.status_sql(FIRST, list(map(_cell, self._in_file)), self._in_file, self._note_mark)
            if doubts.has_notes
            else f"case when {FIRST} is null then 'blank' end"
        )
        return f"""
            select
                {values},
                {literal(submission_id)} as _submission_id,
                {SHEET if self._has_sheets else literal(sheet)} as _sheet,
                {ROW},
                _status,
                {self._verdict(doubts)} as _verdict,
                case when _status != 'accepted' then case when {IRREGULAR} is null then [{raw}] else [{IRREGULAR}] end end as _raw
                {"".join(f", {name}" for name in self._beside)}
            from (
                select *, case
                    when {VERDICT} in ({literals(NOTE_STATUSES)}) then {VERDICT}
                    when {VERDICT} is not null then 'rejected'
                    else coalesce({notes}, case when {self._faulty(doubts)} then 'rejected' else 'accepted' end)
                end as _status
                from {self._typed(looked_at, doubts)}
            )
        """

    def cell_faults(self, relation: str) -> str:
        """One row per faulty cell of the given rows: the number of the row, ``column_name``, ``value``, ``rule``, ``detail``."""
        found = []  # each rule is unnested: DuckDB would move all conditions into ``typed``, where their texts grow to seconds
        for name, check in self._checks.items():
            faults = check.faults(had_second_look=True)
            if not faults:
                continue
            rule = " ".join(f"when {fault.condition} then {literal(fault.rule)}" for fault in faults)
            details = {fault.rule: fault.detail for fault in faults if fault.detail}
            detail = " ".join(f"when {literal(rule)} then {literal(text)}" for rule, text in details.items())
            found.append(f"""
                select {self._number}, {literal(name)} as column_name, {name} as value,
                    {f"case rule {detail} else '' end" if detail else "''"} as detail, rule
                from (select *, unnest([case {rule} end]) as rule from typed) where rule is not null
            """)
        typed = self._typed(f"({self.looked_at(relation)})", self.all_doubts)
        half = [
            f"{spellings.simple(c.name('cell'))} as {c.name('half')}" for c in self._checks.values() if not c.is_text
        ]
        return f"with typed as materialized (select {', '.join(['*', *half])} from {typed}) {' union all '.join(found)}"

    @staticmethod
    def told(rows: str) -> str:
        """How many cells of the given landed rows are told of: ``rule``, ``column`` where it is told by column, ``cells``, ``first_row``."""
        return f"""
            select split_part(told, '{OF_COLUMN}', 1) as rule, split_part(told, '{OF_COLUMN}', 2) as column_name,
                count(*) as cells, min({ROW}) as first_row
            from (
                select unnest(string_split(rtrim(substr(_verdict, {len(TOLD) + 1}), ','), ',')) as told, {ROW}
                from {rows} where _status = 'accepted' and _verdict is not null
            ) group by all order by all
        """

    def _typed(self, looked_at: str, doubts: Doubts) -> str:
        """The rows with ``__value``: what the common spelling read, else what the slow reading does; of a text without a doubt the cell is it."""
        odd = [check for name, check in self._checks.items() if name in doubts.columns]
        readings = {c.name: self._reading(c) for c in self.present if c.type != "text"}
        plain = [
            f"{c.mended_text()} as {c.name('value')}"
            if c.is_text
            else f"case when {c.name('quick')} is null then {readings[c.column.name].plain} end as {c.name('plain')}"
            for c in odd
        ]
        value = [
            f"case when {name}__quick is not null then {name}__quick else {r.slow} end as {name}__value"
            if name in doubts.columns
            else f"{name}__quick as {name}__value"
            for name, r in readings.items()
        ]
        values = [check.mark for check in odd if check.mark and not check.is_text]
        marks = [f"({' or '.join([ODD_TEXTS, *values])}) as {ODD}"] if self._is_marked else []
        return f"(select {', '.join(['*', *value])} from (select {', '.join(['*', *plain, *marks])} from {looked_at}))"

    @property
    def _is_marked(self) -> bool:
        return any(check.mark for check in self._checks.values())

    def _reading(self, column: Column) -> Reading:
        codes = list(self._codes.get(column.codes or "", []))
        name = column.name
        unit, terms = self._unit(column), self._terms
        return reading(column, f"{name}__cell", f"{name}__plain", codes, unit, terms)

    def _unit(self, column: Column) -> str | None:
        return self.header.column_units.get(column.name, self.header.unit)

    def _value(self, column: Column, doubts: Doubts) -> str:
        if column.name not in self._checks:
            return f"cast(null as {sql_type(column)})"
        is_cell = column.type == "text" and column.name not in doubts.columns
        return f"{column.name}__{'cell' if is_cell else 'value'}"

    def _faulty(self, doubts: Doubts) -> str:
        """Whether a row has any faulty cell, as a condition of a case: null means no. Within a coalesce DuckDB would not stop early."""
        faults = [
            fault
            for name, check in self._checks.items()
            for fault in check.faults(had_second_look=name in doubts.columns)
            if not fault.explains
        ]
        return _any_of((fault.condition, fault.of_odd) for fault in faults)

    def _verdict(self, doubts: Doubts) -> str:
        """What is to be said of a row beside its status: of a rejected one why, of an accepted one which cells were mended."""
        told = [(check, *check.told()) for name, check in self._checks.items() if name in doubts.columns]
        is_told = _any_of((condition, check.mark is not None) for check, condition, _ in told)
        mended = f"when {is_told} then '{TOLD}' || {' || '.join(rule for *_, rule in told)}" if told else ""
        accepted = f"case {mended or 'when false then null'} end"
        once = f"case _status when 'rejected' then {self._told_once()} end"
        return f"case _status when 'accepted' then {accepted} else coalesce({VERDICT}, {once}, '') end"

    def _told_once(self) -> str:
        required = [_cell(name) for name in self._in_file if self.contract.column(name).required]
        return told_once(FIRST, list(map(_cell, self._in_file)), required)


def _any_of(conditions: Iterable[tuple[str, bool]]) -> str:
    """Whether any condition holds, as SQL; those that only odd cells can meet are asked of rows with one."""
    held = list(conditions)
    of_odd = [condition for condition, is_of_odd in held if is_of_odd]
    others = [condition for condition, is_of_odd in held if not is_of_odd]
    return " or ".join([*others, *([spellings.only_where(ODD, " or ".join(of_odd))] if of_odd else [])]) or "false"


def _cell(name: str) -> str:
    return f"{name}__cell"
