"""Cells that may mean two things are told, never read as one of them; cells that mean one thing in an unusual spelling are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from ledger_files import PAYMENT_FILE, Office, closes, column, contract_of, payment_cells, payments_text
from test_values import snapshot_line

from dagster_project.ingestion.rules import RULES

SNAPSHOT_FILE = "snapshot_cases/2023/2023Q1.jsonl"


def payments_with(office: Office, name: str, values: Sequence[str]) -> list[tuple[int, str | None, str]]:
    """What is told of payments that have each of these values in one column; the first payment is sound."""
    rows = [payment_cells(1), *(payment_cells(n, **{name: value}) for n, value in enumerate(values, start=2))]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert closes(entry) and entry.rows_accepted == 1 and entry.rows_rejected == len(values)
    return sorted((row, name, rule) for row, name, rule in office.faults(entry) if row is not None)


def small(office: Office, kind: str, values: Sequence[str], **rest: Any) -> list[Any]:
    """The values of a column as they landed; of a rejected row ``None``."""
    office.contracts = {"sample": contract_of([column("key", required=True), column("value", kind=kind, **rest)])}
    lines = [f'K{n},"{value}"' for n, value in enumerate(values)]
    entry = office.land_one("sample/2023/2023年.csv", "\n".join(["key,value", *lines]) + "\n")
    assert closes(entry) and entry.rows_read == len(values) + 1
    landed = dict(office.accepted(entry, "key", "value"))
    return [landed.get(f"K{n}") for n in range(len(values))]


def test_groups_of_thousands_do_not_begin_with_a_nought(office: Office) -> None:
    """In 0,500 the comma is most likely a point."""
    values = ["0,500", "0,500.00", "00,123", "-0,500", "(0,500.00)", "0,500元", "￥0,500"]
    told = payments_with(office, "amount_yuan", values)
    assert told == [(row, "amount_yuan", "bad_amount") for row in range(3, 3 + len(values))]


@pytest.mark.parametrize("kind", ["integer", "decimal"])
def test_a_nought_before_a_comma_is_no_number_of_any_type(kind: str, office: Office) -> None:
    assert small(office, kind, ["0,500", "00,123", "1,500", "10,500", "0"]) == [None, None, 1500, 10500, 0]


MIXED = [
    "2023年1-3",
    "2023.1-3",
    "2023/1-3",
    "2023-1/3",
    "2023-1.3",
    "2023.1/3",
    "2023/1.3",
    "2023年1/3",
    "2023 年 1 - 3",
]
"""May be January to March as well as the third of January."""


def test_two_signs_in_one_date_are_no_date(office: Office) -> None:
    told = payments_with(office, "cleared_on", MIXED)
    assert told == [(row, "cleared_on", "bad_date") for row in range(3, 3 + len(MIXED))]


@pytest.mark.parametrize("kind", ["month", "timestamp"])
def test_two_signs_in_one_date_are_no_month_and_no_time(kind: str, office: Office) -> None:
    assert small(office, kind, [*MIXED, "2023.1-12"]) == [None] * (len(MIXED) + 1)


def test_two_signs_are_no_date_in_a_declared_order(office: Office) -> None:
    landed = small(office, "date", ["1-3/2023", "1/3-2023", "1.3/2023", "1/3/2023"], date_order="DMY")
    assert landed == [None, None, None, dt.date(2023, 3, 1)]


def test_dates_with_one_sign_or_with_words_are_read(office: Office) -> None:
    spelt = [
        "2023-1-3",
        "2023/1/3",
        "2023.1.3",
        "2023年1月3日",
        "2023年1.3",
        "2023.1月3日",
        "2023-1月3日",
        "2023 年 1 月 3 日",
    ]
    assert small(office, "date", spelt) == [dt.date(2023, 1, 3)] * len(spelt)


def test_a_month_may_be_called_so(office: Office) -> None:
    assert small(office, "month", ["2023年1月份", "2023 年 1 月份"]) == [dt.date(2023, 1, 1)] * 2


def test_a_time_with_its_offset_is_a_day_in_shanghai(office: Office) -> None:
    spelt = [
        "2023-01-05T00:00:00+08:00", "2023-01-04T16:00:00Z", "2023-01-04T16:00:00.000Z", "2023-01-05 00:00:00+0800",
        "2023-01-05T15:59+00:00", "2023-01-05",
    ]  # fmt: skip
    assert small(office, "date", spelt) == [dt.date(2023, 1, 5)] * len(spelt)
    assert small(office, "month", ["2022-12-31T16:00:00Z", "2022-12-31T15:59:59Z"]) == [
        dt.date(2023, 1, 1),
        dt.date(2022, 12, 1),
    ]


def test_a_cell_with_two_codes_names_none_of_them(office: Office) -> None:
    values = [
        "11/12",
        "11、12",
        "11-一般公共预算、12-政府性基金",
        "11 一般公共预算 12",
        "11-一般公共预算/12",
        "[11]一般公共预算,[12]政府性基金",
    ]
    told = payments_with(office, "fund_type", values)
    assert told == [(row, "fund_type", "unknown_code") for row in range(3, 3 + len(values))]


def test_two_districts_in_a_case_are_none(office: Office) -> None:
    lines = snapshot_line(districtCode='"440103"') + snapshot_line(caseNo='"A2"', districtCode='"440103/440117"')
    entry = office.land_one(SNAPSHOT_FILE, lines)
    assert office.accepted(entry, "district_code") == [("440103",)]
    assert (2, "district_code", "unknown_code") in office.faults(entry)


def test_a_code_with_its_name_and_the_number_of_a_platform_is_that_code(office: Office) -> None:
    spelt = [
        "11-一般公共预算",
        "11##一般公共预算##12-AB-12",
        "11_一般公共预算",
        "[11]一般公共预算",
        "11-一般公共预算-本级",
        "11-",
    ]
    rows = [payment_cells(n, fund_type=text) for n, text in enumerate(spelt, start=1)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.accepted(entry, "fund_type") == [("11",)] * len(spelt)


def test_thousands_are_read_as_before(office: Office) -> None:
    rows = [payment_cells(n, amount_yuan=text) for n, text in enumerate(["1,500", "(1,500.00)", "12，345.60"], start=1)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.accepted(entry, "amount_yuan") == [(Decimal(1500),), (Decimal(-1500),), (Decimal("12345.60"),)]


def test_a_remedy_is_the_same_whatever_the_file(office: Office) -> None:
    """Only the message quotes the file; a gap in a remedy would be shown as it stands."""
    assert not [name for name, rule in RULES.items() if "{" in rule.remedy_zh]
    entry = office.land_one(SNAPSHOT_FILE, "callback([]);")
    (finding,) = office.findings(entry)
    assert finding["rule"] == "other_text" and "{" not in finding["message_zh"] + finding["remedy_zh"]
