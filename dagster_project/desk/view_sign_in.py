"""Sign in by the token of a department, and out."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dagster_project.desk.app import Desk, address_of, signed_in
from dagster_project.desk.sessions import Session
from dagster_project.desk.tokens import Token
from dagster_project.ingestion.periods import today

VERIFYING = asyncio.Semaphore(2)
"""Hashes cost memory: so many tokens are looked at side by side."""


async def ask(request: Request) -> Response:
    """The page that asks for the token."""
    desk: Desk = request.app.state.desk
    if desk.session(request):
        return RedirectResponse("/", 303)
    return _asked(request, desk)


def _asked(request: Request, desk: Desk, status: int = 200, why: str = "", department: str = "") -> Response:
    session = desk.sessions.begin()
    page = desk.page("login.html.j2", request, session, status, why=why, entered=department)
    return desk.with_session(page, request, session)


async def enter(request: Request) -> Response:
    """Look at a token, unless too many wrong ones came from there or for that department."""
    desk: Desk = request.app.state.desk
    form = await desk.own_form(request, desk.any_session(request))
    department, text = str(form.get("department", "")).strip()[:32], str(form.get("token", ""))[:200]
    address = address_of(request)
    if wait := desk.wrong_tokens.wait_seconds(address, department):
        desk.audit.log("sign_in_refused", department, "", address, reason="too_many")
        why = f"口令错误次数过多,请 {max(1, round(wait / 60))} 分钟后再试;忘记口令的,请管理员重新发放"
        answer = _asked(request, desk, 429, why, department)
        answer.headers["retry-after"] = str(wait)
        return answer
    async with VERIFYING:
        token: Token | None = await asyncio.to_thread(desk.tokens.entered, department, text, today())
    if token is None:
        desk.wrong_tokens.was_wrong(address, department)
        desk.audit.log("sign_in_refused", department, "", address, reason="wrong")
        return _asked(request, desk, 403, "部门编码或口令不对,或口令已过期、已吊销;请核对后再试", department)
    session = desk.sessions.begin(token.token_id, token.department_code)
    desk.log("signed_in", request, session)
    return desk.with_session(RedirectResponse("/", 303), request, session)


async def leave(request: Request, desk: Desk, session: Session) -> Response:
    """Take the cookie away."""
    await desk.own_form(request, session)
    desk.log("signed_out", request, session)
    answer = RedirectResponse("/login", 303)
    answer.headers.append("set-cookie", desk.sessions.ending())
    return answer


async def health(request: Request) -> Response:
    """For a monitor, without a sign-in: how many uploads wait."""
    desk: Desk = request.app.state.desk
    return JSONResponse({"status": "ok", "queue": desk.queue.length})


ROUTES = [
    Route("/login", ask, methods=["GET"]),
    Route("/login", enter, methods=["POST"]),
    Route("/logout", signed_in(leave), methods=["POST"]),
    Route("/health", health, methods=["GET"]),
]
