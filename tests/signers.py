"""Three people of an office with keys, for tests that sign."""

from __future__ import annotations

import shutil
from pathlib import Path

from sample_warehouse import Warehouse

from dagster_project.reporting.signing.keys import new_key
from dagster_project.reporting.signing.signoff import Signature, Signed, sign
from dagster_project.settings import Settings

PEOPLE = {"prepared": "甲", "reviewed": "乙", "certified": "丙"}
YEAR, DEPARTMENT = 2023, "101001"


def with_signers(warehouse: Warehouse, folder: Path, **more: object) -> Warehouse:
    """The warehouse with a register of its own, in which each role has one person."""
    places = {"signers": folder / "signers.csv", "keys_dir": folder / "keys"}
    settings = Settings(raw_dir=warehouse.settings.raw_dir, build_dir=warehouse.settings.build_dir, **places, **more)
    for role, person in PEOPLE.items():
        new_key(settings.signers, settings.keys_dir, person, [role], valid_from="2024-01-01")
    return Warehouse(settings, warehouse.result)


def with_same_signers(warehouse: Warehouse, folder: Path) -> Warehouse:
    """A copy of a warehouse with signers: its signatures, register and keys as they are."""
    old = warehouse.settings
    copied = warehouse.copy_to(folder, raw_dir=old.raw_dir)
    places = {"signers": folder / old.signers.name, "keys_dir": folder / old.keys_dir.name}
    shutil.copy(old.signers, places["signers"])
    shutil.copytree(old.keys_dir, places["keys_dir"])
    return Warehouse(copied.settings.model_copy(update=places), copied.result)


def sign_as(warehouse: Warehouse, role: str, by: str = "", **words: str) -> Signed:
    """Sign the year of the sample as a role, as the person who has it."""
    return sign(warehouse.settings, Signature(YEAR, DEPARTMENT, role, by or PEOPLE.get(role, "甲"), **words))


def certify(warehouse: Warehouse, version: str = "", **words: str) -> Signed:
    """Have the version prepared, reviewed and certified, each by the person of the role."""
    for role in ("prepared", "reviewed"):
        sign_as(warehouse, role, version=version)
    return sign_as(warehouse, "certified", version=version, **words)
