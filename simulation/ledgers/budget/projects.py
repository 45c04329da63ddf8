"""The register of projects with their initial budgets, of the office and of the service centre."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world import service_centre as centre
from simulation.world.calendar import beijing
from simulation.world.projects import PROJECTS
from simulation.world.values import Row, yuan
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register of January, and that of the service centre."""
    habits = Habits(title=f"{year}年项目库", unit="万元", has_unit_row=True, has_total_row=True)
    path = f"projects/{year}/{year}年项目库.xlsx"
    sheet = Sheet("projects", rows(year, world.budget(year).initial_fen), habits)
    yield HandedFile(path, str(year), beijing(year, 1, 10, 9, 50), [sheet])
    if year == centre.YEAR:
        habits = Habits(title=f"{year}年项目库", unit="万元", has_unit_row=True)
        path = f"projects/{year}/机关服务中心{year}年项目库.xlsx"
        sheet = Sheet("projects", centre_rows(), habits)
        yield HandedFile(path, str(year), beijing(year, 1, 11, 16, 5), [sheet], centre.DEPARTMENT)


def rows(year: int, budgets_fen: dict[str, int]) -> list[Row]:
    """The rows of the project register."""
    return [
        {
            "sequence_no": n,
            "project_code": p.code,
            "project_name": p.name,
            "responsible_unit": p.unit,
            "project_category": p.category,
            "initial_budget_yuan": yuan(budgets_fen[p.code]),
            "start_month": date(year, 1, 1),
            "end_month": date(year, 12, 1),
            "remark": "经常性项目" if p.is_basic else None,
        }
        for n, p in enumerate(PROJECTS, start=1)
    ]


def centre_rows() -> list[Row]:
    """The two projects of the service centre."""
    return [
        {
            "sequence_no": n,
            "project_code": code,
            "project_name": centre.NAMES[code],
            "responsible_unit": "机关服务中心",
            "project_category": centre.CATEGORIES[code],
            "initial_budget_yuan": sum(line[3] for line in centre.LINES if line[0] == code),
            "start_month": date(centre.YEAR, 1, 1),
            "end_month": date(centre.YEAR, 12, 1),
            "remark": None,
        }
        for n, code in enumerate((centre.PERSONNEL, centre.SUPPORT), start=1)
    ]
