"""One line of received.csv: what its cells say, and what keeps them from being used."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dagster_project.contracts import Contract
from dagster_project.ingestion.file_names import folded, shown
from dagster_project.ingestion.periods import local_iso, moment_of, period_of

YES, NO = {"是", "yes", "y", "true", "1"}, {"", "否", "no", "n", "false", "0"}
CODE = re.compile("[A-HJ-NP-Ra-hj-np-r]{6}")
"""Of a confirmation: six letters that look like no others."""
FIRST_YEAR = 1990
"""Electronic ledgers of offices are younger; an earlier year is a slip (0023, 1023)."""
YEARS_AHEAD = 5
"""Rolling budgets reach three years ahead, five-year programmes five; a later period is a slip (2203 for 2023)."""
SHEET_MARK, SHEET_END = re.compile("[:：=]"), re.compile("[;；、\n]")
"""Stand between a sheet and the number of its rows, and behind that number."""
HOURS_AHEAD = 24
"""A hand-in cannot lie in the future; a day is left for clocks and time zones that differ."""


@dataclass(frozen=True)
class Receipt:
    """Who handed a file in, for which period (``2023``, ``2023-06``, ``2023H1``, ``2023Q4``), and when (ISO 8601).

    ``control_rows`` and ``control_total`` (yuan) are what the sender says the file holds; ``sheet_rows`` are the rows of each list
    of a workbook that holds several, by the name of its sheet. ``replaces`` is the file whose
    place it takes although the two differ much. ``confirmed`` is the code with which a held file is confirmed, and
    ``confirmed_at`` since when, empty where it is not said. ``is_registered`` says whether received.csv lists the file.
    A file that ``is_withdrawn`` counts no more from ``withdrawn_at`` on, from when it is found out where that is empty.
    """

    department_code: str
    period: str
    received_at: str
    control_rows: int | None = None
    control_total: Decimal | None = None
    replaces: str = ""
    is_registered: bool = True
    is_withdrawn: bool = False
    withdrawn_at: str = ""
    reason: str = ""
    confirmed: str = ""
    confirmed_at: str = ""
    sheet_rows: tuple[tuple[str, int], ...] = ()

    def rows_of(self, contract: Contract) -> int | None:
        """How many rows the sender says that the list of a contract has: by its sheet or its title where a workbook holds several."""
        names = {folded(name) for name in (contract.ledger, contract.title.zh, *sheets_of(contract))}
        return next((rows for sheet, rows in self.sheet_rows if folded(sheet) in names), self.control_rows)

    @property
    def fiscal_year(self) -> int:
        """The year the period belongs to."""
        return int(self.period[:4])


def sheets_of(contract: Contract) -> list[str]:
    """The sheets that hold the list of a contract, as its layouts name them."""
    return [layout.sheet for layout in contract.files if layout.sheet]


def sheet_of(contract: Contract) -> str:
    """What the list of a contract is called in `rows_by_sheet`: its sheet, else its ledger."""
    return (sheets_of(contract) or [contract.ledger])[0]


def rows_by_sheet(counts: Mapping[str, int]) -> str:
    """How received.csv says the rows of several lists in one workbook: 代表:120;任职:135."""
    return ";".join(f"{sheet}:{rows}" for sheet, rows in counts.items())


def rows_of_file(counts: Mapping[str, int], *, is_one_list: bool) -> str:
    """How received.csv says the rows of a file, a number where it holds one list; empty where none is known."""
    return "".join(map(str, counts.values())) if is_one_list else rows_by_sheet(counts)


class LineFault(ValueError):
    """A line of received.csv that cannot be used; the message says which cell and what it should be."""


def read_receipt(values: Mapping[str, str], now: dt.datetime) -> Receipt:
    """The receipt of a line from its cells by column.

    Raises:
        LineFault: a cell cannot be used.
    """
    department = re.sub(r"^(\d+)[-—]\D.*$", r"\1", values["department"])
    if not department:
        raise LineFault("部门为空,应填部门编码")
    period = _read(period_of, values["period"], "期间“{}”应如 2023、2023-06、2023H1、2023Q4")
    if not FIRST_YEAR <= int(period[:4]) <= now.year + YEARS_AHEAD:
        raise LineFault(
            f"期间“{shown(values['period'])}”的年度应在 {FIRST_YEAR} 和 {now.year + YEARS_AHEAD} 之间,请核对是否写错"
        )
    withdrawn = values.get("withdrawn", "")
    is_withdrawn, withdrawn_at = withdrawn.casefold() not in NO, ""
    if is_withdrawn and withdrawn.casefold() not in YES:
        withdrawn_at = _moment(withdrawn, "撤回“{}”应为 是、否,或撤回的时间", "撤回时间", now)
    confirmed, _, confirmed_at = values.get("confirmed", "").partition(" ")
    if confirmed and not CODE.fullmatch(confirmed):
        raise LineFault(f"确认“{shown(confirmed)}”应为待确认文件的提示中的六个字母,其后可写确认的时间")
    rows, sheet_rows = _rows(values.get("rows", ""))
    return Receipt(
        department,
        period,
        _moment(values["received_at"], "收到时间“{}”应如 2023-07-03T09:12:00+08:00 或 2023/7/3 9:12", "收到时间", now),
        rows,
        _amount(values.get("total", ""), "金额合计"),
        values.get("replaces", ""),
        is_withdrawn=is_withdrawn,
        withdrawn_at=withdrawn_at,
        reason=shown(values.get("reason", "")),
        confirmed=confirmed.upper(),
        confirmed_at=_moment(confirmed_at.strip(), "确认时间“{}”应如 2023/7/3 9:12", "确认时间", now)
        if confirmed_at.strip()
        else "",
        sheet_rows=sheet_rows,
    )


def _rows(text: str) -> tuple[int | None, tuple[tuple[str, int], ...]]:
    """The number of rows of a file, or of each sheet of a workbook; raises LineFault."""
    if not SHEET_MARK.search(text):
        return _number(text, "行数"), ()
    found = []
    for part in filter(None, (part.strip() for part in SHEET_END.split(text))):
        sheet, mark, count = part.rpartition((SHEET_MARK.findall(part) or [":"])[-1])
        rows = _number(count.strip(), "行数")
        if not (sheet.strip() and mark) or rows is None:
            raise LineFault(f"行数“{shown(text)}”应为整数;一个工作簿有几张清单的,按工作表写,如 代表:120;任职:135")
        found.append((sheet.strip(), rows))
    return None, tuple(found)


def _moment(text: str, should_be: str, word: str, now: dt.datetime) -> str:
    """A moment that an office can have lived through, as the log writes it; raises LineFault."""
    moment = _read(moment_of, text, should_be)
    if int(moment[:4]) < FIRST_YEAR:
        raise LineFault(f"{word}“{shown(text)}”早于 {FIRST_YEAR} 年,请核对年份")
    if moment > local_iso(now + dt.timedelta(hours=HOURS_AHEAD)):
        raise LineFault(f"{word}“{shown(text)}”晚于现在({local_iso(now)[:16]}),请核对年份和本机时钟")
    return moment


def _read(read: Callable[[str], str], text: str, should_be: str) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise LineFault(should_be.format(shown(text))) from error


def _number(text: str, word: str) -> int | None:
    amount = _amount(text, word)
    if amount is not None and (amount != amount.to_integral_value() or amount < 0):
        raise LineFault(f"{word}“{shown(text)}”应为整数")
    return None if amount is None else int(amount)


def _amount(text: str, word: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", "").strip("¥元 "))
    except InvalidOperation as error:
        raise LineFault(f"{word}“{shown(text)}”应为数字") from error
    if not amount.is_finite():
        raise LineFault(f"{word}“{shown(text)}”应为数字")
    return amount
