"""The yearly report as an asset with a partition per fiscal year. Its making lives in `dagster_project.reporting`."""

import dagster as dg

from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.settings import Settings

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
        key=dg.AssetKey(["reports", "annual_report"]),
        deps=[PUBLISHED_KEY],
        partitions_def=fiscal_years,
        group_name="reports",
        kinds={"word", "html", "pdf"},
        owners=["team:办公厅行政处"],
        description="附件1 评分表、附件2 自评报告(Word、网页、PDF)和佐证包,公开版和内部版,在 build/reports/<年度>/<部门编码>/。数据不齐时不生成。",
    )
    def annual_report(context: dg.AssetExecutionContext, config: ReportConfig) -> dg.MaterializeResult:
        from dagster_project.reporting.documents import documents_of_year
        from dagster_project.reporting.signing.signoff import version_to_show

        year = int(context.partition_key)
        version, _ = version_to_show(settings, year, settings.department_code)
        written = documents_of_year(settings, version, year, is_draft=config.is_draft)
        return dg.MaterializeResult(
            metadata={
                "version": version.version,
                "files": [str(file) for file in written.files],
                "pdf": written.pdf_note,
            }
        )

    return annual_report
