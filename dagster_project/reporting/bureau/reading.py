"""What a published version tells of all departments of a year, as plain rows by the name of the list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.publishing import DATABASE
from dagster_project.reporting.reading.published import Row, rows_of, tells
from dagster_project.reporting.reading.scorecard import UnknownEvaluation

QUERIES = {
    "departments": """
        select departments.*, competent.department_name as competent_name from marts.dim_department_yearly as departments
        left join marts.dim_department_yearly as competent
            on departments.fiscal_year = competent.fiscal_year and departments.competent_code = competent.department_code
        where departments.fiscal_year = $year order by departments.competent_code, departments.department_code
    """,
    "consolidated": """
        select * from evaluation.bureau_figures
        where fiscal_year = $year and status in ('OK', 'PARTIAL') and figure_id in (
            select unnest(['budget.total', 'spending.total', 'spending.rate', 'spending.staff', 'spending.project',
                'three_public.spent', 'carry_over.closing', 'income.total'])
        ) order by department_code, figure_id
    """,
    "totals": "select * from evaluation.bureau_ranking where fiscal_year = $year and indicator_no = 0 order by kind, place, department_code",
    "indicators": """
        select * from evaluation.bureau_ranking where fiscal_year = $year and indicator_no > 0
        order by indicator_no, kind, place, department_code
    """,
    "unusual": """
        select * from evaluation.bureau_ranking where fiscal_year = $year and is_unusual
        order by abs(robust_z) desc, indicator_no, department_code
    """,
    "deductions": "select * from evaluation.bureau_deductions where fiscal_year = $year order by points_lost desc, indicator_no",
    "lateness": "select * from evaluation.bureau_lateness where fiscal_year = $year order by late_pct desc, longest_days desc, department_code",
    "sampling": "select * from evaluation.bureau_sampling where fiscal_year = $year order by is_drawn desc, risk_points desc, department_code",
    "results": "select * from evaluation.bureau_results where fiscal_year = $year order by score desc, department_code",
}  # fmt: skip
"""The lists of the view, each a query that takes ``$year``."""


@dataclass(frozen=True)
class BureauYear:
    """All departments of a year: the version told from, and the rows of each list of ``QUERIES``."""

    fiscal_year: int
    version: str
    lists: dict[str, list[Row]]

    @property
    def handing_in(self) -> list[Row]:
        """The departments that handed anything in."""
        return [row for row in self.lists["departments"] if row["is_handing_in"]]

    @property
    def competent_count(self) -> int:
        """How many competent departments those belong to."""
        return len({row["competent_code"] for row in self.handing_in})

    @property
    def late(self) -> list[Row]:
        """The departments of which something came late or is missing."""
        return [row for row in self.lists["lateness"] if row["late_pct"]]

    @property
    def drawn(self) -> list[Row]:
        """The departments that are to be reviewed."""
        return [row for row in self.lists["sampling"] if row["is_drawn"]]


def read_bureau_year(version_dir: Path, version: str, fiscal_year: int) -> BureauYear:
    """Read the view of a year from a published version.

    Raises:
        UnknownEvaluation: the version is of an older release without it, or has no department in the year.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        if not tells(connection, "evaluation.bureau_ranking"):
            raise UnknownEvaluation("该版本由较早的程序发布,没有各部门汇总;请运行 jixiao nightly 后再看")
        lists = {name: rows_of(connection, query, {"year": fiscal_year}) for name, query in QUERIES.items()}
    if not lists["departments"]:
        raise UnknownEvaluation(f"没有 {fiscal_year} 年度的部门;请核对年度,或先报送该年度的台账")
    return BureauYear(fiscal_year, version, lists)
