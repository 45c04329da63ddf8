"""The mistakes that `python -m mutations` makes: each where the rules say, and nowhere else; no database."""

from __future__ import annotations

import pytest

from mutations.rules import Site, mark, mutate, sites, unmark


def made(text: str, rule: str) -> list[tuple[str, str]]:
    return [(text[site.start : site.end], site.after) for site in sites(text) if site.rule == rule]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a <= b as c from t", [("<=", "<")]),
        ("select a - b as c from t", [("-", "+")]),
        ("select -1 as c from t", []),
        ("select 1 as c from t inner join u on t.k = u.k", []),
        ("select 1 as c from t -- where a = 1\n", []),
        ("select 'a = b' as c from t", []),
    ],
)
def test_operators_are_turned_but_not_keys_signs_texts_or_comments(text: str, expected: list[tuple[str, str]]) -> None:
    assert made(text, "operator") == expected


def test_each_condition_of_a_filter_is_dropped_but_no_key_of_a_join() -> None:
    text = "select * from t inner join u on t.k = u.k and u.kind = 'x' where a between 1 and 2 and (b or c is null)"
    assert made(text, "dropped filter") == [
        ("u.kind = 'x'", "true"),
        ("a between 1 and 2", "true"),
        ("(b or c is null)", "true"),
        ("c is null", "false"),
    ]


def test_the_and_of_between_is_no_and() -> None:
    assert made("select a between 1 and 2 and b as c from t", "and, or") == [("and", "or")]


def test_a_date_becomes_another_of_the_same_relation_only() -> None:
    text = "select extract(year from t.signed_on) as y from t inner join u on u.filed_on = t.due_on"
    assert made(text, "date field") == [("t.signed_on", "t.due_on"), ("t.due_on", "t.signed_on")]


def test_conditions_handed_to_the_evidence_macro_are_mutated_but_parts_of_texts_are_not() -> None:
    assert made("{{ evidence_of('f', 'c', 'k', where='facts.a and facts.b_on is null') }}", "and, or") == [
        ("and", "or")
    ]
    assert made("{{ evidence_of('f', 'c', 'k', where=\"facts.a = '\" ~ x ~ \"'\") }}", "operator") == []


def test_marks_nest_and_come_off_again() -> None:
    text = "select * from t where a <= 1"
    chosen = [(f"m{i}", site) for i, site in enumerate(sites(text))]
    marked = mark(text, chosen)
    assert unmark(marked) == text
    made_ = {unmark(mutate(marked, name, site.after)).replace("  ", " ") for name, site in chosen}
    assert {part.strip() for part in made_} == {"select * from t where a < 1", "select * from t where true"}


def test_a_mark_that_jinja_repeats_is_mutated_everywhere() -> None:
    marked = mark("a = 1", [("m0", Site(2, 3, "<>", "operator"))])
    assert unmark(mutate(f"{marked} or {marked}", "m0", "<>")).count("<>") == 2
