"""Small pictures of numbers that Markdown can hold: bars of blocks beside the numbers that they stand for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.publishing import DATABASE

if TYPE_CHECKING:
    from dagster_project.reporting.reading.scorecard import Scorecard

BAR = 10
"""Blocks of a whole bar: ten percent each."""
PROGRESS = """
    select
        department_code, fiscal_year, month_no, budget_yuan, spent_to_date_yuan, spending_progress_pct, calendar_progress_pct
    from marts.budget_execution_by_month
    where spending_progress_pct is not null
    qualify row_number() over (partition by department_code, fiscal_year order by month_no desc) = 1
    order by department_code, fiscal_year
"""


def bar(share: Decimal | float | None) -> str:
    """A bar for a share of one; nothing where there is none, never longer than the whole, and whole only where all is there."""
    if share is None:
        return ""
    blocks = int(min(max(float(share), 0.0), 1.0) * BAR)
    return "█" * blocks + "░" * (BAR - blocks)


def budget_progress(version_dir: Path) -> str:
    """How much of each year's budget was spent by its last month with payments, as Markdown; empty where a version knows no budget."""
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        try:
            rows = connection.execute(PROGRESS).fetchall()
        except duckdb.CatalogException:  # a version of an office without that table
            return ""
    if not rows:
        return ""
    lines = ["| 部门 | 年度到 | 预算(万元) | 支出(万元) | 支出进度 | | 时间进度 |", "|---|---|---:|---:|---:|---|---:|"]
    for department, year, month, budget, spent, progress, calendar in rows:
        lines.append(
            f"| {department} | {year}-{month:02d} | {budget / 10000:,.2f} | {spent / 10000:,.2f} | {progress:.1f}% | {bar(progress / 100)} | {calendar:.1f}% |"
        )
    return "\n".join(lines)


def scorecard_picture(card: Scorecard) -> str:
    """The scorecard of a year as Markdown: each level-1 and level-2 indicator with a bar, then the indicators that cost points."""
    total = card.total
    rating = total["rating"] or "数据不齐,不评等级"
    lines = [
        f"**{card.department_name} {card.fiscal_year} 年 {total['score']} 分,{rating}**(方案 {card.scheme['scheme_id']})",
        "",
        "| 指标 | 得分 | 满分 | |",
        "|---|---:|---:|---|",
    ]
    for row in card.levels:
        name = f"**{row['level1']}**" if row["level"] == "level1" else f"{row['level1']} / {row['level2']}"
        lines.append(f"| {name} | {row['score']} | {row['weight']} | {bar(row['score'] / row['weight'])} |")
    lost = [row for row in card.indicators if row["score"] is not None and row["score"] < row["weight"]]
    if lost:
        lines += ["", "扣分的三级指标:", ""]
        lines += [
            f"- {row['indicator_no']} {row['level3']}:{row['score']} / {row['weight']}(扣 {row['weight'] - row['score']})"
            for row in lost
        ]
    return "\n".join(lines)
