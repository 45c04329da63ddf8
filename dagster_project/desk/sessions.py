"""Who is signed in: signed cookies, the token that each form carries, and how often wrong tokens are looked at."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dagster_project.desk.limits import SignIn
from dagster_project.private_files import write_private

KEY, KEY_BYTES = "session.key", 32
REMEMBERED = 10_000
"""Addresses and departments with wrong tokens that are remembered; the oldest makes room."""


@dataclass(frozen=True)
class Session:
    """What a cookie says: the token that somebody signed in with, its department, since when (seconds since 1970), and a nonce.

    Before the sign-in token and department are empty; such a session only carries the form of the sign-in.
    """

    token_id: str
    department: str
    began: int
    nonce: str

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody entered a token."""
        return bool(self.department)


class Sessions:
    """Cookies and form tokens under a key that only this machine has. Without the key's file all sessions end."""

    def __init__(self, desk_dir: Path, port: int, hours: float, clock: Callable[[], float] = time.time):
        self.cookie_name = f"jixiao_desk_{port}"  # cookies know no ports
        self.seconds, self.clock = int(hours * 3600), clock
        self._key = _key(desk_dir / KEY)

    def begin(self, token_id: str = "", department: str = "") -> Session:
        """A new session; its nonce is new too, so that nobody can prepare one for somebody else."""
        return Session(token_id, department, int(self.clock()), secrets.token_urlsafe(18))

    def cookie(self, session: Session, *, is_secure: bool) -> str:
        """The header that sets it; no script reads it and no other site causes it to be sent."""
        body = base64.urlsafe_b64encode(
            json.dumps([session.token_id, session.department, session.began, session.nonce]).encode()
        ).decode()
        secure = "; Secure" if is_secure else ""
        value = f"{body}.{self._sign('session', body)}"
        return f"{self.cookie_name}={value}; Max-Age={self.seconds}; HttpOnly; SameSite=Strict; Path=/{secure}"

    def ending(self) -> str:
        """The header that takes the cookie away."""
        return f"{self.cookie_name}=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/"

    def read(self, value: str) -> Session | None:
        """The session of a cookie that this machine signed and that is not over, None otherwise."""
        body, _, signature = value.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", body).encode()):
            return None
        try:
            session = Session(*json.loads(base64.urlsafe_b64decode(body)))
        except (ValueError, TypeError, binascii.Error):
            return None
        return session if 0 <= self.clock() - session.began < self.seconds else None

    def form_token(self, session: Session) -> str:
        """What each form of a session carries, so that no other page can send one."""
        return self._sign("form", f"{session.token_id}|{session.department}|{session.nonce}")

    def is_own_form(self, session: Session | None, token: str) -> bool:
        """Whether a form came from a page of this very session."""
        return session is not None and hmac.compare_digest(self.form_token(session).encode(), token.encode())

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class WrongTokens:
    """Counts wrong tokens by address and by department; beyond the limit nobody is looked at until the window has passed."""

    def __init__(self, limits: SignIn, clock: Callable[[], float] = time.monotonic):
        self._most = {"address": limits.wrong_per_address, "department": limits.wrong_per_department}
        self._window, self._clock = limits.window_seconds, clock
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def wait_seconds(self, address: str, department: str) -> int:
        """Seconds until a token from there, for that department, is looked at again; 0 where it is looked at now."""
        return max(self._wait("address", address), self._wait("department", department))

    def was_wrong(self, address: str, department: str) -> None:
        """Count one."""
        for key in (("address", address), ("department", department)):
            seen = self._seen.pop(key, deque(maxlen=self._most[key[0]]))
            seen.append(self._clock())
            self._seen[key] = seen
            if len(self._seen) > REMEMBERED:
                del self._seen[next(iter(self._seen))]

    def _wait(self, kind: str, name: str) -> int:
        seen = self._seen.get((kind, name))
        if seen is None or len(seen) < self._most[kind]:
            return 0
        return max(0, int(seen[0] + self._window - self._clock() + 0.999))


def _key(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size != KEY_BYTES:
        write_private(path, os.urandom(KEY_BYTES))
    return path.read_bytes()
