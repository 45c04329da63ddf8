"""Whose signatures a log holds, whether nothing was cut off or written anew, and whether a pack is the one that was signed.

Keys are Ed25519. The check itself is that of the package ``cryptography``; without it the signatures stay unchecked and that is said.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dagster_project.reporting.pack.verifier.report import Report

ENTRY_MARK, HEAD_MARK = b"jixiao signature 2\n", b"jixiao head 1\n"
"""What is signed begins with what it is, so that a signature of one thing is never one of another."""
ROLE_WORDS = {"prepared": "编制", "reviewed": "复核", "certified": "签发"}
NO_PREVIOUS = "0" * 64


class NoCryptography(Exception):
    """The package that checks signatures is not installed."""


def key_id_of(public_key: bytes) -> str:
    """The number of a key: the beginning of the hash of its 32 public bytes."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def canonical(words: dict[str, Any]) -> bytes:
    """The one way in which words are written when they are hashed or signed."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode("utf-8")


def signed_bytes(entry: dict[str, Any]) -> bytes:
    """What the signature of an entry is over: all of it but the signature and the hash."""
    return ENTRY_MARK + canonical({key: value for key, value in entry.items() if key not in ("hash", "signature")})


def head_bytes(head: dict[str, Any]) -> bytes:
    """What the signature of a head is over."""
    return HEAD_MARK + canonical({name: head[name] for name in ("count", "hash", "at", "key_id")})


def is_signed_by(public_key: str, signature: str, message: bytes) -> bool:
    """Whether a signature is that of a key.

    Raises:
        NoCryptography: nothing here can tell.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise NoCryptography from error
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
        return True
    except (InvalidSignature, ValueError, TypeError):
        return False


def check_log(entries: list[dict[str, Any]], signers: list[dict[str, str]], report: Report) -> None:
    """The entries follow from each other, and each is signed by a key that held for its person, role and day."""
    before, known = len(report.faults), {signer["key_id"]: signer for signer in signers}
    previous, at, signed, unsigned = NO_PREVIOUS, "", 0, []
    for number, entry in enumerate(entries, start=1):
        place = f"签署记录第 {number} 号"
        words = {key: value for key, value in entry.items() if key != "hash"}
        if (entry.get("number"), entry.get("previous")) != (number, previous):
            report.fault(f"{place}与前一号不相连:有记录被删去、插入或改写")
        if entry.get("hash") != hashlib.sha256(canonical(words)).hexdigest():
            report.fault(f"{place}的内容与其哈希不符:被改动")
        previous = str(entry.get("hash"))
        if "signature" not in entry:
            unsigned.append(number)
            if signed:
                report.fault(f"{place}没有签名,而此前已启用密钥")
            continue
        if signed and str(entry["at"])[:19] < at:
            report.fault(f"{place}的时间 {entry['at']} 早于前一号")
        at, signed = str(entry["at"])[:19], signed + 1
        try:
            if fault := _signature_fault(entry, known):
                report.fault(f"{place}({entry['by']},{ROLE_WORDS.get(entry['role'], '')}):{fault}")
        except NoCryptography:
            report.gap("没有安装 cryptography,签名没有核对")
            return
    if unsigned:
        report.gap(f"签署记录第 {unsigned[0]} 至 {unsigned[-1]} 号没有签名(启用密钥以前)")
    report.settle(before, f"签署记录 {len(entries)} 号逐号相连,{signed} 个签名均由登记的密钥签出")


def _signature_fault(entry: dict[str, Any], known: dict[str, dict[str, str]]) -> str:
    """What is wrong with the signature of an entry; empty where nothing is."""
    signer = known.get(entry["key_id"])
    day = str(entry["at"])[:10]
    if signer is None:
        return f"签署人登记中没有密钥 {entry['key_id']}"
    if key_id_of(bytes.fromhex(signer["public_key"])) != entry["key_id"]:
        return f"登记的公钥不是 {entry['key_id']}"
    if not is_signed_by(signer["public_key"], str(entry["signature"]), signed_bytes(entry)):
        return "签名不符,内容或签署人被改动"
    if signer["person"] != entry["by"]:
        return f"密钥 {entry['key_id']} 是 {signer['person']} 的"
    if entry["role"] not in signer["roles"].split("|"):
        return f"密钥 {entry['key_id']} 不能用于该身份"
    if day < signer["valid_from"] or (signer["valid_to"] and day > signer["valid_to"]):
        return f"密钥 {entry['key_id']} 在 {day} 不在有效期内"
    if signer["revoked_on"] and day >= signer["revoked_on"]:
        return f"密钥 {entry['key_id']} 已于 {signer['revoked_on']} 停用"
    return ""


def check_head(
    head: dict[str, Any], entries: list[dict[str, Any]], signers: list[dict[str, str]], report: Report
) -> None:
    """The log still holds what it held when its head was written down."""
    before, count = len(report.faults), int(head["count"])
    if len(entries) < count:
        report.fault(f"签署记录被截断:存底({head['at']})有 {count} 号,现在只有 {len(entries)} 号")
    elif count and entries[count - 1].get("hash") != head["hash"]:
        wrong = next((n for n, (a, b) in enumerate(zip(head.get("entries") or [], entries), start=1) if a != b), count)  # noqa: B905
        report.fault(f"签署记录被改写:存底({head['at']})以前的第 {wrong} 号起与现在不同")
    now = {signer["key_id"]: signer for signer in signers}
    for signer in head.get("signers") or []:
        held = now.get(signer["key_id"], {})
        for name in ("person", "public_key", "valid_from"):
            if held.get(name) != signer[name]:
                report.fault(
                    f"签署人登记被改动:存底({head['at']})时 {signer['key_id']} 的 {name} 是 {signer[name]},现在是 {held.get(name)}"
                )
    if head.get("signature"):
        known = {signer["key_id"]: signer for signer in signers}
        signer = known.get(head["key_id"])
        try:
            if signer is None or not is_signed_by(signer["public_key"], head["signature"], head_bytes(head)):
                report.fault(f"存底的签名不符,或密钥 {head['key_id']} 没有登记")
        except NoCryptography:
            report.gap("没有安装 cryptography,存底的签名没有核对")
    report.settle(before, f"签署记录仍含存底({head['at']})时的全部 {count} 号")


def check_signed_pack(
    about: dict[str, Any], manifest: bytes, entries: list[dict[str, Any]], report: Report
) -> dict[str, Any] | None:
    """The pack is the one that the year was certified with; returns that entry."""
    mine = [
        entry
        for entry in entries
        if (entry["fiscal_year"], entry["department_code"]) == (about["fiscal_year"], about["department_code"])
    ]
    certified = [entry for entry in mine if entry["role"] == "certified"]
    held = certified[-1] if certified else mine[-1] if mine else None
    who = f"{about['fiscal_year']} 年度 {about['department_code']}"
    if held is None or "pack" not in held:
        report.gap(f"{who}没有带佐证包哈希的签署,不知道这是不是签发的那一份")
        return None
    digest = hashlib.sha256(manifest).hexdigest()
    words = f"{held['by']} 于 {held['at']} {ROLE_WORDS[held['role']]}"
    if held["pack"].get(about["edition"]) != digest:
        report.fault(
            f"这不是 {words}的佐证包:清单 {digest[:16]},签署的是 {str(held['pack'].get(about['edition']))[:16]}(版本 {held['version']})"
        )
    elif held["version"] != about["version"]:
        report.fault(f"pack.json 的版本 {about['version']} 不是签署的 {held['version']}")
    else:
        report.proof(f"这就是 {words}的佐证包(版本 {held['version']},总分 {held['total']})")
    people: dict[str, set[str]] = {}
    for entry in mine:
        people.setdefault(entry["by"], set()).add(ROLE_WORDS.get(entry["role"], entry["role"]))
    for person, roles in sorted(people.items()):
        if len(roles) > 1:
            report.gap(f"{person} 在{who}签了几种身份:{'、'.join(sorted(roles))}")
    return held
