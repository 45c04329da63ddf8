"""One page for each table, in Chinese: what it is, its columns and what they are made of, its first rows, what its checks found, its SQL."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import duckdb

from dagster_project.asset_pages.preview import first_rows
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.sql import named_rows
from dagster_project.lineage.kept import kept_lineage, table_of
from dagster_project.publishing import DATABASE, PublishedVersion, PublishError, reading
from dagster_project.settings import Settings

HOME = "/jixiao/tables"
ROWS = 20
CHECKS = """
    select check_id, rule_zh, severity, is_passed, open_count, accepted_count, remedy_zh
    from quality.checks where subject = ? order by is_passed, check_id
"""
ISSUES = """
    select issues.state, issues.file, issues.sheet, issues.row_number, issues.value_zh, issues.reason_zh, issues.remedy_zh
    from quality.issues as issues join quality.checks as checks using (check_id)
    where checks.subject = ? order by issues.state desc, issues.check_id, issues.issue_no limit 50
"""
STYLE = """
body{font:15px/1.6 system-ui,sans-serif;margin:0;color:#1b1f24;background:#fff}main{max-width:76rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid #d7dbe0}code,pre{font:13px/1.5 ui-monospace,monospace}
pre{background:#f5f6f8;padding:1rem;overflow:auto;max-height:32rem}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px}
td,th{border:1px solid #d7dbe0;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#f5f6f8}.rows td{white-space:nowrap}
.muted{color:#59636e}nav a{margin-right:1rem}
"""


class AssetPages:
    """The pages of one office. The project is read again when its manifest changed, the version with every page."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._read: tuple[int, dict[str, Any], dict[str, dict[str, list[str]]]] | None = None

    def page(self, path: str) -> str | None:
        """The page of an address below ``/jixiao/tables``; None where there is none."""
        try:
            tables, lineage = self._project()
        except (OSError, ValueError):
            return None
        name = path.removeprefix(HOME).strip("/")
        if not name:
            return _list(tables)
        return self._of(name, tables[name], lineage.get(name, {}), tables) if name in tables else None

    def _project(self) -> tuple[dict[str, Any], dict[str, dict[str, list[str]]]]:
        manifest = self._settings.dbt_target_dir / "manifest.json"
        changed = manifest.stat().st_mtime_ns
        if self._read is None or self._read[0] != changed:
            parsed = json.loads(manifest.read_text(encoding="utf-8"))
            nodes = [node for node in parsed["nodes"].values() if node["resource_type"] in ("model", "seed")]
            lineage = kept_lineage(parsed, load_contracts(self._settings.contracts_dir).values())
            self._read = changed, {table_of(node): node for node in nodes}, lineage
        return self._read[1:]

    def _of(
        self, name: str, node: Mapping[str, Any], sources: Mapping[str, list[str]], tables: Mapping[str, Any]
    ) -> str:
        parts = [_text(node["description"]), _columns(node, sources, tables)]
        try:
            with reading(self._settings.serving_dir) as version:
                parts.append(_published(version, name))
        except (PublishError, duckdb.Error, OSError):
            parts.append('<h2 id="preview">前几行</h2><p>还没有已发布的版本</p>')
        if node["resource_type"] == "model":
            parts.append(f'<h2 id="code">SQL</h2><p class="muted">dbt/{_said(node["original_file_path"])}</p>')
            parts.append(f"<pre>{_said(node['raw_code'])}</pre>")
        return _page(name, "".join(parts))


def _list(tables: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td><a href="{HOME}/{name}">{name}</a></td><td>{_said(node["description"].strip().splitlines()[0])}</td></tr>'
        for name, node in sorted(tables.items())
    )
    return _page("全部数据表", f"<p>按 Ctrl+F 用中文或英文查找。</p><table>{rows}</table>")


def _published(version: PublishedVersion, name: str) -> str:
    """What a version says of a table: its first rows, its checks and issues."""
    key = name.replace(".", "/")
    if key not in version.tables:
        return '<h2 id="preview">前几行</h2><p class="muted">这张表不发布:只在数据仓库内部使用。</p>'
    with duckdb.connect(str(version.path / DATABASE), read_only=True) as connection:
        checks = named_rows(connection.execute(CHECKS, [name]))
        issues = named_rows(connection.execute(ISSUES, [name]))
    header, rows = first_rows(version, name, ROWS)
    shown = _table(header, rows, "rows") if header else "<p>自由文本没有脱敏,不在界面上显示。</p>"
    told = [
        f'<h2 id="preview">前几行</h2><p class="muted">版本 {version.version},共 {version.tables[key]:,} 行</p>{shown}',
        '<h2 id="quality">数据质量</h2>',
        _table(
            ("检查", "说明", "结果", "未处理", "已认可"),
            [
                (
                    row["check_id"],
                    row["rule_zh"],
                    "通过" if row["is_passed"] else "有疑点",
                    row["open_count"],
                    row["accepted_count"],
                )
                for row in checks
            ],
        )
        if checks
        else "<p>没有专门的检查;发布前的规则见 docs/quality.md。</p>",
    ]
    if issues:
        states = {"open": "未处理", "accepted": "已认可"}
        told.append(
            _table(
                ("状态", "文件", "工作表", "行", "内容", "理由或改法"),
                [
                    (states.get(row["state"], row["state"]), row["file"], row["sheet"], row["row_number"], row["value_zh"],
                     row["reason_zh"] or row["remedy_zh"])
                    for row in issues
                ],
            )
        )  # fmt: skip
    return "".join(told)


def _columns(node: Mapping[str, Any], sources: Mapping[str, list[str]], tables: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{_said(name)}</code></td><td>{_said(column.get('data_type') or '')}</td>"
        f"<td>{_said(column['description'])}</td><td>{_links(sources.get(name, []), tables)}</td></tr>"
        for name, column in node["columns"].items()
    )
    head = "<tr><th>列</th><th>类型</th><th>含义</th><th>由哪些列算出</th></tr>"
    return f'<h2 id="dictionary">数据字典</h2><div class="wide"><table>{head}{rows}</table></div>'


def _links(sources: list[str], tables: Mapping[str, Any]) -> str:
    told = []
    for source in sources:
        table, _, column = source.rpartition(".")
        known = f'<a href="{HOME}/{table}">{table}</a>' if table in tables else _said(table)
        told.append(f"<code>{known}.{_said(column)}</code>")
    return "<br>".join(told)


def _table(header: Any, rows: Any, kind: str = "") -> str:
    head = "".join(f"<th>{_said(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{_said(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}"><tr>{head}</tr>{body}</table></div>'


def _text(description: str) -> str:
    return "".join(f"<p>{_said(line)}</p>" for line in description.strip().splitlines())


def _said(value: object) -> str:
    return "" if value is None else html.escape(str(value))


def _page(title: str, body: str) -> str:
    nav = f'<nav><a href="{HOME}">全部数据表</a><a href="#dictionary">字典</a><a href="#preview">前几行</a><a href="#quality">质量</a><a href="#code">SQL</a></nav>'
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{_said(title)} · 绩效评价数据仓库</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{_said(title)}</h1>{nav}{body}</main></body></html>"
    )


def address_of(table: str, place: str = "") -> str:
    """The address of a table's page within the UI, such as ``/jixiao/tables/marts.fct_payments#quality``."""
    return f"{HOME}/{table}" + (f"#{place}" if place else "")
