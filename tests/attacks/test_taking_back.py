"""Taking back: what was withdrawn or booked wrong counts no more, what nobody took back counts on, and the log tells each."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_files import CONTRACTS, Office, payment_cells, payments_text
from sample_warehouse import Warehouse, rows

from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing import LandingReport, land_drop, look_at_drop
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.ingestion.taking_back import FEW_FILES, gone
from dagster_project.ingestion.unread import Unread

HEAD = "file,department,period,received_at,withdrawn,reason\n"
JANUARY, FEBRUARY, MARCH = (f"payments/2023/2023年0{month}月支付明细.csv" for month in (1, 2, 3))
CORRECTION = "payments/2023/2023年01月支付明细更正.csv"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Three months of payments that landed."""
    office = Office(tmp_path, CONTRACTS)
    for number, name in enumerate((JANUARY, FEBRUARY, MARCH), start=1):
        office.hand_in(name, payments_text([payment_cells(number)]))
    office.land()
    return office


def log_of(office: Office) -> SubmissionLog:
    return SubmissionLog(office.landing / LOG_NAME)


def counts(office: Office, as_of: str = "") -> dict[str, tuple[str, str]]:
    """For whom and which period each file counts."""
    return {each.file: (each.department_code, each.period) for each in in_force(log_of(office).entries, as_of)}


def registered(office: Office, *lines: str) -> LandingReport:
    """Land with these lines in received.csv, twice: the second time there is nothing left to do."""
    office.hand_in("received.csv", HEAD + "".join(f"{line}\n" for line in lines))
    report = office.land()
    assert not look_at_drop(office.raw, office.landing, office.contracts, "101001", {})[0]
    again = office.land()
    assert (again.entries, again.changes) == ([], [])
    return report


# Withdrawing


@pytest.mark.attack(
    area="log",
    attack="A file is withdrawn by deleting it, by a line in received.csv, by both; and handed in again",
    holds="It counts no more and the night says so once; a look back before that day still sees it; it counts again once it is back",
)
@pytest.mark.parametrize("way", ["deleted", "line", "line with a time", "both"])
def test_a_withdrawn_file_counts_no_more_until_it_is_back(way: str, office: Office) -> None:
    before = counts(office)
    content = (office.raw / JANUARY).read_bytes()
    said = {"line": "是", "line with a time": "2026-01-05 10:00", "both": "yes"}.get(way, "")
    lines = [f"{JANUARY},101001,2023-01,2023-02-03,{said},报错了期间"] if said else []
    if way in ("deleted", "both"):
        (office.raw / JANUARY).unlink()
    report = registered(office, *lines)
    assert counts(office) == {name: before[name] for name in (FEBRUARY, MARCH)}
    (text,) = [text for text in report.unread_texts() if "已撤回" in text]
    assert JANUARY in text and "1 行" in text and (not said or "报错了期间" in text)
    event = log_of(office).entries[-1]
    assert (event.status, event.rows_read, event.file) == ("withdrawn", 0, JANUARY)
    if way == "line with a time":
        # Received when it landed, which is after that time: nothing is withdrawn before it was handed in.
        assert event.effective_at == log_of(office).entries[0].received_at
    else:
        assert counts(office, log_of(office).entries[2].received_at) == before
    office.hand_in(JANUARY, content)
    registered(office)
    assert counts(office) == before and log_of(office).entries[-1].status == "landed"
    assert len(counts(office, event.effective_at or "")) == 2, "a look back at the days without it"


@pytest.mark.attack(
    area="log",
    attack="A file is handed in and withdrawn in the same night, with the day of each in received.csv",
    holds="A look back at a day between sees it, later ones do not",
)
def test_a_look_back_sees_a_file_on_the_days_on_which_it_counted(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    registered(office, f"{JANUARY},101001,2023-01,2023-02-03,2023-05-01 09:00,")
    assert counts(office) == {} and counts(office, "2023-02-01") == {}
    assert list(counts(office, "2023-03-01")) == [JANUARY] and counts(office, "2023-05-02") == {}


@pytest.mark.attack(
    area="log",
    attack="A correction is withdrawn, whose place it took from an earlier file",
    holds="The earlier file counts again",
)
def test_with_a_correction_withdrawn_the_file_before_it_counts_again(office: Office) -> None:
    office.hand_in(CORRECTION, payments_text([payment_cells(1), payment_cells(4)]))
    office.land()
    assert CORRECTION in counts(office) and JANUARY not in counts(office)
    (office.raw / CORRECTION).unlink()
    office.land()
    assert JANUARY in counts(office) and CORRECTION not in counts(office)


@pytest.mark.attack(
    area="log",
    attack="The share with the drop is not mounted, its folder is empty, a folder cannot be read, a copy of the drop is half done, files are tidied away",
    holds="Nothing is withdrawn; what is gone is told each night until somebody says what is meant",
)
@pytest.mark.parametrize("how", ["empty", "ledger gone", "half a copy", "one new file only"])
def test_many_files_gone_at_once_withdraw_nothing(how: str, tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    names = [f"payments/2023/2023年{month:02d}月支付明细.csv" for month in range(1, 13)]
    for number, name in enumerate(names, start=1):
        office.hand_in(name, payments_text([payment_cells(number)]))
    office.hand_in("contracts/2023/2023年合同.csv", "x")
    office.land()
    before = counts(office)
    if how == "empty":
        shutil.rmtree(office.raw)
        office.raw.mkdir()
    elif how == "ledger gone":
        shutil.rmtree(office.raw / "payments")
    else:
        for name in names[FEW_FILES + 1 :] if how == "half a copy" else names:
            (office.raw / name).unlink()
        if how == "one new file only":
            office.hand_in("payments/2024/2024年01月支付明细.csv", payments_text([payment_cells(99)]))
    for _ in range(2):
        report = office.land()
        assert counts(office).items() >= before.items() and report.changes == []
        assert "仍然计入" in report.gone and "--withdrawals" in report.gone
    land_drop(office.raw, office.landing, CONTRACTS, "101001", keeping=Keeping(withdraw_all=True))
    assert not set(counts(office)) & {name for name in names if not (office.raw / name).exists()}


@pytest.mark.attack(
    area="log",
    attack="A folder of the drop cannot be read for a night",
    holds="Its files are told as not read and count on",
)
def test_files_in_a_closed_folder_are_not_gone(office: Office) -> None:
    closed = Unread("payments/2023", "文件夹打不开", "请检查权限")
    standing = log_of(office).entries
    assert gone(standing, set(), [closed], {"payments"}) == []
    assert len(gone(standing, set(), [replace(closed, name="payments/20")], {"payments"})) == 3


@pytest.mark.attack(
    area="log",
    attack="An office that tidies away what it handed in, with JIXIAO_DELETED_FILES=keep",
    holds="Deleted files count on and are told; a line in received.csv withdraws them",
)
def test_where_files_are_tidied_away_only_a_line_withdraws(office: Office) -> None:
    keeping = Keeping(deleted_files="keep")
    before = counts(office)
    (office.raw / JANUARY).unlink()
    report = land_drop(office.raw, office.landing, CONTRACTS, "101001", keeping=keeping)
    assert counts(office) == before and JANUARY in report.gone
    office.hand_in("received.csv", HEAD + f"{JANUARY},101001,2023-01,2023-02-03,是,\n")
    report = land_drop(office.raw, office.landing, CONTRACTS, "101001", keeping=keeping)
    assert set(counts(office)) == {FEBRUARY, MARCH} and report.gone == "" and report.notes == []


@pytest.mark.attack(
    area="log",
    attack="Only some files of the drop are landed (land FILE, one ledger of the UI)",
    holds="Nothing else is taken for deleted",
)
def test_landing_a_part_of_the_drop_withdraws_nothing_else(office: Office) -> None:
    (office.raw / JANUARY).unlink()
    land_drop(office.raw, office.landing, CONTRACTS, "101001", only=[office.raw / FEBRUARY])
    land_drop(office.raw, office.landing, CONTRACTS, "101001", ledgers={"contracts"})
    assert JANUARY in counts(office)
    land_drop(office.raw, office.landing, CONTRACTS, "101001", ledgers={"payments"})
    assert JANUARY not in counts(office)


@pytest.mark.attack(
    area="log",
    attack="A file is renamed or moved, copied first and then deleted, or its old content comes back under a new name",
    holds="It counts once, under the name that it has now",
)
@pytest.mark.parametrize("way", ["renamed", "copied, then deleted", "old content under a new name"])
def test_a_renamed_file_counts_once(way: str, office: Office) -> None:
    new = "payments/2023/2023年01月国库支付.csv"
    content = (office.raw / JANUARY).read_bytes()
    received = log_of(office).entries[0].received_at
    if way == "renamed":
        (office.raw / JANUARY).rename(office.raw / new)
    elif way == "copied, then deleted":
        office.hand_in(new, content)
        assert office.land().entries == []
        (office.raw / JANUARY).unlink()
    else:
        office.hand_in(JANUARY, payments_text([payment_cells(1), payment_cells(5)]))
        office.land()
        (office.raw / JANUARY).unlink()
        office.hand_in(new, content)
    office.land()
    assert set(counts(office)) == {new, FEBRUARY, MARCH}
    if way != "old content under a new name":
        assert log_of(office).entries[-1].received_at == received, "it was handed in then"
    assert office.land().entries == []


# Booked wrong


@pytest.mark.attack(
    area="log",
    attack="The department, period or time of a file that landed is corrected in received.csv, also to and fro",
    holds="It counts once, where it is booked now, also in looks back; the log names old and new",
)
@pytest.mark.parametrize(
    ("line", "booked", "told"),
    [
        ("101002,2023-01,2023-02-03", ("101002", "2023-01"), "部门由 101001 更正为 101002"),
        ("101001,2023-07,2023-02-03", ("101001", "2023-07"), "期间由 2023-01 更正为 2023-07"),
        ("101002,2024-01,2023-02-03", ("101002", "2024-01"), "部门由 101001 更正为 101002,期间由 2023-01 更正为 2024-01"),
        ("101001,2023-01,2023-01-09", ("101001", "2023-01"), "收到时间由 2023-02-03"),
    ],
)  # fmt: skip
def test_a_corrected_line_moves_its_file(line: str, booked: tuple[str, str], told: str, office: Office) -> None:
    first = f"{JANUARY},101001,2023-01,2023-02-03,,"
    registered(office, first)
    report = registered(office, f"{JANUARY},{line},,")
    assert counts(office)[JANUARY] == booked and len(counts(office)) == 3
    (text,) = report.changes
    assert told in text and JANUARY in text
    assert counts(office, "2023-02-04") == {JANUARY: booked}
    assert bool(counts(office, "2023-01-10")) == ("01-09" in line)
    registered(office, first)
    assert counts(office)[JANUARY] == ("101001", "2023-01") and not counts(office, "2023-01-10")


@pytest.mark.attack(
    area="log",
    attack="A corrected time would make the other of two files of a period the last one",
    holds="The file that was received last by the corrected times counts",
)
def test_a_corrected_time_chooses_the_file_that_was_last(office: Office) -> None:
    office.hand_in(CORRECTION, payments_text([payment_cells(1), payment_cells(4)]))
    later = [f"{JANUARY},101001,2023-01,2023-02-03,,", f"{CORRECTION},101001,2023-01,2023-02-20,,"]
    registered(office, *later)
    assert CORRECTION in counts(office)
    registered(office, later[0], f"{CORRECTION},101001,2023-01,2023-02-01,,")
    assert JANUARY in counts(office) and CORRECTION not in counts(office)


@pytest.mark.attack(
    area="log",
    attack="A file is corrected to a department whose own file of that period has no key in common with it",
    holds="It is held there, and counts no more where it was wrong",
)
def test_a_file_moved_to_where_it_is_held_counts_nowhere(office: Office) -> None:
    other = "payments/2023/2023年01月中心.csv"
    office.hand_in(other, payments_text([payment_cells(50)]))
    registered(office, f"{other},101002,2023-01,2023-02-03,,")
    office.hand_in(
        "received.csv", HEAD + f"{other},101002,2023-01,2023-02-03,,\n{JANUARY},101002,2023-01,2023-02-04,,\n"
    )
    report = office.land()
    assert [entry.status for entry in report.entries] == ["held"]
    assert set(counts(office)) == {other, FEBRUARY, MARCH}


@pytest.mark.attack(
    area="log",
    attack="A log of before these events, in which a corrected department counts twice and no hash is known",
    holds="It is read, the wrong department counts no more, hashes and originals are added, and the next night is quiet",
)
def test_an_older_log_is_read_and_completed(office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"{JANUARY},101002,2023-01,2023-02-03,,\n")
    office.land()
    path = office.landing / LOG_NAME
    new = {"registered_at", "effective_at", "control_rows", "control_total", "parquet_sha256", "parquet_rows", "findings_sha256"}  # fmt: skip
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    old = [{k: v for k, v in line.items() if k not in new} for line in lines if line["status"] != "moved"]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in old), encoding="utf-8")
    shutil.rmtree(office.folder / "originals")
    assert counts(office)[JANUARY] == ("101002", "2023-01") and len(counts(office)) == 3
    assert look_at_drop(office.raw, office.landing, office.contracts, "101001", {})[0]
    report = office.land()
    assert report.entries == [] and report.lost == []
    assert all(log_of(office).seals[entry.submission_id].parquet_sha256 for entry in log_of(office).entries)
    assert len(list((office.folder / "originals").iterdir())) == 3
    assert not look_at_drop(office.raw, office.landing, office.contracts, "101001", {})[0]


# The clock


@pytest.mark.attack(
    area="log",
    attack="The clock is set back by an hour or ten years between two hand-ins, of one name or of two",
    holds="The later hand-in counts, and the night says that the clock is wrong",
)
@pytest.mark.parametrize("hours", [1, 24 * 3650])
@pytest.mark.parametrize("name", [JANUARY, CORRECTION])
def test_a_clock_set_back_does_not_choose_the_older(name: str, hours: int, office: Office) -> None:
    path = office.landing / LOG_NAME
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:  # as a clock wrote them that ran ahead, before it was set back to now
        for at in ("landed_at", "received_at"):
            ahead = dt.datetime.fromisoformat(line[at]) + dt.timedelta(hours=hours)
            line[at] = ahead.isoformat(sep=line[at][10])
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    office.hand_in(name, payments_text([payment_cells(1), payment_cells(4)]))
    report = office.land()
    (entry,) = report.entries
    assert entry.submission_id in {each.submission_id for each in in_force(log_of(office).entries)}
    assert any("本机时钟" in text and "校准" in text for text in report.unread_texts())


# received.csv


@pytest.mark.attack(
    area="log",
    attack="Lines of received.csv with years 0000, 9999, 2203 and 1023, times of tomorrow, empty or mad cells, and files of nobody",
    holds="Each line is told with what is wrong; it concerns its own file only; the others land",
)
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("101001,2023-01,0000-01-01", "收到时间"), ("101001,2023-01,9999-12-31", "晚于现在"),
        ("101001,2023-01,9999-12-31T23:59:59-12:00", "收到时间"), ("101001,2023-01,2203-02-03", "晚于现在"),
        ("101001,2023-01,1023-02-03", "早于"), ("101001,2203-01,2023-02-03", "年度应在"), ("101001,0000,2023-02-03", "期间"),
        ("101001,9999,2023-02-03", "期间"), ("101001,1023,2023-02-03", "年度应在"), (",2023-01,2023-02-03", "部门"),
        ("101001,2023-01,2023-02-30", "收到时间"), ("101001,2023-01,", "收到时间"), ("101001,,2023-02-03", "期间"),
        ("101001,2023-01,2023-02-03,也许", "撤回"), ("101001,2023-01,2023-02-03,9999-01-01", "晚于现在"),
    ],
)  # fmt: skip
def test_a_mad_line_concerns_its_own_file_only(line: str, told: str, tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    for number, name in enumerate((JANUARY, FEBRUARY), start=1):
        office.hand_in(name, payments_text([payment_cells(number)]))
    good = FEBRUARY.replace("/", "\\")
    office.hand_in(
        "received.csv",
        HEAD
        + f"{JANUARY},{line}\n{good},101002,2023-02,2023-03-03\npayments\\2023\\nobody.csv,101002,2023-02,2023-03-03\n",
    )
    report = office.land()
    assert [(entry.file, entry.department_code) for entry in report.entries] == [(FEBRUARY, "101002")]
    (unread,) = report.unread
    assert unread.name == JANUARY and "第 2 行" in unread.text and told in unread.text
    (note,) = report.notes
    assert "第 4 行" in note.text and "nobody.csv" in note.text


@pytest.mark.attack(
    area="log",
    attack="A line of a file that landed turns bad",
    holds="The file counts on as it did, and the line is told",
)
def test_a_line_that_turns_bad_takes_nothing_back(office: Office) -> None:
    before = counts(office)
    report = registered(office, f"{JANUARY},101001,2203-01,2023-02-03,,")
    assert counts(office) == before and JANUARY in report.unclaimed


# The log


@pytest.mark.attack(
    area="log",
    attack="The log is read while a line of it is being written",
    holds="The reader leaves the half line alone; a night cuts it before it reads",
)
def test_a_reader_of_the_log_never_cuts_it(office: Office) -> None:
    path = office.landing / LOG_NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"log_no": 4, "sub')
    assert len(log_of(office).entries) == 3 and path.read_bytes() != whole
    office.land()
    assert path.read_bytes() == whole


# What is published


def land_in_order(raw: Path, build: Path, seed: int) -> Warehouse:
    """The sample, landed file by file in a random order before its night."""
    from dagster_project.nightly_run import NightlyRun
    from dagster_project.settings import Settings

    settings = Settings(raw_dir=raw, build_dir=build)
    files = [path for path in sorted(raw.rglob("*")) if path.is_file() and path.parent != raw]
    random.Random(seed).shuffle(files)
    for group in (files[at::4] for at in range(4)):
        land_drop(raw, settings.landing_dir, CONTRACTS, "101001", only=group, keeping=settings.keeping)
    return Warehouse(settings, NightlyRun(settings).execute(lambda text: None))


@pytest.mark.slow
@pytest.mark.attack(
    area="log",
    attack="The files of the sample land in another order, in four runs",
    holds="One version id, and every published table is byte-equal",
    only_here=True,
)
def test_the_version_does_not_depend_on_the_order_in_which_files_landed(sample: Warehouse, tmp_path: Path) -> None:
    def hashes(warehouse: Warehouse) -> dict[str, str]:
        version = (warehouse.settings.serving_dir / "current").resolve()
        return json.loads((version / "manifest.json").read_text(encoding="utf-8"))["sha256"]

    first = hashes(sample)
    again = hashes(land_in_order(sample.settings.raw_dir, tmp_path / "build", 1))
    assert {name: again[name] for name in first if name.endswith(".parquet")} == {
        name: first[name] for name in first if name.endswith(".parquet")
    }


@pytest.mark.slow
@pytest.mark.attack(
    area="log",
    attack="A month of payments is deleted from the drop of the built sample, and put back",
    holds="Published figures follow and come back; dbt chooses the same submissions as landing",
    only_here=True,
)
def test_published_figures_follow_what_is_taken_back(sample: Warehouse, tmp_path: Path) -> None:
    night = sample.copy_to(tmp_path)
    figures = "select * from evaluation.figures order by all"
    before = rows(night.published, figures)
    landed = SubmissionLog(night.settings.landing_dir / LOG_NAME)
    month = next(e for e in in_force(landed.entries) if e.ledger == "payments" and e.period.startswith("2023"))
    path = night.settings.raw_dir / month.file
    content = path.read_bytes()
    path.unlink()
    result = night.run_again()
    assert any("已撤回" in text and month.file in text for text in result.unclaimed)
    assert rows(night.published, figures) != before
    entries = SubmissionLog(night.settings.landing_dir / LOG_NAME).entries
    current = "select submission_id, file from quality.submissions where is_current order by all"
    assert rows(night.published, current) == sorted((e.submission_id, e.file) for e in in_force(entries))
    (event,) = rows(
        night.published, "select file, rows_read, effective_on from quality.submissions where status = 'withdrawn'"
    )
    assert event[:2] == (month.file, 0) and abs((event[2] - dt.date.today()).days) <= 1
    path.write_bytes(content)
    night.run_again()
    assert rows(night.published, figures) == before
