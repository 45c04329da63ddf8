"""What became of a proposed action: entered in a ledger, seen by the forecast from the moment the ledger came in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from dagster_project.in_year.action_states import DECLINED, DONE, OPEN
from dagster_project.in_year.actions import RETURN
from dagster_project.in_year.look import Look, looks

OFFICE = "101001"
HEADER = "办理编号,年度,措施,项目编码或合同号,调入项目编码,金额,状态,理由,承办处室,登记日期"


def seen(warehouse: Warehouse, day: int) -> Look:
    (look,) = looks(warehouse.settings, 2023, dt.datetime(2023, 9, day, 23, 59), OFFICE)
    return look


def test_an_entry_stands_beside_its_action_from_the_day_it_came_in(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = sample.copy_to(tmp_path)
    first, second = [each for each in seen(own, 30).actions if each.kind == RETURN][:2]
    name = "year_end_actions/2023/措施办理.csv"
    path = own.settings.raw_dir / name
    path.parent.mkdir(parents=True)
    path.write_text(
        f"{HEADER}\nBL1,2023,退回,{first.project},,,采纳,,行政处,2023-09-11\nBL2,2023,退回,{first.project},,,不采纳,12月要付款,行政处,2023-09-12\n"
        f"BL3,2023,退回,没有的项目,,500,已办,,行政处,2023-09-12\n",
        encoding="utf-8",
    )
    with (own.settings.raw_dir / "received.csv").open("a", encoding="utf-8") as receipts:
        receipts.write(f"{name},{OFFICE},2023,2023-09-15T10:00:00+08:00\n")
    code, output = own.cli(monkeypatch, "land")
    assert code == 0, output
    states = {each.project: each for each in seen(own, 30).actions if each.kind == RETURN}
    assert states[first.project].state == DECLINED
    assert states[first.project].state_zh == "不采纳(2023-09-12:12月要付款)"
    assert states[second.project].state == OPEN
    assert [(each.subject[1], each.state) for each in seen(own, 30).settled] == [("没有的项目", DONE)]
    before = seen(own, 14)
    assert {each.state for each in before.actions} == {OPEN} and before.settled == ()
    code, output = own.cli(
        monkeypatch, "forecast", "2023", "--as-of", "2023-09-30", "--department", OFFICE, "--all", "--if", first.code
    )
    assert code == 0 and "已登记、现不再建议:退回 没有的项目 已办(2023-09-12)" in output
