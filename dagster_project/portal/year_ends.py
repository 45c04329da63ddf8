"""The forecasts of the years that the portal tells of, made once a year out of the version; only the office's edition has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project.in_year.look import FIRST_MONTH
from dagster_project.in_year.measured import BACK_TEST, GOAL, SETTINGS, MeasuredError
from dagster_project.in_year.published import NEEDED, YearForecast, forecasts
from dagster_project.portal.reading import Evaluation, Site
from dagster_project.publishing import DATABASE
from dagster_project.reporting.reading.published import tells

SEEDS = (SETTINGS, BACK_TEST, GOAL, "spending_kinds.csv")
"""What the forecasts stand on beside the version."""
TOO_EARLY = f"支付明细满 {FIRST_MONTH} 个月、且有预算后,这里有年末支出预测。"


@dataclass
class YearEnds:
    """The forecasts of a version, by year and department; ``seeds_dir`` holds their settings, ``evaluations`` are those asked of."""

    site: Site
    seeds_dir: Path
    evaluations: Sequence[Evaluation]
    _years: dict[int, Mapping[str, YearForecast] | str] = field(default_factory=dict)

    def of(self, evaluation: Evaluation) -> YearForecast | str:
        """The forecast of a department's year; where there is none, why, in words for readers, empty in the public edition."""
        if self.site.is_public:
            return ""
        year = evaluation.fiscal_year
        if year not in self._years:
            self._years[year] = self._of_year(year)
        found = self._years[year]
        return found if isinstance(found, str) else found.get(evaluation.department_code, TOO_EARLY)

    def _of_year(self, year: int) -> Mapping[str, YearForecast] | str:
        with duckdb.connect(str(self.site.version_dir / DATABASE), read_only=True) as connection:
            lacking = [table for table, column in NEEDED if not tells(connection, table, column)]
        if lacking:
            return f"该版本由较早的程序发布,没有 {'、'.join(lacking)},不能预测年末支出。"
        try:
            asked = {each.department_code for each in self.evaluations if each.fiscal_year == year}
            return forecasts(self.site.version_dir, self.seeds_dir, year, asked)
        except MeasuredError as error:
            return f"没有年末支出预测:{error}"
