"""Canaries: invented personal data and secrets, planted in what an office hands in, each at a place where people write such things."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlsxwriter
from stdnum import luhn
from stdnum.cn import ric

from dagster_project.contracts import load_contracts
from simulation import drop
from simulation.__main__ import write_received
from simulation.paper.handed_in import HandedFile
from simulation.paper.writer import write_file
from simulation.world.values import Row
from simulation.world.world import World

FREE_TEXTS = (
    "budget_allocations.remark", "carry_over.remark", "finance_findings.remark", "ledger_balances.change_note",
    "meeting_support_log.incident", "monitoring_records.deviation_zh", "monitoring_records.measure_taken_zh",
    "procurement_intentions.requirement", "procurement_intentions.remark", "projects.remark", "result_applications.remark",
    "self_evaluations.remark", "snapshot_cases.result", "station_feedback.refusal_reason", "suggestions.title",
    "survey_findings.finding_text", "agenda_items.title", "asset_cards.asset_name", "asset_cards.specification", "asset_cards.place",
    "asset_disposals.asset_name", "asset_inventories.asset_name", "asset_inventories.handling", "bills.title", "disclosures.title",
    "disclosures.contents", "mandates.end_reason", "payments.purpose", "policies.title", "record_reviews.title", "research_tasks.topic",
    "research_tasks.outcome", "survey_visits.object_name", "legislative_contact_points.point_name", "manual_judgements.reason",
    "manual_judgements.evidence_no", "supervision_items.result",
)  # fmt: skip
PERSONAL = (
    "deputies.deputy_name", "deputies.phone", "station_feedback.content", "station_feedback.contact",
    "legislative_opinions.opinion_text", "asset_cards.user_person", "payments.payee_name", "payments.payee_account",
    "payments.payee_bank", "manual_judgements.judged_by",
)  # fmt: skip
IN_EACH = 5
SECRET_NAME, SECRET_PLAN = "天枢机房屏蔽改造", "玄武密码机购置"


@dataclass(frozen=True)
class Canary:
    """What must not be found, and where it was planted."""

    needle: str
    kind: str
    place: str


@dataclass
class Cage:
    """Makes canaries, no two alike."""

    planted: list[Canary] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=itertools.count)
    _name: Iterator[tuple[str, str]] = field(
        default_factory=lambda: itertools.product(
            "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
            ("砚秋", "牧遥", "绮岚", "屹恒", "霁月", "茗轩", "澍泽", "珩宇", "沐笙", "筠溪"),
        )
    )

    def name(self, place: str, kind: str = "name") -> str:
        return self._keep("".join(next(self._name)), kind, place)

    def id(self, place: str) -> str:
        n = next(self._number)
        first = f"440106{1880 + n % 19}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
        return self._keep(first + ric.calc_check_digit(first), "id", place)

    def phone(self, place: str) -> str:
        return self._keep(f"1392{next(self._number) * 7919 % 10_000_000:07d}", "phone", place)

    def card(self, place: str) -> str:
        first = f"62220210{next(self._number) * 104_729 % 10_000_000_000:010d}"
        return self._keep(first + luhn.calc_check_digit(first), "card", place)

    def account(self, place: str) -> str:
        return self._keep(f"3602{next(self._number) * 1_299_709 % 10_000_000_000:010d}", "account", place)

    def email(self, place: str) -> str:
        return self._keep(f"canary{next(self._number)}@post.example.cn", "email", place)

    def address(self, place: str) -> str:
        n = next(self._number)
        return self._keep(f"天寿路{n % 90 + 10}号{n % 8 + 1}栋{n * 37 % 900 + 100}房", "address", place)

    def phrase(self, kind: str, place: str) -> str:
        """What somebody would write who adds such a thing to a text."""
        return {
            "id": lambda: f"身份证号{self.id(place)}",
            "phone": lambda: f"来电{self.phone(place)}",
            "card": lambda: f"付至{self.card(place)}",
            "account": lambda: f"账号:{self.account(place)}",
            "email": lambda: f"邮箱{self.email(place)}",
            "address": lambda: f"住{self.address(place)}",
            "name": lambda: f"联系人:{self.name(place)}",
        }[kind]()

    def _keep(self, needle: str, kind: str, place: str) -> str:
        self.planted.append(Canary(needle, kind, place))
        return needle


KINDS = ("name", "phone", "id", "card", "address", "account", "email")


def plant(out: Path) -> list[Canary]:
    """Write the sample office with canaries into a drop folder; returns them."""
    cage = Cage()
    contracts = load_contracts()
    left = {place: IN_EACH for place in (*FREE_TEXTS, *PERSONAL)}
    handed: list[HandedFile] = []
    persons = [cage.name("deputies.deputy_name, named in suggestions.title", "known person") for _ in range(IN_EACH)]
    named = iter(persons)
    cited = iter(persons)
    for file in drop.files(World(2023, 1), [2022, 2023]):
        sheets = []
        for sheet in file.sheets:
            rows: list[Row] = []
            for number, row in enumerate(sheet.rows):
                row = dict(row)
                if file.period.startswith("2023") and file.department == "101001":
                    for place in [p for p, count in left.items() if count and p.startswith(f"{sheet.ledger}.")]:
                        column = place.partition(".")[2]
                        if place in PERSONAL:
                            row[column] = _personal(cage, place, named)
                        elif number < IN_EACH or row[column]:
                            kind = KINDS[(len(cage.planted) + left[place]) % len(KINDS)]
                            row[column] = f"{row[column] or '说明'},{cage.phrase(kind, place)}"
                        else:
                            continue
                        left[place] -= 1
                    if sheet.ledger == "suggestions" and number in range(20, 20 + IN_EACH) and (who := next(cited, "")):
                        row["title"] = f"{row['title']}(据{who}走访整理)"
                rows.append(_with_secrets(sheet.ledger, row, number))
            sheets.append(replace(sheet, rows=rows))
        write_file(replace(file, sheets=sheets), contracts, out)
        handed.append(replace(file, sheets=()))
    cage.planted += [Canary(SECRET_NAME, "secret", "contracts, procurements, payments, projects")]
    handed += _by_hand(cage, out, handed[0])
    write_received(out / "received.csv", handed)
    with (out / "received.csv").open("a", encoding="utf-8") as stream:
        stream.write(
            f"payments/2021/{cage.name('received.csv')}{cage.phone('received.csv')}.csv,101001,2021,2023-01-01\n"
        )
    return cage.planted


def _personal(cage: Cage, place: str, named: Iterator[str]) -> str:
    if place == "deputies.deputy_name":
        return next(named)
    make: dict[str, Callable[[str], str]] = {
        "phone": cage.phone, "contact": cage.phone, "payee_account": cage.card, "user_person": cage.name, "payee_name": cage.name,
        "judged_by": cage.name,
    }  # fmt: skip
    column = place.partition(".")[2]
    if column in make:
        return make[column](place)
    return cage._keep(f"无名氏{next(cage._number)}之言", "free text of a citizen", place)


def _with_secrets(ledger: str, row: dict, number: int) -> Row:
    """The secret procurement under a name of its own, which other ledgers quote."""
    for column in ("contract_name", "procurement_name"):
        if column in row and row.get("is_secret"):
            row[column] = SECRET_NAME
    if ledger in ("payments", "projects") and number in (7, 8):
        column = "purpose" if ledger == "payments" else "remark"
        row[column] = f"{row[column] or ''}用于{SECRET_NAME}"
    return row


def _by_hand(cage: Cage, out: Path, like: HandedFile) -> list[HandedFile]:
    """A file whose every row is rejected, with what people write around a table; a workbook with a telling name of a sheet."""
    contract = load_contracts()["payments"]
    columns = [column for column in contract.columns if column.headers]
    good = {"voucher_no": "ZF202101000001", "paid_on": "2021-01-05", "amount_yuan": "100.00", "is_refund": "否"}
    rows = []
    for column in columns:
        if column.type in ("money", "date", "integer", "decimal", "boolean", "code", "month") or column.pattern:
            for make in (cage.id, cage.phone, cage.card, cage.name):
                cells = {c.name: good.get(c.name, "x" if c.type == "text" else "") for c in columns}
                cells[column.name] = make(f"rejected payments.{column.name}")
                rows.append([cells[c.name] for c in columns])
    name = f"payments/2021/2021年{cage.name('name of a file')}{cage.id('name of a file')}报销.csv"
    path = out / name
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([f"{cage.name('title')}经手的支付,电话{cage.phone('title')}"])
        writer.writerow([column.headers[0] for column in columns] + [f"经办人{cage.name('header')}"])
        writer.writerows([*row, "x"] for row in rows)
        writer.writerow([f"制表人:{cage.name('footnote')}"])
    book = out / f"budget_allocations/2021/2021年预算指标台账-{cage.phone('name of a file')}.xlsx"
    book.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(book)) as workbook:
        workbook.add_worksheet(f"联系人{cage.name('name of a sheet')}").write(0, 0, cage.id("unread sheet"))
        workbook.add_worksheet(cage.phone("name of a sheet")).write(0, 0, "x")
    (out / "notes").mkdir()
    (out / f"notes/{cage.name('name of a file nobody reads')}.txt").write_text(
        cage.id("file nobody reads"), encoding="utf-8"
    )
    return [
        replace(like, path=each.relative_to(out).as_posix(), period="2021", department="101002", sheets=())
        for each in (path, book)
    ]
