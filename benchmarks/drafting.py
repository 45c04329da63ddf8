"""`python -m benchmarks.drafting`: how well `jixiao draft` describes the shipped ledgers without their contracts.

A column is right where header, type and unit are. Counted are the columns of a contract that some file of the sample has.

- header: the draft has every header text that the files have for the column, on one column and not on two.
- type: the same type. With `codes`, the same list. With `allowed`, every word of the draft is one that the contract allows,
  since no file shows words that were never used. Nothing else is equivalent: integer is not decimal, code is not text.
- unit: of money, the unit by which each file would be read: stated above the table, in the header, or by the layout.

Drafting a folder, the contracts of its ledgers are taken away; the others give names, and no contract gives a type.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.contracts import Column, Contract, load_contracts
from dagster_project.drafting.check import check_file
from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.command import GLOSSARY
from dagster_project.drafting.draft import DraftLedger, draft_files
from dagster_project.drafting.find_table import half_width, unit_in_header
from dagster_project.drafting.layouts import DraftLayout
from dagster_project.drafting.names import read_glossary
from dagster_project.drafting.seen import ACROSS
from dagster_project.drafting.write_yaml import to_yaml
from dagster_project.settings import PROJECT_ROOT, Settings

DATA_SUFFIXES = {".csv", ".json", ".jsonl", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}


@dataclass
class Score:
    """Of one ledger: columns in its files, how many are right in each respect and in all, and what is wrong."""

    ledger: str
    columns: int = 0
    header: int = 0
    type: int = 0
    unit: int = 0
    right: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, column: str, header: bool, kind: bool, unit: bool, fault: str) -> None:
        """Count one column."""
        self.columns += 1
        self.header += header
        self.type += kind
        self.unit += unit
        self.right += header and kind and unit
        if not (header and kind and unit):
            self.faults.append(f"{self.ledger}.{column}: {fault}")


def measure(raw_dir: Path, contracts: Mapping[str, Contract]) -> list[Score]:
    """Draft each folder of the drop as an office would hand it over, and score every ledger that it holds."""
    scores: list[Score] = []
    glossary = read_glossary(GLOSSARY)
    for folder in sorted(path for path in raw_dir.iterdir() if path.is_dir()):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        owners = {
            name: c
            for name, c in contracts.items()
            if any(raw_dir.glob(f"{folder.name}/*/*")) and _owns(c, folder.name)
        }
        others = {name: contract for name, contract in contracts.items() if name not in owners}
        ledgers = draft_files(files, others, glossary).ledgers
        scores += [score_ledger(contract, _draft_of(contract, ledgers), ledgers) for contract in owners.values()]
    return scores


def _owns(contract: Contract, folder: str) -> bool:
    return any(layout.pattern.startswith(f"{folder}/") for layout in contract.files)


def _draft_of(contract: Contract, ledgers: Sequence[DraftLedger]) -> DraftLedger:
    """The draft that shares most headers with a contract; several ledgers may lie in one workbook."""
    known = {half_width(header) for column in contract.columns for header in column.headers}
    return max(
        ledgers,
        key=lambda draft: len(known & {half_width(h) for c in draft.columns for h in c.headers}) / len(draft.columns),
    )


def score_ledger(contract: Contract, draft: DraftLedger, ledgers: Sequence[DraftLedger]) -> Score:
    """Compare a draft with the contract that people wrote; a header in a file that went to another draft is one too few."""
    score = Score(contract.ledger)
    tables = [table for each in ledgers for layout in each.layouts for table in layout.tables]
    sheets = {layout.sheet for layout in contract.files if layout.sheet and not layout.has_many_sheets}
    seen = {half_width(text) for table in tables if not sheets or table.sheet.name in sheets for text in table.texts}
    across = [*contract.files[0].matrix.across, contract.files[0].matrix.value] if contract.files[0].matrix else []
    for column in contract.columns:
        wanted = {half_width(header) for header in column.headers} & seen
        wanted |= {
            text for text in seen if half_width(_plain(text)) in {half_width(header) for header in column.headers}
        }
        if column.name in across:
            wanted = {
                half_width(ACROSS[across.index(column.name)])
            }  # no header names what stands across: the place counts
        if not wanted:
            continue
        holders = [c for c in draft.columns if wanted & {half_width(header) for header in c.headers}]
        whole = [c for c in holders if wanted <= {half_width(header) for header in c.headers}]
        best = next(iter(whole or holders), None)
        is_header = len(holders) == 1 and bool(whole)
        is_type, told = _type_fault(column, best)
        is_unit = column.type != "money" or (best is not None and _unit_is_right(contract, column, best, draft.layouts))
        fault = "; ".join(
            [
                *([] if is_header else [f"header {sorted(wanted)} on {len(holders)} columns"]),
                *([] if is_type else [told]),
                *([] if is_unit else ["unit"]),
            ]
        )
        score.add(column.name, is_header, is_type, is_unit, fault)
    return score


def _plain(header: str) -> str:
    unit = unit_in_header(header)
    return header[: -len(unit) - 2] if unit else header


def _type_fault(column: Column, draft: DraftColumn | None) -> tuple[bool, str]:
    if draft is None:
        return False, "not found"
    guess = draft.guess
    wanted = column.codes or (f"allowed {column.allowed}" if column.allowed else column.type)
    got = guess.codes or (f"allowed {list(guess.allowed)}" if guess.allowed else guess.type)
    if guess.type != column.type:
        return False, f"{got} for {wanted}"
    if column.codes or guess.codes:
        return column.codes == guess.codes, f"{got} for {wanted}"
    return set(guess.allowed) <= set(column.allowed or guess.allowed), f"{got} for {wanted}"


def _unit_is_right(contract: Contract, column: Column, draft: DraftColumn, layouts: Sequence[DraftLayout]) -> bool:
    """Whether each file would be read in the unit that the contract gives it."""
    if draft.guess.type != "money":
        return False
    for layout in layouts:
        declared = next((known.unit for known in contract.files if known.unit), None)
        for table in layout.tables:
            texts = [text for text in table.texts if text in draft.headers]
            stated = next(filter(None, map(unit_in_header, texts)), None) or next(iter(table.found.units), None)
            if (stated or layout.fields.get("unit")) != (stated or declared):
                return False
    return True


def table(scores: Sequence[Score]) -> str:
    """The scores as a Markdown table, and what is wrong below it."""
    lines = ["| ledger | columns | header | type | unit | all right |", "|---|---:|---:|---:|---:|---:|"]
    for score in scores:
        lines.append(
            f"| {score.ledger} | {score.columns} | {score.header} | {score.type} | {score.unit} | {score.right} |"
        )
    columns = sum(score.columns for score in scores)
    sums = [sum(getattr(score, name) for score in scores) for name in ("header", "type", "unit", "right")]
    shares = " | ".join(f"{count} ({count / columns:.1%})" for count in sums)
    lines += [f"| **{len(scores)} ledgers** | {columns} | {shares} |", "", "Not right:", ""]
    return "\n".join([*lines, *[f"- `{fault}`" for score in scores for fault in score.faults]])


def real_files(folders: Sequence[Path]) -> str:
    """What a draft makes of files that this project did not write, and what landing them with their own draft gives."""
    lines = [
        "| file | opened as | columns | rows | accepted | rejected | to settle |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    contracts = load_contracts()
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in DATA_SUFFIXES)
    for path in files:
        with tempfile.TemporaryDirectory() as name:
            drafts = draft_files([path], contracts, {}, "draft")
            lines += [_real_line(path, draft, Path(name)) for draft in drafts.ledgers]
            if not drafts.ledgers:
                reason = "; ".join([*drafts.not_opened.values(), *drafts.no_table])
                lines.append(f"| {path.name} | no table: {reason} | | | | | |")
    return "\n".join(lines)


def _real_line(path: Path, draft: DraftLedger, folder: Path) -> str:
    (folder / f"{draft.name}.yaml").write_text(to_yaml(draft), encoding="utf-8")
    file = draft.files[0]
    opened = " ".join(filter(None, (file.format, file.encoding, repr(file.delimiter or "").strip("'"))))
    doubts = sum(len(column.doubts) for column in draft.columns) + sum(len(layout.doubts) for layout in draft.layouts)
    entry = check_file(path, Settings(contracts_dir=folder), draft.name, period="2023").answers[0].entry
    told = f"{entry.rows_accepted:,} | {entry.rows_rejected:,}" if entry.status == "landed" else "refused | "
    opened = opened.replace("|", "\\|")
    return f"| {path.name} | {opened} | {len(draft.columns)} | {draft.counts.seen:,} | {told} | {doubts} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="draft the files of these folders instead")
    folders = parser.parse_args().real
    if folders:
        print(real_files(folders))
    else:
        print(table(measure(PROJECT_ROOT / "data" / "raw", load_contracts(Settings().contracts_dir))))


if __name__ == "__main__":
    main()
