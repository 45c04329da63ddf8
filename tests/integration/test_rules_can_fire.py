"""No rule of expectations/ and no dbt test is one that cannot fire: for each rows are found that break it, or it is listed with a reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from rule_prover import Prover
from sample_warehouse import Warehouse

from dagster_project.quality.check_results import read_run
from dagster_project.quality.expectation_files import Rule, read_suites
from dagster_project.settings import Settings

UNPROVED = Path(__file__).with_name("unproved_rules.yaml")
MOST = 0
"""How many rules may be listed as unproved: it may only become smaller."""


@pytest.fixture(scope="module")
def prover(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Prover:
    return Prover(sample.settings.warehouse_path, tmp_path_factory.mktemp("version"))


def test_every_rule_before_publishing_and_every_dbt_test_can_fire(prover: Prover, sample: Warehouse) -> None:
    listed: dict[str, str] = yaml.safe_load(UNPROVED.read_text(encoding="utf-8")) or {}
    suites = read_suites(Settings().expectations_dir)
    unproved = {
        f"{table} {rule.notes}": why
        for table, suite in suites.items()
        for rule in suite.rules
        if (why := prover.why_not(rule, table))
    }
    for result in read_run(sample.settings.dbt_target_dir)["results"]:
        if result["unique_id"].startswith("test.") and (code := result.get("compiled_code")):
            # dbt writes "warehouse"."schema"."table"
            if why := prover.why_no_row(re.sub(r'"\w+"\."(\w+)"\."(\w+)"', r"\1.\2", code)):
                unproved[result["unique_id"].split(".")[2]] = why
    assert unproved.keys() == listed.keys(), (
        "prove the rule with rows, or list it with the reason; a listed rule that fires goes"
    )
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
