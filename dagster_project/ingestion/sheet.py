"""Land one file: type and judge its rows, look for what only the whole sheet shows, write rows and findings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract, FileLayout, load_code_list
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.findings import FileFindings
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.read_csv import read_csv
from dagster_project.ingestion.read_jsonl import read_jsonl
from dagster_project.ingestion.read_sheets import REFUSED_SHEET, read_sheets
from dagster_project.ingestion.read_workbook import read_workbook
from dagster_project.ingestion.row_checks import Doubts, RowChecks
from dagster_project.ingestion.row_notes import NOTE_STATUSES
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import IRREGULAR, VERDICT, TextTable
from dagster_project.ingestion.units import units_in
from dagster_project.ingestion.zone import FINDINGS_DIR, PARQUET, workplace

READERS = {"csv": read_csv, "workbook": read_workbook, "jsonl": read_jsonl}
FIRST_CELL = "trim(regexp_extract(list_filter(_raw, cell -> trim(cell) != '')[1], '[^,;|\\t\"]+'))"
"""The first cell of a row that is no data, as SQL: its marker, and nothing personal that may stand behind it."""


def land_new_file(
    connection: duckdb.DuckDBPyConnection,
    file: DroppedFile,
    seen: Fingerprint,
    entry: Submission,
    landing_dir: Path,
    *,
    in_memory: bool,
) -> Submission:
    """Land a file that was not read before: its rows and any findings as Parquet; returns the entry with its counts.

    ``in_memory`` is for files small enough to be held there: they land in several short queries instead of one streamed one.
    """
    findings_path = landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet"
    unfinished = workplace(landing_dir) / findings_path.name
    try:
        if seen.size_bytes == 0:
            raise Refused("unreadable_file", detail="文件为空")
        read = READERS[file.layout.format] if file.layout.is_plain else read_sheets
        table = read(file.path, file.contract, file.layout, seen)
        sheet = SmallSheet if in_memory else Sheet
        entry, findings = sheet(connection, file.contract, table, entry, landing_dir, file.layout).land()
        if findings.is_empty:
            return entry
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
        layout: FileLayout,
    ):
        self.connection = connection
        self.contract = contract
        self.table = table
        self.entry = replace(entry, sheet=table.sheet)
        self.target = landing_dir / contract.ledger / f"{entry.submission_id}.parquet"
        self.unfinished = workplace(landing_dir) / f"{entry.submission_id}.rows"
        codes = {c.codes: load_code_list(c.codes, entry.fiscal_year) for c in contract.columns if c.codes}
        self.checks = RowChecks(
            contract, table.header, codes, table.own_columns, period=entry.period, date_order=layout.date_order
        )
        matrix = layout.matrix
        self.matrix_columns = [*matrix.across, matrix.value] if matrix else []
        self.no = table.number
        self.findings = FileFindings(connection, self.entry, contract, table)

    def land(self) -> tuple[Submission, FileFindings]:
        """Type and judge every row in one pass, look for what only the whole sheet shows, count, put in place."""
        self._read_rows()
        counts = self._counts()
        if counts.get("unit") and self._reject_rows_under_another_unit():
            counts = self._counts()
        if self._reject_duplicate_keys():
            counts = self._counts()
        self._collect_findings(counts)
        self._put_in_place()
        entry = replace(
            self.entry,
            rows_read=sum(counts.values()),
            rows_accepted=counts.get("accepted", 0),
            rows_rejected=counts.get("rejected", 0),
            rows_blank=counts.get("blank", 0),
            rows_notes=sum(counts.get(status, 0) for status in NOTE_STATUSES if status != "blank"),
        )
        return entry, self.findings

    @property
    def _rows(self) -> str:
        """The landed rows, as a relation."""
        return f"read_parquet({literal(str(self.unfinished))})"

    def _keep(self, query: str) -> None:
        """Make what a query gives the landed rows; it may read those that were there."""
        redone = self.unfinished.with_suffix(".redone")
        self.connection.execute(f"copy ({query}) to {literal(str(redone))} ({PARQUET})")
        os.replace(redone, self.unfinished)

    def _put_in_place(self) -> None:
        os.replace(self.unfinished, self.target)

    def _read_rows(self) -> None:
        self.connection.register("cells", self.table.batches())
        try:
            self._judge_rows()
        except duckdb.Error as error:
            if self.table.refusals:
                raise self.table.refusals[0] from error
            raise

    def _judge_rows(self) -> None:
        looked_at = f"({self.checks.looked_at(self.table.relation)})"
        self._keep(self._landed_rows(looked_at, self.checks.all_doubts))

    def _landed_rows(self, looked_at: str, doubts: Doubts) -> str:
        return self.checks.landed_rows(looked_at, doubts, self.entry.submission_id, self.table.sheet)

    def _counts(self) -> dict[str, int]:
        found = self.connection.execute(f"select _status, count(*), count(_verdict) from {self._rows} group by _status")
        counts = {status: (rows, verdicts) for status, rows, verdicts in found.fetchall()}
        self.has_mended_cells = counts.get("accepted", (0, 0))[1] > 0
        return {status: rows for status, (rows, _) in counts.items()}

    def _reject_rows_under_another_unit(self) -> bool:
        """A unit row in the body that names another unit makes the amounts below it doubtful: they are not loaded."""
        if not any(column.type == "money" for column in self.contract.columns):
            return False
        unit_rows = self.connection.execute(
            f"""
            select {self.no}, _sheet, _row, array_to_string(_raw, ' '), {FIRST_CELL}
            from {self._rows} where _status = 'unit' order by {self.no}
            """
        ).fetchall()
        conflicts: dict[str, tuple[int, int]] = {}
        for number, sheet, row, text, first in unit_rows:
            if sheet not in conflicts and units_in(text) != [self.table.header.unit]:
                conflicts[sheet] = (number, row)
                self.findings.add("mixed_unit_row", sheet=sheet, row=row, value=first)
        for sheet, (number, row) in conflicts.items():
            self._reject(
                f"""
                select {self.no}, {literal(f"unit_conflict:第 {row} 行")} as new_verdict
                from {self._rows} where {self.no} > {number} and _sheet = {literal(sheet)}
                """
            )
        return bool(conflicts)

    def _reject_duplicate_keys(self) -> bool:
        """Of rows with the same business key in one file the first is kept; which one is right is for the department."""
        key = ", ".join(self.contract.key)
        no = self.no
        accepted = f"(select {no}, {key} from {self._rows} where _status = 'accepted')"
        total, distinct = self.connection.execute(
            f"select count(*), count(distinct hash({key})) from {accepted}"
        ).fetchall()[0]
        if total == distinct:
            return False
        self._reject(
            f"""
            select repeated.{no}, 'duplicate_key:' || {self._place("kept")} as new_verdict
            from (select {no}, min({no}) over (partition by {key}) as first_no from {accepted}) as repeated
            join {self._rows} as kept on repeated.first_no = kept.{no}
            where repeated.{no} > first_no
            """
        )
        return True

    def _place(self, row: str) -> str:
        """Where a row stands, in words, as SQL."""
        sheet = "'工作表“' || {0}._sheet || '”'" if len(self.table.places) > 1 else "''"
        cell = " || coalesce(' ' || {0}._column || '列', '')" if self.matrix_columns else ""
        return (sheet + " || '第 ' || {0}._row || ' 行'" + cell).format(row)

    def _reject(self, verdicts: str) -> None:
        """Turn accepted rows into rejected ones, with their values as the raw cells."""
        values = ", ".join(f"cast({name} as varchar)" for name in self.checks.columns)
        self._keep(
            f"""
            select landed.* replace (
                case when new_verdict is null then _status else 'rejected' end as _status,
                coalesce(new_verdict, _verdict) as _verdict,
                case when new_verdict is null then _raw else [{values}] end as _raw
            )
            from {self._rows} as landed
            left join ({verdicts}) as doubtful on landed.{self.no} = doubtful.{self.no} and landed._status = 'accepted'
            """
        )

    def _collect_findings(self, counts: Mapping[str, int]) -> None:
        if not counts:
            self.findings.add("empty_file")
        for part in self.table.places:
            header = part.header
            for text in header.extra.values():
                self.findings.add("extra_column", sheet=part.sheet, row=header.rows or None, header=text)
            if header.unit and header.contract_unit and header.unit != header.contract_unit:
                self.findings.add(
                    "unit_differs_from_contract", sheet=part.sheet, value=header.unit, detail=header.contract_unit
                )
        if self.has_mended_cells:
            for rule, cells in self.connection.execute(self.checks.told(self._rows)).fetchall():
                self.findings.add(rule, value=f"{cells:,}")
        for refusal in self.table.refused_sheets:
            self.findings.add_refusal(refusal)
        if counts.get("subtotal"):
            self.findings.add_query(
                "sheet, row_number, value, rule",
                f"select _sheet, _row, {FIRST_CELL}, 'subtotal_row' from {self._rows} where _status = 'subtotal'",
            )
        if not counts.get("rejected"):
            return
        texts = self.table.header.texts
        key = self.contract.key
        keys = "、".join(texts[name] for name in key)
        shown = [name for name in key if not self.contract.column(name).personal]
        one_column = literal(key[0]) if len(key) == 1 else "null"
        cell_ref = "_column || '列'" if self.matrix_columns else "null"
        self.findings.add_query(
            "sheet, row_number, column_ref, column_name, header, value, rule, detail, raw_cells",
            f"""
            select
                _sheet,
                _row,
                {cell_ref},
                case when starts_with(_verdict, 'duplicate_key:') then {one_column} end,
                {literal(keys)},
                concat_ws('、', {", ".join(shown) or "null"}),
                split_part(_verdict, ':', 1),
                substr(_verdict, strpos(_verdict, ':') + 1),
                _raw
            from {self._rows} where _status = 'rejected' and _verdict not in ('', {literal(REFUSED_SHEET)})
            """,
        )
        places = ", ".join(f"_raw[{place}] as {name}" for place, name in enumerate(self.checks.columns, start=1))
        with_cell_faults = f"{self._rows} where _status = 'rejected' and _verdict = ''"
        nothing = "cast(null as varchar)"
        marks = self.checks.marks
        relation = (
            f"(select {places}, {marks}, {nothing} as {IRREGULAR}, {nothing} as {VERDICT} from {with_cell_faults})"
        )
        if self.matrix_columns:
            cell_ref = f"case when column_name in ({literals(self.matrix_columns)}) then {cell_ref} end"
        place = f"{self.no} as no, _sheet, _row as at_row, {'_column, ' if self.matrix_columns else ''}_raw"
        self.findings.add_query(
            "sheet, row_number, column_ref, column_name, value, rule, detail, raw_cells",
            f"""
            select _sheet, at_row, {cell_ref}, column_name, value, rule, detail, _raw
            from (select {self.no} as no, column_name, value, rule, detail from ({self.checks.cell_faults(relation)})) as faulty
            join (select {place} from {with_cell_faults}) as landed on faulty.no = landed.no
            """,
        )


class SmallSheet(Sheet):
    """The landing of a sheet that memory holds: its rows are a table until they are done, looked at first and then judged."""

    @property
    def _rows(self) -> str:
        return "landed"

    def _keep(self, query: str) -> None:
        self.connection.execute(f"create or replace temp table landed as {query}")

    def _put_in_place(self) -> None:
        self.connection.execute(f"copy landed to {literal(str(self.unfinished))} ({PARQUET})")
        super()._put_in_place()

    def _judge_rows(self) -> None:
        self.connection.execute(
            f"create or replace temp table looked_at as {self.checks.looked_at(self.table.relation)}"
        )
        self._keep(self._landed_rows("looked_at", self.checks.doubts(self.connection, "looked_at")))
