"""Models and tests of dbt say nothing that only one engine understands: what differs stands in macros that are dispatched by engine.

Each file is rendered as the linter renders it (a dispatched macro stands as a number) and parsed in the dialects of DuckDB and Spark.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlfluff.core import FluffConfig, Linter
from sqlglot import exp

from dagster_project.settings import PROJECT_ROOT

DIALECTS = ("duckdb", "spark")
INSTEAD = {r"\w::\w": "write cast", r"(?i)\bas varchar\)": "write string"}
AGGREGATED = "string_agg("
"""Orders what it gathers otherwise on each engine; `dbt.listagg` does not."""
STUB = re.compile(r" as 0 \(")
"""`name as materialized (`, as the linter sees it."""


def faults(sql: str) -> list[str]:
    """What of a statement one of the engines does not understand."""
    found = []
    for dialect in DIALECTS:
        try:
            tree = sqlglot.parse_one(STUB.sub(" as (", sql), read=dialect)
        except sqlglot.errors.ParseError as error:
            found.append(f"{dialect}: {str(error).splitlines()[0]}")
            continue
        found += [f"{dialect} has no function {each.name}" for each in tree.find_all(exp.Anonymous)]
        found += [f"{each.sql()}: name the columns" for each in tree.find_all(exp.Star) if each.args.get("except_")]
        found += [
            "recursion with union: write a macro that is dispatched"
            for each in tree.find_all(exp.With)
            if each.recursive and any(_is_recursive(query) for query in each.expressions)
        ]
    return found + [f"{what}: {instead}" for what, instead in INSTEAD.items() if re.search(what, sql)]


def _is_recursive(query: exp.CTE) -> bool:
    is_union = isinstance(query.this, exp.Union) and query.this.args.get("distinct")
    return bool(is_union and any(table.name == query.alias for table in query.this.find_all(exp.Table)))


@pytest.fixture
def linter() -> Iterator[Linter]:
    """The project's linter. It loads what stands for dbt in templates as a module of the same name: what was loaded before is put back."""
    stubs = [path.stem for path in (PROJECT_ROOT / "tests" / "sqlfluff").glob("*.py")]
    before = {name: sys.modules.get(name) for name in stubs}
    yield Linter(config=FluffConfig.from_path(str(PROJECT_ROOT)))
    for name, module in before.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module


@pytest.mark.slow
def test_models_and_tests_are_understood_by_both_engines(linter: Linter) -> None:
    dbt = PROJECT_ROOT / "dbt"
    found = {}
    for path in sorted([*dbt.glob("models/**/*.sql"), *dbt.glob("tests/*.sql")]):
        rendered = linter.render_file(str(path), linter.config).templated_variants[0].templated_str
        wrong = faults(rendered)
        if AGGREGATED in path.read_text(encoding="utf-8"):
            wrong.append("string_agg: write dbt.listagg")
        if wrong:
            found[path.name] = wrong
    assert not found


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select cast(a as varchar) as b from t", "write string"),
        ("select * exclude (a) from t", "name the columns"),
        ("select strftime(a, '%Y') as b from t", "has no function"),
        ("select a::bigint as b from t", "write cast"),
        ("select list_transform(a, lambda x: x + 1) as b from t", "spark"),
        ("with recursive r as (select 1 as a union select a + 1 from r) select * from r", "recursion"),
        ("select jaro_winkler_similarity(a, b) as c from t", "has no function"),
    ],
)
def test_what_one_engine_does_not_understand_is_found(sql: str, what: str) -> None:
    assert any(what in fault for fault in faults(sql)), faults(sql)


def test_what_both_understand_is_let_pass() -> None:
    assert not faults("select cast(a as string) as b, row_number() over (order by c) as n from t qualify n = 1")


def test_the_folder_of_each_dialect_is_there() -> None:
    """What a macro dispatches for DuckDB has a form for Spark, and the other way round."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in Path(PROJECT_ROOT / "dbt" / "macros").rglob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", texts))
    assert dispatched
    for name in dispatched:
        ways = [f"macro {engine}__{name}(" in texts for engine in ("duckdb", "spark")]
        assert all(ways) or f"macro default__{name}(" in texts, name
