"""Data quality as documents print it: a statement that is computed from results, the checks with issues, and the issues."""

from __future__ import annotations

import re

from dagster_project.quality.issue_report import (
    ACCEPTED,
    OPEN,
    IssueReport,
    Row,
    effects_text,
    no_effect_text,
    place_text,
)

STATES = {OPEN: "未处理", ACCEPTED: "已认可", "noted": "告知"}
SHOWN_EFFECTS = 12
COLUMN_HINT = re.compile(r"\([^()]*\b[a-z]+(?:_[a-z]+)+\b[^()]*\)")
"""A bracket that names a column for whoever looks into the table; readers of documents have no use for it."""


def statement_text(report: IssueReport) -> str:
    """What was checked and what was found, of which nothing is claimed that is not so."""
    if not report.check_count:
        return "该版本由较早的程序发布,没有逐项记录检查结果。"
    clean = report.check_count - len(report.checks)
    text = f"发布前对台账、勾稽关系和各表规则逐项检查 {report.check_count:,} 项:{clean:,} 项没有疑点"
    if not report.checks:
        return f"{text}。"
    text += f",{len(report.checks):,} 项有疑点"
    text += f";其中未处理 {report.open_count:,} 处,已认可 {report.accepted_count:,} 处"
    if report.noted_count:
        text += f",仅告知 {report.noted_count:,} 处"
    for check_id, words in (
        ("rejected_row", "退回的行 {:,} 行"),
        ("refused_file", "整份退回的文件 {:,} 个"),
        ("held_file", "待确认的文件 {:,} 个"),
        ("held_back_file", "没有通过发布前检查、暂缓发布的文件 {:,} 个"),
        ("missing_period", "缺少或不全的台账 {:,} 期"),
    ):
        for check in report.checks:
            if check["check_id"] == check_id:
                text += "," + words.format(check["issue_count"])
    return f"{text}。未载入的行和文件不计入任何数字,影响多少无从计算。"


def check_words(report: IssueReport, check: Row) -> dict[str, str]:
    """A check with issues in the words of a table."""
    effects = " ".join(
        filter(
            None, (effects_text(report, check["check_id"], state, SHOWN_EFFECTS) for state in (OPEN, ACCEPTED, "noted"))
        )
    )
    return {
        "rule": COLUMN_HINT.sub("", check["rule_zh"]),
        "open": f"{check['open_count']:,}",
        "accepted": f"{check['accepted_count']:,}",
        "noted": f"{check['issue_count'] - check['open_count'] - check['accepted_count']:,}",
        "effects": effects or no_effect_text(report, check["check_id"]),
    }


def issue_words(issue: Row) -> dict[str, str]:
    """An issue in the words of a table; for the office only."""
    return {
        "state": STATES[issue["state"]],
        "where": place_text(issue) or "—",
        "what": "；".join(filter(None, (issue["key_text"], issue["value_zh"]))) or "—",
        "effect": issue["effect_zh"] or "—",
        "remedy": f"认可：{issue['reason_zh']}" if issue["reason_zh"] else issue["remedy_zh"] or "—",
    }
