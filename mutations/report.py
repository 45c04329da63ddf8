"""What became of the mutants, as Markdown for docs/mutations.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from mutations.judge import Verdict
from mutations.project import Mutant
from mutations.scope import SCORING

CAUGHT = ("unit test", "sample")
GOAL_PCT = 95


def share(verdicts: list[Verdict]) -> tuple[int, int]:
    """How many were caught, of how many that count."""
    caught = sum(verdict.fate in CAUGHT for verdict in verdicts)
    return caught, caught + sum(verdict.fate == "survived" for verdict in verdicts)


def page(
    command: str,
    verdicts: Mapping[str, Verdict],
    mutants: Mapping[str, Mutant],
    scope: Mapping[str, set[str]],
    reasons: Mapping[str, str],
) -> str:
    """The whole page.

    Args:
        command: the command that was run.
        verdicts: the fate of each mutant that was tried.
        mutants: every mutant, by name.
        scope: the mutants of each indicator.
        reasons: why a mutant is equivalent, by its key.

    Returns:
        Markdown.
    """
    return "\n".join(_lines(command, verdicts, mutants, scope, reasons)) + "\n"


def _lines(
    command: str,
    verdicts: Mapping[str, Verdict],
    mutants: Mapping[str, Mutant],
    scope: Mapping[str, set[str]],
    reasons: Mapping[str, str],
) -> Iterator[str]:
    caught, counted = share(list(verdicts.values()))
    fates = Counter(verdict.fate for verdict in verdicts.values())
    yield "# Mutations"
    yield ""
    yield f"Written by `{command}`. Each mutant is one small mistake in the SQL that leads to an indicator: a wrong operator, another date of the"
    yield "same relation, a dropped filter, `and` for `or`, a dropped `not`, `count` for `count distinct`. A mutant is caught by a dbt unit test of a"
    yield "model that contains it, or because a figure, value or score of the sample for 2022 or 2023 changes, which the tests over the sample compare"
    yield "(`tests/integration`: report and oracle). Keys of joins are not mutated: grain and uniqueness tests hold those."
    yield ""
    yield f"**Caught: {caught} of {counted} ({100 * caught / max(counted, 1):.1f} %)**; the goal is {GOAL_PCT} %."
    yield f"By a unit test {fates['unit test']}, by the sample alone {fates['sample']}, survived {fates['survived']}. Not counted: "
    yield f"{fates['does not run']} that do not run at all, {fates['equivalent']} that change nothing that can be seen (reasons below)."
    yield f"Tried: {len(verdicts)} of {len(set().union(*scope.values()))} mutants that the rules make of this SQL."
    yield ""
    yield "| indicator | mutants | caught | by unit tests | share |"
    yield "|---|--:|--:|--:|--:|"
    for indicator, names in scope.items():
        mine = [verdicts[name] for name in sorted(names) if name in verdicts]
        caught, counted = share(mine)
        units = sum(verdict.fate == "unit test" for verdict in mine)
        title = "scoring, shared by all" if indicator == SCORING else indicator
        yield (
            f"| {title} | {counted} | {caught} | {units} | {100 * caught / counted:.0f} % |"
            if counted
            else f"| {title} | 0 | 0 | 0 | |"
        )
    yield ""
    yield "D1 to D6 are the targets of the office that are counted from its ledgers, components of indicators 1 and 2. A mutant may stand behind several indicators."
    for title, fate in (("Survivors", "survived"), ("Equivalent", "equivalent")):
        told = [name for name, verdict in verdicts.items() if verdict.fate == fate]
        yield ""
        yield f"## {title}"
        yield ""
        if not told:
            yield "None."
            continue
        yield "| key | place | before | after | " + ("reason |" if fate == "equivalent" else "rule |")
        yield "|---|---|---|---|---|"
        for name in told:
            mutant = mutants[name]
            last = reasons.get(mutant.key, "") if fate == "equivalent" else mutant.rule
            yield f"| {mutant.key} | {mutant.file}:{mutant.line} | {_cell(mutant.before)} | {_cell(mutant.after)} | {last} |"


def _cell(text: str) -> str:
    return "`" + (text if len(text) < 90 else text[:87] + "...").replace("|", "\\|") + "`" if text else ""
