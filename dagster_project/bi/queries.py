"""The SQL of a chart, for DuckDB and PostgreSQL alike: what a BI tool asks for it. Tests and the benchmark run this without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.bi.declared import Chart, DeclarationError
from dagster_project.bi.sources import Column, Source
from dagster_project.ingestion.sql import literal

Condition = tuple[str, str, Any]
"""Column, operator (``==``, ``>``, ``IN``, ``IS NOT NULL``) and value."""


def sql_of(chart: Chart, source: Source, chosen: Sequence[Condition] = ()) -> str:
    """The query of a chart with what is chosen above its dashboard; choices about columns that it lacks are left out, as a BI tool does."""
    conditions = [_condition(each) for each in (*chart.where, *chosen) if each[0] in source.columns]
    text = f"from ({source.sql}) as virtual_table"
    if conditions:
        text += f" where {' and '.join(conditions)}"
    if chart.columns:
        listed, grouped = ", ".join(chart.columns), ""
    else:
        axes = [_axis(source.columns[name]) for name in dimensions(chart)]
        metrics = [f'{source.measures[name].sql} as "{name}"' for name in chart.metrics]
        listed = ", ".join([*(f'{sql} as "{name}"' for name, sql in axes), *metrics])
        grouped = f" group by {', '.join(sql for _, sql in axes)}" if axes else ""
    orders = [
        f"{_sorted(name, chart, source)} {'asc' if is_rising else 'desc'}" for name, is_rising in orders_of(chart)
    ]
    return (
        f"select {listed} {text}{grouped}"
        + (f" order by {', '.join(orders)}" if orders else "")
        + f" limit {chart.limit}"
    )


def dimensions(chart: Chart) -> list[str]:
    """The columns that a chart groups by."""
    return list(dict.fromkeys(name for name in (chart.x, chart.y, *chart.rows, *chart.by) if name))


def orders_of(chart: Chart) -> list[tuple[str, bool]]:
    """What a chart is sorted by, and whether it rises."""
    return [(name.removeprefix("-"), name.startswith("-")) for name in chart.order]


def refuse_unknown(chart: Chart, source: Source) -> None:
    """See that a chart uses columns and metrics that its dataset has.

    Raises:
        DeclarationError: it does not.
    """
    wrong = [name for name in chart.metrics if name not in source.measures]
    named = (*dimensions(chart), *chart.columns, *(condition[0] for condition in chart.where))
    wrong += [name for name in named if name not in source.columns]
    sortable = source.columns if chart.columns else source.measures
    wrong += [name for name, _ in orders_of(chart) if name not in sortable]
    if wrong:
        raise DeclarationError(f"图 {chart.name} 用了数据集 {source.name} 没有的 {'、'.join(wrong)}")


def _sorted(name: str, chart: Chart, source: Source) -> str:
    return f'"{name}"' if chart.columns or name in chart.metrics else source.measures[name].sql


def _axis(column: Column) -> tuple[str, str]:
    return column.name, f"date_trunc('month', {column.name})" if column.is_time else column.name


def _condition(condition: Condition) -> str:
    column, operator, value = condition
    if operator == "IS NOT NULL":
        return f"{column} is not null"
    if operator == "IN":
        return f"{column} in ({', '.join(_values(value))})"
    return f"{column} {'=' if operator == '==' else operator} {next(_values([value]))}"


def _values(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        text = str(value)
        yield text.lower() if isinstance(value, bool | int | float) else literal(text)
