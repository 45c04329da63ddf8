"""The way back: a backup is proved to its last byte, and only then put where there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dagster_project.aside import remove
from dagster_project.backup.contents import Room, rooms
from dagster_project.backup.store import Backup, BackupError, Store, copy_back
from dagster_project.on_disk import sync
from dagster_project.private_files import keep_private
from dagster_project.publishing.versions import CURRENT
from dagster_project.settings import Settings

SHOWN = 5


@dataclass(frozen=True)
class Restored:
    """What was put back: the backup, which places, and those that were left as they are because something lies there."""

    backup: Backup
    places: tuple[Path, ...]
    left_alone: tuple[Path, ...]


def prove(folder: Path, name: str = "") -> Backup:
    """A backup whose every file is what was kept.

    Raises:
        BackupError: there is none of this name, or it is damaged.
    """
    store = Store(folder)
    backup = store.read(name)
    if broken := store.damaged(backup):
        more = f" 等 {len(broken)} 个" if len(broken) > SHOWN else ""
        others = [each for each in store.names() if each != backup.name]
        raise BackupError(
            f"备份 {backup.name} 的文件损坏或缺失:{'、'.join(broken[:SHOWN])}{more};没有恢复任何文件。"
            f"请用别的备份:{'、'.join(reversed(others[-SHOWN:])) or '无'}"
        )
    return backup


def restore(settings: Settings, folder: Path, name: str = "") -> Restored:
    """Put a backup where there is nothing; the office's own files are left alone where they lie.

    Args:
        settings: where everything goes.
        folder: the folder of backups.
        name: which backup; the last one where it is empty.

    Raises:
        BackupError: the backup is damaged, or data lie already where nights write.
        OSError: something cannot be written.
    """
    backup = prove(folder, name)
    places = rooms(settings)
    if taken := [place.path for place in places if place.is_of_build and _is_taken(place.path)]:
        raise BackupError(
            f"{taken[0]} 中已有数据,恢复不会覆盖它;请把 {settings.build_dir.absolute()} 移开,或换一个 JIXIAO_BUILD_DIR"
        )
    keep_private(settings.build_dir)
    alone = [place for place in places if not place.is_of_build and _is_taken(place.path)]
    store, done = Store(folder), []
    for place in places:  # versions come last of what nights write: without them nothing looks whole
        if place not in alone and _put_back(store, backup, place):
            done.append(place.path)
    if backup.version:
        (settings.serving_dir / CURRENT).symlink_to(Path("versions") / backup.version)
        sync(settings.serving_dir)
    return Restored(backup, tuple(done), tuple(place.path for place in alone))


def _is_taken(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.iterdir()))


def _put_back(store: Store, backup: Backup, place: Room) -> bool:
    """One place: written beside it, and put there by one rename, so that an interrupted restore leaves no half of it."""
    files = [file for file in backup.files if file.path == place.name or file.path.startswith(f"{place.name}/")]
    if not files:
        return False
    unfinished = place.path.with_name(f".{place.path.name}.restoring")
    remove(unfinished)
    for file in files:
        copy_back(store.place(file), unfinished / file.path.removeprefix(place.name).lstrip("/"), file)
    for folder in (path for path in (unfinished, *unfinished.rglob("*")) if path.is_dir()):
        is_for_readers = place.name == "serving" or not place.is_of_build
        folder.chmod(0o755 if is_for_readers else 0o700)
    if place.path.is_dir():
        place.path.rmdir()
    unfinished.rename(place.path)
    return True
