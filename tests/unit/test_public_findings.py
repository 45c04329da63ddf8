"""What readers get of a value that landing complains of: itself where it is harmless, else its shape."""

from __future__ import annotations

from dataclasses import fields, replace

import duckdb
import pytest
from ledger_files import CONTRACTS, PAYMENT_FILE, Office, payment_cells, payments_text

from dagster_project.contracts import Contract
from dagster_project.ingestion.findings import FINDING_COLUMNS, FileFindings
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import Note


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path, {"payments": CONTRACTS["payments"]})


def told(office: Office, **cells: str) -> tuple[str, str, str, str]:
    """value, public_value, message_zh and public_message_zh of the first finding about a column."""
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), payment_cells(2, **cells)]))
    office.land()
    (row,) = duckdb.sql(
        f"""select value, public_value, message_zh, public_message_zh
        from read_parquet('{office.landing}/findings/*.parquet', union_by_name = true) where row_number = 3"""
    ).fetchall()
    return row


@pytest.mark.parametrize(
    ("cells", "public"),
    [
        ({"amount_yuan": "12.5O"}, "12.5O"),
        ({"amount_yuan": "440106188001010032"}, "(已隐去)形如 999999999999999999"),
        ({"amount_yuan": "1380013800O"}, "(已隐去)形如 9999999999A"),
        ({"amount_yuan": "138 0013 8000元整"}, "(已隐去)形如 999 9999 9999字字"),
        ({"amount_yuan": "王建国代领"}, "(已隐去)形如 字字字字字"),
        ({"cleared_on": "2023-02-30"}, "2023-02-30"),
        ({"cleared_on": "2023-02-30 10:13:59"}, "2023-02-30 10:13:59"),
        ({"cleared_on": "二月(李秀英)"}, "(已隐去)形如 字字(字字字)"),
        ({"fund_type": "不存在的性质"}, "(已隐去)形如 字字字字字字"),
        ({"voucher_no": "ZF-1"}, "ZF-1"),
        ({"voucher_no": "张伟的凭证"}, "(已隐去)形如 字字字字字"),
        ({"payee_account": "6.222E+18"}, "(个人信息,已隐去)"),
    ],
)
def test_a_value_is_quoted_only_where_it_looks_harmless(cells: dict[str, str], public: str, office: Office) -> None:
    value, shown, message, public_message = told(office, **cells)
    assert shown == public and public in public_message
    if public.startswith("(已隐去)"):
        assert value not in public_message
    else:
        assert message == public_message
    assert (value == next(iter(cells.values()))) is (public != "(个人信息,已隐去)")


def test_the_shape_of_a_long_value_ends(office: Office) -> None:
    assert told(office, amount_yuan="王" * 40)[1] == "(已隐去)形如 " + "字" * 24 + "…"


def test_a_text_that_declares_nothing_is_told_by_its_shape(tmp_path) -> None:
    contract = CONTRACTS["payments"].model_dump()
    for column in contract["columns"]:
        column["harmless"] = False
    office = Office(tmp_path, {"payments": Contract.model_validate(contract)})
    assert told(office, voucher_no="ZF-1")[1] == "(已隐去)形如 AA-9"


def test_what_is_told_of_a_file_reads_the_same_whether_or_not_a_cell_is_told_of(tmp_path) -> None:
    """Without a finding about a column there is a shorter way to the same words."""
    entry = Submission(**{f.name: "" for f in fields(Submission)})
    entry = replace(entry, submission_id="s", ledger="payments", file="payments/2023/张三.csv", sheet="明细")
    notes = [
        Note("equal_rows", value="3"),
        Note("hidden_rows", value="2", sheet="第二张", row=7),
        Note("missing_value", header="备注{value}", value="4", column_ref="C列"),
    ]
    found = {}
    with duckdb.connect() as connection:
        for has_cell in (False, True):
            findings = FileFindings(connection, entry, CONTRACTS["payments"])
            for note in notes:
                findings.add_note(note)
            if has_cell:
                findings.add("bad_date", row=9, column="cleared_on", value="二月")
            path = tmp_path / f"{has_cell}.parquet"
            findings.write(path)
            found[has_cell] = connection.sql(f"select * from '{path}' where column_name is null")
            types = dict(zip(found[has_cell].columns, map(str, found[has_cell].types), strict=True))
            assert types == {name: kind.upper() for name, kind in FINDING_COLUMNS.items()}
        assert found[False].fetchall() == found[True].fetchall() != []
