"""The sample in a real PostgreSQL for BI: equal to the published file, commented, and each login sees what it may and nothing else."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import psycopg2
import pytest
from adbc_driver_postgresql import dbapi
from postgres_server import ESCAPED, PASSWORD, Postgres, running_postgres
from pydantic import SecretStr
from sample_warehouse import Warehouse, rows

from dagster_project.bi_server.faults import BiError
from dagster_project.bi_server.nights import keep_postgres_up_to_date
from dagster_project.bi_server.own_tables import disclosed_tables
from dagster_project.bi_server.publish import WrittenToPostgres, bi_state, write_postgres
from dagster_project.defs.bi_server import build_postgres_assets
from dagster_project.monitoring.after_a_night import unchanged_night
from dagster_project.portal.disclosure import rule_of
from dagster_project.portal.pages.work_tables import HANDLED
from dagster_project.portal.withheld import with_remembered
from dagster_project.publishing import current_version
from dagster_project.settings import Settings

OWN = {"catalogue.published_version", "disclosed.deputies_work", "disclosed.snapshot_cases_by_district_and_category"}
ONE, OTHER = "101001", "101002"


@dataclass(frozen=True)
class Bi:
    """The sample in a database: its settings, what was written, and the published file that it must equal."""

    postgres: Postgres
    settings: Settings
    written: WrittenToPostgres
    url: str
    file: Path

    def url_of(self, login: str) -> str:
        return self.url.replace("//jixiao:", f"//{login}:")

    def tables(self) -> list[tuple[str, str, int, bool]]:
        """Each published table: schema and name, who may see it, its rows, and whether they are of departments."""
        return rows(
            self.file,
            """
            select schema_name || '.' || table_name, visible_to, row_count, exists (
                select 1 from catalogue.columns as columns where columns.schema_name = tables.schema_name
                    and columns.table_name = tables.table_name and column_name = 'department_code'
            ) from catalogue.tables as tables order by 1
            """,
        )


def settings_beside(sample: Warehouse, folder: Path, url: str) -> Settings:
    """Settings of a build of its own that has the versions of the sample."""
    folder.mkdir()
    (folder / "serving").symlink_to(sample.settings.serving_dir)
    return Settings(raw_dir=sample.settings.raw_dir, build_dir=folder, bi_postgres=url)


@pytest.fixture(scope="module")
def bi(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bi]:
    with running_postgres() as server:
        url = server.database_for_bi("bi")
        settings = settings_beside(sample, tmp_path_factory.mktemp("bi") / "build", url)
        told = Bi(server, settings, write_postgres(settings), url, sample.published)
        for login, role in {
            "everybody": "bi_public", "office": "bi_internal", "office_one": "bi_internal", "office_all": "bi_internal",
            "auditor": "bi_audit", "auditor_two": "bi_audit",
        }.items():  # fmt: skip
            server.login(login, role)
        server.login("stranger", "pg_monitor")
        with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "insert into jixiao_bi.login_departments values (%s, %s, ''), (%s, '*', ''), (%s, %s, '')",
                ["office_one", ONE, "office_all", "auditor_two", OTHER],
            )
        yield told


def columns_of(bi: Bi, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in rows(bi.file, f"describe {table}")]


def test_every_table_equals_the_published_file_in_rows_sums_and_a_hash(bi: Bi) -> None:
    """Sums are PostgreSQL's own; the hash is of all values with the types of the published file."""
    tables = bi.tables()
    assert len(tables) == bi.written.tables - len(OWN) > 130
    wrong = []
    with (
        dbapi.connect(bi.url) as connection, connection.cursor() as cursor,
        duckdb.connect(str(bi.file), read_only=True) as file,
    ):  # fmt: skip
        for table, _, count, _ in tables:
            columns = columns_of(bi, table)
            numbers = [f'sum("{name}")' for name, kind in columns if kind.startswith(("DECIMAL", "INT", "BIGINT"))]
            sums = ", ".join([*numbers, "count(*)"])
            cursor.execute(f"select {', '.join(f'cast({each} as text)' for each in sums.split(', '))} from {table}")
            theirs = cursor.fetchall()[0]
            ours = file.execute(f"select {sums} from {table}").fetchall()[0]
            # Not str(): of a nought it makes 0E-8.
            if [
                None if each is None else f"{each:f}" if isinstance(each, Decimal) else str(each) for each in ours
            ] != list(theirs) or ours[-1] != count:
                wrong.append(f"{table}: sums {theirs} instead of {ours}")
            as_text = ", ".join(
                f'cast("{n}" as text) as "{n}"' if k.startswith("DECIMAL") else f'"{n}"' for n, k in columns
            )
            cursor.execute(f"select {as_text} from {table}")
            got = cursor.fetch_arrow_table()
            typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns)
            hashed = "select sum(hash(t)::hugeint) from (select {} from {}) as t"
            if (
                file.execute(hashed.format(typed, "got")).fetchall()
                != file.execute(hashed.format(typed, table)).fetchall()
            ):
                wrong.append(f"{table}: its rows differ")
            del got
    assert wrong == []


def test_the_version_is_readable_in_one_table(bi: Bi) -> None:
    [(version, tables, count)] = bi.postgres.rows(
        "select version, table_count, row_count from catalogue.published_version", bi.url_of("everybody")
    )
    assert version == current_version(bi.settings.serving_dir).version == bi.written.version
    assert (tables, count) == (len(bi.tables()), sum(table[2] for table in bi.tables()))
    again = write_postgres(bi.settings)
    assert not again.is_new and again.rows == 0


def test_every_table_and_column_has_the_comment_of_the_published_file(bi: Bi) -> None:
    query = """
        select n.nspname || '.' || c.relname, a.attname, col_description(c.oid, a.attnum), obj_description(c.oid)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and a.attnum > 0 and n.nspname in ('marts', 'evaluation', 'quality', 'catalogue', 'disclosed')
    """
    found = {(table, column): (text, of_table) for table, column, text, of_table in bi.postgres.rows(query, bi.url)}
    told = rows(
        bi.file,
        """
        select schema_name || '.' || table_name, column_name, columns.comment, tables.comment from duckdb_columns() as columns
        join duckdb_tables() as tables using (database_name, schema_name, table_name) where not columns.internal
        """,
    )
    assert len(told) > 2000
    assert [each for each in told if found[each[0], each[1]] != (each[2], each[3])] == []
    bare = [place for place, texts in found.items() for text in texts if not any("一" <= sign <= "鿿" for sign in text)]
    assert bare == [], "no Chinese"


def test_keys_of_the_catalogue_are_keys_of_the_database(bi: Bi) -> None:
    query = """
        select conrelid::regclass::text, string_agg(attname, ', ' order by place.ordinality) from pg_constraint
        cross join unnest(conkey) with ordinality as place(number, ordinality)
        join pg_attribute on attrelid = conrelid and attnum = place.number where contype in ('p', 'u')
            and connamespace::regnamespace::text in ('marts', 'evaluation', 'quality', 'catalogue') group by conrelid
    """
    found = {table: key for table, key in bi.postgres.rows(query, bi.url) if table not in OWN}
    stated = rows(
        bi.file, "select schema_name || '.' || table_name, key_columns from catalogue.tables where key_columns <> ''"
    )
    assert found == dict(stated)
    assert len(stated) > 120


LEVELS = {"public": 0, "internal": 1, "audit": 2}


@pytest.mark.parametrize(
    ("login", "level", "departments"),
    [
        ("stranger", -1, ()), ("everybody", 0, ()), ("office", 1, ()), ("office_one", 1, (ONE, OTHER)), ("office_all", 1, ("*",)),
        ("auditor", 2, ("*",)), ("auditor_two", 2, (OTHER,)),
    ],
)  # fmt: skip
def test_a_login_sees_what_it_may_and_nothing_else(
    bi: Bi, login: str, level: int, departments: tuple[str, ...]
) -> None:
    """Every table is tried: refused, all rows, those of its departments and of the units below them, or none."""
    wrong = []
    with (
        contextlib.closing(psycopg2.connect(bi.url_of(login))) as connection, connection.cursor() as cursor,
        duckdb.connect(str(bi.file), read_only=True) as file,
    ):  # fmt: skip
        connection.autocommit = True
        for table, visible_to, count, is_by_department in bi.tables():
            expected: int | None = count
            if level < LEVELS[visible_to]:
                expected = None
            elif visible_to != "public" and departments != ("*",):
                query = f"select count(*) from {table} where list_contains(?::varchar[], department_code)"
                expected = file.execute(query, [list(departments)]).fetchall()[0][0] if is_by_department else 0
            try:
                cursor.execute(f"select count(*) from {table}")
                seen = cursor.fetchall()[0][0]
            except psycopg2.errors.InsufficientPrivilege:
                seen = None
            if seen != expected:
                wrong.append(f"{table}: sees {seen} instead of {expected}")
    assert wrong == []


@pytest.mark.parametrize("login", ["stranger", "everybody", "office_one", "auditor"])
def test_no_login_changes_anything_or_looks_behind(bi: Bi, login: str) -> None:
    refused = [
        "delete from catalogue.published_version", "insert into marts.dim_district values (null)", "drop table marts.fct_payments",
        "create table marts.mine (a integer)", "alter table marts.fct_payments disable row level security", "truncate evaluation.figures",
        "select * from jixiao_bi.login_departments", "update jixiao_bi.login_departments set department_code = '*'",
        "insert into jixiao_bi.login_departments values (session_user, '*', '')", "create schema mine", "set role jixiao",
        "set session authorization jixiao",
    ]  # fmt: skip
    with contextlib.closing(psycopg2.connect(bi.url_of(login))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in refused:
            with pytest.raises(psycopg2.Error, match=r"permission denied|must be owner"):
                cursor.execute(statement)
        if login == "office_one":  # its rows stay those of the login, whatever role it takes
            cursor.execute("set role bi_internal")
            cursor.execute("select count(distinct department_code) from marts.dim_deputy")
            assert cursor.fetchall()[0][0] <= 1


def test_the_public_sees_no_small_cell_and_what_another_edition_withheld_stays_withheld(bi: Bi) -> None:
    rule = rule_of(2023)
    measures = ("case_count", *HANDLED)
    told = bi.postgres.rows(
        f"select breakdown, name, {', '.join(measures)}, withheld_columns from disclosed.deputies_work where fiscal_year = 2023",
        bi.url_of("everybody"),
    )
    assert len(told) > 50 and sum(bool(row[-1]) for row in told) > 5
    small = [row for row in told if any(count is not None and rule.is_small(count) for count in row[2:-1])]
    assert small == []
    cells = (
        "select case_count, is_withheld from disclosed.snapshot_cases_by_district_and_category where fiscal_year = 2023"
    )
    found = bi.postgres.rows(cells, bi.url_of("everybody"))
    assert found and all(
        (count is None) == is_withheld and not rule.is_small(count or 0) for count, is_withheld in found
    )

    known = f"2023-{ONE}"
    noted = json.loads(bi.settings.withheld_note.read_text())[known]
    assert len(noted) > 5, "the portal knows of them"
    shown = next(row for row in told if not row[-1] and row[0] == "suggestions_by_host" and row[2] > 4)
    of_the_portal = ["suggestions_by_host", shown[1], "case_count"]
    withheld = with_remembered(bi.settings, {known: [of_the_portal]})
    assert {tuple(key) for key in withheld[known]} == {tuple(key) for key in (*noted, of_the_portal)}
    with duckdb.connect(str(bi.file), read_only=True) as connection:
        counts = disclosed_tables(bi.file.parent, connection, withheld)[0].rows().to_pylist()
    [row] = [each for each in counts if (each["fiscal_year"], each["breakdown"], each["name"]) == (2023, *shown[:2])]
    assert row["case_count"] is None and "case_count" in row["withheld_columns"]


def test_an_address_that_cannot_be_used_is_one_line_without_the_password(bi: Bi, tmp_path: Path) -> None:
    build = bi.settings.build_dir
    open_file = tmp_path / "open"
    open_file.write_text(bi.url)
    open_file.chmod(0o644)
    for told, settings in {
        "password authentication failed": Settings(
            build_dir=build, bi_postgres=bi.url.replace(ESCAPED, "Wrong-Password")
        ),
        "does not exist": Settings(build_dir=build, bi_postgres=bi.postgres.url(database="nowhere")),
        "没有写成:.*connection": Settings(build_dir=build, bi_postgres=f"postgresql://jixiao:{ESCAPED}@127.0.0.1:1/bi"),
        "JIXIAO_BI_POSTGRES 中不是 PostgreSQL 的连接地址": Settings(build_dir=build, bi_postgres="mysql://a:b@h/d"),
        "chmod 600": Settings(build_dir=build, bi_postgres_file=open_file),
    }.items():
        with pytest.raises(BiError, match=told) as raised:
            write_postgres(settings)
        text = str(raised.value)
        assert "\n" not in text and PASSWORD not in text and ESCAPED not in text and "Wrong-Password" not in text
        assert settings.bi_note.read_text() == text, "it is kept for the alert"
    write_postgres(bi.settings)
    assert not bi.settings.bi_note.exists()


@pytest.fixture(scope="module")
def office(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return sample.copy_to(tmp_path_factory.mktemp("office"))


def test_a_night_without_its_database_publishes_all_the_same_and_a_quiet_one_makes_it_up(
    bi: Bi, office: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nights of the command line without news: the server is gone, then it is there again, then nothing is left to do."""
    settings = office.settings
    url = bi.postgres.database_for_bi("of_the_nights")
    monkeypatch.setenv("JIXIAO_BI_POSTGRES", url)
    told = settings.outbox_dir
    bi.postgres.kill()
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 0 and "BI 数据库没有更新" in text and "已发布的文件不受影响" in text
    assert "Traceback" not in text and ESCAPED not in text and PASSWORD not in text
    [alert] = told.glob("*-bi.txt")
    assert "BI 数据库没有更新" in alert.read_text() and "jixiao postgres" in alert.read_text()
    assert office.cli(monkeypatch, "postgres")[0] == 1
    bi.postgres.start_again()

    code, text = office.cli(monkeypatch, "nightly", "--quiet")
    assert code == 0 and "BI" not in text
    version = current_version(settings.serving_dir).version
    assert bi.postgres.rows("select version from catalogue.published_version", url) == [(version,)]
    assert len(list(told.glob("*-bi.txt"))) == 2, "it is told that it is over"
    code, text = office.cli(monkeypatch, "postgres")
    assert code == 0 and f"已是版本 {version}" in text


def test_the_schedule_and_dagster_bring_it_up_to_date_too(
    bi: Bi, office: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = bi.postgres.database_for_bi("of_dagster")
    settings = Settings(raw_dir=office.settings.raw_dir, build_dir=office.settings.build_dir, bi_postgres=url)
    version = current_version(settings.serving_dir).version
    assert "没有变化" in unchanged_night(settings, "schedule")
    assert bi.postgres.rows("select version from catalogue.published_version", url) == [(version,)]
    [asset] = build_postgres_assets(settings)
    bi.postgres.rows("update catalogue.published_version set version = 'another'; commit; select 1", url)
    assert "当前版本是" in bi_state(settings)[1] and not bi_state(settings)[0]
    assert dg.materialize([asset]).success
    assert bi_state(settings)[0]
    gone = settings.model_copy(update={"bi_postgres": SecretStr(url.replace("of_dagster", "nowhere"))})
    [asset] = build_postgres_assets(gone)
    [event] = dg.materialize([asset]).get_asset_materialization_events()
    assert "没有更新" in event.materialization.metadata["warning"].value


def test_without_an_address_nothing_of_it_is_there(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_postgres_assets(Settings(build_dir=tmp_path)) == []
    assert keep_postgres_up_to_date(Settings(build_dir=tmp_path)) == []
    code, text = sample.cli(monkeypatch, "postgres")
    assert code == 2 and "没有设置 JIXIAO_BI_POSTGRES" in text
    loaded = "import sys, dagster_project.bi_server.nights as n; print([m for m in sys.modules if m.startswith(('adbc', 'psycopg2', 'sqlalchemy'))])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"
