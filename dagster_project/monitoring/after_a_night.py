"""What follows every night, whoever ran it and however it ended: the heartbeat, and the alerts. Nothing here can fail a night."""

from __future__ import annotations

import datetime as dt

from dagster_project.bi_server.nights import keep_postgres_up_to_date
from dagster_project.building.night import quiet_night
from dagster_project.contracts import ContractError
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.unread import DropError
from dagster_project.monitoring.alerts import memory_of, tell
from dagster_project.monitoring.heartbeat import beat, pulse
from dagster_project.monitoring.night_end import ORIGINS_ZH, NightEnd
from dagster_project.monitoring.states import Kind, marker_of_ledgers, states_after
from dagster_project.monitoring.unrecorded import note_night
from dagster_project.private_files import keep_private
from dagster_project.settings import Settings


def after_a_night(settings: Settings, end: NightEnd) -> list[str]:
    """Write the heartbeat and tell what changed; returns what could not be done, in lines for people."""
    # Nights of the scheduler load it when one ends.
    from dagster_project.reporting.answer.all_open import write_open_answers

    notes = []
    try:
        keep_private(settings.build_dir, settings.private_places)
        beat(settings, end)
        if not end.is_recorded:
            note_night(settings, end)
    except OSError as error:
        notes.append(f"心跳没有写成({error});jixiao doctor --heartbeat 会以为夜间任务没有运行")
    try:
        write_open_answers(settings)
    except Exception as error:  # no more may it end as one because an answer could not be written
        notes.append(
            f"答复工作簿没有写成({type(error).__name__}:{error});请查看 {settings.answers_dir},或运行 jixiao answer"
        )
    try:
        with memory_of(settings) as memory:
            marker = marker_of_ledgers(settings, end.ended_at.date())
            states = states_after(settings, end, are_ledgers_known=marker == memory.marker)
            notes += tell(settings, memory, states, end.ended_at, _source(settings, end))
            if Kind.OPEN in states:
                memory.marker = marker
    except Exception as error:  # a night that published must not end as a failure because nobody could be told
        notes.append(f"提醒没有完成({type(error).__name__}:{error});请查看 {settings.outbox_dir} 和 jixiao findings")
    return notes


def unchanged_night(settings: Settings, origin: str) -> str:
    """A whole night where nothing is new: it is looked, beaten, told and noted; returns it in words, empty where a run is needed.

    A drop or contracts that cannot be used need a run too: it fails with the reason, and that is told.
    """
    began = dt.datetime.now(SHANGHAI)
    try:
        result = quiet_night(settings, {})
    except (ContractError, DropError):
        return ""
    if result is None:
        return ""
    end = NightEnd(origin, began, dt.datetime.now(SHANGHAI), "quiet", (), result.version or "", is_recorded=False)
    notes = keep_postgres_up_to_date(settings)
    return "\n".join([f"没有变化,已发布版本 {result.version} 未改动", *notes, *after_a_night(settings, end)])


def tell_pulse(settings: Settings, now: dt.datetime) -> list[str]:
    """Tell a dead scheduler, or that it lives again, through the same channels; returns what could not be sent."""
    seen = pulse(settings, now)
    keep_private(settings.build_dir, settings.private_places)
    items = () if seen.is_alive else (seen.state_zh,)
    with memory_of(settings) as memory:
        return tell(settings, memory, {Kind.DEAD: items}, now.astimezone(SHANGHAI))


def tell_storage(settings: Settings, fault: str, now: dt.datetime) -> list[str]:
    """Tell that Dagster's storage does not answer, or, without a fault, that it does again; returns what could not be sent."""
    keep_private(settings.build_dir, settings.private_places)
    with memory_of(settings) as memory:
        return tell(settings, memory, {Kind.STORAGE: (fault,) if fault else ()}, now.astimezone(SHANGHAI))


def _source(settings: Settings, end: NightEnd) -> str:
    """Which night an alert is from, with the address of its run where the UI has one."""
    told = f"({ORIGINS_ZH[end.origin]},{end.began_at:%Y-%m-%d %H:%M} 开始"
    if end.version:
        told += f",版本 {end.version}"
    if end.run_id:
        host = settings.ui_hosts.split(",")[0].strip()
        address = host if "://" in host else f"http://{host}"
        told += f",运行 {address}/runs/{end.run_id}" if host else f",运行 {end.run_id}"
    return told + ")"
