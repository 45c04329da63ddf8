"""The processes that ask the checks end with the night, also where it is killed: they would wait for each other for ever and hold its pipes."""

from __future__ import annotations

import subprocess
import sys
import time

from dagster_project.processes import born, is_alive

NIGHT = """
import sys, time
from dagster_project.quality.side_by_side import workers

if __name__ == "__main__":
    with workers(2) as pool:
        waiting = [pool.submit(time.sleep, 600) for _ in range(2)]
        while len(pool._processes) < 2:
            time.sleep(0.01)
        print(*pool._processes, flush=True)
        time.sleep(600)
"""
SECONDS = 30


def test_workers_of_a_killed_night_end_and_give_its_pipes_back() -> None:
    night = subprocess.Popen([sys.executable, "-c", NIGHT], stdout=subprocess.PIPE, text=True)
    assert night.stdout is not None
    workers = [(pid, born(pid)) for pid in map(int, night.stdout.readline().split())]
    assert len(workers) == 2 and all(is_alive(*each) for each in workers)
    time.sleep(1)  # a worker that was only just forked does not watch yet
    night.kill()
    night.communicate(timeout=SECONDS)  # ends once nobody holds the pipe
    until = time.monotonic() + SECONDS
    while any(is_alive(*each) for each in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(is_alive(*each) for each in workers)
