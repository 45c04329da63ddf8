"""Published versions: write, switch in one step, prove, mend, roll back. No Dagster objects here."""

from dagster_project.publishing.history import history, mend_history
from dagster_project.publishing.proof import PublishError, prove, verify
from dagster_project.publishing.signatures import SignatureError
from dagster_project.publishing.tables import built_as_of
from dagster_project.publishing.versions import (
    CHECK_RESULTS,
    PublishedVersion,
    current_version,
    kept_version,
    publish,
    reading,
    rollback,
)

__all__ = [
    "CHECK_RESULTS",
    "PublishError",
    "PublishedVersion",
    "SignatureError",
    "built_as_of",
    "current_version",
    "history",
    "kept_version",
    "mend_history",
    "prove",
    "publish",
    "reading",
    "rollback",
    "verify",
]
