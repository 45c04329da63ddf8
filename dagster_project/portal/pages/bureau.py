"""The page on all departments of a year: ranking and spread, consolidation, common deductions, who is late, whom to review."""

from __future__ import annotations

from typing import Any

from dagster_project.portal.blocks import (
    LEGEND_ZH,
    Card,
    Cards,
    Cell,
    Column,
    Heading,
    Links,
    Page,
    Table,
    Text,
    table_of,
)
from dagster_project.portal.reading import PortalYear, Site
from dagster_project.reporting.bureau.reading import BureauYear
from dagster_project.reporting.bureau.workbook import CAUTION, SHEETS

PATH = "bureau.html"
KINDS = {"points": "points", "count": "count"}
"""How a column of the workbook is shown on a page; others are texts."""


def bureau_page(told: PortalYear, all_of_it: BureauYear) -> Page:
    """The page of a year; only the internal edition has one."""
    lists, late = all_of_it.lists, len(all_of_it.late)
    cards = [
        Card("报送的部门", f"{len(all_of_it.handing_in):,}", f"归 {all_of_it.competent_count:,} 个主管部门"),
        Card("有总分的部门", f"{len(lists['totals']):,}", "缺数据的指标补齐后才参加排名"),
        Card("迟报或缺报", f"{late:,}", "个部门", tone="bad" if late else "good"),
        Card("列入复核", f"{len(all_of_it.drawn):,}", "个部门"),
    ]  # fmt: skip
    blocks: list[Any] = [Cards(cards), Text(CAUTION, "warning"), Text(LEGEND_ZH, "note")]
    for name, (title, columns, _, line) in SHEETS.items():
        shown = [Column(each.key, each.title, KINDS.get(each.kind, "text")) for each in columns]
        blocks += [Heading(title, name), Text(line, "note")]
        blocks.append(table_of(title, shown, lists[name], is_filtered=len(lists[name]) > 20))
    return Page(told.link(PATH), f"{told.year.fiscal_year} 年度各部门", "All departments", blocks, "scorecard")


def has_page(site: Site, told: PortalYear) -> bool:
    """Whether there is such a page: of the internal edition, for the years of the first page's department, beside others."""
    own = site.evaluations[0].department_code
    return not site.is_public and told.evaluation.department_code == own and department_count(site, told) > 1


def department_count(site: Site, told: PortalYear) -> int:
    """How many departments the version evaluates in the year."""
    return len({each.department_code for each in site.evaluations if each.fiscal_year == told.year.fiscal_year})


def link_block(site: Site, told: PortalYear) -> list[Any]:
    """The link from the first page, where there is such a page."""
    if not has_page(site, told):
        return []
    text = f"{department_count(site, told):,} 个部门的排名、汇总和复核抽样"
    return [Links([Cell(text, told.link(PATH))], "各部门")]


def departments_page(site: Site) -> Page:
    """All years of all departments, where they are too many for the head of every page."""
    rows = [
        [Cell(each.department_name, each.prefix + "index.html"), Cell(each.department_code, "", "code"), Cell(str(each.fiscal_year))]
        for each in site.evaluations
    ]  # fmt: skip
    columns = (Column("name", "部门"), Column("code", "编码"), Column("year", "年度"))
    blocks = [Table(f"全部部门和年度 {len(rows):,} 个", columns, rows, is_filtered=True)]
    return Page("departments.html", "全部部门和年度", "All departments and years", blocks, "index")
