"""Self-evaluations of the projects with targets, first as filed and then as reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulation.ledgers.budget import performance_targets
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH, FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.chance import exactly
from simulation.world.projects import NEVER_FILED_2022, PROJECTS
from simulation.world.values import Row
from simulation.world.world import World

FULL = Decimal(100)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The scores as filed in April, and with those of the review in May."""
    habits = Habits(
        title=f"{year}年度项目支出绩效自评结果",
        date_forms=("cell", "dot"),
        nil_text=DASH,
        nil_columns=("review_score",),
        header_choice=2023 - year,
        footnotes=(f"说明{FULL_COLON}满分100分。",),
    )
    path = f"self_evaluations/{year}/{year}年项目自评结果"
    for name, is_reviewed, received_at in (
        ("", False, beijing(year + 1, 4, 3, 9, 30)),
        ("-复核后", True, beijing(year + 1, 5, 17, 16, 0)),
    ):
        sheet = Sheet("self_evaluations", rows(world, year, is_reviewed=is_reviewed), habits)
        yield HandedFile(f"{path}{name}.xlsx", str(year), received_at, [sheet])


def rows(world: World, year: int, *, is_reviewed: bool) -> list[Row]:
    """The eighteen projects with targets: gaps at, just above and far above five points, and scores never reviewed."""
    rng = world.stream("self_evaluations", year)
    due_on = date(year + 1, 3, 29)
    projects = [p for p in PROJECTS if not p.is_basic]
    scored = performance_targets.scores(world, year)
    gaps = {
        2023: {"人大立法经费": Decimal("5.00"), "代表培训经费": Decimal("5.01")},
        2022: {"人大立法经费": Decimal("5.00"), "人大宣传经费": Decimal("-6.50"), "档案管理经费": Decimal("8.20")},
    }[year]
    not_reviewed = exactly(rng, 2 if year == 2023 else 3, len(projects) - len(gaps) - 1)
    evaluations: list[Row] = []
    for n, project in enumerate(projects, start=1):
        never_filed = year == 2022 and project.name == NEVER_FILED_2022
        by_chance = Decimal(rng.randrange(8_800, 9_950)) / 100  # for the one that scores itself without a form
        score = scored.get(project.code, by_chance)
        filed_on = due_on - timedelta(days=rng.randrange(1, 25))
        gap = gaps.get(project.name)
        if gap is None:
            gap = Decimal(rng.randrange(-120, 350)) / 100
            skipped = project.name != NEVER_FILED_2022 and next(not_reviewed)
        else:
            skipped = False
        review = None if never_filed or skipped or not is_reviewed else min(score - gap, FULL)
        evaluations.append(
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
    return evaluations
