"""Drafts of contracts from files that nobody described, and the whole answer on one file before it is handed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_files import (
    CONTRACTS,
    NOT_OF_THE_OFFICE,
    PAYMENT_HEADERS,
    contract_of,
    csv_text,
    payment,
    payment_cells,
    payments_text,
)
from ledger_files import column as column_text
from typer.testing import CliRunner

from benchmarks.drafting import measure
from dagster_project.cli import app
from dagster_project.contracts import Contract, load_contract
from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.command import draft_into
from dagster_project.drafting.draft import DraftLedger, Drafts, draft_files
from dagster_project.drafting.extend import extend
from dagster_project.drafting.find_table import find_table
from dagster_project.drafting.open_any import open_any
from dagster_project.drafting.opened import CannotOpen, OpenedSheet, columns_of_rows
from dagster_project.drafting.write_yaml import extended_yaml, to_yaml
from dagster_project.settings import PROJECT_ROOT, Settings

SAMPLE = PROJECT_ROOT / "data" / "raw"


def drafts_of(*paths: Path, ledger: str = "", contracts: dict[str, Contract] | None = None) -> Drafts:
    return draft_files(paths, CONTRACTS if contracts is None else contracts, {}, ledger)


def draft_of(path: Path, content: str | bytes) -> DraftLedger:
    """The one ledger of a text file."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (ledger,) = drafts_of(path).ledgers
    return ledger


def column_of(ledger: DraftLedger, header: str) -> DraftColumn:
    return next(column for column in ledger.columns if header in column.headers)


def loaded(ledger: DraftLedger, folder: Path) -> Contract:
    """The draft as its YAML is read again."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{ledger.name}.yaml"
    path.write_text(to_yaml(ledger), encoding="utf-8")
    return load_contract(path)


def sheet_of(*rows: Sequence[str | None]) -> OpenedSheet:
    return OpenedSheet("", rows, lambda skip, width: columns_of_rows(rows[skip:], width, skip + 1))


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


# header and table


@pytest.mark.parametrize(
    ("rows", "depth", "texts"),
    [
        ([["编号", "名称"], ["A1", "会议"]], 1, ("编号", "名称")),
        ([["编号", "收入", None], [None, "预算", "决算"], ["A1", "1", "2"]], 2, ("编号", "预算", "决算")),
        (
            [
                ["编号", "收支", None, None],
                [None, "收入", None, "支出"],
                [None, "预算", "决算", None],
                ["A1", "1", "2", "3"],
            ],
            3,
            ("编号", "预算", "决算", "支出"),
        ),
        (
            [
                ["编号", "全年", None, None],
                [None, "收支", None, "备注"],
                [None, "收入", None, None],
                [None, "预算", "决算", None],
                ["A1", "1", "2", "x"],
            ],
            4,
            ("编号", "预算", "决算", "备注"),
        ),
    ],
)
def test_a_header_has_one_to_four_rows(rows: list[list[str | None]], depth: int, texts: tuple[str, ...]) -> None:
    found = find_table(sheet_of(["2023年决算表"], *rows))
    assert found is not None
    assert (found.first_row, found.depth, found.texts) == (1, depth, texts)


def test_a_group_qualifies_a_name_that_is_repeated(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        表=[
            ["编号", "收入", "", "支出", ""],
            ["", "预算数", "决算数", "预算数", "决算数"],
            ["A1", 1.25, 2.5, 3.75, 4.5],
        ],
    )
    (ledger,) = drafts_of(path).ledgers
    assert [c.headers[0] for c in ledger.columns] == [
        "编号",
        "收入/预算数",
        "收入/决算数",
        "支出/预算数",
        "支出/决算数",
    ]


def test_titles_units_and_labels_above_a_table_are_no_header() -> None:
    found = find_table(
        sheet_of(["某局2023年台账"], [None, None, "金额单位:万元"], ["编号", "名称", "金额"], ["A1", "会议", "1.5"])
    )
    assert found is not None
    assert (found.header_rows, found.units, found.titles) == (3, ("万元",), ("某局2023年台账",))


def test_a_sheet_of_notes_is_said_to_be_no_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", 说明=[["填表说明:请逐项填写。"]], 数据=[["编号", "名称"], ["A1", "会议"], ["A2", "调研"]]
    )
    drafts = drafts_of(path)
    assert [ledger.layouts[0].fields["sheet"] for ledger in drafts.ledgers] == ["数据"]
    assert "说明" in drafts.no_table[0]


def test_each_sheet_with_a_table_of_its_own_gives_a_contract(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "名册.xlsx",
        代表=[["代表编号", "代表姓名"], ["DB1", "甲"], ["DB2", "乙"]],
        活动=[["活动编号", "活动日期", "地点"], ["H1", "2023-01-05", "区"], ["H2", "2023-02-05", "市"]],
    )
    ledgers = drafts_of(path).ledgers
    assert [ledger.layouts[0].fields["sheet"] for ledger in ledgers] == ["代表", "活动"]
    assert len({ledger.layouts[0].fields["pattern"] for ledger in ledgers}) == 1


# encodings, delimiters, JSON

TRADITIONAL = "編號,名稱,日期\r\n" + "".join(f"A{n},臺北市政府採購會議紀錄資料,2023-01-{n + 10}\r\n" for n in range(9))
SIMPLIFIED = "编号,名称,日期\r\n" + "".join(f"A{n},广州市人民政府采购会议记录,2023-01-{n + 10}\r\n" for n in range(9))
WESTERN = "no,name,city\r\n" + "".join(f"A{n},Café Zürich,São Paulo\r\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (TRADITIONAL, "big5", "big5"),
        (WESTERN, "cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_and_the_text_is_right(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    file = open_any(path)
    assert file.encoding == named
    assert [",".join(map(str, row)) for row in file.sheets[0].head] == text.split("\r\n")[:-1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["编号", "名称", "金额(元)"], ["A1", "a,b;c", "1.5"], ["A2", "d", "2.5"]]
    ledger = draft_of(tmp_path / "a.csv", csv_text(rows, delimiter))
    assert [column.headers[0] for column in ledger.columns] == rows[0]
    assert ledger.layouts[0].fields.get("delimiter", ",") == delimiter


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([{"no": "A1", "when": {"on": "2023-01-05"}}, {"no": "A2", "when": {"on": "2023-01-06"}}], "$"),
        ({"year": 2023, "data": {"rows": [{"no": "A1", "when": {"on": "2023-01-05"}}, {"no": "A2"}]}}, "$.data.rows"),
    ],
)
def test_records_in_a_json_document_are_found(tmp_path: Path, document: object, path: str) -> None:
    ledger = draft_of(tmp_path / "a.json", json.dumps(document))
    assert [column.headers[0] for column in ledger.columns] == ["no", "when.on"]
    assert ledger.files[0].records_path == path
    assert column_of(ledger, "when.on").guess.type == "date"


def test_rows_that_do_not_fit_under_the_header_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,日期\r\nA1,a,2023-01-05\r\nA2,b\r\nA3,c,2023-01-06,x\r\n", encoding="utf-8")
    assert any("2 行的单元格多于或少于" in note for note in drafts_of(path).notes)


def test_keys_that_records_leave_out_keep_their_order(tmp_path: Path) -> None:
    lines = ['{"a": "1", "d": "x"}', '{"a": "2", "b": "y", "c": "z", "d": "x"}']
    assert [c.headers[0] for c in draft_of(tmp_path / "a.jsonl", "\n".join(lines)).columns] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0", b"%PDF-1.7 x", b"PK\x03\x04 broken", b'{"a": '])
def test_what_is_no_table_is_told_and_not_raised(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(CannotOpen):
        open_any(path)
    assert path in drafts_of(path).not_opened


# types

COLUMNS: dict[str, tuple[str, list[str]]] = {
    "项目编码": ("text", ["0010101", "0010102", "0010103", "0010104"]),
    "登记日期": ("date", ["2023-1-5", "2023年1月6日", "20230107", "2023.1.8"]),
    "统计月份": ("month", ["2023-01", "2023年2月", "202303", "2023.04"]),
    "受理时间": (
        "timestamp",
        ["2023-01-05 09:30", "2023/1/5 9:31:00", "2023-01-05T09:32:00+08:00", "2023-01-06 08:00"],
    ),
    "是否涉密": ("boolean", ["是", "否", "否", "否"]),
    "参加人数": ("integer", ["1,234", "5", "6", "7"]),
    "得分": ("decimal", ["95", "96", "97", "98"]),
    "合同金额": ("money", ["1,234.56", "(12.00)", "0.10", "7.05"]),
    "资金性质": ("code", ["11-一般公共预算", "12-政府性基金", "11-一般公共预算", "11-一般公共预算"]),
    "办理方式": ("code", ["书面", "电话", "书面", "书面"]),
    "内容": ("text", ["甲", "甲", "甲", "乙"]),
    "经办处室": ("text", ["秘书处", "秘书处", "人事处", "人事处"]),
}


def typed_file(path: Path) -> DraftLedger:
    rows = [list(COLUMNS), *map(list, zip(*(values for _, values in COLUMNS.values()), strict=True))]
    return draft_of(path, csv_text(rows))


@pytest.mark.parametrize("header", COLUMNS)
def test_the_type_is_told_by_values_and_header(tmp_path: Path, header: str) -> None:
    assert column_of(typed_file(tmp_path / "a.csv"), header).guess.type == COLUMNS[header][0]


def test_each_guess_says_why_and_in_how_many_rows(tmp_path: Path) -> None:
    ledger = typed_file(tmp_path / "a.csv")
    assert all(column.reasons for column in ledger.columns)
    assert "# 依据: 4 行有值,全部为日期(如" in to_yaml(ledger)
    assert "看了 4 行" in to_yaml(ledger)


def test_a_draft_loads_and_lands_the_file_it_came_from(tmp_path: Path) -> None:
    ledger = typed_file(tmp_path / "drafted.csv")
    contract = loaded(ledger, tmp_path / "contracts")
    assert {column.headers[0] for column in contract.columns} == set(COLUMNS)
    answer = CliRunner().invoke(
        app,
        ["check", str(tmp_path / "drafted.csv"), "--ledger", "drafted", "--period", "2023"],
        env={"JIXIAO_CONTRACTS_DIR": str(tmp_path / "contracts"), "JIXIAO_BUILD_DIR": str(tmp_path / "build")},
    )
    assert answer.exit_code == 0, answer.output
    assert "读取 5 行 = 载入 4 + 退回 0" in answer.output


def test_dates_that_may_be_read_two_ways_are_left_to_a_person(tmp_path: Path) -> None:
    ledger = draft_of(tmp_path / "a.csv", csv_text([["编号", "日期"], ["A1", "01/02/2023"], ["A2", "03/04/2023"]]))
    column = column_of(ledger, "日期")
    assert column.guess.date_order is None
    assert any("看不出来" in doubt for doubt in column.doubts)
    loaded(ledger, tmp_path / "contracts")


@pytest.mark.parametrize(("value", "order"), [("25/02/2023", "DMY"), ("02/25/2023", "MDY"), ("25.02.23", "DMY")])
def test_a_date_that_only_one_order_allows_tells_the_order(tmp_path: Path, value: str, order: str) -> None:
    other = value.replace("25", "03")
    column = column_of(draft_of(tmp_path / "a.csv", csv_text([["编号", "日期"], ["A1", value], ["A2", other]])), "日期")
    assert (column.guess.type, column.guess.date_order) == ("date", order)
    assert column.doubts


def test_a_unit_that_nobody_states_is_not_guessed_from_whole_numbers(tmp_path: Path) -> None:
    ledger = draft_of(tmp_path / "a.csv", csv_text([["编号", "合同金额"], ["A1", "100"], ["A2", "200"]]))
    assert "unit" not in ledger.layouts[0].fields
    assert any("没有写金额单位" in doubt for doubt in ledger.layouts[0].doubts)
    loaded(ledger, tmp_path / "contracts")


def test_two_units_above_a_table_are_left_to_a_person(tmp_path: Path) -> None:
    rows = [["台账"], ["单位:元/万元"], ["编号", "合同金额", "备注"], ["A1", "100", ""], ["A2", "200", "x"]]
    ledger = draft_of(tmp_path / "a.csv", csv_text(rows))
    assert any("两个金额单位" in doubt for doubt in ledger.layouts[0].doubts)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("姓名", "某甲"),
        ("联系电话", "10000000001"),
        ("身份证号", "440100199001010010"),
        ("收款人账号", "6222000011112222333"),
        ("家庭住址", "某路"),
        ("备用", "440100199001010010"),
        ("其他", "13000000001"),
    ],
)
def test_personal_columns_are_told_by_header_or_by_the_shape_of_their_values(
    tmp_path: Path, header: str, value: str
) -> None:
    rows = [["编号", header], *[[f"A{n}", value] for n in range(5)]]
    assert column_of(draft_of(tmp_path / "a.csv", csv_text(rows)), header).guess.personal


def test_totals_blank_rows_notes_and_repeated_headers_are_no_data(tmp_path: Path) -> None:
    header = ["编号", "名称", "金额(元)", "日期"]
    rows = [
        header,
        ["A1", "a", "1.00", "2023-01-05"],
        ["合 计", "", "1.00", ""],
        header,
        ["A2", "b", "2.00", "2023-01-06"],
        ["", "", "", ""],
        ["总计", "", "3.00", ""],
        ["注:单位为元", "", "", ""],
    ]
    ledger = draft_of(tmp_path / "a.csv", csv_text(rows))
    counts = ledger.counts
    assert (counts.seen, counts.data, counts.blank, counts.subtotals, counts.footnotes, counts.headers_again) == (
        7,
        2,
        1,
        2,
        1,
        1,
    )
    assert column_of(ledger, "编号").required
    assert "合计" in ledger.subtotal_words


def test_a_code_that_begins_with_zero_stays_text(tmp_path: Path) -> None:
    assert column_of(draft_of(tmp_path / "a.csv", "部位,量\r\n007,1\r\n012,2\r\n"), "部位").guess.type == "text"


def test_the_smallest_combination_that_never_repeats_is_the_key(tmp_path: Path) -> None:
    rows = [["年度", "项目编码", "阶段", "说明"]]
    rows += [["2023", f"P{n // 2}", "初审" if n % 2 else "终审", f"text {n}"] for n in range(20)]
    ledger = draft_of(tmp_path / "a.csv", csv_text(rows))
    assert [column_of(ledger, header).name for header in ("项目编码", "阶段")] == ledger.key_names


def test_the_same_day_written_in_two_ways_is_no_difference_in_a_key(tmp_path: Path) -> None:
    rows = [["编号", "日期", "内容"], ["A1", "2023-01-05", "x"], ["A1", "2023年1月5日", "y"], ["A2", "20230105", "x"]]
    assert "日期" not in "".join(draft_of(tmp_path / "a.csv", csv_text(rows)).key.reasons).split("内容")[0]


def test_a_header_that_stands_twice_is_told_and_the_draft_loads(tmp_path: Path) -> None:
    ledger = draft_of(
        tmp_path / "a.csv", csv_text([["编号", "金额(元)", "金额(元)"], ["A1", "1.5", "2.5"], ["A2", "1", "2"]])
    )
    assert any("出现 2 次" in doubt for doubt in ledger.doubts)
    loaded(ledger, tmp_path / "contracts")


def test_values_under_no_header_are_told(tmp_path: Path) -> None:
    ledger = draft_of(tmp_path / "a.csv", csv_text([["编号", "", "名称"], ["A1", "x", "a"], ["A2", "y", "b"]]))
    assert any("第 2 列没有表头,却有 2 个值" in doubt for doubt in ledger.doubts)


# several files


def test_years_of_one_ledger_give_one_contract_with_header_variants(tmp_path: Path) -> None:
    for year, headers in ((2022, ["编号", "类型", "日期"]), (2023, ["编号", "活动类别", "活动日期", "备注"])):
        folder = tmp_path / "activities" / str(year)
        folder.mkdir(parents=True)
        rows = [headers, *[[f"H{year}-{n:02d}", "视察", f"{year}-03-{n + 10}", "x"][: len(headers)] for n in range(9)]]
        (folder / f"{year}年活动台账.csv").write_text(csv_text(rows), encoding="utf-8")
    (ledger,) = drafts_of(*tmp_path.rglob("*.csv")).ledgers
    assert [column.headers for column in ledger.columns] == [
        ["编号"],
        ["活动类别", "类型"],
        ["活动日期", "日期"],
        ["备注"],
    ]
    assert not column_of(ledger, "备注").required
    assert ledger.layouts[0].fields["pattern"] == "activities/*/*.csv"
    loaded(ledger, tmp_path / "contracts")


def test_files_whose_headers_differ_wholly_give_a_contract_each(tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(csv_text([["编号", "名称"], ["A1", "x"]]), encoding="utf-8")
    b.write_text(csv_text([["车牌", "里程", "司机"], ["粤A1", "12.5", "甲"]]), encoding="utf-8")
    assert [ledger.name for ledger in drafts_of(a, b).ledgers] == ["a", "b"]


def test_ledgers_that_share_half_their_headers_stay_two(tmp_path: Path) -> None:
    paths = [
        SAMPLE / "payments/2023/2023年03月国库集中支付明细.csv",
        SAMPLE / "budget_allocations/2023/2023年预算指标台账-年初.xlsx",
    ]
    assert [ledger.name for ledger in drafts_of(*paths).ledgers] == ["payments", "budget_allocations"]


# known ledgers in other words


def test_a_known_contract_learns_headers_and_keeps_its_rules(tmp_path: Path) -> None:
    words = {"支付凭证号": "凭证流水", "支付金额": "实付(元)"}
    rows = [payment_cells(number) for number in range(1, 5)]
    path = tmp_path / "支付.csv"
    path.write_text(payments_text(rows, [words.get(h, h) for h in PAYMENT_HEADERS]), encoding="utf-8")
    (ledger,) = drafts_of(path, ledger="payments").ledgers
    extended = extend(CONTRACTS["payments"], ledger)
    contract = extended.contract
    assert contract.column("voucher_no").headers[-1] == "凭证流水"
    assert contract.column("voucher_no").pattern == CONTRACTS["payments"].column("voucher_no").pattern
    assert not [doubt for doubt in extended.doubts if "没有对应的列" in doubt]
    (tmp_path / "payments.yaml").write_text(extended_yaml(extended, ledger), encoding="utf-8")
    assert load_contract(tmp_path / "payments.yaml") == contract


def test_a_header_that_fits_no_column_is_left_to_a_person(tmp_path: Path) -> None:
    contract = contract_of([column_text("item_no", "编号", required=True), column_text("amount", "数量", "decimal")])
    ledger = draft_of(tmp_path / "a.csv", csv_text([["编号", "心得"], ["A1", "很好"], ["A2", "尚可"]]))
    assert any("“心得”" in doubt for doubt in extend(contract, ledger).doubts)


# the shipped sample


@pytest.mark.slow
def test_drafts_of_the_shipped_ledgers_are_right_in_95_of_100_columns() -> None:
    scores = measure(SAMPLE, CONTRACTS)
    columns = sum(score.columns for score in scores)
    assert {score.ledger for score in scores} == CONTRACTS.keys() - NOT_OF_THE_OFFICE
    assert columns > 500
    for respect in ("header", "type", "unit", "right"):
        assert sum(getattr(score, respect) for score in scores) >= 0.95 * columns, respect


# any table at all

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_draft_of_any_table_loads(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "a.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    drafts, _ = draft_into([path], Settings(), folder / "drafts")
    assert drafts.ledgers or drafts.no_table or drafts.not_opened


# jixiao check


def check(path: Path, tmp_path: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["check", str(path), *options], env={"JIXIAO_BUILD_DIR": str(tmp_path / "build")})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_a_file_anywhere_is_tried_under_the_ledger_whose_header_it_has(tmp_path: Path) -> None:
    path = tmp_path / "随便一个名字.csv"
    path.write_text(payments_text([payment_cells(1), payment_cells(2)]), encoding="utf-8")
    code, output = check(path, tmp_path, "--period", "2023-03")
    assert code == 0
    assert "表头齐全的台账:payments" in output
    assert "读取 3 行 = 载入 2 + 退回 0 + 空行 0 + 表头、合计与注释 1" in output
    assert "支付金额 合计 4.00 元" in output
    assert {path.name for path in (tmp_path / "build").rglob("*") if path.is_file()} == {".lock"}


def test_rejected_rows_are_told_with_remedy_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "2023年03月支付.csv"
    path.write_text(payments_text([payment_cells(1), payment_cells(2, cleared_on="2023-02-30")]), encoding="utf-8")
    code, output = check(path, tmp_path)
    assert code == 1
    assert "bad_date 1 处" in output
    assert "2023-02-30" in output
    assert "怎么办:" in output


def test_personal_data_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "2023年03月支付.csv"
    path.write_text(payments_text([payment_cells(1)]), encoding="utf-8")
    for options in ((), ("--json",)):
        _, output = check(path, tmp_path, *options)
        assert payment(1)["payee_account"] not in output
        assert payment(1)["payee_name"] not in output


def test_texts_of_the_file_are_text_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "2023年03月[red]支付[-x].csv"
    path.write_text(payments_text([payment_cells(1, purpose="[bold]办公[/nothing]")]), encoding="utf-8")
    code, output = check(path, tmp_path)
    assert code == 0
    assert "[bold]办公[/nothing]" in output.replace("\n", "")


def test_what_cannot_be_tried_is_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([["车牌", "里程"], ["粤A1", "12"]]), encoding="utf-8")
    assert check(tmp_path / "none.csv", tmp_path)[0] == 2
    assert check(path, tmp_path)[0] == 2
    assert check(path, tmp_path, "--ledger", "no_such")[0] == 2
    assert check(path, tmp_path, "--ledger", "payments", "--period", "last year")[0] == 2


def test_the_answer_as_json_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "2023年03月支付.csv"
    path.write_text(payments_text([payment_cells(1), payment_cells(1)]), encoding="utf-8")
    code, output = check(path, tmp_path, "--json")
    answer = json.loads(output)
    rows = answer["answers"][0]["rows"]
    assert (code, answer["clean"]) == (1, False)
    assert rows["read"] == rows["accepted"] + rows["rejected"] + rows["blank"] + rows["notes"] == 3
    assert [finding["rule"] for finding in answer["answers"][0]["findings"]] == ["duplicate_key"]
