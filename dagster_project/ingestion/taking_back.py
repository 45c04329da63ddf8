"""Files that are taken back: by a line of received.csv, by being taken out of the drop, or because they were booked wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.unread import Unread

FEW_FILES = 3
"""So many files of a department, and of a ledger, may be gone at once: somebody took them out."""
FEW_SHARE = 10
"""Or one in so many. More than that looks like a share that is not mounted or a copy that is not finished."""
SHOWN_FILES = 5


def withdrawn(entry: Submission, at: str, reason: str, landed_at: str) -> Submission:
    """The event that a file counts no more from a moment on; not yet numbered."""
    return _event(entry, "withdrawn", max(at, entry.holds_from), f"{entry.file}:{reason}", landed_at)


def moved(entry: Submission, reason: str, landed_at: str) -> Submission:
    """The event that an entry was booked wrong and counts at no time; not yet numbered."""
    return _event(entry, "moved", entry.holds_from, f"{entry.file}:{reason}", landed_at)


def _event(
    entry: Submission, status: Literal["withdrawn", "moved"], at: str, reason: str, landed_at: str
) -> Submission:
    return replace(
        entry,
        status=status,
        effective_at=at,
        reason=reason,
        landed_at=landed_at,
        rows_read=0,
        rows_accepted=0,
        rows_rejected=0,
        rows_blank=0,
        rows_notes=0,
        parquet_sha256=None,
        parquet_rows=None,
        findings_sha256=None,
    )


def withdrawal_reason(receipt: Receipt) -> str:
    """Why a file is withdrawn that received.csv says so of."""
    return "received.csv 登记为撤回" + (f"({receipt.reason})" if receipt.reason else "")


def booked_otherwise(entry: Submission, receipt: Receipt) -> str:
    """What received.csv, or the name of the file, says now that differs from the log, old and new; empty where nothing does."""
    said = [
        ("部门", entry.department_code, receipt.department_code),
        ("期间", entry.period, receipt.period),
    ]
    if receipt.is_registered:
        said.append(("收到时间", entry.registered_at or entry.received_at, receipt.received_at))
    return ",".join(f"{word}由 {old} 更正为 {new}" for word, old, new in said if old != new)


def gone(
    standing: Iterable[Submission], present: Collection[str], unread: Iterable[Unread], ledgers: Collection[str]
) -> list[Submission]:
    """The landed or held files of these ledgers that lie in the drop no more; those in a folder that cannot be read are not gone."""
    closed = tuple(f"{each.name}/" for each in unread)
    return [
        entry
        for entry in standing
        if entry.status in ("landed", "held")
        and entry.ledger in ledgers
        and entry.file not in present
        and not entry.file.startswith(closed)
    ]


def few_enough(missing: Iterable[Submission], standing: Iterable[Submission], present: Collection[str]) -> bool:
    """Whether somebody may have taken out just these: the drop still holds files that landed, and no department or ledger lost many."""
    standing = list(standing)
    if not any(entry.file in present for entry in standing):
        return False
    lost, had = _groups(missing), _groups(standing)
    return all(len(files) <= max(FEW_FILES, len(had[group]) // FEW_SHARE) for group, files in lost.items())


def _groups(entries: Iterable[Submission]) -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        found.setdefault((entry.department_code, ""), set()).add(entry.file)
        found.setdefault((entry.department_code, entry.ledger), set()).add(entry.file)
    return found


def told_gone(missing: Iterable[Submission], counts_by_choice: bool) -> str:
    """One line about files that lie in the drop no more and count on; empty where there are none."""
    names = list(dict.fromkeys(entry.file for entry in missing))
    if not names:
        return ""
    some = "、".join(names[:SHOWN_FILES]) + ("等" if len(names) > SHOWN_FILES else "")
    text = f"{len(names)} 个已载入的文件不在原始数据文件夹中({some}),仍然计入"
    if counts_by_choice:
        return f"{text};要撤回,请在 received.csv 该文件一行的 withdrawn(撤回)列填“是”"
    return (
        f"{text}:一次少这么多,像是文件夹没有挂载好或复制未完;请核对,确要撤回请运行 jixiao land --withdrawals,"
        "或在 received.csv 逐个登记撤回;如按惯例移走已报送的文件,请设 JIXIAO_DELETED_FILES=keep"
    )


def told(event: Submission, rows: int) -> str:
    """What is said of an event in the run in which it happens; ``rows`` counts what the file had loaded."""
    if event.status == "moved":
        return f"已更正 {event.reason}"
    return (
        f"已撤回 {event.reason},自 {(event.effective_at or '')[:16]} 起不再计入"
        f"(部门 {event.department_code},期间 {event.period},{rows:,} 行);误撤的,放回文件或改回登记即恢复"
    )
