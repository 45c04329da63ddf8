"""Faults of files that take the place of a sound one: handed in again with less, or with something else."""

from __future__ import annotations

from decimal import Decimal

from dagster_project.drill.doing.rows import new_key
from dagster_project.drill.planting import Ground, Planted, header_of, mutator, text_of
from dagster_project.ingestion.units import UNIT_IN_YUAN


@mutator
def replace_with_smaller_sum(ground: Ground) -> Planted | None:
    """The file comes again with every amount ``by`` as large."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    columns = ground.columns(paper) if paper else []
    if not paper or not rows or not columns:
        return None
    column, by = columns[0], Decimal(str(ground.how["by"]))
    for row in rows:
        if row[column.name]:
            paper.write(
                row["_row"],
                column.name,
                (row[column.name] * by).quantize(Decimal("0.01")) / UNIT_IN_YUAN[paper.unit or "元"],
            )
    return ground.planted(paper, [], f"重报的 {header_of(column)} 只有原来的 {by:%}")


@mutator
def replace_with_other_keys(ground: Ground) -> Planted | None:
    """The file comes again, and none of its keys was there before."""
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or not rows:
        return None
    for row in rows:
        if not new_key(paper, ground, row["_row"], row):
            return None
    key = ground.handed.contract.key[0]
    return ground.planted(
        paper, [], f"重报的 {len(rows)} 行编号全部不同,如 {text_of(rows[0][key])} → {paper.read(rows[0]['_row'], key)}"
    )
