"""The last steps by which the current version came about, each held against the one before it."""

from __future__ import annotations

import itertools

from dagster_project.portal.reading import Change
from dagster_project.publishing import PublishedVersion, PublishError, history, kept_version
from dagster_project.publishing.differences import differences
from dagster_project.settings import Settings

SHOWN_CHANGES = 3
"""So many steps from version to version are compared."""


def version_changes(settings: Settings, version: PublishedVersion) -> list[Change]:
    """The steps by which the current version came about, the last one first."""
    names = [entry["version"] for entry in history(settings.serving_dir)]
    if version.version in names:
        names = names[: len(names) - names[::-1].index(version.version)]
    steps = [(old, new) for old, new in itertools.pairwise(names) if old != new][::-1][:SHOWN_CHANGES]
    found = []
    for old, new in steps:
        try:
            found.append(
                Change(
                    new,
                    old,
                    differences(kept_version(settings.serving_dir, old), kept_version(settings.serving_dir, new)),
                )
            )
        except PublishError:
            found.append(Change(new, old, None))
    return found
