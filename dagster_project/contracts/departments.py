"""The register of departments: dbt/seeds/departments.csv, in which every department that hands in files stands."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from pathlib import Path

from dagster_project.contracts.code_lists import own_or_project

REGISTER = Path(__file__).parents[2] / "dbt" / "seeds" / "departments.csv"
REGISTER_ZH = "dbt/seeds/departments.csv"
ALIKE = 0.6
"""From this likeness on (of difflib, 0 to 1) a code or name may be the one that was meant."""


def load_departments(registers: Path | None = None) -> dict[str, str]:
    """The Chinese name of each department by its code; raises OSError where the register cannot be opened.

    ``registers`` are those of an office; without them, or where the register is not among them, it is the project's.
    """
    with own_or_project(registers, REGISTER.name, REGISTER).open(encoding="utf-8-sig", newline="") as stream:
        return {row["department_code"]: row["name_zh"] for row in csv.DictReader(stream)}


def load_reporters(registers: Path | None = None) -> dict[str, frozenset[str]]:
    """The departments above each department that report it as a whole (``reports_units``); in a register of old nobody does."""
    with own_or_project(registers, REGISTER.name, REGISTER).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    parents = {row["department_code"]: row.get("parent_code") or "" for row in rows}
    whole = {row["department_code"] for row in rows if row.get("reports_units") == "true"}
    return {code: frozenset(_above(code, parents)) & whole for code in parents}


def is_reported_by(one: str, other: str, reporters: Mapping[str, frozenset[str]]) -> bool:
    """Whether one of two departments reports the other one as a whole: its files may hold what the other one hands in itself."""
    return other in reporters.get(one, ()) or one in reporters.get(other, ())


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    """The departments above one, the nearest first; a register that runs in a circle ends where it began."""
    found: list[str] = []
    while (parent := parents.get(code)) and parent not in found:
        found.append(parent)
        code = parent
    return found


def unknown_department(code: str, departments: Mapping[str, str]) -> str:
    """What to say of a department that stands in no register, with the nearest one; empty where it stands there."""
    if code in departments:
        return ""
    words = {word: known for known, name in departments.items() for word in (known, name)}
    near = difflib.get_close_matches(code, words, n=1, cutoff=ALIKE)
    guess = f",是不是 {words[near[0]]} {departments[words[near[0]]]}?" if near else ","
    return (
        f"部门 {code} 不在部门登记表 {REGISTER_ZH} 中{guess}暂不采用;"
        "请更正 received.csv 该文件一行的部门;确为新部门的,请数据管理员先登记"
    )
