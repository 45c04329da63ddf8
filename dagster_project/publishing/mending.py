"""A damaged version gets whole files again, one rename each: who reads another of its files goes on reading."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from dagster_project.aside import put_aside
from dagster_project.publishing.proof import MANIFEST, WRITTEN_BESIDE, PublishError, read_manifest, write_manifest


def mend_version(target: Path, fresh: Path, broken: Sequence[str], aside: Path) -> None:
    """Replace the broken files of a version by those of the same content, just written.

    Whole files stay as they are, also results of checks that were noted at another time. A manifest that cannot be read
    proves nothing of its files, and then all of them are replaced.

    Args:
        target: the folder of the version.
        fresh: a folder with the same version, complete; its files are moved away.
        broken: the names of the damaged files of ``target``.
        aside: where damaged files go.
    """
    told = json.loads((fresh / MANIFEST).read_bytes())
    try:
        kept = read_manifest(target)
    except PublishError:
        put_aside(target, aside)
        os.replace(fresh, target)
        return
    for name in broken:
        if os.path.lexists(target / name):
            put_aside(target / name, aside)
        if name == WRITTEN_BESIDE or name not in told["sha256"]:
            kept["sha256"].pop(name, None)
            continue
        if (target / name).parent.is_dir():
            os.replace(fresh / name, target / name)
            kept["sha256"][name] = told["sha256"][name]
        else:  # a whole folder is gone, or something else stands in its place
            put_aside(target, aside)
            os.replace(fresh, target)
            return
    write_manifest(target, kept)
