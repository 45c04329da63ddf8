"""Running totals over several files: what a 累计 of March begins with must be the sum of the files of January and February."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.proof import findings_path, landed_path
from dagster_project.ingestion.sheet_totals import FIRST_CELL
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.totals import CUMULATIVE
from dagster_project.ingestion.units import UNIT_IN_YUAN


def wrong_running_totals(
    entries: Sequence[Submission], ledgers: Collection[str], contracts: Mapping[str, Contract], landing_dir: Path
) -> Iterator[str]:
    """What is to be told of running totals in the files of these ledgers, in words.

    A total is compared where files of the year cover every month before its own; what is missing is told by the calendar.
    A running total that begins anew in its file is right, too.

    Args:
        entries: of the log.
        ledgers: of which files came.
        contracts: by ledger.
        landing_dir: where the rows lie.
    """
    # A total of a year may go back to the years before; of several sheets nobody knows which comes first.
    standing = [
        entry
        for entry in in_force(entries)
        if entry.ledger in ledgers and entry.ledger in contracts and not entry.answers
    ]
    with looking() as connection:
        running = _with_running_totals(connection, standing, landing_dir)
        for entry in sorted(running, key=lambda each: (each.ledger, each.file)):
            if entry.period.isdigit() or "、" in entry.sheet:
                continue
            contract = contracts[entry.ledger]
            earlier = [each for each in standing if _is_same(each, entry) and _days(each)[1] < _days(entry)[0]]
            if _months(earlier) == set(range(1, _days(entry)[0][1])):
                yield from _of_file(connection, entry, earlier, contract, landing_dir)


def _with_running_totals(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Submission], landing_dir: Path
) -> list[Submission]:
    paths = {str(path): entry for entry in entries if (path := findings_path(landing_dir, entry)).is_file()}
    if not paths:
        return []
    query = f"""
        select distinct filename from read_parquet([{literals(paths)}], filename = true)
        where rule = 'subtotal_row' and contains(value, {literal(CUMULATIVE)})
    """
    return [paths[name] for (name,) in connection.execute(query).fetchall()]


def _is_same(one: Submission, other: Submission) -> bool:
    return (one.ledger, one.department_code, one.fiscal_year) == (
        other.ledger,
        other.department_code,
        other.fiscal_year,
    )


def _days(entry: Submission) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and the last month of the period of a file, each with its year."""
    first, last = first_and_last_day(entry.period)
    return (first.year, first.month), (last.year, last.month)


def _months(entries: Sequence[Submission]) -> set[int]:
    return {month for entry in entries for month in range(_days(entry)[0][1], _days(entry)[1][1] + 1)}


def _of_file(
    connection: duckdb.DuckDBPyConnection,
    entry: Submission,
    earlier: Sequence[Submission],
    contract: Contract,
    landing_dir: Path,
) -> Iterator[str]:
    money = [column for column in contract.columns if column.type == "money"]
    rows = f"read_parquet({literal(str(landed_path(landing_dir, entry)))})"
    for column in money:
        name = column.name
        found = connection.execute(
            f"""
            with numbered as (
                select
                    _row, {name} as amount, _status = 'subtotal' and contains(coalesce({FIRST_CELL}, ''), '{CUMULATIVE}') as is_running,
                    sum({name}) filter (_status in ('accepted', 'rejected')) over (order by _row) as above
                from {rows}
            )
            select _row, amount, coalesce(above, 0) from numbered where is_running and amount is not null order by _row limit 1
            """
        ).fetchall()
        for row, amount, above in found:
            before = _sum_of(connection, earlier, contract, name, landing_dir)
            tolerance = Decimal(str(contract.totals_tolerance)) * _unit(contract)
            if min(abs(amount - above), abs(amount - above - before)) > tolerance:
                yield (
                    f"{entry.file} 第 {row} 行:累计的“{column.headers[0]}”{amount:,.2f} 元 与各期文件之和不符(应为 {before + above:,.2f} 元:"
                    f"本文件该行以上 {above:,.2f} 元,本年此前 {len(earlier)} 个文件 {before:,.2f} 元);请核对各期有无漏报、错报,或更正累计数"
                )


def _unit(contract: Contract) -> int:
    return max((UNIT_IN_YUAN.get(layout.unit or "元", 1) for layout in contract.files), default=1)


def _sum_of(
    connection: duckdb.DuckDBPyConnection,
    entries: Sequence[Submission],
    contract: Contract,
    name: str,
    landing_dir: Path,
) -> Decimal:
    """The sum of a column over files; of rows that a later file has anew, the later ones count."""
    if not entries:
        return Decimal(0)
    ordered = sorted(entries, key=lambda each: (each.received_at, each.log_no))
    parts = " union all by name ".join(
        f"select {number} as place, {', '.join({*contract.key, name})} from read_parquet({literal(str(landed_path(landing_dir, each)))})"
        " where _status = 'accepted'"
        for number, each in enumerate(ordered)
    )
    last = (
        f" qualify rank() over (partition by {', '.join(contract.key)} order by place desc) = 1"
        if contract.supersede == "upsert" and contract.key
        else ""
    )
    ((total,),) = connection.execute(f"select coalesce(sum({name}), 0) from (select * from ({parts}){last})").fetchall()
    return Decimal(total)
