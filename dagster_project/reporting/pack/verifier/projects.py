"""The scores of projects computed again from their indicators and their money."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.numbers import number, rounded
from dagster_project.reporting.pack.verifier.report import Report

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table

PROJECTS = "results/project_scores.csv"
PROJECT_INDICATORS = "results/project_indicators.csv"
PROJECT_MONEY = "results/project_money.csv"
AMOUNTS = ("initial_yuan", "budget_yuan", "spent_yuan")
PARTS = (("产出指标", "output_score"), ("效益指标", "benefit_score"), ("满意度指标", "satisfaction_score"))
SCORED, PARTLY = "SCORED", ("SCORED", "PARTIAL")


def check_projects(pack: Pack, report: Report) -> None:
    """Each project: its money adds up, its points follow from money and indicators, its total from its points."""
    if PROJECTS not in pack.names:
        report.gap("佐证包没有项目自评得分(旧版佐证包),项目得分没有重算")
        return
    before, projects = len(report.faults), pack.table(PROJECTS)
    for project in projects:
        code = project["project_code"]
        name = f"{PROJECTS} 的项目 {code}"
        lines = [row for row in pack.table(PROJECT_MONEY) if row["project_code"] == code]
        indicators = [row for row in pack.table(PROJECT_INDICATORS) if row["project_code"] == code]
        _check_money(name, project, lines, report)
        _check_points(name, project, indicators, report)
    report.settle(before, f"{len(projects)} 个项目的资金、执行率得分、指标得分和总分重算,与结果表一致")


def _check_money(name: str, project: Row, lines: Table, report: Report) -> None:
    for column in AMOUNTS:
        parts = sum((Fraction(row[column] or 0) for row in lines if row["is_total"] != "True"), Fraction(0))
        if lines:
            report.same(f"{name} 的 {column}(各类资金之和)", parts, number(project[column]) or Fraction(0))
    budget, spent, full = (number(project[column]) for column in ("budget_yuan", "spent_yuan", "execution_full"))
    if project["execution_status"] in PARTLY and budget and spent is not None and full is not None:
        share = min(max(spent / budget, Fraction(0)), Fraction(1))
        report.same(f"{name} 的执行率得分", str(rounded(full * share)), project["execution_score"])


def _check_points(name: str, project: Row, indicators: Table, report: Report) -> None:
    for row in indicators:
        share, full = number(row["achieved_pct"]), number(row["full_points"])
        if row["score"] and not row["grade"] and share is not None and full is not None:
            most = min(max(share, Fraction(0)), Fraction(100))
            # The percentage is kept to eight places, so that points may differ in the last fen.
            if abs(rounded(full * most / 100) - rounded(Fraction(row["score"]))) > rounded(Fraction(1, 100)):
                report.same(f"{name} 的指标 {row['indicator_no']}", rounded(full * most / 100), row["score"])
    points = number(project["execution_score"]) or Fraction(0)
    for level, column in PARTS:
        scores = [Fraction(row["score"]) for row in indicators if row["level1"] == level and row["score"]]
        report.same(f"{name} 的{level}得分", sum(scores, Fraction(0)), number(project[column]) or Fraction(0))
        points += sum(scores, Fraction(0))
    report.same(f"{name} 的已得分", points, number(project["points_so_far"]))
    if project["score_status"] == SCORED:
        report.same(f"{name} 的总分", points, number(project["computed_score"]))
