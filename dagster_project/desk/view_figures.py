"""The figures of a department, to be confirmed or disputed."""

from __future__ import annotations

import asyncio
import datetime as dt

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dagster_project.desk.app import Desk, signed_in
from dagster_project.desk.figures import CONFIRMED, DISPUTED, decide
from dagster_project.desk.hand_in import HandInFault
from dagster_project.desk.reading import FigurePage
from dagster_project.desk.sessions import Session
from dagster_project.ingestion.periods import SHANGHAI, today

DECISIONS = {"confirm": CONFIRMED, "dispute": DISPUTED}


async def show(request: Request, desk: Desk, session: Session) -> Response:
    """The figures of a year."""
    asked = request.query_params.get("year", "")
    page = await _page(desk, session, asked)
    if page is None and asked:
        raise HTTPException(404)
    return desk.page("figures.html.j2", request, session, page=page, why="", done="")


async def say(request: Request, desk: Desk, session: Session) -> Response:
    """Record what the department says of the figures that it chose."""
    form = await desk.own_form(request, session)
    page = await _page(desk, session, str(form.get("year", "")))
    if page is None:
        raise HTTPException(404)
    if form.get("version") != page.version:
        why = "数字在打开页面之后有了新的版本;请重新核对后再确认"
        return desk.page("figures.html.j2", request, session, 409, page=page, why=why, done="")
    decision = DECISIONS.get(str(form.get("decision", "")), "")
    chosen = [str(each) for each in form.getlist("figure")]
    reason = str(form.get("reason", ""))[: desk.limits.upload.text_characters]
    try:
        now = dt.datetime.now(SHANGHAI)
        name, sha256 = await asyncio.to_thread(
            decide, desk.settings, desk.contracts, session.department, page, chosen, decision, reason, now
        )
    except HandInFault as fault:
        return desk.page("figures.html.j2", request, session, 422, page=page, why=str(fault), done="")
    event = "figures_confirmed" if decision == CONFIRMED else "figures_disputed"
    desk.log(event, request, session, sha256=sha256, count=len(chosen))
    done = f"已登记:{decision} {len(chosen):,} 个数字;当晚载入后在数据质量中公开({name})"
    return desk.page("figures.html.j2", request, session, page=page, why="", done=done)


async def _page(desk: Desk, session: Session, year: str) -> FigurePage | None:
    number = int(year) if year.isdigit() and len(year) == 4 else 0
    return await asyncio.to_thread(desk.published.figures, session.department, today(), number)


ROUTES = [Route("/figures", signed_in(show), methods=["GET"]), Route("/figures", signed_in(say), methods=["POST"])]
