"""Stock-takes: a spot check in June and the full one of November."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.asset_cards import Card, found_uncarded, registered
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.values import Row
from simulation.world.world import World

FULL, SPOT = "全面盘点", "抽查盘点"
AGREES, FOUND, LOST, DAMAGED, WRONG_TEXT = "账实相符", "盘盈", "盘亏", "毁损", "信息不符"
SPOT_CHECKED = 40


def files(world: World, year: int) -> Iterator[HandedFile]:
    """Both stock-takes of a year in one workbook of December."""
    habits = Habits(
        title=f"{year}年资产盘点表",
        date_forms=("cell",),
        footnotes=(f"填报人{FULL_COLON}经办人03",),
        blank_row_every=1_300,
    )
    path = f"asset_inventories/{year}/{year}年资产盘点表.xlsx"
    sheet = Sheet("asset_inventories", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year, 12, 29, 9, 30), [sheet])


def base_day(year: int) -> date:
    """The day the full stock-take of a year refers to."""
    return date(year, 10, 31)


def rows(world: World, year: int) -> list[Row]:
    """A spot check in June without a report, and the full stock-take of November with one."""
    rng = world.stream("asset_inventories", year)
    spot_day, base_on = date(year, 6, 15), base_day(year)
    cards = registered(world.assets, spot_day)
    lines = [
        _line(f"PD{year}-C{n:04d}", f"PD{year}-01", SPOT, spot_day, None, card, spot_day + timedelta(days=1), AGREES)
        for n, card in enumerate(rng.sample(cards, SPOT_CHECKED), start=1)
    ]
    reported_on = date(year, 12, 8)
    cards = registered(world.assets, base_on)
    usual = [n for n, card in enumerate(cards) if card.missing_in != year]
    wrong_text = set(rng.sample(usual, 6))
    damaged = {pick(rng, usual)} - wrong_text
    uncounted = sorted(set(usual) - wrong_text - damaged)[17:19] if year == 2022 else []
    for n, card in enumerate(cards):
        if uncounted and n == uncounted[0]:
            continue
        result = (
            LOST if card.missing_in == year else WRONG_TEXT if n in wrong_text else DAMAGED if n in damaged else AGREES
        )
        counted_on: date | None = base_on + timedelta(days=1 + n * 23 // len(cards))
        if uncounted and n == uncounted[1]:
            counted_on, result = None, ""
        handled_on, handling = _handled(year, result)
        lines.append(
            _line(
                f"PD{year}-{n + 1:05d}", f"PD{year}-02", FULL, base_on, reported_on, card, counted_on, result or None,
                handled_on, handling,
            )
        )  # fmt: skip
    found = found_uncarded(world.assets, year)
    line = _line(
        f"PD{year}-{len(cards) + 1:05d}", f"PD{year}-02", FULL, base_on, reported_on, None, base_on + timedelta(days=9),
        FOUND, found.booked_on, "按名义金额入账",
    )  # fmt: skip
    return [*lines, line]


def _handled(year: int, result: str) -> tuple[date | None, str | None]:
    if result == LOST:
        return (date(2023, 12, 18), "报损核销") if year == 2023 else (None, None)
    if result in (WRONG_TEXT, DAMAGED):
        return date(year, 12, 13), "已更正卡片" if result == WRONG_TEXT else "已报修"
    return None, None


def _line(
    number: str, stock_take: str, kind: str, base_on: date, reported_on: date | None, card: Card | None,
    counted_on: date | None, result: str | None, handled_on: date | None = None, handling: str | None = None,
) -> Row:  # fmt: skip
    return {
        "line_no": number,
        "stock_take_no": stock_take,
        "stock_take_kind": kind,
        "base_on": base_on,
        "reported_on": reported_on,
        "card_no": card.number if card else None,
        "asset_name": card.name if card else "会议椅",
        "counted_on": counted_on,
        "result": result,
        "handled_on": handled_on,
        "handling": handling,
    }
