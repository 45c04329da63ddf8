"""The register of bills and what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_LEFT, FULL_RIGHT
from simulation.world.bills import bill_no, bills_of
from simulation.world.calendar import beijing, known_in
from simulation.world.values import Row
from simulation.world.world import World

GOVERNMENT, COMMITTEES = "市人民政府", ("法制委员会", "经济委员会", "社会建设委员会", "教育科学文化卫生委员会")


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register in January, as known at the end of the year."""
    habits = Habits(
        title=f"法规案台账{FULL_LEFT}{year}年末{FULL_RIGHT}", date_forms=("dot", "cell"), header_choice=2023 - year
    )
    path = f"bills/{year}/{year}年法规案台账.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 9, 10, 9), [Sheet("bills", rows(year), habits)])


def rows(year: int) -> list[Row]:
    """The register as known at the end of the year."""
    register: list[Row] = []
    for n, bill in enumerate(bills_of(year)):
        days = [known_in(day, year) for day in bill.deliberated_on]
        days += [None] * (3 - len(days))
        passed, approved = known_in(bill.passed_on, year), known_in(bill.approved_on, year)
        promulgated, withdrawn = known_in(bill.promulgated_on, year), known_in(bill.withdrawn_on, year)
        reached = (
            (withdrawn, "已撤回"), (promulgated, "已公布"), (approved, "已批准"), (passed, "已通过"), (days[0], "审议中"),
        )  # fmt: skip
        register.append(
            {
                "bill_no": bill_no(bill),
                "title": bill.title,
                "bill_kind": bill.kind,
                "proposer": COMMITTEES[n % len(COMMITTEES)] if n % 3 == 2 else GOVERNMENT,
                "stage": next((stage for day, stage in reached if day), "立项"),
                "proposed_on": bill.started_on,
                "first_deliberated_on": days[0],
                "second_deliberated_on": days[1],
                "third_deliberated_on": days[2],
                "passed_on": passed,
                "approved_on": approved,
                "promulgated_on": promulgated,
                "law_no": bill.law_no if promulgated else None,
                "withdrawn_on": withdrawn,
            }
        )
    return register
