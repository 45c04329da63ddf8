"""The evidence pack of a year: how it is written, and what verifies it."""

from dagster_project.reporting.pack.tables import table_csv
from dagster_project.reporting.pack.write import PackError, write_packs

__all__ = ["PackError", "table_csv", "write_packs"]
