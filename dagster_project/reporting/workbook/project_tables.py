"""The sheets on targets and projects: what was to be reached, what each project did, and how it was monitored."""

from __future__ import annotations

from typing import Any

from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet, Tables

OVERALL = (("年度总体目标", "overall_target_zh"), ("年度总体目标完成情况", "overall_actual_zh"))
FAR_ABOVE = "完成值远超指标值,须说明指标值是否偏低"
"""What is asked of a target that was set too low, as it seems; nothing is deducted."""


def write_targets(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """The approved targets as first approved and as adjusted, beside what was reached, by the department and by the ledgers."""
    sheet.heading(f"{year.fiscal_year}年度部门整体支出绩效目标完成情况表")
    scored = {row["indicator_no"]: row for row in year.scorecard.duties}
    rows = []
    for row in tables["targets"]:
        own = scored.get(row["indicator_no"])
        unit = "" if row["operator"] == "定性" else row["unit"] or ""
        sign = "" if row["operator"] in ("定性", "区间") else row["operator"]
        rows.append(
            {
                **row,
                "target_zh": f"{sign}{row['target']}{unit}" if row["target"] else "未定",
                "first_zh": f"{sign}{row['first_target']}{unit}" if row["first_target"] else "—",
                "first_on": row["first_approved_on"] or "—",
                "actual_zh": f"{row['actual']}{unit}" if row["actual"] is not None else "未报",
                "held_zh": (own["actual_zh"] or "—") if own else "—",
                "points": own["weight"] if own else row["weight"],
                "score": _target_score(own),
                "reason": _target_reason(row, own),
            }
        )
    sheet.table(
        (
            Column("indicator_kind", "指标类型", "centre"), Column("indicator_no", "序号", "count"),
            Column("indicator_name", "绩效指标"), Column("first_zh", "年初批复值", "centre"),
            Column("first_on", "年初批复日期", "date"), Column("target_zh", "年度指标值", "centre"),
            Column("approved_on", "批复日期", "date"), Column("actual_zh", "全年完成值(自报)", "centre"),
            Column("held_zh", "计分完成值", "centre"), Column("points", "分值", "points", total=True),
            Column("score", "得分", "points", total=True), Column("reason", "偏差原因及改进措施"),
        ),
        rows,
        "合计",
    )  # fmt: skip
    for name, key in OVERALL:
        told = next((row[key] for row in tables["targets"] if row.get(key)), None)
        sheet.line(f"{name}:{told or '台账没有填报,请填写'}。")
    sheet.line(
        "以12月31日前最后批复的目标为准,年初批复值和日期只在年中调整过的指标列出。能按台账逐项计算的以计算值计分,自报值仅作核对;"
        "其余按自报值计分。批复分值合计与本指标分值不同的,按比例折算;分值为零的不计分,供参考;缺完成值的未计分,不作零分。"
    )


def _target_score(own: Row | None) -> Any:
    if own is None:
        return "不计分"
    if own["score"] is not None:
        return own["score"]
    return "未计分" if own["score_status"] == "MISSING_DATA" else "—"


def _target_reason(row: Row, own: Row | None) -> str:
    if own is not None and own["deduction_reason_zh"]:
        return own["deduction_reason_zh"]
    if own is not None and own.get("is_far_above"):
        return FAR_ABOVE
    if own is None and row["is_reached"] is False:
        return "未达到年度指标值,须说明原因"
    return "无偏差"


def write_monitoring(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """Every monitoring report that was due of the projects above the threshold."""
    threshold = next((row for row in tables["parameters"] if row["parameter"] == "monitor_threshold_yuan"), None)
    note = f"标准:年初预算 {plain_number(threshold['value'])} {threshold['unit']}(含)以上。" if threshold else ""
    count = len({row["project_code"] for row in tables["monitored"]})
    sheet.heading(
        f"{year.fiscal_year}年度500万元以上项目绩效运行监控表",
        lines=[f"{note}按年初预算判断,不按调整后预算;共 {count} 个项目"],
    )
    rows = [
        {**row, "on_time": "按期" if row["is_on_time"] else "逾期" if row["filed_on"] else "未报"}
        for row in tables["monitored"]
    ]
    sheet.table(
        (
            Column("project_name", "项目名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("initial_budget_yuan", "年初预算(元)", "money"), Column("period_name", "监控期间", "centre"),
            Column("spent_yuan", "累计支出(元)", "money"), Column("spending_progress_pct", "支出进度", "percent"),
            Column("target_progress_pct", "目标进度", "percent"), Column("gap_points", "差距(百分点)", "points"),
            Column("deviation_zh", "偏差"), Column("measure_taken_zh", "采取的措施"),
            Column("due_on", "应报日期", "date"), Column("filed_on", "报送日期", "date"), Column("on_time", "按期", "centre"),
        ),
        rows,
    )  # fmt: skip
