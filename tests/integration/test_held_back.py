"""One department's error holds back that department: the others' new hand-ins go out, and everybody is told who waits for what."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from ledger_files import CONTRACTS, HERE
from planted_faults import REGISTER, change, project_in_yuan
from sample_warehouse import Warehouse, rows
from session_nights import Stopped, Told, command_line_night

from dagster_project.building.second_round import holds_after
from dagster_project.definitions import build_definitions
from dagster_project.hashing import sha256_of
from dagster_project.ingestion.held_back import recorded
from dagster_project.ingestion.landing import land_drop
from dagster_project.publishing import SignatureError
from dagster_project.quality.suites import Outcome, SuiteResult
from dagster_project.reporting.signing.signoff import Signature, sign

pytestmark = pytest.mark.slow
OFFICE, CENTRE = "101001", "101002"
CENTRES_REGISTER = "projects/2023/机关服务中心2023年项目库.xlsx"
PAYMENTS = "payments/2023/机关服务中心2023年下半年国库集中支付明细.csv"
NOVEMBER, DECEMBER = (f"payments/2023/2023年{month}月国库集中支付明细.csv" for month in (11, 12))
SPENT = "select value from evaluation.figures where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = ?"


def paid_less(raw: Path) -> None:
    """The service centre corrects a payment: a sound hand-in that moves its spending."""
    change(raw, PAYMENTS, "amount_yuan", "0.5", 3)


def one_voucher_twice(raw: Path) -> None:
    """A payment of the office stands in two months: dbt builds no table whose rows share a key."""
    november, december = ((raw / name).read_bytes().decode("gb18030") for name in (NOVEMBER, DECEMBER))
    first = next(line for line in december.splitlines() if line.startswith("ZF")).partition(",")[0]
    own = next(line for line in november.splitlines() if line.startswith("ZF")).partition(",")[0]
    (raw / NOVEMBER).write_bytes(november.replace(own, first, 1).encode("gb18030"))


def differences(one: Path, other: Path, department: str = "") -> list[str]:
    """The tables in which two published databases differ, or in the rows of one department where they have any."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        tables = connection.execute(
            """
            select schema_name || '.' || table_name, list_contains(list(column_name), 'department_code')
            from duckdb_columns() where database_name = 'one' group by all order by all
            """
        ).fetchall()
        for table, has_department in tables:
            own = f"where department_code = '{department}'" if department and has_department else ""
            first, second = (f"select * from {name}.{table} {own}" for name in ("one", "other"))
            query = f"select exists ({first} except all {second}) or exists ({second} except all {first})"
            if connection.execute(query).fetchall()[0][0]:
                found.append(table)
    return found


STATEMENT = "select * exclude (checks_zh) from evaluation.quality_statements where department_code = ? order by all"


def refuse_changes(one: Path, other: Path, department: str) -> None:
    """Everything that readers have of a department is the same, but for what is said of its data quality.

    The catalogue counts the rows of all departments; tables of the bureau add up and compare departments.
    """
    beside = ("quality.", "catalogue.", "evaluation.bureau_")
    changed = [name for name in differences(one, other, department) if not name.startswith(beside)]
    assert changed in ([], ["evaluation.quality_statements"])
    assert rows(one, STATEMENT, department) == rows(other, STATEMENT, department)


def job(office: Warehouse) -> dg.ExecuteInProcessResult:
    """One more night as Dagster's schedule and its page run it; the files that were just written lie still."""
    settings = office.settings.model_copy(update={"settle_seconds": 0})
    nightly = build_definitions(settings).resolve_job_def("nightly")
    with dg.DagsterInstance.ephemeral() as instance:
        return nightly.execute_in_process(instance=instance, raise_on_error=False)


@pytest.fixture(scope="module")
def held(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The office's new file has an error, the service centre's is sound."""
    office = sample.copy_to(tmp_path_factory.mktemp("held"))
    project_in_yuan(office.settings.raw_dir)
    paid_less(office.settings.raw_dir)
    return command_line_night(office)


def test_the_other_departments_new_figures_go_out(sample: Warehouse, held: Told) -> None:
    assert held.code == 3, held.text
    (before,), (now,) = rows(sample.published, SPENT, CENTRE)[0], rows(held.office.published, SPENT, CENTRE)[0]
    assert before - now == Decimal("2.56")


def test_the_department_at_fault_keeps_what_readers_had_to_the_last_byte(sample: Warehouse, held: Told) -> None:
    refuse_changes(sample.published, held.office.published, OFFICE)


def test_the_night_names_department_file_row_rule_and_remedy(held: Told) -> None:
    assert f"【暂缓发布】部门 {OFFICE} 的台账没有通过发布前检查" in held.text
    told = next(
        line for line in held.text.splitlines() if line.strip().startswith(f"{REGISTER} 工作表“项目库” 第 6 行")
    )
    assert "超过10亿元先查单位是否弄错" in told
    assert "办公厅行政处" in told
    assert "重新报送,再运行 jixiao nightly" in told
    assert f"部门 {CENTRE}" not in held.text


def test_tables_statements_and_evaluation_say_what_does_not_count(held: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    database = held.office.published
    kept = "select distinct file from quality.submissions where status = 'held_back' and department_code = ?"
    assert rows(database, kept, OFFICE) == [(REGISTER,)]
    assert rows(database, kept, CENTRE) == []
    statement = "select count(*) from evaluation.quality_statements where checks_zh like '%暂缓发布的文件 1 个%' and department_code = ?"
    assert rows(database, statement, OFFICE)[0][0] > 0
    assert rows(database, statement, CENTRE)[0][0] == 0
    issues = rows(
        database,
        "select distinct check_id, file, row_number, state from quality.issues where check_id like 'held_back%'",
    )
    assert ("held_back_row", REGISTER, 6, "open") in issues
    assert ("held_back_file", REGISTER, None, "open") in issues
    assert "暂缓发布" in held.office.cli(monkeypatch, "evaluate", "2023")[1]
    assert "暂缓发布" not in held.office.cli(monkeypatch, "evaluate", "2023", "--department", CENTRE)[1]
    code, text = held.office.cli(monkeypatch, "findings", "--department", OFFICE)
    assert code == 3
    assert f"{REGISTER} 工作表“项目库” 第 6 行" in text


def test_a_department_that_is_held_back_is_not_certified(held: Told) -> None:
    with pytest.raises(SignatureError, match="暂缓发布"):
        sign(held.office.settings, Signature(2023, OFFICE, "certified", "甲"))


def test_a_quiet_night_tells_it_again_and_builds_nothing(held: Told) -> None:
    built = held.office.settings.warehouse_path.stat().st_mtime_ns
    again = command_line_night(held.office)
    assert again.code == 3
    assert "【暂缓发布】" in again.text
    assert f"{REGISTER} 工作表“项目库” 第 6 行" in again.text
    assert "重建数据仓库" not in again.text
    assert held.office.settings.warehouse_path.stat().st_mtime_ns == built


def test_a_look_back_holds_back_what_readers_did_not_have(held: Told, tmp_path: Path) -> None:
    office = held.office.copy_to(tmp_path)
    before = (office.settings.serving_dir / "current").readlink()
    result = office.run_again("2023-12-31")
    assert result.success, result.failures
    assert (office.settings.serving_dir / "current").readlink() == before
    version = office.settings.serving_dir / "versions" / str(result.version) / "published.duckdb"
    assert rows(version, "select file from quality.submissions where status = 'held_back'") == [(REGISTER,)]


def test_the_mended_file_ends_the_hold_as_if_it_had_never_been(sample: Warehouse, held: Told, tmp_path: Path) -> None:
    mended, never = held.office.copy_to(tmp_path / "mended"), sample.copy_to(tmp_path / "never")
    for office in (mended, never):
        shutil.copy(sample.settings.raw_dir / REGISTER, office.settings.raw_dir / REGISTER)
        change(office.settings.raw_dir, REGISTER, "initial_budget_yuan", "1.01", 3)
    paid_less(never.settings.raw_dir)
    results = [office.run_again() for office in (mended, never)]
    assert all(result.success for result in results)
    versions = [office.settings.serving_dir / "current" for office in (mended, never)]
    hashes = [
        {path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(folder.resolve().rglob("*.parquet"))}
        for folder in (version.resolve() for version in versions)
    ]
    changed = {name for name in hashes[0] if hashes[0][name] != hashes[1][name]}
    assert changed == {
        "quality/submissions.parquet",
        "quality/findings.parquet",
        "quality/rules.parquet",
        "marts/hand_in_calendar.parquet",
        "catalogue/tables.parquet",
    }, "the log with what landing said of its files, and what counts hand-ins, findings and rows of these"
    assert rows(mended.published, "select count(*) from quality.submissions where status = 'held_back'") == [(0,)]


def test_on_a_first_night_a_department_at_fault_is_left_out_and_dagster_does_the_same(
    sample: Warehouse, tmp_path: Path
) -> None:
    office = sample.copy_to(tmp_path)
    shutil.rmtree(office.settings.serving_dir)
    change(office.settings.raw_dir, CENTRES_REGISTER, "initial_budget_yuan", "10000")
    run = job(office)
    assert run.success
    assert rows(office.published, "select distinct department_code from evaluation.figures") == [(OFFICE,)]
    refuse_changes(sample.published, office.published, OFFICE)
    reasons = rows(office.published, "select distinct reason from quality.submissions where status = 'held_back'")
    assert [reason.partition(";")[0] for (reason,) in reasons] == [
        f"部门 {CENTRE} 的台账没有通过发布前检查,暂缓发布:以前没有发布过可以沿用的数据,暂不计入"
    ]
    assert len(rows(office.published, "select * from quality.issues where check_id = 'held_back_file'")) == 4


def test_rows_that_share_a_key_hold_back_their_department_in_dagster_too(sample: Warehouse, tmp_path: Path) -> None:
    office = sample.copy_to(tmp_path)
    one_voucher_twice(office.settings.raw_dir)
    paid_less(office.settings.raw_dir)
    run = job(office)
    assert run.success
    kept = rows(office.published, "select file from quality.submissions where status = 'held_back'")
    assert kept == [(NOVEMBER,)]
    refuse_changes(sample.published, office.published, OFFICE)
    told = rows(office.published, "select file from quality.issues where check_id = 'held_back_row' order by all")
    assert {NOVEMBER, DECEMBER} == {file for (file,) in told}


def test_where_nobody_else_has_anything_new_all_is_blocked_as_ever(stopped: Stopped) -> None:
    assert stopped.code == 1, stopped.text
    assert "未发布" in stopped.text
    assert recorded(stopped.office.settings.landing_dir) == []


def test_what_cannot_be_laid_to_a_department_with_news_holds_back_nobody(sample: Warehouse, tmp_path: Path) -> None:
    office = sample.copy_to(tmp_path)
    project_in_yuan(office.settings.raw_dir)
    paid_less(office.settings.raw_dir)
    settings = office.settings
    land_drop(settings.raw_dir, settings.landing_dir, CONTRACTS, OFFICE, keeping=settings.keeping, limits=HERE)
    manifest = json.loads((settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))

    def held_by(*queries: str) -> list[str]:
        outcomes = tuple(
            Outcome("marts.dim_project_yearly", "critical", "", "规则", False, "不符", query) for query in queries
        )
        found = holds_after(settings, manifest, [SuiteResult("marts.dim_project_yearly", outcomes)])
        return [hold.department_code for hold in found]

    of_office = f"select * from marts.dim_project_yearly where department_code = '{OFFICE}'"
    assert held_by(of_office) == [OFFICE]
    assert held_by(of_office.replace(OFFICE, CENTRE)) == [CENTRE]
    assert held_by(
        "select * exclude (department_code) from marts.dim_project_yearly where department_code = '101002'"
    ) == [CENTRE]
    assert held_by("select 1 as nobody") == []
    assert held_by(of_office, "select 1 as nobody") == []
    assert held_by("") == []
    assert held_by("select '101003' as department_code") == []
    shutil.rmtree(settings.serving_dir)
    assert held_by(of_office.replace(OFFICE, CENTRE)) == [CENTRE], "on a first night, too"
    assert held_by(of_office) == [], "a first version without the office itself would be none"
