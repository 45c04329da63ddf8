"""Hand in what was answered, and see what was handed in and what became of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dagster_project.desk.app import Desk, signed_in
from dagster_project.desk.hand_in import HandInFault, Line, hand_in
from dagster_project.desk.handed_in import answer_of_night, handed_in
from dagster_project.desk.sessions import Session
from dagster_project.desk.uploads import Upload
from dagster_project.desk.view_uploads import own_upload, shown
from dagster_project.ingestion.periods import SHANGHAI, local_iso
from dagster_project.ingestion.receipt import rows_of_file

MAY_BE_HANDED_IN = ("clean", "mend", "held")
HANDING_IN = asyncio.Lock()
"""One after another, so that a form that is sent twice hands in once."""


async def confirm(request: Request, desk: Desk, session: Session) -> Response:
    """Put an upload into the drop, with its line in received.csv."""
    upload = own_upload(request, desk, session)
    form = await desk.own_form(request, session)
    async with HANDING_IN:
        upload = desk.uploads.find(session.department, upload.upload_id) or upload
        if upload.state == "handed_in":
            return RedirectResponse(f"/uploads/{upload.upload_id}", 303)
        said = desk.uploads.answer(upload)
        if said is None or said["verdict"] not in MAY_BE_HANDED_IN:
            return shown(request, desk, session, upload, "这份文件不能报送;请更正后重新上传")
        if said["verdict"] == "mend" and not form.get("knows_rejects"):
            return shown(request, desk, session, upload, "有退回的行:请先更正,或勾选“退回的行以后更正”再报送")
        if said["verdict"] == "held" and not form.get("knows_held"):
            return shown(request, desk, session, upload, "请核对后勾选确认,再报送")
        try:
            done = await asyncio.to_thread(_put, desk, upload, said)
        except HandInFault as fault:
            desk.log("hand_in_refused", request, session, upload_id=upload.upload_id, sha256=upload.sha256)
            return shown(request, desk, session, upload, str(fault))
        desk.log("handed_in", request, session, upload_id=upload.upload_id, sha256=upload.sha256, ledger=done.ledger)
    return RedirectResponse(f"/uploads/{upload.upload_id}", 303)


def _put(desk: Desk, upload: Upload, said: dict[str, Any]) -> Upload:
    now = dt.datetime.now(SHANGHAI)
    part = said["parts"][0]
    confirmed = next((each["confirmation"] for each in said["parts"] if each["confirmation"]), "")
    contract = None if said.get("is_answer") else desk.contracts.get(part["ledger"])
    rows = rows_of_file(said.get("counted_rows") or {}, is_one_list=bool(said.get("is_one_list")))
    line = Line(upload.department, said["period"], local_iso(now), confirmed, rows)
    settings = desk.settings
    name = hand_in(
        desk.uploads.file(upload), upload.sha256, said["place"], line, settings.raw_dir, settings.desk_dir, contract
    )
    return desk.uploads.save(replace(
        upload, state="handed_in", drop_name=name, handed_in_at=line.received_at, ledger=part["ledger"], period=said["period"]
    ))  # fmt: skip


async def listed(request: Request, desk: Desk, session: Session) -> Response:
    """Everything that the department handed in, with its state."""
    uploads = desk.uploads.of(session.department)
    files = await asyncio.to_thread(handed_in, desk.settings, session.department, desk.contracts, uploads)
    return desk.page("handed_in.html.j2", request, session, files=files)


async def download(request: Request, desk: Desk, session: Session) -> Response:
    """The answer workbook that the night wrote to a submission of the department."""
    submission = request.path_params["submission_id"]
    path = await asyncio.to_thread(answer_of_night, desk.settings, session.department, submission)
    if path is None:
        desk.log("not_own", request, session)
        raise HTTPException(404)
    desk.log("downloaded", request, session, reason=submission[:16])
    return desk.workbook(path, Path(path).name)


ROUTES = [
    Route("/uploads/{upload_id}/hand-in", signed_in(confirm), methods=["POST"]),
    Route("/handed-in", signed_in(listed), methods=["GET"]),
    Route("/handed-in/{submission_id}/answer.xlsx", signed_in(download), methods=["GET"]),
]
