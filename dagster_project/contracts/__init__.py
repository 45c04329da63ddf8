"""Ledger contracts: one YAML per ledger and the model that validates it."""

from dagster_project.contracts.code_lists import Code, load_code_list
from dagster_project.contracts.column import DATE_TYPES, NUMBER_TYPES, Column, DateOrder
from dagster_project.contracts.faults import ContractError
from dagster_project.contracts.layout import Encoding, FileLayout, Form, Matrix
from dagster_project.contracts.load import CONTRACTS_DIR, load_contract, load_contracts
from dagster_project.contracts.model import Contract

__all__ = [
    "CONTRACTS_DIR",
    "DATE_TYPES",
    "NUMBER_TYPES",
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
