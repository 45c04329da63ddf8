"""The report as one HTML page that needs nothing else: each figure opens its definition and where its rows stand."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from dagster_project.reporting.chinese_text import full_width
from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.reading.scorecard import FIGURE_COLUMNS
from dagster_project.reporting.report.binding import KINDS, Sentence, Token, UnboundDigit, is_digit
from dagster_project.reporting.report.blocks import Edition

TEMPLATE = Path(__file__).parent / "templates" / "annual_report.html.j2"
RANGES_SHOWN = 200
EXACTNESS = {
    "exact": "照实写",
    "rounded": "四舍五入",
    "truncated": "向下取整,写“余”或“多”",
    "greater_than": "大于该数时写“超过”",
    "qualitative": "定性",
}


def write_page(
    year: PublishedYear, edition: Edition, drawings: Mapping[str, bytes], ledgers: Mapping[str, str], path: Path
) -> None:
    """Write an edition as a page.

    Args:
        year: what the published version says of the year.
        edition: the bound text.
        drawings: each chart as SVG, by name.
        ledgers: the Chinese title of each ledger.
        path: the file to write.

    Raises:
        UnboundDigit: the page's template holds a digit in a text.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = template.render(
        edition=edition,
        year=year,
        segments=_segments,
        drawings={name: base64.b64encode(drawing).decode() for name, drawing in drawings.items()},
        passports=_passports(year, edition, ledgers),
    )
    refuse_unbound(page)
    path.write_text(page, encoding="utf-8", newline="\n")


def _segments(sentence: Sentence) -> list[dict[str, str]]:
    """The pieces of a sentence for the template; plain pieces have an empty kind."""
    return [
        {"kind": "", "text": part}
        if isinstance(part, str)
        else {"kind": part.kind, "title": KINDS[part.kind], "text": part.text, "anchor": _anchor(part)}
        for part in sentence.segments
    ]


def _anchor(token: Token) -> str:
    """Where the passport of a token stands on the page; nothing for kinds that explain themselves."""
    if token.kind not in ("figure", "derived", "parameter", "score"):
        return ""
    return f"{token.kind}-{token.key.removesuffix('.rows') if token.kind == 'figure' else token.key}"


def _passports(year: PublishedYear, edition: Edition, ledgers: Mapping[str, str]) -> list[dict[str, Any]]:
    """What can be said of every token that has a source, once each, in the order of the document."""
    found: dict[str, dict[str, Any]] = {}
    for sentence in edition.sentences():
        for token in sentence.tokens:
            anchor = _anchor(token)
            if anchor and anchor not in found:
                passport = _passport(year, edition, token, ledgers)
                facts = [(full_width(name), full_width(text)) for name, text in passport["facts"]]
                found[anchor] = {**passport, "anchor": anchor, "kind": KINDS[token.kind], "facts": facts}
    return list(found.values())


def _passport(year: PublishedYear, edition: Edition, token: Token, ledgers: Mapping[str, str]) -> dict[str, Any]:
    if token.kind == "figure":
        figure_id = token.key.removesuffix(".rows")
        figure = year.figures[figure_id]
        facts = [
            ("口径", figure["definition_zh"]),
            ("计算", year.formula(figure_id)),
            ("写法", f"{EXACTNESS.get(figure['exactness'], figure['exactness'])};范围:{figure['scope']}"),
        ]
        if figure.get("coverage_zh"):
            facts.append(("数据", figure["coverage_zh"]))
        parts = [_sources(year, part, edition.name == "internal", ledgers) for part in year.parts(figure_id)]
        return {
            "label": figure["label_zh"],
            "text": figure["display_text"],
            "id": figure_id,
            "facts": facts,
            "parts": parts,
        }
    if token.kind == "parameter":
        row = year.parameters[token.key]
        facts = [
            ("依据", row["source"]),
            ("可靠程度", row["confidence"]),
            ("起用年度", str(row["valid_from"])),
        ]
        return {"label": "参数", "text": token.text, "id": token.key, "facts": facts, "parts": []}
    if token.kind == "derived":
        rule = edition.derived[token.key]
        facts = [("算法", rule["expression"])]
        return {"label": rule["label_zh"], "text": token.text, "id": token.key, "facts": facts, "parts": []}
    return _score_passport(year, edition, token)


def _score_passport(year: PublishedYear, edition: Edition, token: Token) -> dict[str, Any]:
    """The rule of a score: of an indicator its definition and criterion, of a sum what it is the sum of."""
    if token.key in edition.sums:
        made = edition.sums[token.key]
        facts = [("所含指标", made["made_of"])]
        return {"label": made["label_zh"], "text": token.text, "id": token.key, "facts": facts, "parts": []}
    place, _, rest = token.key.partition(".")
    name = rest.rpartition(".")[0] if place != "total" else ""
    card = year.scorecard
    facts = [("评分方案", card.scheme["name_zh"])]
    label = "总分"
    if place == "component":
        number, _, component_no = name.partition(".")
        row = next(
            one
            for one in year.components
            if (str(one["indicator_no"]), str(one["component_no"])) == (number, component_no)
        )
        label = row["component"]
    elif place in ("indicator", "duty"):
        rows = card.indicators if place == "indicator" else card.duties
        row = next(row for row in rows if str(row["indicator_no"]) == name)
        label = row["level3"]
        pieces = [
            piece
            for piece in year.components
            if (piece["indicator_no"] if place == "indicator" else piece["duty_no"]) == row["indicator_no"]
        ]
        for piece in pieces:
            figures = [piece[column] for column in FIGURE_COLUMNS if piece[column]]
            used = "、".join(
                f"{year.figures[figure]['label_zh']}{year.figures[figure]['display_text']}"
                for figure in figures
                if figure in year.figures
            )
            points = "缺数据" if piece["points"] is None else f"得{plain_number(piece['points'], 2)}分"
            facts.append((piece["component"], f"满分{plain_number(piece['weight'])}分,{points}。{used}"))
    elif place in ("level1", "level2"):
        label = name
        members = [row for row in card.indicators if row[place] == name]
        facts.append(("计算", "各三级指标得分相加:" + "、".join(_score_of(row) for row in members)))
    else:
        facts.append(
            (
                "计算",
                "各三级指标得分相加:" + "、".join(_score_of(row) for row in card.levels if row["level"] == "level2"),
            )
        )
    return {"label": label, "text": token.text, "id": token.key, "facts": facts, "parts": []}


def _score_of(row: Mapping[str, Any]) -> str:
    score = "分值转移" if row["score"] is None else plain_number(row["score"], 2)
    return f"{row.get('level3') or row['level2']}{score}"


def _sources(year: PublishedYear, figure_id: str, is_internal: bool, ledgers: Mapping[str, str]) -> dict[str, Any]:
    """Where the rows of a figure stand: for the office each file and its rows, for the public each ledger and how many."""
    figure = year.figures[figure_id]
    sources = year.sources.get(figure_id, [])
    places: list[dict[str, str]] = []
    if is_internal:
        for source in sources:
            shown = [
                f"{first}–{last}" if last > first else str(first) for first, last in source.row_ranges[:RANGES_SHOWN]
            ]
            left = len(source.row_ranges) - RANGES_SHOWN
            rows = "、".join(shown) + (f" 等(另有{left:,}段)" if left > 0 else "")
            places.append({"file": source.file, "sheet": source.sheet, "count": f"{source.row_count:,}", "rows": rows})
    else:
        counts: dict[str, int] = {}
        for source in sources:
            counts[source.ledger] = counts.get(source.ledger, 0) + source.row_count
        for ledger, count in sorted(counts.items()):
            places.append({"file": ledgers.get(ledger, ledger), "sheet": "", "count": f"{count:,}", "rows": ""})
    return {
        "label": figure["label_zh"],
        "text": figure["display_text"],
        "count": f"{figure['evidence_count']:,}",
        "places": places,
    }


class _Unbound(HTMLParser):
    """Finds digits of a page that stand in no element with a kind."""

    EMPTY = frozenset(("meta", "img", "br", "link", "hr", "input", "col"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember whether an element is bound or holds no text for people."""
        if tag not in self.EMPTY:
            self.open.append(tag in ("style", "script") or any(name == "data-kind" for name, _ in attrs))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Note a text with a digit outside bound elements."""
        if not any(self.open) and any(is_digit(character) for character in data):
            self.found.append(data.strip())


def refuse_unbound(page: str) -> None:
    """Refuse a page with a digit that is bound to nothing.

    Raises:
        UnboundDigit: such a digit stands there, mostly because it was typed into the page's template.
    """
    parser = _Unbound()
    parser.feed(page)
    if parser.found:
        digits = next(character for character in parser.found[0] if is_digit(character))
        raise UnboundDigit(f"数字“{digits}”没有来源:网页模板 {TEMPLATE.name},“{parser.found[0]}”。模板中不能直接写数字")
