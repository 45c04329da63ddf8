"""Print the figures of the current published version beside the texts of the published 2023 report, and say which agree."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import duckdb
from rich.console import Console
from rich.table import Table

from acceptance.report import REPORT_YEAR, agrees, reported_figures
from dagster_project.settings import Settings

WIDE = 120
"""Columns of the table where the output is no terminal."""
FIGURES = """
    select figure_id, label_zh, display_text, value, evidence_count
    from evaluation.figures
    where fiscal_year = ? and department_code = ?
    order by figure_id
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison; returns 1 where a figure differs from the report, 0 for a year that has no report here."""
    parser = argparse.ArgumentParser(prog="python -m acceptance", description=__doc__)
    parser.add_argument("--year", type=int, default=REPORT_YEAR)
    year = parser.parse_args(arguments).year
    if year != REPORT_YEAR:
        return 0
    report, settings = reported_figures(), Settings()
    with duckdb.connect(str(settings.serving_dir / "current" / "published.duckdb"), read_only=True) as connection:
        figures = connection.execute(FIGURES, [year, settings.department_code]).fetchall()
    table = Table(title="与已公布的 2023 年度报告对照")
    for name in ("数字", "名称", "仓库", "报告", "佐证行数", ""):
        table.add_column(name)
    agreed = 0
    for figure_id, label, text, value, count in figures:
        if figure_id not in report:
            continue
        reported = report[figure_id]
        is_equal = agrees(reported, text, value)
        agreed += is_equal
        table.add_row(figure_id, label, text, reported.text, f"{count:,}", "一致" if is_equal else "不一致")
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE).print(table)
    print(f"{agreed} / {len(report)} 个数字与报告一致")
    return 0 if agreed == len(report) else 1


if __name__ == "__main__":
    sys.exit(main())
