"""No rule of expectations/ is one that cannot fire: for each of them rows are found that break it, or it is listed with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rule_prover import Prover
from sample_warehouse import Warehouse

from dagster_project.quality.expectation_files import Rule, read_suites
from dagster_project.settings import Settings

UNPROVED = Path(__file__).with_name("unproved_rules.yaml")
MOST = 0
"""How many rules may be listed as unproved: it may only become smaller."""


@pytest.fixture(scope="module")
def prover(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Prover:
    return Prover(sample.settings.warehouse_path, tmp_path_factory.mktemp("version"))


def test_every_rule_before_publishing_can_fire(prover: Prover) -> None:
    listed: dict[str, str] = yaml.safe_load(UNPROVED.read_text(encoding="utf-8")) or {}
    suites = read_suites(Settings().expectations_dir)
    unproved = {
        f"{table} {rule.notes}": why
        for table, suite in suites.items()
        for rule in suite.rules
        if (why := prover.why_not(rule, table))
    }
    assert unproved.keys() == listed.keys(), "prove the rule with rows, or list it with the reason; a listed rule that fires goes"
    assert len(listed) <= MOST and all(listed.values())


@pytest.mark.parametrize(
    "said",
    [
        {"rule": "amount_yuan = amount_yuan or amount_yuan is null"}, {"rule": "amount_yuan < 0", "when": "amount_yuan < -5 and amount_yuan > 5"},
        {"rows": "select * from {batch} where false"}, {"column": "voucher_no", "between": [None, 1e30]}, {"rule": "no_such_column > 1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_that_cannot_fire_is_found(prover: Prover, said: dict[str, Any]) -> None:
    assert prover.why_not(Rule(why="因", **said), "marts.fct_payments")
