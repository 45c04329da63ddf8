"""What a ledger contract may say; reading files is `ingestion`'s work."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from dagster_project.contracts.code_lists import Code, code_list_path, load_code_list
from dagster_project.contracts.column import PRIVACY_FIELDS, Column
from dagster_project.contracts.departments import load_departments, load_reporters
from dagster_project.contracts.layout import FileLayout
from dagster_project.contracts.strict import Bilingual, Identifier, Strict


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
    ``row_count`` says whether received.csv has to say how many rows a file has: of a list without serial numbers, totals or a
    counterpart nothing else shows that its end is missing.
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
    row_count: Literal["optional", "required"] = "optional"
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
            "row_count": True,
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

    def reporters(self) -> dict[str, frozenset[str]]:
        """The departments that report each of these departments as a whole."""
        return load_reporters(self._registers)

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
