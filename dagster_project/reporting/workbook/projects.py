"""The sheet 项目自评汇总 of 附件1: each project with its money, its computed score, and the score of the ledger beside it."""

from __future__ import annotations

from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet

PROJECTS_QUERY = """
    select projects.*, scores.computed_score, scores.rating, scores.difference_points, scores.score_status,
        scores.differing_indicators_zh, scores.unscored_indicators_zh
    from marts.project_performance as projects
    left join evaluation.project_scores as scores using (department_code, fiscal_year, project_code)
    where department_code = $department and fiscal_year = $year
        and (projects.targets_filed_on is not null or projects.self_score is not null)
    order by project_code
"""
PROJECTS_WIDTHS = (5, 24, 14, 15, 15, 15, 8.5, 7, 7, 7, 7, 7, 7, 8, 8, 7, 6, 8, 7)
NO_FORM = "无批复目标"


def write_projects(sheet: Sheet, year: ScoredYear, tables: dict[str, list[Row]]) -> None:
    """The sheet: one row per project; where a computed score is lacking or differs too much, a line below says on what."""
    sheet.heading(
        f"{year.fiscal_year}年度项目支出绩效自评汇总表", lines=[f"项目 {len(tables['projects'])} 个;各项目的自评表另册"]
    )
    rows = [
        {**row, "no": number, "rating": row["rating"] or (NO_FORM if row["score_status"] is None else "不评")}
        for number, row in enumerate(tables["projects"], start=1)
    ]
    sheet.table(
        (
            Column("no", "序号", "count"), Column("project_name", "项目名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("initial_budget_yuan", "年初预算(元)", "money", total=True),
            Column("final_budget_yuan", "调整后预算(元)", "money", total=True),
            Column("spent_yuan", "实际支出(元)", "money", total=True),
            Column("rate_pct", "执行率", "percent", total_of=("spent_yuan", "final_budget_yuan")),
            Column("indicator_count", "绩效指标数", "count"), Column("quantitative_count", "其中定量", "count"),
            Column("reached_count", "定量达成", "count"), Column("targets_returned_count", "目标退回次数", "count"),
            Column("reports_due", "应报监控", "count"), Column("reports_on_time", "按期报送", "count"),
            Column("computed_score", "计算得分", "points"), Column("self_score", "自评得分", "points"),
            Column("difference_points", "差额", "points"), Column("rating", "等级", "centre"),
            Column("review_score", "复核得分", "points"), Column("review_gap_points", "复核分差", "points"),
        ),
        rows,
        "合计",
    )  # fmt: skip
    sheet.line(
        "计算得分按财预〔2020〕10号:预算执行率和批复的产出、效益、满意度指标逐项计分;差额为自评得分减计算得分;等级按计算得分。"
    )
    for row in rows:
        if row["differing_indicators_zh"]:
            sheet.line(
                f"{row['project_name']}:自评与计算相差 {row['difference_points']} 分,{row['differing_indicators_zh']}。"
            )
        if row["unscored_indicators_zh"]:
            sheet.line(f"{row['project_name']}:未计分的指标(不作零分)为{row['unscored_indicators_zh']}。")
