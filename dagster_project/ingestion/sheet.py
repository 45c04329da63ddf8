"""Land one file: type and judge its rows, look for what only the whole sheet shows, write rows and findings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract, load_code_list
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.findings import FileFindings
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import units_in
from dagster_project.ingestion.read_csv import read_csv
from dagster_project.ingestion.read_jsonl import read_jsonl
from dagster_project.ingestion.read_workbook import read_workbook
from dagster_project.ingestion.row_checks import RowChecks
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import IRREGULAR, VERDICT, TextTable
from dagster_project.ingestion.zone import FINDINGS_DIR, PARQUET, workplace

READERS = {"csv": read_csv, "workbook": read_workbook, "jsonl": read_jsonl}
FIRST_CELL = "trim(regexp_extract(list_filter(_raw, cell -> trim(cell) != '')[1], '[^,;|\\t\"]+'))"
"""The first cell of a row that is no data, as SQL: its marker, and nothing personal that may stand behind it."""


def land_new_file(
    connection: duckdb.DuckDBPyConnection, file: DroppedFile, seen: Fingerprint, entry: Submission, landing_dir: Path
) -> Submission:
    """Land a file that was not read before: its rows and its findings as Parquet; returns the entry with its counts."""
    findings_path = landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet"
    unfinished = workplace(landing_dir) / findings_path.name
    try:
        if seen.size_bytes == 0:
            raise Refused("unreadable_file", detail="文件为空")
        table = READERS[file.layout.format](file.path, file.contract, file.layout, seen)
        entry, findings = Sheet(connection, file.contract, table, entry, landing_dir).land()
        findings.write(unfinished)
    except Refused as refusal:
        entry = replace(entry, sheet=refusal.sheet, status="refused")
        findings = FileFindings(connection, entry, file.contract)
        findings.add_refusal(refusal)
        findings.write(unfinished)
        entry = replace(entry, reason=findings.messages(unfinished)[0])
    os.replace(unfinished, findings_path)
    return entry


class Sheet:
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
        counts = dict(
            self.connection.execute(f"select _status, count(*) from {self._rows} group by _status").fetchall()
        )
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
            f"select _row, array_to_string(_raw, ' '), {FIRST_CELL} from {self._rows} where _status = 'unit' order by _row"
        ).fetchall()
        conflict = next(
            ((row, first) for row, text, first in unit_rows if units_in(text) != [self.table.header.unit]), None
        )
        if conflict is None:
            return
        row, first = conflict
        self.findings.add("mixed_unit_row", row=row, value=first)
        self._reject(
            f"select _row, {literal(f'unit_conflict:第 {row} 行')} as new_verdict from {self._rows} where _row > {row}"
        )

    def _reject_duplicate_keys(self) -> None:
        """Of rows with the same business key in one file the first is kept; which one is right is for the department."""
        key = ", ".join(self.contract.key)
        accepted = f"(select _row, {key} from {self._rows} where _status = 'accepted')"
        total, distinct = self.connection.execute(
            f"select count(*), count(distinct hash({key})) from {accepted}"
        ).fetchall()[0]
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
        header = self.table.header
        for text in header.extra.values():
            self.findings.add("extra_column", row=header.rows or None, header=text)
        if header.unit and header.contract_unit and header.unit != header.contract_unit:
            self.findings.add("unit_differs_from_contract", value=header.unit, detail=header.contract_unit)
        self.findings.add_query(
            "row_number, value, rule",
            f"select _row, {FIRST_CELL}, 'subtotal_row' from {self._rows} where _status = 'subtotal'",
        )
        if not counts.get("rejected"):
            return
        key = self.contract.key
        keys = "、".join(header.texts[name] for name in key)
        shown = [name for name in key if not self.contract.column(name).personal]
        one_column = literal(key[0]) if len(key) == 1 else "null"
        self.findings.add_query(
            "row_number, column_name, header, value, rule, detail, raw_cells",
            f"""
            select
                _row,
                case when starts_with(_verdict, 'duplicate_key:') then {one_column} end,
                {literal(keys)},
                concat_ws('、', {", ".join(shown) or "null"}),
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
