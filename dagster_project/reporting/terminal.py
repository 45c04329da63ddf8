"""The scorecard and the passport of an indicator as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dagster_project.console import line
from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.scorecard import (
    IndicatorPassport,
    Scorecard,
    clock_text,
    percentage_text,
    refused_words,
    target_words,
    value_text,
)

WIDE_ENOUGH = 120
"""Columns of a terminal from which on the wide table can be read."""
STATUS_TEXT = {
    "SCORED": "",
    "NA_FULL": "无此类业务",
    "NA_REDISTRIBUTED": "无此类业务,分值转移",
    "MISSING_DATA": "缺数据",
    "PARTIAL": "数据不全,暂计",
    "MANUAL": "含人工评定",
}


def print_scorecard(console: Console, card: Scorecard, version: str) -> None:
    """Print the scored table with its subtotals, the approved targets of the department, total and rating."""
    if console.width < WIDE_ENOUGH:
        _print_narrow(console, card)
    else:
        _print_wide(console, card)
    _print_state(console, card, version)


def _print_wide(console: Console, card: Scorecard) -> None:
    """A column for everything."""
    scores = {(row["level1"], row["level2"]): row for row in card.levels}
    title = line(f"{card.fiscal_year} 年度部门整体支出绩效自评评分表  {card.department_name}")
    table = Table(title=title, show_lines=False)
    for name, justify in (
        ("一级", "left"), ("二级", "left"), ("序号", "right"), ("三级指标", "left"), ("分值", "right"),
        ("完成值", "right"), ("得分", "right"), ("状态", "left"), ("扣分原因", "left"), ("佐证行数", "right"),
    ):  # fmt: skip
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    seen: set[object] = set()
    for row in card.indicators:
        first_of_level1, first_of_level2 = row["level1"] not in seen, (row["level1"], row["level2"]) not in seen
        seen |= {row["level1"], (row["level1"], row["level2"])}
        table.add_row(
            _group(row["level1"], scores[row["level1"], None]) if first_of_level1 else "",
            _group(row["level2"], scores[row["level1"], row["level2"]]) if first_of_level2 else "",
            *_cells(row),
            end_section=False,
        )
    table.add_section()
    total = card.total
    table.add_row("合计", "", "", "", f"{total['weight']:f}", "", line((str(total["score"]), "bold")), "", "", "")
    console.print(table)
    duties = Table(title="部门整体绩效目标(批复)完成情况")
    for name, justify in (
        ("序号", "right"),
        ("指标", "left"),
        ("类型", "left"),
        ("目标值", "right"),
        ("分值", "right"),
        ("完成值", "right"),
        ("得分", "right"),
    ):
        duties.add_column(name, justify=justify)  # type: ignore[arg-type]
    duties.add_column("扣分原因")
    for row in card.duties:
        duties.add_row(
            str(row["indicator_no"]), line(row["level3"]), row["indicator_kind"], line(row["target_zh"] or "—"),
            f"{row['weight']:f}", line(row["actual_zh"] or "—"), _score(row), line(row["deduction_reason_zh"] or ""),
        )  # fmt: skip
    console.print(duties)


def _print_narrow(console: Console, card: Scorecard) -> None:
    """What a terminal of 80 columns shows well: levels as lines of their own, state and reason below the name."""
    table = Table(title=line(f"{card.fiscal_year} 年度部门整体支出绩效自评评分表\n{card.department_name}"))
    _columns(
        table, ("序号", "right"), ("指标", "left"), ("完成值", "right"), ("得分/分值", "right"), ("佐证行数", "right")
    )
    scores = {(row["level1"], row["level2"]): row for row in card.levels}
    seen: set[object] = set()
    for row in card.indicators:
        for level in ((row["level1"], None), (row["level1"], row["level2"])):
            if level not in seen:
                seen.add(level)
                table.add_row("", line((level[1] or level[0], "bold")), "", _points(scores[level]), "")
        notes = [text for text in (STATUS_TEXT[row["score_status"]], row["deduction_reason_zh"]) if text]
        table.add_row(
            str(row["indicator_no"]), _with_notes(row["level3"], notes), value_text(row), _points(row), f"{row['evidence_count']:,}"
        )  # fmt: skip
    table.add_section()
    table.add_row("", "合计", "", _points(card.total), "")
    console.print(table)
    duties = Table(title="部门整体绩效目标(批复)完成情况")
    _columns(
        duties, ("序号", "right"), ("指标", "left"), ("目标值", "right"), ("完成值", "right"), ("得分/分值", "right")
    )
    for row in card.duties:
        notes = [row["deduction_reason_zh"]] if row["deduction_reason_zh"] else []
        duties.add_row(
            str(row["indicator_no"]), _with_notes(f"{row['level3']}({row['indicator_kind']})", notes),
            line(row["target_zh"] or "—"), line(row["actual_zh"] or "—"), _points(row),
        )  # fmt: skip
    console.print(duties)


def _columns(table: Table, *columns: tuple[str, Literal["left", "right"]]) -> None:
    """Columns of which only those on the left fold."""
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold", no_wrap=justify == "right")


def _with_notes(name: str, notes: Sequence[str]) -> Text:
    return line(name, *((f"\n{note}", "yellow") for note in notes))


def _points(row: Row) -> str:
    return f"{_score(row)}/{row['weight']:f}"


def _print_state(console: Console, card: Scorecard, version: str) -> None:
    """What is lacking, the total, the scheme and the version."""
    total = card.total
    for figure in card.refused:
        console.print(line((f"口径变动 {refused_words(figure)}", "yellow")))
    for ledger in card.lacking:
        console.print(line((ledger.text_zh, "red" if ledger.is_lacking else "yellow")))
    for words, rows in (("缺数据", card.missing), ("数据不全", card.partial)):
        if rows:
            names = "、".join(f"{row['indicator_no']} {row['level3']}" for row in rows)
            console.print(line((f"{words}的指标 {len(rows)} 项,不评等级:{names}", "red")))
    if card.unrated:
        console.print(line("暂计 ", (str(total["score"]), "bold"), " 分,数据齐全后才有总分和等级"))
    else:
        console.print(line("总分 ", (str(total["score"]), "bold"), " 分,等级 ", (str(total["rating"]), "bold")))
    trial = "(试算,不是当年评价结果)" if card.scheme["is_trial"] else ""
    console.print(line(f"评分方案 {card.scheme['scheme_id']}{trial}:{card.scheme['description_zh']}"))
    console.print(f"版本 {version}")


def print_figures(console: Console, rows: Sequence[Row], title: str) -> None:
    """Print figures with what the report says of them; a narrow terminal folds names and not numbers."""
    table = Table(title=line(title))
    table.add_column("数字", overflow="fold")
    table.add_column("名称", overflow="fold")
    table.add_column("报告写法", justify="right", overflow="fold")
    table.add_column("佐证行数", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row["figure_id"], line(row["label_zh"]), line(row["display_text"]), f"{row['evidence_count']:,}")
    console.print(table)


def print_indicator(console: Console, passport: IndicatorPassport) -> None:
    """Print the rule of an indicator, its components with their numbers, and its clocks."""
    indicator, rule = passport.indicator, passport.rule
    console.print(
        line(
            (f"{indicator['indicator_no']} {indicator['level3']}", "bold"),
            f"({indicator['level1']}/{indicator['level2']})",
        )
    )
    for name, text in (
        ("说明", rule["definition_zh"]), ("公式", rule["formula_zh"]), ("评分标准", rule["criterion_zh"]),
        ("依据", rule["basis_zh"]), ("数据来源", rule["data_source_zh"]),
        ("方案", f"{rule['scheme_id']}(可靠程度:{rule['confidence']};{rule['source']})"),
    ):  # fmt: skip
        console.print(line(f"  {name}  {text}"))
    state = STATUS_TEXT[indicator["score_status"]]
    console.print(
        line(
            "  得分  ",
            (_score(indicator), "bold"),
            f" / {indicator['weight']:f}" + (f"({state})" if state else ""),
            f"  {indicator['deduction_reason_zh']}" if indicator["deduction_reason_zh"] else "",
        )
    )
    for component in passport.components:
        console.print(line(f"    {component['component_no']}. {component['component']}  {_formula(component)}"))
    if passport.clocks:
        late = sum(clock["is_late"] is True for clock in passport.clocks)
        console.print(f"  时限 {len(passport.clocks)} 项,逾期 {late} 项")
        for clock in passport.clocks:
            console.print(line((f"    {clock_text(clock)}", "red" if clock["is_late"] else "")))


def _formula(component: Row) -> str:
    points = f"得 {component['points'].normalize():f} / {component['weight'].normalize():f} 分"
    parts = []
    if component["numerator"] is not None and component["denominator"] is not None:
        ratio = "" if component["operator"] == "定性" else f" = {percentage_text(component['percentage'])}"
        parts.append(f"{component['numerator'].normalize():,f} ÷ {component['denominator'].normalize():,f}{ratio}")
    elif component["numerator"] is not None:
        parts.append(f"{component['numerator'].normalize():,f}")
    if component["actual_zh"] is not None:
        parts = parts if component["denominator"] is not None else []
        parts.append(f"完成 {component['actual_zh']}")
        parts.append(f"目标 {target_words(component)}")
    if component["case_count"] is not None:
        parts.append(f"{component['case_count'].normalize():,f} 起")
    if component["state"] != "SCORED":
        parts.append(
            {
                "NOT_APPLICABLE": "无此类业务",
                "MISSING_DATA": "缺数据",
                "PARTIAL": "数据不全,暂计",
                "MANUAL": "人工评定",
            }[component["state"]]
        )
    reason = f"({component['reason_zh']})" if component["reason_zh"] else ""
    return f"{';'.join(parts)},{points}{reason}"


def _group(name: str, score: Row) -> Text:
    return line(f"{name}\n{score['score']}/{score['weight']:f}")


def _cells(row: Row) -> list[str | Text]:
    return [
        str(row["indicator_no"]),
        line(row["level3"]),
        f"{row['weight']:f}",
        value_text(row),
        _score(row),
        STATUS_TEXT[row["score_status"]],
        line(row["deduction_reason_zh"] or ""),
        f"{row['evidence_count']:,}",
    ]


def _score(row: Row) -> str:
    return "—" if row["score"] is None else str(row["score"])
