"""The data dictionary: every ledger column, table column, figure and parameter, written from contracts, models and seeds."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dagster_project.contracts import Column, Contract
from dagster_project.dictionary.catalogue import catalogue_nodes
from dagster_project.dictionary.units import unit_of
from dagster_project.settings import PUBLISHED_SCHEMAS

NOTICE = "<!-- Written by `jixiao dictionary` from contracts, models and seeds; change those, not this file. -->"
TYPES_ZH = {
    "text": "文本", "code": "代码", "integer": "整数", "decimal": "小数", "money": "金额",
    "date": "日期", "month": "年月", "timestamp": "时间", "boolean": "是否",
}  # fmt: skip
SUPERSEDE_ZH = {
    "replace": "后报文件替换同一部门同一期间 / a later file replaces the department's period",
    "upsert": "后报文件按主键更新 / a later file updates rows by key",
    "append": "后报文件只追加 / later files only add",
}


class UndescribedError(ValueError):
    """Something published has no description; the message names every such place."""


def dictionary(contracts: Mapping[str, Contract], manifest_path: Path, seeds_dir: Path) -> str:
    """The dictionary as Markdown, Chinese first, English beside it.

    Args:
        contracts: by ledger name.
        manifest_path: dbt's manifest.json, whose models and seeds are described.
        seeds_dir: where the seeds lie: the figure catalogue, the parameters and the code lists.

    Raises:
        UndescribedError: a published table or a column of one has no description.
    """
    nodes = json.loads(manifest_path.read_text(encoding="utf-8"))["nodes"].values()
    tables = (
        sorted(
            (n for n in nodes if n["resource_type"] == "model" and n["schema"] in PUBLISHED_SCHEMAS and _is_table(n)),
            key=lambda n: (PUBLISHED_SCHEMAS.index(n["schema"]), n["name"]),
        )
        + catalogue_nodes()
    )
    _refuse_undescribed(tables)
    parts = [
        NOTICE,
        "# 数据字典 / Data dictionary",
        f"{len(contracts)} 本台账、{len(tables)} 张数据表 / {len(contracts)} ledgers, {len(tables)} tables.",
        "## 台账 / Ledgers",
        *(_ledger(contract) for contract in sorted(contracts.values(), key=lambda c: (c.domain, c.ledger))),
        "## 数据表 / Tables",
        *(_table(node) for node in tables),
        "## 数字 / Figures",
        _figures(seeds_dir / "figure_catalogue.csv"),
        "## 参数 / Parameters",
        _parameters(seeds_dir / "evaluation_parameters.csv"),
        "## 代码表 / Code lists",
        _code_lists(seeds_dir / "code_lists"),
    ]
    return "\n\n".join(parts) + "\n"


def _is_table(node: Mapping[str, Any]) -> bool:
    return bool(node["config"]["materialized"] == "table")


def _refuse_undescribed(tables: Iterable[Mapping[str, Any]]) -> None:
    missing = [
        place
        for node in tables
        for place, text in (
            (node["name"], node["description"]),
            *((f"{node['name']}.{c['name']}", c["description"]) for c in node["columns"].values()),
        )
        if not text
    ]
    if missing:
        raise UndescribedError(f"没有说明 / no description: {', '.join(missing)}")


def _ledger(contract: Contract) -> str:
    rows = [
        (
            f"`{column.name}`",
            "、".join((*column.headers, *column.fallback_headers)),
            _type(column),
            unit_of(column.name),
            "是" if column.required else "",
            column.description.zh + (" **个人信息,不发布**" if column.personal else ""),
            column.description.en,
        )
        for column in contract.columns
    ]
    return "\n\n".join(
        (
            f"### {contract.title.zh} `{contract.ledger}`",
            f"{contract.title.en}. {contract.grain.zh} / {contract.grain.en}. "
            f"负责 / owner: {contract.owner}. 主键 / key: {', '.join(f'`{name}`' for name in contract.key)}. "
            f"{SUPERSEDE_ZH[contract.supersede]}. 文件 / files: {', '.join(f'`{f.pattern}`' for f in contract.files)}.",
            _markdown(
                ("列 / column", "表头 / header", "类型 / type", "单位 / unit", "必填 / required", "含义", "meaning"),
                rows,
            ),
        )
    )


def _type(column: Column) -> str:
    detail = f"见 {column.codes}" if column.codes else "、".join(column.allowed or ())
    return TYPES_ZH[column.type] + (f":{detail}" if detail else "")


def _table(node: Mapping[str, Any]) -> str:
    rows = [
        (f"`{c['name']}`", c["data_type"] or "", unit_of(c["name"]), _one_line(c["description"]))
        for c in node["columns"].values()
    ]
    owner = node["config"]["meta"].get("owner", "")
    return "\n\n".join(
        (
            f"### `{node['schema']}.{node['name']}`",
            f"{_one_line(node['description'])} 负责 / owner: {owner}.",
            _markdown(("列 / column", "类型 / type", "单位 / unit", "含义 / meaning"), rows),
        )
    )


def _figures(path: Path) -> str:
    rows = [
        (
            f"`{r['figure_id']}`",
            r["label_zh"],
            r["label_en"],
            r["unit"],
            r["scope"],
            r["aggregation"]
            + (f": `{r['numerator_figure']}` / `{r['denominator_figure']}`" if r["numerator_figure"] else ""),
            r["source_ledgers"].replace("|", ", "),
            r["definition_zh"] + (f" 注意:{r['mixed_basis_zh']}" if r["mixed_basis_zh"] else ""),
            f"{r['valid_from']}–{r['valid_to']}",
        )
        for r in _rows(path)
    ]
    header = (
        "编号 / id",
        "名称",
        "name",
        "单位",
        "范围",
        "汇总 / aggregation",
        "台账 / ledgers",
        "口径 / definition",
        "年度",
    )
    return _markdown(header, sorted(rows))


def _parameters(path: Path) -> str:
    rows = [
        (
            f"`{r['parameter']}`",
            r["value"],
            r["unit"],
            f"{r['valid_from']}–{r['valid_to']}",
            r["confidence"],
            r["source"],
        )
        for r in _rows(path)
    ]
    return _markdown(("参数 / parameter", "数值 / value", "单位", "年度", "可靠程度", "依据 / source"), sorted(rows))


def _code_lists(folder: Path) -> str:
    rows = [
        (f"`{path.stem}`", r["code"], r["name_zh"], r["name_en"], f"{r['valid_from']}–{r['valid_to']}", r["source"])
        for path in sorted(folder.glob("*.csv"))
        for r in _rows(path)
    ]
    return _markdown(("代码表 / list", "代码 / code", "名称", "name", "年度", "依据 / source"), rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _markdown(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(_one_line(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
