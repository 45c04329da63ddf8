"""Asset, carry-over and running-cost ledgers of the simulated office: they agree with each other, and the edge cases occur."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dagster_project.contracts.load import load_contracts
from simulation.__main__ import DEFAULT_SEED
from simulation.drop import makers
from simulation.paper.handed_in import HandedFile
from simulation.world.asset_cards import IDLE, IN_USE, LEASED
from simulation.world.calendar import YEARS
from simulation.world.targets import published
from simulation.world.world import World

ZERO = Decimal(0)
ACCOUNTS = {"1": "01", "3": "02", "2": "03", "4": "04", "5": "05", "6": "06"}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def world() -> World:
    return World(DEFAULT_SEED)


@pytest.fixture(scope="module")
def handed(world: World) -> list[HandedFile]:
    ours = [files for name, files in makers().items() if name.startswith("assets.") or name == "budget.carry_over"]
    return [file for year in YEARS for files in ours for file in files(world, year)]


@pytest.fixture(scope="module")
def current(handed: list[HandedFile]) -> dict[tuple[str, int], Rows]:
    """The rows in force by ledger and year: the last file of each period."""
    periods: dict[tuple[str, str], Rows] = {}
    for file in sorted(handed, key=lambda one: one.received_at):
        for sheet in file.sheets:
            periods[sheet.ledger, file.period] = [dict(row) for row in sheet.rows]
    kept: dict[tuple[str, int], Rows] = defaultdict(list)
    for (ledger, period), rows in periods.items():
        kept[ledger, int(period[:4])] += rows
    return kept


def total(rows: Rows, column: str) -> Decimal:
    return sum((row[column] for row in rows if row[column] is not None), ZERO)


def closing(current: dict[tuple[str, int], Rows], year: int, code: str) -> Decimal:
    rows = current["ledger_balances", year]
    return next(r["closing_yuan"] for r in rows if r["account_code"] == code and r["month"] == date(year, 12, 1))


@pytest.mark.parametrize("year", YEARS)
def test_cards_equal_the_accounts_but_for_one_disposal_not_booked(
    year: int, current: dict[tuple[str, int], Rows]
) -> None:
    unbooked = [row for row in current["asset_disposals", year] if row["booked_on"] is None]
    assert len(unbooked) == (1 if year == 2022 else 0)
    cards: dict[str, Rows] = defaultdict(list)
    for row in current["asset_cards", year]:
        cards[row["asset_class"]].append(row)
    for asset_class, account in ACCOUNTS.items():
        missing = total(unbooked, "original_value_yuan") if asset_class == "2" else ZERO
        original = total(cards[asset_class], "original_value_yuan") + missing
        assert closing(current, year, f"1601{account}") == original
        assert closing(current, year, f"1602{account}") == total(cards[asset_class], "depreciation_yuan") + missing
    assert closing(current, year, "1701") == total(cards["7"], "original_value_yuan")
    assert closing(current, year, "1702") == total(cards["7"], "depreciation_yuan")
    for row in current["asset_cards", year]:
        assert row["net_value_yuan"] == row["original_value_yuan"] - (row["depreciation_yuan"] or ZERO)


def test_each_month_opens_with_what_the_last_one_closed_with(current: dict[tuple[str, int], Rows]) -> None:
    closed: dict[str, Decimal] = {}
    for year in YEARS:
        for row in sorted(current["ledger_balances", year], key=lambda one: one["month"]):
            if row["opening_yuan"] is None:
                continue
            assert closed.get(row["account_code"], row["opening_yuan"]) == row["opening_yuan"], row
            side = 1 if row["balance_side"] == "借" else -1
            moved = side * (row["debit_yuan"] - row["credit_yuan"])
            assert row["debit_yuan"] >= 0 and row["credit_yuan"] >= 0
            assert row["opening_yuan"] + moved == row["closing_yuan"], row
            closed[row["account_code"]] = row["closing_yuan"]


def test_utilisation_is_about_93_percent(current: dict[tuple[str, int], Rows]) -> None:
    fixed = [row for row in current["asset_cards", 2023] if row["asset_class"] in ACCOUNTS]
    in_use = [row for row in fixed if row["asset_state"] == IN_USE]
    assert (
        Decimal("0.925") < total(in_use, "original_value_yuan") / total(fixed, "original_value_yuan") < Decimal("0.94")
    )
    assert {IDLE, LEASED} < {row["asset_state"] for row in fixed}


@pytest.mark.parametrize("year", YEARS)
def test_what_is_unspent_is_carried_over_or_cancelled(
    year: int, world: World, current: dict[tuple[str, int], Rows]
) -> None:
    fiscal = [row for row in current["carry_over", year] if row["fund_type"] == "11"]
    appropriated = Decimal(sum(a.amount_fen for a in world.budget(year).allocations if a.source != "上年结转")) / 100
    paid = sum(v.amount_fen for v in world.vouchers(year) if v.original is None or v.original.cleared_on.year == year)
    resources = total(fiscal, "opening_yuan") + appropriated
    left = resources - Decimal(paid) / 100 - total(fiscal, "withdrawn_yuan")
    assert left == total(fiscal, "closing_yuan")
    assert all(row["withdrawn_yuan"] is None or row["withdrawn_yuan"] >= 0 for row in fiscal)
    if year == 2023:
        assert Decimal("0.0105") < total(fiscal, "closing_yuan") / resources < Decimal("0.0115")
        before = [row for row in current["carry_over", 2022] if row["fund_type"] == "11"]
        assert total(before, "closing_yuan") == total(fiscal, "opening_yuan")
    assert {row["closing_yuan"] for row in fiscal} >= {None, ZERO} or year == 2023


def test_three_public_expenses_stay_below_their_budget_and_no_vehicle_is_bought(world: World) -> None:
    codes = {"30212", "30217", "30231", "31013", "30913"}
    budget: dict[tuple[str, bool], int] = defaultdict(int)
    spent: dict[tuple[str, bool], int] = defaultdict(int)
    for allocation in world.budget(2023).allocations:
        budget[allocation.line.economic, allocation.line.project.is_basic] += allocation.amount_fen
    for voucher in world.vouchers(2023):
        if voucher.original is None or voucher.original.cleared_on.year == 2023:
            line = voucher.allocation.line
            spent[line.economic, line.project.is_basic] += voucher.amount_fen
    assert (
        0
        < sum(v for (code, _), v in spent.items() if code in codes)
        < sum(v for (code, _), v in budget.items() if code in codes)
    )
    assert spent["30217", False] > 0 and spent["30217", True] > 0
    assert not [key for key in budget if key[0] in ("31013", "30913")]
    paid = Decimal(sum(spent.values())) / 1_000_000
    assert published()["spending.total"].low < paid < published()["spending.total"].high


def bought(current: dict[tuple[str, int], Rows], year: int, name: str) -> Rows:
    return [
        r
        for r in current["asset_cards", year]
        if r["asset_name"] == name and r["acquired_on"].year == year and r["acquisition_method"] == "新购"
    ]


def test_edge_cases_of_purchases_occur(current: dict[tuple[str, int], Rows]) -> None:
    prices = {y: {r["original_value_yuan"] for r in bought(current, y, "台式计算机")} for y in YEARS}
    assert Decimal("5000.01") in prices[2022] and max(prices[2023]) == Decimal("5000.00")
    gone = {r["card_no"]: r["acquired_on"] for y in YEARS for r in current["asset_disposals", y]}
    kept = {
        y: [
            (r["acquired_on"].toordinal() - gone[r["replaces_card_no"]].toordinal()) / 365.25
            for r in bought(current, y, "便携式计算机")
            if r["replaces_card_no"]
        ]
        for y in YEARS
    }
    assert min(kept[2022]) < 5 and 5.99 < min(kept[2023]) < 6.01
    nominal = [r for r in current["asset_cards", 2023] if r["value_kind"] == "名义金额"]
    assert nominal and {r["original_value_yuan"] for r in nominal} == {Decimal(1)}


def test_edge_cases_of_stock_takes_income_and_disposals_occur(current: dict[tuple[str, int], Rows]) -> None:
    for year in YEARS:
        lines = current["asset_inventories", year]
        assert {"盘盈", "盘亏"} < {r["result"] for r in lines}
        open_lines = [r for r in lines if r["result"] not in (None, "账实相符") and r["handled_on"] is None]
        assert [r["result"] for r in open_lines] == (["盘亏"] if year == 2022 else [])
    late = [r for r in current["asset_disposals", 2022] if r["approved_on"] > r["disposed_on"]]
    assert len(late) == 1 and late[0]["confirmed_on"] is not None
    assert not [
        r for r in current["asset_disposals", 2023] if r["approved_on"] > r["disposed_on"] or not r["booked_on"]
    ]
    proceeds = {r["proceeds_yuan"] for r in current["asset_disposals", 2023]}
    assert None in proceeds and ZERO in proceeds
    assert (date(2023, 9, 25), date(2023, 10, 13)) in {
        (r["received_on"], r["remitted_on"]) for r in current["asset_income", 2023]
    }


def test_the_register_of_2023_was_corrected(handed: list[HandedFile]) -> None:
    first, second = (file.sheets[0].rows for file in handed if file.path.startswith("asset_cards/2023/"))
    changed = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    assert len(changed) == 2
    assert [a["place"] for a, _ in changed].count(None) == 1
    assert all(b["place"] is not None for _, b in changed)


def test_users_are_numbers_and_marked_personal(current: dict[tuple[str, int], Rows]) -> None:
    assert load_contracts()["asset_cards"].column("user_person").personal
    users = {r["user_person"] for y in YEARS for r in current["asset_cards", y]} - {None}
    assert users and all(user.startswith("员工") and user[2:].isdigit() for user in users)
