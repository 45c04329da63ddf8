"""The desk as an application: which address shows what, who may see it, and the state that all of it shares."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dagster_project.contracts import load_contracts
from dagster_project.contracts.departments import load_departments
from dagster_project.desk.audit import Audit
from dagster_project.desk.limits import desk_limits
from dagster_project.desk.queue import Queue
from dagster_project.desk.reading import Published
from dagster_project.desk.sessions import Session, Sessions, WrongTokens
from dagster_project.desk.tokens import Tokens
from dagster_project.desk.uploads import Uploads
from dagster_project.guard.sites import Site
from dagster_project.ingestion.periods import today
from dagster_project.settings import Settings

HERE = Path(__file__).parent
MENU = (("/", "首页"), ("/upload", "上传"), ("/handed-in", "已报送"), ("/figures", "数字确认"))
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[[Request, "Desk", Session], Awaitable[Response]]


class Desk:
    """What all pages share: settings, the files of the desk, the queue, the published version."""

    def __init__(self, settings: Settings, port: int, sites: Mapping[str, Site]):
        self.settings, self.sites, self.limits = settings, sites, desk_limits()
        self.contracts = load_contracts(settings.contracts_dir)
        self.departments = load_departments(settings.dbt_project_dir / "seeds")
        self.tokens, self.audit = Tokens(settings.desk_dir), Audit(settings.desk_dir)
        self.sessions = Sessions(settings.desk_dir, port, self.limits.sign_in.session_hours)
        self.wrong_tokens = WrongTokens(self.limits.sign_in)
        self.uploads = Uploads(settings.desk_dir)
        self.queue = Queue(settings, self.uploads, self.limits, self.audit)
        self.published = Published(settings)
        self._pages = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def session(self, request: Request) -> Session | None:
        """The session of a request that is signed in with a token which is valid now; None where there is none."""
        session = self.any_session(request)
        if session is None or not session.is_signed_in:
            return None
        token = self.tokens.find(session.token_id)
        is_own = token is not None and token.department_code == session.department
        return session if token and is_own and token.is_valid(today()) else None

    def any_session(self, request: Request) -> Session | None:
        """The session of a request, also one that only carries the form of the sign-in."""
        return self.sessions.read(request.cookies.get(self.sessions.cookie_name, ""))

    def page(
        self, name: str, request: Request, session: Session | None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page; ``session`` is None where nobody is signed in."""
        department = session.department if session and session.is_signed_in else ""
        shared = {
            "menu": [(path, text, path == request.url.path) for path, text in MENU] if department else [],
            "department": department, "department_name": self.departments.get(department, department),
            "form_token": self.sessions.form_token(session) if session else "", "limits": self.limits, "refresh": 0,
            "queue_length": self.queue.length,
        }  # fmt: skip
        return HTMLResponse(self._pages.get_template(name).render(shared | values), status)

    def with_session(self, response: Response, request: Request, session: Session) -> Response:
        """An answer that sets the cookie of a session."""
        site = self.sites[request.headers["host"].lower()]
        response.headers.append("set-cookie", self.sessions.cookie(session, is_secure=site.scheme == "https"))
        return response

    def log(self, event: str, request: Request, session: Session | None, **more: str | int) -> None:
        """Write to the audit log who did it, from where."""
        department, token_id = (session.department, session.token_id) if session else ("", "")
        self.audit.log(event, department, token_id, address_of(request), **more)

    async def own_form(self, request: Request, session: Session | None, **limits: int) -> FormData:
        """The form of a request that came from a page of this session.

        Raises:
            HTTPException: it did not, or it cannot be read.
        """
        form = await request.form(max_files=limits.get("files", 0), max_fields=500, max_part_size=20_000)
        token = form.get("form_token", "")
        if not self.sessions.is_own_form(session, token if isinstance(token, str) else ""):
            await form.close()
            self.log("form_refused", request, session)
            raise HTTPException(403, "这张表单不是从本次登录的页面提交的,没有执行;请回到页面重新操作")
        return form

    def workbook(self, path: Path, name: str) -> FileResponse:
        """A workbook to download."""
        return FileResponse(path, media_type=WORKBOOK, filename=name, content_disposition_type="attachment")


def address_of(request: Request) -> str:
    """Where a request comes from, as uvicorn knows it: the address that the proxy of this machine names, if it is one."""
    return request.client.host if request.client else ""


def signed_in(view: View) -> Callable[[Request], Awaitable[Response]]:
    """A page for those who are signed in; others are led to the sign-in."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        session = desk.session(request)
        if session is None:
            return RedirectResponse("/login", 303)
        return await view(request, desk, session)

    return endpoint


def made_app(desk: Desk) -> Starlette:
    """The application with all its pages."""
    from dagster_project.desk import view_figures, view_hand_in, view_home, view_sign_in, view_uploads

    @contextlib.asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        desk.uploads.forget_old(desk.settings.desk_kept_days)
        await desk.queue.start()
        try:
            yield
        finally:
            await desk.queue.stop()

    async def broken(request: Request, error: Exception) -> Response:
        text = "出了错,没有办成;请重试,再不行请告知管理员。"
        return desk.page("told.html.j2", request, None, 500, title="没有办成", text=text)

    async def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = error.detail if error.status_code != 404 else "没有这一页,或不是本部门的。"
        return desk.page("told.html.j2", request, desk.session(request), error.status_code, title="没有办成", text=text)

    pages = [view_sign_in, view_home, view_uploads, view_hand_in, view_figures]
    routes: list[Route | Mount] = [route for page in pages for route in page.ROUTES]
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    app = Starlette(routes=routes, lifespan=living, exception_handlers={HTTPException: told, 500: broken})
    app.state.desk = desk
    return app
