"""Contracts for the files of the US DATA Act Broker give the counts that its owners expect of them."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ledger_files import DATA, Office, column, contract_of, query

from dagster_project.contracts import Contract
from dagster_project.ingestion.submissions import Submission

BROKER = DATA / "us_databroker"
ACCOUNT = {
    "transfer_agency": "allocationtransferagencyidentifier", "agency": "agencyidentifier", "first_year": "beginningperiodofavailability",
    "last_year": "endingperiodofavailability", "kind": "availabilitytypecode", "main": "mainaccountcode", "sub": "subaccountcode",
}  # fmt: skip
SHORT = {
    "transfer_agency": "allocation_transfer_agency", "agency": "agency_identifier", "first_year": "beginning_period_of_availa",
    "last_year": "ending_period_of_availabil", "kind": "availability_type_code", "main": "main_account_code", "sub": "sub_account_code",
}  # fmt: skip
"""The headers of a treasury account, as departments write them and as the broker's own extracts do."""
NEEDED = ("agency", "main", "sub")
APPROPRIATIONS = {
    "brought_forward_yuan": "budgetauthorityunobligatedbalancebroughtforward_fyb",
    "adjustments_yuan": "adjustmentstounobligatedbalancebroughtforward_cpe",
    "deobligations_yuan": "deobligationsrecoveriesrefundsbytas_cpe",
    "outlay_yuan": "grossoutlayamountbytas_cpe",
    "obligations_yuan": "obligationsincurredtotalbytas_cpe",
    "status_yuan": "statusofbudgetaryresourcestotal_cpe",
}
"""What the owners require of an appropriation beside its account."""
MISSING = {*APPROPRIATIONS.values(), "agencyidentifier"}
"""The seven headers that `appropHeaderError.csv` lacks."""
ALIKE = {
    "budgetauthorityunobligatedbalancebroughtforward_fyb": "budgetauthorityunobligatedbalancebroughtforward",
    "obligationsincurredtotalbytas_cpe": "obligationsincurredtotal_cpe",
    "grossoutlayamountbytas_cpe": "outlayamountbytas_cpe",
}
"""Those for which the file has another header that may be meant; for the other four it has none."""


def contract_for(account: dict[str, str], amounts: dict[str, str], *, required: bool, **rest: Any) -> Contract:
    columns = [column(name, header, required=name in NEEDED) for name, header in account.items()]
    columns += [column(name, header, "money", required=required) for name, header in amounts.items()]
    columns += [column(name, header) for name, header in rest.items()]
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}]
    return contract_of(columns, files=files, key=[], duplicates="keep", supersede="append")


APPROPRIATION = contract_for(ACCOUNT, APPROPRIATIONS, required=True)
AWARD = contract_for(
    ACCOUNT, {"obligated_yuan": "transactionobligatedamount"}, required=False, piid="piid", fain="fain", uri="uri"
)


def landed(folder: Path, contract: Contract, name: str) -> tuple[Office, Submission]:
    office = Office(folder / name, {contract.ledger: contract})
    return office, office.land_one(f"sample/2023/{name}", (BROKER / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "valid", "faults"),
    [
        ("appropValid.csv", 10, []),
        ("appropTypeError.csv", 9, [(6, "status_yuan", "bad_amount")]),
        ("appropRequiredError.csv", 9, [(3, "status_yuan", "missing_value")]),
    ],
)
def test_as_many_rows_are_valid_as_the_owners_expect(
    name: str, valid: int, faults: list[tuple[int, str, str]], tmp_path: Path
) -> None:
    office, entry = landed(tmp_path, APPROPRIATION, name)
    assert (entry.rows_accepted, entry.rows_rejected, entry.rows_notes) == (valid, 10 - valid, 1)
    errors = [
        (f["row_number"], f["column_name"], f["rule"]) for f in office.findings(entry) if f["severity"] == "error"
    ]
    assert errors == faults


def test_of_a_file_with_faulty_headers_nothing_loads_and_all_seven_are_named(tmp_path: Path) -> None:
    office, entry = landed(tmp_path, APPROPRIATION, "appropHeaderError.csv")
    assert (entry.status, entry.rows_accepted) == ("refused", 0)
    (finding,) = office.findings(entry)
    assert finding["rule"] == "missing_columns"
    named = re.findall(r"(\w+_cpe|\w+_fyb|\w+identifier)(?:\(文件中有“(\w+)”;[^)]+\))?(?:、|$)", finding["message_zh"])
    assert {name for name, _ in named} == MISSING
    assert {name: header for name, header in named if header} == ALIKE


def test_the_obligations_of_awards_are_those_of_procurement_and_assistance(tmp_path: Path) -> None:
    office, entry = landed(tmp_path, AWARD, "awardFinancialValid.csv")
    assert entry.rows_rejected == 0
    rows = office.accepted(entry, "obligated_yuan", "piid")
    with (BROKER / "awardFinancialValid.csv").open(encoding="utf-8", newline="") as stream:
        assert len(rows) == len(list(csv.DictReader(stream)))
    procurement = sum((amount or 0 for amount, piid in rows if piid), Decimal(0))
    assistance = sum((amount or 0 for amount, piid in rows if not piid), Decimal(0))
    assert (procurement, assistance) == (8_000, 4_000)


def test_appropriations_and_their_activities_have_no_cross_errors(tmp_path: Path) -> None:
    """Rules A18 and A19 of the broker: outlays and obligations of an account are the sums over its activities."""
    by_account = contract_for(
        SHORT,
        {"outlay_yuan": "gross_outlay_amount_by_tas_cpe", "obligations_yuan": "obligations_incurred_total_cpe"},
        required=True,
    )  # fmt: skip
    by_activity = contract_for(
        SHORT,
        {"outlay_yuan": "gross_outlay_amount_by_pro_cpe", "obligations_yuan": "obligations_incurred_by_pr_cpe"},
        required=True,
    )  # fmt: skip
    accounts, account_entry = landed(tmp_path, by_account, "cross_file_A.csv")
    activities, activity_entry = landed(tmp_path, by_activity, "cross_file_B.csv")
    assert (account_entry.rows_accepted, activity_entry.rows_accepted) == (5, 8)
    key = "concat_ws('-', coalesce(transfer_agency, ''), agency, first_year, last_year, kind, main, sub)"
    of = {
        name: f"(select *, {key} as account from read_parquet('{office.landing / 'sample' / f'{entry.submission_id}.parquet'}') where _status = 'accepted')"
        for name, office, entry in (("a", accounts, account_entry), ("b", activities, activity_entry))
    }
    errors = query(
        f"""
        select account from {of["a"]} as a
        join (
            select account, sum(outlay_yuan) as outlay, -sum(obligations_yuan) as obligations
            from {of["b"]} group by account
        ) as b using (account)
        where (outlay_yuan, obligations_yuan) is distinct from (outlay, obligations)
        """
    )
    joined = query(f"select count(distinct account) from {of['a']} as a semi join {of['b']} as b using (account)")
    assert (joined, errors) == ([(4,)], [])
