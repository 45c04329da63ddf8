"""The yearly report as an asset with a partition per fiscal year. Its making lives in `dagster_project.reporting`."""

import warnings

import dagster as dg
from pydantic import field_validator

from dagster_project.dagster_runs import ANNUAL_REPORT
from dagster_project.defs.in_words import in_words
from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.ingestion.periods import period_of
from dagster_project.settings import Settings

# A release may change how a policy of backfills behaves; then the test that makes several years in one run says so.
warnings.filterwarnings("ignore", message=".*backfill_policy", category=dg.BetaWarning)

FIRST_YEAR = "2022"
fiscal_years = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 1 1 *", start=FIRST_YEAR, fmt="%Y", timezone="Asia/Shanghai"
)


class ReportConfig(dg.Config):
    """How a report is made."""

    is_draft: bool = False


def build_report_asset(settings: Settings) -> dg.AssetsDefinition:
    """Build the asset that writes 附件2 of a year; it is made on request, not every night."""

    @dg.asset(
        key=ANNUAL_REPORT,
        deps=[PUBLISHED_KEY],
        partitions_def=fiscal_years,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="reports",
        kinds={"word", "html", "pdf"},
        owners=["team:办公厅行政处"],
        description="附件1 评分表、附件2 自评报告(Word、网页、PDF)和佐证包,公开版和内部版,在 build/reports/<年度>/<部门编码>/。数据不齐时不生成。",
    )
    @in_words()
    def annual_report(context: dg.AssetExecutionContext, config: ReportConfig) -> dg.MaterializeResult:
        from dagster_project.asset_pages.documents import pictures_of_year
        from dagster_project.reporting.documents import documents_of_year
        from dagster_project.reporting.signing.signoff import version_to_show

        files, versions = [], []
        notes: list[str] = []
        for year in map(int, context.partition_keys):
            version, _ = version_to_show(settings, year, settings.department_code)
            written = documents_of_year(settings, version, year, is_draft=config.is_draft)
            files += [str(file) for file in written.files]
            notes += filter(None, (written.pdf_note, written.text_note))
            versions.append(version.version)
        years = [int(year) for year in context.partition_keys]
        pictures = pictures_of_year(settings, versions[-1], years, settings.department_code)
        return dg.MaterializeResult(
            metadata={
                "version": "、".join(dict.fromkeys(versions)),
                **{heading: dg.MetadataValue.md(text) for heading, text in pictures.items()},
                "files": files,
                "notes": ";".join(dict.fromkeys(notes)),
            }
        )

    return annual_report


class ProgressConfig(dg.Config):
    """Up to which month, quarter or half-year progress is told: ``2024-03``, ``2024Q1``, ``2024H1``."""

    period: str

    @field_validator("period")
    @classmethod
    def _is_a_period(cls, text: str) -> str:
        return period_of(text)


def build_progress_asset(settings: Settings) -> dg.AssetsDefinition:
    """Build the asset that writes how far a running year is; schedules ask for it after each month, quarter and half-year."""

    @dg.asset(
        key=dg.AssetKey(["reports", "progress"]),
        deps=[PUBLISHED_KEY],
        group_name="reports",
        kinds={"markdown"},
        owners=["team:办公厅行政处"],
        description="进度通报:该年度到某月、某季或半年的数字、缺什么、哪些台账逾期,在 build/reports/<年度>/<部门编码>/。",
    )
    @in_words()
    def progress(context: dg.AssetExecutionContext, config: ProgressConfig) -> dg.MaterializeResult:
        from dagster_project.reporting.progress import write_progress

        path, text = write_progress(settings, config.period)
        return dg.MaterializeResult(
            metadata={"period": config.period, "file": str(path), "text": dg.MetadataValue.md(text)}
        )

    return progress
