"""The log with its signatures checked, and its head, which is kept elsewhere so that nobody can shorten or rewrite the log unseen."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.publishing import SignatureError
from dagster_project.publishing.signatures import FIRST, ROLES, Entry, read_signatures
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.signatures import check_head, check_log, head_bytes
from dagster_project.reporting.signing.keys import Ask, key_for
from dagster_project.reporting.signing.names import plain_name
from dagster_project.reporting.signing.signers import read_signers

if TYPE_CHECKING:
    from dagster_project.settings import Settings

SHORT_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")


def trusted_entries(settings: Settings) -> list[Entry]:
    """All entries of the log, each signature checked.

    Raises:
        SignatureError: the log was changed, or a signature is not that of a signer; the message names the entry.
    """
    report = check_entries(settings)
    if report.faults:
        raise SignatureError(";".join(report.faults[:3]) + "。请从备份恢复签署记录或签署人登记,并查明原因")
    return read_signatures(settings.serving_dir)


def check_entries(settings: Settings, head: dict[str, Any] | None = None) -> Report:
    """What the log and the register say of each other, and of a head that was kept elsewhere.

    Raises:
        SignatureError: the log is not even chained, or the register is wrong.
    """
    report = Report()
    entries = read_signatures(settings.serving_dir)
    if not entries and head is None:
        return report
    signers = [asdict(signer) for signer in read_signers(settings.signers)]
    check_log(entries, signers, report)
    if head is not None:
        check_head(head, entries, signers, report)
    return report


def head_of(settings: Settings, by: str = "", ask_passphrase: Ask = lambda: "") -> dict[str, Any]:
    """The head of the log: how many entries, the hash of the last, the time; signed where somebody is named; with log and register.

    Raises:
        SignatureError: the log was changed, or the person has no key at hand.
    """
    entries = trusted_entries(settings)
    signers = read_signers(settings.signers)
    head: dict[str, Any] = {
        "count": len(entries),
        "hash": entries[-1]["hash"] if entries else FIRST,
        "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "key_id": "",
    }
    if by:
        person, day = plain_name(by), dt.date.today().isoformat()
        role = next((r for r in ROLES for s in signers if s.person == person and s.may_sign(r, day)), ROLES[0])
        signer, key = key_for(settings.signers, settings.keys_dir, person, role, day, ask_passphrase)
        head["key_id"] = signer.key_id
        head["signature"] = key.sign(head_bytes(head)).hex()
    return {**head, "entries": entries, "signers": [asdict(signer) for signer in signers]}


def read_head(text: str) -> dict[str, Any]:
    """A head that was kept: a file from ``jixiao head --out``, or what stands on paper, such as ``3:0f…``.

    Raises:
        SignatureError: it is neither.
    """
    if match := SHORT_HEAD.fullmatch(text.strip()):
        return {"count": int(match[1]), "hash": match[2], "at": "手写存底", "key_id": ""}
    try:
        head = json.loads(Path(text).read_text(encoding="utf-8"))
        if not isinstance(head["count"], int) or not isinstance(head["hash"], str) or not isinstance(head["at"], str):
            raise TypeError("count, hash, at")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SignatureError(f"{text} 不是签署存底({error});应是 jixiao head --out 写的文件,或“号数:哈希”") from error
    return dict(head)
