"""Warehouses of changed offices, made from the sample's by the statements that dbt ran there: seconds, not a night each."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
from filelock import FileLock

from dagster_project.as_of import as_of_text
from dagster_project.contracts.load import load_contracts
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.replacement import confirmation_code
from dagster_project.ingestion.submissions import LOG_NAME, Submission
from dagster_project.settings import PROJECT_ROOT, Settings
from oracle.comparison import Viewed
from oracle.drop import DEPARTMENT
from oracle.editor import LEDGERS, Editor

NOW = Viewed()
SECOND = "101002"
OWN = ("budget_allocations", "payments", "projects")
"""Ledgers that the second department hands in already."""
HERE = Limits(processes=0)
"""Few small files are read sooner in this process than in others that have to start."""
INDICATORS = "seed.jixiao.evaluation_indicators"
DBT = PROJECT_ROOT / "dbt"


@dataclass(frozen=True)
class Base:
    """An office that has been built, from which others are made."""

    raw_dir: Path
    landing_dir: Path
    database: Path
    dbt_dir: Path
    dbt_landing_dir: Path

    @classmethod
    def of(cls, settings: Settings) -> Base:
        """What a night has built.

        Raises:
            ValueError: the build was copied from elsewhere, so that its statements would read the landing zone there.
        """
        compiled = [path.read_text("utf-8") for path in (settings.dbt_target_dir / "compiled").rglob("stg_*.sql")]
        if compiled and not any(str(settings.landing_dir) in text for text in compiled):  # some read other models only
            raise ValueError(f"the statements in {settings.dbt_target_dir} do not read {settings.landing_dir}")
        return cls(
            settings.raw_dir,
            settings.landing_dir,
            settings.warehouse_path,
            settings.dbt_target_dir,
            settings.landing_dir,
        )


def changed_office(
    base: Base, raw: Path, folder: Path, viewed: Viewed = NOW, wanted: Collection[str] | None = None
) -> Base:
    """Another office: like the base, but with these raw files; its warehouse is of the moment and methods of the view.

    Of its tables those are made that the wanted models read, all that is compared unless others are named.
    """
    landing, changed = land(base, raw, folder, viewed.held)
    with FileLock(base.dbt_dir.parent / "one_build.lock"):  # runs side by side build one after another
        database = build(base, landing, changed, folder, wanted or WANTED, viewed)
    return Base(raw, landing, database, base.dbt_dir, base.dbt_landing_dir)


WANTED = (
    "figures",
    "indicators_all_schemes",
    "indicator_components",
    "duty_indicators",
    "scorecard",
    "project_scores",
    "project_indicator_scores",
    "reviews",
    "indicator_reviews",
    "books_reconciliation",
)
PLACEHOLDER = "2001-02-03 04:05:06"
"""The moment in statements that know moments, in whose place each look back puts its own."""


def every_model(base: Base) -> set[str]:
    """The names of all models."""
    nodes = json.loads((base.dbt_dir / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return {node["name"] for node in nodes if node["resource_type"] == "model"}


def twin_office(base: Base, seed: int, folder: Path) -> Base:
    """The base, whose second department hands in nearly every ledger too: those of another simulated office."""
    folder.mkdir(parents=True, exist_ok=True)
    simulate(seed, folder / "other")
    raw = Editor(base.raw_dir, folder / "raw").raw
    lines = []
    with (folder / "other" / "received.csv").open(encoding="utf-8") as receipts:
        for entry in csv.DictReader(receipts):
            file = Path(entry["file"])
            if entry["department"] == DEPARTMENT and file.parts[0] in LEDGERS and file.parts[0] not in OWN:
                name = file.with_name(f"机关服务中心{file.name}")
                shutil.copyfile(folder / "other" / file, raw / name)
                lines.append([name.as_posix(), SECOND, entry["period"], entry["received_at"]])
    with (raw / "received.csv").open("a", encoding="utf-8", newline="") as receipts:
        csv.writer(receipts, lineterminator="\n").writerows(lines)
    shutil.rmtree(folder / "other")
    return changed_office(base, raw, folder)


def simulate(seed: int, raw: Path) -> None:
    """Write the ledgers of an invented office."""
    command = [sys.executable, "-m", "simulation", "--seed", str(seed), "--out", str(raw)]
    subprocess.run(command, check=True, capture_output=True, cwd=PROJECT_ROOT)


def land(origin: Base, raw: Path, folder: Path, held: Collection[str] = frozenset()) -> tuple[Path, set[str]]:
    """The landing zone of a changed office, and the ledgers in which it differs from the one it comes from.

    A changed file lands as a first hand-in: it is what this office had from the beginning, and replaces nothing. Where the
    door takes it for another file once more it is confirmed, as a person would; `held` are files that nobody confirms.
    """
    landing = folder / "landing"
    shutil.copytree(origin.landing_dir, landing, copy_function=os.link)
    (landing / ".lock").unlink(missing_ok=True)  # a lock of its own, not a link to everybody's
    log = landing / LOG_NAME
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    log.unlink()
    changed: set[str] = set()
    kept = []
    for entry in entries:
        name = entry["file"]
        if entry["ledger"] in LEDGERS and not ((raw / name).exists() and _same(raw / name, origin.raw_dir / name)):
            changed.add(entry["ledger"])
        else:
            kept.append(json.dumps(entry, ensure_ascii=False))
    log.write_text("\n".join(kept) + "\n", encoding="utf-8")
    others = [
        path
        for ledger in LEDGERS
        for path in (raw / ledger).rglob("*")
        if path.is_file() and not _same(path, origin.raw_dir / path.relative_to(raw))
    ]
    if others:
        _confirm(raw, {path.relative_to(raw).as_posix() for path in others if not path.name.startswith("更正")})
        entries_ = land_drop(raw, landing, _contracts(), DEPARTMENT, only=others, limits=HERE).entries
        wrong = [entry.reason for entry in entries_ if entry.status != ("held" if entry.file in held else "landed")]
        assert not wrong, wrong
        changed |= {entry.ledger for entry in entries_}
    return landing, changed


_contracts = functools.cache(load_contracts)


def _confirm(raw: Path, names: set[str]) -> None:
    """Write into received.csv the codes by which somebody confirms these files as they are."""
    with (raw / "received.csv").open(encoding="utf-8-sig", newline="") as lines:
        entries = list(csv.DictReader(lines))
    for entry in entries:
        path = raw / entry["file"]
        if entry["file"] in names and path.exists():
            parts = (Path(entry["file"]).parts[0], _sha256(path), entry["department"], entry["period"])
            said = SimpleNamespace(ledger=parts[0], sha256=parts[1], department_code=parts[2], period=parts[3])
            entry["confirmed"] = confirmation_code(cast("Submission", said))
        else:
            entry["confirmed"] = entry.get("confirmed") or ""
    with (raw / "received.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(entries[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(entries)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _same(one: Path, other: Path) -> bool:
    return other.exists() and (one.samefile(other) or one.read_bytes() == other.read_bytes())


def build(
    origin: Base,
    landing: Path,
    changed: set[str],
    folder: Path,
    wanted: Collection[str] = WANTED,
    viewed: Viewed = NOW,
) -> Path:
    """The warehouse of a changed office: the tables that read a changed ledger are made again."""
    manifest = json.loads((origin.dbt_dir / "manifest.json").read_text(encoding="utf-8"))
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    needed: set[str] = set()
    waiting = [key for key, node in models.items() if node["name"] in wanted]
    while waiting:
        key = waiting.pop()
        if key not in needed:
            needed.add(key)
            waiting += [parent for parent in models[key]["depends_on"]["nodes"] if parent in models]
    database = folder / "warehouse.duckdb"
    shutil.copyfile(origin.database, database)
    of_moments = _of_moments(origin.dbt_dir) if viewed.as_of else {}
    stale: dict[str, bool] = {}

    def is_stale(key: str) -> bool:
        """A staging view of an unchanged ledger reads the same rows, although the log of submissions is another."""
        if key not in stale:
            parents = models[key]["depends_on"]["nodes"]
            own = viewed.as_of != "" or any(
                (parent == INDICATORS and bool(viewed.variants))
                or (parent.startswith("source.") and (parent.split(".")[-1] in changed or ".landing_log." in parent))
                for parent in parents
            )
            ledger = models[key]["name"].startswith("stg_") and not models[key]["name"].startswith("stg_quality")
            stale[key] = own or (not ledger and any(is_stale(parent) for parent in parents if parent in models))
        return stale[key]

    done: set[str] = set()
    with duckdb.connect(str(database)) as connection:
        connection.execute("set threads = 2")
        for indicator, variant in viewed.variants.items():
            connection.execute(
                "update seeds.evaluation_indicators set variant = ? where indicator_no = ?", [variant, indicator]
            )

        def make(key: str) -> None:
            if key in done or key not in needed:
                return
            done.add(key)
            for parent in models[key]["depends_on"]["nodes"]:
                make(parent)
            if is_stale(key):
                statement = of_moments.get(models[key]["name"])
                if statement is not None:
                    statement = statement.replace(PLACEHOLDER, as_of_text(viewed.as_of))
                _make_again(connection, models[key], origin, landing, statement)

        for key in sorted(needed):
            make(key)
    return database


@functools.cache
def _of_moments(dbt_dir: Path) -> dict[str, str]:
    """The models that depend on the moment of a look back, as dbt compiles them for one; by name."""
    names = ["stg_quality__submissions", "int_coverage__ledger_periods"]
    folder = dbt_dir.parent / "dbt_of_moments"
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "compile",
        "--quiet",
        "--no-introspect",
        "--target-path",
        str(folder),
    ]
    command += ["--project-dir", str(DBT), "--profiles-dir", str(DBT), "--vars", json.dumps({"as_of": PLACEHOLDER})]
    environment = Settings(build_dir=dbt_dir.parent).child_environment()
    subprocess.run([*command, "--select", *names], check=True, capture_output=True, cwd=PROJECT_ROOT, env=environment)
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in (folder / "compiled" / "jixiao" / "models").rglob("*.sql")
        if path.stem in names
    }


def _make_again(connection: Any, node: dict[str, Any], origin: Base, landing: Path, other: str | None = None) -> None:
    """Run what dbt ran for the model, or another select, on the other landing zone."""
    if other is not None:
        statement = f'create {node["config"]["materialized"]} "{node["schema"]}"."{node["alias"]}" as ({other})'
    else:
        statement = (origin.dbt_dir / "run" / "jixiao" / node["original_file_path"]).read_text(encoding="utf-8")
        statement = statement.replace(f"{node['alias']}__dbt_tmp", node["alias"])
    statement = statement.replace(str(origin.dbt_landing_dir), str(landing))
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    connection.execute(f'drop {kind} if exists "{node["schema"]}"."{node["alias"]}"')
    connection.execute(statement)
