"""Addresses of a PostgreSQL that settings name, read and tried, never shown with their password: that of Dagster's runs, if they are not kept in files, and how any is read. No Dagster objects."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy
import sqlalchemy.exc

from dagster_project.settings import Settings

PROTOCOL, DRIVER = "postgresql", "psycopg2"
PACKAGES = {"dagster_postgres": "dagster-postgres", DRIVER: "dagster-postgres"}
"""Modules that Dagster's storage needs, with the package that brings each."""
EXAMPLE = "postgresql://用户:密码@主机:5432/库"
SAID = 300
"""Characters of what a server says that a message shows."""
CONNECT_S = 5
"""Seconds that a server gets to answer: one that is not there should not hold up a night."""


class StorageError(RuntimeError):
    """Dagster's storage cannot be used; the message says why and what to do, without the password."""


def is_asked_for(settings: Settings) -> bool:
    """Whether runs are to be kept in PostgreSQL, whatever the address is good for."""
    return bool(settings.dagster_postgres.get_secret_value() or settings.dagster_postgres_file)


def postgres_url(settings: Settings) -> str:
    """The address with its password; empty where runs are kept in files.

    Raises:
        StorageError: the address, or the file that holds it, cannot be used, or the packages for it are not installed.
    """
    text, file = settings.dagster_postgres.get_secret_value().strip(), settings.dagster_postgres_file
    parts = address_of("JIXIAO_DAGSTER_POSTGRES", text, file, PACKAGES, "使用自带的存储")
    # SQLAlchemy would take its own default driver, which is another from one release to the next.
    return parts.set(drivername=f"{PROTOCOL}+{DRIVER}").render_as_string(hide_password=False) if parts else ""


def address_of(
    variable: str, text: str, file: Path | None, packages: Mapping[str, str], instead_zh: str
) -> sqlalchemy.URL | None:
    """The parts of an address that a setting gives, or the file that another setting names; None where there is none.

    Args:
        variable: the name of the setting; that of the file ends in ``_FILE``.
        text: what it says.
        file: the file instead of it.
        packages: which modules it needs, each with the package that brings it.
        instead_zh: what happens without the setting.

    Raises:
        StorageError: the address, or the file that holds it, cannot be used, or a package for it is not installed.
    """
    if text and file:
        raise StorageError(f"{variable} 和 {variable}_FILE 只能设置一个;请去掉其中一个")
    name = variable
    if file:
        text, name = _read(file, variable), f"文件 {file}({variable}_FILE)"
    if not text:
        return None
    parts = _parts(text)
    if parts is None:
        raise StorageError(f"{name} 中不是 PostgreSQL 的连接地址;应写成 {EXAMPLE}(密码中的 @ : / 等须写成 %40 %3A %2F)")
    if missing := [package for module, package in packages.items() if not find_spec(module)]:
        raise StorageError(
            f"设置了 {name},但没有安装 {'、'.join(dict.fromkeys(missing))};请运行 pip install 'jixiao[postgresql]',或去掉该设置,{instead_zh}"
        )
    return parts


def try_postgres(url: str) -> None:
    """Connect once, and let go again.

    Raises:
        StorageError: the server refuses, or there is none.
    """
    try:
        engine = sqlalchemy.create_engine(url, connect_args={"connect_timeout": CONNECT_S})
        engine.connect().close()
        engine.dispose()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise StorageError(unreachable_text(url, error)) from error


def unreachable_text(url: str, error: BaseException) -> str:
    """Why a server cannot be used, in one line: which one, and what it or the network said."""
    return (
        f"Dagster 运行记录所在的 PostgreSQL({shown_address(url)})不能用:{said_by(url, error)};"
        "请检查该服务是否在运行、用户和密码、库是否已建立。已发布的版本没有变,读者不受影响"
    )


def said_by(url: str, error: BaseException) -> str:
    """What a server or the network said, on one line without the password."""
    cause: Any = getattr(error, "orig", None) or error
    said, password = " ".join(str(cause).split()), str(sqlalchemy.make_url(url).password or "")
    return (said.replace(password, "***") if password else said)[:SAID]


def shown_address(url: str) -> str:
    """The address as messages show it: without the password, and without what may hold one."""
    parts = sqlalchemy.make_url(url)
    host = parts.host or parts.query.get("host") or "本机"
    return f"{parts.username or ''}@{host}{f':{parts.port}' if parts.port else ''}/{parts.database}"


def storage_fault(settings: Settings) -> str:
    """Why the storage of runs cannot be used; empty where it is well, or lies in files."""
    try:
        if url := postgres_url(settings):
            try_postgres(url)
    except StorageError as error:
        return str(error)
    return ""


def _parts(text: str) -> sqlalchemy.URL | None:
    """The parts of an address; None where it is none of a database of PostgreSQL."""
    try:
        found = sqlalchemy.make_url(text)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        return None
    return found if found.drivername in (PROTOCOL, f"{PROTOCOL}+{DRIVER}") and found.database else None


def _read(file: Path, variable: str) -> str:
    """The address in a file that only its owner can read."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"读不到 {variable}_FILE 所指的文件 {file};请写入 {EXAMPLE},权限 600") from error
    if mode & 0o077:
        raise StorageError(f"文件 {file} 中有密码,权限是 {mode:o},其他用户也能读;请运行 chmod 600 {file}")
    if not text:
        raise StorageError(f"文件 {file}({variable}_FILE)是空的;请写入 {EXAMPLE}")
    return text
