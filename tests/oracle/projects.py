"""The score of each project with an approved form, from the forms, the budget and the payments; and where the warehouse says otherwise."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle.cells import day, number, plain, words
from oracle.drop import DEPARTMENT, Drop, pick
from oracle.figures import FORM, Office, seed, valid

Score = tuple[Decimal | None, list[Decimal | None], Decimal | None]
"""Points of the budget rate, of each indicator in order, and the total."""
NAME = ["指标名称", "三级指标"]


def cents(value: Fraction) -> Decimal:
    """Half up, to two places."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def forms(office: Office) -> dict[str, list[dict[str, str]]]:
    """The indicators of each approved form of the year, by project."""
    found: dict[str, list[dict[str, str]]] = {}
    tables = office.drop.replaced(office.drop.forms("performance_targets", FORM, ["指标名称|三级指标", "一级指标"]))
    for table in tables:
        if table.file.year == office.year and day(pick(table.labels, ["批复日期"])):
            rows = [row for row in table.rows if words(pick(row, NAME))]
            found.setdefault(pick(table.labels, ["项目编码"]) or "", rows)
    return found


def share(office: Office, row: dict[str, str], weight: Decimal) -> Fraction | None:
    """How much of its points an indicator earns; None where nobody can say."""
    target, actual = words(pick(row, ["年度指标值", "指标值"])), words(pick(row, ["实际完成值", "完成值"]))
    if target is None or actual is None:
        return None
    sign = plain(pick(row, ["指标性质", "计算符号"]))
    if sign == "定性":
        grades = {
            plain(g["words"]): g for g in seed("project_evaluation/project_judgement_grades") if valid(g, office.year)
        }
        grade = grades.get("达成" if actual == target else actual)
        own = number(pick(row, ["自评得分", "指标得分"]))
        if grade is None or (own is None and grade["grade"] != "达成"):
            return None
        given = Fraction(1) if own is None else Fraction(own) / Fraction(weight)
        return min(max(given, Fraction(grade["low_pct"]) / 100), Fraction(grade["high_pct"]) / 100)
    aim, done = number(target), number(actual)
    if aim is None or done is None:
        return None
    is_reached = {"≥": done >= aim, "≤": done <= aim, "=": done == aim}[sign]
    if is_reached:
        return Fraction(1)
    if aim <= 0:
        return Fraction(0)
    return Fraction(max(done, Decimal(0))) / Fraction(aim) if done < aim else Fraction(aim) / Fraction(done)


def budget_rates(office: Office) -> dict[str, Fraction]:
    """What each project spent of its budget, at most all of it; nobody can say in a year without a payment of the department."""
    payments = office.payments()
    if not payments:
        return {}
    budget: defaultdict[str, Decimal] = defaultdict(Decimal)
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    of_allocation = _projects_of(office, "budget_allocations", ["指标编号", "预算年度"], ["指标编号"])
    for row in office.allocations():
        budget[of_allocation[row["no"]]] += row["yuan"]
    of_voucher = _projects_of(office, "payments", ["支付申请号", "支付凭证号|凭证号"], ["支付凭证号", "凭证号"])
    for row in payments:
        spent[of_voucher[row["no"]]] += row["yuan"]
    return {
        code: min(max(Fraction(spent[code]) / Fraction(all_), Fraction(0)), Fraction(1))
        for code, all_ in budget.items()
        if all_
    }


def _projects_of(office: Office, ledger: str, anchors: list[str], numbers: list[str]) -> dict[str, str]:
    tables = office.drop.tables(ledger, anchors)
    return {
        pick(row, numbers) or "": pick(row, ["项目编码", "项目代码"]) or ""
        for table in (office.drop.replaced(tables) if ledger == "payments" else tables)
        for row in table.rows
    }


def scores(office: Office) -> dict[str, Score]:
    """The score of each project with an approved form."""
    (full,) = (
        Decimal(part["points"])
        for part in seed("project_evaluation/project_score_parts")
        if part["part"] == "预算执行率" and valid(part, office.year)
    )
    rates = budget_rates(office)
    found = {}
    for code, rows in forms(office).items():
        weights = [number(pick(row, ["权重", "分值"])) or Decimal(0) for row in rows]
        shares = [share(office, row, weight) for row, weight in zip(rows, weights, strict=True)]
        parts = [None if s is None else cents(Fraction(w) * s) for s, w in zip(shares, weights, strict=True)]
        execution = cents(Fraction(full) * rates[code]) if code in rates else None
        known = [part for part in (execution, *parts) if part is not None]
        is_whole = len(known) == len(parts) + 1 and sum(weights) + full == 100
        found[code] = (execution, parts, sum(known, Decimal(0)) if is_whole else None)
    return found


def project_differences(database: Path, raw: Path, years: tuple[int, ...] = (2022, 2023)) -> list[str]:
    """Every project of the first department on which warehouse and oracle disagree."""
    drop = Drop(raw, DEPARTMENT)
    with duckdb.connect(str(database), read_only=True) as connection:
        return [text for year in years for text in differences_of(connection, Office(drop, year))]


def differences_of(connection: duckdb.DuckDBPyConnection, office: Office) -> list[str]:
    """Every project of an office's year on which warehouse and oracle disagree."""
    key = [office.drop.department, office.year]
    where = "where department_code = ? and fiscal_year = ?"
    points: defaultdict[str, list[Any]] = defaultdict(list)
    for code, score in connection.execute(
        f"select project_code, score from evaluation.project_indicator_scores {where} order by project_code, indicator_no",
        key,
    ).fetchall():
        points[code].append(score)
    theirs = {
        code: (execution, points[code], total)
        for code, execution, total in connection.execute(
            f"select project_code, execution_score, computed_score from evaluation.project_scores {where}", key
        ).fetchall()
    }
    ours = scores(office)
    return [
        f"{office.year} project {code}: {theirs.get(code)} is not {ours.get(code)}"
        for code in sorted(theirs.keys() | ours.keys())
        if theirs.get(code) != ours.get(code)
    ]
