"""A night of the command line is watched: however it ends, the heartbeat is written and what changed is told."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dagster_project.console import Refusal, err
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.unread import DropError
from dagster_project.monitoring.night_end import NightEnd, Outcome
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.building.night import NightlyResult


class Watch:
    """What is known of a night while it goes on."""

    def __init__(self) -> None:
        self.is_not_ours = False
        self.is_recorded = True
        self.began_at = dt.datetime.now(SHANGHAI)
        self._outcome: Outcome | None = None
        self._reasons: tuple[str, ...] = ()
        self._version = ""
        self._run_id = ""

    def ended(self, result: NightlyResult) -> None:
        """The night came to an end of its own."""
        self._outcome = "failed" if not result.success else "published" if result.is_new_version else "quiet"
        self._reasons = () if result.success else tuple(result.failures) or ("没有说明原因,请看运行记录",)
        self._version = result.version or ""
        self._run_id = result.run_id

    def failed(self, reason: str) -> None:
        """The system did not let it go on."""
        self._outcome, self._reasons = "failed", (reason,)

    def refused(self, reason: str) -> None:
        """It could not begin."""
        self._outcome, self._reasons = "refused", (reason,)

    def end(self) -> NightEnd | None:
        """How it ended; None where it was broken off by hand, or is not ours to tell of."""
        if self._outcome is None or self.is_not_ours:
            return None
        now = dt.datetime.now(SHANGHAI)
        return NightEnd(
            "command",
            self.began_at,
            now,
            self._outcome,
            self._reasons,
            self._version,
            self._run_id,
            is_recorded=self.is_recorded,
        )


@contextlib.contextmanager
def watched_night(settings: Settings, is_look_back: bool) -> Iterator[Watch]:
    """Watch what happens in the block. A look back is no night: nobody hears of it, and nothing is noted.

    What raises goes on as it came: faults of the contracts or the drop, and the end of the command with its exit code.
    """
    watch = Watch()
    try:
        yield watch
    except Refusal as error:
        watch.refused(error.message)
        raise
    except ValueError as error:
        from dagster_project.contracts import ContractError

        if isinstance(error, ContractError | DropError):
            watch.refused(str(error))
        raise
    finally:
        end = watch.end()
        if end and not is_look_back:
            from dagster_project.monitoring.after_a_night import after_a_night

            for note in after_a_night(settings, end):
                err.print(note, style="yellow")
