"""A build in two rounds as Dagster hears of it: each asset and check once, and what stops publishing only where it does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from dagster_project.building.dbt_failures import dbt_failures
from dagster_project.building.landed import LandedError
from dagster_project.building.one_at_a_time import BuildingElsewhere, BuildLock
from dagster_project.building.second_round import begin_second_round, holds_after
from dagster_project.building.warehouse_file import built_inputs, note_built
from dagster_project.defs.described import Described
from dagster_project.defs.following import followed
from dagster_project.quality.held_back import Hold
from dagster_project.quality.suites import SuiteResult
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_dbt import DbtCliInvocation


class Rounds:
    """What dbt says in one round after the other.

    ``waiting`` are failed checks that block what comes after: Dagster hears of them once it is clear that nobody can be held back.
    """

    def __init__(self, described: Described):
        self._described = described
        self.waiting: list[dg.AssetCheckResult] = []
        self._told: set[tuple[str, ...]] = set()

    def of(self, invocation: DbtCliInvocation) -> Iterator[Any]:
        """The events of a round that no round before told."""
        for event in self._described.events(invocation):
            if _stops(event):
                self.waiting.append(event)
            elif (name := _name(event)) is None or name not in self._told:
                self._told |= {name} if name else set()
                yield event


def _stops(event: Any) -> bool:
    return isinstance(event, dg.AssetCheckResult) and not event.passed and event.severity == dg.AssetCheckSeverity.ERROR


def _name(event: Any) -> tuple[str, ...] | None:
    """What may be told once only; None of what may be told again."""
    if isinstance(event, dg.Output):
        return (event.output_name,)
    if isinstance(event, dg.AssetCheckResult) and event.asset_key and event.check_name:
        return (*event.asset_key.path, event.check_name)
    return None


def rebuild_behind_the_gate(
    context: dg.AssetCheckExecutionContext,
    settings: Settings,
    manifest: Mapping[str, Any],
    found: Sequence[SuiteResult],
    as_of: str,
    lock: BuildLock | None,
) -> bool:
    """Build again without the hand-ins of departments whose rows the rules before publishing do not let through.

    Args:
        context: of the gate, whose log says what happens.
        settings: where the warehouse is.
        manifest: of dbt.
        found: what the rules found.
        as_of: the moment that was built for; empty for now.
        lock: the right to build, where somebody has it for the whole night.

    Returns:
        whether the warehouse is another one now.
    """
    if all(result.passed for result in found):
        return False
    holds = holds_after(settings, manifest, found, as_of)
    if not holds:
        return False
    inputs = built_inputs(settings)
    context.log.warning(held_back_text(holds))
    try:
        with contextlib.nullcontext(lock) if lock else BuildLock(settings) as own:
            dbt = begin_second_round(settings, holds, as_of, own)
            for _ in followed(dbt.process, manifest, settings).stream_raw_events():
                pass  # Dagster knows each model already, from the first round; the log has what dbt says
    except (BuildingElsewhere, LandedError) as error:
        raise dg.Failure(f"{held_back_text(holds)};没能重建:{error}") from error
    except DagsterDbtCliRuntimeError as error:
        raise failed_again(settings, holds, str(error)) from error
    if inputs:
        note_built(settings, inputs)
    return True


def held_back_text(holds: Sequence[Hold]) -> str:
    """Who is held back, for the log and for messages."""
    return f"部门 {'、'.join(hold.department_code for hold in holds)} 的台账没有通过发布前检查,暂缓发布,为其他部门重建"


def failed_again(settings: Settings, holds: Sequence[Hold], otherwise: str) -> dg.Failure:
    """The second round broke too: nothing is published, and both are told."""
    rows = [
        f"{row.file or row.ledger} 第 {row.row_number or '—'} 行:{row.message_zh}。{row.remedy_zh}"
        for hold in holds
        for row in hold.rows
    ]
    return dg.Failure(
        "\n".join([f"{held_back_text(holds)},仍未通过,全部不发布", *rows, *(dbt_failures(settings) or [otherwise])])
    )
