"""Readers: public corpora of odd files end as loaded or refused, and every row keeps its number."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_files import DATA, Office, closes, column, contract_of, csv_text, yuan
from python_calamine import CalamineWorkbook

from dagster_project.contracts import Contract
from dagster_project.ingestion import lines
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.rules import RULES
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import column_letter
from dagster_project.ingestion.workbook import cell_text

SPECTRUM = sorted((DATA / "csv_spectrum" / "csvs").glob("*.csv"))
WORKBOOKS = sorted((DATA / "xlsx_corpus_calamine" / "ok").iterdir())
BROKER = DATA / "us_databroker"
LINES = contract_of([column("number_no", "编号", required=True), column("remark", "备注")])
ABSENT = contract_of(
    [column("number_no", "没有这一列", required=True)], files=[{"pattern": "sample/*/*", "format": "workbook"}]
)


def text_contract(headers: list[str], **layout: Any) -> Contract:
    """A contract with these headers as optional texts, except that a key must be required."""
    names = {f"column_{n}": header for n, header in enumerate(headers)}
    columns = [column(name, header, required=n == 0) for n, (name, header) in enumerate(names.items())]
    return contract_of(columns, files=[{"pattern": "sample/*/*", "format": "csv"} | layout])


def land(
    folder: Path, contract: Contract, content: bytes | str, name: str = "sample/2023/file.csv"
) -> tuple[Office, Submission]:
    office = Office(folder, {"sample": contract})
    return office, office.land_one(name, content)


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_every_file_of_the_csv_spectrum_is_read_as_its_truth_says(path: Path, tmp_path: Path) -> None:
    truth = json.loads((DATA / "csv_spectrum" / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    truth = [truth] if isinstance(truth, dict) else truth
    if path.stem == "location_coordinates":  # the truth of the corpus has a made-up telephone number
        truth[0]["Contact Phone Number"] = "2095257564"
    headers = list(truth[0])
    contract = text_contract(headers)
    office, entry = land(tmp_path, contract, path.read_bytes())
    names = [c.name for c in contract.columns]
    expected = [tuple(value.strip() or None for value in record.values()) for record in truth]
    assert entry.status == "landed" and closes(entry) and entry.rows_read == len(truth) + 1
    assert office.accepted(entry, *names) == expected
    assert [row for (row,) in office.rows(entry, "_row")] == list(range(2, len(truth) + 2))


def outcome(entry: Submission, office: Office) -> str:
    """``landed``, or the rule by which a file was refused."""
    assert closes(entry)
    rules = {finding["rule"] for finding in office.findings(entry)}
    assert rules <= set(RULES)
    if entry.status == "landed":
        return "landed"
    assert entry.reason and len(rules) == 1
    return rules.pop()


def first_row(path: Path) -> list[str]:
    """The texts of the first row of the first sheet; empty where the file cannot be read."""
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception:
        return []
    texts = [cell_text(value) or "" for value in rows[0]] if rows else []
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[tuple[str, str], Submission]]:
    """All workbooks of the corpus landed in one run: by a contract whose header none has, and by one made of its first row."""
    contracts = {"absent": ABSENT.model_copy(update={"ledger": "absent"})}
    for number, path in enumerate(WORKBOOKS):
        if headers := first_row(path):
            contract = text_contract(headers, format="workbook", pattern=f"sample/*/{path.name}")
            contracts[f"own_{number}"] = contract.model_copy(update={"ledger": f"own_{number}"})
    office = Office(tmp_path_factory.mktemp("corpus"), contracts)
    for path in WORKBOOKS:
        office.hand_in(f"sample/2023/{path.name}", path.read_bytes())
    return office, {(entry.ledger[:3], Path(entry.file).name): entry for entry in office.land().entries}


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_every_workbook_of_the_corpus_is_landed_or_refused(
    path: Path, corpus: tuple[Office, dict[tuple[str, str], Submission]]
) -> None:
    office, entries = corpus
    if ("abs", path.name) in entries:
        assert outcome(entries["abs", path.name], office) in {
            "missing_columns",
            "damaged_workbook",
            "empty_workbook",
            "missing_sheet",
            "hidden_sheet",
            "encrypted_workbook",
        }
    else:
        twins = [other for other in WORKBOOKS if other.read_bytes() == path.read_bytes()]
        assert len(twins) > 1, "only the same bytes under another name need nothing"
    if first_row(path):
        assert outcome(entries["own", path.name], office) in {"landed", "duplicate_header", "unreadable_file"}


def test_most_workbooks_of_the_corpus_have_a_first_row_to_land_by() -> None:
    assert sum(bool(first_row(path)) for path in WORKBOOKS) > len(WORKBOOKS) / 2


def broker_contract(name: str, **kinds: dict[str, Any]) -> Contract:
    """A contract over the headers of a broker file; the rows have no key of their own but the agency and account."""
    with (BROKER / name).open(encoding="utf-8", newline="") as stream:
        headers = next(csv.reader(stream))
    columns = [column(header, header, **kinds.get(header, {})) for header in dict.fromkeys(headers)]
    return contract_of(
        [column("total_yuan", "statusofbudgetaryresourcestotal_cpe", "money", required=True)]
        + [column("account", "mainaccountcode", required=True), column("agency", "agencyidentifier", required=True)]
        + [
            c
            for c in columns
            if c["name"] not in {"statusofbudgetaryresourcestotal_cpe", "mainaccountcode", "agencyidentifier"}
        ],
        key=["account", "agency", "total_yuan"],
        files=[{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}],
    )


@pytest.mark.parametrize(
    ("name", "rejected"),
    [
        ("appropValid.csv", []),
        ("appropTypeError.csv", [(6, "bad_amount")]),
        ("appropRequiredError.csv", [(3, "missing_value")]),
    ],
)
def test_broker_files_are_judged_as_their_owners_expect(
    name: str, rejected: list[tuple[int, str]], tmp_path: Path
) -> None:
    contract = broker_contract("appropValid.csv")
    office, entry = land(tmp_path, contract, (BROKER / name).read_bytes())
    faults = [(row, rule) for row, column_name, rule in office.faults(entry) if column_name == "total_yuan"]
    assert faults == rejected
    repeated = [fault for fault in office.faults(entry) if fault[2] == "duplicate_key"]
    assert entry.rows_read == 11 and entry.rows_accepted == 10 - len(rejected) - len(repeated)


def test_a_broker_file_with_a_duplicated_header_and_missing_ones_is_refused(tmp_path: Path) -> None:
    contract = broker_contract("appropValid.csv")
    office, entry = land(tmp_path, contract, (BROKER / "appropHeaderError.csv").read_bytes())
    assert outcome(entry, office) == "missing_columns"
    assert entry.rows_accepted == 0


def test_broker_amounts_add_up_to_the_totals_of_their_owners(tmp_path: Path) -> None:
    with (BROKER / "awardFinancialValid.csv").open(encoding="utf-8", newline="") as stream:
        headers = next(csv.reader(stream))
        expected = [row[headers.index("transactionobligatedamount")] for row in csv.reader(stream)]
    contract = contract_of(
        [
            column("main", "mainaccountcode", required=True),
            column("obligated_yuan", "transactionobligatedamount", "money"),
            column("piid"), column("fain"), column("uri"), column("parent", "parentawardid"),
        ],
        files=[{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}],
        key=["main"],
    )  # fmt: skip
    office, entry = land(tmp_path, contract, (BROKER / "awardFinancialValid.csv").read_bytes())
    rows = office.rows(entry, "obligated_yuan")
    assert entry.rows_read == len(expected) + 1
    assert [amount for (amount,) in rows] == [yuan(text) if text else None for text in expected]
    assert sum(amount or 0 for (amount,) in rows) == 12_000


@pytest.fixture(params=[lines.BLOCK_BYTES, 40])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The usual block size, and one so small that rows of every kind meet its ends."""
    monkeypatch.setattr(lines, "BLOCK_BYTES", request.param)
    return request.param


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_row_numbers_stay_exact_around_blank_short_and_long_rows(
    encoding: str, ending: str, block: int, tmp_path: Path
) -> None:
    lines = ["标题", "编号,备注", "a,一", "", "b,二", "c", "d,三", "e,四,五", "", ",", "f,六", "合计", "g,七"]
    office, entry = land(tmp_path, LINES, (ending.join(lines) + ending).encode(encoding))
    assert office.accepted(entry, "_row", "number_no", "remark") == [
        (3, "a", "一"),
        (5, "b", "二"),
        (7, "d", "三"),
        (11, "f", "六"),
        (13, "g", "七"),
    ]
    assert office.faults(entry) == [(6, None, "too_few_cells"), (8, None, "too_many_cells"), (12, None, "subtotal_row")]
    assert [row for (row,) in office.rows(entry, "_row")] == list(range(3, 14))
    assert (entry.rows_read, entry.rows_blank, entry.rows_notes) == (13, 3, 3)


def test_a_quoted_line_break_does_not_count_as_a_row(block: int, tmp_path: Path) -> None:
    rows = [
        ["支付\n明细"],
        ["编号", "备\n注"],
        ["a", "一\n二\r\n三"],
        ["b"],
        ["c", 'x"y'],
        ["", ""],
        ["d", "四,五"],
        ["e", "六", "七"],
        ["f", "八"],
    ]
    office, entry = land(tmp_path, LINES, csv_text(rows))
    assert [row for (row,) in office.rows(entry, "_row")] == list(range(3, 10))
    assert office.accepted(entry, "_row", "remark") == [(3, "一\n二\r\n三"), (5, 'x"y'), (7, "四,五"), (9, "八")]
    assert office.faults(entry) == [(4, None, "too_few_cells"), (8, None, "too_many_cells")]


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["good", "short", "long", "empty", "line"]), max_size=60), size=st.integers(30, 200)
)
def test_row_numbers_do_not_depend_on_where_blocks_end(
    kinds: list[str], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    by_kind = {"good": "{n},备\n", "short": "{n}\n", "long": "{n},y,z\n", "empty": ",\n", "line": "\n"}
    content = "编号,备注\n" + "".join(by_kind[kind].format(n=n) for n, kind in enumerate(kinds, start=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_BYTES", size)
        office, entry = land(tmp_path_factory.mktemp("blocks"), LINES, content)
    numbers = {kind: [n for n, each in enumerate(kinds, start=2) if each == kind] for kind in by_kind}
    assert office.accepted(entry, "_row", "number_no") == [(n, str(n)) for n in numbers["good"]]
    faults = [(n, None, "too_few_cells") for n in numbers["short"]] + [
        (n, None, "too_many_cells") for n in numbers["long"]
    ]
    assert [fault for fault in office.faults(entry) if fault[2] not in ("empty_file", "blank_rows_only")] == sorted(
        faults
    )
    assert closes(entry) and entry.rows_blank == len(numbers["empty"] + numbers["line"])


def test_a_last_row_without_its_end_is_told_apart_from_a_short_row(tmp_path: Path) -> None:
    office, entry = land(tmp_path / "cut", LINES, "编号,备注\na,一\nb")
    assert office.faults(entry) == [(3, None, "truncated_row")]
    office, entry = land(tmp_path / "whole", LINES, "编号,备注\na,一\nb\n")
    assert office.faults(entry) == [(3, None, "too_few_cells")]
    office, entry = land(tmp_path / "fits", LINES, "编号,备注\na,一\nb,二")
    assert office.faults(entry) == [] and entry.rows_accepted == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_delimiter_that_the_contract_names_is_read(delimiter: str, tmp_path: Path) -> None:
    contract = text_contract(["编号", "备注"], delimiter=delimiter)
    office, entry = land(tmp_path, contract, csv_text([["编号", "备注"], ["a", "一,二;三|四"]], delimiter))
    assert office.accepted(entry, "column_1") == [("一,二;三|四",)]


def test_cells_are_trimmed_of_blanks_of_every_width(tmp_path: Path) -> None:
    office, entry = land(tmp_path, LINES, "编号,备注\n a ,\u3000一\u00a0\n\tb,x y\n")
    assert office.accepted(entry, "number_no", "remark") == [("a", "一"), ("b", "x y")]


def jsonl_contract(**rest: Any) -> Contract:
    columns = [
        column("case_no", ["caseNo", "编号"], required=True),
        column("amount_yuan", "金额", "money"),
        column("is_open", "open", "boolean"),
    ]
    return contract_of(columns, files=[{"pattern": "sample/*/*.jsonl", "format": "jsonl", "unit": "元"}], **rest)


def test_lines_of_json_are_numbered_by_line_and_broken_ones_kept_for_the_department(block: int, tmp_path: Path) -> None:
    lines = [
        '{"caseNo":"a","金额":1.10,"open":true}',
        "",
        '{"caseNo":"b","金额":"2,000.00","open":null,"more":[1]}',
        '{"caseNo":"c"',
        "[1]",
        '{"金额":3}',
        '{"caseNo":"d"}',
    ]
    office, entry = land(tmp_path, jsonl_contract(), "\n".join(lines) + "\n", "sample/2023/file.jsonl")
    assert office.accepted(entry, "_row", "case_no", "amount_yuan", "is_open") == [
        (1, "a", yuan("1.10"), True), (3, "b", yuan("2000"), None), (7, "d", None, None),
    ]  # fmt: skip
    assert office.faults(entry) == [
        (None, None, "extra_column"),
        (4, None, "bad_json"),
        (5, None, "bad_json"),
        (6, "case_no", "missing_value"),
    ]
    assert (entry.rows_read, entry.rows_blank, entry.rows_rejected) == (7, 1, 3) and closes(entry)


def test_a_text_with_line_separators_in_json_stays_one_row(tmp_path: Path) -> None:
    remark = '一\u2028二\n三"四"\t五'
    contract = contract_of(
        [column("number_no", "编号", required=True), column("remark", "备注")],
        files=[{"pattern": "sample/*/*.jsonl", "format": "jsonl"}],
    )
    office, entry = land(
        tmp_path,
        contract,
        json.dumps({"编号": "a", "备注": remark}, ensure_ascii=False) + "\n",
        "sample/2023/file.jsonl",
    )
    assert office.accepted(entry, "_row", "remark") == [(1, remark)]


def test_keys_of_one_column_in_two_spellings_refuse_the_file(tmp_path: Path) -> None:
    office, entry = land(tmp_path, jsonl_contract(), '{"caseNo":"a"}\n{"编号":"b"}\n', "sample/2023/file.jsonl")
    assert outcome(entry, office) == "duplicate_header"


def workbook(folder: Path, sheets: dict[str, list[list[Any]]]) -> bytes:
    path = folder / "written.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    sheet.write(number, place, value)
    return path.read_bytes()


BOOK = contract_of(
    [
        column("number_no", "编号", required=True), column("paid_on", "日期", "date"), column("amount_yuan", "金额", "money"),
        column("rate", "比例", "decimal"), column("is_new", "新增", "boolean"), column("account", "账号"),
    ],
    files=[{"pattern": "sample/*/*.xlsx", "format": "workbook", "unit": "万元"}],
)  # fmt: skip
BOOK_HEAD = ["编号", "日期", "金额", "比例", "新增", "账号"]
BOOK_NAME = "sample/2023/book.xlsx"


def test_cells_of_a_workbook_are_read_by_what_they_hold(tmp_path: Path) -> None:
    rows = [
        ["台账"], [], BOOK_HEAD,
        ["a", dt.date(2023, 1, 5), 0.1 + 0.2, 0.00001, True, 123456],
        ["b", 44931, "1,234.5", 12.5, "否", "6222020200012345678"],
        [],
        [7, "2023年1月5日", -2, None, None, None],
    ]  # fmt: skip
    office, entry = land(tmp_path, BOOK, workbook(tmp_path, {"表": rows}), BOOK_NAME)
    day = dt.date(2023, 1, 5)
    assert office.accepted(entry, "_row", "number_no", "paid_on", "amount_yuan", "rate", "is_new", "account") == [
        (4, "a", day, yuan("3000"), Decimal("0.00001"), True, "123456"),
        (5, "b", day, yuan("12345000"), Decimal("12.5"), False, "6222020200012345678"),
        (7, "7", day, yuan("-20000"), None, None, None),
    ]
    assert (entry.sheet, entry.rows_read, entry.rows_blank) == ("表", 7, 2) and closes(entry)


def test_a_number_too_long_for_a_spreadsheet_is_refused_as_text_and_the_cell_is_named(tmp_path: Path) -> None:
    content = workbook(
        tmp_path, {"表": [BOOK_HEAD, ["a", None, None, None, None, 6222020200012345678], ["b", None, "#DIV/0!"]]}
    )
    office, entry = land(tmp_path, BOOK, content, BOOK_NAME)
    assert office.faults(entry) == [(2, "account", "digits_lost"), (3, "amount_yuan", "spreadsheet_error")]
    assert [finding["column_ref"] for finding in office.findings(entry)] == ["F列", "C列"]


def test_the_sheet_with_the_header_is_found_among_others(tmp_path: Path) -> None:
    content = workbook(tmp_path, {"说明": [["请填下表"]], "空": [], "数据": [BOOK_HEAD, ["a"]]})
    office, entry = land(tmp_path, BOOK, content, BOOK_NAME)
    assert (entry.sheet, entry.rows_accepted) == ("数据", 1)
    assert office.rows(entry, "_sheet") == [("数据",)]


def test_two_header_rows_with_merged_groups_are_read_below_them(tmp_path: Path) -> None:
    contract = BOOK.model_copy(update={"files": [BOOK.files[0].model_copy(update={"header_rows": 2})]})
    rows = [["单位:元"], ["编号", "支付", None, "比例", "新增", "账号"], [None, "日期", "金额"], ["a", "2023-01-05", 5]]
    office, entry = land(tmp_path, contract, workbook(tmp_path, {"表": rows}), BOOK_NAME)
    assert office.accepted(entry, "_row", "paid_on", "amount_yuan") == [(4, dt.date(2023, 1, 5), yuan("5"))]
    assert office.faults(entry) == [(None, None, "unit_differs_from_contract")]


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet_program(position: int, letter: str) -> None:
    assert column_letter(position) == letter


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("中文".encode(), "utf-8"),
        (b"\xef\xbb\xbfabc", "utf-8"),
        ("中文".encode("gb18030"), "gb18030"),
        ("中文".encode("utf-16"), "utf-16"),
        (b"", "utf-8"),
    ],
)
def test_the_encoding_is_proved_over_the_whole_file(content: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert fingerprint(path).encoding == encoding


def test_a_late_byte_outside_utf8_is_found_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dagster_project.ingestion.fingerprint.CHUNK_BYTES", 5)
    path = tmp_path / "file"
    path.write_bytes("中文,ascii 中文\n".encode() * 3)
    assert fingerprint(path).encoding == "utf-8"
    path.write_bytes("中文,ascii 中文\n".encode() * 3 + "㳇".encode("gb18030"))
    found = fingerprint(path)
    assert (found.encoding, found.is_damaged) == ("utf-8", True), "one late line does not make the others GB18030"
