"""A drop of many departments: who they are, that no two give the same number, and that processes change nothing of it."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from dagster_project.contracts.departments import is_reported_by, load_reporters
from simulation.__main__ import main
from simulation.departments.drop import office_folder, worlds, write_departments
from simulation.departments.files import files
from simulation.departments.members import BUREAU, Member, register_of
from simulation.paper.handed_in import HandedFile

SEED = 7
NUMBERS = {
    "payments": "voucher_no",
    "budget_allocations": "allocation_no",
    "projects": "project_code",
    "contracts": "contract_no",
    "procurements": "procurement_no",
    "procurement_intentions": "intention_no",
    "asset_cards": "card_no",
    "asset_disposals": "disposal_no",
    "disclosures": "disclosure_no",
    "finance_findings": "finding_no",
    "result_applications": "application_no",
}
"""Of each ledger the number by which a row is known."""


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return register_of(12, SEED)


@pytest.fixture(scope="module")
def handed(members: list[Member]) -> dict[str, list[HandedFile]]:
    """The files of each department, with their rows."""
    found: dict[str, list[HandedFile]] = {}
    for head in (each for each in members if each.level == "competent"):
        group = [each for each in members if head.code in (each.code, each.parent)]
        found |= {world.member.code: list(files(world)) for world in worlds(group, SEED)}
    return found


def test_departments_stand_in_a_hierarchy_and_differ(members: list[Member]) -> None:
    assert len({each.code for each in members}) == len({each.name for each in members}) == 12
    codes = {each.code for each in members}
    assert {each.parent for each in members if each.level == "unit"} < codes
    assert {each.parent for each in members if each.level == "competent"} == {BUREAU}
    assert len({each.character.name for each in members}) > 5 and len({each.discipline for each in members}) == 12
    assert {each.size for each in register_of(60, SEED)} == {"small", "medium", "large"}


def test_no_two_departments_give_the_same_number_but_where_one_reports_its_units(
    members: list[Member], handed: dict[str, list[HandedFile]]
) -> None:
    parents = {each.code: each.parent for each in members if each.parent}
    whole = {each.code for each in members if each.reports_units}
    assert whole, "a department reports its units as well"
    for ledger, column in NUMBERS.items():
        given: dict[object, set[str]] = defaultdict(set)
        for code, of_department in handed.items():
            for file in of_department:
                for sheet in file.sheets:
                    if sheet.ledger == ledger:
                        for row in sheet.rows:
                            given[row[column]].add(code)
        assert given, ledger
        for number, codes in given.items():
            if len(codes) > 1:
                one, other = sorted(codes)
                assert one in whole and parents[other] == one, f"{ledger} {number} of {codes}"


def test_each_department_pays_no_more_than_it_was_granted(handed: dict[str, list[HandedFile]]) -> None:
    for code, of_department in handed.items():
        granted: dict[object, object] = {}
        paid: dict[object, object] = defaultdict(int)
        for row in (row for file in of_department for sheet in file.sheets for row in _of(sheet, "budget_allocations")):
            granted[row["allocation_no"]] = row["amount_yuan"]
        for row in (row for file in of_department for sheet in file.sheets for row in _of(sheet, "payments")):
            paid[row["allocation_no"]] += row["amount_yuan"]  # type: ignore[operator]
        assert paid and all(paid[number] <= granted[number] for number in paid), code  # type: ignore[operator]


def _of(sheet: object, ledger: str) -> list[dict[str, object]]:
    return list(sheet.rows) if sheet.ledger == ledger else []  # type: ignore[attr-defined]


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    for name, workers in (("one", 1), ("two", 2)):
        write_departments(tmp_path / name, 4, SEED, workers=workers)
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert len(first) > 150 and first == second


def test_the_command_writes_a_drop_its_receipts_its_faults_and_the_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "drop"
    main(["--departments", "2", "--out", str(out), "--seed", str(SEED), "--plant", "bad_date"])
    printed = capsys.readouterr().out
    assert f"JIXIAO_RAW_DIR={out}" in printed and f"JIXIAO_OFFICE_DIR={office_folder(out)}" in printed
    with (out / "received.csv").open(encoding="utf-8", newline="") as stream:
        received = list(csv.DictReader(stream))
    assert {row["department"] for row in received} == {"201", "201001"}
    assert all((out / row["file"]).is_file() for row in received)
    [march] = (out / "payments" / "2023").glob("201001-2023年03月*.csv")
    assert "2023-13-45" in march.read_bytes().decode("gb18030"), "the fault stands in the last department's file"
    assert (tmp_path / "planted.json").is_file()
    reporters = load_reporters(office_folder(out) / "seeds")
    assert reporters == {"200": frozenset(), "201": frozenset(), "201001": frozenset({"201"})}


def test_only_a_department_that_reports_as_a_whole_may_tell_what_its_units_tell(tmp_path: Path) -> None:
    register = tmp_path / "departments.csv"
    head = "department_code,name_zh,parent_code,reports_units\n"
    register.write_text(
        f"{head}b,局,,true\nc,处,b,false\nu,站,c,false\no,馆,,false\nx,甲,y,true\ny,乙,x,false\n", "utf-8"
    )
    reporters = load_reporters(tmp_path)
    assert is_reported_by("u", "b", reporters) and is_reported_by("b", "c", reporters)
    assert not is_reported_by("u", "c", reporters), "the department in between reports itself only"
    assert not is_reported_by("u", "o", reporters)
    assert is_reported_by("x", "y", reporters), "a register that runs in a circle ends"
    register.write_text("department_code,name_zh\nb,局\nc,处\n", "utf-8")
    assert not is_reported_by("b", "c", load_reporters(tmp_path)), "a register of old"


@pytest.mark.parametrize("count", [0, 1000])
def test_more_departments_than_numbers_can_tell_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="999"):
        register_of(count, SEED)
