"""The distinct rows of landed files as hashes, read once a run, so that one file is held against all others at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np

from dagster_project.contracts import Column
from dagster_project.ingestion.sql import literals, quoted
from dagster_project.ingestion.typing_sql import sql_type

Hashes = np.ndarray
"""Hashes of 64 bits, sorted, each once."""


class RowHashes:
    """What files hold in some columns: of a file that many others are held against, the Parquet is read once and not for each of them."""

    def __init__(self, path_of: Callable[[str], Path]):
        """``path_of`` gives the Parquet of a submission by its id."""
        self._path_of = path_of
        self._known: dict[tuple[str, ...], dict[str, Hashes]] = {}

    def common(
        self,
        connection: duckdb.DuckDBPyConnection,
        submission: str,
        others: Sequence[str],
        columns: Sequence[Column],
    ) -> np.ndarray:
        """How many distinct accepted rows of a submission each of the others holds too, by these columns.

        Args:
            connection: that reads Parquet.
            submission: the id of the submission.
            others: the ids of those that it is held against, at least one.
            columns: that all files have; blanks are equal to blanks.
        """
        known = self._known.setdefault(tuple(column.name for column in columns), {})
        if missing := [each for each in (submission, *others) if each not in known]:
            known |= self._read(connection, missing, columns)
        own, theirs = known[submission], [known[each] for each in others]
        if not len(own):
            return np.zeros(len(others), int)
        rows = np.concatenate(theirs)
        of_file = np.repeat(np.arange(len(others)), [len(each) for each in theirs])
        places = np.minimum(np.searchsorted(own, rows), len(own) - 1)
        return np.bincount(of_file[own[places] == rows], minlength=len(others))

    def _read(
        self, connection: duckdb.DuckDBPyConnection, submissions: Sequence[str], columns: Sequence[Column]
    ) -> dict[str, Hashes]:
        paths = [str(self._path_of(each)) for each in submissions]
        # As the contract types them now: an earlier one may have landed them otherwise.
        values = ", ".join(f"cast({quoted(column.name)} as {sql_type(column)})" for column in columns)
        found = connection.execute(
            f"""
            select distinct filename, hash({values}) as row_hash
            from read_parquet([{literals(paths)}], union_by_name = true, filename = true) where _status = 'accepted'
            """
        ).to_arrow_table()
        files, hashes = found.column("filename").combine_chunks().dictionary_encode(), found.column("row_hash")
        codes, rows = files.indices.to_numpy(zero_copy_only=False), hashes.to_numpy()
        order = np.lexsort((rows, codes))
        parts = np.split(rows[order], np.flatnonzero(np.diff(codes[order])) + 1)
        names = files.dictionary.to_pylist()  # none where no row was accepted
        read = {Path(name).stem: part for name, part in zip(names, parts, strict=False)}
        return {each: read.get(each, np.zeros(0, np.uint64)) for each in submissions}
