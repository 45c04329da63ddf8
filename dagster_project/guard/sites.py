"""The addresses under which the UI may be asked for: loopback with the port, and those of the setting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
WRITTEN = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(?P<port>[0-9]{1,5}))?"
)


class SiteError(ValueError):
    """An address of the setting cannot be one; the message says how it is written."""


@dataclass(frozen=True)
class Site:
    """An address: ``host`` is what a browser sends as ``Host``, with the port unless the scheme implies it."""

    scheme: str
    host: str

    @property
    def origin(self) -> str:
        """What a browser sends as ``Origin`` from a page of this site."""
        return f"{self.scheme}://{self.host}"


def allowed_sites(port: int, hosts: str) -> dict[str, Site]:
    """Every address that is answered, by its ``Host``; those of the setting come first.

    Args:
        port: the port that the UI listens on.
        hosts: more addresses, with commas between: ``name``, ``name:port`` or, behind a proxy with a certificate,
            ``https://name``. A name without a port is asked for under the port of the UI, unless it has a scheme.

    Raises:
        SiteError: one of them is no address.
    """
    sites = [_read(text.strip().lower(), port) for text in hosts.split(",") if text.strip()]
    sites += [_site("http", name, port) for name in LOOPBACK]
    return {site.host: site for site in sites}


def _read(text: str, port: int) -> Site:
    found = WRITTEN.fullmatch(text)
    if not found or not 0 < int(found["port"] or 1) < 65536:
        raise SiteError(
            f"JIXIAO_UI_HOSTS 中的“{text}”不是主机地址;请写成 名称、名称:端口 或 https://名称,用逗号分隔,不用通配符"
        )
    scheme = found["scheme"] or "http"
    own = DEFAULT_PORTS[scheme] if found["scheme"] else port
    return _site(scheme, found["name"], int(found["port"] or own))


def _site(scheme: str, name: str, port: int) -> Site:
    return Site(scheme, name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}")


def shown_sites(sites: Iterable[Site]) -> str:
    """The addresses as a message lists them."""
    return "、".join(site.origin for site in sites)
