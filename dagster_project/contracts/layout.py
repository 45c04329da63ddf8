"""What a contract may say of how one kind of file is laid out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from dagster_project.contracts.column import DateOrder
from dagster_project.contracts.strict import Identifier, Strict

MoneyUnit = Literal["元", "千元", "万元", "亿元"]
Encoding = Literal["utf-8", "gb18030", "utf-16", "big5", "cp1252"]


class Form(Strict):
    """A sheet like a form: ``labels`` are read as label and value beside a table of the other columns, or without a table.

    A label's text is one of its column's headers. Its value stands in the same cell behind a colon, or in the next cell
    that is not empty: to the ``right``, or, where so declared, ``below`` it.
    """

    labels: list[Identifier] = Field(min_length=1)
    values: Literal["right", "below"] = "right"


class Matrix(Strict):
    """A sheet like a matrix: each cell of its body is one row of the ledger, an empty cell too.

    ``rows`` are the columns that say what a row of the sheet is about. ``across`` are filled from the header texts above
    a cell: one column, or two where merged groups stand above the names. ``value`` is the cell itself.
    """

    rows: list[Identifier] = Field(min_length=1)
    across: list[Identifier] = Field(min_length=1, max_length=2)
    value: Identifier


class FileLayout(Strict):
    """How one kind of file of a ledger is laid out.

    ``pattern`` is a glob below data/raw. ``unit`` is the money unit where the file itself states none.
    ``date_order`` holds for the columns that declare none of their own.
    ``header_rows`` is how many rows a header may have: rows of groups stand above the names, and a name that several groups
    have is told apart as ``收入/决算数``. ``sheet`` may be a glob such as ``项目*``: then every sheet of that name belongs to the
    one submission. ``tables`` says whether a sheet holds more than one table of the ledger: ``stacked``, each below a header
    of its own, or ``side_by_side`` under one row of headers. ``form`` and ``matrix`` are other ways to lay out a sheet.
    ``records`` is the path to the list of records in a JSON document (``data.rows``); keys within a record are joined by
    points. Of the encodings at most one has no mark and is not UTF-8: ``gb18030``, ``big5`` or ``cp1252``.
    ``lacks`` names required columns that the system behind these files does not have: they are landed empty.
    """

    pattern: str
    format: Literal["csv", "workbook", "jsonl"]
    encodings: list[Encoding] = ["utf-8", "gb18030", "utf-16"]
    delimiter: Literal[",", "\t", ";", "|"] = ","
    sheet: str | None = None
    header_rows: Literal[1, 2, 3, 4] = 1
    tables: Literal["one", "stacked", "side_by_side"] = "one"
    records: str | None = None
    unit: MoneyUnit | None = None
    date_order: DateOrder | None = None
    form: Form | None = None
    matrix: Matrix | None = None
    lacks: list[Identifier] = []

    @property
    def has_many_sheets(self) -> bool:
        """Whether the name of the sheet is a glob."""
        return self.sheet is not None and any(sign in self.sheet for sign in "*?[")

    @property
    def is_plain(self) -> bool:
        """Whether a file is one table with its header in the first rows."""
        return not (self.has_many_sheets or self.form or self.matrix or self.tables != "one")

    @model_validator(mode="after")
    def _parts_fit_together(self) -> FileLayout:
        if self.format != "workbook" and self.sheet is not None:
            raise ValueError("只有工作簿(format: workbook)有工作表;请删除 sheet")
        if self.format == "jsonl" and not self.is_plain:
            raise ValueError("JSON 没有表单、矩阵和多张表;请删除 form、matrix、tables")
        if self.records is not None and self.format != "jsonl":
            raise ValueError("records 只用于 JSON(format: jsonl);请删除")
        if self.tables != "one" and (self.form or self.matrix):
            raise ValueError("表单和矩阵是一张表;请删除 tables")
        if len({"gb18030", "big5", "cp1252"} & set(self.encodings)) > 1:
            raise ValueError("gb18030、big5、cp1252 无法互相辨别;请只写其中一种")
        if self.form and self.matrix:
            raise ValueError("一张工作表不能既是表单又是矩阵;请删除 form 或 matrix")
        if self.matrix and len(self.matrix.across) != self.header_rows:
            raise ValueError("矩阵的 across 有几列,header_rows 就应是几;请改其中一项")
        return self
