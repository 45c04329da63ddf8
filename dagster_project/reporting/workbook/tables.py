"""The sheets of the workbook after the scored table: which rows of the published version they show, and in which columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import Row, plain_number, rows_of
from dagster_project.reporting.reading.scorecard import UnknownEvaluation, read_scorecard
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.projects import PROJECTS_QUERY, PROJECTS_WIDTHS, write_projects
from dagster_project.reporting.workbook.quality import (
    ISSUES_SHEET,
    ISSUES_WIDTHS,
    quality_tables,
    write_issues,
    write_statements,
)
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet

Tables = dict[str, list[Row]]
OF_THE_YEAR = "department_code = $department and fiscal_year = $year"
QUERIES = {
    "targets": """
        select final.*, first_version.target as first_target
        from marts.fct_department_targets as final
        left join marts.fct_department_targets as first_version
            on final.department_code = first_version.department_code and final.fiscal_year = first_version.fiscal_year
            and final.indicator_no = first_version.indicator_no and first_version.version = 1 and final.version > 1
        where final.is_final and final.department_code = $department and final.fiscal_year = $year
        order by final.indicator_no
    """,
    "funds": f"select * from marts.budget_execution_by_fund where {OF_THE_YEAR} order by fund_type",
    "kinds": f"""
        select spending_kind, sum(initial_yuan) as initial_yuan, sum(budget_yuan) as budget_yuan, sum(spent_yuan) as spent_yuan
        from marts.budget_execution_by_project where {OF_THE_YEAR} group by spending_kind order by spending_kind
    """,
    "quarters": f"""
        select * from marts.budget_execution_by_month where {OF_THE_YEAR} and month_no % 3 = 0 order by month_no
    """,
    "three_public": f"select * from marts.three_public_expenses where {OF_THE_YEAR} order by line_no",
    "public_funds": f"select * from marts.public_funds where {OF_THE_YEAR} order by department_economic_code",
    "carry_over": f"""
        select * from marts.carry_over_summary where {OF_THE_YEAR}
        order by is_fiscal_appropriation desc, fund_type, spending_kind, balance_kind
    """,
    "staff": f"select * from marts.fct_staff_counts where {OF_THE_YEAR} and is_latest_of_year order by row_number",
    "assets": f"select * from marts.assets_by_state where {OF_THE_YEAR} order by asset_class, asset_state",
    "projects": PROJECTS_QUERY,
    "monitored": """
        select duties.*, records.spent_yuan, records.spending_progress_pct, records.target_progress_pct, records.gap_points,
            records.deviation_zh, records.measure_taken_zh
        from marts.monitoring_duties as duties
        left join marts.fct_monitoring_records as records
            using (department_code, fiscal_year, project_code, period_name)
        where duties.department_code = $department and duties.fiscal_year = $year
            and duties.project_code in (
                select fact_key from evaluation.evidence
                where figure_id = 'monitoring.required' and department_code = $department and fiscal_year = $year
            )
        order by duties.project_code, duties.due_on, duties.period_name
    """,
    "contracts": f"""
        select * from marts.procurement_chain where {OF_THE_YEAR}
        order by coalesce(procurement_no, chain_no), chain_no
    """,
    "clock_states": "select distinct state, state_name from marts.contract_clocks order by all",
    "parameters": """
        select * from evaluation.parameters where $year between valid_from and coalesce(valid_to, 9999) order by parameter
    """,
}
NUMBERS_OF_THE_BASE = re.compile(r"\([\d,.]+\.\d{3,}/[\d,.]+\)")
"""Amounts in full length, such as (18,242.271719/18,485.904239): the base data beside the reason show them."""
WITHHELD = "(涉密,不公开)"
OTHER_STATES = {"NOT_APPLICABLE": "—", "MISSING": "缺失"}
"""What the table says where a clock does not run, and where something that had to be done was not."""
CLOCKS = ("intention", "signing", "publication", "filing", "record", "finance", "payment")


@dataclass(frozen=True)
class SheetPlan:
    """A sheet: its name, the widths of its columns, and what it shows."""

    name: str
    widths: tuple[float, ...]
    write: Callable[[Sheet, ScoredYear, Tables], None]


def read_tables(year: ScoredYear, edition: str) -> Tables:
    """The rows of all sheets; in the public edition without names and suppliers of secret procurements."""
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        tables = {name: rows_of(connection, query, _used(query, year.key)) for name, query in QUERIES.items()}
    tables |= quality_tables(year, edition)
    if edition == "public":
        for row in tables["contracts"]:
            if row["is_secret"]:
                row |= {"chain_name": WITHHELD, "supplier_name": None, "amount_yuan": None}
    return tables


def short_reason(row: Row) -> str:
    """Why points were lost, without amounts in full length."""
    return NUMBERS_OF_THE_BASE.sub("", row["deduction_reason_zh"] or "")


def _used(query: str, key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if f"${name}" in query}


def _write_targets(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    sheet.heading(f"{year.fiscal_year}年度部门整体支出绩效目标完成情况表")
    duties = {row["level3"]: row for row in year.scorecard.duties}
    rows = []
    for row in tables["targets"]:
        duty = duties.get(row["indicator_name"])
        unit = row["unit"] or ""
        rows.append(
            {
                **row,
                "target_zh": f"{row['operator'] if row['target_value'] is not None else ''}{row['target']}{unit}",
                "first_zh": f"{row['first_target']}{unit}" if row["first_target"] else "—",
                "actual_zh": f"{row['actual']}{unit}" if row["actual"] is not None else "未报",
                "computed": duty["value"] if duty else "—",
                "points": duty["weight"] if duty else row["weight"],
                "score": (duty["score"] if duty["score"] is not None else "—") if duty else "不计分",
                "reason": _target_reason(row, duty),
            }
        )
    sheet.table(
        (
            Column("indicator_no", "序号", "count"), Column("indicator_kind", "指标类型", "centre"),
            Column("indicator_name", "绩效指标"), Column("first_zh", "原批复值", "centre"),
            Column("target_zh", "年度指标值", "centre"), Column("actual_zh", "全年完成值(自报)", "centre"),
            Column("computed", "台账计算值", "percent"), Column("points", "分值", "points", total=True),
            Column("score", "得分", "points", total=True), Column("approved_on", "批复日期", "date"),
            Column("reason", "偏差原因及改进措施"),
        ),
        rows,
        "合计",
    )  # fmt: skip
    sheet.line("完成值以台账逐项计算为准,自报值仅作核对;原批复值只在年中调整过的指标列出;权重为零的指标不计分,供参考。")


def _target_reason(row: Row, duty: Row | None) -> str:
    if duty is not None and duty["deduction_reason_zh"]:
        return short_reason(duty)
    if row["is_reached"] is False:
        return "未达到年度指标值,须说明原因"
    return "无偏差"


def _write_base_data(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    sheet.heading(f"{year.fiscal_year}年度基础数据表")
    money = (
        Column("initial_yuan", "年初预算(元)", "money", total=True), Column("budget_yuan", "调整后预算(元)", "money", total=True),
        Column("spent_yuan", "实际支出(元)", "money", total=True),
        Column("rate_pct", "支出率", "percent", total_of=("spent_yuan", "budget_yuan")),
    )  # fmt: skip
    parts = iter("一二三四五六七八")

    def part(text: str) -> None:
        sheet.gap()
        sheet.line(f"{next(parts)}、{text}", bold=True, font_size=10)

    part("财政拨款预算执行(按资金性质)")
    sheet.table((Column("fund_type_name", "资金性质", span=2), *money), tables["funds"], "合计", repeat=False)
    part("财政拨款预算执行(按基本支出、项目支出)")
    rows = [{**row, "rate_pct": _percent(row["spent_yuan"], row["budget_yuan"])} for row in tables["kinds"]]
    sheet.table((Column("spending_kind", "支出类型", span=2), *money), rows, "合计", repeat=False)
    part("支出进度(各季度末累计)")
    rows = [{**row, "quarter": f"第{'一二三四'[row['month_no'] // 3 - 1]}季度末"} for row in tables["quarters"]]
    sheet.table(
        (
            Column("quarter", "时点", "centre", span=2), Column("budget_yuan", "当时预算(元)", "money"),
            Column("spent_to_date_yuan", "累计支出(元)", "money"), Column("spending_progress_pct", "支出进度", "percent"),
            Column("calendar_progress_pct", "序时进度", "percent"), Column("deviation_pp", "偏差(百分点)", "points"),
        ),
        rows,
        repeat=False,
    )  # fmt: skip
    part("财政拨款“三公”经费支出(单位:万元)")
    _write_three_public(sheet, tables["three_public"])
    part("公用经费(按部门预算支出经济分类)")
    rows = [
        {**row, "name": f"{row['department_economic_code']} {row['department_economic_name']}"}
        for row in tables["public_funds"]
    ]
    sheet.table((Column("name", "经济分类科目", span=2), *money), rows, "合计", repeat=False)
    part("年末结转结余")
    fiscal = [row for row in tables["carry_over"] if row["is_fiscal_appropriation"]]
    others = [row for row in tables["carry_over"] if not row["is_fiscal_appropriation"]]
    for text, rows in (("财政拨款", fiscal), ("其他资金", others)):
        if rows or text == "财政拨款":
            columns = (
                Column("spending_kind", f"{text}:支出类型", "centre"), Column("balance_kind", "结转或结余", "centre"),
                Column("opening_yuan", "年初数(元)", "money", total=True),
                Column("withdrawn_yuan", "财政收回(元)", "money", total=True),
                Column("closing_yuan", "年末数(元)", "money", total=True),
            )  # fmt: skip
            sheet.table(columns, rows, "合计", repeat=False)
    months = sorted({row["month"] for row in tables["staff"]})
    part("人员编制" + (f"({months[-1].year}年{months[-1].month}月末)" if months else ""))
    sheet.table(
        (
            Column("post_kind", "编制类别", span=2), Column("posts", "编制数(人)", "count", total=True),
            Column("staff", "实有人数(人)", "count", total=True),
        ),
        tables["staff"],
        "合计",
        repeat=False,
    )  # fmt: skip
    part("资产(按类别和使用状态)")
    sheet.table(
        (
            Column("asset_class_name", "资产类别"), Column("asset_kind", "资产类型", "centre"),
            Column("asset_state_name", "使用状态", "centre"), Column("card_count", "卡片数(张)", "count", total=True),
            Column("original_value_yuan", "原值(元)", "money", total=True),
            Column("depreciation_yuan", "累计折旧(元)", "money", total=True),
            Column("net_value_yuan", "净值(元)", "money", total=True),
        ),
        tables["assets"],
        "合计",
        repeat=False,
    )  # fmt: skip


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return round(100 * part / whole, 8) if whole else None


def _write_three_public(sheet: Sheet, rows: list[Row]) -> None:
    """The table as it is published: totals above their parts, in 万元."""
    columns = (
        Column("line_name", "项目", span=2), Column("initial_yuan", "年初预算数", "wan"),
        Column("budget_yuan", "调整后预算数", "wan"), Column("spent_yuan", "决算数", "wan"),
        Column("completion_pct", "完成率", "percent"),
    )  # fmt: skip
    sheet.head(columns, repeat=False)
    first = sheet.row + 1
    children = {
        number: [
            other
            for other in range(number + 1, len(rows))
            if rows[other]["line_level"] == row["line_level"] + 1
            and all(rows[between]["line_level"] > row["line_level"] for between in range(number + 1, other + 1))
        ]
        for number, row in enumerate(rows)
    }
    for number, row in enumerate(rows):
        bold = row["line_level"] == 1
        name = "　" * (row["line_level"] - 1) + row["line_name"]
        place = sheet.row
        shown = row["completion_pct"] if row["completion_pct"] is not None else row["completion_text"]
        cells: list[Any] = [(name, sheet.book.cell("text", bold=bold), 2, "text")]
        cells += [(row[column.key], sheet.book.cell("wan", bold=bold), 1, "wan") for column in columns[1:4]]
        sheet.cells([*cells, (shown, sheet.book.cell("percent", bold=bold), 1, "percent")])
        if children[number]:
            for offset, column in enumerate(columns[1:4]):
                letter = "CDE"[offset]
                added = "+".join(f"{letter}{first + child}" for child in children[number])
                sheet.formula(
                    place, 2 + offset, f"=ROUND({added},6)", sheet.book.cell("wan", bold=bold), row[column.key] / 10_000
                )
    if not rows:
        sheet.line("无", align="center")
    sheet.line("按元计算,换算为万元显示;各项之和与合计的尾差由四舍五入产生。基数为零的不计算完成率。")


def _write_monitoring(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    threshold = next((row for row in tables["parameters"] if row["parameter"] == "monitor_threshold_yuan"), None)
    note = f"标准:年初预算 {plain_number(threshold['value'])} {threshold['unit']}(含)以上。" if threshold else ""
    count = len({row["project_code"] for row in tables["monitored"]})
    sheet.heading(
        f"{year.fiscal_year}年度500万元以上项目绩效运行监控表",
        lines=[f"{note}按年初预算判断,不按调整后预算;共 {count} 个项目"],
    )
    rows = [
        {**row, "on_time": "按期" if row["is_on_time"] else "逾期" if row["filed_on"] else "未报"}
        for row in tables["monitored"]
    ]
    sheet.table(
        (
            Column("project_name", "项目名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("initial_budget_yuan", "年初预算(元)", "money"), Column("period_name", "监控期间", "centre"),
            Column("spent_yuan", "累计支出(元)", "money"), Column("spending_progress_pct", "支出进度", "percent"),
            Column("target_progress_pct", "目标进度", "percent"), Column("gap_points", "差距(百分点)", "points"),
            Column("deviation_zh", "偏差"), Column("measure_taken_zh", "采取的措施"),
            Column("due_on", "应报日期", "date"), Column("filed_on", "报送日期", "date"), Column("on_time", "按期", "centre"),
        ),
        rows,
    )  # fmt: skip


def _write_contracts(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    limits = {row["parameter"]: row for row in tables["parameters"]}
    words = [
        f"{name} {plain_number(limits[key]['value'])} {limits[key]['unit']}"
        for key, name in (
            ("intent_days", "意向公开提前"), ("sign_days", "签订"), ("publish_wd", "公告"),
            ("file_wd", "备案"), ("filing_limit_wd", "备案公开(计分)"), ("finance_file_wd", "报财务"),
        )
        if key in limits
    ]  # fmt: skip
    sheet.heading(
        f"{year.fiscal_year}年度采购与合同时效明细表",
        lines=[
            "天数自次日起算,遇法定节假日顺延;工作日按调休安排计算。" + (f"期限:{'、'.join(words)}。" if words else "")
        ],
    )
    names = {row["state"]: row["state_name"] for row in tables["clock_states"]}
    rows = []
    for row in tables["contracts"]:
        states = {clock: row[f"{clock}_state"] for clock in CLOCKS}
        rows.append(
            {
                **row,
                **{
                    f"{clock}_zh": OTHER_STATES.get(state) or names.get(state, state) for clock, state in states.items()
                },
            }
        )
    sheet.table(
        (
            Column("procurement_no", "采购编号", "raw"), Column("contract_no", "合同编号", "raw"),
            Column("chain_name", "名称"), Column("responsible_unit", "责任处室", "centre"),
            Column("supplier_name", "供应商"), Column("amount_yuan", "合同金额(元)", "money"),
            Column("intention_days", "意向提前天数", "count"), Column("intention_zh", "意向公开", "centre"),
            Column("award_notice_on", "成交通知", "date"), Column("signed_on", "签订日期", "date"),
            Column("signing_days", "签订天数", "count"), Column("signing_zh", "合同签订", "centre"),
            Column("publication_working_days", "公告工作日", "count"), Column("publication_zh", "合同公告", "centre"),
            Column("filing_working_days", "备案工作日", "count"), Column("filing_zh", "合同备案", "centre"),
            Column("record_zh", "备案公开(计分)", "centre"),
            Column("finance_working_days", "报财务工作日", "count"), Column("finance_zh", "报财务", "centre"),
            Column("payment_days", "付款天数", "count"), Column("payment_zh", "付款", "centre"),
        ),
        rows,
    )  # fmt: skip


def _write_evidence(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    sheet.heading(
        f"{year.fiscal_year}年度佐证材料清单", lines=[f"文件 {len(year.files)} 个;以 SHA-256 核对原件,一字之差即不相同"]
    )
    rows = [
        {
            "name": file.name,
            "file": file.file,
            "received_on": file.received_on,
            "rows": file.rows_accepted,
            "indicators": "、".join(map(str, file.indicators)),
            "sha256": file.sha256,
        }
        for file in year.files
    ]
    sheet.table(
        (
            Column("name", "编号", "centre"), Column("file", "文件", "raw"), Column("received_on", "收到日期", "centre"),
            Column("rows", "载入行数", "count"), Column("indicators", "用于指标", "raw"), Column("sha256", "SHA-256", "hash"),
        ),
        rows,
    )  # fmt: skip
    judged = [{**row, "part": f"{row['indicator_no']}-{row['component_no']}"} for row in year.judgements]
    if judged:
        sheet.gap()
        sheet.line("人工评定", bold=True, font_size=10)
        sheet.table(
            (
                Column("part", "指标-分项", "centre"), Column("reason", "评定理由"), Column("judged_on", "评定日期", "date"),
                Column("judged_share_pct", "得分率", "percent"), Column("judged_band", "档次", "centre"),
                Column("evidence_no", "佐证编号", "raw"),
            ),
            judged,
            repeat=False,
        )  # fmt: skip


def _write_definitions(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    scheme = year.scorecard.scheme
    sheet.heading(f"{year.fiscal_year}年度口径与差异说明")
    sheet.line(f"一、评分方案 {scheme['scheme_id']} {scheme['name_zh']}", bold=True, font_size=10)
    sheet.line(f"{scheme['description_zh']}。可靠程度:{scheme['confidence']}。依据:{scheme['source']}。")
    sheet.gap()
    sheet.line("二、容易混同的数", bold=True, font_size=10)
    pairs = [row for row in (_pair(year, *pair) for pair in PAIRS) if row]
    sheet.table(
        (
            Column("first", "甲"), Column("first_value", "数值", "centre"), Column("second", "乙"),
            Column("second_value", "数值", "centre"), Column("why", "差异说明", span=2),
        ),
        pairs,
        repeat=False,
    )  # fmt: skip
    sheet.gap()
    sheet.line("三、与上年得分比较", bold=True, font_size=10)
    _write_comparison(sheet, year)
    sheet.gap()
    sheet.line("四、计分所用各数的口径", bold=True, font_size=10)
    used = sorted({name for names in year.indicator_figures.values() for name in names})
    rows = [
        {**figure, "value_zh": figure["display_text"], "note": figure["mixed_basis_zh"] or figure["definition_zh"]}
        for figure in (year.figures[name] for name in used)
    ]
    sheet.table(
        (
            Column("label_zh", "名称"), Column("value_zh", "数值", "centre"), Column("definition_zh", "口径", span=2),
            Column("scope", "范围", "centre"), Column("figure_id", "编号", "raw"),
        ),
        rows,
        repeat=False,
    )  # fmt: skip
    mixed = [figure for figure in rows if figure["mixed_basis_zh"]]
    for figure in mixed:
        sheet.line(f"{figure['label_zh']}:{figure['mixed_basis_zh']}")


PAIRS = (
    ("budget.total", "spending.total", "carry_over.closing", "未支出的预算不等于结转结余:当年未支出的可能已由财政收回或核减,结转结余按决算账簿计算"),
    ("carry_over.rate", "", "carry_over.rate_mof2013", "分母不同:计分采用年初结转加当年财政拨款收入;财预〔2013〕53号以支出预算数为分母"),
    ("contracts.recorded_on_time", "", "contracts.filed_on_time", "计分采用备案公开期限;政府采购法的备案期限另列"),
    ("public_funds.rate", "", "three_public.rate", "公用经费只含基本支出;“三公”经费含基本支出和项目支出中的财政拨款,两表不要求相等"),
)  # fmt: skip
"""Figures that readers take for one another: two of them, or a difference of two and a third, and why they differ."""


def _pair(year: ScoredYear, first: str, less: str, second: str, why: str) -> Row | None:
    names = [name for name in (first, less, second) if name]
    if any(name not in year.figures or year.figures[name]["value"] is None for name in names):
        return None
    figure, other = year.figures[first], year.figures[second]
    label, value = figure["label_zh"], figure["display_text"]
    if less:
        label = f"{label} − {year.figures[less]['label_zh']}"
        value = f"{plain_number(figure['value'] - year.figures[less]['value'], 2)}{figure['unit']}"
    return {
        "first": label,
        "first_value": value,
        "second": other["label_zh"],
        "second_value": other["display_text"],
        "why": why,
    }


def _write_comparison(sheet: Sheet, year: ScoredYear) -> None:
    try:
        last = read_scorecard(
            year.version_dir, year.fiscal_year - 1, year.department_code, year.scorecard.scheme["scheme_id"]
        )
    except UnknownEvaluation:
        sheet.line("上年没有按同一方案评价,不作比较。")
        return
    before = {row["indicator_no"]: row["score"] for row in last.indicators}
    rows = [
        {
            "level3": f"{row['indicator_no']} {row['level3']}",
            "weight": row["weight"],
            "before": before.get(row["indicator_no"]),
            "now": row["score"],
            "change": row["score"] - before[row["indicator_no"]]
            if row["score"] is not None and before.get(row["indicator_no"]) is not None
            else None,
            "reason": short_reason(row),
        }
        for row in year.scorecard.indicators
    ]
    sheet.table(
        (
            Column("level3", "三级指标"), Column("weight", "分值", "points", total=True), Column("reason", "本年扣分原因"),
            Column("before", "上年得分", "points", total=True), Column("now", "本年得分", "points", total=True),
            Column("change", "增减", "points", total=True),
        ),
        rows,
        "合计",
        repeat=False,
    )  # fmt: skip
    if last.partial:
        sheet.line(f"上年数据不全的指标 {len(last.partial)} 项,为暂计分。")
    if last.missing:
        sheet.line(f"上年缺数据的指标 {len(last.missing)} 项,记零分。")


SHEETS = (
    SheetPlan("绩效目标完成情况", (5, 9, 32, 11, 12, 13, 11, 8, 8, 12, 30), _write_targets),
    SheetPlan("基础数据表", (24, 14, 19, 19, 19, 17, 17), _write_base_data),
    SheetPlan("项目自评汇总", PROJECTS_WIDTHS, write_projects),
    SheetPlan("500万元以上项目监控", (22, 11, 16, 9, 16, 9, 9, 9, 26, 20, 11, 11, 8), _write_monitoring),
    SheetPlan(
        "采购与合同时效明细",
        (11, 13, 26, 14, 20, 14, 7, 8, 11, 11, 7, 8, 7, 8, 7, 8, 8, 7, 8, 7, 8),
        _write_contracts,
    ),
    SheetPlan("佐证材料清单", (10, 62, 12, 9, 18, 62), _write_evidence),
    SheetPlan("口径与差异说明", (30, 18, 46, 22, 12, 32), _write_definitions),
    SheetPlan("数据质量说明", (5, 20, 38, 26, 26, 26, 26, 9, 8, 7), write_statements),
    SheetPlan(ISSUES_SHEET, ISSUES_WIDTHS, write_issues),
)
"""The sheets after the scored table, in order."""
