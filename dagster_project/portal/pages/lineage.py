"""The lineage: a picture from ledger to table to figure to indicator for each domain, and one of all domains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dagster_project.portal.blocks import Cell, Column, Heading, Links, Page, Picture, Table, Text
from dagster_project.portal.drawing import Box, draw
from dagster_project.portal.pages.catalogue import areas, domain_of_table
from dagster_project.portal.pages.figures import domain_of, figure_path, indicator_path
from dagster_project.portal.reading import PortalYear, Site
from dagster_project.reporting.reading.passport import RATIOS

MENU = "lineage"
LOOKS = ("ledger", "table", "figure", "figure", "indicator")
HEADS = ("台账", "数据表", "指标数", "由两个数得出", "三级指标")


@dataclass(frozen=True)
class Ways:
    """Which ledgers each model of dbt is made from, and which tables stand behind each figure."""

    site: Site
    told: PortalYear

    @cached_property
    def tables(self) -> dict[str, str]:
        """The published tables of the marts, by the id of their model."""
        return {
            f"model.jixiao.{name.partition('.')[2]}": name for name in self.site.tables if name.startswith("marts.")
        }

    def ledgers_of(self, node: str, seen: dict[str, frozenset[str]]) -> frozenset[str]:
        """The ledgers that a model is made from, through all layers."""
        if node in seen:
            return seen[node]
        seen[node] = frozenset()
        if node.startswith("source."):
            name = node.rsplit(".", 1)[1]
            found = frozenset({name} & self.site.contracts.keys())
        else:
            parents = self.site.manifest["parent_map"].get(node, ())
            found = frozenset().union(*(self.ledgers_of(parent, seen) for parent in parents))
        seen[node] = found
        return found

    @cached_property
    def table_ledgers(self) -> dict[str, frozenset[str]]:
        """The ledgers of each published table of the marts."""
        seen: dict[str, frozenset[str]] = {}
        return {name: self.ledgers_of(node, seen) for node, name in self.tables.items()}

    @cached_property
    def evidence_models(self) -> list[tuple[str, frozenset[str]]]:
        """The text of each model of evidence, and the published tables that it reads."""
        found = []
        for node_id, node in self.site.manifest["nodes"].items():
            if node["resource_type"] == "model" and node["name"].startswith("evidence_"):
                parents = self.site.manifest["parent_map"].get(node_id, ())
                found.append((node["raw_code"], frozenset(self.tables[p] for p in parents if p in self.tables)))
        return found

    def tables_of(self, figure_id: str) -> set[str]:
        """The tables behind a figure: what the model of its evidence reads, of what is made from the ledgers that it needs."""
        figure = self.told.year.figures[figure_id]
        needed = set((figure["source_ledgers"] or "").split("|"))
        named = [tables for code, tables in self.evidence_models if f"'{figure_id}'" in code]
        read = set().union(*(named or [tables for _, tables in self.evidence_models]))
        return {table for table in read if self.table_ledgers[table] & needed}


def lineage_pages(site: Site, told: PortalYear) -> Iterator[Page]:
    """The picture of all domains, and one for each domain that has figures."""
    ways = Ways(site, told)
    domains: dict[str, list[str]] = {}
    for figure_id, figure in sorted(told.year.figures.items()):
        if domain := domain_of(site, figure):
            domains.setdefault(domain, []).append(figure_id)
    names = {**areas(site), **site.domains}
    # A figure or ledger links to the picture of its domain, so that each domain of a contract has one.
    shown = [
        domain for domain in names if domain in domains or any(c.domain == domain for c in site.contracts.values())
    ]
    yield _whole(site, ways, domains, shown, names)
    for domain in shown:
        yield _of_domain(ways, domain, names[domain], domains.get(domain, []))


def _whole(site: Site, ways: Ways, domains: dict[str, list[str]], shown: Sequence[str], names: dict[str, str]) -> Page:
    boxes, lines = [], []
    for domain in shown:
        ledgers = [c for c in site.contracts.values() if c.domain == domain]
        tables = [t for t in ways.table_ledgers if domain_of_table(site, t) == domain]
        for column, (kind, word, count) in enumerate(
            (
                ("l", "本台账", len(ledgers)),
                ("t", "张数据表", len(tables)),
                ("f", "个指标数", len(domains.get(domain, ()))),
            )
        ):
            if count:
                boxes.append(
                    Box(
                        f"{kind}-{domain}",
                        column,
                        f"{names[domain]} {count} {word}",
                        f"lineage/{domain}.html",
                        css=LOOKS[column],
                    )
                )
        for table in tables:
            lines += [(f"l-{site.contracts[ledger].domain}", f"t-{domain}") for ledger in ways.table_ledgers[table]]
        for figure in domains.get(domain, ()):
            lines += [(f"t-{domain_of_table(site, table)}", f"f-{domain}") for table in ways.tables_of(figure)]
    year = ways.told.year
    of_figure = {figure: domain for domain, figures in domains.items() for figure in figures}
    for row in year.scorecard.indicators:
        boxes.append(
            Box(
                f"i-{row['level2']}",
                3,
                row["level2"],
                ways.told.link(f"scorecard.html#level-{_first(year, row['level2'])}"),
                css="indicator",
            )
        )
        lines += [
            (f"f-{of_figure[f]}", f"i-{row['level2']}")
            for f in year.indicator_figures[row["indicator_no"]]
            if f in of_figure
        ]
    boxes = list({box.name: box for box in boxes}.values())
    label = "各领域的台账、数据表、指标数和二级指标"
    picture = Picture(label, draw(boxes, sorted(set(lines)), ("台账", "数据表", "指标数", "二级指标"), label, ""))
    blocks: list[Any] = [
        Text("从左到右:报送的台账、由它们做成的数据表、数据表里计出的指标数、用到指标数的指标。点一个框进入该领域的图;指到或用键盘选中一个框,亮出它的来路和去路。"),
        picture, Links([Cell(f"{names[domain]}领域", f"lineage/{domain}.html") for domain in shown], "领域"),
    ]  # fmt: skip
    return Page("lineage.html", "血缘", "Lineage", blocks, MENU)


def _first(year: Any, level2: str) -> int:
    return int(next(row["indicator_no"] for row in year.scorecard.indicators if row["level2"] == level2))


class _Drawn:
    """The boxes and lines of one domain's picture, and the rows of the table that says the same."""

    def __init__(self, ways: Ways):
        self.ways, self.site, self.told = ways, ways.site, ways.told
        self.known = ways.told.year.figures
        self.boxes: dict[str, Box] = {}
        self.lines: set[tuple[str, str]] = set()
        self.rows: list[tuple[str, list[str], list[str]]] = []

    def _add(self, key: str, column: int, text: str, href: str, anchor: str = "") -> None:
        self.boxes.setdefault(key, Box(key, column, text, href, anchor, LOOKS[column]))

    def ledger(self, ledger: str) -> None:
        """A ledger as a box."""
        contract = self.site.contracts[ledger]
        place = f"ledger-{ledger}"
        self._add(place, 0, contract.title.zh, f"dictionary/{contract.domain}.html#{place}")

    def _box_of(self, figure_id: str) -> None:
        figure, place = self.known[figure_id], f"figure-{figure_id}"
        column = 3 if figure["aggregation"] in RATIOS else 2
        self._add(place, column, figure["label_zh"], self.told.link(figure_path(figure_id)), place)

    def figure(self, figure_id: str) -> None:
        """A figure with what it is made of: two figures, or tables and their ledgers."""
        figure, place = self.known[figure_id], f"figure-{figure_id}"
        needed = [ledger for ledger in (figure["source_ledgers"] or "").split("|") if ledger in self.site.contracts]
        self._box_of(figure_id)
        if figure["aggregation"] in RATIOS:
            parts = [figure[name] for name in ("numerator_figure", "denominator_figure") if figure[name] in self.known]
            for part in parts:
                self._box_of(part)
                self.lines.add((f"figure-{part}", place))
            self.rows.append((figure_id, needed, []))
            return
        for ledger in needed:
            self.ledger(ledger)
        tables = sorted(self.ways.tables_of(figure_id))
        for table in tables:
            area = domain_of_table(self.site, table)
            self._add(f"table-{table}", 1, _table_title(self.site, table), f"dictionary/{area}.html#table-{table}")
            self.lines.add((f"table-{table}", place))
            made_of = self.ways.table_ledgers[table]
            self.lines |= {(f"ledger-{ledger}", f"table-{table}") for ledger in needed if ledger in made_of}
        self.rows.append((figure_id, needed, tables))

    def indicators(self, figures: Sequence[str]) -> None:
        """The indicators that use one of the figures."""
        names = {row["indicator_no"]: row["level3"] for row in self.told.year.scorecard.indicators}
        for number, used in self.told.year.indicator_figures.items():
            for figure_id in set(used) & set(figures):
                text, href = f"{number} {names[number]}", self.told.link(indicator_path(number))
                self._add(f"indicator-{number}", 4, text, href)
                self.lines.add((f"figure-{figure_id}", f"indicator-{number}"))


def _of_domain(ways: Ways, domain: str, name: str, figures: Sequence[str]) -> Page:
    drawn = _Drawn(ways)
    for ledger, contract in sorted(ways.site.contracts.items()):
        if contract.domain == domain:
            drawn.ledger(ledger)
    for figure_id in figures:
        drawn.figure(figure_id)
    drawn.indicators(figures)
    label = f"{name}领域从台账到指标的血缘"
    svg = draw(list(drawn.boxes.values()), sorted(drawn.lines), HEADS, label, "../")
    table = _table(ways.site, ways.told, name, drawn.rows)
    blocks: list[Any] = [Picture(label, svg), Heading("同样内容的表", "table"), table]
    if not figures:
        blocks.insert(0, Text("这个领域的台账没有直接计出的指标数。", "note"))
    trail = (Cell("血缘", "lineage.html"),)
    return Page(f"lineage/{domain}.html", f"{name}领域的血缘", f"Lineage of {domain}", blocks, MENU, trail)


def _table(site: Site, told: PortalYear, name: str, rows: Sequence[tuple[str, list[str], list[str]]]) -> Table:
    used: dict[str, list[int]] = {}
    for number, figures in told.year.indicator_figures.items():
        for figure in figures:
            used.setdefault(figure, []).append(number)
    cells = [
        [
            Cell(told.year.figures[figure]["label_zh"], told.link(figure_path(figure))), Cell("、".join(site.contracts[each].title.zh for each in ledgers) or "—"),
            Cell("、".join(_table_title(site, table) for table in tables) or "由两个数得出"), Cell("、".join(map(str, used.get(figure, ()))) or "—"),
        ]
        for figure, ledgers, tables in rows
    ]  # fmt: skip
    columns = (
        Column("figure", "指标数"),
        Column("ledgers", "台账"),
        Column("tables", "数据表"),
        Column("indicators", "用于指标"),
    )
    return Table(f"{name}领域的指标数从何而来", columns, cells)


def _table_title(site: Site, table: str) -> str:
    comment = site.tables[table][0]["comment"] or table
    return str(comment.splitlines()[0].partition(" / ")[0])
