"""What two landed files have in common, and what one lacks of the other: counted in DuckDB, over one connection that is opened when first asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import duckdb

from dagster_project.contracts import Column, Contract
from dagster_project.ingestion.control import controlled
from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.proof import landed_path
from dagster_project.ingestion.row_hashes import RowHashes
from dagster_project.ingestion.sql import literal, quoted
from dagster_project.ingestion.submissions import Submission

SHOWN_KEYS = 3


@dataclass(frozen=True)
class Difference:
    """What a newer file lacks of an older one.

    ``missing`` counts the keys of the older one that the newer lacks, ``common`` those that both have; ``first_missing`` names
    the first few in words. ``sums`` are those of the controlled amount in yuan, older and newer; None where the ledger has none.
    ``lowered`` counts the keys in both whose amount is smaller now; ``first_lowered`` names those that lost most, in words.
    """

    missing: int
    common: int
    first_missing: tuple[str, ...]
    sums: tuple[Decimal, Decimal] | None
    lowered: int = 0
    first_lowered: tuple[str, ...] = ()


class Comparison:
    """Compares what landed in one landing zone."""

    def __init__(self, landing_dir: Path):
        self.landing_dir = landing_dir
        self._bounds: dict[str, tuple[object, object] | None] = {}
        self._columns: dict[str, set[str]] = {}
        self._comparable: set[tuple[str, str]] = set()
        self._hashes: dict[str, RowHashes] = {}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("set enable_progress_bar = false")
        return connection

    def path(self, entry: Submission) -> Path:
        """Where the rows of an entry lie."""
        return landed_path(self.landing_dir, entry)

    def can_compare(self, contract: Contract, *entries: Submission) -> bool:
        """Whether the rows of all these are there and have the columns by which rows are told apart: an earlier contract may lack some."""
        unknown = [each for each in entries if (contract.version, each.submission_id) not in self._comparable]
        if not unknown:
            return True
        names = {
            column.name for column in (*_identifying(contract), controlled(contract.columns)) if column is not None
        }
        if contract.dated_by:
            names.add(contract.dated_by)
        found = {each.submission_id for each in unknown if self.path(each).is_file() and names <= self._names(each)}
        self._comparable |= {(contract.version, each) for each in found}
        return len(found) == len({each.submission_id for each in unknown})

    def _names(self, entry: Submission) -> set[str]:
        from pyarrow.parquet import read_schema

        if entry.submission_id not in self._columns:
            self._columns[entry.submission_id] = set(read_schema(self.path(entry)).names)
        return self._columns[entry.submission_id]

    def _rows(self, entry: Submission, statuses: str = "'accepted'") -> str:
        return f"(select * from read_parquet({literal(str(self.path(entry)))}) where _status in ({statuses}))"

    def difference(self, older: Submission, newer: Submission, contract: Contract) -> Difference:
        """What the newer file lacks of the older one, by the key of the ledger, or by whole rows where it has none."""
        columns = _identifying(contract)
        names = ", ".join(quoted(column.name) for column in columns)
        shown = [
            quoted(c.name) for c in columns if not c.personal and (c.harmless or c.type != "text") and contract.key
        ]
        words = f"concat_ws(' ', '第 ' || min(_row) || ' 行', {', '.join(f'any_value({s})' for s in shown) or 'null'})"
        common, missing, first = self._connection.execute(
            f"""
            with older as materialized (select {names}, _row from {self._rows(older)}),
            newer as materialized (select distinct {names} from {self._rows(newer)}),
            lacking as materialized (select {names} from older except select * from newer),
            at_row as (
                select min(_row) as first_row, {words} as words from older semi join lacking
                on {" and ".join(f"older.{quoted(c.name)} is not distinct from lacking.{quoted(c.name)}" for c in columns)}
                group by {", ".join(f"older.{quoted(c.name)}" for c in columns)} order by first_row limit {SHOWN_KEYS}
            )
            select
                (select count(*) from (select {names} from older intersect select * from newer)),
                (select count(*) from lacking),
                (select list(words order by first_row) from at_row)
            """
        ).fetchall()[0]
        amount = controlled(contract.columns)
        if amount is None:
            return Difference(missing, common, tuple(first or ()), None)
        sums = (self.total(older, amount), self.total(newer, amount))
        lowered = self._lowered(older, newer, contract, amount)
        return Difference(missing, common, tuple(first or ()), sums, *lowered)

    def _lowered(
        self, older: Submission, newer: Submission, contract: Contract, amount: Column
    ) -> tuple[int, tuple[str, ...]]:
        """How many keys that both files have come with a smaller amount in the newer one, and its rows that lost most, in words."""
        names = [quoted(name) for name in contract.key]
        if not names:
            return 0, ()
        old, new = (
            f"(select {', '.join(names)}, sum({quoted(amount.name)}) as amount, min(_row) as first_row"
            f" from {self._rows(each)} group by {', '.join(names)})"
            for each in (older, newer)
        )
        same = " and ".join(f"old.{name} is not distinct from new.{name}" for name in names)
        count, rows = self._connection.execute(
            f"""
            with lowered as materialized (
                select new.first_row, old.amount as before, new.amount as after
                from {old} as old join {new} as new on {same} and new.amount < old.amount
            )
            select (select count(*) from lowered), list(
                format('第 {{}} 行 {{:,.2f}}→{{:,.2f}} 元', first_row, cast(before as double), cast(after as double))
                order by before - after desc, first_row
            ) from (from lowered order by before - after desc, first_row limit {SHOWN_KEYS})
            """
        ).fetchall()[0]
        return int(count), tuple(rows or ())

    def total(self, entry: Submission, column: Column, *, with_rejected: bool = False) -> Decimal:
        """The sum of an amount in yuan, also of rejected rows where they could be read if so asked."""
        statuses = "'accepted', 'rejected'" if with_rejected else "'accepted'"
        query = f"select coalesce(sum({quoted(column.name)}), 0) from {self._rows(entry, statuses)}"
        return Decimal(self._connection.execute(query).fetchall()[0][0])

    def outside_period(self, entry: Submission, contract: Contract) -> tuple[int, int, str, str]:
        """How many days lie outside the period of the file, of how many, and the first and the last day of them all."""
        assert contract.dated_by is not None
        first, last = first_and_last_day(entry.period)
        day = f"cast({quoted(contract.dated_by)} as date)"
        outside, dated, earliest, latest = self._connection.execute(
            f"""
            select
                count(*) filter (where {day} not between date '{first}' and date '{last}'), count({day}),
                cast(min({day}) as varchar), cast(max({day}) as varchar)
            from {self._rows(entry)}
            """
        ).fetchall()[0]
        return outside, dated, earliest or "", latest or ""

    def may_be_outside(self, entry: Submission, contract: Contract) -> bool:
        """Whether any day may lie outside the period, by the footer of the file alone."""
        bounds = self.bounds(entry, contract.dated_by or "")
        if bounds is None:
            return True
        first, last = first_and_last_day(entry.period)
        low, high = (str(bound)[:10] for bound in bounds)
        return not (first.isoformat() <= low and high <= last.isoformat())

    def bounds(self, entry: Submission, name: str) -> tuple[object, object] | None:
        """The smallest and the largest value of a column by the footer of the file; None where it does not say."""
        from pyarrow.parquet import read_metadata

        key = f"{entry.submission_id} {name}"
        if key not in self._bounds:
            footer = read_metadata(self.path(entry))
            low: list[object] = []
            high: list[object] = []
            for group in (footer.row_group(number) for number in range(footer.num_row_groups)):
                columns = (group.column(place) for place in range(group.num_columns))
                found = next((column.statistics for column in columns if column.path_in_schema == name), None)
                if found is None or not found.has_min_max:
                    low.clear()
                    break
                low.append(found.min)
                high.append(found.max)
            self._bounds[key] = (min(low, key=str), max(high, key=str)) if low else None
        return self._bounds[key]

    def in_common(
        self, entry: Submission, others: Sequence[Submission], contract: Contract, *, whole_rows: bool
    ) -> tuple[int, Submission]:
        """The file among the others that has most keys, or whole rows, of this one, and how many."""
        columns = _identifying(contract)
        if whole_rows:
            shared = set.intersection(*map(self._names, (entry, *others)))
            columns = [c for c in contract.columns if c.name in shared and not c.is_department]
        ids = [other.submission_id for other in others]
        counts = self._hashes_of(contract).common(self._connection, entry.submission_id, ids, columns)
        most = int(counts.argmax())
        return int(counts[most]), others[most]

    def _hashes_of(self, contract: Contract) -> RowHashes:
        """What was read of the files of a ledger."""
        folder = self.landing_dir / contract.ledger
        return self._hashes.setdefault(contract.ledger, RowHashes(lambda submission: folder / f"{submission}.parquet"))

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        if "_connection" in self.__dict__:
            self._connection.close()
            del self.__dict__["_connection"]


def _identifying(contract: Contract) -> list[Column]:
    """The columns by which a row is found again."""
    return [contract.column(name) for name in contract.key] or list(contract.columns)
