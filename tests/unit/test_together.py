"""Small files that land together land as each would alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from dagster_project.contracts import load_contracts
from dagster_project.ingestion import together
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.pending import Pending
from dagster_project.ingestion.plan import Plan
from dagster_project.ingestion.scope import Scope
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.ingestion.zone import workplace, write_schemas
from dagster_project.settings import Settings

WITHOUT_TIME = {"landed_at": ""}


def landed(folder: Path, processes: int) -> tuple[list[Submission], Path]:
    """The log entries of the shipped sample, read one by one (0 processes) or together, and where it landed."""
    settings = Settings()
    land_drop(
        settings.raw_dir,
        folder,
        load_contracts(settings.contracts_dir),
        settings.department_code,
        keeping=Keeping(originals_years=0),
        limits=Limits(processes=processes),
    )
    return [replace(entry, **WITHOUT_TIME) for entry in SubmissionLog(folder / LOG_NAME).entries], folder


@pytest.mark.slow
def test_every_file_of_the_sample_lands_together_as_it_does_alone(tmp_path: Path) -> None:
    alone, folder = landed(tmp_path / "alone" / "landing", processes=0)
    several, other = landed(tmp_path / "together" / "landing", processes=2)
    assert several == alone  # with the SHA-256 of what landed and of its findings
    files = sorted(path.relative_to(folder) for path in folder.rglob("*.parquet"))
    assert files == sorted(path.relative_to(other) for path in other.rglob("*.parquet"))
    assert len(alone) > 200


def test_every_file_of_the_sample_goes_with_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, landing = Settings(), tmp_path / "landing"
    contracts = load_contracts(settings.contracts_dir)
    landing.mkdir()
    workplace(landing).mkdir()
    write_schemas(landing, contracts.values())
    plan = Plan(settings.raw_dir, landing, contracts, settings.department_code, {}, Keeping(), Scope())
    by_ledger: dict[str, list[Pending]] = {}
    for job in plan.pending:
        by_ledger.setdefault(job.file.contract.ledger, []).append(job)
    sizes: list[int] = []
    judge = together._judge
    monkeypatch.setattr(
        together, "_judge", lambda connection, sheets: (sizes.append(len(sheets)), judge(connection, sheets))
    )
    with duckdb.connect() as connection:
        for jobs in by_ledger.values():
            entries = together.land_together(jobs, connection, landing)
            assert None not in entries, jobs[entries.index(None)].file.name
    assert sum(sizes) == len(plan.pending)
    assert len(sizes) < len(plan.pending) / 3


def test_a_refused_file_is_left_to_land_alone(tmp_path: Path) -> None:
    settings, landing, raw = Settings(), tmp_path / "landing", tmp_path / "raw" / "payments" / "2023"
    contracts = load_contracts(settings.contracts_dir)
    landing.mkdir()
    workplace(landing).mkdir()
    write_schemas(landing, contracts.values())
    raw.mkdir(parents=True)
    for month in ("01", "02", "03"):
        name = f"2023年{month}月国库集中支付明细.csv"
        (raw / name).write_bytes((settings.raw_dir / "payments" / "2023" / name).read_bytes())
    (raw / "2023年02月国库集中支付明细.csv").write_bytes("一行没有表头的文字\n".encode())
    plan = Plan(raw.parents[1], landing, contracts, settings.department_code, {}, Keeping(), Scope())
    with duckdb.connect() as connection:
        entries = together.land_together(plan.pending, connection, landing)
    assert [entry is None for entry in entries] == [False, True, False]
