"""Damaged files: refused with a reason, or every row and cell is accounted for; the account itself notices what is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from benchmarks.damage.ledgers import KINDS, Kind
from benchmarks.damage.trial import LONGEST_SECONDS, try_kind
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.read_csv import DelimitedText

FIRST_SEED = 12_000
FILES_PER_KIND = 29
CSV = KINDS[0]
HERE = Limits(processes=0)
"""What a test breaks in its own process, another would not know."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_row_and_cell_of_a_damaged_file_is_accounted_for(kind: Kind, tmp_path: Path) -> None:
    outcome = try_kind(kind, range(FIRST_SEED, FIRST_SEED + FILES_PER_KIND), tmp_path)
    assert outcome.unaccounted == []
    assert outcome.stopped == 0
    assert outcome.slowest_seconds < LONGEST_SECONDS


def test_a_reader_that_loses_a_row_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(self: DelimitedText, batch: pa.RecordBatch, numbers: Any, regular: Any = DelimitedText._regular) -> Any:
        return regular(self, batch, numbers).slice(1)

    monkeypatch.setattr(DelimitedText, "_regular", losing)
    outcome = try_kind(CSV, range(FIRST_SEED, FIRST_SEED + 10), tmp_path, HERE)
    assert len(outcome.unaccounted) > outcome.refused


def test_a_reader_that_loses_a_cell_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(self: DelimitedText, batch: pa.RecordBatch, numbers: Any, regular: Any = DelimitedText._regular) -> Any:
        read = regular(self, batch, numbers)
        place = read.schema.names.index("subject")
        return read.set_column(place, "subject", pa.array(["别的事项", *read.column(place).to_pylist()[1:]]))

    monkeypatch.setattr(DelimitedText, "_regular", losing)
    outcome = try_kind(CSV, range(FIRST_SEED, FIRST_SEED + 10), tmp_path, HERE)
    assert outcome.unaccounted
