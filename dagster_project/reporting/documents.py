"""The documents of a year, made from one published version: the report in Word, as a page and as PDF, in two editions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import load_contracts
from dagster_project.private_files import (
    for_readers,
    keep_private,
    open_to_readers,
    put_in_place,
    restore,
    work_folder,
)
from dagster_project.publishing import FREE_TEXT, PublishedVersion
from dagster_project.publishing.proof import read_manifest
from dagster_project.reporting.attachments import STEMS, write_attachments
from dagster_project.reporting.reading.published import EDITIONS
from dagster_project.reporting.reading.published_year import PublishedYear, read_year
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.blocks import Edition
from dagster_project.reporting.report.charts import draw_chart
from dagster_project.reporting.report.page import write_page
from dagster_project.reporting.report.pdf import write_pdfs
from dagster_project.reporting.report.report_text import write_edition
from dagster_project.reporting.report.word import write_word
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

NAMES = {"public": "附件2-自评报告", "internal": "附件2-自评报告(内部版)"}
DRAFT_NAME = "草稿-"
INTERNAL = "(内部版)"
"""In the names of documents that only the office reads."""


class MissingData(DocumentError):
    """The year lacks data, so there is no report; a draft may still be made."""


@dataclass(frozen=True)
class Documents:
    """What was written: the files in order, the editions, and why there is no PDF where there is none."""

    files: tuple[Path, ...]
    editions: tuple[Edition, ...]
    pdf_note: str

    @property
    def text_note(self) -> str:
        """Which passages the report does without, since the department has not written them; empty where there is none."""
        unwritten = list(dict.fromkeys(name for edition in self.editions for name in edition.unwritten))
        if not unwritten:
            return ""
        return f"报告没有这些段落,因为本部门没有写明:{'、'.join(unwritten)};可写在机关配置的 {self.editions[0].passages_file}"


def write_documents(
    version_dir: Path,
    version: str,
    fiscal_year: int,
    department_code: str,
    ledgers: Mapping[str, str],
    folder: Path,
    text_dir: Path,
    scheme_id: str | None = None,
    is_draft: bool = False,
    with_pdf: bool = True,
    public_dir: Path | None = None,
) -> Documents:
    """Write the yearly report, public and internal, into a folder.

    Args:
        version_dir: the folder of a published version, such as ``build/serving/current``.
        version: its name.
        fiscal_year: the year.
        department_code: the department.
        ledgers: the Chinese title of each ledger.
        folder: where the files go.
        text_dir: where the texts of the report are: the office's.
        scheme_id: the scoring scheme; without one, that of the year.
        is_draft: make a report although data are missing; every page then says so.
        with_pdf: whether to make PDFs too, where LibreOffice is installed.
        public_dir: what the public edition is made from, where the version itself holds personal data.

    Raises:
        MissingData: data are missing and no draft is wanted; the message names indicators and figures.
        UnboundDigit: a document would hold a digit that is bound to nothing.
        DocumentError: a text or template is wrong.
        NoChineseFont: there is no font with Chinese glyphs for charts and PDF.
        UnknownEvaluation: the version has no evaluation of the year.
    """
    year = read_year(version_dir, version, fiscal_year, department_code, scheme_id)
    public_year = read_year(public_dir, version, fiscal_year, department_code, scheme_id) if public_dir else year
    years = {name: public_year if name == "public" else year for name in EDITIONS}
    editions = tuple(write_edition(years[name], name, is_draft, text_dir) for name in EDITIONS)
    if not is_draft:
        refuse_missing(year, editions)
    used = sorted({block.name for edition in editions for block in edition.blocks if block.kind == "chart"})
    pictures = {name: draw_chart(public_year, name, "png") for name in used}
    drawings = {name: draw_chart(public_year, name, "svg") for name in used}
    folder.mkdir(parents=True, exist_ok=True)
    pages, words = [], []
    for edition in editions:
        stem = (DRAFT_NAME if is_draft else "") + NAMES[edition.name]
        words.append(folder / f"{stem}.docx")
        write_word(years[edition.name], edition, pictures, words[-1])
        pages.append(folder / f"{stem}.html")
        write_page(years[edition.name], edition, drawings, ledgers, pages[-1])
    pdfs = write_pdfs(words) if with_pdf else []
    note = (
        "" if pdfs or not with_pdf else "未安装 LibreOffice,没有生成 PDF(apt-get install libreoffice-writer 后可生成)"
    )
    return Documents(tuple(words + pages + pdfs), editions, note)


def documents_of_year(
    settings: Settings,
    version: PublishedVersion,
    fiscal_year: int,
    department_code: str = "",
    scheme_id: str | None = None,
    is_draft: bool = False,
) -> Documents:
    """Write the documents of a year into ``build/reports/<year>/<department>/``, in place of those that were there.

    Under a named scheme they go into ``<department>-<scheme>`` beside it: a trial leaves the report alone. A report takes
    away an earlier draft; a draft leaves an earlier report.

    Raises:
        DocumentError, NoChineseFont, UnknownEvaluation: as `write_documents`.
    """
    department_code = department_code or settings.department_code
    folder = settings.reports_dir / str(fiscal_year) / "-".join(filter(None, (department_code, scheme_id)))
    ledgers = {name: ledger.title.zh for name, ledger in load_contracts(settings.contracts_dir).items()}
    keep_private(settings.build_dir, settings.private_places)
    restore(folder)
    with work_folder(settings.work_dir) as work:
        internal_dir, public_dir = read_from(settings, version, work)
        fresh = work / "fresh"
        written = write_documents(
            internal_dir,
            version.version,
            fiscal_year,
            department_code,
            ledgers,
            fresh,
            settings.report_texts,
            scheme_id,
            is_draft,
            public_dir=public_dir,
        )
        attachments = write_attachments(
            settings,
            internal_dir,
            version.version,
            fiscal_year,
            department_code,
            fresh,
            scheme_id,
            DRAFT_NAME if is_draft else "",
            public_dir,
        )
        files = (*attachments, *written.files)
        _keep_others(folder, fresh, (DRAFT_NAME,) if is_draft else (DRAFT_NAME, ""))
        for file in files:
            if INTERNAL not in file.name:
                open_to_readers(file)
        open_to_readers(fresh)
        with for_readers():
            put_in_place(fresh, folder)
    files = tuple(folder / file.name for file in files)
    return Documents(files, written.editions, written.pdf_note)


def read_from(settings: Settings, version: PublishedVersion, work: Path) -> tuple[Path, Path]:
    """What the internal and the public documents are made from: the version, or a masked copy of one with clear texts."""
    if read_manifest(version.path).get(FREE_TEXT) == "masked":
        return version.path, version.path
    from dagster_project.privacy.office import office_masking
    from dagster_project.publishing.masked_copy import masked_copy

    copy = masked_copy(version.path, work / "masked", PUBLISHED_SCHEMAS, office_masking(settings, "masked"))
    return version.path if settings.internal_free_text == "clear" else copy, copy


def _keep_others(folder: Path, fresh: Path, prefixes: tuple[str, ...]) -> None:
    """Take along what else lies in the folder: an earlier report beside a draft, and files that people put there."""
    if not folder.is_dir():
        return
    replaced = tuple(f"{prefix}{stem}." for stem in (*NAMES.values(), *STEMS) for prefix in prefixes)
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, fresh / entry.name, symlinks=True, copy_function=os.link)
        elif not entry.name.startswith(replaced) and not (fresh / entry.name).exists():
            os.link(entry, fresh / entry.name, follow_symlinks=False)


def refuse_missing(year: PublishedYear, editions: tuple[Edition, ...]) -> None:
    """Refuse a report of a year whose data, or whose department's own passages, are not complete.

    Raises:
        MissingData: an indicator cannot be scored from the whole year, a figure that a text names is not there or partial, or the
            department has not written a passage that a report needs.
    """
    indicators = [f"{row['indicator_no']} {row['level3']}" for row in year.scorecard.unrated]
    figures = sorted({name for edition in editions for name in edition.missing})
    needed = sorted({name for edition in editions for name, is_required in edition.unwritten.items() if is_required})
    if indicators or figures or needed:
        reasons = []
        if indicators:
            reasons.append(f"缺数据或数据不全的指标:{'、'.join(indicators)}")
        if figures:
            reasons.append(f"正文用到而没有或不全的数:{'、'.join(figures)}")
        reasons += [ledger.text_zh for ledger in year.scorecard.lacking]
        if needed:
            reasons.append(
                f"本部门没有写明的段落:{'、'.join(needed)}(写在机关配置的 {editions[0].passages_file},见 docs/new_office.md)"
            )
        what = "数据不齐" if indicators or figures else "文字不齐"
        raise MissingData(
            f"{year.fiscal_year} 年度{what},不能生成正式报告。{';'.join(reasons)}。补齐后重新运行,或加 --draft 生成草稿"
        )
