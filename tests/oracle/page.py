"""The page docs/oracle.md: what was drawn, what was compared, what differed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

from oracle.events import EVENTS, told

HEAD = """# The oracle

`tests/oracle` computes every figure of indicators, and those beside them, a second time: plain Python over the raw files, by the words of the specification and the
figure catalogue, without anything of the warehouse. `make oracle` draws offices from a seed, makes random edits in their files, lands the changed files, runs the
statements of the models again that read them, and compares **value and status of every such figure, points and state of every component and indicator, the duties,
the totals and the rating**, in both schemes, for both departments and both years; and the points of every project, the lines of the books and the reviews.

Drawn for each office: the sample, one of two other simulated offices, or one whose second department hands in nearly every ledger too; the department that is edited; the
methods of indicators 3 and 4; for one office in five a moment to look back to; one to four events of the table below; up to four of the named variations
of `tests/oracle/variations.py`, each on or beside a limit; three to twelve single cells that become others (`tests/oracle/slips.py`).
Figures of the congress's own ledgers that nothing scores (suggestions, opinions, surveys) are not computed a second time.
"""


def write_page(path: Path, lines: list[dict[str, Any]], seed: int) -> None:
    """Write the page of a run; lines are outcomes as JSON."""
    kinds = Counter(kind for line in lines for kind, _ in line["edits"])
    events = [told(event) for event in EVENTS]
    statuses: Counter[str] = Counter()
    for line in lines:
        statuses.update(line["statuses"])
    moments = sum(bool(line["drawn"]["as_of"]) for line in lines)
    second = sum(line["drawn"]["department"] != "101001" for line in lines)
    methods = Counter("+".join(sorted(line["drawn"]["variants"].values())) or "as shipped" for line in lines)
    differing = [line for line in lines if line["differences"]]
    page = [
        HEAD,
        f"## The run of {dt.date.today().isoformat()}, seed {seed}",
        "",
        f"The first {len(lines)} offices of the seed. `--log FILE` keeps what was compared, so that a longer run goes on where one stopped;",
        "seconds are those of this machine and of whatever else ran on it.",
        "",
        "| what | how many |",
        "|---|--:|",
        f"| offices | {len(lines)} |",
        f"| of them looked at from a moment (`as_of`) | {moments} |",
        f"| of them with the second department edited | {second} |",
        *(f"| of them with methods: {name} | {count} |" for name, count in sorted(methods.items())),
        f"| edits | {sum(kinds.values()):,} |",
        f"| figures compared | {sum(line['figures'] for line in lines):,} |",
        *(f"| of them {status} | {count:,} |" for status, count in sorted(statuses.items())),
        f"| components and indicators compared | {sum(line['scores'] for line in lines):,} |",
        f"| seconds, an office | {sum(line['seconds'] for line in lines) / max(len(lines), 1):.1f} |",
        f"| offices that differ | {len(differing)} |",
        "",
        "## Edits by kind",
        "",
        "| event | how often |",
        "|---|--:|",
        *(f"| {event} | {kinds[event]} |" for event in events),
        f"| named variations ({len({what for line in lines for kind, what in line['edits'] if kind == 'variation'})} of them) | {kinds['variation']} |",
        f"| single cells ({len([kind for kind in kinds if kind not in (*events, 'variation')])} columns) | "
        f"{sum(count for kind, count in kinds.items() if kind not in (*events, 'variation'))} |",
        "",
    ]
    if differing:
        page += ["## Differences", ""]
        page += [
            f"- office {line['drawn']['number']}: {text}" for line in differing for text in line["differences"][:5]
        ]
        page += [""]
    path.write_text("\n".join(page), encoding="utf-8")
