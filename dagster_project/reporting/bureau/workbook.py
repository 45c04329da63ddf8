"""The bureau's view as a workbook, a sheet for each list; and the few lines that a terminal shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dagster_project.reporting.bureau.reading import BureauYear
from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook

WHO = (Column("department_code", "部门编码", "raw"), Column("department_name", "部门"))
CAUTION = "各部门职责和任务不同,名次和百分位只供查找问题,不代表工作优劣。"
SHEETS: dict[str, tuple[str, Sequence[Column], Sequence[float], str]] = {
    "totals": (
        "总分排名",
        (
            *WHO, Column("kind_name", "层级", "centre"), Column("score", "总分", "points"), Column("place", "名次", "count"),
            Column("comparable_count", "同类个数", "count"), Column("percentile", "百分位", "points"),
            Column("lower_quartile_pct", "下四分位(%)", "points"), Column("median_pct", "中位(%)", "points"),
            Column("upper_quartile_pct", "上四分位(%)", "points"), Column("robust_z", "修正Z值", "points"),
            Column("caution_zh", "提醒"),
        ),
        (12, 26, 10, 9, 7, 9, 9, 12, 10, 12, 10, 46),
        CAUTION,
    ),
    "consolidated": (
        "主管部门汇总",
        (
            Column("department_code", "主管部门编码", "raw"), Column("department_name", "主管部门"), Column("label_zh", "指标数"),
            Column("value", "汇总数", "points"), Column("unit", "单位", "centre"), Column("department_count", "部门个数", "count"),
            Column("missing_count", "缺数个数", "count"), Column("twice_value", "剔除重复", "points"),
            Column("transferred_value", "剔除组内拨付", "points"),
        ),
        (13, 26, 24, 14, 8, 9, 9, 13, 13),
        "两级都报的行只计一次;组内拨付从支出和相应指标中剔除;比率由合计的分子、分母计算。",
    ),
    "indicators": (
        "指标对照",
        (
            Column("indicator_no", "序号", "count"), Column("indicator_name", "指标"), *WHO, Column("kind_name", "层级", "centre"),
            Column("weight", "分值", "points"), Column("score", "得分", "points"), Column("score_pct", "得分率(%)", "points"),
            Column("place", "名次", "count"), Column("comparable_count", "同类个数", "count"),
            Column("median_pct", "中位(%)", "points"), Column("robust_z", "修正Z值", "points"),
        ),
        (6, 30, 12, 26, 10, 8, 8, 10, 7, 9, 10, 10),
        CAUTION,
    ),
    "deductions": (
        "共性扣分",
        (
            Column("indicator_no", "序号", "count"), Column("indicator_name", "指标"), Column("scored_count", "有得分部门", "count"),
            Column("deducted_count", "扣分部门", "count"), Column("points_lost", "扣分合计", "points"),
            Column("lost_pct", "扣分占比(%)", "points"), Column("common_reason_zh", "最常见的原因"),
        ),
        (6, 34, 11, 10, 10, 12, 60),
        "按扣分合计从多到少。",
    ),
    "unusual": (
        "异常得分",
        (
            *WHO, Column("indicator_no", "序号", "count"), Column("indicator_name", "指标"), Column("score_pct", "得分率(%)", "points"),
            Column("median_pct", "同类中位(%)", "points"), Column("robust_z", "修正Z值", "points"), Column("caution_zh", "提醒"),
        ),
        (12, 26, 6, 34, 11, 12, 10, 46),
        "与同类部门的中位数相差悬殊的得分,先核实,不直接扣分。",
    ),
    "lateness": (
        "报送情况",
        (
            *WHO, Column("owed_count", "应报", "count"), Column("on_time_count", "按期", "count"), Column("late_count", "迟报", "count"),
            Column("missing_count", "缺报", "count"), Column("pending_count", "待报", "count"),
            Column("longest_days", "最长逾期(天)", "count"), Column("late_pct", "迟报缺报(%)", "points"),
        ),
        (12, 26, 8, 8, 8, 8, 8, 12, 12),
        "迟报和缺报占已到期应报份数,从高到低。",
    ),
    "sampling": (
        "复核抽样",
        (
            *WHO, Column("reason_zh", "列入与否"), Column("risk_points", "风险分", "points"), Column("amount_points", "金额", "points"),
            Column("score_points", "得分", "points"), Column("lateness_points", "报送", "points"), Column("unusual_points", "异常", "points"),
            Column("spending_wan", "支出(万元)", "points"), Column("score", "总分", "points"),
        ),
        (12, 26, 22, 9, 8, 8, 8, 8, 14, 9),
        "风险分达到必查线的必查,其余按风险分随机抽取;种子固定,同样的数据抽出同样的部门。",
    ),
    "results": (
        "结果应用",
        (
            *WHO, Column("score", "总分", "points"), Column("rating", "等级", "centre"), Column("budget_year", "预算年度", "centre"),
            Column("budget_wan", "评价年度预算(万元)", "points"), Column("consequence_zh", "结果应用"), Column("budget_zh", "预算处理"),
            Column("basis_zh", "依据"),
        ),
        (12, 26, 9, 7, 9, 16, 24, 44, 40),
        "等级与下年度预算的挂钩见 seeds/bureau/result_consequences.csv。",
    ),
}  # fmt: skip
"""Of each list: the name of its sheet, columns, widths, and the line below the heading."""
SHOWN = 10


def write_workbook(path: Path, told: BureauYear) -> None:
    """Write the workbook.

    Raises:
        OSError: it could not be written.
    """
    footer = f"{told.fiscal_year} 年度各部门 版本 {told.version}"
    with new_workbook(path) as workbook:
        book = Book(workbook)
        for name, (title, columns, widths, line) in SHEETS.items():
            sheet = Sheet(book, title, widths, footer)
            sheet.heading(f"{told.fiscal_year} 年度{title}", lines=[line])
            sheet.table(columns, told.lists[name])


def lines_of(told: BureauYear) -> Iterator[str]:
    """The view in some lines: how many departments, the ranking, what is common, who is late, whom to review."""
    lists = told.lists
    yield f"{told.fiscal_year} 年度:{len(told.handing_in):,} 个部门报送,归 {told.competent_count:,} 个主管部门(版本 {told.version})"
    yield CAUTION
    yield "总分(层级 名次/同类个数 总分 部门):"
    yield from _first(
        [f"{row['kind_name']} {row['place']}/{row['comparable_count']}  {_number(row['score'])}  {_who(row)}" for row in lists["totals"]]
    )  # fmt: skip
    yield "共性扣分:"
    yield from _first(
        [
            f"{row['indicator_name']}:{row['deducted_count']}/{row['scored_count']} 个部门扣分,共 {_number(row['points_lost'])} 分"
            for row in lists["deductions"]
            if row["deducted_count"]
        ]
    )
    yield f"迟报或缺报:{len(told.late):,} 个部门"
    yield from _first([f"{_who(row)}:迟报 {row['late_count']}、缺报 {row['missing_count']}" for row in told.late])
    yield f"列入复核:{len(told.drawn):,} 个部门"
    yield from _first([f"{_who(row)}:风险分 {_number(row['risk_points'])},{row['reason_zh']}" for row in told.drawn])
    if lists["unusual"]:
        yield f"异常得分:{len(lists['unusual']):,} 处"
        yield from _first(
            [f"{_who(row)} {row['indicator_name']}:得分率 {_number(row['score_pct'])}%,同类中位 {_number(row['median_pct'])}%" for row in lists["unusual"]]
        )  # fmt: skip


def _number(value: object) -> str:
    return plain_number(value, 2) if value is not None else "—"  # type: ignore[arg-type]


def _who(row: Row) -> str:
    return f"{row['department_code']} {row['department_name']}"


def _first(lines: list[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  另有 {len(lines) - SHOWN:,} 行;全部:--xlsx 文件"
