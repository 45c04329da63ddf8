"""The attack suite: each test says what it attacks, and `make attack` writes the table of docs/threats.md from their results."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

AREAS = {
    "ui": "The web UI",
    "landing": "Files handed in",
    "log": "Taking back and the log of submissions",
    "bytes": "Bytes changed between landing and publishing",
    "publishing": "Publishing, kills and looking back",
    "signing": "Signatures and packs",
    "privacy": "Personal data and secrets",
}
HEAD = """\
# Attacks and what holds

Written by `make attack` on {day}: {attacks} attacks with {cases} cases in {seconds} s, {failed} failed. Each row is a test of
tests/attacks/; those without "only here" are part of `make test` too. SECURITY.md says what is trusted and what is not.
How readers are fuzzed beside this: [fuzzing.md](fuzzing.md).
"""


@dataclass
class Attack:
    """One row of the table: an attack with all its cases."""

    area: str
    attack: str
    holds: str
    test: str
    only_here: bool
    outcomes: list[str] = field(default_factory=list)

    @property
    def result(self) -> str:
        failed = sum(outcome != "passed" for outcome in self.outcomes)
        return "holds" if not failed else f"**{failed} failed**"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--threats", type=Path, help="run every attack and write the table of them to this file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mine = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in mine:
        mark = item.get_closest_marker("attack")
        if mark is None or set(mark.kwargs) - {"only_here"} != {"area", "attack", "holds"} or mark.args:
            raise pytest.UsageError(f"{item.nodeid} must be marked attack(area=, attack=, holds=[, only_here=True])")
        if mark.kwargs["area"] not in AREAS:
            raise pytest.UsageError(f"{item.nodeid}: area is one of {', '.join(AREAS)}")
    if config.getoption("--threats", default=None) is None:
        left_out = [item for item in mine if item.get_closest_marker("attack").kwargs.get("only_here")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS], config.stash[STARTED] = Results(), time.monotonic()
    config.pluginmanager.register(config.stash[RESULTS])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let each report say what its test attacks: it may be made in another process than the one that writes the table."""
    if mark := item.get_closest_marker("attack"):
        item.user_properties.append((MARK, {"only_here": False} | mark.kwargs))


class Results:
    """Collects the reports of all test processes."""

    def __init__(self) -> None:
        self.attacks: dict[str, Attack] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        mark = dict(report.user_properties).get(MARK)
        if mark is not None and (report.when == "call" or report.outcome != "passed"):
            name = report.nodeid.partition("[")[0]
            self.attacks.setdefault(name, Attack(test=name, **mark)).outcomes.append(report.outcome)


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--threats", default=None)
    if path is None or hasattr(session.config, "workerinput"):
        return
    by_area: dict[str, list[Attack]] = defaultdict(list)
    for attack in session.config.stash[RESULTS].attacks.values():
        by_area[attack.area].append(attack)
    outcomes = [outcome for attacks in by_area.values() for each in attacks for outcome in each.outcomes]
    text = HEAD.format(
        day=dt.date.today(),
        attacks=sum(map(len, by_area.values())),
        cases=len(outcomes),
        seconds=round(time.monotonic() - session.config.stash[STARTED]),
        failed=sum(outcome != "passed" for outcome in outcomes),
    )
    for area, title in AREAS.items():
        if by_area[area]:
            text += f"\n## {title}\n\n| attack | what holds | cases | result | test |\n|---|---|---|---|---|\n"
        for each in sorted(by_area[area], key=lambda attack: attack.test):
            test = each.test.removeprefix("tests/attacks/") + (" (only here)" if each.only_here else "")
            text += f"| {each.attack[:1].upper()}{each.attack[1:]} | {each.holds} | {len(each.outcomes)} | {each.result} | {test} |\n"
    path.write_text(text, encoding="utf-8")


MARK = "attack"
RESULTS = pytest.StashKey[Results]()
STARTED = pytest.StashKey[float]()
