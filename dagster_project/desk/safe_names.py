"""The name under which an uploaded file is kept: what a person called it, without anything that is a path, a command or invisible."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from dagster_project.ingestion.file_names import OWN_FILES, plain

NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\[\]{}$`;&\x00-\x1f\x7f]')
"""What is a path, a pattern or a device on some system, or a command in some shell."""
WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
MOST_BYTES = 180
"""A suffix and a department still fit into the 255 bytes that file systems have for a name."""


def safe_name(given: str, most_characters: int) -> str:
    """The last part of a name as one that can lie in the drop; empty where nothing of it is left.

    Args:
        given: as the browser sent it, from whatever system.
        most_characters: of the name without its suffix.
    """
    last = re.split(r"[/\\]", given)[-1]
    text = "".join(sign for sign in last if unicodedata.category(sign) not in HIDDEN_CATEGORIES)
    text = NOT_IN_NAMES.sub("_", plain(text)).strip(" .~'=+-@")
    text = re.sub(r"\s+", " ", text)
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    stem = stem.strip(" .")[:most_characters]
    while len(stem.encode()) > MOST_BYTES:
        stem = stem[:-1]
    name = f"{stem}.{suffix.lower()}" if suffix else stem
    if not stem or WINDOWS_DEVICES.fullmatch(name) or name.casefold() in OWN_FILES:
        return ""
    return PurePosixPath(name).name
