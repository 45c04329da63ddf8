"""The PostgreSQL for BI as an asset after publishing, where an address is set. Its writing lives in `dagster_project.bi_server`."""

import dagster as dg

from dagster_project.bi_server.nights import is_asked_for, keep_postgres_up_to_date
from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.settings import Settings

POSTGRES_KEY = dg.AssetKey(["serving", "postgres"])


def build_postgres_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Build the asset that brings the database up to date; it fails no night, and says so where it could not. None where nobody asks for it."""
    if not is_asked_for(settings):
        return []

    @dg.asset(
        key=POSTGRES_KEY,
        deps=[PUBLISHED_KEY],
        group_name="serving",
        kinds={"postgres"},
        owners=["team:办公厅行政处"],
        description="BI 用的 PostgreSQL:当前版本的全部表,一次切换。写不成只提醒,不影响发布,下一夜自动补上。",
    )
    def postgres(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        notes = keep_postgres_up_to_date(settings)
        for note in notes:
            context.log.warning(note)
        return dg.MaterializeResult(metadata={"warning": "\n".join(notes)} if notes else {})

    return [postgres]
