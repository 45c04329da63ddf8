"""The portal in a real browser: wide and narrow, light and dark, on paper, by keyboard, and through the rules of axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Page, axe_source, browser
from sample_warehouse import Warehouse

WIDE, NARROW = 1280, 360
KINDS = (
    "index.html", "scorecard.html", "budget.html", "forecast.html", "targets.html", "deputies.html", "quality.html", "documents.html", "dictionary.html", "dictionary/deputies.html",
    "lineage.html", "lineage/deputies.html", "versions.html", "figures.html", "figures/spending.total.html", "figures/spending.rate.html",
    "indicators/15.html", "2023-101002/index.html", "2023-101002/deputies.html",
)  # fmt: skip
"""One page of each kind, and the year of a department that lacks almost everything."""
EVERY = 12
"""Of the pages of figures, so many lie from one that is opened to the next."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as found:
        yield found


def look(page: Page, width: int, scheme: str = "light") -> None:
    """See pages from now on at this width and in this scheme of colours."""
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width == NARROW
    )
    page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": scheme}])


def opened(page: Page, site: Path, path: str) -> None:
    """Open a page and wait until its charts are drawn."""
    page.open((site / path).as_uri())
    page.wait_for("[...document.querySelectorAll('.plot')].every(each => each.querySelector('.main-svg'))")


@pytest.mark.slow
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_each_page_opens_without_errors_sideways_scrolling_or_other_hosts(
    sample: Warehouse, page: Page, width: int
) -> None:
    site = sample.settings.site_dir
    paths = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]
    figures = [path for path in paths if "/figures/" in f"/{path}"]
    look(page, width)
    chosen = [path for path in paths if path not in figures or path in KINDS] + figures[::EVERY]
    for path in chosen:
        opened(page, site, path)
        assert not page.complaints, (path, page.complaints)
        wide = page.run("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], (path, wide)
        asked = page.run("performance.getEntriesByType('resource').map(each => each.name)")
        assert all(each.startswith(site.as_uri()) or each.startswith("data:") for each in asked), (path, asked)
    assert len(chosen) > 100


def test_a_page_may_not_ask_another_host_even_if_it_tried(sample: Warehouse, page: Page) -> None:
    look(page, WIDE)
    opened(page, sample.settings.site_dir, "index.html")
    tried = "fetch('http://127.0.0.1:9/').then(() => 'asked', error => String(error))"
    assert "Failed" in page.run(tried) and any("Content Security Policy" in each for each in page.complaints)


@pytest.mark.slow
def test_axe_finds_nothing(sample: Warehouse, page: Page, tmp_path: Path) -> None:
    source = axe_source(tmp_path)
    found = []
    for width, scheme in ((WIDE, "light"), (NARROW, "dark")):
        look(page, width, scheme)
        for path in KINDS:
            opened(page, sample.settings.site_dir, path)
            page.run(source + "; 0")
            rules = "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
            broken = page.run(
                f"axe.run(document, {{{rules}, resultTypes: ['violations']}}).then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary.slice(0, 200)]))"
            )
            found += [(path, width, scheme, *each) for each in broken]
    assert not found, "\n".join(map(str, found))


def test_by_keyboard_the_first_stop_leads_to_the_text_and_is_seen(sample: Warehouse, page: Page) -> None:
    look(page, WIDE)
    opened(page, sample.settings.site_dir, "figures.html")
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert page.run("document.activeElement.textContent") == "跳到正文"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.run("document.activeElement.click(); 0")
    assert page.wait_for("location.hash === '#main' && document.activeElement.id === 'main'")


def test_a_long_table_is_filtered_and_says_how_many_are_left(sample: Warehouse, page: Page) -> None:
    look(page, WIDE)
    opened(page, sample.settings.site_dir, "figures.html")
    page.run(
        "const box = document.querySelector('.filter input'); box.value = '三公 预算'; box.dispatchEvent(new Event('input')); 0"
    )
    shown = page.run(
        "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden).map(row => row.textContent)"
    )
    assert 0 < len(shown) < 20 and all("三公" in each and "预算" in each for each in shown)
    assert page.run("document.querySelector('.filter output').textContent").startswith(f"{len(shown)} / ")


def test_the_lineage_lights_the_way_of_a_figure(sample: Warehouse, page: Page) -> None:
    look(page, WIDE)
    page.open((sample.settings.site_dir / "lineage/deputies.html").as_uri() + "#figure-snapshots.closed_rate")
    lit = page.wait_for("[...document.querySelectorAll('.box.on')].map(box => box.dataset.name)")
    assert {
        "ledger-snapshot_cases",
        "table-marts.fct_snapshot_cases",
        "figure-snapshots.cases",
        "figure-snapshots.closed",
    } <= set(lit)
    assert "figure-suggestions.key" not in lit


def test_on_paper_the_menu_goes_and_the_tables_stay_whole(sample: Warehouse, page: Page) -> None:
    look(page, WIDE)
    opened(page, sample.settings.site_dir, "budget.html")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run("getComputedStyle(document.querySelector('header nav')).display") == "none"
    assert page.run("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    look(page, WIDE)
