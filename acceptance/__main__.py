"""Print the figures of the current published version beside the texts of the published 2023 report, and say which agree."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from dagster_project.settings import Settings

REPORT = Path(__file__).with_name("published_figures_2023.csv")
REPORT_YEAR = 2023
WIDE = 120
"""Columns of the table where the output is no terminal."""


def main() -> int:
    """Print the comparison; returns 1 where a figure differs from the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=REPORT_YEAR)
    year = parser.parse_args().year
    if year != REPORT_YEAR:
        return 0
    with REPORT.open(encoding="utf-8", newline="") as stream:
        report = {row["figure_id"]: row for row in csv.DictReader(stream)}
    with duckdb.connect(str(Settings().serving_dir / "current" / "published.duckdb"), read_only=True) as connection:
        figures = connection.execute(
            "select figure_id, label_zh, display_text, value, evidence_count from evaluation.figures where fiscal_year = ? and department_code = ? order by 1",
            [year, Settings().department_code],
        ).fetchall()
    table = Table(title="与已公布的 2023 年度报告对照")
    for name in ("数字", "名称", "仓库", "报告", "佐证行数", ""):
        table.add_column(name)
    agreed = 0
    compared = [figure for figure in figures if figure[0] in report]
    for figure_id, label, text, value, count in compared:
        row = report[figure_id]
        agrees = (
            text == row["report_text"] and value is not None and float(row["low"]) <= float(value) <= float(row["high"])
        )
        agreed += agrees
        table.add_row(figure_id, label, text, row["report_text"], f"{count:,}", "一致" if agrees else "不一致")
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE).print(table)
    print(f"{agreed} / {len(report)} 个数字与报告一致")
    return 0 if agreed == len(report) else 1


if __name__ == "__main__":
    sys.exit(main())
