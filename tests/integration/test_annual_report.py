"""The yearly report from the sample: every published number, bound, repeatable, and no more public than it may be."""

from __future__ import annotations

import csv
import dataclasses
import re
import shutil
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sample_warehouse import Warehouse
from session_nights import OnePayment

from dagster_project.contracts import load_contracts
from dagster_project.publishing import current_version
from dagster_project.reporting.documents import MissingData, documents_of_year, refuse_missing
from dagster_project.reporting.reading.published_year import CHARTS, PublishedYear, read_year
from dagster_project.reporting.report.binding import DocumentError, UnboundDigit
from dagster_project.reporting.report.blocks import Edition
from dagster_project.reporting.report.charts import draw_chart
from dagster_project.reporting.report.pdf import find_libreoffice
from dagster_project.reporting.report.report_text import TEXT_DIR, write_edition
from dagster_project.reporting.report.word import word_paragraphs
from dagster_project.settings import PROJECT_ROOT

GOLDEN = PROJECT_ROOT / "simulation" / "world" / "published_figures_2023.csv"


def year_of(warehouse: Warehouse, fiscal_year: int = 2023) -> PublishedYear:
    version = current_version(warehouse.settings.serving_dir)
    return read_year(version.path, version.version, fiscal_year, warehouse.settings.department_code)


@pytest.fixture(scope="module")
def year(sample: Warehouse) -> PublishedYear:
    return year_of(sample)


@pytest.fixture(scope="module")
def written(sample: Warehouse) -> dict[str, Any]:
    began = time.monotonic()
    result = documents_of_year(sample.settings, current_version(sample.settings.serving_dir), 2023)
    return {"result": result, "seconds": time.monotonic() - began, "files": {file.name: file for file in result.files}}


def with_figure(year: PublishedYear, figure_id: str, **changes: object) -> PublishedYear:
    return dataclasses.replace(year, figures={**year.figures, figure_id: {**year.figures[figure_id], **changes}})


def test_every_number_of_the_published_report_stands_in_ours_as_it_was_written(
    year: PublishedYear, written: dict[str, Any]
) -> None:
    with GOLDEN.open(encoding="utf-8") as stream:
        golden = {row["figure_id"]: row["report_text"] for row in csv.DictReader(stream)}
    assert len(golden) >= 61
    for edition in written["result"].editions:
        tokens = {t.key: t.text for s in edition.sentences() for t in s.tokens if t.kind == "figure"}
        assert {name: tokens.get(name) for name in golden} == golden
        body = "\n".join(b.text for b in edition.blocks if b.kind != "table")
        assert [text for text in golden.values() if text not in body] == []
    paragraphs = "\n".join(word_paragraphs(written["files"]["附件2-自评报告.docx"].read_bytes()))
    assert [text for text in golden.values() if text not in paragraphs] == []


def test_documents_of_a_year_take_less_than_twenty_seconds(written: dict[str, Any]) -> None:
    assert written["seconds"] < 20


def test_same_inputs_give_the_same_bytes(sample: Warehouse, written: dict[str, Any]) -> None:
    before = {name: file.read_bytes() for name, file in written["files"].items()}
    again = documents_of_year(sample.settings, current_version(sample.settings.serving_dir), 2023)
    assert {file.name: file.read_bytes() for file in again.files} == before


def test_another_department_or_a_trial_leaves_the_documents_alone(sample: Warehouse, written: dict[str, Any]) -> None:
    before = {file: file.read_bytes() for file in written["result"].files}
    version = current_version(sample.settings.serving_dir)
    other = documents_of_year(sample.settings, version, 2023, "101002", is_draft=True)
    trial = documents_of_year(sample.settings, version, 2023, scheme_id="GZ-2024-DEMO", is_draft=True)
    assert {file.parent.name for file in other.files} == {"101002"}
    assert {file.parent.name for file in trial.files} == {"101001-GZ-2024-DEMO"}
    assert {file: file.read_bytes() for file in before} == before


def test_pdf_is_made_where_libreoffice_is_and_said_where_not(written: dict[str, Any]) -> None:
    made = [name for name in written["files"] if name.endswith(".pdf")]
    assert len(made) == (2 if find_libreoffice() else 0)
    assert bool(written["result"].pdf_note) == (not made)


@pytest.mark.skipif(not (find_libreoffice() and shutil.which("pdftotext")), reason="needs LibreOffice and pdftotext")
def test_no_sign_of_the_document_is_lost_at_the_end_of_a_printed_line(written: dict[str, Any]) -> None:
    files = written["files"]
    body = "\n".join(word_paragraphs(files["附件2-自评报告.docx"].read_bytes()))
    told = subprocess.run(["pdftotext", "-raw", str(files["附件2-自评报告.pdf"]), "-"], capture_output=True, check=True)
    printed = told.stdout.decode("utf-8")
    signs = "".join(map(chr, (0xFF0C, 0x3002, 0x3001, 0xFF1B, 0xFF1A)))
    assert {sign: body.count(sign) for sign in signs if printed.count(sign) < body.count(sign)} == {}
    assert body.count(signs[0]) > 100


def test_page_needs_nothing_from_outside(written: dict[str, Any]) -> None:
    for name, file in written["files"].items():
        if name.endswith(".html"):
            page = file.read_text(encoding="utf-8")
            assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
            assert "@import" not in page and "url(" not in page


def test_every_figure_of_the_page_opens_a_passport(written: dict[str, Any]) -> None:
    page = written["files"]["附件2-自评报告(内部版).html"].read_text(encoding="utf-8")
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets and targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "国库集中支付明细" in page


def test_public_edition_holds_no_payee_no_account_and_no_words_of_citizens(
    sample: Warehouse, written: dict[str, Any]
) -> None:
    landing = sample.settings.landing_dir
    public = [f for name, f in written["files"].items() if "内部版" not in name and f.suffix in (".docx", ".html")]
    texts = [
        "\n".join(word_paragraphs(f.read_bytes())) if f.suffix == ".docx" else f.read_text("utf-8") for f in public
    ]
    secrets: set[str] = set()
    with duckdb.connect() as connection:
        for name, ledger in load_contracts(sample.settings.contracts_dir).items():
            for column in [column.name for column in ledger.columns if column.personal]:
                files = str(landing / name / "*.parquet")
                query = (
                    f"select distinct {column} from read_parquet('{files}', union_by_name = true) where {column} <> ''"
                )
                secrets |= {str(row[0]) for row in connection.execute(query).fetchall()}
    assert len(secrets) > 1000
    for text in texts:
        assert [secret for secret in secrets if len(secret) >= 4 and secret in text] == []
        assert "行号" not in text


def test_report_is_refused_while_data_are_missing_and_a_draft_says_so_on_each_page(
    year: PublishedYear, sample: Warehouse, tmp_path: Path
) -> None:
    lacking = with_figure(year, "snapshots.cases", status="MISSING", value=None)
    editions = (write_edition(lacking, "public"),)
    with pytest.raises(MissingData, match=r"snapshots\.cases"):
        refuse_missing(lacking, editions)
    draft = write_edition(lacking, "public", is_draft=True)
    assert "草稿" in [block.text for block in draft.blocks if block.kind == "mark"]
    assert "草稿" not in [block.text for block in write_edition(year, "public").blocks if block.kind == "mark"]


def test_rate_below_what_is_expected_is_a_problem_with_its_shortfall(year: PublishedYear) -> None:
    text = write_edition(year, "public").text
    assert "未能达到99%以上" in text
    expected = year.figures["budget.total"]["value"] * Decimal("0.99") - year.figures["spending.total"]["value"]
    assert f"还差{expected.quantize(Decimal('0.01'))}万元" in text


@pytest.mark.parametrize(("rate", "is_problem"), [("98.99", True), ("99", False), ("99.2", False)])
def test_rate_that_reaches_what_is_expected_is_no_problem(year: PublishedYear, rate: str, is_problem: bool) -> None:
    other = with_figure(year, "spending.rate", value=Decimal(rate), display_text=f"{rate}%")
    text = write_edition(other, "public").text
    assert ("未能达到" in text) == is_problem
    assert ("全年支出率有待进一步提高" in text) == is_problem


def test_digit_without_a_source_in_a_text_file_stops_the_report(year: PublishedYear, tmp_path: Path) -> None:
    shutil.copytree(TEXT_DIR, tmp_path, dirs_exist_ok=True)
    (tmp_path / "06_new.yaml").write_text("- p: 全年节约经费120万元。\n", encoding="utf-8")
    with pytest.raises(UnboundDigit, match=r"120.*06_new\.yaml 第 1 段.*全年节约经费120万元"):
        write_edition(year, "public", text_dir=tmp_path)


def test_unknown_figure_or_word_in_a_text_file_is_named(year: PublishedYear, tmp_path: Path) -> None:
    shutil.copytree(TEXT_DIR, tmp_path, dirs_exist_ok=True)
    (tmp_path / "06_new.yaml").write_text("- p: 共{{ fig('spending.rate') }}。\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"06_new\.yaml"):
        write_edition(year, "public", text_dir=tmp_path)


def test_charts_add_up_to_their_figures(year: PublishedYear) -> None:
    spent = year.figures["spending.total"]["value"] * 10000
    for name in ("spending_by_month", "spending_by_function"):
        assert sum(row["amount_yuan"] for row in year.charts[name]) == spent
    for name in ("cases_by_month", "cases_by_district"):
        assert sum(row["case_count"] for row in year.charts[name]) == year.figures["snapshots.cases"]["value"]


@pytest.mark.parametrize("name", list(CHARTS))
def test_charts_are_drawn_without_a_missing_letter(year: PublishedYear, name: str) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw_chart(year, name, "svg") == draw_chart(year, name, "svg")


def test_year_with_other_facts_is_written_by_the_same_texts(sample: Warehouse) -> None:
    before = write_edition(year_of(sample, 2022), "public", is_draft=True).text
    assert before.startswith("附件2\n2022年度\n广州市人民代表大会常务委员会办公厅\n")
    assert "佛山" not in before


def test_report_is_an_asset_with_a_partition_per_year_that_the_night_leaves_out(sample: Warehouse) -> None:
    import dagster as dg

    from dagster_project.definitions import build_definitions

    definitions = build_definitions(sample.settings)
    key = dg.AssetKey(["reports", "annual_report"])
    partitions = definitions.resolve_asset_graph().get(key).partitions_def
    assert partitions is not None and {"2022", "2023"} <= set(partitions.get_partition_keys())
    assert key not in definitions.resolve_job_def("nightly").asset_layer.executable_asset_keys


@pytest.mark.slow
def test_one_changed_payment_changes_only_what_depends_on_it(
    sample: Warehouse, one_payment_changed: OnePayment
) -> None:
    changed = one_payment_changed.office
    assert changed.result.success
    before, after = year_of(sample), year_of(changed)
    moved = _moved(before, after)
    assert "figure:spending.total" in moved and "figure:suggestions.all_levels" not in moved
    for name in ("public", "internal"):
        old, new = _by_place(write_edition(before, name)), _by_place(write_edition(after, name))
        differing = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
        for place in differing:
            sentence = old.get(place) or new[place]
            assert sentence.keys & moved, f"{place} changed without a reason: {sentence.text}"
        assert any("spending.total" in key for place in differing for key in (old.get(place) or new[place]).keys)
    for chart in CHARTS:
        same = draw_chart(before, chart, "png") == draw_chart(after, chart, "png")
        assert same == chart.startswith("cases"), chart


def _by_place(edition: Edition) -> dict[str, Any]:
    return {sentence.place: sentence for sentence in edition.sentences()}


def _moved(before: PublishedYear, after: PublishedYear) -> set[str]:
    """The keys whose published values differ between two versions, and the version itself."""
    figures = {name for name, row in before.figures.items() if row != after.figures.get(name)}
    moved = (
        {"version:id", "version:until"} | {f"figure:{name}" for name in figures} | {f"figure:{n}.rows" for n in figures}
    )
    if before.quality != after.quality:
        moved.add("data:quality")
    for kind, old, new in (
        ("indicator", before.scorecard.indicators, after.scorecard.indicators),
        ("duty", before.scorecard.duties, after.scorecard.duties),
    ):
        for one, other in zip(old, new, strict=True):
            if one != other:
                moved |= {f"score:{kind}.{one['indicator_no']}.{what}" for what in ("score", "lost", "value", "target")}
    for one, other in zip(before.scorecard.levels, after.scorecard.levels, strict=True):
        if one != other:
            moved.add(f"score:{one['level']}.{one[one['level']]}.score")
    if before.scorecard.total != after.scorecard.total:
        moved |= {"score:total", "score:total.rating"}
    if figures & {"budget.total", "spending.total"}:
        moved |= {"derived:unspent", "derived:spending_shortfall", "derived:not_carried"}
    return moved
