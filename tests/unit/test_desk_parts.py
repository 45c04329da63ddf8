"""The parts of the desk that need no process: names, the way into the drop beside hand-kept registers, sessions, counting, yield."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import os
import re
import unicodedata
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_files import CONTRACTS

from dagster_project.desk.audit import Audit
from dagster_project.desk.hand_in import HandInFault, Line, candidates, hand_in
from dagster_project.desk.limits import SignIn, desk_limits
from dagster_project.desk.reading import YIELD
from dagster_project.desk.safe_names import safe_name
from dagster_project.desk.sessions import Sessions, WrongTokens
from dagster_project.ingestion.answering import layouts_of
from dagster_project.ingestion.receipts import RECEIVED_FILE, read_receipts
from dagster_project.ingestion.sql import named_rows

LINE = Line("101001", "2023", "2024-01-10 09:42:00.000000")
PAYMENTS = CONTRACTS["payments"]


def put(folder: Path, content: bytes, wanted: str, line: Line = LINE) -> str:
    source = folder / f"upload-{hashlib.sha256(content).hexdigest()[:8]}"
    source.write_bytes(content)
    return hand_in(source, hashlib.sha256(content).hexdigest(), wanted, line, folder / "raw", folder / "desk", PAYMENTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path


# --- names


@given(st.text(max_size=300))
def test_no_name_holds_a_path_a_pattern_or_what_is_invisible(given_name: str) -> None:
    name = safe_name(given_name, 80)
    assert not set(name) & set('/\\<>:"|?*[]{}$`;&') and not name.startswith((".", "~", "=", "+", "-", "@"))
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for sign in name)
    assert len(name.encode()) <= 255 or name == ""


@pytest.mark.parametrize(
    ("given_name", "name"),
    [("C:\\报送\\2023年预算.XLSX", "2023年预算.xlsx"), ("../../2023.csv", "2023.csv"), ("２０２３年.csv", "2023年.csv"), ("...", ""),
     ("con.csv", ""), ("Thumbs.db", ""), ("2023\u202evsc.exe", "2023vsc.exe"), ("", ""), ("a/", "")],
)  # fmt: skip
def test_a_name_stays_what_a_person_called_it(given_name: str, name: str) -> None:
    assert safe_name(given_name, 80) == name


def test_other_names_of_a_file_are_claimed_by_the_same_layouts() -> None:
    for ledger, contract in CONTRACTS.items():
        for layout in contract.files:
            wanted = re.sub(
                r"\[.*?\]", "x", layout.pattern.replace("**", "2023").replace("*", "2023").replace("?", "x")
            )
            if layouts_of(contract, wanted):
                names = [name for name, _ in zip(candidates(wanted, "101001", contract), range(3), strict=False)]
                assert names[0] == wanted and len({*names}) == len(names), ledger
                assert all(layouts_of(contract, name) == layouts_of(contract, wanted) for name in names), ledger


def test_the_number_of_rows_that_a_person_confirmed_stands_in_the_register(place: Path) -> None:
    (place / "raw" / RECEIVED_FILE).write_text("文件,部门,期间,收到时间\n", encoding="utf-8")
    name = put(place, b"a\n", "payments/2023/a.csv", Line("101001", "2023", LINE.received_at, rows="48"))
    assert read_receipts(place / "raw", [name]).by_file[name].control_rows == 48
    assert (place / "raw" / RECEIVED_FILE).read_text(encoding="utf-8").startswith("文件,部门,期间,收到时间,行数\n")


# --- the way into the drop


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "header",
    [
        "文件\t期间\t备注\t部门\t收到时间",
        "file;period;note;department;received_at",
        "部门编码,文件名,所属期间,收件时间,行数",
    ],
)
def test_a_register_kept_by_hand_is_continued_in_its_own_way(place: Path, encoding: str, header: str) -> None:
    register = place / "raw" / RECEIVED_FILE
    before = f"{header}\r\n".encode(encoding)
    register.write_bytes(before)
    name = put(place, b"one", "payments/2023/a.csv")
    again = put(place, b"two", "payments/2023/b.csv", Line("101002", "2023-06", "2024-01-11 10:00:00.000000", "ABCDEF"))
    assert register.read_bytes().decode(encoding).splitlines()[0].startswith(header)
    receipts = read_receipts(place / "raw", [name, again])
    assert not receipts.faults and not receipts.notes
    assert [(r.department_code, r.period, r.confirmed) for r in receipts.by_file.values()] == [
        ("101001", "2023", ""),
        ("101002", "2023-06", "ABCDEF"),
    ]


def test_a_register_that_cannot_be_continued_is_left_alone_and_nothing_is_handed_in(place: Path) -> None:
    register = place / "raw" / RECEIVED_FILE
    for content in (b"file,department\nx,y\n", "文件,部门,期间,收到时间\n".encode() + b"\xff\xff\xff\n"):
        register.write_bytes(content)
        with pytest.raises(HandInFault, match=RECEIVED_FILE):
            put(place, b"one", "payments/2023/a.csv")
        assert register.read_bytes() == content
        assert [path for path in (place / "raw").rglob("*") if path.is_file()] == [register]


def test_no_file_is_ever_written_over_whoever_put_it_there(place: Path) -> None:
    lying = place / "raw" / "payments" / "2023" / "a.csv"
    lying.parent.mkdir(parents=True)
    lying.write_bytes(b"by hand")
    name = put(place, b"from the desk", "payments/2023/a.csv")
    assert (
        lying.read_bytes() == b"by hand"
        and (place / "raw" / name).read_bytes() == b"from the desk"
        and name != "payments/2023/a.csv"
    )
    (place / "raw" / name).unlink()  # its line is still there: a second line about one file would be a fault
    third = put(place, b"once more", "payments/2023/a.csv")
    assert third not in (name, "payments/2023/a.csv") and not read_receipts(place / "raw", [third]).faults


def test_a_name_that_somebody_takes_at_that_moment_is_left_to_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def somebody_was_quicker(source: Path, target: Path) -> None:
        if target.name == "a.csv":
            target.write_bytes(b"by hand")
        link(source, target)

    monkeypatch.setattr(os, "link", somebody_was_quicker)
    name = put(place, b"from the desk", "payments/2023/a.csv")
    assert (place / "raw" / "payments/2023/a.csv").read_bytes() == b"by hand" and (
        place / "raw" / name
    ).read_bytes() == b"from the desk"
    assert (place / "raw" / RECEIVED_FILE).read_text("utf-8").count("payments/") == 1


def test_other_bytes_than_those_that_were_answered_are_not_handed_in(place: Path) -> None:
    source = place / "upload"
    source.write_bytes(b"changed")
    with pytest.raises(HandInFault, match="试读时不同"):
        hand_in(source, "0" * 64, "payments/2023/a.csv", LINE, place / "raw", place / "desk", PAYMENTS)
    assert [path for path in (place / "raw").rglob("*") if path.is_file()] == []


def test_a_folder_that_leads_out_of_the_drop_is_not_followed(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "raw" / "payments").symlink_to(place / "elsewhere")
    with pytest.raises(HandInFault, match="别处"):
        put(place, b"one", "payments/2023/a.csv")
    assert [path for path in (place / "elsewhere").rglob("*") if path.is_file()] == []


def _hand_in_many(folder: str, number: int) -> None:
    for each in range(10):
        put(Path(folder), f"{number} {each}".encode(), "payments/2023/a.csv")


def test_hand_ins_at_the_same_moment_lose_nothing(place: Path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_hand_in_many, args=(str(place), number)) for number in range(3)]
    for each in others:
        each.start()
    for each in others:
        each.join()
    files = [
        path.relative_to(place / "raw").as_posix()
        for path in (place / "raw").rglob("*.csv")
        if path.name != RECEIVED_FILE
    ]
    receipts = read_receipts(place / "raw", files)
    assert len(files) == 30 and len(receipts.by_file) == 30 and not receipts.faults and not receipts.notes
    assert len({(place / "raw" / name).read_bytes() for name in files}) == 30


# --- sessions


def test_a_session_ends_with_its_hours_its_key_and_any_change(tmp_path: Path) -> None:
    now = [1_000_000.0]
    sessions = Sessions(tmp_path, 3001, 1, lambda: now[0])
    session = sessions.begin("a6f69699", "101001")
    cookie = sessions.cookie(session, is_secure=True)
    value = cookie.partition(";")[0].partition("=")[2]
    assert cookie.endswith("; HttpOnly; SameSite=Strict; Path=/; Secure") and sessions.read(value) == session
    assert all(
        sessions.read(value[:n] + ("A" if value[n] != "A" else "B") + value[n + 1 :]) is None
        for n in range(0, len(value), 7)
    )
    assert Sessions(tmp_path, 3001, 1, lambda: now[0]).read(value) == session, "a restart keeps it"
    now[0] += 3601
    assert sessions.read(value) is None
    now[0] -= 7200
    assert sessions.read(value) is None, "a session of the future is none"
    now[0] += 3600
    (tmp_path / "session.key").unlink()
    assert Sessions(tmp_path, 3001, 1, lambda: now[0]).read(value) is None


def test_the_token_of_a_form_is_of_one_session(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, 3001, 1)
    one, other = sessions.begin("a", "101001"), sessions.begin("a", "101001")
    assert sessions.is_own_form(one, sessions.form_token(one)) and not sessions.is_own_form(
        one, sessions.form_token(other)
    )
    assert not sessions.is_own_form(None, sessions.form_token(one)) and not sessions.is_own_form(one, "")


def test_wrong_tokens_are_counted_within_a_window() -> None:
    now = [0.0]
    limits = SignIn(wrong_per_address=3, wrong_per_department=5, window_seconds=60, session_hours=1, token_days=1)
    wrong = WrongTokens(limits, lambda: now[0])
    for _ in range(3):
        assert wrong.wait_seconds("a", "101001") == 0
        wrong.was_wrong("a", "101001")
        now[0] += 1
    assert (
        wrong.wait_seconds("a", "101001") == 57
        and wrong.wait_seconds("a", "101002") == 57
        and wrong.wait_seconds("b", "101001") == 0
    )
    wrong.was_wrong("b", "101001")
    wrong.was_wrong("c", "101001")
    assert wrong.wait_seconds("d", "101001") == 57, "five for the department, from three addresses"
    now[0] = 61
    assert wrong.wait_seconds("a", "101002") == 0 and wrong.wait_seconds("d", "101001") == 0


def test_what_is_no_event_is_not_logged(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="anything"):
        Audit(tmp_path).log("anything")
    assert desk_limits().sign_in.wrong_per_address < desk_limits().sign_in.wrong_per_department


# --- yield


def test_first_pass_yield_and_days_to_mend_count_files_as_they_first_came() -> None:
    hand_ins = [
        # ledger, period, file, day, status, rejected, answers
        ("payments", "2023-01", "clean.csv", 5, "landed", 0, None),
        ("payments", "2023-02", "mended_by_answer.csv", 5, "landed", 2, None),
        ("payments", "2023-02", "answer_that_is_wrong.xlsx", 6, "landed", 1, "s"),
        ("payments", "2023-02", "answer.xlsx", 8, "landed", 0, "s"),
        ("payments", "2023-03", "refused_then_saved_over.csv", 5, "refused", 0, None),
        ("payments", "2023-03", "refused_then_saved_over.csv", 10, "landed", 0, None),
        ("payments", "2023-04", "still_open.csv", 5, "landed", 1, None),
        ("meetings", "2023-04", "of_another_ledger.csv", 6, "landed", 0, None),
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create schema quality; create table quality.submissions (ledger varchar, period varchar, fiscal_year int, file varchar, "
            "received_at timestamp, log_no int, status varchar, rows_rejected int, answers varchar, department_code varchar)"
        )
        for number, (ledger, period, file, day, status, rejected, answers) in enumerate(hand_ins):
            values = [
                ledger,
                period,
                2023,
                file,
                dt.datetime(2023, 6, day),
                number,
                status,
                rejected,
                answers,
                "101001",
            ]
            connection.execute("insert into quality.submissions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            connection.execute(
                "insert into quality.submissions values (?, ?, ?, ?, ?, ?, ?, 9, ?, '101002')", [*values[:7], answers]
            )
        [row] = named_rows(connection.execute(YIELD, {"department": "101001"}))
    assert (row["files"], row["first_pass"], float(row["yield_pct"])) == (5, 2, 40.0)
    assert (row["days_to_mend"], row["open_files"]) == (4.0, 1), "three days and five"
