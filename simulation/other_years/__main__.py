"""Command line: `python -m simulation.other_years --out DIR --years 2024 2025` writes ledgers of duties of years with known truth."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from dagster_project.contracts.load import load_contracts
from simulation.__main__ import write_handed
from simulation.other_years import committee, deputies
from simulation.other_years.truth import counted, truths
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing


def write_years(folder: Path, years: Sequence[int]) -> list[HandedFile]:
    """Write the ledgers of some years below ``folder``, and received.csv.

    Raises:
        ValueError: nothing is known of a year.
    """
    known = truths()
    if strange := sorted(set(years) - set(known)):
        raise ValueError(f"nothing is known of {strange}; world/other_years.csv has {sorted(known)}")
    contracts = load_contracts()
    handed = [file for year in years for file in files(year, known[year])]
    write_handed(handed, contracts, folder)
    return handed


def files(year: int, truth: dict[str, int]) -> Iterator[HandedFile]:
    """The files of a year: of each ledger of which a figure is known, and the meetings they happened at."""
    yearly = [
        ("meetings", "会议台账", committee.meetings(year)),
        (
            "bills",
            "法规案台账",
            committee.bills(year, truth) if counted(truth, "legislation.bills_deliberated") else [],
        ),
    ]
    for ledger, name, figure, rows in (
        ("supervision_items", "监督项目台账", "supervision.items|supervision.law_inspections", committee.supervision),
        ("record_reviews", "备案审查台账", "review.documents", committee.reviews),
        ("agenda_items", "议题台账", "resolutions.adopted", committee.agenda),
        ("appointments", "任免台账", "appointments.person_times", committee.appointments),
    ):
        yearly.append((ledger, name, rows(year, truth) if counted(truth, *figure.split("|")) else []))
    day = beijing(year + 1, 1, 9, 10, 0)
    for ledger, name, made in yearly:
        if made:
            yield HandedFile(f"{ledger}/{year}/{year}年{name}.xlsx", str(year), day, [Sheet(ledger, made, Habits())])
    if counted(truth, "suggestions.municipal"):
        for half, made in enumerate(deputies.suggestions(year, truth), start=1):
            path = f"suggestions/{year}/{year}年{'上下'[half - 1]}半年代表建议台账.xlsx"
            received = beijing(year, 8, 20, 10, 0) if half == 1 else beijing(year + 1, 1, 20, 10, 0)
            yield HandedFile(path, f"{year}H{half}", received, [Sheet("suggestions", made, Habits())])
    if counted(truth, "campaign.problems_solved"):
        yield from _opinions(year, truth)
    if counted(truth, "survey.key_construction_projects", "budget_review.ai_problems"):
        sheets = [
            Sheet("surveys", committee.surveys(year), Habits()),
            Sheet("survey_participations", committee.participations(year), Habits()),
            Sheet("survey_visits", committee.visits(year, truth), Habits()),
            Sheet("survey_findings", committee.findings(year, truth), Habits()),
        ]
        yield HandedFile(f"surveys/{year}/{year}年专项调研台账.xlsx", str(year), day, sheets)


def _opinions(year: int, truth: dict[str, int]) -> Iterator[HandedFile]:
    for (quarter, way), rows in deputies.opinions(year, truth).items():
        name, layout = ("小程序", 0) if way == "app" else ("线下登记", 1)
        path = f"station_feedback/{year}/联络站群众意见{name}_{year}Q{quarter}.{'jsonl' if way == 'app' else 'csv'}"
        received = beijing(year + quarter // 4, quarter * 3 % 12 + 1, 12, 10, 0)
        yield HandedFile(path, f"{year}Q{quarter}", received, [Sheet("station_feedback", rows, Habits(), layout)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the years that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m simulation.other_years", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="landing folder to write")
    parser.add_argument("--years", type=int, nargs="+", default=[2025], choices=sorted(truths()))
    options = parser.parse_args(arguments)
    for file in write_years(options.out, sorted(set(options.years))):
        print(options.out / file.path)


if __name__ == "__main__":
    main()
