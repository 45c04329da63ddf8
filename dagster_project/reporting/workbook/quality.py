"""The sheets of the workbook on data quality: a statement for each indicator, and the issues with their effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dagster_project.quality.issue_report import acceptance_lines
from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.quality_words import check_words, issue_words, statement_text
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet

ISSUES_SHEET = "数据质量疑点"
ISSUES_WIDTHS = (10, 30, 30, 34, 34, 38)


def quality_tables(year: ScoredYear, edition: str) -> dict[str, list[Row]]:
    """The rows of the issues' sheet: of the public edition counts and effects only."""
    report = year.quality
    tables = {
        "quality": [{"text": statement_text(report), "is_internal": edition == "internal"}],
        "quality_checks": [
            {**check_words(report, check), "kind": check["check_kind"], "id": check["check_id"]}
            for check in report.checks
        ],
        "quality_issues": [],
        "quality_acceptances": [],
    }
    if edition == "internal":
        rules = {check["check_id"]: check["rule_zh"] for check in report.checks}
        tables["quality_issues"] = [
            {**issue_words(issue), "rule": rules[issue["check_id"]]}
            for issue in report.issues
            if issue["check_id"] in rules
        ]
        tables["quality_acceptances"] = [{"text": text} for text in acceptance_lines(report)]
    return tables


def write_issues(sheet: Sheet, year: ScoredYear, tables: Mapping[str, Sequence[Row]]) -> None:
    """The checks with issues and what figures stand on them; below, for the office, every issue that is listed."""
    statement = tables["quality"][0]
    sheet.heading(f"{year.fiscal_year}年度数据质量疑点", lines=[statement["text"]])
    sheet.gap()
    sheet.line("一、有疑点的检查和影响的数字", bold=True, font_size=10)
    sheet.table(
        (
            Column("kind", "种类", "centre"), Column("rule", "检查(应当成立的)"), Column("open", "未处理(处)", "centre"),
            Column("accepted", "已认可(处)", "centre"), Column("effects", "影响的数字(疑点行的份额)"), Column("id", "检查名称", "raw"),
        ),
        tables["quality_checks"],
        repeat=False,
    )  # fmt: skip
    sheet.gap()
    if not statement["is_internal"]:
        sheet.line("逐行明细、责任处室和认可理由载于内部版。")
        return
    sheet.line("二、疑点明细", bold=True, font_size=10)
    sheet.table(
        (
            Column("state", "状态", "centre"), Column("rule", "检查"), Column("where", "文件、工作表、行"), Column("what", "疑点"),
            Column("effect", "计入哪些数字"), Column("remedy", "整改办法或认可理由"),
        ),
        tables["quality_issues"],
        repeat=False,
    )  # fmt: skip
    sheet.line("疑点的影响是这些行在数字中的份额,不是差错的数额;已认可的须在有效期内,见 accepted.csv。")
    for row in tables["quality_acceptances"]:
        sheet.line(row["text"])


def write_statements(sheet: Sheet, year: ScoredYear, tables: Mapping[str, Sequence[Row]]) -> None:
    """How each indicator was verified, where it comes from, how exact it must be, its limits and what makes up for them."""
    sheet.heading(
        f"{year.fiscal_year}年度数据质量说明",
        lines=["每项指标五个方面:如何核验、从何而来、需要多准、有何局限、如何弥补"],
    )
    rows = [
        {**row, "no": number, "verification_zh": ";".join(filter(None, (row["verification_zh"], row.get("checks_zh"))))}
        for number, row in sorted(year.statements.items())
    ]
    sheet.table(
        (
            Column("no", "序号", "count"), Column("level3", "三级指标"), Column("verification_zh", "如何核验"),
            Column("source_zh", "从何而来"), Column("accuracy_zh", "需要多准"), Column("limits_zh", "有何局限"),
            Column("compensation_zh", "如何弥补"), Column("rows_accepted", "载入行", "count"),
            Column("rows_rejected", "退回行", "count"), Column("finding_count", "提示", "count"),
        ),
        rows,
    )  # fmt: skip
