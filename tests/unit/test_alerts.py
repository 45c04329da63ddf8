"""Each state is told once when it begins, again when it changes, once when it is over; what cannot be sent waits and is told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from alert_receiver import receiving
from ledger_files import PAYMENTS, Office, payment_cells, payments_text
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.monitoring.after_a_night import after_a_night
from dagster_project.monitoring.alerts import memory_of, tell, waiting_alerts
from dagster_project.monitoring.night_end import NightEnd
from dagster_project.monitoring.states import Kind, States, marker_of_ledgers, states_after
from dagster_project.settings import Settings

NOW = dt.datetime(2024, 1, 10, 2, 0, tzinfo=SHANGHAI)


def night(settings: Settings, states: States, day: int = 0) -> list[str]:
    """What a night that is so many days later tells."""
    with memory_of(settings) as memory:
        return tell(settings, memory, states, NOW + dt.timedelta(days=day))


def outbox(settings: Settings) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(settings.outbox_dir.glob("*.txt"))]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(build_dir=tmp_path)


def test_a_state_is_told_when_it_begins_changes_and_ends_and_not_between(settings: Settings) -> None:
    two, other = {Kind.OPEN: ("甲", "乙")}, {Kind.OPEN: ("乙", "丙")}
    for day, states in enumerate([two, two, {Kind.OPEN: ("乙", "甲")}, other, {Kind.OPEN: ()}, {Kind.OPEN: ()}]):
        assert night(settings, states, day) == []
    began, changed, over = outbox(settings)
    assert began.startswith("【绩效数据仓库】有待处理事项(2)") and "· 甲\n· 乙" in began
    assert "新增 1 处,已解决 1 处,现有 2 处" in changed and "· 丙" in changed and "· 甲" not in changed
    assert over.startswith("【绩效数据仓库】待处理事项已全部处理") and "自 2024-01-10T02:00 起" in over


def test_of_a_kind_that_is_not_known_nothing_is_said(settings: Settings) -> None:
    night(settings, {Kind.OPEN: ("甲",)})
    night(settings, {Kind.REFUSED: ("文件夹不在",)}, 1)
    night(settings, {Kind.REFUSED: (), Kind.OPEN: ("甲",)}, 2)
    assert [text.partition("\n")[0][8:] for text in outbox(settings)] == [
        "有待处理事项(1)",
        "夜间任务无法运行(1)",
        "夜间任务已能运行",
    ]


def test_another_process_in_the_way_is_the_same_state(settings: Settings) -> None:
    night(settings, {Kind.FAILED: ("进程 4711 打开着 warehouse.duckdb",)})
    night(settings, {Kind.FAILED: ("进程 4712 打开着 warehouse.duckdb",)}, 1)
    assert len(outbox(settings)) == 1


def test_ten_items_are_shown_and_the_others_counted(settings: Settings) -> None:
    night(settings, {Kind.LATE: tuple(f"台账{number:02d}" for number in range(13))})
    [text] = outbox(settings)
    assert text.count("· 台账") == 10 and "另有 3 处" in text and "jixiao owed --all" in text


def test_personal_data_is_masked_and_only_the_user_reads_the_outbox(settings: Settings) -> None:
    night(settings, {Kind.FAILED: ("marts.fct_payments: 收款人电话 13812345678",)})
    [text] = outbox(settings)
    assert "13812345678" not in text and "收款人电话" in text
    [file] = settings.outbox_dir.glob("*.txt")
    assert file.stat().st_mode & 0o777 == 0o600 and settings.outbox_dir.stat().st_mode & 0o777 == 0o700


def test_a_webhook_gets_the_alert_and_what_it_missed_comes_later(tmp_path: Path) -> None:
    with receiving() as receiver:
        settings = Settings(build_dir=tmp_path, alert_urls=receiver.url)
        assert night(settings, {Kind.LATE: ("甲",)}) == []
        assert [each["title"] for each in receiver.received] == ["【绩效数据仓库】台账逾期未报(1)"]
        assert "· 甲" in receiver.received[0]["message"]
    [note] = night(settings, {Kind.LATE: ("甲", "乙")}, 1)
    assert "第 1 个提醒地址(json)" in note and "1 条提醒没有发出" in note and "SECRET" not in note
    assert len(outbox(settings)) == 2 and waiting_alerts(settings) == ["第 1 个提醒地址(json):1 条"]
    with receiving(receiver.server_port) as again:
        assert night(settings, {Kind.LATE: ()}, 2) == []
        assert [each["title"][8:] for each in again.received] == ["台账逾期未报(2)", "逾期的台账已补报"]
        assert night(settings, {Kind.LATE: ()}, 3) == [] and len(again.received) == 2
        assert waiting_alerts(settings) == []


def test_one_address_that_is_wrong_keeps_no_alert_from_the_others_and_no_secret_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        wrong = "nosuch://user:SECRET1@host jsons://user:SECRET2@127.0.0.1:1/SECRET3"
        settings = Settings(build_dir=tmp_path, alert_urls=f"{wrong} {receiver.url}")
        notes = night(settings, {Kind.LATE: ("甲",)})
        assert len(receiver.received) == 1
    assert [note.partition(";")[0] for note in notes] == [
        "第 1 个提醒地址(nosuch):apprise 不认识这个地址的写法",
        "第 2 个提醒地址(jsons):没有送达(地址、网络,或对方没有接受)",
    ]
    written = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*") if p.is_file())
    assert "SECRET" not in "".join((*notes, written, *capfd.readouterr(), repr(settings)))


def test_an_alert_that_could_not_be_written_is_told_the_next_night(settings: Settings) -> None:
    settings.outbox_dir.write_text("in the way")
    [note] = night(settings, {Kind.LATE: ("甲",)})
    assert "没有写成" in note
    settings.outbox_dir.unlink()
    assert night(settings, {Kind.LATE: ("甲",)}, 1) == []
    assert len(outbox(settings)) == 1


def test_a_damaged_memory_tells_again_rather_than_never(settings: Settings) -> None:
    night(settings, {Kind.LATE: ("甲",)})
    settings.alert_memory.write_text("{")
    night(settings, {Kind.LATE: ("甲",)}, 1)
    assert len(outbox(settings)) == 2


def end_of(outcome: str, day: dt.date, *reasons: str) -> NightEnd:
    at = dt.datetime.combine(day, dt.time(2), SHANGHAI)
    return NightEnd("schedule", at, at, outcome, reasons, "0123456789abcdef")  # type: ignore[arg-type]


def test_a_refused_file_and_a_late_ledger_are_told_with_department_file_remedy_and_owner(tmp_path: Path) -> None:
    office, settings = Office(tmp_path, {"payments": PAYMENTS}), Settings(build_dir=tmp_path)
    office.hand_in("payments/2023/2023年01月支付明细.csv", payments_text([payment_cells(1)]))
    office.hand_in("payments/2023/2023年02月支付明细.csv", b"\xff\xfe\x00 no text \x00\x81")
    listed = [
        f"payments/2023/2023年{m}月支付明细.csv,101001,2023-{m},2023-03-0{int(m)}T09:00:00+08:00" for m in ("01", "02")
    ]
    office.hand_in("received.csv", "\n".join(["file,department,period,received_at", *listed]))
    office.land()
    assert after_a_night(settings, end_of("published", dt.date(2023, 4, 1))) == []
    late, opened = outbox(settings)
    assert (
        "部门 101001" in opened and "2023年02月支付明细.csv" in opened and "〔国库集中支付明细,办公厅行政处〕" in opened
    )
    assert "版本 0123456789abcdef" in opened and "jixiao findings" in opened
    assert (
        "payments 2023 年缺 1 个月:02(部门 101001)" in late
        and "请办公厅行政处(代班:办公厅秘书处)补报(自 2023-03-07)" in late
    )
    assert json.loads(settings.heartbeat.read_text())["outcome"] == "published"
    after_a_night(settings, end_of("quiet", dt.date(2023, 4, 2)))
    assert len(outbox(settings)) == 2


def test_what_did_not_change_is_not_asked_again_and_what_did_is(tmp_path: Path) -> None:
    office, settings = Office(tmp_path, {"payments": PAYMENTS}), Settings(build_dir=tmp_path)
    office.hand_in("payments/2023/2023年01月支付明细.csv", payments_text([payment_cells(1)]))
    office.land()
    day = dt.date(2026, 1, 1)
    before = marker_of_ledgers(settings, day)
    SubmissionLog(settings.landing_dir / LOG_NAME)
    assert marker_of_ledgers(settings, day) == before != marker_of_ledgers(settings, day + dt.timedelta(days=1))
    known = states_after(settings, end_of("quiet", day), are_ledgers_known=True)
    assert set(known) == {Kind.DEAD, Kind.REFUSED, Kind.FAILED}
    office.hand_in("payments/2023/2023年02月支付明细.csv", b"\xff\xfe\x00 no text \x00\x81")
    office.land()
    assert marker_of_ledgers(settings, day) != before


def test_a_drop_from_which_nothing_came_although_something_was_due_is_told(tmp_path: Path) -> None:
    office, settings = Office(tmp_path, {"payments": PAYMENTS}), Settings(build_dir=tmp_path)
    office.hand_in("payments/2023/2023年01月支付明细.csv", payments_text([payment_cells(1)]))
    [entry] = office.land().entries
    landed_on = dt.date.fromisoformat(entry.landed_at[:10])
    after_a_night(settings, end_of("quiet", landed_on + dt.timedelta(days=1)))
    before = [text for text in outbox(settings) if "没有收到任何新文件" in text]
    after_a_night(settings, end_of("quiet", landed_on + dt.timedelta(days=60)))
    after_a_night(settings, end_of("quiet", landed_on + dt.timedelta(days=95)))
    told = [text for text in outbox(settings) if "没有收到任何新文件" in text]
    assert (len(before), len(told)) == (0, 1) and f"自 {landed_on} 以来" in told[0]


def test_a_refused_night_is_told_once_and_beats_and_a_look_back_does_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path / "build"))
    monkeypatch.setenv("JIXIAO_RAW_DIR", str(tmp_path / "no such folder"))
    settings = Settings()
    assert CliRunner().invoke(app, ["nightly", "--as-of", "2023-07-01"]).exit_code == 2
    assert not settings.outbox_dir.exists() and not settings.heartbeat.exists()
    for _ in range(2):
        done = CliRunner().invoke(app, ["nightly", "--quiet"])
        assert done.exit_code == 2 and "找不到原始数据文件夹" in done.output
    [text] = outbox(settings)
    assert text.startswith("【绩效数据仓库】夜间任务无法运行(1)") and "找不到原始数据文件夹" in text
    assert json.loads(settings.heartbeat.read_text())["outcome"] == "refused"
    private = (settings.heartbeat, settings.alert_memory, *settings.outbox_dir.iterdir())
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_a_failed_night_is_told_with_its_reason_and_that_it_recovered(settings: Settings) -> None:
    after_a_night(settings, end_of("failed", dt.date(2024, 1, 1), "evaluation.figures: 第 3 行合计不符"))
    after_a_night(settings, end_of("failed", dt.date(2024, 1, 2), "evaluation.figures: 第 3 行合计不符"))
    after_a_night(settings, end_of("published", dt.date(2024, 1, 3)))
    failed, recovered = outbox(settings)
    assert (
        "夜间任务失败,没有发布(1)" in failed and "第 3 行合计不符" in failed and "(定时,2024-01-01 02:00 开始" in failed
    )
    assert "夜间任务已恢复,已发布" in recovered
