"""The masking of one office: whom its ledgers know, and what its settings say of free texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagster_project.privacy.tables import Masking
    from dagster_project.settings import Settings


def office_masking(settings: Settings, free_text: str = "") -> Masking:
    """What is done to texts before readers get them.

    Args:
        settings: where ledgers and contracts lie.
        free_text: "masked" or "clear" in place of what is set.
    """
    from dagster_project.contracts import load_contracts
    from dagster_project.privacy.known import known_of
    from dagster_project.privacy.recogniser import Recogniser
    from dagster_project.privacy.tables import Masking

    contracts = load_contracts(settings.contracts_dir)
    # A column that ends like a code and does not say that it is harmless, such as 人员编号, may hold the number of a person.
    persons = {
        column.name
        for contract in contracts.values()
        for column in contract.columns
        if column.type == "text" and not column.harmless
    }
    recogniser = Recogniser(known_of(settings.landing_dir, contracts.values()))
    return Masking(recogniser, free_text or settings.internal_free_text, frozenset(persons))
