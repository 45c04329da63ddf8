"""Which columns each file of the evidence pack has, in their order."""

from __future__ import annotations

from dagster_project.reporting.pack.verifier.projects import PROJECT_INDICATORS, PROJECT_MONEY, PROJECTS

FIGURE_COLUMNS = (
    "figure_id", "label_zh", "label_en", "value", "unit", "status", "display_text", "evidence_count", "aggregation",
    "numerator_figure", "denominator_figure", "measure_unit", "units_per_figure_unit", "source_ledgers",
    "ledger_year_offset", "scope", "definition_zh", "mixed_basis_zh", "is_whole_year", "coverage_zh",
)  # fmt: skip
FILE_COLUMNS = ("number", "ledger", "file", "sha256", "received_on", "rows_accepted", "indicators", "copy")
SUBMISSION_COLUMNS = (
    "submission_id", "ledger", "fiscal_year", "period", "file", "sheet", "sha256", "received_at", "contract_version",
    "rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes",
)  # fmt: skip
JUDGEMENT_COLUMNS = (
    "indicator_no", "component_no", "judged_band", "judged_share_pct", "reason", "evidence_no", "judged_on",
    "submission_id", "sheet", "row_number",
)  # fmt: skip
TARGET_COLUMNS = (
    "indicator_no", "indicator_name", "indicator_kind", "operator", "target", "low_value", "high_value", "unit", "weight",
    "version", "approved_on", "first_target", "first_approved_on", "is_scored", "is_qualitative", "is_counted",
    "numerator_figure", "denominator_figure", "na_policy", "reason_zh", "actual", "actual_value", "grade",
    "grade_share_pct", "fault_zh", "evidence_no", "submission_id", "sheet", "row_number",
)  # fmt: skip
DUTY_COLUMNS = (
    "scheme_id", "fiscal_year", "department_code", "indicator_no", "level1", "level2", "level3", "indicator_kind", "weight",
    "numerator_figure", "denominator_figure", "operator", "target_zh", "version", "approved_on", "first_target_zh",
    "first_approved_on", "value", "actual_zh", "reported_zh", "is_counted", "target", "is_reached", "score",
    "score_status", "deduction_reason_zh", "evidence_count",
)  # fmt: skip
PROJECT_TABLES = {
    PROJECTS: (
        "project_scores", "project_code",
        ("project_code", "project_name", "initial_yuan", "budget_yuan", "spent_yuan", "execution_full", "execution_score",
         "execution_status", "output_score", "benefit_score", "satisfaction_score", "full_points", "points_so_far",
         "score_status", "computed_score", "rating", "ledger_score", "submission_id", "sheet", "row_number"),
    ),
    PROJECT_INDICATORS: (
        "project_indicator_scores", "project_code, indicator_no",
        ("project_code", "indicator_no", "level1", "level2", "indicator_name", "operator", "target_value", "unit", "full_points",
         "actual_value", "grade", "achieved_pct", "score_status", "score", "submission_id", "sheet", "row_number"),
    ),
    PROJECT_MONEY: (
        "project_money", "project_code, line_no",
        ("project_code", "line_no", "line_name", "is_total", "initial_yuan", "budget_yuan", "spent_yuan", "is_whole"),
    ),
}  # fmt: skip
"""The files on projects: table, order and columns of each; without free texts, which may name persons."""
ROW_COLUMNS = ("figure_id", "fact_key", "measure", "file", "sha256", "sheet", "row_number", "submission_id")
BAND_COLUMNS = (
    "scheme_id", "indicator_no", "component_no", "included_bound", "above", "up_to", "share_numerator",
    "share_denominator", "confidence", "source",
)  # fmt: skip
CHECK_COLUMNS = ("kind", "subject", "name", "rule", "stops_publishing", "passed")
CLOCK_COLUMNS = ("figure_id", "fact_key", "started_on", "due_on", "finished_on", "day_count", "day_unit_zh", "is_late")
REPORT_FIGURE_COLUMNS = ("figure_id", "label_zh", "value", "unit", "status", "display_text", "evidence_count")
