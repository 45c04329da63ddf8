"""The kept versions, newest first, with when they were published and what keeps them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.publishing.history import history
from dagster_project.publishing.proof import PublishError, read_manifest
from dagster_project.publishing.signatures import frozen_versions
from dagster_project.publishing.versions import current_name, kept_names


@dataclass(frozen=True)
class KeptVersion:
    """A version that is kept; ``published_at`` is the moment that it last became current (Asia/Shanghai), empty where it never did."""

    version: str
    published_at: str
    state_zh: str
    tables: int
    rows: int


def kept_versions(serving_dir: Path) -> list[KeptVersion]:
    """All kept versions: the current one first, then by when they were current, then looks back.

    Raises:
        PublishError: nothing was published yet.
        SignatureError: the log of signatures was changed, so nobody knows which versions are certified.
    """
    last = {entry["version"]: entry["at"] for entry in history(serving_dir)}
    current, frozen = current_name(serving_dir), frozen_versions(serving_dir)
    names = kept_names(serving_dir)
    if not names:
        raise PublishError(f"{serving_dir} 中还没有已发布的版本;请先运行 jixiao nightly")
    found = []
    for name in names:
        states = ["当前"] if name == current else []
        states += ["已签发,永久保留"] if name in frozen else []
        try:
            told = read_manifest(serving_dir / "versions" / name)
        except PublishError:
            found.append(KeptVersion(name, _at(last.get(name)), "、".join([*states, "已损坏"]), 0, 0))
            continue
        if as_of := told.get("as_of"):
            states.append(f"{as_of} 时的状态")
        counts = told["tables"]
        state = "、".join(states) or "保留"
        found.append(KeptVersion(name, _at(last.get(name)), state, len(counts), sum(counts.values())))
    return sorted(found, key=lambda each: (each.version == current, each.published_at, each.version), reverse=True)


def _at(moment: str | None) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""
