"""What only the office reads stays with the office: modes, work folders after a kill, links out of the drop, the warehouse file alone."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from ledger_files import CONTRACTS, PAYMENT_FILE, Office, payment_cells, payments_text
from sample_warehouse import Warehouse

from dagster_project.private_files import work_folder
from dagster_project.publishing import current_version
from dagster_project.settings import PROJECT_ROOT

SECRET = "6222021234567890"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, {"payments": CONTRACTS["payments"]})


def modes(folder: Path) -> dict[str, int]:
    """The permission bits that others have on a folder and everything in it."""
    return {
        path.relative_to(folder.parent).as_posix(): stat.S_IMODE(path.lstat().st_mode) & 0o077
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


@pytest.mark.attack(
    area="privacy",
    attack="another user of the machine reads the landing zone, whatever the umask of the night",
    holds="folders are 700 and files 600",
)
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_landed_is_closed_to_others(umask: int, office: Office) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), payment_cells(2, amount_yuan="x")]))
    before = os.umask(umask)
    try:
        office.land()
    finally:
        os.umask(before)
    assert not {name: mode for name, mode in modes(office.landing).items() if mode}


@pytest.mark.attack(
    area="privacy",
    attack="another user reads what a whole night leaves: warehouse, logs, results of checks, Dagster's storage",
    holds="nothing but published versions is open, and those are",
)
def test_a_night_leaves_nothing_open_but_what_is_published(sample: Warehouse) -> None:
    for place in sample.settings.private_places:
        if place.exists():
            assert stat.S_IMODE(place.stat().st_mode) & 0o077 == 0, place
    version = current_version(sample.settings.serving_dir).path
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in (version, *version.rglob("*")))
    assert sample.settings.build_dir.stat().st_mode & 0o055 == 0o055


@pytest.mark.attack(
    area="privacy",
    attack="the warehouse file is taken away without the landing zone",
    holds="staging and what lies between hold no rows in it, and no value of a personal column is among its bytes or tables",
)
def test_the_warehouse_file_alone_holds_no_staging(sample: Warehouse, tmp_path: Path) -> None:
    copy = tmp_path / "warehouse.duckdb"
    copy.write_bytes(sample.settings.warehouse_path.read_bytes())
    with duckdb.connect(str(copy), read_only=True, config={"enable_external_access": False}) as connection:
        kept = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        layers = ("staging.", "intermediate.", "failures.")
        # The log, which submissions count, what is owed and what became of it, and what scores are made of: they say which
        # files were handed in, with how many rows, and what figures follow, and hold no row of them.
        assert {name for (name,) in kept if name.startswith(layers)} == {
            "staging.stg_quality__submissions",
            "staging.stg_quality__current_submissions",
            "staging.stg_quality__answered_rows",
            "intermediate.int_coverage__owed_periods",
            "intermediate.int_coverage__ledger_periods",
            "intermediate.int_evaluation__component_inputs",
            "intermediate.int_evaluation__component_points",
        }
        with pytest.raises(duckdb.Error):
            connection.execute("select deputy_name from staging.stg_deputies__deputies").fetchall()
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        personal = duckdb.sql(
            f"""select distinct payee_account from read_parquet('{sample.settings.landing_dir}/payments/*.parquet', union_by_name = true)
            where payee_account is not null"""
        ).fetchall()
        assert len(personal) > 100
        for (table,) in tables:
            columns = [
                name for name, kind, *_ in connection.execute(f"describe {table}").fetchall() if kind == "VARCHAR"
            ]
            for column in columns:
                query = f"select count(*) from {table} where {column} in (select unnest(?))"
                assert connection.execute(query, [[value for (value,) in personal]]).fetchone() == (0,), (
                    f"{table}.{column}"
                )


def outside_file(folder: Path) -> Path:
    path = folder / "outside" / "2023年01月.csv"
    path.parent.mkdir()
    path.write_text(payments_text([payment_cells(1, payee_account=SECRET)]), encoding="utf-8")
    return path


@pytest.mark.attack(
    area="privacy",
    attack="a link in the drop leads out of it: to a file or a folder, absolute, through .., in a chain, out and in again",
    holds="refused by name, nothing of the file is read; links that stay in the drop are followed",
)
@pytest.mark.parametrize("kind", ["file", "relative", "folder", "chain", "link_in_linked_folder", "dangling"])
def test_a_link_out_of_the_drop_is_refused_by_name(kind: str, office: Office, tmp_path: Path) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    outside = outside_file(tmp_path)
    folder = office.raw / "payments/2023"
    link = folder / "2023年07月.csv"
    if kind == "file":
        link.symlink_to(outside.absolute())
    elif kind == "relative":
        link.symlink_to(os.path.relpath(outside, folder))
    elif kind == "folder":
        link = office.raw / "payments/2022"
        link.symlink_to(outside.parent)
    elif kind == "chain":
        (office.raw / "second").symlink_to(outside)
        (folder / "first").symlink_to("../../second")
        link.symlink_to("first")
    elif kind == "link_in_linked_folder":
        inner = outside.parent / "inner"
        inner.mkdir()
        (inner / "2023年07月.csv").symlink_to(office.raw / PAYMENT_FILE)
        link = office.raw / "payments/2022"
        link.symlink_to(inner)
    else:
        link.symlink_to(tmp_path / "not-there.csv")
    report = office.land()
    assert [entry.file for entry in report.entries] == [PAYMENT_FILE]
    told = {unread.name: unread.text for unread in report.unread}
    assert "链接指向报送文件夹之外" in told[link.relative_to(office.raw).as_posix()]
    assert not any(SECRET.encode() in path.read_bytes() for path in office.landing.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


WRITE = """
import sys
from pathlib import Path
from dagster_project.publishing import current_version
from dagster_project.reporting.documents import documents_of_year
from dagster_project.settings import Settings
settings = Settings(raw_dir=Path(sys.argv[1]), build_dir=Path(sys.argv[2]))
documents_of_year(settings, current_version(settings.serving_dir), 2023)
"""


@pytest.mark.slow
@pytest.mark.attack(
    area="privacy",
    attack="kill -9 while the documents of a year are written, at many moments",
    holds="the folder holds the old set or the new one; nothing in the temporary folder of the system; the next start clears the rest",
    only_here=True,
)
def test_a_kill_leaves_one_whole_set_of_documents_and_nothing_lying_about(sample: Warehouse, tmp_path: Path) -> None:
    copy = sample.copy_to(tmp_path, raw_dir=sample.settings.raw_dir)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    arguments = [sys.executable, "-c", WRITE, str(copy.settings.raw_dir), str(copy.settings.build_dir)]
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(PROJECT_ROOT),
        "MPLCONFIGDIR": str(tmp_path),
    }
    began = time.monotonic()
    subprocess.run(arguments, env=environment, check=True)
    seconds = time.monotonic() - began
    folder = copy.settings.reports_dir / "2023" / copy.settings.department_code
    new = contents(folder)
    for path in folder.iterdir():
        path.write_text("old")
    (folder / "note of a clerk.txt").write_text("kept")
    old = contents(folder)
    killed = 0
    for part in (0.3, 0.5, 0.7, 0.8, 0.9, 0.97):
        process = subprocess.Popen(arguments, env=environment)
        try:
            process.wait(seconds * part)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        note = {"note of a clerk.txt": old["note of a clerk.txt"]}
        assert contents(folder) in (old, new | note), part
        assert not list(temporary.rglob("*"))
    assert killed >= 3
    with work_folder(copy.settings.work_dir):
        assert len([path for path in copy.settings.work_dir.iterdir() if path.is_dir()]) == 1
