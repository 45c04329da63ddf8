"""The passages of a report that tell of one department and no other: its duties, its organisation, its work of the year.

They stand in ``departments/<department code>.yaml`` below the texts, under the names that the texts ask for by ``passage:``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.yaml_text import load_yaml

FOLDER = "departments"
OWNER = "official_name"
"""Whose passages they are, by its full name in the register: two offices may go by one code."""


@dataclass(frozen=True)
class Passages:
    """The passages of a department: its file, and its sentences by name, as a text writes them."""

    file: str
    by_name: Mapping[str, list[Any]] = field(default_factory=dict)


def passages_of(text_dir: Path, department_code: str, official_name: str, texts: Iterable[Any]) -> Passages:
    """Read the passages of a department.

    Args:
        text_dir: where the texts of the report are.
        department_code: the department.
        official_name: its full name in the register of the version.
        texts: those of the report, which say what passages there are.

    Raises:
        DocumentError: the file cannot be read, is of another office, or has a passage that no text asks for.
    """
    path = text_dir / FOLDER / f"{department_code}.yaml"
    file = f"report/{FOLDER}/{path.name}"
    if not path.is_file():
        return Passages(file)
    written = load_yaml(path)
    if not isinstance(written, dict) or not all(
        isinstance(text, list) for name, text in written.items() if name != OWNER
    ):
        raise DocumentError(f"{file}:应为“段落名: [一句, 一句]”的形式,另写一行 {OWNER}: 机关全称")
    owner = written.pop(OWNER, "")
    if owner != official_name:
        raise DocumentError(
            f"{file}:写的是“{owner or '(没有写明机关)'}”的文字,而 {department_code} 在部门登记中的全称是“{official_name}”;"
            f"请写本机关的文字,并把 {OWNER} 改成登记的全称"
        )
    known = set(_asked_for(list(texts)))
    if unknown := sorted(set(written) - known):
        raise DocumentError(f"{file}:没有叫 {'、'.join(unknown)} 的段落;可写的是 {'、'.join(sorted(known))}")
    return Passages(file, written)


def _asked_for(entry: Any) -> Iterator[str]:
    """The names of all passages in texts, at any depth."""
    if isinstance(entry, dict):
        if "passage" in entry:
            yield entry["passage"]
        entry = list(entry.values())
    if isinstance(entry, list):
        for each in entry:
            yield from _asked_for(each)
