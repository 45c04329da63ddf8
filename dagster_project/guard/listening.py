"""The port that a server of ours answers on."""

from __future__ import annotations

import socket


class CannotListen(RuntimeError):
    """The port cannot be had; the message says why and what to do."""


def listening(address: str, port: int) -> socket.socket:
    """The port, held before anything starts behind it.

    Args:
        address: to listen on.
        port: to listen on; 0 for a free one.

    Raises:
        CannotListen: somebody has it, or there is no such address here.
    """
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return socket.create_server((address, port), family=family)
    except (OSError, OverflowError) as error:
        raise CannotListen(f"不能监听 {address} 的端口 {port}({error});请用 --port 换一个端口") from error
