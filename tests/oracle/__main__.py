"""`PYTHONPATH=tests python -m oracle --offices 200 --seed 1`: many random offices, warehouse beside oracle; writes docs/oracle.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings
from oracle.fleet import Bases, Outcome, draw, run
from oracle.offices import Base
from oracle.page import write_page

PAGE = PROJECT_ROOT / "docs" / "oracle.md"


def main() -> int:
    """Build, compare and write; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offices", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*", help="numbers of single offices; no page is written")
    parser.add_argument(
        "--log", type=Path, help="JSON lines, one an office; offices that stand there are not made again"
    )
    parser.add_argument("--build", type=Path, help="a build of the sample that stands already")
    parser.add_argument(
        "--bases", type=Path, help="where the offices from which others are made are kept for the next run"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = options.log or folder / "offices.jsonl"
        done = {line["drawn"]["number"]: line for line in _lines(log)}
        settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=options.build or folder / "build")
        settings.export_to_environment()
        if options.build is None:
            NightlyRun(settings).execute(lambda text: None)
        bases = Bases(Base.of(settings), options.bases or folder / "bases")
        for drawn in draw(options.offices, options.seed):
            is_wanted = drawn.number in options.only if options.only else drawn.number not in done
            if is_wanted:
                began = time.monotonic()
                outcome = run(drawn, bases, folder / "office")
                line: dict[str, Any] = {
                    "drawn": asdict(drawn),
                    "edits": outcome.edits,
                    "figures": outcome.figures,
                    "scores": outcome.scores,
                    "statuses": dict(outcome.statuses),
                    "differences": outcome.differences,
                    "seconds": round(time.monotonic() - began, 1),
                }
                done[drawn.number] = line
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(line, ensure_ascii=False) + "\n")
                _tell(outcome, line["seconds"])
    if not options.only:
        write_page(PAGE, list(done.values()), options.seed)
    return int(any(line["differences"] for line in done.values()))


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def _tell(outcome: Outcome, seconds: float) -> None:
    drawn = outcome.drawn
    print(
        f"{drawn.number:4} {drawn.kind} {drawn.department} {drawn.as_of or '-'} {drawn.variants or '-'} "
        f"edits {len(outcome.edits)}, figures {outcome.figures}, differences {len(outcome.differences)}, {seconds} s",
        flush=True,
    )
    for kind, what in outcome.edits if outcome.differences else []:
        print(f"       {kind}: {what}")
    for text in outcome.differences[:12]:
        print(f"     ! {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
