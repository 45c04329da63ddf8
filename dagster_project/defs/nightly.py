"""The nightly job and its schedule. In process: a subprocess per step would cost more than the step."""

from __future__ import annotations

import dagster as dg

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("reports"),
    executor_def=dg.in_process_executor,
    description="载入报送文件,重建数据仓库,检查,发布。",
    tags={"dagster/concurrency_key": "warehouse"},
)

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_at_two",
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
