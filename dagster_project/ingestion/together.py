"""Land several small files of the same ledgers together: to prepare and start a query costs more than to run it over a few hundred rows.

Only what goes well happens here. A file at which anything is unusual lands alone, by `pending`, and is judged there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.ingestion.land_file import landed
from dagster_project.ingestion.pending import Pending
from dagster_project.ingestion.small_sheet import SheetOfSeveral
from dagster_project.ingestion.submissions import Submission

JUDGED = "judged_together"


def land_together(
    jobs: Sequence[Pending], connection: duckdb.DuckDBPyConnection, landing_dir: Path
) -> list[Submission | None]:
    """Land small files of the same ledgers; returns their log entries, not yet numbered, None for each that has to land alone.

    Args:
        jobs: the files, none of them read before.
        connection: of whose temporary tables nobody needs the content.
        landing_dir: where Parquet goes.
    """
    sheets: dict[int, SheetOfSeveral] = {}
    alike: list[list[int]] = []
    for place, job in enumerate(jobs):
        try:
            sheet = job.opened(connection, landing_dir)
            places = next((each for each in alike if sheets[each[0]].likeness == sheet.likeness), None)
            if places is None:
                alike.append(places := [])
            places.append(place)
            sheets[place] = sheet
        except Exception:  # noqa: S112 - whatever it is, it is told when the file lands alone
            continue
    entries: list[Submission | None] = [None] * len(jobs)
    for places in alike:
        try:
            _judge(connection, {place: sheets[place] for place in places})
        except Exception:  # noqa: S112
            continue
        for place in places:
            try:
                entries[place] = landed(sheets[place], landing_dir, jobs[place].control)
            except Exception:  # noqa: S112
                continue
    return entries


def _judge(connection: duckdb.DuckDBPyConnection, sheets: Mapping[int, SheetOfSeveral]) -> None:
    """Judge the rows of sheets that read alike; each sheet then knows where its own are."""
    cells = [sheet.cells_at(place) for place, sheet in sheets.items()]
    first = next(iter(sheets.values()))
    checks = first.checks.of_several([sheet.checks for sheet in sheets.values()])
    connection.register("cells", pa.concat_tables(cells))
    connection.execute(f"create or replace temp table looked_at as {checks.looked_at(first.table.relation)}")
    doubts = checks.doubts(connection, "looked_at")
    judged = checks.landed_rows("looked_at", doubts, "", "")
    connection.execute(f"create or replace temp table {JUDGED} as {judged}")
    connection.unregister("cells")
    for place, sheet in sheets.items():
        sheet.place, sheet.judged = place, JUDGED
