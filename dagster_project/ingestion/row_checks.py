"""The query that types every row of a sheet and says what became of it, generated from the contract.

A query of this kind is long, and to prepare it costs more than to run it over a small sheet. Of a small sheet it is
therefore asked first what occurs in it at all (:class:`Doubts`), and only that is written into the query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.contracts import Code, Column, Contract
from dagster_project.ingestion.header import Header
from dagster_project.ingestion.row_notes import NOTE_STATUSES, may_be_note_sql, note_status_sql
from dagster_project.ingestion.rules import BAD_VALUE_RULE
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import COLUMN, IRREGULAR, NUMBER, ROW, SHEET, VERDICT
from dagster_project.ingestion.typing_sql import ERROR_VALUES, SQL_TYPES, Reading, clean, reading

SPOILT = {"spreadsheet_error", "digits_lost", *BAD_VALUE_RULE.values()}
"""Rules that no cell breaks which needed no second look."""
FIRST = "__first"
"""The first cell of a row that is not empty, in the order of the file."""


@dataclass(frozen=True)
class Doubts:
    """What a sheet may hold beside plain data: columns with cells that need a second look, rows that may be notes."""

    columns: frozenset[str]
    has_notes: bool


class RowChecks:
    """The checks of one sheet: which columns it has, in which unit, with which codes of the fiscal year."""

    def __init__(
        self,
        contract: Contract,
        header: Header,
        codes: Mapping[str, Sequence[Code]],
        own_columns: Sequence[str] = (),
    ):
        self.contract = contract
        self.header = header
        self.present = [column for column in contract.columns if column.name in header.positions]
        self.columns = sorted((column.name for column in self.present), key=header.positions.__getitem__)
        self._codes = codes
        self.marks = ", ".join([ROW, *own_columns])
        self._number = NUMBER if NUMBER in own_columns else ROW
        self._has_sheets = SHEET in own_columns

    @property
    def all_doubts(self) -> Doubts:
        """Every doubt there can be."""
        return Doubts(frozenset(column.name for column in self.present), has_notes=True)

    def looked_at(self, relation: str) -> str:
        """The rows with ``__cell`` (cleaned text) beside each raw column, ``__quick`` (its common spelling read) where it is no text."""
        cells = ", ".join(f"{name}, {clean(name, self.contract.nil_markers)} as {_cell(name)}" for name in self.columns)
        quick = [f"{self._reading(c).quick} as {_quick(c.name)}" for c in self.present if c.type != "text"]
        first = f"coalesce({', '.join(_cell(name) for name in self.columns)}) as {FIRST}"
        return f"""
            select {", ".join(["*", first, *quick])}
            from (select {cells}, {self.marks}, {IRREGULAR}, {VERDICT} from {relation})
        """

    def doubts(self, connection: duckdb.DuckDBPyConnection, looked_at: str) -> Doubts:
        """What rows that :meth:`looked_at` gave leave in doubt."""
        tests = [f"bool_or({self._needs_second_look(column)})" for column in self.present]
        query = f"select {', '.join([*tests, f'bool_or({may_be_note_sql(FIRST, self.contract)})'])} from {looked_at}"
        *found, has_notes = connection.execute(query).fetchall()[0]
        columns = frozenset(column.name for column, doubt in zip(self.present, found, strict=True) if doubt)
        return Doubts(columns, bool(has_notes))

    def landed_rows(self, looked_at: str, doubts: Doubts, submission_id: str, sheet: str) -> str:
        """Every row of the sheet: typed values, ``_status``, and its raw cells where it was not accepted."""
        values = ",\n".join(f"{self._value(column)} as {column.name}" for column in self.contract.columns)
        raw = ", ".join(self.columns)
        key_cells = [_cell(name) for name in self.contract.key]
        notes = (
            note_status_sql(FIRST, key_cells, self.contract)
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
                case when _status != 'accepted' then coalesce({VERDICT}, '') end as _verdict,
                case when _status != 'accepted' then case when {IRREGULAR} is null then [{raw}] else [{IRREGULAR}] end end as _raw
                {f", {NUMBER}, {COLUMN}" if self._has_sheets else ""}
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
        faults = [
            f"""
            select {self._number}, {literal(column.name)} as column_name, {column.name} as value, {literal(detail)} as detail, rule
            from (select *, case {" ".join(f"when {condition} then {literal(rule)}" for condition, rule in parts)} end as rule from typed)
            where rule is not null
            """
            for column in self.present
            if (parts := self._faults(column))
            for detail in [_detail(column)]
        ]
        typed = self._typed(f"({self.looked_at(relation)})", self.all_doubts)
        return f"with typed as materialized (select * from {typed}) {' union all '.join(faults)}"

    def _typed(self, looked_at: str, doubts: Doubts) -> str:
        """The rows with ``__value`` where the type is not text: what the common spelling read, else what the slow reading does."""
        readings = {c.name: self._reading(c) for c in self.present if c.type != "text"}
        odd = {name: reading for name, reading in readings.items() if name in doubts.columns}
        plain = [f"case when {_quick(name)} is null then {r.plain} end as {_plain(name)}" for name, r in odd.items()]
        value = [
            f"coalesce({_quick(name)}, {r.slow}) as {name}__value"
            if name in odd
            else f"{_quick(name)} as {name}__value"
            for name, r in readings.items()
        ]
        return f"(select {', '.join(['*', *value])} from (select {', '.join(['*', *plain])} from {looked_at}))"

    def _reading(self, column: Column) -> Reading:
        unit = self.header.column_units.get(column.name, self.header.unit)
        codes = list(self._codes.get(column.codes or "", []))
        return reading(column, _cell(column.name), _plain(column.name), codes, unit)

    def _value(self, column: Column) -> str:
        return _typed_name(column) if column in self.present else f"cast(null as {SQL_TYPES[column.type]})"

    def _needs_second_look(self, column: Column) -> str:
        """Whether a cell is unlike the common ones: another spelling, or a sign of spoilt text."""
        cell = _cell(column.name)
        if column.type == "text":
            return f"prefix({cell}, '#') or contains({cell}, '+')"
        return f"{cell} is not null and {_quick(column.name)} is null"

    def _faulty(self, doubts: Doubts) -> str:
        """Whether a row has any faulty cell, as a condition of a case: null means no.

        A value that is missing its type is faulty whatever spoilt it. Within a coalesce DuckDB would not stop early.
        """
        conditions = [
            condition
            for column in self.present
            for condition, rule in self._faults(column)
            if rule not in SPOILT
            or (column.name in doubts.columns and (rule != "spreadsheet_error" or column.type == "text"))
        ]
        return " or ".join(conditions) or "false"

    def _faults(self, column: Column) -> list[tuple[str, str]]:
        """What can be wrong with a cell of this column: conditions with their rules, the first that holds counts."""
        cell, value = _cell(column.name), _typed_name(column)
        faults = [(f"{cell} is null", "missing_value")] if column.required else []
        if column.type == "text":
            faults.append((f"prefix({cell}, '#') and {cell} in ({literals(ERROR_VALUES)})", "spreadsheet_error"))
            scientific = f"contains({cell}, '+') and regexp_full_match({cell}, '[0-9]([.][0-9]+)?[Ee][+][0-9]+')"
            faults.append((scientific, "digits_lost"))
        else:
            faults.append((f"{value} is null and {cell} in ({literals(ERROR_VALUES)})", "spreadsheet_error"))
            faults.append((f"{cell} is not null and {value} is null", BAD_VALUE_RULE[column.type]))
        if column.pattern:
            faults.append((f"not regexp_full_match({cell}, {literal(column.pattern)})", "bad_pattern"))
        if column.minimum is not None:
            faults.append((f"{value} < {column.minimum}", "out_of_range"))
        if column.maximum is not None:
            faults.append((f"{value} > {column.maximum}", "out_of_range"))
        return faults


def _cell(name: str) -> str:
    return f"{name}__cell"


def _quick(name: str) -> str:
    return f"{name}__quick"


def _plain(name: str) -> str:
    return f"{name}__plain"


def _typed_name(column: Column) -> str:
    return _cell(column.name) if column.type == "text" else f"{column.name}__value"


def _detail(column: Column) -> str:
    """What the message of a fault says about the rule of the column."""
    if column.codes:
        return f"代码表 {column.codes}"
    if column.allowed:
        return "应为 " + "、".join(column.allowed)
    if column.pattern:
        return column.pattern
    if column.minimum is not None or column.maximum is not None:
        return f"{'' if column.minimum is None else column.minimum}–{'' if column.maximum is None else column.maximum}"
    return ""
