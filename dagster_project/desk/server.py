"""`jixiao desk`: the desk's own process, on loopback, behind the proxy that docs/operations.md describes."""

from __future__ import annotations

import contextlib
import ipaddress
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from dagster_project.desk.app import Desk, made_app
from dagster_project.desk.shell import SMALL_BODY, Shell
from dagster_project.guard.listening import listening
from dagster_project.guard.sites import SiteError, allowed_sites
from dagster_project.ingestion.limits import MEGABYTE
from dagster_project.on_disk import HeldElsewhere, hold
from dagster_project.private_files import PRIVATE_FOLDER, keep_private
from dagster_project.settings import Settings

LOCK = ".desk.lock"


class DeskError(RuntimeError):
    """The desk cannot start as it is asked to; the message says why and what to do."""


def serve(settings: Settings, address: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve the desk until it is interrupted.

    Args:
        settings: where everything lies and under which addresses the desk is asked for.
        address: to listen on; only loopback: signing in sends a token, which needs the proxy's certificate.
        port: to listen on; 0 for a free one.
        tell: hears what people are to know.

    Raises:
        DeskError: a setting is wrong, or a desk of this build runs.
        CannotListen: the port is taken.
    """
    import uvicorn

    _loopback(address)
    keep_private(settings.build_dir, settings.private_places)
    settings.desk_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    settings.work_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    try:
        held = hold(settings.desk_dir / LOCK)
    except HeldElsewhere as error:
        raise DeskError("报送台已经在运行;请用它,或先结束它") from error
    with held, _temporary_files_in(settings.work_dir), listening(address, port) as listener:
        port = listener.getsockname()[1]
        try:
            sites = allowed_sites(port, settings.desk_hosts)
        except SiteError as error:
            raise DeskError(str(error).replace("JIXIAO_UI_HOSTS", "JIXIAO_DESK_HOSTS")) from error
        desk = Desk(settings, port, sites)
        limits = desk.limits
        largest = limits.upload.largest_files * settings.desk_file_mb * MEGABYTE + SMALL_BODY
        config = uvicorn.Config(
            Shell(made_app(desk), sites, largest, limits.upload.body_seconds),
            http="h11",  # the parser with a bound on the size of a head
            log_level="warning",
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1,::1",  # only the proxy of this machine says who asks
            server_header=False,
            ws="none",
            limit_concurrency=limits.serving.connections,
            timeout_graceful_shutdown=limits.serving.closing_seconds,
        )
        tell(f"报送台在 {next(iter(sites.values())).origin},按 Ctrl+C 结束")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """As long as the desk runs, what is uploaded never lies in the system's folder for everybody."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _loopback(address: str) -> None:
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError as error:
        raise DeskError(f"监听地址“{address}”不是 IP 地址;本机用 127.0.0.1") from error
    if not is_loopback:
        raise DeskError(f"报送台只在本机监听,不能监听 {address};网络上的人经带证书的代理访问(docs/operations.md)")
