"""Deputies who took part in the yearly campaign, each at a station of the district; some came twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED
from simulation.world.calendar import CAMPAIGN, CAMPAIGN_DAYS, beijing
from simulation.world.chance import pick
from simulation.world.deputies import deputy_no
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

DEPUTIES_2022 = 5_954
CAME_TWICE = 130
WITHOUT_STATION_SHARE = 0.04


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The days up to September and those from October on; the latter were corrected in 2023."""
    everybody, october = rows(world, year), date(year, 10, 1)
    for quarter, received_at in ((3, beijing(year, 10, 12, 10, 46)), (4, beijing(year + 1, 1, 10, 16, 3))):
        part = [row for row in everybody if (row["took_part_on"] >= october) == (quarter == 4)]  # type: ignore[operator]
        habits = Habits(
            header_choice=2023 - year, date_forms=("slash",) if quarter == 3 else ("iso", "compact"), nil_text="--",
            nil_columns=("station_code",),
        )  # fmt: skip
        path, period = f"campaign_participations/{year}/主题活动台账{year}Q{quarter}", f"{year}Q{quarter}"
        if (year, quarter) == (2023, 4):
            first = [Sheet("campaign_participations", first_version(part), habits)]
            yield HandedFile(f"{path}.csv", period, received_at, first)
            path += f"-{CORRECTED}"
            received_at = beijing(year + 1, 1, 19, 9, 15)
        yield HandedFile(f"{path}.csv", period, received_at, [Sheet("campaign_participations", part, habits)])


def rows(world: World, year: int) -> list[Row]:
    """As many distinct deputies as published, each in office through the campaign, sorted by day."""
    rng = world.stream("campaign_participations", year)
    first_day = date(year, *CAMPAIGN_DAYS[0])
    days = [first_day + timedelta(days=n) for n in range(CAMPAIGN_DAYS[1])]
    count = published()["campaign.deputies"].count if year == 2023 else DEPUTIES_2022
    district_of = {
        m.person: m.district for m in world.deputies.mandates if m.holds_on(days[0]) and m.holds_on(days[-1])
    }
    persons = rng.sample(sorted(district_of), count)
    open_stations = defaultdict(list)
    for station in world.stations:
        if station.is_open_through(days[0], days[-1]):
            open_stations[station.district].append(station.code)
    visits = [(pick(rng, days), person) for person in persons]
    visits += [(pick(rng, [day for day in days if day != first]), person) for first, person in visits[:CAME_TWICE]]
    return [
        {
            "campaign": CAMPAIGN,
            "deputy_no": deputy_no(person),
            "took_part_on": day,
            "station_code": None
            if rng.random() < WITHOUT_STATION_SHARE
            else pick(rng, open_stations[district_of[person]]),
        }
        for day, person in sorted(visits)
    ]


def first_version(part: Sequence[Row]) -> list[Row]:
    """The rows of a quarter as first handed in: some deputies missing, and one under the number of another."""
    changed = dict(part[0]) | {"deputy_no": part[-1]["deputy_no"]}
    return [changed, *part[1:-40]]
