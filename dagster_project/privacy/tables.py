"""Tables without personal data: each text of a database is looked at once, and only what is found changes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from dagster_project.ingestion.sql import literal
from dagster_project.privacy.names import HAN
from dagster_project.privacy.recogniser import Known, Recogniser, signs_of_personal_data

KEY_COLUMN = "(.*_)?(no|code|id|key|version|period|quarter|figure)"
"""Columns by whose values rows are told apart or found in another table, by the end of their name."""
MADE_HERE = (
    "submission_id", "intention_submission_id", "procurement_submission_id", "sha256", "contract_version", "figure_id", "ledger",
    "department_code", "scheme_id", "rule", "severity", "column_name", "column_ref", "status", "supersede",
)  # fmt: skip
"""Columns that this project fills itself, with hashes and words of its own: nobody hands anything in there."""
MASKED, CLEAR = "masked", "clear"
"""What readers of published tables get of free texts."""
ALWAYS_MASKED = ("quality",)
"""Schemas whose texts are masked whatever is set: findings go to whoever handed a file in, names of files to everybody."""


@dataclass(frozen=True)
class Table:
    """A table of an attached database: its schema, its name, and its columns that hold texts from outside."""

    schema: str
    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Masking:
    """What is done to the texts of a database.

    ``free_text`` is "masked" or "clear", which leaves free texts as they are but for secrets; ``persons`` are columns that end
    like a code and yet name a person, so that their values are masked like any text.
    """

    recogniser: Recogniser
    free_text: str = MASKED
    persons: Collection[str] = field(default_factory=tuple)

    def replacements(self, database: Path, schemas: Sequence[str]) -> Replacements:
        """What changes in the tables of some schemas of a DuckDB file, found in one look at its texts."""
        with duckdb.connect() as connection:
            connection.execute(f"attach {literal(str(database))} as looked_at (read_only)")
            tables = text_tables(connection, "looked_at", schemas)
            connection.execute("create table known_names (name varchar)")
            if names := sorted(self.recogniser.known.names):
                connection.execute("insert into known_names select unnest(?)", [names])
            hidden, clear = self._parted(tables)
            return Replacements(
                self._found(connection, hidden, self.recogniser, are_keys=False)
                | self._found(connection, clear, self._only_secrets, are_keys=False),
                self._found(connection, hidden, self.recogniser, are_keys=True)
                | self._found(connection, clear, self._only_secrets, are_keys=True),
                self,
                tuple(schemas),
            )

    def masked_results(self, content: str) -> str:
        """The results of checks without what they saw of persons; what the rules say is our own and stays.

        Args:
            content: as `check_results.write_check_results` wrote it.
        """
        told = json.loads(content)
        for check in told["checks"]:
            check["observed"] = self.recogniser.masked(check["observed"])
        return json.dumps(told, ensure_ascii=False, indent=1)

    def is_key(self, column: str) -> bool:
        """Whether the values of a column are codes."""
        return column not in self.persons and re.fullmatch(KEY_COLUMN, column) is not None

    def _parted(self, tables: Iterable[Table]) -> tuple[list[Table], list[Table]]:
        """The tables whose texts are masked, and those whose texts stay clear."""
        hidden = [table for table in tables if self.free_text == MASKED or table.schema in ALWAYS_MASKED]
        return hidden, [table for table in tables if table not in hidden]

    @cached_property
    def _only_secrets(self) -> Recogniser:
        return Recogniser(Known(secrets=self.recogniser.known.secrets), only_known=True)

    def _found(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], recogniser: Recogniser, *, are_keys: bool
    ) -> dict[str, str]:
        """The texts of some tables that change, each with what stands in its place."""
        parts = [
            f"select unnest([{', '.join(columns)}]) as text from looked_at.{table.schema}.{table.name}"
            for table in tables
            if (columns := [name for name in table.texts if self.is_key(name) is are_keys])
        ]
        if not parts:
            return {}
        connection.execute(
            f"create or replace temp table texts as select distinct text from ({' union all '.join(parts)})"
        )
        found = connection.execute(f"select text from texts where {_may_be_personal(recogniser, are_keys=are_keys)}")
        mask = recogniser.masked_key if are_keys else recogniser.masked
        masked = {text: mask(text) for (text,) in found.fetchall()}
        return {text: instead for text, instead in masked.items() if instead != text}


@dataclass(frozen=True)
class Replacements:
    """The texts of a database that change, each with what readers get: free ones, and those of columns of codes."""

    texts: Mapping[str, str]
    keys: Mapping[str, str]
    masking: Masking
    schemas: tuple[str, ...]

    def relations(self, connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
        """What to select from in place of the tables in which something changes, as SQL, by names such as ``marts/fct_contracts``.

        Args:
            connection: has the same database attached; it gets the replacements into its memory, where its cursors find them.
            database: the name of it there.
        """
        if not self.texts and not self.keys:
            return {}
        for name, pairs in (("masked_texts", self.texts), ("masked_keys", self.keys)):
            connection.execute(f"create or replace table memory.main.{name} (text varchar, masked varchar)")
            if pairs:
                pair = [list(pairs), list(pairs.values())]
                connection.execute(f"insert into memory.main.{name} select unnest(?), unnest(?)", pair)
        tables = text_tables(connection, database, self.schemas)
        found = {f"{table.schema}/{table.name}": self._relation(connection, database, table) for table in tables}
        return {name: relation for name, relation in found.items() if relation}

    def _relation(self, connection: duckdb.DuckDBPyConnection, database: str, table: Table) -> str:
        """The table with its texts replaced; empty where nothing in it changes."""
        whole = f"{database}.{table.schema}.{table.name}"
        replaced = {}
        for column in table.texts:
            is_key = self.masking.is_key(column)
            if self.keys if is_key else self.texts:
                replaced[column] = f"memory.main.{'masked_keys' if is_key else 'masked_texts'}"
        if replaced:
            tests = [f"bool_or({column} in (select text from {masks}))" for column, masks in replaced.items()]
            (hits,) = connection.execute(f"select {', '.join(tests)} from {whole}").fetchall()
            replaced = {c: masks for (c, masks), is_hit in zip(replaced.items(), hits, strict=True) if is_hit}
        masked = ", ".join(
            f"coalesce((select masked from {masks} where text = whole.{column}), whole.{column}) as {column}"
            for column, masks in replaced.items()
        )
        return f"(select * replace ({masked}) from {whole} as whole)" if masked else ""


def text_tables(connection: duckdb.DuckDBPyConnection, database: str, schemas: Sequence[str]) -> list[Table]:
    """The tables of some schemas of an attached database, each with its columns that hold texts from outside."""
    found = connection.execute(
        """
        select schema_name, table_name,
            list(column_name order by column_index) filter (data_type = 'VARCHAR' and not list_contains(?, column_name))
        from duckdb_columns()
        where database_name = ? and list_contains(?, schema_name)
            and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables() where database_name = ?)
        group by all order by all
        """,
        [list(MADE_HERE), database, list(schemas), database],
    ).fetchall()
    return [Table(schema, name, tuple(texts or ())) for schema, name, texts in found]


def _may_be_personal(recogniser: Recogniser, *, are_keys: bool) -> str:
    """A condition over ``text`` that holds for every text with something to hide, and for few others."""
    patterns = sorted(map(re.escape, recogniser.known.secrets), key=len, reverse=True)
    if not recogniser.only_known:
        patterns.append(signs_of_personal_data())
    doubt = f"regexp_matches(text, {literal('|'.join(patterns))})" if patterns else "false"
    if lengths := {len(name) for name in recogniser.known.names}:
        parts = [f"substr(text, place, {length}) in (select name from known_names)" for length in sorted(lengths)]
        doubt += f""" or text in (
            select text from (
                select text, unnest(range(1, length(text))) as place from texts where regexp_matches(text, {literal(HAN)})
            ) where {" or ".join(parts)}
        )"""
    if are_keys:
        return f"(regexp_matches(text, {literal(f'{HAN}|@')}) and ({doubt})) or regexp_full_match(text, '(.*-)?[0-9]{{17}}[0-9Xx]')"
    return doubt
