"""The first page: total and rating, or why there is none; which version, how fresh, what changed, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.portal.blocks import (
    NOTHING,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Heading,
    Links,
    Page,
    Table,
    Text,
    cell,
    number_for_chart,
    share,
)
from dagster_project.portal.pages.bureau import link_block
from dagster_project.portal.pages.figures import figure_path
from dagster_project.portal.pages.scores import level_table, total_note
from dagster_project.portal.reading import Change, PortalYear, Site
from dagster_project.publishing.differences import FigureChange
from dagster_project.quality.issue_report import issue_lines
from dagster_project.reporting.reading.published import plain_number

HEADLINES = (
    "spending.rate",
    "budget.total",
    "spending.total",
    "three_public.spent",
    "suggestions.all_levels",
    "feedback.received",
    "snapshots.cases",
)
"""The figures in large print, where the year has them."""
SHOWN_CHANGES = 8


def overview_page(site: Site, told: PortalYear) -> Page:
    """The first page of a year."""
    year, card = told.year, told.year.scorecard
    score = "没有得分" if card.total["score"] is None else plain_number(card.total["score"], 2)
    report = year.quality
    cards = [
        Card("总分", score, f"满分 {plain_number(card.total['weight'], 2)},{total_note(told)}", told.link("scorecard.html"), "good" if card.total["rating"] else "bad"),
        Card("数据截至", _received_until(told), "本部门最近一份报送", told.link("quality.html#due")),
        Card("未处理疑点", f"{report.open_count:,}", f"已认可 {report.accepted_count:,} 处,共检查 {report.check_count:,} 项", told.link("quality.html"), "bad" if report.open_count else "good"),
        Card("缺少的台账", f"{sum(each.is_lacking for each in card.lacking):,}", "应到而未到或不全的台账", told.link("quality.html#due"), "bad" if any(each.is_lacking for each in card.lacking) else "good"),
    ]  # fmt: skip
    blocks: list[Any] = [Cards(cards), *(Text(line, "warning") for line in site.held_back)]
    if card.lacking:
        blocks += [Text(each.text_zh, "warning") for each in card.lacking if each.is_lacking]
    blocks += link_block(site, told)
    blocks += [Heading("主要数字", "figures"), Cards(_headlines(told))]
    blocks += [Heading("各级得分", "scores"), _chart(told)]
    blocks += [Heading("最近的变化", "changes"), *_changes(site, told)]
    if report.open_count and not site.is_public:
        blocks += [Heading("未处理的疑点", "issues"), *(Text(line.strip(), "warning") for line in issue_lines(report))]
    return Page(told.link("index.html"), f"{card.department_name} {year.fiscal_year} 年度", "Overview", blocks, "index")


def _headlines(told: PortalYear) -> list[Card]:
    figures = told.year.figures
    return [
        Card(figures[name]["label_zh"], figures[name]["display_text"], "", told.link(figure_path(name)))
        for name in HEADLINES
        if name in figures
    ]


def _chart(told: PortalYear) -> Chart:
    """The share of its full points that each level 2 has."""
    card = told.year.scorecard
    rows = [row for row in card.levels if row["level"] == "level2"]
    shares = [share(row["score"], row["weight"]) for row in rows]
    return Chart(
        "levels", "各二级指标得分率", "lying", [row["level2"] for row in rows],
        [{"name": "得分率", "values": [number_for_chart(each) for each in shares], "texts": [cell(each, "pct").text for each in shares], "tone": "accent"}],
        "%", level_table(told, "各级得分和得分率"),
    )  # fmt: skip


def _received_until(told: PortalYear) -> str:
    """The day of the department's last hand-in that counts."""
    days = [str(row["received_at"])[:10] for row in told.year.submissions if row["received_at"]]
    return max(days, default=NOTHING)


def _changes(site: Site, told: PortalYear) -> list[Any]:
    """The last step between versions that said something else of this year."""
    key = (told.year.fiscal_year, told.year.department_code)
    for change in site.changes:
        if change.found is None:
            continue
        figures = [each for each in change.found.figures if (each.fiscal_year, each.department_code) == key]
        scores = [each for each in change.found.scores if (each.fiscal_year, each.department_code) == key]
        if figures or scores:
            return _change(told, change, figures, bool(scores))
    return [Text("最近几个版本之间,本年度的总分和指标数没有变化,或没有可比的版本。", "note")]


def _change(told: PortalYear, change: Change, figures: Sequence[FigureChange], has_scores: bool) -> list[Any]:
    blocks: list[Any] = [
        Text(
            f"版本 {change.version} 比 {change.before}:得分{'有变化' if has_scores else '没有变化'},指标数变化 {len(figures):,} 个。"
        )
    ]
    if figures:
        rows = [
            [Cell(each.label_zh, told.link(figure_path(each.figure_id)) if each.figure_id in told.year.figures else ""), cell(each.before_zh), cell(each.after_zh)]
            for each in figures[:SHOWN_CHANGES]
        ]  # fmt: skip
        blocks.append(
            Table(
                "变化的指标数",
                (Column("label", "指标数"), Column("before", "上一版本"), Column("after", "本版本")),
                rows,
            )
        )
    return [*blocks, Links([Cell("全部变化", "versions.html")], "版本")]
