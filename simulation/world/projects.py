"""The projects of the office and what each may be spent on: its budget lines."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulation.world.chance import split, uneven
from simulation.world.targets import YearTargets

BASIC_CATEGORIES = ("1", "21")
IT_OPERATIONS = "信息化运维护服务经费"
GOVERNMENT_CODES = {
    "30101": "50101", "30102": "50101", "30103": "50101", "30106": "50199", "30199": "50199",
    "30108": "50102", "30109": "50102", "30110": "50102", "30111": "50102", "30112": "50102", "30113": "50103",
    "30215": "50202", "30216": "50203", "30218": "50204", "30203": "50205", "30226": "50205", "30227": "50205",
    "30217": "50206", "30212": "50207", "30231": "50208", "30213": "50209", "30299": "50299",
    "31002": "50306", "31003": "50306", "31007": "50306",
    "30301": "50905", "30302": "50905", "30305": "50999", "30307": "50999",
}  # fmt: skip
OFFICE_FUNDS = "50201"
DAILY_CODES = "30201 30202 30205 30206 30207 30209 30211 30213 30216 30217 31002"
WEIGHTS = {"30212": 1.0, "30217": 0.5, "30231": 0.3}
"""Codes of the three public expenses, which stay about the same; others are drawn. No vehicle was bought in these years."""


@dataclass(frozen=True)
class Project:
    """A project as the register knows it; ``share`` is its weight in its category group where no amount is fixed."""

    serial: int
    name: str
    category: str
    unit: str
    function: str
    economic: tuple[str, ...]
    share: float

    @property
    def code(self) -> str:
        """Eighteen digits: too long for a spreadsheet number."""
        return f"4401002100{self.category.zfill(2)}{self.serial:06d}"

    @property
    def is_basic(self) -> bool:
        """Whether it is basic spending (personnel and public funds) and not project spending."""
        return self.category in BASIC_CATEGORIES


PROJECTS = [
    Project(n, name, category, unit, function, tuple(economic.split()), share)
    for n, (name, category, unit, function, economic, share) in enumerate(
        (
            ("在职人员工资津贴补贴", "1", "人事处", "2010101", "30101 30102 30103", 0.47),
            ("其他工资福利支出", "1", "人事处", "2010101", "30106 30199 30112", 0.05),
            ("基本养老保险缴费", "1", "人事处", "2080505", "30108", 0.08),
            ("职业年金缴费", "1", "人事处", "2080506", "30109", 0.04),
            ("基本医疗保险缴费", "1", "人事处", "2101101", "30110", 0.035),
            ("公务员医疗补助", "1", "人事处", "2101103", "30111", 0.015),
            ("住房公积金", "1", "人事处", "2210201", "30113", 0.10),
            ("购房补贴", "1", "人事处", "2210203", "30102", 0.03),
            ("离退休人员经费", "1", "老干部处", "2080501", "30301 30302 30305 30307", 0.06),
            ("日常公用经费", "21", "行政处", "2010101", DAILY_CODES, 0.07),
            ("公务交通费用", "21", "行政处", "2010101", "30239 30231", 0.03),
            ("工会经费和福利费", "21", "人事处", "2010101", "30228 30229", 0.02),
            (IT_OPERATIONS, "22", "信息中心", "2010102", "30213 30227 30214 31007 31002", 0.0),
            ("人大会议经费", "3", "秘书处", "2010104", "30215 30202 30214 30201 30239", 0.0),
            ("其他运行经费", "22", "行政处", "2010103", "30209 30227 30226 30213 30299 30206 30212", 0.0),
            ("代表履职保障经费", "3", "代表工作委员会", "2010108", "30215 30216 30299 30202", 0.0),
            ("人大立法经费", "3", "法制工作委员会", "2010105", "30203 30227 30202", 1.7),
            ("人大监督经费", "3", "监察和司法工作委员会", "2010106", "30227 30211 30299 30217", 1.6),
            ("代表培训经费", "3", "代表工作委员会", "2010107", "30216 30202", 1.5),
            ("代表联络站运行经费", "3", "代表工作委员会", "2010108", "30227 30202 30299", 1.8),
            ("代表建议督办经费", "3", "代表工作委员会", "2010108", "30227 30202", 0.7),
            ("基层立法联系点经费", "3", "法制工作委员会", "2010105", "30227 30299", 0.6),
            ("预算联网监督经费", "3", "预算工作委员会", "2010106", "30227 31007", 1.3),
            ("人大信访工作经费", "3", "信访处", "2010109", "30226 30299", 0.5),
            ("备案审查经费", "3", "法制工作委员会", "2010105", "30203 30227", 0.4),
            ("专题调研经费", "3", "研究室", "2010199", "30211 30227 30202", 0.9),
            ("人大宣传经费", "3", "研究室", "2010199", "30227 30202", 1.2),
            ("人大制度研究经费", "3", "研究室", "2010199", "30203 30202", 0.5),
            ("档案管理经费", "22", "秘书处", "2010102", "30227 31002", 0.6),
            ("办公设备购置经费", "22", "行政处", "2010102", "31002 31003", 1.1),
        ),
        start=1,
    )
]


@dataclass(frozen=True)
class BudgetLine:
    """What a project may spend on one economic code."""

    project: Project
    economic: str

    @property
    def government(self) -> str:
        """The governmental economic code that goes with the departmental one."""
        return GOVERNMENT_CODES.get(self.economic, OFFICE_FUNDS)


LINES = [BudgetLine(project, economic) for project in PROJECTS for economic in project.economic]


def initial_budgets(targets: YearTargets, projects_fen: int, basic_fen: int, rng: random.Random) -> dict[str, int]:
    """The initial budget of each project code in fen: the fixed ones as they are, the rest by share of the totals."""
    fixed = targets.fixed_budgets_fen | {IT_OPERATIONS: targets.it_operations_fen}
    budgets = {p.code: fixed[p.name] for p in PROJECTS if p.name in fixed}
    for is_basic, total in ((True, basic_fen), (False, projects_fen - sum(budgets.values()))):
        rest = [p for p in PROJECTS if p.is_basic == is_basic and p.name not in fixed]
        parts = split(total, [p.share * rng.uniform(0.93, 1.07) for p in rest])
        budgets |= {p.code: part for p, part in zip(rest, parts, strict=True)}
    return budgets


def split_to_lines(project: Project, total_fen: int, rng: random.Random) -> list[int]:
    """A project's initial budget over its economic codes."""
    drawn = uneven(rng, len(project.economic))
    return split(total_fen, [WEIGHTS.get(code, 0.3 + w) for w, code in zip(drawn, project.economic, strict=True)])


FOLLOWED = [p for p in PROJECTS if not p.is_basic or p.name in ("日常公用经费", "公务交通费用")]
"""The projects whose spending is monitored and forecast."""
NEVER_FILED_2022 = "人大制度研究经费"
"""The project that filed neither its monitoring of the second half nor its self-evaluation."""
