"""What a request may be, judged from its head alone: address, page it comes from, method, kind of content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dagster_project.guard.sites import Site, shown_sites
from dagster_project.ingestion.file_names import shown

GRAPHQL = "/graphql"
LOGIN = "/login"
HEALTH = "/health"
"""What a monitor asks; Dagster has no page of that name."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SHOWN = 80
"""Characters of a header that a refusal repeats."""


@dataclass(frozen=True)
class Refusal:
    """A request that goes no further: the status and why, in the words that the reader gets."""

    status: int
    text_zh: str


@dataclass(frozen=True)
class Head:
    """The head of a request; ``method`` of a WebSocket is ``WEBSOCKET``. Header names are lower case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for found, value in self.headers if found == name]

    def only(self, name: str) -> str:
        """The value of a header that stands there once; empty where there is none or more than one."""
        values = self.values(name)
        return values[0] if len(values) == 1 else ""

    @property
    def media_type(self) -> str:
        """The kind of content without its parameters."""
        return self.only("content-type").partition(";")[0].strip().lower()


def head_of(scope: Mapping[str, object]) -> Head:
    """The head of a request as ASGI describes it."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]  # type: ignore[assignment]
    return Head(
        method="WEBSOCKET" if scope["type"] == "websocket" else str(scope["method"]),
        path=str(scope["path"]),
        query=bytes(scope.get("query_string") or b"").decode("latin-1"),  # type: ignore[call-overload]
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers),
    )


def judge(head: Head, sites: Mapping[str, Site], *, has_token: bool, asks_token: bool) -> Refusal | None:
    """Why a request goes no further; None where it may.

    Args:
        head: the request.
        sites: the addresses that are answered, by ``Host``.
        has_token: whether it carries the token itself, which no page of another site can make a browser send.
        asks_token: whether the UI asks for a token, and so has a page to enter it.
    """
    site = sites.get(head.only("host").lower())
    if site is None:
        return Refusal(
            403,
            f"本界面不在地址“{_short(head.values('host'))}”上提供;可用的地址:{shown_sites(sites.values())}。"
            "要增加地址,请设置 JIXIAO_UI_HOSTS",
        )
    if head.method not in ("GET", "HEAD", "POST", "WEBSOCKET"):
        return Refusal(405, f"不接受 {_short([head.method])} 请求;界面只用 GET 和 POST")
    if refusal := _judge_page(head, site, has_token):
        return refusal
    if head.method == "POST":
        return _judge_post(head, asks_token)
    if head.method == "WEBSOCKET":
        return None if head.path == GRAPHQL else Refusal(403, "WebSocket 只用于 /graphql")
    is_page = "text/html" in ",".join(head.values("accept")) and not head.query
    if head.path.rstrip("/") == GRAPHQL and not is_page:
        return Refusal(403, "GraphQL 不接受 GET 请求,以免链接或图片地址启动运行;请用 POST,内容类型 application/json")
    return None


def _judge_page(head: Head, site: Site, has_token: bool) -> Refusal | None:
    """A request by a page of another site: a browser says so in `Origin`, and mostly in `Sec-Fetch-Site`."""
    changes = head.method in ("POST", "WEBSOCKET")
    origins = head.values("origin")
    if origins and origins != [site.origin]:
        return Refusal(
            403,
            f"请求来自其他网页“{_short(origins)}”,已拒绝;请在 {site.origin} 上操作。若地址是本单位的,请写入 JIXIAO_UI_HOSTS",
        )
    if not origins and changes and not has_token:
        return Refusal(
            403, f"请求没有注明来自哪个网页(Origin),已拒绝;脚本请加 Origin: {site.origin},或 Authorization: Bearer 口令"
        )
    fetched_from = head.only("sec-fetch-site")
    is_link = (head.only("sec-fetch-mode"), head.only("sec-fetch-dest")) == ("navigate", "document") and not changes
    if head.values("sec-fetch-site") and not (fetched_from in ("same-origin", "none") or is_link):
        return Refusal(
            403, f"请求来自其他网页(Sec-Fetch-Site: {_short([fetched_from])}),已拒绝;请在 {site.origin} 上操作"
        )
    return None


def _judge_post(head: Head, asks_token: bool) -> Refusal | None:
    kinds = {GRAPHQL: JSON} | ({LOGIN: FORM} if asks_token else {})
    if head.path not in kinds:
        return Refusal(403, f"不接受发往 {_short([head.path])} 的 POST;界面只用 POST {GRAPHQL}")
    if head.media_type != kinds[head.path]:
        return Refusal(415, f"POST 的内容类型须为 {kinds[head.path]},不能是“{_short(head.values('content-type'))}”")
    return None


def _short(values: Iterable[str]) -> str:
    return shown("、".join(values))[:SHOWN]
