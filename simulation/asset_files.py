"""The files of the asset ledgers, of the balances carried over and of the staff, and the habits they are filled in with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulation import asset_cards, asset_events, asset_kinds, balances, carry_over, staff
from simulation.allocate import stream
from simulation.handed_in import Habits, HandedFile, Sheet, beijing

if TYPE_CHECKING:
    from simulation.office import Office

FULL_COLON, FULL_LEFT, FULL_RIGHT = "\uff1a", "\uff08", "\uff09"
CORRECTED = f"更正{FULL_LEFT}重报{FULL_RIGHT}"
FILLED_IN_BY = f"填报人{FULL_COLON}经办人03"


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """All files of the year; the register of 2023 is handed in again, corrected."""
    yield from _register(office, year)
    yield from _events(office, year)
    yield from _balances(office, year)
    yield from _others(office, year)


def _register(office: Office, year: int) -> Iterator[HandedFile]:
    habits = Habits(
        title=f"{year}年末固定资产卡片",
        has_unit_row=True,
        header_choice=2023 - year,
        code_style_of={"asset_class": "name", "asset_state": "pair" if year == 2023 else "name"},
        date_forms=("iso", "slash", "compact"),
        nil_text="-",
        nil_columns=("replaces_card_no",),
        has_total_row=True,
        footnotes=(FILLED_IN_BY,),
        blank_row_every=1_900,
        thousands_every=7,
        fullwidth_every=211,
    )
    rows = asset_cards.register_rows(office.seed, year)
    path, received_at = f"asset_cards/{year}/{year}年末固定资产卡片", beijing(year + 1, 1, 9, 10, 20)
    if year == 2023:
        first = Sheet("asset_cards", asset_cards.first_version(rows), habits)
        yield HandedFile(f"{path}.csv", str(year), received_at, [first])
        path, received_at = f"{path}-{CORRECTED}", beijing(year + 1, 1, 18, 15, 45)
    yield HandedFile(f"{path}.csv", str(year), received_at, [Sheet("asset_cards", rows, habits)])


def _events(office: Office, year: int) -> Iterator[HandedFile]:
    habits = Habits(
        title=f"{year}年资产盘点表",
        date_forms=("cell",),
        footnotes=(FILLED_IN_BY,),
        blank_row_every=1_300,
    )
    rows = asset_events.inventory_rows(office.seed, year, stream(office.seed, "asset_inventories", year))
    yield _workbook(
        "asset_inventories", f"{year}年资产盘点表", year, (12, 29, 9, 30), Sheet("asset_inventories", rows, habits)
    )
    habits = Habits(
        title=f"{year}年资产收益台账", has_unit_row=True, has_total_row=True, date_forms=("chinese", "cell")
    )
    sheet = Sheet("asset_income", asset_events.income_rows(office.seed, year), habits)
    yield _workbook("asset_income", f"{year}年资产收益台账", year, (13, 10, 9, 5), sheet)
    habits = Habits(
        title=f"{year}年资产处置台账",
        has_unit_row=True,
        date_forms=("cell", "dot", "slash"),
        nil_text="/",
        nil_columns=("confirmed_on",),
        has_total_row=True,
        footnotes=(FILLED_IN_BY,),
    )
    rows = asset_events.disposal_rows(office.seed, year, stream(office.seed, "asset_disposals", year))
    sheet = Sheet("asset_disposals", rows, habits)
    yield _workbook("asset_disposals", f"{year}年资产处置台账", year, (13, 10, 9, 20), sheet)


def _balances(office: Office, year: int) -> Iterator[HandedFile]:
    for quarter in range(1, 5):
        habits = Habits(
            title=f"{year}年第{quarter}季度会计科目余额表",
            has_unit_row=True,
            header_choice=1 if quarter == 2 else 0,
            thousands_every=2 if quarter % 2 else 0,
            nil_text="\u2014" if quarter == 3 else None,
            nil_columns=("opening_yuan", "debit_yuan", "credit_yuan"),
        )
        path = f"ledger_balances/{year}/会计科目余额表{year}Q{quarter}.csv"
        received_at = beijing(year + quarter // 4, quarter * 3 % 12 + 1, 15, 11, 10 + quarter)
        sheet = Sheet("ledger_balances", balances.rows(office, year, quarter), habits)
        yield HandedFile(path, f"{year}Q{quarter}", received_at, [sheet])


def _others(office: Office, year: int) -> Iterator[HandedFile]:
    habits = Habits(title=f"{year}年通用资产配置标准", has_unit_row=True, footnotes=(f"说明{FULL_COLON}空白为不限。",))
    sheet = Sheet("asset_standards", asset_kinds.standard_rows(), habits)
    yield _workbook("asset_standards", f"资产配置标准{year}", year, (1, 12, 10, 0), sheet)
    habits = Habits(
        title=f"{year}年财政拨款结转结余表",
        unit="万元",
        has_unit_row=True,
        code_style_of={"fund_type": "pair"},
        indented_column="project_name",
        subtotal_by="spending_kind",
        has_total_row=True,
        footnotes=(f"注{FULL_COLON}单位资金单列。",),
    )
    sheet = Sheet("carry_over", carry_over.rows(office, year), habits)
    yield _workbook("carry_over", f"{year}年结转结余表", year, (13, 16, 16, 0), sheet)
    habits = Habits(title=f"{year}年机关人员编制情况", footnotes=(FILLED_IN_BY,))
    yield _workbook(
        "staff_counts", f"{year}年人员编制情况", year, (13, 4, 11, 30), Sheet("staff_counts", staff.rows(year), habits)
    )


def _workbook(ledger: str, name: str, year: int, at: tuple[int, int, int, int], sheet: Sheet) -> HandedFile:
    """A workbook handed in at (month, day, hour, minute); month 13 is January of the next year."""
    month, day, hour, minute = at
    received_at = beijing(year + month // 13, (month - 1) % 12 + 1, day, hour, minute)
    return HandedFile(f"{ledger}/{year}/{name}.xlsx", str(year), received_at, [sheet])
