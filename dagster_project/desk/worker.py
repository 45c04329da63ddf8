"""The process that reads uploads: bounded in memory and processor time, told one upload a line, answers one line of JSON each.

Run as ``python -m dagster_project.desk.worker``. It is handed the few settings that it needs, none of them a secret.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.contracts import Contract, load_contracts
from dagster_project.desk.limits import desk_limits
from dagster_project.desk.trial import Job, try_upload
from dagster_project.ingestion.limits import MEGABYTE
from dagster_project.processes import die_with
from dagster_project.settings import Settings

HANDED = ("raw_dir", "office_dir", "contracts_dir", "build_dir", "originals_dir", "department_code", "answer_rows")
"""The settings that a worker is told."""
READY = "ready"


def handed_settings(settings: Settings) -> str:
    """The settings of a worker as its first line."""
    values = {name: getattr(settings, name) for name in HANDED}
    return json.dumps({k: str(v.absolute()) if isinstance(v, Path) else v for k, v in values.items() if v is not None})


def main() -> None:
    """Serve until the other end closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    os.umask(0o077)
    die_with(os.getppid())
    settings = Settings(**json.loads(sys.stdin.readline()))
    contracts: Mapping[str, Contract] = load_contracts(settings.contracts_dir)
    limits = desk_limits().reading
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # elsewhere this limit is about less than what engines take
        _limit(resource.RLIMIT_DATA, limits.memory_mb * MEGABYTE)
    answers.write(READY + "\n")
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + limits.processor_seconds))
        answers.write(json.dumps(_answer(Job(**json.loads(line)), contracts, settings), ensure_ascii=False) + "\n")
    os._exit(0)


def _answer(job: Job, contracts: Mapping[str, Contract], settings: Settings) -> dict[str, Any]:
    try:
        return try_upload(job, contracts, settings)
    except MemoryError:
        return {
            "verdict": "not_read",
            "why": "读取这个文件需要的内存超过上限;请拆成几个文件",
            "parts": [],
            "is_spent": True,
        }
    except Exception as error:  # whatever it is, it is told; the others go on
        return {
            "verdict": "not_read",
            "why": "读取时出错,已记录;请把文件交给数据管理员",
            "parts": [],
            "fault": repr(error)[:500],
        }


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


if __name__ == "__main__":
    main()
