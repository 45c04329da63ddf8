"""The one place that reads the environment and joins paths. Everything else is handed a `Settings`."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from dagster_project.build_places import PROJECT_ROOT, Places
from dagster_project.ingestion.limits import Limits
from dagster_project.office import Office, OfficeError, put_together

if TYPE_CHECKING:
    from dagster_project.ingestion.keeping import Keeping

PROJECT = Office(
    dbt=PROJECT_ROOT / "dbt",
    contracts=PROJECT_ROOT / "dagster_project" / "contracts",
    texts=PROJECT_ROOT / "dagster_project" / "reporting" / "report" / "text",
)
"""What an office without a folder of its own is configured by: the shipped sample."""
PUBLISHED_SCHEMAS = ("marts", "evaluation", "quality")
"""The schemas of the warehouse that readers get; no two of their tables share a name."""
PREFIX = "JIXIAO_"
INTERNAL_VARIABLES = {"JIXIAO_WAREHOUSE", "JIXIAO_LANDING", "JIXIAO_THREADS", "JIXIAO_QUERY_THREADS"}
"""What dbt is told by variables of the same beginning; nobody sets them."""
POSTGRES_VARIABLE = "DAGSTER_POSTGRES_URL"
"""What dagster.yaml names instead of the address itself, which holds a password."""


class Settings(Places):
    """Where things lie and which department hands in files that name none.

    Each field may be set by an environment variable with the prefix ``JIXIAO_``, such as ``JIXIAO_BUILD_DIR``.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    raw_dir: Path = PROJECT_ROOT / "data" / "raw"
    office_dir: Path | None = Field(
        default=None, description="What is an office's own: seeds, contracts, report texts; unset: those of the project"
    )
    contracts_dir: Path = Field(
        default_factory=lambda given: _contracts_dir(given), description="Contracts; of the office unless set"
    )
    department_code: str = Field(
        default="101001",
        pattern=r"^[0-9A-Za-z_-]+$",
        description="Department of files that received.csv does not list; it names folders too",
    )
    kept_versions: int = Field(default=10, ge=1, description="Published versions kept for rollback")
    kept_runs: int = Field(
        default=60,
        ge=1,
        description="Nights that built, of which Dagster keeps all events; ten times as many without news",
    )
    keys_dir: Path = Field(
        default_factory=lambda: Path.home() / ".jixiao" / "keys", description="Private keys of those who sign here"
    )
    signers: Path = Field(
        default=PROJECT_ROOT / "data" / "signers.csv", description="Register of signers and their public keys"
    )
    key_passphrase: SecretStr = Field(
        default=SecretStr(""), description="Passphrase of a private key, instead of asking"
    )
    one_person_may_sign: bool = Field(default=False, description="Whether one person may sign a year in two roles")
    ui_hosts: str = Field(default="", description="Addresses of the UI besides loopback, with commas between")
    ui_token_file: Path | None = Field(default=None, description="File with the token that the UI asks for")
    kept_hours: float = Field(
        default=24, ge=0, description="Hours that a version stays after it was current, for who still reads it"
    )
    published_proof_seconds: float = Field(
        default=0.2, ge=0, description="Seconds a night reads published files again, besides those that changed"
    )
    internal_free_text: Literal["masked", "clear"] = Field(
        default="masked", description="Whether published tables and internal documents show free texts as handed in"
    )
    originals_dir: Path | None = Field(
        default=None, description="Copies of what was handed in; build/originals if unset"
    )
    originals_years: int = Field(default=10, ge=0, description="Years an original stays that nothing rests on; 0: none")
    deleted_files: Literal["withdraw", "keep"] = Field(
        default="withdraw", description="A file that is taken out of the drop: withdrawn, or counted on"
    )
    proof_seconds: float = Field(default=1.0, ge=0, description="Time that a night spends on proving hashes")
    reading_processes: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=0, description="Files read side by side; 0: in the main process"
    )
    reading_memory_mb: int = Field(default=900, ge=200, description="Memory that reading one file may take")
    reading_seconds: int = Field(default=6, ge=1, description="Processor time that reading a small file may take")
    alert_urls: SecretStr = Field(
        default=SecretStr(""),
        description="Where alerts go besides build/outbox: addresses of apprise, with blanks between",
    )
    night_at: str = Field(default="02:00", description="When the night begins, Asia/Shanghai")
    night_grace_hours: float = Field(
        default=2, ge=0, description="Hours after which a night that did not begin is told of"
    )
    settle_seconds: float = Field(
        default=10, ge=0, description="Seconds a file must lie unchanged before a run of Dagster reads it"
    )
    dagster_postgres: SecretStr = Field(
        default=SecretStr(""),
        description="Address of a PostgreSQL for Dagster's runs; in files below build/dagster if unset",
    )
    dagster_postgres_file: Path | None = Field(
        default=None, description="File of mode 600 that holds that address, instead of the variable"
    )
    bi_postgres: SecretStr = Field(
        default=SecretStr(""),
        description="Address of a PostgreSQL that gets each published version for BI tools; none if unset",
    )
    bi_postgres_file: Path | None = Field(
        default=None, description="File of mode 600 that holds that address, instead of the variable"
    )
    bi_patience_seconds: float = Field(
        default=60, gt=0, description="Seconds that a version waits for readers of the one before in that PostgreSQL"
    )
    warehouse_threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1)

    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb", description="What computes the models: DuckDB within the program, or Spark"
    )
    spark_environment: Path = Field(
        default=PROJECT_ROOT / ".venv-spark", description="Python environment of Spark, which is not the program's own"
    )
    spark_master: str = Field(
        default="local[*]",
        pattern=r"^(local(\[[0-9*]+\])?|spark://[0-9A-Za-z_.:,-]+)$",
        description="Where Spark computes: on this machine, or spark://host:port of a cluster that sees the build folder",
    )
    spark_memory: str = Field(
        default="2g", pattern=r"^[1-9][0-9]*[mg]$", description="Memory of Spark's driver, and of each executor"
    )
    issue_rows: int = Field(
        default=100, ge=1, description="Rows in doubt that a version lists of each check; all are counted"
    )

    answer_rows: int = Field(
        default=5_000,
        ge=1,
        description="Rejected rows of a file that its answer offers to mend one by one; of more none",
    )

    desk_hosts: str = Field(default="", description="Addresses of the desk besides loopback, with commas between")
    desk_workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Uploads that the desk reads side by side"
    )
    desk_file_mb: int = Field(default=20, ge=1, description="Largest file that the desk takes, in megabytes")
    desk_kept_days: int = Field(default=30, ge=1, description="Days that the desk keeps an upload and its answer")

    superset_environment: Path = Field(
        default=PROJECT_ROOT / ".venv-bi", description="Python environment of Superset, which is not the program's own"
    )
    bi_database: SecretStr = Field(
        default=SecretStr(""),
        description="Address of a PostgreSQL that holds the published tables, for Superset; the published file if unset",
    )

    @field_validator("night_at")
    @classmethod
    def _is_a_time_of_day(cls, text: str) -> str:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValueError("应写成 02:00 这样的时刻(北京时间)")
        return text

    @cached_property
    def limits(self) -> Limits:
        """What one file may cost while it is read."""
        return Limits(processes=self.reading_processes, memory_mb=self.reading_memory_mb, seconds=self.reading_seconds)

    @cached_property
    def keeping(self) -> Keeping:
        """What becomes of originals, proofs and files that are gone."""
        from dagster_project.ingestion.keeping import Keeping

        originals = (self.originals_dir or self.build_dir / "originals").absolute()
        return Keeping(originals, self.originals_years, self.deleted_files, proof_seconds=self.proof_seconds)

    @cached_property
    def office(self) -> Office:
        """Where contracts, dbt project and report texts of the office are, put together where it has its own folder."""
        return _office(self.office_dir, self.build_dir)

    @cached_property
    def dbt_project_dir(self) -> Path:
        """The dbt project and its profiles, with the seeds of the office."""
        return self.office.dbt

    @cached_property
    def report_texts(self) -> Path:
        """The texts of the yearly report."""
        return self.office.texts

    @cached_property
    def parsed_dbt_dir(self) -> Path:
        """What dbt made of the project as its files are; it belongs to the code, like bytecode."""
        return self.dbt_project_dir / "target" / "parsed"

    @cached_property
    def expectations_dir(self) -> Path:
        """What must hold of each published table, one YAML file per domain."""
        return PROJECT_ROOT / "expectations"

    @cached_property
    def rules_page(self) -> Path:
        """The page of all rules, which is generated."""
        return PROJECT_ROOT / "docs" / "rules.md"

    @cached_property
    def data_dictionary(self) -> Path:
        """The page that describes every ledger, table and figure."""
        return PROJECT_ROOT / "docs" / "data_dictionary.md"

    def engine_environment(self) -> dict[str, str]:
        """The variables that dbt/profiles.yml and the models read (nothing there has a default), and no calls home."""
        return {
            "JIXIAO_WAREHOUSE": str(self.warehouse_path),
            "JIXIAO_LANDING": str(self.landing_dir),
            "JIXIAO_THREADS": str(self.warehouse_threads),
            "JIXIAO_QUERY_THREADS": str(self.warehouse_threads),
            "DBT_TARGET_PATH": str(self.dbt_target_dir),
            "DBT_LOG_PATH": str(self.dbt_target_dir / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }

    def child_environment(self) -> dict[str, str]:
        """The whole environment of a Dagster process that this one starts."""
        return {**os.environ, **self.engine_environment(), "DAGSTER_HOME": str(self.dagster_home)}

    def bare_environment(self) -> dict[str, str]:
        """The environment of a process that is to learn nothing of the settings: what programs need to start."""
        return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}

    def spark_variables(self) -> dict[str, str]:
        """The environment of Spark's own Python, which is to know where Java is."""
        java = {"JAVA_HOME": os.environ["JAVA_HOME"]} if "JAVA_HOME" in os.environ else {}
        return self.bare_environment() | self.engine_environment() | java

    def hand_on_postgres(self, url: str) -> None:
        """Hand the address of Dagster's storage on to Dagster, here and in processes that this one starts."""
        os.environ[POSTGRES_VARIABLE] = url

    def query_with_one_core(self) -> None:
        """Let each query of the dbt that this process runs use one core."""
        os.environ["JIXIAO_QUERY_THREADS"] = "1"

    def export_to_environment(self) -> None:
        """Hand the choices on to processes that this one starts."""
        os.environ.update(self.engine_environment())


def _office(office_dir: Path | None, build_dir: Path) -> Office:
    if office_dir is None:
        return PROJECT
    try:
        return put_together(office_dir.absolute(), PROJECT, build_dir.absolute() / "office")
    except OSError as error:
        raise OfficeError(f"机关的配置不能读取或写入 {build_dir.absolute() / 'office'}:{error}") from error


def _contracts_dir(given: dict[str, Any]) -> Path:
    """The contracts of the office; a setting that is wrong in itself is told by its own rule."""
    if given.get("build_dir") is None or given.get("office_dir") is None:
        return PROJECT.contracts
    return _office(given["office_dir"], given["build_dir"]).contracts


def names_in_environment() -> list[str]:
    """The variables that are settings, or were meant to be."""
    return [name for name in os.environ if name.upper().startswith(PREFIX)]
