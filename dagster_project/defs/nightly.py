"""The nightly job. In process: a subprocess per step would cost more than the step. When it runs: `defs.schedules`."""

from __future__ import annotations

import dagster as dg

from dagster_project.dagster_runs import NIGHT

nightly = dg.define_asset_job(
    NIGHT,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("reports"),
    executor_def=dg.in_process_executor,
    description="载入报送文件,重建数据仓库,检查,发布。",
)
