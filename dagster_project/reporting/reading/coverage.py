"""What a year's figures go without: one line for each ledger and kind of file, with who owes it and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dagster_project.reporting.reading.published import rows_of

WORDS = {
    "missing": "缺",
    "refused": "整份退回",
    "held": "待确认",
    "wholly_rejected": "全部行退回",
    "empty": "空表",
    "unfinished": "没有期末月份",
    "not_due": "未到期",
}
REMEDIES = {
    "missing": "请补报",
    "refused": "请按退回原因改正 {file} 后重报",
    "held": "请在 received.csv 的“替换”列确认 {file},或再报一次",
    "wholly_rejected": "请按退回各行的说明改正 {file} 后重报",
    "empty": "{file} 没有数据行,请报送有数据的文件;确无事项的,在 submission_calendar.csv 为该部门写一行 may_be_empty 并注明依据",
    "unfinished": "请把 {file} 补到期末月份后重报",
    "not_due": "期限 {due_on},到期前报送",
}
"""What whoever owes the file does about it, by the state of the period."""


@dataclass(frozen=True)
class LackingLedger:
    """Periods of one ledger and kind of file that are in one state; ``is_lacking`` where figures are partial for it."""

    ledger: str
    ledger_zh: str
    kind_zh: str
    owner: str
    state: str
    is_lacking: bool
    periods: tuple[str, ...]
    file: str
    due_on: str
    figure_count: int

    @property
    def text_zh(self) -> str:
        """One line, such as ``缺 2023-07、2023-09 国库集中支付明细(payments),影响 16 个数字;办公厅行政处:请补报``."""
        name = self.ledger_zh + (f"({self.kind_zh})" if self.kind_zh else "")
        remedy = REMEDIES[self.state].format(file=self.file, due_on=self.due_on)
        return (
            f"{WORDS[self.state]} {'、'.join(self.periods)} {name}({self.ledger}),影响 {self.figure_count} 个数字;"
            f"{self.owner}:{remedy}"
        )


def lacking_ledgers(
    connection: duckdb.DuckDBPyConnection, fiscal_year: int, department_code: str
) -> tuple[LackingLedger, ...]:
    """What figures of a year go without, what is due before what is not; nothing in versions that do not tell it."""
    try:
        rows = rows_of(
            connection,
            """
            select ledger, ledger_zh, kind_zh, owner, state, is_lacking,
                list(distinct period order by period) as periods,
                string_agg(distinct file, '、' order by file) as file,
                max(due_on) as due_on, count(distinct figure_id) as figure_count
            from evaluation.figure_coverage
            where fiscal_year = $year and department_code = $department and (is_lacking or state = 'not_due')
            group by all
            order by is_lacking desc, ledger, kind_zh, state
            """,
            {"year": fiscal_year, "department": department_code},
        )
    except duckdb.CatalogException:
        return ()
    return tuple(
        LackingLedger(
            **{
                **row,
                "periods": tuple(row["periods"]),
                "file": row["file"] or "",
                "due_on": str(row["due_on"] or "—"),
            }
        )
        for row in rows
    )
