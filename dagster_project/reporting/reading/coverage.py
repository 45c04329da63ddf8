"""What a year's figures go without: one line for each ledger and kind of file, with who owes it and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dagster_project.reporting.reading.published import rows_of, tells


@dataclass(frozen=True)
class LackingLedger:
    """Periods of one ledger and kind of file that are in one state; ``is_lacking`` where figures are partial for it."""

    ledger: str
    ledger_zh: str
    kind_zh: str
    owner: str
    state_zh: str
    is_lacking: bool
    periods: tuple[str, ...]
    remedy_zh: str
    figure_count: int

    @property
    def text_zh(self) -> str:
        """One line, such as ``缺 2023-07、2023-09 国库集中支付明细(payments),影响 16 个数字;办公厅行政处:请补报``."""
        name = self.ledger_zh + (f"({self.kind_zh})" if self.kind_zh else "")
        return (
            f"{self.state_zh} {'、'.join(self.periods)} {name}({self.ledger}),影响 {self.figure_count} 个数字;"
            f"{self.owner}:{self.remedy_zh}"
        )


def lacking_ledgers(
    connection: duckdb.DuckDBPyConnection, fiscal_year: int, department_code: str
) -> tuple[LackingLedger, ...]:
    """What figures of a year go without, what is due before what is not; nothing in versions that do not tell it."""
    if not tells(connection, "evaluation.figure_coverage", "remedy_zh"):
        return ()
    rows = rows_of(
        connection,
        """
        select ledger, ledger_zh, kind_zh, owner, state_zh, is_lacking,
            list(distinct period order by period) as periods,
            coalesce(
                string_agg(distinct remedy_zh, ';' order by remedy_zh) filter (is_lacking), max_by(remedy_zh, due_on)
            ) as remedy_zh,
            count(distinct figure_id) as figure_count
        from evaluation.figure_coverage
        where fiscal_year = $year and department_code = $department and (is_lacking or state = 'not_due')
        group by all
        order by is_lacking desc, ledger, kind_zh, state_zh
        """,
        {"year": fiscal_year, "department": department_code},
    )
    return tuple(LackingLedger(**{**row, "periods": tuple(row["periods"])}) for row in rows)
