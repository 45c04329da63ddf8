"""Cases of heads and notes: headers misspelt, printed again or laid out otherwise, rows that are no data, printed totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ledger_files import PAYMENT_FILE, PAYMENT_HEADERS, Office, closes, column, contract_of, csv_text, payment_cells

from dagster_project.ingestion.submissions import Submission

Case = Callable[[str], Office]
FILE = "sample/2023/2023年.csv"
HEAD = "编号,名称,金额,说明\n"
ROWS = "K1,甲,1.00,x\nK2,乙,2.00,y\n"


def small(office: Office, text: str, layout: dict[str, Any] | None = None, **rest: Any) -> Submission:
    """Land a file of a small ledger of id, name, amount and note."""
    columns = [
        column("id", "编号", required=True),
        column("name", "名称", required=True),
        column("amount_yuan", "金额", kind="money"),
        column("note", "说明"),
    ]
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元", **(layout or {})}]
    office.contracts = {"sample": contract_of(columns, files=files, **rest)}
    return office.land_one(FILE, text.replace("\n", "\r\n"))


def laid_out(office: Office, text: str, columns: list[dict[str, Any]], **layout: Any) -> Submission:
    """Land a file under a layout of its own."""
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元", **layout}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one(FILE, text)


def rules(office: Office, entry: Submission) -> list[tuple[int | None, str]]:
    return [(row, rule) for row, _, rule in office.faults(entry)]


def statuses(office: Office, entry: Submission) -> list[str]:
    return [status for (status,) in office.rows(entry, "_status")]


# A head printed again is a note; two exports joined are one file with a repeated head


def test_a_head_printed_on_each_page_is_a_note(case: Case) -> None:
    office = case("page-heads-in-text")
    (entry,) = office.land().entries
    assert (entry.rows_accepted, entry.rows_rejected, entry.rows_notes) == (3, 0, 7) and closes(entry)
    assert rules(office, entry) == [(None, "repeated_header")]


def test_two_exports_joined_are_one_file(case: Case) -> None:
    office = case("joined-exports")
    (entry,) = office.land().entries
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 0)
    assert set(rules(office, entry)) == {(None, "repeated_header"), (None, "invisible")}


@pytest.mark.parametrize(
    "again",
    ["编号,名称,金额,说明\n", "编 号, 名称 ,金额, 说明\n", "编号*,名称,金额(元),说明\n", "编号,名称,金额,说明,\n"],
)
def test_a_header_in_other_blanks_widths_or_words_is_the_header_again(again: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + again + "K3,丙,3.00,z\n")
    assert entry.rows_accepted == 3 and (None, "repeated_header") in rules(office, entry) and not entry.rows_rejected


@pytest.mark.parametrize(
    "again",
    ["名称,编号,金额,说明\n丙,K3,3,z\n", "说明,名称,金额,编号\nz,丙,3,K3\n", "编号,名称,金额(万元),说明\nK3,丙,3,z\n"],
)
@pytest.mark.parametrize("below", ["", 'K4,丁,4,"两\n行"\n'])
def test_below_a_header_in_another_order_or_unit_nothing_is_data(again: str, below: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + again + below)
    assert [row for (row,) in office.accepted(entry, "id")] == ["K1", "K2"] and closes(entry)
    (finding,) = [f for f in office.findings(entry) if f["rule"] == "another_header"]
    assert "第 4 行" in finding["message_zh"] and f"{1 + bool(below)} 行未载入" in finding["message_zh"]


# A misspelt header: the rows above the right one do not vanish


@pytest.mark.parametrize("titles", [0, 4])
def test_rows_above_the_right_header_are_told_with_the_misspelt_one(titles: int, office: Office) -> None:
    rows = [payment_cells(number) for number in range(1, 51)]
    wrong = ["支付凭证编码X", *PAYMENT_HEADERS[1:]]
    text = "2023年支付明细\r\n" * titles + csv_text([wrong, *rows[:40], PAYMENT_HEADERS, *rows[40:]])
    entry = office.land_one(PAYMENT_FILE, text)
    assert (entry.rows_read, entry.rows_accepted, entry.rows_rejected) == (52 + titles, 10, 41) and closes(entry)
    (finding,) = office.findings(entry)
    assert finding["rule"] == "rows_above_header" and "支付凭证号" in finding["message_zh"]
    assert f"第 {1 + titles} 行到第 {41 + titles} 行" in finding["message_zh"]


def test_a_header_beyond_the_searched_rows_refuses_the_file_and_names_the_misspelt_one(office: Office) -> None:
    rows = [payment_cells(number) for number in range(1, 61)]
    wrong = ["支付凭证编码X", *PAYMENT_HEADERS[1:]]
    entry = office.land_one(PAYMENT_FILE, csv_text([wrong, *rows, PAYMENT_HEADERS, *rows]))
    (finding,) = office.findings(entry)
    assert (entry.status, finding["row_number"]) == ("refused", 1)
    assert finding["message_zh"].endswith("缺少列:支付凭证号(文件中有“支付凭证编码X”;如果就是这一列,请改为约定的列名)")


# What a template writes behind a header for whoever fills it in


@pytest.mark.parametrize(
    "head",
    [
        "编号（必填）,名称(全称),金额(元，必填),说明（选填）",
        "*编号,名称【必填】,金额(必填)(元),说明(文本格式、可为空)",
        "编号（如K1）,名称（示例：甲）,金额（元）(数值),说明(格式：文字)",
    ],
)
def test_remarks_of_a_template_behind_headers_are_no_part_of_them(head: str, office: Office) -> None:
    entry = small(office, head + "\n" + ROWS)
    assert (entry.rows_accepted, office.faults(entry)) == (2, [])
    assert office.accepted(entry, "name", "note") == [("甲", "x"), ("乙", "y")]


@pytest.mark.parametrize("remark", ["曾用", "含税", "累计"])
def test_what_may_change_a_column_is_no_remark_and_is_asked_about(remark: str, office: Office) -> None:
    entry = small(office, f"编号,名称（{remark}）,金额,说明\n" + ROWS)
    (finding,) = office.findings(entry)
    assert (entry.status, finding["rule"]) == ("refused", "missing_columns")
    assert f"缺少列:名称(文件中有“名称（{remark}）”;如果就是这一列,请改为约定的列名)" in finding["message_zh"]


def test_a_date_pattern_behind_a_header_is_no_part_of_it(office: Office) -> None:
    for pattern in ("yyyy-mm-dd", "YYYY/MM/DD", "yyyymmdd", "yyyy年mm月dd日", "年-月-日", "如2023-01-05"):
        columns = [column("id", "编号", required=True), column("held_on", "日期", kind="date", required=True)]
        entry = laid_out(office, f"编号,日期（{pattern}）\r\nK1,2023-01-05\r\n", columns)
        assert (entry.rows_accepted, office.faults(entry)) == (1, []), pattern


@pytest.mark.parametrize(
    "title", ['"2023年"明细', '"2023年明细', '"2023年\n明细"', '"2023年,""初稿"""', "2023年明细,,,,,,"]
)
def test_titles_with_quotes_and_commas_stand_above_the_header(title: str, office: Office) -> None:
    entry = small(office, f"{title}\n单位:元\n" + HEAD + ROWS)
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 0) and not office.findings(entry) and closes(entry)


# Equal lines: the contract decides


@pytest.mark.parametrize(
    ("key", "duplicates", "accepted", "rule"),
    [
        ([], None, 3, "equal_rows"),
        ([], "reject", 2, "duplicate_key"),
        (["id", "note"], None, 2, "duplicate_key"),
        (["id", "note"], "keep", 3, "equal_rows"),
    ],
)
def test_the_contract_says_what_equal_lines_are(
    key: list[str], duplicates: str | None, accepted: int, rule: str, office: Office
) -> None:
    """A part of the key may be empty: two rows without it have the same key."""
    text = HEAD + "K1,甲,1.00,\nK1,甲,1.00,\nK1,甲,1.00,x\n"
    entry = small(office, text, key=key, **({"duplicates": duplicates} if duplicates else {}))
    assert entry.rows_accepted == accepted and [rule for _, rule in rules(office, entry)] == [rule] and closes(entry)


# Files without rows: each its own finding


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (HEAD.strip(), "ends_in_header"),
        (HEAD, "empty_file"),
        (HEAD + ",,,\n\n   \n", "blank_rows_only"),
        ("2023年明细\n" + HEAD + "\n", "blank_rows_only"),
        ("", "zero_bytes"),
    ],
)
def test_a_file_without_rows_says_in_which_way(text: str, rule: str, office: Office) -> None:
    entry = small(office, text)
    assert [rule for _, rule in rules(office, entry)] == [rule] and closes(entry)


# Markers are compared as the data is normalised; a key that begins with a marker is a row


@pytest.mark.parametrize(
    "row",
    [
        "合 计,,3.00,", "总\u3000计,,3.00,", ",合计,3.00,", "小计(元),,3.00,", "本页小计：,,3.00,",
        "本月合计,,3.00,", "Of  which:,,3.00,", "Ｏf which,,3.00,", "其中：,,3.00,",
    ],
)  # fmt: skip
def test_a_subtotal_is_told_however_its_marker_is_written(row: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + row + "\n", subtotal_markers=["合 计", "总计", "小计", "Of which", "其中:"])
    assert statuses(office, entry) == ["accepted", "accepted", "subtotal"]
    assert rules(office, entry) == [(4, "subtotal_row")]


@pytest.mark.parametrize("name", ["总计划办", "合计处", "说明科", "注册中心", "第一中学", "共青团", "本级", "月河街道"])
def test_a_key_that_begins_with_a_marker_is_a_row(name: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + f"{name},{name}办公室,3.00,\nK4,{name},4.00,\n")
    assert entry.rows_accepted == 4 and not office.findings(entry)


@pytest.mark.parametrize(
    "row",
    [
        "第 2 页 共 5 页",
        "第2页/共5页,,,",
        "- 2 -,,,",
        "Page 2 of 5",
        "------,------,------,------",
        "====",
        "说明：x,,,",
        "2/5,,,",
        "第二页,,,",
        "共 十二 页,,,",
        "（以下空白）,,,",
        "以下无正文,,,",
        "填报日期：2023年12月31日,,,",
        "单位负责人：甲,,填表人：乙,",
        "打印时间 2023-12-31 17:00,,,",
        "过次页,,3.00,",
        "承前页,,3.00,",
    ],
)
def test_page_numbers_lines_and_footnotes_are_notes(row: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + row + "\n")
    assert statuses(office, entry)[-1] == "footnote" and not office.findings(entry) and closes(entry)


@pytest.mark.parametrize(
    ("carried", "brought", "wrong"),
    [("3.00", "3.00", []), ("3.00", "2.00", [("5", "2.00 元")]), ("30.00", "3.00", [("4", "30.00 元")]), ("", "", [])],
)
def test_what_is_carried_from_page_to_page_is_held_against_the_rows(
    carried: str, brought: str, wrong: list[tuple[str, str]], office: Office
) -> None:
    pages = f"过次页,,{carried},\n承前页：,,{brought},\nK8,丙,4.00,\n"
    entry = small(office, HEAD + ROWS + pages)
    assert statuses(office, entry)[-3:-1] == ["footnote", "footnote"] and entry.rows_accepted == 3
    told = [f for f in office.findings(entry) if f["rule"] == "total_differs"]
    assert [(str(f["row_number"]), f["value"]) for f in told] == wrong and len(office.findings(entry)) == len(wrong)


@pytest.mark.parametrize("key", ["2/5", "12/31", "(一)科", "【2023】3号", "以下简称", "承前页岭村", "转业办"])
def test_a_key_like_a_page_mark_with_values_beside_it_is_a_row(key: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + f"{key},甲,3.00,\n")
    assert (entry.rows_accepted, entry.rows_rejected) == (3, 0) and not office.findings(entry)


# Columns that are absent, or that nobody can name


def test_an_optional_column_that_is_absent_is_told(office: Office) -> None:
    entry = small(office, "编号,名称\nK1,甲\n")
    (finding,) = office.findings(entry, about_file=True)
    assert (finding["rule"], finding["header"], entry.rows_accepted) == ("missing_optional", "金额、说明", 1)


@pytest.mark.parametrize(
    ("text", "place"), [("编号,名称,,说明\nK1,甲,多,x\nK2,乙,,y\n", 3), ("编号,名称,说明,\nK1,甲,x,多\nK2,乙,y,\n", 4)]
)
def test_values_below_no_header_are_told(text: str, place: int, office: Office) -> None:
    entry = small(office, text)
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["header"], finding["value"]) == ("nameless_column", f"第{place}列", "1")


# Layouts that are declared


def test_dates_are_read_in_the_declared_order(office: Office) -> None:
    columns = [column("id", required=True), column("paid_on", kind="date")]
    entry = laid_out(office, "id,paid_on\nK1,03/04/2023\nK2,31/12/2023\nK3,2023-05-06\n", columns, date_order="DMY")
    days = [day for (day,) in office.accepted(entry, "cast(paid_on as varchar)")]
    assert days == ["2023-04-03", "2023-12-31", "2023-05-06"]


@pytest.mark.parametrize("head_rows", [2, 3, 4])
def test_the_same_name_under_two_groups_is_told_apart(head_rows: int, office: Office) -> None:
    columns = [
        column("id", "科目", required=True),
        column("income_yuan", "收入/决算数", kind="money"),
        column("spent_yuan", "支出/决算数", kind="money"),
    ]
    middle = [",本年,,本年,", ",合并,,合并,"][: head_rows - 2]
    head = [",收入,,支出,", *middle, "科目,预算数,决算数,预算数,决算数"]
    if middle:
        columns[1]["headers"] = ["/".join(["收入", *(["本年", "合并"][: len(middle)]), "决算数"])]
        columns[2]["headers"] = ["/".join(["支出", *(["本年", "合并"][: len(middle)]), "决算数"])]
    entry = laid_out(office, "\n".join([*head, "K1,1,2,3,4", ""]), columns, header_rows=head_rows)
    assert office.accepted(entry, "cast(income_yuan as int)", "cast(spent_yuan as int)") == [(2, 4)]


def test_tables_side_by_side_and_stacked_are_read_whole(office: Office) -> None:
    columns = [column("id", required=True), column("name", required=True)]
    entry = laid_out(office, "id,name,,id,name\nK1,甲,,K2,乙\nK3,丙,,,\n", columns, tables="side_by_side")
    assert sorted(key for (key,) in office.accepted(entry, "id")) == ["K1", "K2", "K3"]
    entry = laid_out(office, "id,name\nK1,甲\n\n二、下表\nname,id\n乙,K2\n", columns, tables="stacked")
    assert (entry.rows_read, entry.rows_accepted, entry.rows_rejected) == (6, 2, 0) and closes(entry)
    assert office.accepted(entry, "id", "name") == [("K2", "乙")], "below the last header"


def test_forms_and_matrices_are_read_from_text(office: Office) -> None:
    columns = [column("id", "编号", required=True), column("name", "名称", required=True)]
    entry = laid_out(office, "登记表,\n编号:,K1\n名称:,甲\n", columns, form={"labels": ["id", "name"]})
    assert entry.rows_accepted == 1 and closes(entry)
    columns = [column("id", "单位", required=True), column("kind", "类别"), column("count", "数", kind="integer")]
    matrix = {"rows": ["id"], "across": ["kind"], "value": "count"}
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "matrix": matrix}]
    office.contracts = {"sample": contract_of(columns, files=files, key=["id", "kind"])}
    entry = office.land_one(FILE, "单位,收入,支出\n甲,1,2\n乙,3,4\n")
    assert (entry.rows_accepted, entry.rows_rejected) == (4, 0)


def test_a_column_may_come_from_the_name_of_the_file(office: Office) -> None:
    columns = [
        column("id", required=True),
        {**column("year"), "headers": [], "taken_from": "file", "extract": r"(\d{4})年"},
    ]
    entry = laid_out(office, "id\nK1\n", columns)
    assert office.accepted(entry, "id", "year") == [("K1", "2023")]


# Printed totals are compared with their rows


@pytest.mark.parametrize(
    "body",
    [
        ROWS + "合计,,3.00,\n",
        "合计,,3.00,\n" + ROWS,
        ROWS + "本页小计,,3.00,\nK3,丙,3.00,\n本页小计,,3.00,\n总计,,6.00,\n",
        "总计,,6.00,\n小计,,3.00,\n" + ROWS + "小计,,3.00,\nK3,丙,3.00,\n",
        ROWS + "本月合计,,3.00,\n本年累计,,33.00,\n",
        ROWS + "K3,,3.00,\n合计,,6.00,\n",
        ROWS + "合计,,3.01,\n",
    ],
    ids=["below", "above", "by_page", "nested_above", "cumulative", "with_rejected_row", "within_tolerance"],
)
def test_a_printed_total_that_is_the_sum_of_its_rows_is_no_fault(body: str, office: Office) -> None:
    entry = small(office, HEAD + body)
    assert "total_differs" not in [rule for _, rule in rules(office, entry)] and closes(entry)


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (ROWS + "合计,,3.50,\n", 4),
        ("合计,,2.50,\n" + ROWS, 2),
        (ROWS + "本页小计,,3.00,\nK3,丙,3.00,\n本页小计,,3.10,\n", 6),
        (ROWS + ",总计,3.02,\n", 4),
    ],
)
def test_a_printed_total_that_is_no_sum_of_its_rows_is_told(body: str, row: int, office: Office) -> None:
    entry = small(office, HEAD + body)
    assert (row, "total_differs") in rules(office, entry)


@pytest.mark.parametrize("total", ["3.021", "3.0.2", "约3元多", "1,2,3", "３．０２１", "3.02 USD"])
def test_a_printed_total_that_is_no_number_is_told(total: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + f'合计,,"{total}",\n')
    assert (4, "total_unread") in rules(office, entry) and closes(entry)
    assert any(total in f["message_zh"] for f in office.findings(entry) if f["rule"] == "total_unread")


@pytest.mark.parametrize("total", ["", "-", "—", "元", "见附件"])
def test_a_total_row_without_a_number_has_nothing_to_compare(total: str, office: Office) -> None:
    entry = small(office, HEAD + ROWS + f"合计,,{total},\n")
    assert "total_unread" not in [rule for _, rule in rules(office, entry)]
