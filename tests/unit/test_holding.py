"""Files that take the place of others, or are others once more: held until confirmed, and counted from then on, in every look back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from ledger_files import (
    CONTRACTS,
    PAYMENT_FILE,
    Office,
    column,
    contract_of,
    csv_text,
    payment_cells,
    payments_text,
    query,
)

from dagster_project.contracts import Contract
from dagster_project.ingestion.bands import BANDS_FILE, bands_of
from dagster_project.ingestion.held_back import HeldBack, record_held_back
from dagster_project.ingestion.landing import look_at_drop
from dagster_project.ingestion.replacement import confirmation_code
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog

HEAD = "file,department,period,received_at,confirmed\n"
FILE, OTHER = "sample/2023/甲.csv", "sample/2023/乙.csv"
MODELS = Path(__file__).parents[2] / "dbt" / "models" / "staging" / "quality"


def ledger(**rest: Any) -> Contract:
    """A small ledger with a key, an amount and a day."""
    columns = [
        column("item_no", "编号", required=True, harmless=True),
        column("amount_yuan", "金额(元)", "money", required=True),
        column("held_on", "日期", "date"),
        column("unit_name", "预算单位", is_department=True),
    ]
    return contract_of(columns, **rest)


def rows(numbers: range, amount: int = 10, day: str = "2023-03-01", unit: str = "") -> str:
    """A file with a row of each number."""
    head = ["编号", "金额(元)", "日期", "预算单位"]
    return csv_text([head, *([f"K{number}", str(amount), day, unit] for number in numbers)])


@pytest.fixture
def small(tmp_path: Path) -> Office:
    return Office(tmp_path, {"sample": ledger()})


def log_of(office: Office) -> list[Submission]:
    return SubmissionLog(office.landing / LOG_NAME).entries


def counted(office: Office, as_of: str = "") -> list[tuple[str, int]]:
    """Which files count, with their rows: as landing says, and as dbt's models say of the same log."""
    ours = {(entry.file, entry.rows_accepted) for entry in in_force(log_of(office), as_of)}
    submissions = _model("stg_quality__submissions").replace("submission_log as (", "log_ as (", 1)
    submissions = submissions.replace("from submission_log", "from log_")
    chosen = _model("stg_quality__current_submissions")
    sql = f"""
        with the_log as (select *, cast(null as varchar) as nothing from read_json('{office.landing / LOG_NAME}',
            columns = {{log_no: 'bigint', submission_id: 'varchar', ledger: 'varchar', domain: 'varchar',
            department_code: 'varchar', period: 'varchar', fiscal_year: 'integer', file: 'varchar', sheet: 'varchar',
            sha256: 'varchar', size_bytes: 'bigint', received_at: 'timestamp', contract_version: 'varchar',
            supersede: 'varchar', status: 'varchar', reason: 'varchar', rows_read: 'bigint', rows_accepted: 'bigint',
            rows_rejected: 'bigint', rows_blank: 'bigint', rows_notes: 'bigint', registered_at: 'varchar',
            effective_at: 'timestamp', control_rows: 'bigint', answers: 'varchar'}}))
        , the_submissions as ({submissions}), the_chosen as ({chosen}) select file, rows_accepted from the_chosen
    """
    theirs = set(query(sql.replace("MOMENT", f"timestamp '{as_of or '9999-01-01'}'")))
    assert ours == theirs
    return sorted(ours)


def _model(name: str) -> str:
    """The SQL of a staging model over the relations of :func:`counted`."""
    sql = (MODELS / f"{name}.sql").read_text(encoding="utf-8")
    sql = re.sub(r"\{\{ config\(.*?\) \}\}", "", sql)
    sql = re.sub(r"\{\{ source\(.*?\) \}\}", "the_log", sql)
    sql = re.sub(r"\{\{ ref\(.*?\) \}\}", "the_submissions", sql)
    sql = re.sub(r"\{\{ is_held_back\(.*?\) \}\}", "false", sql)
    sql = re.sub(r"\{\{ reason_or_held_back\(.*?\) \}\}", "reason", sql)
    return re.sub(r"\{\{ as_of_moment\(\) \}\}", "MOMENT", sql)


# A new version of the same file, or another file of the period


@pytest.mark.parametrize("name", [FILE, OTHER])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (rows(range(50)), ["少了 50 行", "第 52 行 K50、第 53 行 K51、第 54 行 K52 等", "100 行", "50 行", "1,000.00 元", "500.00 元"]),
        (rows(range(2, 100)), ["少了 2 行"]),
        (rows(range(100), amount=7), ["金额少了 30.0%(第 2 行 10.00→7.00 元、第 3 行 10.00→7.00 元、第 4 行 10.00→7.00 元 等 100 行)"]),
        (rows(range(200, 300)), ["没有一个相同的主键"]),
        (rows(range(0)), ["没有一个相同的主键", "0 行"]),
    ],
    ids=["half", "two_rows", "smaller_sum", "other_rows", "empty"],
)  # fmt: skip
def test_what_loses_too_much_is_held_and_the_old_counts(
    name: str, content: str, says: list[str], small: Office
) -> None:
    small.land_one(FILE, rows(range(100)))
    entry = small.land_one(name, content)
    assert entry.status == "held" and all(text in entry.reason for text in says), entry.reason
    assert "received.csv" in entry.reason and counted(small) == [(FILE, 100)]
    assert not look_at_drop(small.raw, small.landing, small.contracts, "101001", {})[0], "the next night is quiet"


@pytest.mark.parametrize("name", [FILE, OTHER])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (rows(range(1, 100)), "少了 1 行"),
        (rows(range(100)).replace("K7,10,", "K7,1,"), "金额少了 0.9%(第 9 行 10.00→1.00 元)("),
        (rows(range(120)), ""),
        (rows(range(100), amount=99), ""),
    ],
    ids=["one_row", "smaller_within_the_band", "more_rows", "more_money"],
)
def test_a_correction_takes_the_place_and_is_told_what_it_lacks(
    name: str, content: str, told: str, small: Office
) -> None:
    small.land_one(FILE, rows(range(100)))
    small.hand_in(name, content)
    report = small.land()
    assert [entry.status for entry in report.entries] == ["landed"]
    assert [told in text for text in report.remarks] == ([True] if told else [])
    assert [file for file, _ in counted(small)] == [name]


def test_a_row_in_another_unit_may_be_mended_at_once_and_a_column_waits(small: Office) -> None:
    small.land_one(FILE, rows(range(100)).replace("K7,10,", "K7,100000,"))
    assert small.land_one(FILE, rows(range(100))).status == "landed", "99 % of the money, but one row"
    entry = small.land_one(FILE, rows(range(100), amount=8))
    assert entry.status == "held" and "金额少了 20.0%" in entry.reason


@pytest.mark.parametrize(("is_held_back", "status"), [(True, "landed"), (False, "held")])
def test_a_mended_file_is_held_against_what_readers_have_and_not_against_the_error(
    is_held_back: bool, status: str, small: Office
) -> None:
    small.land_one(FILE, rows(range(100)))
    wrong = small.land_one(FILE, rows(range(100), amount=100_000))
    if is_held_back:
        record_held_back(small.landing, [HeldBack("101001", wrong.log_no - 1, wrong.log_no)])
    assert small.land_one(FILE, rows(range(100), amount=11)).status == status


def test_one_wrong_row_of_a_thousand_is_no_nuisance_and_a_page_of_it_is_held(small: Office) -> None:
    small.land_one(FILE, rows(range(1000)))
    assert small.land_one(FILE, rows(range(10, 1000))).status == "landed"
    assert small.land_one(FILE, rows(range(50, 1000))).status == "held"


@pytest.mark.parametrize(("supersede", "statuses"), [("upsert", ["held", "landed"]), ("append", ["held", "landed"])])
def test_where_files_add_up_only_a_new_version_of_a_file_can_lose_rows(
    supersede: str, statuses: list[str], tmp_path: Path
) -> None:
    found = []
    for name in (FILE, OTHER):
        office = Office(tmp_path / Path(name).stem, {"sample": ledger(supersede=supersede)})
        office.folder.mkdir()
        office.land_one(FILE, rows(range(100)))
        found.append(office.land_one(name, rows(range(50))).status)
    assert found == statuses


def test_a_ledger_may_have_its_own_bands(tmp_path: Path) -> None:
    own = {"missing_rows_share": 0.6, "smaller_sum_share": 0.6, "why": "只列未办结的"}
    office = Office(tmp_path, {"sample": ledger(replacing=own)})
    office.land_one(FILE, rows(range(100)))
    assert office.land_one(FILE, rows(range(50))).status == "landed"
    assert bands_of(ledger()).may_miss(1000) == 10 and BANDS_FILE.read_text(encoding="utf-8").count("why:") == 6


def test_rejected_rows_are_missing_rows(small: Office) -> None:
    small.land_one(FILE, rows(range(100)))
    entry = small.land_one(FILE, rows(range(100)).replace("2023-03-01", "2023-02-30", 5))
    assert entry.status == "held" and "另退回 5 行" in entry.reason


def test_another_contract_reads_the_same_bytes_again_and_holds_nothing(small: Office) -> None:
    small.land_one(FILE, rows(range(100)))
    small.contracts = {"sample": ledger(nil_markers=["无"])}
    assert [entry.status for entry in small.land().entries] == ["landed"]


# Confirming


def held(office: Office) -> Submission:
    """A file of which half was handed in again in April, registered."""
    office.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-03,\n")
    office.land_one(FILE, rows(range(100)))
    office.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-10,\n")
    entry = office.land_one(FILE, rows(range(50)))
    assert entry.status == "held" and confirmation_code(entry) in entry.reason
    return entry


def test_the_code_in_received_csv_confirms_and_it_counts_from_then_on(small: Office) -> None:
    entry = held(small)
    before = dt.datetime.now() - dt.timedelta(days=1)
    small.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-10,{confirmation_code(entry).lower()}\n")
    (again,) = small.land().entries
    assert (again.status, again.reason, again.rows_accepted) == ("landed", "", 50)
    assert counted(small) == [(FILE, 50)]
    assert counted(small, before.isoformat(sep=" ")) == [(FILE, 100)], "it was held until today"
    assert counted(small, "2023-04-04 00:00:00") == [(FILE, 100)] and counted(small, "2023-04-01 00:00:00") == []
    assert small.land().entries == []
    assert small.land_one(FILE, rows(range(10))).status == "held", "the code is about those bytes only"


def test_the_moment_of_a_confirmation_may_be_said_and_holds_in_a_drop_landed_afresh(
    small: Office, tmp_path: Path
) -> None:
    entry = held(small)
    line = f"{FILE},101001,2023,2023-04-10,{confirmation_code(entry)} 2023-05-02 09:00\n"
    small.hand_in("received.csv", HEAD + line)
    small.land()
    assert counted(small, "2023-05-01 00:00:00") == [(FILE, 100)] and counted(small, "2023-05-03 00:00:00") == [
        (FILE, 50)
    ]
    afresh = Office(tmp_path / "afresh", small.contracts)
    afresh.hand_in("received.csv", HEAD + line)
    afresh.hand_in(FILE, rows(range(50)))
    afresh.land()
    assert counted(afresh, "2023-05-01 00:00:00") == [] and counted(afresh) == [(FILE, 50)]


def test_a_second_hand_in_of_the_same_bytes_confirms_and_a_night_more_does_not(small: Office) -> None:
    held(small)
    for _ in range(2):
        assert small.land().entries == [], "it only lies there"
    small.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-20,\n")
    (again,) = small.land().entries
    assert again.status == "landed" and small.land().entries == []
    assert counted(small, "2023-04-19 00:00:00") == [(FILE, 100)] and counted(small, "2023-04-21 00:00:00") == [
        (FILE, 50)
    ]


def test_a_file_that_was_taken_out_and_put_back_was_handed_in_twice(small: Office) -> None:
    small.hand_in("sample/2023/丙.csv", rows(range(500, 510)))
    small.hand_in("received.csv", HEAD + "sample/2023/丙.csv,101002,2023,2023-04-03,\n")
    small.land_one(FILE, rows(range(100)))
    assert small.land_one(OTHER, rows(range(50))).status == "held"
    (small.raw / OTHER).unlink()
    small.land()
    assert counted(small) == [("sample/2023/丙.csv", 10), (FILE, 100)]
    assert small.land_one(OTHER, rows(range(50))).status == "landed"
    assert counted(small) == [("sample/2023/丙.csv", 10), (OTHER, 50)] and small.land().entries == []


def test_a_code_that_is_none_is_told_with_what_it_should_be(small: Office) -> None:
    small.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-03,是\n")
    small.hand_in(FILE, rows(range(5)))
    (fault,) = small.land().unread
    assert "六个字母" in fault.text


# Control totals of received.csv


@pytest.mark.parametrize(
    ("line", "says"),
    [("101,", "登记为 101 行"), (",1000.01", "相差 0.01 元"), (",0.1", "差一万倍")],
)
def test_a_control_total_that_does_not_agree_holds_the_file_until_it_is_mended(
    line: str, says: str, small: Office
) -> None:
    head = "文件,部门,期间,收到时间,条数,控制总数\n"
    small.hand_in("received.csv", head + f"{FILE},101001,2023,2023-04-03,{line}\n")
    entry = small.land_one(FILE, rows(range(100)))
    assert entry.status == "held" and says in entry.reason and counted(small) == []
    assert small.land().entries == []
    small.hand_in("received.csv", head + f"{FILE},101001,2023,2023-04-03,100,1000\n")
    assert [each.status for each in small.land().entries] == ["landed"] and counted(small) == [(FILE, 100)]


def test_a_rejected_row_is_counted_by_its_sender(small: Office) -> None:
    head = "file,department,period,received_at,records,control_total\n"
    small.hand_in("received.csv", head + f"{FILE},101001,2023,2023-04-03,100,1000\n")
    entry = small.land_one(FILE, rows(range(100)).replace("2023-03-01", "2023-02-30", 1))
    assert (entry.status, entry.rows_accepted) == ("landed", 99)


# Another file once more


def test_april_as_may_is_held_by_its_days_and_by_its_keys(tmp_path: Path) -> None:
    april, may = "payments/2023/2023年04月支付.csv", "payments/2023/2023年05月支付.csv"
    office = Office(tmp_path, {"payments": CONTRACTS["payments"]})
    content = payments_text([payment_cells(n, cleared_on="2023-04-12") for n in range(1, 6)])
    office.land_one(april, content)
    entry = office.land_one(may, content)
    assert entry.status == "held" and "2023-04-12" in entry.reason and "2023-05" in entry.reason
    dated = payments_text([payment_cells(n, cleared_on="2023-05-12") for n in range(1, 6)])
    entry = office.land_one(may, dated)
    assert entry.status == "held" and april in entry.reason and "5 行" in entry.reason
    right = payments_text([payment_cells(n, cleared_on="2023-05-12") for n in range(11, 16)])
    assert office.land_one(may, right).status == "landed"


def test_a_single_day_outside_is_told_and_counts(tmp_path: Path) -> None:
    office = Office(tmp_path, {"sample": ledger(dated_by="held_on")})
    office.hand_in("sample/2023/2023年03月.csv", rows(range(9)) + "K10,5,2023-04-01,\r\n")
    report = office.land()
    assert [entry.status for entry in report.entries] == ["landed"] and "2023-04-01" in report.remarks[0]


@pytest.mark.parametrize(
    ("periods", "same_rows", "other_rows"), [(None, "held", "held"), ("keys", "held", "landed"), ("rows", "landed", "landed")]
)  # fmt: skip
def test_last_years_file_is_held_where_its_keys_or_rows_do_not_return(
    periods: str | None, same_rows: str, other_rows: str, tmp_path: Path
) -> None:
    returning = {"returning": {"periods": periods, "why": "逐年沿用"}} if periods else {}
    for name, amount, status in (("same", 10, same_rows), ("other", 11, other_rows)):
        office = Office(tmp_path / name, {"sample": ledger(**returning)})
        office.folder.mkdir()
        office.land_one("sample/2022/甲.csv", rows(range(20)))
        assert office.land_one(FILE, rows(range(20), amount)).status == status


@pytest.mark.parametrize(
    ("again", "amount", "status"),
    [(range(20), 10, "held"), (range(5, 20), 10, "held"), (range(20), 11, "landed"), (range(21), 10, "landed"), (range(2), 10, "landed")],
)  # fmt: skip
def test_a_file_that_brings_nothing_new_is_held_where_newer_rows_take_the_place_of_older_ones(
    again: range, amount: int, status: str, tmp_path: Path
) -> None:
    office = Office(tmp_path, {"sample": ledger(supersede="upsert")})
    office.folder.mkdir(exist_ok=True)
    office.land_one("sample/2023/2023年上半年.csv", rows(range(20)))
    entry = office.land_one("sample/2023/2023年下半年.csv", rows(again, amount))
    assert entry.status == status
    assert status == "landed" or "2023年上半年.csv" in entry.reason


def test_the_file_of_one_department_is_not_that_of_another(small: Office) -> None:
    small.hand_in("received.csv", HEAD + f"{FILE},101001,2023,2023-04-03,\n{OTHER},101002,2023,2023-04-04,\n")
    small.hand_in(FILE, rows(range(20)))
    small.hand_in(OTHER, rows(range(20)))
    entries = {entry.file: entry for entry in small.land().entries}
    assert (entries[FILE].status, entries[OTHER].status) == ("landed", "held")
    assert "部门 101001" in entries[OTHER].reason and "101002" in entries[OTHER].reason


# Departments


@pytest.mark.parametrize(
    ("unit", "is_told"),
    [
        ("101001-广州市人大常委会办公厅", False), ("101001", False), ("101001002", False), ("办公厅", False), ("", False),
        ("101002-机关服务中心", True), ("102001", True), ("广州市人大常委会机关服务中心(模拟)", True),
    ],
)  # fmt: skip
def test_a_row_of_another_department_is_rejected_by_name(unit: str, is_told: bool, small: Office) -> None:
    entry = small.land_one(FILE, rows(range(3), unit=unit))
    assert {rule for _, _, rule in small.faults(entry)} == ({"other_department"} if is_told else set())
    assert entry.rows_rejected == (3 if is_told else 0)
    if is_told:
        assert "101001 广州市人大常委会办公厅" in small.findings(entry)[0]["message_zh"]


def test_an_unknown_department_is_told_with_the_nearest(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    office.hand_in("received.csv", f"file,department,period,received_at\n{PAYMENT_FILE},10101,2023-03,2023-04-03\n")
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1)]))
    assert entry.status == "held" and "是不是 101001 广州市人大常委会办公厅" in entry.reason
    office.hand_in("received.csv", f"file,department,period,received_at\n{PAYMENT_FILE},101001,2023-03,2023-04-03\n")
    assert [each.status for each in office.land().entries] == ["landed"]
