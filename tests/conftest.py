"""What several kinds of tests need: the sample landed, built and published once."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest
from session_nights import (  # noqa: F401
    OF_THE_SESSION,
    corrected,
    documented,
    looked_back,
    office_of_seed,
    one_payment_changed,
    sample,
    session_folder,
    stopped,
    ui,
)

LONGEST_FIRST = (
    "test_oracle",
    "test_signoff",
    "test_new_office",  # needs no sample, while another process makes it
    "test_bureau",
    "test_held_back",
    "test_endurance",
    "test_postgres",
    "test_schedules",
    "test_desk_loop",
    "test_drill",
    "test_first_light",
    "test_plausibility",
    "test_completeness",
    "test_telling",
    "test_answer_loop",
    "test_other_years",
    "test_ui_worth",
    "test_bi_server",
    "test_annual_report",
    "test_portal",
    "test_house_rules",
    "test_backup",
    "test_dagster",
    "test_data_docs_command",
    "test_portal_browser",
    "test_simulation",
    "test_typing",
    "test_drafting",
    "test_landing",
    "test_answers",
)
"""Modules that take minutes, so that at the end no test process waits long for the others; then come those with slow tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules in the order in which they begin; that of the tests in a module stays."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (places.get(item.path.stem, len(places)), item.path not in slow))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With --durations, say how long the longest modules took: what `LONGEST_FIRST` is ordered by."""
    longest = terminalreporter.config.getoption("durations")
    if not longest:
        return
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    terminalreporter.section("longest modules")
    for module, took in seconds.most_common(longest * 3):
        terminalreporter.write_line(f"{took:8.1f} s  {module}")


@pytest.fixture(scope="module", autouse=True)
def environment_of_the_module() -> Iterator[None]:
    """Give back the environment as it was: a night hands its settings, such as an office's folder, on to the processes that it starts."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="module", autouse=True)
def folders_of_the_module(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove what a module built for its tests once the last has ended, unless one failed.

    A built warehouse takes about 230 MB: kept until the session ends, they fill a small disk.
    """
    place = tmp_path_factory.getbasetemp()
    before, failed_before = set(place.iterdir()), request.session.testsfailed
    yield
    if request.session.testsfailed == failed_before:
        for folder in set(place.iterdir()) - before - {place / OF_THE_SESSION}:
            shutil.rmtree(folder, ignore_errors=True)
