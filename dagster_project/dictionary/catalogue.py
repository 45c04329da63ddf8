"""The catalogue that a version holds of its own tables, columns, joins and codes, from property files, contracts and seeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from dagster_project.dictionary.joins import joins_of
from dagster_project.dictionary.units import unit_of
from dagster_project.publishing.catalogue import SCHEMA, CatalogueTable

KINDS = (("fct_", "事实表"), (".*_yearly$", "维度表(按年)"), ("dim_", "维度表(当前)"))
OTHER_KIND = "汇总表"
SCHEMA_KINDS = {"quality": "质量记录", "evaluation": "评价结果", SCHEMA: "目录"}
CODE_OF = re.compile(r"code of (?:seeds\.)?(\w+)")
"""How a description names the list that a column's codes are of; contracts write it so."""
LABEL_ENDS = re.compile(r"[;;,,。::((]")


def catalogue_nodes() -> list[dict[str, Any]]:
    """The tables of the catalogue themselves, described in `catalogue.yaml` as property files describe models."""
    told = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return [
        {
            "resource_type": "model",
            "unique_id": f"{SCHEMA}.{name}",
            "schema": SCHEMA,
            "name": name,
            "fqn": ["jixiao", SCHEMA, name],
            "description": table["description"],
            "config": {"meta": {key: table[key] for key in ("key", "owner", "visible_to")}, "materialized": "table"},
            "columns": {
                column: {"name": column, "data_type": kind, "description": text}
                for column, (kind, text) in table["columns"].items()
            },
        }
        for name, table in told.items()
    ]


def catalogue_of(manifest: Mapping[str, Any], schemas: Sequence[str]) -> dict[str, CatalogueTable]:
    """The tables of the catalogue by name.

    Args:
        manifest: of dbt.
        schemas: those that are published.
    """
    own = catalogue_nodes()
    tables = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in schemas and node["config"]["materialized"] == "table"
    ] + own
    lists = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed" and "code_lists" in node["fqn"]
    }
    rows = {
        "tables": [_table_row(node) for node in tables],
        "columns": [row for node in tables for row in _column_rows(node, lists)],
        "joins": list(_join_rows(manifest, tables)),
    }
    return {
        node["name"]: CatalogueTable(
            {name: column["data_type"] for name, column in node["columns"].items()},
            rows.get(node["name"], ()),
            () if node["name"] in rows else sorted(lists),
        )
        for node in own
    }


def _table_row(node: Mapping[str, Any]) -> dict[str, Any]:
    first, *others = node["description"].strip().splitlines()
    meta = node["config"]["meta"]
    key = meta.get("key") or []
    labels = labels_of(node)
    grain = next((line.removeprefix("Grain:").strip() for line in others if line.startswith("Grain:")), "")
    return {
        "schema_name": node["schema"],
        "table_name": node["name"],
        "title_zh": _chinese(first),
        "kind": _kind(node),
        "domain": node["fqn"][2] if node["schema"] == "marts" else node["schema"],
        "description_zh": " ".join(_chinese(line) for line in others if not line.startswith("Grain:")),
        "grain_zh": f"每个{'、'.join(labels[name] for name in key)}一行" if key else "一条记录一行",
        "grain_en": grain,
        "key_columns": ", ".join(key),
        "surrogate_key": meta.get("surrogate"),
        "date_column": meta.get("date") or _first_date(node),
        "owner": meta.get("owner", ""),
        "visible_to": meta["visible_to"],
    }


def _kind(node: Mapping[str, Any]) -> str:
    named = (kind for pattern, kind in KINDS if re.match(pattern, node["name"]))
    return SCHEMA_KINDS.get(node["schema"]) or next(named, OTHER_KIND)


def _first_date(node: Mapping[str, Any]) -> str | None:
    days = (
        name for name, column in node["columns"].items() if (column["data_type"] or "").lower() in ("date", "timestamp")
    )
    return next(days, None)


def _column_rows(node: Mapping[str, Any], lists: set[str]) -> Iterator[dict[str, Any]]:
    labels = labels_of(node)
    for position, (name, column) in enumerate(node["columns"].items(), start=1):
        named = CODE_OF.search(column["description"])
        code_list = named[1] if named else None
        yield {
            "schema_name": node["schema"],
            "table_name": node["name"],
            "position": position,
            "column_name": name,
            "label_zh": labels[name],
            "description_zh": text if (text := _chinese(column["description"].strip())) != labels[name] else None,
            "data_type": (column["data_type"] or "").lower(),
            "unit": unit_of(name),
            "code_list": code_list if code_list in lists else None,
            "is_key": name in (node["config"]["meta"].get("key") or ()),
            "is_personal": False,  # a house rule: no column of a person is in a published table
        }


def _join_rows(manifest: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for join in joins_of(manifest, tables):
        (schema, table), (to_schema, to_table) = join.table.split("."), join.to_table.split(".")
        yield {
            "schema_name": schema,
            "table_name": table,
            "columns": ", ".join(join.columns),
            "to_schema_name": to_schema,
            "to_table_name": to_table,
            "to_columns": ", ".join(join.to_columns),
            "cardinality": join.cardinality,
            "on_sql": " and ".join(
                f"{table}.{column} = {to_table}.{to}" for column, to in zip(join.columns, join.to_columns, strict=True)
            ),
        }


def labels_of(node: Mapping[str, Any]) -> dict[str, str]:
    """The Chinese names of the columns of a table: each description up to the first mark, or whole where two would be alike."""
    whole = {
        name: _chinese(column["description"].strip()) + ("(英文)" if name.endswith("_en") else "")
        for name, column in node["columns"].items()
    }
    short = {name: LABEL_ENDS.split(text)[0] or text for name, text in whole.items()}
    often = Counter(short.values())
    told = {name: whole[name] if often[label] > 1 else label for name, label in short.items()}
    often = Counter(told.values())
    return {name: f"{label} {name}" if often[label] > 1 else label for name, label in told.items()}


def _chinese(text: str) -> str:
    return text.partition(" / ")[0].strip()
