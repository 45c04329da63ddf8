"""Faults planted on purpose, and where each one is. All payments faults go into the file of March 2023."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dagster_project.contracts.model import Contract
from simulation.paper.cells import Cell
from simulation.paper.handed_in import HandedFile
from simulation.paper.pages import SUBTOTAL, Line, lay_out
from simulation.paper.writer import write_csv
from simulation.world.values import WAN, Row

PLANTED_PERIOD = "2023-03"
NEGATIVE_BUDGET = "negative_budget"
EXTRA_HEADER = "经办人备注"
STRAY_CELL = "补录"
WRONG_UNIT = "单位:万元"


@dataclass(frozen=True)
class Planted:
    """Where a fault is: row of the file from 1, contract column (or the added header), and what stands there."""

    fault: str
    file: str
    sheet: str | None
    row: int
    column: str | None
    value: str | None


@dataclass
class _Mark:
    """A planted fault that still points at its line; rows are counted when all faults are in."""

    fault: str
    line: Line
    column: str | None
    value: str | None


class _Page:
    """The lines of a payments file while faults are planted; each fault takes data lines no other fault has."""

    def __init__(self, contract: Contract, lines: list[Line], rng: random.Random) -> None:
        self.names = [column.name for column in contract.columns]
        self.lines = lines
        self.marks: list[_Mark] = []
        self.cut: Line | None = None
        data = [line for line in lines if line.kind == "data"]
        self.endings = data[-2:]
        self._untouched = [line for line in data[:-2] if not _plain(line)["is_refund"]]
        rng.shuffle(self._untouched)

    def take(self) -> Line:
        """A data line for one fault."""
        return self._untouched.pop()

    def set(self, fault: str, line: Line, column: str, value: str) -> None:
        """Overwrite a cell and remember it."""
        line.cells[self.names.index(column)] = value
        self.marks.append(_Mark(fault, line, column, value))

    def insert(self, line: Line, *, after: Line | None = None, before: Line | None = None) -> None:
        """Put a new line beside one that is there."""
        at = next(n for n, present in enumerate(self.lines) if present is after or present is before)
        self.lines.insert(at + (after is not None), line)


def _plain(line: Line) -> Row:
    """The plain row of a data line."""
    if line.row is None:
        raise ValueError(f"a {line.kind} line has no plain row")
    return line.row


def _amount(line: Line) -> Decimal:
    return Decimal(str(_plain(line)["amount_yuan"]))


def _bad_date(page: _Page) -> None:
    page.set("bad_date", page.take(), "cleared_on", "2023-13-45")


def _bad_amount(page: _Page) -> None:
    page.set("bad_amount", page.take(), "amount_yuan", "壹佰元整")


def _unknown_code(page: _Page) -> None:
    page.set("unknown_code", page.take(), "function_code", "9999999-不存在")


def _missing_key(page: _Page) -> None:
    page.set("missing_key", page.take(), "voucher_no", "")


def _duplicate_voucher(page: _Page) -> None:
    earlier = page.take()
    later = Line("data", list(earlier.cells), earlier.row)
    later.cells[page.names.index("amount_yuan")] = str(_amount(earlier) + 1)
    page.insert(later, after=earlier)
    page.marks.append(_Mark("duplicate_voucher", later, "voucher_no", str(_plain(earlier)["voucher_no"])))


def _subtotal_row(page: _Page) -> None:
    last_summed = page.take()
    at = next(n for n, line in enumerate(page.lines) if line is last_summed)
    cells: list[Cell] = [None] * len(page.names)
    cells[0] = SUBTOTAL
    above = (line for line in page.lines[: at + 1] if line.kind == "data")
    cells[page.names.index("amount_yuan")] = str(sum(map(_amount, above)))
    subtotal = Line("subtotal", cells)
    page.insert(subtotal, after=last_summed)
    page.marks.append(_Mark("subtotal_row", subtotal, None, SUBTOTAL))


def _truncated_last_line(page: _Page) -> None:
    page.cut = page.endings.pop()
    page.lines = page.lines[: 1 + next(n for n, line in enumerate(page.lines) if line is page.cut)]
    page.marks.append(_Mark("truncated_last_line", page.cut, None, None))


def _mixed_unit_row(page: _Page) -> None:
    line = page.endings.pop()
    unit = Line("unit", [WRONG_UNIT])
    page.insert(unit, before=line)
    page.marks.append(_Mark("mixed_unit_row", unit, None, WRONG_UNIT))
    page.set("mixed_unit_row", line, "amount_yuan", f"{(_amount(line) / WAN).normalize():f}")


def _shifted_row(page: _Page) -> None:
    line = page.take()
    line.cells.insert(page.names.index("payee_name"), STRAY_CELL)
    page.marks.append(_Mark("shifted_row", line, "payee_name", STRAY_CELL))


def _extra_column(page: _Page) -> None:
    for line in page.lines:
        if line.kind == "header":
            line.cells.append(EXTRA_HEADER)
            page.marks.append(_Mark("extra_column", line, EXTRA_HEADER, EXTRA_HEADER))
        elif line.kind == "data":
            line.cells.append("已核")


# The order matters: cells by column before any cell moves, and the cut line is chosen before the line above it.
PAYMENT_FAULTS: dict[str, Callable[[_Page], None]] = {
    "bad_date": _bad_date,
    "bad_amount": _bad_amount,
    "unknown_code": _unknown_code,
    "missing_key": _missing_key,
    "duplicate_voucher": _duplicate_voucher,
    "subtotal_row": _subtotal_row,
    "truncated_last_line": _truncated_last_line,
    "mixed_unit_row": _mixed_unit_row,
    "shifted_row": _shifted_row,
    "extra_column": _extra_column,
}
FAULTS = (*PAYMENT_FAULTS, NEGATIVE_BUDGET)


def has_payment_faults(handed: HandedFile) -> bool:
    """Whether this is the file into which payments faults go."""
    return handed.sheets[0].ledger == "payments" and handed.period == PLANTED_PERIOD


def write_payments_with_faults(
    handed: HandedFile, faults: Iterable[str], contract: Contract, out: Path, rng: random.Random
) -> list[Planted]:
    """Write the payments file of the planted month with the faults in it, and tell where they are."""
    page = _Page(contract, list(lay_out(contract, handed.sheets[0], is_workbook=False)), rng)
    chosen = set(faults)
    for name, plant in PAYMENT_FAULTS.items():
        if name in chosen:
            plant(page)
    text = _csv_text(page.lines)
    cut_text = None
    if page.cut is not None:
        whole = _csv_text([page.cut]).rstrip("\r\n")
        cut_text = whole[: len(whole) // 2]
        text = _csv_text(page.lines[:-1]) + cut_text
    path = out / handed.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(contract.files[0].encodings[0]))
    row_of = {id(line): n for n, line in enumerate(page.lines, start=1)}
    return [
        Planted(m.fault, handed.path, None, row_of[id(m.line)], m.column, cut_text if m.line is page.cut else m.value)
        for m in page.marks
    ]


def _csv_text(lines: Iterable[Line]) -> str:
    stream = io.StringIO(newline="")
    write_csv(stream, lines)
    return stream.getvalue()


def planted_budget(handed: HandedFile, contract: Contract) -> Planted:
    """Where the withdrawal stands in the file that holds nothing else."""
    sheet = handed.sheets[0]
    lines = lay_out(contract, sheet, is_workbook=True)
    row, line = next((n, line) for n, line in enumerate(lines, start=1) if line.kind == "data")
    at = [column.name for column in contract.columns].index("amount_yuan")
    name = contract.files[sheet.layout].sheet
    return Planted(NEGATIVE_BUDGET, handed.path, name, row, "amount_yuan", str(line.cells[at]))
