"""From raw ledgers to published figures, with the real definitions on the real sample."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from planted_faults import budget_below_zero
from sample_warehouse import Warehouse, rows
from session_nights import LookBack, OnePayment, Stopped, command_line_night

from dagster_project.contracts import load_contracts
from dagster_project.hashing import sha256_of
from dagster_project.publishing import CHECK_RESULTS, current_version
from dagster_project.quality.check_results import read_check_results
from dagster_project.settings import PROJECT_ROOT

REPORT = PROJECT_ROOT / "simulation" / "world" / "published_figures_2023.csv"
IN_SCOPE = 61
REPLACING = {
    "asset_cards/2023/2023年末固定资产卡片-更正（重报）.csv",
    "campaign_participations/2023/主题活动台账2023Q4-更正（重报）.csv",
    "payments/2023/2023年06月国库集中支付明细-更正（重报）.csv",
}


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_sample_lands_whole(sample: Warehouse) -> None:
    result = sample.result
    assert result.success, result.failures
    assert result.new_files > 70
    assert not result.refused
    assert {re.match(r"请留意 (\S+?\.\w+):替换了 ", text)[1] for text in result.unclaimed} == REPLACING, (
        "nothing is left unread; what three corrections changed is told"
    )
    assert result.counts["rows_rejected"] == 0
    named = sum(result.counts[name] for name in ("rows_accepted", "rows_rejected", "rows_blank", "rows_notes"))
    assert result.counts["rows_read"] == named > 90_000


def test_every_figure_in_scope_equals_the_published_report(sample: Warehouse) -> None:
    computed = {
        figure: (value, text)
        for figure, value, text in rows(
            sample.published,
            "select figure_id, value, display_text from evaluation.figures "
            "where fiscal_year = 2023 and department_code = '101001'",
        )
    }
    with REPORT.open(encoding="utf-8", newline="") as stream:
        report = {row["figure_id"]: row for row in csv.DictReader(stream)}
    compared = sorted(set(report) & set(computed))
    assert len(compared) == IN_SCOPE
    for figure in compared:
        value, text = computed[figure]
        assert Decimal(report[figure]["low"]) <= value <= Decimal(report[figure]["high"]), figure
        assert text == report[figure]["report_text"], figure


def test_a_version_keeps_what_its_checks_said(sample: Warehouse) -> None:
    version = current_version(sample.settings.serving_dir)
    checks, ledger_tables = read_check_results(version.path / CHECK_RESULTS)
    kinds = Counter(check.kind for check in checks)
    assert kinds["suite"] > 150 and kinds["dbt test"] > 50 and kinds["contract"] > 95
    assert [check.name for check in checks if check.stops_publishing and not check.passed] == []
    assert {name.replace("/", ".") for name in version.tables if not name.startswith("catalogue/")} <= {
        check.subject for check in checks
    }
    assert set(ledger_tables) >= set(load_contracts())
    assert CHECK_RESULTS in json.loads((version.path / "manifest.json").read_text(encoding="utf-8"))["sha256"]


def test_a_figure_is_the_aggregate_of_its_evidence_and_nothing_else(sample: Warehouse) -> None:
    wrong = rows(
        sample.published,
        """
        select figures.figure_id, figures.fiscal_year, figures.value, evidence.*
        from evaluation.figures as figures
        join evaluation.figure_definitions as definitions using (figure_id)
        left join (
            select figure_id, fiscal_year, department_code, count(*) as row_count, sum(measure) as summed,
                count(measure) as counted, count(distinct fact_key) as counted_distinct
            from evaluation.evidence group by all
        ) as evidence using (figure_id, fiscal_year, department_code)
        where figures.status = 'OK' and aggregation in ('sum', 'count', 'count_distinct') and (
            figures.evidence_count != coalesce(row_count, 0)
            or figures.value * units_per_figure_unit != coalesce(
                case aggregation when 'sum' then summed when 'count' then counted else counted_distinct end, 0)
        )
        """,
    )
    assert not wrong


def test_every_evidence_row_names_a_file_and_a_row_of_it(sample: Warehouse) -> None:
    orphans = rows(
        sample.published,
        """
        select count(*) from evaluation.evidence as evidence
        left join quality.submissions as submissions using (submission_id)
        where (submissions.file is null and evidence.submission_id != 'scheme') or evidence.row_number is null
        """,
    )
    assert orphans == [(0,)]


def test_2022_is_evaluated_too_and_what_it_lacks_is_missing_not_zero(sample: Warehouse) -> None:
    figures = dict(
        (figure, (value, status))
        for figure, value, status in rows(
            sample.published, "select figure_id, value, status from evaluation.figures where fiscal_year = 2022"
        )
    )
    assert figures["suggestions.all_levels"] == (3372, "OK")
    assert figures["budget.government_funds"] == (0, "OK")
    assert figures["suggestions.all_levels_growth"] == (None, "MISSING")


def test_a_second_department_evaluates_beside_the_first(sample: Warehouse) -> None:
    """It hands in three small ledgers of its own; one row of seeds.departments and received.csv are all it takes."""
    query = """
        select figure_id, value, status from evaluation.figures where fiscal_year = 2023 and department_code = '101002'
        """
    figures = {figure: (value, status) for figure, value, status in rows(sample.published, query)}
    assert figures["budget.total"] == (Decimal("363.48005"), "OK")
    assert figures["spending.rate"][0].quantize(Decimal("0.01")) == Decimal("96.00")
    assert figures["suggestions.all_levels"] == (None, "MISSING"), "what it does not hand in is missing, not zero"
    scores = dict(
        rows(
            sample.published,
            """
            select indicator_no, score_status from evaluation.indicators
            where fiscal_year = 2023 and department_code = '101002' and scheme_id = 'GZ-2023-RECON'
            """,
        )
    )
    assert (scores[3], scores[15]) == ("SCORED", "MISSING_DATA")


def test_a_second_night_without_news_changes_no_byte(sample: Warehouse, tmp_path: Path) -> None:
    warehouse = sample.copy_to(tmp_path, raw_dir=sample.settings.raw_dir)
    before = hashes(warehouse.settings.serving_dir)
    again = warehouse.run_again()
    assert again.success
    assert (again.new_files, again.is_new_version) == (0, False)
    assert hashes(warehouse.settings.serving_dir) == before


@pytest.mark.slow
def test_the_same_inputs_give_the_same_version_from_nothing(
    sample: Warehouse, looked_back: LookBack, tmp_path: Path
) -> None:
    """The warehouse that lies there is of another moment, and nothing says what the version was made from."""
    warehouse = looked_back.office.copy_to(tmp_path, raw_dir=sample.settings.raw_dir)
    built = warehouse.settings.warehouse_path.stat().st_mtime_ns
    (warehouse.settings.serving_dir / "inputs.sha256").unlink()
    again = warehouse.run_again()
    assert again.success
    assert again.version == sample.result.version
    assert warehouse.settings.warehouse_path.stat().st_mtime_ns > built


@pytest.mark.slow
def test_one_changed_payment_changes_spending_by_exactly_that_and_is_shown(
    sample: Warehouse, one_payment_changed: OnePayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, payment, more = one_payment_changed.office, one_payment_changed.payment, one_payment_changed.more
    query = "select amount_yuan from marts.fct_payments where voucher_no = ?"
    assert rows(sample.published, query, payment.voucher) == [(payment.before,)]
    again = warehouse.result
    assert again.success, again.failures
    assert (again.new_files, again.is_new_version) == (1, True)
    query = """
        select value from evaluation.figures
        where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'
        """
    assert rows(warehouse.published, query)[0][0] - rows(sample.published, query)[0][0] == more / 10_000
    code, text = warehouse.cli(monkeypatch, "explain", "spending.total")
    assert code == 0
    before, after = payment.before, payment.before + more
    assert f"{payment.voucher}  {before} → {after}  {payment.file} 第 {payment.row} 行" in text
    code, text = warehouse.cli(monkeypatch, "explain", "spending.total", "--fact", payment.voucher)
    assert f"第 {payment.row} 行  {payment.voucher}  {after}" in text


@pytest.mark.slow
def test_a_broken_suite_publishes_nothing(sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = sample.copy_to(tmp_path)
    budget_below_zero(warehouse.settings.raw_dir)
    before = hashes(warehouse.settings.serving_dir)
    code, text = warehouse.cli(monkeypatch, "nightly")
    assert code == 1
    assert "年度预算合计为负" in text
    assert "未发布" in text
    assert hashes(warehouse.settings.serving_dir) == before


@pytest.mark.slow
def test_a_second_night_does_not_publish_what_the_checks_refused(stopped: Stopped, tmp_path: Path) -> None:
    warehouse = stopped.office.copy_to(tmp_path)
    before = hashes(warehouse.settings.serving_dir)
    assert stopped.code == command_line_night(warehouse).code == 1
    assert hashes(warehouse.settings.serving_dir) == before


@pytest.mark.slow
def test_a_voucher_of_two_monthly_files_stops_the_night_and_is_named(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = sample.copy_to(tmp_path)
    folder = warehouse.settings.raw_dir / "payments" / "2023"
    january, february = (folder / f"2023年0{month}月国库集中支付明细.csv" for month in (1, 2))
    head, total = february.read_bytes().rsplit(b"\r\n\xba\xcf", 1)  # the row that begins with 合
    (repeated,) = [line for line in january.read_bytes().splitlines() if line.startswith(b"ZF202301000003,")]
    february.write_bytes(head + b"\r\n" + repeated + b"\r\n\xba\xcf" + total)
    before = hashes(warehouse.settings.serving_dir)
    code, text = warehouse.cli(monkeypatch, "nightly")
    assert code == 1
    assert "marts.fct_payments: 2 row(s) of department_code 101001, voucher_no ZF202301000003. 一张凭证只计一次" in text
    assert all(f"payments/2023/{file.name} 第 " in text for file in (january, february)), "both rows are named"
    assert hashes(warehouse.settings.serving_dir) == before


@pytest.mark.slow
def test_as_of_a_past_moment_only_what_was_handed_in_then_counts(sample: Warehouse, looked_back: LookBack) -> None:
    assert looked_back.version != sample.result.version
    spent = """
        select value, status from evaluation.figures
        where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'
        """
    ((value, status),) = rows(looked_back.published, spent)
    assert status == "OK"
    assert 0 < value < rows(sample.published, spent)[0][0]
    months = "select max(extract(month from cleared_on)) from marts.fct_payments where fiscal_year = 2023"
    assert rows(looked_back.published, months) == [(6,)], "that of July came in August"
    current = [warehouse.settings.serving_dir / "current" / "evaluation" for warehouse in (sample, looked_back.office)]
    had, have = ({path.name: sha256_of(path) for path in folder.iterdir()} for folder in current)
    assert had == have, "readers keep what they had"


def test_explain_names_definition_formula_and_source_rows(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = sample.cli(monkeypatch, "explain", "spending.rate", "--export", str(tmp_path / "rows.csv"))
    assert code == 0
    assert "98.7%" in text and "累计实际支出 ÷ 年度预算 = 18,242.271719 ÷ 18,485.904239" in text
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        exported = list(csv.DictReader(stream))
    spent = sum(Decimal(row["measure"]) for row in exported if row["figure_id"] == "spending.total")
    assert spent == Decimal("182422717.19")
    code, text = sample.cli(monkeypatch, "explain", "monitoring.amount")
    assert text.count("工作表“项目库”") == 3
    code, text = sample.cli(monkeypatch, "explain", "no.such_figure")
    assert code == 2 and "no.such_figure" in text


def test_doctor_finds_the_sample_well(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = sample.cli(monkeypatch, "doctor")
    assert code == 0, text
    assert "✗" not in text
