"""Land one table: type and judge its rows, look for what only the whole table shows, write rows and collect findings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.another_table import tables_below
from dagster_project.ingestion.control import Control
from dagster_project.ingestion.file_notes import GROUPED, file_notes
from dagster_project.ingestion.findings import FileFindings
from dagster_project.ingestion.foot_rows import foot_notes
from dagster_project.ingestion.json_rules import NESTED, nested_cells
from dagster_project.ingestion.row_checks import Doubts, RowChecks
from dagster_project.ingestion.row_notes import NOTE_STATUSES
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_totals import SheetTotals
from dagster_project.ingestion.sheet_units import SheetUnits
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import IRREGULAR, NUMBER, VERDICT, Note, TextTable
from dagster_project.ingestion.zone import PARQUET, SHEET_COLUMNS, workplace

MOST_NOTES = 1_000
"""A file of which more is to be told as a whole has that many columns that nobody asked for."""


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
        *,
        ends_with_newline: bool = True,
    ):
        self.connection = connection
        self.contract = contract
        self.table = table
        self.entry = replace(entry, sheet=table.sheet)
        self.target = landing_dir / contract.ledger / f"{entry.submission_id}.parquet"
        self.unfinished = workplace(landing_dir) / f"{entry.submission_id}.rows"
        codes = {c.codes: contract.codes(c.codes, entry.fiscal_year) for c in contract.columns if c.codes}
        self.checks = RowChecks(
            contract,
            table.header,
            codes,
            table.own_columns,
            period=entry.period,
            serial_epoch=table.serial_epoch,
            date_order=layout.date_order,
            department=entry.department_code,
        )
        self.row_checks = self.checks
        self.matrix_columns = [*matrix.across, matrix.value] if (matrix := layout.matrix) else []
        self.no = table.number
        self.findings = FileFindings(connection, self.entry, contract, table)
        self.ends_with_newline = ends_with_newline

    def land(self, control: Control) -> tuple[Submission, FileFindings]:
        """Type and judge every row in one pass, look for what only the whole sheet shows, count, put in place."""
        self._read_rows()
        counts = self._counts()
        self.units = SheetUnits(self.connection, self.contract, self.table, self._rows, self.no)
        self.units.refuse_another(Path(self.entry.file).stem, has_notes="footnote" in counts)
        if counts.get("unit") and self._reject_rows_under_another_unit():
            counts = self._counts()
        if counts.get("rejected") and self._reject_rows_of_another_table():
            counts = self._counts()
        if any([self._reject_more(), self._reject_duplicate_keys()]):  # the second looks at what the first left
            counts = self._counts()
        self._tell_of_file(counts)
        self._tell_of_totals(counts, control)
        self._tell_of_rows(counts)
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

    @property
    def is_plain_in_sheets(self) -> bool:
        """Whether the rows have columns that other files of this ledger, of one plain sheet each, do not have."""
        return self.no == NUMBER and all(layout.is_plain for layout in self.contract.files)

    def _put_in_place(self) -> None:
        if self.is_plain_in_sheets:
            self._keep(f"select * exclude ({', '.join(SHEET_COLUMNS)}) from {self._rows}")
        os.replace(self.unfinished, self.target)

    def _read_rows(self) -> None:
        self.connection.register("cells", self._stream())
        try:
            self._judge_rows()
        except duckdb.Error as error:
            if self.table.refusals:
                raise self.table.refusals[0] from error
            raise

    def _stream(self) -> pa.RecordBatchReader:
        """The rows as text, marked where a cell needs a second look."""
        self.row_checks, stream = self.checks.over_marked(self.table.batches())
        return stream

    def _judge_rows(self) -> None:
        looked_at = f"({self.row_checks.looked_at(self.table.relation)})"
        self._keep(self._landed_rows(looked_at, self.row_checks.all_doubts))

    def _landed_rows(self, looked_at: str, doubts: Doubts) -> str:
        return self.row_checks.landed_rows(looked_at, doubts, self.entry.submission_id, self.table.sheet)

    def _counts(self) -> dict[str, int]:
        found = self.connection.execute(f"select _status, count(*), count(_verdict) from {self._rows} group by _status")
        counts = {status: (rows, verdicts) for status, rows, verdicts in found.fetchall()}
        self.has_mended_cells = counts.get("accepted", (0, 0))[1] > 0
        return {status: rows for status, (rows, _) in counts.items()}

    def _reject_rows_under_another_unit(self) -> bool:
        """A unit row in the body that names another unit makes the amounts below it doubtful: they are not loaded."""
        conflicts = self.units.rows_of_another_unit(self.findings)
        for sheet, (number, row) in conflicts.items():
            self._reject(
                f"""
                select {self.no}, {literal(f"unit_conflict:第 {row} 行")} as new_verdict
                from {self._rows} where {self.no} > {number} and _sheet = {literal(sheet)}
                """
            )
        return bool(conflicts)

    def _reject_rows_of_another_table(self) -> bool:
        """Below the header of another table no row is loaded, whatever its values look like."""
        columns = [self.contract.column(name) for name in self.checks.columns]
        found = list(tables_below(self.connection, self._rows, self.no, columns))
        for sheet, number, row in found:
            self._reject(
                f"""
                select {self.no}, {literal(f"another_header:第 {row} 行")} as new_verdict
                from {self._rows} where {self.no} > {number} and _sheet = {literal(sheet)}
                """
            )
        return bool(found)

    def _reject_more(self) -> bool:
        """Reject what only another file shows; whether anything was."""
        return False

    def _reject_duplicate_keys(self) -> bool:
        """Of rows with the same business key in one file the first is kept, unless the contract keeps all; which one is right is for the department."""
        key = ", ".join(self.identifying)
        no = self.no
        accepted = f"(select {no}, {key} from {self._rows} where _status = 'accepted')"
        total, distinct = self.connection.execute(
            f"select count(*), count(distinct hash({key})) from {accepted}"
        ).fetchall()[0]
        if total == distinct:
            return False
        if not self.contract.rejects_duplicates:
            self.findings.add("equal_rows", value=f"{total - distinct:,}")
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

    @property
    def identifying(self) -> list[str]:
        """The columns by which two rows are one."""
        return self.contract.key or self.checks.columns

    def _tell_of_totals(self, counts: Mapping[str, int], control: Control) -> None:
        totals = SheetTotals(self.connection, self.contract, self.table, self.checks.present, self.findings, self._rows)
        totals.tell(counts, control)

    def _place(self, row: str) -> str:
        """Where a row stands, in words, as SQL."""
        has_sheets = len({part.sheet for part in self.table.places}) > 1
        sheet = "'工作表“' || {0}._sheet || '”'" if has_sheets else "''"
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

    def _tell_of_file(self, counts: Mapping[str, int]) -> None:
        notes = list(file_notes(self.table, self.contract, counts, self.ends_with_newline))
        if len(notes) > MOST_NOTES:
            raise Refused("too_wide", value=f"{len(notes):,}", detail=f"{MOST_NOTES:,}")
        if counts.get("footnote"):
            notes += foot_notes(self.connection, self._rows, self.no, self.contract)
        for note in notes:
            self.findings.add_note(note)
        for refusal in self.table.refused_sheets:
            self.findings.add_refusal(refusal)
        if self.has_mended_cells:
            for rule, column, cells, row in self.connection.execute(self.checks.told(self._rows)).fetchall():
                place = {"row": row, "header": self.table.header.texts[column]} if column else {}
                self.findings.add(rule, value=f"{cells:,}", **place)

    def _tell_of_rows(self, counts: Mapping[str, int]) -> None:
        if not counts.get("rejected"):
            return
        self._tell_of_another_header()
        texts = self.table.header.texts
        key = self.contract.key
        keys = "、".join(texts[name] for name in key if name in texts) or "各列"
        shown = [f"cast({name} as varchar)" for name in key if not self.contract.column(name).personal]
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
            from {self._rows}
            where _status = 'rejected' and _verdict != '' and split_part(_verdict, ':', 1) not in ({literals((*GROUPED, NESTED))})
            """,
        )
        if self.table.has_nested:
            columns = "sheet, row_number, column_name, value, rule, detail, raw_cells"
            self.findings.add_query(columns, nested_cells(self._rows, self.checks.columns))
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

    def _tell_of_another_header(self) -> None:
        rows = self.connection.execute(
            f"""
            select _sheet, min(_row), split_part(_verdict, ':', 2), count(*) from {self._rows}
            where _status = 'rejected' and starts_with(_verdict, 'another_header:') group by _sheet, _verdict order by 1, 2
            """
        ).fetchall()
        for sheet, row, where, count in rows:
            self.findings.add_note(Note("another_header", value=f"{count:,}", detail=where, sheet=sheet, row=row))
