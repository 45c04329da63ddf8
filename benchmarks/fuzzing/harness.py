"""One fuzzed process: it is a reading process in all that bounds one, and reads what atheris mutates until its time is over."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import resource
import shutil
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["dagster_project.ingestion"]):
    from dagster_project.ingestion.drop import DroppedFile
    from dagster_project.ingestion.fingerprint import fingerprint
    from dagster_project.ingestion.limits import Limits
    from dagster_project.ingestion.pending import Pending
    from dagster_project.ingestion.pool import MANY_ROWS_BYTES
    from dagster_project.ingestion.reader import Reader, packed
    from dagster_project.ingestion.receipt import Receipt
    from dagster_project.ingestion.refusal import FAULTS_DIR
    from dagster_project.ingestion.zone import clear_workplace, write_schemas

from benchmarks.damage.blows import struck
from benchmarks.fuzzing.seeds import FORMATS, contract_of

LONGEST_SECONDS = 5.0
TOLD_EVERY = 20
KEPT_LANDINGS = 200
RECEIPT = Receipt("101001", "2023", "2023-03-01T00:00:00+08:00")
WHOLE_FILE = 0.1
"""The share of zipped files of which the bytes of the zip are mutated, in place of those of one part."""
LARGEST = 400_000
PLACE = re.compile(r'File "([^"]+)", line (\d+)')


class Harness:
    """Reads mutated files and writes down what they cost; faults go to ``keep``, each place in the program once."""

    def __init__(self, name: str, folder: Path, keep: Path):
        self.name, self.folder, self.keep = name, folder, keep
        self.contract = contract_of(name)
        self.drop, self.landing = folder / "drop", folder / "landing"
        self.drop.mkdir(parents=True, exist_ok=True)
        self._empty_landing()
        self.reader = Reader({"fuzzed": self.contract}, self.landing, Limits(), MANY_ROWS_BYTES, 1)
        self.ends_at = 0.0
        self.told: dict[str, float] = {"runs": 0, "landed": 0, "slowest": 0.0, "peak_mb": 0.0}

    def read(self, data: bytes) -> None:
        """Read one file as a reading process does."""
        digest = hashlib.sha256(data).digest()
        suffixes = FORMATS[self.name]
        path = self.drop / f"2023{suffixes[digest[0] % len(suffixes)]}"
        for other in self.drop.iterdir():
            other.unlink()
        path.write_bytes(data)
        started = time.process_time()
        layout = self.contract.files[digest[1] % len(self.contract.files)]
        file = DroppedFile(path, path.name, self.contract, (layout,))
        answer = self.reader.read(packed([Pending(file, fingerprint(path), RECEIPT, digest.hex()[:16], None)]))
        took = time.process_time() - started
        self._judge(path, answer, took)
        self.told["runs"] += 1
        self.told["landed"] += answer.get("entry", {}).get("status") == "landed"
        self.told["slowest"] = max(self.told["slowest"], took)
        self.told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        is_over = time.monotonic() > self.ends_at
        if is_over or self.told["runs"] % TOLD_EVERY == 1:
            (self.folder / "told.json").write_text(json.dumps(self.told))
        if self.told["runs"] % KEPT_LANDINGS == 0:
            self._empty_landing()
        if is_over:
            os._exit(0)  # engines with threads do not go well under a fuzzer

    def _empty_landing(self) -> None:
        shutil.rmtree(self.landing, ignore_errors=True)
        clear_workplace(self.landing)
        write_schemas(self.landing, [self.contract])

    def _judge(self, path: Path, answer: dict[str, Any], took: float) -> None:
        if took > LONGEST_SECONDS:
            self._keep(path, "slow", f"took {took:.1f} s")
        if "fault" in answer or answer.get("memory"):
            self._keep(path, "shared" if "fault" in answer else "memory", str(answer))
        for fault in (self.landing / FAULTS_DIR).glob("*"):
            text = fault.read_text()
            places = PLACE.findall(text)
            where = next((f"{Path(f).stem}{n}" for f, n in reversed(places) if "dagster_project" in f), "somewhere")
            self._keep(path, where, text.strip().splitlines()[-1])
            fault.unlink()

    def _keep(self, path: Path, where: str, text: str) -> None:
        kept = self.keep / f"{self.name}-{where}{path.suffix}"
        if not kept.exists():
            shutil.copy(path, kept)
            kept.with_suffix(".txt").write_text(f"{kept.name}: {text}\n")


def mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """A file with random blows; of a zip mostly to one part, put back with its checksum right."""
    rng = random.Random(seed)  # noqa: S311 - the same every time
    fresh = _in_a_part(data, rng) if data.startswith(b"PK") and rng.random() > WHOLE_FILE else struck(data, rng)
    return fresh if len(fresh) <= max_size else fresh[:max_size]


def _in_a_part(data: bytes, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return struck(data, rng)
    sheets = [name for name in parts if re.search("sheet|content|styles|comments|drawing", name)]
    name = rng.choice([*parts, *sheets, *sheets] or [""])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for each, content in parts.items():
            fresh = struck(content, rng) if each == name else content
            archive.writestr(zipfile.ZipInfo(each), fresh, zipfile.ZIP_DEFLATED, 1)
    return stream.getvalue()


def main() -> None:
    """Fuzz: format, folder to work in, folder for faults, seconds, corpus."""
    name, folder, keep, seconds, corpus = sys.argv[1:]
    harness = Harness(name, Path(folder), Path(keep))
    harness.ends_at = time.monotonic() + float(seconds)
    options = [f"-max_len={LARGEST}", "-timeout=0", "-rss_limit_mb=0", "-len_control=0"]
    arguments = [sys.argv[0], corpus, *options, f"-artifact_prefix={folder}/"]
    atheris.Setup(arguments, harness.read, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
