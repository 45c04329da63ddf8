"""Upload files and read the answer to each."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import secrets
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dagster_project.desk.app import Desk, signed_in
from dagster_project.desk.safe_names import safe_name
from dagster_project.desk.sessions import Session
from dagster_project.desk.uploads import Upload
from dagster_project.ingestion.limits import MEGABYTE
from dagster_project.ingestion.periods import SHANGHAI, period_of

CHUNK_BYTES = 1 << 20
AT_ONCE_SECONDS = 3.0
"""So long a form waits for its answers before the page of the queue is shown."""
LISTED = 50
VERDICTS_ZH = {
    "clean": ("good", "可以报送"), "mend": ("bad", "有退回的行"), "refused": ("bad", "整份退回"),
    "held": ("warn", "须确认后采用"), "not_read": ("bad", "没有读成"),
}  # fmt: skip


class NotTaken(ValueError):
    """A file that is not taken; the message says why."""


async def ask(request: Request, desk: Desk, session: Session) -> Response:
    """The form, and the last uploads."""
    return _form(request, desk, session)


def _form(request: Request, desk: Desk, session: Session, faults: list[str] | None = None) -> Response:
    ledgers = sorted((each.title.zh, name) for name, each in desk.contracts.items())
    uploads = [(each, desk.uploads.answer(each)) for each in desk.uploads.of(session.department)[:LISTED]]
    return desk.page("upload.html.j2", request, session, 422 if faults else 200, ledgers=ledgers, uploads=uploads, faults=faults or [],
                     verdicts=VERDICTS_ZH, megabytes=desk.settings.desk_file_mb, place=desk.queue.place)  # fmt: skip


async def take(request: Request, desk: Desk, session: Session) -> Response:
    """Take the files of a form, put them into the queue, and wait a moment for the answers."""
    form = await desk.own_form(request, session, files=desk.limits.upload.files)
    try:
        files = [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]
        faults: list[str] = []
        ledger, period = _chosen(desk, form, faults)
        if not files:
            faults.append("没有选择文件")
        elif not desk.queue.has_room(session.department, len(files)):
            faults.append(f"等待读取的文件太多({desk.queue.length:,} 份),请稍后再上传")
        if faults:
            return _form(request, desk, session, faults)
        batch, taken = secrets.token_hex(16), []
        for file in files:
            try:
                taken.append(await _keep(desk, session, file, batch, ledger, period))
            except NotTaken as fault:
                faults.append(str(fault))
                desk.log("upload_refused", request, session, reason="not_taken")
    finally:
        await form.close()
    for upload in taken:
        desk.log("uploaded", request, session, upload_id=upload.upload_id, sha256=upload.sha256, ledger=upload.ledger)
        await desk.queue.add(upload)
    if faults:
        return _form(request, desk, session, faults)
    until = asyncio.get_running_loop().time() + AT_ONCE_SECONDS
    for upload in taken:
        await desk.queue.wait(upload.upload_id, max(0.0, until - asyncio.get_running_loop().time()))
    return RedirectResponse(f"/uploads/{taken[0].upload_id}" if len(taken) == 1 else f"/batches/{batch}", 303)


def _chosen(desk: Desk, form: FormData, faults: list[str]) -> tuple[str, str]:
    ledger, period = str(form.get("ledger", "")), str(form.get("period", "")).strip()
    if ledger and ledger not in desk.contracts:
        faults.append("没有这个台账,请从列表中选择")
    try:
        period = period_of(period) if period else ""
    except ValueError:
        faults.append(f"期间“{period[:20]}”应如 2023、2023-06、2023H1、2023Q4")
    return ledger, period


async def _keep(desk: Desk, session: Session, file: UploadFile, batch: str, ledger: str, period: str) -> Upload:
    """Write a file where the department's uploads lie.

    Raises:
        NotTaken: its name, kind or size is not taken.
    """
    limits = desk.limits.upload
    name = safe_name(file.filename or "", limits.name_characters)
    if not name:
        raise NotTaken("有一个文件的名称不能用,请改名后再上传")
    if Path(name).suffix not in limits.suffixes:
        raise NotTaken(f"{name}:只接收 {'、'.join(limits.suffixes)};请另存为表格文件后再上传")
    if (file.size or 0) > desk.settings.desk_file_mb * MEGABYTE:
        raise NotTaken(f"{name}:超过 {desk.settings.desk_file_mb} MB,没有接收;请拆成几个文件")
    if not file.size:
        raise NotTaken(f"{name}:文件是空的")
    upload_id, folder = desk.uploads.prepare(session.department)
    digest = await asyncio.to_thread(_copy, file, folder / name)
    at = dt.datetime.now(SHANGHAI).isoformat(timespec="microseconds")
    return desk.uploads.save(Upload(
        upload_id, batch, session.department, session.token_id, name, file.size, digest, ledger, period, at
    ))  # fmt: skip


def _copy(file: UploadFile, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as stream:
        while chunk := file.file.read(CHUNK_BYTES):
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def own_upload(request: Request, desk: Desk, session: Session) -> Upload:
    """The upload that an address names.

    Raises:
        HTTPException: the department has none of that id.
    """
    upload = desk.uploads.find(session.department, request.path_params["upload_id"])
    if upload is None:
        desk.log("not_own", request, session)
        raise HTTPException(404)
    return upload


async def show(request: Request, desk: Desk, session: Session) -> Response:
    """The answer to one upload, or where it stands in the queue."""
    return shown(request, desk, session, own_upload(request, desk, session))


def shown(request: Request, desk: Desk, session: Session, upload: Upload, why: str = "") -> Response:
    """The page of an upload; ``why`` says what kept it from being handed in."""
    said = desk.uploads.answer(upload)
    refresh = desk.limits.shown.poll_seconds if said is None else 0
    return desk.page("answer.html.j2", request, session, 409 if why else 200, upload=upload, said=said, refresh=refresh, why=why,
                     place=desk.queue.place(upload.upload_id), verdicts=VERDICTS_ZH)  # fmt: skip


async def show_batch(request: Request, desk: Desk, session: Session) -> Response:
    """The files of one form with the verdict on each."""
    uploads = desk.uploads.batch(session.department, request.path_params["batch"])
    if not uploads:
        desk.log("not_own", request, session)
        raise HTTPException(404)
    rows = [(each, desk.uploads.answer(each)) for each in uploads]
    refresh = desk.limits.shown.poll_seconds if any(said is None for _, said in rows) else 0
    return desk.page("batch.html.j2", request, session, uploads=rows, refresh=refresh, verdicts=VERDICTS_ZH,
                     place=desk.queue.place)  # fmt: skip


async def download(request: Request, desk: Desk, session: Session) -> Response:
    """The answer workbook of one ledger of an upload."""
    upload = own_upload(request, desk, session)
    parts = (desk.uploads.answer(upload) or {}).get("parts", [])
    name = next((each["workbook"] for each in parts if each["ledger"] == request.path_params["ledger"]), "")
    path = desk.uploads.folder(upload) / name
    if not name or not path.is_file():
        raise HTTPException(404)
    desk.log("downloaded", request, session, upload_id=upload.upload_id, sha256=upload.sha256)
    return desk.workbook(path, f"{Path(upload.name).stem}_答复.xlsx")


ROUTES = [
    Route("/upload", signed_in(ask), methods=["GET"]),
    Route("/upload", signed_in(take), methods=["POST"]),
    Route("/batches/{batch}", signed_in(show_batch), methods=["GET"]),
    Route("/uploads/{upload_id}", signed_in(show), methods=["GET"]),
    Route("/uploads/{upload_id}/{ledger}.xlsx", signed_in(download), methods=["GET"]),
]
