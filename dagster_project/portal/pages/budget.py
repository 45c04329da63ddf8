"""The page on the budget: by month against the calendar, by fund, project, kind of spending; the three public expenses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.portal.blocks import (
    LEGEND_ZH,
    Card,
    Cards,
    Chart,
    Column,
    Heading,
    Page,
    Text,
    cell,
    number_for_chart,
    table_of,
)
from dagster_project.portal.pages.figures import figure_path
from dagster_project.portal.reading import PortalYear
from dagster_project.reporting.reading.published import OF_THE_YEAR

QUERIES = {
    "months": f"select * from marts.budget_execution_by_month where {OF_THE_YEAR} order by month_no",
    "funds": f"select * from marts.budget_execution_by_fund where {OF_THE_YEAR} order by fund_type",
    "projects": f"select * from marts.budget_execution_by_project where {OF_THE_YEAR} order by spending_kind, spent_yuan desc, project_code",
    "three_public": f"select * from marts.three_public_expenses where {OF_THE_YEAR} order by line_no",
    "public_funds": f"select * from marts.public_funds where {OF_THE_YEAR} order by department_economic_code",
    "units": f"""
        select coalesce(projects.responsible_unit, '未注明') as unit, count(*) as project_count,
            sum(execution.initial_yuan) as initial_yuan, sum(execution.budget_yuan) as budget_yuan, sum(execution.spent_yuan) as spent_yuan,
            cast(100 * sum(execution.spent_yuan) / nullif(sum(execution.budget_yuan), 0) as decimal(18, 6)) as rate_pct
        from marts.budget_execution_by_project as execution
        left join marts.project_performance as projects using (department_code, fiscal_year, project_code)
        where {OF_THE_YEAR} group by all order by budget_yuan desc, unit
    """,
    "departments": """
        select departments.department_code, departments.department_name, sum(funds.budget_yuan) as budget_yuan, sum(funds.spent_yuan) as spent_yuan,
            cast(100 * sum(funds.spent_yuan) / nullif(sum(funds.budget_yuan), 0) as decimal(18, 6)) as rate_pct
        from marts.budget_execution_by_fund as funds join marts.dim_department as departments using (department_code)
        join marts.department_tree as tree using (fiscal_year, department_code)
        where fiscal_year = $year and tree.ancestor_code = $department group by all order by 1
    """,
}  # fmt: skip
"""The queries of the page; they take ``$year`` and ``$department``."""
HEADLINES = ("budget.total", "spending.total", "spending.rate", "three_public.spent")
MONEY = (Column("initial_yuan", "年初预算(元)", "money"), Column("budget_yuan", "年度预算(元)", "money"),
         Column("spent_yuan", "累计支出(元)", "money"), Column("rate_pct", "支出率", "pct"))  # fmt: skip


def budget_page(told: PortalYear, forecast: Sequence[Any] = ()) -> Page:
    """The page on the budget of a year; ``forecast`` is what it says of the year's end."""
    rows, figures = told.budget, told.year.figures
    cards = [
        Card(figures[name]["label_zh"], figures[name]["display_text"], figures[name].get("coverage_zh") or "", told.link(figure_path(name)))
        for name in HEADLINES
        if name in figures
    ]  # fmt: skip
    three = (
        Column("line_name", "项目"), Column("initial_yuan", "年初预算(元)", "money"), Column("budget_yuan", "年度预算(元)", "money"),
        Column("spent_yuan", "支出(元)", "money"), Column("completion_text", "完成", "right"), Column("is_over_budget", "超预算", "flag"),
    )  # fmt: skip
    lines = [
        {
            **row,
            "line_name": "　" * (row["line_level"] - 1) + row["line_name"],
            "completion_text": _words(row["completion_text"]),
        }
        for row in rows["three_public"]
    ]
    blocks: list[Any] = [
        Cards(cards), Text(LEGEND_ZH + "支出率没有预算时为 —。", "note"), *forecast,
        Heading("按月与序时进度", "months"), *_months(told),
        Heading("本部门及所属单位", "departments"),
        table_of("各预算单位的预算和支出", (Column("department_name", "预算单位"), *MONEY[1:]), rows["departments"]),
        Heading("按责任处室", "units"),
        table_of("责任处室的项目预算和支出", (Column("unit", "责任处室"), Column("project_count", "项目数", "count"), *MONEY), rows["units"]),
        Heading("按项目", "projects"), _projects(told),
        Heading("按资金性质", "funds"), table_of("资金性质的预算和支出", (Column("fund_type_name", "资金性质"), *MONEY), rows["funds"]),
        Heading("“三公”经费", "three-public"), _three_public(told, three, lines),
        Heading("公用经费", "public-funds"),
        table_of("公用经费的预算和支出", (Column("department_economic_name", "经济分类"), *MONEY), rows["public_funds"]),
    ]  # fmt: skip
    return Page(told.link("budget.html"), "预算执行", "Budget execution", blocks, "budget")


def _words(text: str | None) -> str | None:
    """The share as the ledger of the account tells it; its sign for no base in words."""
    return text.replace("--%(基数为0,不可比)", "不可比(预算为 0)") if text else text


def _months(told: PortalYear) -> list[Any]:
    rows = told.budget["months"]
    columns = (
        Column("month_no", "月", "count"), Column("budget_yuan", "年度预算(元)", "money"), Column("spent_yuan", "当月支出(元)", "money"),
        Column("spent_to_date_yuan", "累计支出(元)", "money"), Column("spending_progress_pct", "支出进度", "pct"),
        Column("calendar_progress_pct", "序时进度", "pct"), Column("deviation_pp", "偏差(百分点)", "pp"),
    )  # fmt: skip
    table = table_of("各月预算执行", columns, rows, "序时进度为每月十二分之一。")
    series = [
        {"name": name, "values": [number_for_chart(row[key]) for row in rows], "texts": [cell(row[key], "pct").text for row in rows], "tone": tone}
        for name, key, tone in (("累计支出进度", "spending_progress_pct", "accent"), ("序时进度", "calendar_progress_pct", "muted"))
    ]  # fmt: skip
    if not rows:
        return [Text("本年度没有按月的支出。", "note")]
    return [
        Chart("months", "累计支出进度与序时进度", "lines", [f"{row['month_no']}月" for row in rows], series, "%", table)
    ]


def _projects(told: PortalYear) -> Any:
    columns = (
        Column("project_name", "项目"),
        Column("spending_kind", "支出类别"),
        *MONEY,
        Column("project_code", "项目编码"),
    )
    return table_of("项目预算执行,按支出大小", columns, told.budget["projects"], is_filtered=True)


def _three_public(told: PortalYear, columns: Any, lines: Any) -> Chart:
    rows = [row for row in told.budget["three_public"] if row["line_level"] > 1 and row["budget_yuan"] is not None]
    series = [
        {"name": name, "values": [number_for_chart(row[key] / 10_000) if row[key] is not None else None for row in rows], "texts": [cell(row[key], "wan").text for row in rows], "tone": tone}
        for name, key, tone in (("年度预算", "budget_yuan", "muted"), ("支出", "spent_yuan", "accent"))
    ]  # fmt: skip
    return Chart(
        "three-public",
        "“三公”经费预算和支出",
        "lying",
        [row["line_name"] for row in rows],
        series,
        "万元",
        table_of("“三公”经费", columns, lines),
    )
