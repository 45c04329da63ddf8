"""The record of a landing run: originals are copied before they are read, what landed is on disk and sealed before it is logged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.originals import Originals, StillWritten
from dagster_project.ingestion.pending import Pending, submission_id
from dagster_project.ingestion.periods import local_iso
from dagster_project.ingestion.plan import Plan
from dagster_project.ingestion.proof import findings_path, landed_path, seal_of, set_aside
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import SEALED, Seal, Submission
from dagster_project.ingestion.taking_back import told, withdrawal_reason, withdrawn
from dagster_project.ingestion.unread import Unread, cannot_open
from dagster_project.ingestion.zone import FINDINGS_DIR, clear_workplace, workplace
from dagster_project.on_disk import sync

AT_ONCE = 64
"""So many entries are brought to disk together; those of a killed run are landed again."""
SYNCED_AT_ONCE = 8
"""A disk syncs several files in the time of one."""
BIG_BYTES = 20_000_000
"""A file that took a while to land is logged at once."""
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")


def originals_first(plan: Plan, pending: Sequence[Pending]) -> Iterator[Pending]:
    """Pending files as copies that nobody changes any more; what was saved over since it was looked at is what it is now."""
    copies = plan.originals if plan.keeping.originals_years else Originals(workplace(plan.landing_dir) / "originals")
    to_keep, plan.to_keep = plan.to_keep, []
    for file in to_keep:
        try:
            copies.keep(file.path, file.name)
        except (OSError, StillWritten):
            plan.report.notes.append(
                Unread(file.name, "原件未能留存", "请检查该文件和 originals 文件夹的权限;下次再试")
            )
    for job in pending:
        if job.earlier is not None or job.file.path.is_relative_to(copies.folder):
            yield job
            continue
        try:
            copied = _copied(job, copies)
        except StillWritten:
            plan.report.unread.append(
                Unread(
                    job.file.name, "文件正在写入,内容前后不一", "请等保存或复制完成后再运行", job.file.contract.ledger
                )
            )
        except OSError as error:
            if error.filename not in (str(job.file.path), job.file.path):
                raise
            plan.report.unread.append(cannot_open(job.file.name, job.file.contract.ledger, error))
        else:
            if copied.identity == job.identity or not plan.log.is_settled(
                copied.identity, job.file.contract.ledger, job.file.name
            ):
                yield copied


def _copied(job: Pending, copies: Originals) -> Pending:
    """The job with its file's copy in place of the file, under the hash of what was copied."""
    path = copies.find(job.seen.sha256, job.file.name)
    if path is not None:
        return replace(job, file=replace(job.file, path=path))
    sha256, path = copies.keep(job.file.path, job.file.name)
    file = replace(job.file, path=path)
    if sha256 == job.seen.sha256:
        return replace(job, file=file)
    identity = submission_id(file.contract, sha256, job.receipt, file.answers)
    return replace(job, file=file, seen=fingerprint(path), identity=identity, is_again=False)


class Record:
    """Takes what landed, in order, and writes the log in batches, each with all its files on disk before it."""

    def __init__(self, plan: Plan):
        self.plan, self.log, self.landing_dir = plan, plan.log, plan.landing_dir
        self._pool = ThreadPoolExecutor(SYNCED_AT_ONCE)
        self._waiting: list[tuple[Pending, Submission, Future[Seal]]] = []

    def begin(self) -> None:
        """Put strays aside, and log what is taken back and the hashes that the log lacked."""
        self.log.cut_torn_line()
        proof, report = self.plan.proof, self.plan.report
        set_aside(proof.strays, self.landing_dir)
        for path in proof.damaged_originals:
            report.changes.append(
                f"原件被改动 {path.name}:内容与文件名中的 SHA-256 不符;仍在文件夹中的会重新留存,否则请从备份恢复"
            )
        for event in self.plan.events:
            self._event(event)
        for identity, seal in proof.unsealed.items():
            self._seal(self.log.entry(identity), seal, "补记载入结果的散列值")
        self.log.write()

    def add(self, job: Pending, entry: Submission) -> None:
        """Take what became of a file; its files are synced and hashed aside."""
        known = self.log.seals.get(entry.submission_id) if job.earlier is not None else None
        self._waiting.append((job, entry, self._pool.submit(self._secure, job, entry, known)))
        if len(self._waiting) >= AT_ONCE or entry.size_bytes >= BIG_BYTES:
            self.write()

    def write(self) -> None:
        """Log everything taken so far."""
        waiting, self._waiting = self._waiting, []
        for job, entry, future in waiting:
            self._record(job, replace(entry, **vars(future.result())))
        if waiting:
            own = {self.landing_dir, self.landing_dir / FINDINGS_DIR, self.plan.originals.folder}
            for folder in own | {self.landing_dir / entry.ledger for _, entry, _ in waiting}:
                if folder.is_dir():
                    sync(folder)
        self.log.write()

    def close(self) -> None:
        """Say what is lost for good, now that everything landed that could."""
        self._pool.shutdown()
        self.plan.holding.comparison.close()
        clear_workplace(self.landing_dir)
        report = self.plan.report
        if touched := {entry.ledger for entry in report.entries if entry.status == "landed"}:
            from dagster_project.ingestion.running_totals import wrong_running_totals

            report.remarks += wrong_running_totals(self.log.entries, touched, self.plan.contracts, self.landing_dir)
        needed = {entry.submission_id for entry in in_force(self.log.entries)}
        self.plan.report.lost += [entry for entry in self.plan.lost if entry.submission_id in needed]

    def _secure(self, job: Pending, entry: Submission, known: Seal | None) -> Seal:
        """Bring a submission's files to disk and hash them."""
        if known is not None:
            return known
        own = [landed_path(self.landing_dir, entry), findings_path(self.landing_dir, entry)]
        if job.file.path.is_relative_to(self.plan.originals.folder):
            own.append(job.file.path)
        for path in own:
            if path.is_file():
                sync(path)
        return seal_of(self.landing_dir, entry)

    def _record(self, job: Pending, entry: Submission) -> None:
        """Number an entry and log it, held where somebody has to confirm it first."""
        if job.is_again:
            self._landed_again(entry)
            return
        if job.takes_back:
            self._event(job.takes_back)
        entry = self.plan.holding.judged(
            entry, job.receipt, job.file.contract, self.log.entries, local_iso(self.plan.moment)
        )
        entry = replace(entry, log_no=self.log.next_no)
        if entry.status == "landed" and entry.reason:
            self.plan.report.remarks.append(entry.reason)
        self.log.stage(entry)
        self.plan.report.entries.append(entry)
        if job.receipt.is_withdrawn:
            at = job.receipt.withdrawn_at or local_iso(self.plan.moment)
            self._event(withdrawn(entry, at, withdrawal_reason(job.receipt), entry.landed_at))

    def _landed_again(self, entry: Submission) -> None:
        """Seal what landed again, where it is what the log says; the log itself knew everything else."""
        logged = self.log.entry(entry.submission_id)
        assert logged is not None
        if (entry.status == "refused") != (logged.status == "refused") or any(
            getattr(entry, name) != getattr(logged, name) for name in COUNTS
        ):
            self.plan.lost.append(logged)
            return
        self._seal(logged, entry.seal, "载入结果丢失或被改动,已由原件重新载入")
        self.plan.report.changes.append(
            f"已重新载入 {logged.file}:载入结果丢失或被改动,已由原件恢复({logged.rows_accepted:,} 行)"
        )

    def _seal(self, entry: Submission | None, seal: Seal, reason: str) -> None:
        if entry is not None:
            line = replace(entry, status=SEALED, reason=reason, landed_at=self.plan.landed_at, **vars(seal))
            self.log.stage(replace(line, log_no=self.log.next_no))

    def _event(self, event: Submission) -> None:
        earlier = self.log.last_of_file(event.ledger, event.file)
        self.log.stage(replace(event, log_no=self.log.next_no))
        self.plan.report.changes.append(told(event, earlier.rows_accepted if earlier else 0))
