"""A pack in hand against what the office has: the log of signatures, and the pack that the signed version gives again, row by row."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.private_files import work_folder
from dagster_project.publishing import PublishError
from dagster_project.publishing.signatures import read_signatures
from dagster_project.reporting.attachments import names_handed_in
from dagster_project.reporting.documents import read_from
from dagster_project.reporting.pack import write_packs
from dagster_project.reporting.pack.verifier.documents import check_documents
from dagster_project.reporting.pack.verifier.files import MANIFEST, Broken, Pack
from dagster_project.reporting.pack.verifier.main import DAMAGED, check_pack
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.scores import Recomputed
from dagster_project.reporting.pack.verifier.signatures import check_head, check_log, check_signed_pack
from dagster_project.reporting.reading.scorecard import UnknownEvaluation
from dagster_project.reporting.reading.scored_year import read_scored_year
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.signing.seal import known_version
from dagster_project.reporting.signing.signers import read_signers

if TYPE_CHECKING:
    from dagster_project.settings import Settings

SHOWN_ROWS = 5
"""Rows of one table that are told; the table is named anyway, and who forges one row forges few."""


def verify_pack(
    settings: Settings, path: Path, documents: Path | None, head: dict[str, Any] | None
) -> tuple[Report, Recomputed | None]:
    """Everything that can be said of a pack here.

    Args:
        settings: where the log, the register and the versions lie.
        path: a zip, or the folder it was unpacked into.
        documents: the folder of the documents, where they are to be looked at too.
        head: a head of the log that was kept elsewhere.

    Raises:
        SignatureError: the log is not chained, or the register is wrong.
    """
    report = Report()
    try:
        pack = Pack(path)
        scores = check_pack(pack, report)
        about = json.loads(pack.read("pack.json").decode("utf-8"))
        entries = read_signatures(settings.serving_dir)
        signers = [asdict(signer) for signer in read_signers(settings.signers)]
        check_log(entries, signers, report)
        if head is not None:
            check_head(head, entries, signers, report)
        signed = check_signed_pack(about, pack.read(MANIFEST), entries, report)
        _compare_with_version(settings, pack, about, signed, report)
        if documents is not None and scores is not None:
            check_documents(pack, about["edition"], documents, signed, report)
    except DAMAGED as error:
        report.fault(str(error))
        return report, None
    return report, scores


def _compare_with_version(
    settings: Settings, pack: Pack, about: dict[str, Any], signed: dict[str, Any] | None, report: Report
) -> None:
    """Make the pack of the signed version again, and tell each row that differs; without a signature, of the version it names."""
    name = str(signed["version"] if signed else about["version"])
    edition = str(about["edition"])
    scheme = str(about["scheme_id"]) if about.get("is_trial") else None
    try:
        version = known_version(settings.serving_dir, name)
        with work_folder(settings.work_dir) as work:
            folder = read_from(settings, version, work)[0 if edition == "internal" else 1]
            key = (int(about["fiscal_year"]), str(about["department_code"]), scheme)
            path = work / "pack.zip"
            originals = settings.keeping.originals_of(settings.landing_dir)
            year = read_scored_year(folder, name, *key)
            write_packs(year, {edition: path}, settings.raw_dir, names_handed_in(settings), originals)
            made = Pack(path)
            compare_packs(pack, Pack({name: made.read(name) for name in made.names}), report)
    except (PublishError, DocumentError, UnknownEvaluation, KeyError) as error:
        report.gap(f"没有与版本 {name} 重新生成的佐证包对照:{error}")


def compare_packs(pack: Pack, made: Pack, report: Report) -> None:
    """Tell each file and row of a pack that differs from one that was made again."""
    before = len(report.faults)
    for name in sorted({*pack.names, *made.names} - {MANIFEST}):
        if name not in pack.names or name not in made.names:
            report.fault(
                f"{name}:{'已发布版本的佐证包有而这里没有' if name in made.names else '已发布版本的佐证包没有'}"
            )
        elif pack.read(name) != made.read(name):
            is_table = name.endswith(".csv") and not name.startswith("files/")
            told = _rows_that_differ(name, pack, made) if is_table else []
            told = told or [f"与已发布版本的不同({hashlib.sha256(pack.read(name)).hexdigest()[:16]})"]
            for text in told:
                report.fault(f"{name}{text}" if text.startswith(" ") else f"{name}:{text}")
    report.settle(before, "与已发布版本重新生成的佐证包逐字节相同")


def _rows_that_differ(name: str, pack: Pack, made: Pack) -> list[str]:
    try:
        mine, theirs = pack.table(name), made.table(name)
    except (Broken, UnicodeDecodeError) as error:
        return [str(error)]
    told = []
    if len(mine) == len(theirs):
        for line, (one, other) in enumerate(zip(mine, theirs, strict=True), start=2):
            for column in other:
                if one.get(column) != other[column]:
                    told.append(f" 第 {line} 行 {column}:这里是 {one.get(column)},已发布版本是 {other[column]}")
        return told[:SHOWN_ROWS]
    ours, right = Counter(tuple(row.values()) for row in mine), Counter(tuple(row.values()) for row in theirs)
    for word, left, table in (("少了", right - ours, theirs), ("多了", ours - right, mine)):
        for line, row in enumerate(table, start=2):
            if left.get(tuple(row.values())):
                where = "已发布版本" if word == "少了" else "这里"
                told.append(f" {word}{where}第 {line} 行:{' '.join(list(row.values())[:6])}")
    return told[: 2 * SHOWN_ROWS]
