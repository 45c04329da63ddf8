"""Answers: what a department gets back is mended in the workbook, handed in again, and clears just the rows that were rejected."""

from __future__ import annotations

import io
import json
import random
import stat
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ledger_files import (
    CONTRACTS,
    PAYMENT_FILE,
    PAYMENT_HEADERS,
    PAYMENTS,
    Office,
    closes,
    csv_text,
    payment_cells,
    query,
)
from other_programs import Program, anew, cells, in_place, sheet_names
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.contracts import Contract
from dagster_project.ingestion.answered import answered_rows
from dagster_project.ingestion.answering import CHOICE_HEADER, CODE_HEADER, ROWS_SHEET
from dagster_project.ingestion.landing import LandingReport, look_at_drop
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import Submission, entries_in
from dagster_project.reporting.answer.all_open import write_open_answers
from dagster_project.reporting.answer.gather import Answer, Gatherer, path_of
from dagster_project.reporting.answer.write import write_answer
from dagster_project.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "cases"))
from books import BUDGET_FILE, BUDGET_HEAD, budget_row, xlsx

BACK = "payments/2023/改好了.xlsx"
RECEIVED = "file,department,period,received_at\n"
PROGRAMS = [in_place, anew]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, CONTRACTS)


def settings_of(office: Office) -> Settings:
    return Settings(raw_dir=office.raw, build_dir=office.folder)


def answer_to(office: Office, file: str) -> Answer:
    gatherer = Gatherer(settings_of(office))
    return gatherer.of(next(entry for entry in gatherer.submissions if entry.file == file))


def workbook(office: Office, file: str) -> bytes:
    """The answer to a file as it is written."""
    answer = answer_to(office, file)
    path = path_of(office.folder / "given", answer.entry)
    write_answer(answer, path)
    return path.read_bytes()


@dataclass
class Sheet:
    """The rows sheet of an answer, to be mended by header and by the code of a row."""

    content: bytes

    def __post_init__(self) -> None:
        self.cells = cells(self.content, ROWS_SHEET)
        self.top = next(number for number, row in enumerate(self.cells) if CODE_HEADER in row)
        self.head = self.cells[self.top]

    @property
    def rows(self) -> dict[int, int]:
        """The number in the sheet of each row, by its number in the file that is answered."""
        place = self.head.index(CODE_HEADER)
        codes = {number: row[place] for number, row in enumerate(self.cells[self.top + 1 :], start=self.top + 2)}
        return {int(code.rpartition("!")[2].partition("#")[0]): number for number, code in codes.items()}

    def at(self, row: int, header: str) -> tuple[int, int]:
        return self.rows[row], self.head.index(header) + 1

    def value(self, row: int, header: str) -> str:
        number, column = self.at(row, header)
        return self.cells[number - 1][column - 1]


def header(name: str, contract: Contract = PAYMENTS) -> str:
    return contract.column(name).headers[0]


def hand_back(office: Office, content: bytes, name: str = BACK) -> LandingReport:
    office.hand_in(name, content)
    return office.land()


def standing(office: Office, contract: Contract) -> list[tuple[Any, ...]]:
    """The rows of a ledger that count, whoever brought them: as current_rows in dbt chooses them."""
    counting = in_force(entries_in(office.landing))
    answered = answered_rows(office.landing, counting)
    last = {(a.submission_id, a.row) for a in answered.of.values() if a.outcome == "mended"}
    names = ", ".join(column.name for column in contract.columns)
    found = []
    for entry in counting:
        path = office.landing / contract.ledger / f"{entry.submission_id}.parquet"
        for row, *values in query(f"select _row, {names} from read_parquet('{path}') where _status = 'accepted'"):
            if not entry.answers or (entry.submission_id, row) in last:
                found.append(tuple(values))
    return sorted(found, key=repr)


# A ledger with a right file and ways to spoil rows of it


@dataclass(frozen=True)
class Case:
    file: str
    contract: Contract
    rows: Sequence[Sequence[Any]]
    faults: Sequence[tuple[str, Any]]
    write: Callable[[Sequence[Sequence[Any]]], bytes]
    first: int
    headers: Sequence[str]


def payments_file(rows: Sequence[Sequence[Any]]) -> bytes:
    return csv_text([[*PAYMENT_HEADERS, "我处编号"], *rows]).encode("gb18030")


def budget_file(rows: Sequence[Sequence[Any]]) -> bytes:
    return xlsx({"指标台账": [*BUDGET_HEAD, *rows]})


FEEDBACK = CONTRACTS["station_feedback"]


def records_file(rows: Sequence[Sequence[Any]]) -> bytes:
    keys = list(sample_records()[0])
    lines = (json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in rows)
    return ("\n".join(lines) + "\n").encode()


def sample_records() -> list[dict[str, Any]]:
    path = sorted((Path(__file__).parents[2] / "data" / "raw" / "station_feedback" / "2023").glob("*.jsonl"))[0]
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:12]]
    keys = list(dict.fromkeys(key for record in records for key in record))
    return [{key: record.get(key) for key in keys} for record in records]


def records_name() -> str:
    path = sorted((Path(__file__).parents[2] / "data" / "raw" / "station_feedback" / "2023").glob("*.jsonl"))[0]
    return f"station_feedback/2023/{path.name}"


def cases() -> dict[str, Case]:
    records = [list(each.values()) for each in sample_records()]
    keys = list(sample_records()[0])
    key, *_ = [c for c in FEEDBACK.columns if c.name == FEEDBACK.key[0]]
    day = next(c for c in FEEDBACK.columns if c.type in ("date", "timestamp") and set(c.headers) & set(keys))
    return {
        "csv": Case(
            PAYMENT_FILE, PAYMENTS, [[*payment_cells(number), f"甲{number}"] for number in range(1, 13)],
            [("cleared_on", "二月三十"), ("amount_yuan", "1.234"), ("fund_type", "99"), ("voucher_no", ""), ("amount_yuan", "1.2E+12"),
             ("voucher_no", "ZF202300000001"), ("is_refund", "也许")],
            payments_file, 2, PAYMENT_HEADERS,
        ),
        "workbook": Case(
            BUDGET_FILE, CONTRACTS["budget_allocations"], [budget_row(number) for number in range(1, 13)],
            [("D", ""), ("F", "昨天"), ("H", "99"), ("O", "#N/A"), ("O", "许多"), ("D", "ZB2023000001"), ("N", "9-其他")],
            budget_file, 5, list("ABCDEFGHIJKLMNOP"),
        ),
        "records": Case(
            records_name(), FEEDBACK, records, [(key.name, None), (day.name, "某日"), (key.name, records[0][keys.index(next(h for h in key.headers if h in keys))])],
            records_file, 1, keys,
        ),
    }  # fmt: skip


def spoilt(case: Case, seed: int) -> tuple[list[list[Any]], dict[int, dict[str, Any]]]:
    """The rows with some faults, and per row of the file what was right, by place of the column."""
    chance, rows, right = random.Random(seed), [list(row) for row in case.rows], {}
    numbers = chance.sample(range(1, len(rows)), 4)
    for number, (name, value) in zip(numbers, chance.sample(list(case.faults), min(4, len(case.faults))), strict=False):
        headers = [name] if len(name) == 1 else case.contract.column(name).headers
        place = next(place for place, text in enumerate(case.headers) if text in headers)
        right[case.first + number] = {"place": place, "value": rows[number][place]}
        rows[number][place] = value
    return rows, right


@pytest.mark.parametrize("program", PROGRAMS, ids=["in_place", "anew"])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", ["csv", "workbook", "records"])
def test_after_the_loop_the_rows_are_those_of_a_file_that_was_right_from_the_start(
    kind: str, seed: int, program: Program, tmp_path: Path
) -> None:
    case = cases()[kind]
    rows, right = spoilt(case, seed)
    mended, sound = Office(tmp_path / "mended", CONTRACTS), Office(tmp_path / "sound", CONTRACTS)
    sound.land_one(case.file, case.write(case.rows))
    entry = mended.land_one(case.file, case.write(rows))
    assert entry.rows_rejected == len(right), mended.faults(entry)
    content = workbook(mended, case.file)
    sheet = Sheet(content)
    assert set(sheet.rows) == set(right)
    changes = {
        (sheet.rows[row], _column(case, sheet, each["place"])): str(each["value"]) for row, each in right.items()
    }
    report = hand_back(
        mended, program(content, ROWS_SHEET, changes), f"{case.contract.ledger}/{BACK.rpartition('/')[2]}"
    )
    (answer,) = report.entries
    assert closes(answer) and (answer.rows_accepted, answer.rows_rejected) == (len(right), 0), mended.faults(answer)
    assert standing(mended, case.contract) == standing(sound, case.contract)
    assert not Gatherer(settings_of(mended)).is_open(entry)
    assert not look_at_drop(mended.raw, mended.landing, CONTRACTS, "101001", {})[0], "the next night is quiet"


def _column(case: Case, sheet: Sheet, place: int) -> int:
    """Where a column of the file stands in the answer: in the same place, but for records, whose keys are in the order of the contract."""
    if case.first > 1:
        return place + 1
    return sheet.head.index(case.headers[place]) + 1


# Parts of an answer


@pytest.fixture
def june(office: Office) -> Office:
    """A file of five rows of which three were rejected: row 3 a day, row 4 an amount, row 5 a number that stands above."""
    rows = [
        [*payment_cells(1), "甲1"],
        [*payment_cells(2, cleared_on="昨天"), "甲2"],
        [*payment_cells(3, amount_yuan="许多", payee_name="=1+1"), "甲3"],
        [*payment_cells(1, payee_account="0012"), "甲4"],
        [*payment_cells(5), "甲5"],
    ]
    office.land_one(PAYMENT_FILE, payments_file(rows))
    return office


def test_an_answer_says_what_became_of_the_file_and_what_to_do(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    *sheets, mark = sheet_names(content)
    assert sheets == ["处理结果", "问题明细", "待更正数据"] and mark.startswith("jixiao_")
    told = dict(row[:2] for row in cells(content, "处理结果") if len(row) > 1)
    assert told["行数"] == "读取 6 行 = 载入 2 + 退回 3 + 空行 0 + 表头、合计与注释 1"
    assert told["待更正"] == "待更正 3 行" and told["报送期限"] == "2023-04-10" and "累计实际支出" in told["等它的数字"]
    head, *faults = (row for row in cells(content, "问题明细")[2:])
    by_rule = {row[head.index("规则")].rpartition(".")[2]: dict(zip(head, row, strict=True)) for row in faults}
    day = by_rule["bad_date"]
    assert (day["行"], day["列"], day["填报的值"], day["我处编号"]) == (
        "3.0",
        "支付（清算）日期",
        "昨天",
        "甲2",
    ) or day["列"] == "支付(清算)日期"
    assert day["应为"].startswith("日期") and day["怎样改"] and day["单元格"] == "第4列"
    assert {"bad_amount", "duplicate_key"} <= set(by_rule) and day["规则"] == "payments.cleared_on.bad_date"


def test_the_rows_stand_under_the_headers_of_the_file_and_stay_texts(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    sheet = Sheet(content)
    assert sheet.head == [*PAYMENT_HEADERS, "我处编号", CHOICE_HEADER, CODE_HEADER] and set(sheet.rows) == {3, 4, 5}
    assert sheet.value(4, header("payee_name")) == "=1+1" and sheet.value(5, header("payee_account")) == "0012"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    assert not any("<f>" in text for name, text in parts.items() if name.startswith("xl/worksheets"))
    comments = "".join(text for name, text in parts.items() if "comments" in name)
    assert "不是有效日期" in comments and "如 2023-01-05" in comments


def test_the_same_answer_has_the_same_bytes_and_is_for_nobody_else(june: Office) -> None:
    assert workbook(june, PAYMENT_FILE) == workbook(june, PAYMENT_FILE)
    (path,) = write_open_answers(settings_of(june))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.relative_to(june.folder / "answers").as_posix() == "101001/payments/2023/2023年03月支付明细_答复.xlsx"


def test_an_answer_goes_when_everything_is_mended_and_is_not_written_twice(june: Office) -> None:
    (path,) = write_open_answers(settings_of(june))
    before = path.stat().st_mtime_ns
    assert write_open_answers(settings_of(june)) == [path] and path.stat().st_mtime_ns == before
    sheet = Sheet(path.read_bytes())
    changes = {sheet.at(3, header("cleared_on")): "2023-03-02", sheet.at(4, CHOICE_HEADER): "作废"}
    hand_back(june, in_place(sheet.content, ROWS_SHEET, changes))
    assert write_open_answers(settings_of(june)) == [path] and set(Sheet(path.read_bytes()).rows) == {5}
    hand_back(june, in_place(path.read_bytes(), ROWS_SHEET, {Sheet(path.read_bytes()).at(5, CHOICE_HEADER): "作废"}))
    assert write_open_answers(settings_of(june)) == [] and not path.exists() and not path.parent.exists()


# What an answer may not do


def mended(content: bytes, *more: tuple[tuple[int, int], str | None]) -> bytes:
    """The answer to the file of :func:`june` with row 3 mended, and further changes."""
    sheet = Sheet(content)
    return in_place(content, ROWS_SHEET, {sheet.at(3, header("cleared_on")): "2023-03-02", **dict(more)})


def rules_of(office: Office, entry: Submission) -> dict[int, str]:
    return {each["row_number"]: each["rule"] for each in office.findings(entry) if each["row_number"]}


def test_a_row_that_was_left_as_it_was_stays_open_with_its_own_finding(june: Office) -> None:
    (entry,) = hand_back(june, mended(workbook(june, PAYMENT_FILE))).entries
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 2)
    answer = answer_to(june, PAYMENT_FILE)
    assert {fault.rule for fault in answer.faults if fault.place} == {"bad_amount", "duplicate_key"}
    assert [place[1] for place in answer.rows] == [4, 5] and answer.mended == 1


def test_a_row_whose_fault_is_in_no_cell_is_not_accepted_untouched(office: Office) -> None:
    """A line that was cut short reads as a whole row once it is laid under its header."""
    rows = csv_text([PAYMENT_HEADERS, payment_cells(1), payment_cells(2)[:-1]])
    entry = office.land_one(PAYMENT_FILE, rows)
    assert [fault[2] for fault in office.faults(entry)] == ["too_few_cells"]
    content = workbook(office, PAYMENT_FILE)
    (answer,) = hand_back(office, content).entries
    assert (answer.rows_accepted, answer.rows_rejected) == (0, 1) and rules_of(office, answer)[3] == "row_unchanged"
    confirmed = in_place(content, ROWS_SHEET, {Sheet(content).at(3, CHOICE_HEADER): "无误"})
    (answer,) = hand_back(office, confirmed).entries
    assert answer.rows_accepted == 1 and not Gatherer(settings_of(office)).is_open(entry)


def test_a_row_that_still_is_wrong_comes_back_as_it_was_tried(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    (entry,) = hand_back(june, mended(content, (Sheet(content).at(4, header("amount_yuan")), "三百"))).entries
    answer = answer_to(june, PAYMENT_FILE)
    assert answer.rows["", 4]["amount_yuan"] == "三百" and set(place[1] for place in answer.rows) == {4, 5}
    assert [f.message for f in answer.faults if f.place == ("", 4)] == [
        f["message_zh"] for f in june.findings(entry) if f["rule"] == "bad_amount"
    ]
    again = workbook(june, PAYMENT_FILE)
    hand_back(
        june, in_place(again, ROWS_SHEET, {Sheet(again).at(4, header("amount_yuan")): "300"}), "payments/2023/二.xlsx"
    )
    assert set(place[1] for place in answer_to(june, PAYMENT_FILE).rows) == {5}


def test_a_row_that_stems_from_no_reject_is_refused_in_words(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    sheet = Sheet(content)
    own = {sheet.at(4, CODE_HEADER): "2#00000000", sheet.at(5, CODE_HEADER): None}
    (entry,) = hand_back(june, mended(content, *own.items())).entries
    assert rules_of(june, entry) == {3: "row_mended", 4: "not_a_reject", 5: "not_a_reject"}
    assert any("不是所答文件中退回的行" in each["message_zh"] for each in june.findings(entry))
    assert entry.rows_accepted == 1


def test_one_row_cannot_be_mended_twice_in_one_answer(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    sheet = Sheet(content)
    changes = {sheet.at(4, CODE_HEADER): sheet.value(3, CODE_HEADER), sheet.at(4, header("amount_yuan")): "3.5"}
    (entry,) = hand_back(june, mended(content, *changes.items())).entries
    assert rules_of(june, entry)[4] == "answered_twice" and entry.rows_accepted == 1


def test_what_stands_in_the_file_already_cannot_be_brought_again(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    sheet = Sheet(content)
    (entry,) = hand_back(june, mended(content, (sheet.at(5, CHOICE_HEADER), "无误"))).entries
    assert rules_of(june, entry)[5] == "duplicate_key" and entry.rows_accepted == 1
    assert any("原文件第 2 行" in each["message_zh"] for each in june.findings(entry))


def test_a_choice_that_is_none_is_told(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    (entry,) = hand_back(june, mended(content, (Sheet(content).at(4, CHOICE_HEADER), "删"))).entries
    assert rules_of(june, entry)[4] == "unknown_choice"


def test_handing_an_answer_in_twice_changes_nothing(june: Office) -> None:
    content = mended(workbook(june, PAYMENT_FILE))
    hand_back(june, content)
    before = standing(june, PAYMENTS)
    assert not hand_back(june, content, "payments/2023/又一次.xlsx").entries
    assert standing(june, PAYMENTS) == before
    (entry,) = hand_back(june, anew(content, ROWS_SHEET, {}), "payments/2023/另存.xlsx").entries
    assert entry.rows_accepted == 1 and standing(june, PAYMENTS) == before, (
        "the same row saved by another program counts once"
    )


def test_taking_an_answer_out_of_the_drop_opens_its_rows_again(june: Office) -> None:
    before = standing(june, PAYMENTS)
    hand_back(june, mended(workbook(june, PAYMENT_FILE)))
    assert len(standing(june, PAYMENTS)) == len(before) + 1
    (june.raw / BACK).unlink()
    assert any("撤回" in text for text in june.land().changes)
    assert standing(june, PAYMENTS) == before and answer_to(june, PAYMENT_FILE).open_rows == 3


def test_an_answer_that_is_saved_over_another_keeps_what_that_one_mended(june: Office) -> None:
    hand_back(june, mended(workbook(june, PAYMENT_FILE)))
    again = workbook(june, PAYMENT_FILE)
    hand_back(june, in_place(again, ROWS_SHEET, {Sheet(again).at(4, header("amount_yuan")): "3.5"}))
    assert answer_to(june, PAYMENT_FILE).mended == 2 and len(standing(june, PAYMENTS)) == 4


def test_an_answer_saved_over_the_file_that_it_answers_leaves_its_rows(june: Office) -> None:
    office = Office(june.folder / "other", CONTRACTS)
    entry = office.land_one(BUDGET_FILE, budget_file([budget_row(1), budget_row(2, O="许多")]))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1)
    own = workbook(office, BUDGET_FILE)
    hand_back(office, in_place(own, ROWS_SHEET, {(Sheet(own).rows[6], 15): "200"}), BUDGET_FILE)
    assert len(standing(office, CONTRACTS["budget_allocations"])) == 2


def test_a_whole_new_file_ends_the_answers_to_the_old_one(june: Office) -> None:
    hand_back(june, mended(workbook(june, PAYMENT_FILE)))
    june.land_one(PAYMENT_FILE, payments_file([[*payment_cells(number), ""] for number in range(1, 6)]))
    assert len(standing(june, PAYMENTS)) == 5 and answer_to(june, PAYMENT_FILE).mended == 0


def test_a_department_cannot_answer_for_another(june: Office) -> None:
    content = mended(workbook(june, PAYMENT_FILE))
    june.hand_in("received.csv", f"{RECEIVED}{BACK},101002,2023-03,2023-07-01 09:00:00\n")
    report = hand_back(june, content)
    assert not report.entries and any("部门 101001" in text and "101002" in text for text in report.unread_texts())
    assert len(standing(june, PAYMENTS)) == 2


def test_an_answer_of_nothing_that_is_known_is_told(june: Office, tmp_path: Path) -> None:
    content = mended(workbook(june, PAYMENT_FILE))
    elsewhere = Office(tmp_path / "elsewhere", CONTRACTS)
    report = hand_back(elsewhere, content)
    assert not report.entries and any("不在登记中" in text for text in report.unread_texts())


def test_only_the_sheet_of_rows_is_read(june: Office) -> None:
    content = mended(workbook(june, PAYMENT_FILE))
    changed = in_place(content, "处理结果", {(1, 1): "合计"})
    (entry,) = hand_back(june, changed).entries
    assert entry.rows_accepted == 1 and entry.sheet == ROWS_SHEET and entry.rows_read == 5
    rows = june.accepted(entry, "_sheet", "_row", "voucher_no")
    assert rows == [(ROWS_SHEET, 3, "ZF202300000002")], "the evidence is the answer's own cell"


def test_answers_of_one_drop_with_their_files_land_in_one_run(june: Office, tmp_path: Path) -> None:
    content = mended(workbook(june, PAYMENT_FILE))
    fresh = Office(tmp_path / "fresh", CONTRACTS)
    fresh.hand_in(PAYMENT_FILE, (june.raw / PAYMENT_FILE).read_bytes())
    fresh.hand_in("随处/答复.xlsx", content)
    assert [entry.answers is None for entry in fresh.land().entries] == [True, False]


def test_an_answer_is_read_anew_with_what_it_answers_when_the_contract_changes(june: Office) -> None:
    hand_back(june, mended(workbook(june, PAYMENT_FILE)))
    before = standing(june, PAYMENTS)
    june.contracts = {**CONTRACTS, "payments": PAYMENTS.model_copy(update={"subtotal_markers": ["合计"]})}
    june.contracts["payments"].__dict__.pop("version", None)
    assert len(june.land().entries) == 2 and standing(june, PAYMENTS) == before


def test_lost_rows_of_an_answer_are_landed_again_from_its_original(june: Office) -> None:
    (entry,) = hand_back(june, mended(workbook(june, PAYMENT_FILE))).entries
    before = standing(june, PAYMENTS)
    (june.landing / "payments" / f"{entry.submission_id}.parquet").unlink()
    report = june.land()
    assert any("已重新载入" in text for text in report.changes) and standing(june, PAYMENTS) == before


def test_dbt_chooses_among_answers_as_landing_does(june: Office) -> None:
    content = workbook(june, PAYMENT_FILE)
    sheet = Sheet(content)
    day, amount = sheet.at(3, header("cleared_on")), sheet.at(4, header("amount_yuan"))
    for number, changes in enumerate(
        [{day: "2023-03-02"}, {day: "2023-03-03", amount: "三"}, {day: "无", amount: "四"}]
    ):
        hand_back(june, in_place(content, ROWS_SHEET, changes), f"payments/2023/{number}.xlsx")
    counting = in_force(entries_in(june.landing))
    values = ", ".join(f"('{e.submission_id}', {e.log_no}, '{e.answers}')" for e in counting if e.answers)
    sql = (Path(__file__).parents[2] / "dbt/models/staging/quality/stg_quality__answered_rows.sql").read_text(
        encoding="utf-8"
    )
    sql = sql.replace("{{ config(materialized='table') }}", "")
    sql = sql.replace(
        "{{ ref('stg_quality__current_submissions') }}", f"(values {values}) as given(submission_id, log_no, answers)"
    )
    sql = sql.replace(
        "{{ source('landing_log', 'findings') }}",
        f"read_parquet('{june.landing}/findings/*.parquet', union_by_name = true)",
    )
    found = query(
        f"select answers, of_sheet, of_row, submission_id, row_number, outcome from ({sql}) where is_standing or is_last_try"
    )
    ours = answered_rows(june.landing, counting).of
    assert {row[:3]: row[3:] for row in found} == {
        place: (a.submission_id, a.row, a.outcome) for place, a in ours.items()
    }
    assert sorted(a.outcome for a in ours.values()) == ["mended", "wrong"]


def test_the_command_writes_the_answer_that_is_asked_for(june: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_RAW_DIR", str(june.raw))
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(june.folder))
    run = CliRunner().invoke
    target = june.folder / "给部门"
    target.mkdir()
    by_name = run(app, ["answer", Path(PAYMENT_FILE).name, "--to", str(target)])
    assert by_name.exit_code == 0 and len(list(target.rglob("*_答复.xlsx"))) == 1, by_name.output
    every = run(app, ["answer", "--department", "101001"])
    assert every.exit_code == 0 and len(list((june.folder / "answers").rglob("*_答复.xlsx"))) == 1, every.output
    assert "没有待更正的报送" in run(app, ["answer", "--department", "101002"]).output
    unknown = run(app, ["answer", "没有的.csv"])
    assert unknown.exit_code == 2 and "没有的.csv" in unknown.output
