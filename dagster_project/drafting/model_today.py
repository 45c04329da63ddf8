"""What the contract model can say today: it grows, and a draft says no more than loads."""

from __future__ import annotations

from dagster_project.contracts import FileLayout


def model_allows(**fields: object) -> bool:
    """Whether a layout may have these fields with these values."""
    if not fields.keys() <= FileLayout.model_fields.keys():
        return False
    try:
        FileLayout.model_validate({"pattern": "x/*/*", "format": "csv", **fields})
    except ValueError:
        return False
    return True
