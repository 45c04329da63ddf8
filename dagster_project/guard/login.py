"""The token of the UI: its file, sessions of those who entered it, a pause after wrong ones, the page that asks for it."""

from __future__ import annotations

import hashlib
import hmac
import html
import secrets
import stat
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")
SHORTEST_TOKEN = 16
"""Characters. A random token of this length cannot be guessed within the pauses below."""
SESSION_S = 12 * 3600
"""A working day: whoever comes back the next morning enters the token again."""
KEPT = 1000
"""Sessions, and addresses with wrong tokens, that are remembered; the oldest makes room."""
LONGEST_PAUSE_S = 60.0


class TokenError(RuntimeError):
    """The file of the token cannot be used; the message says why and what to do."""


def read_token(file: Path) -> str:
    """The token in a file that only its owner can read.

    Raises:
        TokenError: there is no such file, others can read it, or it holds no token.
    """
    try:
        mode = file.stat().st_mode
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TokenError(f"读不到口令文件 {file};请先生成:(umask 077; openssl rand -hex 32 > {file})") from error
    if stat.S_IMODE(mode) & 0o077:
        raise TokenError(f"口令文件 {file} 的权限是 {stat.S_IMODE(mode):o},其他用户也能读;请运行 chmod 600 {file}")
    if len(token) < SHORTEST_TOKEN:
        raise TokenError(f"口令文件 {file} 中的口令不足 {SHORTEST_TOKEN} 个字符;请用 openssl rand -hex 32 重新生成")
    return token


class Login:
    """Who has entered the token. Sessions live in this process only: a restart ends them all."""

    def __init__(self, token: str, port: int, clock: Callable[[], float] = time.monotonic):
        self.cookie_name = f"jixiao_ui_{port}"  # cookies know no ports: two UIs of one machine must not share a name
        self._token = _digest(token)
        self._clock = clock
        self._sessions: dict[bytes, float] = {}
        self._wrong: dict[str, tuple[int, float]] = {}

    def pause_s(self, peer: str) -> float:
        """Seconds until a token from this address is looked at again; 0 where it is looked at now."""
        return max(0.0, self._wrong.get(peer, (0, 0.0))[1] - self._clock())

    def is_token(self, text: str, peer: str) -> bool:
        """Whether this is the token. A wrong one makes its address wait, twice as long each time."""
        if self.pause_s(peer):
            return False
        if hmac.compare_digest(_digest(text), self._token):
            self._wrong.pop(peer, None)
            return True
        count = self._wrong.pop(peer, (0, 0.0))[0] + 1
        _remember(self._wrong, peer, (count, self._clock() + min(2.0 ** (count - 1), LONGEST_PAUSE_S)))
        return False

    def new_session(self, *, is_secure: bool) -> str:
        """Begin a session; returns the cookie to set, which scripts cannot read and other sites do not cause to be sent."""
        session = secrets.token_urlsafe(32)
        _remember(self._sessions, _digest(session), self._clock() + SESSION_S)
        secure = "; Secure" if is_secure else ""
        return f"{self.cookie_name}={session}; HttpOnly; SameSite=Strict; Path=/{secure}"

    def has_session(self, cookies: list[str]) -> bool:
        """Whether a cookie of a request is of a session that this process began and that is not over."""
        for header in cookies:
            try:
                found = SimpleCookie(header).get(self.cookie_name)
            except CookieError:
                continue
            if found and self._sessions.get(_digest(found.value), 0.0) > self._clock():
                return True
        return False


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _remember(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def login_page(message_zh: str = "") -> str:
    """The page that asks for the token; it needs no script."""
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>登录 · 绩效评价数据仓库</title>
<style>body{{font-family:sans-serif;max-width:26em;margin:18vh auto;padding:0 1em}}
input,button{{font-size:1em;padding:.5em;width:100%;box-sizing:border-box;margin-top:.8em}}.no{{color:#b00020}}</style></head>
<body><h1>绩效评价数据仓库</h1><p>请输入访问口令。口令在服务器上 JIXIAO_UI_TOKEN_FILE 所指的文件中。</p>
<p class="no" role="alert">{html.escape(message_zh)}</p>
<form method="post" action="/login"><label>口令<input type="password" name="token" autocomplete="off" autofocus required></label>
<button type="submit">登录</button></form></body></html>
"""
