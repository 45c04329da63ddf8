"""The switch of versions in a real PostgreSQL: readers meanwhile, a reader that stays, a server that dies, tables that are not ours."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import psycopg2
import pytest
from adbc_driver_manager import Error as AdbcError
from postgres_server import PASSWORD, Postgres, running_postgres

from dagster_project.bi_server.faults import BiError
from dagster_project.bi_server.server import fill
from dagster_project.bi_server.tables import BiColumn, BiTable, type_of

PUBLISHES, READERS = 50, 8
TABLES = ("marts.numbers", "marts.others", "evaluation.sums")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def url(postgres: Postgres, request: pytest.FixtureRequest) -> str:
    return postgres.database_for_bi(f"bi_{abs(hash(request.node.name)) % 10**8}")


def table(name: str, rows: str, visible_to: str = "internal", meanwhile: Callable[[], Any] = lambda: None) -> BiTable:
    """A table of what a query of DuckDB gives; ``meanwhile`` happens just before its rows are sent."""
    told = duckdb.sql(f"describe {rows}").fetchall()
    schema, _, own = name.partition(".")

    def read() -> Any:
        meanwhile()
        return duckdb.connect().execute(rows).to_arrow_reader()

    columns = tuple(BiColumn(column, type_of(kind, column), f"列 {column}") for column, kind, *_ in told)
    return BiTable(schema, own, f"表 {own}", columns, (told[0][0],), visible_to, read)


def version(number: int, meanwhile: Callable[[], Any] = lambda: None, more: str = "") -> list[BiTable]:
    """All tables of a version, whose rows say its number; one with a column ``more`` is defined otherwise."""
    columns = f", true as {more}" if more else ""
    query = f"select i::integer as id, {number}::integer as version{columns} from range(300) as numbers(i)"
    last = table(TABLES[2], query, meanwhile=meanwhile)
    return [table(TABLES[0], query), table(TABLES[1], query), last]


def versions_seen(cursor: Any) -> set[int]:
    found = set()
    for name in TABLES:
        cursor.execute(f"select min(version), max(version), count(*) from {name}")
        low, high, count = cursor.fetchall()[0]
        assert count == 300
        found |= {low, high}
    cursor.execute(
        f"select a.version, b.version, c.version from {TABLES[2]} a join {TABLES[0]} b using (id) join {TABLES[1]} c using (id) limit 9"
    )
    return found | {each for row in cursor.fetchall() for each in row}


@contextlib.contextmanager
def connection(url: str, is_autocommit: bool = False) -> Iterator[Any]:
    with contextlib.closing(psycopg2.connect(url)) as opened:
        opened.autocommit = is_autocommit
        yield opened


def schemas(postgres: Postgres, url: str) -> set[str]:
    return {name for (name,) in postgres.rows("select nspname from pg_namespace where nspname ~ '__|marts|eval'", url)}


def test_readers_of_fifty_publishes_see_one_version_each_time_and_no_error(postgres: Postgres, url: str) -> None:
    """Transactions of several queries, joins outside of a transaction, and prepared queries, while versions change."""
    fill(url, version(0), 60)
    postgres.login("reader", "bi_audit")
    reads, faults, is_over = [0] * READERS, [], threading.Event()
    theirs = url.replace("//jixiao:", "//reader:")
    join = f"select a.version, b.version from {TABLES[0]} a join {TABLES[2]} b using (id)"

    def read(number: int) -> None:
        try:
            with connection(theirs, is_autocommit=number % 2 == 1) as opened, opened.cursor() as cursor:
                if number % 2:
                    cursor.execute(f"prepare both_tables as {join}")
                while not is_over.is_set():
                    if number % 2:
                        cursor.execute("execute both_tables" if number == 1 else join)
                        seen = {each for row in cursor.fetchall() for each in row}
                    else:
                        seen = versions_seen(cursor)
                        opened.commit()
                    assert len(seen) == 1, f"reader {number} saw versions {seen} together"
                    reads[number] += 1
                    time.sleep(0.002)
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=read, args=[number]) for number in range(READERS)]
    for each in threads:
        each.start()
    try:
        for number in range(1, PUBLISHES + 1):
            fill(url, version(number), 60)
    finally:
        is_over.set()
        for each in threads:
            each.join()
    assert not faults
    assert min(reads) > 0 and sum(reads) > PUBLISHES, reads
    with connection(theirs) as opened, opened.cursor() as cursor:
        assert versions_seen(cursor) == {PUBLISHES}
    assert schemas(postgres, url) == {"marts", "evaluation"}, "nothing of the versions before is left"


def test_a_reader_that_stays_keeps_its_version_and_holds_up_nobody(url: str) -> None:
    fill(url, version(1), 60)
    with connection(url) as opened, opened.cursor() as cursor:
        cursor.execute("select 1")
        fill(url, version(2), 0.1)
        assert versions_seen(cursor) == {1}, "a transaction sees what it began with"
        opened.commit()
        assert versions_seen(cursor) == {2}


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
def test_where_definitions_change_a_reader_that_stays_keeps_its_version_and_is_named(
    postgres: Postgres, url: str, isolation: str
) -> None:
    fill(url, version(1), 60)
    with connection(url) as opened, opened.cursor() as cursor:
        cursor.execute(f"set transaction isolation level {isolation}")
        # A snapshot without a table: what was filled after it would look empty.
        cursor.execute("select 1" if isolation == "repeatable read" else f"select count(*) from {TABLES[0]}")
        with pytest.raises(BiError, match=r"仍有会话在读上一版本:jixiao\(.*进程 \d+\)"):
            fill(url, version(2, more="is_new"), 0.5)
        assert versions_seen(cursor) == {1}
        opened.commit()
        fill(url, version(2, more="is_new"), 60)
        assert versions_seen(cursor) == {2}
    assert schemas(postgres, url) == {"marts", "evaluation"}


def test_where_definitions_change_a_reader_that_goes_in_time_is_waited_for(url: str) -> None:
    fill(url, version(1), 60)
    with connection(url) as opened, opened.cursor() as cursor:
        assert versions_seen(cursor) == {1}
        leaves = threading.Timer(1.5, opened.commit)
        leaves.start()
        assert fill(url, version(2, more="is_new"), 60).switch_seconds > 0.5
        leaves.join()
        assert versions_seen(cursor) == {2}


@pytest.mark.parametrize("more", ["", "is_new"])
def test_a_server_killed_in_mid_publish_keeps_the_old_version_whole_and_the_next_publish_mends(
    postgres: Postgres, url: str, more: str
) -> None:
    fill(url, version(1), 60)
    with pytest.raises((psycopg2.Error, AdbcError)):
        fill(url, version(2, meanwhile=postgres.kill, more=more), 60)
    postgres.start_again()
    assert len(schemas(postgres, url)) == (4 if more else 2), (
        "fresh tables stand beside the live ones where definitions changed"
    )
    with connection(url) as opened, opened.cursor() as cursor:
        assert versions_seen(cursor) == {1}
        opened.commit()
        fill(url, version(3, more=more), 60)
        assert versions_seen(cursor) == {3}
    assert schemas(postgres, url) == {"marts", "evaluation"}


def test_two_publishers_do_not_meet(url: str) -> None:
    fill(url, version(1), 60)
    refused = []

    def another() -> None:
        with pytest.raises(BiError, match="另一个进程正在写入") as raised:
            fill(url, version(3), 60)
        refused.append(raised)

    fill(url, version(2, meanwhile=another), 60)
    assert refused
    with connection(url) as opened, opened.cursor() as cursor:
        assert versions_seen(cursor) == {2}


def test_schemas_of_somebody_else_are_not_touched(postgres: Postgres, url: str) -> None:
    with connection(url, is_autocommit=True) as opened, opened.cursor() as cursor:
        cursor.execute("create schema marts; create table marts.mine (a integer)")
    with pytest.raises(BiError, match="不是本程序建立的模式 marts"):
        fill(url, version(1), 60)
    assert postgres.rows("select count(*) from marts.mine", url) == [(0,)]


def test_a_user_who_may_not_make_roles_is_told_what_the_administrator_does(postgres: Postgres) -> None:
    with running_postgres() as other:
        with pytest.raises(BiError, match=r"create role bi_public;.*grant bi_internal to bi_audit;") as raised:
            fill(other.url(), version(1), 60)
        other.server.psql(str(raised.value).partition("运行一次:")[2])
        other.server.psql("alter database dagster owner to postgres; grant create on database dagster to jixiao;")
        with pytest.raises(BiError, match=r"alter database .* set default_transaction_isolation") as raised:
            fill(other.url(), version(1), 60)
        other.server.psql(str(raised.value).partition("运行一次:")[2].partition(";")[0])
        fill(other.url(), version(1), 60)
        assert PASSWORD not in str(raised.value)


def test_a_view_of_somebody_is_told_of_and_not_removed(postgres: Postgres, url: str) -> None:
    fill(url, version(1), 60)
    with connection(url, is_autocommit=True) as opened, opened.cursor() as cursor:
        cursor.execute(f"create view public.theirs as select * from {TABLES[0]}")
    [note] = fill(url, version(2, more="is_new"), 60).notes
    assert "theirs" in note and "请删除" in note
    assert postgres.rows("select distinct version from theirs", url) == [(1,)]


def test_only_tables_whose_rows_changed_are_written_again(postgres: Postgres, url: str) -> None:
    def of(number: int) -> list[BiTable]:
        numbers, others, sums = version(number)
        return [replace(numbers, content="same"), replace(others, content=f"rows of {number}"), sums]

    assert fill(url, of(1), 60).tables == 3
    done = fill(url, of(2), 60)
    assert (done.tables, done.rows) == (2, 600)
    seen = [postgres.rows(f"select distinct version from {name}", url) for name in TABLES]
    assert seen == [[(1,)], [(2,)], [(2,)]]
    postgres.rows("drop table marts.others; commit; select 1", url)
    assert fill(url, of(2), 60).tables == 3, "a table that is gone is made again"


def test_values_are_exact_and_typed_and_nothing_is_not_an_empty_text(postgres: Postgres, url: str) -> None:
    query = """
        select * from (values
            (1, '', 12345678901234567890.12345678::decimal(28,8), date '2023-02-28', timestamp '2023-01-31 23:59:59.123456', true, ['a', '']),
            (2, null, -0.00000001, null, null, null, null),
            (3, '中文' || chr(10) || '''"\\', 0.00000000, date '1900-01-01', timestamp '2262-01-01', false, [])
        ) as t(id, text, amount_yuan, paid_on, landed_at, is_on_time, names)
    """
    fill(url, [table("marts.exact", query)], 60)
    found = postgres.rows("select * from marts.exact order by id", url)
    assert found == [
        (1, "", Decimal("12345678901234567890.12345678"), dt.date(2023, 2, 28), dt.datetime(2023, 1, 31, 23, 59, 59, 123456), True, ["a", ""]),
        (2, None, Decimal("-0.00000001"), None, None, None, None),
        (3, "中文\n'\"\\", Decimal("0E-8"), dt.date(1900, 1, 1), dt.datetime(2262, 1, 1), False, []),
    ]  # fmt: skip
    types = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'marts.exact'::regclass and attnum > 0 order by attnum"
    kinds = [kind for (kind,) in postgres.rows(types, url)]
    assert kinds == ["integer", "text", "numeric(28,8)", "date", "timestamp without time zone", "boolean", "text[]"]


def test_a_type_that_would_lose_values_is_refused() -> None:
    with pytest.raises(BiError, match=r"marts\.t\.blob 的类型 BLOB"):
        type_of("BLOB", "marts.t.blob")
