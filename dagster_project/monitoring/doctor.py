"""Is everything in place? Each check says what it looked at and, where something is wrong, how to mend it."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dagster_project.bi_server import nights, publish
from dagster_project.building.one_at_a_time import lock_of
from dagster_project.building.run_records import damaged_storage
from dagster_project.building.warehouse_file import damage_of
from dagster_project.contracts import ContractError, load_contracts
from dagster_project.contracts.dbt_files import stale_dbt_files
from dagster_project.ingestion.drop import DroppedAnswer, scan_drop
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.owed import CalendarError, missing_files, read_calendar
from dagster_project.ingestion.periods import today
from dagster_project.ingestion.proof import prove_zone
from dagster_project.ingestion.receipts import read_receipts
from dagster_project.ingestion.standing import without_taken_back
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.ingestion.unread import DropError
from dagster_project.monitoring.alerts import waiting_alerts
from dagster_project.monitoring.channels import channels_of
from dagster_project.postgres_address import is_asked_for, storage_fault
from dagster_project.publishing import SignatureError, verify
from dagster_project.publishing.health import damage_text, unlinked_text
from dagster_project.publishing.history import damaged_lines
from dagster_project.publishing.signatures import frozen_versions
from dagster_project.publishing.versions import current_name
from dagster_project.settings import PROJECT_ROOT, Settings

PYTHON_FROM, PYTHON_BELOW = (3, 11), (3, 14)
FREE_BYTES_WANTED = 1_000_000_000
SHOWN_OWED = 3
PROOF_NIGHTS = 60
"""Whoever asks the doctor waits longer than a night may: so many times the seconds of one."""


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at: whether it is well, what was seen, and what to do."""

    name_zh: str
    is_well: bool
    seen: str
    remedy_zh: str = ""


def examine(settings: Settings) -> list[Diagnosis]:
    """Look at everything; one broken thing does not stop the rest."""
    return [diagnosis for check in CHECKS for diagnosis in check(settings)]


def _python(settings: Settings) -> Iterator[Diagnosis]:
    seen = ".".join(map(str, sys.version_info[:3]))
    yield Diagnosis("Python 版本", PYTHON_FROM <= sys.version_info < PYTHON_BELOW, seen, "请安装 Python 3.11 至 3.13")


def _packages(settings: Settings) -> Iterator[Diagnosis]:
    wrong = []
    for name, wanted in _locked(PROJECT_ROOT / "requirements.lock").items():
        try:
            if version(name) not in wanted:
                wrong.append(f"{name} {version(name)}(应为 {'、'.join(sorted(wanted))})")
        except PackageNotFoundError:
            continue  # locked for another platform or Python
    yield Diagnosis("软件包与锁定版本一致", not wrong, "、".join(wrong) or "一致", "请运行 make clean 后重试")


def _locked(path: Path) -> dict[str, set[str]]:
    """Versions that the lock file allows of each package; several where they depend on the Python version."""
    locked: dict[str, set[str]] = {}
    for name, wanted in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", path.read_text(encoding="utf-8"), re.M
    ):
        locked.setdefault(name, set()).add(wanted)
    return locked


def _contracts(settings: Settings) -> Iterator[Diagnosis]:
    try:
        contracts = load_contracts(settings.contracts_dir)
    except ContractError as error:
        yield Diagnosis("台账约定", False, str(error), "请按提示修改该 YAML")
        return
    yield Diagnosis("台账约定", True, f"{len(contracts)} 份")
    staging = settings.dbt_project_dir / "models" / "staging"
    stale = [str(path.relative_to(staging)) for path in stale_dbt_files(contracts.values(), staging)]
    yield Diagnosis("dbt 源和暂存模型与约定一致", not stale, "、".join(stale) or "一致", "请运行 jixiao sources")
    try:
        answers: list[DroppedAnswer] = []
        files, unread = scan_drop(settings.raw_dir, contracts, answers)
        names = dict.fromkeys([*(file.name for file in files), *(answer.name for answer in answers)])
        receipts = read_receipts(settings.raw_dir, [*names, *(file.name for file in unread)])
    except DropError as error:
        yield Diagnosis("原始数据文件夹", False, str(error), "请更正后重试")
        return
    yield Diagnosis("原始数据文件夹", True, f"{len(names)} 个文件")
    for name_zh, found in (
        ("文件都有约定", unread),
        ("收件登记逐行可用", [*receipts.faults.values(), *receipts.notes]),
    ):
        yield Diagnosis(name_zh, not found, "\n  ".join(each.text for each in found) or "是", "请逐条更正")
    dropped = {(file.contract.ledger, file.name) for file in files}
    yield from _file_by_file(settings, dropped, {answer.name for answer in answers})


def _file_by_file(settings: Settings, dropped: set[tuple[str, str]], answers: Collection[str]) -> Iterator[Diagnosis]:
    """Every file of the drop has an entry in the log, and every entry that counts its file; a file that two ledgers read has two.

    Answers are of the ledger whose rows they mend, which only the log knows.
    """
    path = settings.landing_dir / LOG_NAME
    if not path.is_file():
        return
    with contextlib.suppress(DropError):  # a log that cannot be read is told by itself
        logged = {(entry.ledger, entry.file) for entry in without_taken_back(SubmissionLog(path).entries)}
        gone = set() if settings.deleted_files == "keep" else logged - dropped
        gone = {(ledger, file) for ledger, file in gone if file not in answers}
        faults = [f"{file}({ledger}):在文件夹中,未登记" for ledger, file in sorted(dropped - logged)]
        faults += [f"{file}({ledger}):已登记,文件已不在" for ledger, file in sorted(gone)]
        seen = f"{len(dropped)} 份,{len({file for _, file in dropped})} 个文件"
        remedy = "未登记的请运行 jixiao land;文件已不在的请放回,或运行 jixiao land --withdrawals 撤回"
        yield Diagnosis("文件与报送日志一一对应", not faults, "\n  ".join(faults) or seen, remedy)


def _landing(settings: Settings) -> Iterator[Diagnosis]:
    path = settings.landing_dir / LOG_NAME
    if not path.is_file():
        yield Diagnosis("报送日志", True, "尚未载入")
        return
    try:
        log = SubmissionLog(path)
    except DropError as error:
        yield Diagnosis("报送日志", False, str(error), "请从备份恢复")
        return
    originals = Originals(settings.keeping.originals_of(settings.landing_dir))
    proof = prove_zone(log, settings.landing_dir, originals, settings.proof_seconds * PROOF_NIGHTS)
    broken = [entry.file for entry in map(log.entry, sorted(proof.broken)) if entry is not None]
    yield Diagnosis(
        "报送日志与载入文件一致",
        not (broken or proof.strays),
        "、".join([*broken, *(f"{path.parent.name}/{path.name}(日志中没有)" for path in proof.strays)])
        or f"{len(log.entries)} 条,{proof.proved} 个散列值相符"
        + (f",{proof.due - proof.proved} 个未及核对(JIXIAO_PROOF_SECONDS)" if proof.proved < proof.due else ""),
        "请运行 jixiao land:由原件重新载入,不属于日志的文件移到 landing/strays",
    )
    if settings.originals_years:
        kept = {original.name for original in originals.all()}
        standing = {(entry.ledger, entry.file): entry for entry in log.entries}.values()
        missing = [
            entry.file
            for entry in standing
            if entry.is_hand_in and originals.path_of(entry.sha256, entry.file).name not in kept
        ]
        damaged = [original.name for original in proof.damaged_originals]
        yield Diagnosis(
            "原件留存完好",
            not (missing or damaged),
            "、".join([*(f"{name}(没有)" for name in missing), *(f"{name}(被改动)" for name in damaged)])
            or f"{len(kept)} 份",
            "文件仍在原始数据文件夹中的,请运行 jixiao land 重新留存;否则请从备份恢复",
        )


def _owed(settings: Settings) -> Iterator[Diagnosis]:
    """What `jixiao owed` tells: ledgers that are due and not there, in one line."""
    path = settings.landing_dir / LOG_NAME
    if not path.is_file():
        return
    try:
        calendar = read_calendar(settings.dbt_project_dir / "seeds")
        missing = missing_files(calendar, SubmissionLog(path).entries, today())
    except CalendarError as error:
        yield Diagnosis("到期的台账", False, str(error), "请按提示更正报送日历")
        return
    except DropError:  # a log that cannot be read is told by itself
        return
    shown = [f"{each.ledger} {each.fiscal_year} 年(部门 {each.department_code})" for each in missing]
    listed = "、".join(dict.fromkeys(shown[:SHOWN_OWED])) + (" 等" if len(missing) > SHOWN_OWED else "")
    # A department that is late is no illness of the warehouse: nights tell it, and the exit code is not of it.
    yield Diagnosis(
        "到期的台账",
        True,
        f"缺 {len(missing)} 份:{listed};请逐条查看 jixiao owed,向所列部门催报" if missing else "都已报送",
        "",
    )


def _published(settings: Settings) -> Iterator[Diagnosis]:
    serving = settings.serving_dir
    versions = sorted((serving / "versions").glob("[0-9a-f]*"))
    current = current_name(serving)
    frozen: set[str] = set()
    with contextlib.suppress(SignatureError):
        frozen = frozen_versions(serving)
    broken = {path.name: names for path in versions if (names := verify(path))}
    faults = [damage_text(serving, name, files, name == current, name in frozen) for name, files in broken.items()]
    if unlinked := unlinked_text(serving):
        faults.append(unlinked)
    seen = f"{current},保留 {len(versions)} 个" if versions else "还没有"
    yield Diagnosis("已发布版本", not faults, "\n  ".join(faults) or seen, "请按各行所写处理")
    lost = damaged_lines(serving)
    yield Diagnosis("版本历史", not lost, f"{lost} 行读不出" if lost else "逐行可读", "下一次 jixiao nightly 会修复")


def _warehouse(settings: Settings) -> Iterator[Diagnosis]:
    path = settings.warehouse_path
    damage = damage_of(path)
    holder = lock_of(path)
    held = f"进程 {holder} 打开着它(重建时会换成新文件)" if holder else ""
    seen = damage or held or ("可以打开" if path.is_file() else "尚未建立")
    yield Diagnosis("数据仓库文件", not damage, seen, "请运行 jixiao nightly,它会移开旧文件,从头重建")


def _run_records(settings: Settings) -> Iterator[Diagnosis]:
    broken = damaged_storage(settings)
    yield Diagnosis(
        "Dagster 运行记录",
        not broken,
        "、".join(map(str, broken)) or "完好",
        "请运行 jixiao nightly,它会移开损坏的文件;以前的运行记录看不到了,数据不受影响",
    )


def _postgres(settings: Settings) -> Iterator[Diagnosis]:
    if is_asked_for(settings):
        fault = storage_fault(settings)
        yield Diagnosis("Dagster 的 PostgreSQL", not fault, fault or "可以连接", "改正后重新运行 jixiao ui")


def _bi_postgres(settings: Settings) -> Iterator[Diagnosis]:
    if nights.is_asked_for(settings):
        is_current, seen = publish.bi_state(settings)
        yield Diagnosis("BI 的 PostgreSQL 是当前版本", is_current, seen, "排除原因后运行 jixiao postgres")


def _alerts(settings: Settings) -> Iterator[Diagnosis]:
    waiting = waiting_alerts(settings)
    seen = "、".join(waiting) or f"写在 {settings.outbox_dir},另发 {len(channels_of(settings))} 个地址"
    remedy = "请核对 JIXIAO_ALERT_URLS 和网络;下一夜再发"
    yield Diagnosis("提醒都已发出", not waiting, seen, remedy)


def _disk(settings: Settings) -> Iterator[Diagnosis]:
    place = settings.build_dir.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    yield Diagnosis(
        "磁盘空间",
        free >= FREE_BYTES_WANTED,
        f"剩余 {free / 1e9:.1f} GB",
        "请清理磁盘,或用 JIXIAO_BUILD_DIR 换一个位置",
    )


CHECKS: tuple[Callable[[Settings], Iterator[Diagnosis]], ...] = (
    _python,
    _packages,
    _contracts,
    _landing,
    _owed,
    _published,
    _warehouse,
    _run_records,
    _postgres,
    _bi_postgres,
    _alerts,
    _disk,
)
