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
from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.row_checks import RowChecks
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import Header

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


def wide(text: str) -> str:
    """The text in full-width letters, digits and signs."""
    return text.translate(FULL_WIDTH)


def read(
    kind: str,
    spellings: Sequence[str],
    *,
    unit: str | None = None,
    year: int = 2023,
    name: str = "value",
    sheet: dict[str, Any] | None = None,
    **rest: Any,
) -> list[tuple[Any, str | None]]:
    """What a column makes of each spelling: its value (None where refused) and the rule that refused it.

    ``sheet`` is what RowChecks is told about the file.
    """
    name = "value_yuan" if kind == "money" else name
    contract = contract_of([column("row_no", required=True), column(name, None, kind, **rest)])
    header = Header(
        rows=1, positions={"row_no": 0, name: 1}, texts={"row_no": "row_no", name: name}, width=2, unit=unit
    )
    codes = {codes: load_code_list(codes, year)} if (codes := rest.get("codes")) else {}
    checks = RowChecks(contract, header, codes, **(sheet or {}))
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
        "2023-13-45", "2023-02-30", "2023-01-05abc", "abc2023-01-05", "2023-1", "2023年1月",
        "20231345", "2023010", "202301050", "2023-01-0", "2023-00-10", "2023-01-00", "0023-01-05", "2323-01-05", "99999",
        "2023-01-05 25h", "五月", "2023-01-05/06", "2023-01-05-06", "1.5",
        "2-10-01-05", "20-1-01-05", "2023-01-5x", "2023-01--5", "2101-01-01", "1899-12-31",
    ]  # fmt: skip
    refused("date", spellings, "bad_date")


ORDERS = {
    "DMY": ["05/01/2023", "5/1/2023", "05.01.2023", "5-1-2023", "05.01.23", "5/1/23", "05/01/2023 09:30:00"],
    "MDY": ["01/05/2023", "1/5/2023", "01.05.23", "1-5-2023"],
    "YMD": ["23-1-5", "23/01/05", "23.1.5"],
}


@pytest.mark.parametrize("order", list(ORDERS))
def test_the_order_of_a_date_is_what_the_column_or_else_the_layout_declares(order: str) -> None:
    spellings = [*ORDERS[order], "2023-01-05", "2023年1月5日"]
    expected = dict.fromkeys(spellings, dt.date(2023, 1, 5))
    assert accepted("date", spellings, date_order=order) == expected
    assert accepted("date", spellings, sheet={"date_order": order}) == expected
    other = "MDY" if order == "DMY" else "DMY"
    assert accepted("date", spellings, date_order=order, sheet={"date_order": other}) == expected
    moments = dict.fromkeys([text for text in spellings if ":" not in text], dt.datetime(2023, 1, 5))
    assert accepted("timestamp", list(moments), date_order=order) == moments


def test_a_year_of_two_digits_has_a_stated_century() -> None:
    assert accepted("date", ["01.02.68", "01.02.69"], date_order="DMY") == {
        "01.02.68": dt.date(2068, 2, 1),
        "01.02.69": dt.date(1969, 2, 1),
    }
    refused("date", ["31.02.23", "13/13/2023"], "bad_date", date_order="DMY", sheet={"date_order": "DMY"})


def test_a_date_whose_order_nobody_declared_is_never_guessed() -> None:
    for kind in ("date", "timestamp"):
        refused(kind, ["05/01/2023", "1/5/23", "23-1-5", "05.01.2023", "31/12/2023", "12.31.23"], "ambiguous_date")


def test_dates_may_have_blanks_or_the_day_of_the_week() -> None:
    spellings = ["2023 年 1 月 5 日", "2023年1月5日 星期四", "2023-01-05 星期四", "2023-01-05(周四)", "2023/1/5 星期四"]
    assert accepted("date", spellings) == dict.fromkeys(spellings, dt.date(2023, 1, 5))
    times = {
        "2023-01-05 下午 3:30": 15,
        "2023/1/5 上午9:30": 9,
        "2023年1月5日 下午12:30": 12,
        "2023-01-05 上午12:30": 0,
    }
    assert accepted("timestamp", list(times)) == {
        text: dt.datetime(2023, 1, 5, hour, 30) for text, hour in times.items()
    }


def test_a_serial_counts_from_the_epoch_of_its_workbook() -> None:
    day = dt.date(2023, 4, 4)
    assert accepted("date", ["43558"], sheet={"serial_epoch": dt.date(1904, 1, 1)}) == {"43558": day}
    assert accepted("month", ["43558"], sheet={"serial_epoch": dt.date(1904, 1, 1)}) == {"43558": day.replace(day=1)}
    assert accepted("date", ["45020"]) == {"45020": day}


def test_a_month_of_one_digit_behind_a_point_may_be_january_or_october() -> None:
    refused("month", ["2023.1", "2023.9", wide("2023.1")], "ambiguous_month")
    refused("date", ["2023.1"], "ambiguous_month")
    assert accepted("month", ["2023.01", "2023.10", "2023.12", "2023.1.5"]) == {
        "2023.01": dt.date(2023, 1, 1), "2023.10": dt.date(2023, 10, 1), "2023.12": dt.date(2023, 12, 1), "2023.1.5": dt.date(2023, 1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("2023Q4", ["2023-10", "2023-12"], ["2023-09", "2024-01"]),
        ("2023H1", ["2023-01", "2023-06"], ["2022-12", "2023-07"]),
        ("2023-02", ["2023-02"], ["2023-01", "2023-03"]),
        ("2023", ["2023-01", "2023-12"], ["2022-12", "2024-01"]),
    ],
)
def test_a_month_outside_the_period_of_the_file_is_refused_where_the_column_says_so(
    period: str, inside: list[str], outside: list[str]
) -> None:
    sheet = {"period": period}
    rules = [rule for _, rule in read("month", inside + outside, sheet=sheet, within_period=True)]
    assert rules == [None] * len(inside) + ["outside_period"] * len(outside)
    assert [rule for _, rule in read("month", outside, sheet=sheet)] == [None] * len(outside)


def test_the_last_moment_of_a_period_is_within_it() -> None:
    outcome = read(
        "timestamp", ["2023-12-31 23:59:59", "2024-01-01 00:00:00"], sheet={"period": "2023"}, within_period=True
    )
    assert [rule for _, rule in outcome] == [None, "outside_period"]
    assert first_and_last_day("2024-02") == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))


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
        ("元", ["1_000", "0x10", "nan", "inf", "12 34", "1.5百元", "1/2", "=1+1", "12345678901234567", "△5", "1.0100001", "12.340000001"]),
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
        ["1.5", "1,2", "abc", "1_000", "0x1F", "12 34", "五", "3个", "99999999999999999999"],
        "bad_number",
    )


def test_a_decimal_has_any_number_of_digits_and_eight_are_kept() -> None:
    spellings = {
        "113.32451678": Decimal("113.32451678"),
        "-0.5": Decimal("-0.5"),
        "1,234.5": Decimal("1234.5"),
        "2.5000000000": Decimal("2.5"),
        "0.123456789": Decimal("0.12345679"),
        "0.333333333333333": Decimal("0.33333333"),
        "0.999999999999999999999999": Decimal("1"),
        "-0.000000005": Decimal("-0.00000001"),
        "113.324516784999999999999999999": Decimal("113.32451678"),
    }
    assert accepted("decimal", list(spellings)) == spellings
    refused("decimal", ["1,2", "1_0", "1,234.5,6", "12.5万元", "abc"], "bad_number")


def test_a_contract_may_keep_more_digits_or_fewer_or_none_that_would_be_rounded() -> None:
    assert accepted("decimal", ["113.123456789012"], digits=12) == {"113.123456789012": Decimal("113.123456789012")}
    assert accepted("decimal", ["1.005", "1.00499999999999999999999", "-1.005"], digits=2) == {
        "1.005": Decimal("1.01"),
        "1.00499999999999999999999": Decimal("1.00"),
        "-1.005": Decimal("-1.01"),
    }
    refused("decimal", ["1.005", "0.123456789"], "bad_number", digits=2, rounding="reject")
    assert accepted("decimal", ["1.50"], digits=2, rounding="reject") == {"1.50": Decimal("1.5")}


def test_per_cent_is_a_number_only_where_the_contract_says_so() -> None:
    spellings = {"31%": Decimal(31), "31": Decimal(31), "0.31%": Decimal("0.31"), "0.31": Decimal("0.31"), "31 %": Decimal(31), wide("31%"): Decimal(31), "-5%": Decimal(-5)}  # fmt: skip
    assert accepted("decimal", list(spellings), percent=True) == spellings
    for kind, unit in (("decimal", None), ("money", "元"), ("integer", None)):
        refused(kind, ["31%", "0.31%", wide("31%")], "unexpected_percent", unit=unit)
    refused("decimal", ["%", "a%"], "unexpected_percent", percent=True)


def test_a_number_in_scientific_notation_has_lost_its_digits() -> None:
    for kind, unit in (("decimal", None), ("money", "元"), ("money", "万元"), ("integer", None)):
        refused(kind, ["1.23E+08", "1.23e8", "2E3", "1e-3", "-1.5E+5", wide("1.23E+08")], "digits_lost", unit=unit)


def test_what_a_float_leaves_behind_the_fen_is_no_third_decimal() -> None:
    spellings = {"0.30000000000000004": "0.30", "1234.5600000001": "1234.56", "0.28999999999999998": "0.29", "-1.1000000000000001": "-1.10"}  # fmt: skip
    assert accepted("money", list(spellings), unit="元") == {text: yuan(amount) for text, amount in spellings.items()}
    assert accepted("money", ["107.39999999999999"], unit="万元") == {"107.39999999999999": yuan("1074000")}
    refused("money", ["0.305", "0.3000001", "0.295999999999"], "bad_amount", unit="元")


def test_an_amount_is_rounded_to_the_fen_where_the_contract_says_so() -> None:
    assert accepted("money", ["1.005", "-1.005", "1.00499"], unit="元", rounding="half_up") == {
        "1.005": yuan("1.01"),
        "-1.005": yuan("-1.01"),
        "1.00499": yuan("1.00"),
    }
    assert accepted("money", ["0.00000051"], unit="万元", rounding="half_up") == {"0.00000051": yuan("0.01")}


def test_signs_of_yuan_and_every_minus_belong_to_an_amount() -> None:
    spellings = {
        "\uffe54.00": "4", "\u00a54.00": "4", "RMB4.00": "4", "CNY 4": "4", "人民币4元": "4", "4元整": "4", "4.00RMB": "4",
        "\u22124": "-4", "\uff0d4": "-4", "-\u00a54": "-4", "\u00a5-4": "-4", "(\uffe54.00)": "-4", "12.50-": "-12.5", "1,234.50-": "-1234.5",
        "+12": "12", "人民币1.5万元": "15000",
    }  # fmt: skip
    assert accepted("money", list(spellings), unit="元") == {text: yuan(amount) for text, amount in spellings.items()}


def test_an_amount_in_another_currency_is_refused_in_words_of_its_own() -> None:
    refused(
        "money",
        ["US$5", "$5", "5$", "€5", "HK$5", "5美元", "5万美元", "USD 5", "100港币"],
        "foreign_currency",
        unit="元",
    )


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
        "2010101 行政运行",
        "[2010101]行政运行",
        "【2010101】行政运行",
        "2010101_行政运行",
        "2010101/行政运行",
        "行 政 运 行",
    ]
    assert accepted("code", spellings, codes="function_codes") == dict.fromkeys(spellings, "2010101")


def test_a_code_may_have_lost_its_leading_zeros_where_only_one_fits() -> None:
    assert accepted("code", ["1", "01", "2", "10"], allowed=["01", "02", "10"]) == {
        "1": "01",
        "01": "01",
        "2": "02",
        "10": "10",
    }
    assert accepted("code", ["01", "1"], allowed=["1", "2"]) == {"01": "1", "1": "1"}
    assert accepted("code", ["1", "01"], allowed=["1", "01"]) == {"1": "1", "01": "01"}
    refused("code", ["001"], "unknown_code", allowed=["1", "01"])


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


def test_a_code_beside_the_name_of_another_one_is_refused_and_other_words_beside_it_are_not() -> None:
    codes = load_code_list("department_economic_codes")
    one, other = (next(c for c in codes if c.code == code) for code in ("30101", "30110"))
    spellings = ("{0}-{1}", "{0} {1}", "[{0}]{1}", "{0}##{1}##9F", "{0}_{1}")
    for spelling in spellings:
        assert read("code", [spelling.format(one.code, one.name_zh)], codes="department_economic_codes") == [
            (one.code, None)
        ]
        refused("code", [spelling.format(other.code, one.name_zh)], "unknown_code", codes="department_economic_codes")
    for words in ("30101-工资福利支出-基本工资", "30101-基本工资(在职)", "30101-"):
        assert read("code", [words], codes="department_economic_codes") == [("30101", None)], words


def test_a_year_without_any_valid_code_refuses_codes_and_nothing_breaks() -> None:
    assert load_code_list("function_codes", 1999) == []
    refused("code", ["2010101", "行政运行"], "unknown_code", codes="function_codes", year=1999)


def test_signs_for_nil_are_missing_values_not_zero() -> None:
    signs = ["", "-", "--", "—", "——", "–", "/", wide("-"), wide("/")]
    for kind, unit in (("money", "元"), ("date", None), ("integer", None), ("text", None), ("boolean", None)):
        assert read(kind, signs, unit=unit) == [(None, None)] * len(signs), kind
        refused(kind, signs, "missing_value", unit=unit, required=True)


ERRORS = [
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "\uff03N/A", "#n/a",
    "Err:502", "##", "########", "\uff03\uff03\uff03",
]  # fmt: skip
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("money", {"unit": "元"}), ("date", {}), ("month", {}), ("timestamp", {}), ("integer", {}), ("decimal", {}), ("boolean", {}),
    ("code", {"allowed": ["甲", "#"]}), ("text", {}), ("text", {"name": "value_no"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rest"), KINDS)
@pytest.mark.parametrize("required", [False, True])
def test_errors_of_a_spreadsheet_are_told_apart_in_every_type_of_column(
    kind: str, rest: dict[str, Any], required: bool
) -> None:
    outcome = read(kind, [*ERRORS, "#无缓存值!"], required=required, **rest)
    assert [rule for _, rule in outcome] == [*["spreadsheet_error"] * len(ERRORS), "formula_without_value"]


def test_a_text_that_begins_with_a_sharp_is_no_error() -> None:
    assert [rule for _, rule in read("text", ["#1 楼", "#", "C#", "#工程", "Err: 见附件", "1## 2"])] == [None] * 6


def test_numbers_whose_last_digits_a_spreadsheet_lost_are_no_text() -> None:
    lost = ["1.23457E+17", "6E+18", "1.23456789012346e+17", "1.23457E+14", "4.4e17", "1.5E-05"]
    for name in ("value", "value_no"):
        assert [rule for _, rule in read("text", lost, name=name)] == ["digits_lost"] * len(lost)
    assert [rule for _, rule in read("text", ["E+17", "型号 1.2E+3 型", "GE+5", "2E3", "1E-05", "12E8"])] == [None] * 6


DATES_IN_IDS = [
    "2023-03-01", "2023/3/1", "2023-03-01 00:00:00", "2023/3/1 0:00", "Mar-23", "Mar-2023", "1-Mar", "3月1日", "2023年3月1日", "2023年3月", "1/3/2023",
    "1-Mar-23",
]  # fmt: skip


@pytest.mark.parametrize("name", ["value_no", "value_code", "value_id", "value_number"])
def test_a_date_in_an_id_column_is_a_damaged_id(name: str) -> None:
    refused_ids = read("text", DATES_IN_IDS, name=name)
    assert [rule for _, rule in refused_ids] == ["id_became_date"] * len(DATES_IN_IDS)
    ids = ["2023-3", "3-1", "CG2023-001", "穗财行〔2023〕3号", "20230301", "2023-03-01号", "Mark-2", "3月", "HT-1/2"]
    assert [rule for _, rule in read("text", ids, name=name)] == [None] * len(ids)
    assert [rule for _, rule in read("text", DATES_IN_IDS)] == [None] * len(DATES_IN_IDS), (
        "a text that is no id may be a date"
    )


def test_the_pattern_of_an_id_may_allow_a_date() -> None:
    outcome = read("text", ["2023-03-01", "2023/3/1"], name="value_no", pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}")
    assert [rule for _, rule in outcome] == [None, "id_became_date"]


GUARDED = ['="{}"', "='{}", "'{}", '="{}\t"']


@pytest.mark.parametrize("guard", GUARDED)
def test_a_text_guard_is_no_part_of_a_value(guard: str) -> None:
    for kind, text, value, rest in [
        ("text", "00123", "00123", {}), ("text", "00123", "00123", {"name": "value_no"}), ("money", "1,234.50", yuan("1234.5"), {"unit": "元"}),
        ("date", "2023-01-05", dt.date(2023, 1, 5), {}), ("month", "2023-01", dt.date(2023, 1, 1), {}), ("integer", "12", 12, {}),
        ("decimal", "1.5", Decimal("1.5"), {}), ("boolean", "是", True, {}), ("code", "2010101", "2010101", {"codes": "function_codes"}),
        ("timestamp", "2023-01-05 09:30:00", dt.datetime(2023, 1, 5, 9, 30), {}),
    ]:  # fmt: skip
        if "\t" in guard and kind != "text":
            continue
        assert read(kind, [guard.format(text)], required=True, **rest) == [(value, None)], kind


def test_an_apostrophe_within_a_text_or_on_both_sides_is_text() -> None:
    texts = ["it's", "'quoted'", "5'", "''", "=1+1", 'a="b"']
    assert accepted("text", texts) == dict(zip(texts, texts, strict=True))


def test_an_empty_text_under_a_guard_is_missing() -> None:
    for kind, unit in (("text", None), ("money", "元"), ("date", None)):
        refused(kind, ['=""', "'"], "missing_value", unit=unit, required=True)


def test_an_id_in_full_width_is_the_same_id() -> None:
    spellings = {
        wide("ZB2023000001"): "ZB2023000001", "HT2023\uff0d001": "HT2023-001", "HT2023\u2013001": "HT2023-001", "HT2023\u2010001": "HT2023-001",
        "\uff08甲\uff091": "(甲)1", "穗财行〔2023〕3号": "穗财行〔2023〕3号",
    }  # fmt: skip
    assert accepted("text", list(spellings), name="value_no") == spellings
    assert accepted("text", list(spellings)) == {text: text for text in spellings}, "other texts stay as written"
    assert [rule for _, rule in read("text", [wide("ZF1")], name="value_no", pattern="ZF[0-9]")] == [None]


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


def test_the_rules_of_faulty_cells_are_asked_after_the_cells_are_read() -> None:
    """DuckDB would ask them before as well, over the texts that read the cells: seconds for three rows."""
    contract = contract_of([column("row_no", required=True), column("value_id"), column("value_yuan", None, "money")])
    names = [c.name for c in contract.columns]
    header = Header(1, {n: i for i, n in enumerate(names)}, {n: n for n in names}, len(names), unit="元")
    cells = ", ".join(f"'{number}' as {name}" for number, name in enumerate(names))
    relation = f"(select {cells}, null as _irregular, null as _verdict, range as _row from range(3))"
    with duckdb.connect() as connection:
        faults = RowChecks(contract, header, {}).cell_faults(relation)
        plan = connection.execute(f"explain {faults}").fetchall()[0][1]
    assert plan.count("FILTER") == len(names)
