"""The documents of a year, made from one published version: the report in Word, as a page and as PDF, in two editions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import load_contracts
from dagster_project.publishing import PublishedVersion
from dagster_project.reporting.attachments import STEMS, write_attachments
from dagster_project.reporting.binding import DocumentError
from dagster_project.reporting.charts import draw_chart
from dagster_project.reporting.page import write_page
from dagster_project.reporting.pdf import write_pdfs
from dagster_project.reporting.published import EDITIONS
from dagster_project.reporting.published_year import PublishedYear, read_year
from dagster_project.reporting.report_text import Edition, write_edition
from dagster_project.reporting.word import write_word
from dagster_project.settings import Settings

NAMES = {"public": "附件2-自评报告", "internal": "附件2-自评报告(内部版)"}
DRAFT_NAME = "草稿-"


class MissingData(DocumentError):
    """The year lacks data, so there is no report; a draft may still be made."""


@dataclass(frozen=True)
class Documents:
    """What was written: the files in order, the editions, and why there is no PDF where there is none."""

    files: tuple[Path, ...]
    editions: tuple[Edition, ...]
    pdf_note: str


def write_documents(
    version_dir: Path,
    version: str,
    fiscal_year: int,
    department_code: str,
    ledgers: Mapping[str, str],
    folder: Path,
    scheme_id: str | None = None,
    is_draft: bool = False,
    with_pdf: bool = True,
) -> Documents:
    """Write the yearly report, public and internal, into a folder.

    Args:
        version_dir: the folder of a published version, such as ``build/serving/current``.
        version: its name.
        fiscal_year: the year.
        department_code: the department.
        ledgers: the Chinese title of each ledger.
        folder: where the files go.
        scheme_id: the scoring scheme; without one, that of the year.
        is_draft: make a report although data are missing; every page then says so.
        with_pdf: whether to make PDFs too, where LibreOffice is installed.

    Raises:
        MissingData: data are missing and no draft is wanted; the message names indicators and figures.
        UnboundDigit: a document would hold a digit that is bound to nothing.
        DocumentError: a text or template is wrong.
        NoChineseFont: there is no font with Chinese glyphs for charts and PDF.
        UnknownEvaluation: the version has no evaluation of the year.
    """
    year = read_year(version_dir, version, fiscal_year, department_code, scheme_id)
    editions = tuple(write_edition(year, name, is_draft) for name in EDITIONS)
    if not is_draft:
        refuse_missing(year, editions)
    used = sorted({block.name for edition in editions for block in edition.blocks if block.kind == "chart"})
    pictures = {name: draw_chart(year, name, "png") for name in used}
    drawings = {name: draw_chart(year, name, "svg") for name in used}
    folder.mkdir(parents=True, exist_ok=True)
    pages, words = [], []
    for edition in editions:
        stem = (DRAFT_NAME if is_draft else "") + NAMES[edition.name]
        words.append(folder / f"{stem}.docx")
        write_word(year, edition, pictures, words[-1])
        pages.append(folder / f"{stem}.html")
        write_page(year, edition, drawings, ledgers, pages[-1])
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
    with tempfile.TemporaryDirectory(prefix="jixiao-report-") as name:
        written = write_documents(
            version.path,
            version.version,
            fiscal_year,
            department_code,
            ledgers,
            Path(name),
            scheme_id,
            is_draft,
        )
        attachments = write_attachments(
            settings,
            version.path,
            version.version,
            fiscal_year,
            department_code,
            Path(name),
            scheme_id,
            DRAFT_NAME if is_draft else "",
        )
        folder.mkdir(parents=True, exist_ok=True)
        for stem in (*NAMES.values(), *STEMS):
            for prefix in (DRAFT_NAME,) if is_draft else (DRAFT_NAME, ""):
                for old in folder.glob(f"{prefix}{stem}.*"):
                    old.unlink()
        files = tuple(Path(shutil.move(file, folder / file.name)) for file in (*attachments, *written.files))
    return Documents(files, written.editions, written.pdf_note)


def refuse_missing(year: PublishedYear, editions: tuple[Edition, ...]) -> None:
    """Refuse a report of a year whose data are not complete.

    Raises:
        MissingData: an indicator cannot be scored, or a figure that a text names is not there.
    """
    indicators = [f"{row['indicator_no']} {row['level3']}" for row in year.scorecard.missing]
    figures = sorted({name for edition in editions for name in edition.missing})
    if indicators or figures:
        reasons = []
        if indicators:
            reasons.append(f"缺数据的指标:{'、'.join(indicators)}")
        if figures:
            reasons.append(f"正文用到而没有的数:{'、'.join(figures)}")
        raise MissingData(
            f"{year.fiscal_year} 年度数据不齐,不能生成正式报告。{';'.join(reasons)}。补报台账后重新运行,或加 --draft 生成草稿"
        )
