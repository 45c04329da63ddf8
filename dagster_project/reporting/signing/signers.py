"""The register of signers: a CSV that says whose key is which, for which roles, from when until when. Keys are in `keys.py`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from dagster_project.publishing import SignatureError
from dagster_project.publishing.signatures import ROLES
from dagster_project.reporting.pack.verifier.signatures import key_id_of


@dataclass(frozen=True)
class Signer:
    """A key of a person. Dates are ISO days, both ends included; ``valid_to`` and ``revoked_on`` may be empty.

    ``roles`` are parted by ``|``; ``public_key`` is 64 hexadecimal digits (Ed25519, raw).
    """

    key_id: str
    person: str
    roles: str
    valid_from: str
    valid_to: str
    revoked_on: str
    public_key: str
    note: str = ""

    def may_sign(self, role: str, day: str) -> bool:
        """Whether the key holds for a role on a day."""
        ends = [end for end in (self.valid_to, self.revoked_on and _day_before(self.revoked_on)) if end]
        return role in self.roles.split("|") and self.valid_from <= day and all(day <= end for end in ends)


COLUMNS = tuple(field.name for field in fields(Signer))


def read_signers(path: Path) -> list[Signer]:
    """The register; empty where there is none yet.

    Raises:
        SignatureError: a line is wrong; the message names it.
    """
    if not path.is_file():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    if rows.fieldnames is None or set(COLUMNS) - set(rows.fieldnames):
        raise SignatureError(f"{path}:表头应有 {'、'.join(COLUMNS)}")
    signers: list[Signer] = []
    for number, row in enumerate(rows, start=2):
        signer = Signer(**{name: (row[name] or "").strip() for name in COLUMNS})
        if fault := _fault(signer, signers):
            raise SignatureError(f"{path} 第 {number} 行:{fault};请改正该行")
        signers.append(signer)
    return signers


def write_signers(path: Path, signers: list[Signer]) -> None:
    """Write the register in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(signer) for signer in signers)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(stream.getvalue())
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    os.replace(name, path)


def _fault(signer: Signer, before: list[Signer]) -> str:
    """What is wrong with a line; empty where nothing is."""
    try:
        for name in ("valid_from", "valid_to", "revoked_on"):
            if getattr(signer, name) or name == "valid_from":
                dt.date.fromisoformat(getattr(signer, name))
        if signer.key_id != key_id_of(bytes.fromhex(signer.public_key)) or len(signer.public_key) != 64:
            return f"公钥与编号 {signer.key_id} 不符"
    except ValueError as error:
        return f"日期或公钥写法不对({error})"
    if unknown := set(signer.roles.split("|")) - set(ROLES):
        return f"没有身份 {'、'.join(sorted(unknown))},有:{'、'.join(ROLES)}"
    if not signer.person:
        return "没有姓名"
    return f"编号 {signer.key_id} 重复" if signer.key_id in {other.key_id for other in before} else ""


def _day_before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
