"""Land the rows of an answer: what mends a rejected row is accepted, and nothing else is touched."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dagster_project.ingestion.answering import AS_IT_IS, CHOICE, CODE, CODE_PATTERN, DIGITS, SIGN, VOID
from dagster_project.ingestion.control import Control
from dagster_project.ingestion.file_notes import file_notes
from dagster_project.ingestion.small_sheet import SmallSheet
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import ROW
from dagster_project.ingestion.zone import PARQUET, SCHEMA_FILE

ABOUT_CELLS = ("private_use", "invisible", "merged_across", "merged_cells", "merged_over_head", "hidden_rows")
"""What is told of an answer as a whole; the rest was told of the file that it answers, or follows from how an answer is laid out."""


class AnswerSheet(SmallSheet):
    """The landing of the rows sheet of an answer. Each row names the rejected row that it mends; the landed rows of that submission say whether there is one."""

    @property
    def _compared(self) -> list[str]:
        """The ledger's columns that the sheet has, in the order of the contract."""
        return [column.name for column in self.checks.present if column.name not in (CHOICE, CODE)]

    @property
    def identifying(self) -> list[str]:
        """The columns by which two rows are one."""
        return self.contract.key or self._compared

    @property
    def _answered_rows(self) -> str:
        """The landed rows of the submission that is answered, as a relation with every column of the contract as it is now."""
        folder = self.target.parent
        paths = literals([str(folder / f"{self.entry.answers}.parquet"), str(folder / SCHEMA_FILE)])
        return f"read_parquet([{paths}], union_by_name = true)"

    def _judge_rows(self) -> None:
        super()._judge_rows()
        cells = ", ".join(_one_line_end(f"coalesce({name}, '')") for name in self._compared)
        code, choice = (
            f"trim(coalesce({name}, ''))" if name in self.checks.columns else "''" for name in (CODE, CHOICE)
        )
        self.connection.execute(
            f"""
            create or replace temp table marks as
            select {ROW} as at_row, {choice} as choice, {code} as code,
                regexp_extract({code}, {literal(CODE_PATTERN)}, 1) as of_sheet,
                try_cast(regexp_extract({code}, {literal(CODE_PATTERN)}, 2) as bigint) as of_row,
                regexp_extract({code}, {literal(CODE_PATTERN)}, 3)
                    = left(sha256(concat_ws({literal(SIGN)}, {cells})), {DIGITS}) as is_unchanged
            from looked_at
            """
        )

    def _reject_more(self) -> bool:
        """Reject what mends no rejected row, what was left as it was, and what would stand twice; take out what is to be reported no more."""
        self.connection.execute(
            f"""
            create or replace temp table answered as
            with rejects as (
                select coalesce(_sheet, '') as of_sheet, _row as of_row from {self._answered_rows} where _status = 'rejected'
            ),
            placed as (
                select marks.*, rejects.of_row is not null as is_reject,
                    first_value(at_row) over (partition by marks.of_sheet, marks.of_row order by at_row) as first_row
                from {self._rows} as landed
                join marks on landed.{ROW} = marks.at_row
                left join rejects on marks.of_sheet = rejects.of_sheet and marks.of_row = rejects.of_row
                where landed._status in ('accepted', 'rejected')
            )
            select at_row, code, choice, case when is_reject then of_sheet end as of_sheet,
                case when is_reject then of_row end as of_row, {literal(VOID)} = choice and is_reject and at_row = first_row as is_void,
                case
                    when not is_reject then 'not_a_reject:' || code
                    when at_row > first_row then 'answered_twice:第 ' || first_row || ' 行'
                    when choice not in ('', {literals([VOID, AS_IT_IS])}) then 'unknown_choice:' || choice
                    when is_unchanged and choice = '' then 'row_unchanged:'
                end as verdict
            from placed
            """
        )
        values = ", ".join(f"cast({name} as varchar)" for name in self.checks.columns)
        self._keep(
            f"""
            select landed.* replace (
                case when answered.is_void then 'voided' when answered.verdict is not null then 'rejected' else _status end as _status,
                coalesce(answered.verdict, _verdict) as _verdict,
                case when _raw is null and (answered.is_void or answered.verdict is not null) then [{values}] else _raw end as _raw
            )
            from {self._rows} as landed left join answered on landed.{ROW} = answered.at_row
            """
        )
        if self.contract.rejects_duplicates:
            self._reject_what_stands_there()
        return True

    def _reject_what_stands_there(self) -> None:
        """A row that is there already was not rejected, and is not this answer's to change."""
        names = self.identifying
        same = " and ".join(f"landed.{name} is not distinct from there.{name}" for name in names)
        self._reject(
            f"""
            select landed.{ROW}, 'duplicate_key:原文件第 ' || min(there._row) || ' 行' as new_verdict
            from {self._rows} as landed join {self._answered_rows} as there on {same}
            where landed._status = 'accepted' and there._status = 'accepted' group by landed.{ROW}
            """
        )

    def _tell_of_file(self, counts: Mapping[str, int]) -> None:
        for note in file_notes(self.table, self.contract, counts, self.ends_with_newline):
            if note.rule in ABOUT_CELLS:
                self.findings.add_note(note)
        if self.has_mended_cells:
            for rule, cells in self.connection.execute(self.checks.told(self._rows)).fetchall():
                self.findings.add(rule, value=f"{cells:,}")

    def _tell_of_totals(self, counts: Mapping[str, int], control: Control) -> None:
        """An answer holds single rows: no total of them is printed."""

    def _tell_of_rows(self, counts: Mapping[str, int]) -> None:
        super()._tell_of_rows(counts)
        place = "case when of_sheet = '' then '' else '工作表“' || of_sheet || '”' end || '第 ' || of_row || ' 行'"
        self.findings.add_query(
            "sheet, row_number, header, value, rule, detail",
            f"""
            select {literal(self.table.sheet)}, at_row, '', '', case when is_void then 'row_voided' else 'row_mended' end, {place}
            from answered join {self._rows} as landed on landed.{ROW} = answered.at_row
            where _status in ('accepted', 'voided')
            """,
        )
        self.findings.name_answered_rows("answered")

    def _put_in_place(self) -> None:
        self.connection.execute(
            f"copy (select * exclude ({CHOICE}, {CODE}) from landed) to {literal(str(self.unfinished))} ({PARQUET})"
        )
        os.replace(self.unfinished, self.target)


def _one_line_end(cell: str) -> str:
    return f"replace(replace({cell}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"
