"""What a declared dataset is, put together from the catalogue, the contracts and the figure catalogue: its query, labels and metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlglot

from dagster_project.bi.declared import Dataset, DeclarationError, Declared, Metric
from dagster_project.ingestion.sql import literal

YEAR = "fiscal_year"
YEAR_ZH, YEAR_LABEL = "year_zh", "年度"
DEPARTMENTS = "marts.dim_department"
DEPARTMENT_NAME = "department_name"
LEDGER, SUBJECT = "ledger", "subject"
MONEY_UNIT, MONEY_TOLD_IN, MONEY_DIVISOR = "元", "万元", "10000.0"
CODE_AND_WORDS = re.compile(r"([A-Za-z][A-Za-z_0-9]*) ([^A-Za-z,,、;;::((]+)")
"""How a description gives the words of codes: ``landed 已载入,refused 整份退回``."""
FIGURE_FORMATS = {"万元": "money", "%": "percent"}


@dataclass(frozen=True)
class Column:
    """A column of a dataset; ``type`` is SQL's, ``unit`` as in the catalogue."""

    name: str
    label: str
    description: str
    type: str
    unit: str = ""

    @property
    def is_time(self) -> bool:
        """Whether it holds days or moments."""
        return self.type in ("date", "timestamp")

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.type.startswith(("decimal", "integer", "bigint", "double"))


@dataclass(frozen=True)
class Measure:
    """A metric of a dataset as SQL; ``figure`` names the figure that it is for one department and year."""

    name: str
    label: str
    description: str
    sql: str
    format: str
    figure: str | None = None


@dataclass(frozen=True)
class Source:
    """A dataset as BI tools get it: a query over published tables."""

    name: str
    title: str
    description: str
    schema: str
    tables: tuple[str, ...]
    sql: str
    date: str | None
    columns: Mapping[str, Column]
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Known:
    """What datasets are put together from.

    ``tables``, ``columns``, ``joins`` are rows of the published catalogue; ``ledgers`` Chinese titles by ledger; ``figures`` rows of the figure catalogue.
    """

    tables: Sequence[Mapping[str, Any]]
    columns: Sequence[Mapping[str, Any]]
    joins: Sequence[Mapping[str, Any]]
    ledgers: Mapping[str, str]
    figures: Sequence[Mapping[str, Any]]

    def table(self, name: str) -> Mapping[str, Any]:
        """The row of a table, ``schema.table``."""
        found = [row for row in self.tables if f"{row['schema_name']}.{row['table_name']}" == name]
        if not found:
            raise DeclarationError(f"没有已发布的表 {name}")
        return found[0]

    def columns_of(self, name: str) -> dict[str, Column]:
        """The columns of a table, ``schema.table``, by name."""
        return {
            row["column_name"]: Column(
                row["column_name"],
                row["label_zh"],
                row["description_zh"] or "",
                row["data_type"].replace(" ", ""),
                row["unit"] or "",
            )
            for row in self.columns
            if f"{row['schema_name']}.{row['table_name']}" == name
        }

    def words_of(self, column: Column) -> Mapping[str, str]:
        """The Chinese words of the codes in a column."""
        if column.name == LEDGER:
            return self.ledgers
        if column.name == SUBJECT:
            titles = {f"{row['schema_name']}.{row['table_name']}": row["title_zh"] for row in self.tables}
            return titles | dict(self.ledgers)
        return dict(CODE_AND_WORDS.findall(column.description))

    def join(self, name: str, to: str) -> list[tuple[str, str]]:
        """The pairs of columns by which a table leads to another without counting twice: the most columns that the catalogue knows."""
        found = [
            list(zip(row["columns"].split(", "), row["to_columns"].split(", "), strict=True))
            for row in self.joins
            if (f"{row['schema_name']}.{row['table_name']}", f"{row['to_schema_name']}.{row['to_table_name']}")
            == (name, to)
        ]
        if not found:
            raise DeclarationError(f"catalogue.joins 没有从 {name} 到 {to} 的关联")
        return max(found, key=len)


def sources_of(declared: Declared, known: Known) -> dict[str, Source]:
    """All datasets by name.

    Raises:
        DeclarationError: one names a table, column, join or figure that there is not.
    """
    sources = {name: _source(name, dataset, known) for name, dataset in declared.datasets.items()}
    titles = [source.title for source in sources.values()]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise DeclarationError(f"数据集重名:{'、'.join(sorted(twice))}")
    return sources


def _source(name: str, dataset: Dataset, known: Known) -> Source:
    main = dataset.tables[0]
    row = known.table(main)
    columns, inner, tables = _joined(name, dataset, known)
    extra: dict[str, str] = {}
    if YEAR in columns:
        columns[YEAR_ZH] = Column(YEAR_ZH, YEAR_LABEL, "", "varchar")
        if columns[YEAR].label == YEAR_LABEL:
            columns[YEAR] = replace(columns[YEAR], label=f"{YEAR_LABEL}(数字)")
        extra[YEAR_ZH] = f"cast({YEAR} as varchar) || '年'"
    for coded in dataset.words:
        words = known.words_of(columns[coded])
        if not words:
            raise DeclarationError(f"数据集 {name} 的 {coded} 的说明里没有代码的中文")
        columns[f"{coded}_zh"] = Column(f"{coded}_zh", columns[coded].label, "", "varchar")
        cases = " ".join(f"when {literal(code)} then {literal(text)}" for code, text in sorted(words.items()))
        extra[f"{coded}_zh"] = f"case {coded} {cases} else {coded} end"
    for derived, told in dataset.derive.items():
        columns[derived] = Column(derived, told.label, "", told.type)
        if told.sql:
            extra[derived] = told.sql
    listed = ", ".join(["told.*", *(f"{sql} as {column}" for column, sql in extra.items())])
    return Source(
        name=name,
        title=dataset.title or row["title_zh"],
        description="。".join(filter(None, (row["grain_zh"], row["description_zh"]))),
        schema=row["schema_name"],
        tables=tables,
        sql=f"select {listed} from ({inner}) as told" if extra else inner,
        date=dataset.date or row["date_column"],
        columns=columns,
        measures={measure.name: measure for measure in _measures(name, dataset, columns, known)},
    )


def _joined(name: str, dataset: Dataset, known: Known) -> tuple[dict[str, Column], str, tuple[str, ...]]:
    """The columns of a dataset, the query that brings them together, and the tables in it."""
    main = dataset.tables[0]
    described = {key: column for table in reversed(dataset.tables) for key, column in known.columns_of(table).items()}
    described |= {key: Column(key, told.label, "", told.type) for key, told in dataset.derive.items() if not told.sql}
    own = _selected(dataset.sql) if dataset.sql else list(described)
    if unknown := [column for column in own if column not in described]:
        raise DeclarationError(f"数据集 {name} 的列没有说明:{'、'.join(unknown)}")
    columns = {column: described[column] for column in own}
    picked = [f"base.{column}" for column in own]
    query = f"({dataset.sql}) as base" if dataset.sql else f"{main} as base"
    joined = dict(dataset.joined)
    if "department_code" in columns and main != DEPARTMENTS:
        joined = {DEPARTMENTS: (DEPARTMENT_NAME,)} | joined
    for number, (to, wanted) in enumerate(joined.items(), start=1):
        pairs = " and ".join(f"base.{column} = with_{number}.{other}" for column, other in known.join(main, to))
        query += f" left join {to} as with_{number} on {pairs}"
        picked += [f"with_{number}.{column}" for column in wanted]
        columns |= {column: known.columns_of(to)[column] for column in wanted}
    return columns, f"select {', '.join(picked)} from {query}", (*dataset.tables, *joined)


def _selected(sql: str) -> list[str]:
    return [column.alias_or_name for column in sqlglot.parse_one(sql).args["expressions"]]


def _measures(name: str, dataset: Dataset, columns: Mapping[str, Column], known: Known) -> Iterator[Measure]:
    if isinstance(dataset.metrics, str):
        yield from _figure_measures(known.figures)
        return
    done: dict[str, Measure] = {}
    for metric, told in dataset.metrics.items():
        try:
            done[metric] = _measure(metric, told, columns, done)
        except KeyError as missing:
            raise DeclarationError(f"数据集 {name} 的 {metric} 用了没有的 {missing.args[0]}") from missing
        yield done[metric]


def _measure(name: str, told: Metric, columns: Mapping[str, Column], done: Mapping[str, Measure]) -> Measure:
    label, why, form = told.label, told.why, told.format
    if told.sum:
        column = columns[told.sum]
        is_money = column.unit == MONEY_UNIT
        sql = f"sum({column.name})" + (f" / {MONEY_DIVISOR}" if is_money else "")
        label = label or column.label + (f"({MONEY_TOLD_IN})" if is_money else "")
        form, why = form or ("money" if is_money else "whole"), why or column.description
    elif told.count:
        sql = "count(*)" if told.count == "all" else f"count(*) filter (where {told.count})"
        form = form or "whole"
    elif told.rate:
        part, whole = (done[each] for each in told.rate)
        sql = f"100.0 * {_bracketed(part.sql)} / nullif({whole.sql}, 0)"
        form, why = form or "percent", why or f"{part.label} ÷ {whole.label}"
    elif told.average:
        sql, form = f"avg({columns[told.average].name})", form or "tenth"
    else:
        sql, form = str(told.sql), form or "whole"
    return Measure(name, label, why, sql, form, told.figure)


def _figure_measures(figures: Sequence[Mapping[str, Any]]) -> Iterator[Measure]:
    """One of each figure: its published value, and nothing where several departments or years are looked at together."""
    latest = {row["figure_id"]: row for row in sorted(figures, key=lambda row: int(row["valid_from"]))}
    for figure_id, row in sorted(latest.items()):
        of = f"figure_id = {literal(figure_id)}"
        yield Measure(
            figure_id,
            f"{row['label_zh']}({row['unit']})",
            f"{row['definition_zh']}。只在一个部门、一个年度时有值;不是 OK 的没有值",
            f"case when count(*) filter (where {of}) = 1 then max(value) filter (where {of} and status = 'OK') end",
            FIGURE_FORMATS.get(row["unit"], "whole"),
            figure_id,
        )


def _bracketed(sql: str) -> str:
    return f"({sql})" if " / " in sql or " - " in sql else sql
