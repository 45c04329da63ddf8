"""The DuckDB file that dbt builds: begun anew for every whole build, and known again by what was noted when it was done."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from dagster_project.aside import put_aside, remove
from dagster_project.building.inputs import input_fingerprint, is_up_to_date
from dagster_project.building.one_at_a_time import lock_of
from dagster_project.hashing import sha256_of
from dagster_project.on_disk import write_whole
from dagster_project.publishing import PublishError, current_version, prove
from dagster_project.quality.held_back import forget_holds
from dagster_project.settings import Settings


def needs_build(settings: Settings, inputs: str | None = None) -> bool:
    """Whether there is anything to build: news, a warehouse that is not what was built last, or a damaged current version."""
    inputs = inputs or input_fingerprint(settings)
    if not is_up_to_date(settings, inputs) or built_inputs(settings) != inputs:
        return True
    try:
        current = current_version(settings.serving_dir).version
    except PublishError:
        return True
    return current in prove(settings.serving_dir, first=current)


def begin_anew(settings: Settings) -> list[str]:
    """Take the warehouse away, so that a build depends on nothing that was there; returns texts for people.

    A file that somebody else has open goes on being theirs. A damaged one is put aside.
    """
    forget_built(settings)
    forget_holds(settings)
    path, notes = settings.warehouse_path, []
    if damage := damage_of(path):
        notes = [f"{path} {damage};已移到 {put_aside(path, settings.aside_dir)},从头重建,已发布的数据没有变"]
    elif pid := lock_of(path):
        notes = [f"进程 {pid} 打开着 {path};它仍看到旧文件,数据仓库在新文件中重建。请让查询工具改读 serving/current"]
    remove(path)
    remove(_log_of(path))
    return notes


def damage_of(path: Path) -> str:
    """What is wrong with a warehouse, in words; empty where it opens, is not there, or is locked by somebody else."""
    if not path.exists() and not path.is_symlink():
        return ""
    if not path.is_file():
        return "不是文件"
    if not path.stat().st_size:
        return "是空文件"
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("select count(*) from duckdb_tables()").fetchall()
    except duckdb.Error as error:
        words = str(error)
        return "" if "Could not set lock" in words else f"打不开({words.splitlines()[0][:120]})"
    return ""


def fault_in_the_way(path: Path) -> str:
    """Why a part of the warehouse cannot be built into it, and what to do; empty where it can."""
    if damage := damage_of(path):
        return f"{path} {damage};请运行 jixiao nightly 整体重建"
    if pid := lock_of(path):
        return f"进程 {pid} 打开着 {path};请让它关闭该文件后重试,或运行 jixiao nightly 整体重建"
    return ""


def note_built(settings: Settings, inputs: str) -> None:
    """Remember from which inputs the warehouse as it is was built, for now and as a whole."""
    stat = settings.warehouse_path.stat()
    told = {"inputs": inputs, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    write_whole(settings.warehouse_note, json.dumps(told).encode())


def forget_built(settings: Settings) -> None:
    """The warehouse is no longer, or not yet, what was built of any inputs."""
    remove(settings.warehouse_note)


def built_inputs(settings: Settings) -> str | None:
    """The inputs of the warehouse as it is; None where it was built for a past moment, in part, not to the end, or changed."""
    path = settings.warehouse_path
    try:
        told = json.loads(settings.warehouse_note.read_bytes())
        stat = path.stat()
        is_same = (stat.st_size, stat.st_mtime_ns) == (told["size"], told["mtime_ns"])
        if not is_same and sha256_of(path) != json.loads(settings.check_results.read_bytes())["warehouse_sha256"]:
            return None
        return None if _log_of(path).exists() else str(told["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _log_of(path: Path) -> Path:
    """DuckDB's log of changes beside a file; one that was left there, or put there, is read into it."""
    return path.with_name(f"{path.name}.wal")
