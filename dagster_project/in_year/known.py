"""The rows of the ledgers of money, and of what became of actions, as they were known at a moment, straight from the landing zone and its log of receipts.

A look back needs no build of its own: what counted is chosen by the rule of the log (`ingestion.standing`), and what the marts
make of payments is made here again in a few lines; a test holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from dagster_project.contracts.load import load_contract
from dagster_project.ingestion.answered import answered_rows
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.standing import NOBODY, in_force
from dagster_project.ingestion.submissions import Submission, entries_in

LEDGERS = (
    "payments",
    "budget_allocations",
    "projects",
    "contracts",
    "procurements",
    "spending_forecasts",
    "monitoring_records",
    "monitoring_entries",
    "performance_targets",
    "department_targets",
    "self_evaluations",
    "year_end_actions",
)
SUBMISSIONS = "submission_id varchar, department_code varchar, period varchar, period_year integer, received_at timestamp, log_no bigint"
NETTED = """
    create view payments as
    with cleared as (
        select department_code, voucher_no, min(year(cleared_on)) as cleared_year from landed_payments group by all
    )
    select
        paid.* exclude (amount_yuan, is_refund),
        cast(year(paid.cleared_on) as integer) as fiscal_year,
        cast(month(paid.cleared_on) as integer) as month_no,
        kinds.spending_kind,
        case when coalesce(paid.is_refund, paid.amount_yuan < 0) then -abs(paid.amount_yuan) else paid.amount_yuan end
            as amount_yuan
    from landed_payments as paid
    left join spending_kinds as kinds on paid.project_category = kinds.project_category
    left join cleared
        on paid.department_code = cleared.department_code and paid.original_voucher_no = cleared.voucher_no
    where not coalesce(coalesce(paid.is_refund, paid.amount_yuan < 0) and cleared.cleared_year < year(paid.cleared_on), false)
"""
"""The spending of a year as `int_budget__payments_netted` and `fct_payments` have it: refunds of earlier years are none."""


def known_at(
    landing_dir: Path,
    contracts_dir: Path,
    seeds_dir: Path,
    moment: dt.datetime | None = None,
    held_back: Mapping[str, int] = NOBODY,
) -> duckdb.DuckDBPyConnection:
    """A database in memory with one view per ledger of `LEDGERS`: the rows that counted at a moment.

    Each view has the ledger's columns, and ``department_code``, ``period``, ``period_year``, ``received_at``, ``submission_id``;
    ``payments`` is netted and has ``fiscal_year``, ``month_no``, ``spending_kind`` too. ``submissions`` are those in force.

    Args:
        landing_dir: where rows landed.
        contracts_dir: for the keys by which later files replace single rows.
        seeds_dir: for ``spending_kinds``.
        moment: in Asia/Shanghai without a time zone; None for now. Nothing received later is seen.
        held_back: departments whose entries of the log after a number do not count.

    Raises:
        duckdb.Error: landed rows cannot be read.
    """
    as_of = moment.isoformat(sep=" ", timespec="microseconds") if moment else ""
    counting = in_force(entries_in(landing_dir), as_of, held_back)
    connection = duckdb.connect()
    kinds = literal(str(seeds_dir / "spending_kinds.csv"))
    connection.execute(f"create view spending_kinds as select * from read_csv({kinds}, all_varchar = true)")
    by_ledger: dict[str, list[Submission]] = defaultdict(list)
    for entry in counting:
        by_ledger[entry.ledger].append(entry)
    _list_submissions(connection, [entry for ledger in LEDGERS for entry in by_ledger[ledger]])
    _list_other_attempts(connection, landing_dir, counting)
    for ledger in LEDGERS:
        contract = load_contract(contracts_dir / f"{ledger}.yaml")
        key = contract.key if contract.supersede == "upsert" else []
        name = "landed_payments" if ledger == "payments" else ledger
        connection.execute(f"create view {name} as {_rows_of(landing_dir, ledger, by_ledger[ledger], key)}")
    connection.execute(NETTED)
    return connection


def _list_submissions(connection: duckdb.DuckDBPyConnection, counting: Sequence[Submission]) -> None:
    """An answer stands in time where the file stands that it mends, as in `stg_quality__current_submissions`."""
    connection.execute(f"create table submissions (ledger varchar, {SUBMISSIONS})")
    by_id = {entry.submission_id: entry for entry in counting}
    for entry in counting:
        of_file = by_id.get(entry.answers or "", entry)
        connection.execute(
            "insert into submissions values (?, ?, ?, ?, ?, ?, ?)",
            [
                entry.ledger, entry.submission_id, entry.department_code, entry.period, entry.fiscal_year,
                of_file.received_at, of_file.log_no,
            ],
        )  # fmt: skip


def _list_other_attempts(
    connection: duckdb.DuckDBPyConnection, landing_dir: Path, counting: Sequence[Submission]
) -> None:
    """Rows of answers that a later answer to the same row took the place of."""
    answered = answered_rows(landing_dir, counting)
    standing = {(each.submission_id, each.row) for each in answered.of.values() if each.outcome != "wrong"}
    connection.execute("create table other_attempts (submission_id varchar, row_number bigint)")
    for place in answered.rows - standing:
        connection.execute("insert into other_attempts values (?, ?)", place)


def _rows_of(landing_dir: Path, ledger: str, counting: Sequence[Submission], key: Sequence[str]) -> str:
    paths = [str(landing_dir / ledger / f"{entry.submission_id}.parquet") for entry in counting]
    read = [*paths, str(landing_dir / ledger / "schema.parquet")]
    last_of_key = f"""
        qualify row_number() over (
            partition by submissions.department_code, {", ".join(f"landed.{name}" for name in key)}
            order by submissions.received_at desc, submissions.log_no desc, landed._row desc
        ) = 1
    """
    return f"""
        select
            landed.* exclude (_submission_id, _sheet, _row, _status, _verdict, _raw),
            submissions.department_code,
            submissions.period,
            submissions.period_year,
            submissions.received_at,
            submissions.submission_id
        from read_parquet([{literals(read)}], union_by_name = true) as landed
        inner join submissions on landed._submission_id = submissions.submission_id
        anti join other_attempts
            on landed._submission_id = other_attempts.submission_id and landed._row = other_attempts.row_number
        where landed._status = 'accepted' {last_of_key if key else ""}
    """
