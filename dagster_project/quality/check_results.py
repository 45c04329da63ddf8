"""What the checks said of one state of the warehouse: the gate writes it, publishing demands it, and each version keeps it.

A JSON file: ``warehouse_sha256`` of the DuckDB file that was looked at; ``checks``, one object each; ``ledger_tables``, the
tables made from each ledger. The same warehouse and the same checks give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.hashing import sha256_of
from dagster_project.quality.suites import CRITICAL, SuiteResult


class NotChecked(RuntimeError):
    """Nobody may publish this warehouse; the message says why and what to do."""


@dataclass(frozen=True, order=True)
class CheckResult:
    """One check and what it found.

    ``kind`` is ``contract``, ``dbt test`` or ``suite``, ``subject`` the table, ``rule`` what must hold in words, ``observed`` what was seen.
    """

    kind: str
    subject: str
    name: str
    rule: str
    stops_publishing: bool
    passed: bool
    observed: str


def write_check_results(path: Path, warehouse: Path, suites: Iterable[SuiteResult], dbt_target_dir: Path) -> None:
    """Note down what contracts of tables, dbt tests and suites said of a warehouse.

    Args:
        path: the JSON file.
        warehouse: the DuckDB file that was checked.
        suites: the results of the suites.
        dbt_target_dir: holds dbt's ``manifest.json`` and ``run_results.json``.
    """
    manifest = _json(dbt_target_dir / "manifest.json")
    run = _json(dbt_target_dir / "run_results.json")
    checks = [*_key_results(manifest, run), *_test_results(manifest, run), *_suite_results(suites)]
    told = {
        "warehouse_sha256": sha256_of(warehouse),
        "checks": [vars(check) for check in sorted(checks)],
        "ledger_tables": ledger_tables(manifest),
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def read_run(dbt_target_dir: Path) -> dict[str, Any]:
    """What dbt said of its last build."""
    return dict(_json(dbt_target_dir / "run_results.json"))


def demand_check_results(path: Path, warehouse: Path) -> Path:
    """The same path, where these results allow to publish this warehouse.

    Raises:
        NotChecked: there are none, they are of another state, or a check that stops publishing did not pass.
    """
    if not path.is_file():
        raise NotChecked("数据仓库没有经过发布前检查;请运行 jixiao nightly")
    told = _json(path)
    if told["warehouse_sha256"] != sha256_of(warehouse):
        raise NotChecked("发布前检查之后数据仓库又变了;请运行 jixiao nightly")
    if broken := [check for check in told["checks"] if check["stops_publishing"] and not check["passed"]]:
        raise NotChecked(f"发布前检查未通过:{';'.join(check['rule'] for check in broken)}")
    return path


def read_check_results(path: Path) -> tuple[list[CheckResult], dict[str, list[str]]]:
    """The checks of a version, and the tables made from each ledger; nothing of versions that were published without."""
    if not path.is_file():
        return [], {}
    told = _json(path)
    return [CheckResult(**check) for check in told["checks"]], told["ledger_tables"]


def _suite_results(suites: Iterable[SuiteResult]) -> list[CheckResult]:
    return [
        CheckResult(
            "suite", o.table, o.expectation, o.why, o.severity == CRITICAL, o.passed, "" if o.passed else o.observed
        )
        for suite in suites
        for o in suite.outcomes
    ]


def keys_of(
    manifest: Mapping[str, Any], run: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]]:
    """Each table with a key that a run of dbt built: its node, its result, and what its property file says of the key."""
    for result in run["results"]:
        node = manifest["nodes"].get(result["unique_id"], {})
        meta = (node.get("config") or {}).get("meta") or {}
        if "key" in meta:
            yield node, result, meta


def tests_of(
    manifest: Mapping[str, Any], run: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], str, bool]]:
    """Each data test of a run of dbt: its node, its result, what must hold in words, and whether it stops publishing."""
    for result in run["results"]:
        node = manifest["nodes"].get(result["unique_id"], {})
        if node.get("resource_type") == "test":
            rule = " ".join((node.get("description") or node["name"]).split())
            yield node, result, rule, node["config"].get("severity", "error").lower() == "error"


def _key_results(manifest: Mapping[str, Any], run: Mapping[str, Any]) -> list[CheckResult]:
    """The key of each table of the last run; dbt builds no table whose rows share one."""
    tables = _tables(manifest)
    found = []
    for _, result, meta in keys_of(manifest, run):
        rule = f"({', '.join(meta['key'])}) {meta['repeated_key']}"
        passed = result["status"] == "success"
        seen = "" if passed else result["message"]
        found.append(CheckResult("contract", tables[result["unique_id"]], "key", rule, True, passed, seen))
    return found


def _test_results(manifest: Mapping[str, Any], run: Mapping[str, Any]) -> list[CheckResult]:
    """The data tests of the last run, one result for each table that a test reads."""
    tables = _tables(manifest)
    found = []
    for node, result, rule, stops in tests_of(manifest, run):
        passed = result["status"] == "pass"
        for parent in node["depends_on"]["nodes"]:
            if parent in tables:
                seen = "" if passed else f"{result['failures']} 行"
                found.append(CheckResult("dbt test", tables[parent], node["name"], rule, stops, passed, seen))
    return found


def ledger_tables(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each ledger its staging model and the models that read it, by themselves or through intermediate ones."""
    tables = _tables(manifest)
    children: dict[str, set[str]] = {}
    for name in tables:
        for parent in manifest["nodes"][name]["depends_on"]["nodes"]:
            children.setdefault(parent, set()).add(name)
    found = {}
    for name, table in tables.items():
        if table.startswith("staging."):
            reached, waiting = {name}, [name]
            while waiting:
                fresh = children.get(waiting.pop(), set()) - reached
                reached |= fresh
                waiting += [child for child in fresh if tables[child].startswith("intermediate.")]
            found[table.partition("__")[2]] = sorted(tables[each] for each in reached)
    return dict(sorted(found.items()))


def _tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The tables and views of the models by their dbt name, such as ``marts.fct_payments``."""
    return {
        name: f"{node['schema']}.{node['name']}"
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
