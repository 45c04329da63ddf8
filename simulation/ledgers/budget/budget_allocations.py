"""Budget allocations: opened in January, adjusted in November, and what was wrong in 2023 handed in again; the service centre's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from simulation.paper.handed_in import Group, Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED, DASH, FULL_COLON, LEFT_BRACKET, RIGHT_BRACKET
from simulation.world import service_centre as centre
from simulation.world.budget import WITHDRAWN, Allocation
from simulation.world.calendar import beijing
from simulation.world.organisation import AGENCY
from simulation.world.projects import LINES
from simulation.world.values import Row, yuan
from simulation.world.world import World

GROUPS = (
    Group("指标信息", "allocation_no", "source_type"),
    Group("科目", "fund_type", "government_economic_code"),
    Group("项目", "project_code", "project_category"),
)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The files of the office, and that of the service centre."""
    made = world.budget(year)
    opening_at, adjusted_at = beijing(year, 1, 10, 9, 42), beijing(year, 11, 7, 15, 20)
    yield _file(year, "年初", rows(year, made.opening()), opening_at)
    yield _file(year, "年中调整", rows(year, made.adjustments()), adjusted_at)
    if made.first_versions:
        corrections = rows(year, made.corrections(), "更正原报金额")
        yield _file(year, CORRECTED, corrections, adjusted_at + timedelta(days=13))
    if year == centre.YEAR:
        habits = Habits(
            title=f"{year}年预算指标台账", unit="万元", has_unit_row=True, has_total_row=True, groups=GROUPS
        )
        path = f"budget_allocations/{year}/机关服务中心{year}年预算指标台账.xlsx"
        sheet = Sheet("budget_allocations", centre_rows(), habits)
        yield HandedFile(path, str(year), beijing(year, 1, 11, 16, 5), [sheet], centre.DEPARTMENT)


def withdrawal_file(year: int) -> HandedFile:
    """The file that withdraws more than there is: the planted fault ``negative_budget``."""
    line = next(line for line in LINES if line.project.name == "其他运行经费")
    document = f"穗财行{LEFT_BRACKET}{year}{RIGHT_BRACKET}199号"
    withdrawn = Allocation(f"ZB{year}999999", line, WITHDRAWN, date(year, 12, 15), document, -20_000_000_000)
    return _file(year, "收回", rows(year, [withdrawn]), beijing(year, 12, 20, 16, 12))


def _file(year: int, name: str, rows: Sequence[Row], received_at: datetime) -> HandedFile:
    habits = Habits(
        title=f"{year}年预算指标台账",
        unit="万元",
        has_unit_row=True,
        groups=GROUPS,
        header_choice=2023 - year,
        date_forms=("cell", "chinese", "cell", "dot"),
        indented_column="project_name",
        nil_text=DASH,
        nil_columns=("remark",),
        subtotal_by="project_category",
        has_total_row=True,
        footnotes=(f"注{FULL_COLON}金额以指标文为准。", f"制表人{FULL_COLON}经办人01"),
        blank_row_every=97,
        thousands_every=41,
        fullwidth_every=53,
    )
    path = f"budget_allocations/{year}/{year}年预算指标台账-{name}.xlsx"
    return HandedFile(path, str(year), received_at, [Sheet("budget_allocations", rows, habits)])


def rows(year: int, allocations: Sequence[Allocation], remark: str | None = None) -> list[Row]:
    """Ledger rows ordered as the department orders them: by project category, then number."""
    order = {category: n for n, category in enumerate(("1", "21", "22", "3"))}
    ordered = sorted(allocations, key=lambda a: (order[a.line.project.category], a.number))
    return [
        {
            "sequence_no": n,
            "fiscal_year": year,
            "agency_name": AGENCY,
            "allocation_no": a.number,
            "document_no": a.document,
            "issued_on": a.issued_on,
            "source_type": a.source,
            "fund_type": "11",
            "function_code": a.line.project.function,
            "department_economic_code": a.line.economic,
            "government_economic_code": a.line.government,
            "project_code": a.line.project.code,
            "project_name": a.line.project.name,
            "project_category": a.line.project.category,
            "amount_yuan": yuan(a.amount_fen),
            "remark": remark or a.remark,
        }
        for n, a in enumerate(ordered, start=1)
    ]


def centre_rows() -> list[Row]:
    """The allocations of the service centre."""
    return [
        {
            "sequence_no": n,
            "fiscal_year": centre.YEAR,
            "agency_name": centre.AGENCY,
            "allocation_no": f"FW{centre.YEAR}{n:04d}",
            "document_no": f"穗财行{LEFT_BRACKET}{centre.YEAR}{RIGHT_BRACKET}18号",
            "issued_on": date(centre.YEAR, 1, 10),
            "source_type": "年初预算",
            "fund_type": "11",
            "function_code": centre.FUNCTIONS[project],
            "department_economic_code": economic,
            "government_economic_code": government,
            "project_code": project,
            "project_name": centre.NAMES[project],
            "project_category": centre.CATEGORIES[project],
            "amount_yuan": amount,
            "remark": None,
        }
        for n, (project, economic, government, amount) in enumerate(centre.LINES, start=1)
    ]
