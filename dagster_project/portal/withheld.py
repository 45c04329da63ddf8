"""The small cells that any public edition withheld, portal or PostgreSQL: they stay so in all, or two editions side by side would tell them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dagster_project.on_disk import write_whole
from dagster_project.private_files import PRIVATE_FILE
from dagster_project.settings import Settings

Withheld = Mapping[str, Sequence[Any]]
"""Keys of cells by year and department: ``2023-101001``."""


def with_remembered(settings: Settings, own: Withheld) -> dict[str, list[Any]]:
    """What an edition withheld last, with what others did; a file that cannot be read is an error, for it would tell cells."""
    path = settings.withheld_note
    known: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {year: _together(own.get(year, ()), known.get(year, ())) for year in sorted({*own, *known})}


def remember(settings: Settings, withheld: Withheld) -> None:
    """Keep what an edition withholds, besides what is known."""
    path = settings.withheld_note
    known = with_remembered(settings, withheld)
    text = json.dumps(known, ensure_ascii=False).encode()
    if not path.is_file() or path.read_bytes() != text:
        write_whole(path, text)
        path.chmod(PRIVATE_FILE)


def _together(*parts: Sequence[Any]) -> list[Any]:
    return [list(key) for key in sorted({tuple(key) for part in parts for key in part})]
