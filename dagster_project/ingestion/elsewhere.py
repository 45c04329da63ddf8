"""Whether a file is another one once more: last month's, last year's, or another department's, under a new name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.contracts import Contract
from dagster_project.contracts.departments import is_reported_by
from dagster_project.ingestion.bands import bands_of
from dagster_project.ingestion.comparison import Comparison
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import Submission

ALL = 1.0
"""Where older rows may come back beside newer ones, a file is a copy of another one only if it brings nothing new at all."""


@dataclass(frozen=True)
class Judgement:
    """Why a file is held, empty where it is not, and what is told of one that counts although something is odd."""

    held: str = ""
    told: str = ""


def days_outside(comparison: Comparison, entry: Submission, contract: Contract) -> Judgement:
    """Whether days of a file lie outside its period: told, or held where most of them do."""
    if contract.dated_by is None or not entry.rows_accepted or not comparison.may_be_outside(entry, contract):
        return Judgement()
    outside, dated, first, last = comparison.outside_period(entry, contract)
    if not outside:
        return Judgement()
    bands, header = bands_of(contract), contract.column(contract.dated_by).headers[0]
    text = f"登记的期间是 {entry.period},而 {dated:,} 行中有 {outside:,} 行的{header}不在这个期间内(各行为 {first} 至 {last})"
    if outside / dated <= bands.outside_period_share or dated < bands.same_rows:
        return Judgement(told=f"{text},已采用;请核对这些日期")
    return Judgement(f"{text},像是另一期的文件,暂不采用;请核对文件,或更正 received.csv 登记的期间")


def is_elsewhere(
    comparison: Comparison,
    entry: Submission,
    contract: Contract,
    entries: Sequence[Submission],
    reporters: Mapping[str, frozenset[str]],
) -> str:
    """Why a file looks like one of another period or department that counts; empty where it does not.

    ``reporters`` are the departments that report each department as a whole.
    """
    bands = bands_of(contract)
    if entry.rows_accepted < bands.same_rows:
        return ""
    by_mode: dict[tuple[bool, float], list[Submission]] = {}
    for other, whole_rows, share in _candidates(comparison, entry, contract, entries, reporters):
        by_mode.setdefault((whole_rows, entry.rows_accepted * share), []).append(other)
    for (whole_rows, at_least), others in sorted(by_mode.items()):
        common, other = comparison.in_common(entry, others, contract, whole_rows=whole_rows)
        if common < at_least:
            continue
        what = "内容相同" if whole_rows else "主键相同"
        return (
            f"其 {entry.rows_accepted:,} 行中有 {common:,} 行与已载入的 {other.file}"
            f"(部门 {other.department_code},期间 {other.period})的行{what},像是同一份文件又报了一次"
            f"(本文件登记为部门 {entry.department_code},期间 {entry.period}),暂不采用;"
            "请核对文件,或更正 received.csv 登记的部门和期间"
        )
    return ""


def _candidates(
    comparison: Comparison,
    entry: Submission,
    contract: Contract,
    entries: Sequence[Submission],
    reporters: Mapping[str, frozenset[str]],
) -> Iterator[tuple[Submission, bool, float]]:
    """The files in force that may hold most of the rows: whether whole rows are compared, and what share of them makes it a copy."""
    same_share = bands_of(contract).same_share
    for other in in_force(each for each in entries if each.ledger == entry.ledger and not each.answers):
        if (other.department_code, other.period) == (entry.department_code, entry.period):
            continue
        if is_reported_by(other.department_code, entry.department_code, reporters):
            continue  # a department that reports its units as a whole tells what they tell themselves
        mode = _may_return(contract, is_same_department=other.department_code == entry.department_code)
        if mode == "rows" or not comparison.can_compare(contract, other):
            continue
        share = ALL if mode == "older rows" else same_share
        if other.rows_accepted < entry.rows_accepted * share:
            continue
        # A key of which one part lies in other ranges has no row in common: among many departments this spares most comparisons.
        if all(_overlap(comparison.bounds(entry, name), comparison.bounds(other, name)) for name in contract.key):
            yield other, mode != "nothing", share


def _may_return(contract: Contract, *, is_same_department: bool) -> str:
    """What of a file may stand in another one: nothing, keys, rows, or in an upsert ledger older rows beside newer ones."""
    if is_same_department:
        if contract.supersede == "upsert" or not contract.key:
            return "older rows"
        return contract.returning.periods if contract.returning else "nothing"
    return contract.returning.departments if contract.returning else "keys"


def _overlap(one: tuple[object, object] | None, other: tuple[object, object] | None) -> bool:
    """Whether two ranges have anything in common; also where one is not known."""
    if one is None or other is None or type(one[0]) is not type(other[0]):
        return True
    return not (one[1] < other[0] or other[1] < one[0])  # type: ignore[operator]  # values of one column
