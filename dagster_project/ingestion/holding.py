"""Whether a file that landed may count, or is held until somebody confirms it, and why, in words for the department."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.contracts.departments import unknown_department
from dagster_project.ingestion.bands import bands_of
from dagster_project.ingestion.comparison import SHOWN_KEYS, Comparison, Difference
from dagster_project.ingestion.control import controlled
from dagster_project.ingestion.elsewhere import Judgement, days_outside, is_elsewhere
from dagster_project.ingestion.held_back import HeldBack, last_recorded
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.replacement import (
    before,
    behind_what_it_replaces,
    confirmation_code,
    displaced,
    has_code,
    is_confirmed,
    is_second_hand_in,
    own_earlier,
)
from dagster_project.ingestion.submissions import Submission


class Holding:
    """Judges the files of one drop against what counts already.

    ``names`` are the files that lie in the drop, ``receipts`` what received.csv says of them.
    """

    def __init__(self, landing_dir: Path, names: Collection[str], receipts: Mapping[str, Receipt]):
        self._landing_dir = landing_dir
        self.comparison = Comparison(landing_dir)
        self.names, self.receipts = names, receipts
        self._departments: dict[str, str] | None = None
        self._reporters: dict[str, frozenset[str]] | None = None

    def _known(self, contract: Contract) -> dict[str, str]:
        if self._departments is None:
            self._departments = contract.departments()
        return self._departments

    def _reporting(self, contract: Contract) -> dict[str, frozenset[str]]:
        if self._reporters is None:
            self._reporters = contract.reporters()
        return self._reporters

    @cached_property
    def _held_back(self) -> Mapping[str, HeldBack]:
        return last_recorded(self._landing_dir)

    def _is_held_back(self, entry: Submission) -> bool:
        held = self._held_back.get(entry.department_code)
        return held is not None and held.covers(entry)

    def judged(
        self, entry: Submission, receipt: Receipt, contract: Contract, entries: Sequence[Submission], now: str
    ) -> Submission:
        """The entry as it is to be logged: landed or held, and from when it counts. ``now`` is the moment, as the log writes it."""
        if entry.status != "landed" or entry.answers:
            return entry  # an answer takes nobody's place
        if entry.supersede == "replace":
            entry = behind_what_it_replaces(entry, receipt.replaces, entries)
            other = displaced(entry, entries, self.names)
            if other is not None and self._is_replaced_by(other, entry):
                entry = before(entry, other)
        judgement = self.judgement(entry, receipt, contract, entries)
        if judgement.held:
            return replace(entry, status="held", reason=judgement.held)
        return replace(entry, reason=judgement.told, effective_at=_counts_from(entry, receipt, entries, now))

    def is_released(
        self,
        entry: Submission,
        receipt: Receipt,
        contract: Contract,
        entries: Sequence[Submission],
        broken: Collection[str],
    ) -> bool:
        """Whether a file that was held may count now.

        While landed rows of its ledger are ``broken``, nothing can be told from them, and only what somebody says releases it.
        """
        if entry.status != "held":
            return False
        is_said = has_code(receipt, entry) or bool(receipt.replaces) or is_second_hand_in(entry, entries)
        if not is_said and any(each.ledger == entry.ledger and each.submission_id in broken for each in entries):
            return False
        return not self.judgement(entry, receipt, contract, entries).held

    def judgement(
        self, entry: Submission, receipt: Receipt, contract: Contract, entries: Sequence[Submission]
    ) -> Judgement:
        """Hold it where its department is unknown, where its control totals differ, where it loses too much, or where it is another file once more.

        It is held against what readers have: a content that was held back with its department for an error is not what the
        mended one must resemble.
        """
        if self._held_back:
            entries = [each for each in entries if not (each.status == "landed" and self._is_held_back(each))]
        if unknown := unknown_department(entry.department_code, self._known(contract)):
            return Judgement(f"{entry.file}:{unknown}")
        if has_code(receipt, entry) or is_second_hand_in(entry, entries):
            return Judgement()
        if not self.comparison.can_compare(contract, entry):
            return Judgement()  # `jixiao doctor` tells of landed files that are gone
        if differs := self._from_control(entry, contract):
            return Judgement(f"{entry.file}:{differs}{_remedy(entry)}")
        own = own_earlier(entry, entries)
        if own is not None and own.sha256 == entry.sha256:
            return Judgement()  # the same bytes count already, read by other rules
        told = ""
        for older, newer in self._replaced(entry, own, receipt, entries):
            if older.rows_accepted and self.comparison.can_compare(contract, older, newer):
                judgement = self._of_pair(entry, older, newer, contract)
                if judgement.held:
                    return judgement
                told = told or judgement.told
        if told or own is not None:
            return Judgement(told=told)
        outside = days_outside(self.comparison, entry, contract)
        suspicion = outside.held or is_elsewhere(self.comparison, entry, contract, entries, self._reporting(contract))
        if suspicion:
            return Judgement(f"{entry.file}:{suspicion}{_remedy(entry)}")
        return Judgement(told=f"{entry.file}:{outside.told}" if outside.told else "")

    def _replaced(
        self, entry: Submission, own: Submission | None, receipt: Receipt, entries: Sequence[Submission]
    ) -> list[tuple[Submission, Submission]]:
        """The pairs of an older and a newer file of which the newer takes the place."""
        other = displaced(entry, entries, self.names) if entry.supersede == "replace" else None
        pairs = []
        if own is not None and (other is None or own.period != entry.period):
            pairs.append((own, entry))
        if other is not None and not (is_confirmed(receipt.replaces, other) or self._is_replaced_by(other, entry)):
            is_later = (other.received_at, other.log_no) <= (entry.received_at, entry.log_no or other.log_no)
            pairs.append((other, entry) if is_later else (entry, other))
        return pairs

    def _is_replaced_by(self, other: Submission, entry: Submission) -> bool:
        receipt = self.receipts.get(other.file)
        return receipt is not None and is_confirmed(receipt.replaces, entry)

    def _from_control(self, entry: Submission, contract: Contract) -> str:
        """How the file falls short of the rows, or differs from the sum, that its sender gave; empty where it does not, or only by rejected rows.

        More rows than were given are a warning of landing: nothing of the file is missing, and its rows are judged.
        """
        rows = entry.control_rows
        if rows is not None and rows > entry.rows_accepted and rows != entry.rows_accepted + entry.rows_rejected:
            rejected = f"(另退回 {entry.rows_rejected:,} 行)" if entry.rows_rejected else ""
            return (
                f"received.csv 登记为 {rows:,} 行,文件中载入 {entry.rows_accepted:,} 行{rejected},暂不采用;"
                "请核对文件是否完整,或更正登记的行数"
            )
        amount = controlled(contract.columns)
        if entry.control_total is None or amount is None:
            return ""
        said, found = Decimal(entry.control_total), self.comparison.total(entry, amount)
        if said in (found, self.comparison.total(entry, amount, with_rejected=True)):
            return ""
        unit = ",差一万倍,像是登记成了万元" if said * 10_000 == found else ""
        return (
            f"received.csv 登记的{amount.headers[0]}合计为 {said:,.2f} 元,文件中为 {found:,.2f} 元,"
            f"相差 {abs(found - said):,.2f} 元{unit},暂不采用;请核对文件是否完整,或更正登记的金额"
        )

    def _of_pair(self, entry: Submission, older: Submission, newer: Submission, contract: Contract) -> Judgement:
        difference, bands = self.comparison.difference(older, newer, contract), bands_of(contract)
        may_miss = bands.may_miss(older.rows_accepted)
        lost_by_many = difference.lowered > may_miss and _share_lost(difference) > bands.smaller_sum_share
        is_same = _is_same_file(older, newer)
        is_other_file = not difference.common and not (is_same and older.rows_accepted <= bands.missing_rows)
        is_held = is_other_file or difference.missing > may_miss or lost_by_many
        losses = _losses(difference, is_same)
        sizes = _sizes(older, newer, difference, contract)
        if not is_held:
            return Judgement(told=f"{entry.file}:替换了{_called(older, newer)},{losses}({sizes})" if losses else "")
        if is_other_file:
            losses = "没有一个相同的主键,不能当作更正"
        if is_same:
            text = f"与它的上一版相比{losses}({sizes}),暂不采用,仍以上一版为准;请核对是否漏导出或放错了文件"
            return Judgement(f"{entry.file}:{text}{_remedy(entry)}")
        other = older if newer is entry else newer
        named = f"{contract.title.zh} {entry.department_code} {entry.period}"
        text = (
            f"与已载入的 {other.file} 同属{named},但{losses}({sizes}),暂不采用,仍以已载入的文件为准;"
            f"如两份合起来才是全部,请合成一个文件报送;如确要替换,请在 received.csv 该文件一行的 replaces(替换)列"
            f"填写 {Path(other.file).name},或把它移出原始数据文件夹"
        )
        return Judgement(f"{entry.file}:{text}")


def _counts_from(entry: Submission, receipt: Receipt, entries: Sequence[Submission], now: str) -> str | None:
    """From when an entry counts that was held: from its confirmation on; None where it counts since it was received."""
    if has_code(receipt, entry) and receipt.confirmed_at:
        return max(receipt.confirmed_at, entry.received_at)
    last = next((each for each in reversed(entries) if (each.ledger, each.file) == (entry.ledger, entry.file)), None)
    is_again = last is not None and last.registered_at and (entry.registered_at or "") > last.registered_at
    if last is not None and last.status == "held" and last.sha256 == entry.sha256 and not is_again:
        return max(now, entry.received_at)
    return entry.effective_at


def _share_lost(difference: Difference) -> Decimal:
    if difference.sums is None or not difference.sums[0]:
        return Decimal(0)
    older, newer = difference.sums
    return (older - newer) / abs(older)


def _losses(difference: Difference, is_same_file: bool) -> str:
    """What the newer file lacks, in words; empty where nothing."""
    losses = []
    if difference.missing:
        where = "上一版" if is_same_file else "原文件"
        more = " 等" if difference.missing > SHOWN_KEYS else ""
        losses.append(f"少了 {difference.missing:,} 行({where}{'、'.join(difference.first_missing)}{more})")
    if (share := _share_lost(difference)) > 0:
        more = f" 等 {difference.lowered:,} 行" if difference.lowered > len(difference.first_lowered) else ""
        rows = f"({'、'.join(difference.first_lowered)}{more})" if difference.first_lowered else ""
        losses.append(f"金额少了 {share:.1%}{rows}")
    return ",".join(losses)


def _sizes(older: Submission, newer: Submission, difference: Difference, contract: Contract) -> str:
    """Rows and sums of both, in words."""
    amount = controlled(contract.columns)
    sums = ["", ""]
    if difference.sums is not None and amount is not None:
        sums = [f"、{amount.headers[0]}合计 {total:,.2f} 元" for total in difference.sums]
    names = ("上一版", "这一版") if _is_same_file(older, newer) else (Path(older.file).name, Path(newer.file).name)
    rejected = f",另退回 {newer.rows_rejected:,} 行" if newer.rows_rejected else ""
    return f"{names[0]} {older.rows_accepted:,} 行{sums[0]};{names[1]} {newer.rows_accepted:,} 行{sums[1]}{rejected}"


def _is_same_file(older: Submission, newer: Submission) -> bool:
    return older.file == newer.file


def _called(older: Submission, newer: Submission) -> str:
    return "它的上一版" if _is_same_file(older, newer) else f" {Path(older.file).name}"


def _remedy(entry: Submission) -> str:
    return f";核对无误、确应采用的,请在 received.csv 该文件一行的 confirmed(确认)列填写 {confirmation_code(entry)}"
