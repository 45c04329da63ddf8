"""What a file says and no column takes is kept in the landed rows, or counted in a finding."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from ledger_files import Office, closes, column, contract_of, query

HEADER = ["编号", "名称", "金额", "说明", "内部标记"]
OTHER_HEADER = ["名称", "编号", "金额", "说明", "内部标记"]


def sample(office: Office, suffix: str, content: bytes) -> Any:
    """Land a file of a small ledger of id, name, amount and note."""
    columns = [
        column("id", "编号", required=True),
        column("name", "名称", required=True),
        column("amount_yuan", "金额", kind="money"),
        column("note", "说明"),
    ]
    form = "csv" if suffix == "csv" else "workbook"
    files = [{"pattern": f"sample/*/*.{suffix}", "format": form, "unit": "元"}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one(f"sample/2023/2023年.{suffix}", content)


def kept(office: Office, entry: Any, status: str) -> list[list[str]]:
    path = office.landing / entry.ledger / f"{entry.submission_id}.parquet"
    return [raw for (raw,) in query(f"select _raw from '{path}' where _status = '{status}' order by _row")]


def workbook(rows: list[list[str]], merged: str | None = None) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if merged:
            sheet.merge_range(merged, rows[1][2])
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("above", ["", "报送单位:办公厅,,,\r\n"])
def test_bytes_of_the_head_that_are_no_character_are_kept(encoding: str, above: str, office: Office) -> None:
    cut = "明".encode(encoding)[:-1]
    head = f"{above}编号,名称,金额,说".encode(encoding) + cut + b"\r\n"
    entry = sample(office, "csv", head + "K1,财政局,1,拨款\r\n".encode(encoding))
    shown = "".join(f"\\x{byte:02x}" for byte in cut)
    assert kept(office, entry, "header") == [[f"编号,名称,金额,说{shown}"]] and closes(entry)
    (told,) = [each for each in office.findings(entry) if each["rule"] == "extra_column"]
    assert shown in told["message_zh"] and told["value"] == "1"


def test_a_row_of_a_workbook_under_another_header_is_kept_whole(office: Office) -> None:
    rows = [HEADER, ["K1", "甲", "1", "", "是"], OTHER_HEADER, ["乙", "K2", "2", "", "否"], ["丙", "K3", "", "无", ""]]
    entry = sample(office, "xlsx", workbook(rows))
    assert kept(office, entry, "rejected") == [["乙,K2,2,,否"], ["丙,K3,,无,"]] and closes(entry)
    (told,) = [each for each in office.findings(entry) if each["rule"] == "extra_column"]
    assert told["value"] == "1"


def test_cells_beside_the_columns_of_a_row_under_a_merged_amount_are_counted(office: Office) -> None:
    rows = [HEADER, ["K1", "甲", "1", "", "是"], ["K2", "乙", "", "", "否"]]
    entry = sample(office, "xlsx", workbook(rows, merged="C2:C3"))
    assert entry.rows_rejected == 1 and closes(entry)
    (told,) = [each for each in office.findings(entry) if each["rule"] == "extra_column"]
    assert told["value"] == "2"
