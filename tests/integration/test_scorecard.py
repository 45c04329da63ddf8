"""The evaluation of the sample: 25 indicators, the six of the report, the scorecard, and a second scheme beside it."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.cells import cell_len
from sample_warehouse import Warehouse, rows

from dagster_project.console import PlainConsole
from dagster_project.reporting.reading.scorecard import read_scorecard
from dagster_project.reporting.terminal import print_scorecard

YEAR = "fiscal_year = 2023 and department_code = '101001'"
RECON, DEMO = "GZ-2023-RECON", "GZ-2024-DEMO"


def test_twenty_five_indicators_carry_a_hundred_points(sample: Warehouse) -> None:
    found = rows(
        sample.published,
        f"select indicator_no, weight, score, score_status from evaluation.indicators_all_schemes where scheme_id = ? and {YEAR}",
        RECON,
    )
    assert sorted(no for no, *_ in found) == list(range(1, 26))
    assert sum(weight for _, weight, *_ in found) == 100
    assert {status for *_, status in found} == {"SCORED", "MANUAL"}
    assert all(0 <= score <= weight for _, weight, score, _ in found)


def test_the_score_of_spending_and_of_missing_rules_are_those_of_the_golden_vector(sample: Warehouse) -> None:
    query = f"select score, deduction_reason_zh from evaluation.indicators_all_schemes where scheme_id = ? and {YEAR} and indicator_no = ?"
    assert rows(sample.published, query, RECON, 3)[0][0] == Decimal("9.87")
    assert rows(sample.published, query, RECON, 8) == [(Decimal("2.50"), "没有有效的内部报送与反馈制度")]


def test_the_six_targets_of_the_office_are_reached_and_support_is_told_in_words(sample: Warehouse) -> None:
    found = rows(
        sample.published,
        f"select indicator_no, value, actual_zh, is_reached, score = weight from evaluation.duty_indicators "
        f"where scheme_id = ? and {YEAR} order by 1",
        RECON,
    )
    assert found == [
        *((no, Decimal(100), "100%", True, True) for no in range(1, 6)),
        (6, None, "顺利", True, True),
    ]


def test_target_adjusted_in_august_shows_both_versions_with_their_dates(sample: Warehouse) -> None:
    found = rows(
        sample.published,
        f"select target_zh, version, approved_on, first_target_zh, first_approved_on from evaluation.duty_indicators "
        f"where scheme_id = ? and {YEAR} and version > 1",
        RECON,
    )
    assert found == [("≥100%", 2, date(2023, 8, 18), "95%", date(2023, 2, 7))]


def test_every_total_is_the_sum_of_its_rounded_parts(sample: Warehouse) -> None:
    wrong = rows(
        sample.published,
        """
        select * from evaluation.scorecard as card
        where score != (
            select coalesce(sum(score), 0) from evaluation.indicators_all_schemes as parts
            where parts.scheme_id = card.scheme_id and parts.fiscal_year = card.fiscal_year
                and parts.department_code = card.department_code
                and (card.level = 'total' or parts.level1 = card.level1)
                and (card.level != 'level2' or parts.level2 = card.level2)
        )
        """,
    )
    assert not wrong


def test_every_indicator_has_five_parts_of_a_quality_statement(sample: Warehouse) -> None:
    found = rows(
        sample.published,
        f"select verification_zh, source_zh, accuracy_zh, limits_zh, compensation_zh, file_count "
        f"from evaluation.quality_statements where scheme_id = ? and {YEAR}",
        RECON,
    )
    assert len(found) == 25
    assert all(all(parts) for parts in found), "each part is there, and each indicator has files behind it"


def test_the_demonstration_scheme_is_tried_beside_the_real_one(sample: Warehouse) -> None:
    query = "select level3, weight, score from evaluation.indicators_all_schemes where scheme_id = ? and " + YEAR
    real = {name: (weight, score) for name, weight, score in rows(sample.published, query, RECON)}
    tried = {name: (weight, score) for name, weight, score in rows(sample.published, query, DEMO)}
    assert len(tried) == 26 and sum(weight for weight, _ in tried.values()) == 100
    assert set(tried) - set(real) == {"绩效管理制度体系建设", "第四季度支出均衡性"}
    assert set(real) - set(tried) == {"绩效管理制度建设"}
    assert real["绩效管理制度执行"][0] == 8 and tried["绩效管理制度执行"][0] == 7
    trials = dict(
        rows(sample.published, f"select scheme_id, is_trial from evaluation.scorecard where level = 'total' and {YEAR}")
    )
    assert trials == {RECON: False, DEMO: True}


def test_the_scores_of_2023_keep_every_digit_without_the_second_scheme(sample: Warehouse, tmp_path: Path) -> None:
    copy = tmp_path / sample.settings.warehouse_path.name
    shutil.copy(sample.settings.warehouse_path, copy)
    compiled = sample.settings.dbt_target_dir / "compiled" / "jixiao" / "models" / "evaluation" / "indicators.sql"
    with duckdb.connect(str(copy)) as connection:
        seeds = connection.execute(
            "select table_name from information_schema.columns where table_schema = 'seeds' and column_name = 'scheme_id'"
        ).fetchall()
        assert len(seeds) >= 7
        for (seed,) in seeds:
            connection.execute(f"delete from seeds.{seed} where scheme_id = '{DEMO}'")
        again = connection.execute(f"select * from ({compiled.read_text(encoding='utf-8')}) order by all").fetchall()
        before = connection.execute(
            f"select * from evaluation.indicators_all_schemes where scheme_id = '{RECON}' order by all"
        ).fetchall()
    assert again == before


def test_evaluate_prints_the_scorecard_and_what_the_scheme_is(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = sample.cli(monkeypatch, "evaluate", "2023")
    assert code == 0, text
    ((score, rating),) = rows(
        sample.published,
        f"select score, rating from evaluation.scorecard where scheme_id = ? and level = 'total' and {YEAR}",
        RECON,
    )
    assert f"总分 {score} 分,等级 {rating}" in text
    assert "权重和扣分标准未公开" in text
    assert "没有有效的内部报送与反馈制度" in text


def test_evaluate_refuses_to_rate_where_data_are_missing(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = sample.cli(monkeypatch, "evaluate", "2023", "--department", "101002")
    assert code == 1
    assert "缺数据的指标" in text and "不评等级" in text
    code, text = sample.cli(monkeypatch, "evaluate", "1999")
    assert code == 2 and "1999" in text


def test_explain_indicator_shows_every_contract_with_its_days_and_which_are_late(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = sample.cli(monkeypatch, "explain", "indicator", "15")
    assert code == 0, text
    ((contracts, late),) = rows(
        sample.published,
        f"select count(*), count(*) filter (is_late) from evaluation.clocks "
        f"where figure_id = 'contracts.due_for_signing' and {YEAR}",
    )
    assert f"时限 {contracts} 项,逾期 {late} 项" in text
    assert text.count("逾期\n") == late > 0
    assert "政府采购法第46条" in text
    code, text = sample.cli(monkeypatch, "explain", "indicator", "99")
    assert code == 2 and "99" in text


def test_secret_procurements_are_known_by_their_number_only_outside_procurement(sample: Warehouse) -> None:
    names = {
        name for (name,) in rows(sample.published, "select chain_name from marts.procurement_chain where is_secret")
    }
    shown = [name for (name,) in rows(sample.published, "select fact_name from evaluation.clocks")]
    assert names == {"(涉密)"}
    assert any(re.fullmatch(r"HT\S+ \(涉密\)", text) for text in shown)


def test_scorecard_is_read_well_on_80_columns_and_counts_show_as_counts(sample: Warehouse) -> None:
    card = read_scorecard(sample.published.parent, 2023, "101001")
    printed = {}
    for width in (80, 170):
        file = io.StringIO()
        print_scorecard(PlainConsole(width=width, file=file), card, "v")
        printed[width] = file.getvalue().splitlines()
    for width, lines in printed.items():
        tables = [text for text in lines if text.startswith(("│", "┃", "┏", "└"))]
        assert tables and all(cell_len(text) <= width for text in tables)
        (third,) = [text for text in lines if "部门(单位)预算资金支出率" in text]
        assert "98.68%" in third and "9.87" in third
        (fifth,) = [text for text in lines if "财务管理合规性" in text]
        (tenth,) = [text for text in lines if "绩效管理制度执行" in text]
        assert " 1个 " in fifth and "%" not in fifth, "it only counts what costs points"
        assert "80.93%" in tenth, "counts are only some of its components"
