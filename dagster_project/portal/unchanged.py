"""Pages of a department's year that a new version says nothing new of are taken over from the site before; only their foot is written anew.

A year's pages are made of the rows of its department and of those below it, of rows of no department, of the years before (of which
forecasts learn) and of the program. Each year has a key of all these: where it is the key of the site before, so are its pages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.in_year.published import NEEDED
from dagster_project.portal.laid_documents import DOCUMENTS
from dagster_project.portal.reading import Evaluation
from dagster_project.publishing import DATABASE

Digests = Mapping[tuple[str, str], str]
"""By table and department (empty: rows of none) a digest of the rows."""
OF_THE_DAY = {"quality.submissions": ("log_no",), "marts.hand_in_calendar": ("seen_on",)}
"""Columns that move for all departments when any hands in; no page of a department's year shows them."""
OF_THE_SITE = ("catalogue.", "evaluation.bureau_", "quality.rules", "quality.checks")
"""Tables that only pages of the whole site tell of, which are written anew each time; of the checks, `CHECKS` says what a year's pages tell."""
READ_WHOLE = ("quality.acceptances", "quality.severity_changes", "marts.department_tree")
"""Tables that have a department, and are read as a whole."""
CHECKS = """
    with own as (
        select issues.department_code, checks.check_id, checks.check_kind, checks.subject, checks.rule_zh, checks.severity, checks.remedy_zh
        from (select distinct department_code, check_id from quality.issues) as issues join quality.checks as checks using (check_id)
        union all
        select null, 'all', cast(count(*) as varchar), '', '', '', '' from quality.checks
        union all
        select null, check_id, cast(issue_count as varchar), cast(open_count as varchar), cast(accepted_count as varchar), rule_zh, remedy_zh
        from quality.checks where kept_count < issue_count
    )
    select * from own
"""
"""What a year's pages tell of the checks: those that its department breaks, how many there are, and counts of those not all of whose rows are listed."""
BELOW = "select department_code from marts.department_tree where fiscal_year = $year and ancestor_code = $department order by 1"


@dataclass(frozen=True)
class Before:
    """The site that is there: its folder, the foot of its pages, and by year's folder the key and the digest of the pages."""

    folder: Path
    foot: str
    years: Mapping[str, Mapping[str, Any]]


@dataclass
class UnchangedYears:
    """Which years need no new pages.

    ``before`` is the site that is there, None where nothing of it may be used; ``keys`` are those of the new version by the folder of
    a year; ``written`` gets the note of each year: its key, and the digest of its pages without the foot.
    """

    before: Before | None
    keys: Mapping[str, str]
    written: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_unchanged(self, evaluation: Evaluation) -> bool:
        """Whether the site before has the pages of a year as they would be written."""
        noted = self.before.years.get(evaluation.prefix) if self.before else None
        return noted is not None and noted["key"] == self.keys.get(evaluation.prefix)

    def take_over(self, evaluation: Evaluation, foot: str, fresh: Path) -> list[str] | None:
        """Write the pages of an unchanged year with a new foot; None where what lies there is not what was written.

        Args:
            evaluation: the year.
            foot: of the pages of the new site.
            fresh: the folder of the new site.
        """
        assert self.before is not None
        old, noted = self.before.folder / evaluation.prefix, self.before.years[evaluation.prefix]
        before, now = self.before.foot.encode(), foot.encode()
        digest, pages = hashlib.sha256(), {}
        for path in _pages_in(old):
            head, found, tail = path.read_bytes().partition(before)
            if not found:
                return None
            name = path.relative_to(old).as_posix()
            _add(digest, name, head + tail)
            pages[evaluation.prefix + name] = head + now + tail
        if digest.hexdigest() != noted["digest"]:
            return None
        for name, page in pages.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(page)
        self.written[evaluation.prefix] = dict(noted)
        return list(pages)

    def note(self, evaluation: Evaluation, foot: str, fresh: Path) -> None:
        """Note the pages of a year that were written anew."""
        if evaluation.prefix not in self.keys:
            return
        digest, folder = hashlib.sha256(), fresh / evaluation.prefix
        for path in _pages_in(folder):
            head, _, tail = path.read_bytes().partition(foot.encode())
            _add(digest, path.relative_to(folder).as_posix(), head + tail)
        self.written[evaluation.prefix] = {"key": self.keys[evaluation.prefix], "digest": digest.hexdigest()}


def _pages_in(folder: Path) -> list[Path]:
    """The pages of a year, without the documents that lie beside them."""
    return [path for path in sorted(folder.rglob("*.html")) if DOCUMENTS not in path.relative_to(folder).parts]


def keys_of(
    version_dir: Path, evaluations: Sequence[Evaluation], common: Sequence[Any], documents: Mapping[str, Sequence[Any]]
) -> dict[str, str]:
    """The key of each year by its folder; none where the version is of a release that lacks a table.

    Args:
        version_dir: the folder of the published version.
        evaluations: the years; those of the first one's department have none, because they have pages on all departments.
        common: what the pages of all years are made of beside the version.
        documents: size and time of those of a year, by its name.
    """
    found: dict[str, str] = {}
    own = next((each.department_code for each in evaluations), "")
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        try:
            digests, earlier = _digests(connection), {}
            for each in evaluations:
                if each.department_code == own:
                    continue
                year = each.fiscal_year
                if year not in earlier:
                    earlier[year] = _of_years_before(connection, year)
                asked = {"year": year, "department": each.department_code}
                below = {row[0] for row in connection.execute(BELOW, asked).fetchall()} | {each.department_code, ""}
                rows = [(*key, digest) for key, digest in digests.items() if key[1] in below]
                made_of = [*common, each.prefix, each.name, documents.get(each.name), earlier[year], rows]
                found[each.prefix] = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
        except duckdb.CatalogException:
            return {}
    return found


def _digests(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """A digest of the rows of each department in each table that pages of a year tell of, in order of tables."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where not internal order by all"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    found = {("columns", ""): hashlib.sha256(json.dumps(columns).encode()).hexdigest()}
    for table, names in columns.items():
        if table.startswith(OF_THE_SITE):
            continue
        has_department = "department_code" in names and table not in READ_WHOLE
        kept = f"* exclude ({', '.join(OF_THE_DAY[table])})" if table in OF_THE_DAY else "*"
        found |= _digest(connection, table, f"select {kept} from {table}", has_department)
    return found | _digest(connection, "quality.checks", CHECKS, True)


def _digest(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, has_department: bool
) -> dict[tuple[str, str], str]:
    department = "coalesce(department_code, '')" if has_department else "''"
    rows = connection.execute(
        f"select {department}, count(*), bit_xor(hash(asked)), sum(hash(asked)) from ({query}) as asked group by 1 order by 1"
    ).fetchall()
    return {(name, code): f"{count} {crossed} {added}" for code, count, crossed, added in rows}


def _of_years_before(connection: duckdb.DuckDBPyConnection, year: int) -> str:
    """A digest of what all departments' forecasts learn from."""
    parts = []
    for table, _ in NEEDED:
        query = f"select * from {table} where fiscal_year < {year}"
        if table in OF_THE_DAY:
            query = f"select * exclude ({', '.join(OF_THE_DAY[table])}) from ({query})"
        parts.append(_digest(connection, table, query, False).get((table, ""), ""))
    return "|".join(parts)


def _add(digest: Any, name: str, content: bytes) -> None:
    digest.update(f"{name} {len(content)}\0".encode() + content)
