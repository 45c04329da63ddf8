"""What is signed: a version that is known and whole, and the hashes of the packs and documents that follow from it."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import load_contracts
from dagster_project.hashing import sha256_of
from dagster_project.private_files import work_folder
from dagster_project.publishing import PublishedVersion, PublishError, current_version, kept_version, verify
from dagster_project.reporting.attachments import PACKS, write_attachments
from dagster_project.reporting.documents import read_from, write_documents
from dagster_project.reporting.pack.verifier.files import MANIFEST as PACK_MANIFEST
from dagster_project.settings import Settings

VERSION_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Sealed:
    """The hash of the manifest of each edition's pack, and of each document by its name (only where documents were asked for)."""

    packs: dict[str, str]
    documents: dict[str, str]


def known_version(serving_dir: Path, version: str) -> PublishedVersion:
    """A version that is kept and whole; the current one where none is named.

    Raises:
        PublishError: the name is none of a version, or it is not kept, or its files are damaged.
    """
    if version and not VERSION_ID.fullmatch(version):
        raise PublishError(
            f"{version!r} 不是版本号;版本号是 16 位小写十六进制数,见 jixiao sign 或 build/serving/versions"
        )
    try:
        known = kept_version(serving_dir, version) if version else current_version(serving_dir)
        broken = verify(known.path)
    except (ValueError, KeyError, OSError) as error:
        raise PublishError(
            f"版本 {version or '(当前)'} 的清单已损坏({error});请重新运行 jixiao nightly 或从备份恢复"
        ) from error
    if broken:
        raise PublishError(f"版本 {known.version} 的文件已损坏,不能签署或查看:{'、'.join(broken)}")
    return known


def seal(
    settings: Settings, version: PublishedVersion, fiscal_year: int, department_code: str, with_documents: bool
) -> Sealed:
    """Make the packs and, if asked for, the documents of a year for a moment, and take their hashes.

    The same version gives the same bytes with the same program; PDFs do not, so they are none of the documents.

    Raises:
        DocumentError: a file that departments handed in is no longer as it was, or a document cannot be made.
    """
    with work_folder(settings.work_dir) as work:
        internal_dir, public_dir = read_from(settings, version, work)
        place = (internal_dir, version.version, fiscal_year, department_code)
        files = list(write_attachments(settings, *place, work / "fresh", public_dir=public_dir))
        if with_documents:
            ledgers = {name: ledger.title.zh for name, ledger in load_contracts(settings.contracts_dir).items()}
            files += write_documents(
                *place, ledgers, work / "fresh", settings.report_texts, with_pdf=False, public_dir=public_dir
            ).files
        packs = {}
        for edition, stem in PACKS.items():
            with zipfile.ZipFile(work / "fresh" / f"{stem}.zip") as archive:
                packs[edition] = hashlib.sha256(archive.read(PACK_MANIFEST)).hexdigest()
        signed = [file for file in files if with_documents and file.suffix in (".xlsx", ".docx", ".html")]
        documents = {file.name: sha256_of(file) for file in signed}
    return Sealed(packs, documents)
