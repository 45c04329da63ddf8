"""The log of submissions: append-only, repaired after a kill, and what it answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.ingestion.submissions import Submission, SubmissionLog, totals


def entry(number: int, identity: str, file: str = "a.csv", reason: str = "") -> Submission:
    return Submission(
        log_no=number, submission_id=identity, ledger="payments", domain="budget", department_code="101001", period="2023-03", fiscal_year=2023,
        file=file, sheet="", sha256="0" * 64, size_bytes=1, received_at="2023-04-01", landed_at="2023-04-01", contract_version="1",
        supersede="replace", status="landed", reason=reason, rows_read=10, rows_accepted=6, rows_rejected=2, rows_blank=1, rows_notes=1,
    )  # fmt: skip


def log_at(folder: Path, *entries: Submission) -> SubmissionLog:
    log = SubmissionLog(folder / "landing" / "submissions.jsonl")
    for each in entries:
        log.append(each)
    return log


def test_what_was_appended_is_read_again_in_order(tmp_path: Path) -> None:
    written = [entry(1, "one"), entry(2, "two", reason="文件“甲”无法读取")]
    log_at(tmp_path, *written)
    assert log_at(tmp_path).entries == written


def test_a_new_log_is_empty_and_counts_from_one(tmp_path: Path) -> None:
    log = log_at(tmp_path)
    assert (log.entries, log.next_no) == ([], 1)
    log.append(entry(1, "one"))
    assert (log.next_no, log_at(tmp_path).next_no) == (2, 2)


@pytest.mark.parametrize(
    "torn", ['{"log_no": 2, "submission_id": "tw', "{", '{"reason": "文'.encode()[:-1].decode(errors="ignore")]
)
def test_a_torn_last_line_is_cut_and_the_log_goes_on(torn: str, tmp_path: Path) -> None:
    log = log_at(tmp_path, entry(1, "one"))
    with log.path.open("a", encoding="utf-8") as stream:
        stream.write(torn)
    repaired = log_at(tmp_path, entry(2, "two"))
    assert [e.submission_id for e in repaired.entries] == ["one", "two"]
    assert [json.loads(line)["submission_id"] for line in log.path.read_text(encoding="utf-8").split("\n")[:-1]] == [
        "one",
        "two",
    ]


def test_a_log_of_one_torn_line_becomes_empty(tmp_path: Path) -> None:
    log = log_at(tmp_path)
    log.path.write_text('{"log_no"', encoding="utf-8")
    assert log_at(tmp_path).entries == [], "whoever only reads it leaves it alone: it may be being written"
    log.cut_torn_line()
    assert log.path.read_bytes() == b""


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\n", '"'])
def test_a_reason_may_hold_any_line_separator(sign: str, tmp_path: Path) -> None:
    reason = f"工作表“甲{sign}乙”"
    log_at(tmp_path, entry(1, "one", reason=reason))
    assert log_at(tmp_path).entries == [entry(1, "one", reason=reason)]


def test_bytes_are_settled_while_they_are_what_the_file_last_held(tmp_path: Path) -> None:
    log = log_at(tmp_path, entry(1, "one"))
    assert log.is_settled("one", "payments", "a.csv")
    log.append(entry(2, "two"))
    assert log.is_settled("two", "payments", "a.csv")
    assert not log.is_settled("one", "payments", "a.csv"), "the file went back to earlier bytes"


def test_known_bytes_under_a_new_name_are_settled_and_unknown_bytes_are_not(tmp_path: Path) -> None:
    log = log_at(tmp_path, entry(1, "one"))
    assert log.is_settled("one", "payments", "copy.csv")
    assert not log.is_settled("two", "payments", "copy.csv")


def test_the_entry_of_a_submission_is_its_latest(tmp_path: Path) -> None:
    log = log_at(tmp_path, entry(1, "one"), entry(2, "two"), entry(3, "one", file="b.csv"))
    assert log.entry("one") == entry(3, "one", file="b.csv")
    assert log.entry("three") is None


def test_totals_add_up_the_counts() -> None:
    assert totals([entry(1, "one"), entry(2, "two")]) == {
        "rows_read": 20,
        "rows_accepted": 12,
        "rows_rejected": 4,
        "rows_blank": 2,
        "rows_notes": 2,
    }
    assert totals([])["rows_read"] == 0
