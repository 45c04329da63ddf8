"""`jixiao ui`: Dagster's web application in this process with the guard around it, its code server and daemon beside it."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.guard.app import Guard
from dagster_project.guard.children import ChildError, Children
from dagster_project.guard.listening import listening
from dagster_project.guard.login import Login, TokenError, read_token
from dagster_project.guard.sites import Site, SiteError, allowed_sites
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.liveness import liveness
from dagster_project.monitoring.storage_watch import StorageWatch
from dagster_project.settings import Settings

if TYPE_CHECKING:
    import uvicorn

POLL_MS = 2000
"""How often an open page asks for news; Dagster's own default."""
LARGEST_MESSAGE = 1 << 20
"""Bytes of one WebSocket message. The UI sends subscriptions of a few kilobytes."""
WATCHED_S = 1.0
CLOSED_S = 3
"""Seconds that open pages get when the UI stops."""


class UiError(RuntimeError):
    """The UI cannot start as it is asked to; the message says why and what to do."""


class UiStopped(RuntimeError):
    """A process that the UI needs has ended; the message says which."""


def serve(
    settings: Settings, address: str, port: int, tell: Callable[[str], None], note: Callable[[str], None]
) -> None:
    """Serve the UI until it is interrupted; ``tell`` hears what people are to know, ``note`` the address.

    Args:
        settings: say who may ask, and where Dagster's storage is.
        address: to listen on, such as ``127.0.0.1``; any but loopback needs a token and the addresses it is asked under.
        port: to listen on; 0 for a free one.

    Raises:
        UiError: a setting is wrong.
        CannotListen: the port is taken.
        UiStopped: a process that the UI needs has ended.
    """
    login_token = _token(settings, address)
    with listening(address, port) as listener:
        port = listener.getsockname()[1]
        try:
            sites = allowed_sites(port, settings.ui_hosts)
        except SiteError as error:
            raise UiError(str(error)) from error
        login = Login(login_token, port) if login_token else None
        with tempfile.TemporaryDirectory(prefix="jixiao-ui-") as folder:
            children = Children(Path(folder), settings.child_environment())
            try:
                tell("正在准备界面")
                with children.running():
                    note(next(iter(sites.values())).origin)
                    _answer(settings, children, listener, sites, login, tell)
            except ChildError as error:
                raise UiStopped(str(error)) from error


def _token(settings: Settings, address: str) -> str | None:
    """The token of the settings, which an address that others can reach must have."""
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError as error:
        raise UiError(f"监听地址“{address}”不是 IP 地址;本机用 127.0.0.1") from error
    try:
        token = read_token(settings.ui_token_file) if settings.ui_token_file else None
    except TokenError as error:
        raise UiError(str(error)) from error
    if not is_loopback and token is None:
        raise UiError(
            f"监听 {address} 时网络上的人都能打开界面,没有口令不能启动;请设置 JIXIAO_UI_TOKEN_FILE,或只监听 127.0.0.1"
        )
    if not is_loopback and not settings.ui_hosts.strip():
        raise UiError(f"监听 {address} 时须写明用什么地址访问;请设置 JIXIAO_UI_HOSTS,如 jixiao.office:3000")
    return token


def _answer(
    settings: Settings,
    children: Children,
    listener: socket.socket,
    sites: Mapping[str, Site],
    login: Login | None,
    tell: Callable[[str], None],
) -> None:
    import uvicorn
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context
    from dagster_webserver.version import __version__

    from dagster_project.asset_pages.page import AssetPages
    from dagster_project.dagster_home import open_instance

    children.wait_until_loaded()
    with (
        open_instance(settings) as instance,
        WorkspaceProcessContext(instance, WorkspaceFileTarget([str(children.workspace)]), __version__) as workspace,
    ):
        dagster = create_app_from_workspace_process_context(workspace, live_data_poll_rate=POLL_MS)
        storage = StorageWatch(settings)
        config = uvicorn.Config(
            Guard(dagster, sites, login, lambda: _health(settings, children, storage), AssetPages(settings).page),
            http="h11",  # the parser with a bound on the size of a head
            log_level="warning",
            access_log=False,
            proxy_headers=False,  # who asks is who is connected, whatever a header says
            server_header=False,
            ws_max_size=LARGEST_MESSAGE,
            timeout_graceful_shutdown=CLOSED_S,
        )
        server = uvicorn.Server(config)
        ended: list[str] = []
        threading.Thread(target=_watch, args=(children, server, ended, storage, tell), daemon=True).start()
        tell(f"界面在 {next(iter(sites.values())).origin},按 Ctrl+C 结束")
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    if ended:
        raise UiStopped(f"{ended[0]}意外结束,界面随之停止;请看上面的输出,然后重新运行 jixiao ui")


def _health(settings: Settings, children: Children, storage: StorageWatch) -> tuple[bool, dict[str, Any]]:
    seen = liveness(settings, dt.datetime.now(SHANGHAI), children.ended(), storage.fault)
    return seen.is_well, seen.told


def _watch(
    children: Children, server: uvicorn.Server, ended: list[str], storage: StorageWatch, tell: Callable[[str], None]
) -> None:
    """Stop the UI when one of its processes has ended: it would show what is no longer so. Tell a storage that is gone."""
    while not server.should_exit:
        for note in storage.look():
            tell(note)
        if name := children.ended():
            ended.append(name)
            server.should_exit = True
        time.sleep(WATCHED_S)
