"""The tokens by which departments sign in: made once, kept as Argon2id hashes in a private file, ended by day or by hand."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from dagster_project.desk.limits import Argon2, desk_limits
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.on_disk import turn_at
from dagster_project.private_files import PRIVATE_FOLDER, write_private

TOKENS, LOCK = "tokens.json", ".tokens.lock"
DEPARTMENT = re.compile(r"[0-9A-Za-z_-]{1,32}")
WRITTEN = re.compile(r"([0-9a-f]{8})-([A-Za-z0-9_-]{43})")
"""The id by which a token is found, and 256 random bits: guessing is no way in, whatever the limits."""
SALT_BYTES, HASH_BYTES = 16, 32


class TokenFault(ValueError):
    """A request about tokens that cannot be carried out, or a file of them that cannot be used; the message says why."""


@dataclass(frozen=True)
class Token:
    """What is kept of a token. ``label`` names a unit or post, never a person; days are in Asia/Shanghai, ``ends_on`` is the last."""

    token_id: str
    department_code: str
    label: str
    hash: str
    made_at: str
    ends_on: str
    revoked_at: str = ""

    def is_valid(self, today: dt.date) -> bool:
        """Whether somebody may sign in with it, or stay signed in, on a day."""
        return not self.revoked_at and today.isoformat() <= self.ends_on

    def state_zh(self, today: dt.date) -> str:
        """In a word."""
        return "已吊销" if self.revoked_at else "有效" if self.is_valid(today) else "已过期"


class Tokens:
    """The file of tokens in the folder of the desk. It is read again for each question: what was revoked ends at once."""

    def __init__(self, desk_dir: Path, cost: Argon2 | None = None):
        self.folder, self.path = desk_dir, desk_dir / TOKENS
        self.cost = cost or desk_limits().argon2

    def all(self) -> list[Token]:
        """Every token, in the order in which they were made.

        Raises:
            TokenFault: the file cannot be read.
        """
        if not self.path.exists():
            return []
        try:
            return [Token(**each) for each in json.loads(self.path.read_bytes())]
        except (OSError, ValueError, TypeError) as error:
            raise TokenFault(f"口令登记 {self.path} 读不懂;请从备份恢复,或移走后重新发放口令") from error

    def make(self, department: str, label: str = "", days: int = 0) -> tuple[Token, str]:
        """Make a token; returns what is kept of it, and the token itself, which nobody can read again.

        Raises:
            TokenFault: the code of the department, or the number of days, cannot be used.
        """
        if not DEPARTMENT.fullmatch(department):
            raise TokenFault(f"部门编码“{department}”只能有字母、数字、下划线和连字符")
        now = dt.datetime.now(SHANGHAI)
        days = days or desk_limits().sign_in.token_days
        if not 0 < days <= 3660:
            raise TokenFault("有效天数应在 1 到 3660 之间")
        secret, token_id = secrets.token_urlsafe(32), secrets.token_hex(4)
        ends_on = (now.date() + dt.timedelta(days=days)).isoformat()
        made_at = now.isoformat(timespec="seconds")
        token = Token(token_id, department, label[:40], self._hash(secret), made_at, ends_on)
        with self._held():
            self._write([*self.all(), token])
        return token, f"{token_id}-{secret}"

    def revoke(self, token_id: str) -> Token:
        """End a token, and with it every session that began with it.

        Raises:
            TokenFault: there is no such token.
        """
        with self._held():
            tokens = self.all()
            if token_id not in {each.token_id for each in tokens}:
                raise TokenFault(f"没有口令 {token_id};已有的见 jixiao desk tokens")
            now = dt.datetime.now(SHANGHAI).isoformat(timespec="seconds")
            changed = [
                replace(each, revoked_at=each.revoked_at or now) if each.token_id == token_id else each
                for each in tokens
            ]
            self._write(changed)
        return next(each for each in changed if each.token_id == token_id)

    def entered(self, department: str, text: str, today: dt.date) -> Token | None:
        """The valid token of a department that somebody entered; None where it is none.

        It takes as long where there is no such token, so that ids cannot be told from the time.
        """
        parts = WRITTEN.fullmatch(text.strip())
        token = self.find(parts[1]) if parts else None
        kept = token.hash if token else self._nobody
        is_it = _verifies(parts[2] if parts else "", kept)
        return token if token and is_it and token.department_code == department and token.is_valid(today) else None

    def find(self, token_id: str) -> Token | None:
        """A token by its id, None where there is none."""
        return next((each for each in self.all() if each.token_id == token_id), None)

    @property
    def _nobody(self) -> str:
        if not hasattr(self, "_hash_of_nobody"):
            self._hash_of_nobody = self._hash(secrets.token_urlsafe(32))
        return self._hash_of_nobody

    def _hash(self, secret: str) -> str:
        cost = self.cost
        return Argon2id(
            salt=os.urandom(SALT_BYTES), length=HASH_BYTES,
            iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib,
        ).derive_phc_encoded(secret.encode())  # fmt: skip

    def _write(self, tokens: list[Token]) -> None:
        write_private(self.path, json.dumps([asdict(each) for each in tokens], ensure_ascii=False, indent=1).encode())

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        with turn_at(self.folder / LOCK):
            yield


def _verifies(secret: str, kept: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(secret.encode(), kept)
    except InvalidKey:
        return False
    return True
