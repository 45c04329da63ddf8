"""The page on data quality: what was handed in, what was rejected or late, which checks fail, what is accepted, statements of indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.portal.blocks import Card, Cards, Cell, Column, Heading, Links, Page, Table, Text, cell, table_of
from dagster_project.portal.pages.figures import indicator_path
from dagster_project.portal.reading import PortalYear, Site, by
from dagster_project.quality.issue_report import acceptance_lines
from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.quality_words import check_words, issue_words, statement_text

SHOWN = 200
"""So many issues or files are on the page; the rest is named by its number and where to find it."""
LATE, EARLY = "迟报", "提前"
"""How a file was handed in that is told beside what became of it."""
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")


def quality_page(site: Site, told: PortalYear) -> Page:
    """The page on data quality of a year."""
    report = told.year.quality
    submissions = [row for row in told.year.submissions if row["fiscal_year"] in (None, told.year.fiscal_year)]
    late = [row for row in told.due if row["handed_in"] == LATE]
    rejected = sum(row["rows_rejected"] for row in submissions)
    cards = [
        Card("报送文件", f"{len({row['file'] for row in submissions}):,}", f"载入 {sum(row['rows_accepted'] for row in submissions):,} 行"),
        Card("退回的行", f"{rejected:,}", "未载入,不计入任何数字", "", "bad" if rejected else "good"),
        Card("迟报", f"{len(late):,}", "晚于报送期限的台账期数", f"{told.link('quality.html')}#due", "bad" if late else "good"),
        Card("未处理疑点", f"{report.open_count:,}", f"已认可 {report.accepted_count:,} 处", "", "bad" if report.open_count else "good"),
    ]  # fmt: skip
    blocks: list[Any] = [
        Cards(cards),
        Text(statement_text(report)),
        Heading("有疑点的检查", "checks"),
        *_checks(report),
    ]
    if site.data_docs:
        blocks.append(Links([Cell("Great Expectations 逐条规则的结果", site.data_docs)], "数据检查"))
    if site.is_public:
        blocks.append(Text("逐行明细、责任处室和认可理由载于内部版。", "note"))
    else:
        blocks += _issues(report)
    blocks += _confirmations(site, told)
    blocks += [
        Heading("应报台账与期限", "due"),
        _due(told),
        Heading("报送情况", "submissions"),
        _ledgers(site, submissions),
        _files(site, submissions),
    ]
    blocks += [Heading("指标质量说明", "statements"), _statements(told)]
    return Page(told.link("quality.html"), "数据质量", "Data quality", blocks, "quality")


def _checks(report: Any) -> list[Any]:
    if not report.checks:
        return [Text("没有检查发现疑点。")]
    rows = [
        {**check_words(report, check), "kind": check["check_kind"], "id": check["check_id"]} for check in report.checks
    ]
    columns = (
        Column("rule", "检查(应当成立的)"), Column("kind", "种类"), Column("open", "未处理(处)", "count"), Column("accepted", "已认可(处)", "count"),
        Column("noted", "告知(处)", "count"),
        Column("effects", "影响的数字(疑点行的份额)"), Column("id", "检查名称"),
    )  # fmt: skip
    shown = [[Cell(row[c.key], "", "number" if c.is_number else "") for c in columns] for row in rows]
    note = "疑点的影响是这些行在数字中的份额,不是差错的数额。"
    return [Table("有疑点的检查和影响的数字", columns, shown, note)]


def _issues(report: Any) -> list[Any]:
    rules = {check["check_id"]: check["rule_zh"] for check in report.checks}
    rows = [{**issue_words(row), "rule": rules[row["check_id"]]} for row in report.issues if row["check_id"] in rules]
    blocks: list[Any] = [Heading("疑点明细和认可", "issues")]
    if not rows:
        return [*blocks, Text("没有列出的疑点。")]
    columns = (
        Column("where", "文件、工作表、行"), Column("state", "状态"), Column("rule", "检查"), Column("what", "疑点"), Column("effect", "计入哪些数字"),
        Column("remedy", "整改办法或认可理由"),
    )  # fmt: skip
    note = f"列出前 {SHOWN} 处,共 {len(rows):,} 处;全部用 jixiao findings --all 列出。" if len(rows) > SHOWN else ""
    blocks.append(table_of("疑点明细", columns, rows[:SHOWN], note, is_filtered=True))
    return [*blocks, *(Text(line, "warning") for line in acceptance_lines(report))]


def _confirmations(site: Site, told: PortalYear) -> list[Any]:
    """What the department said of its figures; why it disputes one is told inside the office only."""
    if not told.confirmations:
        return []
    columns = [
        Column("label", "数字"), Column("decision", "意见"), Column("shown", "当时的数字"), Column("decided_on", "日期", "date"),
        Column("version", "数据版本"),
    ]  # fmt: skip
    if not site.is_public:
        columns.append(Column("reason", "异议理由"))
    note = "确认和异议都不改变数字;同一月内以最后一次为准。"
    return [
        Heading("部门的确认和异议", "confirmations"),
        table_of("部门对数字的确认和异议", columns, told.confirmations, note),
    ]


def _due(told: PortalYear) -> Table:
    """What was due in the year and became of it, what is lacking or late first."""
    rows = []
    for row in told.due:
        is_late = row["handed_in"] == LATE
        is_told = row["handed_in"] in (LATE, EARLY) and not row["is_lacking"]
        word = f"{row['state_zh']},{row['handed_in']}" if is_told else row["state_zh"]
        name = row["ledger_zh"] + (f"({row['kind_zh']})" if row["kind_zh"] else "")
        rows.append({**row, "name": name, "word": word, "bad": row["is_lacking"] or is_late})
    rows.sort(key=lambda row: not row["bad"])
    columns = (
        Column("name", "台账"), Column("period", "期间"), Column("due_on", "期限", "date"), Column("received_on", "收到", "date"), Column("word", "情况"),
        Column("owner", "责任处室"), Column("remedy_zh", "办法"),
    )  # fmt: skip
    cells = [
        [
            Cell(row["word"], "", "bad" if row["bad"] else "") if c.key == "word" else cell(row[c.key], c.kind)
            for c in columns
        ]
        for row in rows
    ]
    return Table("本年度数字所需的台账,缺的和迟的在前", columns, cells, "没有期限的台账按需要报送。", is_filtered=True)


def _ledgers(site: Site, submissions: Sequence[Row]) -> Table:
    rows = []
    for ledger, found in sorted(by(submissions, "ledger").items()):
        sums = {name: sum(row[name] for row in found) for name in COUNTS}
        rows.append({
            "name": site.contracts[ledger].title.zh if ledger in site.contracts else ledger, "files": len({row["file"] for row in found}),
            "last": max(row["received_at"] for row in found).date(), **sums,
            "href": f"dictionary/{site.contracts[ledger].domain}.html#ledger-{ledger}" if ledger in site.contracts else "",
        })  # fmt: skip
    columns = (
        Column("name", "台账"), Column("files", "文件", "count"), Column("last", "最近收到", "date"), Column("rows_read", "读取行", "count"),
        Column("rows_accepted", "载入行", "count"), Column("rows_rejected", "退回行", "count"), Column("rows_blank", "空行", "count"),
        Column("rows_notes", "表头、合计与注释", "count"),
    )  # fmt: skip
    return table_of("各台账的行数:读取 = 载入 + 退回 + 空行 + 表头、合计与注释", columns, rows, links={"name": "href"})


def _files(site: Site, submissions: Sequence[Row]) -> Table:
    columns = (
        Column("file", "文件"), Column("period", "期间"), Column("received_at", "收到", "date"), Column("rows_accepted", "载入行", "count"),
        Column("rows_rejected", "退回行", "count"), Column("sha256", "SHA-256"),
    )  # fmt: skip
    note = f"列出前 {SHOWN} 份,共 {len(submissions):,} 份。" if len(submissions) > SHOWN else ""
    shown = [
        [Cell(row["sha256"], "", "hash") if c.key == "sha256" else cell(row[c.key], c.kind) for c in columns]
        for row in submissions[:SHOWN]
    ]
    return Table("报送的文件", columns, shown, note, is_filtered=True)


def _statements(told: PortalYear) -> Table:
    rows = [
        {**row, "name": f"{number} {row['level3']}", "href": told.link(indicator_path(number))}
        for number, row in sorted(told.year.statements.items())
    ]
    columns = (
        Column("name", "三级指标"), Column("verification_zh", "如何核验"), Column("limits_zh", "有何局限"), Column("compensation_zh", "如何弥补"),
        Column("rows_accepted", "载入行", "count"), Column("rows_rejected", "退回行", "count"), Column("finding_count", "提示", "count"),
    )  # fmt: skip
    return table_of("各指标的数据质量", columns, rows, links={"name": "href"})
