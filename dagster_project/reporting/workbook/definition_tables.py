"""The sheets that say what the numbers rest on: evidence, definitions, differences, last year."""

from __future__ import annotations

from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.reading.scorecard import UnknownEvaluation, read_scorecard, refused_words
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet, Tables


def write_evidence(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """The files that indicators rest on, and what people judged."""
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


def write_definitions(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """The scheme, numbers that are easily confused, last year, and the definition of every number that is scored."""
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
    for figure in year.scorecard.refused:
        sheet.line(f"口径变动:{refused_words(figure)}。")
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
            "reason": row["deduction_reason_zh"] or "",
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
