"""The verdict on one fault: stopped, told with file and row, told without, or silent; and which figures it moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dagster_project.contracts import Contract
from dagster_project.drill.planting import Planted
from dagster_project.drill.told import Account, FigureKey, Statement, news, without_numbers

ROWS = re.compile(r"第\s?([\d、,, -]+)\s?行")
FILE_IN_TEXT = re.compile(r"\.(csv|jsonl?|xlsx?|xlsm|xlsb|ods)\b", re.IGNORECASE)
WHOLE = Decimal(100)


class Verdict(StrEnum):
    """What became of a fault; ``TOLD_FILE`` names the file and not the row. ``RIGHT``, ``FALSE_ALARM`` and ``MISREAD`` are of what is no fault."""

    STOPPED = "stopped"
    TOLD = "told"
    TOLD_FILE = "told_file"
    TOLD_WITHOUT_ROW = "told_without_row"
    SILENT = "silent"
    RIGHT = "right"
    FALSE_ALARM = "false_alarm"
    MISREAD = "misread"


IN_WORDS = {
    Verdict.STOPPED: "拦下",
    Verdict.TOLD: "指明文件和行",
    Verdict.TOLD_FILE: "只指明文件",
    Verdict.TOLD_WITHOUT_ROW: "只说有问题",
    Verdict.SILENT: "没有说",
    Verdict.RIGHT: "照常读取",
    Verdict.FALSE_ALARM: "误报",
    Verdict.MISREAD: "读错",
}


@dataclass(frozen=True)
class Outcome:
    """A fault and what the night made of it.

    ``moved`` are figures whose value or status differs from the clean night, with by how much in per cent, None where a value came
    or went. ``is_rated`` says whether a rating that the clean night gave is still given for the year. ``on_page`` whether the
    data-quality page says anything of it. ``said`` is what was said that names it best.
    """

    planted: Planted
    verdict: Verdict
    names_row: bool
    exit_code: int
    moved: dict[FigureKey, Decimal | None]
    is_published: bool
    is_rated: bool
    on_page: bool
    said: str
    seconds: float = 0.0

    @property
    def largest(self) -> Decimal | None:
        """By how much the figure that moved most did, in per cent; None where none moved by an amount."""
        return max((each for each in self.moved.values() if each is not None), default=None)


def judge(planted: Planted, account: Account, clean: Account, contract: Contract, seconds: float = 0.0) -> Outcome:
    """Compare a night with the clean one."""
    said = news(account, clean)
    of_file = [each for each in said if names_file(each, planted, contract)]
    naming = [each for each in of_file if names_row(each, planted)]
    published = account.is_published and (account.exit_code == 0 or account.version != clean.version)
    moved = _moved(account, clean) if published else {}
    rated = {key: rating for key, rating in account.ratings.items() if published}
    is_rated = all(rated.get(key) for key, rating in clean.ratings.items() if rating)
    is_told = bool(said) or (published and not is_rated)
    if planted.kind.is_harmless:
        verdict = Verdict.MISREAD if moved or not published else Verdict.FALSE_ALARM if said else Verdict.RIGHT
    elif not published:
        verdict = Verdict.STOPPED
    elif naming:
        verdict = Verdict.TOLD
    elif of_file:
        verdict = Verdict.TOLD_FILE
    else:
        verdict = Verdict.TOLD_WITHOUT_ROW if is_told else Verdict.SILENT
    return Outcome(
        planted,
        verdict,
        bool(naming),
        account.exit_code,
        moved,
        published,
        is_rated and published,
        published and bool(without_numbers(account.pages) - without_numbers(clean.pages)),
        _shown(naming or of_file or said, published and not is_rated),
        seconds,
    )


def names_file(statement: Statement, planted: Planted, contract: Contract) -> bool:
    """Whether a statement names the file of a fault; one that is not there is named by its ledger and period too."""
    files = (planted.file, *planted.also)
    if statement.file:
        return statement.file in files
    return any(file in statement.text for file in files) or _names_period(statement.text, planted, contract)


def names_row(statement: Statement, planted: Planted) -> bool:
    """Whether a statement that names the file names one of the rows of a fault too, if it has any."""
    numbers = {statement.row} if statement.row is not None else _numbers(statement.text)
    return not planted.rows or bool(numbers & set(planted.rows))


def _numbers(text: str) -> set[int | None]:
    return {int(number) for found in ROWS.findall(text) for number in re.findall(r"\d+", found)}


def _names_period(text: str, planted: Planted, contract: Contract) -> bool:
    """Whether a text names the ledger and the period of a fault."""
    period = planted.period
    month = re.fullmatch(r"(\d{4})-(\d{2})", period)
    spelled = [period, f"{month[1]}年{int(month[2])}月", f"{month[1]}年{month[2]}月"] if month else [period]
    if part := re.fullmatch(r"(\d{4})([QH])(\d)", period):
        spelled.append(
            f"{part[1]}年第{part[3]}季度" if part[2] == "Q" else f"{part[1]}年{'上下'[int(part[3]) - 1]}半年"
        )
    elif period.isdigit():
        spelled.append(f"{period}年")
    is_ledger = contract.title.zh in text or f"ledger={planted.ledger}" in text
    is_of_a_file = FILE_IN_TEXT.search(text) is not None
    return not (planted.rows or is_of_a_file) and is_ledger and any(each in text for each in spelled)


def _moved(account: Account, clean: Account) -> dict[FigureKey, Decimal | None]:
    """The figures that differ, with by how much in per cent of what they were."""
    found: dict[FigureKey, Decimal | None] = {}
    for key in sorted(account.figures.keys() | clean.figures.keys()):
        (after, new_status), (before, old_status) = (each.figures.get(key, (None, "")) for each in (account, clean))
        if after == before and new_status == old_status:
            continue
        if after is None or not before:
            found[key] = None
        else:
            found[key] = abs((after - before) / before) * WHOLE
    return found


def _shown(said: list[Statement], lost_rating: bool) -> str:
    if said:
        first = said[0]
        place = f"{first.file} 第 {first.row} 行 " if first.row else f"{first.file} " if first.file else ""
        return f"{place}{first.text}"[:300]
    return "不评等级" if lost_rating else ""
