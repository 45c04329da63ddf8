"""Write an answer as a workbook: 处理结果, 问题明细, 待更正数据, and a hidden sheet by which it is known when it comes back."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dagster_project.ingestion.answering import (
    AS_IT_IS,
    CHOICE_HEADER,
    CODE_HEADER,
    MARK,
    ROWS_SHEET,
    VOID,
    cell_as_written,
    row_code,
)
from dagster_project.private_files import PRIVATE_FILE, PRIVATE_FOLDER
from dagster_project.reporting.answer.cells import EXTRA
from dagster_project.reporting.answer.faults import SEVERITY_ZH, Fault, rule_id
from dagster_project.reporting.answer.gather import WAITING_SHOWN, Answer
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook

LONGEST_CELL = 32_767
"""What a cell of a spreadsheet holds."""
STATUS_ZH = {"landed": "已载入", "refused": "整份退回", "held": "待确认,暂不采用"}
RESULT_WIDTHS = (16, 90)
FAULT_COLUMNS = (
    Column("sheet", "工作表", "raw"), Column("row", "行", "count"), Column("header", "列", "raw"), Column("cell", "单元格", "raw"),
    Column("value", "填报的值", "raw"), Column("expected", "应为"), Column("difference", "相差", "raw"), Column("severity", "程度"),
    Column("rule", "规则", "raw"), Column("message", "说明"), Column("remedy", "怎样改"),
)  # fmt: skip
FAULT_WIDTHS = (10, 6, 12, 8, 16, 20, 12, 8, 14, 38, 34)
OWN_WIDTH = 12
WHITE, FAULTY, WHOLE_ROW, OWN = "#FFFFFF", "#FFC7CE", "#FFEB9C", "#F2F2F2"
STEPS_ROWS = (
    f"在“{ROWS_SHEET}”中改标色的单元格(停在单元格上可看到哪里错、怎样改),其余不动;该行不应报送的,在“{CHOICE_HEADER}”写“{VOID}”,"
    f"核对后确实无误的写“{AS_IT_IS}”。改好后把本工作簿放回报送文件夹(文件名不限),只读“{ROWS_SHEET}”这一张表;没有改的行仍待更正。"
)
STEP_WHOLE = "请按“问题明细”更正原文件,把整份文件放回原来的文件夹重新报送。"
STEP_HELD = "请核对后在 received.csv 确认,或更正后重新报送整份文件。"
STEP_NONE = "没有需要更正的行。"


def write_answer(answer: Answer, path: Path) -> None:
    """Write an answer; nobody but this user may read it. The same answer gives the same bytes.

    Args:
        answer: what it says.
        path: the xlsx file; its folder is made where it is not there.

    Raises:
        OSError: it could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".xlsx")
    os.close(descriptor)
    try:
        _write(answer, Path(unfinished))
        Path(unfinished).chmod(PRIVATE_FILE)
        os.replace(unfinished, path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _write(answer: Answer, path: Path) -> None:
    entry = answer.entry
    with new_workbook(path, counts_from_1904=answer.layout.counts_from_1904) as workbook:
        made = dt.datetime.fromisoformat(entry.received_at).replace(tzinfo=None)
        workbook.set_properties({"title": f"{Path(entry.file).name} 答复", "created": made})
        book = Book(workbook)
        _write_result(book, answer)
        _write_faults(book, answer)
        if answer.rows:
            _write_rows(workbook, answer)
        mark = workbook.add_worksheet(f"{MARK}{entry.submission_id}")
        mark.write_string(0, 0, "本表用于识别这份答复,请勿删除、改名。")
        mark.hide()
        workbook.define_name("jixiao_answer", f'="{MARK}{entry.submission_id}"')


def _write_result(book: Book, answer: Answer) -> None:
    entry, contract = answer.entry, answer.contract
    sheet = Sheet(book, "处理结果", RESULT_WIDTHS, f"{Path(entry.file).name}  答复")
    sheet.heading("报送文件处理结果")
    accounted = (
        f"读取 {entry.rows_read:,} 行 = 载入 {entry.rows_accepted:,} + 退回 {entry.rows_rejected:,} + 空行 {entry.rows_blank:,} "
        f"+ 表头、合计与注释 {entry.rows_notes:,}"
    )
    mended = f"已更正 {answer.mended:,} 行,作废 {answer.voided:,} 行," if answer.mended or answer.voided else ""
    shown = "、".join(answer.waiting[:WAITING_SHOWN])
    more = f" 等 {len(answer.waiting)} 个" if len(answer.waiting) > WAITING_SHOWN else ""
    lines = [
        ("文件", entry.file), ("SHA-256", entry.sha256), ("报送编号", entry.submission_id), ("部门", entry.department_code),
        ("台账", f"{contract.title.zh}({entry.ledger})"), ("期间", entry.period), ("收到时间", entry.received_at),
        ("处理结果", STATUS_ZH[entry.status]), ("原因", entry.reason), ("行数", accounted),
        ("待更正", f"{mended}待更正 {answer.open_rows:,} 行" if entry.status == "landed" else "整份文件"),
        ("等它的数字", f"{shown}{more}" if answer.is_open else ""),
        ("报送期限", f"{answer.due_on}" if answer.due_on else "报送日历没有规定"), ("下一步", next_step(answer)),
    ]  # fmt: skip
    label, value = book.cell("text", bold=True), book.cell("raw")
    for name, text in lines:
        if text:
            sheet.cells([(name, label), (text, value, 1, "raw")])


def next_step(answer: Answer) -> str:
    """What the department does next, in words."""
    if answer.entry.status == "refused":
        return STEP_WHOLE
    if answer.entry.status == "held":
        return STEP_HELD
    if not answer.open_rows:
        return STEP_NONE
    return "".join(
        filter(None, (STEPS_ROWS if answer.rows else "", f"{answer.why_no_rows}。" if answer.why_no_rows else ""))
    )


def _write_faults(book: Book, answer: Answer) -> None:
    """Every finding, with the department's own columns of the row that it is about."""
    own = {name: text for name, text in answer.layout.columns.items() if name.startswith(EXTRA)}
    columns = (*FAULT_COLUMNS, *(Column(name, text, "raw") for name, text in own.items()))
    sheet = Sheet(book, "问题明细", (*FAULT_WIDTHS, *(OWN_WIDTH for _ in own)), f"{Path(answer.entry.file).name}  答复")
    sheet.heading("问题明细", lines=[f"共 {len(answer.faults):,} 处"])
    rows = []
    for fault in answer.faults:
        cells = answer.rows.get(fault.place, {}) if fault.place else {}
        told = {"severity": SEVERITY_ZH[fault.severity], "rule": rule_id(fault, answer.entry.ledger)}
        rows.append({**vars(fault), **told, **{name: cells.get(name) for name in own}})
    sheet.table(columns, rows)


def _write_rows(workbook: xlsxwriter.Workbook, answer: Answer) -> None:
    """The rejected rows under the headers of the file, faulty cells coloured, each with what is wrong and what to write."""
    sheet = workbook.add_worksheet(ROWS_SHEET)
    plain = {"num_format": "@", "font_name": "宋体", "font_size": 10, "border": 1}
    look = {colour: workbook.add_format({**plain, "bg_color": colour}) for colour in (WHITE, FAULTY, WHOLE_ROW, OWN)}
    head = workbook.add_format({**plain, "bold": True, "bg_color": "#DDE6F0", "text_wrap": True})
    columns = answer.layout.columns
    top = 1 if answer.layout.unit else 0
    if answer.layout.unit:
        sheet.write_string(0, 0, f"单位:{answer.layout.unit}")
    headers = [*columns.values(), CHOICE_HEADER, CODE_HEADER]
    for place, text in enumerate(headers):
        sheet.write_string(top, place, text, head)
    choice, code = len(columns), len(columns) + 1
    sheet.write_comment(top, choice, f"留空:按本行更正;{VOID}:该行不再报送;{AS_IT_IS}:核对过,原样采用", {"author": ""})
    sheet.write_comment(top, code, "用来找到退回的是哪一行,请勿改动", {"author": ""})
    faults: dict[tuple[str, int], list[Fault]] = {}
    for fault in answer.faults:
        if fault.place:
            faults.setdefault(fault.place, []).append(fault)
    places = {name: place for place, name in enumerate(columns)}
    for number, (where, cells) in enumerate(answer.rows.items(), start=top + 1):
        _write_row(sheet, number, where, cells, faults.get(where, []), places, look, answer)
    last = top + len(answer.rows)
    sheet.data_validation(top + 1, choice, last, choice, {"validate": "list", "source": [VOID, AS_IT_IS]})
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
    sheet.freeze_panes(top + 1, 0)
    sheet.set_column(0, code, 16)


def _write_row(
    sheet: Worksheet,
    number: int,
    place: tuple[str, int],
    cells: Mapping[str, str | None],
    faults: Sequence[Fault],
    places: Mapping[str, int],
    look: Mapping[str, object],
    answer: Answer,
) -> None:
    by_place: dict[int, list[Fault]] = {}
    for fault in faults:
        by_place.setdefault(places.get(fault.column, 0), []).append(fault)
    is_whole = any(fault.column not in places for fault in faults)
    texts = {name: cell_as_written(cells.get(name)) for name in places}
    texts = {name: text if len(text) <= LONGEST_CELL else "" for name, text in texts.items()}
    for name, column in places.items():
        is_faulty = any(fault.column == name for fault in by_place.get(column, []))
        colour = FAULTY if is_faulty else WHOLE_ROW if is_whole else OWN if name.startswith(EXTRA) else WHITE
        sheet.write_string(number, column, texts[name], look[colour])
        if told := by_place.get(column):
            text = "\n".join(f"{_short(fault, answer)}。{fault.remedy}" for fault in told)
            sheet.write_comment(number, column, text, {"author": "", "x_scale": 2})
    sheet.write_string(number, len(places), "", look[WHITE])
    compared = [texts[column.name] for column in answer.contract.columns if column.name in texts]
    sheet.write_string(number, len(places) + 1, row_code(*place, compared), look[OWN])


def _short(fault: Fault, answer: Answer) -> str:
    """The message of a finding without the place, which is where it stands."""
    words = fault.message.removeprefix(answer.entry.file).partition(":")[2] or fault.message
    return "".join(
        filter(
            None,
            (
                words,
                f";应为 {fault.expected}" if fault.expected else "",
                f";{fault.difference}" if fault.difference else "",
            ),
        )
    )
