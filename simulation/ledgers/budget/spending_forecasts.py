"""What the divisions expect to spend in this quarter and the next."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED, FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.payments import spent_fen
from simulation.world.projects import FOLLOWED, IT_OPERATIONS, Project
from simulation.world.values import Row, yuan
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The forecasts of each quarter; in 2023 one division raised its own."""
    for quarter in range(1, 5):
        forecasts = rows(world, year, quarter)
        habits = Habits(
            title=f"{year}年第{quarter}季度支出预测表",
            unit="万元",
            has_unit_row=True,
            subtotal_by="responsible_unit",
            has_total_row=True,
            footnotes=(f"填报人{FULL_COLON}经办人03",),
            header_choice=quarter % 2,
        )
        path, period = f"spending_forecasts/{year}/{year}年第{quarter}季度支出预测", f"{year}Q{quarter}"
        received_at = beijing(year, 3 * quarter - 2, 10 + quarter, 15, 40)
        yield HandedFile(f"{path}.xlsx", period, received_at, [Sheet("spending_forecasts", forecasts, habits)])
        if (year, quarter) == (2023, 3):
            division = [r for r in forecasts if r["project_name"] == IT_OPERATIONS]
            raised = [{**r, "expected_spending_yuan": _raised(r), "remark": "合同付款提前"} for r in division]
            path, received_at = f"{path}-信息中心-{CORRECTED}", received_at + timedelta(days=6)
            yield HandedFile(f"{path}.xlsx", period, received_at, [Sheet("spending_forecasts", raised, habits)])


def rows(world: World, year: int, quarter: int) -> list[Row]:
    """What is expected of this quarter and the next (in 2022 of this quarter only), near what was spent in the end."""
    rng = world.stream("spending_forecasts", year, quarter)
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
            "expected_spending_yuan": _expected(world, year, project, ahead, rng),
            "expected_progress_pct": Decimal(min(100, 25 * ahead + rng.randrange(-6, 7))),
            "remark": None,
        }
        for n, (project, ahead) in enumerate(drafts, start=1)
    ]


def _expected(world: World, year: int, project: Project, quarter: int, rng: random.Random) -> Decimal:
    since = date(year, 3 * quarter - 2, 1)
    until = date(year, 12, 31) if quarter == 4 else date(year, 3 * quarter + 1, 1) - timedelta(days=1)
    spent = spent_fen(world.vouchers(year), year, project, since, until)
    return yuan(int(max(spent, 0) * rng.uniform(0.78, 1.2)) // 10_000 * 10_000)


def _raised(row: Row) -> Decimal:
    """The expected spending, a fifth higher."""
    amount = row["expected_spending_yuan"]
    if not isinstance(amount, Decimal):
        raise TypeError("expected_spending_yuan is money")
    return (amount * Decimal("1.2")).quantize(Decimal("0.01"))
