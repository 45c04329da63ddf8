"""A version is a folder named by the hash of its content: one DuckDB file and the same tables as Parquet.

`current` is a link to one of them, moved by a single rename, so a reader sees the old version or the new one, never a mixture.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.aside import put_aside, remove
from dagster_project.hashing import sha256_of
from dagster_project.on_disk import sync
from dagster_project.private_files import for_readers
from dagster_project.publishing.catalogue import CatalogueTable
from dagster_project.publishing.comments import TableComment
from dagster_project.publishing.history import ASIDE, append_history
from dagster_project.publishing.mending import mend_version
from dagster_project.publishing.proof import (
    DATABASE,
    MANIFEST,
    PublishError,
    prove,
    read_manifest,
    verify,
    version_name,
    write_manifest,
)
from dagster_project.publishing.retention import prune
from dagster_project.publishing.signatures import frozen_versions
from dagster_project.publishing.tables import NO_CATALOGUE, built_as_of, write_database, write_parquet

if TYPE_CHECKING:
    from dagster_project.privacy.tables import Masking

CURRENT = "current"
NO_COMMENTS: Mapping[str, TableComment] = {}
CHECK_RESULTS = "check_results.json"
FREE_TEXT = "free_text"
"""In a manifest: ``masked`` where no text of the version holds personal data, ``clear`` where free texts do."""


@dataclass(frozen=True)
class PublishedVersion:
    """A version: its name, its folder, its tables with their row counts, and whether this call made it current.

    ``as_of`` is the past moment that it looks back at, empty for a version of its own day; ``mended`` names the damaged files
    that this call replaced.
    """

    version: str
    path: Path
    tables: dict[str, int]
    is_new: bool
    as_of: str = ""
    mended: tuple[str, ...] = ()


def publish(
    warehouse: Path,
    serving_dir: Path,
    schemas: Sequence[str],
    keep: int,
    check_results: Path | None = None,
    kept_hours: float = 0,
    masking: Masking | None = None,
    comments: Mapping[str, TableComment] = NO_COMMENTS,
    catalogue: Mapping[str, CatalogueTable] = NO_CATALOGUE,
) -> PublishedVersion:
    """Copy the published schemas of a checked warehouse into a version and, as a rule, make it current.

    The same content gives the same version, and then no file is touched: a version keeps the results of the checks that it
    was first published with. Where its files are damaged, those are replaced. A warehouse that says of itself that it was built
    as of a past moment gives a version beside what readers get, whoever asks.

    Args:
        warehouse: the DuckDB file that dbt built.
        serving_dir: holds ``versions/``, ``current`` and ``history.jsonl``.
        schemas: which schemas readers get.
        keep: how many versions stay for rollback, the current one included; certified ones stay besides.
        check_results: what the checks said of the warehouse; a copy goes into the version.
        masking: takes personal data out of all texts that are published; its setting is noted in the manifest.
        comments: what the database says of its tables and columns, by ``schema/table``.
        catalogue: tables that say what the others are, by name.
        kept_hours: how long a version stays in any case after it was current, for those who still read it.

    Raises:
        PublishError: the warehouse has no table to publish.
        SignatureError: the log of signatures was changed, so nobody knows which versions are certified.
    """
    frozen = frozen_versions(serving_dir)
    as_of = built_as_of(warehouse)
    with for_readers(), _only_one_writes(serving_dir):
        unfinished = serving_dir / "versions" / ".unfinished"
        remove(unfinished)
        unfinished.mkdir()
        try:
            target, tables, mended = _write_version(
                warehouse, unfinished, schemas, check_results, as_of, masking, comments, catalogue
            )
        except (OSError, duckdb.Error):  # a full disk, as a rule: what was written helps nobody
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        is_new = not as_of and current_name(serving_dir) != target.name
        if is_new:
            _switch(serving_dir, target.name, "publish")
        prove(serving_dir, first=target.name)
        if is_new:
            prune(serving_dir, target.name, keep, kept_hours, frozen)
    return PublishedVersion(target.name, target, tables, is_new, as_of, tuple(mended))


def _write_version(
    warehouse: Path,
    unfinished: Path,
    schemas: Sequence[str],
    check_results: Path | None,
    as_of: str,
    masking: Masking | None,
    comments: Mapping[str, TableComment],
    catalogue: Mapping[str, CatalogueTable],
) -> tuple[Path, dict[str, int], list[str]]:
    """The folder of the version of this content, its tables, and the files that had to be mended in it."""
    tables = write_parquet(warehouse, unfinished, schemas, masking, catalogue)
    hashes = {f"{name}.parquet": sha256_of(unfinished / f"{name}.parquet") for name in sorted(tables)}
    target = unfinished.with_name(version_name(hashes))
    broken = verify(target) if os.path.lexists(target) else None
    if broken == []:
        shutil.rmtree(unfinished)
    else:
        write_database(unfinished, tables, comments)
        hashes[DATABASE] = sha256_of(unfinished / DATABASE)
        if check_results:
            told = check_results.read_text(encoding="utf-8")
            (unfinished / CHECK_RESULTS).write_text(masking.masked_results(told) if masking else told, encoding="utf-8")
            hashes[CHECK_RESULTS] = sha256_of(unfinished / CHECK_RESULTS)
        manifest = {"version": target.name, "tables": tables, "sha256": hashes} | ({"as_of": as_of} if as_of else {})
        manifest |= {FREE_TEXT: masking.free_text} if masking else {}
        write_manifest(unfinished, manifest)
        _sync_tree(unfinished)
        if broken is None:
            os.replace(unfinished, target)
            sync(target.parent)
        else:
            mend_version(target, unfinished, broken, target.parents[1] / ASIDE)
            shutil.rmtree(unfinished, ignore_errors=True)
    manifest = dict(kept := read_manifest(target))
    if masking:  # one of an earlier release says nothing, and is as good as masked
        manifest.setdefault(FREE_TEXT, masking.free_text)
    if not as_of:  # a look back that is what holds today, too
        manifest.pop("as_of", None)
    if manifest != kept:
        write_manifest(target, manifest)
    return target, tables, broken or []


def current_version(serving_dir: Path) -> PublishedVersion:
    """The version readers get now: `current` is followed once, so that all tables come from one version.

    Raises:
        PublishError: nothing was published yet, or the current version cannot be read.
    """
    name = current_name(serving_dir)
    if name is None:
        was_published = "有版本,但 current 不是指向其中一个的链接" if kept_names(serving_dir) else "还没有已发布的版本"
        raise PublishError(f"{serving_dir} 中{was_published};请先运行 jixiao nightly")
    return _version(serving_dir / "versions" / name)


@contextlib.contextmanager
def reading(serving_dir: Path, version: str = "") -> Iterator[PublishedVersion]:
    """A version for as long as somebody reads it: `current` is followed once, and the version is not removed meanwhile.

    ::

        with reading(settings.serving_dir) as version:
            payments = duckdb.read_parquet(str(version.path / "marts/fct_payments.parquet"))

    Args:
        serving_dir: holds ``versions/`` and ``current``.
        version: a kept version; the current one where it is empty.

    Raises:
        PublishError: there is no such version.
    """
    while True:
        read = kept_version(serving_dir, version) if version else current_version(serving_dir)
        try:
            held = (read.path / MANIFEST).open("rb")
        except FileNotFoundError:  # it was removed this very moment; then there is a newer one
            continue
        with held:
            fcntl.flock(held, fcntl.LOCK_SH)
            if (read.path / MANIFEST).is_file():
                yield read
                return


def kept_version(serving_dir: Path, version: str) -> PublishedVersion:
    """A version that is kept, whether readers get it now or not.

    Raises:
        PublishError: there is no such version, or it cannot be read.
    """
    kept = kept_names(serving_dir)
    if version not in kept:
        raise PublishError(f"没有版本 {version};保留的版本有:{'、'.join(kept) or '无'}")
    return _version(serving_dir / "versions" / version)


def rollback(serving_dir: Path, version: str) -> PublishedVersion:
    """Make a kept version current again.

    Raises:
        PublishError: there is no such version, its files are not what its manifest says, or it looks back at a past moment.
    """
    path = serving_dir / "versions" / version
    if version in kept_names(serving_dir) and (broken := verify(path)):
        raise PublishError(f"版本 {version} 的文件已损坏:{'、'.join(broken)}")
    if as_of := kept_version(serving_dir, version).as_of:
        raise PublishError(f"版本 {version} 是 {as_of} 时的状态,只供查看,不能成为当前版本")
    with _only_one_writes(serving_dir):
        _switch(serving_dir, version, "rollback")
    return current_version(serving_dir)


def _version(path: Path) -> PublishedVersion:
    manifest = read_manifest(path)
    return PublishedVersion(path.name, path, manifest["tables"], False, str(manifest.get("as_of", "")))


def kept_names(serving_dir: Path) -> list[str]:
    """The names of all kept versions, also of those that look back."""
    return sorted(path.name for path in (serving_dir / "versions").glob("[0-9a-f]*"))


def current_name(serving_dir: Path) -> str | None:
    """The version that `current` points to; None where it is no link of the kind that publishing makes."""
    link = serving_dir / CURRENT
    place = link.readlink() if link.is_symlink() else Path()
    return place.name if place == Path("versions") / place.name else None


@contextlib.contextmanager
def _only_one_writes(serving_dir: Path) -> Iterator[None]:
    """Wait until nobody else publishes here; a process that is killed lets go of it."""
    (serving_dir / "versions").mkdir(parents=True, exist_ok=True)
    with (serving_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _switch(serving_dir: Path, version: str, action: str) -> None:
    """Point `current` at a version in one rename, and note it."""
    current, link = serving_dir / CURRENT, serving_dir / f".{CURRENT}.new"
    remove(link)
    link.symlink_to(Path("versions") / version)
    if current.is_dir() and not current.is_symlink():  # a tool that copies folders made one of the link
        put_aside(current, serving_dir / ASIDE)
    os.replace(link, current)
    sync(serving_dir)
    append_history(serving_dir, version, action)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)
