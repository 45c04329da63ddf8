"""Take the source rows of a fact away, build again, and every figure changes by exactly what its evidence says.

One test over the catalogue. First one fact of every figure is deleted at once. A figure that then differs from what its
evidence says (a fact may also matter to others, as a project does to its targets) is tried again with a fact of its own,
together only with figures that read other ledgers.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from oracle.offices import Base, build
from sample_warehouse import Warehouse

from dagster_project.contracts import load_contracts

YEAR, DEPARTMENT = 2023, "101001"
OF_THE_YEAR = f"fiscal_year = {YEAR} and department_code = '{DEPARTMENT}'"
SourceRow = tuple[str, str, int]
ATTEMPTS = 3
OWED_WITHOUT_A_ROW = {
    "disclosures.accounts_required": "a document must be published whether or not the ledger has a row for it",
    "disclosures.budget_required": "the same",
    "disclosures.targets_required": "the same",
    "disclosures.results_required": "the same",
    "reconciliation.classes_compared": "a class is compared as long as either cards or accounts have it",
}
"""Counts of what a rule asks for; what stands behind them is the rule, and a row only where there is one."""


@dataclass
class Figure:
    """A figure with its evidence: fact, measure and source row of each row."""

    figure_id: str
    aggregation: str
    value: Decimal | None
    factor: int
    numerator: str | None
    denominator: str | None
    source_ledgers: frozenset[str]
    evidence: list[tuple[str, Decimal | None, SourceRow]] = field(default_factory=list)

    def without(self, deleted: set[SourceRow]) -> Decimal:
        """The figure in its own unit, as its evidence says it is when those source rows are gone."""
        left = [(fact, measure) for fact, measure, row in self.evidence if row not in deleted]
        measured = [(fact, measure) for fact, measure in left if measure is not None]
        if self.aggregation == "sum":
            return sum((m for _, m in measured), Decimal(0)) / self.factor
        if self.aggregation == "count":
            return Decimal(len(measured))
        return Decimal(len({fact for fact, _ in measured}))

    def rows_of_fact(self, place: int) -> set[SourceRow]:
        """All source rows of the n-th fact, in an order that has nothing to do with the ledger."""
        facts = sorted({fact for fact, measure, _ in self.evidence if measure is not None}, key=lambda f: f[::-1])
        fact = facts[(len(facts) // 2 + place) % len(facts)]
        return {row for name, _, row in self.evidence if name == fact}


def read_figures(database: Path, schema: str = "evaluation") -> dict[str, Figure]:
    with duckdb.connect(str(database), read_only=True) as connection:
        figures = {
            row[0]: Figure(*row[:-1], frozenset(row[-1].split("|")))
            for row in connection.execute(
                f"""
                select figure_id, aggregation, value, units_per_figure_unit, numerator_figure, denominator_figure,
                    source_ledgers
                from {schema}.figures join {schema}.figure_definitions using (figure_id)
                where {OF_THE_YEAR} and not starts_with(figure_id, 'scheme.')
                """
            ).fetchall()
        }
        for figure_id, *rest in connection.execute(
            f"""
            select figure_id, fact_key, measure, submission_id, sheet, row_number
            from {schema}.evidence where {OF_THE_YEAR} and submission_id != 'scheme'
            """
        ).fetchall():
            figures[figure_id].evidence.append((rest[0], rest[1], (rest[2], rest[3], rest[4])))
    return figures


class Rebuilt:
    """Copies of the sample's landing and warehouse, to delete rows from and to build again."""

    def __init__(self, sample: Warehouse, folder: Path):
        self.base, self.folder = Base.of(sample.settings), folder / "without"
        self.landing = self.folder / "landing"
        with duckdb.connect(str(sample.published), read_only=True) as connection:
            self.ledger_of = dict(
                connection.execute("select submission_id, ledger from quality.submissions").fetchall()
            )

    def ledgers(self, rows: set[SourceRow]) -> set[str]:
        """The ledgers that source rows belong to."""
        return {self.ledger_of[row[0]] for row in rows}

    def build_without(self, deleted: set[SourceRow]) -> dict[str, Decimal | None]:
        """Delete the rows from landing, in upsert ledgers with their earlier versions; compute what reads them again."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.base.landing_dir, self.landing, copy_function=os.link)
        contracts, ledgers = load_contracts(), self.ledgers(deleted)
        for ledger in sorted(ledgers):
            contract = contracts[ledger]
            rows = {row for row in deleted if self.ledger_of[row[0]] == ledger}
            self._delete(ledger, rows, contract.key if contract.supersede == "upsert" else [])
        database = build(self.base, self.landing, ledgers, self.folder, ("figures",))
        with duckdb.connect(str(database), read_only=True) as connection:
            return dict(
                connection.execute(f"select figure_id, value from evaluation.figures where {OF_THE_YEAR}").fetchall()
            )

    def _delete(self, ledger: str, rows: set[SourceRow], key: list[str]) -> None:
        folder = self.landing / ledger
        with duckdb.connect() as connection:
            connection.execute("create table gone (id varchar, sheet varchar, row_number bigint)")
            connection.executemany("insert into gone values (?, ?, ?)", [list(row) for row in rows])
            everything = f"read_parquet('{folder}/*.parquet', union_by_name = true)"
            is_gone = "(_submission_id, _sheet, _row) in (select (id, sheet, row_number) from gone)"
            names = ", ".join(key)
            if key:
                connection.execute(f"create table keys as select distinct {names} from {everything} where {is_gone}")
                is_gone = f"({names}) in (select ({names}) from keys)"
            for path in folder.glob("*.parquet"):
                kept = path.with_suffix(".kept")
                connection.execute(
                    f"copy (select * from '{path}' where not coalesce({is_gone}, false)) to '{kept}' (format parquet)"
                )
                kept.replace(path)  # not written over: it is a link to the sample's


def expected(figures: dict[str, Figure], deleted: set[SourceRow]) -> dict[str, Decimal | None]:
    """Every figure as its evidence says it is without the deleted rows; a ratio from its two figures, cut at 8 places."""
    plain = {name: f.without(deleted) for name, f in figures.items() if f.aggregation not in ("ratio", "growth")}
    values: dict[str, Decimal | None] = dict(plain)
    for name, figure in figures.items():
        if figure.aggregation in ("ratio", "growth"):
            top, bottom = plain[figure.numerator or ""], plain[figure.denominator or ""]
            top -= bottom if figure.aggregation == "growth" else 0
            values[name] = None if bottom == 0 else 100 * top / bottom
    return values


def differing(computed: dict[str, Decimal | None], wanted: dict[str, Decimal | None], names: set[str]) -> set[str]:
    tolerance = Decimal("0.00000001")
    return {
        name
        for name in names
        if (computed[name] is None) != (wanted[name] is None)
        or (computed[name] is not None and abs(computed[name] - wanted[name]) > tolerance)  # type: ignore[operator]
    }


def apart(
    names: set[str], figures: dict[str, Figure], warehouse: Rebuilt, attempt: int
) -> list[dict[str, set[SourceRow]]]:
    """Groups of figures with the rows of one fact each, such that no figure reads a ledger that another deletes from."""
    groups: list[dict[str, set[SourceRow]]] = []
    for name in sorted(names):
        rows = figures[name].rows_of_fact(attempt)
        for group in groups:
            if all(
                not warehouse.ledgers(rows) & figures[other].source_ledgers
                and not warehouse.ledgers(group[other]) & figures[name].source_ledgers
                for other in group
            ):
                group[name] = rows
                break
        else:
            groups.append({name: rows})
    return groups


@pytest.mark.slow
def test_deleting_a_fact_changes_each_figure_by_exactly_its_measure(sample: Warehouse, tmp_path: Path) -> None:
    figures = {name: f for name, f in read_figures(sample.published).items() if f.value is not None}
    with_facts = {name for name, figure in figures.items() if any(m is not None for _, m, _ in figure.evidence)}
    assert len(with_facts) > 100
    warehouse = Rebuilt(sample, tmp_path)

    deleted = set().union(*(figures[name].rows_of_fact(0) for name in with_facts))
    wanted = expected(figures, deleted)
    suspects = differing(warehouse.build_without(deleted), wanted, set(figures))
    pending = (suspects & with_facts) - set(OWED_WITHOUT_A_ROW)
    wrong: dict[str, tuple[Decimal | None, ...]] = {}
    for attempt in range(1, ATTEMPTS + 1):
        wrong = {}
        for group in apart(pending, figures, warehouse, attempt):
            deleted = set().union(*group.values())
            wanted, computed = expected(figures, deleted), warehouse.build_without(deleted)
            wrong |= {
                name: (figures[name].value, wanted[name], computed[name])
                for name in differing(computed, wanted, set(group))
            }
        pending = set(wrong)
        if not pending:
            break
    assert not wrong, f"figure: before, what its evidence says, what was computed: {wrong}"
