"""What the command line prints on: texts of the office are text there, never markup and never commands to a terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from dagster_project.ingestion.file_names import shown

WIDE = 170
"""Columns of a table where the output is no terminal that could say how wide it is."""


class PlainConsole(Console):
    """A console on which ``[red]`` in a text is just that; colour comes from ``style`` or from a :class:`rich.text.Text`."""

    def __init__(self, **options: Any):
        super().__init__(soft_wrap=True, highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Every text that is printed, in a table or not, comes through here: control characters are written out."""
        return super().render_str(shown(text, but="\n\t"), **options)


def console(*, stderr: bool = False) -> PlainConsole:
    """A console on one of the standard streams; a character that the stream cannot show is written out."""
    stream = sys.stderr if stderr else sys.stdout
    with contextlib.suppress(AttributeError, OSError):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    return PlainConsole(stderr=stderr, width=None if stderr or stream.isatty() else WIDE)


def line(*parts: str | tuple[str, str]) -> Text:
    """A line of texts, some with a style: ``line("总分 ", (score, "bold"))``."""
    return Text.assemble(
        *(shown(part, but="\n") if isinstance(part, str) else (shown(part[0], but="\n"), part[1]) for part in parts)
    )


out = console()
err = console(stderr=True)


class Refusal(typer.Exit):
    """The end of a request that cannot be carried out; the message was said."""

    def __init__(self, message: str):
        super().__init__(2)
        self.message = message


def refuse(message: str) -> NoReturn:
    """Say why a request cannot be carried out, and stop with exit code 2."""
    err.print(message, style="red")
    raise Refusal(message)
