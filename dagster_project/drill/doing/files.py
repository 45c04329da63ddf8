"""Faults of whole files: missing, of another period or department, handed in under two names."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath

from dagster_project.drill.doing.rows import new_key
from dagster_project.drill.office import Handed
from dagster_project.drill.planting import Ground, Planted, mutator


def _whole(handed: Handed) -> bytes:
    return handed.dropped.path.read_bytes()


def _beside(handed: Handed, words: str) -> str:
    """A new name in the folder of a file."""
    path = PurePosixPath(handed.name)
    return str(path.with_name(f"{path.stem}{words}{path.suffix}"))


@mutator
def leave_file_out(ground: Ground) -> Planted | None:
    """The file was never handed in."""
    name = ground.handed.name
    others = [each for each in ground.office.of_year((ground.handed.entry.ledger,)) if each.name != name]
    if ground.how.get("one_of_several") and not others:
        return None
    if any(each.name == name and each.entry.ledger != ground.handed.entry.ledger for each in ground.office.handed):
        return None  # a workbook of several ledgers
    return ground.in_files({name: None}, [], "整份文件没有报送", receipts={name: None})


@mutator
def hand_in_last_year(ground: Ground) -> Planted | None:
    """Under the name of this year stands the file of the year before."""
    year, entry = ground.office.year, ground.handed.entry
    wanted = entry.period.replace(str(year), str(year - 1))
    for earlier in ground.office.of_year((entry.ledger,), year - 1):
        same = (earlier.entry.period, earlier.entry.department_code) == (wanted, entry.department_code)
        if same and PurePosixPath(earlier.name).suffix == PurePosixPath(ground.handed.name).suffix:
            return ground.in_files({ground.handed.name: _whole(earlier)}, [], f"内容是上年的 {earlier.name}")
    return None


@mutator
def hand_in_another_period(ground: Ground) -> Planted | None:
    """Under the name of one month or quarter stands the file of another of the same year."""
    entry = ground.handed.entry
    others = [
        each
        for each in ground.office.of_year((entry.ledger,))
        if each.entry.period < entry.period
        and len(each.entry.period) == len(entry.period)
        and each.entry.department_code == entry.department_code
        and PurePosixPath(each.name).suffix == PurePosixPath(ground.handed.name).suffix
    ]
    if not others:
        return None
    other = others[-1]
    return ground.in_files({ground.handed.name: _whole(other)}, [], f"内容是 {other.name}")


@mutator
def book_for_another_department(ground: Ground) -> Planted | None:
    """received.csv gives the file to another department that hands in files."""
    entry = ground.handed.entry
    others = sorted({each.entry.department_code for each in ground.office.handed} - {entry.department_code})
    if not others:
        return None
    receipt = {**ground.line_of(entry), "department": others[0]}
    words = f"登记为部门 {others[0]} 的文件,实为 {entry.department_code}"
    return ground.in_files(
        {ground.handed.name: _whole(ground.handed)}, [], words, receipts={ground.handed.name: receipt}
    )


@mutator
def hand_in_twice(ground: Ground) -> Planted | None:
    """The same rows come in a second file, for another period, with other keys where ``new_keys`` is set."""
    paper, entry = ground.paper(), ground.handed.entry
    same = [
        each.entry for each in ground.office.of_year((entry.ledger,)) if len(each.entry.period) == len(entry.period)
    ]
    periods = sorted({each.period for each in same if each.department_code == entry.department_code} - {entry.period})
    rows = ground.rows(paper) if paper else []
    if not paper or not rows or not periods:
        return None
    if ground.how.get("new_keys"):
        for row in rows:
            if not new_key(paper, ground, row["_row"], row):
                return None
    name = _beside(ground.handed, str(ground.how["name"]))
    period = ground.rng.choice(periods)
    receipt = {**ground.line_of(entry), "file": name, "period": period}
    words = f"同样的 {len(rows)} 行又以期间 {period} 报送一次"
    contents = {name: paper.content()}
    return ground.in_files(contents, [], words, file=name, receipts={name: receipt}, also=(ground.handed.name,))


@mutator
def split_in_two(ground: Ground) -> Planted | None:
    """The first half of the rows comes in the file, the second in another one a day later, both for the whole period."""
    first, second, entry = ground.paper(), ground.paper(), ground.handed.entry
    rows = sorted(row["_row"] for row in ground.rows(first)) if first else []
    if not first or not second or not rows:
        return None
    half = len(rows) // 2
    first.remove(rows[half:])
    second.remove(rows[:half])
    name = _beside(ground.handed, str(ground.how["name"]))
    later = dt.datetime.fromisoformat(ground.line_of(entry)["received_at"]) + dt.timedelta(days=1)
    receipt = {**ground.line_of(entry), "file": name, "received_at": later.isoformat()}
    contents: dict[str, bytes | None] = {ground.handed.name: first.content(), name: second.content()}
    words = f"{len(rows)} 行分在两个文件,后一半在 {name}"
    return ground.in_files(
        contents, [], words, receipts={name: receipt, entry.file: ground.line_of(entry)}, also=(name,)
    )


@mutator
def carry_into_another_file(ground: Ground) -> Planted | None:
    """A row stands in a second file of the ledger too, key and all; of another department where ``other_department`` is set."""
    entry, paper = ground.handed.entry, ground.paper()
    wanted = bool(ground.how.get("other_department"))
    for other in ground.office.of_year((entry.ledger,)):
        theirs = other.paper()
        is_other = other.entry.department_code != entry.department_code
        if other.name == ground.handed.name or is_other != wanted or theirs is None or paper is None:
            continue
        rows, of_other = ground.rows(paper), ground.office.rows(other)
        if not rows or not of_other or type(theirs) is not type(paper) or theirs.unit != paper.unit:
            continue
        row, last = rows[0], of_other[-1]["_row"]
        number = theirs.repeat(last, last)
        for column in ground.handed.contract.columns:
            if column.name in theirs.places and column.name in paper.places:
                theirs.write(number, column.name, paper.read(row["_row"], column.name))
        words = f"与 {ground.handed.name} 第 {row['_row']} 行是同一笔"
        return ground.in_files(
            {other.name: theirs.content()}, [number], words, file=other.name, also=(ground.handed.name,)
        )
    return None
