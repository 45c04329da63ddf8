"""One installation of Superset on this machine: its folder, its preparation, the command that serves it. It runs in an environment of its own."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dagster_project.bi.bundle import bundle_of
from dagster_project.bi.declared import load
from dagster_project.bi.known import known_of
from dagster_project.bi.sources import sources_of
from dagster_project.private_files import write_private
from dagster_project.settings import PROJECT_ROOT, Settings

FILES = PROJECT_ROOT / "bi" / "superset"
CONFIG, PREPARE = "superset_config.py", "prepare.py"
SECRET_KEY = "secret_key"  # noqa: S105 - a file's name
BUNDLE, LOG = "bundle", "superset.log"
LOOPBACK = "127.0.0.1"
THREADS = 8
"""Readers served side by side, by one process: its limits and its key stay in it."""
REQUEST_SECONDS = 120


class SupersetError(RuntimeError):
    """Superset could not be made ready; the message says where its own words are."""


@dataclass(frozen=True)
class Prepared:
    """An installation that can be served: titles of dashboards by slug; ``password`` of admin where it was made just now."""

    dashboards: dict[str, str]
    password: str


def python_of(settings: Settings) -> Path:
    """The Python of Superset's environment, whether or not it is there."""
    return settings.superset_environment.absolute() / "bin" / "python"


def database_address(settings: Settings) -> str:
    """Where Superset reads: the published file, or the PostgreSQL of the settings."""
    given = settings.bi_database.get_secret_value()
    return given or f"duckdb:///{settings.serving_dir / 'current' / 'published.duckdb'}"


def prepare(settings: Settings) -> Prepared:
    """Write the folder, bring the metadata up to date and import the dashboards of this office; takes a minute the first time.

    Raises:
        SupersetError: Superset said no.
    """
    home = settings.superset_home
    for name in (CONFIG, PREPARE):
        write_private(home / name, (FILES / name).read_bytes())
    if not (home / SECRET_KEY).is_file():
        write_private(home / SECRET_KEY, secrets.token_urlsafe(48).encode())
    declared = load()
    texts = bundle_of(declared, sources_of(declared, known_of(settings)), database_address(settings))
    bundle = home / BUNDLE
    shutil.rmtree(bundle, ignore_errors=True)
    try:
        for name, text in texts.items():
            write_private(bundle / name, text.encode())
        done = subprocess.run(  # noqa: S603
            [str(python_of(settings)), str(home / PREPARE), str(home)],
            env=environment(settings), cwd=home, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(bundle, ignore_errors=True)  # the address of a database may hold a password
    write_private(home / LOG, done.stderr.encode())
    if done.returncode:
        raise SupersetError(f"Superset 没有准备好;它说的见 {home / LOG}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if missing := set(declared.dashboards) - set(told["dashboards"]):
        raise SupersetError(f"看板没有导入:{'、'.join(sorted(missing))};Superset 说的见 {home / LOG}")
    return Prepared({name: told["dashboards"][name] for name in declared.dashboards}, told["password"])


def command(settings: Settings, port: int) -> list[str]:
    """What serves the installation to this machine alone until it is ended."""
    return [
        str(python_of(settings)), "-m", "gunicorn", "--workers", "1", "--threads", str(THREADS), "--timeout", str(REQUEST_SECONDS),
        "--bind", f"{LOOPBACK}:{port}", "superset.app:create_app()",
    ]  # fmt: skip


def environment(settings: Settings) -> dict[str, str]:
    """The whole environment of Superset's processes: nothing of ours but the way to its folder, and no calls home."""
    home = settings.superset_home
    return settings.bare_environment() | {
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(home / CONFIG),
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
    }
