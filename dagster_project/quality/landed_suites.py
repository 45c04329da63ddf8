"""What must hold of the ledgers as landed, from the same contracts by which the door judged their rows: suites for Great Expectations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dagster_project.contracts import Column, Contract
from dagster_project.ingestion.sql import literal
from dagster_project.quality.expectation_files import Rule, Suite

LANDED = "staging"
"""The schema in which the accepted rows of each ledger stand."""


def landed_suites(contracts: Iterable[Contract]) -> list[Suite]:
    """One suite per ledger, in the order of their names; every code that was ever valid is a code."""
    return [
        Suite(
            table=f"{LANDED}.stg_{each.domain}__{each.ledger}", rules=tuple(rules), file=f"contracts/{each.ledger}.yaml"
        )
        for each in sorted(contracts, key=lambda each: each.ledger)
        if (rules := [rule for column in each.columns for rule in _rules(column, each)])
    ]


def _rules(column: Column, contract: Contract) -> Iterator[Rule]:
    name, header = column.name, column.headers[0] if column.headers else column.name
    if column.required:
        yield Rule(not_null=name, why=f"“{header}”是必填列")
    if column.codes:
        codes = sorted({code.code for code in contract.codes(column.codes)})
        yield Rule(column=name, one_of=codes, why=f"“{header}”在代码表 {column.codes} 中")
    elif column.allowed:
        yield Rule(column=name, one_of=list(column.allowed), why=f"“{header}”是约定的几种写法之一")
    if column.minimum is not None or column.maximum is not None:
        yield Rule(column=name, between=(column.minimum, column.maximum), why=f"“{header}”在合理范围内")
    if column.pattern:
        yield Rule(rule=f"regexp_full_match({name}, {literal(column.pattern)})", why=f"“{header}”符合编号规则")
