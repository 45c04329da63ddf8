"""What is said of a file that nobody reads, or of a drop that cannot be used at all."""

from __future__ import annotations

from dataclasses import dataclass


class DropError(ValueError):
    """The drop folder or its received.csv cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Unread:
    """Something of the drop that was not read: a file, or a line of received.csv; told every night while it lasts.

    ``ledger`` is the contract that claims the file, or the nearest one; empty where none is near.
    """

    name: str
    reason_zh: str
    remedy_zh: str
    ledger: str = ""

    @property
    def text(self) -> str:
        """The whole message."""
        return f"{self.name}:{self.reason_zh};{self.remedy_zh}"


def cannot_open(name: str, ledger: str, error: Exception) -> Unread:
    """What to say of a file whose bytes the system does not give."""
    return Unread(name, f"文件打不开({in_words(error)})", "请检查文件权限和磁盘,或重新放入", ledger)


def in_words(error: Exception) -> str:
    """A fault of the file system in Chinese."""
    if not isinstance(error, OSError):
        return "程序意外出错"
    known = {PermissionError: "没有权限", FileNotFoundError: "已不存在", IsADirectoryError: "是文件夹"}
    return known.get(type(error), f"系统错误 {error.errno}")
