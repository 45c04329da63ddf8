"""What stands around the pages of the desk: only its own addresses, only forms of its own pages, bodies of a bounded size, headers on every answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from dagster_project.guard.sites import Site

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No script at all, nothing from another address, no frames."""
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cache-control": b"no-store",
}
METHODS = ("GET", "HEAD", "POST")
SMALL_BODY = 200_000
"""Bytes of a form without its files."""
FORGOTTEN = 4
"""Times the largest body that are taken in and forgotten; beyond that the connection is cut."""
UPLOADS = "/upload"
"""The one address that takes files."""


class Shell:
    """Judges the head of a request and bounds its body before the pages see it."""

    def __init__(self, app: App, sites: Mapping[str, Site], largest: int, body_seconds: float):
        self._app, self._sites, self._largest, self._seconds = app, sites, largest, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        send = _with_headers(send)
        if refused := self._refused(scope):
            await self._let_finish(receive)
            await _tell(send, *refused)
            return
        most = self._largest if scope["path"] == UPLOADS else SMALL_BODY
        until = asyncio.get_running_loop().time() + self._seconds
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            wait = until - asyncio.get_running_loop().time()
            try:
                message = await asyncio.wait_for(receive(), max(wait, 0.01))
            except TimeoutError as error:
                raise HTTPException(408, f"请求在 {self._seconds:.0f} 秒内没有发完,请重试") from error
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, _too_large(most))
            return message

        await self._app(scope, bounded if scope["method"] == "POST" else receive, send)

    async def _let_finish(self, receive: Receive) -> None:
        """Take in and forget a body that is refused, up to a bound: a browser shows the answer only once it has sent everything."""
        taken = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while taken < FORGOTTEN * self._largest:
                    message = await receive()
                    taken += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        heads: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            heads.setdefault(name.lower(), []).append(value)
        hosts = [value.decode("latin-1").lower() for value in heads.get(b"host", [])]
        if len(hosts) != 1 or hosts[0] not in self._sites:
            return 403, "本报送台不在这个地址;请用管理员告知的地址打开(JIXIAO_DESK_HOSTS)"
        if scope["method"] not in METHODS:
            return 405, "不支持这种请求"
        if scope["method"] != "POST":
            return None
        origin = [value.decode("latin-1") for value in heads.get(b"origin", [])]
        if origin and origin != [self._sites[hosts[0]].origin]:
            return 403, "请求来自别的页面,已拒绝;请在本报送台的页面上操作"
        if heads.get(b"sec-fetch-site", [b"same-origin"])[0] not in (b"same-origin", b"none"):
            return 403, "请求来自别的页面,已拒绝;请在本报送台的页面上操作"
        announced = heads.get(b"content-length", [b"0"])[0]
        most = self._largest if scope["path"] == UPLOADS else SMALL_BODY
        if not announced.isdigit() or int(announced) > most:
            return 413, _too_large(most)
        return None


def _too_large(most: int) -> str:
    return f"一次上传的文件合计超过 {most // 1_000_000:,} MB,没有接收;请分几次上传,或把文件拆小"


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in HEADERS]
            message["headers"] = [*kept, *HEADERS.items()]
        await send(message)

    return sending


async def _tell(send: Send, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
