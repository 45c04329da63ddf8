"""The commands around what departments are told of their files: answers, and the rules behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.ingestion.submissions import Submission


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(answer)
    app.command()(rules)


@refuses_faults
def answer(
    target: Annotated[
        str, typer.Argument(help="报送文件(路径或文件名)或报送编号;不写则所有待更正的 / a file or a submission")
    ] = "",
    folder: Annotated[Path | None, typer.Option("--to", help="写到哪个文件夹 / where to write")] = None,
    department: Annotated[str, typer.Option(help="只写该部门待更正的 / open ones of this department")] = "",
) -> None:
    """写答复工作簿:处理结果、问题明细、待更正数据;改好交回即更正 / what became of a file, as a workbook to be mended and handed back."""
    from dagster_project.ingestion.owed import CalendarError
    from dagster_project.private_files import keep_private
    from dagster_project.reporting.answer.all_open import write_open_answers
    from dagster_project.reporting.answer.gather import Gatherer, path_of
    from dagster_project.reporting.answer.write import write_answer

    settings = Settings()
    if folder is not None and not folder.is_dir():
        refuse(f"没有文件夹 {folder};请先建立,或换一个位置")
    keep_private(settings.build_dir, settings.private_places)
    try:
        if not target and folder is None:
            written = write_open_answers(settings, department)
        else:
            gatherer = Gatherer(settings)
            chosen = _chosen(gatherer, target, department, settings)
            written = [path_of(folder or settings.answers_dir, entry) for entry in chosen]
            for entry, path in zip(chosen, written, strict=True):
                write_answer(gatherer.of(entry), path)
    except CalendarError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"答复没有写成:{error.strerror or error}({error.filename or ''});请检查文件夹的权限和空间")
    for path in written:
        out.print(f"已写 {path!s}")
    if not written:
        out.print("没有待更正的报送")


def _chosen(gatherer: object, target: str, department: str, settings: Settings) -> list[Submission]:
    """The submissions that are meant: the one named, else all that are open."""
    from dagster_project.reporting.answer.gather import Gatherer

    assert isinstance(gatherer, Gatherer)
    known = [entry for entry in gatherer.submissions if department in ("", entry.department_code)]
    if not target:
        return [entry for entry in known if gatherer.is_open(entry)]
    path = Path(target).resolve()
    raw = settings.raw_dir.resolve()
    name = path.relative_to(raw).as_posix() if path.is_relative_to(raw) else target
    found = [entry for entry in known if name in (entry.file, entry.submission_id, Path(entry.file).name)]
    if not found:
        refuse(f"报送日志中没有现行的“{target}”;请写报送文件夹中的路径、文件名或 16 位报送编号")
    return found


@refuses_faults
def rules(
    ledger: Annotated[str, typer.Option(help="只看该台账或表 / this ledger or table only")] = "",
    page: Annotated[bool, typer.Option("--page", help="重写 docs/rules.md / rewrite the page of all rules")] = False,
) -> None:
    """全部规则:编号、程度、说明、触发次数和最近一次 / every rule with its id, severity, and how often and when last it fired."""
    import json

    from dagster_project.building.manifest import ensure_manifest
    from dagster_project.contracts import load_contracts
    from dagster_project.dictionary.rules import rules_page
    from dagster_project.ingestion.owed import CalendarError, read_calendar
    from dagster_project.quality.expectation_files import ExpectationFault, read_suites
    from dagster_project.quality.rule_catalogue import SCOPES_ZH, SEVERITIES_ZH, counts_of, rule_catalogue
    from dagster_project.quality.rules_fired import Fired, rules_fired

    settings = Settings()
    settings.export_to_environment()
    try:
        found = rule_catalogue(
            load_contracts(settings.contracts_dir),
            read_suites(settings.expectations_dir),
            read_calendar(settings.dbt_project_dir / "seeds"),
            json.loads(ensure_manifest(settings).read_text(encoding="utf-8")),
        )
    except (CalendarError, ExpectationFault) as error:
        refuse(str(error))
    if page:
        settings.rules_page.write_text(rules_page(found), encoding="utf-8")
        out.print(f"已写 {settings.rules_page}")
        return
    fired = rules_fired(settings.landing_dir, settings.warehouse_path)
    shown = [rule for rule in found if ledger in ("", *rule.subject.split("、"))]
    for rule in shown:
        count = fired.get(rule.rule_id, Fired(0))
        told = f",{count.count:,} 次" + (f",最近 {count.last_on}" if count.last_on else "") if count.count else ""
        out.print(f"{rule.rule_id} [{SCOPES_ZH[rule.scope]},{SEVERITIES_ZH[rule.severity]}{told}] {rule.message_zh}")
    counted = ",".join(f"{SCOPES_ZH[scope]} {count:,}" for scope, count in counts_of(shown).items() if count)
    out.print(f"共 {len(shown):,} 条:{counted};其中 {sum(rule.rule_id in fired for rule in shown):,} 条触发过")
