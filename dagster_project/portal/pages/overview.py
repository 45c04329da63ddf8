"""The first page: total and rating, or why there is none; which version, how fresh, what changed, what is open."""

from __future__ import annotations

from typing import Any

from dagster_project.portal.blocks import (
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
from dagster_project.portal.reading import PortalYear, Site
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
        Card("数据截至", year.data_until, f"最近一份报送;版本发布于 {site.published_at[:10] or '—'}", told.link("quality.html#due")),
        Card("未处理疑点", f"{report.open_count:,}", f"已认可 {report.accepted_count:,} 处,共检查 {report.check_count:,} 项", told.link("quality.html"), "bad" if report.open_count else "good"),
        Card("缺少的台账", f"{sum(each.is_lacking for each in card.lacking):,}", "应到而未到或不全的台账", told.link("quality.html#due"), "bad" if any(each.is_lacking for each in card.lacking) else "good"),
    ]  # fmt: skip
    blocks: list[Any] = [Cards(cards), *(Text(line, "warning") for line in site.held_back)]
    if card.lacking:
        blocks += [Text(each.text_zh, "warning") for each in card.lacking if each.is_lacking]
    blocks += link_block(site, told)
    blocks += [Heading("主要数字", "figures"), Cards(_headlines(told))]
    blocks += [Heading("各级得分", "scores"), _chart(told)]
    blocks += [Heading("比上一版本变了什么", "changes"), *_changes(site, told)]
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


def _changes(site: Site, told: PortalYear) -> list[Any]:
    """What the version says otherwise of this year than the one before."""
    if not site.changes or site.changes[0].found is None:
        return [Text("没有可比的上一版本。", "note")]
    change = site.changes[0]
    assert change.found is not None
    key = (told.year.fiscal_year, told.year.department_code)
    figures = [each for each in change.found.figures if (each.fiscal_year, each.department_code) == key]
    scores = [each for each in change.found.scores if (each.fiscal_year, each.department_code) == key]
    blocks: list[Any] = [
        Text(f"比版本 {change.before}:总分{'有变化' if scores else '没有变化'},指标数变化 {len(figures):,} 个,内容不同的表 {len(change.found.tables):,} 张。")
    ]  # fmt: skip
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
