"""What a contract may say of one column."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from dagster_project.contracts.strict import Bilingual, Identifier, Strict

ColumnType = Literal["text", "code", "integer", "decimal", "money", "date", "month", "timestamp", "boolean"]
NUMBER_TYPES: tuple[ColumnType, ...] = ("integer", "decimal", "money")
DATE_TYPES: tuple[ColumnType, ...] = ("date", "month", "timestamp")
DateOrder = Literal["YMD", "DMY", "MDY"]
PRIVACY_FIELDS = ("names_people", "harmless", "secret_if")
"""What a column says of whom its values may be shown to; a file is read the same way with and without."""


class Column(Strict):
    """One column of a ledger.

    ``headers`` are the header texts (or JSON keys) that departments have used, the current one first; ``组/列名`` names one by
    its group. ``fallback_headers`` are read only where a file has none of these: the first of them that it has, in capitals or
    not; the others are columns that nobody reads. So an export that holds a code and its name, or two amounts, says which of
    them is meant.
    ``codes`` names a seed in dbt/seeds/code_lists; a value may be the code, its name, or ``code-name``.
    ``personal`` marks personal data, which never leaves the internal zone; ``names_people`` that its values are names of persons,
    which are then hidden wherever else they are written. ``harmless`` marks a text that holds codes and nothing of a person, so
    that a faulty value may be quoted to everybody; values of other types may where they look like their type.
    ``secret_if`` names the column that says whether the name in this one is secret: readers of published tables get no secret name.

    ``percent``: a decimal in per cent, so that 31% and 31 are the same. ``digits`` is how many digits behind the point a decimal
    keeps; ``rounding`` what happens to more: a decimal is rounded half up, an amount is exact to the fen or rejected, unless told.
    ``date_order`` is the order of dates that do not begin with a year of four digits; without it they are rejected.
    ``within_period``: a date or month outside the period that the file was handed in for is rejected.
    ``is_department``: the department (预算单位) of a row, as code, name, or both; a row of another one than the file's is rejected.
    ``taken_from``: no column of the file holds it, but the name of its sheet, or of the file itself; of that counts what the
    first group of ``extract`` matches, if there is one.
    """

    name: Identifier
    headers: list[str] = []
    fallback_headers: list[str] = []
    type: ColumnType
    description: Bilingual
    required: bool = False
    codes: Identifier | None = None
    allowed: list[str] | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    personal: bool = False
    names_people: bool = False
    harmless: bool = False
    secret_if: Identifier | None = None
    percent: bool = False
    digits: int = Field(default=8, ge=0, le=18)
    rounding: Literal["half_up", "reject"] | None = None
    date_order: DateOrder | None = None
    within_period: bool = False
    is_department: bool = False
    taken_from: Literal["sheet", "file"] | None = None
    extract: str | None = None

    @model_validator(mode="after")
    def _rules_fit_the_type(self) -> Column:
        if (self.type == "code") != (self.codes is not None or self.allowed is not None):
            raise ValueError("类型 code 须写 codes 或 allowed,其他类型不能写;请补上或删除")
        if bool(self.headers) == (self.taken_from is not None):
            raise ValueError("须写 headers(文件中的列名),或写 taken_from(取自文件名、工作表名);两者写一项")
        if self.extract is not None:
            if self.taken_from is None:
                raise ValueError("extract 只与 taken_from 一起用;请删除或补上")
            try:
                if re.compile(self.extract).groups != 1:
                    raise ValueError("extract 须恰有一对括号,括住要取的部分")
            except re.error as error:
                raise ValueError(f"extract“{self.extract}”不是正则表达式({error});请更正") from error
        if self.codes and self.allowed:
            raise ValueError("codes 和 allowed 只能写一项;请删除其中一项")
        if self.harmless and (self.personal or self.type != "text"):
            raise ValueError("harmless 只用于不含个人信息(personal)的 text 列;请删除其中一项")
        if self.names_people and not self.personal:
            raise ValueError("names_people 只与 personal 一起用;请补上 personal 或删除")
        if self.pattern is not None:
            if self.type != "text":
                raise ValueError("pattern 只用于 text 类型的列;请删除或改类型")
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"pattern“{self.pattern}”不是正则表达式({error});请更正") from error
        if (self.minimum is not None or self.maximum is not None) and self.type not in ("integer", "decimal"):
            raise ValueError("minimum、maximum 只用于 integer 和 decimal 类型的列;请删除或改类型")
        for field, types in {
            "percent": ("decimal",),
            "digits": ("decimal",),
            "rounding": ("decimal", "money"),
            "date_order": DATE_TYPES,
            "within_period": DATE_TYPES,
            "is_department": ("text",),
        }.items():
            default = type(self).model_fields[field].default
            if getattr(self, field) != default and self.type not in types:
                raise ValueError(f"{field} 只用于 {'、'.join(types)} 类型的列;请删除或改类型")
        if self.type == "money" and not self.name.endswith("_yuan"):
            raise ValueError("金额按元载入,列名须以 _yuan 结尾;请改列名")
        return self
