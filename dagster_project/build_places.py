"""Where everything that is built lies below one folder."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

PROJECT_ROOT = Path(__file__).parents[1]


class Places(BaseSettings):
    """The build folder and the places in it."""

    build_dir: Path = PROJECT_ROOT / "build"

    @field_validator("build_dir")
    @classmethod
    def _can_stand_in_sql(cls, folder: Path) -> Path:
        """DuckDB and dbt are told this path within SQL: a sign that ends a text there would make the rest a command."""
        if set("'{}") & set(str(folder.absolute())) or not str(folder.absolute()).isprintable():
            raise ValueError("路径中不能有单引号、花括号和看不见的字符;请换一个文件夹")
        return folder

    @cached_property
    def landing_dir(self) -> Path:
        """Parquet of each submission, and the log of submissions."""
        return self.build_dir.absolute() / "landing"

    @cached_property
    def warehouse_path(self) -> Path:
        """The DuckDB file that dbt rebuilds; nobody else writes it."""
        return self.build_dir.absolute() / "warehouse.duckdb"

    @cached_property
    def warehouse_note(self) -> Path:
        """Of which inputs the warehouse as it is was built."""
        return self.build_dir.absolute() / "warehouse.json"

    @cached_property
    def held_back_note(self) -> Path:
        """Which departments the warehouse as it is holds back, and why; not there where it holds back nobody."""
        return self.build_dir.absolute() / "held_back.json"

    @cached_property
    def aside_dir(self) -> Path:
        """What was damaged or in the way, put aside."""
        return self.build_dir.absolute() / "aside"

    @cached_property
    def work_dir(self) -> Path:
        """What is not finished: documents, packs, files that are tried. Only this user reads it."""
        return self.build_dir.absolute() / "work"

    @cached_property
    def data_docs_dir(self) -> Path:
        """The pages of Great Expectations, written on request (`jixiao data-docs`)."""
        return self.build_dir.absolute() / "data_docs"

    @cached_property
    def private_places(self) -> tuple[Path, ...]:
        """What only the office reads: everything that is written from data but for published versions and public documents."""
        return (
            self.landing_dir,
            self.warehouse_path,
            self.warehouse_note,
            self.held_back_note,
            self.aside_dir,
            self.check_results,
            self.work_dir,
            self.dbt_target_dir,
            self.nightly_log.parent,
            self.nightly_log,
            self.dagster_home,
            self.outbox_dir,
            self.answers_dir,
            self.desk_dir,
            self.alert_memory,
            self.heartbeat,
            self.unrecorded,
            self.bi_note,
            self.withheld_note,
            self.superset_home,
            self.data_docs_dir,
            self.spark_dir,
        )

    @cached_property
    def check_results(self) -> Path:
        """What the checks said of the warehouse as it is."""
        return self.build_dir.absolute() / "check_results.json"

    @cached_property
    def serving_dir(self) -> Path:
        """Published versions and the link `current`."""
        return self.build_dir.absolute() / "serving"

    @cached_property
    def reports_dir(self) -> Path:
        """Documents of each year, made from a published version."""
        return self.build_dir.absolute() / "reports"

    @cached_property
    def site_dir(self) -> Path:
        """The portal, for the office."""
        return self.build_dir.absolute() / "site"

    @cached_property
    def public_site_dir(self) -> Path:
        """The portal, for everybody."""
        return self.build_dir.absolute() / "site-public"

    @cached_property
    def dbt_target_dir(self) -> Path:
        """Where dbt writes its manifest and compiled SQL."""
        return self.build_dir.absolute() / "dbt"

    @cached_property
    def spark_dir(self) -> Path:
        """Where Spark keeps its tables while it computes, and its dbt what it parsed."""
        return self.build_dir.absolute() / "spark"

    @cached_property
    def nightly_log(self) -> Path:
        """What Dagster and dbt said during the last nightly run from the command line."""
        return self.build_dir.absolute() / "logs" / "nightly.log"

    @cached_property
    def outbox_dir(self) -> Path:
        """Every alert as a text of its own, whether or not it went anywhere else."""
        return self.build_dir.absolute() / "outbox"

    @cached_property
    def answers_dir(self) -> Path:
        """Answers to what departments handed in that are open, by department."""
        return self.build_dir.absolute() / "answers"

    @cached_property
    def desk_dir(self) -> Path:
        """The desk's tokens, key, audit log, and what departments uploaded and did not hand in yet."""
        return self.build_dir.absolute() / "desk"

    @cached_property
    def alert_memory(self) -> Path:
        """What was told last, so that it is told once."""
        return self.build_dir.absolute() / "alerts.json"

    @cached_property
    def heartbeat(self) -> Path:
        """When the last night ran and how it ended."""
        return self.build_dir.absolute() / "heartbeat.json"

    @cached_property
    def unrecorded(self) -> Path:
        """Nights and documents that needed no Dagster, until somebody opens its storage and records them."""
        return self.build_dir.absolute() / "unrecorded.jsonl"

    @cached_property
    def bi_note(self) -> Path:
        """Why the PostgreSQL for BI does not hold the current version; not there where it does."""
        return self.build_dir.absolute() / "bi_postgres.txt"

    @cached_property
    def withheld_note(self) -> Path:
        """Which small cells were withheld from the public by any edition: they stay so in all."""
        return self.build_dir.absolute() / "withheld.json"

    @cached_property
    def superset_home(self) -> Path:
        """Superset's key, its own database and its log."""
        return self.build_dir.absolute() / "superset"

    @cached_property
    def dagster_home(self) -> Path:
        """Dagster's own storage for the UI and the schedule."""
        return self.build_dir.absolute() / "dagster"
