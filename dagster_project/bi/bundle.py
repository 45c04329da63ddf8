"""The files that Superset imports, written from what is declared: `superset import-directory` reads them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dagster_project.bi.charts import COLOURS, D3_FORMATS, PALETTE, VIZ_TYPES, form_of, query_context_of
from dagster_project.bi.declared import Chart, Dashboard, Declared, Filter
from dagster_project.bi.queries import refuse_unknown
from dagster_project.bi.sources import Column, Measure, Source
from dagster_project.on_disk import holds_text

NOTICE = "# Written by `jixiao dashboards` from dagster_project/bi/dashboards.yaml and the catalogue; change those, not this file.\n"
NAMES = uuid.UUID("7b1f4f0e-6d39-5a3c-8f1d-2c9a52c4a1b7")
"""The name space of all ids here: what keeps its name keeps its id, so that an import changes a chart in place."""
VERSION = "1.0.0"
WRITTEN = "2026-11-29T00:00:00+00:00"
"""Superset asks when a bundle was written; that never changes here, so that equal content is equal bytes."""
SAMPLE_ADDRESS = "duckdb:///build/serving/current/published.duckdb"
"""Where the published file lies below the folder in which Superset is started; an installation gives its own."""
DUCKDB_ARGUMENTS = {"read_only": True, "config": {"enable_external_access": False, "lock_configuration": True}}
CSS = ".dt-is-null { font-size: 0 }\n.dt-is-null::after { content: '—'; font-size: 12px }\n"
"""What is null in a table: Superset writes N/A in every language."""
HEIGHTS = {"number": 20, "heat": 60}
HEIGHT = 50


def bundle_of(declared: Declared, sources: Mapping[str, Source], address: str = SAMPLE_ADDRESS) -> dict[str, str]:
    """The texts of all files by their path in the bundle.

    Args:
        declared: what is declared.
        sources: its datasets by name.
        address: of the database, as SQLAlchemy writes it: the published DuckDB file, or a PostgreSQL with the same schemas.
    """
    documents: dict[str, Any] = {"metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": WRITTEN}}
    documents["databases/published.yaml"] = _database(declared, address)
    for name, source in sources.items():
        documents[f"datasets/published/{name}.yaml"] = _dataset(source)
    for name, dashboard in declared.dashboards.items():
        for chart in dashboard.charts():
            refuse_unknown(chart, sources[chart.dataset])
            documents[f"charts/{name}_{chart.name}.yaml"] = _chart(chart, sources[chart.dataset])
        documents[f"dashboards/{name}.yaml"] = _dashboard(name, dashboard, sources)
    return {path: NOTICE + yaml.safe_dump(told, allow_unicode=True, width=160) for path, told in documents.items()}


def id_of(kind: str, name: str) -> str:
    """The id of a thing of a bundle, always the same for the same kind and name."""
    return str(uuid.uuid5(NAMES, f"{kind}/{name}"))


def write_bundle(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a bundle; returns the files that changed. Files that the bundle has no more are removed."""
    changed = list(stale_files(folder, texts))
    for path in changed:
        text = texts.get(path.relative_to(folder).as_posix())
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return changed


def stale_files(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """The files of a bundle on disk that are not as they would be written, are missing or too many."""
    for name, text in texts.items():
        path = folder / name
        if not holds_text(path, text):
            yield path
    for part in ("databases", "datasets", "charts", "dashboards"):
        for path in sorted((folder / part).rglob("*.yaml")):
            if path.relative_to(folder).as_posix() not in texts:
                yield path


def _database(declared: Declared, address: str) -> dict[str, Any]:
    arguments = DUCKDB_ARGUMENTS if address.startswith("duckdb:") else {}
    return {
        "database_name": declared.title,
        "sqlalchemy_uri": address,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {"engine_params": {"connect_args": arguments}, "allows_virtual_table_explore": True},
        "uuid": id_of("database", "published"),
        "version": VERSION,
    }


def _dataset(source: Source) -> dict[str, Any]:
    return {
        "table_name": source.title,
        "main_dttm_col": source.date,
        "description": f"{source.description}(表 {'、'.join(source.tables)})",
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "catalog": None,
        "schema": source.schema,
        "sql": source.sql,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "metrics": [_metric(measure) for measure in source.measures.values()],
        "columns": [_column(column) for column in source.columns.values()],
        "uuid": id_of("dataset", source.name),
        "database_uuid": id_of("database", "published"),
        "version": VERSION,
    }


def _metric(measure: Measure) -> dict[str, Any]:
    return {
        "metric_name": measure.name,
        "verbose_name": measure.label,
        "metric_type": None,
        "expression": measure.sql,
        "description": measure.description or None,
        "d3format": D3_FORMATS[measure.format],
        "currency": None,
        "extra": None,
        "warning_text": None,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "is_dttm": column.is_time,
        "is_active": True,
        "type": column.type.upper(),
        "advanced_data_type": None,
        "groupby": True,
        "filterable": True,
        "expression": None,
        "description": "。".join(filter(None, (column.description, column.unit and f"单位:{column.unit}"))) or None,
        "python_date_format": None,
        "extra": None,
    }


def _chart(chart: Chart, source: Source) -> dict[str, Any]:
    return {
        "slice_name": chart.title,
        "description": "。".join(dict.fromkeys(filter(None, (source.measures[m].description for m in chart.metrics))))
        or None,
        "certified_by": None,
        "certification_details": None,
        "viz_type": VIZ_TYPES[chart.kind],
        "params": form_of(chart, source),
        "query_context": json.dumps(query_context_of(chart, source), ensure_ascii=False, sort_keys=True),
        "cache_timeout": None,
        "uuid": id_of("chart", chart.name),
        "version": VERSION,
        "dataset_uuid": id_of("dataset", chart.dataset),
    }


def _dashboard(name: str, dashboard: Dashboard, sources: Mapping[str, Source]) -> dict[str, Any]:
    numbers = {chart.name: number for number, chart in enumerate(dashboard.charts(), start=1)}
    return {
        "dashboard_title": dashboard.title,
        "description": dashboard.about,
        "css": CSS,
        "slug": name,
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": id_of("dashboard", name),
        "position": _position(dashboard, numbers),
        "metadata": {
            "color_scheme": COLOURS,
            "label_colors": _colours(dashboard, sources),
            "refresh_frequency": 0,
            "expanded_slices": {},
            "timed_refresh_immune_slices": [],
            "cross_filters_enabled": True,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                _native_filter(name, each, dashboard, numbers) for each in dashboard.filters
            ],
        },
        "version": VERSION,
    }


def _colours(dashboard: Dashboard, sources: Mapping[str, Source]) -> dict[str, str]:
    """The colour of each metric that stands beside another: without them Superset gives two metrics of a chart the same."""
    told: dict[str, str] = {}
    for chart in dashboard.charts():
        if chart.kind in ("bar", "line") and len(chart.metrics) > 1:
            used = {told[name] for name in chart.metrics if name in told}
            free = iter(colour for colour in PALETTE if colour not in used)
            for name in chart.metrics:
                colour = told.setdefault(name, next(free) if name not in told else "")
                told[sources[chart.dataset].measures[name].label] = colour
    return told


def _position(dashboard: Dashboard, numbers: Mapping[str, int]) -> dict[str, Any]:
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": dashboard.title}},
    }
    above = ["ROOT_ID", "GRID_ID"]
    lines: list[str] = []
    for number, row in enumerate(dashboard.rows, start=1):
        if row.heading:
            key = f"HEADER-{number}"
            meta = {"text": row.heading, "headerSize": "MEDIUM_HEADER", "background": "BACKGROUND_TRANSPARENT"}
            position[key] = {"id": key, "type": "HEADER", "children": [], "parents": above, "meta": meta}
            lines.append(key)
        key = f"ROW-{number}"
        lines.append(key)
        for chart in row.charts:
            position[f"CHART-{chart.name}"] = _placed(chart, numbers[chart.name], [*above, key])
        position[key] = {
            "id": key,
            "type": "ROW",
            "children": [f"CHART-{chart.name}" for chart in row.charts],
            "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
    position["GRID_ID"] = {"id": "GRID_ID", "type": "GRID", "children": lines, "parents": ["ROOT_ID"]}
    return position


def _placed(chart: Chart, number: int, above: list[str]) -> dict[str, Any]:
    return {
        "id": f"CHART-{chart.name}",
        "type": "CHART",
        "children": [],
        "parents": above,
        "meta": {
            "chartId": number,
            "uuid": id_of("chart", chart.name),
            "sliceName": chart.title,
            "width": chart.width,
            "height": chart.height or HEIGHTS.get(chart.kind, HEIGHT),
        },
    }


def _native_filter(name: str, told: Filter, dashboard: Dashboard, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{id_of('filter', f'{name}/{told.title}')[:8]}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": told.title,
        "description": "",
        "targets": [{"datasetUuid": id_of("dataset", told.dataset), "column": {"name": told.column}}],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [numbers[chart.name] for chart in dashboard.charts() if told.title in chart.free_of],
        },
        "cascadeParentIds": [],
        "requiredFirst": not told.several,
        "controlValues": {
            "multiSelect": told.several,
            "enableEmptyFilter": not told.several,
            "defaultToFirstItem": not told.several,
            "inverseSelection": False,
            "searchAllOptions": False,
            "sortAscending": not told.newest_first,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
    }
