"""Write the dbt sources of the landed ledgers from their contracts, so that a ledger is described once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from dagster_project.contracts.model import Contract

NOTICE = "# Written by `jixiao sources` from the contracts; change those, not this file.\n"
LOCATION = "read_parquet('{{ env_var('JIXIAO_LANDING') }}/{name}/*.parquet', union_by_name = true)"


def sources_by_domain(contracts: Iterable[Contract]) -> dict[str, str]:
    """The text of ``_sources.yml`` for each domain."""
    domains: dict[str, list[Contract]] = {}
    for contract in contracts:
        domains.setdefault(contract.domain, []).append(contract)
    return {domain: NOTICE + _yaml(domain, members) for domain, members in domains.items()}


def write_sources(contracts: Iterable[Contract], staging_dir: Path) -> list[Path]:
    """Write each domain's sources below ``models/staging``; returns the files that changed."""
    changed = []
    for domain, text in sources_by_domain(contracts).items():
        path = staging_dir / domain / "_sources.yml"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _yaml(domain: str, contracts: list[Contract]) -> str:
    source = {
        "name": domain,
        "description": "Landed ledgers: every row of every submission, accepted or not.",
        "config": {"meta": {"external_location": LOCATION}},
        "tables": [
            {
                "name": contract.ledger,
                "description": f"{contract.title.zh} / {contract.title.en}. {contract.grain.en}.",
                "columns": [
                    {"name": c.name, "description": f"{c.description.zh} / {c.description.en}"}
                    for c in contract.columns
                ],
            }
            for contract in contracts
        ],
    }
    return yaml.safe_dump({"version": 2, "sources": [source]}, allow_unicode=True, sort_keys=False, width=160)
