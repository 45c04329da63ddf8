"""Ledger contracts: one YAML per ledger and the model that validates it."""

from dagster_project.contracts.code_lists import Code, load_code_list
from dagster_project.contracts.faults import ContractError
from dagster_project.contracts.model import (
    CONTRACTS_DIR,
    Column,
    Contract,
    DateOrder,
    Encoding,
    FileLayout,
    Form,
    Matrix,
    load_contract,
    load_contracts,
)

__all__ = [
    "CONTRACTS_DIR",
    "Code",
    "Column",
    "Contract",
    "ContractError",
    "DateOrder",
    "Encoding",
    "FileLayout",
    "Form",
    "Matrix",
    "load_code_list",
    "load_contract",
    "load_contracts",
]
