"""The files of supervision, surveys and campaigns, with the habits of whoever fills them in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from simulation import campaign, supervision, surveys
from simulation.allocate import stream
from simulation.handed_in import Habits, HandedFile, Sheet, beijing

if TYPE_CHECKING:
    from simulation.office import Office

CORRECTED_YEAR = 2023
CORRECTED = "更正\uff08重报\uff09"


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """All files of a year; each ledger of 2023 was handed in once more, corrected."""
    yield from _supervision_files(office, year)
    yield from _survey_files(office, year)
    yield from _campaign_files(office, year)


def _supervision_files(office: Office, year: int) -> Iterator[HandedFile]:
    habits = Habits(
        title=f"{year}年监督项目台账",
        header_choice=2023 - year,
        code_style="name",
        date_forms=("cell", "chinese", "dot", "cell"),
        nil_text="/",
        nil_columns=("cancelled_on",),
        footnotes=("填报人\uff1a经办人05",),
        blank_row_every=20,
    )
    rows = supervision.supervision_items(year, stream(office.seed, "supervision_items", year))
    path = f"supervision_items/{year}/{year}年监督项目台账"
    if year == CORRECTED_YEAR:
        first = [Sheet("supervision_items", supervision.first_version(rows), habits)]
        yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 8, 10, 5), first)
        path += f"-{CORRECTED}"
    sheet = Sheet("supervision_items", rows, habits)
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 17, 15, 40), [sheet])

    register = Habits(title="监督成效登记表", date_forms=("dot", "cell", "chinese"), header_choice=2023 - year)
    sheet = Sheet("outcome_registers", supervision.outcome_register(year), register)
    path = f"outcome_registers/{year}/{year}年成效登记.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 9, 14, 22), [sheet])


def _survey_files(office: Office, year: int) -> Iterator[HandedFile]:
    plain = Habits(code_style="name", date_forms=("cell", "slash", "cell", "chinese"), header_choice=2023 - year)
    titled = Habits(
        title=f"{year}年专项调研台账", code_style="pair", date_forms=("chinese",), header_choice=2023 - year
    )
    visits = Habits(
        title=f"{year}年专项调研走访对象",
        unit="万元",
        has_unit_row=True,
        header_choice=2023 - year,
        code_style="name",
        date_forms=("cell", "dot"),
        nil_text="\u2014",
        nil_columns=("planned_investment_yuan", "object_no"),
        has_total_row=True,
        blank_row_every=500,
        thousands_every=7,
        fullwidth_every=61,
    )
    findings = Habits(
        footnotes=("注\uff1a问题按方面归并。",), date_forms=("compact", "cell"), header_choice=2023 - year
    )

    participations = surveys.participation_rows(
        year, office.register, stream(office.seed, "survey_participations", year)
    )
    sheets = [
        Sheet("surveys", surveys.survey_rows(year), titled),
        Sheet("survey_participations", participations, plain),
        Sheet("survey_visits", surveys.visit_rows(year, stream(office.seed, "survey_visits", year)), visits),
        Sheet("survey_findings", surveys.finding_rows(year, stream(office.seed, "survey_findings", year)), findings),
    ]
    path = f"surveys/{year}/{year}年专项调研台账"
    if year == CORRECTED_YEAR:
        first = [Sheet(s.ledger, surveys.first_version(list(s.rows)), s.habits) for s in sheets[1:]]
        yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 9, 9, 30), [sheets[0], *first])
        path += f"-{CORRECTED}"
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 18, 11, 12), sheets)


def _campaign_files(office: Office, year: int) -> Iterator[HandedFile]:
    rows = campaign.participations(
        year, office.register, office.all_stations, stream(office.seed, "campaign_participations", year)
    )
    october = date(year, 10, 1)
    for quarter, received_at in ((3, beijing(year, 10, 12, 10, 46)), (4, beijing(year + 1, 1, 10, 16, 3))):
        part = [row for row in rows if (row["took_part_on"] >= october) == (quarter == 4)]  # type: ignore[operator]
        habits = Habits(
            header_choice=2023 - year, date_forms=("slash",) if quarter == 3 else ("iso", "compact"), nil_text="--",
            nil_columns=("station_code",),
        )  # fmt: skip
        path = f"campaign_participations/{year}/主题活动台账{year}Q{quarter}"
        if (year, quarter) == (CORRECTED_YEAR, 4):
            first = [Sheet("campaign_participations", campaign.first_version(part), habits)]
            yield HandedFile(f"{path}.csv", f"{year}Q{quarter}", received_at, first)
            path += f"-{CORRECTED}"
            received_at = beijing(year + 1, 1, 19, 9, 15)
        sheet = Sheet("campaign_participations", part, habits)
        yield HandedFile(f"{path}.csv", f"{year}Q{quarter}", received_at, [sheet])
