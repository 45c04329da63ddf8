"""How many rows the tables have, and how many more or fewer than what readers have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from dagster_project.asset_pages.page import address_of
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import Submission
from dagster_project.publishing import PublishedVersion, PublishError, current_version


def counts_before(serving_dir: Path) -> dict[str, int]:
    """The rows of every table that readers have now, by ``schema.name``; empty before the first version."""
    try:
        tables = current_version(serving_dir).tables
    except PublishError:
        return {}
    return _named(tables)


def named_counts(version: PublishedVersion) -> dict[str, int]:
    """The rows of every table of a version, by ``schema.name``."""
    return _named(version.tables)


def _named(tables: Mapping[str, int]) -> dict[str, int]:
    return {name.replace("/", "."): count for name, count in tables.items()}


def rows_in_force(entries: Iterable[Submission]) -> Counter[str]:
    """The landed rows that count, by ledger, after some entries of the log of submissions."""
    found: Counter[str] = Counter()
    for entry in in_force(entries):
        found[entry.ledger] += entry.rows_accepted
    return found


def change_text(count: int, before: int | None, when: str = "上一版本") -> str:
    """What a person reads of a change: ``+12 行(上一版本 3,186 行)``."""
    if before is None:
        return f"{when}没有这张表"
    if count == before:
        return f"行数未变({when} {before:,} 行)"
    return f"{count - before:+,} 行({when} {before:,} 行)"


def changes_table(after: Mapping[str, int], before: Mapping[str, int]) -> str:
    """The tables that have another number of rows, as Markdown.

    Args:
        after: rows by ``schema.name``.
        before: of the version that readers had; empty where there was none.
    """
    if not before:
        return f"第一个版本:{len(after)} 张表,{sum(after.values()):,} 行"
    names = sorted(name for name in after.keys() | before.keys() if after.get(name) != before.get(name))
    same = f"{len(after.keys() & before.keys() - set(names))} 张表行数未变"
    if not names:
        return same
    lines = ["| 表 | 行数 | 上一版本 | 变化 |", "|---|---:|---:|---:|"]
    for name in names:
        now, was = after.get(name), before.get(name)
        change = "新表" if was is None else "已删除" if now is None else f"{now - was:+,}"
        shown = ["—" if count is None else f"{count:,}" for count in (now, was)]
        lines.append(f"| [{name}]({address_of(name)}) | {shown[0]} | {shown[1]} | {change} |")
    return "\n".join([*lines, "", f"另有 {same}"])
