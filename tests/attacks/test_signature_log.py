"""Attacks on the log of signatures and on keys: two signers at once, hidden characters, a full disk, kills, forged lines, stolen keys."""

from __future__ import annotations

import copy
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sample_warehouse import Warehouse
from signers import DEPARTMENT, YEAR, certify, sign_as, with_signers

from dagster_project.publishing import PublishError, SignatureError
from dagster_project.publishing.signatures import (
    SIGNATURES,
    Entry,
    append_signature,
    hash_of,
    next_place,
    read_signatures,
    unfinished_line,
)
from dagster_project.publishing.versions import MANIFEST
from dagster_project.reporting.pack.verifier.signatures import signed_bytes
from dagster_project.reporting.signing.keys import key_for, new_key, revoke
from dagster_project.reporting.signing.signers import Signer, read_signers, write_signers
from dagster_project.reporting.signing.signoff import version_to_show
from dagster_project.reporting.signing.trust import check_entries, head_of, read_head, trusted_entries

WORDS = {"role": "prepared", "by": "甲", "version": "0" * 16, "fiscal_year": YEAR, "department_code": DEPARTMENT}
SIGNS = f"""
import sys
from pathlib import Path
from dagster_project.publishing.signatures import append_signature, next_place
words = {WORDS!r}
for number in range(int(sys.argv[2])):
    append_signature(Path(sys.argv[1]), lambda entries: {{**next_place(entries), **words, "note": sys.argv[3] + str(number)}})
"""


def note(text: str) -> Callable[[list[Entry]], Entry]:
    return lambda entries: {**next_place(entries), **WORDS, "note": text}


@pytest.fixture
def own(sample: Warehouse, tmp_path: Path) -> Warehouse:
    return with_signers(sample.copy_to(tmp_path, raw_dir=sample.settings.raw_dir), tmp_path)


@pytest.fixture(scope="module")
def three(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Three signatures of three people; tests copy what they change."""
    folder = tmp_path_factory.mktemp("three")
    own = with_signers(sample.copy_to(folder, raw_dir=sample.settings.raw_dir), folder)
    for role, note in (("prepared", "初稿"), ("reviewed", "已核"), ("prepared", "再核")):
        sign_as(own, role, note=note)
    return own


@pytest.fixture
def copied(three: Warehouse, tmp_path: Path) -> Warehouse:
    """The log, register and keys of `three`, without the versions."""
    (tmp_path / "build" / "serving").mkdir(parents=True)
    (tmp_path / "build" / "serving" / SIGNATURES).write_bytes((three.settings.serving_dir / SIGNATURES).read_bytes())
    (tmp_path / "signers.csv").write_bytes(three.settings.signers.read_bytes())
    settings = type(three.settings)(
        raw_dir=three.settings.raw_dir,
        build_dir=tmp_path / "build",
        signers=tmp_path / "signers.csv",
        keys_dir=three.settings.keys_dir,
    )
    return Warehouse(settings, three.result)


@pytest.mark.attack(
    area="signing",
    attack="Four processes sign at the same moment, ten times each",
    holds="one after the other: forty entries, each chained to the one before",
)
def test_two_signers_at_once_do_not_break_the_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SIGNS, str(tmp_path), "10"]
    running = [subprocess.Popen([*command, f"{name} "]) for name in "abcd"]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    entries = read_signatures(tmp_path)
    assert sorted(entry["note"] for entry in entries) == sorted(f"{n} {i}" for n in "abcd" for i in range(10))
    assert [entry["number"] for entry in entries] == list(range(1, 41))


@pytest.mark.attack(
    area="signing",
    attack="Names, notes and reasons with characters that split lines, command a terminal, turn text around, or do not show",
    holds="refused with the place and code of the character; nothing is signed",
)
@pytest.mark.parametrize(
    "character",
    ["\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x1b", "\u202e", "\u200b", "\ue000", "\udc80"],
)
def test_characters_that_split_lines_or_hide_are_refused(three: Warehouse, character: str) -> None:
    before = (three.settings.serving_dir / SIGNATURES).read_bytes()
    code = f"U\\+{ord(character):04X}"
    with pytest.raises(SignatureError, match=f"签署人第 2 个字符 {code}"):
        sign_as(three, "prepared", by=f"甲{character}乙")
    for words in ({"note": f"甲{character}乙"}, {"reason": f"甲{character}乙"}):
        with pytest.raises(SignatureError, match=code):
            sign_as(three, "prepared", **words)
    assert (three.settings.serving_dir / SIGNATURES).read_bytes() == before


@pytest.mark.attack(
    area="signing",
    attack="A log of an earlier version whose notes hold characters that split lines",
    holds="it is read as it was written",
)
def test_a_log_of_before_that_holds_such_characters_is_still_read(tmp_path: Path) -> None:
    for text in ("一\u2028二", "三\x85四", "五\x1c六"):
        append_signature(tmp_path, note(text))
    assert [entry["note"] for entry in read_signatures(tmp_path)] == ["一\u2028二", "三\x85四", "五\x1c六"]


@pytest.mark.attack(
    area="signing",
    attack="The disk takes only a part of an entry, at several places of its line",
    holds="the part is taken away, the signer is told that nothing was signed, and the next signature fits",
)
@pytest.mark.parametrize("room", [0, 1, 40, 200])
def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, room: int) -> None:
    append_signature(tmp_path, note("一"))
    before = (tmp_path / SIGNATURES).read_bytes()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, len(before) + room))

    command = [sys.executable, "-B", "-c", SIGNS, str(tmp_path), "1", "二"]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and "SignatureError: 签署没有写成" in done.stderr, done.stderr
    assert (tmp_path / SIGNATURES).read_bytes() == before
    append_signature(tmp_path, note("三"))
    assert [entry["note"] for entry in read_signatures(tmp_path)] == ["一", "三"]


@pytest.mark.attack(
    area="signing",
    attack="A kill while an entry was written: its line ends after any number of its bytes",
    holds="what is whole counts, an unfinished end is told and cut with the next signature, and no other line is ever cut",
)
def test_a_line_that_was_never_finished_is_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / SIGNATURES
    append_signature(tmp_path, note("一"))
    first = path.read_bytes()
    append_signature(tmp_path, note("二"))
    whole = path.read_bytes()
    for size in range(len(first) + 1, len(whole), 7):
        path.write_bytes(whole[:size])
        assert len(read_signatures(tmp_path)) == 1 and unfinished_line(tmp_path)
        append_signature(tmp_path, note("三"))
        assert [entry["note"] for entry in read_signatures(tmp_path)] == ["一", "三"] and not unfinished_line(tmp_path)
    path.write_bytes(whole[:-1])  # all but the line feed: the entry was written
    append_signature(tmp_path, note("三"))
    assert [entry["note"] for entry in read_signatures(tmp_path)] == ["一", "二", "三"]
    path.write_bytes(whole[: len(first) + 20] + b"\n")
    with pytest.raises(SignatureError, match="第 2 行"):
        read_signatures(tmp_path)


@pytest.mark.attack(
    area="signing",
    attack="--version with paths, other cases, links, unknown or damaged versions",
    holds="only an id of a kept, whole version is taken",
)
@pytest.mark.parametrize(
    "version", ["../versions/{id}", "..", ".", "/etc", "{ID}", "{id}/", "{id}\n", "current", "0" * 16, "x" * 16]
)
def test_only_known_versions_are_signed(three: Warehouse, version: str) -> None:
    known = three.published.parent.resolve().name
    with pytest.raises(PublishError):
        sign_as(three, "prepared", version=version.format(id=known, ID=known.upper()))


@pytest.mark.attack(
    area="signing",
    attack="A version that looks back at a past day is to be signed",
    holds="it is refused: what was known on some day is not the year",
)
def test_a_look_back_is_not_signed(own: Warehouse) -> None:
    path = own.published.parent.resolve()
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    (path / MANIFEST).write_text(json.dumps({**manifest, "as_of": "2023-07-01 00:00:00"}), encoding="utf-8")
    with pytest.raises(SignatureError, match="2023-07-01"):
        sign_as(own, "prepared", version=path.name)
    assert read_signatures(own.settings.serving_dir) == []


@pytest.mark.attack(
    area="signing",
    attack="The version to sign lost a table or its manifest",
    holds="it is refused by name",
)
@pytest.mark.parametrize("damage", ["table", "manifest", "no manifest"])
def test_a_damaged_version_is_not_signed(own: Warehouse, damage: str) -> None:
    path = own.published.parent.resolve()
    if damage == "table":
        (path / "evaluation" / "figures.parquet").write_bytes(b"x")
    elif damage == "manifest":
        (path / MANIFEST).write_text('{"version"', encoding="utf-8")
    else:
        (path / MANIFEST).unlink()
    with pytest.raises(PublishError):
        sign_as(own, "prepared", version=path.name)
    assert read_signatures(own.settings.serving_dir) == []


@pytest.mark.attack(
    area="signing",
    attack="Somebody without the private key rewrites entries and chains them anew, adds one, or takes another's signature",
    holds="the entry is named, and neither a signature nor a document follows from that log",
)
@pytest.mark.parametrize("kind", ["total", "version", "person", "unsigned", "moved", "added", "earlier", "role"])
def test_a_rewritten_log_is_told(copied: Warehouse, kind: str) -> None:
    settings = copied.settings
    entries: list[dict[str, Any]] = copy.deepcopy(read_signatures(settings.serving_dir))
    if kind == "total":
        entries[1]["total"] = "99.99"
    elif kind == "version":
        entries[2]["version"] = "f" * 16
    elif kind == "person":
        entries[1]["by"] = "丙"
    elif kind == "role":
        entries[2]["role"] = "certified"
    elif kind == "unsigned":
        del entries[1]["signature"]
    elif kind == "moved":
        entries[2]["signature"] = entries[0]["signature"]
    elif kind == "added":
        entries.append({**entries[2], "role": "certified", "by": "丙"})
    else:
        entries[2]["at"] = "2024-06-01T00:00:00+08:00"
    write_log(settings.serving_dir, entries)
    assert len(read_signatures(settings.serving_dir)) == len(entries)  # the chain itself holds
    for use in (
        lambda: trusted_entries(settings),
        lambda: head_of(settings),
        lambda: version_to_show(settings, YEAR, DEPARTMENT),
    ):
        with pytest.raises(SignatureError, match=r"签署记录第 [234] 号"):
            use()


def write_log(serving_dir: Path, entries: list[dict[str, Any]]) -> None:
    """What somebody does who knows how the log is chained."""
    previous = "0" * 64
    for number, entry in enumerate(entries, start=1):
        entry |= {"number": number, "previous": previous}
        entry["hash"] = previous = hash_of(entry)
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    (serving_dir / SIGNATURES).write_text(text, encoding="utf-8")


@pytest.mark.attack(
    area="signing",
    attack="The log is cut short, emptied, written anew with keys of the attacker's, or its register is changed",
    holds="a head that was kept elsewhere tells each, as a file or as the line on paper",
)
@pytest.mark.parametrize("kind", ["cut", "emptied", "removed", "anew", "register"])
def test_a_kept_head_tells_what_the_log_cannot(copied: Warehouse, kind: str, tmp_path: Path) -> None:
    settings = copied.settings
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(head_of(settings, "乙"), ensure_ascii=False), encoding="utf-8")
    paper = "{count}:{hash}".format(**json.loads(kept.read_text(encoding="utf-8")))
    assert check_entries(settings, read_head(str(kept))).faults == []
    path = settings.serving_dir / SIGNATURES
    lines = path.read_bytes().splitlines(keepends=True)
    told = "截断"
    if kind == "cut":
        path.write_bytes(b"".join(lines[:2]))
    elif kind == "emptied":
        path.write_bytes(b"")
    elif kind == "removed":
        path.unlink()
    else:
        told = "改写"
        forge_keys(copied, tmp_path / "forged")
    for head in (str(kept), paper):
        if kind == "register":
            path.write_bytes(b"".join(lines))
            told = "登记被改动" if head != paper else "签名不符|没有密钥"
        faults = check_entries(settings, read_head(head)).faults
        assert any(word in fault for fault in faults for word in told.split("|")), (head, faults)


def forge_keys(warehouse: Warehouse, folder: Path) -> None:
    """Write the log anew with keys of one's own under the names of the signers; nothing in log and register contradicts it."""
    settings = warehouse.settings
    entries = copy.deepcopy(read_signatures(settings.serving_dir))
    write_signers(settings.signers, [])
    for person, role in (("甲", "prepared"), ("乙", "reviewed")):
        new_key(settings.signers, folder, person, [role], valid_from="2024-01-01")
    previous = "0" * 64
    for entry in entries:
        signer, key = key_for(settings.signers, folder, entry["by"], entry["role"], entry["at"][:10], lambda: "")
        entry |= {"total": "99.99", "key_id": signer.key_id, "previous": previous}
        entry["signature"] = key.sign(signed_bytes(entry)).hex()
        entry["hash"] = previous = hash_of(entry)
    write_log(settings.serving_dir, entries)
    assert check_entries(settings).faults == []


@pytest.mark.attack(
    area="signing",
    attack="Keys of others, ended, not yet valid or revoked keys, keys that others can read, a wrong passphrase, another key's file",
    holds="none of them signs, and the message says why",
)
@pytest.mark.parametrize(
    "kind", ["role", "ended", "early", "revoked", "readable", "passphrase", "foreign", "lost", "register"]
)
def test_only_a_persons_own_valid_key_signs(copied: Warehouse, kind: str, tmp_path: Path) -> None:
    settings, keys = copied.settings, tmp_path / "keys"
    register = settings.signers
    signer, path = new_key(
        register, keys, "丁", ["prepared"], "口令" if kind == "passphrase" else "",
        valid_from="2030-01-01" if kind == "early" else "2024-01-01", valid_to="2025-01-01" if kind == "ended" else "",
    )  # fmt: skip
    role, told = ("certified" if kind == "role" else "prepared"), "不能以"
    if kind == "revoked":
        revoke(register, signer.key_id, "2024-05-01", "遗失")
    elif kind == "readable":
        path.chmod(0o644)
        told = "别人也能读"
    elif kind == "passphrase":
        told = "口令不对"
    elif kind == "foreign":
        theirs = new_key(register, keys, "戊", ["prepared"], valid_from="2024-01-01")
        path.write_bytes(theirs[1].read_bytes())
        told = "不是登记的密钥"
    elif kind == "lost":
        path.unlink()
        told = "没有 丁 的私钥"
    elif kind == "register":
        register.write_text(
            register.read_text(encoding="utf-8").replace(signer.public_key[:8], "00000000"), encoding="utf-8"
        )
        told = "公钥与编号 .* 不符"
    with pytest.raises(SignatureError, match=told):
        key_for(register, keys, "丁", role, "2026-11-28", lambda: "错的")


@pytest.mark.attack(
    area="signing",
    attack="Somebody else on the machine reads a private key",
    holds="mode 600 in a folder of mode 700, sealed by its passphrase",
)
def test_a_key_is_made_for_its_owner_only(copied: Warehouse, tmp_path: Path) -> None:
    signer, path = new_key(copied.settings.signers, tmp_path / "keys", " 丁 ", ["prepared"], "口令")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert b"ENCRYPTED" in path.read_bytes()
    assert read_signers(copied.settings.signers)[-1] == signer and signer.person == "丁"
    day = signer.valid_from
    assert key_for(copied.settings.signers, tmp_path / "keys", "丁", "prepared", day, lambda: "口令")[0] == signer


@pytest.mark.attack(
    area="signing",
    attack="A key is revoked, also for a day that has passed",
    holds="what it signed before that day holds, and what it signed from that day on is told",
)
def test_a_revoked_key_keeps_what_it_signed_before(copied: Warehouse) -> None:
    settings = copied.settings
    mine = next(signer for signer in read_signers(settings.signers) if signer.person == "乙")
    assert check_entries(settings).faults == []
    later = Signer(**{**asdict(mine), "revoked_on": "2999-01-01"})
    write_signers(settings.signers, [later if s == mine else s for s in read_signers(settings.signers)])
    assert check_entries(settings).faults == []
    today = Signer(**{**asdict(mine), "revoked_on": read_signatures(settings.serving_dir)[1]["at"][:10]})
    write_signers(settings.signers, [today if s == later else s for s in read_signers(settings.signers)])
    assert any("已于" in fault for fault in check_entries(settings).faults)


@pytest.mark.attack(
    area="signing",
    attack="A certified version is replaced by another content with a manifest that fits",
    holds="the year is not shown from it: the entry holds the hash of the manifest",
)
def test_a_certified_version_that_was_replaced_is_not_shown(own: Warehouse) -> None:
    certify(own)
    path = own.published.parent.resolve()
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    (path / "check_results.json").unlink()
    del manifest["sha256"]["check_results.json"]
    (path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(PublishError, match="已不是 丙 于"):
        version_to_show(own.settings, YEAR, DEPARTMENT)


@pytest.mark.attack(
    area="signing",
    attack="None: a log that began before there were keys",
    holds="its entries hold and are told as unsigned",
)
def test_entries_of_before_keys_are_told_as_unsigned(copied: Warehouse) -> None:
    settings = copied.settings
    entries = copy.deepcopy(read_signatures(settings.serving_dir))
    for entry in entries[:2]:
        for name in ("signature", "key_id", "format"):
            del entry[name]
    write_log(settings.serving_dir, entries[:2])
    report = check_entries(settings)
    assert report.faults == [] and any("第 1 至 2 号没有签名(启用密钥以前)" in gap for gap in report.gaps)
    assert len(trusted_entries(settings)) == 2
