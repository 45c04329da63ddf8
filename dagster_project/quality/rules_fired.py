"""How often each rule fired and when last: of the door in all that ever landed, of checks in the warehouse as it is."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.submissions import entries_in
from dagster_project.ingestion.zone import FINDINGS_DIR
from dagster_project.quality.rule_catalogue import door_rule_id


@dataclass(frozen=True)
class Fired:
    """How many findings or issues a rule has, and the day of the last submission that it fired on; empty of checks, which hold of all together."""

    count: int
    last_on: str = ""


def rules_fired(landing_dir: Path, warehouse: Path) -> Mapping[str, Fired]:
    """By rule id; what never fired is not there.

    Args:
        landing_dir: holds the findings of every submission.
        warehouse: holds the last checks, if it was ever checked.
    """
    received = {entry.submission_id: entry.received_at[:10] for entry in entries_in(landing_dir)}
    found: dict[str, Fired] = {}
    folder = landing_dir / FINDINGS_DIR
    with duckdb.connect() as connection:
        rows = []
        if any(folder.glob("*.parquet")):
            rows = connection.execute(
                f"""
                select ledger, column_name, rule, submission_id, count(*)
                from read_parquet({literal(f"{folder}/*.parquet")}, union_by_name = true) group by all
                """
            ).fetchall()
    for ledger, column, rule, submission, count in rows:
        name = door_rule_id(ledger, column, rule)
        before = found.get(name, Fired(0))
        found[name] = Fired(before.count + count, max(before.last_on, received.get(submission, "")))
    if warehouse.is_file():
        with duckdb.connect(str(warehouse), read_only=True) as connection, contextlib.suppress(duckdb.CatalogException):
            checks = connection.execute(
                "select check_id, issue_count from quality.checks where issue_count > 0"
            ).fetchall()
            found |= {name: Fired(count) for name, count in checks}
    return found
