"""Credit codes: the same rule in the simulated office and in the macro, on real codes and their typing errors."""

from __future__ import annotations

import random

import duckdb
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.settings import Settings
from simulation.world.credit_codes import ALPHABET, CITY, PUBLIC_BODY, STATE_ORGAN, credit_code, is_valid, miswritten

REAL_CODES = ("9144030071526726XG", "914403001922038216", "91330100799655058B", "91110000802100433B")


def macro_finds_valid(codes: list[str | None]) -> list[bool | None]:
    """Render the macro and let DuckDB judge the codes."""
    source = (Settings().dbt_project_dir / "macros" / "credit_code.sql").read_text(encoding="utf-8")
    module = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(source).make_module()
    rule = module.default__is_valid_credit_code("code")  # type: ignore[attr-defined]
    found = duckdb.execute(f"select {rule} from (select unnest(?::varchar[]) as code)", [codes]).fetchall()
    return [row[0] for row in found]


def test_real_codes_are_valid() -> None:
    assert all(map(is_valid, REAL_CODES))
    assert macro_finds_valid(list(REAL_CODES)) == [True] * len(REAL_CODES)


@pytest.mark.parametrize("code", REAL_CODES)
def test_any_single_wrong_sign_is_found(code: str) -> None:
    wrong = [code[:n] + sign + code[n + 1 :] for n in range(18) for sign in ALPHABET if sign != code[n]]
    assert not any(map(is_valid, wrong))
    assert not any(macro_finds_valid(list(wrong)))


@pytest.mark.parametrize(
    "code",
    [
        "9144030071526726X",
        "9144030071526726XG1",
        "9144030071526726xg",
        "91440300715267261I",
        "9144030071526726XO",
        " 9144030071526726XG",
        "",
    ],
    ids=["too_short", "too_long", "lower_case", "letter_i", "letter_o", "blank_before", "empty"],
)
def test_what_is_no_code_is_not_valid(code: str) -> None:
    assert not is_valid(code)
    assert macro_finds_valid([code]) == [False]


def test_a_missing_code_is_not_wrong() -> None:
    assert macro_finds_valid([None]) == [None]


@given(st.lists(st.text(alphabet=ALPHABET + "IOSVZ", min_size=16, max_size=19), max_size=50))
def test_macro_and_office_judge_alike(codes: list[str]) -> None:
    assert macro_finds_valid(list(codes)) == [is_valid(code) for code in codes]


def test_invented_codes_are_valid_and_differ() -> None:
    codes = [credit_code(n) for n in range(2_000)] + [credit_code(7, CITY, kind) for kind in (PUBLIC_BODY, STATE_ORGAN)]
    assert len(set(codes)) == len(codes)
    assert all(map(is_valid, codes))


def test_a_miswritten_code_is_not_valid() -> None:
    rng = random.Random(1)
    assert not any(is_valid(miswritten(credit_code(n), rng)) for n in range(1, 2_000) if len(set(f"{n:06d}")) > 1)
