"""One UI for a build folder: a second one says where the first is, and leaves it alone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType

from dagster_project.on_disk import HeldElsewhere, hold

LOCK = ".ui.lock"


class AlreadyOpen(RuntimeError):
    """A UI of this build folder runs; the message says where, and which process."""


class OneUi:
    """The right to show a build folder, until it is let go of or this process ends.

    Raises:
        AlreadyOpen: another process has it.
    """

    def __init__(self, build_dir: Path):
        build_dir.mkdir(parents=True, exist_ok=True)
        try:
            self._stream = hold(build_dir / LOCK)
        except HeldElsewhere as error:
            raise AlreadyOpen(_told(error.noted)) from error
        self.say("")

    def say(self, address: str) -> None:
        """Note where it is, for whoever asks for a second one."""
        self._stream.seek(0)
        self._stream.truncate()
        self._stream.write(json.dumps({"pid": os.getpid(), "address": address}))
        self._stream.flush()

    def __enter__(self) -> OneUi:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


def _told(noted: str) -> str:
    try:
        first = json.loads(noted)
        pid, address = int(first["pid"]), str(first["address"])
    except (ValueError, KeyError, TypeError):
        return "界面已经在运行;请用它,或先结束它(Ctrl+C)"
    where = f",地址 {address}" if address else ",正在启动"
    return f"界面已经在运行(进程 {pid}{where});请用它,或先结束它(Ctrl+C)"
