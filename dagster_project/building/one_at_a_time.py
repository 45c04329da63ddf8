"""One build at a time, and no dbt left over: a lock that the system lets go of when its process ends, and the dbt noted beside it."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from dagster_project.on_disk import HeldElsewhere, hold, write_whole
from dagster_project.processes import born, end
from dagster_project.settings import Settings

LOCK = ".building.lock"
DBT = ".building.dbt.json"


class BuildingElsewhere(RuntimeError):
    """Another process builds this warehouse; the message says which."""


class BuildLock:
    """The right to build, until it is let go of or this process ends.

    Raises:
        BuildingElsewhere: another process has it.
    """

    def __init__(self, settings: Settings):
        folder = settings.build_dir.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        self._dbt = folder / DBT
        try:
            self._stream = hold(folder / LOCK)
        except HeldElsewhere as error:
            who = error.noted.strip() or "未知"
            raise BuildingElsewhere(f"进程 {who} 正在重建这个数据仓库;请等它结束后重试") from error
        self._stream.truncate(0)
        self._stream.write(str(os.getpid()))
        self._stream.flush()
        self.notes = self._end_orphan()

    def note_dbt(self, pid: int) -> None:
        """Remember the dbt at work, for whoever builds next if this process is killed."""
        write_whole(self._dbt, json.dumps({"pid": pid, "born": born(pid)}).encode())

    def close(self) -> None:
        """Let go of it; nothing of this build runs any more."""
        if not self._stream.closed:
            self._dbt.unlink(missing_ok=True)
            self._stream.close()

    def __enter__(self) -> BuildLock:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _end_orphan(self) -> list[str]:
        """End the dbt of a build whose process was killed: nobody else can have noted one that is still at work."""
        try:
            noted = json.loads(self._dbt.read_bytes())
            pid, born_at = int(noted["pid"]), noted["born"]
        except (OSError, ValueError, KeyError, TypeError):
            pid, born_at = 0, None
        with contextlib.suppress(OSError):
            self._dbt.unlink(missing_ok=True)
        if pid and end(pid, born_at):
            return [f"上次运行被中断,留下的 dbt(进程 {pid})已结束"]
        return []


def lock_of(path: Path) -> int | None:
    """The process that holds a lock on a file, such as a DuckDB that has it open; None where nobody does, or nobody says.

    A process that only reads holds a lock too.
    """
    try:
        inode = path.stat().st_ino
        lines = Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for line in lines:
        words = line.split()
        # number: POSIX ADVISORY WRITE pid device:inode start end
        if len(words) >= 6 and words[1] in ("POSIX", "OFDLCK") and words[5].rpartition(":")[2] == str(inode):
            return int(words[4]) if int(words[4]) > 0 else None
    return None
