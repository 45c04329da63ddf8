"""Private keys of signers: Ed25519, one file each that only its owner may read, kept away from what is built."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.publishing import SignatureError
from dagster_project.publishing.signatures import ROLES
from dagster_project.reporting.pack.verifier.signatures import key_id_of
from dagster_project.reporting.signing.names import plain_name
from dagster_project.reporting.signing.signers import Signer, read_signers, write_signers

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Ask = Callable[[], str]
"""Asks for the passphrase of a key; called only for a key that has one."""


def new_key(
    register: Path,
    keys_dir: Path,
    person: str,
    roles: list[str],
    passphrase: str = "",
    valid_from: str = "",
    valid_to: str = "",
) -> tuple[Signer, Path]:
    """Make a key pair: the private key goes into a file, the public one into the register.

    Args:
        register: the CSV of signers.
        keys_dir: where private keys lie.
        person: whose key it is.
        roles: what it may sign as; all of `ROLES` where none is named would be too much, so at least one is.
        passphrase: seals the file; without one, whoever reads the file can sign.
        valid_from: the first day, ISO; today without one.
        valid_to: the last day, ISO; open without one.

    Raises:
        SignatureError: the name or a role is wrong, or the register is.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    person = plain_name(person)
    if not roles or set(roles) - set(ROLES):
        raise SignatureError(f"请写明身份(--role),可多次:{'、'.join(ROLES)}")
    for day in (valid_from, valid_to):
        if day:
            _refuse_no_day(day)
    signers = read_signers(register)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signer = Signer(
        key_id=key_id_of(public),
        person=person,
        roles="|".join(role for role in ROLES if role in roles),
        valid_from=valid_from or dt.date.today().isoformat(),
        valid_to=valid_to,
        revoked_on="",
        public_key=public.hex(),
    )
    seal: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        seal = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    content = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, seal)
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = keys_dir / f"{signer.key_id}.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    write_signers(register, [*signers, signer])
    return signer, path


def revoke(register: Path, key_id: str, on: str, note: str = "") -> Signer:
    """End a key on a day: what bears this day or a later one is not its signature.

    Raises:
        SignatureError: there is no such key, or it is revoked already.
    """
    _refuse_no_day(on)
    signers = read_signers(register)
    found = [signer for signer in signers if signer.key_id == key_id]
    if not found:
        raise SignatureError(f"{register} 中没有编号 {key_id};有:{'、'.join(s.key_id for s in signers) or '无'}")
    if found[0].revoked_on:
        raise SignatureError(f"编号 {key_id} 已于 {found[0].revoked_on} 停用")
    ended = Signer(**{**vars(found[0]), "revoked_on": on, "note": note})
    write_signers(register, [ended if signer.key_id == key_id else signer for signer in signers])
    return ended


def key_for(
    register: Path, keys_dir: Path, person: str, role: str, day: str, ask: Ask
) -> tuple[Signer, Ed25519PrivateKey]:
    """The key that a person signs with as a role on a day: one that the register knows and whose file is at hand.

    Raises:
        SignatureError: there is none, its file may be read by others, or the passphrase is wrong.
    """
    mine = [signer for signer in read_signers(register) if signer.person == person]
    if not mine:
        raise SignatureError(f"{person} 没有登记密钥({register});请先运行 jixiao keys new {person} --role {role}")
    able = [signer for signer in mine if signer.may_sign(role, day)]
    if not able:
        raise SignatureError(
            f"{person} 的密钥在 {day} 不能以 {role} 身份签署;请核对 {register} 的身份、起止日期和停用日期"
        )
    for signer in reversed(able):
        path = keys_dir / f"{signer.key_id}.pem"
        if path.is_file():
            return signer, _load(path, signer, ask)
    raise SignatureError(
        f"{keys_dir} 中没有 {person} 的私钥 {able[-1].key_id}.pem;私钥由本人保管,请用 JIXIAO_KEYS_DIR 指明位置"
    )


def _load(path: Path, signer: Signer, ask: Ask) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if path.stat().st_mode & 0o077:
        raise SignatureError(
            f"{path} 别人也能读;请先运行 chmod 600,并考虑停用该密钥(jixiao keys revoke {signer.key_id})"
        )
    content = path.read_bytes()
    try:
        try:
            key = load_pem_private_key(content, None)
        except TypeError:
            key = load_pem_private_key(content, ask().encode("utf-8"))
    except ValueError as error:
        raise SignatureError(f"{path} 打不开:口令不对,或文件已损坏") from error
    if not isinstance(key, Ed25519PrivateKey) or key.public_key().public_bytes_raw().hex() != signer.public_key:
        raise SignatureError(f"{path} 不是登记的密钥 {signer.key_id}")
    return key


def _refuse_no_day(text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise SignatureError(f"日期 {text} 写法不对,应如 2026-01-31") from error
