"""How cells are read: spellings that each type accepts and refuses, and amounts that come back to the fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_files import CONTRACTS, column, contract_of, yuan

from dagster_project.contracts import load_code_list
from dagster_project.ingestion.row_checks import RowChecks
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import Header

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


def wide(text: str) -> str:
    """The text in full-width letters, digits and signs."""
    return text.translate(FULL_WIDTH)


def read(
    kind: str, spellings: Sequence[str], *, unit: str | None = None, year: int = 2023, **rest: Any
) -> list[tuple[Any, str | None]]:
    """What a column makes of each spelling: its value (None where refused) and the rule that refused it."""
    name = "value_yuan" if kind == "money" else "value"
    contract = contract_of([column("row_no", required=True), column(name, None, kind, **rest)])
    header = Header(
        rows=1, positions={"row_no": 0, name: 1}, texts={"row_no": "row_no", name: name}, width=2, unit=unit
    )
    codes = {codes: load_code_list(codes, year)} if (codes := rest.get("codes")) else {}
    checks = RowChecks(contract, header, codes)
    values = ", ".join(f"('{n}', {literal(spelling)}, {n}, null, null)" for n, spelling in enumerate(spellings))
    relation = f"(select * from (values {values}) as t(row_no, {name}, _row, _irregular, _verdict))"
    with duckdb.connect() as connection:
        looked_at = f"({checks.looked_at(relation)})"
        landed, landed_alike = (
            connection.execute(
                f"select {name}, _status, _row from ({checks.landed_rows(looked_at, doubts, 's', '')}) order by _row"
            ).fetchall()
            for doubts in (checks.all_doubts, checks.doubts(connection, looked_at))
        )
        assert landed == landed_alike, "what does not occur in a sheet may be left out of its query"
        rules = dict(connection.execute(f"select _row, rule from ({checks.cell_faults(relation)})").fetchall())
    assert [status == "rejected" for _, status, _ in landed] == [n in rules for _, _, n in landed]
    return [(value, rules.get(n)) for value, _, n in landed]


def accepted(kind: str, spellings: Sequence[str], **rest: Any) -> dict[str, Any]:
    """The value of each spelling; a refused one shows its rule instead."""
    outcome = read(kind, spellings, **rest)
    return {s: rule or value for s, (value, rule) in zip(spellings, outcome, strict=True)}


def refused(kind: str, spellings: Sequence[str], rule: str, **rest: Any) -> None:
    outcome = read(kind, spellings, **rest)
    assert dict(zip(spellings, outcome, strict=True)) == dict.fromkeys(spellings, (None, rule))


def test_dates_are_read_in_every_spelling_that_offices_use() -> None:
    spellings = [
        "2023-01-05", "2023-1-5", "2023/1/5", "2023/01/05", "2023.1.5", "2023.01.05", "20230105", "2023年1月5日",
        "2023年01月05日", "44931", "44931.0", "2023-01-05 09:30:00", "2023-01-05T09:30:00", "2023/1/5 9:30",
        "2023-01-05 00:00:00", wide("2023-01-05"), wide("20230105"), wide("2023") + "年" + wide("1") + "月" + wide("5") + "日",
        wide("2023.1.5"), wide("2023/1/5"),
    ]  # fmt: skip
    assert accepted("date", spellings) == dict.fromkeys(spellings, dt.date(2023, 1, 5))


def test_a_leap_day_is_a_date_only_in_leap_years() -> None:
    assert accepted("date", ["2024-02-29", "2024年2月29日", "20240229"]) == dict.fromkeys(
        ["2024-02-29", "2024年2月29日", "20240229"], dt.date(2024, 2, 29)
    )
    refused("date", ["2023-02-29", "2023年2月29日", "20230229", "2023.2.29"], "bad_date")


def test_what_is_no_certain_date_is_refused() -> None:
    spellings = [
        "2023-13-45", "2023-02-30", "05/01/2023", "1/5/23", "23-1-5", "2023-01-05abc", "abc2023-01-05", "2023-1", "2023年1月",
        "20231345", "2023010", "202301050", "2023-01-0", "2023-00-10", "2023-01-00", "0023-01-05", "2323-01-05", "99999",
        "2023-01-05 25h", "五月", "2023-01-05/06", "2023-01-05-06", "1.5",
        "2-10-01-05", "20-1-01-05", "2023-01-5x", "2023-01--5", "2101-01-01", "1899-12-31",
    ]  # fmt: skip
    refused("date", spellings, "bad_date")


def test_months_are_the_first_day_of_the_month() -> None:
    spellings = [
        "2023-03",
        "2023-3",
        "2023/3",
        "2023.03",
        "202303",
        "2023年3月",
        "2023年03月",
        "2023-03-17",
        "2023年3月17日",
        wide("2023-03"),
    ]
    assert accepted("month", spellings) == dict.fromkeys(spellings, dt.date(2023, 3, 1))


def test_what_is_no_month_is_refused() -> None:
    refused(
        "month",
        ["2023-13", "202313", "2023年13月", "3月", "03/2023", "2023", "2023-00", "2023Q1", "2023-03x"],
        "bad_month",
    )


def test_timestamps_are_local_time_of_shanghai() -> None:
    moment = dt.datetime(2023, 1, 5, 9, 30)
    spellings = [
        "2023-01-05 09:30:00", "2023-01-05T09:30:00", "2023-01-05 9:30", "2023/1/5 09:30", "2023年1月5日 09:30:00", "2023.1.5 9:30:00",
        "2023-01-05T09:30:00+08:00", "2023-01-05T09:30:00+0800", "2023-01-05T01:30:00Z", "2023-01-04T21:30:00-04:00",
        "2023-01-05T07:00:00+05:30", "2023-01-04T18:00:00-07:30", wide("2023-01-05 09:30:00"),
    ]  # fmt: skip
    assert accepted("timestamp", spellings) == dict.fromkeys(spellings, moment)
    assert accepted("timestamp", ["2023-01-05", "44931", "20230105"]) == dict.fromkeys(
        ["2023-01-05", "44931", "20230105"], dt.datetime(2023, 1, 5)
    )
    fraction = "2023-01-05T09:30:00.250000+08:00"
    assert accepted("timestamp", [fraction]) == {fraction: moment.replace(microsecond=250_000)}


def test_an_offset_may_move_a_moment_into_another_year() -> None:
    late = "2022-12-31T16:00:00Z"
    assert accepted("timestamp", [late]) == {late: dt.datetime(2023, 1, 1)}


def test_what_is_no_timestamp_is_refused() -> None:
    spellings = [
        "2023-01-05 25:00:00",
        "2023-01-05 09:61",
        "2023-02-30 09:30:00",
        "09:30:00",
        "2023-01-05 09:30 AM",
        "2023-01-05T09:30:00+8",
        "昨天",
    ]
    refused("timestamp", spellings, "bad_timestamp")


@pytest.mark.parametrize(
    ("unit", "spellings"),
    [
        ("元", {"1234.5": "1234.50", "1,234.56": "1234.56", "1,234,567.8": "1234567.80", "0": "0", "0.01": "0.01", ".5": "0.50", "+5": "5"}),
        ("元", {"-1,234.50": "-1234.50", "(1,234.50)": "-1234.50", "(0.01)": "-0.01", "-0.01": "-0.01"}),
        ("元", {"1.5000": "1.50", "1.50": "1.50", "100.000000": "100", "¥1,234.5": "1234.50", "\u00a51234": "1234", "12.5元": "12.50"}),
        ("元", {"12.5万元": "125000", "12.5 万元": "125000", "1.5千元": "1500", "0.00000001亿元": "1", "(2万元)": "-20000", "1,234.5万元": "12345000"}),
        ("千元", {"1": "1000", "0.00001": "0.01", "1,234.56789": "1234567.89", "(1.5)": "-1500", "5元": "5"}),
        ("万元", {"1": "10000", "0.000001": "0.01", "9.1932": "91932", "1,234.567891": "12345678.91", "1.5000000": "15000", "-3": "-30000", "7元": "7"}),
        ("亿元", {"1": "100000000", "0.0000000001": "0.01", "12.3456789012": "1234567890.12", "3万元": "30000"}),
    ],
)  # fmt: skip
def test_amounts_are_read_in_their_unit_to_the_fen(unit: str, spellings: dict[str, str]) -> None:
    expected = {spelling: yuan(amount) for spelling, amount in spellings.items()}
    assert accepted("money", list(spellings), unit=unit) == expected
    widened = {wide(spelling): amount for spelling, amount in expected.items()}
    assert accepted("money", list(widened), unit=unit) == widened


@pytest.mark.parametrize(
    ("unit", "spellings"),
    [
        ("元", ["1.005", "0.001", "1,2", "12,34", "1,2345", "1,234,56", "1,234.5,6", "1.2.3", "--5", "(-5)", "(5", "5)", "壹佰元整", "12元5角"]),
        ("元", ["1e-3", "4e-16", "1_000", "0x10", "nan", "inf", "12 34", "1.5百元", "5%", "1/2", "=1+1", "$5", "12345678901234567"]),
        ("千元", ["0.000001", "1.234567"]),
        ("万元", ["0.0000001", "1.2345678", "1.005元"]),
        ("亿元", ["0.00000000001"]),
    ],
)  # fmt: skip
def test_amounts_are_never_rounded_or_guessed(unit: str, spellings: list[str]) -> None:
    refused("money", spellings, "bad_amount", unit=unit)


def spelled(fen: int, unit: str, grouped: bool, parentheses: bool, suffix: bool, zeros: int, is_wide: bool) -> str:
    """An amount of fen as someone might write it in a unit."""
    amount = Decimal(fen) / 100 / UNITS[unit]
    digits = f"{abs(amount):,f}" if grouped else f"{abs(amount):f}"
    if zeros:
        digits += ("" if "." in digits else ".") + "0" * zeros
    own = unit if suffix else ""
    text = (f"({digits}{own})" if parentheses else f"-{digits}{own}") if fen < 0 else digits + own
    return wide(text) if is_wide else text


FEN = st.integers(min_value=-(10**15), max_value=10**15)
SPELLING = st.tuples(FEN, st.sampled_from(list(UNITS)), *[st.booleans()] * 3, st.integers(0, 4), st.booleans())


@settings(max_examples=40, deadline=None)
@given(amounts=st.lists(SPELLING, min_size=1, max_size=40), column_unit=st.sampled_from(list(UNITS)))
def test_an_amount_in_any_accepted_spelling_and_unit_comes_back_exactly(
    amounts: list[tuple[int, str, bool, bool, bool, int, bool]], column_unit: str
) -> None:
    written = [
        spelled(fen, unit if suffix else column_unit, grouped, parentheses, suffix, zeros, is_wide)
        for fen, unit, grouped, parentheses, suffix, zeros, is_wide in amounts
    ]
    values = [value for value, _ in read("money", written, unit=column_unit)]
    assert values == [Decimal(fen) / 100 for fen, *_ in amounts]


def test_integers_may_be_grouped_full_width_or_end_in_a_zero_fraction() -> None:
    spellings = {
        "5": 5,
        "007": 7,
        "-3": -3,
        "+4": 4,
        "1,234": 1234,
        "1234.0": 1234,
        "5.": 5,
        wide("12"): 12,
        wide("1,234"): 1234,
    }
    assert accepted("integer", list(spellings)) == spellings


def test_what_is_no_integer_is_refused() -> None:
    refused(
        "integer",
        ["1.5", "1e3", "1,2", "abc", "1_000", "0x1F", "12 34", "五", "3个", "99999999999999999999"],
        "bad_number",
    )


def test_decimals_keep_eight_digits_and_refuse_more() -> None:
    spellings = {
        "113.32451678": Decimal("113.32451678"),
        "-0.5": Decimal("-0.5"),
        "1,234.5": Decimal("1234.5"),
        "2.5000000000": Decimal("2.5"),
    }
    assert accepted("decimal", list(spellings)) == spellings
    refused("decimal", ["0.123456789", "1,2", "1_0", "1,234.5,6", "1e-9", "12.5万元", "abc"], "bad_number")


def test_booleans_are_words_of_the_office_or_of_a_program() -> None:
    yes, no = (
        ["是", "有", "Y", "yes", "TRUE", "1", "√", wide("Y"), wide("1")],
        ["否", "无", "N", "no", "False", "0", "×", wide("N")],
    )
    assert accepted("boolean", yes + no) == dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    refused("boolean", ["不是", "2", "是否", "maybe", "是的"], "bad_boolean")


def test_a_code_may_stand_alone_with_its_name_or_as_its_name() -> None:
    spellings = [
        "2010101",
        "2010101-行政运行",
        "2010101##行政运行##X",
        "行政运行",
        wide("2010101"),
        wide("2010101-") + "行政运行",
        "2010101－行政运行",
    ]
    assert accepted("code", spellings, codes="function_codes") == dict.fromkeys(spellings, "2010101")


def test_a_code_that_the_list_does_not_hold_is_refused() -> None:
    refused(
        "code",
        ["9999999-不存在", "9999999", "2010101行政运行", "20101", "行政", "行政运行-2010101"],
        "unknown_code",
        codes="function_codes",
    )


def test_one_of_the_allowed_words_is_its_own_code() -> None:
    assert accepted("code", ["满意", "基本满意"], allowed=["满意", "基本满意", "A-B"]) == {
        "满意": "满意",
        "基本满意": "基本满意",
    }
    assert accepted("code", ["A-B", wide("A-B")], allowed=["满意", "A-B"]) == {"A-B": "A-B", wide("A-B"): "A-B"}
    refused("code", ["很满意", "满"], "unknown_code", allowed=["满意", "基本满意"])


@pytest.mark.parametrize(
    ("district", "first", "last"), [("440116", 2005, 2014), ("440118", 2014, None), ("440102", 1980, 2005)]
)
def test_a_district_is_known_only_in_the_years_it_existed(district: str, first: int, last: int | None) -> None:
    name = next(c.name_zh for c in load_code_list("districts") if c.code == district)
    for year in {first - 1, first, last or 2023, (last or 2023) + 1}:
        is_valid = first <= year and (last is None or year <= last)
        for spelling in (district, f"{district}-{name}", name):
            expected = (district, None) if is_valid else (None, "unknown_code")
            assert read("code", [spelling], codes="districts", year=year) == [expected], year


def test_a_year_without_any_valid_code_refuses_codes_and_nothing_breaks() -> None:
    assert load_code_list("function_codes", 1999) == []
    refused("code", ["2010101", "行政运行"], "unknown_code", codes="function_codes", year=1999)


def test_signs_for_nil_are_missing_values_not_zero() -> None:
    signs = ["", "-", "--", "—", "——", "–", "/", wide("-"), wide("/")]
    for kind, unit in (("money", "元"), ("date", None), ("integer", None), ("text", None), ("boolean", None)):
        assert read(kind, signs, unit=unit) == [(None, None)] * len(signs), kind
        refused(kind, signs, "missing_value", unit=unit, required=True)


def test_errors_of_formulas_are_told_apart_from_bad_values() -> None:
    errors = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"]
    for kind, unit in (("money", "元"), ("date", None), ("integer", None), ("boolean", None)):
        refused(kind, errors, "spreadsheet_error", unit=unit)
    assert [rule for _, rule in read("text", errors)] == ["spreadsheet_error"] * len(errors)


def test_numbers_whose_last_digits_a_spreadsheet_lost_are_no_text() -> None:
    assert [rule for _, rule in read("text", ["1.23457E+17", "6E+18", "1.23456789012346e+17"])] == ["digits_lost"] * 3
    assert [rule for _, rule in read("text", ["E+17", "型号 1.2E+3 型", "GE+5"])] == [None] * 3


def test_a_pattern_must_fit_the_whole_text() -> None:
    outcome = read("text", ["ZF1", "ZF12", "xZF1", "ZF1x"], pattern="ZF[0-9]")
    assert [rule for _, rule in outcome] == [None, "bad_pattern", "bad_pattern", "bad_pattern"]


def test_bounds_include_their_ends() -> None:
    outcome = read("integer", ["0", "5", "-1", "6"], minimum=0, maximum=5)
    assert [rule for _, rule in outcome] == [None, None, "out_of_range", "out_of_range"]


def test_every_column_of_every_shipped_contract_compiles_to_sql() -> None:
    for contract in CONTRACTS.values():
        names = [c.name for c in contract.columns]
        header = Header(1, {n: i for i, n in enumerate(names)}, {n: n for n in names}, len(names), unit="元")
        codes = {c.codes: load_code_list(c.codes, 2023) for c in contract.columns if c.codes}
        checks = RowChecks(contract, header, codes)
        nulls = ", ".join(f"cast(null as varchar) as {name}" for name in [*names, "_irregular", "_verdict"])
        relation = f"(select {nulls}, 1 as _row)"
        with duckdb.connect() as connection:
            looked_at = f"({checks.looked_at(relation)})"
            query = checks.landed_rows(looked_at, checks.all_doubts, "s", "")
            statuses = connection.execute(f"select _status from ({query})").fetchall()
        assert statuses == [("blank",)], contract.ledger
