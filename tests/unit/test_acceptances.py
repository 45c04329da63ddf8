"""accepted.csv: what a line must say, against which clock it ends, and that a faulty one accepts nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dagster_project.quality.acceptances import Acceptance, read_acceptances
from dagster_project.quality.issue_texts import amount_text, effect_text, share_text

HEAD = "check,department,year,key,file,row,reason,accepted_on,accepted_by,until\n"
DAY = dt.date(2024, 5, 17)


def read(folder: Path, content: str | bytes, name: str = "accepted.csv") -> list[Acceptance]:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_acceptances(folder)


def test_a_drop_without_the_file_accepts_nothing(tmp_path: Path) -> None:
    assert read_acceptances(tmp_path) == []
    assert read_acceptances(tmp_path / "none") == []


def test_a_line_is_read_with_its_number_and_what_narrows_it(tmp_path: Path) -> None:
    (line,) = read(tmp_path, HEAD + "\na_check,101001,2023,HT1,a\\b.csv,7,理由,2024/2/5,行政处,2025年1月31日\n")
    assert (line.line_no, line.check, line.department, line.year, line.key, line.file, line.row) == (
        3, "a_check", "101001", 2023, "HT1", "a/b.csv", 7,
    )  # fmt: skip
    assert (line.accepted_on, line.until, line.fault) == (dt.date(2024, 2, 5), dt.date(2025, 1, 31), "")


def test_chinese_headers_and_the_encoding_of_spreadsheet_programs_are_read(tmp_path: Path) -> None:
    text = "检查,理由,认可日期,认可处室,有效至\r\na_check,照计,2024-02-05,行政处,2025-01-31\r\n"
    (line,) = read(tmp_path, text.encode("gb18030"), "Accepted.CSV")
    assert (line.reason, line.accepted_by, line.fault) == ("照计", "行政处", "")
    for other in (text.encode("utf-16"), text.replace(",", "\t").encode(), text.replace(",", ";").encode("utf-8-sig")):
        assert read(tmp_path, other, "Accepted.CSV") == [line]  # as received.csv is read
    (later,) = read(tmp_path, ("\r\n，，\r\n" + text.replace(",", "，")).encode("gb18030"), "Accepted.CSV")
    assert (later.line_no, later.reason, later.until) == (4, line.reason, line.until)


def test_a_workbook_by_another_name_is_told_so(tmp_path: Path) -> None:
    (line,) = read(tmp_path, b"PK\x03\x04\x14\x00rest")
    assert "工作簿" in line.fault and "缺少列" not in line.fault


@pytest.mark.parametrize("missing", ["check", "reason", "accepted_on", "accepted_by", "until"])
def test_a_line_without_what_it_must_say_accepts_nothing(tmp_path: Path, missing: str) -> None:
    said = {"check": "a", "reason": "b", "accepted_on": "2024-01-01", "accepted_by": "c", "until": "2030-01-01"}
    said[missing] = ""
    (line,) = read(tmp_path, ",".join(said) + "\n" + ",".join(said.values()) + "\nx")[:1]
    assert "没有写" in line.fault
    assert line.state_at(DAY, None) == "faulty"


@pytest.mark.parametrize(("column", "text"), [("until", "2024-02-30"), ("row", "七"), ("year", "-1")])
def test_what_is_no_date_or_number_is_named(tmp_path: Path, column: str, text: str) -> None:
    said = {"check": "a", "reason": "b", "accepted_on": "2024-01-01", "accepted_by": "c", "until": "2030-01-01"}
    said[column] = text
    (line,) = read(tmp_path, ",".join(said) + "\n" + ",".join(said.values()) + "\n")
    assert f"“{text}”" in line.fault


def test_a_file_without_a_required_column_is_one_faulty_line(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "check,reason\na,b\n")
    assert "缺少列" in line.fault and "until(有效至)" in line.fault


def test_an_acceptance_holds_on_its_last_day_and_not_on_the_next() -> None:
    line = Acceptance(2, "a", reason="b", accepted_on=dt.date(2026, 1, 1), accepted_by="c", until=DAY)
    assert line.state_at(DAY, None) == "in_force"
    assert line.state_at(DAY + dt.timedelta(days=1), None) == "expired"


def test_a_look_back_does_not_know_what_was_accepted_later() -> None:
    line = Acceptance(2, "a", reason="b", accepted_on=DAY, accepted_by="c", until=dt.date(2030, 1, 1))
    assert line.state_at(DAY, DAY) == "in_force"
    before = DAY - dt.timedelta(days=1)
    assert line.state_at(before, before) == "not_yet"
    assert line.state_at(before, None) == "in_force", "the data's own day is no look back"


def test_money_is_told_to_the_fen_and_small_shares_are_not_told_as_nothing() -> None:
    assert amount_text(13.580764, "万元") == "13.580764万元"
    assert amount_text(3, "项") == "3项"
    assert share_text(0.004) == "不足 0.01%"
    assert share_text(0) == "0.00%"
    assert effect_text("支出", 1, "万元", 12.345) == "支出 1万元(12.35%)"
