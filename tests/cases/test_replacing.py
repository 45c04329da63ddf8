"""Hand-ins that take the place of others, in shipped ledgers: half a file, last year's, another department's, a broken-off one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_files import Office

from dagster_project.ingestion.replacement import confirmation_code
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog

RAW = Path(__file__).parents[2] / "data" / "raw"
CSV = [
    "payments/2023/2023年03月国库集中支付明细.csv",
    "campaign_participations/2023/主题活动台账2023Q4.csv",
    "legislative_opinions/2023/立法意见_2023Q1.csv",
]
HEAD = "file,department,period,received_at,rows,confirmed\n"


def shipped(name: str) -> list[bytes]:
    """The lines of a shipped ledger."""
    return (RAW / name).read_bytes().splitlines(keepends=True)


def registered(office: Office, name: str, department: str = "101001", rows: str = "", confirmed: str = "") -> None:
    """List one file for its own period."""
    period = {"payments": "2023-03", "campaign_participations": "2023Q4", "legislative_opinions": "2023Q1"}[
        name.split("/")[0]
    ]
    office.hand_in("received.csv", HEAD + f"{name},{department},{period},2024-01-05,{rows},{confirmed}\n")


def counted(office: Office) -> list[int]:
    """The rows of the files in force."""
    return [entry.rows_accepted for entry in in_force(SubmissionLog(office.landing / LOG_NAME).entries)]


@pytest.mark.parametrize("name", CSV)
def test_half_a_file_waits_until_it_is_confirmed(name: str, office: Office) -> None:
    registered(office, name)
    lines = shipped(name)
    whole = office.land_one(name, b"".join(lines))
    half = office.land_one(name, b"".join(lines[: len(lines) // 2]))
    missing = whole.rows_accepted - half.rows_accepted
    assert half.status == "held" and f"少了 {missing:,} 行" in half.reason and counted(office) == [whole.rows_accepted]
    registered(office, name, confirmed=confirmation_code(half))
    assert [entry.status for entry in office.land().entries] == ["landed"] and counted(office) == [half.rows_accepted]


@pytest.mark.parametrize("name", CSV)
def test_a_file_with_one_wrong_row_taken_out_counts_at_once(name: str, office: Office) -> None:
    registered(office, name)
    lines = shipped(name)
    whole = office.land_one(name, b"".join(lines))
    entry = office.land_one(name, b"".join([*lines[:-2], lines[-1]]))
    assert (entry.status, entry.rows_accepted) == ("landed", whole.rows_accepted - 1) and "少了 1 行" in entry.reason


@pytest.mark.parametrize("name", CSV)
def test_a_file_that_broke_off_is_held_by_the_rows_that_its_sender_gave(name: str, office: Office) -> None:
    lines = shipped(name)
    registered(office, name, rows="99999")
    entry = office.land_one(name, b"".join(lines))
    assert entry.status == "held" and f"{entry.rows_accepted:,} 行" in entry.reason and counted(office) == []
    registered(office, name, rows=str(entry.rows_accepted))
    assert [each.status for each in office.land().entries] == ["landed"]


@pytest.mark.parametrize("name", CSV)
def test_last_years_file_under_this_years_name_is_held(name: str, office: Office) -> None:
    old = RAW / name.replace("2023", "2022")
    entry = office.land_one(name, old.read_bytes())
    assert entry.status == "held" and "2022" in entry.reason and "像是另一期" in entry.reason


@pytest.mark.parametrize("name", CSV[1:])
def test_the_file_of_another_department_is_held(name: str, office: Office) -> None:
    office.land_one(name, b"".join(shipped(name)))
    other = name.replace(".csv", "-中心.csv")
    registered(office, other, "101002")
    entry = office.land_one(other, b"".join(shipped(name)))
    assert entry.status == "held" and name in entry.reason and "部门 101001" in entry.reason


def test_rows_of_payments_handed_in_for_another_department_are_rejected(office: Office) -> None:
    registered(office, CSV[0], "101002")
    entry = office.land_one(CSV[0], b"".join(shipped(CSV[0])))
    assert entry.rows_accepted == 0 and {rule for _, column, rule in office.faults(entry) if column} == {
        "other_department"
    }
