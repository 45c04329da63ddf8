"""The portal as an asset after publishing. Its making lives in `dagster_project.portal`."""

import dagster as dg

from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.settings import Settings

PORTAL_KEY = dg.AssetKey(["serving", "portal"])


def build_portal_asset(settings: Settings) -> dg.AssetsDefinition:
    """Build the asset that writes the site for who looks; it fails no night, and says so where it could not be written."""

    @dg.asset(
        key=PORTAL_KEY,
        deps=[PUBLISHED_KEY],
        group_name="serving",
        kinds={"html", "plotly"},
        owners=["team:办公厅行政处"],
        description="门户:当前版本的静态网页,build/site/index.html。版本没有变就不重写;写不成只提醒,不影响发布。",
    )
    def portal(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        from dagster_project.portal.site import NothingToShow, write_portal

        try:
            written = write_portal(settings)
        except NothingToShow as nothing:  # no fault of this night
            return dg.MaterializeResult(metadata={"note": str(nothing)})
        except Exception as error:  # whatever it is: what was published stays published
            warning = f"门户没有更新({type(error).__name__}:{error});原来的仍可看,排除原因后运行 jixiao portal"
            context.log.warning(warning)
            return dg.MaterializeResult(metadata={"warning": warning})
        return dg.MaterializeResult(
            metadata={
                "version": written.version,
                "is_new": written.is_new,
                "pages": written.page_count,
                "seconds": round(written.seconds, 2),
                "path": dg.MetadataValue.path(str(written.index)),
                **_data_docs(settings),
            }
        )

    return portal


def _data_docs(settings: Settings) -> dict[str, dg.MetadataValue]:
    """Where the pages of Great Expectations begin, once they were asked for."""
    index = settings.data_docs_dir / "index.html"
    return {"data_docs": dg.MetadataValue.path(str(index))} if index.is_file() else {}
