"""Read a YAML file of the report's texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dagster_project.reporting.report.binding import DocumentError


def load_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        DocumentError: it is no YAML; the message names the file.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DocumentError(f"{path.name} 不是合格的 YAML:{error}") from error
