"""A published version without personal data, for documents: a copy of its tables where its free texts are clear."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from dagster_project.ingestion.sql import literal
from dagster_project.privacy.tables import Masking
from dagster_project.publishing.proof import MANIFEST
from dagster_project.publishing.versions import CHECK_RESULTS, DATABASE


def masked_copy(version_dir: Path, folder: Path, schemas: Sequence[str], masking: Masking) -> Path:
    """Copy what documents are made from, with its texts masked.

    Args:
        version_dir: a published version.
        folder: where the copy goes; it must not be there yet.
        schemas: those of the version.
        masking: says what is personal.
    """
    folder.mkdir()
    replacements = masking.replacements(version_dir / DATABASE, schemas)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(version_dir / DATABASE))} as clear (read_only)")
        connection.execute(f"attach {literal(str(folder / DATABASE))} as masked")
        instead = replacements.relations(connection, "clear")
        tables = connection.execute(
            "select schema_name || '/' || table_name from duckdb_tables() where database_name = 'clear' order by all"
        ).fetchall()
        for (name,) in tables:
            table = name.replace("/", ".")
            connection.execute(f"create schema if not exists masked.{table.partition('.')[0]}")
            connection.execute(f"create table masked.{table} as select * from {instead.get(name, f'clear.{table}')}")
    shutil.copyfile(version_dir / MANIFEST, folder / MANIFEST)
    if (version_dir / CHECK_RESULTS).is_file():
        told = (version_dir / CHECK_RESULTS).read_text(encoding="utf-8")
        (folder / CHECK_RESULTS).write_text(masking.masked_results(told), encoding="utf-8")
    return folder
