"""The sheet on procurements and contracts: each with its clocks."""

from __future__ import annotations

from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet, Tables

OTHER_STATES = {"NOT_APPLICABLE": "—", "MISSING": "缺失"}
"""What the table says where a clock does not run, and where something that had to be done was not."""
CLOCKS = ("intention", "signing", "publication", "filing", "record", "finance", "payment")


def write_contracts(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """Every procurement with its clocks."""
    limits = {row["parameter"]: row for row in tables["parameters"]}
    words = [
        f"{name} {plain_number(limits[key]['value'])} {limits[key]['unit']}"
        for key, name in (
            ("intent_days", "意向公开提前"), ("sign_days", "签订"), ("publish_wd", "公告"),
            ("file_wd", "备案"), ("filing_limit_wd", "备案公开(计分)"), ("finance_file_wd", "报财务"),
        )
        if key in limits
    ]  # fmt: skip
    sheet.heading(
        f"{year.fiscal_year}年度采购与合同时效明细表",
        lines=[
            "天数自次日起算,遇法定节假日顺延;工作日按调休安排计算。" + (f"期限:{'、'.join(words)}。" if words else "")
        ],
    )
    names = {row["state"]: row["state_name"] for row in tables["clock_states"]}
    rows = []
    for row in tables["contracts"]:
        states = {clock: row[f"{clock}_state"] for clock in CLOCKS}
        rows.append(
            {
                **row,
                **{
                    f"{clock}_zh": OTHER_STATES.get(state) or names.get(state, state) for clock, state in states.items()
                },
            }
        )
    sheet.table(
        (
            Column("procurement_no", "采购编号", "raw"), Column("contract_no", "合同编号", "raw"),
            Column("chain_name", "名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("supplier_name", "供应商"), Column("amount_yuan", "合同金额(元)", "money"),
            Column("intention_days", "意向提前天数", "count"), Column("intention_zh", "意向公开", "centre"),
            Column("award_notice_on", "成交通知", "date"), Column("signed_on", "签订日期", "date"),
            Column("signing_days", "签订天数", "count"), Column("signing_zh", "合同签订", "centre"),
            Column("publication_working_days", "公告工作日", "count"), Column("publication_zh", "合同公告", "centre"),
            Column("filing_working_days", "备案工作日", "count"), Column("filing_zh", "合同备案", "centre"),
            Column("record_zh", "备案公开(计分)", "centre"),
            Column("finance_working_days", "报财务工作日", "count"), Column("finance_zh", "报财务", "centre"),
            Column("payment_days", "付款天数", "count"), Column("payment_zh", "付款", "centre"),
        ),
        rows,
    )  # fmt: skip
