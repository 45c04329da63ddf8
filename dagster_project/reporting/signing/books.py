"""Whether the books of a year agree, as they must before it is certified."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.publishing import SignatureError
from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import tells

DIFFERS = "不符"
TABLE = "marts.books_reconciliation"


def refuse_unbalanced(version_dir: Path, fiscal_year: int, department_code: str) -> None:
    """Refuse to certify a year whose payments, accounts, balances and final accounts differ by more than is allowed.

    A version from before the books were reconciled has no such table; nothing is refused there.

    Args:
        version_dir: folder of a published version.
        fiscal_year: the year.
        department_code: the department.

    Raises:
        SignatureError: a line of the reconciliation differs; each is named with both sides, their difference and what to do.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        if not tells(connection, TABLE):
            return
        lines = connection.execute(
            f"""
            select name_zh, spending_kind, left_zh, left_yuan, right_zh, right_yuan, difference_yuan, why_zh
            from {TABLE}
            where department_code = ? and fiscal_year = ? and state = ? order by line_no, spending_kind
            """,
            [department_code, fiscal_year, DIFFERS],
        ).fetchall()
    if lines:
        told = ";".join(
            f"{name}({kind}):{left_zh} {left:,.2f} 元,{right_zh} {right:,.2f} 元,差 {difference:,.2f} 元,{why}"
            for name, kind, left_zh, left, right_zh, right, difference, why in lines
        )
        raise SignatureError(
            f"{fiscal_year} 年度账表不符,不能签发:{told}。改正台账并重新运行 jixiao nightly 后再签;各行见附件1“对账”"
        )
