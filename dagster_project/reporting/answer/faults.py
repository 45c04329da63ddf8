"""What a finding asks for, beside its message: what the cell may hold, by how much it misses that, and where in the file it stands."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dagster_project.contracts import Column, Contract
from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.rules import RULES
from dagster_project.quality.rule_catalogue import door_rule_id

SHOWN_CODES = 8
LETTER = re.compile(r"([A-Z]{1,3})列")
WHOLE_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
SEVERITY_ZH = {"error": "必须更正", "warning": "请核对", "info": "告知"}
EXPECTED_ZH = {
    "missing_value": "不能为空",
    "bad_date": "日期,如 2023-01-05",
    "ambiguous_date": "年在前的日期,如 2023-01-05",
    "bad_month": "年月,如 2023-01",
    "ambiguous_month": "两位的月,如 2023-01",
    "bad_timestamp": "时间,如 2023-01-05 09:30:00",
    "bad_amount": "金额,最多精确到分,如 1234.56",
    "bad_number": "数字",
    "bad_boolean": "是 或 否",
    "digits_lost": "完整的数或编号,不是科学计数法",
    "unexpected_percent": "不带百分号的数",
    "foreign_currency": "人民币金额",
    "spreadsheet_error": "值,而不是表格程序的错误",
    "formula_without_value": "值",
    "id_became_date": "原编号(文本)",
    "id_became_number": "完整的编号(文本)",
    "id_in_lines": "一行写完的一个编号",
    "duplicate_key": "本文件中没有的编号,或作废该行",
    "row_unchanged": "改正后的值;确实无误的写“无误”",
}
"""What a cell may hold, by rule; where the contract or the period says it, that is told instead."""


@dataclass(frozen=True)
class Fault:
    """One line of what is wrong: where, what stands there, what should, how far off it is, by which rule, and what to do.

    ``place`` is the rejected row that it is about, None where it is about the file or a row that was loaded. ``column`` is the
    contract's name of the column, empty where it is about the whole row.
    """

    place: tuple[str, int] | None
    sheet: str
    row: int | None
    column: str
    header: str
    cell: str
    value: str
    expected: str
    difference: str
    rule: str
    severity: str
    message: str
    remedy: str


def fault_of(
    finding: Mapping[str, Any], contract: Contract, year: int, period: str, place: tuple[str, int] | None
) -> Fault:
    """A finding of landing as one line of an answer.

    Args:
        finding: a row of the findings of a submission, with values.
        contract: of its ledger.
        year: whose codes hold.
        period: of the file.
        place: the rejected row that it is about.
    """
    column = next((c for c in contract.columns if c.name == finding["column_name"]), None)
    value, rule = finding["value"] or "", finding["rule"]
    return Fault(
        place,
        finding["sheet"] or "",
        finding["row_number"],
        column.name if column else "",
        finding["header"] or "",
        _cell(finding["column_ref"] or "", finding["row_number"]),
        value,
        _expected(rule, column, contract, year, period),
        _difference(rule, value, column, contract, year, period),
        rule,
        finding["severity"],
        finding["message_zh"],
        finding["remedy_zh"],
    )


def rule_id(fault: Fault, ledger: str) -> str:
    """The id of the rule of a finding, as the catalogue has it; of an issue of a check the word for it."""
    return door_rule_id(ledger, fault.column, fault.rule) if fault.rule in RULES else fault.rule


def _cell(reference: str, row: int | None) -> str:
    """The address of a cell as a spreadsheet shows it; of a text the number of the column."""
    letter = LETTER.fullmatch(reference)
    return f"{letter[1]}{row}" if letter and row else reference


def _expected(rule: str, column: Column | None, contract: Contract, year: int, period: str) -> str:
    if column is not None and rule == "unknown_code":
        codes = _codes(column, contract, year)
        more = f" 等 {len(codes)} 项" if len(codes) > SHOWN_CODES else ""
        return "、".join(codes[:SHOWN_CODES]) + more
    if column is not None and rule == "bad_pattern":
        return f"符合编号规则 {column.pattern}"
    if column is not None and rule == "out_of_range":
        low, high = (f"{bound:g}" if bound is not None else "" for bound in (column.minimum, column.maximum))
        return f"{low} 至 {high}" if low and high else f"不小于 {low}" if low else f"不大于 {high}"
    if rule == "outside_period":
        return "{} 至 {}".format(*first_and_last_day(period))
    return EXPECTED_ZH.get(rule, "")


def _difference(rule: str, value: str, column: Column | None, contract: Contract, year: int, period: str) -> str:
    if column is not None and rule == "unknown_code":
        near = difflib.get_close_matches(value, _codes(column, contract, year), n=1, cutoff=0.5)
        return f"是否为 {near[0]}?" if near else ""
    if column is not None and rule == "out_of_range":
        try:
            number = Decimal(value.replace(",", ""))
        except InvalidOperation:
            return ""
        for bound, word in ((column.minimum, "小"), (column.maximum, "大")):
            off = Decimal(str(bound)) - number if bound is not None else Decimal(0)
            if (off > 0 and word == "小") or (off < 0 and word == "大"):
                return f"{word} {abs(off).normalize():f}"
    if rule == "outside_period" and (day := WHOLE_DAY.match(value)):
        first, last = first_and_last_day(period)
        try:
            said = dt.date(*map(int, day.groups()))
        except ValueError:
            return ""
        return f"早 {(first - said).days} 天" if said < first else f"晚 {(said - last).days} 天"
    return ""


def _codes(column: Column, contract: Contract, year: int) -> list[str]:
    if column.allowed:
        return list(column.allowed)
    return [f"{code.code}-{code.name_zh}" for code in contract.codes(column.codes, year)] if column.codes else []
