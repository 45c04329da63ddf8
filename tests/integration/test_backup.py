"""A backup beside nights, and its way back: into an empty build, the same version, nothing new; damage is refused, nothing is written over."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from dagster_project.backup import contents
from dagster_project.backup.contents import back_up
from dagster_project.backup.restore import prove, restore
from dagster_project.backup.store import Backup, BackupError, Store
from dagster_project.hashing import sha256_of
from dagster_project.ingestion.submissions import LOG_NAME
from dagster_project.publishing import current_version, history, verify
from dagster_project.publishing.history import append_history
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture
def office(sample: Warehouse, tmp_path: Path) -> Warehouse:
    return sample.copy_to(tmp_path / "office")


def made(office: Warehouse, folder: Path) -> Backup:
    store = Store(folder)
    with store.writing():
        backup, faults = back_up(office.settings, store)
    assert faults == []
    return backup


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder but those that no backup holds: locks, and what is being written."""
    names = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {str(name): sha256_of(path) for name, path in names.items() if not name.name.startswith(".")}


def elsewhere(folder: Path) -> Settings:
    return Settings(raw_dir=folder / "raw", build_dir=folder / "build", signers=folder / "signers.csv")


@pytest.mark.slow
def test_a_restored_build_has_the_version_the_log_and_the_files_and_the_next_night_has_no_news(
    office: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office.settings.serving_dir / "signatures.jsonl").write_bytes(b'{"half a line')
    backup = made(office, tmp_path / "backups")
    fresh = elsewhere(tmp_path / "fresh")
    done = restore(fresh, tmp_path / "backups")
    assert done.left_alone == () and backup.version == office.result.version
    current = current_version(fresh.serving_dir)
    assert current.version == office.result.version and verify(current.path) == []
    for old, new in (
        (office.settings.landing_dir, fresh.landing_dir),
        (office.settings.build_dir / "originals", fresh.build_dir / "originals"),
        (office.settings.raw_dir, fresh.raw_dir),
        (office.settings.serving_dir / "versions", fresh.serving_dir / "versions"),
    ):
        assert hashes(old) == hashes(new)
        for path in new.rglob("*"):
            was = old / path.relative_to(new)
            is_log = path.name == LOG_NAME  # whoever looks at the log touches it
            assert path.is_dir() or is_log or path.stat().st_mtime_ns == was.stat().st_mtime_ns
            assert path.is_dir() or path.stat().st_mode == was.stat().st_mode
    assert (fresh.serving_dir / "signatures.jsonl").read_bytes() == b"", "a line that was never finished is none"
    assert fresh.landing_dir.stat().st_mode & 0o777 == 0o700

    restored = Warehouse(fresh, office.result)
    code, text = restored.cli(monkeypatch, "nightly")
    assert code == 0 and f"没有变化,已发布版本未改动: {office.result.version}" in text and "载入 0 个文件" in text
    assert len(history(fresh.serving_dir)) == 1


def test_a_second_backup_copies_only_what_is_new_and_old_ones_go(office: Warehouse, tmp_path: Path) -> None:
    first = made(office, tmp_path / "backups")
    objects = tmp_path / "backups" / "objects"
    before = {path.name for path in objects.rglob("*") if path.is_file()}
    (office.settings.raw_dir / "new.txt").write_text("neu")
    second = made(office, tmp_path / "backups")
    more = {path.name for path in objects.rglob("*") if path.is_file()} - before
    assert len(more) == 1 and [f.path for f in second.files if f.sha256 in more] == ["drop/new.txt"]
    (office.settings.raw_dir / "new.txt").unlink()
    made(office, tmp_path / "backups")
    store = Store(tmp_path / "backups")
    with store.writing():
        assert store.prune(1) == sorted([first.name, second.name])
    assert not more & {path.name for path in objects.rglob("*")}, "what only those had is gone"
    assert prove(tmp_path / "backups").files
    modes = {path.stat().st_mode & 0o077 for path in objects.rglob("*") if path.is_file()}
    assert modes == {0} and (tmp_path / "backups").stat().st_mode & 0o777 == 0o700


def test_what_is_damaged_or_would_write_over_data_is_refused_before_anything_is_written(
    office: Warehouse, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    backup = made(office, folder)
    with pytest.raises(BackupError, match="已有数据"):
        restore(office.settings, folder)
    victim = next(file for file in backup.files if file.path.endswith(LOG_NAME))
    place = Store(folder).place(victim)
    whole = place.read_bytes()
    for broken in (whole[:-1], whole[:-2] + b"x\n", None):
        if broken is None:
            place.unlink()
        else:
            place.write_bytes(broken)
        with pytest.raises(BackupError, match=LOG_NAME):
            restore(elsewhere(tmp_path / "fresh"), folder)
        assert not (tmp_path / "fresh").exists()
    place.write_bytes(whole)
    listing = folder / f"{backup.name}.json"
    told = json.loads(listing.read_text())
    told["files"].pop()
    listing.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    with pytest.raises(BackupError, match="清单被改动"):
        restore(elsewhere(tmp_path / "fresh"), folder)
    with pytest.raises(BackupError, match="没有备份 none"):
        restore(elsewhere(tmp_path / "fresh"), folder, "none")
    with pytest.raises(BackupError, match="有别的文件"):
        made(office, office.settings.reports_dir.parent)
    with pytest.raises(BackupError, match="之中"):
        made(office, office.settings.raw_dir / "backups")


def test_a_version_that_lost_a_file_is_told_when_it_is_backed_up(
    office: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = current_version(office.settings.serving_dir)
    (current.path / "marts" / "fct_payments.parquet").unlink()
    code, text = office.cli(monkeypatch, "backup", str(tmp_path / "backups"))
    assert code == 1 and current.version in text and "fct_payments" in text


def test_a_backup_while_a_night_writes_waits_for_a_state_that_fits(
    office: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first look goes on the log of versions grows, as publishing lets it; the second look is whole."""
    looks = []
    real = contents._kept

    def kept(store: Store, place: contents.Room) -> object:
        yield from real(store, place)
        if place.name == "serving" and not looks:
            looks.append(place)
            append_history(office.settings.serving_dir, office.result.version or "", "publish")

    monkeypatch.setattr(contents, "_kept", kept)
    backup = made(office, tmp_path / "backups")
    restore(elsewhere(tmp_path / "fresh"), tmp_path / "backups", backup.name)
    assert len(history(tmp_path / "fresh" / "build" / "serving")) == 2


def test_a_backup_of_nothing_and_two_at_once_are_refused(office: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="还没有可备份的数据"):
        made(Warehouse(elsewhere(tmp_path / "none"), office.result), tmp_path / "backups")
    store = Store(tmp_path / "backups")
    code = "import sys; from pathlib import Path; from dagster_project.backup.store import Store\nwith Store(Path(sys.argv[1])).writing(): pass"
    with store.writing():
        done = subprocess.run(
            [sys.executable, "-c", code, str(store.folder)],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0 and "另一个备份正在写" in done.stderr
    shutil.rmtree(store.folder)
