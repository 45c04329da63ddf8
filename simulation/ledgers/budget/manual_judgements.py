"""The register of manual judgements: what a person had to judge, because no ledger tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

SCHEMES = {2022: ("GZ-2023-RECON",), 2023: ("GZ-2023-RECON", "GZ-2024-DEMO")}
VERIFICATION_NOTES = (21, 4)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """One workbook a year, handed in with the self-evaluation in spring."""
    habits = Habits(title=f"{year}年度绩效自评人工评定表", date_forms=("chinese",))
    path = f"manual_judgements/{year}/{year}年人工评定表.xlsx"
    sheet = Sheet("manual_judgements", rows(year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 3, 11, 10, 20), [sheet])


def rows(year: int) -> list[Row]:
    """A judgement of the notes on the asset report for each scheme of the year."""
    return [
        {
            "scheme_id": scheme,
            "indicator_no": VERIFICATION_NOTES[0],
            "component_no": VERIFICATION_NOTES[1],
            "judged_band": "达成",
            "judged_share_pct": Decimal(100),
            "reason": "资产年报核实性问题均已逐条说明,财政部门审核未退回",
            "evidence_no": f"ZZ{year}-21-4",
            "judged_by": "经办人07",
            "judged_on": date(year + 1, 3, 8),
        }
        for scheme in SCHEMES[year]
    ]
