"""The query that types every row of a sheet and says what became of it, generated from the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dagster_project.contracts import Code, Column, Contract
from dagster_project.ingestion.header import Header
from dagster_project.ingestion.row_notes import NOTE_STATUSES, note_status_sql
from dagster_project.ingestion.rules import BAD_VALUE_RULE
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import COLUMN, IRREGULAR, NUMBER, ROW, SHEET, VERDICT
from dagster_project.ingestion.typing_sql import ERROR_VALUES, SQL_TYPES, Reading, clean, reading


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

    def landed_rows(self, relation: str, submission_id: str, sheet: str) -> str:
        """Every row of the sheet: typed values, ``_status``, and its raw cells where it was not accepted."""
        values = ",\n".join(f"{self._value(column)} as {column.name}" for column in self.contract.columns)
        raw = ", ".join(self.columns)
        key_cells = [_cell(name) for name in self.contract.key]
        notes = note_status_sql([_cell(name) for name in self.columns], key_cells, self.contract)
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
                    else coalesce({notes}, case when {self._faulty()} then 'rejected' else 'accepted' end)
                end as _status
                from {self._typed(relation)}
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
        return f"with typed as materialized (select * from {self._typed(relation)}) {' union all '.join(faults)}"

    def _typed(self, relation: str) -> str:
        """The rows with ``__cell`` (cleaned text) beside each raw column, and ``__value`` where the type is not text."""
        cells = ", ".join(f"{name}, {clean(name, self.contract.nil_markers)} as {_cell(name)}" for name in self.columns)
        readings = {column.name: self._reading(column) for column in self.present if column.type != "text"}
        quick = [f"{r.quick} as {name}__quick" for name, r in readings.items()]
        plain = [f"case when {name}__quick is null then {r.plain} end as {name}__plain" for name, r in readings.items()]
        value = [f"coalesce({name}__quick, {r.slow}) as {name}__value" for name, r in readings.items()]
        return f"""(
            select {", ".join(["*", *value])} from (
                select {", ".join(["*", *plain])} from (
                    select {", ".join(["*", *quick])} from (select {cells}, {self.marks}, {IRREGULAR}, {VERDICT} from {relation})
                )
            )
        )"""

    def _reading(self, column: Column) -> Reading:
        unit = self.header.column_units.get(column.name, self.header.unit)
        codes = list(self._codes.get(column.codes or "", []))
        return reading(column, _cell(column.name), f"{column.name}__plain", codes, unit)

    def _value(self, column: Column) -> str:
        return _typed_name(column) if column in self.present else f"cast(null as {SQL_TYPES[column.type]})"

    def _faulty(self) -> str:
        """Whether a row has any faulty cell, as a condition of a case: null means no.

        A value that is missing its type is faulty whatever spoilt it. Within a coalesce DuckDB would not stop early.
        """
        conditions = [
            condition
            for column in self.present
            for condition, rule in self._faults(column)
            if rule != "spreadsheet_error" or column.type == "text"
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
