"""The identities of the report: each holds on the sample, and its dbt test finds the rows when it is broken on purpose."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse

YEAR = "fiscal_year = 2023 and department_code = '101001'"
BREAKS = {
    "spending_is_basic_plus_project": f"""
        update evaluation.evidence set measure = measure + 0.01 where figure_id = 'spending.basic' and {YEAR}
            and fact_key = (select min(fact_key) from evaluation.evidence where figure_id = 'spending.basic' and {YEAR})
        """,
    "budget_is_the_sum_of_its_funds": f"""
        delete from evaluation.evidence where figure_id = 'budget.general_public' and {YEAR}
            and fact_key = (select min(fact_key) from evaluation.evidence where figure_id = 'budget.general_public' and {YEAR})
        """,
    "named_project_is_part_of_the_monitored_amount": f"""
        update evaluation.evidence set measure = measure + 1 where figure_id = 'monitoring.congress_session' and {YEAR}
        """,
    "named_subject_occurs": f"""
        update marts.dim_project_yearly set project_name = project_name || '(2023)' where project_name = '人大会议经费' and {YEAR};
        update evaluation.figures set value = 0, evidence_count = 0 where figure_id = 'monitoring.congress_session' and {YEAR}
        """,
    "spending_stays_within_budget": f"""
        update evaluation.figures set value = value + 1000 where figure_id = 'spending.total' and {YEAR}
        """,
    "part_never_exceeds_its_whole": f"""
        update evaluation.figures set value = 7000000 where figure_id = 'feedback.solved' and {YEAR}
        """,
    "scheme_adds_up": """
        update seeds.evaluation_indicators set weight = weight + 1 where scheme_id = 'GZ-2023-RECON' and indicator_no = 3
        """,
    "ratio_compares_like_with_like": """
        update seeds.figure_catalogue set scope = '全国' where figure_id = 'budget.total'
        """,
}


def failing_rows(warehouse: Path, compiled: Path, test: str) -> int:
    """Run a compiled dbt test against a copy of the warehouse; the number of rows it stores."""
    sql = (compiled / f"{test}.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(warehouse)) as connection:
        return len(connection.execute(sql).fetchall())


@pytest.mark.parametrize("test", BREAKS)
def test_an_identity_holds_and_fails_when_it_is_broken(sample: Warehouse, tmp_path: Path, test: str) -> None:
    compiled = sample.settings.dbt_target_dir / "compiled" / "jixiao" / "tests"
    copy = tmp_path / sample.settings.warehouse_path.name
    shutil.copy(sample.settings.warehouse_path, copy)
    assert failing_rows(copy, compiled, test) == 0
    with duckdb.connect(str(copy)) as connection:
        connection.execute(BREAKS[test])
    assert failing_rows(copy, compiled, test) > 0
