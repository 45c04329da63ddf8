"""Errors of the system and of engines in plain words: what happened, who holds what, and what to do."""

from __future__ import annotations

import re

PLAIN = (
    (
        re.compile(r'Could not set lock on file "(?P<file>[^"]+)".*?held in (?P<who>.+?) \(PID (?P<pid>\d+)\)', re.S),
        "进程 {pid}({who})打开着 {file};请让它关闭该文件后重试",
    ),
    (
        re.compile(r"No space left on device|disk is full|Errno 28|Disk quota exceeded", re.I),
        "磁盘已满,没有写完;请清理磁盘后重试,已发布的版本没有变",
    ),
    (
        re.compile(r"File too large|Errno 27", re.I),
        "文件超过了系统允许的大小,没有写完;请放宽限制(ulimit -f)后重试,已发布的版本没有变",
    ),
    (
        re.compile(r"Read-only file system|Permission denied|Errno 13|Errno 30"),
        "不能写入:{text};请检查文件夹的权限后重试",
    ),
    (
        re.compile(r"DagsterExecutionInterruptedError|KeyboardInterrupt"),
        "运行被要求停止(Ctrl+C 或系统的停止信号),没有发布;请重新运行 jixiao nightly",
    ),
    (
        re.compile(r"disk image is malformed|file is not a database", re.I),
        "Dagster 的运行记录已损坏,以前的运行看不到了,数据不受影响",
    ),
)
"""What an error is recognised by, and how it is said."""


def plain(text: str) -> str:
    """The text of an error as people can use it; as it is where nothing better is known."""
    for pattern, words in PLAIN:
        if found := pattern.search(text):
            return words.format(text=" ".join(text.split())[:200], **found.groupdict())
    return text
