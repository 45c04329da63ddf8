"""What Dagster shows with each table that was built: rows and their change, what each column is made of, the first rows that readers have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliInvocation

from dagster_project.asset_pages.counts import change_text, counts_before
from dagster_project.asset_pages.preview import previews
from dagster_project.defs.following import WarehouseTranslator
from dagster_project.publishing import PublishError, current_version
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

CHANGE, PREVIEW = "行数变化", "预览"
COUNTED = re.compile(r"(?:OK|CREATE|INSERT) (\d+)")
"""How dbt says how many rows a table (`dbt/macros/materializations/table.sql`) or a seed has."""


class Described:
    """What is to be shown of tables while they are built: what readers had is read once, at the beginning."""

    def __init__(self, translator: WarehouseTranslator, settings: Settings):
        self._translator = translator
        self._tables = {key.to_python_identifier(): table for table, key in translator.keys.items()}
        self._before = counts_before(settings.serving_dir)
        self._version = ""
        self._previews: Mapping[str, str] = {}
        try:
            version = current_version(settings.serving_dir)
            self._previews, self._version = previews(version), version.version
        except (PublishError, duckdb.Error, OSError):
            pass  # nothing was published, or it is damaged: this build mends it, and shows no rows

    def events(self, invocation: DbtCliInvocation) -> Iterator[Any]:
        """The events of a build as they come, each table with what is to be shown of it."""
        for told in invocation.stream_raw_events():
            data = told.raw_event["data"]
            for event in told.to_default_asset_events(
                invocation.manifest,
                invocation.dagster_dbt_translator,
                invocation.context,
                invocation.target_path,
                invocation.project,
            ):
                if isinstance(event, dg.Output) and (table := self._tables.get(event.output_name)):
                    more = self._of(table, " ".join(str(data.get(name, "")) for name in ("status", "result_message")))
                    yield dg.Output(value=None, output_name=event.output_name, metadata={**event.metadata, **more})
                else:
                    yield event

    def _of(self, table: str, status: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if counted := COUNTED.search(status):
            count = int(counted[1])
            told["dagster/row_count"] = count
            if self._before and table.split(".")[0] in PUBLISHED_SCHEMAS:
                told[CHANGE] = change_text(count, self._before.get(table))
        if columns := self._translator.lineage.get(table):
            told["dagster/column_lineage"] = dg.TableColumnLineage(
                {column: list(map(self._dep, sources)) for column, sources in columns.items()}
            )
        if preview := self._previews.get(table):
            told[PREVIEW] = dg.MetadataValue.md(f"读者现有版本 {self._version} 的前几行:\n\n{preview}")
        return told

    def _dep(self, source: str) -> dg.TableColumnDep:
        table, _, column = source.rpartition(".")
        return dg.TableColumnDep(self._translator.keys[table], column)
