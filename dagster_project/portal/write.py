"""From pages to files: templates, style and scripts, written into a new folder. Which version and where: `site`."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dagster_project.portal.blocks import Page
from dagster_project.portal.reading import Evaluation, Site

HERE = Path(__file__).parent
ASSETS = "assets"
OWN_FILES = ("portal.css", "portal.js")
PLOTLY = "plotly.min.js"
MENU = (
    ("index", "概览", "Overview", "index.html"), ("scorecard", "绩效评分", "Scores", "scorecard.html"),
    ("budget", "预算执行", "Budget", "budget.html"), ("deputies", "代表工作", "Deputies", "deputies.html"),
    ("quality", "数据质量", "Quality", "quality.html"), ("documents", "文件", "Documents", "documents.html"),
    ("dictionary", "数据字典", "Dictionary", "/dictionary.html"), ("lineage", "血缘", "Lineage", "/lineage.html"),
    ("versions", "版本", "Versions", "/versions.html"),
)  # fmt: skip
"""The menu; a path with a slash in front is of the whole site, the others of the year that one looks at."""


def foot_of(site: Site) -> str:
    """The foot of every page, which names the version."""
    return str(_environment().get_template("foot.html.j2").render(site=site))


def write_pages(pages: Iterable[tuple[Page, Evaluation]], site: Site, folder: Path) -> list[str]:
    """Write pages with their style and scripts.

    Args:
        pages: each with the year that its menu leads through.
        site: what all pages know.
        folder: where none of these pages is yet.

    Returns:
        the paths of the pages.
    """
    template = _environment().get_template("page.html.j2")
    written = []
    for page, evaluation in pages:
        up = "../" * page.path.count("/")
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template.render(
            page=page, site=site, evaluation=evaluation, menu=_menu(page, evaluation), up=up, to=_linker(up)
        )
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(page.path)
    assets = folder / ASSETS
    assets.mkdir()
    for name in OWN_FILES:
        shutil.copyfile(HERE / "static" / name, assets / name)
    shutil.copyfile(plotly_script(), assets / PLOTLY)
    return written


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip


def _linker(up: str) -> Any:
    """Makes of a path below the folder of the site a relative link from a page."""

    def to(path: str) -> str:
        place, sign, anchor = path.partition("#")
        return up + quote(place) + sign + anchor

    return to


def _menu(page: Page, evaluation: Evaluation) -> list[Mapping[str, Any]]:
    return [
        {
            "name": name, "english": english, "is_current": key == page.menu,
            "href": path[1:] if path.startswith("/") else evaluation.prefix + path,
        }
        for key, name, english, path in MENU
    ]  # fmt: skip


def plotly_script() -> Path:
    """The script of plotly as its package brings it; the package itself is not imported, which would take a second."""
    found = importlib.util.find_spec("plotly")
    assert found is not None and found.origin is not None, "plotly is a dependency"
    return Path(found.origin).parent / "package_data" / PLOTLY
