"""Superset itself on the sample: the bundle is imported, every chart answers, the dashboards are drawn in a browser.

Its environment is about a gigabyte: `make test-bi` sets it up and runs this, `make test` skips it where it is not there.
`SUPERSET_PICTURES=docs/pictures make test-bi` takes the pictures of docs/bi.md again.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import Page, browser
from sample_warehouse import Warehouse
from superset_server import RunningSuperset, running_superset, settings_for

from dagster_project.bi.bundle import id_of
from dagster_project.bi.declared import load
from dagster_project.bi.superset import prepare

pytestmark = pytest.mark.slow

DECLARED = load()
CHARTS = {chart.name: chart for dashboard in DECLARED.dashboards.values() for chart in dashboard.charts()}
CHOSEN = [("fiscal_year", 2023), ("department_name", "广州市人大常委会办公厅")]
WIDTH, HEIGHT = 1500, 1000
LOG_IN = """(([name, password]) => {
    const put = (selector, text) => {
        const field = document.querySelector(selector);
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);
        field.dispatchEvent(new Event('input', {bubbles: true}));
    };
    put('input[name=username], #username', name);
    put('input[name=password], #password', password);
    document.querySelector('button[type=submit], input[type=submit]').click();
})(%s)"""
HOLDERS = "[...document.querySelectorAll('.dashboard-component-chart-holder')]"
DRAWN = "each => each.querySelector('canvas, table tbody td, .header-line')"
FAULTY = "each => each.querySelector('.ant-alert-error, .ant-empty, [data-test=error-message]')"


@pytest.fixture(scope="module")
def superset(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSuperset]:
    folder = tmp_path_factory.mktemp("superset")
    with running_superset(settings_for(sample.published, folder), folder / "server.log") as running:
        yield running


def listed(superset: RunningSuperset, kind: str) -> dict[str, dict[str, Any]]:
    """What Superset holds of a kind, by its id everywhere."""
    status, told = superset.ask(f"/api/v1/{kind}/?q=(page_size:500)")
    assert status == 200, told
    return {each["uuid"]: each for each in told["result"]}


def rows_of(superset: RunningSuperset, number: int) -> list[dict[str, Any]]:
    """What a chart shows for the office in 2023, through its saved query."""
    status, told = superset.ask(f"/api/v1/chart/{number}")
    assert status == 200, told
    context = json.loads(told["result"]["query_context"])
    for query in context["queries"]:
        query["filters"] += [{"col": column, "op": "==", "val": value} for column, value in CHOSEN]
    status, told = superset.ask("/api/v1/chart/data", context)
    assert status == 200, told
    return told["result"][0]["data"]


def test_everything_declared_is_imported_and_a_second_import_changes_it_in_place(superset: RunningSuperset) -> None:
    dashboards, charts, datasets = (listed(superset, kind) for kind in ("dashboard", "chart", "dataset"))
    assert set(dashboards) == {id_of("dashboard", name) for name in DECLARED.dashboards}
    assert {each["dashboard_title"] for each in dashboards.values()} == {"预算执行", "代表工作", "绩效评分", "数据质量"}
    assert set(charts) == {id_of("chart", name) for name in CHARTS}
    assert set(datasets) == {id_of("dataset", name) for name in DECLARED.datasets}
    again = prepare(superset.settings)
    assert again.password == "", "the password is told once"
    assert {key: each["id"] for key, each in listed(superset, "chart").items()} == {
        key: each["id"] for key, each in charts.items()
    }


def test_every_chart_answers_through_its_api_with_rows(superset: RunningSuperset) -> None:
    charts = listed(superset, "chart")
    answers = {}
    for name in CHARTS:
        status, told = superset.ask(f"/api/v1/chart/{charts[id_of('chart', name)]['id']}/data/")
        answers[name] = (status, bool(told["result"][0]["data"]) if status == 200 else told)
    assert {name: answer for name, answer in answers.items() if answer != (200, True)} == {}


def test_figures_are_those_of_the_report(superset: RunningSuperset) -> None:
    charts = listed(superset, "chart")
    shown = {
        name: rows_of(superset, charts[id_of("chart", name)]["id"])[0][CHARTS[name].metrics[0]]
        for name in ("spending_total", "suggestion_count", "snapshot_count", "total_score")
    }
    assert {name: round(value, 2) for name, value in shown.items()} == {
        "spending_total": 18242.27, "suggestion_count": 6642, "snapshot_count": 1145, "total_score": 96.33,
    }  # fmt: skip


def test_nothing_is_told_without_a_login(superset: RunningSuperset) -> None:
    for kind in ("dashboard", "chart", "dataset", "database"):
        status, told = superset.ask(f"/api/v1/{kind}/", token="")
        assert status == 401 or told["count"] == 0, (kind, told)
    number = next(iter(listed(superset, "chart").values()))["id"]
    status, _ = superset.ask(f"/api/v1/chart/{number}/data/", token="")
    assert status in (401, 403, 404)


def run(superset: RunningSuperset, sql: str) -> tuple[int, Any]:
    """What SQL Lab answers."""
    (database,) = listed(superset, "database").values()
    body = {"database_id": database["id"], "sql": sql, "runAsync": False, "client_id": f"{time.time_ns() % 10**10}"}
    return superset.ask("/api/v1/sqllab/execute/", body)


def test_sql_reads_the_published_tables_and_nothing_else_of_this_machine(superset: RunningSuperset) -> None:
    status, told = run(superset, "select count(*) as n from marts.fct_suggestions where fiscal_year = 2023")
    assert (status, told["data"]) == (200, [{"n": 6642}])
    for forbidden in (
        "select * from read_text('/etc/hostname')",
        "select * from '/etc/hostname'",
        "delete from marts.fct_suggestions",
        "create table marts.mine as select 1 as one",
        "set enable_external_access = true",
    ):
        status, told = run(superset, forbidden)
        assert status >= 400, (forbidden, told)


def test_a_new_version_is_read_by_the_next_query(superset: RunningSuperset, tmp_path: Path) -> None:
    """The process holds the version open that it read; `current` moves in one rename, as publishing moves it."""
    link = superset.settings.build_dir.parent / "current"
    old = link.resolve()
    count = "select count(*) as n from marts.fct_prior_year_refunds"
    assert run(superset, count)[1]["data"] == [{"n": 2}]
    shutil.copy(old / "published.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute("delete from marts.fct_prior_year_refunds")
    for version, rows in ((tmp_path, 0), (old, 2)):
        moving = link.with_name("moving")
        moving.symlink_to(version)
        moving.replace(link)
        assert run(superset, f"{count} -- {version.name}")[1]["data"] == [{"n": rows}]


@pytest.fixture(scope="module")
def page(superset: RunningSuperset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser in which admin has logged in."""
    with browser(tmp_path_factory.mktemp("browser"), f"--window-size={WIDTH},{HEIGHT}") as opened:
        opened.open(f"{superset.url}/login/")
        opened.wait_for("document.querySelector('input[name=username], #username') !== null")
        opened.run(LOG_IN % json.dumps(["admin", superset.prepared.password]))
        opened.wait_for("!location.pathname.includes('login')")
        yield opened


@pytest.mark.parametrize("name", DECLARED.dashboards)
def test_a_dashboard_is_drawn_in_chinese_without_an_outside_address(
    superset: RunningSuperset, page: Page, name: str, tmp_path: Path
) -> None:
    dashboard = DECLARED.dashboards[name]
    expected = len(list(dashboard.charts()))
    resize(page, HEIGHT)
    page.open(f"{superset.url}/superset/dashboard/{name}/")
    page.wait_for(f"{HOLDERS}.length === {expected}")
    height = page.run("document.querySelector('.grid-container').scrollHeight") + 350
    resize(page, height)  # charts out of sight are not drawn
    page.wait_for(f"{HOLDERS}.filter({DRAWN}).length === {expected} || {HOLDERS}.some({FAULTY})", 120)
    assert page.run(f"{HOLDERS}.filter({FAULTY}).map(each => each.innerText)") == []
    time.sleep(2)  # the last bars grow
    picture = page.call("Page.captureScreenshot", format="png")["data"]
    folder = Path(os.environ.get("SUPERSET_PICTURES", tmp_path))
    (folder / f"superset_{name}.png").write_bytes(base64.b64decode(picture))
    text = page.run("document.body.innerText")
    assert dashboard.title in text
    assert all(chart.title in text for chart in dashboard.charts())
    assert not [word for word in ("No results", "No data", "Unexpected error", "undefined") if word in text]
    sizes = "[...new Set([...document.querySelectorAll('.dt-is-null')].map(each => getComputedStyle(each).fontSize))]"
    assert page.run(sizes) in ([], ["0px"]), "Superset's N/A is seen"
    hosts = page.run(
        "performance.getEntriesByType('resource').filter(e => e.transferSize).map(e => new URL(e.name).hostname)"
    )
    assert set(hosts) == {urllib.parse.urlsplit(superset.url).hostname}


def resize(page: Page, height: int) -> None:
    page.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=height, deviceScaleFactor=1, mobile=False)
