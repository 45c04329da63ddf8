"""The commands of the desk: serve it, make, list and revoke the tokens by which departments sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli.refusing import refuses_faults
from dagster_project.console import line, out, refuse
from dagster_project.settings import Settings

desk = typer.Typer(
    invoke_without_command=True, help="报送台:部门上传、得到答复、报送 / where departments hand in files"
)


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.add_typer(desk, name="desk")


@desk.callback()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="端口 / port", min=0, max=65535)] = 3001,
    address: Annotated[
        str, typer.Option(help="监听地址,只能是本机 / address to listen on; loopback only")
    ] = "127.0.0.1",
) -> None:
    """报送台:部门登录、上传、得到答复、报送、确认数字 / where departments hand in files and get the answer at once."""
    if context.invoked_subcommand is not None:
        return
    _serve(port, address)


@refuses_faults
def _serve(port: int, address: str) -> None:
    from dagster_project.desk.server import DeskError
    from dagster_project.desk.server import serve as serve_desk
    from dagster_project.guard.listening import CannotListen

    try:
        serve_desk(Settings(), address, port, out.print)
    except (DeskError, CannotListen) as error:
        refuse(str(error))


@desk.command()
def token(
    department: Annotated[str, typer.Argument(help="部门编码 / department code")],
    days: Annotated[int, typer.Option(help="有效天数 / days until it ends; 0: as limits.yaml says")] = 0,
    label: Annotated[str, typer.Option(help="给哪个处室或岗位,不写人名 / unit or post, never a person")] = "",
) -> None:
    """为部门发放口令,只显示这一次 / make a token for a department; it is shown once."""
    from dagster_project.contracts.departments import load_departments, unknown_department
    from dagster_project.desk.audit import Audit
    from dagster_project.desk.tokens import TokenFault, Tokens
    from dagster_project.private_files import keep_private

    settings = Settings()
    if fault := unknown_department(department, load_departments(settings.dbt_project_dir / "seeds")):
        refuse(fault.partition("暂不采用")[0] + "请先在登记表中登记该部门")
    keep_private(settings.build_dir, settings.private_places)
    try:
        made, text = Tokens(settings.desk_dir).make(department, label, days)
    except TokenFault as error:
        refuse(str(error))
    Audit(settings.desk_dir).log("token_made", department, made.token_id)
    out.print(text)
    out.print(
        f"部门 {department} 的口令,编号 {made.token_id},有效至 {made.ends_on};只显示这一次,请当面或封装交给经办处室",
        style="dim",
    )


@desk.command()
def tokens() -> None:
    """已发放的口令及其状态 / tokens and their states; none can be read again."""
    from dagster_project.desk.tokens import TokenFault, Tokens
    from dagster_project.ingestion.periods import today

    try:
        found = Tokens(Settings().desk_dir).all()
    except TokenFault as error:
        refuse(str(error))
    for each in found:
        out.print(
            line(
                f"{each.token_id}  部门 {each.department_code}  {each.label or '-'}  至 {each.ends_on}  ",
                each.state_zh(today()),
            )
        )
    if not found:
        out.print("还没有发放口令;发放:jixiao desk token 部门编码")


@desk.command()
def revoke(token_id: Annotated[str, typer.Argument(help="口令编号(八位) / id of a token")]) -> None:
    """吊销口令,用它登录的随即失效 / end a token and every session that began with it."""
    from dagster_project.desk.audit import Audit
    from dagster_project.desk.tokens import TokenFault, Tokens
    from dagster_project.private_files import keep_private

    settings = Settings()
    keep_private(settings.build_dir, settings.private_places)
    try:
        ended = Tokens(settings.desk_dir).revoke(token_id)
    except TokenFault as error:
        refuse(str(error))
    Audit(settings.desk_dir).log("token_revoked", ended.department_code, ended.token_id)
    out.print(f"口令 {token_id}(部门 {ended.department_code})已吊销")
