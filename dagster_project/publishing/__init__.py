"""Published versions: write, switch in one step, roll back. No Dagster objects here."""

from dagster_project.publishing.signatures import SignatureError
from dagster_project.publishing.versions import (
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
