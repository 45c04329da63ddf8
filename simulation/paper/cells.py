"""How one value looks in a file: a formatter per contract column, chosen once and then called for each row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from dagster_project.contracts.column import Column
from dagster_project.contracts.model import Contract
from simulation.paper.handed_in import DateForm, Habits
from simulation.world.values import WAN, Value

Cell = str | int | float | date | None
Formatter = Callable[[Value, int], Cell]
FULL_WIDTH = str.maketrans("0123456789.,-", "".join(chr(0xFF00 + ord(c) - 0x20) for c in "0123456789.,-"))


def headers(columns: list[Column], choice: int, *, ascii_keys: bool = False) -> list[str]:
    """The header texts of a file: Chinese ones for people, ASCII keys for JSON."""
    texts = []
    for column in columns:
        fitting = [h for h in column.headers if h.isascii() == ascii_keys]
        texts.append(fitting[min(choice, len(fitting) - 1)] if fitting else column.headers[0])
    return texts


def written_date(day: date, form: DateForm) -> Cell:
    """A date in one of the forms departments use; ``cell`` leaves it to the spreadsheet."""
    if form == "iso":
        return day.isoformat()
    if form == "slash":
        return f"{day.year}/{day.month}/{day.day}"
    if form == "dot":
        return f"{day.year}.{day.month}.{day.day}"
    if form == "compact":
        return f"{day.year}{day.month:02d}{day.day:02d}"
    if form == "chinese":
        return f"{day.year}年{day.month}月{day.day}日"
    return day


def written_amount(amount: Decimal, row: int, habits: Habits) -> str:
    """An amount as text: plain, with thousand separators, in full-width digits, or negative in parentheses."""
    text = f"{amount:f}"
    if habits.thousands_every and row % habits.thousands_every == 0:
        text = f"{amount:,f}"
    if amount < 0 and habits.has_parentheses:
        return f"({-amount:,f})"
    if habits.fullwidth_every and row % habits.fullwidth_every == 0:
        return text.translate(FULL_WIDTH)
    return text


def in_unit(amount_yuan: Decimal, habits: Habits) -> Decimal:
    """An amount in the unit of the file, without a digit lost or added."""
    return (amount_yuan / WAN).normalize() if habits.unit == "万元" else amount_yuan


def formatter(contract: Contract, column: Column, habits: Habits, *, is_workbook: bool) -> Formatter:
    """What turns a plain value of a column into a cell of a CSV file (text) or of a workbook (text, number or date)."""
    nil = habits.nil_text if column.name in habits.nil_columns else None
    kind = column.type

    def text(value: Value, row: int) -> Cell:
        return nil if value is None else str(value)

    def code(value: Value, row: int) -> Cell:
        return nil if value is None else written_codes[str(value)]

    def money(value: Value, row: int) -> Cell:
        if not isinstance(value, Decimal):
            return nil
        amount = in_unit(value, habits)
        as_text = written_amount(amount, row, habits)
        return float(amount) if is_workbook and as_text == f"{amount:f}" else as_text

    def day(value: Value, row: int) -> Cell:
        if not isinstance(value, date):
            return nil
        form = habits.date_forms[row % len(habits.date_forms)]
        return written_date(value, form if is_workbook or form != "cell" else "iso")

    def month(value: Value, row: int) -> Cell:
        return f"{value.year}年{value.month}月" if isinstance(value, date) else nil

    def moment(value: Value, row: int) -> Cell:
        if not isinstance(value, datetime):
            return nil
        return f"{value.year}/{value.month}/{value.day} {value.hour}:{value.minute:02d}"

    def boolean(value: Value, row: int) -> Cell:
        return nil if value is None else "是" if value else "否"

    def number(value: Value, row: int) -> Cell:
        if value is None:
            return nil
        return float(value) if is_workbook else str(value)  # type: ignore[arg-type]

    if kind == "code" and column.codes:
        style = habits.code_style_of.get(column.name, habits.code_style)
        written_codes = {
            c.code: {"code": c.code, "name": c.name_zh, "pair": f"{c.code}-{c.name_zh}"}[style]
            for c in contract.codes(column.codes)
        }
        return code
    by_kind: dict[str, Formatter] = {
        "text": text, "code": text, "money": money, "date": day, "month": month, "timestamp": moment,
        "boolean": boolean, "integer": number, "decimal": number,
    }  # fmt: skip
    if column.name == habits.indented_column:
        return lambda value, row: f"\u3000\u3000{value}"
    return by_kind[kind]
