"""Land raw ledgers: one asset per contract. Reading and checking live in `dagster_project.ingestion`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.asset_pages.counts import change_text, rows_in_force
from dagster_project.asset_pages.page import address_of
from dagster_project.contracts import Contract
from dagster_project.defs.described import CHANGE
from dagster_project.defs.following import title_of
from dagster_project.defs.in_words import in_words
from dagster_project.ingestion.periods import today
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog, totals
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.building.head_start import HeadStart
    from dagster_project.ingestion.report import LandingReport
    from dagster_project.monitoring.freshness import Freshness

LOG_KEY = dg.AssetKey(["raw", "quality", "submission_log"])
FINDINGS_KEY = dg.AssetKey(["raw", "quality", "findings"])
SQL_KIND = {
    "text": "varchar",
    "code": "varchar",
    "month": "date",
    "money": "decimal(18, 2)",
    "decimal": "decimal(18, 8)",
}


def raw_key(contract: Contract) -> dg.AssetKey:
    """The asset key of a landed ledger: raw, domain, ledger."""
    return dg.AssetKey(["raw", contract.domain, contract.ledger])


def file_specs(contracts: Mapping[str, Contract]) -> list[dg.AssetSpec]:
    """The files that departments hand in, as the first link of the lineage; nothing here makes them."""
    return [
        dg.AssetSpec(
            key=dg.AssetKey(["files", contract.domain, contract.ledger]),
            description=f"{contract.title.zh}:{contract.owner}报送的文件 {'、'.join(layout.pattern for layout in contract.files)}",
            group_name=f"files_{contract.domain}",
            kinds={_kind(contract), title_of(contract.title.zh)},
            owners=[f"team:{contract.owner}"],
        )
        for contract in contracts.values()
    ]


def build_landing_assets(
    contracts: Mapping[str, Contract], settings: Settings, head_start: "HeadStart | None" = None
) -> dg.AssetsDefinition:
    """Build one op that lands every ledger, with an asset and three checks for each contract.

    Args:
        contracts: by ledger name.
        settings: say where the drop and the landing zone are.
        head_start: where the landing of everything is already under way.
    """

    @dg.multi_asset(
        name="land_ledgers",
        specs=[*map(_ledger_spec, contracts.values()), *_log_specs()],
        check_specs=[spec for contract in contracts.values() for spec in _check_specs(contract)],
        can_subset=True,
    )
    def land_ledgers(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        with in_words():
            yield from _land(context, contracts, settings, head_start)

    return land_ledgers


def _land(
    context: dg.AssetExecutionContext,
    contracts: Mapping[str, Contract],
    settings: Settings,
    head_start: "HeadStart | None",
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    from dagster_project.ingestion.landing import land_drop
    from dagster_project.ingestion.owed import read_calendar
    from dagster_project.monitoring.freshness import freshness
    from dagster_project.monitoring.settling import settled_only

    selected = context.selected_asset_keys
    wanted = {name: contract for name, contract in contracts.items() if raw_key(contract) in selected}
    report = (
        head_start.landed()
        if head_start
        else land_drop(
            settings.raw_dir,
            settings.landing_dir,
            contracts,
            settings.department_code,
            only=settled_only(settings),
            ledgers=set(wanted),
            keeping=settings.keeping,
            limits=settings.limits,
        )
    )
    refused, unread = report.refusal_texts(settings.landing_dir), report.unread_texts()
    for text in (*refused, *unread):
        context.log.warning(text)
    context.log.info(f"landed {len(report.entries)} files, {report.unchanged} unchanged")
    log = SubmissionLog(settings.landing_dir / LOG_NAME)
    calendar = read_calendar(settings.dbt_project_dir / "seeds")
    fresh = freshness(calendar, log.entries, today())
    first_new = min((entry.log_no for entry in report.entries), default=len(log.entries) + 1)
    rows, rows_before = rows_in_force(log.entries), rows_in_force(log.entries[: first_new - 1])
    for contract in wanted.values():
        entries = [entry for entry in log.entries if entry.ledger == contract.ledger and entry.is_hand_in]
        own = [each for each in fresh if each.line.ledger == contract.ledger]
        yield _materialized(contract, entries, report, own, (rows[contract.ledger], rows_before[contract.ledger]))
        yield from _checked(contract, entries)
        yield _on_time(contract, own)
    for key in (LOG_KEY, FINDINGS_KEY):
        if key in selected:
            told: dict[str, int | list[str]] = {
                "new_files": len(report.entries),
                "refused_files": refused,
                "unread_files": unread,
            }
            yield dg.MaterializeResult(asset_key=key, metadata={**told})


def _ledger_spec(contract: Contract) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(c.name, SQL_KIND.get(c.type, c.type), f"{c.description.zh} / {c.description.en}")
        for c in contract.columns
    ]
    return dg.AssetSpec(
        key=raw_key(contract),
        deps=[dg.AssetKey(["files", contract.domain, contract.ledger])],
        description=f"{contract.title.zh} / {contract.title.en}。{contract.grain.zh}。",
        group_name=f"raw_{contract.domain}",
        kinds={_kind(contract), title_of(contract.title.zh)},
        owners=[f"team:{contract.owner}"],
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "supersede": contract.supersede,
            "代码": dg.MetadataValue.path(f"dagster_project/contracts/{contract.ledger}.yaml"),
            "数据质量": dg.MetadataValue.url(address_of("quality.findings", "preview")),
        },
        skippable=True,
    )


def _log_specs() -> list[dg.AssetSpec]:
    texts = {
        LOG_KEY: "报送日志:每个文件何时收到、读了几行、载入几行",
        FINDINGS_KEY: "载入时发现的问题,逐条注明文件、行、列和改法",
    }
    return [
        dg.AssetSpec(
            key=key,
            description=text,
            group_name="raw_quality",
            kinds={"parquet", title_of(text)},
            owners=["team:办公厅行政处"],
            skippable=True,
        )
        for key, text in texts.items()
    ]


def _check_specs(contract: Contract) -> list[dg.AssetCheckSpec]:
    key = raw_key(contract)
    return [
        dg.AssetCheckSpec(
            "rows_accounted_for", asset=key, description="读取 = 载入 + 退回 + 空行 + 表头、合计与注释", blocking=True
        ),
        dg.AssetCheckSpec("nothing_rejected", asset=key, description="没有退回的行,也没有退回的文件"),
        dg.AssetCheckSpec("on_time", asset=key, description="按报送日历到期的文件都已报送"),
    ]


def _materialized(
    contract: Contract,
    entries: list[Submission],
    report: "LandingReport",
    fresh: list["Freshness"],
    rows: tuple[int, int],
) -> dg.MaterializeResult:
    new = [entry for entry in report.entries if entry.ledger == contract.ledger]
    unread = [file.text for file in report.unread if file.ledger == contract.ledger]
    return dg.MaterializeResult(
        asset_key=raw_key(contract),
        metadata={
            "dagster/row_count": rows[0],
            CHANGE: change_text(rows[0], rows[1], "本次载入前"),
            "files": len(entries),
            "new_files": len(new),
            "unread_files": unread,
            "freshness": [each.text_zh for each in fresh],
            **totals(entries),
        },
    )


def _on_time(contract: Contract, fresh: list["Freshness"]) -> dg.AssetCheckResult:
    """Whether a file of the ledger is late by its own cadence."""
    late = [f"{each.text_zh};请{each.line.owner}补报" for each in fresh if each.is_late]
    return dg.AssetCheckResult(
        asset_key=raw_key(contract),
        check_name="on_time",
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"findings": late, "next_due": [str(each.due_on) for each in fresh if each.due_on]},
    )


def _checked(contract: Contract, entries: list[Submission]) -> Iterator[dg.AssetCheckResult]:
    key = raw_key(contract)
    count = totals(entries)
    open_files = [
        f"{entry.file}:读取 {entry.rows_read} 行,只交代了 {_explained(entry)} 行;请把文件交数据工程师核对载入程序"
        for entry in entries
        if entry.rows_read != _explained(entry)
    ]
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name="rows_accounted_for",
        passed=not open_files,
        metadata={**count, "findings": open_files},
    )
    refused = [entry.reason for entry in entries if entry.status != "landed"]
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name="nothing_rejected",
        passed=not refused and count["rows_rejected"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"rows_rejected": count["rows_rejected"], "refused_files": refused},
    )


def _explained(entry: Submission) -> int:
    return entry.rows_accepted + entry.rows_rejected + entry.rows_blank + entry.rows_notes


def _kind(contract: Contract) -> str:
    return {"csv": "csv", "workbook": "excel", "jsonl": "json"}[contract.files[0].format]
