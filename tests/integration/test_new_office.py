"""The guide docs/new_office.md: every command in it runs, prints what it shows, and ends in the figures that are known beforehand.

Its second office is a county CPPCC, evaluated by the configuration in offices/nanxian_cppcc alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from dagster_project.settings import PROJECT_ROOT
from simulation.county_office import DEPARTMENT, LINES, PUBLISHED, YEAR
from simulation.new_office import FILES, amount, rows_of

GUIDE = PROJECT_ROOT / "docs" / "new_office.md"
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- end of block"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[list[str], str]]]:
    """The folder in which the whole guide was run, and for each block of commands the lines it should show and its output."""
    folder = tmp_path_factory.mktemp("office")
    for name in ("dagster_project", "simulation", "data", "docs", "offices"):
        (folder / name).symlink_to(PROJECT_ROOT / name)
    blocks = [(kind, text) for kind, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8"))]
    script = "set -eu\n" + "".join(f"{text}echo '{END}'\n" for kind, text in blocks if kind == "bash")
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    outputs = done.stdout.split(END)
    shown: list[tuple[list[str], str]] = []
    for kind, text in blocks:
        if kind == "bash":
            shown.append(([], outputs[len(shown)]))
        else:
            shown[-1][0].extend(text.splitlines())
    return folder, shown


def _environment(folder: Path) -> dict[str, str]:
    """`jixiao` and `python` are those of this run, whatever is installed."""
    programs = folder / "programs"
    programs.mkdir()
    jixiao = f"#!/bin/sh\nexec {sys.executable} -c 'from dagster_project.cli import app; app()' \"$@\"\n"
    (programs / "jixiao").write_text(jixiao, encoding="utf-8")
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")}
    return {**kept, "PATH": f"{programs}:{kept['PATH']}", "PYTHONPATH": str(PROJECT_ROOT), "PYTHONSAFEPATH": "1"}


def test_every_line_of_output_in_the_guide_is_printed_by_its_commands(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    for lines, output in office[1]:
        printed = [line.rstrip() for line in output.splitlines()]
        missing = [line for line in lines if line.rstrip() not in printed]
        assert not missing, f"{missing} not in:\n" + "\n".join(printed[-80:])


def test_figures_of_the_new_office_are_those_of_the_sample_it_was_written_from(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    published = office[0] / "office_build" / "serving" / "current" / "published.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        figures = dict(
            connection.execute(
                "select figure_id, value from evaluation.figures where fiscal_year = 2023 and department_code = '101001'"
            ).fetchall()
        )
    payments, suggestions = (file for file in FILES if file.key in ("支付凭证号", "建议编号"))
    paid = sum((amount(row["支付金额"]) for row in rows_of(payments)), Decimal(0))
    assert figures["spending.total"] == paid / 10_000, "a figure is rounded where it is displayed, not before"
    assert figures["suggestions.all_levels"] == len(rows_of(suggestions))
    assert figures["supervision.items"] == 62


def _county(office: tuple[Path, list[tuple[list[str], str]]], query: str) -> list[tuple]:
    published = office[0] / "county_build" / "serving" / "current" / "published.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _documents(office: tuple[Path, list[tuple[list[str], str]]]) -> Path:
    return office[0] / "county_build" / "reports" / str(YEAR) / DEPARTMENT


def test_figures_of_a_county_cppcc_are_those_it_published_with_rows_behind_each(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    figures = {
        figure: (value, count)
        for figure, value, count in _county(
            office, f"select figure_id, value, evidence_count from evaluation.figures where fiscal_year = {YEAR}"
        )
    }
    for figure, published in PUBLISHED.items():
        value, count = figures[figure]
        assert round(value, -Decimal(published).as_tuple().exponent) == Decimal(published), figure
        assert count > 0, figure
    rows = _county(
        office, f"select count(*) from evaluation.evidence where figure_id = 'spending.total' and fiscal_year = {YEAR}"
    )
    assert rows == [(len(LINES) * 12,)]


def test_income_and_balances_of_the_county_cover_its_spending_and_parts_its_whole(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    of = dict(
        _county(
            office, f"select figure_id, value from evaluation.figures where fiscal_year = {YEAR} and value is not null"
        )
    )
    assert of["income.total"] + of["carry_over.used"] - of["carry_over.added"] == of["spending.total"]
    assert of["spending.staff"] + of["public_funds.spent"] + of["spending.project"] == of["spending.total"]
    lines = _county(office, f"select line, state from marts.books_reconciliation where fiscal_year = {YEAR}")
    assert {line for line, state in lines if state == "相符"} >= {
        "payments_accounts",
        "grants_accounts",
        "roll_forward",
    }
    assert not [line for line in lines if line[1] == "不符"]


def test_duties_a_county_cppcc_does_not_have_are_not_applicable_and_not_missing(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    states = _county(
        office, f"select figure_id, status, reason_zh from evaluation.figures where fiscal_year = {YEAR} order by all"
    )
    not_had = {figure: reason for figure, status, reason in states if status == "NOT_APPLICABLE"}
    assert not_had["legislation.bills_deliberated"] == "政协没有立法职权"
    assert {"suggestions.all_levels_growth", "supervision.items", "stations.coded"} <= set(not_had)
    assert not [figure for figure, status, _ in states if status == "MISSING"]
    owed = {ledger for (ledger,) in _county(office, "select distinct ledger from evaluation.figure_coverage")}
    assert owed == {
        "budget_allocations", "carry_over", "department_targets", "ledger_balances", "payments", "staff_counts",
    }  # fmt: skip


def test_documents_of_the_county_are_in_its_name_and_tell_no_duty_of_a_congress(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    folder = _documents(office)
    document = Document(str(folder / "附件2-自评报告.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "中国人民政治协商会议南县委员会办公室" in text
    assert "全年收入792.22万元，比上年增加189.25万元，增长31.39%" in text
    assert "支出大于收入的部分动用以前年度结转结余6.90万元" in text
    book = CalamineWorkbook.from_path(folder / "附件1-自评评分表.xlsx")
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert any("政协南县委员会办公室" in cell for cell in cells)
    for foreign in ("人大", "广州", "立法", "代表建议", "备案审查", "[缺"):
        assert foreign not in text
        assert not [cell for cell in cells if foreign in cell]


def test_evidence_pack_of_the_county_proves_itself(
    office: tuple[Path, list[tuple[list[str], str]]], tmp_path: Path
) -> None:
    with zipfile.ZipFile(_documents(office) / "佐证包(内部版).zip") as pack:
        pack.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "没有发现不符" in done.stdout
