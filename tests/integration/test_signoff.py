"""Signing a year: a chained log, a frozen version, restatements with a reason and a comparison."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse
from signers import DEPARTMENT, YEAR, certify, sign_as, with_same_signers, with_signers

from dagster_project.publishing import PublishError, SignatureError, current_version, publish
from dagster_project.publishing.signatures import SIGNATURES, certified_entry, read_signatures, signatures_of
from dagster_project.reporting.pack import PackError
from dagster_project.reporting.signing.keys import new_key
from dagster_project.reporting.signing.signoff import RestatementNeedsReason, Signature, sign, version_to_show
from dagster_project.settings import PUBLISHED_SCHEMAS


@pytest.fixture
def own(sample: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of the sample's warehouse that a test may publish from, and three people who may sign."""
    return with_signers(sample.copy_to(tmp_path, raw_dir=sample.settings.raw_dir), tmp_path)


@pytest.fixture(scope="module")
def signed_once(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse whose year was prepared, reviewed and certified; not to be changed."""
    folder = tmp_path_factory.mktemp("signed")
    signed = with_signers(sample.copy_to(folder, raw_dir=sample.settings.raw_dir), folder)
    certify(signed)
    return signed


@pytest.fixture
def signed(signed_once: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of it, with its register and keys, that a test may sign, publish from and damage."""
    return with_same_signers(signed_once, tmp_path)


def publish_changed(warehouse: Warehouse, score: str, keep: int = 10) -> str:
    """What a later night may publish: indicator 5 with another score, and all that follows from it."""
    with duckdb.connect(str(warehouse.settings.warehouse_path)) as connection:
        where = f"fiscal_year = {YEAR} and department_code = '{DEPARTMENT}' and scheme_id = 'GZ-2023-RECON'"
        old = connection.execute(
            f"select score from evaluation.indicators_all_schemes where {where} and indicator_no = 5"
        ).fetchall()[0][0]
        connection.execute(
            f"update evaluation.indicators_all_schemes set score = {score} where {where} and indicator_no = 5"
        )
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


def test_each_entry_says_who_when_what_and_is_chained_to_the_one_before(own: Warehouse) -> None:
    serving = own.settings.serving_dir
    for role in ("prepared", "reviewed", "certified"):
        assert sign_as(own, role, note=f"{role} 说明").warnings == []
    entries = read_signatures(serving)
    assert [(e["number"], e["role"], e["by"], e["note"]) for e in entries] == [
        (1, "prepared", "甲", "prepared 说明"), (2, "reviewed", "乙", "reviewed 说明"), (3, "certified", "丙", "certified 说明"),
    ]  # fmt: skip
    assert {entry["version"] for entry in entries} == {current_version(serving).version}
    assert [entry["previous"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    assert all(entry["at"] and entry["total"] and len(entry["signature"]) == 128 for entry in entries)
    assert len({tuple(sorted(entry["pack"].items())) for entry in entries}) == 1
    assert set(entries[2]["documents"]) == {
        "附件1-自评评分表.xlsx", "附件1-自评评分表(内部版).xlsx", "附件2-自评报告.docx", "附件2-自评报告(内部版).docx",
        "附件2-自评报告.html", "附件2-自评报告(内部版).html",
        "项目支出绩效自评表.xlsx", "项目支出绩效自评表(内部版).xlsx", "决算公开表.xlsx",
    }  # fmt: skip


def test_skipped_steps_are_told_and_one_person_signs_two_roles_only_by_setting(own: Warehouse, tmp_path: Path) -> None:
    new_key(own.settings.signers, own.settings.keys_dir, "甲", ["reviewed"])
    assert sign_as(own, "prepared").warnings == []
    with pytest.raises(SignatureError, match="已以编制身份签署"):
        sign_as(own, "reviewed", by="甲")
    assert len(read_signatures(own.settings.serving_dir)) == 1
    relaxed = own.settings.model_copy(update={"one_person_may_sign": True})
    signed = sign(relaxed, Signature(YEAR, DEPARTMENT, "reviewed", "甲"))
    assert signed.warnings == ["甲 已以编制身份签署过该年度"]
    assert sign_as(own, "certified").warnings == []


def test_a_version_that_was_not_prepared_and_reviewed_is_not_certified(own: Warehouse) -> None:
    assert sign_as(own, "reviewed").warnings == ["该版本还没有编制签署"]
    with pytest.raises(SignatureError, match="还没有编制签署,不能签发"):
        sign_as(own, "certified")
    sign_as(own, "prepared")
    publish_changed(own, "2.00")
    with pytest.raises(SignatureError, match="还没有编制、复核签署,不能签发"):
        sign_as(own, "certified")
    assert certified_entry(own.settings.serving_dir, YEAR, DEPARTMENT) is None


@pytest.mark.parametrize("damage", ["change", "remove", "swap"])
def test_log_that_was_changed_is_refused_and_the_line_named(signed: Warehouse, damage: str) -> None:
    serving = signed.settings.serving_dir
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
        sign_as(signed, "prepared")
    with pytest.raises(SignatureError, match="第 2 行"):
        publish(signed.settings.warehouse_path, serving, PUBLISHED_SCHEMAS, 1)


def test_missing_data_block_certification_but_not_preparation(own: Warehouse) -> None:
    with pytest.raises(
        SignatureError, match="2023 年度数据不齐,不能签发:缺数据或数据不全的指标 1 部门整体绩效目标产出指标完成情况、"
    ):
        sign(own.settings, Signature(YEAR, "101002", "certified", "丙"))
    assert certified_entry(own.settings.serving_dir, YEAR, "101002") is None
    assert sign(own.settings, Signature(YEAR, "101002", "prepared", "甲")).entry["rating"] is None


def test_unknown_role_nobody_and_unknown_version_are_refused(own: Warehouse) -> None:
    with pytest.raises(SignatureError, match="没有签署身份"):
        sign_as(own, "approved")
    with pytest.raises(SignatureError, match="--by"):
        sign_as(own, "prepared", by=" ")
    with pytest.raises(SignatureError, match="没有登记密钥"):
        sign_as(own, "prepared", by="丁")
    with pytest.raises(PublishError, match="没有版本"):
        sign_as(own, "prepared", version="0000000000000000")
    assert read_signatures(own.settings.serving_dir) == []


def test_a_source_that_is_gone_with_its_original_cannot_be_signed(own: Warehouse, tmp_path: Path) -> None:
    moved = own.settings.model_copy(update={"raw_dir": tmp_path / "nothing"})
    originals = moved.keeping.originals_of(moved.landing_dir)
    if originals is not None:
        shutil.rmtree(originals, ignore_errors=True)
    with pytest.raises(PackError, match="不在"):
        sign(moved, Signature(YEAR, DEPARTMENT, "prepared", "甲"))
    assert read_signatures(own.settings.serving_dir) == []


def test_certified_version_is_kept_and_shown_whatever_later_nights_publish(signed: Warehouse) -> None:
    serving = signed.settings.serving_dir
    certified = current_version(serving).version
    later = [publish_changed(signed, score, keep=1) for score in ("2.00", "1.00", "0.00")]
    assert (serving / "versions" / certified).is_dir()
    assert not (serving / "versions" / later[0]).exists()
    assert current_version(serving).version == later[-1]
    version, entry = version_to_show(signed.settings, YEAR, DEPARTMENT)
    assert (version.version, entry and entry["by"]) == (certified, "丙")
    assert version_to_show(signed.settings, YEAR, DEPARTMENT, latest=True)[0].version == later[-1]
    assert version_to_show(signed.settings, 2022, DEPARTMENT)[0].version == later[-1]


def test_restatement_needs_a_reason_and_shows_old_new_and_difference(signed: Warehouse) -> None:
    serving = signed.settings.serving_dir
    first = current_version(serving).version
    second = publish_changed(signed, "2.00")
    with pytest.raises(RestatementNeedsReason, match="--reason") as caught:
        sign_as(signed, "certified")
    assert len(signatures_of(serving, YEAR, DEPARTMENT)) == 3
    again = certify(signed, reason="审计认定一起问题")
    changes = {change.name: (change.old, change.new, change.difference) for change in again.changes}
    assert caught.value.changes == again.changes
    assert changes == {
        "total": (Decimal("96.33"), Decimal("95.33"), Decimal("-1.00")),
        "indicator.05": (Decimal("3.00"), Decimal("2.00"), Decimal("-1.00")),
        "finance_findings.confirmed": (Decimal(1), Decimal(2), Decimal(1)),
    }
    assert (again.entry["replaces"], again.entry["version"], again.entry["reason"]) == (
        first,
        second,
        "审计认定一起问题",
    )
    assert again.entry["changes"][0]["difference"] == "-1.00"
    assert version_to_show(signed.settings, YEAR, DEPARTMENT)[0].version == second
    publish_changed(signed, "1.00", keep=1)
    assert (serving / "versions" / first).is_dir() and (serving / "versions" / second).is_dir()


def test_certifying_the_same_version_twice_is_refused(signed: Warehouse) -> None:
    with pytest.raises(SignatureError, match="不必重签"):
        sign_as(signed, "certified")


def test_certified_version_whose_files_were_changed_is_not_shown(signed: Warehouse) -> None:
    serving = signed.settings.serving_dir
    path = serving / "versions" / current_version(serving).version / "evaluation" / "indicators.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(PublishError, match=r"evaluation/indicators\.parquet"):
        version_to_show(signed.settings, YEAR, DEPARTMENT)


def test_commands_sign_show_the_log_and_evaluate_the_certified_version(
    own: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIXIAO_SIGNERS", str(own.settings.signers))
    monkeypatch.setenv("JIXIAO_KEYS_DIR", str(own.settings.keys_dir))

    def jixiao(*arguments: str) -> tuple[int, str]:
        return own.cli(monkeypatch, *arguments)

    assert "编制 甲" in jixiao("sign", "2023", "--as", "prepared", "--by", "甲")[1]
    monkeypatch.setenv("JIXIAO_KEY_PASSPHRASE", "口令一二三")
    code, told = jixiao("keys", "new", "丁", "--role", "certified", "--passphrase")
    assert code == 0 and "公钥已登记" in told
    certifying = ("sign", "2023", "--as", "certified", "--by", "丁")
    code, told = jixiao(*certifying)
    assert code == 2 and "总分 96.33,等级 优" in told and "--yes" in told, "nobody can answer here"
    assert "还没有复核签署" in jixiao(*certifying, "--yes")[1]
    sign_as(own, "reviewed")
    assert jixiao(*certifying, "--yes")[0] == 0
    certified = current_version(own.settings.serving_dir).version
    later = publish_changed(own, "2.00")
    shown = jixiao("evaluate", "2023")[1]
    assert f"版本 {certified}" in shown and "签发" in shown and "96.33" in shown
    latest = jixiao("evaluate", "2023", "--latest")[1]
    assert f"版本 {later}" in latest and "95.33" in latest
    for asked in (["spending.rate"], ["indicator", "1"]):  # what is explained is what is shown
        assert f"版本 {later}" in jixiao("explain", *asked, "--latest")[1]
        explained = jixiao("explain", *asked)[1]
        assert f"版本 {later}" not in explained and "签发" in explained
    code, refused = jixiao(*certifying, "--yes")
    assert code == 2
    assert "96.33" in refused and "95.33" in refused and "--reason" in refused
    for role in ("prepared", "reviewed"):
        sign_as(own, role)
    assert jixiao(*certifying, "--reason", "更正", "--yes")[0] == 0
    log = jixiao("sign", "2023")[1]
    assert "签署 6 次" in log and "更正" in log
    head = tmp_path / "head.json"
    assert jixiao("head", "--out", str(head), "--by", "丁")[0] == 0
    code, told = jixiao("verify", "--head", str(head))
    assert code == 0 and "6 个签名均由登记的密钥签出" in told and "全部 6 号" in told
    code, told = jixiao("keys", "revoke", certified_entry(own.settings.serving_dir, YEAR, DEPARTMENT)["key_id"])  # type: ignore[index]
    assert code == 0 and "停用" in told
    assert "停用" in jixiao("keys", "list")[1]
    assert jixiao(*certifying, "--reason", "再改", "--yes")[0] == 2
