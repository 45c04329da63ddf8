"""Build the warehouse: one op that runs dbt, one asset per model and seed, dbt tests as asset checks."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version

from dagster_project.building.dbt_failures import dbt_failures, forget_last_run
from dagster_project.building.dbt_process import DbtProcess, build_arguments
from dagster_project.building.inputs import input_fingerprint
from dagster_project.building.landed import LandedError, prove_landed
from dagster_project.building.one_at_a_time import BuildLock
from dagster_project.building.second_round import begin_second_round, holds_after
from dagster_project.building.warehouse_file import (
    begin_anew,
    fault_in_the_way,
    forget_built,
    needs_build,
    note_built,
)
from dagster_project.defs.described import Described
from dagster_project.defs.following import DBT_VERSION, WarehouseTranslator, followed
from dagster_project.defs.in_words import in_words
from dagster_project.defs.rounds import Rounds, failed_again, held_back_text
from dagster_project.defs.unchanged import told_again
from dagster_project.quality import side_by_side
from dagster_project.quality.held_back import Hold, after_by_department, noted_holds
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.building.head_start import HeadStart


class NoConfig(dg.Config):
    """A build is given nothing: a look back, which takes a moment, is a job of its own."""


def build_warehouse_assets(
    manifest: Mapping[str, Any],
    settings: Settings,
    translator: WarehouseTranslator,
    gates: Mapping[str, dg.AssetCheckKey],
    head_start: "HeadStart | None" = None,
) -> dg.AssetsDefinition:
    """Build the op that runs dbt once for everything: the dbt of the head start, or a new one.

    dbt is no resource of Dagster: a run could then name another program, project or profile in its configuration.
    """
    dbt = installed_dbt(settings)

    @dbt_assets(manifest=manifest, name="build_warehouse", dagster_dbt_translator=translator)
    def build_warehouse(context: dg.AssetExecutionContext, config: NoConfig) -> Iterator[Any]:
        with in_words():
            yield from build(context)

    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        as_of = head_start.as_of if head_start else ""
        is_whole = context.selected_asset_keys == context.assets_def.keys
        with contextlib.ExitStack() as held:
            process = head_start.building() if head_start else None
            start = partial(
                _started, context=context, dbt=dbt, manifest=manifest, settings=settings, translator=translator
            )
            if head_start is None:
                prove_landed(settings)
            if head_start:
                inputs, lock = head_start.inputs, head_start.lock
                invocation = followed(process, manifest, settings, context, translator) if process else None
            elif begun := _begun(
                context, start, settings, inputs := input_fingerprint(settings), as_of, is_whole, held
            ):
                invocation, lock = begun
            else:
                invocation = None
            if invocation is None:
                context.log.info("没有变化:已发布的版本就是现在的样子")
                yield from told_again(context, manifest, gates, settings)
                return
            side_by_side.prepare()
            rounds = Rounds(Described(translator, settings))
            try:
                yield from rounds.of(invocation)
            except DagsterDbtCliRuntimeError as error:
                holds = holds_after(settings, manifest, as_of=as_of) if is_whole else []
                if not holds:
                    yield from rounds.waiting
                    raise dg.Failure("\n".join(dbt_failures(settings)) or str(error)) from error
                yield from _second_round(rounds, holds, manifest, settings, context, as_of, lock, translator)
            if is_whole and not as_of:
                note_built(settings, inputs)

    return build_warehouse


def _begun(
    context: dg.AssetExecutionContext,
    start: Callable[[Sequence[str]], DbtCliInvocation],
    settings: Settings,
    inputs: str,
    as_of: str,
    is_whole: bool,
    held: contextlib.ExitStack,
) -> tuple[DbtCliInvocation, BuildLock] | None:
    """A dbt that Dagster starts, and the lock of the build that is held meanwhile; None where there is nothing to build."""
    if not as_of and not needs_build(settings, inputs):
        return None
    lock = held.enter_context(BuildLock(settings))
    notes = lock.notes
    if is_whole:
        notes += begin_anew(settings)
    else:
        forget_built(settings)
        if fault := fault_in_the_way(settings.warehouse_path):
            raise dg.Failure(fault)
    for note in notes:
        context.log.warning(note)
    forget_last_run(settings)
    # A part is built like the whole that it is put into.
    arguments = build_arguments(as_of, after_by_department(noted_holds(settings)))
    invocation = start(arguments)
    lock.note_dbt(invocation.process.pid)
    return invocation, lock


def _started(
    arguments: Sequence[str],
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    manifest: Mapping[str, Any],
    settings: Settings,
    translator: WarehouseTranslator,
) -> DbtCliInvocation:
    """The dbt that Dagster starts: its own for DuckDB, and the one of Spark's environment for Spark.

    Raises:
        dg.Failure: Spark is asked for a part.
    """
    if settings.engine == "duckdb":
        return dbt.cli(arguments, context=context, target_path=settings.dbt_target_dir)
    if context.selected_asset_keys != context.assets_def.keys:
        raise dg.Failure("Spark 只整体重建;请选中全部资产,或运行 jixiao nightly")
    process = DbtProcess(settings)
    process.wait_until_parsed()
    return followed(process.start(arguments), manifest, settings, context, translator)


def _second_round(
    rounds: Rounds,
    holds: Sequence[Hold],
    manifest: Mapping[str, Any],
    settings: Settings,
    context: dg.AssetExecutionContext,
    as_of: str,
    lock: BuildLock,
    translator: WarehouseTranslator,
) -> Iterator[Any]:
    """Everything again without what is held back, in the same op: what the first round told is not told twice."""
    context.log.warning(held_back_text(holds))
    try:
        dbt = begin_second_round(settings, holds, as_of, lock)
        yield from rounds.of(followed(dbt.process, manifest, settings, context, translator))
    except LandedError as error:
        raise dg.Failure(f"{held_back_text(holds)};没能重建:{error}") from error
    except DagsterDbtCliRuntimeError as error:
        raise failed_again(settings, holds, str(error)) from error


class InstalledDbt(DbtCliResource):
    """dbt of this very environment, without two things that take Dagster seconds each.

    Its version is known without a process for `dbt --version`, and nobody here reads columns or row counts through dbt's adapter.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return DBT_VERSION

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def installed_dbt(settings: Settings) -> DbtCliResource:
    """Dbt with the project's own profile; the environment comes from the settings, which the definitions export."""
    project = str(settings.dbt_project_dir)
    executable = str(Path(sys.executable).with_name("dbt"))
    return InstalledDbt(project_dir=project, profiles_dir=project, dbt_executable=executable)
