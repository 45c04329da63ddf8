"""A night without news that somebody launched: its checks are told again as they stand, for nothing looked anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from dagster_project.publishing import PublishError, current_version
from dagster_project.quality.check_results import CheckResult, read_check_results
from dagster_project.settings import Settings

WHY = "依据"


def told_again(
    context: dg.AssetExecutionContext,
    manifest: Mapping[str, Any],
    gates: Mapping[str, dg.AssetCheckKey],
    settings: Settings,
) -> Iterator[dg.AssetCheckResult]:
    """The results of all checks of this run that stand on the warehouse, as they were when it was built.

    A check that was planned and not told would show as skipped, although what it looked at is as it was.

    Args:
        context: of the op that would have built.
        manifest: of dbt.
        gates: the check before publishing of each table, by ``schema.name``; another op would have told them, which is skipped.
        settings: where the results of the last build are.
    """
    checks, _ = read_check_results(settings.check_results)
    why = {WHY: f"没有变化,沿用版本 {_version(settings)} 的检查结果"}
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    for key in sorted(context.selected_asset_check_keys):
        if key.name in tests:
            passed, severity, found = _of([check for check in checks if check.name == key.name])
            yield dg.AssetCheckResult(
                asset_key=key.asset_key, check_name=key.name, passed=passed, severity=severity, metadata=why | found
            )
    selected = context.run.asset_check_selection
    for table, key in gates.items():
        if selected is None or key in selected:
            passed, severity, found = _of([each for each in checks if (each.kind, each.subject) == ("suite", table)])
            told = {name: dg.MetadataValue.text(text) for name, text in (why | found).items()}
            context.log_event(
                dg.AssetCheckEvaluation(
                    asset_key=key.asset_key, check_name=key.name, passed=passed, severity=severity, metadata=told
                )
            )


def _of(checks: list[CheckResult]) -> tuple[bool, dg.AssetCheckSeverity, dict[str, str]]:
    """Whether all passed; of what is published nothing failed that stops publishing."""
    failed = [check for check in checks if not check.passed]
    stops = any(check.stops_publishing for check in failed)
    severity = dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN
    found = {"findings": "\n".join(f"{check.rule}:{check.observed}" for check in failed)} if failed else {}
    return not failed, severity, found


def _version(settings: Settings) -> str:
    try:
        return current_version(settings.serving_dir).version
    except PublishError:
        return "(无)"
