"""Commands for who looks: the portal, and the PostgreSQL for BI tools."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli.refusing import print_problems
from dagster_project.console import err, out, refuse
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(portal)
    app.command()(postgres)


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


def postgres(
    again: Annotated[
        bool, typer.Option("--again", help="库中已是当前版本也重写 / write it even where it is there")
    ] = False,
) -> None:
    """把当前版本写入 BI 用的 PostgreSQL(JIXIAO_BI_POSTGRES);每夜自动做 / write the current version into the PostgreSQL for BI.

    退出码:0 库中是当前版本;1 没有写成,库仍是原来的版本;2 没有设置地址,或还没有发布 /
    Exit codes: 0 the database holds the current version; 1 it was not written and holds what it held; 2 no address is set, or nothing was published.
    """
    import duckdb

    from dagster_project.bi_server.faults import BiError
    from dagster_project.bi_server.nights import is_asked_for
    from dagster_project.bi_server.publish import VARIABLE, write_postgres
    from dagster_project.building.plain_words import plain
    from dagster_project.publishing import PublishError

    settings = Settings()
    if not is_asked_for(settings):
        refuse(f"没有设置 {VARIABLE} 或 {VARIABLE}_FILE,不知道写到哪里;见 docs/bi.md")
    try:
        written = write_postgres(settings, again)
    except PublishError as error:
        refuse(str(error))
    except (BiError, OSError, duckdb.Error) as error:
        err.print(f"✗ {plain(str(error))}", style="red")
        raise typer.Exit(1) from error
    print_problems(written.notes, ())
    if written.is_new:
        out.print(
            f"已写入 {written.address}:版本 {written.version},{written.tables} 张表,{written.rows:,} 行,"
            f"{written.seconds:.1f} 秒,其中切换 {written.switch_seconds:.2f} 秒"
        )
    else:
        out.print(f"没有变化:{written.address} 已是版本 {written.version}")
