"""The guard as an ASGI application around Dagster's own: it answers what it refuses, and passes on the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from dagster_project.guard.login import Login, login_page
from dagster_project.guard.rules import HEALTH, LOGIN, Head, Refusal, head_of, judge
from dagster_project.guard.sites import Site

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Health = tuple[bool, Mapping[str, Any]]
"""Whether all is well, and what a monitor is told."""

LARGEST_BODY = 4 << 20
"""Bytes of a POST. The UI's longest, a launch that names every asset, has some hundred thousand."""
LARGEST_FORM = 4096
BODY_S = 30.0
"""Seconds for a body to arrive: a request that trickles in would hold a connection for ever."""
OWN_PAGES = "/jixiao/"
OWN_HEADERS = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
"""Set on every answer, in place of what stands there."""
NOT_IN_FRAMES = (b"content-security-policy", b"frame-ancestors 'none'")
"""A policy of its own beside Dagster's: a browser holds to both."""
LOGIN_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
)


Pages = Callable[[str], str | None]
"""From the path of an address below ``OWN_PAGES`` to the text of its page; None where there is none."""


def no_pages(path: str) -> str | None:
    """No pages beside Dagster's."""
    return None


class Guard:
    """Answers only the addresses in ``sites``, only pages of their own, and with a ``login`` only those who entered its token.

    ``pages`` makes what stands below ``/jixiao/``, which Dagster does not know.
    """

    def __init__(
        self,
        app: App,
        sites: Mapping[str, Site],
        login: Login | None = None,
        health: Callable[[], Health] | None = None,
        pages: Pages = no_pages,
    ):
        self._app = app
        self._health = health
        self._sites = sites
        self._login = login
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one request or WebSocket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        head, peer = head_of(scope), str((scope.get("client") or ("",))[0])
        send = _guarded(send)
        if pause := self._pause_s(peer, head):
            await _tell(scope, send, Refusal(429, f"口令错误次数过多,请 {pause:.0f} 秒后再试"))
            return
        has_token = self._has_token(head, peer)
        refusal = judge(head, self._sites, has_token=has_token, asks_token=self._login is not None)
        if refusal:
            await _tell(scope, send, refusal)
        elif self._health and head.path == HEALTH and head.method in ("GET", "HEAD"):
            await _tell_health(self._health(), send)
        elif self._login and head.path == LOGIN and scope["type"] == "http":
            await self._log_in(self._login, head, peer, receive, send)
        elif self._login and not has_token and not self._login.has_session(head.values("cookie")):
            await self._ask(scope, head, send)
        elif head.method == "POST":
            await self._pass_body(scope, receive, send)
        elif scope["type"] == "http" and head.path.startswith(OWN_PAGES):
            await self._show(head, send)
        else:
            await self._app(scope, receive, send)

    def _pause_s(self, peer: str, head: Head) -> float:
        """Seconds that whoever brings a token has to wait; those who bring none, or a session, do not."""
        brings_token = bool(head.values("authorization")) or (head.method, head.path) == ("POST", LOGIN)
        return self._login.pause_s(peer) if self._login and brings_token else 0.0

    def _has_token(self, head: Head, peer: str) -> bool:
        kind, _, token = head.only("authorization").partition(" ")
        return bool(self._login) and kind.lower() == "bearer" and self._login.is_token(token.strip(), peer)  # type: ignore[union-attr]

    async def _show(self, head: Head, send: Send) -> None:
        """A page of our own beside Dagster's; it is made in a thread, so that nobody waits for it."""
        page = await asyncio.to_thread(self._pages, head.path)
        if page is None:
            await _answer(send, 404, "没有这一页\n".encode(), TEXT)
        else:
            await _answer(send, 200, page.encode() if head.method == "GET" else b"", HTML, LOGIN_POLICY)

    async def _ask(self, scope: Scope, head: Head, send: Send) -> None:
        """A page leads to the login, anything else is told that it has to."""
        if head.method == "GET" and "text/html" in head.only("accept"):
            await _answer(send, 303, b"", (b"location", LOGIN.encode()))
        else:
            text = f"请先打开 {LOGIN} 输入口令;脚本请加 Authorization: Bearer 口令(文件 JIXIAO_UI_TOKEN_FILE)"
            await _tell(scope, send, Refusal(401, text))

    async def _log_in(self, login: Login, head: Head, peer: str, receive: Receive, send: Send) -> None:
        if head.method != "POST":
            await _answer(send, 200, login_page().encode(), HTML, LOGIN_POLICY)
            return
        body = await _whole_body(receive, LARGEST_FORM)
        token = "" if isinstance(body, Refusal) else parse_qs(body.decode("latin-1")).get("token", [""])[0]
        if login.is_token(token.strip(), peer):
            is_secure = self._sites[head.only("host").lower()].scheme == "https"
            cookie = login.new_session(is_secure=is_secure).encode()
            await _answer(send, 303, b"", (b"location", b"/"), (b"set-cookie", cookie))
        else:
            page = login_page(f"口令不对,请核对后再试({login.pause_s(peer):.0f} 秒后)")
            await _answer(send, 403, page.encode(), HTML, LOGIN_POLICY)

    async def _pass_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive, LARGEST_BODY)
        if isinstance(body, Refusal):
            await _tell(scope, send, body)
            return
        waiting = [body]

        async def receive_again() -> Message:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(), "more_body": False}
            return await receive()

        await self._app(scope, receive_again, send)


HTML = (b"content-type", b"text/html; charset=utf-8")
TEXT = (b"content-type", b"text/plain; charset=utf-8")


async def _tell_health(health: Health, send: Send) -> None:
    """Without a login: a monitor has none, and what it is told is of no use to anybody else."""
    is_well, told = health
    await _answer(
        send, 200 if is_well else 503, json.dumps(told).encode() + b"\n", (b"content-type", b"application/json")
    )


async def _whole_body(receive: Receive, largest: int) -> bytes | Refusal:
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return Refusal(400, "请求没有发完")
                part = message.get("body", b"")
                size += len(part)
                if size > largest:
                    return Refusal(413, f"请求超过 {largest:,} 字节,已拒绝")
                parts.append(part)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        return Refusal(408, f"请求在 {BODY_S:.0f} 秒内没有发完,已拒绝")


def _guarded(send: Send) -> Send:
    """Answers with the headers of this module; leave to read them from other sites is taken out."""

    async def send_guarded(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if name.lower() not in OWN_HEADERS and not name.lower().startswith(b"access-control-")
            ]
            message["headers"] = [*kept, *OWN_HEADERS.items(), NOT_IN_FRAMES]
        await send(message)

    return send_guarded


async def _tell(scope: Scope, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "http":
        await _answer(send, refusal.status, f"{refusal.text_zh}\n".encode(), TEXT)
    elif "websocket.http.response" in scope.get("extensions", {}):
        await _answer(send, refusal.status, f"{refusal.text_zh}\n".encode(), TEXT, kind="websocket.http.response")
    else:
        await send({"type": "websocket.close", "code": 1008})


async def _answer(
    send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], kind: str = "http.response"
) -> None:
    length = (b"content-length", str(len(body)).encode())
    kept = [*headers, length, (b"cache-control", b"no-store"), (b"referrer-policy", b"same-origin")]
    await send({"type": f"{kind}.start", "status": status, "headers": kept})
    await send({"type": f"{kind}.body", "body": body})
