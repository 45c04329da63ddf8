"""Published versions that are torn, changed or in the way: seen, said in one line, mended by publishing again, never rolled back to."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse

from dagster_project.hashing import sha256_of
from dagster_project.publishing import (
    PublishError,
    current_version,
    history,
    look_after,
    prove,
    publish,
    rollback,
    verify,
)
from dagster_project.publishing.health import unlinked_text
from dagster_project.publishing.history import HISTORY
from dagster_project.publishing.proof import PROVED
from dagster_project.settings import PUBLISHED_SCHEMAS

BUDGET = 10.0
"""Seconds for proofs; far more than these small versions need."""


def small_warehouse(path: Path, value: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema evaluation")
        connection.execute(f"create table marts.first as select range as i, {value} as v from range(1000)")
        connection.execute(f"create table evaluation.second as select range as i, {value} as v from range(1000)")
    return path


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    """Two versions, the second one current."""
    (tmp_path / "checks.json").write_text("{}", encoding="utf-8")
    for value in (1, 2):
        publish_again(tmp_path / "serving", small_warehouse(tmp_path / f"{value}.duckdb", value))
    return tmp_path / "serving"


def publish_again(serving: Path, warehouse: Path):
    return publish(warehouse, serving, PUBLISHED_SCHEMAS, 5, serving.parent / "checks.json")


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def unlike(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """The files that differ. DuckDB does not write the same tables in the same bytes: its hash in the manifest follows."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def deleted(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(300))


def one_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


FILES = ("marts/first.parquet", "published.duckdb", "check_results.json", "manifest.json")
DAMAGES = (deleted, emptied, truncated, garbage, one_byte, a_folder_instead)


@pytest.mark.attack(
    area="publishing",
    attack="each kind of file of the current version is deleted, emptied, cut off, changed by a byte, overwritten, or a folder",
    holds="told in one line with the file's name; no rollback to it; publishing again gives the same version and bytes",
)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_named_and_mended(serving: Path, name: str, damage: Callable[[Path], None]) -> None:
    current = current_version(serving)
    other = next(p.name for p in (serving / "versions").iterdir() if p.name != current.version)
    before = hashes(current.path)
    damage(current.path / name)
    notes = look_after(serving, 0)
    assert len(notes) == 1 and name in notes[0] and current.version in notes[0] and "\n" not in notes[0]
    rollback(serving, other)
    with pytest.raises(PublishError, match=name):
        rollback(serving, current.version)
    assert current_version(serving).version == other
    again = publish_again(serving, serving.parent / "2.duckdb")
    assert (again.version, again.mended) == (current.version, (name,))
    assert unlike(hashes(again.path), before) <= {name, "manifest.json"} & {"published.duckdb", "manifest.json"}
    assert verify(again.path) == [] and look_after(serving, BUDGET) == []
    with duckdb.connect(str(again.path / "published.duckdb"), read_only=True) as connection:
        assert connection.execute("select distinct v from marts.first").fetchall() == [(2,)]


@pytest.mark.attack(
    area="publishing",
    attack="a byte of a published file changes, and size and time of change are set back as they were",
    holds="found by the nightly proof as soon as its time reaches the file, also in a version that is not current",
)
@pytest.mark.parametrize("value", [1, 2])
def test_a_change_that_hides_its_time_is_found(serving: Path, value: int) -> None:
    version = publish_again(serving, serving.parent / f"{value}.duckdb")
    publish_again(serving, serving.parent / "2.duckdb")
    path = version.path / "evaluation" / "second.parquet"
    stat = path.stat()
    one_byte(path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert prove(serving, BUDGET) == {version.version: ["evaluation/second.parquet"]}
    assert list(prove(serving, 0)) == [version.version], "what was found is remembered without reading it again"


@pytest.mark.attack(
    area="publishing",
    attack="a tool opens the published database to write and leaves its log of changes beside it",
    holds="the night sees the log, which every reader would read too, and takes it away",
)
def test_a_log_written_beside_the_database_is_taken_away(serving: Path) -> None:
    current = current_version(serving)
    before = hashes(current.path)
    (current.path / "published.duckdb.wal").write_bytes(os.urandom(64))
    assert prove(serving) == {current.version: ["published.duckdb.wal"]}
    assert publish_again(serving, serving.parent / "2.duckdb").mended == ("published.duckdb.wal",)
    assert hashes(current.path) == before


def no_folder(serving: Path) -> None:
    shutil.rmtree(current_version(serving).path)


def no_table_folder(serving: Path) -> None:
    shutil.rmtree(current_version(serving).path / "marts")


def a_file_for_a_folder(serving: Path) -> None:
    path = current_version(serving).path
    shutil.rmtree(path)
    path.write_text("?", encoding="utf-8")


def no_link(serving: Path) -> None:
    (serving / "current").unlink()


def a_copy_for_the_link(serving: Path) -> None:
    path = current_version(serving).path
    (serving / "current").unlink()
    shutil.copytree(path, serving / "current")


def a_link_elsewhere(serving: Path) -> None:
    path = current_version(serving).path
    elsewhere = shutil.copytree(path, serving.parent / path.name)
    (serving / "current").unlink()
    (serving / "current").symlink_to(elsewhere)


def a_link_to_nothing(serving: Path) -> None:
    (serving / "current").unlink()
    (serving / "current").symlink_to("versions/0000000000000000")


def a_text_for_the_link(serving: Path) -> None:
    (serving / "current").unlink()
    (serving / "current").write_text("versions/x", encoding="utf-8")


PLACES = (
    no_folder, no_table_folder, a_file_for_a_folder, no_link, a_copy_for_the_link, a_link_elsewhere, a_link_to_nothing,
    a_text_for_the_link,
)  # fmt: skip


@pytest.mark.attack(
    area="publishing",
    attack="the current version's folder or the link `current` is removed, replaced, or points elsewhere or to nothing",
    holds="readers are refused in one line or told by the proof; publishing again points to the same version and bytes",
)
@pytest.mark.parametrize("damage", PLACES, ids=lambda damage: damage.__name__)
def test_a_lost_place_comes_back(serving: Path, damage: Callable[[Path], None]) -> None:
    current = current_version(serving)
    before = hashes(current.path)
    damage(serving)
    try:
        current_version(serving)
    except PublishError as error:
        assert "\n" not in str(error) and "jixiao nightly" in str(error)
        assert unlinked_text(serving) or damage in (no_folder, a_file_for_a_folder, a_link_to_nothing)
    else:
        assert look_after(serving, 0)
    again = publish_again(serving, serving.parent / "2.duckdb")
    assert again.version == current.version == current_version(serving).version
    assert unlike(hashes(again.path), before) <= {"published.duckdb", "manifest.json"}
    assert hashes(serving / "current") == hashes(again.path)
    assert unlinked_text(serving) == ""


@pytest.mark.attack(
    area="publishing",
    attack="the history of versions is torn, emptied, deleted, overwritten, or a folder",
    holds="nothing published changes, the night goes on, tells of it in one line and keeps the lines that can be read",
)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_torn_history_is_mended(serving: Path, damage: Callable[[Path], None]) -> None:
    current = current_version(serving).version
    if damage is one_byte:
        (serving / HISTORY).write_bytes((serving / HISTORY).read_bytes().replace(b'"version"', b'"\xffersion"', 1))
    else:
        damage(serving / HISTORY)
    readable = len(history(serving))
    notes = look_after(serving, 0)
    assert len(notes) == (0 if damage in (deleted, emptied) else 1)
    assert all(HISTORY in note and "\n" not in note for note in notes)
    assert len(history(serving)) == readable and current_version(serving).version == current
    third = publish_again(serving, small_warehouse(serving.parent / "3.duckdb", 3))
    assert history(serving)[-1]["version"] == third.version and look_after(serving, 0) == []
    assert (serving / "versions" / current).is_dir()


@pytest.mark.attack(
    area="publishing",
    attack="the process ends in the middle of a line of the history and the next night appends to it",
    holds="the new line stands by itself and is read",
)
def test_a_line_behind_a_torn_one_is_read(serving: Path) -> None:
    truncated(serving / HISTORY)
    third = publish_again(serving, small_warehouse(serving.parent / "3.duckdb", 3))
    assert [entry["version"] for entry in history(serving)][-1] == third.version
    assert len(history(serving)) == 2


@pytest.mark.attack(
    area="publishing",
    attack="the note of what was proved is damaged, or claims for a changed file that it was proved",
    holds="a damaged note proves everything again; a changed size or time is never taken for proved",
)
def test_the_note_of_proofs_proves_nothing_by_itself(serving: Path) -> None:
    current = current_version(serving)
    one_byte(current.path / "marts" / "first.parquet")
    for note in (b"", b"\xff", b"[]", json.dumps({current.version: {"marts/first.parquet": [1, 2, 3, True]}}).encode()):
        serving.with_name(PROVED).write_bytes(note)
        assert prove(serving, first=current.version) == {current.version: ["marts/first.parquet"]}


def look_back(path: Path, value: int) -> Path:
    """What the build for a past moment leaves: the macro note_as_of writes this table."""
    with duckdb.connect(str(small_warehouse(path, value))) as connection:
        connection.execute("create schema building")
        connection.execute("create table building.as_of as select '2023-07-01' as as_of")
    return path


@pytest.mark.attack(
    area="publishing",
    attack="a warehouse built as of a past day is published by whoever; its version is rolled back to",
    holds="kept beside what readers get, never current; the same content built for today may be",
)
def test_a_look_back_never_becomes_current(serving: Path) -> None:
    current = current_version(serving).version
    past = publish_again(serving, look_back(serving.parent / "past.duckdb", 7))
    assert (past.is_new, past.as_of) == (False, "2023-07-01")
    with pytest.raises(PublishError, match="2023-07-01"):
        rollback(serving, past.version)
    assert current_version(serving).version == current
    today = publish_again(serving, small_warehouse(serving.parent / "7.duckdb", 7))
    assert (today.version, today.is_new, today.as_of) == (past.version, True, "")
    assert current_version(serving).as_of == ""
    publish_again(serving, serving.parent / "past.duckdb")
    assert current_version(serving).version == past.version and verify(past.path) == []


@pytest.mark.attack(
    area="publishing",
    attack="a file of the current version of the sample is cut off; then the quiet night and the doctor come by",
    holds="the doctor names the file; the night builds again, tells it, and has the same version and bytes; then it is quiet",
    only_here=True,
)
@pytest.mark.slow
def test_a_night_mends_the_current_version(sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = sample.copy_to(tmp_path)
    current = current_version(own.settings.serving_dir)
    before = hashes(current.path)
    truncated(current.path / "marts" / "fct_payments.parquet")
    one_byte(current.path / "published.duckdb")
    code, output = own.cli(monkeypatch, "doctor")
    assert code == 1 and "marts/fct_payments.parquet、published.duckdb" in output
    code, output = own.cli(monkeypatch, "nightly")
    assert code == 0 and "已换上完好的:marts/fct_payments.parquet、published.duckdb" in output
    assert current_version(own.settings.serving_dir).version == current.version
    assert unlike(hashes(current.path), before) <= {"published.duckdb", "manifest.json"}
    code, output = own.cli(monkeypatch, "nightly")
    assert code == 0 and "重建" not in output and "损坏" not in output
