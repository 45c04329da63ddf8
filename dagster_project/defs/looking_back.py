"""The job that builds what was known at a past moment: a version beside the one readers get, and the state of no asset."""

import dagster as dg
from pydantic import field_validator

from dagster_project.as_of import AsOfError, as_of_text
from dagster_project.building.one_at_a_time import BuildingElsewhere
from dagster_project.settings import Settings

LOOK_BACK = "look_back"


class LookBackConfig(dg.Config):
    """``as_of``: the moment, ``2023-07-01`` (the whole of that day) or ``2023-07-01 08:30``, in Asia/Shanghai or with an offset."""

    as_of: str

    @field_validator("as_of")
    @classmethod
    def _is_a_moment(cls, text: str) -> str:
        if not text:
            raise AsOfError("请写回看的时刻 as_of,如 2023-07-01(含当日全天)")
        return as_of_text(text)


def build_look_back(settings: Settings) -> dg.JobDefinition:
    """Build the job; it runs the night of the command line, whose storage of Dagster goes with it."""

    @dg.op(description="按某一时刻已收到的文件重建、检查,存为一个只供查看的版本。")
    def build_as_of(context: dg.OpExecutionContext, config: LookBackConfig) -> None:
        from dagster_project.building.head_start import HeadStart
        from dagster_project.monitoring.settling import settled_only
        from dagster_project.nightly_run import NightlyRun

        try:
            head_start = HeadStart(settings, as_of=config.as_of, only=settled_only(settings))
        except BuildingElsewhere as error:
            raise dg.Failure(str(error)) from error
        result = NightlyRun(settings, config.as_of, head_start).execute(context.log.info)
        if not result.success:
            raise dg.Failure("\n".join(result.failures))
        path = settings.serving_dir / "versions" / str(result.version)
        context.add_output_metadata({"as_of": config.as_of, "version": result.version, "path": str(path)})

    @dg.job(
        name=LOOK_BACK,
        executor_def=dg.in_process_executor,
        description="回看:按某一时刻已收到的文件重建并存为一个版本;读者仍看到当前版本,资产和检查的状态不变。",
    )
    def job() -> None:
        build_as_of()

    return job
