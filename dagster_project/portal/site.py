"""Write the portal from one published version, in one step; leave it alone where nothing of it changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.building.inputs import folder_fingerprint
from dagster_project.building.manifest import ensure_manifest
from dagster_project.contracts import load_contracts
from dagster_project.contracts.code_lists import load_code_list
from dagster_project.hashing import sha256_of
from dagster_project.in_year.published_targets import SEEDS as TARGET_SEEDS
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.portal.blocks import Page
from dagster_project.portal.half_years import HalfYears, ends_over
from dagster_project.portal.laid_documents import document_files, lay_documents
from dagster_project.portal.pages import budget
from dagster_project.portal.pages.archive import documents_page, versions_page
from dagster_project.portal.pages.budget import budget_page
from dagster_project.portal.pages.bureau import bureau_page, departments_page, has_page
from dagster_project.portal.pages.catalogue import dictionary_pages
from dagster_project.portal.pages.figures import figure_pages
from dagster_project.portal.pages.forecast import forecast_blocks, forecast_page
from dagster_project.portal.pages.lineage import lineage_pages
from dagster_project.portal.pages.overview import overview_page
from dagster_project.portal.pages.quality import quality_page
from dagster_project.portal.pages.scores import score_pages
from dagster_project.portal.pages.targets import target_blocks, targets_page
from dagster_project.portal.pages.work import work_page, work_tables
from dagster_project.portal.pages.work_tables import QUERIES as WORK_QUERIES
from dagster_project.portal.reading import (
    Evaluation,
    PortalYear,
    Site,
    departments_held_back,
    described_tables,
    evaluations_in,
    read_portal_year,
)
from dagster_project.portal.unchanged import Before, UnchangedYears, keys_of
from dagster_project.portal.version_changes import version_changes
from dagster_project.portal.withheld import remember, with_remembered
from dagster_project.portal.write import foot_of, write_pages
from dagster_project.portal.year_ends import SEEDS, YearEnds
from dagster_project.private_files import for_readers, keep_private, open_to_readers, put_in_place, restore, work_folder
from dagster_project.publishing import DATABASE, PublishedVersion, history, reading
from dagster_project.publishing.listing import kept_versions
from dagster_project.reporting.bureau.reading import read_bureau_year
from dagster_project.reporting.documents import read_from
from dagster_project.reporting.reading.scorecard import UnknownEvaluation
from dagster_project.settings import Settings

NOTE = "portal.json"
"""Of what the site was made, what it withholds, the foot of its pages, and of what the pages of each year were made: beside the pages."""
PROGRAM = Path(__file__).parent.parent
DATA_DOCS = "../data_docs/index.html"
"""Where the pages of Great Expectations begin, seen from the site."""


class NothingToShow(UnknownEvaluation):
    """The version evaluates no year of any department: an office that has only begun."""


@dataclass(frozen=True)
class WrittenPortal:
    """The site: its first page, the version, whether it was written anew, how many pages it has, and how long it took."""

    index: Path
    version: str
    is_new: bool
    page_count: int
    seconds: float


def write_portal(
    settings: Settings, fiscal_year: int | None = None, department_code: str = "", edition: str = "internal"
) -> WrittenPortal:
    """Write the portal of the current version, unless it is there already as it would be written.

    Args:
        settings: where versions and documents lie, and where the site goes.
        fiscal_year: the year of the first page; the last one that is evaluated, unless told.
        department_code: the department of the first page.
        edition: ``internal`` or ``public``.

    Raises:
        PublishError: nothing was published yet.
        NothingToShow: the version evaluates no year at all.
        UnknownEvaluation: the version does not evaluate this year of this department.
        OSError: it could not be written.
    """
    started = time.monotonic()
    folder = settings.site_dir if edition == "internal" else settings.public_site_dir
    keep_private(settings.build_dir, settings.private_places)
    restore(folder)
    with reading(settings.serving_dir) as version:
        evaluations = _evaluations(settings, version, fiscal_year, department_code)
        made_of = _made_of(settings, version, evaluations, edition)
        before = _note(folder)
        if before.get("made_of") == made_of:
            return WrittenPortal(
                folder / "index.html", version.version, False, before["pages"], time.monotonic() - started
            )
        with work_folder(settings.work_dir) as place:
            fresh = place / "site"
            fresh.mkdir()
            unchanged = _unchanged(settings, version, evaluations, made_of, before, folder)
            pages, withheld, foot = _write(settings, version, evaluations, edition, before, place, fresh, unchanged)
            note = {
                "made_of": made_of,
                "pages": len(pages),
                "withheld": withheld,
                "foot": foot,
                "years": unchanged.written,
            }
            (fresh / NOTE).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
            for path in (fresh, *fresh.rglob("*")):
                open_to_readers(path)
            with for_readers():
                put_in_place(fresh, folder)
    return WrittenPortal(folder / "index.html", version.version, True, len(pages), time.monotonic() - started)


def _evaluations(settings: Settings, version: PublishedVersion, year: int | None, department: str) -> list[Evaluation]:
    """All years of all departments in the version, the one of the first page first: of the office's own department, unless told."""
    found = evaluations_in(version.path)
    if not found:
        raise NothingToShow("该版本还没有评价任何年度;报送台账并运行 jixiao nightly 之后再写门户")
    wanted = [each for each in found if department in ("", each[1]) and year in (None, each[0])]
    main = next((each for each in wanted if each[1] == settings.department_code), wanted[0] if wanted else None)
    if main is None:
        listed = "、".join(f"{each[0]} 年度 {each[1]}" for each in found)
        asked = "".join((f"{year} 年度" if year else "", f"部门 {department} " if department else ""))
        raise UnknownEvaluation(f"没有 {asked}的评价结果;有:{listed}")
    others = [each for each in found if each != main]
    return [Evaluation(*main), *(Evaluation(*each, f"{each[0]}-{each[1]}/") for each in others)]


def _made_of(
    settings: Settings, version: PublishedVersion, evaluations: list[Evaluation], edition: str
) -> dict[str, Any]:
    """What decides how the site looks: version, years, edition, documents, and the program itself."""
    program = hashlib.sha256(folder_fingerprint(PROGRAM).encode())
    for name in (*SEEDS, *TARGET_SEEDS):
        program.update((settings.dbt_project_dir / "seeds" / name).read_bytes())
    documents = [
        [each.name, path.stat().st_size, path.stat().st_mtime_ns]
        for each in evaluations
        for path in document_files(settings, each)
    ]
    return {
        "version": version.version, "edition": edition, "years": [each.prefix or each.name for each in evaluations], "documents": documents,
        "kept": [each.version for each in kept_versions(settings.serving_dir)], "program": program.hexdigest(),
        "has_data_docs": _has_data_docs(settings, edition),
    }  # fmt: skip


def _unchanged(
    settings: Settings, version: PublishedVersion, evaluations: list[Evaluation], made_of: dict[str, Any], before: dict[str, Any], folder: Path
) -> UnchangedYears:  # fmt: skip
    """Which years of the office's edition may keep the pages that are there; the public one withholds what the one before told."""
    if made_of["edition"] != "internal":
        return UnchangedYears(None, {})
    by_name: dict[str, list[Any]] = {}
    for name, *document in made_of["documents"]:
        by_name.setdefault(name, []).append(document)
    common = [
        made_of["years"], made_of["program"], made_of["has_data_docs"], duckdb.__version__, departments_held_back(version.path),
        folder_fingerprint(settings.contracts_dir), sha256_of(settings.dbt_project_dir / "dbt_project.yml"),
        ends_over(version.path, settings.dbt_project_dir / "seeds", evaluations),
    ]  # fmt: skip
    keys = keys_of(version.path, evaluations, common, by_name)
    there = Before(folder, before["foot"], before["years"]) if before.get("foot") and before.get("years") else None
    return UnchangedYears(there, keys)


def _has_data_docs(settings: Settings, edition: str) -> bool:
    """Whether somebody inside the office had the pages of Great Expectations written."""
    return edition == "internal" and (settings.data_docs_dir / "index.html").is_file()


def _note(folder: Path) -> dict[str, Any]:
    """What the site that is there says of itself; nothing where there is none, or it cannot be read."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return note if (folder / "index.html").is_file() else {"withheld": note["withheld"]}
    except (OSError, ValueError, KeyError):
        return {}


def _write(
    settings: Settings, version: PublishedVersion, evaluations: list[Evaluation], edition: str, before: dict[str, Any], place: Path, fresh: Path,
    unchanged: UnchangedYears,
) -> tuple[list[str], dict[str, list[Any]], str]:  # fmt: skip
    """Write all pages and copy the documents that may be opened; returns the paths, what is withheld by year, and the foot of the pages."""
    internal_dir, public_dir = read_from(settings, version, place)
    version_dir = public_dir if edition == "public" else internal_dir
    # Readers open the file one after another: while it is open here, DuckDB need not read its catalogue each time.
    with duckdb.connect(str(version_dir / DATABASE), read_only=True):
        return _write_from(settings, version, version_dir, evaluations, edition, before, fresh, unchanged)


def _write_from(
    settings: Settings, version: PublishedVersion, version_dir: Path, evaluations: list[Evaluation], edition: str, before: dict[str, Any], fresh: Path,
    unchanged: UnchangedYears,
) -> tuple[list[str], dict[str, list[Any]], str]:  # fmt: skip
    """Write all pages from the folder of a version."""
    entries = [entry for entry in history(settings.serving_dir) if entry["version"] == version.version]
    moment = dt.datetime.fromisoformat(entries[-1]["at"]).astimezone(SHANGHAI) if entries else None
    site = Site(
        version, version_dir, edition, moment.strftime("%Y-%m-%d %H:%M") if moment else "", evaluations,
        load_contracts(settings.contracts_dir), {code.code: code.name_zh for code in load_code_list("domains")},
        json.loads(ensure_manifest(settings).read_text(encoding="utf-8")), kept_versions(settings.serving_dir),
        version_changes(settings, version), described_tables(version_dir, edition == "internal"),
        departments_held_back(version_dir) if edition == "internal" else [],
        DATA_DOCS if _has_data_docs(settings, edition) else "",
    )  # fmt: skip
    withheld: dict[str, list[Any]] = {}
    known = with_remembered(settings, before.get("withheld") or {}) if site.is_public else {}
    foot, taken = foot_of(site), []
    anew = []
    for each in site.evaluations:
        pages = unchanged.take_over(each, foot, fresh) if unchanged.is_unchanged(each) else None
        if pages is None:
            anew.append(each)
        else:
            lay_documents(settings, site, each, fresh)
            taken += pages
    written = write_pages(_pages(settings, site, anew, known, withheld, fresh), site, fresh)
    for each in anew:
        unchanged.note(each, foot, fresh)
    if site.is_public:  # before anybody sees it: what one edition withholds, no other tells
        remember(settings, withheld)
    return [*written, *taken], withheld, foot


def _pages(
    settings: Settings, site: Site, evaluations: list[Evaluation], before: dict[str, list[Any]], withheld: dict[str, list[Any]], fresh: Path
) -> Iterator[tuple[Page, Evaluation]]:  # fmt: skip
    """The pages of some years, the first page's among them, and of the whole site; what is withheld is noted by year."""
    main: PortalYear | None = None
    seeds = settings.dbt_project_dir / "seeds"
    ends, halves = YearEnds(site, seeds, evaluations), HalfYears(site, seeds)
    for evaluation in evaluations:
        known = f"{evaluation.fiscal_year}-{evaluation.department_code}"
        told = read_portal_year(
            site, evaluation, budget.QUERIES, WORK_QUERIES, lay_documents(settings, site, evaluation, fresh),
            frozenset(tuple(key) for key in before.get(known, ())),
        )  # fmt: skip
        main = main or told
        tables = work_tables(site, told)
        withheld[known] = sorted(list(key) for key in tables.withheld if isinstance(key, tuple))
        yield overview_page(site, told), evaluation
        for page in (*score_pages(told), *figure_pages(site, told)):
            yield page, evaluation
        forecast, checks = ends.of(evaluation), halves.of(evaluation)
        yield budget_page(told, [*forecast_blocks(told, forecast), *target_blocks(told, checks)]), evaluation
        if not isinstance(forecast, str):
            yield forecast_page(told, forecast), evaluation
        if not isinstance(checks, str):
            yield targets_page(told, checks), evaluation
        if has_page(site, told):
            whole = read_bureau_year(site.version_dir, site.version.version, evaluation.fiscal_year)
            yield bureau_page(told, whole), evaluation
        yield work_page(site, told, tables), evaluation
        yield quality_page(site, told), evaluation
        yield documents_page(site, told), evaluation
    assert main is not None
    whole_site = (*dictionary_pages(site), *lineage_pages(site, main), versions_page(site, main))
    for page in (*whole_site, *([departments_page(site)] if site.has_many else [])):
        yield page, main.evaluation
