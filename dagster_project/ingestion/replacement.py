"""Whether a file may take the place of another: of a ledger replaced as a whole, only one that has a key in common with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.file_names import folded
from dagster_project.ingestion.periods import local_iso
from dagster_project.ingestion.sql import literal, quoted
from dagster_project.ingestion.standing import last_landed
from dagster_project.ingestion.submissions import Submission

INSTANT = dt.timedelta(microseconds=1)


def displaced(entry: Submission, entries: Iterable[Submission], names: Collection[str]) -> Submission | None:
    """The submission of another file whose place a new one would take, or that would take its place; None where none would.

    ``names`` are the files that lie in the drop: what was taken out of it may be replaced by anything.
    """
    rivals = [other for other in last_landed(entries).values() if _same_period(other, entry)]
    current = max(rivals, key=lambda other: (other.received_at, other.log_no), default=None)
    if current is None or current.file == entry.file or current.submission_id == entry.submission_id:
        return None
    return current if current.file in names else None


def is_confirmed(replaces: str, other: Submission) -> bool:
    """Whether received.csv says that a file takes the place of the other: by its path or its bare name."""
    said = folded(replaces)
    return bool(said) and said in (folded(other.file), folded(other.file).rsplit("/", 1)[-1])


def behind_what_it_replaces(entry: Submission, replaces: str, entries: Iterable[Submission]) -> Submission:
    """The entry, received no earlier than the file whose place received.csv gives it: the last received is the current one."""
    places = [
        other.received_at
        for other in entries
        if other.status == "landed" and _same_period(other, entry) and is_confirmed(replaces, other)
    ]
    return replace(entry, received_at=max([entry.received_at, *(_moved(place, INSTANT) for place in places)]))


def before(entry: Submission, other: Submission) -> Submission:
    """The entry, received earlier than the other, which takes its place by what received.csv says."""
    return replace(entry, received_at=min(entry.received_at, _moved(other.received_at, -INSTANT)))


def _moved(received_at: str, by: dt.timedelta) -> str:
    return local_iso(dt.datetime.fromisoformat(received_at) + by)


def _same_period(one: Submission, other: Submission) -> bool:
    return (one.ledger, one.department_code, one.period) == (other.ledger, other.department_code, other.period)


def held_unless_kin(entry: Submission, other: Submission, contract: Contract, landing_dir: Path) -> Submission:
    """The entry as it is where the two files have a key in common, else held, with both files named in the reason."""
    names = ", ".join(quoted(name) for name in (contract.key or [column.name for column in contract.columns]))
    if not all(_landed(landing_dir, each).is_file() for each in (entry, other)):
        return entry  # `jixiao doctor` tells of landed files that are gone
    sides = [
        f"(select {names} from read_parquet({literal(str(_landed(landing_dir, each)))}) where _status = 'accepted')"
        for each in (entry, other)
    ]
    with duckdb.connect() as connection:
        (common,) = connection.execute(f"select count(*) from ({sides[0]} intersect {sides[1]})").fetchone() or (0,)
        if common or not other.rows_accepted:
            return entry
        sums = [_sum(connection, contract, _landed(landing_dir, each)) for each in (entry, other)]
    reason = (
        f"{entry.file}:与已载入的 {other.file} 同属{contract.title.zh} {entry.department_code} {entry.period},但没有一个相同的主键"
        f"(本文件 {entry.rows_accepted:,} 行{sums[0]},已载入 {other.rows_accepted:,} 行{sums[1]}),不能当作更正,暂不采用,"
        f"仍以已载入的文件为准;如两份合起来才是全部,请合成一个文件报送;如确要替换,请在 received.csv 该文件一行的 replaces(替换)列"
        f"填写 {Path(other.file).name},或把它移出原始数据文件夹"
    )
    return replace(entry, status="held", reason=reason)


def _landed(landing_dir: Path, entry: Submission) -> Path:
    return landing_dir / entry.ledger / f"{entry.submission_id}.parquet"


def _sum(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> str:
    """The sum of the first money column, in words; empty where the ledger has none."""
    money = next((column for column in contract.columns if column.type == "money"), None)
    if money is None:
        return ""
    (total,) = connection.execute(
        f"select sum({quoted(money.name)}) from read_parquet({literal(str(path))}) where _status = 'accepted'"
    ).fetchone() or (None,)
    return f"、{money.headers[0]}合计 {total or Decimal(0):,.2f} 元"
