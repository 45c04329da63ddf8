"""Signing a year: what must hold before a version is certified, and what a later certification changes against the earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.publishing import PublishedVersion, PublishError, current_version, kept_version, verify
from dagster_project.publishing.signatures import (
    ROLES,
    Entry,
    SignatureError,
    append_signature,
    certified_entry,
    signatures_of,
)
from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.scorecard import Scorecard, read_scorecard


@dataclass(frozen=True)
class FigureChange:
    """A figure or score that differs between two versions; None where one of them has no value."""

    kind: str
    name: str
    label_zh: str
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New less old, where both have a value."""
        return None if self.old is None or self.new is None else self.new - self.old

    def as_words(self) -> dict[str, str | None]:
        """The change as the log keeps it."""
        numbers = {"old": self.old, "new": self.new, "difference": self.difference}
        return {
            "kind": self.kind,
            "name": self.name,
            "label_zh": self.label_zh,
            **{name: None if value is None else f"{value:f}" for name, value in numbers.items()},
        }


@dataclass(frozen=True)
class Signed:
    """What a signature has done: the entry, what changed against the earlier certification, and what to know."""

    entry: Entry
    changes: list[FigureChange]
    warnings: list[str]


def sign(
    serving_dir: Path,
    fiscal_year: int,
    department_code: str,
    role: str,
    by: str,
    note: str = "",
    reason: str = "",
    version: str = "",
) -> Signed:
    """Sign a version of a year as prepared, reviewed or certified.

    Args:
        serving_dir: where versions and the log lie.
        fiscal_year: the year.
        department_code: the department.
        role: one of `ROLES`.
        by: who signs.
        note: what they say.
        reason: why a year that is certified already is certified anew.
        version: a kept version; without one, the current one.

    Raises:
        SignatureError: the role is unknown, nobody signs, data are missing, the version is certified already, a restatement has
            no reason, or the log was changed.
        PublishError: there is no such version, or its files are damaged.
        UnknownEvaluation: the version has no evaluation of the year and department.
    """
    if role not in ROLES:
        raise SignatureError(f"没有签署身份 {role};有:{'、'.join(ROLES)}")
    if not by.strip():
        raise SignatureError("请写明签署人(--by)")
    signed = kept_version(serving_dir, version) if version else current_version(serving_dir)
    if broken := verify(signed.path):
        raise PublishError(f"版本 {signed.version} 的文件已损坏,不能签署:{'、'.join(broken)}")
    card = read_scorecard(signed.path, fiscal_year, department_code)
    earlier = certified_entry(serving_dir, fiscal_year, department_code)
    changes: list[FigureChange] = []
    if role == "certified":
        _refuse_missing(card, signed)
        if earlier is not None:
            changes = _restatement(serving_dir, earlier, signed, fiscal_year, department_code, reason)
    warnings = _warnings(serving_dir, fiscal_year, department_code, role, by, signed.version)
    words = {"reason": reason, "replaces": earlier["version"]} if role == "certified" and earlier is not None else {}
    entry = append_signature(
        serving_dir,
        role=role,
        by=by.strip(),
        note=note,
        fiscal_year=fiscal_year,
        department_code=department_code,
        scheme_id=card.scheme["scheme_id"],
        version=signed.version,
        total=f"{card.total['score']:f}",
        rating=card.total["rating"],
        **words,
        **({"changes": [change.as_words() for change in changes]} if words else {}),
    )
    return Signed(entry, changes, warnings)


def version_to_show(
    serving_dir: Path, fiscal_year: int, department_code: str, latest: bool = False
) -> tuple[PublishedVersion, Entry | None]:
    """The version that a year is shown from: the certified one, else or if asked for the current one; with its certification.

    Raises:
        PublishError: nothing was published, or the certified version is gone or damaged.
        SignatureError: the log was changed.
    """
    entry = certified_entry(serving_dir, fiscal_year, department_code)
    if latest or entry is None:
        return current_version(serving_dir), None
    version = kept_version(serving_dir, entry["version"])
    if broken := verify(version.path):
        raise PublishError(f"已签发的版本 {version.version} 的文件已损坏:{'、'.join(broken)}")
    return version, entry


def figure_changes(new_dir: Path, old_dir: Path, fiscal_year: int, department_code: str) -> list[FigureChange]:
    """The scores and figures of a year that differ between two published versions, scores first."""
    old, new = (
        read_scorecard(old_dir, fiscal_year, department_code),
        read_scorecard(new_dir, fiscal_year, department_code),
    )
    scores = [
        _score_changes("total", _total(old), _total(new)),
        _score_changes("indicator", _indicators(old), _indicators(new)),
    ]
    figures = _score_changes(
        "figure", _figures(old_dir, fiscal_year, department_code), _figures(new_dir, fiscal_year, department_code)
    )
    return [*scores[0], *scores[1], *figures]


Values = dict[str, tuple[str, Decimal | None]]


def _score_changes(kind: str, old: Values, new: Values) -> list[FigureChange]:
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        label = (new.get(name) or old[name])[0]
        before, after = old.get(name, (label, None))[1], new.get(name, (label, None))[1]
        if before != after:
            changes.append(FigureChange(kind, name, label, before, after))
    return changes


def _total(card: Scorecard) -> Values:
    return {"total": ("总分", card.total["score"])}


def _indicators(card: Scorecard) -> Values:
    return {
        f"indicator.{row['indicator_no']:02d}": (f"{row['indicator_no']} {row['level3']}", row["score"])
        for row in card.indicators
    }


def _figures(version_dir: Path, fiscal_year: int, department_code: str) -> Values:
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """
            select figure_id, label_zh, value from evaluation.figures
            where fiscal_year = ? and department_code = ? order by figure_id
            """,
            [fiscal_year, department_code],
        ).fetchall()
    return {figure_id: (label, value) for figure_id, label, value in rows}


def _refuse_missing(card: Scorecard, version: PublishedVersion) -> None:
    figures = _missing_figures(version.path, card.fiscal_year, card.department_code)
    if card.missing or figures:
        names = [f"{row['indicator_no']} {row['level3']}" for row in card.missing]
        parts = [f"缺数据的指标 {'、'.join(names)}"] if names else []
        parts += [f"报告用到而没有的数 {'、'.join(figures)}"] if figures else []
        raise SignatureError(
            f"{card.fiscal_year} 年度数据不齐,不能签发:{';'.join(parts)}。补报台账并重新运行 jixiao nightly 后再签"
        )


def _missing_figures(version_dir: Path, fiscal_year: int, department_code: str) -> list[str]:
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """
            select distinct figures.figure_id from evaluation.figures as figures
            join evaluation.figure_definitions as definitions using (figure_id)
            where definitions.is_in_report and figures.status = 'MISSING' and fiscal_year = ? and department_code = ?
            order by all
            """,
            [fiscal_year, department_code],
        ).fetchall()
    return [row[0] for row in rows]


def _restatement(
    serving_dir: Path, earlier: Entry, signed: PublishedVersion, fiscal_year: int, department_code: str, reason: str
) -> list[FigureChange]:
    if earlier["version"] == signed.version:
        raise SignatureError(f"版本 {signed.version} 已由 {earlier['by']} 于 {earlier['at']} 签发,不必重签")
    changes = figure_changes(
        signed.path, kept_version(serving_dir, earlier["version"]).path, fiscal_year, department_code
    )
    if not reason.strip():
        raise RestatementNeedsReason(earlier, changes)
    return changes


class RestatementNeedsReason(SignatureError):
    """The year is certified; certifying another version restates it and needs a reason. Carries what would change."""

    def __init__(self, earlier: Entry, changes: list[FigureChange]) -> None:
        super().__init__(
            f"{earlier['fiscal_year']} 年度已签发(版本 {earlier['version']},{earlier['by']},{earlier['at']});"
            f"改签另一版本属于更正,请用 --reason 写明原因。更正涉及 {len(changes)} 个数"
        )
        self.changes = changes


def _warnings(serving_dir: Path, fiscal_year: int, department_code: str, role: str, by: str, version: str) -> list[str]:
    """What a reader of the log will ask: steps that were skipped, and one person in two roles."""
    before = [e for e in signatures_of(serving_dir, fiscal_year, department_code) if e["version"] == version]
    names = {"prepared": "编制", "reviewed": "复核", "certified": "签发"}
    done = {entry["role"] for entry in before}
    warnings = [f"该版本还没有{names[step]}签署" for step in ROLES[: ROLES.index(role)] if step not in done]
    twice = sorted({entry["role"] for entry in before if entry["by"] == by.strip() and entry["role"] != role})
    return warnings + [f"{by.strip()} 已以{names[step]}身份签署过该版本" for step in twice]
