"""Performance management of a department: forms of its projects, monitoring, self-evaluations, targets of the whole, and what followed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulation.departments.members import lucky
from simulation.departments.money import YEAR
from simulation.departments.world import DepartmentWorld
from simulation.ledgers.budget.disclosures import ACCOUNTS_CONTENTS, BUDGET_CONTENTS
from simulation.ledgers.budget.performance_targets import CENT, EXECUTION, IN_WORDS, INDICATORS, points
from simulation.ledgers.budget.policies import POLICIES
from simulation.world.budget import INITIAL, allocated_fen
from simulation.world.payments import spent_fen
from simulation.world.projects import Project
from simulation.world.values import Row, yuan

ENDS = date(YEAR, 12, 31)
HALF = date(YEAR, 6, 30)
LARGE_FEN = 500_000_000
EFFECT = "保障业务正常开展"
WHOLE_TARGETS = (
    ("重点工作任务完成率", "产出", "100", 10, (100, 92)),
    ("公共服务事项按期办结率", "产出", "100", 10, (100, 95)),
    ("服务事项网上办理率", "效益", "95", 10, (98, 88)),
    ("服务对象满意度", "满意度", "90", 10, (94, 86)),
)
"""Name, kind, target and points of the approved targets in per cent, with what is reached by those who keep them or not."""
STAGES = ("事前评估", "目标管理", "运行监控", "评价", "结果应用", "内部报送与反馈")
USES = (("预算安排", False), ("监控整改", True), ("内部通报", False), ("整改落实", True))
CONTENTS = {
    "部门预算": BUDGET_CONTENTS,
    "部门决算": ACCOUNTS_CONTENTS,
    "绩效目标": ("绩效目标表",),
    "绩效自评结果": ("自评报告", "评分表"),
}
SCHEMES = ("GZ-2023-RECON", "GZ-2024-DEMO")


def special_projects(world: DepartmentWorld) -> list[Project]:
    """The projects that are not basic spending."""
    return [project for project in world.money.projects if not project.is_basic]


def forms(world: DepartmentWorld, *, is_reached: bool) -> list[Row]:
    """The forms of all projects, as approved or with what was reached."""
    rows: list[Row] = []
    for project in special_projects(world):
        rng = world.stream("forms", project.code)
        for number, indicator in enumerate(INDICATORS, start=1):
            target = rng.choice(indicator.targets)
            actual = _reached(indicator.operator, target, world, rng)
            is_missed = actual != target
            name = EFFECT if "人大" in indicator.name else indicator.name.format(activity=project.name[:-2])
            rows.append(
                {
                    "project_code": project.code,
                    "project_name": project.name,
                    "division": project.unit,
                    "filed_on": date(YEAR - 1, 10, 20),
                    "approved_on": date(YEAR, 2, 6),
                    "returned_count": 0,
                    "indicator_no": number,
                    "level1": indicator.level1,
                    "level2": indicator.level2,
                    "indicator_name": name,
                    "operator": indicator.operator,
                    "target_value": target,
                    "unit": indicator.unit,
                    "weight": Decimal(indicator.weight),
                    "actual_value": actual if is_reached else None,
                    "as_of": ENDS if is_reached else None,
                    "self_points": points(indicator, target, actual) if is_reached else None,
                    "deviation_zh": "进度受外部条件影响,已调整安排" if is_reached and is_missed else None,
                }
            )
    return rows


def _reached(operator: str, target: str, world: DepartmentWorld, rng: random.Random) -> str:
    if operator in (IN_WORDS, "≤", "=") or lucky(world.member, rng):
        return target
    return str(max(1, int(int(target) * 0.9)))


def self_evaluations(world: DepartmentWorld, *, is_reviewed: bool) -> list[Row]:
    """The score of each project from its form and its budget rate, and the review close to it."""
    scored: dict[str, Decimal] = {}
    for row in forms(world, is_reached=True):
        assert isinstance(row["self_points"], Decimal)
        scored[str(row["project_code"])] = scored.get(str(row["project_code"]), Decimal(0)) + row["self_points"]
    due_on = date(YEAR + 1, 3, 29)
    rows: list[Row] = []
    for n, project in enumerate(special_projects(world), start=1):
        budget = allocated_fen(world.money.budget, project, ENDS)
        spent = spent_fen(world.vouchers(YEAR), YEAR, project, date(YEAR, 1, 1), ENDS)
        rate = (EXECUTION * min(Decimal(spent) / budget, Decimal(1))).quantize(CENT, ROUND_HALF_UP)
        score = scored[project.code] + rate
        rows.append(
            {
                "sequence_no": n,
                "project_code": project.code,
                "project_name": project.name,
                "self_score": score,
                "review_score": score - Decimal("0.5") if is_reviewed else None,
                "filed_on": due_on - timedelta(days=6 + n),
                "due_on": due_on,
                "remark": None,
            }
        )
    return rows


def monitoring(world: DepartmentWorld, period: str) -> list[Row]:
    """The forms of 上半年 and 下半年 for all projects, of 年中 for the large ones."""
    until = ENDS if period == "下半年" else HALF
    due_on = until + timedelta(days=31)
    initial: dict[str, int] = {}
    for allocation in world.money.budget.allocations:
        if allocation.source == INITIAL:
            code = allocation.line.project.code
            initial[code] = initial.get(code, 0) + allocation.amount_fen
    rows: list[Row] = []
    for project in special_projects(world):
        if period == "年中" and initial[project.code] < LARGE_FEN:
            continue
        rng = world.stream("monitoring", until, project.code)
        spent = spent_fen(world.vouchers(YEAR), YEAR, project, date(YEAR, 1, 1), until)
        progress = Decimal(100 * spent) / allocated_fen(world.money.budget, project, until)
        late = not lucky(world.member, rng)
        rows.append(
            {
                "sequence_no": len(rows) + 1,
                "project_code": project.code,
                "project_name": project.name,
                "monitoring_period": f"{YEAR}{period}",
                "spent_yuan": yuan(spent),
                "spending_progress_pct": progress.quantize(CENT, ROUND_HALF_UP),
                "target_progress_pct": Decimal(100 if until == ENDS else 50),
                "deviation_zh": "无明显偏差",
                "measure_taken_zh": None,
                "filed_on": due_on + timedelta(days=4) if late else due_on - timedelta(days=rng.randrange(3, 15)),
            }
        )
    return rows


def whole_targets(world: DepartmentWorld) -> list[Row]:
    """The approved targets of the whole department with what was reached."""
    rows: list[Row] = []
    for n, (name, kind, target, weight, (met, missed)) in enumerate(WHOLE_TARGETS, start=1):
        kept = lucky(world.member, world.stream("target", world.member.code, n))
        rows.append(
            {
                "indicator_no": n,
                "indicator_name": f"{world.member.name.removeprefix('模拟')}{name}",
                "indicator_kind": kind,
                "operator": "≥",
                "target": target,
                "unit": "%",
                "weight": Decimal(weight),
                "actual": str(met if kept else missed),
                "evidence_no": f"ZZ{YEAR}-{n:02d}",
                "approved_on": date(YEAR, 2, 7),
                "version": 1,
            }
        )
    return rows


def applications(world: DepartmentWorld) -> list[Row]:
    """What was done with results: one use of each kind, put right where the department is in order."""
    code = world.member.code
    project = special_projects(world)[0]
    return [
        {
            "application_no": f"JG{code}-{YEAR}{n:03d}",
            "object_name": project.name if must else "部门整体支出",
            "result": "良",
            "use_kind": kind,
            "budget_change_yuan": None,
            "applied_on": date(YEAR, 6 + n, 14),
            "is_rectification_required": must,
            "rectified_on": date(YEAR, 11, 16) if must and lucky(world.member, world.stream("use", code, n)) else None,
            "remark": None,
        }
        for n, (kind, must) in enumerate(USES, start=1)
    ]


def findings(world: DepartmentWorld) -> list[Row]:
    """One lead of an auditor: confirmed where the department is out of order."""
    code = world.member.code
    confirmed = not lucky(world.member, world.stream("finding", code))
    return [
        {
            "finding_no": f"WT{code}-{YEAR}001",
            "source": "审计",
            "document_no": None,
            "found_on": date(YEAR, 5, 22),
            "confirmed_on": date(YEAR, 8, 4) if confirmed else None,
            "occurred_year": YEAR,
            "finding_kind": "核算不规范",
            "severity": "一般",
            "amount_yuan": yuan(1_230_000),
            "rectified_on": date(YEAR, 11, 6) if confirmed else None,
            "remark": None if confirmed else "已说明情况",
        }
    ]


def policies(world: DepartmentWorld) -> list[Row]:
    """The rules it gave itself: of performance management those of the stages that it covers."""
    code = world.member.code
    kept = [stage for stage in STAGES if lucky(world.member, world.stream("policy", code, stage))] or [STAGES[1]]
    stages = [(f"绩效{stage}办法", "绩效管理", date(2021, 4, 20), stage) for stage in kept]
    others = [
        (title, kind, issued, None)
        for title, kind, issued, repealed, _, stage in POLICIES
        if kind != "绩效管理" and repealed is None and stage is None
    ]
    return [
        {
            "policy_no": f"ZD{n:03d}",
            "title": f"{world.member.name}{title}",
            "document_no": f"模{code}〔{issued.year}〕{n}号",
            "policy_kind": kind,
            "issued_on": issued,
            "repealed_on": None,
            "replaced_by": None,
            "stages": stage,
        }
        for n, (title, kind, issued, stage) in enumerate((*stages, *others), start=1)
    ]


def judgements() -> list[Row]:
    """What a person judged: the notes on the asset report, for each scheme."""
    return [
        {
            "scheme_id": scheme,
            "indicator_no": 21,
            "component_no": 4,
            "judged_band": "达成",
            "judged_share_pct": Decimal(100),
            "reason": "资产年报核实性问题均已逐条说明",
            "evidence_no": f"ZZ{YEAR}-21-4",
            "judged_by": "经办人07",
            "judged_on": date(YEAR + 1, 3, 8),
        }
        for scheme in SCHEMES
    ]


def disclosures(world: DepartmentWorld) -> list[Row]:
    """The year's budget and targets, the final accounts and self-evaluations of the year before, on the city's portal."""
    code = world.member.code
    budget_on, accounts_on = date(YEAR, 2, 7), date(YEAR, 8, 22)
    large = [
        project.name for project in special_projects(world) if world.money.budget.initial_fen[project.code] >= LARGE_FEN
    ]
    documents = [
        (f"{YEAR}年部门预算", "部门预算", YEAR, budget_on),
        (f"{YEAR - 1}年部门决算", "部门决算", YEAR - 1, accounts_on),
        (f"{YEAR}年部门整体绩效目标", "绩效目标", YEAR, budget_on),
        (f"{YEAR - 1}年部门整体绩效自评报告", "绩效自评结果", YEAR - 1, accounts_on),
        *((f"{name}绩效目标", "绩效目标", YEAR, budget_on) for name in large),
    ]
    rows: list[Row] = []
    for n, (title, kind, document_year, approved_on) in enumerate(documents, start=1):
        days = 14 if lucky(world.member, world.stream("disclosure", code, n)) else 27
        rows.append(
            {
                "disclosure_no": f"GK{code}-{YEAR}{n:03d}",
                "title": title,
                "document_kind": kind,
                "document_year": document_year,
                "approved_on": approved_on,
                "published_on": approved_on + timedelta(days=days),
                "platform": "市政府门户网站",
                "url": f"https://www.example.invalid/{code}/{YEAR}/{n:03d}.html",
                "contents": "、".join(CONTENTS[kind]),
                "is_secret": False,
            }
        )
    return rows
