"""Nights of a UI that runs: dropping a file, waiting, and what GraphQL says of runs, sensors and checks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ui_server import RunningUi

RUNS = "{ runsOrError { ... on Runs { results { runId status pipelineName creationTime startTime endTime tags { key value } repositoryOrigin { repositoryLocationName } } } } }"


def write_slowly(path: Path, seconds: int) -> None:
    """Save a file anew over some time, as a slow copy does; in the middle of it half of it is there."""
    whole = path.read_bytes() + b"\r\n"
    with path.open("wb") as stream:
        for number in range(seconds):
            stream.write(whole[len(whole) * number // seconds : len(whole) * (number + 1) // seconds])
            stream.flush()
            time.sleep(1)


def wait(asked: Callable[[], Any], seconds: float) -> Any:
    until = time.monotonic() + seconds
    while not (found := asked()):
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.5)
    return found


def runs_of(ui: RunningUi, origin: str) -> list[dict[str, Any]]:
    """The runs of the night of one origin; without one those that somebody launched."""
    found = ui.graphql(RUNS)["data"]["runsOrError"]["results"]
    tags = [({tag["key"]: tag["value"] for tag in run["tags"]}, run) for run in found]
    return [run for own, run in tags if own.get("jixiao/origin", "") == origin and run["pipelineName"] == "nightly"]


def ended(ui: RunningUi, origin: str, count: int = 1) -> list[dict[str, Any]]:
    found = [run for run in runs_of(ui, origin) if run["status"] in ("SUCCESS", "FAILURE")]
    return found if len(found) >= count else []


def ticked(ui: RunningUi, name: str) -> bool:
    query = """query Ticks($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) { ... on Sensor {
        sensorState { status ticks(limit: 1) { status } } } } }"""
    place = {"repositoryName": "__repository__", "repositoryLocationName": "dagster_project.definitions"}
    state = ui.graphql(query, selector={**place, "sensorName": name})["data"]["sensorOrError"]["sensorState"]
    assert state["status"] == "RUNNING"
    return bool(state["ticks"]) and state["ticks"][0]["status"] in ("SKIPPED", "SUCCESS")


def checks_passed(ui: RunningUi) -> bool:
    query = """query Checks($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
        assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }"""
    key = {"path": ["raw", "budget", "payments"]}
    node = ui.graphql(query, key=key)["data"]["assetNodeOrError"]
    found = {
        check["name"]: (check["executionForLatestMaterialization"] or {}).get("status")
        for check in node["assetChecksOrError"]["checks"]
    }
    wanted = {"rows_accounted_for", "nothing_rejected", "on_time"}
    return {name for name, status in found.items() if status == "SUCCEEDED"} >= wanted


def beat(path: Path, origin: str) -> bool:
    return path.is_file() and json.loads(path.read_text())["origin"] == origin
