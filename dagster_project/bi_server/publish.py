"""The current version into the PostgreSQL for BI, unless it is there already. When: `nights`."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.bi_server.faults import KEPT_ZH, BiError
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.on_disk import write_whole
from dagster_project.postgres_address import StorageError, address_of, said_by, shown_address
from dagster_project.private_files import keep_private, work_folder
from dagster_project.publishing import DATABASE, PublishedVersion, PublishError, current_version, reading
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.bi_server.tables import BiTable

VARIABLE = "JIXIAO_BI_POSTGRES"
PACKAGES = {"psycopg2": "dagster-postgres", "adbc_driver_postgresql": "adbc-driver-postgresql"}


@dataclass(frozen=True)
class WrittenToPostgres:
    """What PostgreSQL holds now; nothing was written where it held this version already, and then counts are 0."""

    version: str
    is_new: bool
    address: str
    tables: int = 0
    rows: int = 0
    seconds: float = 0
    switch_seconds: float = 0
    notes: tuple[str, ...] = ()


def bi_address(settings: Settings) -> str:
    """The address with its password; empty where none is set.

    Raises:
        BiError: it cannot be used, or packages for it are not installed.
    """
    text, file = settings.bi_postgres.get_secret_value().strip(), settings.bi_postgres_file
    try:
        parts = address_of(VARIABLE, text, file, PACKAGES, "不写入 PostgreSQL")
    except StorageError as error:
        raise BiError(str(error)) from error
    return parts.set(drivername="postgresql").render_as_string(hide_password=False) if parts else ""


def write_postgres(settings: Settings, again: bool = False) -> WrittenToPostgres:
    """Write the current version, unless the database holds it as this program would write it.

    Args:
        settings: where versions lie, and the address.
        again: write it even so.

    Raises:
        BiError: it did not get there; the database holds what it held. The reason is kept for alerts.
        PublishError: nothing was published yet.
    """
    keep_private(settings.build_dir, settings.private_places)
    try:
        with reading(settings.serving_dir) as version:
            written = _write(settings, version, again)
    except BiError as error:
        write_whole(settings.bi_note, str(error).encode())
        raise
    settings.bi_note.unlink(missing_ok=True)
    return written


def bi_state(settings: Settings) -> tuple[bool, str]:
    """Whether the database holds the current version, and what was seen, for people."""
    try:
        url = bi_address(settings)
        with _plain_faults(url):
            held = _held(url)
        current = current_version(settings.serving_dir).version
    except (BiError, PublishError) as error:
        return False, str(error)
    if held and held[0] == current:
        return True, f"版本 {current}({shown_address(url)})"
    return False, f"{f'版本 {held[0]}' if held else '还没有版本'},当前版本是 {current}({shown_address(url)})"


def _write(settings: Settings, version: PublishedVersion, again: bool) -> WrittenToPostgres:
    url = bi_address(settings)
    if not url:
        raise BiError(f"没有设置 {VARIABLE} 或 {VARIABLE}_FILE,不知道写到哪里;见 docs/bi.md")
    program, began = _program(settings), time.monotonic()
    with _plain_faults(url):
        if not again and _held(url) == (version.version, program):
            return WrittenToPostgres(version.version, False, shown_address(url))
        from dagster_project.bi_server.server import fill

        with work_folder(settings.work_dir) as place, contextlib.ExitStack() as stack:
            tables = tables_of(settings, version, program, place, stack)
            filled = fill(url, tables, settings.bi_patience_seconds, again)
    return WrittenToPostgres(
        version.version, True, shown_address(url), filled.tables, filled.rows, time.monotonic() - began, filled.switch_seconds,
        filled.notes,
    )  # fmt: skip


def tables_of(
    settings: Settings, version: PublishedVersion, program: str, place: Path, stack: contextlib.ExitStack
) -> list[BiTable]:
    """The tables of a version; their rows are read as long as ``stack`` is open.

    Args:
        settings: say whether texts are clear, and where withheld cells are noted.
        version: a version that nobody removes meanwhile.
        program: what `published_version` says of who wrote it.
        place: a folder for a masked copy, where one is needed.
        stack: closes what is opened here.

    Raises:
        BiError: a column has a type that PostgreSQL does not get.
    """
    from dagster_project.bi_server.own_tables import disclosed_tables, version_table
    from dagster_project.bi_server.tables import published_tables
    from dagster_project.portal.withheld import remember, with_remembered
    from dagster_project.publishing.proof import read_manifest
    from dagster_project.reporting.documents import read_from

    def opened(folder: Path) -> duckdb.DuckDBPyConnection:
        return stack.enter_context(duckdb.connect(str(folder / DATABASE), read_only=True))

    internal_dir, public_dir = read_from(settings, version, place)
    internal, public = opened(internal_dir), opened(public_dir)
    withheld = with_remembered(settings, {})
    disclosed = disclosed_tables(public_dir, public, withheld)
    remember(settings, withheld)  # before anybody sees them
    hashes = {name: f"{program} {sha256}" for name, sha256 in read_manifest(version.path)["sha256"].items()}
    tables = published_tables(version.path, {"public": public, "internal": internal, "audit": internal}, hashes)
    row = {
        "version": version.version,
        "loaded_at": dt.datetime.now(SHANGHAI),
        "table_count": len(tables),
        "row_count": sum(version.tables.values()),
        "program": program,
    }
    return [*tables, *disclosed, version_table(lambda: [row])]


def _held(url: str) -> tuple[str, str] | None:
    """The version that the database holds, and by which program; None where it holds none."""
    from dagster_project.bi_server.server import connected

    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass('catalogue.published_version') is not null")
        if not cursor.fetchall()[0][0]:
            return None
        cursor.execute("select version, program from catalogue.published_version")
        found = cursor.fetchall()
    return (found[0][0], found[0][1]) if found else None


def _program(settings: Settings) -> str:
    """A hash of what decides, besides the version, what is written."""
    digest = hashlib.sha256(settings.internal_free_text.encode())
    here = Path(__file__).parent
    portal = here.with_name("portal")
    others = [*portal.glob("disclosure.*"), portal / "pages" / "work_tables.py"]
    for path in sorted([*(each for each in here.iterdir() if each.is_file()), *others]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _plain_faults(url: str) -> Iterator[None]:
    """What a server or the network says becomes one line, with the address and without its password."""
    import psycopg2
    from adbc_driver_manager import Error

    try:
        yield
    except (psycopg2.Error, Error) as error:
        raise BiError(
            f"BI 用的 PostgreSQL({shown_address(url)})没有写成:{said_by(url, error)};{KEPT_ZH},该库仍是原来的版本。"
            "请检查服务是否在运行、用户和密码、库是否已建立,再运行 jixiao postgres,或等下一夜"
        ) from error
