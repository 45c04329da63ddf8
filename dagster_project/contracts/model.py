"""What a ledger contract may say. One YAML per ledger stands beside this module; reading files is `ingestion`'s work."""

from __future__ import annotations

import csv
import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

CONTRACTS_DIR = Path(__file__).parent
CODE_LISTS_DIR = Path(__file__).parents[2] / "dbt" / "seeds" / "code_lists"

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ColumnType = Literal["text", "code", "integer", "decimal", "money", "date", "month", "timestamp", "boolean"]
MoneyUnit = Literal["元", "千元", "万元", "亿元"]


class ContractError(ValueError):
    """A contract that cannot be used; the message names the file and what to mend."""


class Strict(BaseModel):
    """Base of every part of a contract: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """The same text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Column(Strict):
    """One column of a ledger.

    ``headers`` are the header texts (or JSON keys) that departments have used, the current one first. ``fallback_headers``
    are read only where a file has none of these: the first of them that it has, in capitals or not; the others are columns
    that nobody reads. So an export that holds a code and its name, or two amounts, says which of them is meant.
    ``codes`` names a seed in dbt/seeds/code_lists; a value may be the code, its name, or ``code-name``.
    ``personal`` marks personal data, which never leaves the internal zone.
    """

    name: Identifier
    headers: list[str] = Field(min_length=1)
    fallback_headers: list[str] = []
    type: ColumnType
    description: Bilingual
    required: bool = False
    codes: Identifier | None = None
    allowed: list[str] | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    personal: bool = False

    @model_validator(mode="after")
    def _rules_fit_the_type(self) -> Column:
        if (self.type == "code") != (self.codes is not None or self.allowed is not None):
            raise ValueError(f"column {self.name}: type code goes with `codes` or `allowed`, and only with it")
        if self.codes and self.allowed:
            raise ValueError(f"column {self.name}: give `codes` or `allowed`, not both")
        if self.pattern is not None:
            if self.type != "text":
                raise ValueError(f"column {self.name}: `pattern` is for text columns")
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"column {self.name}: `pattern` is no regular expression: {error}") from error
        if (self.minimum is not None or self.maximum is not None) and self.type not in ("integer", "decimal"):
            raise ValueError(f"column {self.name}: `minimum` and `maximum` are for numbers")
        if self.type == "money" and not self.name.endswith("_yuan"):
            raise ValueError(f"column {self.name}: money columns are landed in yuan and end in _yuan")
        return self


class Form(Strict):
    """A sheet like a form: ``labels`` are read as label and value beside a table of the other columns, or without a table.

    A label's text is one of its column's headers. Its value stands in the same cell behind a colon, or in the next cell
    that is not empty: to the ``right``, or, where so declared, ``below`` it.
    """

    labels: list[Identifier] = Field(min_length=1)
    values: Literal["right", "below"] = "right"


class Matrix(Strict):
    """A sheet like a matrix: each cell of its body is one row of the ledger, an empty cell too.

    ``rows`` are the columns that say what a row of the sheet is about. ``across`` are filled from the header texts above
    a cell: one column, or two where merged groups stand above the names. ``value`` is the cell itself.
    """

    rows: list[Identifier] = Field(min_length=1)
    across: list[Identifier] = Field(min_length=1, max_length=2)
    value: Identifier


class FileLayout(Strict):
    """How one kind of file of a ledger is laid out.

    ``pattern`` is a glob below data/raw. ``unit`` is the money unit where the file itself states none.
    ``header_rows`` is 2 where a merged group row stands above the column names. ``sheet`` may be a glob such as ``项目*``:
    then every sheet of that name belongs to the one submission. ``form`` and ``matrix`` are other ways to lay out a sheet.
    ``lacks`` names required columns that the system behind these files does not have: they are landed empty.
    """

    pattern: str
    format: Literal["csv", "workbook", "jsonl"]
    encodings: list[Literal["utf-8", "gb18030", "utf-16"]] = ["utf-8", "gb18030", "utf-16"]
    delimiter: Literal[",", "\t", ";", "|"] = ","
    sheet: str | None = None
    header_rows: Literal[1, 2] = 1
    unit: MoneyUnit | None = None
    form: Form | None = None
    matrix: Matrix | None = None
    lacks: list[Identifier] = []

    @property
    def has_many_sheets(self) -> bool:
        """Whether the name of the sheet is a glob."""
        return self.sheet is not None and any(sign in self.sheet for sign in "*?[")

    @property
    def is_plain(self) -> bool:
        """Whether a file is one table with its header in the first rows."""
        return not (self.has_many_sheets or self.form or self.matrix)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> FileLayout:
        if self.format != "workbook" and (self.sheet is not None or not self.is_plain):
            raise ValueError(f"layout {self.pattern}: only a workbook has sheets, forms and matrices")
        if self.form and self.matrix:
            raise ValueError(f"layout {self.pattern}: a sheet is a form or a matrix, not both")
        if self.matrix and len(self.matrix.across) != self.header_rows:
            raise ValueError(f"layout {self.pattern}: a matrix has as many `across` columns as `header_rows`")
        return self


class Contract(Strict):
    """One ledger: what it is, how it is handed in, and what each column means.

    ``supersede`` says how a later file relates to an earlier one: ``replace`` takes the whole department and period,
    ``upsert`` takes single rows by ``key``, ``append`` only adds. Markers are compared after full-width forms were made half-width and blanks dropped.
    """

    ledger: Identifier
    domain: Literal["budget", "procurement", "assets", "duties", "deputies", "organisation"]
    title: Bilingual
    owner: str = Field(min_length=1)
    grain: Bilingual
    key: list[Identifier] = Field(min_length=1)
    supersede: Literal["replace", "upsert", "append"]
    files: list[FileLayout] = Field(min_length=1)
    columns: list[Column] = Field(min_length=1)
    subtotal_markers: list[str] = ["合计", "小计", "总计", "累计", "本页合计", "本月合计", "本年累计"]
    footnote_markers: list[str] = ["注:", "备注:", "说明:", "制表人", "填报人", "审核人"]
    nil_markers: list[str] = ["-", "--", "—", "——", "–", "/"]

    @model_validator(mode="after")
    def _names_are_unique_and_keys_exist(self) -> Contract:
        names = [column.name for column in self.columns]
        headers = [header for c in self.columns for header in (*c.headers, *map(str.casefold, c.fallback_headers))]
        for kind, values in (("column", names), ("header", headers)):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"{kind} named twice: {', '.join(twice)}")
        required = {column.name for column in self.columns if column.required}
        if missing := [name for name in self.key if name not in required]:
            raise ValueError(f"key columns must be declared and required: {', '.join(missing)}")
        for layout in self.files:
            self._check_places(layout)
        return self

    def _check_places(self, layout: FileLayout) -> None:
        """A form names columns that exist; a matrix says of each column where it stands."""
        names = {column.name for column in self.columns}
        required = {column.name for column in self.columns if column.required}
        table: set[str] = set()
        if wrong := [name for name in layout.lacks if name not in required or name in self.key]:
            raise ValueError(
                f"layout {layout.pattern}: `lacks` is for required columns outside the key: {', '.join(wrong)}"
            )
        if layout.form:
            if unknown := [name for name in layout.form.labels if name not in names]:
                raise ValueError(f"form of {layout.pattern}: no such columns: {', '.join(unknown)}")
            table = names - set(layout.form.labels)
        if layout.matrix:
            placed = [*layout.matrix.rows, *layout.matrix.across, layout.matrix.value]
            if sorted(placed) != sorted(names):
                raise ValueError(f"matrix of {layout.pattern}: `rows`, `across` and `value` name each column once")
            table = set(layout.matrix.rows)
        if table and not table & required:
            raise ValueError(f"layout {layout.pattern}: a table is found by its required columns, and it has none")

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change when a file would be read differently: by a rule or by a code list."""
        texts_for_people: dict[str, Any] = {
            "title": True,
            "owner": True,
            "grain": True,
            "columns": {"__all__": {"description"}},
        }
        digest = hashlib.sha256(self.model_dump_json(exclude=texts_for_people).encode())
        for column in self.columns:
            if column.codes:
                digest.update(code_list_path(column.codes).read_bytes())
        return digest.hexdigest()[:12]

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Code(Strict):
    """One entry of a code list, valid for the fiscal years ``valid_from`` to ``valid_to`` (None: still valid)."""

    code: str
    name_zh: str
    name_en: str
    valid_from: int
    valid_to: int | None
    source: str


def code_list_path(name: str) -> Path:
    """Where the seed of a code list lies; raises ContractError where there is none."""
    path = CODE_LISTS_DIR / f"{name}.csv"
    if not path.is_file():
        raise ContractError(f"unknown code list {name!r}: expected the seed {path.name} in dbt/seeds/code_lists")
    return path


def load_code_list(name: str, fiscal_year: int | None = None) -> list[Code]:
    """The codes of a list, all of them or those valid in one fiscal year."""
    with code_list_path(name).open(encoding="utf-8", newline="") as stream:
        codes = [Code.model_validate(row | {"valid_to": row["valid_to"] or None}) for row in csv.DictReader(stream)]
    if fiscal_year is None:
        return codes
    return [c for c in codes if c.valid_from <= fiscal_year and (c.valid_to is None or fiscal_year <= c.valid_to)]


def load_contract(path: Path) -> Contract:
    """Read one contract; raises ContractError naming the file and each fault."""
    try:
        contract = Contract.model_validate(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'contract'}: {e['msg']}" for e in error.errors())
        raise ContractError(f"{path.name}: {faults}") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name}: not valid YAML: {error}") from error
    if contract.ledger != path.stem:
        raise ContractError(f"{path.name}: the file is named after its ledger, which is {contract.ledger!r}")
    for column in contract.columns:
        if column.codes:
            try:
                code_list_path(column.codes)
            except ContractError as error:
                raise ContractError(f"{path.name}: column {column.name}: {error}") from error
    return contract


def load_contracts(directory: Path = CONTRACTS_DIR) -> dict[str, Contract]:
    """All contracts of a folder by ledger name, in alphabetical order."""
    return {path.stem: load_contract(path) for path in sorted(directory.glob("*.yaml"))}
