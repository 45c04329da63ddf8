"""The oracle's own rules, on rows small enough to see: what it counts must not depend on the warehouse being right."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from oracle import coverage
from oracle.accepting import is_accepted
from oracle.drop import Drop, moment
from oracle.figures import Office
from oracle.fleet import EVENTS, draw

STANDARD = "意向编号,版本,采购项目名称,采购需求概况,预算金额,预计采购时间,公开日期\n"


def _drop(folder: Path, files: dict[str, tuple[str, str]], department: str = "101001", as_of: str = "") -> Drop:
    """A drop of CSV files; each name with when it was received and its text."""
    lines = ["file,department,period,received_at"]
    for name, (received, text) in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        lines.append(f"{name},101001,2023,{received}")
    (folder / "received.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Drop(folder, department, as_of)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-01-31", datetime(2024, 1, 31, 23, 59, 59, 999999)),
        ("2024-01-31 09:00:00", datetime(2024, 1, 31, 9)),
        ("2024-01-31T16:30:00Z", datetime(2024, 2, 1, 0, 30)),
        ("2024-01-31T09:00:00+08:00", datetime(2024, 1, 31, 9)),
    ],
)
def test_bare_day_is_the_whole_day_and_offsets_become_beijing_time(text: str, meant: datetime) -> None:
    assert moment(text) == meant


def test_file_of_the_evening_of_the_day_counts_and_one_of_the_next_morning_does_not(tmp_path: Path) -> None:
    files = {
        "policies/2023/a.csv": ("2024-01-31T23:30:00+08:00", "制度编号\n"),
        "policies/2023/b.csv": ("2024-02-01T00:00:01+08:00", "制度编号\n"),
    }

    drop = _drop(tmp_path, files, as_of="2024-01-31")

    assert [file.path.name for file in drop.files["policies"]] == ["a.csv"]
    assert drop.built_for == date(2024, 1, 31)


def test_held_file_and_file_of_another_department_do_not_count(tmp_path: Path) -> None:
    files = {"policies/2023/a.csv": ("2024-01-03T10:00:00+08:00", "制度编号\n")}
    _drop(tmp_path, files)

    assert Drop(tmp_path, held={"policies/2023/a.csv"}).files == {}
    assert Drop(tmp_path, "101002").files == {}


def test_row_without_what_its_contract_requires_is_not_accepted() -> None:
    row = {"收益编号": "SY2023-01", "收益类型": "处置收入", "金额": "12", "收到日期": "2023-05-04"}

    assert is_accepted("asset_income", row)
    assert not is_accepted("asset_income", {**row, "收到日期": ""})
    assert not is_accepted("asset_income", {**row, "金额": "若干"})


@pytest.mark.parametrize(
    ("no", "stands"),
    [("", False), ("YX2023-001", True), (None, True)],
    ids=["a row that is rejected", "a row", "no row, a report of nothing"],
)
def test_wholly_rejected_file_is_no_report_of_nothing(tmp_path: Path, no: str | None, stands: bool) -> None:
    line = "" if no is None else f"{no},1,某项目,见附件,10,2023年5月,2023-03-01\n"
    files = {"procurement_intentions/2023/a.csv": ("2023-04-10T10:00:00+08:00", STANDARD + line)}
    drop = _drop(tmp_path, files)
    for file in drop.files["procurement_intentions"]:
        object.__setattr__(file, "period", "2023Q1")

    owed = coverage.owed_parts(drop, "procurement_intentions", 2023)

    assert owed[0][0] is stands


def test_rows_of_a_file_that_an_empty_one_replaced_do_not_stand(tmp_path: Path) -> None:
    head, line = "收益编号,收益类型,金额,收到日期\n", "SY2023-01,处置收入,12,2023-05-04\n"
    files = {"asset_income/2023/a.csv": ("2024-01-10T10:00:00+08:00", head + line)}
    assert coverage.has_rows(_drop(tmp_path, files), "asset_income", 2023)

    files["asset_income/2023/b.csv"] = ("2024-01-11T10:00:00+08:00", head)
    assert not coverage.has_rows(_drop(tmp_path, files), "asset_income", 2023)


def test_intention_that_came_back_runs_from_when_it_came_back(tmp_path: Path) -> None:
    office = Office(_drop(tmp_path, {}), 2023)
    versions = [
        {"name": name, "published": date(2023, 3, day), "version": version}
        for version, (name, day) in enumerate([("甲", 1), ("乙", 5), ("甲", 9), ("甲", 12)], start=1)
    ]

    found = office.still_describing({"notice": date(2023, 4, 1)}, versions)

    assert [one["version"] for one in found] == [3, 4]
    assert office.still_describing({"notice": date(2023, 2, 1)}, versions)[-1]["version"] == 1


def test_every_event_is_drawn_before_any_is_drawn_again() -> None:
    drawn = draw(40, 7)
    order = [event for one in drawn for event in one.events][: len(EVENTS)]

    assert sorted(order) == list(range(len(EVENTS)))
    assert draw(10, 7) == drawn[:10]
