"""Every clock of 1,000 random contracts, and the rates of 3,000 random things, against plain Python that knows nothing of the SQL."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from oracle.chains import KNOWN_ON, PAYMENTS_KNOWN_ON, Chain, Told, chains, told
from oracle.clock import Calendar
from oracle.handling import CASES, FEEDBACK, LEDGERS, SUGGESTIONS, Thing, rates, things
from oracle.pauses import BUILT_FOR, PAUSE, RETURN, changes, counted, moved
from sample_warehouse import Warehouse

OFFICE = "101001"
SEED, COUNT = 20_231, 1_000
RECEIVED = datetime.combine(KNOWN_ON, time(15))


def model(sample: Warehouse, name: str) -> str:
    """The SQL of a model as the night ran it, with the tables that a test makes in place of its own."""
    (path,) = (sample.settings.dbt_target_dir / "compiled").rglob(f"{name}.sql")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def warehouse(sample: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database beside that of the sample: tables that are made in it take the place of the sample's of that name."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample.settings.warehouse_path}' as warehouse (read_only)")
        yield connection


def run_model(connection: duckdb.DuckDBPyConnection, sample: Warehouse, name: str) -> None:
    mine = {
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'memory'"
        ).fetchall()
    }
    sql = re.sub(r'"warehouse"\."\w+"\."(\w+)"', lambda m: m[1] if m[1] in mine else m[0], model(sample, name))
    connection.execute(f"create table {name} as {sql}")


def make(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], like: str = "") -> None:
    """A table of some rows, with the columns of the sample's where a name of it is given."""
    connection.register("rows", pa.Table.from_pylist(rows))
    if like:
        connection.execute(f"create table {name} as select * from warehouse.{like} limit 0")
        connection.execute(f"insert into {name} by name select * from rows")
    else:
        connection.execute(f"create table {name} as select * from rows")
    connection.unregister("rows")


def contract_of(chain: Chain) -> dict[str, Any]:
    return {
        "department_code": OFFICE, "fiscal_year": 2023, "contract_no": f"H{chain.number}", "procurement_no": f"P{chain.number}",
        "contract_name": "设备", "amount_yuan": 100 + chain.number, "is_sme": chain.is_sme, "is_supplementary": chain.is_supplementary,
        "is_secret": chain.is_secret, "signed_on": chain.signed, "published_on": chain.published, "filed_on": chain.filed,
        "filed_with_finance_on": chain.with_finance, "delivered_on": chain.delivered, "is_paid_after_acceptance": chain.after_acceptance,
        "accepted_on": chain.accepted, "acceptance_due_on": chain.acceptance_due, "payment_term_days": chain.term,
    }  # fmt: skip


def procurement_of(chain: Chain) -> dict[str, Any]:
    return {
        "department_code": OFFICE, "fiscal_year": 2023, "procurement_no": f"P{chain.number}", "procurement_name": "设备",
        "scope": "政府采购" if chain.is_public else "自行采购", "procurement_method": "GKZB" if chain.is_public else "ZXCG",
        "award_notice_on": chain.awarded, "contract_count": 1, "is_secret": chain.is_secret,
    }  # fmt: skip


def test_every_clock_of_a_thousand_random_contracts_is_that_of_plain_python(
    sample: Warehouse, warehouse: duckdb.DuckDBPyConnection
) -> None:
    made = chains(SEED, COUNT)
    make(warehouse, "fct_contracts", [contract_of(each) for each in made], "marts.fct_contracts")
    make(warehouse, "fct_procurements", [procurement_of(each) for each in made], "marts.fct_procurements")
    paid = [
        {"department_code": OFFICE, "contract_no": f"H{each.number}", "first_paid_on": each.paid, "last_paid_on": each.paid,
         "first_paid_after_delivery_on": each.paid, "paid_yuan": 1}
        for each in made if each.paid
    ]  # fmt: skip
    make(warehouse, "int_procurement__contract_payments", paid)
    make(warehouse, "int_budget__payments_netted", [{"department_code": OFFICE, "cleared_on": PAYMENTS_KNOWN_ON}])
    make(
        warehouse,
        "stg_quality__current_submissions",
        [{"department_code": OFFICE, "ledger": "contracts", "received_at": RECEIVED}],
    )
    for name in ("sme_payment_terms", "procurement_chain", "contract_clocks"):
        run_model(warehouse, sample, name)
    rows = warehouse.execute(
        "select chain_no, clock, due_on, days_taken, state, days_late from contract_clocks order by all"
    ).fetchall()
    computed = {(number, clock): Told(*rest) for number, clock, *rest in rows}
    calendar = Calendar(sample.settings.dbt_project_dir / "seeds")
    expected = {(f"H{each.number}", clock): said for each in made for clock, said in told(each, calendar).items()}
    states = Counter((clock, said.state) for (_, clock), said in expected.items())
    assert {
        key: (computed.get(key), expected.get(key))
        for key in computed.keys() | expected.keys()
        if computed.get(key) != expected.get(key)
    } == {}
    print(f"{COUNT:,} 条随机合同链,{len(expected):,} 个时钟与独立重算一致:", dict(sorted(states.items())))
    assert len(states) >= 15 and min(states.values()) >= 5


def test_rates_and_days_of_random_things_are_those_of_plain_python(
    sample: Warehouse, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Extensions move a deadline, returns are counted and start no clock anew, what nobody handles is in no rate."""
    made = things(SEED, COUNT)

    def at(day: date | None, hour: int) -> datetime | None:
        return datetime.combine(day, time(hour)) if day else None

    def days(each: Thing) -> dict[str, int | None]:
        taken = (each.done - each.start).days if each.done else None
        return {"handling_days": taken, "counted_days": taken if taken is None else taken - min(taken, each.stood)}

    common = {"department_code": OFFICE, "fiscal_year": 2023}
    make(warehouse, "fct_station_feedback", [{**common, "received_at": at(each.start, 23), "due_on": each.due, "finished_at": at(each.done, 1), "is_accepted": each.is_handled, **days(each)} for each in made[FEEDBACK]], "marts.fct_station_feedback")  # fmt: skip
    make(warehouse, "fct_snapshot_cases", [{**common, "submitted_at": at(each.start, 23), "due_at": at(each.due, 9), "finished_at": at(each.done, 18), "is_reopened": each.is_reopened, "return_count": each.returns, **days(each)} for each in made[CASES]], "marts.fct_snapshot_cases")  # fmt: skip
    make(warehouse, "fct_suggestions", [{**common, "assigned_on": each.start if each.is_handled else None, "final_due_on": each.deadline, "answered_on": each.done, **days(each)} for each in made[SUGGESTIONS]], "marts.fct_suggestions")  # fmt: skip
    make(warehouse, "stg_quality__current_submissions", [{"department_code": OFFICE, "ledger": name, "received_at": RECEIVED} for name in LEDGERS.values()])  # fmt: skip
    run_model(warehouse, sample, "handling_rates")
    for ledger, rows in made.items():
        said = rates(rows, KNOWN_ON)
        expected = (
            said.things, said.reopened, said.handlings, said.returns, said.done, said.late, said.overdue_open, said.in_time_open,
            said.undated_open, *(pytest.approx(rate, abs=1e-3) for rate in (said.done_rate, said.due_rate, said.on_time_rate)),
            *(pytest.approx(days, abs=0.006) for days in (said.mean_taken, said.mean, said.median, said.p90)),
        )  # fmt: skip
        computed = warehouse.execute(
            "select thing_count, reopened_count, handling_count, return_count, done_count, done_late_count, overdue_open_count, "
            "in_time_open_count, undated_open_count, done_rate_pct, due_rate_pct, on_time_rate_pct, mean_taken_days, mean_days, median_days, p90_days "
            "from handling_rates where ledger = ?",
            [ledger],
        ).fetchone()
        assert computed is not None
        assert tuple(float(value) for value in computed) == expected
        assert min(said.late, said.overdue_open, said.in_time_open, said.undated_open) > 0
    # Each state is there, and decides: some things are in time by their extension alone.
    assert sum(each.returns > 1 for each in made[CASES]) > 50
    assert all(sum(not each.is_handled for each in made[ledger]) > 50 for ledger in (FEEDBACK, SUGGESTIONS))
    assert sum(bool(each.due and each.done and each.due < each.done <= (each.deadline or each.due)) for each in made[SUGGESTIONS]) > 20  # fmt: skip
    print(f"三种台账各 {COUNT:,} 件随机事项的办结率、退单、延期、平均数、中位数和九成用时与独立重算一致")


def test_deadlines_that_pauses_and_returns_move_are_those_of_plain_python(
    sample: Warehouse, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Suggestions, opinions, cases and payments, a thousand each, with up to four pauses and returns that touch, overlap or are open.

    So are the days that count of what was done; a case was submitted two days before its clock began.
    """
    rng, calendar = random.Random(SEED), Calendar(sample.settings.dbt_project_dir / "seeds")
    names = {
        "suggestion_reply": "代表建议答复",
        "feedback_answer": "联络站意见",
        "snapshot_case": "代表随手拍",
        "contract_payment": "合同付款",
    }
    entries: list[dict[str, Any]] = []
    items: dict[str, list[tuple[str, date, date, date | None]]] = {}
    expected: dict[tuple[str, str], date] = {}
    days_that_count: dict[str, dict[str, int | None]] = {}
    for kind, name in names.items():
        allowed = (PAUSE,) if kind == "contract_payment" else (PAUSE, RETURN)
        for number in range(COUNT):
            begun = date(2023, 1, 2) + timedelta(days=rng.randrange(200))
            days = 30 if kind == "contract_payment" else rng.randrange(5, 90)
            key, due = f"N{number}", begun + timedelta(days=days)
            made = changes(rng, begun, days, len(entries), (PAUSE, RETURN))
            entries += [
                {"department_code": OFFICE, "change_no": str(each.number), "deadline_name": name, "item_no": key, "change": each.change,
                 "from_on": each.start, "until_on": each.end, "reason": "理由", "approved_by": "处"}
                for each in made
            ]  # fmt: skip
            of_kind = [each for each in made if each.change in allowed]
            to = moved(begun, due, of_kind, calendar)
            done = None if rng.random() < 0.2 else begun + timedelta(days=rng.randrange(120))
            submitted = begun - timedelta(days=2 if kind == "snapshot_case" else 0)
            days_that_count.setdefault(kind, {})[key] = counted(begun, submitted, due, of_kind, done) if done else None
            items.setdefault(kind, []).append((key, begun, due, done))
            expected[kind, key] = to or (calendar.days_after(begun, days) if kind == "contract_payment" else due)
    make(warehouse, "stg_organisation__clock_changes", entries, "staging.stg_organisation__clock_changes")
    make(warehouse, "stg_quality__submissions", [{"effective_at": datetime.combine(BUILT_FOR, time(9))}])
    run_model(warehouse, sample, "fct_clock_changes")
    given = {
        "suggestion_reply": ("stg_deputies__suggestions", "fct_suggestions", "suggestion_no", "final_due_on",
                             lambda key, begun, due, done: {"suggestion_no": key, "submitted_on": begun, "assigned_on": begun, "due_on": due, "answered_on": done}),
        "feedback_answer": ("stg_deputies__station_feedback", "fct_station_feedback", "feedback_no", "due_on",
                            lambda key, begun, due, done: {"feedback_no": key, "received_at": datetime.combine(begun, time(23)), "due_on": due,
                                                        "finished_at": done and datetime.combine(done, time(1))}),
        "snapshot_case": ("stg_deputies__snapshot_cases", "fct_snapshot_cases", "case_no", "cast(due_at as date)",
                          lambda key, begun, due, done: {"case_no": key, "submitted_at": datetime.combine(begun - timedelta(days=2), time(8)), "finished_at": done and datetime.combine(done, time(7)),
                                                   "accepted_at": datetime.combine(begun, time(22)), "due_at": datetime.combine(due, time(17))}),
        "contract_payment": ("fct_contracts", "sme_payment_terms", "contract_no", "due_on",
                             lambda key, begun, due, done: {"contract_no": key, "is_sme": True, "delivered_on": begun}),
    }  # fmt: skip
    for kind, (source, name, number, due_on, row_of) in given.items():
        like = f"marts.{source}" if source.startswith("fct") else f"staging.{source}"
        make(warehouse, source, [{"department_code": OFFICE, **row_of(*item)} for item in items[kind]], like)
        run_model(warehouse, sample, name)
        told = dict(warehouse.execute(f"select {number}, {due_on} from {name}").fetchall())
        wanted = {key: day for (of, key), day in expected.items() if of == kind}
        assert {key: (told.get(key), day) for key, day in wanted.items() if told.get(key) != day} == {}
        moved_count = sum(wanted[key] != due for key, _, due, _ in items[kind])
        print(f"{names[kind]}:{COUNT:,} 件,期限变动的 {moved_count} 件与独立重算一致")
        assert moved_count > COUNT / 4
        if kind == "contract_payment":
            continue
        rows = warehouse.execute(f"select {number}, counted_days, handling_days from {name}").fetchall()
        counting = days_that_count[kind]
        assert {key: (days, counting[key]) for key, days, _ in rows if days != counting[key]} == {}
        assert sum(days != taken for _, days, taken in rows) > COUNT / 5 and any(days is None for _, days, _ in rows)
    hours = warehouse.execute("select count(*) from fct_snapshot_cases where hour(due_at) <> 17").fetchone()
    assert hours == (0,), "the hour of a moved deadline is that of the ledger"
