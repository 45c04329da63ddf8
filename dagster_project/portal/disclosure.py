"""Small cells of the public edition: which counts are not told, and which others with them, so that none can be recomputed from totals."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

RULES = Path(__file__).with_name("disclosure.yaml")
Key = Hashable
Sum = tuple[Key, tuple[Key, ...]]
"""A total and the parts that it is the sum of."""


class Withheld:
    """The value of a cell that is not told."""

    def __repr__(self) -> str:
        return "withheld"


WITHHELD = Withheld()


class DisclosureError(ValueError):
    """The rules have no line for a year, or several; the message says which file to mend."""


@dataclass(frozen=True)
class SmallCells:
    """Counts from ``lowest`` to ``highest`` are small; ``source`` and ``why`` say on what ground."""

    lowest: int
    highest: int
    source: str
    why: str

    def is_small(self, count: int) -> bool:
        """Whether a count is not told."""
        return self.lowest <= count <= self.highest

    @property
    def text_zh(self) -> str:
        """The rule for readers."""
        return f"计数为 {self.lowest} 至 {self.highest} 的不公开,能由合计推算出它的另一个数也不公开({self.source};{self.why})。"


def rule_of(fiscal_year: int, path: Path = RULES) -> SmallCells:
    """The rule in force in a year.

    Raises:
        DisclosureError: there is none, or more than one.
    """
    import yaml

    found = [
        rule
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        if rule["valid_from"] <= fiscal_year <= (rule["valid_to"] or fiscal_year)
    ]
    if len(found) != 1:
        raise DisclosureError(
            f"{path.name}:{fiscal_year} 年度应有一条小单元格规则,有 {len(found)} 条;请补上或改正有效期"
        )
    return SmallCells(found[0]["lowest"], found[0]["highest"], found[0]["source"], found[0]["why"])


def withheld_cells(
    counts: Mapping[Key, int],
    sums: Iterable[Sum],
    rule: SmallCells,
    never_shown: frozenset[Key] = frozenset(),
    before: Iterable[Key] = (),
) -> frozenset[Key]:
    """The cells that are not told: the small ones, and as many more as it takes that no small one follows from the others.

    Args:
        counts: every count by its key, totals and cells that no page shows (such as the late ones) too.
        sums: which counts are sums of which; a sum with a part that is not in ``counts`` is an error.
        rule: which are small.
        never_shown: counts that no page shows, which are yet not to follow from others.
        before: what was withheld when the site was written last; it stays so, so that two editions do not tell it together.

    Returns:
        the keys of what is shown nowhere, without ``never_shown``.
    """
    small = {key for key, count in counts.items() if rule.is_small(count)}
    hidden = small | set(never_shown) | {key for key in before if counts.get(key)}
    equations = [{total: Fraction(1), **{part: Fraction(-1) for part in parts}} for total, parts in sums]
    order = {key: place for place, key in enumerate(counts)}
    totals = {next(iter(equation)) for equation in equations}
    while told := determined(equations, hidden) & small:
        fresh: set[Key] = set()
        for key in sorted(told, key=order.__getitem__):
            free = _free_beside(equations, key, hidden)
            if not free:
                raise DisclosureError(f"{key} 的小数无法遮住:没有可以一并不公开的数;请检查 {RULES.name} 和该表")
            if not free & fresh:  # one that another small cell needs may serve both: the next round tells
                met = {k: sum(k in equation and len(equation.keys() & hidden) for equation in equations) for k in free}
                fresh.add(min(free, key=lambda k: (counts[k] == 0, k in totals, -met[k], counts[k], order[k])))
        hidden |= fresh
    return frozenset(hidden - never_shown)


def _free_beside(equations: Sequence[Mapping[Key, Fraction]], key: Key, hidden: set[Key]) -> set[Key]:
    """The cells that are still told in sums which tell a hidden cell: those of the cell itself, or that they lead to over hidden ones."""
    reached, looked_at = {key}, set[int]()
    found: set[Key] = set()
    while True:
        near = [n for n, equation in enumerate(equations) if n not in looked_at and reached & equation.keys()]
        if not near:
            return found
        looked_at.update(near)
        sums = [equations[n].keys() for n in near]
        if telling := set[Key]().union(*(cells - hidden for cells in sums if len(cells & hidden) == 1)):
            return telling
        found = found or set[Key]().union(*(cells - hidden for cells in sums))
        reached |= set[Key]().union(*(cells & hidden for cells in sums))


def determined(equations: Sequence[Mapping[Key, Fraction]], hidden: Iterable[Key]) -> set[Key]:
    """The hidden cells whose value follows from what is told, by any way of adding and subtracting the sums."""
    unknown = set(hidden)
    pivots: dict[Key, dict[Key, Fraction]] = {}
    for equation in equations:
        row = {key: factor for key, factor in equation.items() if key in unknown}
        for key in list(row):
            if key in pivots and key in row:
                row = _minus(row, pivots[key], row[key])
        if not row:
            continue
        pivot = next(iter(row))
        row = {key: factor / row[pivot] for key, factor in row.items()}
        for other, found in pivots.items():
            if pivot in found:
                pivots[other] = _minus(found, row, found[pivot])
        pivots[pivot] = row
    return {pivot for pivot, row in pivots.items() if len(row) == 1}


def _minus(row: Mapping[Key, Fraction], other: Mapping[Key, Fraction], factor: Fraction) -> dict[Key, Fraction]:
    result = dict(row)
    for key, value in other.items():
        left = result.get(key, Fraction(0)) - factor * value
        if left:
            result[key] = left
        else:
            result.pop(key, None)
    return result


def masked(rows: Sequence[dict[str, Any]], name: str, withheld: frozenset[Key]) -> list[dict[str, Any]]:
    """Rows with what is withheld in place of their counts; keys of cells are (name of the row's column, its value, measure)."""
    return [
        {column: WITHHELD if (name, row[name], column) in withheld else value for column, value in row.items()}
        for row in rows
    ]
