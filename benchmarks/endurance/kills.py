"""SIGKILL at random moments of a night, of writing documents, of signing: afterwards what lies there is the old or the new, whole."""

from __future__ import annotations

import random
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.endurance.office import DEPARTMENT, PUBLISHED, YEAR, Office, change
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.publishing import current_version, verify
from dagster_project.publishing.signatures import read_signatures
from dagster_project.reporting.signing.keys import new_key

DOCUMENTS = ("evaluate", str(YEAR), "--documents")
SIGNER = "甲"
SIGNING = ("sign", str(YEAR), "--as", "prepared", "--by", SIGNER)
ZIPPED = (".docx", ".xlsx", ".zip")


@dataclass
class Kills:
    """What was killed how often, what had ended before the blow, and every fault found."""

    blows: Counter[str] = field(default_factory=Counter)
    too_late: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    version: str = ""

    def fault_unless(self, is_so: bool, text: str) -> None:
        """Note a fault."""
        if not is_so:
            self.faults.append(text)
            print(f"FAULT {text}", flush=True)


def kill_at_random(base: Office, folder: Path, count: int, seed: int) -> Kills:
    """So many kills, most of them of nights; ``base`` has had its first night and is left alone."""
    chance, kills = random.Random(seed), Kills()
    new_key(base.settings.signers, base.settings.keys_dir, SIGNER, ["prepared"], valid_from="2024-01-01")
    files_seed = chance.random()
    changed, undisturbed = base.copy_to(folder / "changed"), folder / "undisturbed"
    change(changed, random.Random(files_seed))
    reference = changed.copy_to(undisturbed)
    lasts = {"night": _seconds(reference, ("nightly", "--quiet"))}
    lasts["documents"] = _seconds(reference, DOCUMENTS)
    lasts["signing"] = _seconds(reference, SIGNING)
    kills.version = current_version(reference.settings.serving_dir).version
    before = current_version(base.settings.serving_dir).version
    nights = count - 2 * (count // 5)
    own = changed.copy_to(folder / "killed")
    for number in range(nights):
        if not _blow(own, ("nightly", "--quiet"), "night", lasts["night"], chance, kills):
            own = changed.copy_to(folder / "killed")
        now = current_version(own.settings.serving_dir)
        kills.fault_unless(now.version in (before, kills.version), f"night {number}: version {now.version}")
        kills.fault_unless(verify(now.path) == [], f"night {number}: version {now.version} is not whole")
        print(f"night {number + 1} of {nights} killed; readers have {now.version}", flush=True)
    code, output = own.run("nightly", "--quiet")
    now = current_version(own.settings.serving_dir)
    kills.fault_unless(code in PUBLISHED, f"the night after ended with {code}: {output[-300:]}")
    kills.fault_unless(now.version == kills.version, f"the night after has {now.version}, not {kills.version}")
    kills.fault_unless(_log(own) == _log(reference), "landing lost or doubled something")
    _kill_documents(own, reference, count // 5, lasts["documents"], chance, kills)
    _kill_signing(own, count // 5, lasts["signing"], chance, kills)
    return kills


def _kill_documents(
    own: Office, reference: Office, count: int, lasts: float, chance: random.Random, kills: Kills
) -> None:
    wanted = _documents(reference)
    for number in range(count):
        _blow(own, DOCUMENTS, "documents", lasts, chance, kills)
        found = _documents(own)
        kills.fault_unless(found in ({}, wanted), f"documents {number}: {set(wanted) ^ set(found)}")
    code, output = own.run(*DOCUMENTS)
    kills.fault_unless(code == 0 and _documents(own) == wanted, f"documents after: {code} {output[-300:]}")
    pack = next((own.settings.reports_dir / str(YEAR) / DEPARTMENT).glob("*佐证包*.zip"))
    code, output = own.run("verify", str(pack))
    kills.fault_unless(code == 0, f"the pack after the kills is not proved: {output[-300:]}")


def _kill_signing(own: Office, count: int, lasts: float, chance: random.Random, kills: Kills) -> None:
    for number in range(count):
        before = len(read_signatures(own.settings.serving_dir))
        _blow(own, SIGNING, "signing", lasts, chance, kills)
        now = len(read_signatures(own.settings.serving_dir))
        kills.fault_unless(now in (before, before + 1), f"signing {number}: {before} entries became {now}")
    before = len(read_signatures(own.settings.serving_dir))
    code, output = own.run(*SIGNING)
    now = len(read_signatures(own.settings.serving_dir))
    kills.fault_unless(code == 0 and now == before + 1, f"signing after: {code}, {output[-300:]}")


def _blow(own: Office, words: tuple[str, ...], what: str, lasts: float, chance: random.Random, kills: Kills) -> bool:
    """Start a command and kill it at some moment of its time; False where it had ended before."""
    running = own.start(*words)
    time.sleep(chance.random() * lasts)
    had_ended = running.poll() is not None
    running.kill()
    running.communicate()
    (kills.too_late if had_ended else kills.blows)[what] += 1
    return not had_ended


def _seconds(office: Office, words: tuple[str, ...]) -> float:
    began = time.monotonic()
    code, output = office.run(*words)
    if code not in PUBLISHED:
        raise RuntimeError(f"{' '.join(words)} ended with {code}: {output[-500:]}")
    return time.monotonic() - began


def _log(office: Office) -> list[tuple[str, str, str]]:
    entries = SubmissionLog(office.settings.landing_dir / LOG_NAME).entries
    return sorted((entry.file, entry.sha256, entry.status) for entry in entries)


def _documents(office: Office) -> dict[str, bool]:
    """The documents of the year, and whether each can be opened."""
    folder = office.settings.reports_dir / str(YEAR) / DEPARTMENT
    return {str(path.relative_to(folder)): _opens(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _opens(path: Path) -> bool:
    if path.suffix not in ZIPPED:
        return path.stat().st_size > 0
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except zipfile.BadZipFile:
        return False
