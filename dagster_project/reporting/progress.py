"""How far a running year is: its figures to date, what they lack, which ledgers are late. One text per period, for the office itself."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.ingestion.sql import named_rows
from dagster_project.private_files import write_private
from dagster_project.publishing import DATABASE, current_version
from dagster_project.settings import Settings

FIGURES = """
    select department_code, label_zh, display_text, status, coverage_zh
    from evaluation.figures where fiscal_year = ? order by department_code, figure_id
"""
LACKING = """
    select distinct department_code, ledger_zh, kind_zh, period, owner, due_on, state_zh
    from evaluation.figure_coverage where fiscal_year = ? and is_lacking order by all
"""


def write_progress(settings: Settings, period: str) -> tuple[Path, str]:
    """Write the progress of the year of a period from what readers have now; returns the file and its text.

    Args:
        settings: where versions and documents lie.
        period: ``2024-03``, ``2024Q1``, ``2024H1`` or ``2024``; figures are to date, whatever ledgers came after its end.

    Raises:
        PublishError: nothing is published.
    """
    version = current_version(settings.serving_dir)
    year = int(period[:4])
    with duckdb.connect(str(version.path / DATABASE), read_only=True) as connection:
        figures = named_rows(connection.execute(FIGURES, [year]))
        lacking = named_rows(connection.execute(LACKING, [year]))
    lines = [f"# 进度通报 {period}", "", f"版本 {version.version};{year} 年到目前为止的数字。"]
    if not figures:
        lines += ["", f"{year} 年还没有收到任何台账。"]
    for department in dict.fromkeys(row["department_code"] for row in figures):
        own = [row for row in figures if row["department_code"] == department]
        late = [row for row in lacking if row["department_code"] == department]
        lines += ["", f"## 部门 {department}", "", "| 数字 | 到目前为止 | 说明 |", "|---|---:|---|"]
        lines += [f"| {row['label_zh']} | {row['display_text']} | {row['coverage_zh'] or ''} |" for row in own]
        lines += ["", f"逾期或不能用的台账 {len(late)} 期{':' if late else '。'}"]
        lines += [_lacking(row) for row in late]
    text = "\n".join(lines) + "\n"
    path = settings.reports_dir / str(year) / "进度" / f"{period}.md"
    write_private(path, text.encode())
    return path, text


def _lacking(row: dict[str, object]) -> str:
    kind = f"({row['kind_zh']})" if row["kind_zh"] else ""
    return f"- {row['ledger_zh']}{kind} {row['period']}:{row['state_zh']},最迟 {row['due_on']},请{row['owner']}处理"
