"""The register of assets at the end of a year; that of 2023 is handed in again, corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED, FULL_COLON
from simulation.world.asset_cards import Card, registered
from simulation.world.asset_kinds import BOOKS, RELICS
from simulation.world.calendar import beijing
from simulation.world.values import Row, yuan
from simulation.world.world import World

OLD_EDITION, NEW_EDITION = "GB/T 14885-2010", "GB/T 14885-2022"


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register of a year in January."""
    habits = Habits(
        title=f"{year}年末固定资产卡片",
        has_unit_row=True,
        header_choice=2023 - year,
        code_style_of={"asset_class": "name", "asset_state": "pair" if year == 2023 else "name"},
        date_forms=("iso", "slash", "compact"),
        nil_text="-",
        nil_columns=("replaces_card_no",),
        has_total_row=True,
        footnotes=(f"填报人{FULL_COLON}经办人03",),
        blank_row_every=1_900,
        thousands_every=7,
        fullwidth_every=211,
    )
    register = rows(world, year)
    path, received_at = f"asset_cards/{year}/{year}年末固定资产卡片", beijing(year + 1, 1, 9, 10, 20)
    if year == 2023:
        first = Sheet("asset_cards", first_version(register), habits)
        yield HandedFile(f"{path}.csv", str(year), received_at, [first])
        path, received_at = f"{path}-{CORRECTED}", beijing(year + 1, 1, 18, 15, 45)
    yield HandedFile(f"{path}.csv", str(year), received_at, [Sheet("asset_cards", register, habits)])


def rows(world: World, year: int) -> list[Row]:
    """The register at the end of a year. In 2022 one card lacks its place; the depreciation of relics is blank, not 0."""
    register = [dict(_row(card, year)) for card in registered(world.assets, date(year, 12, 31))]
    if year == 2022:
        without_place = next(r for r in register if r["asset_name"] == "打印机")
        without_place["place"] = None
    return list(register)


def first_version(register: Sequence[Row]) -> list[Row]:
    """The register as first handed in: one value has a zero too many, one card lacks its place."""
    wrong = [dict(row) for row in register]
    server = next(row for row in wrong if row["asset_name"] == "服务器")
    server["original_value_yuan"] = 10 * Decimal(str(server["original_value_yuan"]))
    next(row for row in wrong if row["asset_name"] == "打印机")["place"] = None
    return list(wrong)


def _row(card: Card, year: int) -> Row:
    day = date(year, 12, 31)
    depreciation = card.depreciation_fen(day)
    takes_none = card.asset_class in (RELICS, BOOKS) and not card.is_nominal
    is_new_edition = card.booked_on.year >= 2023
    return {
        "card_no": card.number,
        "asset_name": card.name,
        "asset_class": card.asset_class,
        "class_code": card.codes[is_new_edition],
        "classification_version": NEW_EDITION if is_new_edition else OLD_EDITION,
        "specification": card.model,
        "asset_state": card.states[year],
        "value_kind": "名义金额" if card.is_nominal else "原值",
        "original_value_yuan": yuan(card.original_fen),
        "depreciation_yuan": None if takes_none else yuan(depreciation),
        "net_value_yuan": yuan(card.original_fen - depreciation),
        "floor_area_sqm": None if card.area_sqm is None else Decimal(card.area_sqm),
        "user_department": card.department,
        "user_person": card.person,
        "place": card.place,
        "acquisition_method": card.method,
        "acquired_on": card.acquired_on,
        "booked_on": card.booked_on,
        "replaces_card_no": card.replaces.number if card.replaces else None,
    }
