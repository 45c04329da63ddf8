"""The half-yearly checks of targets that the portal tells of, read out of the version once a year; only the office's edition has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.in_year.published_targets import days_over, half_year_checks, lacking_tables
from dagster_project.in_year.target_progress import TargetCheck
from dagster_project.portal.reading import Evaluation, Site
from dagster_project.publishing import DATABASE


@dataclass
class HalfYears:
    """The checks of a version; ``seeds_dir`` holds their periods and bands."""

    site: Site
    seeds_dir: Path

    def of(self, evaluation: Evaluation) -> list[TargetCheck] | str:
        """The checks of a department's year that have targets; where the version is too old for any, why, in words for readers.

        Empty in the public edition, and where no target of the year was handed in: what is lacking is told where all of that is.
        """
        if self.site.is_public:
            return ""
        titles = {name: each.title.zh for name, each in self.site.contracts.items()}
        with duckdb.connect(str(self.site.version_dir / DATABASE), read_only=True) as connection:
            if lacking := lacking_tables(connection):
                return f"该版本由较早的程序发布,没有 {'、'.join(lacking)},不能检查部门整体绩效目标。"
            asked = (evaluation.department_code, evaluation.fiscal_year)
            found = half_year_checks(connection, self.seeds_dir, titles, *asked)
        return [each for each in found if each.targets] or ""


def ends_over(version_dir: Path, seeds_dir: Path, evaluations: Sequence[Evaluation]) -> list[str]:
    """The half-year ends that the checks of some years are of: they come with time, not with rows of a department."""
    years = sorted({each.fiscal_year for each in evaluations})
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        try:
            return [str(day) for year in years for day in days_over(connection, seeds_dir, year)]
        except duckdb.Error:  # of a release that lacks the table; its pages say so
            return []
