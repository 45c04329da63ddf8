"""The register of organisational units, with the names of the 2023 report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.organisation import COMMITTEES, DIVISIONS
from simulation.world.values import Row
from simulation.world.world import World

LATEST_DIVISION_FROM = date(2023, 3, 1)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register in January, as at the end of the year."""
    habits = Habits(
        title="市人大常委会机构台账", date_forms=("cell", "dot"), footnotes=(f"填报人{FULL_COLON}经办人02",)
    )
    path = f"org_units/{year}/机构台账{year}年末.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 4, 11, 0), [Sheet("org_units", rows(year), habits)])


def rows(year: int) -> list[Row]:
    """The units known at the end of the year; one working committee was abolished in 2021 and no longer counts."""
    founded, renewed = date(1988, 3, 1), date(2019, 1, 15)
    units: list[tuple[str, str, str | None, date, date | None]] = []
    units += [(f"{name}委员会", "专门委员会", None, renewed, None) for name in COMMITTEES]
    units += [("办公厅", "综合办事机构", None, founded, None), ("研究室", "综合办事机构", None, founded, None)]
    units += [(f"{name}工作委员会", "工作委员会", None, renewed, None) for name in (*COMMITTEES, "代表")]
    units += [("选举联络人事任免工作委员会", "工作委员会", None, founded, date(2021, 12, 31))]
    units += [("市纪委监委驻市人大机关纪检监察组", "派驻机构", None, date(2017, 6, 1), None)]
    units += [(name, "内设处室", "JG010", founded, None) for name in DIVISIONS[:-1]]
    units += [(DIVISIONS[-1], "内设处室", "JG010", LATEST_DIVISION_FROM, None)]
    return [
        {
            "unit_code": f"JG{n:03d}",
            "unit_name": name,
            "unit_kind": kind,
            "parent_code": parent,
            "in_force_from": since,
            "in_force_to": until,
        }
        for n, (name, kind, parent, since, until) in enumerate(units, start=1)
        if since.year <= year
    ]
