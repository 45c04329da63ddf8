"""The simulated procurements fit the payments and hold the cases that the rules are about."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulation import __main__ as command
from simulation.ledgers.budget.payments import to_row
from simulation.world.calendar import YEARS, after, is_worked, on_or_after, on_or_before
from simulation.world.credit_codes import is_valid
from simulation.world.procurement.cases import CASES
from simulation.world.procurement.every_year import INTENTIONS
from simulation.world.procurement.year import CONTRACTS, PROCUREMENTS
from simulation.world.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(command.DEFAULT_SEED)


@pytest.fixture(scope="module")
def contracts(world: World) -> dict[str, dict[str, Any]]:
    return {str(row["contract_no"]): row for year in YEARS for row in world.procurement.contracts[year]}


@pytest.fixture(scope="module")
def payments(world: World) -> dict[str, list[dict[str, Any]]]:
    """The payment rows of each contract."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in (dict(to_row(voucher)) for year in YEARS for voucher in world.vouchers(year)):
        if row["contract_no"]:
            found[str(row["contract_no"])].append(row)
    return found


def signed_on(contract: dict[str, Any]) -> date:
    return max(contract["signed_by_buyer_on"], contract["signed_by_supplier_on"])


def test_the_ledgers_have_the_rows_they_should(world: World) -> None:
    made = world.procurement
    for year in YEARS:
        counts = len(made.intentions[year]), len(made.procurements[year]), len(made.contracts[year])
        assert counts == (INTENTIONS[year], PROCUREMENTS[year], CONTRACTS[year])


def test_every_paid_contract_is_in_the_ledger_with_the_payee_as_its_supplier(
    contracts: dict[str, dict[str, Any]], payments: dict[str, list[dict[str, Any]]]
) -> None:
    assert payments
    for number, rows in payments.items():
        assert {row["payee_name"] for row in rows} == {contracts[number]["supplier_name"]}


def test_one_contract_is_paid_more_than_agreed_and_one_before_it_was_signed(
    contracts: dict[str, dict[str, Any]], payments: dict[str, list[dict[str, Any]]]
) -> None:
    over = [n for n, rows in payments.items() if sum(r["amount_yuan"] for r in rows) > contracts[n]["amount_yuan"]]
    early = [
        n
        for n, rows in payments.items()
        if min((r["cleared_on"] for r in rows if not r["is_refund"]), default=date.max) < signed_on(contracts[n])
    ]
    assert len(over) == 1
    assert len(early) == 1


def test_one_payment_is_made_twice_and_the_sum_of_its_month_stays(world: World) -> None:
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in (to_row(voucher) for voucher in world.vouchers(2023)):
        if not row["is_refund"]:
            seen[row["payee_name"], row["amount_yuan"], row["cleared_on"]] += 1
    assert sorted(seen.values())[-2:] == [1, 2]


def test_credit_codes_are_valid_and_a_supplier_has_one(contracts: dict[str, dict[str, Any]]) -> None:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in contracts.values():
        assert is_valid(row["credit_code"])
        codes[row["supplier_name"]].add(row["credit_code"])
    assert all(len(of_supplier) == 1 for of_supplier in codes.values())


def test_the_cases_by_hand_happen_on_working_days() -> None:
    for case in (case for cases in CASES.values() for case in cases):
        days = [case.notice, case.award, case.signed, case.published, case.filed]
        assert all(is_worked(date.fromisoformat(day)) for day in days if day), case.name


def test_the_bounds_of_the_clocks_occur_in_2023(world: World, contracts: dict[str, dict[str, Any]]) -> None:
    procurements = {str(row["procurement_no"]): row for row in world.procurement.procurements[2023]}
    to_sign, to_publish, to_file = set(), set(), set()
    for contract in contracts.values():
        award = procurements.get(str(contract["procurement_no"]), {}).get("award_notice_on")
        signed = signed_on(contract)
        if isinstance(award, date) and not contract["is_supplementary"]:
            to_sign.add((signed - award).days)
        for done, found in ((contract["published_on"], to_publish), (contract["filed_on"], to_file)):
            found.update(n for n in range(10) if done and after(signed, n) == done)
    assert {30, 31} <= to_sign
    assert {2, 3, 7, 8} <= to_publish
    assert {2, 3, 7, 8} <= to_file
    intentions = [row for year in YEARS for row in world.procurement.intentions[year]]
    first = {row["intention_no"]: row["published_on"] for row in reversed(intentions)}
    ahead = {
        (row["notice_on"] - first[row["intention_no"]]).days
        for row in procurements.values()
        if isinstance(row["notice_on"], date) and row["intention_no"]
    }
    assert {29, 30} <= ahead


def test_amounts_are_whole_fen(contracts: dict[str, dict[str, Any]]) -> None:
    assert all(row["amount_yuan"] == row["amount_yuan"].quantize(Decimal("0.01")) > 0 for row in contracts.values())


def test_another_seed_fits_its_payments_as_well() -> None:
    world = World(7)
    numbers = {row["contract_no"] for year in YEARS for row in world.procurement.contracts[year]}
    paid = {to_row(voucher)["contract_no"] for year in YEARS for voucher in world.vouchers(year)}
    assert paid - {None} <= numbers


def test_working_days_skip_the_holidays_and_count_the_make_up_day() -> None:
    friday = date(2023, 4, 28)
    assert [after(friday, n) for n in (0, 1, 2, 3)] == [
        friday, date(2023, 5, 4), date(2023, 5, 5), date(2023, 5, 6)
    ]  # fmt: skip
    assert on_or_after(date(2023, 4, 29)) == date(2023, 5, 4)
    assert on_or_before(date(2023, 5, 3)) == friday
    assert is_worked(date(2023, 5, 6))
    assert not is_worked(date(2023, 5, 6) + timedelta(days=1))
