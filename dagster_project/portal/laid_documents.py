"""The documents of a year beside its pages: those for everybody may be opened there, those of the office are named."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

from dagster_project.hashing import sha256_of
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.portal.reading import Document, Evaluation, Site
from dagster_project.reporting.documents import INTERNAL
from dagster_project.settings import Settings

DOCUMENTS = "documents"
"""The folder of the documents of a year, beside its pages."""


def document_files(settings: Settings, evaluation: Evaluation) -> list[Path]:
    """The files in the folder of reports of a year, by name."""
    folder = settings.reports_dir / str(evaluation.fiscal_year) / evaluation.department_code
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def lay_documents(settings: Settings, site: Site, evaluation: Evaluation, fresh: Path) -> list[Document]:
    """The documents of a year; those for everybody are laid beside the pages, so that the site needs no other folder."""
    found = []
    for path in document_files(settings, evaluation):
        is_internal = INTERNAL in path.name
        if is_internal and site.is_public:
            continue
        href = ""
        if not is_internal:
            href = f"{evaluation.prefix}{DOCUMENTS}/{path.name}"
            (fresh / href).parent.mkdir(parents=True, exist_ok=True)
            _lay(path, fresh / href)
        made_at = dt.datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).strftime("%Y-%m-%d %H:%M")
        found.append(Document(path.name, path.stat().st_size, sha256_of(path), made_at, is_internal, href))
    return found


def _lay(path: Path, place: Path) -> None:
    """Lay a document beside the pages without a second copy of its bytes, where the system can."""
    try:
        os.link(path, place)
    except OSError:
        shutil.copyfile(path, place)
