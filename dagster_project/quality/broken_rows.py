"""Name the rows behind a check that did not hold: key, file, sheet and row, the figures they count in, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.quality.row_places import Place, RowPlaces
from dagster_project.quality.row_words import column_words, value_words
from dagster_project.quality.suites import Outcome, SuiteResult
from dagster_project.settings import PUBLISHED_SCHEMAS

if TYPE_CHECKING:
    import duckdb

    from dagster_project.contracts import Contract
    from dagster_project.settings import Settings

SHOWN_ROWS = 5
SHOWN_PLACES = 3
SHOWN_FIGURES = 3
SHOWN_CELLS = 8
"""Cells of a row without a known key: enough to find it again."""
ABOUT_PLACES = {"submission_id", "sheet", "row_number"}
PLACE_IN_TEXT = re.compile(r"\[(\w+)\|([^|\]]*)\|(\d+)\]")
HAN = re.compile("[\u3400-\u9fff]")
AGAIN = "在台账中改正后,把整份文件放回原文件夹重新报送,再运行 jixiao nightly"


@dataclass(frozen=True)
class NamedRows:
    """``count`` rows break a rule; ``rows`` names the first of them, one text each; ``remedy`` says what to do.

    ``departments`` says how many rows each department has to mend, where rows say whose they are.
    """

    count: int
    rows: tuple[str, ...]
    remedy: str
    departments: Mapping[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """All of it in one line."""
        more = f";另有 {self.count - len(self.rows)} 行" if self.count > len(self.rows) else ""
        only = len(self.departments) == 1
        whose = "、".join(f"{code}" if only else f"{code} {count} 行" for code, count in self.departments.items())
        return f"{self.count} 行不符{f'(部门 {whose})' if whose else ''}:{';'.join(self.rows)}{more}。{self.remedy}"


def name_findings(results: Iterable[SuiteResult], settings: Settings, nodes: Mapping[str, Any]) -> list[SuiteResult]:
    """The same results, where what was seen by each finding names its rows or the tables to look at.

    Args:
        results: of the suites.
        settings: where the warehouse and the log of submissions are.
        nodes: of dbt's manifest.
    """
    results = list(results)
    if all(outcome.passed for result in results for outcome in result.outcomes):
        return results
    with RowNames(settings, nodes) as names:
        return [
            replace(result, outcomes=tuple(o if o.passed else _named(o, names) for o in result.outcomes))
            for result in results
        ]


def _named(finding: Outcome, names: RowNames) -> Outcome:
    if finding.rows_sql:
        words = set(re.findall(r"\w+", finding.rows_sql))
        seen = names.of_query(finding.rows_sql, [finding.table], words).text()
    else:
        seen = f"{finding.observed}。请看 {names.tables_to_look_at(finding.table)}"
    return replace(finding, observed=seen)


class RowNames:
    """Names rows of the warehouse as it is; a context manager, since it holds the file open for reading."""

    def __init__(
        self,
        settings: Settings,
        nodes: Mapping[str, Any],
        is_built: bool = True,
        connection: duckdb.DuckDBPyConnection | None = None,
    ):
        """Open the warehouse, or use a connection to it.

        ``is_built`` says whether a build came to its end, so that its evidence is of today.
        """
        import duckdb

        self._is_built = is_built
        self._contracts_dir = settings.contracts_dir
        self._contracts: dict[str, Contract] = {}
        self._tables = _tables(nodes)
        entries = SubmissionLog(settings.landing_dir / LOG_NAME).entries
        self._files = {entry.submission_id: (entry.ledger, entry.file) for entry in entries}
        self._connection = connection or duckdb.connect(str(settings.warehouse_path), read_only=True)
        self._places = RowPlaces(self._connection)

    def __enter__(self) -> RowNames:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def of_query(self, sql: str, tables: Sequence[str], mentioned: Collection[str]) -> NamedRows:
        """Name the rows of a query.

        Args:
            sql: finds the rows.
            tables: the tables they are of, or are made from, the nearest first.
            mentioned: columns that a reader wants to see beside the key.
        """
        (count,) = self._connection.execute(f"select count(*) from ({sql})").fetchone() or (0,)
        found = self._connection.execute(f"select * from ({sql}) order by all limit {SHOWN_ROWS}")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        placed = [(row, *self._places.of_row(row, self._keys(tables), SHOWN_PLACES)) for row in rows]
        owners = {self._contract(place).owner for _, places, _ in placed for place in places if self._is_known(place)}
        remedy = f"请{'、'.join(sorted(owners))}{AGAIN}" if owners else f"请看 {self.tables_to_look_at(*tables)}"
        departments: dict[str, int] = {}
        if "department_code" in names:
            by_department = f"select department_code, count(*) from ({sql}) where department_code is not null group by all order by all"
            departments = dict(self._connection.execute(by_department).fetchall())
        texts = tuple(self._row_text(*of_row, tables, mentioned) for of_row in placed)
        return NamedRows(count, texts, remedy, departments)

    def of_test(self, nodes: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str, list[str], list[str]]:
        """Of a data test of dbt: the query of the rows that break it, the tables it reads, and the columns it is about."""
        tested = [node["attached_node"]] if node.get("attached_node") else []
        parents = [parent for parent in (*tested, *node["depends_on"]["nodes"]) if parent in nodes]
        tables = [f"{nodes[parent]['schema']}.{nodes[parent]['name']}" for parent in dict.fromkeys(parents)]
        view = node["relation_name"]
        column = ((node.get("test_metadata") or {}).get("kwargs") or {}).get("column_name")
        columns = self.columns(view)
        if "value_field" in columns:  # dbt groups the values that are not accepted: the rows stand in the table
            view = f"(select * from {tables[0]} where {column} in (select value_field from {view}))"
        return f"select * from {view}", tables, [column] if column else columns

    def columns(self, relation: str) -> list[str]:
        """The columns of a table, a view or a query in brackets."""
        return [column[0] for column in self._connection.execute(f"select * from {relation} limit 0").description]

    def with_files(self, text: str) -> str:
        """A text in which ``[submission|sheet|row]`` is said with the name of the file."""
        return PLACE_IN_TEXT.sub(lambda m: self._place_text(Place(m.group(1), m.group(2), int(m.group(3)))), text)

    def tables_to_look_at(self, *tables: str) -> str:
        """Tables, and the tables each is made from; of code lists and parameters only where there is nothing else to look at."""
        texts = []
        for table in tables:
            made_from = self._tables[table].made_from if table in self._tables else ()
            shown = [each for each in made_from if not each.startswith("seeds.")] or made_from
            texts.append(f"表 {table}" + (f"(由 {'、'.join(shown)} 算出)" if shown else ""))
        return "、".join(texts)

    def _row_text(
        self, row: Mapping[str, Any], places: list[Place], total: int, tables: Sequence[str], mentioned: Collection[str]
    ) -> str:
        key, values = self.cells(row, places[0] if places else None, tables, mentioned)
        cells = ",".join(filter(None, (key, values)))
        if not places:
            return cells
        if total > 1:
            return f"{cells},来自 {total} 行,如 {'、'.join(map(self._place_text, places))}"
        return f"{cells},{self._place_text(places[0])},{self._effect(places[0])}"

    def cells(
        self, row: Mapping[str, Any], place: Place | None, tables: Sequence[str], mentioned: Collection[str]
    ) -> tuple[str, str]:
        """The key of a row and what the check is about, in words; no personal data, whatever table it is."""
        contract = self._contract(place) if place and self._is_known(place) else None
        hidden = ABOUT_PLACES | self._personal(tables, contract)
        key = [name for name in self.key_of(row, tables) if name not in hidden]
        values = [name for name in row if name not in hidden and name not in key and (name in mentioned or not key)]

        def words(names: Sequence[str]) -> str:
            return ",".join(f"{self.label(name, contract, tables)} {value_words(row[name])}" for name in names)

        return words(key), words(values if key else values[:SHOWN_CELLS])

    def label(self, name: str, contract: Contract | None, tables: Sequence[str]) -> str:
        """The column in the words of the ledger, else of the nearest table that has it; its name alone where neither says anything."""
        described = next((c.description.zh for c in contract.columns if c.name == name), "") if contract else ""
        if not described:
            of_tables = (self._tables[table].words.get(name, "") for table in tables if table in self._tables)
            described = next(filter(None, of_tables), "")
        return column_words(name, described)

    def key_of(self, columns: Collection[str], tables: Sequence[str]) -> list[str]:
        """The columns among these that are of the key of one of the tables."""
        return list(dict.fromkeys(name for table in tables for name in self._keys([table])[table] if name in columns))

    def owner(self, place: Place | None) -> str:
        """The unit that keeps the ledger of a place; empty where that is not known."""
        return self._contract(place).owner if place and self._is_known(place) else ""

    def owner_of_ledger(self, ledger: str) -> str | None:
        """The unit that keeps a ledger; None where there is no such ledger."""
        from dagster_project.contracts.load import load_contract

        path = self._contracts_dir / f"{ledger}.yaml"
        return load_contract(path).owner if path.is_file() else None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection to the warehouse."""
        return self._connection

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every table of the models and seeds, by names such as ``marts.fct_payments``."""
        return self._tables

    def _personal(self, tables: Sequence[str], contract: Contract | None) -> set[str]:
        """Columns that hold personal data; no published table has any, so that only the others are looked up."""
        if all(table.partition(".")[0] in PUBLISHED_SCHEMAS for table in tables):
            return set()
        from dagster_project.contracts import load_contracts

        contracts = [contract] if contract else load_contracts(self._contracts_dir).values()
        return {column.name for of in contracts for column in of.columns if column.personal}

    def _place_text(self, place: Place) -> str:
        file = self._files[place.submission_id][1] if self._is_known(place) else place.submission_id
        return f"{file}{f' 工作表“{place.sheet}”' if place.sheet else ''} 第 {place.row_number} 行"

    def _effect(self, place: Place) -> str:
        figures = self._places.figures(place)
        if not figures:
            return "不计入任何数字" if self._is_built else "重建未完成,是否计入数字尚不可知"
        return f"计入数字 {'、'.join(figures[:SHOWN_FIGURES])}" + (
            f"等 {len(figures)} 个" if len(figures) > SHOWN_FIGURES else ""
        )

    def _is_known(self, place: Place) -> bool:
        return place.submission_id in self._files

    def _contract(self, place: Place) -> Contract:
        from dagster_project.contracts.load import load_contract

        ledger = self._files[place.submission_id][0]
        if ledger not in self._contracts:
            self._contracts[ledger] = load_contract(self._contracts_dir / f"{ledger}.yaml")
        return self._contracts[ledger]

    def _keys(self, tables: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {table: self._tables[table].key if table in self._tables else () for table in tables}


@dataclass(frozen=True)
class Table:
    """The key of a table, the tables that it is made from, and what its property file says of each column in Chinese."""

    key: tuple[str, ...]
    made_from: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)


def _tables(nodes: Mapping[str, Any]) -> dict[str, Table]:
    """What the property files say of each table, by names such as ``marts.fct_payments``."""
    names = {
        unique_id: f"{node['schema']}.{node['name']}"
        for unique_id, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    }
    return {
        name: Table(
            tuple(((nodes[unique_id].get("config") or {}).get("meta") or {}).get("key", ())),
            tuple(
                names[parent]
                for parent in (nodes[unique_id].get("depends_on") or {}).get("nodes", ())
                if parent in names
            ),
            {
                column: described["description"].partition(" / ")[0]
                for column, described in (nodes[unique_id].get("columns") or {}).items()
                if HAN.search(described.get("description") or "")
            },
        )
        for unique_id, name in names.items()
    }
