"""The documents of the year with their hashes, and the versions with what changed between them."""

from __future__ import annotations

from typing import Any

from dagster_project.portal.blocks import Card, Cards, Cell, Column, Facts, Heading, Page, Table, Text, cell
from dagster_project.portal.pages.figures import figure_path
from dagster_project.portal.reading import Change, PortalYear, Site
from dagster_project.publishing.differences import FigureChange

SHOWN_FIGURES = 100


def documents_page(site: Site, told: PortalYear) -> Page:
    """The documents of a year as they lie in the folder of reports."""
    command = f"jixiao evaluate {told.year.fiscal_year} --department {told.year.department_code} --documents"
    blocks: list[Any] = []
    if not told.documents:
        blocks = [Text("这一年度还没有生成文件;用下面的命令生成,再写一次门户。", "note"), Text(command, "code")]
    else:
        rows = [
            [
                Cell(each.name, each.href), Cell("内部版" if each.is_internal else "公开版"), cell(each.size, "count"), cell(each.made_at), Cell(each.sha256, "", "hash"),
            ]
            for each in told.documents
        ]  # fmt: skip
        columns = (
            Column("name", "文件"),
            Column("edition", "版别"),
            Column("size", "字节", "count"),
            Column("made", "生成于"),
            Column("sha256", "SHA-256"),
        )
        place = f"build/reports/{told.year.fiscal_year}/{told.year.department_code}"
        blocks = [
            Text(
                "公开版可以直接打开。"
                if site.is_public
                else f"公开版可以直接打开;内部版只列名称和哈希,文件在 {place}。"
            ),
            Table(
                "本年度的文件", columns, rows, "核对哈希:sha256sum 文件名;佐证包解压后运行 python3 -I -S verify.py。"
            ),
        ]
    return Page(told.link("documents.html"), "文件", "Documents", blocks, "documents")


def versions_page(site: Site, main: PortalYear) -> Page:
    """The version that the site tells of, the kept versions, and what changed from one to the next."""
    tables = site.version.tables
    blocks: list[Any] = [
        Cards([
            Card("本门户的版本", site.version.version, f"发布于 {site.published_at or '—'}"), Card("数据表", f"{len(tables):,}", "张"),
            Card("行数", f"{sum(tables.values()):,}", "全部表合计"),
        ]),
        Facts([("数据库", Cell(f"versions/{site.version.version}/published.duckdb", "", "code")), ("比较任意两个版本", Cell("jixiao versions 旧版本 新版本", "", "code"))]),
        Heading("保留的版本", "kept"), _kept(site),
    ]  # fmt: skip
    for change in site.changes:
        blocks += _change(site, main, change)
    if not site.changes:
        blocks.append(Text("这是第一个版本,没有上一版本可比。", "note"))
    return Page("versions.html", "版本", "Versions and what changed", blocks, "versions")


def _kept(site: Site) -> Table:
    rows = [
        [
            Cell(each.version, "", "code"),
            cell(each.published_at),
            Cell(each.state_zh),
            cell(each.tables, "count"),
            cell(each.rows, "count"),
        ]
        for each in site.kept
    ]
    columns = (
        Column("version", "版本"),
        Column("at", "成为当前版本"),
        Column("state", "状态"),
        Column("tables", "表", "count"),
        Column("rows", "行", "count"),
    )
    return Table("保留的版本,新的在前", columns, rows)


def _change(site: Site, main: PortalYear, change: Change) -> list[Any]:
    head = Heading(f"{change.version} 比 {change.before}", f"change-{change.version}-{change.before}")
    if change.found is None:
        return [head, Text("上一版本已不保留,不能比较。", "note")]
    found = change.found
    blocks: list[Any] = [
        head,
        Text(
            f"总分变化 {len(found.scores)} 处,指标数变化 {len(found.figures):,} 个,内容不同的表 {len(found.tables):,} 张。"
        ),
    ]
    if found.scores:
        rows = [
            [Cell(f"{each.fiscal_year} 年度 {each.department_code} {each.scheme_id}"), cell(each.score_before, "points"), cell(each.score_after, "points"), cell(each.rating_before), cell(each.rating_after)]
            for each in found.scores
        ]  # fmt: skip
        columns = (
            Column("what", "评价"),
            Column("before", "原总分", "points"),
            Column("after", "新总分", "points"),
            Column("old", "原等级"),
            Column("new", "新等级"),
        )
        blocks.append(Table("总分和等级", columns, rows))
    if found.figures:
        blocks.append(_figures(site, main, list(found.figures)))
    if found.tables:
        names = [
            [Cell(name.replace("/", "."), "", "code"), cell(before, "count"), cell(after, "count")]
            for name, (before, after) in found.tables.items()
        ]
        blocks.append(
            Table(
                "内容不同的表",
                (Column("name", "表"), Column("before", "原行数", "count"), Column("after", "新行数", "count")),
                names,
            )
        )
    return blocks


def _figures(site: Site, main: PortalYear, figures: list[FigureChange]) -> Table:
    key = (main.year.fiscal_year, main.year.department_code)
    rows = []
    for each in figures[:SHOWN_FIGURES]:
        has_page = (each.fiscal_year, each.department_code) == key and each.figure_id in main.year.figures
        cells = [
            Cell(each.label_zh, main.link(figure_path(each.figure_id)) if has_page else ""), Cell(f"{each.fiscal_year} 年度 {each.department_code}"),
            cell(each.before_zh), cell(each.after_zh), cell(each.difference, "points"), cell(each.gone, "count"), cell(each.come, "count"),
        ]  # fmt: skip
        rows.append(cells if site.is_public else [*cells, cell(";".join(each.rows))])
    columns = (
        Column("label", "指标数"), Column("of", "年度和部门"), Column("before", "原值"), Column("after", "新值"), Column("difference", "差", "count"),
        Column("gone", "少的行", "count"), Column("come", "多的行", "count"),
    )  # fmt: skip
    note = f"列出前 {SHOWN_FIGURES} 个,共 {len(figures):,} 个。" if len(figures) > SHOWN_FIGURES else ""
    return Table("变化的指标数", columns if site.is_public else (*columns, Column("rows", "头几行")), rows, note)
