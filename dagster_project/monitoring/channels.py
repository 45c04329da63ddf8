"""Where alerts go: a text file each in the outbox, always, and the addresses of apprise that the settings name. No address is ever told."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from dagster_project.private_files import write_private
from dagster_project.settings import Settings

KEPT = 500
"""Alerts kept in the outbox. One is written when a state changes, so this is some years of a quiet office."""


@dataclass(frozen=True)
class Alert:
    """What is told of one state: a title, and lines of text; ``name`` is that of its file in the outbox."""

    name: str
    title: str
    body: str


@dataclass(frozen=True)
class Channel:
    """One address; ``key`` stands for it in files, ``name_zh`` in what people read. Neither tells what is secret in it."""

    url: str
    number: int

    @property
    def key(self) -> str:
        """The same for the same address."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]

    @property
    def name_zh(self) -> str:
        """Which of the addresses, and of what kind."""
        kind, has_kind, _ = self.url.partition("://")
        return f"第 {self.number} 个提醒地址" + (f"({kind})" if has_kind and kind.isalnum() else "")

    def send(self, alert: Alert) -> str:
        """Send an alert; returns why it could not be sent, empty where it was."""
        import apprise

        # What apprise says of a failure holds addresses with their passwords, and Python prints warnings that nobody handles.
        logger = logging.getLogger("apprise")
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        try:
            sender = apprise.Apprise()
            if not sender.add(self.url):
                return "apprise 不认识这个地址的写法"
            sent = sender.notify(title=alert.title, body=alert.body, body_format=apprise.NotifyFormat.TEXT)
        except Exception as error:  # whatever a library for a hundred services raises, the night goes on
            return f"发送时出错({type(error).__name__})"
        return "" if sent else "没有送达(地址、网络,或对方没有接受)"


def channels_of(settings: Settings) -> list[Channel]:
    """The addresses of the settings, in their order."""
    urls = settings.alert_urls.get_secret_value().split()
    return [Channel(url, number) for number, url in enumerate(urls, start=1)]


def put_into_outbox(folder: Path, alert: Alert) -> None:
    """Write an alert as a file, and remove the oldest beyond those that are kept.

    Raises:
        OSError: it could not be written.
    """
    write_private(folder / alert.name, f"{alert.title}\n\n{alert.body}\n".encode())
    for old in sorted(folder.glob("*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)


def from_outbox(folder: Path, name: str) -> Alert | None:
    """An alert as the outbox keeps it; None where it is no longer there."""
    try:
        title, _, body = (folder / name).read_text(encoding="utf-8").partition("\n\n")
    except OSError:
        return None
    return Alert(name, title, body.rstrip("\n"))
