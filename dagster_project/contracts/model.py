"""What a ledger contract may say. One YAML per ledger stands beside this module; reading files is `ingestion`'s work."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator

from dagster_project.contracts.code_lists import REGISTERS, Code, code_list_path, load_code_list
from dagster_project.contracts.departments import load_departments
from dagster_project.contracts.faults import ContractError, YamlFault, faults_in_words, read_yaml

CONTRACTS_DIR = Path(__file__).parent

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ColumnType = Literal["text", "code", "integer", "decimal", "money", "date", "month", "timestamp", "boolean"]
MoneyUnit = Literal["元", "千元", "万元", "亿元"]
Encoding = Literal["utf-8", "gb18030", "utf-16", "big5", "cp1252"]
DateOrder = Literal["YMD", "DMY", "MDY"]
PRIVACY_FIELDS = ("names_people", "harmless", "secret_if")
"""What a column says of whom its values may be shown to; a file is read the same way with and without."""


class Strict(BaseModel):
    """Base of every part of a contract: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """The same text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


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
            "date_order": ("date", "month", "timestamp"),
            "within_period": ("date", "month", "timestamp"),
            "is_department": ("text",),
        }.items():
            default = type(self).model_fields[field].default
            if getattr(self, field) != default and self.type not in types:
                raise ValueError(f"{field} 只用于 {'、'.join(types)} 类型的列;请删除或改类型")
        if self.type == "money" and not self.name.endswith("_yuan"):
            raise ValueError("金额按元载入,列名须以 _yuan 结尾;请改列名")
        return self


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


class Replacing(Strict):
    """How much a file of this ledger may lose against the one whose place it takes before it is held, where the usual bands do not fit.

    ``missing_rows_share`` is the share of the earlier rows that may be missing, ``smaller_sum_share`` by what share the sum of
    its amounts may be smaller; the bands for all ledgers stand in `ingestion/bands.yaml`. ``why`` gives the reason.
    """

    missing_rows_share: float | None = Field(default=None, ge=0, le=1)
    smaller_sum_share: float | None = Field(default=None, ge=0)
    why: str = Field(min_length=1)


class Returning(Strict):
    """What of a file may stand in a file of another period, or of another department, that is in force too, and why.

    ``nothing``: a key stands once. ``keys``: the same keys come back, but with other values. ``rows``: whole rows come back.
    A file most of whose keys, or rows, stand elsewhere although they may not is held: it looks like the other file once more.
    """

    periods: Literal["nothing", "keys", "rows"] = "nothing"
    departments: Literal["nothing", "keys", "rows"] = "keys"
    why: str = Field(min_length=1)


class Contract(Strict):
    """One ledger: what it is, how it is handed in, and what each column means.

    ``supersede`` says how a later file relates to an earlier one: ``replace`` takes the whole department and period,
    ``upsert`` takes single rows by ``key``, ``append`` only adds. A part of the key may be empty in a row; a ledger may have no
    key at all. ``duplicates`` says what two rows of one file with the same key are, or two equal rows of a ledger without a key:
    ``reject`` all but the first, or ``keep`` them. Markers are compared after full-width forms were made half-width and blanks
    dropped. ``totals_tolerance`` is by how much a printed total, in the unit it is printed in, may miss the sum of its rows.
    ``wrong_totals`` says what becomes of a file with a printed total or count that does not agree: it is told, or refused.
    ``dated_by`` names the column whose days lie in the period of the file. ``replacing`` and ``returning`` say what is
    usual when files replace each other and follow each other.
    ``staging`` says whether the staging model follows from the contract or is written by hand.
    """

    ledger: Identifier
    domain: Identifier
    title: Bilingual
    owner: str = Field(min_length=1)
    grain: Bilingual
    key: list[Identifier] = []
    duplicates: Literal["keep", "reject"] | None = None
    totals_tolerance: float = Field(default=0.01, ge=0)
    wrong_totals: Literal["tell", "refuse"] = "tell"
    supersede: Literal["replace", "upsert", "append"]
    replacing: Replacing | None = None
    returning: Returning | None = None
    dated_by: Identifier | None = None
    staging: Literal["generated", "own"] = "generated"
    files: list[FileLayout] = Field(min_length=1)
    columns: list[Column] = Field(min_length=1)
    subtotal_markers: list[str] = ["合计", "小计", "总计", "累计", "本页合计", "本月合计", "本年累计"]
    footnote_markers: list[str] = [
        "注:", "备注:", "说明:", "制表人", "制表:", "制单人", "制单:", "填报人", "填表人", "审核人", "审核:", "复核人", "复核:", "经办人", "单位负责人",
        "部门负责人", "财务负责人", "负责人:", "填报日期", "填表日期", "制表日期", "填报时间", "制表时间", "打印日期", "打印时间", "导出时间",
        "联系电话:",
    ]  # fmt: skip
    nil_markers: list[str] = ["-", "--", "—", "——", "–", "/"]
    _registers: Path | None = PrivateAttr(default=None)

    @field_validator("domain")
    @classmethod
    def _domain_is_registered(cls, domain: str) -> str:
        known = {code.code: code.name_zh for code in load_code_list("domains")}
        if domain not in known:
            listed = "、".join(f"{code}({name})" for code, name in known.items())
            raise ValueError(f"没有领域“{domain}”;可用:{listed};新领域请先登记在 dbt/seeds/code_lists/domains.csv")
        return domain

    @model_validator(mode="after")
    def _names_are_unique_and_keys_exist(self) -> Contract:
        names = [column.name for column in self.columns]
        headers = [header for c in self.columns for header in (*c.headers, *map(str.casefold, c.fallback_headers))]
        for kind, values in (("列名", names), ("表头", headers)):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"{kind}重复:{'、'.join(twice)};请只保留一处")
        if missing := [name for name in self.key if name not in names]:
            raise ValueError(f"key 中的列没有在 columns 中声明:{'、'.join(missing)};请补上或更正")
        required = {column.name for column in self.columns if column.required}
        if self.key and not required & set(self.key):
            raise ValueError(f"key 中至少有一列须为 required:{'、'.join(self.key)}")
        if self.supersede == "upsert" and not self.key:
            raise ValueError("supersede: upsert 按 key 更新行,而没有写 key;请补上")
        dated = [column.type for column in self.columns if column.name == self.dated_by]
        if self.dated_by and dated not in (["date"], ["month"], ["timestamp"]):
            raise ValueError(f"dated_by 须写一列日期、年月或时间,而写了 {self.dated_by};请更正")
        if not any(column.required and not column.taken_from for column in self.columns):
            raise ValueError("表头按 required 的列查找,而一列也没有;请至少将一列设为 required")
        booleans = {column.name for column in self.columns if column.type == "boolean"}
        if wrong := [c.name for c in self.columns if c.secret_if is not None and c.secret_if not in booleans]:
            raise ValueError(f"secret_if 须写类型为 boolean 的列;请更正 {'、'.join(wrong)}")
        for layout in self.files:
            self._check_places(layout)
        return self

    def _check_places(self, layout: FileLayout) -> None:
        """A form names columns that exist; a matrix says of each column where it stands."""
        names = {column.name for column in self.columns}
        required = {column.name for column in self.columns if column.required}
        table: set[str] = set()
        if wrong := [name for name in layout.lacks if name not in required or name in self.key]:
            raise ValueError(
                f"文件布局 {layout.pattern}:lacks 只能写 key 以外的 required 列,而写了 {'、'.join(wrong)};请更正"
            )
        if layout.form:
            if unknown := [name for name in layout.form.labels if name not in names]:
                raise ValueError(f"文件布局 {layout.pattern}:form 中没有声明过的列 {'、'.join(unknown)};请更正")
            table = names - set(layout.form.labels)
        if layout.matrix:
            placed = [*layout.matrix.rows, *layout.matrix.across, layout.matrix.value]
            if sorted(placed) != sorted(names):
                raise ValueError(
                    f"文件布局 {layout.pattern}:matrix 的 rows、across、value 合起来须恰好写全每一列,各一次;请更正"
                )
            table = set(layout.matrix.rows)
        if table and not table & required:
            raise ValueError(
                f"文件布局 {layout.pattern}:表头按 required 的列查找,而表中一列也没有;请至少将一列设为 required"
            )

    @property
    def rejects_duplicates(self) -> bool:
        """Whether of rows with one key, or of equal rows without a key, only the first counts."""
        return (self.duplicates or ("reject" if self.key else "keep")) == "reject"

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change when a file would be read differently: by a rule or by a code list."""
        not_read_by: dict[str, Any] = {
            "title": True,
            "owner": True,
            "grain": True,
            "staging": True,
            "replacing": True,
            "returning": True,
            "dated_by": True,
            "columns": {"__all__": {"description", *PRIVACY_FIELDS}},
        }
        digest = hashlib.sha256(self.model_dump_json(exclude=not_read_by).encode())
        for column in self.columns:
            if column.codes:
                digest.update(code_list_path(column.codes, self._registers).read_bytes())
        return digest.hexdigest()[:12]

    def codes(self, name: str, fiscal_year: int | None = None) -> list[Code]:
        """The codes of a list in a year, of the office whose contract this is."""
        return load_code_list(name, fiscal_year, self._registers)

    def departments(self) -> dict[str, str]:
        """The names of the departments, by code, that may hand in files to the office whose contract this is."""
        return load_departments(self._registers)

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def load_contract(path: Path) -> Contract:
    """Read one contract; raises ContractError with one line per fault: the file, the column by its name, and the remedy."""
    try:
        document = read_yaml(path)
        contract = Contract.model_validate(document)
        contract._registers = registers if (registers := path.parent / REGISTERS).is_dir() else None
    except ValidationError as error:
        raise ContractError("\n".join(f"{path.name}:{fault}" for fault in faults_in_words(error, document))) from error
    except (YamlFault, OSError) as error:
        raise ContractError(f"{path.name}:{error}") from error
    faults = []
    if contract.ledger != path.stem:
        faults.append(f"ledger:文件名应与台账同名,而 ledger 写的是“{contract.ledger}”;请改其中一处")
    for column in contract.columns:
        if column.codes:
            try:
                code_list_path(column.codes, contract._registers)
            except ContractError as error:
                faults.append(f"列 {column.name} 的 codes:{error}")
    if faults:
        raise ContractError("\n".join(f"{path.name}:{fault}" for fault in faults))
    return contract


def load_contracts(directory: Path = CONTRACTS_DIR) -> dict[str, Contract]:
    """All contracts of a folder by ledger name, in alphabetical order.

    Raises:
        ContractError: with the faults of all contracts, one a line.
    """
    if not directory.is_dir():
        raise ContractError(f"找不到台账约定文件夹 {directory};请检查 JIXIAO_CONTRACTS_DIR")
    contracts: dict[str, Contract] = {}
    faults: list[str] = []
    for path in sorted(directory.iterdir()):
        if path.suffix == ".yaml":
            try:
                contracts[path.stem] = load_contract(path)
            except ContractError as error:
                faults.append(str(error))
        elif path.suffix.lower() in (".yaml", ".yml"):
            faults.append(f"{path.name}:约定文件的后缀应为 .yaml,这个文件不会被读取;请改名或移走")
    if faults:
        raise ContractError("\n".join(faults))
    return contracts
