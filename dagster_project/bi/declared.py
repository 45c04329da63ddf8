"""What `dashboards.yaml` declares, as plain values: datasets with their metrics, dashboards with their charts. What is misspelt is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE = Path(__file__).with_name("dashboards.yaml")
FIGURES = "figures"
"""In place of metrics: one metric of each figure of the catalogue."""
Format = Literal["money", "percent", "points", "whole", "tenth"]
Kind = Literal["number", "line", "bar", "pie", "table", "pivot", "heat"]


class DeclarationError(ValueError):
    """`dashboards.yaml` says what cannot be; the message names the place."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metric(_Strict):
    """How a number is aggregated; exactly one of ``sum``, ``count``, ``rate``, ``average`` and ``sql`` says it."""

    sum: str | None = None
    count: str | None = Field(default=None, description="A condition, or `all`")
    rate: tuple[str, str] | None = Field(default=None, description="Metrics: part and whole; in percent")
    average: str | None = None
    sql: str | None = None
    label: str = ""
    why: str = ""
    format: Format | None = None
    figure: str | None = Field(default=None, description="Figure that it is, for one department and year")


class Derived(_Strict):
    """A further column: ``sql`` is its expression; without one the query of the dataset holds it."""

    label: str
    sql: str = ""
    type: str = "varchar"


class Dataset(_Strict):
    """A table, or a query over tables, with metrics."""

    table: str = ""
    title: str = ""
    sql: str = ""
    of: tuple[str, ...] = ()
    joined: dict[str, tuple[str, ...]] = Field(default_factory=dict, alias="with")
    words: tuple[str, ...] = ()
    derive: dict[str, Derived] = Field(default_factory=dict)
    date: str | None = None
    metrics: dict[str, Metric] | Literal["figures"]

    @property
    def tables(self) -> tuple[str, ...]:
        """The published tables that describe it, ``schema.table``, the first one first."""
        return self.of or (self.table,)


class Chart(_Strict):
    """One chart of a dashboard; ``width`` in twelfths, ``height`` in the grid's units of eight pixels."""

    name: str
    title: str
    kind: Kind
    dataset: str
    metrics: tuple[str, ...] = ()
    x: str = ""
    y: str = ""
    by: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = Field(default=(), description="Rows as they are, with these columns")
    where: tuple[tuple[str, str, Any], ...] = ()
    order: tuple[str, ...] = Field(default=(), description="Largest first; smallest first with a minus before it")
    limit: int = 1000
    stacked: bool = False
    horizontal: bool = False
    free_of: tuple[str, ...] = Field(default=(), description="Titles of filters that it does not follow")
    width: int = Field(ge=1, le=12)
    height: int | None = None


class Filter(_Strict):
    """A choice above a dashboard: one value, the first unless somebody chooses, or ``several``."""

    title: str
    dataset: str
    column: str
    newest_first: bool = False
    several: bool = False


class Row(_Strict):
    """Charts side by side, below a heading."""

    heading: str = ""
    charts: tuple[Chart, ...]


class Dashboard(_Strict):
    """One page of charts."""

    title: str
    about: str
    filters: tuple[Filter, ...]
    rows: tuple[Row, ...]

    def charts(self) -> Iterator[Chart]:
        """All charts, from the top."""
        for row in self.rows:
            yield from row.charts


class Declared(_Strict):
    """The whole file."""

    title: str
    datasets: dict[str, Dataset]
    dashboards: dict[str, Dashboard]


def load(path: Path = FILE) -> Declared:
    """Read and check the declaration.

    Raises:
        DeclarationError: something is misspelt or names what is not declared.
    """
    try:
        declared = Declared.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise DeclarationError(f"{path.name}:{where}") from error
    faults = list(_faults(declared))
    if faults:
        raise DeclarationError(f"{path.name}:{';'.join(faults)}")
    return declared


def _faults(declared: Declared) -> Iterator[str]:
    names = [chart.name for dashboard in declared.dashboards.values() for chart in dashboard.charts()]
    yield from (f"图 {name} 有两张" for name in sorted(set(names)) if names.count(name) > 1)
    for name, each in declared.datasets.items():
        if bool(each.table) == bool(each.sql):
            yield f"数据集 {name} 应有 table 或 sql 之一"
        for metric, told in (each.metrics if isinstance(each.metrics, dict) else {}).items():
            if sum(each is not None for each in (told.sum, told.count, told.rate, told.average, told.sql)) != 1:
                yield f"数据集 {name} 的 {metric} 应有 sum、count、rate、average、sql 之一"
    for key, dashboard in declared.dashboards.items():
        titles = {each.title for each in dashboard.filters}
        places = [(each.title, each.dataset) for each in dashboard.charts()]
        places += [(each.title, each.dataset) for each in dashboard.filters]
        for title, dataset in places:
            if dataset not in declared.datasets:
                yield f"看板 {key} 的“{title}”用了没有的数据集 {dataset}"
        for chart in dashboard.charts():
            yield from (
                f"图 {chart.name} 不受“{each}”限制,而没有这个筛选" for each in chart.free_of if each not in titles
            )
        for row in dashboard.rows:
            if sum(chart.width for chart in row.charts) > 12:
                yield f"看板 {key} 的一行超过 12 格:{'、'.join(chart.name for chart in row.charts)}"
