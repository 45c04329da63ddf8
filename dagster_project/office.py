"""The configuration of one office, put together from the project and the office's own folder. No data and no places are decided here.

An office's folder (``offices/<name>/``) holds only what differs: `docs/new_office.md` says what may stand in it. Put together it has
the shape that the project has, so that every reader of contracts, seeds and texts finds the office's where it looks.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts.code_lists import REGISTERS
from dagster_project.on_disk import write_whole

SEEDS, MORE_ROWS, CONTRACTS, TEXTS = "seeds", "more_rows", "contracts", "report"
"""Folders of an office: seeds in place of the project's, rows added to the project's, contracts and report texts in place of them."""
KNOWN = {SEEDS: "csv", MORE_ROWS: "csv", CONTRACTS: "yaml", TEXTS: "*"}
NOT_COPIED = {"target", "logs", "__pycache__"}


class OfficeError(ValueError):
    """A folder of an office cannot be used; the message names the file, the rule and the remedy."""


@dataclass(frozen=True)
class Office:
    """The places of a configuration: the dbt project with its seeds, the contracts (an office's own registers beside them), the texts."""

    dbt: Path
    contracts: Path
    texts: Path


def put_together(office_dir: Path, project: Office, root: Path) -> Office:
    """Put the configuration of an office together below ``root``; files that are as they should be are left alone.

    Args:
        office_dir: the office's own folder.
        project: the places of the project.
        root: where the result goes.

    Raises:
        OfficeError: the folder is not there, or a file in it has no counterpart in the project, or other columns.
    """
    if not office_dir.is_dir():
        raise OfficeError(f"找不到机关的配置文件夹 {office_dir};请检查 JIXIAO_OFFICE_DIR")
    office = Office(root / "dbt", root / CONTRACTS, root / TEXTS)
    _refuse_unknown(office_dir)
    wanted = {office.dbt / name: data for name, data in _files(project.dbt).items()}
    wanted |= {office.texts / name: data for name, data in _files(project.texts).items()}
    wanted |= {
        office.contracts / name: data for name, data in _files(project.contracts).items() if name.suffix == ".yaml"
    }
    for folder, place in ((TEXTS, office.texts), (CONTRACTS, office.contracts)):
        wanted |= {place / name: data for name, data in _files(office_dir / folder).items()}
    for name, data in _own_seeds(office_dir, _files(project.dbt / SEEDS)).items():
        wanted[office.dbt / SEEDS / name] = data
        wanted[office.contracts / REGISTERS / name] = data
    _write(root, wanted)
    return office


def _own_seeds(office_dir: Path, of_project: dict[Path, bytes]) -> dict[Path, bytes]:
    own: dict[Path, bytes] = {}
    for folder in (SEEDS, MORE_ROWS):
        for name, data in _files(office_dir / folder).items():
            path = office_dir / folder / name
            if name not in of_project:
                raise OfficeError(f"{path}:本项目没有种子 {name.as_posix()},不知道它是什么;请核对文件名和所在文件夹")
            whole = own.get(name, of_project[name])
            header, ours = _header(whole), _header(data)
            if ours != header:
                raise OfficeError(
                    f"{path} 第 1 行:列应为 {','.join(header)},而写的是 {','.join(ours)};请照本项目 dbt/seeds/{name.as_posix()} 的列写"
                )
            own[name] = data if folder == SEEDS else _with_rows(whole, data)
    return own


def _header(data: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(data.decode("utf-8-sig"))), [])


def _with_rows(whole: bytes, more: bytes) -> bytes:
    _, _, rows = more.decode("utf-8-sig").partition("\n")
    return whole.rstrip(b"\n") + b"\n" + rows.encode()


def _refuse_unknown(office_dir: Path) -> None:
    for path in sorted(office_dir.iterdir()):
        if path.is_dir() and path.name not in KNOWN:
            raise OfficeError(f"{path}:不认识的文件夹;可用 {'、'.join(KNOWN)},请改名或移走")


def _files(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not NOT_COPIED & set(path.relative_to(folder).parts)
    }


def _write(root: Path, wanted: dict[Path, bytes]) -> None:
    """Write what differs, each file in one rename, and take away what is no longer wanted."""
    for path, data in wanted.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
    for path in sorted(root.rglob("*")):
        parts = set(path.relative_to(root).parts)
        if path.is_file() and path not in wanted and not NOT_COPIED & parts and not path.name.startswith("."):
            path.unlink(missing_ok=True)
