"""Land files: read, check, account for every row, write Parquet, log. The rest of the load goes on when one file fails."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract, load_code_list
from dagster_project.ingestion.drop import DroppedFile, DropError, Receipt, read_receipts, receipt_for, scan_drop
from dagster_project.ingestion.findings import FINDING_COLUMNS, FileFindings
from dagster_project.ingestion.fingerprint import Fingerprint, fingerprint
from dagster_project.ingestion.header import units_in
from dagster_project.ingestion.read_csv import read_csv
from dagster_project.ingestion.read_jsonl import read_jsonl
from dagster_project.ingestion.read_workbook import read_workbook
from dagster_project.ingestion.row_checks import RowChecks
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.submissions import Submission, SubmissionLog
from dagster_project.ingestion.text_table import IRREGULAR, VERDICT, TextTable
from dagster_project.ingestion.typing_sql import SQL_TYPES

READERS = {"csv": read_csv, "workbook": read_workbook, "jsonl": read_jsonl}
LOG_NAME = "submissions.jsonl"
FINDINGS_DIR = "findings"
SCHEMA_FILE = "schema.parquet"
PARQUET = "format parquet, compression zstd"
MEMORY_LIMIT = "1GB"
MANY_ROWS_BYTES = 20_000_000
"""Below this size a second thread costs more in set-up than it saves."""
LANDED_COLUMNS = {
    "_submission_id": "varchar",
    "_sheet": "varchar",
    "_row": "bigint",
    "_status": "varchar",
    "_verdict": "varchar",
    "_raw": "varchar[]",
}
"""What landing adds to the columns of a ledger; only rows with ``_status = 'accepted'`` are facts."""
COUNTED = ("sheet", "status", "reason", "rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")
"""What a log entry knows from reading the file."""


@dataclass
class LandingReport:
    """What one landing run did: the new log entries, how many files were there already, and files of no ledger."""

    entries: list[Submission] = field(default_factory=list)
    unchanged: int = 0
    unclaimed: list[str] = field(default_factory=list)


def land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    *,
    only: Iterable[Path] | None = None,
    on_file: Callable[[str], None] = lambda name: None,
) -> LandingReport:
    """Land every new or changed file of a drop folder.

    Args:
        raw_dir: the drop; its files are only read.
        landing_dir: where Parquet and the log go.
        contracts: by ledger name.
        department_code: of files that received.csv does not list.
        only: land just these files of the drop.
        on_file: told the name of each file before it is looked at.

    Raises:
        DropError: the drop folder or its received.csv cannot be used, or another landing runs. Faults of single files do not raise.
    """
    landing_dir.mkdir(parents=True, exist_ok=True)
    with only_one_at_a_time(landing_dir):
        return _land_drop(raw_dir, landing_dir, contracts, department_code, only, on_file)


def _land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    only: Iterable[Path] | None,
    on_file: Callable[[str], None],
) -> LandingReport:
    log = SubmissionLog(landing_dir / LOG_NAME)
    _clear_workplace(landing_dir)
    write_schemas(landing_dir, contracts.values())
    files, unclaimed = scan_drop(raw_dir, contracts)
    if only is not None:
        wanted = {path.resolve() for path in only}
        files = [file for file in files if file.path.resolve() in wanted]
        unclaimed = []
    receipts = read_receipts(raw_dir)
    report = LandingReport(unclaimed=unclaimed)
    seen: dict[Path, Fingerprint] = {}
    with duckdb.connect() as connection:
        # Long `in` lists as hash joins cost a second of set-up per file; see `typing_sql` for how codes are looked up.
        connection.execute(f"set disabled_optimizers = 'in_clause'; set memory_limit = '{MEMORY_LIMIT}'")
        for file in files:
            on_file(file.name)
            if file.path not in seen:
                seen[file.path] = fingerprint(file.path)
            receipt = receipt_for(file.name, receipts, department_code, dt.datetime.now().astimezone())
            entry = land_file(connection, file, seen[file.path], receipt, landing_dir, log)
            if entry is None:
                report.unchanged += 1
            else:
                report.entries.append(entry)
    return report


@contextmanager
def only_one_at_a_time(landing_dir: Path) -> Iterator[None]:
    """Hold the lock of the landing zone; raises DropError where another process holds it."""
    with (landing_dir / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DropError("另一个载入正在运行;请等它结束后重试") from error
        yield


def submission_id(contract: Contract, sha256: str) -> str:
    """Sixteen hex digits that name a submission: the same bytes read by the same rules are the same submission."""
    return hashlib.sha256("\0".join((contract.ledger, sha256, contract.version)).encode()).hexdigest()[:16]


def land_file(
    connection: duckdb.DuckDBPyConnection,
    file: DroppedFile,
    seen: Fingerprint,
    receipt: Receipt,
    landing_dir: Path,
    log: SubmissionLog,
) -> Submission | None:
    """Land one file and log it; None where nothing had to be done.

    A file that went back to bytes it held before is logged again, so that its old content becomes current.
    """
    contract = file.contract
    identity = submission_id(contract, seen.sha256)
    if log.is_settled(identity, contract.ledger, file.name):
        return None
    entry = Submission(
        log_no=log.next_no,
        submission_id=identity,
        ledger=contract.ledger,
        domain=contract.domain,
        department_code=receipt.department_code,
        period=receipt.period,
        fiscal_year=receipt.fiscal_year,
        file=file.name,
        sheet="",
        sha256=seen.sha256,
        size_bytes=seen.size_bytes,
        received_at=receipt.received_at,
        landed_at=dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        contract_version=contract.version,
        supersede=contract.supersede,
        status="landed",
        reason="",
        rows_read=0,
        rows_accepted=0,
        rows_rejected=0,
        rows_blank=0,
        rows_notes=0,
    )
    earlier = log.entry(identity)
    if earlier is not None:
        kept = {name: getattr(earlier, name) for name in COUNTED}
        entry = replace(entry, **kept)
    else:
        entry = _land_new_file(connection, file, seen, entry, landing_dir)
    log.append(entry)
    return entry


def _land_new_file(
    connection: duckdb.DuckDBPyConnection, file: DroppedFile, seen: Fingerprint, entry: Submission, landing_dir: Path
) -> Submission:
    findings_path = landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet"
    unfinished = workplace(landing_dir) / findings_path.name
    connection.execute(f"set threads = {1 if seen.size_bytes < MANY_ROWS_BYTES else os.cpu_count() or 1}")
    try:
        if seen.size_bytes == 0:
            raise Refused("unreadable_file", detail="文件为空")
        table = READERS[file.layout.format](file.path, file.contract, file.layout, seen)
        entry, findings = _Sheet(connection, file.contract, table, entry, landing_dir).land()
        findings.write(unfinished)
    except Refused as refusal:
        entry = replace(entry, sheet=refusal.sheet, status="refused")
        findings = FileFindings(connection, entry, file.contract)
        findings.add_refusal(refusal)
        findings.write(unfinished)
        entry = replace(entry, reason=findings.messages(unfinished)[0])
    os.replace(unfinished, findings_path)
    return entry


class _Sheet:
    """The landing of one sheet, step by step."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: Contract,
        table: TextTable,
        entry: Submission,
        landing_dir: Path,
    ):
        self.connection = connection
        self.contract = contract
        self.table = table
        self.entry = replace(entry, sheet=table.sheet)
        self.target = landing_dir / contract.ledger / f"{entry.submission_id}.parquet"
        self.unfinished = workplace(landing_dir) / f"{entry.submission_id}.rows"
        codes = {c.codes: load_code_list(c.codes, entry.fiscal_year) for c in contract.columns if c.codes}
        self.checks = RowChecks(contract, table.header, codes)
        self.findings = FileFindings(connection, self.entry, contract, table)

    def land(self) -> tuple[Submission, FileFindings]:
        """Type and judge every row in one pass, look for what only the whole sheet shows, count, put in place."""
        self._write_rows()
        self._reject_rows_under_another_unit()
        self._reject_duplicate_keys()
        counts = dict(self.connection.execute(f"select _status, count(*) from {self._rows} group by _status").fetchall())
        self._collect_findings(counts)
        os.replace(self.unfinished, self.target)
        entry = replace(
            self.entry,
            rows_read=sum(counts.values()),
            rows_accepted=counts.get("accepted", 0),
            rows_rejected=counts.get("rejected", 0),
            rows_blank=counts.get("blank", 0),
            rows_notes=sum(counts.get(status, 0) for status in ("subtotal", "footnote", "unit")),
        )
        return entry, self.findings

    @property
    def _rows(self) -> str:
        return f"read_parquet({literal(str(self.unfinished))})"

    def _write_rows(self) -> None:
        self.connection.register("cells", self.table.batches())
        query = self.checks.landed_rows(self.table.relation, self.entry.submission_id, self.table.sheet)
        try:
            self.connection.execute(f"copy ({query}) to {literal(str(self.unfinished))} ({PARQUET})")
        except duckdb.Error as error:
            if self.table.refusals:
                raise self.table.refusals[0] from error
            raise

    def _reject_rows_under_another_unit(self) -> None:
        """A unit row in the body that names another unit makes the amounts below it doubtful: they are not loaded."""
        if not any(column.type == "money" for column in self.contract.columns):
            return
        unit_rows = self.connection.execute(
            f"select _row, array_to_string(_raw, ' ') from {self._rows} where _status = 'unit' order by _row"
        ).fetchall()
        conflict = next(((row, text) for row, text in unit_rows if units_in(text) != [self.table.header.unit]), None)
        if conflict is None:
            return
        row, text = conflict
        self.findings.add("mixed_unit_row", row=row, value=text.strip())
        self._reject(f"select _row, {literal(f'unit_conflict:第 {row} 行')} as new_verdict from {self._rows} where _row > {row}")

    def _reject_duplicate_keys(self) -> None:
        """Of rows with the same business key in one file the first is kept; which one is right is for the department."""
        key = ", ".join(self.contract.key)
        accepted = f"(select _row, {key} from {self._rows} where _status = 'accepted')"
        total, distinct = self.connection.execute(f"select count(*), count(distinct hash({key})) from {accepted}").fetchall()[0]
        if total == distinct:
            return
        self._reject(
            f"""
            select _row, 'duplicate_key:' || first_row as new_verdict
            from (select _row, min(_row) over (partition by {key}) as first_row from {accepted})
            where _row > first_row
            """
        )

    def _reject(self, verdicts: str) -> None:
        """Turn accepted rows into rejected ones, with their values as the raw cells."""
        values = ", ".join(f"cast({name} as varchar)" for name in self.checks.columns)
        redone = self.unfinished.with_suffix(".redone")
        self.connection.execute(
            f"""
            copy (
                select landed.* replace (
                    case when new_verdict is null then _status else 'rejected' end as _status,
                    coalesce(new_verdict, _verdict) as _verdict,
                    case when new_verdict is null then _raw else [{values}] end as _raw
                )
                from {self._rows} as landed
                left join ({verdicts}) as doubtful on landed._row = doubtful._row and landed._status = 'accepted'
            ) to {literal(str(redone))} ({PARQUET})
            """
        )
        os.replace(redone, self.unfinished)

    def _collect_findings(self, counts: Mapping[str, int]) -> None:
        if not counts:
            self.findings.add("empty_file")
        for header in self.table.header.extra.values():
            self.findings.add("extra_column", header=header)
        header = self.table.header
        if header.unit and header.contract_unit and header.unit != header.contract_unit:
            self.findings.add("unit_differs_from_contract", value=header.unit, detail=header.contract_unit)
        self.findings.add_query(
            "row_number, value, rule",
            f"select _row, trim(regexp_replace(array_to_string(_raw, ' '), ' +', ' ', 'g')), 'subtotal_row' from {self._rows} where _status = 'subtotal'",
        )
        if not counts.get("rejected"):
            return
        keys = "、".join(header.texts[name] for name in self.contract.key)
        self.findings.add_query(
            "row_number, header, value, rule, detail, raw_cells",
            f"""
            select
                _row,
                {literal(keys)},
                concat_ws('、', {", ".join(self.contract.key)}),
                split_part(_verdict, ':', 1),
                substr(_verdict, strpos(_verdict, ':') + 1),
                _raw
            from {self._rows} where _status = 'rejected' and _verdict != ''
            """,
        )
        places = ", ".join(f"_raw[{place}] as {name}" for place, name in enumerate(self.checks.columns, start=1))
        with_cell_faults = f"{self._rows} where _status = 'rejected' and _verdict = ''"
        nothing = "cast(null as varchar)"
        relation = f"(select {places}, _row, {nothing} as {IRREGULAR}, {nothing} as {VERDICT} from {with_cell_faults})"
        self.findings.add_query(
            "row_number, column_name, value, rule, detail, raw_cells",
            f"""
            select faulty._row, column_name, value, rule, detail, _raw
            from ({self.checks.cell_faults(relation)}) as faulty
            join (select _row, _raw from {with_cell_faults}) as raw on faulty._row = raw._row
            """,
        )


def workplace(landing_dir: Path) -> Path:
    """Where files are written before they are whole."""
    return landing_dir / ".unfinished"


def _clear_workplace(landing_dir: Path) -> None:
    shutil.rmtree(workplace(landing_dir), ignore_errors=True)
    workplace(landing_dir).mkdir(parents=True)


def write_schemas(landing_dir: Path, contracts: Iterable[Contract]) -> None:
    """An empty Parquet file per ledger, so that models can read a ledger before its first file came."""
    with duckdb.connect() as connection:
        for contract in contracts:
            columns = {column.name: SQL_TYPES[column.type] for column in contract.columns} | LANDED_COLUMNS
            _write_empty(connection, columns, landing_dir / contract.ledger / SCHEMA_FILE)
        _write_empty(connection, FINDING_COLUMNS, landing_dir / FINDINGS_DIR / SCHEMA_FILE)


def _write_empty(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    connection.execute(f"copy (select {nulls} limit 0) to {literal(str(target))} (format parquet)")
