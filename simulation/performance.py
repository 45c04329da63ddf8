"""Performance management of a year: targets of the department, monitoring, forecasts and self-evaluations of projects."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from simulation.allocate import exactly, stream, yuan
from simulation.handed_in import Group, Habits, HandedFile, Row, Sheet, beijing
from simulation.projects import IT_OPERATIONS, PROJECTS, Project

if TYPE_CHECKING:
    from simulation.office import Office

CORRECTED = "更正\uff08重报\uff09"
FOLLOWED = [p for p in PROJECTS if not p.is_basic or p.name in ("日常公用经费", "公务交通费用")]
MID_YEAR, FIRST_HALF, SECOND_HALF = "年中", "上半年", "下半年"
MID_YEAR_2022 = (IT_OPERATIONS, "人大会议经费", "其他运行经费")
NEVER_FILED_2022 = "人大制度研究经费"
FILED_LATE = {
    (2022, FIRST_HALF): ("专题调研经费",),
    (2022, SECOND_HALF): ("档案管理经费",),
    (2023, FIRST_HALF): ("代表建议督办经费",),
}
FILED_ON_THE_LAST_DAY = "人大立法经费"
CORRECTED_PROJECT = "人大宣传经费"
BEHIND_PCT = 20
FULL = Decimal(100)
ACTUALS = {
    2022: ("97.5", "87.5", "87.5", "87.5", "100", "基本顺利", "95.2"),
    2023: ("100", "100", "100", "100", "100", "顺利", "96.4"),
}
"""What the department reports for its indicators; the six of the report agree with the ledgers of its duties."""


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """What the finance division and the divisions hand in about the performance of a year."""
    yield _department_targets_file(year)
    yield from _monitoring_files(office, year)
    yield from _forecast_files(office, year)
    yield from _self_evaluation_files(office, year)


def department_targets(year: int) -> list[Row]:
    """The six indicators of the report and one on satisfaction without points; in 2023 one target was raised in August."""
    first, second = date(year, 2, 7 + (year == 2022)), date(2023, 8, 18)
    actuals = ACTUALS[year]
    indicators = [
        ("专项工作报告审议及时率", "产出", "≥", "100", "%", 5),
        ("讨论决定重大事项工作及时率", "产出", "≥", "100", "%", 5),
        ("决定重大事项讨论规范性", "产出", "=", "100", "%", 5),
        ("专项调研开展及时率", "产出", "≥", "100", "%", 5),
        ("立法审议结果公开度", "效益", "≥", "100", "%", 10),
        ("保障讨论决定重大事项工作顺利开展", "效益", "定性", "顺利", None, 10),
        ("人大代表满意度", "满意度", "≥", "90", "%", 0),
    ]
    rows: list[Row] = [
        {
            "indicator_no": n,
            "indicator_name": name,
            "indicator_kind": kind,
            "operator": operator,
            "target": target,
            "unit": unit,
            "weight": Decimal(weight),
            "actual": actuals[n - 1],
            "evidence_no": f"ZZ{year}-{n:02d}",
            "approved_on": first,
            "version": 1,
        }
        for n, (name, kind, operator, target, unit, weight) in enumerate(indicators, start=1)
    ]
    if year == 2023:
        raised = rows[3]
        rows[3] = {**raised, "target": "95", "actual": None, "evidence_no": None}
        rows.insert(4, {**raised, "approved_on": second, "version": 2})
    return rows


def _department_targets_file(year: int) -> HandedFile:
    habits = Habits(
        title=f"{year}年部门整体支出绩效目标表",
        groups=(Group("绩效指标", "indicator_no", "indicator_kind"), Group("目标值", "operator", "unit")),
        date_forms=("chinese", "dot"),
        nil_text="/",
        nil_columns=("unit",),
        footnotes=("注\uff1a定性指标填写文字\u3002",),
    )
    path = f"department_targets/{year}/{year}年部门整体支出绩效目标表.xlsx"
    sheet = Sheet("department_targets", department_targets(year), habits)
    return HandedFile(path, str(year), beijing(year + 1, 1, 12, 10, 20), [sheet])


def _spent_fen(office: Office, year: int, project: Project, since: date, until: date) -> int:
    """Paid from one day to another, less refunds of vouchers of the same year."""
    return sum(
        v.amount_fen
        for v in office.vouchers(year)
        if v.allocation.line.project == project
        and since <= v.cleared_on <= until
        and (v.original is None or v.original.cleared_on.year == year)
    )


def _budget_fen(office: Office, year: int, project: Project, until: date) -> int:
    return sum(
        a.amount_fen for a in office.budget(year).allocations if a.line.project == project and a.issued_on <= until
    )


def _percent(part: int, whole: int) -> Decimal:
    return (FULL * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def monitoring_rows(office: Office, year: int, period: str) -> list[Row]:
    """The records of one period; in 2022 only three of the four large projects were looked at in the middle of the year."""
    rng = stream(office.seed, "monitoring_records", year, period)
    until = date(year, 12, 31) if period == SECOND_HALF else date(year, 6, 30)
    due_on = until + timedelta(days=31)
    projects = FOLLOWED if year == 2023 else [p for p in FOLLOWED if not p.is_basic]
    if year == 2022 and period == MID_YEAR:
        projects = [p for p in projects if p.name in MID_YEAR_2022]
    if year == 2022 and period == SECOND_HALF:
        projects = [p for p in projects if p.name != NEVER_FILED_2022]
    rows: list[Row] = []
    for n, project in enumerate(projects, start=1):
        spent = _spent_fen(office, year, project, date(year, 1, 1), until)
        progress = _percent(spent, _budget_fen(office, year, project, until))
        reached = FULL if period == SECOND_HALF else Decimal(rng.randrange(42, 72))
        filed_on = due_on - timedelta(days=rng.randrange(5, 20))
        if project.name == FILED_ON_THE_LAST_DAY:
            filed_on = due_on
        if project.name in FILED_LATE.get((year, period), ()):
            filed_on = due_on + timedelta(days=3)
        behind = reached - progress
        rows.append(
            {
                "sequence_no": n,
                "project_code": project.code,
                "project_name": project.name,
                "monitoring_period": f"{year}{period}",
                "spent_yuan": yuan(spent),
                "spending_progress_pct": progress,
                "target_progress_pct": reached,
                "deviation_zh": f"支出进度落后于目标进度{behind}个百分点" if behind > BEHIND_PCT else "无明显偏差",
                "measure_taken_zh": rng.choice(("加快合同付款", "优化绩效目标", "申请调剂预算"))
                if behind > BEHIND_PCT
                else None,
                "filed_on": filed_on,
            }
        )
    return rows


def _monitoring_files(office: Office, year: int) -> Iterator[HandedFile]:
    parts = (
        (FIRST_HALF, f"{year}H1", beijing(year, 8, 7, 10, 5)),
        (MID_YEAR, f"{year}H1", beijing(year, 8, 7, 10, 31)),
        (SECOND_HALF, f"{year}H2", beijing(year + 1, 2, 7, 9, 12)),
    )
    for period, handed_for, received_at in parts:
        habits = Habits(
            title=f"{year}年{period}绩效运行监控表",
            unit="万元",
            has_unit_row=True,
            has_total_row=True,
            date_forms=("cell", "slash", "chinese"),
            thousands_every=7,
            fullwidth_every=11,
            nil_text="无",
        )
        rows = monitoring_rows(office, year, period)
        path = f"monitoring_records/{year}/{year}年{period}绩效运行监控表"
        if (year, period) == (2023, FIRST_HALF):
            # The decimal point of one amount slipped at first.
            wrong = [{**r, "spent_yuan": _a_tenth(r)} if r["project_name"] == CORRECTED_PROJECT else r for r in rows]
            sheet = Sheet("monitoring_records", wrong, habits)
            yield HandedFile(f"{path}.xlsx", handed_for, received_at, [sheet])
            rows = [r for r in rows if r["project_name"] == CORRECTED_PROJECT]
            path, received_at = f"{path}-{CORRECTED}", received_at + timedelta(days=8, hours=4)
        yield HandedFile(f"{path}.xlsx", handed_for, received_at, [Sheet("monitoring_records", rows, habits)])


def _a_tenth(row: Row) -> Decimal:
    """The amount with its decimal point one place too far to the left."""
    amount = row["spent_yuan"]
    if not isinstance(amount, Decimal):
        raise TypeError("spent_yuan is money")
    return (amount / 10).quantize(Decimal("0.01"))


def forecast_rows(office: Office, year: int, quarter: int) -> list[Row]:
    """What is expected of this quarter and the next (in 2022 of this quarter only), near what was spent in the end."""
    rng = stream(office.seed, "spending_forecasts", year, quarter)
    quarters = [q for q in (quarter, quarter + 1) if q <= 4][: 2 if year == 2023 else 1]
    ordered = sorted(FOLLOWED, key=lambda p: (p.unit, p.serial))
    drafts = [(project, ahead) for project in ordered for ahead in quarters]
    return [
        {
            "sequence_no": n,
            "responsible_unit": project.unit,
            "project_code": project.code,
            "project_name": project.name,
            "made_in_quarter": f"{year}Q{quarter}",
            "forecast_quarter": f"{year}Q{ahead}",
            "expected_spending_yuan": _expected(office, year, project, ahead, rng),
            "expected_progress_pct": Decimal(min(100, 25 * ahead + rng.randrange(-6, 7))),
            "remark": None,
        }
        for n, (project, ahead) in enumerate(drafts, start=1)
    ]


def _expected(office: Office, year: int, project: Project, quarter: int, rng: random.Random) -> Decimal:
    since = date(year, 3 * quarter - 2, 1)
    until = date(year, 12, 31) if quarter == 4 else date(year, 3 * quarter + 1, 1) - timedelta(days=1)
    spent = _spent_fen(office, year, project, since, until)
    return yuan(int(max(spent, 0) * rng.uniform(0.78, 1.2)) // 10_000 * 10_000)


def _forecast_files(office: Office, year: int) -> Iterator[HandedFile]:
    for quarter in range(1, 5):
        rows = forecast_rows(office, year, quarter)
        habits = Habits(
            title=f"{year}年第{quarter}季度支出预测表",
            unit="万元",
            has_unit_row=True,
            subtotal_by="responsible_unit",
            has_total_row=True,
            footnotes=("填报人\uff1a经办人03",),
            header_choice=quarter % 2,
        )
        path = f"spending_forecasts/{year}/{year}年第{quarter}季度支出预测"
        received_at = beijing(year, 3 * quarter - 2, 10 + quarter, 15, 40)
        yield HandedFile(f"{path}.xlsx", f"{year}Q{quarter}", received_at, [Sheet("spending_forecasts", rows, habits)])
        if (year, quarter) == (2023, 3):
            division = [r for r in rows if r["project_name"] == IT_OPERATIONS]
            raised = [{**r, "expected_spending_yuan": _raised(r), "remark": "合同付款提前"} for r in division]
            yield HandedFile(
                f"{path}-信息中心-{CORRECTED}.xlsx",
                f"{year}Q{quarter}",
                received_at + timedelta(days=6),
                [Sheet("spending_forecasts", raised, habits)],
            )


def _raised(row: Row) -> Decimal:
    """The expected spending, a fifth higher."""
    amount = row["expected_spending_yuan"]
    if not isinstance(amount, Decimal):
        raise TypeError("expected_spending_yuan is money")
    return (amount * Decimal("1.2")).quantize(Decimal("0.01"))


def self_evaluation_rows(office: Office, year: int, *, is_reviewed: bool) -> list[Row]:
    """The eighteen projects with targets: gaps at, just above and far above five points, and scores never reviewed."""
    rng = stream(office.seed, "self_evaluations", year)
    due_on = date(year + 1, 3, 29)
    projects = [p for p in PROJECTS if not p.is_basic]
    gaps = {
        2023: {"人大立法经费": Decimal("5.00"), "代表培训经费": Decimal("5.01")},
        2022: {"人大立法经费": Decimal("5.00"), "人大宣传经费": Decimal("-6.50"), "档案管理经费": Decimal("8.20")},
    }[year]
    not_reviewed = exactly(rng, 2 if year == 2023 else 3, len(projects) - len(gaps) - 1)
    rows: list[Row] = []
    for n, project in enumerate(projects, start=1):
        never_filed = year == 2022 and project.name == NEVER_FILED_2022
        score = Decimal(rng.randrange(8_800, 9_950)) / 100
        filed_on = due_on - timedelta(days=rng.randrange(1, 25))
        gap = gaps.get(project.name)
        if gap is None:
            gap = Decimal(rng.randrange(-120, 350)) / 100
            skipped = project.name != NEVER_FILED_2022 and next(not_reviewed)
        else:
            skipped = False
        score = min(score, FULL + gap)
        review = None if never_filed or skipped or not is_reviewed else score - gap
        rows.append(
            {
                "sequence_no": n,
                "project_code": project.code,
                "project_name": project.name,
                "self_score": None if never_filed else score,
                "review_score": review,
                "filed_on": None if never_filed else filed_on,
                "due_on": due_on,
                "remark": "负责人调离\uff0c未报送" if never_filed else None,
            }
        )
    return rows


def _self_evaluation_files(office: Office, year: int) -> Iterator[HandedFile]:
    habits = Habits(
        title=f"{year}年度项目支出绩效自评结果",
        date_forms=("cell", "dot"),
        nil_text="\u2014",
        nil_columns=("review_score",),
        header_choice=2023 - year,
        footnotes=("说明\uff1a满分100分\u3002",),
    )
    path = f"self_evaluations/{year}/{year}年项目自评结果"
    for name, is_reviewed, received_at in (
        ("", False, beijing(year + 1, 4, 3, 9, 30)),
        ("-复核后", True, beijing(year + 1, 5, 17, 16, 0)),
    ):
        rows = self_evaluation_rows(office, year, is_reviewed=is_reviewed)
        yield HandedFile(f"{path}{name}.xlsx", str(year), received_at, [Sheet("self_evaluations", rows, habits)])
