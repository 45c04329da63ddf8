"""Originals: how long they stay, and what holds them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest
from ledger_files import CONTRACTS, Office, payment_cells, payments_text

from dagster_project.building.retention import remove_old_originals
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.submissions import LOG_NAME, Submission
from dagster_project.publishing.signatures import SIGNATURES, append_signature, next_place
from dagster_project.settings import Settings

FILE = "payments/2023/2023年03月支付明细.csv"
OTHER = "payments/2023/2023年04月支付明细.csv"


@pytest.fixture
def night(tmp_path: Path) -> tuple[Settings, list[Submission]]:
    """A landing zone with a file that was saved over, one that was withdrawn, and one that stands."""
    office = Office(tmp_path, CONTRACTS)
    office.hand_in(OTHER, payments_text([payment_cells(9)]))
    first = office.land_one(FILE, payments_text([payment_cells(1)]))
    second = office.land_one(FILE, payments_text([payment_cells(1), payment_cells(2)]))
    withdrawn = office.land_one("payments/2023/2023年05月.csv", payments_text([payment_cells(5)]))
    (office.raw / withdrawn.file).unlink()
    office.land()
    return Settings(raw_dir=office.raw, build_dir=tmp_path, originals_years=2), [first, second, withdrawn]


def in_years(years: int) -> dt.datetime:
    now = dt.datetime.now().astimezone()
    return now.replace(year=now.year + years, day=min(now.day, 28)) + dt.timedelta(days=4)


def kept(settings: Settings) -> set[str]:
    return {path.stem for path in Originals(settings.build_dir / "originals").all()}


def test_an_original_goes_when_its_years_are_over_and_no_file_holds_it(
    night: tuple[Settings, list[Submission]],
) -> None:
    settings, (first, second, withdrawn) = night
    assert remove_old_originals(settings, in_years(1)) == [] and len(kept(settings)) == 4
    removed = {path.stem for path in remove_old_originals(settings, in_years(2))}
    assert removed == {first.sha256, withdrawn.sha256}
    assert second.sha256 in kept(settings) and len(kept(settings)) == 2


def test_an_original_that_a_certified_version_rests_on_stays(night: tuple[Settings, list[Submission]]) -> None:
    settings, (first, _, withdrawn) = night
    folder = settings.serving_dir / "versions" / "0123456789abcdef" / "quality"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy (select '{first.sha256}' as sha256) to '{folder / 'submissions.parquet'}'")
    certified = {"version": folder.parent.name, "role": "certified", "fiscal_year": 2023, "department_code": "101001"}
    append_signature(settings.serving_dir, lambda entries: {**next_place(entries), **certified})
    removed = {path.stem for path in remove_old_originals(settings, in_years(50))}
    assert removed == {withdrawn.sha256} and first.sha256 in kept(settings)


def test_nothing_is_removed_while_nobody_knows_what_is_certified(night: tuple[Settings, list[Submission]]) -> None:
    settings, _ = night
    settings.serving_dir.mkdir()
    (settings.serving_dir / SIGNATURES).write_text(json.dumps({"number": 1, "role": "certified"}) + "\n")
    with pytest.raises(Exception, match="签署"):
        remove_old_originals(settings, in_years(50))
    assert len(kept(settings)) == 4


def test_with_no_years_no_copy_is_left(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    office.hand_in(FILE, payments_text([payment_cells(1)]))
    (entry,) = land_drop(office.raw, office.landing, CONTRACTS, "101001", keeping=Keeping(originals_years=0)).entries
    assert entry.rows_accepted == 1 and not (tmp_path / "originals").exists()
    assert [path for path in office.landing.rglob("*") if entry.sha256 in path.name] == []
    assert (office.landing / LOG_NAME).is_file()
