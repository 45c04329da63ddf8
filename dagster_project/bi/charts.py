"""A chart as Superset keeps it: the choices of its form, and the query context that its API runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dagster_project.bi.declared import Chart
from dagster_project.bi.queries import dimensions, orders_of
from dagster_project.bi.sources import YEAR_ZH, Source

VIZ_TYPES = {
    "number": "big_number_total",
    "line": "echarts_timeseries_line",
    "bar": "echarts_timeseries_bar",
    "pie": "pie",
    "table": "table",
    "pivot": "pivot_table_v2",
    "heat": "heatmap_v2",
}
D3_FORMATS = {"money": ",.2f", "percent": ",.2f", "points": ",.2f", "whole": ",d", "tenth": ",.1f"}
OPERATOR_IDS = {"==": "EQUALS", ">": "GREATER_THAN", "<": "LESS_THAN", "IN": "IN", "IS NOT NULL": "IS_NOT_NULL"}
AXIS_FORMATS = D3_FORMATS | {"money": ",.2~f", "percent": ",.2~f", "points": ",.2~f", "tenth": ",.1~f"}
"""The same without noughts at the end, beside axes and bars."""
MONTH, MONTH_FORMAT, DAY_FORMAT = "P1M", "%Y-%m", "%Y-%m-%d"
YEAR_FORMAT = "d"
COLOURS, PALETTE = "supersetColors", ("#1FA8C9", "#454E7C", "#5AC189", "#FF7F44")
"""Superset's own scheme, and its first colours."""


def form_of(chart: Chart, source: Source) -> dict[str, Any]:
    """The choices of a chart's form, as Superset's pages read them."""
    common = {
        "viz_type": VIZ_TYPES[chart.kind],
        "adhoc_filters": [_filter(*condition) for condition in chart.where],
        "row_limit": chart.limit,
        "extra_form_data": {},
        "annotation_layers": [],
        "color_scheme": COLOURS,
    }
    return common | _FORMS[chart.kind](chart, source)


def query_context_of(chart: Chart, source: Source) -> dict[str, Any]:
    """The query of a chart as its API runs it; the id of the dataset is put in after the import."""
    query: dict[str, Any] = {
        "filters": [{"col": column, "op": operator, "val": value} for column, operator, value in chart.where],
        "columns": list(chart.columns) or [_axis(chart, source, name) for name in dimensions(chart)],
        "orderby": [[name, is_rising] for name, is_rising in orders_of(chart)],
        "row_limit": chart.limit,
        "extras": {"having": "", "where": ""},
        "annotation_layers": [],
    }
    if not chart.columns:
        query["metrics"] = list(chart.metrics)
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": form_of(chart, source),
        "result_format": "json",
        "result_type": "full",
    }


def format_of(chart: Chart, source: Source) -> str:
    """How the numbers of a chart are written."""
    return D3_FORMATS[source.measures[chart.metrics[0]].format]


def _filter(column: str, operator: str, value: Any) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": operator,
        "operatorId": OPERATOR_IDS[operator],
        "comparator": value,
        "isExtra": False,
    }


def _axis(chart: Chart, source: Source, name: str) -> Any:
    if not source.columns[name].is_time:
        return name
    return {
        "timeGrain": MONTH, "columnType": "BASE_AXIS", "sqlExpression": name, "label": name, "expressionType": "SQL",
    }  # fmt: skip


def _number(chart: Chart, source: Source) -> dict[str, Any]:
    label = source.measures[chart.metrics[0]].label
    unit = label.rpartition("(")[2].rstrip(")") if label.endswith(")") else ""
    return {
        "metric": chart.metrics[0],
        "y_axis_format": format_of(chart, source),
        "header_font_size": 0.3,
        "subheader": unit,
        "subtitle": unit,
        "subheader_font_size": 0.2,
        "subtitle_font_size": 0.2,
    }


def _lines(chart: Chart, source: Source) -> dict[str, Any]:
    is_time = source.columns[chart.x].is_time
    form: dict[str, Any] = {
        "x_axis": chart.x,
        "metrics": list(chart.metrics),
        "groupby": list(chart.by),
        "y_axis_format": AXIS_FORMATS[source.measures[chart.metrics[0]].format],
        "order_desc": True,
        "show_legend": len(chart.metrics) > 1 or bool(chart.by),
        "legendType": "scroll",
        "legendOrientation": "top",
        "rich_tooltip": True,
        "tooltipTimeFormat": MONTH_FORMAT,
        "showTooltipTotal": chart.stacked,
        "truncateXAxis": False,
        "truncate_metric": True,
        "y_axis_bounds": [None, None],
        "time_grain_sqla": MONTH,
        "x_axis_time_format": MONTH_FORMAT,
        "markerEnabled": True,
        "markerSize": 6,
        "opacity": 0.2,
    }
    if is_time:
        form |= {"xAxisLabelRotation": 45, "xAxisLabelInterval": "auto"}
    elif chart.x == YEAR_ZH:
        form |= {"x_axis_sort": YEAR_ZH, "x_axis_sort_asc": True, "xAxisForceCategorical": True}
    else:
        # A horizontal axis begins at the bottom: what is to stand on top comes last.
        form |= {
            "x_axis_sort": chart.metrics[0],
            "x_axis_sort_asc": chart.horizontal,
            "xAxisForceCategorical": True,
            "xAxisLabelInterval": "0",
        }
        if chart.by:
            form |= {"x_axis_sort_series": "sum", "x_axis_sort_series_ascending": chart.horizontal}
    return form


def _bar(chart: Chart, source: Source) -> dict[str, Any]:
    return _lines(chart, source) | {
        "orientation": "horizontal" if chart.horizontal else "vertical",
        "stack": "Stack" if chart.stacked else None,
        "show_value": not source.columns[chart.x].is_time and len(chart.metrics) == 1 and not chart.by,
    }


def _pie(chart: Chart, source: Source) -> dict[str, Any]:
    return {
        "groupby": list(chart.by),
        "metric": chart.metrics[0],
        "sort_by_metric": True,
        "number_format": format_of(chart, source),
        "label_type": "percent",
        "show_labels": True,
        "labels_outside": True,
        "label_line": True,
        "show_labels_threshold": 0,
        "show_legend": True,
        "legendType": "plain",
        "legendOrientation": "bottom",
        "donut": True,
        "innerRadius": 35,
        "outerRadius": 60,
    }


def _table(chart: Chart, source: Source) -> dict[str, Any]:
    columns = list(chart.columns) or [*chart.by, *chart.metrics]
    form: dict[str, Any] = {
        "query_mode": "raw" if chart.columns else "aggregate",
        "all_columns": list(chart.columns),
        "groupby": [] if chart.columns else list(chart.by),
        "metrics": [] if chart.columns else list(chart.metrics),
        "percent_metrics": [],
        "order_by_cols": [],
        "order_desc": True,
        "table_timestamp_format": DAY_FORMAT,
        "page_length": 0,
        "server_pagination": False,
        "show_cell_bars": not chart.columns,
        "include_search": False,
        "column_config": {name: _cell(name, source) for name in columns},
    }
    orders = orders_of(chart)
    if chart.columns:
        form["order_by_cols"] = [json.dumps([name, is_rising]) for name, is_rising in orders]
    elif orders:
        form |= {"timeseries_limit_metric": orders[0][0], "order_desc": not orders[0][1]}
    return form


def _cell(name: str, source: Source) -> dict[str, Any]:
    if name in source.measures:
        return {"d3NumberFormat": D3_FORMATS[source.measures[name].format]}
    column = source.columns[name]
    if not column.is_number:
        return {"horizontalAlign": "left"}
    is_whole = column.type in ("integer", "bigint")
    return {"d3NumberFormat": YEAR_FORMAT if is_whole else D3_FORMATS["money"], "showCellBars": False}


def _pivot(chart: Chart, source: Source) -> dict[str, Any]:
    return {
        "groupbyRows": list(chart.rows),
        "groupbyColumns": list(chart.by),
        "metrics": list(chart.metrics),
        "metricsLayout": "COLUMNS",
        "aggregateFunction": "Sum",
        "valueFormat": format_of(chart, source),
        "rowOrder": "key_a_to_z",
        "colOrder": "key_a_to_z",
        "colTotals": False,
        "rowTotals": False,
        "order_desc": True,
    }


def _heat(chart: Chart, source: Source) -> dict[str, Any]:
    return {
        "x_axis": chart.x,
        "groupby": chart.y,
        "metric": chart.metrics[0],
        "normalize_across": "heatmap",
        "linear_color_scheme": "superset_seq_1",
        "legend_type": "continuous",
        "show_legend": True,
        "show_percentage": False,
        "show_values": True,
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_asc",
        "left_margin": "auto",
        "bottom_margin": "auto",
        "value_bounds": [None, None],
        "xscale_interval": 1,
        "yscale_interval": 1,
        "x_axis_time_format": MONTH_FORMAT,
        "y_axis_format": format_of(chart, source),
    }


_FORMS: Mapping[str, Callable[[Chart, Source], dict[str, Any]]] = {
    "number": _number,
    "line": _lines,
    "bar": _bar,
    "pie": _pie,
    "table": _table,
    "pivot": _pivot,
    "heat": _heat,
}
