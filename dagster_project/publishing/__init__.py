"""Published versions: write, switch in one step, roll back. No Dagster objects here."""

from dagster_project.publishing.signatures import SignatureError
from dagster_project.publishing.versions import (
    CHECK_RESULTS,
    PublishedVersion,
    PublishError,
    current_version,
    history,
    kept_version,
    publish,
    rollback,
    verify,
)

__all__ = [
    "CHECK_RESULTS",
    "PublishError",
    "PublishedVersion",
    "SignatureError",
    "current_version",
    "history",
    "kept_version",
    "publish",
    "rollback",
    "verify",
]
