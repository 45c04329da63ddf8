"""A process that reads files and nothing else: started by `children`, told what to read, ended when it takes too much.

What it answers its parent reads as JSON, never as Python objects: a file that takes over its reader gains no more than that.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagster_project.ingestion.reader import Reader

IDLE_SECONDS = 5
"""A process that nobody gives a file for so long ends by itself."""
READY, TAKEN = b"ready", b"taken"
CONTRACTS, FILE = b"C", b"F"
"""The first byte of what the parent sends: what follows is needed for the files to come, or is the file to read."""


def main(descriptor: int) -> None:
    """Serve on an inherited socket until the other side closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    channel = Connection(descriptor)
    threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()
    sys.meta_path.insert(0, _WithoutPandas())
    from dagster_project.ingestion.reader import Reader  # what a start takes its time for

    channel.send_bytes(READY)
    reader: Reader | None = None
    while channel.poll(IDLE_SECONDS):
        request = channel.recv_bytes()
        kind, content = request[:1], request[1:]
        if kind == CONTRACTS:
            reader = Reader(*pickle.loads(content))  # noqa: S301 - the parent is believed
            continue
        assert kind == FILE and reader is not None
        channel.send_bytes(TAKEN)
        answer = reader.read(content)
        channel.send_bytes(json.dumps(answer).encode())
        if answer["is_spent"]:
            break
    os._exit(0)  # there is nothing to tidy, and engines with threads are slow to go


class _WithoutPandas:
    """Engines import it, which takes a quarter of a second, only to ask whether they are handed one of its tables."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def _end_with_parent(descriptor: int) -> None:
    """End this process when the other end of its channel closes, whatever it is busy with."""
    watched = select.poll()
    watched.register(descriptor, 0)
    watched.poll()
    os._exit(0)
