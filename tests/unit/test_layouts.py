"""Forms, matrices and workbooks of several sheets: what lands, what is told, and that every row is accounted for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from ledger_files import Office, closes, column, contract_document, contract_of, query

from dagster_project.contracts import Contract
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.zone import SCHEMA_FILE, SHEET_COLUMNS
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.writer import write_file
from simulation.world.calendar import beijing
from simulation.world.values import Row

FULL_COLON = "\uff1a"
NAME = "sample/2023/book.xlsx"
Cells = list[list[Any]]
Merges = list[str]

FORM = contract_of(
    [
        column("project_code", "项目编码", required=True),
        column("project_name", ["项目名称", "名称"]),
        column("filed_on", "申报日期", "date", required=True),
        column("budget_yuan", "预算", "money"),
        column("indicator_no", "序号", "integer", required=True),
        column("level", "一级指标", required=True),
        column("target", "指标值"),
    ],
    key=["project_code", "indicator_no"],
    files=[
        {
            "pattern": "sample/*/*",
            "format": "workbook",
            "sheet": "*",
            "unit": "元",
            "form": {"labels": ["project_code", "project_name", "filed_on", "budget_yuan"]},
        }
    ],
)
MATRIX_COLUMNS = [
    column("law_no", "法规编号", required=True),
    column("promulgated_on", "公布日期", "date"),
    column("document", "文件", "code", required=True, allowed=["文本", "说明"]),
    column("medium", "媒体", "code", required=True, allowed=["公报", "网站"]),
    column("published_on", "公开日期", "date"),
]
TWO_LEVELS = contract_of(
    MATRIX_COLUMNS,
    key=["law_no", "document", "medium"],
    files=[
        {
            "pattern": "sample/*/*",
            "format": "workbook",
            "sheet": "核查",
            "header_rows": 2,
            "matrix": {
                "rows": ["law_no", "promulgated_on"],
                "across": ["document", "medium"],
                "value": "published_on",
            },
        }
    ],
)
ONE_LEVEL = contract_of(
    [each for each in MATRIX_COLUMNS if each["name"] != "document"],
    key=["law_no", "medium"],
    files=[
        {
            "pattern": "sample/*/*",
            "format": "workbook",
            "matrix": {"rows": ["law_no", "promulgated_on"], "across": ["medium"], "value": "published_on"},
        }
    ],
)
MONTHS = contract_of(
    [column("item_no", "编号", required=True), column("amount_yuan", "金额", "money")],
    files=[{"pattern": "sample/*/*", "format": "workbook", "sheet": "*月", "unit": "元"}],
)


def book(sheets: Mapping[str, Cells], merges: Mapping[str, Merges] | None = None, hidden: str = "") -> bytes:
    """A workbook with these cells; ``merges`` names ranges such as ``A1:C1`` of each sheet."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for merged in (merges or {}).get(name, []):
                page.merge_range(merged, "")
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if value is not None:
                        page.write(at, place, value)
            if name == hidden:
                page.hide()
    return stream.getvalue()


def form(project: str | None, /, *rows: list[Any], **changes: str) -> Cells:
    """A form: a title, four labels two to a line, and a table of three columns."""
    labels = {"code": "项目编码", "name": "项目名称", "filed": "申报日期", "budget": "预算"} | changes
    return [
        ["绩效目标申报表"],
        [labels["code"], project, None, labels["name"], "会议费"],
        [labels["filed"], "2022-10-20", None, labels["budget"], 100],
        ["序号", "一级指标", "指标值"],
        *rows,
    ]


def land(folder: Path, contract: Contract, content: bytes) -> tuple[Office, Submission]:
    office = Office(folder, {"sample": contract})
    return office, office.land_one(NAME, content)


def landed(office: Office, entry: Submission, *names: str) -> list[tuple[Any, ...]]:
    """Columns of the accepted rows, in the order of the file."""
    path = office.landing / entry.ledger / f"{entry.submission_id}.parquet"
    return query(f"select {', '.join(names)} from read_parquet('{path}') where _status = 'accepted' order by _no")


def counts(entry: Submission) -> tuple[int, int, int, int, int]:
    return entry.rows_read, entry.rows_accepted, entry.rows_rejected, entry.rows_blank, entry.rows_notes


# Forms


def test_each_row_of_the_table_of_a_form_carries_the_values_of_its_labels(tmp_path: Path) -> None:
    content = book({"会议费": form("P1", [1, "产出", "10"], [2, "效益", "好"], [None], ["注:以批复为准"])})
    office, entry = land(tmp_path, FORM, content)
    filed = dt.date(2022, 10, 20)
    assert landed(
        office, entry, "project_code", "project_name", "filed_on", "budget_yuan", "indicator_no", "target", "_sheet", "_row"
    ) == [
        ("P1", "会议费", filed, Decimal("100.00"), 1, "10", "会议费", 5),
        ("P1", "会议费", filed, Decimal("100.00"), 2, "好", "会议费", 6),
    ]  # fmt: skip
    assert counts(entry) == (8, 2, 0, 1, 5), "title, labels, header and footnote are notes"
    assert entry.sheet == "会议费" and not office.findings(entry)


def test_merged_cells_of_a_form_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    rows: Cells = [
        ["申报表"],
        ["项目编码", None, "P1", None, "申报日期", None, "2022年10月20日"],
        ["序号", "一级指标", None, None, None, None, "指标值"],
        [1, "产出", None, None, None, None, "10"],
        [2, None, None, None, None, None, "20"],
        [None] * 7,
        [3, "效益", None, None, None, None, "30"],
    ]
    merges = ["A1:G1", "A2:B2", "C2:D2", "E2:F2", "B3:F3", "B4:B6"]
    office, entry = land(tmp_path, FORM, book({"甲": rows}, {"甲": merges}))
    assert landed(office, entry, "project_code", "indicator_no", "level", "target") == [
        ("P1", 1, "产出", "10"),
        ("P1", 2, "产出", "20"),
        ("P1", 3, "效益", "30"),
    ]
    assert counts(entry) == (7, 3, 0, 1, 3), "an empty row stays empty below a merged cell"


@pytest.mark.parametrize(
    "label",
    [
        f"项目编码{FULL_COLON}",
        "项目编码:",
        " 项 目 编 码 ",
        "*项目编码",
        f"\uff0a项目编码\u3000{FULL_COLON}",
    ],
)
def test_a_label_counts_with_a_colon_with_blanks_and_in_full_width(label: str, tmp_path: Path) -> None:
    office, entry = land(tmp_path, FORM, book({"甲": form("P1", [1, "产出", "10"], code=label)}))
    assert landed(office, entry, "project_code") == [("P1",)]


def test_a_value_may_stand_behind_the_colon_of_its_label(tmp_path: Path) -> None:
    changes = {"code": f"项目编码{FULL_COLON}P:7", "name": f"名称{FULL_COLON}"}
    office, entry = land(tmp_path, FORM, book({"甲": form(None, [1, "产出", "10"], **changes)}))
    assert landed(office, entry, "project_code", "project_name") == [("P:7", "会议费")]


def test_the_unit_in_the_text_of_a_label_holds_for_its_amount(tmp_path: Path) -> None:
    content = book({"甲": form("P1", [1, "产出", "10"], budget=f"预算\uff08万元\uff09{FULL_COLON}")})
    office, entry = land(tmp_path, FORM, content)
    assert landed(office, entry, "budget_yuan") == [(Decimal("1000000.00"),)]


def test_labels_may_stand_below_the_table(tmp_path: Path) -> None:
    rows: Cells = [
        ["项目编码", "P1"],
        ["序号", "一级指标"],
        [1, "产出"],
        [2, "申报日期"],
        [None, None],
        ["申报日期", "2022-10-20", "名称", "会议费"],
    ]
    office, entry = land(tmp_path, FORM, book({"甲": rows}))
    assert landed(office, entry, "indicator_no", "level", "filed_on", "project_name") == [
        (1, "产出", dt.date(2022, 10, 20), "会议费"),
        (2, "申报日期", dt.date(2022, 10, 20), "会议费"),
    ]
    assert counts(entry) == (6, 2, 0, 1, 3)


def test_a_required_label_without_a_value_rejects_the_rows_and_names_the_cell(tmp_path: Path) -> None:
    rows = form(None, [1, "产出", "10"], [2, "产出", "20"])
    office, entry = land(tmp_path, FORM, book({"甲": rows}))
    assert entry.status == "landed" and entry.rows_rejected == 2 and closes(entry)
    findings = office.findings(entry)
    assert {(f["rule"], f["column_name"], f["column_ref"], f["sheet"]) for f in findings} == {
        ("missing_value", "project_code", "A2单元格", "甲")
    }
    assert "工作表“甲” 第5行 A2单元格" in findings[0]["message_zh"]


@pytest.mark.parametrize("neighbour", ["项目名称", f"主管部门{FULL_COLON}"], ids=["a_label", "an_undeclared_label"])
def test_the_next_label_is_not_taken_for_a_missing_value(neighbour: str, tmp_path: Path) -> None:
    rows = form("P1", [1, "产出", "10"], name="名称")
    rows.insert(1, ["申报日期", None, neighbour, "会议费"])
    rows[3] = ["预算", 100]
    office, entry = land(tmp_path, FORM, book({"甲": rows}))
    found = [(f["rule"], f["column_ref"]) for f in office.findings(entry) if f["rule"] != "form_cells_unread"]
    assert found == [("missing_value", "A2单元格")]


def test_a_bad_value_beside_a_label_is_told_with_its_own_cell(tmp_path: Path) -> None:
    rows = form("P1", [1, "产出", "10"])
    rows[2][1] = "2022-13-40"
    office, entry = land(tmp_path, FORM, book({"甲": rows}))
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["column_ref"], finding["value"]) == ("bad_date", "B3单元格", "2022-13-40")


def test_a_broken_sheet_is_told_of_and_the_others_are_loaded(tmp_path: Path) -> None:
    broken = form("P2", [1, "产出", "10"], [None, None], filed="日期")
    content = book({"甲": form("P1", [1, "产出", "10"]), "乙": broken, "丙": form("P3", [1, "产出", "10"])})
    office, entry = land(tmp_path, FORM, content)
    assert entry.status == "landed" and closes(entry)
    assert landed(office, entry, "project_code", "_sheet") == [("P1", "甲"), ("P3", "丙")]
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["sheet"], finding["severity"]) == ("missing_labels", "乙", "error")
    assert "工作表“乙”:" in finding["message_zh"] and "申报日期" in finding["message_zh"] and finding["remedy_zh"]
    assert counts(entry) == (5 + 5 + 5, 2, 5, 0, 8), "each row of a refused sheet counts as rejected"


def test_a_workbook_without_any_readable_sheet_is_refused_by_name(tmp_path: Path) -> None:
    _, entry = land(tmp_path, FORM, book({"甲": form("P1", [1, "产出", "10"], code="编码")}))
    assert entry.status == "refused" and counts(entry) == (0, 0, 0, 0, 0)
    assert "工作表“甲”" in entry.reason and "项目编码" in entry.reason


def test_a_hidden_sheet_is_told_of_and_not_loaded(tmp_path: Path) -> None:
    content = book({"甲": form("P1", [1, "产出", "10"]), "旧": form("P2", [1, "产出", "10"])}, hidden="旧")
    office, entry = land(tmp_path, FORM, content)
    assert landed(office, entry, "project_code") == [("P1",)]
    assert [(f["rule"], f["sheet"]) for f in office.findings(entry)] == [("hidden_sheet", "旧")]
    assert entry.rows_rejected == 5 and closes(entry)


def test_an_empty_sheet_holds_nothing_to_tell(tmp_path: Path) -> None:
    office, entry = land(tmp_path, FORM, book({"甲": form("P1", [1, "产出", "10"]), "Sheet2": []}))
    assert counts(entry) == (5, 1, 0, 0, 4) and not office.findings(entry)


def test_a_label_with_two_values_refuses_the_sheet(tmp_path: Path) -> None:
    rows = form("P1", [1, "产出", "10"], name="项目编码")
    _, entry = land(tmp_path, FORM, book({"甲": rows}))
    assert entry.status == "refused" and "标签“项目编码”出现两次" in entry.reason


def test_the_same_key_on_two_sheets_is_a_duplicate_that_names_both(tmp_path: Path) -> None:
    content = book({"甲": form("P1", [1, "产出", "10"]), "乙": form("P1", [1, "产出", "20"], [2, "产出", "30"])})
    office, entry = land(tmp_path, FORM, content)
    assert landed(office, entry, "_sheet", "target") == [("甲", "10"), ("乙", "30")]
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["sheet"], finding["row_number"]) == ("duplicate_key", "乙", 5)
    assert "工作表“甲”第 5 行" in finding["message_zh"] and finding["raw_cells"][0] == "P1"


def test_a_form_without_a_table_gives_one_row_a_sheet(tmp_path: Path) -> None:
    contract = contract_of(
        [column("item_no", "编号", required=True), column("remark", "备注")],
        files=[{"pattern": "sample/*/*", "format": "workbook", "form": {"labels": ["item_no", "remark"]}}],
    )
    content = book({"甲": [["登记表"], ["编号", "A1"], [None], ["备注", "好"]], "乙": [["编号:A2"]]})
    office, entry = land(tmp_path, contract, content)
    assert landed(office, entry, "item_no", "remark", "_sheet", "_row") == [
        ("A1", "好", "甲", 2),
        ("A2", None, "乙", 1),
    ]
    assert counts(entry) == (5, 2, 0, 1, 2)


def test_values_may_be_declared_to_stand_below_their_labels(tmp_path: Path) -> None:
    contract = contract_of(
        [column("item_no", "编号", required=True), column("remark", "备注"), column("owner", "经办")],
        files=[
            {
                "pattern": "sample/*/*",
                "format": "workbook",
                "form": {"labels": ["item_no", "remark", "owner"], "values": "below"},
            }
        ],
    )
    office, entry = land(tmp_path, contract, book({"甲": [["编号", "备注", "经办"], ["A1", None, "某处"]]}))
    assert landed(office, entry, "item_no", "remark", "owner") == [("A1", None, "某处")]


# Several plain sheets


def test_sheets_named_by_a_glob_are_one_submission(tmp_path: Path) -> None:
    months: dict[str, Cells] = {
        "1月": [["单位:元"], ["编号", "金额"], ["A1", "1.5"], ["合计", "1.5"]],
        "2月": [["编号", "备注", "金额"], ["A2", "x", "2.5"], ["A1", "x", "9"]],
        "说明": [["填表说明"]],
    }
    office, entry = land(tmp_path, MONTHS, book(months))
    assert landed(office, entry, "item_no", "amount_yuan", "_sheet", "_row") == [
        ("A1", Decimal("1.50"), "1月", 3),
        ("A2", Decimal("2.50"), "2月", 2),
    ]
    assert counts(entry) == (8, 2, 1, 0, 5)
    assert sorted((f["rule"], f["sheet"], f["row_number"]) for f in office.findings(entry)) == [
        ("duplicate_key", "2月", 3),
        ("extra_column", "2月", 1),
        ("subtotal_row", "1月", 4),
        ("unread_sheet", "说明", None),
    ]


def test_a_sheet_in_another_unit_than_the_first_is_refused(tmp_path: Path) -> None:
    months: dict[str, Cells] = {
        "1月": [["编号", "金额"], ["A1", 1]],
        "2月": [["单位:万元"], ["编号", "金额"], ["A2", 2]],
    }
    office, entry = land(tmp_path, MONTHS, book(months))
    assert landed(office, entry, "item_no") == [("A1",)] and closes(entry) and entry.rows_rejected == 3
    assert [(f["rule"], f["sheet"]) for f in office.findings(entry)] == [("ambiguous_unit", "2月")]


def test_a_unit_row_in_the_body_concerns_only_its_own_sheet(tmp_path: Path) -> None:
    months: dict[str, Cells] = {
        "1月": [["编号", "金额"], ["A1", 1], ["单位:万元"], ["A2", 2]],
        "2月": [["编号", "金额"], ["A3", 3], ["A4", 4], ["A5", 5]],
    }
    office, entry = land(tmp_path, MONTHS, book(months))
    assert landed(office, entry, "item_no") == [("A1",), ("A3",), ("A4",), ("A5",)]
    assert {(f["rule"], f["sheet"]) for f in office.findings(entry)} == {
        ("mixed_unit_row", "1月"),
        ("unit_conflict", "1月"),
    }


def test_a_glob_that_no_sheet_fits_refuses_the_file(tmp_path: Path) -> None:
    _, entry = land(tmp_path, MONTHS, book({"一季度": [["填表说明"]]}))
    assert entry.status == "refused" and "*月" in entry.reason and "一季度" in entry.reason


# Matrices


def test_each_cell_below_one_header_row_is_a_row_and_an_empty_one_is_a_fact(tmp_path: Path) -> None:
    rows: Cells = [
        ["核查表"],
        ["法规编号", "公布日期", "公报", "网站"],
        ["F1", "2023-01-05", "2023-01-06", None],
        [None] * 4,
        ["F2", "2023-02-05", None, None],
        ["注:空白为未公开"],
    ]
    office, entry = land(tmp_path, ONE_LEVEL, book({"核查": rows}))
    first, second = dt.date(2023, 1, 5), dt.date(2023, 2, 5)
    names = ("law_no", "promulgated_on", "medium", "published_on", "_sheet", "_row", "_column")
    assert landed(office, entry, *names) == [
        ("F1", first, "公报", dt.date(2023, 1, 6), "核查", 3, "C"),
        ("F1", first, "网站", None, "核查", 3, "D"),
        ("F2", second, "公报", None, "核查", 5, "C"),
        ("F2", second, "网站", None, "核查", 5, "D"),
    ]
    assert counts(entry) == (8, 4, 0, 1, 3), "cells of the body, and rows that hold none"


LOWER: Cells = [
    [None, None, "文本", None, "说明", None],
    ["法规编号", "公布日期", "公报", "网站", "公报", "网站"],
    ["F1", "2023-01-05", "2023-01-06", "2023-01-07", None, "2023-01-09"],
]
UPPER: Cells = [
    ["法规编号", "公布日期", "文本", None, "说明", None],
    [None, None, "公报", "网站", "公报", "网站"],
    LOWER[2],
]


@pytest.mark.parametrize("title", [[], [["核查表"]]], ids=["without_title", "with_title"])
@pytest.mark.parametrize("rows", [LOWER, UPPER], ids=["names_in_the_lower_row", "names_merged_downwards"])
def test_two_header_rows_give_a_group_and_a_name_to_each_cell(rows: Cells, title: Cells, tmp_path: Path) -> None:
    top = len(title) + 1
    merges = [f"C{top}:D{top}", f"E{top}:F{top}"]
    if rows is UPPER:
        merges += [f"A{top}:A{top + 1}", f"B{top}:B{top + 1}"]
    office, entry = land(tmp_path, TWO_LEVELS, book({"核查": [*title, *rows]}, {"核查": merges}))
    assert landed(office, entry, "document", "medium", "day(published_on)", "_column", "_row") == [
        ("文本", "公报", 6, "C", top + 2),
        ("文本", "网站", 7, "D", top + 2),
        ("说明", "公报", None, "E", top + 2),
        ("说明", "网站", 9, "F", top + 2),
    ]
    assert counts(entry) == (top + 5, 4, 0, 0, top + 1) and not office.findings(entry)


def test_an_unknown_medium_rejects_its_cells_and_names_their_column(tmp_path: Path) -> None:
    rows: Cells = [["法规编号", "公报", "电台"], ["F1", "2023-01-06", "2023-01-06"], ["F2", "2023-01-06", "不详"]]
    office, entry = land(tmp_path, ONE_LEVEL, book({"核查": rows}))
    assert counts(entry) == (5, 2, 2, 0, 1)
    found = [(f["row_number"], f["column_ref"], f["column_name"], f["value"]) for f in office.findings(entry)]
    assert found == [(2, "C列", "medium", "电台"), (3, "C列", "medium", "电台"), (3, "C列", "published_on", "不详")]


def test_a_law_that_stands_twice_is_a_duplicate_cell_by_cell(tmp_path: Path) -> None:
    rows: Cells = [["法规编号", "公报", "网站"], ["F1", "2023-01-06", None], ["F1", "2023-01-07", None]]
    office, entry = land(tmp_path, ONE_LEVEL, book({"核查": rows}))
    assert counts(entry) == (5, 2, 2, 0, 1)
    assert [(f["rule"], f["row_number"], f["column_ref"]) for f in office.findings(entry)] == [
        ("duplicate_key", 3, "B列"),
        ("duplicate_key", 3, "C列"),
    ]
    assert "第 2 行 B列" in office.findings(entry)[0]["message_zh"]


def test_a_row_of_a_matrix_without_its_key_is_rejected(tmp_path: Path) -> None:
    rows: Cells = [["法规编号", "公报"], [None, "2023-01-06"]]
    office, entry = land(tmp_path, ONE_LEVEL, book({"核查": rows}))
    assert counts(entry) == (2, 0, 1, 0, 1)
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["column_name"], finding["column_ref"]) == ("missing_value", "law_no", "A列")


# The landing zone


def test_the_empty_file_of_a_ledger_has_the_columns_of_its_landed_files(tmp_path: Path) -> None:
    office, entry = land(tmp_path, FORM, book({"甲": form("P1", [1, "产出", "10"])}))
    folder = office.landing / "sample"
    landed_as, empty = (
        dict((name, kind) for name, kind, *_ in query(f"describe from read_parquet('{folder / file}')"))
        for file in (f"{entry.submission_id}.parquet", SCHEMA_FILE)
    )
    assert landed_as == empty and landed_as.keys() >= SHEET_COLUMNS.keys()


# The simulated office writes what landing reads

DAY = dt.date(2023, 3, 1)


def written(folder: Path, contract: Contract, rows: list[Row], habits: Habits) -> tuple[Office, Submission]:
    office = Office(folder, {"sample": contract})
    handed = HandedFile(NAME, "2023", beijing(2024, 1, 2), [Sheet("sample", rows, habits)])
    write_file(handed, {"sample": contract}, office.raw)
    (entry,) = office.land().entries
    return office, entry


def test_a_form_written_by_the_office_lands_as_the_same_rows(tmp_path: Path) -> None:
    rows: list[Row] = [
        {
            "project_code": code,
            "project_name": f"项目{code}",
            "filed_on": DAY,
            "budget_yuan": Decimal("1234500.00"),
            "indicator_no": number,
            "level": ("产出", "产出", "效益")[number - 1],
            "target": None if number == 2 else str(number),
        }
        for code in ("P1", "P2", "P3")
        for number in (1, 2, 3)
    ]
    habits = Habits(
        title="申报表", unit="万元", has_unit_row=True, date_forms=("chinese", "cell"), label_ending=FULL_COLON,
        merged_down=("level",), sheet_named_by="project_name", footnotes=("注:完",), blank_row_every=2,
    )  # fmt: skip
    office, entry = written(tmp_path, FORM, rows, habits)
    assert landed(office, entry, *rows[0]) == [tuple(row.values()) for row in rows]
    assert landed(office, entry, "distinct on (_sheet) _sheet") == [("项目P1",), ("项目P2",), ("项目P3",)]
    assert closes(entry) and not entry.rows_rejected
    assert {f["rule"] for f in office.findings(entry)} == {"unit_differs_from_contract"}


def test_a_matrix_written_by_the_office_lands_as_the_same_rows(tmp_path: Path) -> None:
    rows: list[Row] = [
        {
            "law_no": law,
            "promulgated_on": DAY,
            "document": document,
            "medium": medium,
            "published_on": None if (law, document) == ("F2", "说明") else DAY + dt.timedelta(days=3),
        }
        for law in ("F1", "F2")
        for document in ("文本", "说明")
        for medium in ("公报", "网站")
    ]
    habits = Habits(title="核查表", date_forms=("cell", "dot"), footnotes=("注:完",))
    office, entry = written(tmp_path, TWO_LEVELS, rows, habits)
    assert landed(office, entry, *rows[0]) == [tuple(row.values()) for row in rows]
    assert counts(entry) == (12, 8, 0, 0, 4) and not office.findings(entry)


# Contracts

Document = dict[str, Any]
BAD_LAYOUTS: dict[str, tuple[Callable[[Document], object], str]] = {
    "csv_with_a_sheet": (lambda d: d["files"][0].update(format="csv", sheet="甲"), "只有工作簿"),
    "json_with_a_form": (lambda d: d["files"][0].update(format="jsonl", sheet=None), "JSON 没有表单"),
    "form_and_matrix": (
        lambda d: d["files"][0].update(matrix={"rows": ["item_no"], "across": ["remark"], "value": "remark"}),
        "不能既是表单又是矩阵",
    ),
    "unknown_label": (lambda d: d["files"][0]["form"].update(labels=["colour"]), "colour"),
    "table_without_required_column": (lambda d: d["files"][0]["form"].update(labels=["item_no"]), "required"),
    "matrix_without_a_column": (
        lambda d: d.update(
            files=[
                {
                    "pattern": "a/*",
                    "format": "workbook",
                    "matrix": {"rows": ["item_no"], "across": ["item_no"], "value": "item_no"},
                }
            ]
        ),
        "各一次",
    ),
    "matrix_with_other_header_rows": (
        lambda d: d.update(
            files=[
                {
                    "pattern": "a/*",
                    "format": "workbook",
                    "header_rows": 2,
                    "matrix": {"rows": ["item_no"], "across": ["remark"], "value": "remark"},
                }
            ]
        ),
        "header_rows",
    ),
}


@pytest.mark.parametrize("fault", BAD_LAYOUTS)
def test_a_layout_that_does_not_fit_together_is_an_error(fault: str) -> None:
    change, named = BAD_LAYOUTS[fault]
    document = contract_document(
        [column("item_no", "编号", required=True), column("remark", "备注")],
        files=[{"pattern": "a/*", "format": "workbook", "form": {"labels": ["item_no", "remark"]}}],
    )
    contract_of(**document)
    change(document)
    with pytest.raises(ValueError, match=named):
        contract_of(**document)
