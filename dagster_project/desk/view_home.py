"""The first page: what is due, late and missing, how the department handed in, and what waits for it."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dagster_project.desk.app import Desk, signed_in
from dagster_project.desk.handed_in import handed_in
from dagster_project.desk.reading import due_files
from dagster_project.desk.sessions import Session
from dagster_project.ingestion.periods import today


async def home(request: Request, desk: Desk, session: Session) -> Response:
    """What is due and how it stands."""
    due = await asyncio.to_thread(due_files, desk.settings, session.department, today())
    quality = await asyncio.to_thread(desk.published.hand_in_quality, session.department)
    uploads = desk.uploads.of(session.department)
    filed = await asyncio.to_thread(handed_in, desk.settings, session.department, desk.contracts, uploads)
    return desk.page(
        "home.html.j2", request, session, due=due, quality=quality, late=sum(each.state == "late" for each in due),
        soon=sum(each.state == "soon" for each in due), open_files=sum(each.has_answer for each in filed),
        not_handed_in=sum(each.state == "answered" for each in uploads),
    )  # fmt: skip


ROUTES = [Route("/", signed_in(home), methods=["GET"])]
