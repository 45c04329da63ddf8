"""Published versions: write, switch in one step, prove, mend, roll back. No Dagster objects here."""

from dagster_project.publishing.health import look_after
from dagster_project.publishing.history import history
from dagster_project.publishing.proof import DATABASE, PublishError, prove, verify
from dagster_project.publishing.signatures import SignatureError
from dagster_project.publishing.tables import built_as_of
from dagster_project.publishing.versions import (
    CHECK_RESULTS,
    FREE_TEXT,
    PublishedVersion,
    current_version,
    kept_version,
    publish,
    reading,
    rollback,
)

__all__ = [
    "CHECK_RESULTS",
    "DATABASE",
    "FREE_TEXT",
    "PublishError",
    "PublishedVersion",
    "SignatureError",
    "built_as_of",
    "current_version",
    "history",
    "kept_version",
    "look_after",
    "prove",
    "publish",
    "reading",
    "rollback",
    "verify",
]
