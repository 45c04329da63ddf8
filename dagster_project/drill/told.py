"""What a night said: every line it printed, every finding, every check that did not hold, every figure and rating it gave or withheld."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.drill.sealed import Night
from dagster_project.publishing import PublishError, current_version

TELLING = ("error", "warning")
"""Severities that ask somebody to look; a note says only what was done."""
UNTOLD = {"submission_id", "sha256", "log_no", "contract_version", "received_at", "effective_on", "landed_at"}
COUNTS = {"rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes"}
ROW_IN_TEXT = re.compile(r"第\s?\d+\s?行")
NUMBERED = re.compile(r"\d+")
FigureKey = tuple[int, str, str]


@dataclass(frozen=True)
class Statement:
    """One thing that was said; ``file`` and ``row`` where it says so by themselves, else both stand in the text."""

    text: str
    file: str = ""
    row: int | None = None

    @property
    def gist(self) -> str:
        """What it says whatever row it says it of: rows move where others go."""
        return f"{self.file}|{ROW_IN_TEXT.sub('第 # 行', self.text)}"


@dataclass(frozen=True)
class Account:
    """All that a night said and gave.

    ``figures`` are the published ones with their status, ``ratings`` the scorecards' with what is missing, ``pages`` the texts of
    the data-quality pages. Nothing of these where it published nothing.
    """

    exit_code: int
    version: str
    statements: tuple[Statement, ...]
    figures: Mapping[FigureKey, tuple[Decimal | None, str]]
    ratings: Mapping[tuple[str, int, str], str]
    pages: frozenset[str]

    @property
    def is_published(self) -> bool:
        """Whether readers got a version."""
        return bool(self.version)


def account_of(night: Night) -> Account:
    """Take down everything that a night said and gave."""
    statements = [*_printed(night), *_checks(night.settings.check_results)]
    warehouse = night.settings.warehouse_path
    if warehouse.is_file():
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            statements += _quality_tables(connection)
    version = _version(night)
    figures, ratings, pages = _given(night.settings.serving_dir / "current") if version else ({}, {}, frozenset())
    return Account(night.exit_code, version, tuple(statements), figures, ratings, pages)


def news(account: Account, clean: Account) -> list[Statement]:
    """What was said beyond what the clean night says, so often as it says it more often; whatever the row."""
    before = Counter(statement.gist for statement in clean.statements)
    after = Counter(statement.gist for statement in account.statements)
    known = set(clean.statements)
    return [each for each in account.statements if each not in known and after[each.gist] > before[each.gist]]


def _version(night: Night) -> str:
    if night.exit_code != 0 and not (night.settings.serving_dir / "current").exists():
        return ""
    try:
        return str(current_version(night.settings.serving_dir).version)
    except PublishError:
        return ""


def _printed(night: Night) -> Iterator[Statement]:
    """The lines of the night but for its progress, its counts and its places."""
    folder = str(night.settings.build_dir)
    for line in night.printed.splitlines():
        text = " ".join(line.split())
        if (
            not text
            or "▕" in text
            or text.startswith(("·", "载入 ", "已发布", "没有变化", "数据库 ", "Parquet ", "未发布;"))
            or folder in text
        ):
            continue
        yield Statement(text)


def _checks(path: Path) -> Iterator[Statement]:
    """The checks that did not hold, each row by itself where it names several."""
    if not path.is_file():
        return
    seen = set()
    for check in json.loads(path.read_text(encoding="utf-8"))["checks"]:
        if check["passed"] or (check["name"], check["observed"]) in seen:
            continue
        seen.add((check["name"], check["observed"]))
        for part in re.split(r"[;;。]", check["observed"]) or [""]:
            count = re.sub(r"^\d+ 行不符[::]", "", part)
            yield Statement(f"{check['subject']} {check['rule']}: {count}")


def _quality_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[Statement]:
    """The rows of every table of the schema quality that ask somebody to look."""
    tables = connection.execute("select table_name from information_schema.tables where table_schema = 'quality'")
    for (table,) in tables.fetchall():
        found = connection.execute(f'select * from quality."{table}"')
        names = [column[0] for column in found.description]
        for values in found.fetchall():
            row = dict(zip(names, values, strict=True))
            if _asks(table, row):
                yield _statement(table, row)


def _asks(table: str, row: Mapping[str, Any]) -> bool:
    if table == "submissions":
        return row["status"] not in ("landed", "withdrawn")
    if table == "checks":
        return not row["is_passed"]
    return "severity" not in row or row["severity"] in TELLING


def _statement(table: str, row: Mapping[str, Any]) -> Statement:
    said = {name: value for name, value in row.items() if name not in UNTOLD | COUNTS and value not in (None, "")}
    number = said.pop("row_number", None)
    file = str(said.pop("file", ""))
    words = " ".join(f"{name}={value}" for name, value in said.items() if name not in ("message_zh", "remedy_zh"))
    return Statement(f"quality.{table} {words} {said.get('message_zh', '')}".strip(), file, number)


def _given(
    current: Path,
) -> tuple[dict[FigureKey, tuple[Decimal | None, str]], dict[tuple[str, int, str], str], frozenset[str]]:
    with duckdb.connect(str(current / "published.duckdb"), read_only=True) as connection:
        figures = {
            (year, department, figure): (value, status)
            for figure, year, department, value, status in connection.execute(
                "select figure_id, fiscal_year, department_code, value, status from evaluation.figures"
            ).fetchall()
        }
        ratings = {
            (scheme, year, department): rating or ""
            for scheme, year, department, rating in connection.execute(
                "select scheme_id, fiscal_year, department_code, rating from evaluation.scorecard where level = 'total'"
            ).fetchall()
        }
        pages = connection.execute(
            "select verification_zh || limits_zh || compensation_zh from evaluation.quality_statements"
        )
        return figures, ratings, frozenset(text for (text,) in pages.fetchall())


def without_numbers(texts: Iterable[str]) -> frozenset[str]:
    """Texts as they are whatever their counts."""
    return frozenset(NUMBERED.sub("#", text) for text in texts)
