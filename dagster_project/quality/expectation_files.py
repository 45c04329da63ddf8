"""What must hold before a table is published, as the YAML files of expectations/ say it: one file per domain."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from dagster_project.contracts.faults import YamlFault, faults_in_words, read_yaml
from dagster_project.quality.comparing import (
    GoesOn,
    Listed,
    Name,
    NamedAlike,
    Numbered,
    Series,
    Stays,
    YearOfFile,
    in_order,
    not_after_receipt,
)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Bounds = tuple[float | None, float | None]
COMPARING = (
    "series",
    "numbered",
    "goes_on",
    "stays",
    "listed",
    "named_alike",
    "in_order",
    "not_after_receipt",
    "year_of_file",
)
KINDS = ("rule", "rows", "not_null", "one_of", "unique", "between", "plausible", "min_rows", *COMPARING)
OF_ONE_COLUMN = ("one_of", "between", "plausible")
WITH_WHEN = ("rule", *COMPARING)
WITH_WHOLE = ("rule", "rows", "numbered", "listed", "named_alike")
FROM_DATA = ("plausible", "series", "numbered", "goes_on", "stays", "year_of_file")
"""Kinds whose bounds were chosen from data, so that they say which and when."""
LAST_VERSION = "{last_version}"
"""In a query: the folder of the version that readers have, one Parquet file a table below the schemas."""
NO_ROWS = "select * from {batch} where false"

LACKING, OPEN = "is_lacking", "(is_lacking or state = 'not_due')"
WHOLE = (
    "(department_code, fiscal_year) not in (select (department_code, fiscal_year)"
    " from intermediate.int_coverage__ledger_periods where ledger in ('{ledgers}') and {state})"
)
"""What merely was not handed in is told as PARTIAL, not as a contradiction."""


class ExpectationFault(ValueError):
    """Files that cannot be used; the message names file, table and key, one line per fault."""


class Rule(BaseModel):
    """One thing that must hold of a table; exactly one of the keys in ``KINDS`` says what.

    ``rule`` is a condition every row meets, of the rows that meet ``when``; a condition that is neither true nor false holds, as
    in SQL. ``handed_in`` names ledgers: departments and years that lack a part of one are not asked; of those in ``whole``, nor are
    those of which a part is not due yet. ``rows`` is a query of what breaks it, with ``{batch}`` for the table and ``{last_version}``
    for the folder of the version that readers have. ``between`` has bounds that
    follow from what the column is; ``plausible`` has bounds chosen from data, so it says which (``evidence``) and when
    (``since``). Either bound may be null. ``series``, ``numbered``, ``goes_on`` and ``stays`` hold a row against others of its kind
    (:mod:`comparing`) and say the same; ``listed`` names a row of a register, and ``named_alike`` has its name; ``in_order`` lists days that follow each other; ``not_after_receipt`` days that lie not after the one on
    which the file came in; ``year_of_file`` days in the year of their file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Text | None = None
    when: Text | None = None
    whole: Annotated[list[Text], Field(min_length=1)] | None = None
    handed_in: Annotated[list[Text], Field(min_length=1)] | None = None
    rows: Text | None = None
    not_null: Text | None = None
    unique: Annotated[list[Text], Field(min_length=1)] | None = None
    min_rows: Annotated[int, Field(ge=1)] | None = None
    one_of: Annotated[list[str], Field(min_length=1)] | None = None
    between: Bounds | None = None
    plausible: Bounds | None = None
    series: Series | None = None
    numbered: Numbered | None = None
    goes_on: GoesOn | None = None
    stays: Stays | None = None
    listed: Listed | None = None
    named_alike: NamedAlike | None = None
    in_order: Annotated[list[Name], Field(min_length=2)] | None = None
    not_after_receipt: Annotated[list[Name], Field(min_length=1)] | None = None
    year_of_file: YearOfFile | None = None
    column: Text | None = None
    why: Text
    severity: Literal["critical", "warning", "info"] = "critical"
    since: dt.date | None = None
    evidence: Text | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(said) != 1:
            raise ValueError(f"写了{'、'.join(said) or '零种'};{'、'.join(KINDS)} 中须恰好写一种")
        if self.when and said[0] not in WITH_WHEN:
            raise ValueError(f"when 只与 {'、'.join(WITH_WHEN)} 一起用;请删除或改写")
        for key in ("whole", "handed_in"):
            if getattr(self, key) and said[0] not in WITH_WHOLE:
                raise ValueError(f"{key} 只与 {'、'.join(WITH_WHOLE)} 一起用;请删除或改写")
        if (self.column is not None) != (said[0] in OF_ONE_COLUMN):
            raise ValueError(f"column 与 {'、'.join(OF_ONE_COLUMN)} 一起用,且必须写;请核对")
        bounds = self.between or self.plausible
        if bounds and (bounds == (None, None) or (None not in bounds and bounds[0] > bounds[1])):  # type: ignore[operator]
            raise ValueError(f"上下限 {list(bounds)} 不可用;请写成 [下限, 上限],其中一个可为 null")
        if self.rows and "{batch}" not in self.rows:
            raise ValueError("rows 中没有 {batch};请用它代表本表")
        if said[0] in FROM_DATA and not (self.since and self.evidence):
            raise ValueError(f"{said[0]} 的上下限来自数据;请写明 evidence(看了哪些数据)和 since(何时定的)")
        return self

    @property
    def notes(self) -> str:
        """Why the rule is there, for the person who reads that it is broken."""
        return f"{self.why}(依据:{self.evidence})" if self.evidence else self.why

    @property
    def broken_rows(self) -> str:
        """The query of the rows that break a rule about rows, with ``{batch}`` for the table; empty for the other kinds."""
        when = self.when or ""
        if self.series:
            return self.series.broken_rows(when)
        if self.numbered:
            return self._where_asked(self.numbered.broken_rows(when))
        if self.goes_on:
            return self.goes_on.broken_rows(when)
        if self.stays:
            return self.stays.broken_rows(when)
        if self.listed:
            return self._where_asked(self.listed.broken_rows(when))
        if self.named_alike:
            return self._where_asked(self.named_alike.broken_rows(when))
        if self.year_of_file:
            return self.year_of_file.broken_rows(when)
        if self.not_after_receipt:
            return not_after_receipt(self.not_after_receipt, when)
        condition = in_order(self.in_order) if self.in_order else self.rule
        if condition is None:
            return self._where_asked(self.rows or "")
        conditions = [*([f"({when})"] if when else []), *self._asked(), f"not ({condition})"]
        return f"select * from {{batch}} where {' and '.join(conditions)}"

    def _where_asked(self, query: str) -> str:
        return f"select * from ({query}) where {' and '.join(self._asked())}" if self._asked() else query

    def _asked(self) -> list[str]:
        """Which departments and years are asked, as conditions."""
        told = ((self.whole, OPEN), (self.handed_in, LACKING))
        return [WHOLE.format(ledgers="', '".join(ledgers), state=state) for ledgers, state in told if ledgers]


class Suite(BaseModel):
    """All that must hold of one table, such as ``evaluation.figures``; ``file`` says it, as ``expectations/evaluation.yaml``."""

    model_config = ConfigDict(frozen=True)

    table: str
    rules: tuple[Rule, ...]
    file: str = ""

    @property
    def description(self) -> str:
        """The reasons of all rules, a line each."""
        return "\n".join(dict.fromkeys(rule.why for rule in self.rules))

    def beside(self, last_version: Path | None) -> Suite:
        """The suite whose queries read this version; without one, no row breaks what compares with it.

        Such a rule stays, so that a first night publishes what the same inputs publish later.
        """
        rules = []
        for rule in self.rules:
            if rule.rows and LAST_VERSION in rule.rows:
                read = rule.rows.replace(LAST_VERSION, str(last_version)) if last_version else NO_ROWS
                rules.append(rule.model_copy(update={"rows": read}))
            else:
                rules.append(rule)
        return Suite(table=self.table, rules=tuple(rules), file=self.file)


TABLES = TypeAdapter(dict[str, Annotated[list[Rule], Field(min_length=1)]])


def read_suites(directory: Path) -> dict[str, Suite]:
    """The suites of a folder by their tables, in the order of the tables' names.

    Raises:
        ExpectationFault: files that are no YAML, unknown or missing keys, a table in two files.
    """
    suites: dict[str, Suite] = {}
    faults: list[str] = []
    places: dict[str, str] = {}
    for path in sorted(directory.glob("*.yaml")):
        place = f"{directory.name}/{path.name}"
        try:
            document = read_yaml(path)
            for table, rules in TABLES.validate_python(document).items():
                if table in places:
                    faults.append(f"{place}: {table} 在 {places[table]} 中已有;请只保留一处")
                places[table] = place
                suites[table] = Suite(table=table, rules=tuple(rules), file=place)
        except YamlFault as fault:
            faults.append(f"{place}: {fault}")
        except ValidationError as error:
            faults += [f"{place}: {_counted(text, document)}" for text in faults_in_words(error, document)]
    if faults:
        raise ExpectationFault("\n".join(faults))
    return dict(sorted(suites.items()))


def _counted(text: str, document: Any) -> str:
    """A fault with the rule's number counted from one: ``marts.dim_asset_yearly 第 2 条 why:…``."""
    for table in document:
        if text.startswith(f"{table}."):
            number, _, rest = text.removeprefix(f"{table}.").replace(":", ".:", 1).partition(".")
            return (
                f"{table} 第 {int(number) + 1} 条 {rest.replace('.:', ':', 1).lstrip(':')}"
                if number.isdigit()
                else text
            )
    return text
