"""What is to be done about each file of the drop, and about those that are gone from it, before anything is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.ingestion.drop import DroppedAnswer, DroppedFile, scan_drop
from dagster_project.ingestion.dropped_answers import look_at_answers
from dagster_project.ingestion.fingerprint import Fingerprint, fingerprint, same_bytes
from dagster_project.ingestion.holding import Holding
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing_again import plan_broken
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.pending import Pending, submission_id
from dagster_project.ingestion.periods import SHANGHAI, local_iso
from dagster_project.ingestion.proof import prove_zone
from dagster_project.ingestion.receipt import Receipt
from dagster_project.ingestion.receipts import read_receipts, receipt_for
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.scope import Scope
from dagster_project.ingestion.standing import last_hand_ins
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.ingestion.taking_back import (
    booked_otherwise,
    few_enough,
    gone,
    moved,
    told_gone,
    withdrawal_reason,
    withdrawn,
)
from dagster_project.ingestion.unread import DropError, Unread, cannot_open

CLOCK_SLACK = dt.timedelta(seconds=2)
"""Clocks are corrected by so little all the time."""


class Plan:
    """What is to be done: files ``pending``, ``events`` to log first, copies ``to_keep``, and what the ``proof`` found.

    ``answers`` are looked at by themselves, when everything that they may answer has landed.
    ``lost`` are submissions whose landed files are gone or changed and that nothing is there to land again from.
    """

    def __init__(
        self,
        raw_dir: Path,
        landing_dir: Path,
        contracts: Mapping[str, Contract],
        department_code: str,
        seen: dict[Path, Fingerprint],
        keeping: Keeping,
        scope: Scope,
    ):
        self.raw_dir, self.landing_dir, self.contracts = raw_dir, landing_dir, contracts
        self.department_code, self.seen, self.keeping = department_code, seen, keeping
        self.log = SubmissionLog(landing_dir / LOG_NAME)
        self.originals = Originals(keeping.originals_of(landing_dir))
        self.kept = {path.name for path in self.originals.all()}
        self.report = LandingReport()
        self.pending: list[Pending] = []
        self.pending_answers: list[Pending] = []
        self.answers: list[DroppedAnswer] = []
        self.events: list[Submission] = []
        self.to_keep: list[DroppedFile] = []
        self.lost: list[Submission] = []
        self.planned: set[str] = set()
        self._renamed: set[tuple[str, str]] = set()
        self.moment = self._now()
        self.landed_at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        self.proof = prove_zone(self.log, landing_dir, self.originals, keeping.proof_seconds)
        self._read_drop(scope)
        plan_broken(self)
        # As they came in, so that of two files of one period the later one is held against the earlier.
        self.pending.sort(key=lambda job: (job.file.contract.ledger, job.receipt.received_at))

    @property
    def has_news(self) -> bool:
        """Whether landing would do something. Answers are looked at now, by what landed before; to be asked once."""
        look_at_answers(self)
        return bool(self.pending or self.pending_answers or self.events or self.to_keep or not self.proof.is_clean)

    def _now(self) -> dt.datetime:
        """The present moment, and never earlier than the last hand-in that nobody dated: a clock set back makes nothing older."""
        now = dt.datetime.now().astimezone()
        undated = (entry.received_at for entry in self.standing() if not entry.registered_at)
        last = dt.datetime.fromisoformat(max(undated, default=local_iso(now))).replace(tzinfo=SHANGHAI)
        if now >= last - CLOCK_SLACK:
            return now
        why = f"现在是 {local_iso(now)[:16]},而已有未登记收到时间的文件记于 {local_iso(last)[:16]}"
        self.report.notes.append(
            Unread("本机时钟", why, "新报送仍排在其后;请校准时钟,并在 received.csv 登记这些文件的收到时间")
        )
        return last + CLOCK_SLACK

    def _read_drop(self, scope: Scope) -> None:
        files, unread = scan_drop(self.raw_dir, self.contracts, self.answers)
        self.names = {file.name for file in files}
        others = [*(each.name for each in unread), *(each.name for each in self.answers)]
        self.present = self.names | set(others)
        known = {entry.file for entry in self.log.entries}
        names = [*dict.fromkeys(file.name for file in files), *others]
        self.receipts = read_receipts(self.raw_dir, names, known, self.moment)
        self.holding = Holding(self.landing_dir, self.names, self.receipts.by_file)
        if scope.only is None:
            faulty = (fault for name, fault in self.receipts.faults.items() if name not in self.present)
            self.report.notes += (*self.receipts.notes, *faulty)
        else:
            files = [file for file in files if scope.holds(file.path)]
            unread = [file for file in unread if scope.holds(self.raw_dir / file.name)]
            self.answers = [each for each in self.answers if scope.holds(each.path)]
        self.report.unread += unread
        self._wanted_ledgers = scope.ledgers
        files = [file for file in files if scope.ledgers is None or file.contract.ledger in scope.ledgers]
        looked_at = [*(file.name for file in files), *(each.name for each in self.answers)]
        named = None if scope.only is None else looked_at
        self._take_back(named, unread, scope.ledgers)
        for file in files:
            self._look_at(file)
        if scope.only is None:
            self._tell_gone(unread, scope.ledgers)

    def standing(self) -> list[Submission]:
        """What each file held last, without those that were or will be taken back."""
        return last_hand_ins((*self.log.entries, *self.events))

    def _take_back(
        self, only: Collection[str] | None, unread: Iterable[Unread], ledgers: Collection[str] | None
    ) -> None:
        """Plan the withdrawals that received.csv registers and those of files that are gone."""
        ledgers = self.contracts.keys() if ledgers is None else ledgers
        standing = [entry for entry in self.standing() if entry.ledger in ledgers]
        for entry in standing:
            receipt = self.receipts.by_file.get(entry.file)
            if receipt and receipt.is_withdrawn and (only is None or entry.file in only):
                at = receipt.withdrawn_at or local_iso(self.moment)
                self.events.append(withdrawn(entry, at, withdrawal_reason(receipt), self.landed_at))
        if only is not None or self.keeping.deleted_files == "keep":
            return
        standing = [entry for entry in self.standing() if entry.ledger in ledgers]
        missing = gone(standing, self.present, unread, ledgers)
        if missing and (self.keeping.withdraw_all or few_enough(missing, standing, self.present)):
            reason = "文件已从原始数据文件夹移出"
            self.events += [withdrawn(each, local_iso(self.moment), reason, self.landed_at) for each in missing]

    def _tell_gone(self, unread: Iterable[Unread], ledgers: Collection[str] | None) -> None:
        missing = gone(self.standing(), self.present, unread, self.contracts.keys() if ledgers is None else ledgers)
        missing = [each for each in missing if (each.ledger, each.file) not in self._renamed]
        self.report.gone = told_gone(missing, self.keeping.deleted_files == "keep")

    def _look_at(self, file: DroppedFile) -> None:
        """Plan what one file needs, or tell what keeps it from being read."""
        ledger = file.contract.ledger
        if fault := self.receipts.faults.get(file.name):
            self.leave_unread(replace(fault, ledger=ledger))
            return
        try:
            receipt = receipt_for(file.name, self.receipts.by_file, self.department_code, self.moment)
            found = self._hash_of(file)
        except DropError:
            remedy = "请放入年度文件夹,或在 received.csv 中登记期间"
            self.leave_unread(Unread(file.name, "文件名和文件夹都没有写明年度", remedy, ledger))
            return
        except Exception as error:  # whatever it is, the other files are not to wait for it
            self.leave_unread(cannot_open(file.name, ledger, error))
            return
        self.consider(file, found, receipt)

    def consider(self, file: DroppedFile, found: Fingerprint, receipt: Receipt) -> None:
        """Plan what a file with these bytes and this receipt needs; a fingerprint without an encoding is completed where it is read."""
        ledger, name = file.contract.ledger, file.name
        last = self.log.last_of_file(ledger, name)
        stands = last is not None and last.is_hand_in
        if last and receipt.is_withdrawn:
            self.report.unchanged += 1  # it is withdrawn, or will be by an event
            return
        if last and stands and not receipt.is_registered and last.sha256 == found.sha256:
            receipt = replace(receipt, received_at=last.received_at)  # it has lain there since
        identity = submission_id(file.contract, found.sha256, receipt, file.answers)
        before, other = self.log.entry(identity), None
        if last is None and before is not None and (other := self._former_name(before)) and not receipt.is_registered:
            receipt = replace(receipt, received_at=other.received_at)
        is_known = before is not None and other is None and self._is_known(before, last, receipt, name)
        is_whole = identity not in self.proof.broken
        if identity in self.planned:
            self.report.unchanged += 1
        elif before and is_known and is_whole:
            self.report.unchanged += 1
            self._keep_original(file, found)
            self._tell_refused(before, name)
        elif not found.encoding:
            self.consider(file, self.fingerprint_of(file.path), receipt)
        else:
            if before and is_known:  # landed again, and refused or held all the same
                self._tell_refused(before, name)
            self.planned.add(identity)
            (self.pending_answers if file.answers else self.pending).append(
                Pending(
                    file,
                    found,
                    receipt,
                    identity,
                    before if is_whole else None,
                    takes_back=self._taken_back(last, other, found, receipt, name),
                    is_again=is_known,
                    effective_at=self._back_from(last, found),
                )
            )

    def _tell_refused(self, entry: Submission, name: str) -> None:
        """Tell again of a file that was refused or held before, by the name it has now."""
        if entry.status != "landed":
            self.report.still_refused.append(replace(entry, file=name, reason=entry.reason.replace(entry.file, name)))

    def _former_name(self, before: Submission) -> Submission | None:
        """The entry whose bytes now lie under another name, because the file was renamed; None where both names are there."""
        last = self.log.last_of_file(before.ledger, before.file)
        if last is None or last.submission_id != before.submission_id or before.status == "refused":
            return None
        return None if last.file in self.present else last

    def _is_known(self, before: Submission, last: Submission | None, receipt: Receipt, name: str) -> bool:
        """Whether a file holds what it held, under the receipt it had, or is a copy of one that lies there too."""
        if last is None:
            of_other = self.log.last_of_file(before.ledger, before.file)
            lies_there = before.file in self.present and of_other is not None and of_other.is_hand_in
            return before.status == "refused" or (lies_there and not self._is_released(before, receipt))
        if not self.log.is_settled(before.submission_id, before.ledger, name) or self._is_released(before, receipt):
            return False
        return last.status == "refused" or not booked_otherwise(last, receipt)

    def _back_from(self, last: Submission | None, found: Fingerprint) -> str | None:
        """From when a file counts that was withdrawn before; None where it counts from when it was received."""
        if last is None:
            return None
        if last.status == "withdrawn":
            return max(local_iso(self.moment), last.holds_from)
        return last.effective_at if last.is_hand_in and last.sha256 == found.sha256 else None

    def _taken_back(
        self, last: Submission | None, other: Submission | None, found: Fingerprint, receipt: Receipt, name: str
    ) -> Submission | None:
        """The entry that is void with this one: of the file's former name, or of a department, period or time that was wrong."""
        if other is not None:
            self._renamed.add((other.ledger, other.file))
            self.events = [e for e in self.events if (e.ledger, e.file) != (other.ledger, other.file)]
            return moved(other, f"文件改名为 {name}", self.landed_at)
        if last is None or last.status not in ("landed", "held"):
            return None
        is_elsewhere = (last.department_code, last.period) != (receipt.department_code, receipt.period)
        if last.status == "held" and not is_elsewhere:
            return None  # it never counted, and what the file held before still does
        changed = booked_otherwise(last, receipt)
        is_same = last.sha256 == found.sha256
        if changed and (is_same or last.department_code != receipt.department_code):
            return moved(last, changed, self.landed_at)
        return None

    def _keep_original(self, file: DroppedFile, found: Fingerprint) -> None:
        path = self.originals.path_of(found.sha256, file.name)
        if self.keeping.originals_years and (path.name not in self.kept or path in self.proof.damaged_originals):
            self.to_keep.append(file)

    def wants(self, ledger: str) -> bool:
        """Whether files of a ledger are looked at."""
        return self._wanted_ledgers is None or ledger in self._wanted_ledgers

    def standing_of(self, ledger: str, sha256: str) -> list[Submission]:
        """What files of a ledger hold now that hold these bytes."""
        return [each for each in self.standing() if (each.ledger, each.sha256) == (ledger, sha256)]

    def _hash_of(self, file: DroppedFile) -> Fingerprint:
        """The fingerprint of a file; of a small one that holds what it held before, only its hash."""
        path, last = file.path, self.log.last_of_file(file.contract.ledger, file.name)
        if path not in self.seen and last and (found := same_bytes(path, last.sha256)):
            self.seen[path] = found
        return self.seen.get(path) or self.fingerprint_of(path)

    def fingerprint_of(self, path: Path) -> Fingerprint:
        """The whole fingerprint of a file, taken once."""
        if path not in self.seen or not self.seen[path].encoding:
            self.seen[path] = fingerprint(path)
        return self.seen[path]

    def leave_unread(self, file: Unread) -> None:
        """Tell of a file once, however many ledgers claim it."""
        if file.name not in self.report.unclaimed:
            self.report.unread.append(file)

    def _is_released(self, entry: Submission, receipt: Receipt) -> bool:
        """Whether a file that was held may take the place of the other now."""
        contract = self.contracts.get(entry.ledger)
        entries = (*self.log.entries, *self.events)
        if contract is None:
            return False
        return self.holding.is_released(entry, receipt, contract, entries, self.proof.broken)
