"""Tell people what changed: each state once when it begins, again when its items change, and once when it is over."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.monitoring.channels import Alert, channels_of, from_outbox, put_into_outbox
from dagster_project.monitoring.states import RECOVERED_ZH, TITLES_ZH, Kind, States
from dagster_project.on_disk import write_whole
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.privacy.recogniser import Recogniser

SHOWN = 10
"""Items that one alert shows; it counts the others."""
LOCK = ".alerts.lock"
PROCESS = re.compile(r"进程 [0-9、]+")
"""Another process each night is the same state: its number is left out where items are compared."""
REMEDIES_ZH = {
    Kind.FAILED: "读者仍看到上一个版本。改正后运行 jixiao nightly;全部待处理:jixiao findings",
    Kind.REFUSED: "没有运行任何步骤,读者仍看到上一个版本。改正后运行 jixiao nightly",
    Kind.DEAD: "请在服务器上看调度服务是否在运行(docs/operations.md),然后运行 jixiao nightly",
    Kind.STORAGE: "读者不受影响,定时任务和界面要等它恢复;恢复后没有做完的夜间任务自动重做(docs/operations.md)",
    Kind.BI: "读者仍可看已发布的文件,BI 看到的是原来的版本。排除原因后运行 jixiao postgres,或等下一夜自动补上(docs/bi.md)",
    Kind.SILENT: "收到文件后,下一夜自动恢复",
    Kind.SOON: "按期报送的,到期前不再提醒;何时到期、谁代班见 seeds/submission_calendar.csv,全部:jixiao due",
    Kind.LATE: "全部:jixiao owed --all",
    Kind.OPEN: "全部:jixiao findings --all;写成工作簿:jixiao findings --xlsx 文件",
}


@dataclass
class Memory:
    """What was told last: of each kind since when it is so, and its items by their hashes.

    ``marker`` stands for what open and late ledgers were read from; ``unsent`` are addresses, by key, with the alerts that still wait for them.
    """

    since: dict[str, str] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    marker: str = ""
    unsent: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def memory_of(settings: Settings) -> Iterator[Memory]:
    """What was told last, to read and change; it is written when the block ends well. One process at a time."""
    folder = settings.build_dir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        memory = read_memory(settings)
        before = json.dumps(vars(memory))
        yield memory
        if (after := json.dumps(vars(memory))) != before:
            write_whole(settings.alert_memory, after.encode())


def read_memory(settings: Settings) -> Memory:
    """What was told last; nothing where the file is not there or damaged: then everything is told again."""
    try:
        stored: dict[str, Any] = json.loads(settings.alert_memory.read_bytes())
        return Memory(**stored)
    except (OSError, ValueError, TypeError):
        return Memory()


def tell(settings: Settings, memory: Memory, states: States, now: dt.datetime, source_zh: str = "") -> list[str]:
    """Send what changed since the last time, first what still waits for an address.

    Args:
        settings: say where alerts go.
        memory: what was told last; it is changed.
        states: what is so now. Of kinds that are not there nothing is said.
        now: the moment, with a time zone.
        source_zh: where the alert comes from, a line under its text.

    Returns:
        what could not be sent, in lines for people; an alert that could not even be written stays untold.
    """
    alerts, notes = [], []
    recogniser: Recogniser | None = None
    for kind, items in states.items():
        told = _change(memory, kind, items, now)
        if told is None:
            continue
        title, lines = told
        recogniser = recogniser or _recogniser(settings)  # it reads ledgers, and most nights have nothing to tell
        body = "\n".join(filter(None, [*map(recogniser.masked, lines), REMEDIES_ZH[kind] if items else "", source_zh]))
        alert = Alert(f"{now:%Y%m%dT%H%M%S.%f}-{kind}.txt", f"【绩效数据仓库】{title}", body)
        try:
            put_into_outbox(settings.outbox_dir, alert)
        except OSError as error:
            notes.append(f"提醒“{title}”没有写成({error});下一夜再试")
            continue
        alerts.append(alert)
        _remember(memory, kind, items, now)
    return notes + _send(settings, memory, alerts)


def waiting_alerts(settings: Settings) -> list[str]:
    """Which address still has alerts to get, and how many, in lines for people."""
    unsent = read_memory(settings).unsent
    return [f"{each.name_zh}:{len(names)} 条" for each in channels_of(settings) if (names := unsent.get(each.key))]


def _change(memory: Memory, kind: Kind, items: Sequence[str], now: dt.datetime) -> tuple[str, list[str]] | None:
    """Title and lines of what changed in a kind of state; None where nothing did."""
    before = set(memory.items.get(kind, ()))
    if not items:
        return (
            (RECOVERED_ZH[kind], [f"自 {memory.since[kind][:16]} 起的“{TITLES_ZH[kind]}”已经结束"]) if before else None
        )
    hashes = {_hash(item): item for item in items}
    if before == set(hashes):
        return None
    new = [item for key, item in hashes.items() if key not in before]
    gone = len(before - set(hashes))
    shown = new or list(hashes.values())
    changed = f"新增 {len(new)} 处,已解决 {gone} 处," if before else ""
    rest = f"另有 {len(shown) - SHOWN} 处" if len(shown) > SHOWN else ""
    lines = [f"{changed}现有 {len(hashes)} 处:" if changed else "", *(f"· {item}" for item in shown[:SHOWN]), rest]
    return f"{TITLES_ZH[kind]}({len(hashes)})", lines


def _remember(memory: Memory, kind: Kind, items: Sequence[str], now: dt.datetime) -> None:
    if items:
        memory.since.setdefault(kind, now.isoformat(timespec="seconds"))
        memory.items[kind] = sorted(_hash(item) for item in items)
    else:
        memory.since.pop(kind, None)
        memory.items.pop(kind, None)


def _hash(item: str) -> str:
    return hashlib.sha256(PROCESS.sub("进程", item).encode()).hexdigest()[:12]


def _recogniser(settings: Settings) -> Recogniser:
    """What masks personal data: texts leave the machine, and the warehouse that failed may quote rows."""
    from dagster_project.contracts import ContractError
    from dagster_project.privacy.office import office_masking
    from dagster_project.privacy.recogniser import Known, Recogniser

    try:
        return office_masking(settings).recogniser
    except (ContractError, duckdb.Error, OSError):
        return Recogniser(Known())  # what is told then is that ledgers cannot be read; nothing is quoted from them


def _send(settings: Settings, memory: Memory, alerts: Sequence[Alert]) -> list[str]:
    """Send to each address what waits for it; what cannot be sent waits on."""
    notes = []
    channels = channels_of(settings)
    memory.unsent = {channel.key: memory.unsent.get(channel.key, []) for channel in channels}
    for channel in channels:
        waiting = [found for name in memory.unsent[channel.key] if (found := from_outbox(settings.outbox_dir, name))]
        waiting += alerts
        while waiting:
            if fault := channel.send(waiting[0]):
                break
            waiting.pop(0)
        memory.unsent[channel.key] = [alert.name for alert in waiting]
        if waiting:
            notes.append(
                f"{channel.name_zh}:{fault};{len(waiting)} 条提醒没有发出,已写在 {settings.outbox_dir},下一夜再发。"
                "请核对 JIXIAO_ALERT_URLS 和网络"
            )
    return notes
