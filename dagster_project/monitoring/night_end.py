"""How a night ended, as plain values: what the heartbeat and the alerts are made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["published", "quiet", "failed", "refused"]
OUTCOMES_ZH: dict[str, str] = {
    "published": "已发布",
    "quiet": "没有变化",
    "failed": "未发布",
    "refused": "没有运行",
}
ORIGINS_ZH = {
    "command": "命令行",
    "schedule": "定时",
    "sensor": "收到新文件",
    "backfill": "补跑",
    "ui": "界面",
}
"""Who asked for a night, as its tag in Dagster and the heartbeat write it, and in words."""


@dataclass(frozen=True)
class NightEnd:
    """How a night ended; moments have a time zone.

    ``reasons`` say why nothing was published, one line each; ``run_id`` is Dagster's, where it is known; a night that
    ``is_recorded`` is not has no run there yet.
    """

    origin: str
    began_at: dt.datetime
    ended_at: dt.datetime
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    version: str = ""
    run_id: str = ""
    is_recorded: bool = True

    @property
    def is_published(self) -> bool:
        """Whether readers have what the ledgers say now."""
        return self.outcome in ("published", "quiet")
