"""A large payments file as a treasury export would hold it, written by DuckDB from a row number; no randomness."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.contracts import load_contracts

VALUES = {
    "voucher_no": "'ZF2023' || lpad(cast(i as varchar), 8, '0')",
    "application_no": "'SQ' || i",
    "applied_on": "'2023-' || lpad(cast(1 + i % 12 as varchar), 2, '0') || '-' || lpad(cast(1 + i % 27 as varchar), 2, '0')",
    "cleared_on": "'2023-' || lpad(cast(1 + i % 12 as varchar), 2, '0') || '-' || lpad(cast(1 + i % 28 as varchar), 2, '0')",
    "agency_name": "'101001'",
    "allocation_no": "'ZB2023' || lpad(cast(i % 400 as varchar), 4, '0')",
    "project_code": "'XM' || i % 30",
    "project_name": "'其他运行经费'",
    "project_category": "'22'",
    "fund_type": "'11'",
    "function_code": "'2010101-行政运行'",
    "department_economic_code": "'30201'",
    "government_economic_code": "'50201'",
    "payment_method": "'财政授权支付'",
    "payee_name": "'供应商' || i % 1000",
    "amount_yuan": "case when i % 5 = 0 then format('\"{:,.2f}\"', (i * 7919 % 10000000) / 100.0)"
    " else cast(cast((i * 7919 % 10000000) / 100.0 as decimal(18, 2)) as varchar) end",
    "purpose": "'办公费'",
    "is_refund": "'否'",
}


def write_payments(path: Path, rows: int, encoding: str = "utf-8") -> None:
    """Write a payments CSV of so many rows with the contract's header.

    Args:
        path: the file to write; its folder must exist.
        rows: data rows below the header.
        encoding: ``utf-8`` or ``gb18030``.
    """
    columns = load_contracts()["payments"].columns
    cells = " || ',' || ".join(VALUES.get(column.name, "''") for column in columns)
    utf8 = path.with_suffix(".utf8") if encoding != "utf-8" else path
    with utf8.open("w", encoding="utf-8") as stream:
        stream.write(",".join(column.headers[0] for column in columns) + "\n")
    body = path.with_suffix(".body")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {cells} as line from range({rows}) as t(i)) to '{body}' (format csv, header false, quote '', escape '', delimiter '\x01')"
        )
    with utf8.open("ab") as target, body.open("rb") as source:
        while chunk := source.read(1 << 24):
            target.write(chunk)
    body.unlink()
    if encoding != "utf-8":
        with utf8.open(encoding="utf-8", newline="") as source, path.open("w", encoding=encoding, newline="") as target:
            while text := source.read(1 << 22):
                target.write(text)
        utf8.unlink()
