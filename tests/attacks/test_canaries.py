"""Personal data and secrets planted in every kind of place do not come out: a real night, real documents, every byte of them."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from canaries import FREE_TEXTS, Canary, plant
from postgres_server import running_postgres
from pydantic import SecretStr

from dagster_project.bi_server.publish import write_postgres
from dagster_project.ingestion.sql import literal
from dagster_project.nightly_run import NightlyRun
from dagster_project.portal.site import write_portal
from dagster_project.privacy.office import office_masking
from dagster_project.publishing import current_version, publish
from dagster_project.reporting.documents import documents_of_year
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

FEWEST = 136


def texts_of(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Every text in a file: its bytes, and what is packed in it."""
    yield name, content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from texts_of(f"{name}/{member}", archive.read(member))


def tables_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each column of texts of a DuckDB file or a Parquet file, with all its values."""
    with duckdb.connect() as connection:
        if path.suffix == ".duckdb":
            connection.execute(f"attach {literal(str(path))} as whole (read_only)")
            tables = connection.execute(
                "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables() where database_name = 'whole'"
            ).fetchall()
        else:
            tables = [(f"read_parquet({literal(str(path))})",)]
        for (table,) in tables:
            columns = connection.execute(f"describe select * from {table}").fetchall()
            for column, kind, *_ in columns:
                if "VARCHAR" in kind:
                    query = f"select string_agg(distinct cast({column} as varchar), chr(10)) from {table}"
                    (values,) = connection.execute(query).fetchone()
                    name = (
                        f"{path.parent.name}.{path.stem}" if path.suffix == ".parquet" else table.removeprefix("whole.")
                    )
                    yield f"{name}.{column}", (values or "").encode()


def found_in(texts: Iterator[tuple[str, bytes]], canaries: list[Canary]) -> dict[Canary, set[str]]:
    found: dict[Canary, set[str]] = defaultdict(set)
    needles = [(canary, canary.needle.encode()) for canary in canaries]
    for name, text in texts:
        for canary, needle in needles:
            if needle in text:
                found[canary].add(name)
    return found


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.name.encode()
            yield from texts_of(path.relative_to(folder).as_posix(), path.read_bytes())
            if path.suffix in (".parquet", ".duckdb"):
                yield from tables_of(path)


def landed_tables(ledger: Path) -> Iterator[tuple[str, bytes]]:
    """All landed texts of a ledger, or all findings, in one piece."""
    if list(ledger.glob("*.parquet")):
        files = literal(str(ledger / "*.parquet"))
        query = f"select string_agg(rows::varchar, chr(10)) from read_parquet({files}, union_by_name = true) as rows"
        (values,) = duckdb.sql(query).fetchone()
        yield ledger.name, (values or "").encode()


def told(found: Mapping[Canary, set[str]]) -> str:
    return "\n".join(f"{c.kind} {c.needle} ({c.place}): {sorted(places)[:4]}" for c, places in list(found.items())[:40])


@pytest.mark.slow
@pytest.mark.attack(
    area="privacy",
    attack="285 canaries (IDs, phones, cards, accounts, addresses, names, secrets) in personal and free texts, names of files and sheets, "
    "rejected cells, titles, footnotes and received.csv, through a real night",
    holds="0 in the public documents, 0 in published tables, files, portal and PostgreSQL; with clear free texts only in columns of free texts",
    only_here=True,
)
def test_no_canary_leaves_the_office(tmp_path: Path) -> None:
    settings = Settings(raw_dir=tmp_path / "raw", build_dir=tmp_path / "build")
    canaries = plant(settings.raw_dir)
    assert len({canary.needle for canary in canaries}) == len(canaries) >= FEWEST
    night = NightlyRun(settings).execute(lambda text: None)
    assert night.success, night.failures

    landed = (each for ledger in settings.landing_dir.iterdir() if ledger.is_dir() for each in landed_tables(ledger))
    inside = found_in(landed, canaries)
    unread = {"file nobody reads", "unread sheet", "received.csv", "name of a file nobody reads", "name of a sheet"}
    lost = [canary for canary in canaries if canary not in inside and canary.place not in unread]
    assert not lost, f"did not even land: {lost[:9]}"

    version = current_version(settings.serving_dir)
    published = found_in(everything_in(version.path), canaries)
    assert not published, told(published)

    for edition in ("internal", "public"):
        site = write_portal(settings, edition=edition).index.parent
        assert len(list(site.rglob("*.html"))) > 50
        on_pages = found_in(everything_in(site), canaries)
        assert not on_pages, told(on_pages)

    with running_postgres() as server:
        url = server.database_for_bi("bi")
        assert write_postgres(settings.model_copy(update={"bi_postgres": SecretStr(url)})).tables > 130
        in_postgres = found_in(server.texts(url), canaries)
        assert not in_postgres, told(in_postgres)

    written = documents_of_year(settings, version, 2023, is_draft=True)
    public = tmp_path / "public"
    public.mkdir()
    for file in written.files:
        if "内部版" not in file.name:
            (public / file.name).write_bytes(file.read_bytes())
            assert file.stat().st_mode & 0o044
        else:
            assert file.stat().st_mode & 0o077 == 0
    assert len(list(public.iterdir())) >= 5
    shown = found_in(everything_in(public), canaries)
    assert not shown, told(shown)

    clear = Settings(raw_dir=settings.raw_dir, build_dir=settings.build_dir, internal_free_text="clear")
    publish(settings.warehouse_path, tmp_path / "clear", PUBLISHED_SCHEMAS, 1, masking=office_masking(clear))
    version = current_version(tmp_path / "clear")
    tables = found_in(tables_of(version.path / "published.duckdb"), canaries)
    assert len(tables) > FEWEST // 2, "free texts were to be clear"
    assert not {c.kind for c in tables} & {"secret", "free text of a citizen"}, told(tables)
    places = {canary.place for canary in tables}
    assert places <= {*FREE_TEXTS, "deputies.deputy_name, named in suggestions.title"}, places
    assert not {name for names in tables.values() for name in names if name.startswith("quality.")}
    written = documents_of_year(clear, version, 2023, is_draft=True)
    for file in written.files:
        if "内部版" not in file.name:
            (public / file.name).write_bytes(file.read_bytes())
    shown = found_in(everything_in(public), canaries)
    assert not shown, told(shown)
