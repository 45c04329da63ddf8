"""Signing a year: a chained log, a frozen version, restatements with a reason and a comparison."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from dagster_project.reporting.signoff import RestatementNeedsReason, sign, version_to_show
from sample_warehouse import Warehouse
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.publishing import PublishError, SignatureError, current_version, publish
from dagster_project.publishing.signatures import SIGNATURES, certified_entry, read_signatures, signatures_of
from dagster_project.settings import PUBLISHED_SCHEMAS

YEAR, DEPARTMENT = 2023, "101001"


@pytest.fixture
def own(sample: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of the sample's warehouse that a test may publish from."""
    return sample.copy_to(tmp_path, raw_dir=sample.settings.raw_dir)


def publish_changed(warehouse: Warehouse, score: str, keep: int = 10) -> str:
    """What a later night may publish: indicator 5 with another score, and all that follows from it."""
    with duckdb.connect(str(warehouse.settings.warehouse_path)) as connection:
        where = f"fiscal_year = {YEAR} and department_code = '{DEPARTMENT}' and scheme_id = 'GZ-2023-RECON'"
        old = connection.execute(
            f"select score from evaluation.indicators where {where} and indicator_no = 5"
        ).fetchall()[0][0]
        connection.execute(f"update evaluation.indicators set score = {score} where {where} and indicator_no = 5")
        connection.execute(
            f"update evaluation.scorecard set score = score + ({score}) - {old} where {where} and level = 'total'"
        )
        connection.execute(
            f"""
            update evaluation.figures set value = {Decimal(4) - Decimal(score)}
            where fiscal_year = {YEAR} and department_code = '{DEPARTMENT}' and figure_id = 'finance_findings.confirmed'
            """
        )
    settings = warehouse.settings
    return publish(settings.warehouse_path, settings.serving_dir, PUBLISHED_SCHEMAS, keep).version


def certify(warehouse: Warehouse, by: str = "丙", **more: str) -> str:
    return str(sign(warehouse.settings.serving_dir, YEAR, DEPARTMENT, "certified", by, **more).entry["version"])


def test_each_entry_says_who_when_what_and_is_chained_to_the_one_before(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    for role, by in (("prepared", "甲"), ("reviewed", "乙"), ("certified", "丙")):
        signed = sign(serving, YEAR, DEPARTMENT, role, by, note=f"{role} 说明")
        assert signed.warnings == []
    entries = read_signatures(serving)
    assert [(e["number"], e["role"], e["by"], e["note"]) for e in entries] == [
        (1, "prepared", "甲", "prepared 说明"), (2, "reviewed", "乙", "reviewed 说明"), (3, "certified", "丙", "certified 说明"),
    ]  # fmt: skip
    assert {entry["version"] for entry in entries} == {current_version(serving).version}
    assert [entry["previous"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    assert all(entry["at"] and entry["total"] for entry in entries)


def test_skipped_steps_and_one_person_in_two_roles_are_told(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    sign(serving, YEAR, DEPARTMENT, "prepared", "甲")
    warnings = " ".join(sign(serving, YEAR, DEPARTMENT, "certified", "甲").warnings)
    assert "复核" in warnings
    assert "甲 已以编制身份" in warnings


@pytest.mark.parametrize("damage", ["change", "remove", "swap"])
def test_log_that_was_changed_is_refused_and_the_line_named(own: Warehouse, damage: str) -> None:
    serving = own.settings.serving_dir
    for role in ("prepared", "reviewed", "certified"):
        sign(serving, YEAR, DEPARTMENT, role, role)
    path = serving / SIGNATURES
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if damage == "change":
        entry = {**json.loads(lines[1]), "by": "别人"}
        lines[1] = json.dumps(entry, ensure_ascii=False) + "\n"
    elif damage == "remove":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(SignatureError, match="第 2 行"):
        read_signatures(serving)
    with pytest.raises(SignatureError, match="第 2 行"):
        sign(serving, YEAR, DEPARTMENT, "prepared", "甲")
    with pytest.raises(SignatureError, match="第 2 行"):
        publish(own.settings.warehouse_path, serving, PUBLISHED_SCHEMAS, 1)


def test_missing_data_block_certification_but_not_preparation(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    with pytest.raises(SignatureError, match="缺数据的指标"):
        sign(serving, YEAR, "101002", "certified", "丙")
    assert certified_entry(serving, YEAR, "101002") is None
    assert sign(serving, YEAR, "101002", "prepared", "甲").entry["rating"] is None


def test_unknown_role_nobody_and_unknown_version_are_refused(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    with pytest.raises(SignatureError, match="没有签署身份"):
        sign(serving, YEAR, DEPARTMENT, "approved", "甲")
    with pytest.raises(SignatureError, match="--by"):
        sign(serving, YEAR, DEPARTMENT, "prepared", " ")
    with pytest.raises(PublishError, match="没有版本"):
        sign(serving, YEAR, DEPARTMENT, "prepared", "甲", version="0000000000000000")
    assert read_signatures(serving) == []


def test_certified_version_is_kept_and_shown_whatever_later_nights_publish(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    certified = certify(own)
    later = [publish_changed(own, score, keep=1) for score in ("2.00", "1.00", "0.00")]
    assert (serving / "versions" / certified).is_dir()
    assert not (serving / "versions" / later[0]).exists()
    assert current_version(serving).version == later[-1]
    version, entry = version_to_show(serving, YEAR, DEPARTMENT)
    assert (version.version, entry and entry["by"]) == (certified, "丙")
    assert version_to_show(serving, YEAR, DEPARTMENT, latest=True)[0].version == later[-1]
    assert version_to_show(serving, 2022, DEPARTMENT)[0].version == later[-1]


def test_restatement_needs_a_reason_and_shows_old_new_and_difference(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    first = certify(own)
    second = publish_changed(own, "2.00")
    with pytest.raises(RestatementNeedsReason, match="--reason") as caught:
        certify(own)
    assert len(signatures_of(serving, YEAR, DEPARTMENT)) == 1
    signed = sign(serving, YEAR, DEPARTMENT, "certified", "丙", reason="审计认定一起问题")
    changes = {change.name: (change.old, change.new, change.difference) for change in signed.changes}
    assert caught.value.changes == signed.changes
    assert changes == {
        "total": (Decimal("96.34"), Decimal("95.34"), Decimal("-1.00")),
        "indicator.05": (Decimal("3.00"), Decimal("2.00"), Decimal("-1.00")),
        "finance_findings.confirmed": (Decimal(1), Decimal(2), Decimal(1)),
    }
    assert (signed.entry["replaces"], signed.entry["version"], signed.entry["reason"]) == (
        first,
        second,
        "审计认定一起问题",
    )
    assert signed.entry["changes"][0]["difference"] == "-1.00"
    assert version_to_show(serving, YEAR, DEPARTMENT)[0].version == second
    publish_changed(own, "1.00", keep=1)
    assert (serving / "versions" / first).is_dir() and (serving / "versions" / second).is_dir()


def test_certifying_the_same_version_twice_is_refused(own: Warehouse) -> None:
    certify(own)
    with pytest.raises(SignatureError, match="不必重签"):
        certify(own)


def test_certified_version_whose_files_were_changed_is_not_shown(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    path = serving / "versions" / certify(own) / "evaluation" / "indicators.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(PublishError, match=r"evaluation/indicators\.parquet"):
        version_to_show(serving, YEAR, DEPARTMENT)


def test_commands_sign_show_the_log_and_evaluate_the_certified_version(
    own: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(own.settings.build_dir))
    monkeypatch.setenv("JIXIAO_RAW_DIR", str(own.settings.raw_dir))
    runner = CliRunner()
    assert "编制 甲" in runner.invoke(app, ["sign", "2023", "--as", "prepared", "--by", "甲"]).output
    assert runner.invoke(app, ["sign", "2023", "--as", "certified", "--by", "丙"]).exit_code == 0
    certified = current_version(own.settings.serving_dir).version
    later = publish_changed(own, "2.00")
    shown = runner.invoke(app, ["evaluate", "2023"])
    assert f"版本 {certified}" in shown.output and "签发" in shown.output and "96.34" in shown.output
    latest = runner.invoke(app, ["evaluate", "2023", "--latest"])
    assert f"版本 {later}" in latest.output and "95.34" in latest.output
    refused = runner.invoke(app, ["sign", "2023", "--as", "certified", "--by", "丙"])
    assert refused.exit_code == 2
    assert "96.34" in refused.output and "95.34" in refused.output and "--reason" in refused.output
    assert runner.invoke(app, ["sign", "2023", "--as", "certified", "--by", "丙", "--reason", "更正"]).exit_code == 0
    log = runner.invoke(app, ["sign", "2023"]).output
    assert "签署 3 次" in log and "更正" in log
