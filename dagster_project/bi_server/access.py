"""Who may see what in PostgreSQL: three roles, of which the later ones see what the earlier do, and rows by the department of a login."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

import psycopg2
import psycopg2.extensions

from dagster_project.bi_server.faults import BiError
from dagster_project.bi_server.tables import DEPARTMENT, PUBLIC, VISIBLE_TO, BiTable
from dagster_project.ingestion.sql import literal, quoted

ADMIN = "jixiao_bi"
"""The schema of what stays from version to version: which login sees which department."""
ROLES = {each: f"bi_{each}" for each in VISIBLE_TO}
LOGINS = f"{ADMIN}.login_departments"
CONTENTS = f"{ADMIN}.contents"
"""Which rows each live table holds, by their hash, and, under the two names below, how all tables are defined and what was set up."""
TREE = "marts.department_tree"
"""The table that tells which departments stand below another one; of the live version, where it has it."""
SHAPE, SET_UP = "*", "**"
SETUP = f"""
    create schema if not exists {ADMIN};
    create table if not exists {LOGINS} (
        login text not null, department_code text not null, reason text not null default '', primary key (login, department_code)
    );
    comment on schema {ADMIN} is '绩效数据仓库的管理用表,换版本时保留 / What stays from version to version';
    comment on table {LOGINS} is '登录名可以看哪些部门的行;一行一个部门,* 为全部部门 / Which departments a login sees; * stands for all';
    comment on column {LOGINS}.login is '数据库登录名 / Login of the database';
    comment on column {LOGINS}.department_code is '部门编码,* 为全部 / Department code, * for all';
    comment on column {LOGINS}.reason is '依据 / Why';
    create table if not exists {CONTENTS} (table_name text primary key, content text not null);
    comment on table {CONTENTS} is '各表内容的散列值,内容没变的表不重写 / Hashes of what the tables hold';
    comment on column {CONTENTS}.table_name is '数据表;* 为全部表的定义,** 为权限和函数 / Table; * how all tables are defined, ** what was set up';
    comment on column {CONTENTS}.content is '散列值 / Hash';
    create or replace function {ADMIN}.departments_of_login() returns text[] language plpgsql stable security definer set search_path = ''
        as $$
            declare
                own text[];
                below text[] := '{{}}';
            begin
                select coalesce(array_agg(department_code), '{{}}') into own from {LOGINS} where login = session_user;
                if to_regclass('{TREE}') is not null then
                    execute 'select coalesce(array_agg(distinct department_code::text), ''{{}}'') from {TREE} '
                        || 'where ancestor_code = any ($1) and fiscal_year = (select max(fiscal_year) from {TREE})'
                        into below using own;
                end if;
                return own || below;
            end
        $$;
    create or replace function {ADMIN}.sees_all_departments() returns boolean language sql stable security definer set search_path = ''
        as $$
            select case when exists (select from {LOGINS} where login = session_user)
                then exists (select from {LOGINS} where login = session_user and department_code = '*')
                else pg_has_role(session_user, '{ROLES["audit"]}', 'member') end
        $$;
    revoke execute on function {ADMIN}.departments_of_login(), {ADMIN}.sees_all_departments() from public;
    grant usage on schema {ADMIN} to {ROLES["internal"]};
    grant execute on function {ADMIN}.departments_of_login(), {ADMIN}.sees_all_departments() to {ROLES["internal"]};
"""
"""A login that is listed sees the departments of its lines and those below them in the latest year; one that is not, all as an auditor, else none."""
SETUP_HASH = hashlib.sha256(SETUP.encode()).hexdigest()
SNAPSHOTS = "default_transaction_isolation"
BY_HAND = (
    "".join(f"create role {role};" for role in ROLES.values())
    + f"grant {ROLES['public']} to {ROLES['internal']};grant {ROLES['internal']} to {ROLES['audit']};"
)
"""What the administrator of the server does where the user of the address may not make roles."""


def set_up(cursor: psycopg2.extensions.cursor, schemas: list[str]) -> None:
    """Make roles, functions and the table of logins where they are not there.

    Args:
        cursor: of a connection whose user may make schemas in the database.
        schemas: those that versions take; where this database was never set up, none of them may be there.

    Raises:
        BiError: the database has such schemas of somebody else, or the user may not make roles.
    """
    _keep_transactions_whole(cursor)
    cursor.execute("select to_regclass(%s) is not null", [CONTENTS])
    if cursor.fetchall()[0][0]:
        cursor.execute(f"select content from {CONTENTS} where table_name = %s", [SET_UP])
        if cursor.fetchall() == [(SETUP_HASH,)]:
            return
    else:
        cursor.execute("select nspname from pg_namespace where nspname = any (%s) order by nspname", [schemas])
        if taken := [name for (name,) in cursor.fetchall()]:
            raise BiError(f"库中已有不是本程序建立的模式 {'、'.join(taken)},没有写入;请为 BI 另建一个空库")
    try:
        _make_roles(cursor)
    except psycopg2.errors.InsufficientPrivilege as error:
        raise BiError(f"该用户不能建立角色;请数据库管理员运行一次:{BY_HAND}") from error
    cursor.execute(SETUP + noting(SET_UP, SETUP_HASH))


def noting(name: str, content: str) -> str:
    """The statement that notes which rows a table holds, or how all of this is set up."""
    values = f"{literal(name)}, {literal(content)}"
    return f"insert into {CONTENTS} values ({values}) on conflict (table_name) do update set content = excluded.content"


def _keep_transactions_whole(cursor: psycopg2.extensions.cursor) -> None:
    """Make each transaction in this database see one state of it, unless it asks otherwise: PostgreSQL's own default is a state for each query."""
    cursor.execute(
        """
        select datname, pg_has_role(datdba, 'usage'), exists (
            select from pg_db_role_setting where setdatabase = pg_database.oid and setrole = 0 and %s = any (setconfig)
        ) from pg_database where datname = current_database()
        """,
        [f"{SNAPSHOTS}=repeatable read"],
    )
    name, may, is_so = cursor.fetchall()[0]
    statement = f"alter database {quoted(name)} set {SNAPSHOTS} = 'repeatable read'"
    if not is_so and not may:
        raise BiError(
            f"该用户不是库 {name} 的属主;请属主或管理员运行一次:{statement};否则读者在一个事务中会看到两个版本"
        )
    if not is_so:
        cursor.execute(statement)


def _make_roles(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute("select rolname from pg_roles where rolname = any (%s)", [list(ROLES.values())])
    there = {name for (name,) in cursor.fetchall()}
    for role in ROLES.values():
        if role not in there:
            cursor.execute(f"create role {role} nologin")
    for lower, upper in itertools.pairwise(VISIBLE_TO):
        cursor.execute("select pg_has_role(%s, %s, 'usage')", [ROLES[upper], ROLES[lower]])
        if not cursor.fetchall()[0][0]:
            cursor.execute(f"grant {ROLES[lower]} to {ROLES[upper]}")


def table_rights(table: BiTable, place: str) -> Iterator[str]:
    """The statements that open a table to its role, and, of one that is not public, only the rows that its reader may see."""
    yield f"grant select on {place} to {ROLES[table.visible_to]}"
    if table.visible_to == PUBLIC:
        return
    sees = f"(select {ADMIN}.sees_all_departments())"
    if table.is_by_department:
        sees += f" or {quoted(DEPARTMENT)} = any ((select {ADMIN}.departments_of_login())::text[])"
    yield f"alter table {place} enable row level security"
    yield f"create policy by_department on {place} for select using ({sees})"


def schema_rights(tables: list[BiTable], schema: str) -> str:
    """The statement that opens a schema to the first role that sees a table of it; the others are members of that role."""
    first = min(VISIBLE_TO.index(table.visible_to) for table in tables if table.schema == schema)
    return f"grant usage on schema {quoted(schema)} to {ROLES[VISIBLE_TO[first]]}"
