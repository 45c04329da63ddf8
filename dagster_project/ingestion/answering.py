"""Recognise an answer workbook that was mended and handed in, and say how its rows are read: one sheet, by the same contract, with two columns more.

What makes a workbook an answer is the name of a sheet in it, which every program keeps that saves workbooks. Whose rows it may
mend is looked up in the log of submissions, never believed.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from dagster_project.contracts import Column, Contract, FileLayout
from dagster_project.contracts.strict import Bilingual
from dagster_project.ingestion.file_names import fits
from dagster_project.ingestion.sheet_facts import NO_CACHED_VALUE

ROWS_SHEET = "待更正数据"
SUFFIXES = (".xlsx", ".xlsm")
MARK = "jixiao_"
"""Begins the name of the sheet by which an answer is known; the number of the submission that it answers follows."""
MARKED = re.compile(rb"jixiao_([0-9a-f]{16})")
BOOK_PART, MOST_BYTES = "xl/workbook.xml", 1_000_000
CHOICE, CODE = "answer_choice", "answer_code"
CHOICE_HEADER, CODE_HEADER = "更正方式", "回执码"
VOID, AS_IT_IS = "作废", "无误"
"""What may be written beside a row: it is to be reported no more, or it is right as it stands."""
ANSWER = "answer"
"""How an answer relates to earlier files: it takes nobody's place."""
SIGN = "\x1f"
DIGITS = 8
CODE_PATTERN = r"^(?:(.*)!)?([0-9]{1,9})#([0-9a-f]{8})$"
"""Sheet and row of the rejected row, and a hash of its cells as the answer was written."""
NAMES_ZH = {"sheet": "工作表名称", "file": "文件名"}


def submission_answered(path: Path) -> str:
    """The number of the submission that a workbook answers; empty where it is no answer."""
    if path.suffix.lower() not in SUFFIXES:
        return ""
    try:
        with zipfile.ZipFile(path) as book, book.open(BOOK_PART) as part:
            found = MARKED.search(part.read(MOST_BYTES))
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        return ""  # whatever it is, it is no answer; who reads it as a ledger says what is wrong
    return found[1].decode() if found else ""


def can_be_answered(contract: Contract, file: str) -> bool:
    """Whether rows of a file can be mended one by one: the cells of a matrix are no rows."""
    return not any(layout.matrix for layout in layouts_of(contract, file))


def layouts_of(contract: Contract, file: str) -> list[FileLayout]:
    """The layouts of a contract that claim a file."""
    return [layout for layout in contract.files if fits(file, layout.pattern)]


def answer_layouts(contract: Contract, file: str) -> tuple[FileLayout, ...]:
    """How the rows sheet of an answer to a file is laid out: as a plain sheet, with what the layouts of the file say of its values."""
    found = [
        FileLayout(
            pattern=layout.pattern,
            format="workbook",
            sheet=ROWS_SHEET,
            unit=layout.unit,
            date_order=layout.date_order,
            lacks=layout.lacks,
        )
        for layout in layouts_of(contract, file)
    ]
    return tuple(layout for place, layout in enumerate(found) if layout not in found[:place])


def answer_contract(contract: Contract) -> Contract:
    """The contract by which the rows sheet of an answer is read: what names of files and sheets gave stands in columns of its own."""
    columns = [
        column
        if column.taken_from is None
        else column.model_copy(update={"taken_from": None, "extract": None, "headers": [taken_header(column)]})
        for column in contract.columns
    ]
    own = [_own_column(CHOICE, CHOICE_HEADER), _own_column(CODE, CODE_HEADER)]
    return contract.model_copy(update={"columns": [*columns, *own]})


def taken_header(column: Column) -> str:
    """The header of a column that no file holds, where its value has to be written down."""
    return f"{NAMES_ZH[column.taken_from or 'file']}:{column.name}"


def _own_column(name: str, header: str) -> Column:
    return Column(name=name, headers=[header], type="text", description=Bilingual(zh=header, en=name.replace("_", " ")))


def cell_as_written(text: str | None) -> str:
    """A cell of a rejected row as the answer holds it: a text of one spelling of line ends, nothing where a value was never stored."""
    if text is None or text == NO_CACHED_VALUE:
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def row_code(sheet: str, row: int, cells: Sequence[str]) -> str:
    """What stands beside a row of an answer, so that it is known again wherever it is moved to.

    Args:
        sheet: where the rejected row stands; empty of a text file.
        row: its number there.
        cells: what the answer holds of it, in the order of the contract, of the columns that the answer has.
    """
    place = f"{sheet}!{row}" if sheet else str(row)
    return f"{place}#{hashlib.sha256(SIGN.join(cells).encode()).hexdigest()[:DIGITS]}"
