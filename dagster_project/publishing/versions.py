"""A version is a folder named by the hash of its content: one DuckDB file and the same tables as Parquet.

`current` is a link to one of them, moved by a single rename, so a reader sees the old version or the new one, never a mixture.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.hashing import sha256_of
from dagster_project.publishing.signatures import frozen_versions

CURRENT = "current"
DATABASE = "published.duckdb"
MANIFEST = "manifest.json"
CHECK_RESULTS = "check_results.json"
HISTORY = "history.jsonl"
STORAGE_VERSION = "v1.0.0"
"""Drivers of BI tools lag behind; a file of this storage version opens in DuckDB 1.0 and later."""


class PublishError(RuntimeError):
    """A version cannot be written, found or trusted; the message says which and what to do."""


@dataclass(frozen=True)
class PublishedVersion:
    """A version: its name, its folder, its tables with their row counts, and whether this call made it current."""

    version: str
    path: Path
    tables: dict[str, int]
    is_new: bool


def publish(
    warehouse: Path,
    serving_dir: Path,
    schemas: Sequence[str],
    keep: int,
    check_results: Path | None = None,
    make_current: bool = True,
) -> PublishedVersion:
    """Copy the published schemas of a checked warehouse into a version and, as a rule, make it current.

    The same content gives the same version, and then no file is touched: a version keeps the results of the checks that it
    was first published with.

    Args:
        warehouse: the DuckDB file that dbt built.
        serving_dir: holds ``versions/``, ``current`` and ``history.jsonl``.
        schemas: which schemas readers get.
        keep: how many versions stay for rollback, the current one included; certified ones stay besides.
        check_results: what the checks said of the warehouse; a copy goes into the version.
        make_current: whether readers get it; a look back at a past moment is kept beside what they read.

    Raises:
        PublishError: the warehouse has no table to publish.
        SignatureError: the log of signatures was changed, so nobody knows which versions are certified.
    """
    frozen = frozen_versions(serving_dir)
    unfinished = serving_dir / "versions" / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    tables = _write_parquet(warehouse, unfinished, schemas)
    hashes = {f"{name}.parquet": sha256_of(unfinished / f"{name}.parquet") for name in sorted(tables)}
    version = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:16]
    target = serving_dir / "versions" / version
    if target.is_dir():
        shutil.rmtree(unfinished)
    else:
        _write_database(unfinished, tables)
        hashes[DATABASE] = sha256_of(unfinished / DATABASE)
        if check_results:
            shutil.copyfile(check_results, unfinished / CHECK_RESULTS)
            hashes[CHECK_RESULTS] = sha256_of(unfinished / CHECK_RESULTS)
        manifest = {"version": version, "tables": tables, "sha256": hashes}
        (unfinished / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        _sync_tree(unfinished)
        os.replace(unfinished, target)
        _sync(target.parent)
    is_new = make_current and _current_name(serving_dir) != version
    if is_new:
        _switch(serving_dir, version, "publish")
        _prune(serving_dir, keep, frozen)
    return PublishedVersion(version, target, tables, is_new)


def current_version(serving_dir: Path) -> PublishedVersion:
    """The version readers get now.

    Raises:
        PublishError: nothing was published yet.
    """
    name = _current_name(serving_dir)
    if name is None:
        raise PublishError(f"{serving_dir} 中还没有已发布的版本;请先运行 jixiao nightly")
    path = serving_dir / "versions" / name
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    return PublishedVersion(name, path, manifest["tables"], False)


def kept_version(serving_dir: Path, version: str) -> PublishedVersion:
    """A version that is kept, whether readers get it now or not.

    Raises:
        PublishError: there is no such version.
    """
    path = serving_dir / "versions" / version
    if not (path / MANIFEST).is_file():
        kept = "、".join(sorted(p.name for p in (serving_dir / "versions").glob("[0-9a-f]*")))
        raise PublishError(f"没有版本 {version};保留的版本有:{kept or '无'}")
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    return PublishedVersion(version, path, manifest["tables"], False)


def rollback(serving_dir: Path, version: str) -> PublishedVersion:
    """Make a kept version current again.

    Raises:
        PublishError: there is no such version, or its files are not what its manifest says.
    """
    path = kept_version(serving_dir, version).path
    if broken := verify(path):
        raise PublishError(f"版本 {version} 的文件已损坏:{'、'.join(broken)}")
    _switch(serving_dir, version, "rollback")
    return current_version(serving_dir)


def verify(version_dir: Path) -> list[str]:
    """The files of a version that are missing or differ from its manifest."""
    manifest = json.loads((version_dir / MANIFEST).read_text(encoding="utf-8"))
    return [
        name
        for name, expected in manifest["sha256"].items()
        if not (version_dir / name).is_file() or sha256_of(version_dir / name) != expected
    ]


def history(serving_dir: Path) -> list[dict[str, str]]:
    """When which version became current, and by what: publish or rollback; oldest first."""
    path = serving_dir / HISTORY
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _write_parquet(warehouse: Path, folder: Path, schemas: Sequence[str]) -> dict[str, int]:
    """Each table as Parquet in a total order, so that the same content gives the same bytes; returns row counts."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        found = connection.execute(
            """
            select schema_name || '/' || table_name from duckdb_tables()
            where database_name = 'warehouse' and list_contains(?, schema_name) order by all
            """,
            [list(schemas)],
        ).fetchall()
        names = [name for (name,) in found]
        if not names:
            raise PublishError(f"{warehouse} 中没有可发布的表;请先运行 jixiao nightly")

        def write(name: str) -> int:
            (folder / name).parent.mkdir(exist_ok=True)
            query = f"select * from warehouse.{name.replace('/', '.')} order by all"
            copy = f"copy ({query}) to '{folder / name}.parquet' (format parquet, compression zstd)"
            return int(connection.cursor().execute(copy).fetchall()[0][0])

        # A thread a core, each with a table: one table on all cores would not always give the same bytes.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(names, pool.map(write, names), strict=True))


def _write_database(folder: Path, tables: dict[str, int]) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{folder / DATABASE}' as published (storage_version '{STORAGE_VERSION}')")
        connection.execute("begin")
        for name in tables:
            schema, table = name.split("/")
            connection.execute(f"create schema if not exists published.{schema}")
            connection.execute(
                f"create table published.{schema}.{table} as select * from read_parquet('{folder / name}.parquet')"
            )
        connection.execute("commit")
        connection.execute("checkpoint published")
        connection.execute("detach published")


def _current_name(serving_dir: Path) -> str | None:
    link = serving_dir / CURRENT
    return link.readlink().name if link.is_symlink() else None


def _switch(serving_dir: Path, version: str, action: str) -> None:
    """Point `current` at a version in one rename, and note it."""
    link = serving_dir / f".{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / version)
    os.replace(link, serving_dir / CURRENT)
    _sync(serving_dir)
    entry = {"at": dt.datetime.now().astimezone().isoformat(timespec="seconds"), "version": version, "action": action}
    with (serving_dir / HISTORY).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")


def _prune(serving_dir: Path, keep: int, frozen: set[str]) -> None:
    """Remove all but the versions that were current last and those that were certified."""
    last_use = {entry["version"]: place for place, entry in enumerate(history(serving_dir))}
    versions = [path for path in (serving_dir / "versions").iterdir() if not path.name.startswith(".")]
    versions.sort(key=lambda path: last_use.get(path.name, -1), reverse=True)
    for path in versions[keep:]:
        if path.name not in frozen:
            shutil.rmtree(path)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Make sure a file or the entries of a folder are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
