"""What the ingestion tests share: small contracts, drop folders on disk, and a look at what was landed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from dagster_project.contracts import Contract, load_contracts
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.landing import LandingReport, land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.zone import FINDINGS_DIR

DATA = Path(__file__).parent / "data"
CONTRACTS = load_contracts()
NOT_OF_THE_OFFICE = frozenset(
    {
        "clock_changes",
        "evaluation_reviews",
        "figure_confirmations",
        "monitoring_entries",
        "same_issue_decisions",
        "year_end_actions",
    }
)
"""What others write about the office, what departments write at the desk, and what the office decides: none of it is owed or simulated."""
NOT_OWED = NOT_OF_THE_OFFICE | {"final_account_reports"}
"""What no line of the calendar asks for: when final accounts are due is set by the finance department each year."""
PAYMENTS = CONTRACTS["payments"]
PAYMENT_HEADERS = [column.headers[0] for column in PAYMENTS.columns]
HERE = Limits(processes=0)
"""Reading in the process of the tests, which may break things on purpose; those of attacks and of nights use others."""
PAYMENT_FILE = "payments/2023/2023年03月支付明细.csv"


def text(zh: str = "文字", en: str = "text") -> dict[str, str]:
    """A bilingual text of a contract."""
    return {"zh": zh, "en": en}


def column(name: str, header: str | list[str] | None = None, kind: str = "text", **rest: Any) -> dict[str, Any]:
    """One column of a contract as its YAML would say it."""
    headers = [header or name] if not isinstance(header, list) else header
    return {"name": name, "headers": headers, "type": kind, "description": text(), **rest}


def contract_document(columns: Sequence[Mapping[str, Any]], **rest: Any) -> dict[str, Any]:
    """A contract as its YAML would say it; the first column is its key unless told otherwise."""
    return {
        "ledger": "sample",
        "domain": "budget",
        "title": text(),
        "owner": "办公厅",
        "grain": text(),
        "key": [columns[0]["name"]],
        "supersede": "replace",
        "files": [{"pattern": "sample/*/*.csv", "format": "csv"}],
        "columns": list(columns),
        **rest,
    }


def contract_of(columns: Sequence[Mapping[str, Any]], **rest: Any) -> Contract:
    """A validated contract of these columns."""
    return Contract.model_validate(contract_document(columns, **rest))


def payment(number: int, **changes: str) -> dict[str, str]:
    """A payment line without a fault, by column name."""
    cells = {
        "voucher_no": f"ZF2023{number:08d}",
        "application_no": f"SQ{number}",
        "applied_on": "2023-03-01",
        "cleared_on": "2023-03-02",
        "agency_name": "办公厅",
        "allocation_no": "ZB1",
        "project_code": "P1",
        "project_name": "会议费",
        "project_category": "1",
        "fund_type": "11-一般公共预算",
        "function_code": "2010101-行政运行",
        "department_economic_code": "30201",
        "government_economic_code": "50201",
        "payment_method": "财政直接支付",
        "payee_name": "某某公司",
        "payee_account": "6222000011112222333",
        "amount_yuan": f"{number}.50",
        "purpose": "办公",
        "is_refund": "否",
    }
    return cells | changes


def payment_cells(number: int, **changes: str) -> list[str]:
    """The cells of a payment line in the order of the contract."""
    return [payment(number, **changes).get(c.name, "") for c in PAYMENTS.columns]


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV with CRLF."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def payments_text(rows: Iterable[Sequence[str]], header: Sequence[str] = PAYMENT_HEADERS) -> str:
    """A payments file: its header in row 1, then these rows."""
    return csv_text([header, *rows])


@dataclass
class Office:
    """A drop folder, where it is landed, and the contracts in force."""

    folder: Path
    contracts: Mapping[str, Contract]

    @property
    def raw(self) -> Path:
        """The drop."""
        return self.folder / "raw"

    @property
    def landing(self) -> Path:
        """Where Parquet and the log go."""
        return self.folder / "landing"

    def hand_in(self, name: str, content: bytes | str) -> Path:
        """Put a file into the drop; text is written as UTF-8."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def land(self) -> LandingReport:
        """One landing run."""
        self.raw.mkdir(parents=True, exist_ok=True)
        return land_drop(self.raw, self.landing, self.contracts, "101001", limits=HERE)

    def land_one(self, name: str, content: bytes | str) -> Submission:
        """Hand in one file, land, and return its entry."""
        self.hand_in(name, content)
        return next(entry for entry in self.land().entries if entry.file == name)

    def rows(self, entry: Submission, *names: str) -> list[tuple[Any, ...]]:
        """Columns of the landed rows of a submission below the header, in the order of the file."""
        path = self.landing / entry.ledger / f"{entry.submission_id}.parquet"
        head = f"select coalesce(max(_row), 0) from read_parquet('{path}') where _status = 'header'"
        return query(f"select {', '.join(names)} from read_parquet('{path}') where _row > ({head}) order by _row")

    def accepted(self, entry: Submission, *names: str) -> list[tuple[Any, ...]]:
        """The same of the accepted rows only."""
        return [row[1:] for row in self.rows(entry, "_status", *names) if row[0] == "accepted"]

    def findings(self, entry: Submission, *, about_file: bool = False) -> list[dict[str, Any]]:
        """The findings of a submission; optional columns that it lacks and that nothing was accepted only if asked for."""
        path = self.landing / FINDINGS_DIR / f"{entry.submission_id}.parquet"
        if not path.exists():
            return []
        with looking() as connection:
            found = connection.execute(f"from read_parquet('{path}')").to_arrow_table().to_pylist()
        return [each for each in found if about_file or each["rule"] not in ("missing_optional", "all_rejected")]

    def faults(self, entry: Submission) -> list[tuple[int | None, str | None, str]]:
        """Row, column and rule of each finding."""
        return [(f["row_number"], f["column_name"], f["rule"]) for f in self.findings(entry)]


def query(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with looking() as connection:
        return connection.execute(sql).fetchall()


def closes(entry: Submission) -> bool:
    """Whether every row that was read is accounted for."""
    return entry.rows_read == entry.rows_accepted + entry.rows_rejected + entry.rows_blank + entry.rows_notes


def yuan(amount: str) -> Decimal:
    """An amount with its fen."""
    return Decimal(amount).quantize(Decimal("0.01"))
