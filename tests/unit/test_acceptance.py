"""The comparison with the published report: to the last digit, as it is written, and with a verdict for scripts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from acceptance.__main__ import main
from acceptance.report import agrees, reported_figures

RATE = "spending.rate"


def test_a_value_just_outside_the_bounds_does_not_agree_although_a_binary_fraction_would() -> None:
    reported = reported_figures()[RATE]
    assert agrees(reported, reported.text, reported.low)
    just_below = reported.low - Decimal("1e-18")
    assert float(just_below) == float(reported.low)
    assert not agrees(reported, reported.text, just_below)
    assert not agrees(reported, reported.text, reported.high + Decimal("1e-18"))


def test_another_text_or_no_value_does_not_agree() -> None:
    reported = reported_figures()[RATE]
    assert not agrees(reported, "98.6%", reported.low)
    assert not agrees(reported, reported.text, None)


def test_a_binary_fraction_is_refused() -> None:
    reported = reported_figures()[RATE]
    with pytest.raises(TypeError, match="must be a decimal, not float"):
        agrees(reported, reported.text, 98.7)  # type: ignore[arg-type]


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file in which every figure is as reported."""
    path = tmp_path / "serving" / "current" / "published.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema evaluation")
        connection.execute(
            "create table evaluation.figures (figure_id varchar, fiscal_year integer, department_code varchar, "
            "label_zh varchar, display_text varchar, value decimal(28, 8), evidence_count bigint)"
        )
        connection.executemany(
            "insert into evaluation.figures values (?, 2023, '101001', '名称', ?, ?, 1)",
            [(name, figure.text, figure.low) for name, figure in reported_figures().items()],
        )
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    return path


def test_every_figure_agrees(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.endswith("61 / 61 个数字与报告一致\n")


@pytest.mark.parametrize(
    "change",
    [
        f"update evaluation.figures set value = 98.64999999 where figure_id = '{RATE}'",
        f"update evaluation.figures set display_text = '98.6%' where figure_id = '{RATE}'",
        f"delete from evaluation.figures where figure_id = '{RATE}'",
    ],
)
def test_a_figure_that_differs_or_is_missing_fails(
    change: str, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(change)
    assert main(["--year", "2023"]) == 1
    assert capsys.readouterr().out.endswith("60 / 61 个数字与报告一致\n")


def test_a_year_without_a_report_is_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--year", "2022"]) == 0
    assert capsys.readouterr().out == ""
