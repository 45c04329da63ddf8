"""Every rule that holds a row against others finds the row that is made wrong on purpose, and not its neighbours."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from oracle.offices import Base
from sample_warehouse import Warehouse, changes_undone
from session_nights import Stopped

from dagster_project.quality.expectation_files import COMPARING, Rule, read_suites
from dagster_project.settings import Settings

SUITES = read_suites(Settings().expectations_dir)
EXPECTED_ON_THE_SAMPLE = {
    # What the invented office of 2022 did wrong on purpose, so that indicators have something to find; expectations/accepted.yaml.
    "有指标缺数据:补齐台账前,该年度的自评文件不予生成",
    "账卡不符,请核对卡片和科目余额",
    "应公开的文件没有公开记录",
    "专项工作报告应提前20日征求意见、提前10日送交(监督法)",
    "未先批复或未入账的处置,请核实",
    "疑似超标准配置,请核实",
    "未盘到的卡片,请补盘",
    "同一收款人同日同额支付多次(首张凭证见 first_voucher_no),请核实是否重复支付",
}


# No ledger of the sample holds one.
ENTRY_ON_AN_ACTION = """
    insert into marts.fct_year_end_actions by name
    select
        department_code, fiscal_year, 'JY1' as action_no, '退回' as action_kind, 'P1' as subject_no, 1.00 as amount_yuan,
        '采纳' as state, '办公厅' as unit, cast(received_at as date) - 1 as stated_on, true as is_latest,
        submission_id, '' as sheet, 1 as row_number
    from quality.submissions where ledger = 'payments' and status = 'landed' order by submission_id limit 1
"""

PAUSE_OF_A_CLOCK = """
    insert into marts.fct_clock_changes by name
    select
        department_code, fiscal_year, 'ZZ1' as change_no, '代表建议答复' as deadline_name, 'suggestion_reply' as deadline_kind,
        'J1' as item_key, '中止' as change, cast(received_at as date) - 9 as from_on, cast(received_at as date) - 2 as until_on,
        cast(received_at as date) - 2 as counted_until, false as is_open, false as is_restart, true as has_effect, '规定' as basis_zh,
        '办公厅' as approved_by, submission_id, '' as sheet, 1 as row_number
    from quality.submissions where ledger = 'suggestions' and status = 'landed' order by submission_id limit 1
"""

INDICATOR_OF_A_FORM = """
    insert into marts.fct_monitoring_entries by name
    select
        department_code, fiscal_year, 'P1' as project_code, cast(received_at as date) - 9 as monitored_until, '开会次数' as indicator_name,
        '20' as reached, cast(received_at as date) - 2 as filed_on, true as is_filled, true as is_form_complete, submission_id,
        '' as sheet, 1 as row_number
    from quality.submissions where ledger = 'monitoring_records' and status = 'landed' order by submission_id limit 1
"""


@pytest.fixture(scope="module")
def copy(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plausibility") / sample.settings.warehouse_path.name
    shutil.copy(sample.settings.warehouse_path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(ENTRY_ON_AN_ACTION)
        connection.execute(PAUSE_OF_A_CLOCK)
        connection.execute(INDICATOR_OF_A_FORM)
    return path


@pytest.fixture
def warehouse(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's warehouse, to change: what a test does is undone after it."""
    with changes_undone(copy) as connection:
        yield connection


def places(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> set[tuple[str, int]]:
    """File and row of what breaks the rule."""
    query = rule.broken_rows.replace("{batch}", table)
    return set(connection.execute(f"select submission_id, row_number from ({query})").fetchall())


def compared() -> list[tuple[str, Rule]]:
    return [
        (t, rule) for t, suite in SUITES.items() for rule in suite.rules if any(getattr(rule, k) for k in COMPARING)
    ]


def name_of(value: object) -> str:
    if isinstance(value, Rule):
        kind = next(kind for kind in COMPARING if getattr(value, kind))
        detail = getattr(value, kind)
        bound = f"-{detail.high}-{detail.low}" if kind == "series" else ""
        columns = detail.columns if kind in ("year_of_file", "stays") else detail.by if kind == "goes_on" else detail
        named = getattr(detail, "column", None) or getattr(detail, "name", None)
        return f"{kind}-{named or '-'.join(columns)}{bound}"
    return str(value)


def test_only_what_is_meant_stands_out_on_the_sample(sample: Warehouse) -> None:
    found = set()
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        for table, suite in SUITES.items():
            for rule in suite.beside(sample.published.parent).rules:
                if rule.broken_rows:
                    query = rule.broken_rows.replace("{batch}", table)
                    if connection.execute(f"select 1 from ({query}) limit 1").fetchall():
                        found.add(rule.why)
    assert found == EXPECTED_ON_THE_SAMPLE


@pytest.mark.parametrize(("table", "rule"), compared(), ids=name_of)
def test_a_row_that_is_made_wrong_is_found_and_no_other(
    warehouse: duckdb.DuckDBPyConnection, table: str, rule: Rule
) -> None:
    assert places(warehouse, table, rule) == set()
    where = f"({rule.when})" if rule.when else "true"
    if rule.series:
        wrong = [_mistype(warehouse, table, rule, where, up) for up in (True, False) if _has_bound(rule, up)]
        assert all(found == {planted} for planted, found in wrong)
    elif rule.numbered:
        planted = _leave_one_out(warehouse, table, rule)
        assert places(warehouse, table, rule) == {planted}
    elif rule.listed:
        named = rule.listed.column
        planted = _row(warehouse, table, f"{where} and {named} is not null")
        only = f"rowid = (select min(rowid) from {table} where submission_id = ? and row_number = ? and {named} is not null)"
        likest = warehouse.execute(
            f"update {table} set {named} = {named} || 'x' where {only} returning {named}", [*planted]
        ).fetchone() or ("",)
        assert places(warehouse, table, rule) == {planted}
        ((shown,),) = warehouse.execute(
            f"select is_it_this_one from ({rule.broken_rows.replace('{batch}', table)})"
        ).fetchall()
        assert str(shown).startswith(likest[0].removesuffix("x")), "the entry that is spelled most alike"
    elif rule.named_alike:
        assert places(warehouse, table, rule) == set()
        renamed = _rename_in_register(warehouse, table, rule)
        assert renamed and places(warehouse, table, rule) == renamed
    elif rule.stays:
        year, changed = rule.stays.year, rule.stays.columns[0]
        alike = " and ".join(f"before.{name} = {table}.{name}" for name in ("department_code", *rule.stays.key))
        stood = f"exists (select 1 from {table} as before where {alike} and before.{year} = {table}.{year} - 1 and before.{changed} is not null)"
        planted = _row(warehouse, table, f"{where} and {changed} is not null and {stood}")
        (kind,) = warehouse.execute(f"select typeof({changed}) from {table} limit 1").fetchone() or ("",)
        another = "+ 1" if kind == "DATE" else "|| 'x'"
        _set(warehouse, table, planted, f"{changed} = {changed} {another}")
        assert places(warehouse, table, rule) == {planted}
    elif rule.goes_on:
        of_the_month = _break_off(warehouse, table, rule, where)
        (found,) = places(warehouse, table, rule)
        assert found in of_the_month
    elif rule.year_of_file:
        for day in rule.year_of_file.columns:
            planted = _row(warehouse, table, f"{where} and {day} is not null")
            (year,) = warehouse.execute(
                "select max(fiscal_year) from quality.submissions where submission_id = ?", [planted[0]]
            ).fetchone() or (0,)
            bounds = rule.year_of_file
            for years, is_found in (
                (bounds.earliest, False),
                (bounds.latest, False),
                (bounds.earliest - 1, True),
                (bounds.latest + 1, True),
            ):
                _set(warehouse, table, planted, f"{day} = '{year + years}-06-15'")
                assert (planted in places(warehouse, table, rule)) == is_found
            _set(warehouse, table, planted, f"{day} = '{year}-06-15'")
    else:
        columns = rule.in_order or rule.not_after_receipt or []
        later = columns[0]
        filled = f"{columns[-1]} is not null and {later} is not null" if rule.in_order else f"{later} is not null"
        planted = _row(warehouse, table, f"{where} and {filled}")
        _set(warehouse, table, planted, f"{later} = '2099-01-01'")
        assert places(warehouse, table, rule) == {planted}


def _rename_in_register(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> set[tuple[str, int]]:
    """Give an entry of the register another name; the rows that name its code."""
    assert rule.named_alike
    code, register = rule.named_alike.code, rule.named_alike.named_in
    keys = ("department_code", *rule.named_alike.by, code)
    planted = _row(connection, table, f"{code} in (select {code} from {register})")
    same = " and ".join(
        f"{key} = (select {key} from {table} where submission_id = ? and row_number = ? limit 1)" for key in keys
    )
    name = rule.named_alike.name
    connection.execute(f"update {register} set {name} = {name} || 'x' where {same}", [*planted * len(keys)])
    return set(
        connection.execute(
            f"select submission_id, row_number from {table} where {same}", [*planted * len(keys)]
        ).fetchall()
    )


def _has_bound(rule: Rule, up: bool) -> bool:
    assert rule.series
    return (rule.series.high if up else rule.series.low) is not None


def _mistype(
    connection: duckdb.DuckDBPyConnection, table: str, rule: Rule, where: str, up: bool
) -> tuple[tuple[str, int], set[tuple[str, int]]]:
    """Type the most usual amount in yuan where 万元 is meant, or the other way round; what was typed and what was found."""
    assert rule.series
    series = rule.series
    group = ", ".join(["department_code", *series.by[-1]])
    planted = connection.execute(
        f"""
        select submission_id, row_number from (
            select *, median(abs({series.column})) over (partition by {group}) as usual, count(*) over (partition by {group}) as n
            from {table} where {where} and {series.column} <> 0
        ) where n >= {series.least} order by n desc, abs(abs({series.column}) - usual), submission_id, row_number limit 1
        """
    ).fetchone()
    assert planted
    factor = "* 10000" if up else "/ 10000"
    before = f"(select {series.column} from {table} where submission_id = '{planted[0]}' and row_number = {planted[1]} limit 1)"
    (amount,) = connection.execute(f"select {before}").fetchone() or (None,)
    _set(connection, table, planted, f"{series.column} = {series.column} {factor}")
    found = places(connection, table, rule)
    _set(connection, table, planted, f"{series.column} = {amount}")
    return planted, found


def _leave_one_out(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> tuple[str, int]:
    """Delete a row in the middle of a series of numbers; the row after it."""
    assert rule.numbered
    column, digits = rule.numbered.column, rule.numbered.digits
    gone, after = connection.execute(
        f"""
        select {column}, lead({column}) over (partition by department_code, left({column}, -{digits}) order by {column}) as after
        from (select distinct department_code, {column} from {table} where right({column}, {digits}) = lpad('1', {digits}, '0')
            or right({column}, {digits}) = lpad('2', {digits}, '0'))
        qualify after is not null order by {column} limit 1
        """
    ).fetchone() or ("", "")
    assert gone and after
    connection.execute(f"delete from {table} where {column} = ?", [gone])
    return _row(connection, table, f"{column} = '{after}'")


def _break_off(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule, where: str) -> set[tuple[str, int]]:
    """Delete a row of the last month, which the month before has; the places of the rows beside it."""
    assert rule.goes_on
    month, by = rule.goes_on.when_column, rule.goes_on.by
    before = f"(select max({month}) from {table} where {month} < (select max({month}) from {table}))"
    alike = " and ".join(
        f"{name} = (select {name} from {table} where submission_id = ? and row_number = ?)" for name in by
    )
    goes_on = _row(connection, table, f"{where} and {month} = {before}")
    (last,) = connection.execute(
        f"delete from {table} where {month} = (select max({month}) from {table}) and {alike} returning {month}",
        [*goes_on * len(by)],
    ).fetchone() or (None,)
    return set(
        connection.execute(f"select submission_id, row_number from {table} where {month} = ?", [last]).fetchall()
    )


def _row(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> tuple[str, int]:
    found = connection.execute(
        f"select submission_id, row_number from {table} where {where} order by submission_id, row_number limit 1"
    ).fetchone()
    assert found, where
    return found


def _set(connection: duckdb.DuckDBPyConnection, table: str, place: tuple[str, int], change: str) -> None:
    connection.execute(f"update {table} set {change} where submission_id = ? and row_number = ?", list(place))


# For rules that are queries of their own: words of their `why`, what is done to one row, and how that row is found.
QUERIES: dict[str, tuple[str, str, str, str]] = {
    "reduction_with_a_plus": (
        "marts.fct_budget_allocations", "符号相反", "amount_yuan = -amount_yuan", "source_type = '调减'"),
    "addition_with_a_minus": (
        "marts.fct_budget_allocations", "符号相反", "amount_yuan = -amount_yuan", "source_type = '年中追加'"),
    "allocation_of_another_year": (
        "marts.fct_budget_allocations", "与报送文件的年度一致", "fiscal_year = 2021", "source_type = '年中追加'"),
    "payment_with_a_minus": ("marts.fct_payments", "应为正", "amount_yuan = -amount_yuan", "not is_refund"),
    "payment_over_the_project": ("marts.fct_payments", "一笔支付超过", "amount_yuan = 1000000000", "not is_refund"),
    "payment_of_another_year_of_allocation": (
        "marts.fct_payments", "不一致", "fund_type = '12'", "not is_refund and original_voucher_no is null"),
    "refund_larger_than_the_payment": (
        "marts.fct_payments", "退款累计超过", "amount_yuan = -99999999", "is_refund"),
    "refund_before_the_payment": (
        "marts.fct_payments", "退款早于", "cleared_on = '2000-01-01'", "is_refund"),
    "earlier_refund_larger_than_the_payment": (
        "marts.fct_prior_year_refunds", "退款累计超过", "amount_yuan = -99999999", "true"),
    "earlier_refund_of_another_project": (
        "marts.fct_prior_year_refunds", "不属同一项目", "project_code = '4'", "true"),
    "earlier_refund_of_another_fund_than_its_allocation": (
        "marts.fct_prior_year_refunds", "所用指标的资金性质", "fund_type = '12'", "true"),
    "earlier_refund_that_is_a_payment_too": (
        "marts.fct_prior_year_refunds", "既是当年支付", "voucher_no = 'ZF202301000002'", "true"),
    "earlier_refund_in_another_month": (
        "marts.fct_prior_year_refunds", "报送文件的期间内", "cleared_on = cleared_on + 60", "true"),
    "refund_without_a_voucher": ("marts.fct_payments", "退款应写明", "original_voucher_no = null", "is_refund"),
    "payment_in_another_month": (
        "marts.fct_payments", "报送文件的期间内", "cleared_on = cleared_on - 60", "month(cleared_on) = 6 and not is_refund"),
    "monitored_other_than_paid": (
        "marts.fct_monitoring_records", "与当时的国库支付不一致", "spent_yuan = spent_yuan + 0.01", "true"),
    "target_form_without_an_actual": (
        "marts.fct_performance_targets", "已填完成值而该指标没有", "actual_value = null", "actual_value is not null"),
    "carried_over_more_than_ever_budgeted": (
        "marts.fct_carry_over", "任何一年的预算", "closing_yuan = 900000000", "project_code like '4401%'"),
    "final_accounts_spent_in_ten_thousands": (
        "marts.fct_final_account_reports", "同类支付合计", "spent_yuan = spent_yuan / 10000", "fund_type = '11'"),
    "final_accounts_opened_in_ten_thousands": (
        "marts.fct_final_account_reports", "结转结余表年初数", "opening_yuan = opening_yuan / 10000",
        "fund_type = '11' and fiscal_year = 2023 and opening_yuan > 0"),
    "monitored_more_than_budgeted": (
        "marts.fct_monitoring_records", "超过项目预算", "spent_yuan = spent_yuan + 90000000", "true"),
    "forecast_more_than_twice_the_budget": (
        "marts.fct_spending_forecasts", "全年预算的两倍", "expected_spending_yuan = 900000000", "true"),
    "card_dearer_than_last_year": (
        "marts.dim_asset_yearly", "上年相差十倍", "original_value_yuan = original_value_yuan * 11",
        "fiscal_year = 2023 and year(booked_on) < 2021"),
    "card_another_value_than_last_year": (
        "marts.dim_asset_yearly", "的原值与上年不同", "original_value_yuan = original_value_yuan + 1",
        "fiscal_year = 2023 and year(booked_on) < 2021"),
    "disposal_of_another_value": (
        "marts.fct_asset_disposals", "与上年末卡片不同", "original_value_yuan = original_value_yuan + 1",
        "fiscal_year = 2023 and (department_code, card_no) in (select (department_code, card_no) from marts.dim_asset_yearly)"),
    "disposal_depreciated_too_far": (
        "marts.fct_asset_disposals", "折旧不超过原值", "depreciation_yuan = original_value_yuan + 1", "true"),
    "disposal_sold_too_dear": (
        "marts.fct_asset_disposals", "超过原值的十倍", "proceeds_yuan = original_value_yuan * 11", "true"),
    "contract_ten_times_the_award": (
        "marts.fct_contracts", "相差十倍", "amount_yuan = amount_yuan * 11", "procurement_no is not null and not is_supplementary"),
    "contract_above_the_award": (
        "marts.fct_contracts", "超过中标成交金额", "amount_yuan = amount_yuan * 1.5",
        "procurement_no in (select procurement_no from marts.fct_procurements where winning_amount_yuan > 0) and not is_supplementary"),
    "contract_paid_ten_times": (
        "marts.fct_contracts", "合同金额的十倍", "amount_yuan = 1",
        "contract_no in (select contract_no from marts.fct_payments where amount_yuan > 100)"),
    "reserved_ten_times_the_contract": (
        "marts.fct_contracts", "预留金额超过", "sme_reserved_yuan = 900000000", "sme_reserved_yuan > 0"),
    "published_contract_without_a_procurement": (
        "marts.fct_contracts", "缺采购项目编号", "procurement_no = null", "published_on is not null"),
    "large_contract_without_a_procurement": (
        "marts.fct_contracts", "公开招标数额标准", "procurement_no = null", "amount_yuan >= 4000000"),
    "award_above_the_budget": (
        "marts.fct_procurements", "超过采购预算", "winning_amount_yuan = budget_yuan + 1", "winning_amount_yuan > 0"),
    "award_ten_times_below_the_budget": (
        "marts.fct_procurements", "采购预算相差十倍", "winning_amount_yuan = budget_yuan / 11", "winning_amount_yuan > 0"),
    "procurement_ten_times_its_project": (
        "marts.fct_procurements", "所属项目预算的十倍", "budget_yuan = 9000000000", "true"),
    "upheld_complaint_without_a_date": (
        "marts.fct_procurements", "没有日期就不计入", "complaints_upheld = 1, complaint_decided_on = null", "true"),
    "project_another_name": (
        "marts.dim_project_yearly", "的名称与上年不同", "project_name = '人大会议费'", "project_name = '人大会议经费' and fiscal_year = 2023"),
    "project_a_hundred_times_last_year": (
        "marts.dim_project_yearly", "相差百倍", "initial_budget_yuan = initial_budget_yuan * 500", "fiscal_year = 2023 and department_code = '101001'"),
    "payment_of_no_project": (
        "marts.fct_payments", "不在当年项目库", "project_code = '440100210003000072'", "not is_refund"),
    "allocation_of_no_project": ("marts.fct_budget_allocations", "不在当年项目库", "project_code = '4'", "true"),
    "monitoring_of_no_project": ("marts.fct_monitoring_records", "不在当年项目库", "project_code = '4'", "true"),
    "targets_of_no_project": ("marts.fct_performance_targets", "不在当年项目库", "project_code = '4'", "true"),
    "self_evaluation_of_no_project": ("marts.fct_self_evaluations", "不在当年项目库", "project_code = '4'", "true"),
    "forecast_of_no_project": ("marts.fct_spending_forecasts", "不在当年项目库", "project_code = '4'", "true"),
    "procurement_of_no_project": ("marts.fct_procurements", "不在当年项目库", "project_code = '4'", "true"),
    "project_scored_two_points_too_high": (
        "evaluation.project_scores", "项目自评总分与按台账计算", "is_large_difference = true", "fiscal_year = 2023"),
    "indicator_scored_too_high": (
        "evaluation.project_indicator_scores", "单项指标自评得分", "is_large_difference = true", "fiscal_year = 2023"),
    "indicator_in_words_that_say_nothing": (
        "evaluation.project_indicator_scores", "无法计分", "score_status = 'NOT_JUDGED', score = null", "fiscal_year = 2023"),
    "points_lost_without_a_reason": (
        "evaluation.project_indicator_scores", "没有写偏差原因", "deviation_zh = null", "needs_reason and fiscal_year = 2023"),
    "form_of_ninety_points": (
        "evaluation.project_scores", "合计不是 100 分", "score_status = 'WEIGHTS_WRONG', computed_score = null", "fiscal_year = 2023"),
    "spending_of_a_month_other_than_its_payments": (
        "marts.fct_ledger_balances", "与当月国库集中支付明细合计", "debit_yuan = debit_yuan + 0.01", "account_code = '710102'"),
    "contract_of_no_procurement": (
        "marts.fct_contracts", "不在采购项目台账", "procurement_no = 'CG2023-0O1'", "procurement_no is not null"),
}  # fmt: skip


@pytest.mark.parametrize(
    "case", [case for case, planted in QUERIES.items() if planted[2] and "two_departments" not in case]
)
def test_a_contradiction_is_found_in_its_row_and_no_other(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    table, words, change, where = QUERIES[case]
    rule = rule_of(table, words)
    assert places(warehouse, table, rule) == set()
    planted = _row(warehouse, table, where)
    _set(warehouse, table, planted, change)
    assert places(warehouse, table, rule) == {planted}


def rule_of(table: str, words: str) -> Rule:
    (rule,) = [rule for rule in SUITES[table].rules if words in rule.why]
    return rule


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("marts.fct_budget_allocations", "allocation_no = 'ZB2023000002'"),
        ("marts.fct_payments", "voucher_no = 'ZF202301000002'"),
        ("marts.fct_contracts", "fiscal_year = 2023"),
        ("marts.fct_procurements", "fiscal_year = 2023"),
    ],
)
def test_what_stands_in_two_departments_is_found_in_both(
    warehouse: duckdb.DuckDBPyConnection, table: str, where: str
) -> None:
    file, row = _row(warehouse, table, where)
    rule = rule_of(table, "两个部门")
    assert places(warehouse, table, rule) == set()
    warehouse.execute(
        f"""insert into {table} select * replace ('101002' as department_code, 'other' as submission_id)
        from {table} where submission_id = '{file}' and row_number = {row}"""
    )
    assert places(warehouse, table, rule) == {(file, row), ("other", row)}


def test_a_station_that_stands_twice_is_found_in_both_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "marts.dim_liaison_station_yearly"
    file, row = _row(warehouse, table, "closed_on is null")
    warehouse.execute(
        f"""insert into {table} select * replace ('999' as station_code, 9999 as row_number)
        from {table} where submission_id = '{file}' and row_number = {row}"""
    )
    found = places(warehouse, table, rule_of(table, "同名"))
    assert (file, row) in found and (file, 9999) in found and len(found) == 2


def test_a_project_paid_beyond_its_budget_names_the_payments_that_go_beyond(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rules = [rule for rule in SUITES["marts.fct_payments"].rules if "从这一笔起超出" in rule.why]
    assert {rule.severity for rule in rules} == {"critical", "warning"}
    last = _row(
        warehouse, "marts.fct_payments",
        "(cleared_on, voucher_no) = (select max((cleared_on, voucher_no)) from marts.fct_payments where amount_yuan > 0"
        " and not is_refund)",
    )  # fmt: skip
    for rule in rules:
        assert places(warehouse, "marts.fct_payments", rule) == set()
    _set(warehouse, "marts.fct_payments", last, "amount_yuan = amount_yuan * 1000")
    for rule in rules:
        assert places(warehouse, "marts.fct_payments", rule) == {last}


def test_a_payment_left_out_is_told_at_the_account_and_month_that_lack_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "marts.fct_ledger_balances"
    rule = rule_of(table, "与当月国库集中支付明细合计")
    warehouse.execute("delete from marts.fct_payments where voucher_no = 'ZF202305000007'")
    query = rule.broken_rows.replace("{batch}", table)
    ((account, month, difference),) = warehouse.execute(
        f"select account_code, month, difference_yuan from ({query})"
    ).fetchall()
    assert account in ("710101", "710102") and (month.year, month.month) == (2023, 5) and difference > 0
    warehouse.execute(
        """update intermediate.int_coverage__ledger_periods set is_lacking = true
        where ledger = 'payments' and period = '2023-04'"""
    )
    assert places(warehouse, table, rule) == set(), "while payments are missing, that alone is told"


def test_two_progresses_of_one_project_and_day_are_found_on_both_forms(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "marts.fct_monitoring_records"
    rule = rule_of(table, "同一截止日")
    assert places(warehouse, table, rule) == set()
    one = "project_code = '440100210003000014' and fiscal_year = 2023"
    both = {_row(warehouse, table, f"{one} and period_name = '{period}'") for period in ("上半年", "年中")}
    later = _row(warehouse, table, f"{one} and period_name = '下半年'")
    _set(warehouse, table, later, "target_progress_pct = target_progress_pct - 1")
    assert places(warehouse, table, rule) == set()
    _set(warehouse, table, min(both), "target_progress_pct = target_progress_pct + 1")
    assert places(warehouse, table, rule) == both


def test_initial_allocations_and_the_project_register_say_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "marts.fct_budget_allocations"
    grave, slight = rule_of(table, "相差一倍以上"), rule_of(table, "年初预算不等")
    project = "project_code = '440100210003000027' and fiscal_year = 2023"
    warehouse.execute(
        f"update marts.dim_project_yearly set initial_budget_yuan = initial_budget_yuan * 1.01 where {project}"
    )
    assert places(warehouse, table, grave) == set()
    named = set(
        warehouse.execute(
            f"select submission_id, row_number from {table} where source_type = '年初预算' and {project}"
        ).fetchall()
    )
    assert places(warehouse, table, slight) == named != set()
    warehouse.execute(
        f"update marts.dim_project_yearly set initial_budget_yuan = initial_budget_yuan * 10000 where {project}"
    )
    assert places(warehouse, table, grave) == named


def test_a_code_or_name_that_is_nearly_right_is_proposed(warehouse: duckdb.DuckDBPyConnection) -> None:
    payment = _row(warehouse, "marts.fct_payments", "not is_refund and project_code = '440100210003000027'")
    _set(warehouse, "marts.fct_payments", payment, "project_code = '440100210003000O27'")
    name = "project_code = '440100210003000027' and fiscal_year = 2023"
    (meant,) = warehouse.execute(f"select project_name from marts.dim_project_yearly where {name}").fetchone() or ("",)
    assert proposals(warehouse, "marts.fct_payments", "不在当年项目库") == {f"440100210003000027 {meant}"}
    warehouse.execute(f"update marts.dim_project_yearly set project_name = '{meant}(新)' where {name}")
    assert proposals(warehouse, "marts.fct_budget_allocations", "名称与项目库") == {f"{meant}(新)"}
    warehouse.execute(f"update marts.dim_project_yearly set project_code = '440100210003000099' where {name}")
    assert proposals(warehouse, "marts.dim_project_yearly", "几乎相同而代码不同") == {meant}


def proposals(connection: duckdb.DuckDBPyConnection, table: str, words: str) -> set[str]:
    query = rule_of(table, words).broken_rows.replace("{batch}", table)
    return {text for (text,) in connection.execute(f"select is_it_this_one from ({query})").fetchall()}


def test_an_undated_award_is_told_where_its_day_is_to_be_filled_in(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "marts.fct_procurements"
    rule = rule_of(table, "缺中标成交通知书日期")
    planted = _row(
        warehouse, table,
        "method_kind = '招标' and procurement_no in (select procurement_no from marts.fct_contracts where not is_supplementary)",
    )  # fmt: skip
    assert places(warehouse, table, rule) == set()
    _set(warehouse, table, planted, "award_notice_on = null")
    assert places(warehouse, table, rule) == {planted}


def test_a_figure_far_from_last_year_or_from_the_last_version_is_told(
    sample: Warehouse, warehouse: duckdb.DuckDBPyConnection
) -> None:
    suite = SUITES["evaluation.figures"].beside(sample.published.parent)
    assert len(SUITES["evaluation.figures"].beside(None).rules) == len(suite.rules)
    by_year, by_version = (next(r for r in suite.rules if words in r.why) for words in ("与上年相比", "上一发布版本"))

    def told(rule: Rule) -> list[tuple[str, int]]:
        query = rule.broken_rows.replace("{batch}", "evaluation.figures")
        return warehouse.execute(f"select figure_id, fiscal_year from ({query}) order by all").fetchall()

    assert told(by_year) == told(by_version) == []
    figure = "figure_id = 'budget.total' and fiscal_year = 2023 and department_code = '101001'"
    warehouse.execute(f"update evaluation.figures set value = value * 1.02 where {figure}")
    assert told(by_year) == [] and told(by_version) == [("budget.total", 2023)]
    warehouse.execute(f"update evaluation.figures set value = value * 2 where {figure}")
    assert told(by_year) == told(by_version) == [("budget.total", 2023)]
    warehouse.execute("update quality.submissions set received_at = '2023-08-01'")
    assert told(by_year) == told(by_version) == [], "a year that still runs is compared with nothing"


def test_every_money_column_of_a_ledger_is_held_against_something() -> None:
    """A new money column needs a series, or a rule of another kind that names it."""
    from dagster_project.contracts import load_contracts

    texts = [
        f"{table} {rule.broken_rows} {rule.column or ''}" for table, suite in SUITES.items() for rule in suite.rules
    ]
    money = {
        (ledger, column.name)
        for ledger, contract in load_contracts().items()
        for column in contract.columns
        if column.type == "money"
    }
    told = {(ledger, name) for ledger, name in money if any(name in text for text in texts)}
    assert money - told == {("asset_standards", "price_limit_yuan")}, (
        "limits of the law, which marts hold purchases against"
    )


@pytest.mark.slow
def test_a_payment_typed_in_yuan_for_wan_stops_the_night_with_file_and_row(stopped: Stopped) -> None:
    text, payment = stopped.text, stopped.payment
    assert stopped.code == 1 and "未发布" in text
    assert f"{Path(payment.file).name} 第 {payment.row} 行" in text
    assert "一笔支付超过该项目全年预算" in text and "几百倍" in text
    (told,) = [line for line in text.splitlines() if "一笔支付超过该项目全年预算" in line]
    assert payment.voucher == "ZF202303000010" in told and "ZF202303000011" not in told, "its neighbour is not told"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_no_rule_is_broken_in_a_clean_office_of_another_seed(office_of_seed: Callable[[int], Base], seed: int) -> None:
    """Nothing but what every simulated office does wrong on purpose."""
    office = office_of_seed(seed)
    found = set()
    with duckdb.connect(str(office.database), read_only=True) as connection:
        for table, suite in SUITES.items():
            for rule in suite.beside(None).rules:
                query = rule.broken_rows.replace("{batch}", table)
                if query and connection.execute(f"select 1 from ({query}) limit 1").fetchall():
                    found.add(rule.why)
    assert found <= EXPECTED_ON_THE_SAMPLE
