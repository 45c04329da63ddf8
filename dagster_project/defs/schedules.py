"""When jobs run: the night by the settings, everything else by schedules.yaml. A run that was missed is made up once, not once for each time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import dagster as dg
import yaml
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.dagster_runs import ANNUAL_REPORT, ORIGIN_TAG, record_unrecorded
from dagster_project.defs.nightly import nightly
from dagster_project.defs.reporting import fiscal_years
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.after_a_night import unchanged_night
from dagster_project.old_runs import forget_old_runs
from dagster_project.settings import Settings

TIMEZONE = "Asia/Shanghai"
FILE = Path(__file__).with_name("schedules.yaml")

progress = dg.define_asset_job(
    "progress",
    selection=dg.AssetSelection.assets(dg.AssetKey(["reports", "progress"])),
    description="写进度通报:该年度到某月、某季或半年的数字、缺什么、哪些台账逾期。",
)
annual_evaluation = dg.define_asset_job(
    "annual_evaluation",
    selection=dg.AssetSelection.assets(ANNUAL_REPORT),
    partitions_def=fiscal_years,
    description="年度评价:附件1、附件2和佐证包。几个年度可以一次补做。",
)


class Cadence(BaseModel):
    """One line of schedules.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    job: Literal["progress", "annual_evaluation"]
    of: Literal["month", "quarter", "half", "year"]
    cron: str
    why: str = Field(min_length=1)


def read_cadences() -> list[Cadence]:
    """The lines of schedules.yaml; a line that cannot be used raises."""
    return [Cadence.model_validate(line) for line in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The schedule of every job; all are on."""
    hour, minute = map(int, settings.night_at.split(":"))

    @dg.schedule(
        name="nightly_at_two",
        job=nightly,
        cron_schedule=f"{minute} {hour} * * *",
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        unchanged = unchanged_night(settings, "schedule")
        record_unrecorded(settings, context.instance)
        forget_old_runs(settings, context.instance)
        return dg.SkipReason(unchanged) if unchanged else dg.RunRequest(tags={ORIGIN_TAG: "schedule"})

    return [night, *map(_schedule, read_cadences())]


def period_before(of: str, moment: dt.datetime) -> str:
    """The period of a kind that ended last before the day of a moment: ``2024-02``, ``2024Q1``, ``2024H1``, ``2023``."""
    day = moment.astimezone(SHANGHAI).date().replace(day=1)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[of]
    first = (day.month - 1) // months * months + 1  # of the period that the day lies in
    last = dt.date(day.year, first, 1) - dt.timedelta(days=1)
    number = (last.month - 1) // months + 1
    return {"month": f"{last:%Y-%m}", "quarter": f"{last.year}Q{number}", "half": f"{last.year}H{number}"}.get(
        of, str(last.year)
    )


def _schedule(cadence: Cadence) -> dg.ScheduleDefinition:
    job = progress if cadence.job == "progress" else annual_evaluation

    @dg.schedule(
        name=cadence.name,
        job=job,
        cron_schedule=cadence.cron,
        execution_timezone=TIMEZONE,
        description=cadence.why,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        period = period_before(cadence.of, context.scheduled_execution_time)
        tags = {ORIGIN_TAG: "schedule"}
        if cadence.of == "year":
            return dg.RunRequest(run_key=period, partition_key=period, tags=tags)
        config = {"ops": {"reports__progress": {"config": {"period": period}}}}
        return dg.RunRequest(run_key=period, run_config=config, tags=tags)

    return schedule
