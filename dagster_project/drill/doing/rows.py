"""Faults in rows: some are missing, stand twice, or slipped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dagster_project.drill.office import Row
from dagster_project.drill.paper import GridPaper, Paper
from dagster_project.drill.planting import Ground, Planted, mutator, text_of


@mutator
def leave_out(ground: Ground) -> Planted | None:
    """A ``share`` of the rows is not there; totals stay where there are any unless ``totals`` is ``with``: nobody can tell then."""
    share = float(ground.how["share"])
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or not rows:
        return None
    gone = [row["_row"] for row in rows[: max(1, round(len(rows) * share))]]
    if ground.how.get("totals") == "with":
        gone += _below(paper, ground)
    paper.remove(gone)
    return ground.planted(paper, [], f"{len(rows)} 行中缺 {min(len(gone), len(rows))} 行")


@mutator
def leave_out_those(ground: Ground) -> Planted | None:
    """All rows that meet the kind's condition are not there, with the totals below."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    everything = ground.office.rows(ground.handed)
    if not paper or not rows or len(rows) == len(everything):
        return None
    paper.remove([*(row["_row"] for row in rows), *_below(paper, ground)])
    return ground.planted(paper, [], f"{len(everything)} 行中缺 {len(rows)} 行({ground.how.get('words', '')})")


@mutator
def cut_tail(ground: Ground) -> Planted | None:
    """The file ends after a ``share`` of its rows, with nothing below."""
    paper = ground.paper()
    rows = sorted(row["_row"] for row in ground.rows(paper)) if paper else []
    if not paper or not rows:
        return None
    first = rows[max(1, round(len(rows) * float(ground.how["share"])))]
    paper.remove(range(first, paper.last_row + 1))
    return ground.planted(paper, [], f"只导出了前 {sum(1 for row in rows if row < first)} 行,共 {len(rows)} 行")


@mutator
def leave_only_header(ground: Ground) -> Planted | None:
    """Nothing stands below the header."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or not rows or not paper.header_row:
        return None
    paper.remove(range(paper.header_row + 1, paper.last_row + 1))
    return ground.planted(paper, [], f"只有表头,{len(rows)} 行都没有")


@mutator
def spoil_all(ground: Ground) -> Planted | None:
    """A required cell of every row holds what it may not."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    columns = ground.columns(paper) if paper else []
    if not paper or not rows or not columns or len(rows) != len(ground.office.rows(ground.handed)):
        return None
    for row in rows:
        paper.write(row["_row"], columns[0].name, str(ground.how["value"]))
    return ground.planted(paper, [], f"{len(rows)} 行的 {columns[0].name} 都写成“{ground.how['value']}”")


def new_key(paper: Paper, ground: Ground, number: int, row: Row) -> bool:
    """Give a row a key that the file does not have yet; False where the key has no number at its end."""
    for name in ground.handed.contract.key:
        text = paper.read(number, name) if name in paper.places else ""
        found = re.fullmatch(r"(.*?)(\d+)", text)
        if not found or text_of(row[name]) != text:
            continue
        for step in range(1, 400):
            typed = f"{found[1]}{int(found[2]) + 500 + step:0{len(found[2])}d}"
            if len(typed) == len(text) and typed not in ground.known(name):
                paper.write(number, name, typed)
                return True
    return False


@mutator
def repeat_with_new_keys(ground: Ground) -> Planted | None:
    """Rows stand twice, the second time with a key of their own."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or not rows or not ground.handed.contract.key:
        return None
    chosen: Sequence[Row] = sorted(rows[: int(ground.how["count"])], key=lambda row: -row["_row"])
    added: list[int] = []
    for row in chosen:
        number = paper.repeat(row["_row"], row["_row"])
        if not new_key(paper, ground, number, row):
            return None
        added = [each + 1 for each in added] + [number]
    return ground.planted(paper, sorted(added), f"{len(added)} 行重复录入,编号另编")


@mutator
def repeat(ground: Ground) -> Planted | None:
    """A row stands twice, key and all."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or not rows:
        return None
    number = paper.repeat(rows[0]["_row"], rows[0]["_row"])
    return ground.planted(paper, [number], "与上一行完全相同")


@mutator
def shift(ground: Ground) -> Planted | None:
    """One cell too many moves the rest of a row to the right."""
    for paper, column, rows in ground.spots():
        if isinstance(paper, GridPaper):
            paper.shift(rows[0]["_row"], column.name, str(ground.how["value"]))
            return ground.planted(paper, [rows[0]["_row"]], f"在 {column.name} 之前多一个单元格“{ground.how['value']}”")
    return None


def _below(paper: Paper, ground: Ground) -> list[int]:
    """The rows below the last data row: totals and notes."""
    last = max(row["_row"] for row in ground.office.rows(ground.handed) if (row["_sheet"] or "") == paper.sheet)
    return list(range(last + 1, paper.last_row + 1))
