"""The evidence pack of a year: how it is written, and what verifies it."""

from dagster_project.reporting.pack.write import PackError, table_csv, write_packs

__all__ = ["PackError", "table_csv", "write_packs"]
