"""Tables that dbt writes keep to their contract: columns, types, and the key that tells rows apart; else the build says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from dagster_project.settings import PROJECT_ROOT

PROJECT = """
name: small
profile: small
macro-paths: [macros]
models: {small: {+materialized: table, +contract: {enforced: true}}}
"""
PROFILE = "small: {target: t, outputs: {t: {type: duckdb, path: small.duckdb, disable_transactions: true}}}"
MODEL = """
models:
  - name: vouchers
    config: {meta: {key: [department, voucher], repeated_key: It's counted twice. Mend the ledger.}}
    constraints: CONSTRAINTS
    columns:
      - {name: department, data_type: varchar}
      - {name: voucher, data_type: varchar}
      - {name: amount_yuan, data_type: "decimal(18, 2)"}
"""
GOOD = "select '101' as department, 'V1' as voucher, 1::decimal(18, 2) as amount_yuan"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one table, with the materializations of the real one."""
    shutil.copytree(PROJECT_ROOT / "dbt" / "macros" / "materializations", tmp_path / "macros")
    (tmp_path / "models").mkdir()
    for name, text in (("dbt_project.yml", PROJECT), ("profiles.yml", PROFILE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    return tmp_path


def build(
    project: Path, sql: str, constraints: str = "[]", materialized: str = "table", more_columns: tuple[str, ...] = ()
) -> str:
    """Build the table; what dbt says against it, empty where it is built."""
    (project / "models" / "vouchers.sql").write_text(
        f"{{{{ config(materialized='{materialized}') }}}} {sql}", encoding="utf-8"
    )
    model = MODEL.replace("CONSTRAINTS", constraints) + "".join(f"      - {column}\n" for column in more_columns)
    (project / "models" / "vouchers.yml").write_text(model, encoding="utf-8")
    done = dbtRunner().invoke(["--quiet", "build", "--project-dir", str(project), "--profiles-dir", str(project)])
    if done.success:
        return ""
    return str(done.exception or done.result.results[0].message)


def built(project: Path) -> list[tuple]:
    with duckdb.connect(str(project / "small.duckdb")) as connection:
        return connection.execute("select * from vouchers").fetchall()


def test_a_table_is_written_in_place_whatever_stood_there(project: Path) -> None:
    assert build(project, GOOD, materialized="view") == ""
    assert build(project, GOOD) == ""
    assert build(project, GOOD.replace("V1", "V2")) == ""
    assert [row[1] for row in built(project)] == ["V2"]
    assert build(project, GOOD, materialized="view") == ""
    assert [row[1] for row in built(project)] == ["V1"]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([GOOD, GOOD, GOOD.replace("V1", "V0")], "main.vouchers: 2 row(s) of department 101, voucher V1. "),
        (
            [GOOD, *[GOOD.replace("'V1'", "null::varchar")] * 2],
            "main.vouchers: 2 row(s) of department 101, voucher (empty). ",
        ),
    ],
)
def test_rows_that_share_a_key_are_named(project: Path, rows: list[str], named: str) -> None:
    assert named + "It's counted twice. Mend the ledger." in build(project, " union all ".join(rows))


def test_rows_that_share_a_key_are_named_with_their_places(project: Path) -> None:
    place = ", 's1' as submission_id, null::varchar as sheet, 4::bigint as row_number"
    columns = (("submission_id", "varchar"), ("sheet", "varchar"), ("row_number", "bigint"))
    declared = tuple(f"{{name: {name}, data_type: {kind}}}" for name, kind in columns)
    said = build(project, f"{GOOD}{place} union all {GOOD}{place.replace('4', '9')}", more_columns=declared)
    assert "Mend the ledger. [s1||4], [s1||9]" in said


def test_a_part_of_a_key_may_be_unknown(project: Path) -> None:
    assert build(project, f"""{GOOD} union all {GOOD.replace("'V1'", "null::varchar")}""") == ""


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (GOOD.replace("18, 2", "18, 3"), "built amount_yuan DECIMAL(18,3), contract amount_yuan DECIMAL(18,2)"),
        (GOOD + ", 1 as payee", "built payee INTEGER"),
        (GOOD.replace(", 1::decimal(18, 2) as amount_yuan", ""), "contract amount_yuan DECIMAL(18,2)"),
        (GOOD.replace("amount_yuan", "amount"), "built amount DECIMAL(18,2), contract amount_yuan DECIMAL(18,2)"),
    ],
    ids=["another type", "one column more", "one column less", "another name"],
)
def test_a_table_unlike_its_contract_is_refused(project: Path, sql: str, named: str) -> None:
    assert f"main.vouchers is not as its contract says: {named}" in build(project, sql)


def test_a_constraint_that_nothing_checks_is_refused(project: Path) -> None:
    said = build(project, GOOD, constraints="[{type: unique, columns: [voucher]}]")
    assert "Constraints are not looked at" in said
