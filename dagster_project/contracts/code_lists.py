"""Code lists: the seeds in dbt/seeds/code_lists that contracts name."""

from __future__ import annotations

import csv
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from dagster_project.contracts.faults import NOT_UTF8, ContractError, faults_in_words

CODE_LISTS_DIR = Path(__file__).parents[2] / "dbt" / "seeds" / "code_lists"
REGISTERS = "registers"
"""Folder beside the contracts of an office that holds its register of departments and its code lists."""
OWN_CODE_LISTS = "code_lists"
"""Folder of the code lists within the registers of an office; those that are not there are the project's."""


class Code(BaseModel):
    """One entry of a code list, valid for the fiscal years ``valid_from`` to ``valid_to`` (None: still valid)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name_zh: str
    name_en: str
    valid_from: int
    valid_to: int | None
    source: str


def own_or_project(registers: Path | None, name: str, of_project: Path) -> Path:
    """A file among the registers of an office; that of the project where there are none, or it is not among them."""
    own = registers / name if registers else of_project
    return own if own.is_file() else of_project


def code_list_path(name: str, registers: Path | None = None) -> Path:
    """Where a code list lies, first among the registers of an office; raises ContractError where there is none."""
    path = own_or_project(registers, f"{OWN_CODE_LISTS}/{name}.csv", CODE_LISTS_DIR / f"{name}.csv")
    if not path.is_file():
        raise ContractError(f"没有代码表“{name}”;请在 dbt/seeds/code_lists 中新增 {path.name},或改用已有的代码表")
    return path


def load_code_list(name: str, fiscal_year: int | None = None, registers: Path | None = None) -> list[Code]:
    """The codes of a list, all of them or those valid in one fiscal year; ``registers`` are those of an office.

    Raises:
        ContractError: there is no such list, or a line of it cannot be used; names the line.
    """
    path = code_list_path(name, registers)
    codes = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            for row in reader:
                codes.append(Code.model_validate(row | {"valid_to": row.get("valid_to") or None}))
    except UnicodeDecodeError as error:
        raise ContractError(f"{path.name}:{NOT_UTF8}") from error
    except ValidationError as error:
        lines = [f"{path.name} 第 {reader.line_num} 行 {fault}" for fault in faults_in_words(error, row)]
        raise ContractError("\n".join(lines)) from error
    if fiscal_year is None:
        return codes
    return [c for c in codes if c.valid_from <= fiscal_year and (c.valid_to is None or fiscal_year <= c.valid_to)]
