"""What a night said is weighed: silent, told, told without the row, stopped; and what the clean night says too is no news."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dagster_project.contracts import load_contracts
from dagster_project.drill.kinds import Kind, load_kinds
from dagster_project.drill.planting import Planted
from dagster_project.drill.receipts import with_lines
from dagster_project.drill.report import VISIBLE_PCT, moves_unseen
from dagster_project.drill.sealed import environment_of, fresh_copy, sealed_settings
from dagster_project.drill.told import Account, Statement, news
from dagster_project.drill.verdict import Outcome, Verdict, judge
from dagster_project.settings import Settings

KINDS = load_kinds()
PAYMENTS = load_contracts()["payments"]
FILE = "payments/2023/2023年04月国库集中支付明细.csv"
OTHER = "payments/2023/2023年05月国库集中支付明细.csv"
RATE = (2023, "101001", "spending.rate")
CLEAN = Account(
    0,
    "v1",
    (Statement(f"marts.fct_payments 已知:{OTHER} 第 90 行"), Statement("quality.findings rule=x", OTHER, 12)),
    {RATE: (Decimal("98.7"), "OK")},
    {("GZ", 2023, "101001"): "优"},
    frozenset({"载入 10 行"}),
)


def fault(kind: Kind = KINDS["digits_swapped"], rows: tuple[int, ...] = (33,)) -> Planted:
    return Planted(kind, FILE, rows, "…", "payments", "2023-04", {FILE: b""})


def outcome(*said: Statement, planted: Planted | None = None, **changes: object) -> Outcome:
    account = replace(CLEAN, version="v2", statements=(*CLEAN.statements, *said), **changes)  # type: ignore[arg-type]
    return judge(planted or fault(), account, CLEAN, PAYMENTS)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (Statement("quality.findings rule=bad_amount", FILE, 33), Verdict.TOLD),
        (
            Statement(f"marts.fct_payments 金额不对:支付凭证号 ZF1,{FILE} 第 33 行,计入数字 spending.total"),
            Verdict.TOLD,
        ),
        (Statement(f"✗ {FILE} 第 3、33 行不符"), Verdict.TOLD),
        (Statement("quality.findings rule=bad_amount", FILE, 34), Verdict.TOLD_FILE),
        (Statement("quality.findings rule=total_differs", FILE), Verdict.TOLD_FILE),
        (Statement("quality.findings rule=bad_amount", OTHER, 33), Verdict.TOLD_WITHOUT_ROW),
        (Statement("支出超过预算"), Verdict.TOLD_WITHOUT_ROW),
    ],
)
def test_a_fault_is_told_as_far_as_its_place_is_named(said: Statement, verdict: Verdict) -> None:
    assert outcome(said).verdict is verdict


def test_nothing_said_is_silent_whatever_figures_do() -> None:
    found = outcome(figures={RATE: (Decimal("98.8"), "OK")})
    assert (found.verdict, list(found.moved)) == (Verdict.SILENT, [RATE])
    assert found.largest is not None
    assert found.largest.quantize(Decimal("0.001")) == Decimal("0.101")
    assert found.largest > VISIBLE_PCT
    assert moves_unseen(found)
    assert not moves_unseen(replace(found, exit_code=1))
    assert not moves_unseen(outcome(figures={RATE: (Decimal("98.71"), "OK")}))


def test_a_rating_that_is_withheld_says_something() -> None:
    found = outcome(ratings={("GZ", 2023, "101001"): ""})
    assert (found.verdict, found.is_rated, found.said) == (Verdict.TOLD_WITHOUT_ROW, False, "不评等级")


def test_what_the_clean_night_says_of_another_row_is_no_news() -> None:
    moved = (Statement(f"marts.fct_payments 已知:{OTHER} 第 89 行"), Statement("quality.findings rule=x", OTHER, 11))
    assert news(replace(CLEAN, statements=moved), CLEAN) == []
    twice = (*CLEAN.statements, Statement("quality.findings rule=x", OTHER, 40))
    assert news(replace(CLEAN, statements=twice), CLEAN) == [twice[-1]]


def test_a_night_that_publishes_nothing_is_stopped() -> None:
    account = replace(CLEAN, exit_code=1, version="", figures={}, ratings={}, pages=frozenset())
    found = judge(fault(), account, CLEAN, PAYMENTS)
    assert (found.verdict, found.names_row, found.moved) == (Verdict.STOPPED, False, {})
    told = replace(account, statements=(Statement(f"✗ {FILE} 第 33 行"),))
    assert judge(fault(), told, CLEAN, PAYMENTS).names_row


def test_a_missing_file_is_named_by_ledger_and_period() -> None:
    missing = fault(KINDS["month_missing"], rows=())
    assert outcome(Statement("缺少 国库集中支付明细 2023年4月"), planted=missing).verdict is Verdict.TOLD
    assert outcome(Statement("缺少 国库集中支付明细 2023年5月"), planted=missing).verdict is Verdict.TOLD_WITHOUT_ROW
    assert outcome(Statement(f"国库集中支付明细 2023-04:{OTHER}"), planted=missing).verdict is Verdict.TOLD_WITHOUT_ROW


def test_what_is_no_fault_must_change_and_say_nothing() -> None:
    harmless = fault(KINDS["full_width"])
    assert outcome(planted=harmless).verdict is Verdict.RIGHT
    assert outcome(Statement("quality.findings rule=x", FILE, 33), planted=harmless).verdict is Verdict.FALSE_ALARM
    assert outcome(planted=harmless, figures={}).verdict is Verdict.MISREAD


def test_a_night_on_a_copy_knows_no_place_of_the_office_and_alerts_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ("RAW_DIR", "BUILD_DIR", "ORIGINALS_DIR")
    for name in places:
        monkeypatch.setenv(f"JIXIAO_{name}", str(tmp_path / "office" / name))
    monkeypatch.setenv("JIXIAO_ALERT_URLS", f"json://{tmp_path}/office")
    copied = fresh_copy(sealed_settings(Settings(), tmp_path / "copy" / "raw", tmp_path / "copy" / "build", 1))
    environment = environment_of(copied)
    assert all(environment[f"JIXIAO_{name}"].startswith(str(tmp_path / "copy")) for name in places)
    assert not [name for name, value in environment.items() if str(tmp_path / "office") in value]


def test_lines_of_received_csv_keep_the_headers_of_the_office() -> None:
    listed = "文件,部门,期间,收到时间,备注\na.csv,1,2023,2023-01-02T10:00:00+08:00,好\nb.csv,1,2023,2023-01-03T10:00:00+08:00,\n"
    changed = {
        "b.csv": None,
        "c.csv": {"file": "c.csv", "department": "2", "period": "2023", "received_at": "2023-02-03T10:00:00+08:00"},
    }
    assert with_lines(listed.encode("gb18030"), changed).decode().splitlines() == [
        "文件,部门,期间,收到时间,备注",
        "a.csv,1,2023,2023-01-02T10:00:00+08:00,好",
        "c.csv,2,2023,2023-02-03T10:00:00+08:00,",
    ]
