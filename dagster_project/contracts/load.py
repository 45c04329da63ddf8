"""Read the contracts of a folder, one YAML per ledger, and say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from dagster_project.contracts.code_lists import REGISTERS, code_list_path
from dagster_project.contracts.faults import ContractError, YamlFault, faults_in_words, read_yaml
from dagster_project.contracts.model import Contract

CONTRACTS_DIR = Path(__file__).parent


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
