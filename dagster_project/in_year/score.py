"""The points that a rate of spending gives by the scheme of a year."""

from __future__ import annotations

from pathlib import Path

from dagster_project.in_year.measured import seed_rows

SCHEMES = Path("schemes")
RATE_FIGURE = "spending.fiscal"


def rate_points(seeds_dir: Path, year: int) -> tuple[str, float] | None:
    """The component that is the rate of spending of the scheme in force, and its full points; None where the year has no scheme.

    It gives its points times the rate, at most all of them (`evaluation_components`, method ratio, target 100).
    """
    schemes = {
        row["scheme_id"]
        for row in seed_rows(seeds_dir / SCHEMES / "evaluation_scheme_years.csv")
        if row["fiscal_year"] == str(year) and row["is_trial"] == "false"
    }
    for row in seed_rows(seeds_dir / SCHEMES / "evaluation_components.csv"):
        if row["scheme_id"] in schemes and row["method"] == "ratio" and row["numerator_figure"] == RATE_FIGURE:
            return row["component"], float(row["weight"])
    return None
