"""What is wrong with the published versions, in one line each for people; what can be mended at once is mended."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

from dagster_project.publishing.history import mend_history
from dagster_project.publishing.proof import PublishError, prove
from dagster_project.publishing.signatures import SignatureError, frozen_versions
from dagster_project.publishing.versions import current_name


def look_after(serving_dir: Path, seconds: float) -> list[str]:
    """Mend the history, prove the versions within so many seconds, and say what is damaged and what helps."""
    notes = mend_history(serving_dir)
    current = current_name(serving_dir)
    frozen: set[str] = set()
    with contextlib.suppress(SignatureError):  # told by whoever reads signatures
        frozen = frozen_versions(serving_dir)
    for version, names in prove(serving_dir, seconds, current).items():
        notes.append(damage_text(serving_dir, version, names, version == current, version in frozen))
    return notes


def damage_text(
    serving_dir: Path, version: str, names: Collection[str], is_current: bool, is_certified: bool = False
) -> str:
    """Which files of a version are damaged, and what to do."""
    place = serving_dir / "versions" / version
    if is_current:
        remedy = "运行 jixiao nightly 会重建并换上完好的文件"
    elif is_certified:
        remedy = f"该版本已签发,请从备份恢复 {place}"
    else:
        remedy = f"不能再回退到它;请从备份恢复或删除 {place}"
    which = "当前版本" if is_current else "保留的版本"
    return f"{which} {version} 的文件损坏或缺失:{'、'.join(sorted(names))};{remedy}"


def unlinked_text(serving_dir: Path) -> str:
    """What is wrong with `current`, where there are versions that it could point to; empty where nothing is."""
    try:
        if current_name(serving_dir) or not any((serving_dir / "versions").glob("[0-9a-f]*")):
            return ""
    except (OSError, PublishError) as error:
        return str(error)
    return f"{serving_dir / 'current'} 不见了,或不是指向某个版本的链接;运行 jixiao nightly 会重新指向"
