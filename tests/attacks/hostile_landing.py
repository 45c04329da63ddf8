"""Lands hostile files, each beside a sound one, in a process of its own: `python hostile_landing.py NAME...` prints what became of each."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from hostile import SOUND_CSV, Hostile, hostile_files

from benchmarks.damage.ledgers import KINDS
from dagster_project.ingestion.children import end_idle
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.zone import FINDINGS_DIR

LEDGERS = {"csv": KINDS[0], "workbook": KINDS[3], "lines": KINDS[5], "array": KINDS[6]}
SOUND = "csv_utf8/2023/sound.csv"


def land(hostile: Hostile, folder: Path) -> dict[str, object]:
    """What became of the hostile file and of the sound one, in how many seconds, and the megabytes of the largest process so far."""
    kind = LEDGERS[hostile.kind]
    name = f"{kind.name}/2023/hostile{kind.suffix}"
    for path, content in ((folder / "raw" / name, hostile.make()), (folder / "raw" / SOUND, SOUND_CSV.encode())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    started = time.perf_counter()
    report = land_drop(
        folder / "raw", folder / "landing", {each.name: each.contract for each in (KINDS[0], kind)}, "101001"
    )
    seconds = time.perf_counter() - started
    end_idle()  # so that the system tells how large they were
    entries = {entry.file: entry for entry in report.entries}
    landed = [
        path.read_bytes() for path in (folder / "landing").glob("*/*.parquet") if path.parent.name != FINDINGS_DIR
    ]
    return {
        "name": hostile.name,
        "entry": asdict(entries[name]),
        "texts": report.refusal_texts(folder / "landing"),
        "sound_rows": entries[SOUND].rows_accepted,
        "seconds": seconds,
        "leaked": any(Path("/etc/hostname").read_bytes().strip() in content for content in landed),
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    for each in hostile_files():
        if each.name in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as place:
                print(json.dumps(land(each, Path(place))), flush=True)
