"""What is fuzzed: the files of tests and cases by format, sound ledgers of the damage trials, and the contract they are read by."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from benchmarks.damage.ledgers import COLUMNS, KINDS, REQUIRED
from dagster_project.contracts import Contract
from dagster_project.settings import PROJECT_ROOT

FORMATS = {
    "csv": (".csv",),
    "json": (".json", ".jsonl"),
    "xlsx": (".xlsx", ".xlsm"),
    "xlsb": (".xlsb",),
    "xls": (".xls",),
    "ods": (".ods",),
}
"""The suffixes of each format."""
WORKBOOKS = ("xlsx", "xlsb", "xls", "ods")
PLACES = ("tests/data", "tests/cases")
MATRIX_ROWS = [name for name in COLUMNS if name not in ("place", "amount_yuan")]
ALSO = {"subject": ["名称"]}
"""Headers of files under tests/data."""
SOUND_FILES = 12
LARGEST = 200_000
"""A larger seed makes every run slow."""


def write_seeds(name: str, folder: Path) -> Path:
    """Write the seeds of a format into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found = (path for place in PLACES for path in (PROJECT_ROOT / place).rglob("*") if path.is_file())
    contents = [path.read_bytes() for path in found if path.suffix.lower() in FORMATS[name]]
    for kind in KINDS:
        if kind.suffix in FORMATS[name]:
            contents += [kind.sound_file(random.Random(f"{kind.name} {n}")) for n in range(SOUND_FILES)]  # noqa: S311
    for content in contents:
        if 0 < len(content) <= LARGEST:
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    return folder


def contract_of(name: str) -> Contract:
    """The contract of a format, with each layout in which it can be read: tables, tables stacked and side by side, forms, matrices."""
    kind = {"json": "jsonl"}.get(name, "workbook" if name in WORKBOOKS else "csv")
    plain: dict[str, object] = {"pattern": f"fuzzed/*/*{FORMATS[name][0]}", "format": kind, "unit": "元"}
    layouts = [plain]
    if kind != "jsonl":
        layouts += [
            plain | {"tables": "stacked"},
            plain | {"tables": "side_by_side"},
            plain | {"form": {"labels": ["place", "remark"]}},
            plain | {"matrix": {"rows": MATRIX_ROWS, "across": ["place"], "value": "amount_yuan"}},
        ]
    both = {"zh": "事项", "en": "item"}
    columns = [
        {
            "name": column,
            "headers": [header, *ALSO.get(column, ())],
            "type": type_,
            "description": both,
            "required": column in REQUIRED,
        }
        for column, (header, type_) in COLUMNS.items()
    ]
    return Contract.model_validate(
        {
            "ledger": "fuzzed",
            "domain": "budget",
            "title": both,
            "owner": "办公厅",
            "grain": both,
            "key": ["item_no"],
            "supersede": "append",
            "files": layouts,
            "columns": columns,
        }
    )
