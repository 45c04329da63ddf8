"""The command for who looks: the portal."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.console import err, out, refuse
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command()(portal)


def portal(
    year: Annotated[
        int | None, typer.Argument(help="首页的年度,不写则为最近评价的年度 / the year of the first page")
    ] = None,
    department: Annotated[str, typer.Option(help="首页的部门编码 / department code of the first page")] = "",
    public: Annotated[
        bool, typer.Option("--public", help="公开版,写入 build/site-public / the edition for everybody")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="写好后用浏览器打开 / open it in the browser")] = False,
) -> None:
    """写门户:当前版本的静态网页,直接用浏览器打开,不需要服务器 / write the portal, a static site about the current version."""
    import duckdb

    from dagster_project.building.plain_words import plain
    from dagster_project.portal.site import write_portal
    from dagster_project.publishing import PublishError, SignatureError
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation

    try:
        written = write_portal(Settings(), year, department, "public" if public else "internal")
    except (PublishError, SignatureError, UnknownEvaluation) as error:
        refuse(str(error))
    except (OSError, duckdb.Error) as error:
        err.print(f"✗ 门户没有写成:{plain(str(error))}", style="red")
        raise typer.Exit(1) from error
    word = "已写" if written.is_new else "没有变化"
    out.print(f"门户{word}:{written.index}(版本 {written.version},{written.page_count:,} 页)")
    if open_page:
        typer.launch(written.index.as_uri())
