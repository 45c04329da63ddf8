"""What one landing of one file says, read from what it wrote: counts, findings by rule, first rows, sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.drafting.find_table import FoundTable, find_table, half_width, unit_in_header
from dagster_project.drafting.open_any import open_any
from dagster_project.drafting.opened import CannotOpen
from dagster_project.ingestion.findings import HIDDEN_ZH
from dagster_project.ingestion.sql import literal, quoted
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.units import UNIT_IN_YUAN
from dagster_project.ingestion.zone import FINDINGS_DIR

FIRST_ROWS = 3
FIRST_PLACES = 5


@dataclass(frozen=True)
class RuleFindings:
    """All findings of one rule: how many, and the messages of the first."""

    rule: str
    severity: str
    count: int
    messages: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class MoneySum:
    """The accepted amounts of one column, in yuan and in the unit of the file."""

    header: str
    yuan: Decimal
    unit: str | None

    @property
    def in_unit(self) -> Decimal:
        """The sum as the file would print it."""
        return self.yuan / UNIT_IN_YUAN[self.unit or "元"]


@dataclass(frozen=True)
class SheetSeen:
    """Where a table stands: its sheet, the row of its header, and the unit above it, as far as they can be told."""

    sheet: str
    header_row: int | None
    unit: str | None


@dataclass
class Answer:
    """What landing the file under one contract gave."""

    contract: Contract
    entry: Submission
    encoding: str | None
    sheets: list[SheetSeen]
    findings: list[RuleFindings]
    rows: list[dict[str, str]] = field(default_factory=list)
    sums: list[MoneySum] = field(default_factory=list)
    told: str = ""
    """What is to be known beside what counts already, in words."""

    @property
    def is_clean(self) -> bool:
        """Whether the file would count and nothing in it was rejected."""
        return (
            self.entry.status == "landed"
            and not self.entry.rows_rejected
            and all(f.severity != "error" for f in self.findings)
        )


def read_answer(path: Path, contract: Contract, entry: Submission, landing: Path) -> Answer:
    """Read what landing wrote about one submission."""
    with duckdb.connect() as connection:
        findings = _findings(connection, landing / FINDINGS_DIR / f"{entry.submission_id}.parquet")
        encoding, sheets, units = _seen(path, contract, entry)
        answer = Answer(contract, entry, encoding, sheets, findings)
        landed = landing / contract.ledger / f"{entry.submission_id}.parquet"
        if entry.status in ("landed", "held") and landed.is_file():
            answer.rows = _first_rows(connection, landed, contract)
            answer.sums = _sums(connection, landed, contract, units)
    return answer


def _findings(connection: duckdb.DuckDBPyConnection, path: Path) -> list[RuleFindings]:
    if not path.is_file():
        return []
    rows = connection.execute(f"""
        select rule, any_value(severity), count(*), (array_agg(message_zh order by sheet, row_number nulls first))[:{FIRST_PLACES}],
            any_value(remedy_zh)
        from read_parquet({literal(str(path))}) group by rule
        order by case any_value(severity) when 'error' then 0 when 'warning' then 1 else 2 end, count(*) desc, rule
    """).fetchall()
    return [RuleFindings(rule, severity, count, tuple(told), remedy) for rule, severity, count, told, remedy in rows]


def _seen(
    path: Path, contract: Contract, entry: Submission
) -> tuple[str | None, list[SheetSeen], dict[str, str | None]]:
    """Encoding, tables on the sheets that were read, and the unit of each money column."""
    try:
        file = open_any(path)
    except CannotOpen:
        return None, [], {}
    declared = next((layout.unit for layout in contract.files if layout.unit), None)
    sheets: list[SheetSeen] = []
    units: dict[str, str | None] = {}
    for sheet in file.sheets:
        if sheet.name and sheet.name not in entry.sheet:
            continue
        found = find_table(sheet)
        if found is None:
            continue
        unit = found.units[0] if len(found.units) == 1 else declared
        own = _column_units(contract, found, unit)
        units |= own
        told = "、".join(dict.fromkeys(each for each in own.values() if each))
        sheets.append(SheetSeen(sheet.name, found.header_rows or None, told or None))
    return file.encoding, sheets, units


def _column_units(contract: Contract, found: FoundTable, unit: str | None) -> dict[str, str | None]:
    units: dict[str, str | None] = {}
    for column in contract.columns:
        if column.type != "money":
            continue
        known = {half_width(header) for header in column.headers}
        own = [
            unit_in_header(text) for text in found.texts if any(half_width(text).startswith(header) for header in known)
        ]
        units[column.name] = next(filter(None, own), unit)
    return units


def _first_rows(connection: duckdb.DuckDBPyConnection, landed: Path, contract: Contract) -> list[dict[str, str]]:
    """The first accepted rows as they are understood; personal data are never shown."""
    names = [column.name for column in contract.columns]
    shown = ", ".join(f"cast({quoted(name)} as varchar)" for name in names)
    query = f"select {shown} from read_parquet({literal(str(landed))}) where _status = 'accepted' order by _row limit {FIRST_ROWS}"
    return [
        {
            column.name: HIDDEN_ZH if column.personal and value is not None else (value or "")
            for column, value in zip(contract.columns, row, strict=True)
        }
        for row in connection.execute(query).fetchall()
    ]


def _sums(
    connection: duckdb.DuckDBPyConnection, landed: Path, contract: Contract, units: dict[str, str | None]
) -> list[MoneySum]:
    money = [column for column in contract.columns if column.type == "money"]
    if not money:
        return []
    shown = ", ".join(f"sum({quoted(column.name)})" for column in money)
    sums: Sequence[Decimal | None] = (
        connection.execute(
            f"select {shown} from read_parquet({literal(str(landed))}) where _status = 'accepted'"
        ).fetchone()
        or ()
    )
    return [
        MoneySum(column.headers[0], value, units.get(column.name))
        for column, value in zip(money, sums, strict=True)
        if value is not None
    ]
