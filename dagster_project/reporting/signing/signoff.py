"""Signing a year: what must hold before a version is certified, and what a later certification changes against the earlier one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from dagster_project.hashing import sha256_of
from dagster_project.publishing import PublishedVersion, PublishError, SignatureError, current_version
from dagster_project.publishing.signatures import (
    ROLES,
    Entry,
    append_signature,
    entries_of,
    last_certification,
    next_place,
    read_signatures,
    unfinished_line,
)
from dagster_project.publishing.versions import DATABASE, MANIFEST
from dagster_project.reporting.pack.verifier.signatures import ROLE_WORDS, signed_bytes
from dagster_project.reporting.reading.scorecard import Scorecard, read_scorecard
from dagster_project.reporting.signing.books import refuse_unbalanced
from dagster_project.reporting.signing.changes import FigureChange, figure_changes
from dagster_project.reporting.signing.keys import Ask, key_for
from dagster_project.reporting.signing.names import plain_name, plain_text
from dagster_project.reporting.signing.seal import Sealed, known_version, seal
from dagster_project.reporting.signing.signers import Signer
from dagster_project.reporting.signing.trust import trusted_entries
from dagster_project.settings import Settings

FORMAT = 2
"""Entries of format 2 bear a signature; those before had none."""


@dataclass(frozen=True)
class Signed:
    """What a signature has done: the entry, what changed against the earlier certification, and what to know."""

    entry: Entry
    changes: list[FigureChange]
    warnings: list[str]


@dataclass(frozen=True)
class Signature:
    """What somebody signs: a year of a department as a role, with their words."""

    fiscal_year: int
    department_code: str
    role: str
    by: str
    note: str = ""
    reason: str = ""
    version: str = ""


def sign(settings: Settings, wanted: Signature, ask_passphrase: Ask = lambda: "") -> Signed:
    """Sign a version of a year as prepared, reviewed or certified, with the key of the person.

    Args:
        settings: where versions, the log, the register of signers and the private keys lie.
        wanted: who signs what, as what. ``reason`` says why a year that is certified already is certified anew; ``version`` is a
            kept version, the current one where it is empty.
        ask_passphrase: asks for the passphrase of a key that has one.

    Raises:
        SignatureError: the role or the person is unknown, their key cannot sign, a text holds characters that do not show, one
            person signs in two roles, a version is certified that was not prepared and reviewed, data are missing, the department is
            held back, the books differ, the version is certified already, a restatement has no reason, or the
            log was changed.
        PublishError: there is no such version, or its files are damaged.
        UnknownEvaluation: the version has no evaluation of the year and department.
        DocumentError: the pack or the documents of the year cannot be made, so nobody could know what was signed.
    """
    if wanted.role not in ROLES:
        raise SignatureError(f"没有签署身份 {wanted.role};有:{'、'.join(ROLES)}")
    wanted = replace(
        wanted,
        by=plain_name(wanted.by),
        note=plain_text("说明", wanted.note),
        reason=plain_text("更正原因", wanted.reason),
    )
    serving_dir = settings.serving_dir
    trusted_entries(settings)
    version = known_version(serving_dir, wanted.version)
    if version.as_of:
        raise SignatureError(f"版本 {version.version} 是 {version.as_of} 时的状态,只供查看,不能签署")
    card = read_scorecard(version.path, wanted.fiscal_year, wanted.department_code)
    if wanted.role == "certified":
        _refuse_uncertifiable(card, version, wanted)
    _check_against(read_signatures(serving_dir), settings, wanted, version)
    signer, key = key_for(
        settings.signers, settings.keys_dir, wanted.by, wanted.role, dt.date.today().isoformat(), ask_passphrase
    )
    sealed = seal(settings, version, wanted.fiscal_year, wanted.department_code, wanted.role == "certified")
    unfinished = unfinished_line(serving_dir)
    changes: list[FigureChange] = []
    warnings: list[str] = []

    def make(entries: list[Entry]) -> Entry:
        """The entry, made while nobody else can sign: what was looked at before may have changed since."""
        nonlocal changes, warnings
        changes, warnings = _check_against(entries, settings, wanted, version)
        mine = entries_of(entries, wanted.fiscal_year, wanted.department_code)
        earlier = last_certification(mine) if wanted.role == "certified" else None
        entry = {"format": FORMAT, **next_place(entries), **_what_is_signed(wanted, version, card, sealed, signer)}
        if earlier is not None:
            words = [change.as_words() for change in changes]
            entry |= {"reason": wanted.reason, "replaces": earlier["version"], "changes": words}
        return {**entry, "signature": key.sign(signed_bytes(entry)).hex()}

    entry = append_signature(serving_dir, make)
    if unfinished:
        warnings.append(f"记录末尾有没写完的半行(磁盘满或中断),已去掉:{unfinished[:80]}")
    return Signed(entry, changes, warnings)


def _refuse_uncertifiable(card: Scorecard, version: PublishedVersion, wanted: Signature) -> None:
    _refuse_missing(card, version)
    _refuse_held_back(version, wanted.department_code)
    refuse_unbalanced(version.path, wanted.fiscal_year, wanted.department_code)


def _what_is_signed(
    wanted: Signature, version: PublishedVersion, card: Scorecard, sealed: Sealed, signer: Signer
) -> Entry:
    """The part of an entry that says who signed what."""
    return {
        "role": wanted.role,
        "by": wanted.by,
        "note": wanted.note,
        "fiscal_year": wanted.fiscal_year,
        "department_code": wanted.department_code,
        "scheme_id": card.scheme["scheme_id"],
        "version": version.version,
        "version_manifest": sha256_of(version.path / MANIFEST),
        "pack": sealed.packs,
        "total": f"{card.total['score']:f}",
        "rating": card.total["rating"],
        "key_id": signer.key_id,
        **({"documents": sealed.documents} if sealed.documents else {}),
    }


def _check_against(
    entries: list[Entry], settings: Settings, wanted: Signature, version: PublishedVersion
) -> tuple[list[FigureChange], list[str]]:
    """What the entries so far say to a signature: what it changes, and what to know."""
    mine = entries_of(entries, wanted.fiscal_year, wanted.department_code)
    twice = sorted({entry["role"] for entry in mine if entry["by"] == wanted.by and entry["role"] != wanted.role})
    if twice and not settings.one_person_may_sign:
        raise SignatureError(
            f"{wanted.by} 已以{'、'.join(ROLE_WORDS[role] for role in twice)}身份签署 {wanted.fiscal_year} 年度,"
            f"不能再以{ROLE_WORDS[wanted.role]}身份签署;请由他人签署(确需一人签署时设 JIXIAO_ONE_PERSON_MAY_SIGN=true)"
        )
    done = {entry["role"] for entry in mine if entry["version"] == version.version}
    skipped = [ROLE_WORDS[step] for step in ROLES[: ROLES.index(wanted.role)] if step not in done]
    warnings = [f"该版本还没有{step}签署" for step in skipped]
    warnings += [f"{wanted.by} 已以{ROLE_WORDS[role]}身份签署过该年度" for role in twice]
    earlier = last_certification(mine)
    if wanted.role != "certified":
        return [], warnings
    changes = [] if earlier is None else _restatement(settings.serving_dir, earlier, version, wanted)
    if skipped:
        raise SignatureError(
            f"版本 {version.version} 还没有{'、'.join(skipped)}签署,不能签发;请先由编制、复核的人对这一版本签署"
            f"(jixiao sign {wanted.fiscal_year} --as prepared|reviewed --by 姓名 --version {version.version})"
        )
    return changes, warnings


def version_to_show(
    settings: Settings, fiscal_year: int, department_code: str, latest: bool = False
) -> tuple[PublishedVersion, Entry | None]:
    """The version that a year is shown from: the certified one, else or if asked for the current one; with its certification.

    Raises:
        PublishError: nothing was published, or the certified version is gone, damaged, or not the one that was signed.
        SignatureError: the log was changed, or a signature is not that of a signer.
    """
    entry = last_certification(entries_of(trusted_entries(settings), fiscal_year, department_code))
    if latest or entry is None:
        return current_version(settings.serving_dir), None
    version = known_version(settings.serving_dir, entry["version"])
    if "version_manifest" in entry and sha256_of(version.path / MANIFEST) != entry["version_manifest"]:
        raise PublishError(
            f"版本 {version.version} 已不是 {entry['by']} 于 {entry['at']} 签发的内容;请从备份恢复该版本"
        )
    return version, entry


def _refuse_missing(card: Scorecard, version: PublishedVersion) -> None:
    figures = _missing_figures(version.path, card.fiscal_year, card.department_code)
    if card.unrated or figures:
        names = [f"{row['indicator_no']} {row['level3']}" for row in card.unrated]
        parts = [f"缺数据或数据不全的指标 {'、'.join(names)}"] if names else []
        parts += [f"报告用到而没有或不全的数 {'、'.join(figures)}"] if figures else []
        raise SignatureError(
            f"{card.fiscal_year} 年度数据不齐,不能签发:{';'.join(parts)}。补报台账并重新运行 jixiao nightly 后再签"
        )


def _refuse_held_back(version: PublishedVersion, department_code: str) -> None:
    """A department whose new hand-ins wait for a correction has no last word on any year."""
    with duckdb.connect(str(version.path / DATABASE), read_only=True) as connection:
        files = connection.execute(
            "select distinct file from quality.submissions where status = 'held_back' and department_code = ? order by file",
            [department_code],
        ).fetchall()
    if files:
        raise SignatureError(
            f"部门 {department_code} 的报送没有通过发布前检查,暂缓发布,该版本不含 {'、'.join(file for (file,) in files)},不能签发。"
            "请按“held_back_row”所列各行改正并重新报送,运行 jixiao nightly 后再签"
        )


def _missing_figures(version_dir: Path, fiscal_year: int, department_code: str) -> list[str]:
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """
            select distinct figures.figure_id from evaluation.figures as figures
            join evaluation.figure_definitions as definitions using (figure_id)
            where definitions.is_in_report and figures.status in ('MISSING', 'PARTIAL') and fiscal_year = ? and department_code = ?
            order by all
            """,
            [fiscal_year, department_code],
        ).fetchall()
    return [row[0] for row in rows]


def _restatement(serving_dir: Path, earlier: Entry, version: PublishedVersion, wanted: Signature) -> list[FigureChange]:
    if earlier["version"] == version.version:
        raise SignatureError(f"版本 {version.version} 已由 {earlier['by']} 于 {earlier['at']} 签发,不必重签")
    before = known_version(serving_dir, earlier["version"]).path
    changes = figure_changes(version.path, before, wanted.fiscal_year, wanted.department_code)
    if not wanted.reason:
        raise RestatementNeedsReason(earlier, changes)
    return changes


class RestatementNeedsReason(SignatureError):
    """The year is certified; certifying another version restates it and needs a reason. Carries what would change."""

    def __init__(self, earlier: Entry, changes: list[FigureChange]) -> None:
        super().__init__(
            f"{earlier['fiscal_year']} 年度已签发(版本 {earlier['version']},{earlier['by']},{earlier['at']});"
            f"改签另一版本属于更正,请用 --reason 写明原因。更正涉及 {len(changes)} 个数"
        )
        self.changes = changes
