"""What can be wrong with the cells of one column, and what is mended without a word lost: conditions as SQL.

The names of a cell on its way: ``c`` as in the file, ``c__cell`` cleaned, ``c__quick`` its common spelling read, ``c__plain`` its
simpler spelling where that failed, ``c__value`` the value; where faults are named, ``c__half`` is the cell in half width without guards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dagster_project.contracts import DATE_TYPES, NUMBER_TYPES, Column, Contract, DateOrder
from dagster_project.ingestion import dates_sql, numbers_sql, row_notes, spellings, spoilt
from dagster_project.ingestion.rules import BAD_VALUE_RULE
from dagster_project.ingestion.sql import literal, literals

OF_COLUMN = "@"
"""Stands between a rule and the column in which it is told."""


@dataclass(frozen=True)
class Fault:
    """A condition over a row with its rule.

    One that ``explains`` only names a fault which another condition finds; one that is ``of_odd`` can hold only where the mark
    of its column does.
    """

    condition: str
    rule: str
    detail: str = ""
    explains: bool = False
    of_odd: bool = False


@dataclass(frozen=True)
class CellChecks:
    """The checks of one column of a sheet.

    Args:
        column: what the contract says of it.
        contract: whose key it may belong to.
        period: that the file was handed in for, where it is known.
        unit: the unit of its amounts.
        date_order: what is declared of its dates, by the column or its layout.
        days: the first and the last day of the period as SQL, where they are not the same for all rows.
        department: the code of the one that handed the file in, where the column says whose a row is.
        departments: the names of those in the register by their codes.
        mark: a condition that holds in all rows that need a second look, where one is known that costs less than to look.
    """

    column: Column
    contract: Contract
    period: str | None = None
    unit: str | None = None
    date_order: DateOrder | None = None
    days: tuple[str, str] | None = None
    department: str = ""
    departments: Mapping[str, str] = field(default_factory=dict)
    mark: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the cell itself is the value."""
        return self.column.type == "text"

    @property
    def is_key(self) -> bool:
        """Whether other rows are found by a text of this column."""
        return spellings.is_key(self.column, self.contract)

    @property
    def is_id(self) -> bool:
        """Whether it holds numbers of documents, people or things; names that are part of a key may go on in another line."""
        return spellings.is_id(self.column)

    @property
    def _is_null_word(self) -> str:
        return spellings.is_null_word(self.name("cell"), self.column)

    @property
    def _is_nothing(self) -> str:
        """Whether a cell that is no text says that there is no value: an empty text under its guard, or a word for it."""
        return f"{self.name('cell')} = {literal(spellings.EMPTY_GUARD)} or {self._is_null_word}"

    def name(self, part: str) -> str:
        """The name of the cell at one place on its way."""
        return f"{self.column.name}__{part}"

    def needs_second_look(self) -> str:
        """Whether a cell is unlike the common ones: another spelling, or a sign of spoilt text."""
        cell = self.name("cell")
        if not self.is_text:
            return f"{cell} is not null and {self.name('quick')} is null"
        # An apostrophe, an equals sign and # sort before digits and letters.
        doubt = f"""{cell} < '>' and ({cell} >= '=' or {cell} < '-' or contains({cell}, 'E') or contains({cell}, 'e'))
            or prefix({cell}, '{spoilt.WIDE_HASH}') or prefix({cell}, 'Err:')
            or {spellings.says_nothing(cell)} or {spellings.has_web_code(cell)}"""
        if self.is_key:
            wide = spellings.only_where(
                f"strlen({cell}) <> length({cell})", spellings.has_full_width(cell, self.column)
            )
            doubt += f" or {wide} or {spoilt.is_date(cell)} or {spoilt.is_float(cell)}"
        if self.is_id:
            doubt += f" or {spoilt.is_in_lines(cell)}"
        return doubt

    def unread(self) -> str:
        """Whether the common spelling did not read a cell that is no text, or there is none where one is owed."""
        is_null = f"{self.name('quick')} is null"
        return is_null if self.column.required else f"({is_null} and {self.name('cell')} is not null)"

    def mended_text(self) -> str:
        """The value of a text that had a second look: without its guard, and in half width where other rows are found by it."""
        cell = self.name("cell")
        changes, bare = [spellings.has_text_guard(cell)], spellings.unguarded(cell)
        if self.is_key:
            changes.append(spellings.has_full_width(cell, self.column))
            bare = spellings.narrowed(bare, self.column)
        mended = f"when {self._is_null_word} then null when {' or '.join(changes)} then nullif({bare}, '')"
        if self.mark:
            mended = f"when not {self.mark} then {cell} {mended}"
        elif not self.is_key:
            mended = f"when {spoilt.is_sound_text(cell)} then {cell} {mended}"
        return f"case {mended} else {cell} end"

    def told(self) -> tuple[str, str]:
        """Whether something of the cell is told although its row is accepted, and the rule, each with a comma, as SQL.

        Nothing is told of a text that is its value, but for the code of a web page, nor of a value in its common spelling.
        """
        cell, plain, value = self.name("cell"), self.name("plain"), self.name("value")
        guard = f"(prefix({cell}, '=') or prefix({cell}, ''''))"
        conditions = {self._is_null_word: f"null_word{OF_COLUMN}{self.column.name}"}
        if self.is_text:
            changed = f"{value} <> {cell}"
            conditions[f"{changed} and {guard}"] = "text_guard"
            conditions[changed] = "full_width_key"
            conditions[spellings.has_web_code(cell)] = f"web_code{OF_COLUMN}{self.column.name}"
            conditions[spellings.is_ditto(cell)] = f"ditto{OF_COLUMN}{self.column.name}"
        else:
            conditions[guard] = "text_guard"
        if self.column.type == "code":
            conditions[f"{plain} <> {cell}"] = "full_width_key"
        if (digits := self._kept_digits()) is not None:
            conditions[numbers_sql.needs_rounding(plain, digits)] = "rounded"
        cases = "".join(f" when {condition} then '{rule},'" for condition, rule in conditions.items())
        if self.is_text:
            is_told = self._of_odd(
                f"{value} is distinct from {cell} or {spellings.has_web_code(cell)} or {spellings.is_ditto(cell)}"
            )
        else:
            unlike = f"{self.name('quick')} is null and {cell} is not null"
            is_told = spellings.only_where(unlike, " or ".join(conditions))
        return is_told, f"case{cases} else '' end"

    def _kept_digits(self) -> int | None:
        """The digits behind the point of a number that may be rounded."""
        if self.column.type == "decimal" and self.column.rounding != "reject":
            return self.column.digits
        if self.column.type == "money" and self.unit is not None:
            return numbers_sql.fen_digits(self.unit)
        return None

    def faults(self, *, had_second_look: bool) -> list[Fault]:
        """What can be wrong with a cell: the first condition that holds counts."""
        column = self.column
        value = self.name("value") if not self.is_text or had_second_look else self.name("cell")
        # Of a text the conditions find a fault; the value of another type is missing whatever spoilt the cell.
        spoilt_cell = [*self._spoilt_text(value)] if self.is_text else [*self._spoilt_value(value)]
        faults = []
        if column.required:
            missing = f"{value if self.is_text else self.name('cell')} is null"
            if had_second_look and not self.is_text:
                missing = spellings.only_where(f"{value} is null", f"{missing} or {self._is_nothing}")
            faults.append(Fault(missing, "missing_value", of_odd=self.mark is not None))
        faults += spoilt_cell if had_second_look else []
        if self.is_text and not self.is_key and (words := row_notes.sum_words(self.contract)):
            is_sum = spellings.only_where(
                f"suffix({value}, '{row_notes.SUM_ENDING}')", f"{value} in ({literals(words)})"
            )
            faults.append(Fault(is_sum, "total_in_data"))
        if column.pattern:
            mismatch = f"not regexp_full_match({value}, {literal(column.pattern)})"
            if self.is_key and had_second_look:
                faults.append(Fault(f"{mismatch} and {spoilt.is_date(value)}", "id_became_date", explains=True))
            faults.append(Fault(mismatch, "bad_pattern", column.pattern))
        bounds = f"{_shown(column.minimum)}–{_shown(column.maximum)}"
        if column.minimum is not None:
            faults.append(Fault(f"{value} < {column.minimum}", "out_of_range", bounds))
        if column.maximum is not None:
            faults.append(Fault(f"{value} > {column.maximum}", "out_of_range", bounds))
        if column.within_period and self.period:
            first, last = self.days or (f"date '{day}'" for day in dates_sql.first_and_last_day(self.period))
            outside = f"cast({value} as date) not between {first} and {last}"
            faults.append(Fault(outside, "outside_period", self.period))
        if column.is_department and self.department:
            faults.append(self._of_another_department(value))
        return faults

    def _of_another_department(self, value: str) -> Fault:
        """A cell with another code than the file's (a longer one may be of a part of it), or with the name of another department alone."""
        code, known = self.department, self.departments
        others = [name for each, name in known.items() if each != code and name]
        named = f" or {value} in ({literals(others)})" if others else ""
        coded = spellings.only_where(f"{value} < ':'", f"regexp_matches({value}, '^[0-9]{{3}}')")
        condition = f"not prefix({value}, {literal(code)}) and (coalesce({coded}, false){named})"
        return Fault(condition, "other_department", f"{code} {known.get(code, '')}".strip())

    def _spoilt_text(self, value: str) -> Iterator[Fault]:
        yield Fault(spoilt.lacks_value(value), "formula_without_value", explains=True)
        yield Fault(spoilt.is_error(value), "spreadsheet_error", explains=True)
        yield Fault(spoilt.is_scientific_text(value), "digits_lost", explains=True)
        # One question that most texts answer by their first letter stands for the three above.
        rules = {spoilt.is_spoilt_text(value): "spreadsheet_error"}
        if self.is_key:
            rules[spoilt.is_float(value)] = "id_became_number"
        if self.is_id:
            rules[spoilt.is_in_lines(value)] = "id_in_lines"
        if self.is_key and not self.column.pattern:
            rules[spoilt.is_date(value)] = "id_became_date"
        for condition, rule in rules.items():
            yield Fault(self._of_odd(condition), rule, of_odd=self.mark is not None)

    def _of_odd(self, condition: str) -> str:
        """A condition that only a text which needs a second look can meet."""
        return spellings.only_where(self.mark, condition) if self.mark else condition

    def _spoilt_value(self, value: str) -> Iterator[Fault]:
        column, cell, half = self.column, self.name("cell"), self.name("half")
        unread = spellings.only_where(
            f"{value} is null and {cell} is not null", f"not coalesce({self._is_nothing}, false)"
        )
        explained = [(spoilt.lacks_value(cell), "formula_without_value"), (spoilt.is_error(cell), "spreadsheet_error")]
        if column.type in NUMBER_TYPES:
            explained += [
                (spoilt.is_scientific(half), "digits_lost"),
                (f"suffix({half}, '%')", "unexpected_percent"),
                (f"regexp_matches({half}, {literal(numbers_sql.FOREIGN)})", "foreign_currency"),
            ]
        if column.type in DATE_TYPES:
            if self.date_order is None:
                explained.append((dates_sql.has_unknown_order(half), "ambiguous_date"))
            explained.append((dates_sql.is_lone_digit_month(half), "ambiguous_month"))
        for condition, rule in explained:
            yield Fault(spellings.only_where(unread, condition), rule, explains=True)
        yield Fault(unread, BAD_VALUE_RULE[column.type], self._choices(), of_odd=self.mark is not None)

    def _choices(self) -> str:
        """What a code may be, in words."""
        if self.column.codes:
            return f"代码表 {self.column.codes}"
        return "应为 " + "、".join(self.column.allowed) if self.column.allowed else ""


def _shown(bound: float | None) -> str:
    return "" if bound is None else str(bound)
