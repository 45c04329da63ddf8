"""`jixiao draft`: draft the contracts and write them, each proved to load before anybody relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dagster_project.contracts import load_contract, load_contracts
from dagster_project.drafting.draft import LEDGER_NAME, Drafts, draft_files
from dagster_project.drafting.names import read_glossary
from dagster_project.drafting.write_yaml import to_yaml
from dagster_project.settings import PROJECT_ROOT, Settings

GLOSSARY = PROJECT_ROOT / "docs" / "glossary.md"


def draft_into(files: Sequence[Path], settings: Settings, folder: Path, ledger: str = "") -> tuple[Drafts, list[Path]]:
    """Draft contracts from files and write one YAML for each ledger.

    Args:
        files: of any format and of several years.
        settings: where the known contracts lie.
        folder: where to write; a file of an earlier draft is written anew.
        ledger: name of the ledger, where the caller knows it.

    Raises:
        ValueError: the name of the ledger cannot be one.
        ContractError: a known contract is faulty.
    """
    if ledger and not LEDGER_NAME.fullmatch(ledger):
        raise ValueError(f"台账名“{ledger}”只能用小写英文字母、数字和下划线,以字母开头")
    drafts = draft_files(files, load_contracts(settings.contracts_dir), read_glossary(GLOSSARY), ledger)
    written: list[Path] = []
    for draft in drafts.ledgers:
        path = folder / f"{draft.name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_yaml(draft), encoding="utf-8")
        load_contract(path)
        written.append(path)
    return drafts, written
