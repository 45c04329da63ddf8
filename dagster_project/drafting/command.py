"""`jixiao draft`: draft the contracts and write them, each proved to load before anybody relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dagster_project.contracts import load_contract, load_contracts
from dagster_project.drafting.draft import LEDGER_NAME, Drafts, draft_files
from dagster_project.drafting.extend import extend
from dagster_project.drafting.names import read_glossary
from dagster_project.drafting.write_yaml import extended_yaml, to_yaml
from dagster_project.settings import PROJECT_ROOT, Settings

GLOSSARY = PROJECT_ROOT / "docs" / "glossary.md"


def draft_into(files: Sequence[Path], settings: Settings, folder: Path, ledger: str = "") -> tuple[Drafts, list[Path]]:
    """Draft contracts from files and write one YAML for each ledger.

    Args:
        files: of any format and of several years.
        settings: where the known contracts lie.
        folder: where to write; a file of an earlier draft is written anew.
        ledger: name of the ledger, where the caller knows it; a known one keeps its contract, which learns what is new.

    Raises:
        ValueError: the name of the ledger cannot be one.
        ContractError: a known contract is faulty.
    """
    if ledger and not LEDGER_NAME.fullmatch(ledger):
        raise ValueError(f"台账名“{ledger}”只能用小写英文字母、数字和下划线,以字母开头")
    contracts = load_contracts(settings.contracts_dir)
    drafts = draft_files(files, contracts, read_glossary(GLOSSARY), ledger)
    written: list[Path] = []
    for draft in drafts.ledgers:
        if draft.name == ledger and ledger in contracts:
            draft.extended = extend(contracts[ledger], draft)
        path = folder / f"{draft.name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = extended_yaml(draft.extended, draft) if draft.extended else to_yaml(draft)
        path.write_text(text, encoding="utf-8")
        load_contract(path)
        written.append(path)
    return drafts, written
