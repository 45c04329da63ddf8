"""The commands around signatures: sign, keys, head, verify. What they do lives in `reporting/signing`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dagster_project.console import err, out, refuse
from dagster_project.on_disk import write_whole
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagster_project.publishing.signatures import Entry
    from dagster_project.reporting.signing.changes import FigureChange
    from dagster_project.reporting.signing.signoff import Signature

Department = Annotated[str, typer.Option(help="部门编码 / department code")]
keys = typer.Typer(no_args_is_help=True, help="签署人的密钥 / keys of signers")


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(sign)
    app.command()(head)
    app.command()(verify)
    app.add_typer(keys, name="keys")


def sign(
    year: Annotated[int, typer.Argument(help="年度 / fiscal year")],
    role: Annotated[
        str,
        typer.Option(
            "--as", help="prepared 编制、reviewed 复核、certified 签发;不写则列出签署记录 / without it: the log"
        ),
    ] = "",
    by: Annotated[str, typer.Option(help="签署人 / who signs")] = "",
    note: Annotated[str, typer.Option(help="说明 / note")] = "",
    reason: Annotated[str, typer.Option(help="更正已签发结果的原因 / why a certified year is restated")] = "",
    version: Annotated[str, typer.Option(help="版本号,不写则当前版本 / a kept version; the current one")] = "",
    department: Department = "",
    yes: Annotated[bool, typer.Option("--yes", help="签发时不再询问 / certify without asking")] = False,
) -> None:
    """签署年度结果:编制、复核、签发 / sign a year with one's key; a certified version is frozen."""
    from dagster_project.publishing import PublishError, SignatureError
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation
    from dagster_project.reporting.report.binding import DocumentError
    from dagster_project.reporting.report.fonts import NoChineseFont
    from dagster_project.reporting.signing.signoff import RestatementNeedsReason, Signature
    from dagster_project.reporting.signing.signoff import sign as sign_year

    settings = Settings()
    department = department or settings.department_code
    if not role:
        _print_signatures(settings, year, department)
        return
    try:
        wanted = Signature(year, department, role, by, note, reason, version)
        if role == "certified" and not yes:
            _ask_to_certify(settings, wanted)
        signed = sign_year(settings, wanted, _asks_passphrase(settings))
    except RestatementNeedsReason as error:
        _print_figure_changes(error.changes)
        refuse(str(error))
    except (PublishError, SignatureError, UnknownEvaluation, DocumentError, NoChineseFont) as error:
        refuse(str(error))
    entry = signed.entry
    _print_figure_changes(signed.changes)
    for warning in signed.warnings:
        out.print(warning, style="yellow")
    out.print(f"第 {entry['number']} 号签署:{_entry_text(entry)},等级 {entry['rating'] or '—'}")
    out.print(f"记录哈希 {entry['hash']},密钥 {entry['key_id']}")
    out.print(f"存底(抄下或另存他处):{entry['number']}:{entry['hash']}")


def _ask_to_certify(settings: Settings, wanted: Signature) -> None:
    """Show what will be frozen and wait for a yes; where nobody can answer, nothing is certified."""
    from dagster_project.reporting.reading.scorecard import read_scorecard
    from dagster_project.reporting.signing.seal import known_version

    version = known_version(settings.serving_dir, wanted.version)
    total = read_scorecard(version.path, wanted.fiscal_year, wanted.department_code).total
    what = (
        f"将签发 {wanted.fiscal_year} 年度 部门 {wanted.department_code} 版本 {version.version},总分 {total['score']},"
        f"等级 {total['rating'] or '—'};签发后该版本冻结,再改须写明更正原因"
    )
    if not sys.stdin.isatty():
        refuse(f"{what}。核对无误后加 --yes 再运行")
    out.print(what)
    if not typer.confirm("确认签发", err=True):
        refuse("没有签发")


def _entry_text(entry: Entry) -> str:
    from dagster_project.reporting.pack.verifier.signatures import ROLE_WORDS

    return (
        f"{entry['fiscal_year']} 年度 {entry['department_code']} 版本 {entry['version']} {ROLE_WORDS[entry['role']]} "
        f"{entry['by']},总分 {entry['total']}"
    )


def _asks_passphrase(settings: Settings) -> Callable[[], str]:
    """From the setting where it is set, else from the person."""
    given = settings.key_passphrase.get_secret_value()
    return lambda: given or str(typer.prompt("私钥口令", hide_input=True, err=True))


def _print_signatures(settings: Settings, year: int, department: str) -> None:
    from dagster_project.publishing import SignatureError
    from dagster_project.publishing.signatures import entries_of, unfinished_line
    from dagster_project.reporting.signing.trust import trusted_entries

    try:
        entries = entries_of(trusted_entries(settings), year, department)
    except SignatureError as error:
        refuse(str(error))
    for entry in entries:
        reason = f";更正原因:{entry['reason']}" if entry.get("reason") else ""
        note = f";{entry['note']}" if entry["note"] else ""
        key = f"  密钥 {entry['key_id']}" if "key_id" in entry else "  没有签名(启用密钥以前)"
        out.print(f"{entry['number']}  {entry['at']}  {_entry_text(entry)}{key}{note}{reason}")
    out.print(f"{year} 年度 {department} 签署 {len(entries)} 次,记录逐条相连,没有改动")
    if unfinished_line(settings.serving_dir):
        err.print("记录末尾有没写完的半行(磁盘满或中断),不算签署;下次签署时去掉", style="yellow")


def _print_figure_changes(changes: list[FigureChange]) -> None:
    if not changes:
        return
    table = Table(title=f"更正涉及 {len(changes)} 个数")
    for name, justify in (("名称", "left"), ("编号", "left"), ("原数", "right"), ("新数", "right"), ("差", "right")):
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for change in changes:
        numbers = ("—" if n is None else f"{n.normalize():,f}" for n in (change.old, change.new, change.difference))
        table.add_row(change.label_zh, change.name, *numbers)
    out.print(table)


@keys.command("new")
def new(
    person: Annotated[str, typer.Argument(help="姓名 / whose key it is")],
    role: Annotated[list[str], typer.Option(help="身份,可多次 / prepared, reviewed, certified")],
    valid_from: Annotated[str, typer.Option(help="起用日,不写则今天 / first day")] = "",
    valid_to: Annotated[str, typer.Option(help="止用日 / last day")] = "",
    passphrase: Annotated[bool, typer.Option("--passphrase", help="用口令保护私钥 / seal the private key")] = False,
) -> None:
    """生成一对密钥,登记公钥 / make a key pair and register the public key."""
    from dagster_project.publishing import SignatureError
    from dagster_project.reporting.signing.keys import new_key

    settings = Settings()
    secret = settings.key_passphrase.get_secret_value()
    if passphrase and not secret:
        secret = str(typer.prompt("私钥口令", hide_input=True, confirmation_prompt=True, err=True))
    try:
        signer, path = new_key(settings.signers, settings.keys_dir, person, role, secret, valid_from, valid_to)
    except (SignatureError, OSError) as error:
        refuse(str(error))
    out.print(f"私钥 {path}(只有本人可读,不得交给他人,不得放进备份以外的地方)")
    out.print(
        f"公钥已登记 {settings.signers}:{signer.person} {signer.roles} 编号 {signer.key_id},{signer.valid_from} 起用"
    )


@keys.command("list")
def list_keys() -> None:
    """列出登记的签署人 / print the register of signers."""
    from dagster_project.publishing import SignatureError
    from dagster_project.reporting.signing.signers import read_signers

    try:
        signers = read_signers(Settings().signers)
    except SignatureError as error:
        refuse(str(error))
    for signer in signers:
        ended = f",{signer.revoked_on} 停用 {signer.note}" if signer.revoked_on else ""
        out.print(
            f"{signer.key_id}  {signer.person}  {signer.roles}  {signer.valid_from} 至 {signer.valid_to or '—'}{ended}"
        )
    out.print(f"登记 {len(signers)} 个密钥")


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="密钥编号 / key id")],
    on: Annotated[str, typer.Option(help="停用日,不写则今天 / from which day")] = "",
    note: Annotated[str, typer.Option(help="原因 / why")] = "",
) -> None:
    """停用一个密钥 / end a key."""
    from dagster_project.publishing import SignatureError
    from dagster_project.reporting.signing.keys import revoke
    from dagster_project.reporting.signing.names import plain_text

    try:
        ended = revoke(Settings().signers, key_id, on or dt.date.today().isoformat(), plain_text("说明", note))
    except SignatureError as error:
        refuse(str(error))
    out.print(f"{ended.person} 的密钥 {key_id} 自 {ended.revoked_on} 起停用")


def head(
    path: Annotated[Path | None, typer.Option("--out", help="写成文件,另存他处 / write it to a file")] = None,
    by: Annotated[str, typer.Option(help="由谁签名 / who signs it")] = "",
) -> None:
    """签署记录的存底:号数、哈希、时间,存到别处 / the head of the log, to be kept elsewhere."""
    from dagster_project.publishing import SignatureError
    from dagster_project.reporting.signing.trust import head_of

    settings = Settings()
    try:
        found = head_of(settings, by, _asks_passphrase(settings))
    except SignatureError as error:
        refuse(str(error))
    if path is not None:
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        write_whole(path, text.encode())
        out.print(f"已写 {path}(含全部记录和公钥,可交审计,可供恢复)")
    out.print(f"签署记录 {found['count']} 号,{found['at']}" + (f",{by} 签名" if by else ""))
    out.print(f"{found['count']}:{found['hash']}")


def verify(
    pack: Annotated[Path | None, typer.Argument(help="佐证包(zip 或文件夹);不写则只查签署记录 / a pack")] = None,
    kept: Annotated[str, typer.Option("--head", help="另存他处的存底(文件,或 号数:哈希)/ a kept head")] = "",
    documents: Annotated[Path | None, typer.Option(help="附件所在文件夹 / where the documents lie")] = None,
) -> None:
    """核对签署记录、签名、佐证包和附件 / verify the log, signatures, a pack, documents. Exit code 1 where something is wrong."""
    from dagster_project.publishing import SignatureError
    from dagster_project.reporting.pack.verifier.main import print_report
    from dagster_project.reporting.signing.trust import check_entries, read_head
    from dagster_project.reporting.signing.verification import verify_pack

    settings = Settings()
    for place in (pack, documents):
        if place is not None and not place.exists():
            refuse(f"没有 {place}")
    scores = None
    try:
        head = read_head(kept) if kept else None
        if pack is None:
            report = check_entries(settings, head)
        else:
            report, scores = verify_pack(settings, pack, documents, head)
    except SignatureError as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    print_report(report, scores, out.print)
    if report.faults:
        raise typer.Exit(1)
