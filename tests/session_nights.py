"""What tests of several modules look at: nights that run once in a session, and the UI.

Tests must not change what they are given: `Warehouse.copy_to` makes a copy that they may.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from filelock import FileLock
from sample_warehouse import Warehouse, rows
from ui_server import RunningUi, running_ui

from dagster_project.nightly_run import NightlyRun
from dagster_project.publishing import current_version
from dagster_project.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:  # whoever runs a unit test waits for nothing that only nights need
    from oracle.offices import Base
    from planted_faults import Changed

OF_THE_SESSION = "of_the_session"
"""Every other folder under pytest's own is a module's and goes with it."""
LOOKED_BACK_AT = "2023-07-31"
Made = TypeVar("Made")


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all test processes of a session share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / OF_THE_SESSION
    folder.mkdir(exist_ok=True)
    return folder


def once(folder: Path, name: str, make: Callable[[Path], Made]) -> Made:
    """What ``make`` returns of an empty folder of its own: of several test processes the first calls it and the others wait."""
    made = folder / f"{name}.pickle"
    with FileLock(folder / f"{name}.lock"):
        if not made.exists():
            own = folder / name
            shutil.rmtree(own, ignore_errors=True)  # of a test process that failed to make it
            own.mkdir()
            made.write_bytes(pickle.dumps(make(own)))
        found: Made = pickle.loads(made.read_bytes())
        return found


@pytest.fixture(scope="session")
def sample(session_folder: Path) -> Warehouse:
    """The shipped sample after its first night."""

    def night(folder: Path) -> Warehouse:
        settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=folder / "build")
        return Warehouse(settings, NightlyRun(settings).execute(lambda text: None))

    return once(session_folder, "sample", night)


@dataclass(frozen=True)
class Told:
    """A night of the command line on a copy of the sample: its exit code, and what it printed."""

    office: Warehouse
    code: int
    text: str


def command_line_night(office: Warehouse, *arguments: str) -> Told:
    """One more night of the command line."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return Told(office, *office.cli(monkeypatch, "nightly", *arguments))


@dataclass(frozen=True)
class LookBack(Told):
    """A look back, and the version that it kept."""

    version: str

    @property
    def published(self) -> Path:
        return self.office.settings.serving_dir / "versions" / self.version / "published.duckdb"


@pytest.fixture(scope="session")
def looked_back(sample: Warehouse, session_folder: Path) -> LookBack:
    """A look back at the last day of July 2023, on a copy of the sample."""

    def night(folder: Path) -> LookBack:
        office = sample.copy_to(folder, sample.settings.raw_dir)
        told = command_line_night(office, "--as-of", LOOKED_BACK_AT)
        versions = {path.name for path in (office.settings.serving_dir / "versions").glob("[0-9a-f]*")}
        (version,) = versions - {current_version(office.settings.serving_dir).version}
        return LookBack(told.office, told.code, told.text, version)

    return once(session_folder, "looked_back", night)


@dataclass(frozen=True)
class OnePayment:
    """The sample after a night on which one payment had been changed."""

    office: Warehouse
    payment: Changed
    more: Decimal


@pytest.fixture(scope="session")
def one_payment_changed(sample: Warehouse, session_folder: Path) -> OnePayment:
    """A payment of May 2023 that nothing refunds is 1,000.01 yuan less."""
    from planted_faults import MAY, change_payment

    def night(folder: Path) -> OnePayment:
        own = sample.copy_to(folder)
        ((voucher,),) = rows(
            sample.published,
            """
            select voucher_no from marts.fct_payments
            where fiscal_year = 2023 and department_code = '101001' and extract(month from cleared_on) = 5 and amount_yuan between 2000 and 9000
                and voucher_no not in (select original_voucher_no from marts.fct_payments where original_voucher_no is not null)
            order by voucher_no limit 1
            """,
        )
        more = Decimal("-1000.01")
        payment = change_payment(own.settings.raw_dir, MAY, voucher, lambda amount: amount + more)
        return OnePayment(Warehouse(own.settings, own.run_again()), payment, more)

    return once(session_folder, "one_payment_changed", night)


@dataclass(frozen=True)
class Stopped(Told):
    """A night that the checks before publishing stopped, and the row of the payment that is among the faults."""

    payment: Changed


@pytest.fixture(scope="session")
def stopped(sample: Warehouse, session_folder: Path) -> Stopped:
    """Three faults of one department in three ledgers, and no news of any other department."""
    import planted_faults

    def night(folder: Path) -> Stopped:
        office = sample.copy_to(folder)
        raw = office.settings.raw_dir
        planted_faults.project_in_yuan(raw)
        planted_faults.case_closed_before_it_was_submitted(raw)
        payment = planted_faults.payment_in_yuan(raw)
        told = command_line_night(office)
        return Stopped(told.office, told.code, told.text, payment)

    return once(session_folder, "stopped", night)


@pytest.fixture(scope="session")
def corrected(sample: Warehouse, session_folder: Path) -> Warehouse:
    """The sample after a night with reviews of the year, an account that differs by a fen, final accounts with an
    amount in the wrong class, and a contract that nobody paid."""
    import planted_faults

    def night(folder: Path) -> Warehouse:
        own = sample.copy_to(folder)
        raw = own.settings.raw_dir
        planted_faults.reviews_handed_in(raw)
        planted_faults.account_differs_by_a_fen(raw)
        planted_faults.final_accounts_in_the_wrong_class(raw)
        planted_faults.contract_that_nobody_paid(raw)
        result = own.run_again()
        assert result.success, result.failures
        return Warehouse(own.settings, result)

    return once(session_folder, "corrected", night)


@pytest.fixture(scope="session")
def office_of_seed(sample: Warehouse, session_folder: Path) -> Callable[[int], Base]:
    """The office that a seed makes, with every table, made from the sample's."""
    from oracle.offices import Base, changed_office, every_model, simulate

    def of(seed: int) -> Base:
        def office(folder: Path) -> Base:
            simulate(seed, folder / "raw")
            base = Base.of(sample.settings)
            return changed_office(base, folder / "raw", folder, wanted=every_model(base))

        return once(session_folder, f"seed{seed}", office)

    return of


@pytest.fixture(scope="session")
def documented(sample: Warehouse, session_folder: Path) -> Warehouse:
    """A copy of the sample with the documents of 2023, written by the command line."""

    def written(folder: Path) -> Warehouse:
        office = sample.copy_to(folder, sample.settings.raw_dir)
        with pytest.MonkeyPatch.context() as monkeypatch:
            code, text = office.cli(monkeypatch, "evaluate", "2023", "--documents")
        assert code == 0, text
        return office

    return once(session_folder, "documented", written)


@pytest.fixture(scope="module")
def ui(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """`jixiao ui` as it starts without settings, on a copy of the sample. Tests may launch runs that land files.

    It ends with the module: its daemon looks for files as long as it lives, beside the tests of others.
    """
    folder = tmp_path_factory.mktemp("ui")
    with running_ui(sample.copy_to(folder).settings, folder / "ui.log") as running:
        yield running
