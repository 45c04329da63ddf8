"""Published versions: write, switch in one step, roll back. No Dagster objects here."""

from dagster_project.publishing.versions import (
    PublishedVersion,
    PublishError,
    current_version,
    history,
    publish,
    rollback,
    verify,
)

__all__ = ["PublishError", "PublishedVersion", "current_version", "history", "publish", "rollback", "verify"]
