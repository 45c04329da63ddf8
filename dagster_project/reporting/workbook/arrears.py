"""The sheet on what is owed to small and medium enterprises at the end of the year, which is published by 31 March of the next."""

from __future__ import annotations

from dagster_project.reporting.reading.published import OF_THE_YEAR, plain_number
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet, Tables

ARREARS_SHEET, ARREARS_TABLE = "中小企业逾期欠款", "sme_arrears"
ARREARS_WIDTHS = (13, 26, 16, 20, 15, 15, 15, 11, 11, 9, 13, 11, 34)
ARREARS_QUERIES = {
    ARREARS_TABLE: f"select * from marts.sme_arrears where {OF_THE_YEAR} order by payment_due_on, contract_no"
}


def write_arrears(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """Each contract whose term ran out unpaid by 31 December, and what must be published: how many, and how much."""
    rows = tables[ARREARS_TABLE]
    sheet.heading(f"{year.fiscal_year}年末逾期未付中小企业款项清单")
    sheet.table(
        (
            Column("contract_no", "合同编号", "raw"), Column("chain_name", "名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("supplier_name", "供应商"), Column("amount_yuan", "合同金额(元)", "money"),
            Column("paid_by_year_end_yuan", "年末已付(元)", "money"), Column("owed_yuan", "逾期未付(元)", "money"),
            Column("payment_started_on", "起算日", "date"), Column("payment_due_on", "付款截止日", "date"),
            Column("days_overdue", "逾期天数", "count"), Column("interest_yuan", "逾期利息(元)", "money"),
            Column("settled_on", "年后付清", "date"), Column("legal_basis", "依据"),
        ),
        rows,
    )  # fmt: skip
    told = [row["owed_yuan"] for row in rows if row["owed_yuan"] is not None]
    withheld = "" if len(told) == len(rows) else "(不含涉密合同)"
    sheet.line(
        f"应公开:年末逾期未付合同 {len(rows)} 份,金额 {plain_number(sum(told), 2)} 元{withheld};{rows[0]['publish_by']} 前公开。"
        "利息按未约定利率计算,约定高于此的从约定。"
    )
