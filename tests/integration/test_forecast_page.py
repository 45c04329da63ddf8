"""Where the year's spending will end, on the portal: out of the published tables, month by month, nothing dated later is used."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from portal_pages import Parsed, parsed, rows_by_name
from sample_warehouse import Warehouse, rows

from dagster_project.in_year.look import looks
from dagster_project.in_year.published import YearForecast, forecasts
from dagster_project.portal.site import write_portal
from dagster_project.reporting.reading.published import plain_number
from dagster_project.settings import Settings

YEAR, DEPARTMENT = 2023, "101001"
MONTHS, PROJECTS = "各月预测的年末支出", "各项目预测的年末支出"
AFTER_SEPTEMBER = f"""
    delete from marts.fct_payments where fiscal_year = {YEAR} and cleared_on > date '{YEAR}-09-30';
    delete from marts.fct_budget_allocations where fiscal_year = {YEAR} and issued_on > date '{YEAR}-09-30';
    delete from marts.fct_contracts where signed_on > date '{YEAR}-09-30';
    delete from marts.fct_spending_forecasts where made_in_quarter > '{YEAR}Q3';
    delete from quality.submissions where ledger = 'payments' and period > '{YEAR}-09'
"""


@pytest.fixture(scope="module")
def page(sample: Warehouse) -> Parsed:
    return parsed(sample.settings.site_dir / "forecast.html")


@pytest.fixture(scope="module")
def whole(sample: Warehouse) -> YearForecast:
    """The forecasts of the year as the version of the sample tells them."""
    return of_version(sample.settings)


@pytest.fixture
def running(sample: Warehouse, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the version without anything dated after September."""
    settings = copied(sample, tmp_path)
    with duckdb.connect(str(settings.serving_dir / "current" / "published.duckdb")) as connection:
        connection.execute(AFTER_SEPTEMBER)
    yield settings


def copied(sample: Warehouse, folder: Path) -> Settings:
    settings = Settings(raw_dir=sample.settings.raw_dir, build_dir=folder / "build")
    shutil.copytree(sample.settings.serving_dir, settings.serving_dir, symlinks=True)
    shutil.copytree(sample.settings.dbt_target_dir, settings.dbt_target_dir)
    return settings


def of_version(settings: Settings) -> YearForecast:
    seeds = settings.dbt_project_dir / "seeds"
    return forecasts((settings.serving_dir / "current").resolve(), seeds, YEAR)[DEPARTMENT]


def test_money_to_date_is_that_of_the_published_table(sample: Warehouse, page: Parsed, whole: YearForecast) -> None:
    of = f"fiscal_year = {YEAR} and department_code = '{DEPARTMENT}' and month_no >= 3"
    published = rows(
        sample.published, f"select month_no, spent_to_date_yuan, budget_yuan from marts.budget_execution_by_month where {of} order by 1"
    )  # fmt: skip
    header, *lines = page.tables[MONTHS]
    spent, budget = header.index("已支出(万元)"), header.index("年末预算(万元)")
    assert [line[spent] for line in lines] == [plain_number(yuan / 10_000, 2) for _, yuan, _ in published]
    assert lines[-1][0] == "12 月(实际)" and lines[-1][budget] == plain_number(published[-1][2] / 10_000, 2)
    assert [m.outlook.month for m in whole.months] == list(range(3, 13)) and whole.is_over
    assert "全年没有达到 99% 的目标,相差 58.77 万元" in page.text


def test_where_nothing_was_corrected_later_it_is_the_forecast_of_the_day(
    sample: Warehouse, whole: YearForecast
) -> None:
    """Payments of March were not corrected: the run of April says the same from the log of receipts."""
    (look,) = looks(sample.settings, YEAR, dt.datetime(YEAR, 4, 10, 23, 59, 59), DEPARTMENT)
    march = whole.months[0].outlook
    assert march.month == look.outlook.month == 3
    assert march.rate.middle == pytest.approx(look.outlook.rate.middle, abs=1e-9)
    assert march.spending.low == pytest.approx(look.outlook.spending.low, abs=0.01)
    for here, there in zip(march.projects, look.outlook.projects, strict=True):
        assert (here.project.code, here.project.name, here.light) == (there.project.code, there.project.name, there.light)  # fmt: skip
        assert here.spending.high == pytest.approx(there.spending.high, abs=0.01)


def test_interval_and_back_test_stand_beside_each_forecast(
    sample: Warehouse, page: Parsed, whole: YearForecast
) -> None:
    with (sample.settings.dbt_project_dir / "seeds" / "forecast_back_test.csv").open(encoding="utf-8") as stream:
        measured = {row["month_no"]: row for row in csv.DictReader(stream)}
    header, *lines = page.tables[MONTHS]
    for line in lines[:-1]:
        row = dict(zip(header, line, strict=True))
        beside = measured[line[0].removesuffix(" 月")]
        assert Decimal(row["回测平均误差"].removesuffix("%")) == Decimal(beside["error_pct"])
        assert Decimal(row["回测区间命中"].removesuffix("%")) == Decimal(beside["total_coverage_pct"])
        low, high = (Decimal(each.removesuffix("%")) for each in row["支出率80% 区间"].split("~"))
        assert low < Decimal(row["支出率"].removesuffix("%")) < high
    assert page.tables[MONTHS][-1].count("—") >= 4  # what has happened has no interval and no error
    told = rows_by_name(page, PROJECTS)
    assert (
        whole.told.outlook.month == 10
    )  # of a year that is over: the last month after which money could be given back
    assert len(told) == len(whole.told.outlook.projects) and "10 月末的项目预测平均误差 0.61%" in page.text
    for each in whole.told.outlook.projects:
        row = told[each.project.name]
        assert row["提示"] == each.light and row["距目标(元)"] == plain_number(Decimal(str(round(each.short, 6))), 2)


def test_the_picture_is_drawn_here_and_holds_every_interval(page: Parsed, whole: YearForecast) -> None:
    pictures = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert [each["role"] for each in pictures] == ["img", "img"] and all(each["aria-label"] for each in pictures)
    bands = [attributes for tag, attributes in page.elements if tag == "rect" and attributes["class"] == "band"]
    assert len(bands) == 9 + 8  # months before the year's end, and the projects that lack most
    for band in bands:
        assert float(band["x"]) >= 8 and float(band["x"]) + float(band["width"]) <= 340 - 8 + 0.11
    widths = [float(band["width"]) for band in bands[:9]]
    rates = [m.outlook.rate for m in whole.months[:9]]
    assert sorted(range(9), key=lambda n: widths[n]) == sorted(range(9), key=lambda n: rates[n].high - rates[n].low)


def test_nothing_dated_later_than_a_month_is_in_its_forecast(running: Settings, whole: YearForecast) -> None:
    cut = of_version(running)
    assert [m.outlook.month for m in cut.months] == list(range(3, 10)) and not cut.is_over
    for here, there in zip(cut.months, whole.months[:7], strict=True):
        assert here.outlook.rate == there.outlook.rate and here.outlook.spending == there.outlook.spending
        for cut_one, whole_one in zip(here.outlook.projects, there.outlook.projects, strict=True):
            assert cut_one.spending == whole_one.spending and cut_one.unpaid_contracts == whole_one.unpaid_contracts
            assert cut_one.stuck == whole_one.stuck and cut_one.expected_by_unit == whole_one.expected_by_unit


def test_a_running_year_says_where_it_will_end(running: Settings) -> None:
    assert write_portal(running).is_new
    page = parsed(running.site_dir / "forecast.html")
    assert "预计达不到 99%" in page.text and "达到目标的可能" in page.text and "年末实际" not in page.text
    assert page.tables[MONTHS][-1][0] == "9 月" and "年末实际支出率" not in page.tables[PROJECTS][0]
    link = parsed(running.site_dir / "budget.html")
    assert "forecast.html" in link.links and "预计年末支出率 " in link.text


def test_only_the_office_sees_it(sample: Warehouse, tmp_path: Path) -> None:
    settings = copied(sample, tmp_path)
    write_portal(settings, edition="public")
    assert not list(settings.public_site_dir.rglob("forecast.html"))
    assert "年末支出预测" not in parsed(settings.public_site_dir / "budget.html").text


def test_a_version_without_the_tables_or_too_few_months_says_so(sample: Warehouse, tmp_path: Path) -> None:
    settings = copied(sample, tmp_path)
    current = settings.serving_dir / "current" / "published.duckdb"
    with duckdb.connect(str(current)) as connection:
        connection.execute(f"delete from quality.submissions where ledger = 'payments' and period > '{YEAR}-02'")
    write_portal(settings)
    assert "支付明细满 3 个月" in parsed(settings.site_dir / "budget.html").text
    assert (
        not (settings.site_dir / "forecast.html").exists()
        and (settings.site_dir / "2022-101001/forecast.html").is_file()
    )
    with duckdb.connect(str(current)) as connection:
        connection.execute("drop table marts.fct_spending_forecasts")
    write_portal(settings, 2022)
    assert "没有 marts.fct_spending_forecasts,不能预测年末支出" in parsed(settings.site_dir / "budget.html").text
