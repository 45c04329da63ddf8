"""The gate: one blocking asset check per published table, from the rules in expectations/."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.building.warehouse_file import built_inputs, note_built
from dagster_project.contracts import Contract
from dagster_project.defs.in_words import in_words
from dagster_project.defs.rounds import rebuild_behind_the_gate
from dagster_project.ingestion.owed import read_calendar
from dagster_project.publishing import built_as_of
from dagster_project.publishing.versions import current_name
from dagster_project.quality.broken_rows import name_findings
from dagster_project.quality.check_results import read_run, write_check_results
from dagster_project.quality.expectation_files import Suite
from dagster_project.quality.held_back import noted_holds
from dagster_project.quality.issues import tell_issues
from dagster_project.quality.raised_checks import raised
from dagster_project.quality.rule_catalogue import rule_catalogue
from dagster_project.quality.side_by_side import run_side_by_side
from dagster_project.quality.suites import SuiteResult
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.building.head_start import HeadStart

CHECK_NAME = "may_be_published"
SEVERITIES = {"critical": "【阻止发布】", "warning": "【提醒】", "info": "【说明】"}


def build_gate(
    suites: Mapping[str, Suite],
    keys: Mapping[str, dg.AssetKey],
    settings: Settings,
    manifest: Mapping[str, Any],
    contracts: Mapping[str, Contract],
    head_start: "HeadStart | None" = None,
) -> dg.AssetChecksDefinition:
    """Build one op that runs every suite; where rows of some departments break one, it builds again without and looks again.

    Args:
        suites: by table, such as ``evaluation.figures``.
        keys: the asset key of each published table.
        settings: says where the warehouse is.
        manifest: dbt's, which knows the key of each table.
        contracts: of the ledgers, for the catalogue of rules.
        head_start: a night that has begun, which has the right to build.
    """

    @dg.multi_asset_check(
        name="gate",
        specs=[
            dg.AssetCheckSpec(CHECK_NAME, asset=keys[table], blocking=True, description=suite.description)
            for table, suite in suites.items()
        ],
    )
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with in_words():
            yield from look(context)

    def look(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        as_of = built_as_of(settings.warehouse_path)
        last_version = None if as_of else _last_version(settings)
        rules = rule_catalogue(contracts, suites, read_calendar(settings.dbt_project_dir / "seeds"), manifest)

        def asked() -> list[SuiteResult]:
            found = run_side_by_side(settings.warehouse_path, suites.values(), settings.warehouse_threads, last_version)
            return raised(settings, manifest, found, rules, as_of)

        found = asked()
        lock = head_start.lock if head_start else None
        if rebuild_behind_the_gate(context, settings, manifest, found, as_of, lock):
            found = asked()
        results = name_findings(found, settings, manifest["nodes"])
        inputs = built_inputs(settings)
        run, holds = read_run(settings.dbt_target_dir), noted_holds(settings)
        tell_issues(settings, found, manifest, run, as_of, holds, rules)
        if inputs:  # the warehouse is what was built of them, although what the checks found stands in it now
            note_built(settings, inputs)
        write_check_results(settings.check_results, settings.warehouse_path, results, settings.dbt_target_dir)
        for result in results:
            for finding in result.findings:
                context.log.error(f"{finding.table}: {finding.why} | {finding.expectation} | {finding.observed}")
            yield _check_result(result, keys[result.table])

    return gate


def _last_version(settings: Settings) -> Path | None:
    """The folder of what readers have, to hold figures against; none on a first night."""
    name = current_name(settings.serving_dir)
    return settings.serving_dir / "versions" / name if name else None


def _check_result(result: SuiteResult, key: dg.AssetKey) -> dg.AssetCheckResult:
    findings = [f"{SEVERITIES[f.severity]} {f.why}:{f.observed}" for f in result.findings]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=CHECK_NAME,
        passed=not result.findings,
        severity=dg.AssetCheckSeverity.WARN if result.passed else dg.AssetCheckSeverity.ERROR,
        metadata={"expectations": len(result.outcomes), "findings": findings},
    )
