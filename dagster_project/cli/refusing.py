"""What every command refuses in the same words, with exit code 2: settings, contracts, a drop that cannot be used."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

import typer
import typer.core
from pydantic import ValidationError

from dagster_project.console import err, refuse
from dagster_project.office import OfficeError
from dagster_project.setting_faults import fault_texts, unknown_settings
from dagster_project.settings import Settings, names_in_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

P = ParamSpec("P")
R = TypeVar("R")
Quiet = Annotated[bool, typer.Option("--quiet", help="只输出错误 / print errors only")]


class Commands(typer.core.TyperGroup):
    """The commands; a setting that cannot be used is said before any of them does anything, and what the system does not allow in one line."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a command."""
        print_problems(unknown_settings(names_in_environment()), ())
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            if error.title != Settings.__name__:
                raise
            refuse("\n".join(fault_texts(error)))
        except OfficeError as error:
            refuse(str(error))
        except Exception as error:
            if not is_of_the_system(error):
                raise
            from dagster_project.building.plain_words import plain

            err.print(f"✗ {plain(str(getattr(error, 'orig', None) or error))}", style="red")
            raise typer.Exit(1) from error


def is_of_the_system(error: Exception) -> bool:
    """Whether the system did not let a command go on: a full disk, a file that somebody holds or may not be written.

    What reads the output and went away is none: there is nobody to tell. Engines are asked only where they are loaded.
    """
    engines = [sys.modules[name] for name in ("duckdb", "sqlalchemy.exc") if name in sys.modules]
    kinds = (OSError, *(engine.OperationalError for engine in engines))
    return isinstance(error, kinds) and not isinstance(error, BrokenPipeError)


def refuses_faults(command: Callable[P, R]) -> Callable[P, R]:
    """A command that says in its own words, with exit code 2, what is wrong with the contracts or the drop."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except ValueError as error:
            from dagster_project.contracts import ContractError
            from dagster_project.ingestion.unread import DropError

            if not isinstance(error, ContractError | DropError):
                raise
            refuse(str(error))

    return run


def refuse_without_folder(file: Path | None) -> None:
    """Refuse to write a file into a folder that is not there; nothing where no file is asked for."""
    if file and not (folder := file.resolve().parent).is_dir():
        refuse(f"没有文件夹 {folder};请先建立,或换一个位置")


def print_problems(refused: Sequence[str], unread: Sequence[str]) -> None:
    """Say what was not read, each with reason and remedy; quiet or not, every night while it lasts."""
    for text in (*refused, *unread):
        err.print(text, style="yellow")
