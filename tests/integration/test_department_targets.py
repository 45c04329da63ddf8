"""A second department with targets of every kind is scored by its own approved table, without a line of code or seed for it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from oracle.comparison import Viewed, compare
from oracle.editor import Editor
from oracle.offices import SECOND, Base, changed_office
from sample_warehouse import Warehouse

HEAD = (
    "序号,指标名称,指标类别,指标性质,年初指标值,计量单位,分值,全年完成值,完成档次,评定比例,佐证材料编号,批复日期,版本号"
)
TARGETS = f"""{HEAD}
1,公车安全行驶里程,产出,≥,95,万公里,20,96,,,FW-01,2023-02-10,1
2,重大安全事故,产出,≤,0,起,10,0,,,FW-02,2023-02-10,1
3,设备报修平均响应,产出,≤,4,小时,10,5,,,FW-03,2023-02-10,1
4,会议室使用率,产出,区间,60~80,%,10,90,,,FW-04,2023-02-10,1
5,食堂运行保障,效益,定性,平稳,,20,基本平稳,部分达成,75,FW-05,2023-02-10,1
6,后勤制度执行,效益,定性,规范,,10,规范,,,FW-06,2023-02-10,1
7,职工满意度,满意度,≥,90,%,10,81,,,FW-07,2023-02-10,1
7,职工满意度,满意度,≥,85,%,10,81,,,FW-07,2023-09-01,2
8,节能知识知晓度,效益,≥,80,%,0,70,,,FW-08,2023-02-10,1
"""


@pytest.fixture(scope="module")
def office_of(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample, whose second department hands in a table of approved targets."""

    def make(text: str) -> tuple[Path, Path]:
        folder = tmp_path_factory.mktemp("targets")
        raw = Editor(sample.settings.raw_dir, folder / "raw").raw
        file = Path("department_targets/2023/机关服务中心2023年部门整体支出绩效目标表.csv")
        (raw / file).write_text(text, encoding="utf-8")
        with (raw / "received.csv").open("a", encoding="utf-8", newline="") as receipts:
            csv.writer(receipts, lineterminator="\n").writerow(
                [file.as_posix(), SECOND, "2023", "2024-01-15T10:00:00+08:00"]
            )
        return changed_office(Base.of(sample.settings), raw, folder).database, raw

    return make


def _duties(database: Path) -> dict[int, tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select indicator_no, indicator_kind, weight, target_zh, actual_zh, score, score_status, deduction_reason_zh "
            "from evaluation.duty_indicators where department_code = ? and scheme_id = 'GZ-2023-RECON' order by 1",
            [SECOND],
        ).fetchall()
    return {no: row for no, *row in found}


def test_department_with_other_kinds_of_targets_is_scored_by_its_own_table(office_of: Any) -> None:
    database, raw = office_of(TARGETS)

    found = {no: tuple(row[:6]) for no, row in _duties(database).items()}

    assert found == {
        1: ("产出", Decimal("8.00"), "≥95万公里", "96万公里", Decimal("8.00"), "SCORED"),
        2: ("产出", Decimal("4.00"), "≤0起", "0起", Decimal("4.00"), "SCORED"),
        3: ("产出", Decimal("4.00"), "≤4小时", "5小时", Decimal("3.20"), "SCORED"),
        4: ("产出", Decimal("4.00"), "60~80%", "90%", Decimal("3.56"), "SCORED"),
        5: ("效益", Decimal("10.00"), "平稳", "基本平稳", Decimal("7.50"), "MANUAL"),
        6: ("效益", Decimal("5.00"), "规范", "规范", Decimal("5.00"), "MANUAL"),
        7: ("满意度", Decimal("5.00"), "≥85%", "81%", Decimal("4.76"), "SCORED"),
    }
    assert compare(database, raw, Viewed(SECOND)).differences == []


def test_a_target_that_is_far_exceeded_is_told_and_costs_nothing(office_of: Any) -> None:
    database, raw = office_of(TARGETS.replace(",95,万公里,20,96,", ",95,万公里,20,124,"))

    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute(
            "select indicator_no, score = weight from evaluation.duty_indicators "
            "where department_code = ? and scheme_id = 'GZ-2023-RECON' and is_far_above",
            [SECOND],
        ).fetchall()
    assert told == [(1, True)]
    assert compare(database, raw, Viewed(SECOND)).differences == []


def test_points_of_the_table_are_those_of_the_indicator_whatever_they_add_up_to(office_of: Any) -> None:
    database, _ = office_of(TARGETS)

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select indicator_no, weight, score, score_status from evaluation.indicators_all_schemes "
            "where department_code = ? and scheme_id = 'GZ-2023-RECON' and indicator_no <= 2 order by 1",
            [SECOND],
        ).fetchall()

    assert found == [
        (1, Decimal("20.00"), Decimal("18.76"), "SCORED"),
        (2, Decimal("20.00"), Decimal("17.26"), "MANUAL"),
    ]


def test_target_without_an_actual_value_is_told_and_is_not_zero(office_of: Any) -> None:
    database, raw = office_of(TARGETS.replace("小时,10,5,", "小时,10,,").replace("规范,,10,规范", "规范,,10,较规范"))

    duties = _duties(database)

    assert duties[3][4:] == [None, "MISSING_DATA", "缺少数据:设备报修平均响应(未报全年完成值)"]
    assert duties[6][4:] == [None, "MISSING_DATA", "缺少数据:后勤制度执行(定性指标未评定完成档次)"]
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select distinct score_status, score from evaluation.indicators_all_schemes where department_code = ? and indicator_no <= 2",
            [SECOND],
        ).fetchall()
        told = connection.execute(
            "select indicator_no, fault_zh from evaluation.approved_targets where department_code = ? and fault_zh is not null "
            "order by 1",
            [SECOND],
        ).fetchall()
    assert found == [("MISSING_DATA", Decimal("0.00"))]
    assert told == [(3, "未报全年完成值"), (6, "定性指标未评定完成档次")]
    assert compare(database, raw, Viewed(SECOND)).differences == []
