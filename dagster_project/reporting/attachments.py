"""What goes to readers beside the report: the workbook 附件1, the forms of projects and the evidence pack, in both editions, and the final accounts."""

from __future__ import annotations

from pathlib import Path

from dagster_project.hashing import sha256_of
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.reporting.pack import write_packs
from dagster_project.reporting.reading.published import EDITIONS
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.workbook.final_accounts import ACCOUNTS_NAME, write_final_accounts
from dagster_project.reporting.workbook.project_forms import FORM_NAME, write_project_forms
from dagster_project.reporting.workbook.write import write_workbook
from dagster_project.settings import Settings

WORKBOOKS = {"public": "附件1-自评评分表", "internal": "附件1-自评评分表(内部版)"}
PACKS = {"public": "佐证包", "internal": "佐证包(内部版)"}
FORMS = {"public": f"{FORM_NAME}表", "internal": f"{FORM_NAME}表(内部版)"}
STEMS = (*WORKBOOKS.values(), *FORMS.values(), *PACKS.values(), ACCOUNTS_NAME)


def write_attachments(
    settings: Settings,
    version_dir: Path,
    version: str,
    fiscal_year: int,
    department_code: str,
    folder: Path,
    scheme_id: str | None = None,
    prefix: str = "",
    public_dir: Path | None = None,
) -> tuple[Path, ...]:
    """Write workbook, forms of projects and evidence pack of a year, public and internal, and its final accounts into a folder.

    Args:
        settings: where raw files and their originals lie.
        version_dir: the folder of a published version.
        version: its name.
        fiscal_year: the year.
        department_code: the department.
        folder: where the files go.
        scheme_id: the scoring scheme; without one, that of the year.
        prefix: what names begin with, such as 草稿-.
        public_dir: what the public edition is made from, where the version itself holds personal data.

    Raises:
        PackError: a file that was landed is no longer as it was, and its original is not kept.
        UnknownEvaluation: the version has no evaluation of the year.
    """
    year = read_scored_year(version_dir, version, fiscal_year, department_code, scheme_id)
    public_year = year
    if public_dir is not None and public_dir != version_dir:
        public_year = read_scored_year(public_dir, version, fiscal_year, department_code, scheme_id)
    years = {edition: public_year if edition == "public" else year for edition in EDITIONS}
    folder.mkdir(parents=True, exist_ok=True)
    packs = {edition: folder / f"{prefix}{PACKS[edition]}.zip" for edition in EDITIONS}
    originals = settings.keeping.originals_of(settings.landing_dir)
    for each in dict.fromkeys(map(id, years.values())):
        of_year = {edition: path for edition, path in packs.items() if id(years[edition]) == each}
        write_packs(
            next(years[edition] for edition in of_year), of_year, settings.raw_dir, names_handed_in(settings), originals
        )
    files = []
    for edition, pack in packs.items():
        workbook = folder / f"{prefix}{WORKBOOKS[edition]}.xlsx"
        write_workbook(years[edition], edition, workbook)
        seal = pack.with_name(f"{pack.name}.sha256")
        seal.write_text(f"{sha256_of(pack)}  {pack.name}\n", encoding="utf-8")
        files += [workbook, pack, seal]
        forms = folder / f"{prefix}{FORMS[edition]}.xlsx"
        if write_project_forms(years[edition], forms):
            files.append(forms)
    accounts = folder / f"{prefix}{ACCOUNTS_NAME}.xlsx"
    if write_final_accounts(public_year, accounts):
        files.append(accounts)
    return tuple(files)


def names_handed_in(settings: Settings) -> dict[str, str]:
    """The name in the drop of each file by its SHA-256, for what is published may name it masked; the last one where it has several."""
    return {entry.sha256: entry.file for entry in SubmissionLog(settings.landing_dir / LOG_NAME).entries}
