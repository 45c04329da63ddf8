"""What stops a step, in words: the run page, the command line and the alerts say the same line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.building.landed import LandedError
from dagster_project.building.one_at_a_time import BuildingElsewhere
from dagster_project.building.plain_words import plain
from dagster_project.contracts import ContractError
from dagster_project.ingestion.unread import DropError
from dagster_project.publishing import PublishError, SignatureError
from dagster_project.quality.check_results import NotChecked

SAID = (BuildingElsewhere, ContractError, DropError, LandedError, NotChecked, PublishError, SignatureError)
"""Errors whose message is written for people already."""


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Turn what the project or the system does not let a step do into a failure that says so, and no more.

    Raises:
        dg.Failure: with the message; a mistake of the program goes on as it came, with its stack trace.
    """
    try:
        yield
    except SAID as error:
        raise dg.Failure(str(error)) from None
    except (OSError, duckdb.OperationalError) as error:
        raise dg.Failure(plain(str(error))) from None
