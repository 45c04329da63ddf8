"""What the generator knows of this office: catalogue, ledgers and figures, read from dbt's manifest, contracts and seeds."""

from __future__ import annotations

import csv
import json

from dagster_project.bi.sources import Known
from dagster_project.building.manifest import ensure_manifest
from dagster_project.contracts import load_contracts
from dagster_project.dictionary.catalogue import catalogue_of
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings


def known_of(settings: Settings) -> Known:
    """Catalogue, ledgers and figures as the files of the project are now; dbt parses them where it has not yet."""
    manifest = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))
    catalogue = catalogue_of(manifest, PUBLISHED_SCHEMAS)
    with (settings.dbt_project_dir / "seeds" / "figure_catalogue.csv").open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file))
    ledgers = {name: contract.title.zh for name, contract in load_contracts(settings.contracts_dir).items()}
    return Known(catalogue["tables"].rows, catalogue["columns"].rows, catalogue["joins"].rows, ledgers, figures)
