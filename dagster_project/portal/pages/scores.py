"""The scorecard, and a page for each indicator with its rule, its components, the figures they count and the deadlines behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.portal.blocks import Cell, Column, Facts, Heading, Links, Page, Table, Text, cell, share, table_of
from dagster_project.portal.pages.figures import MENU, figures_used, indicator_path, to_scorecard
from dagster_project.portal.reading import SHOWN_ROWS, PortalYear
from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.reading.scorecard import FIGURE_COLUMNS, clock_text, target_words
from dagster_project.reporting.terminal import STATUS_TEXT

ROLES_ZH = dict(zip(FIGURE_COLUMNS, ("分子", "分母", "扣分件数", "一票否决", "绩效目标"), strict=True))


def score_pages(told: PortalYear) -> Iterator[Page]:
    """The scorecard, and a page for each indicator."""
    yield _scorecard(told)
    for row in told.year.scorecard.indicators:
        yield _indicator(told, row)


def score_text(score: Any, status: str = "SCORED") -> Cell:
    """A score; in words where it has none."""
    if score is None:
        return Cell(STATUS_TEXT.get(status) or "没有得分", "", "number nothing")
    return cell(score, "points")


def total_note(told: PortalYear) -> str:
    """The rating, or why there is none."""
    card = told.year.scorecard
    if card.total["rating"]:
        return f"等级 {card.total['rating']}"
    lacking = "、".join(f"{row['indicator_no']} {row['level3']}" for row in card.unrated)
    return f"不评等级:{len(card.unrated)} 项指标缺数据或数据不全({lacking})" if lacking else "不评等级"


def level_table(told: PortalYear, caption: str) -> Table:
    """Scores of level 1 and level 2, and the total."""
    card = told.year.scorecard
    rows = []
    for row in [*card.levels, card.total]:
        name = {"level1": row["level1"], "level2": f"  {row['level2']}", "total": "总分"}[row["level"]]
        css = "" if row["level"] == "level2" else "strong"
        anchor = f"#level-{row['first_indicator_no']}" if row["level"] != "total" else ""
        cells = [
            Cell(name.strip(), told.link(f"scorecard.html{anchor}") if anchor else "", css + (" inner" if row["level"] == "level2" else "")),
            cell(row["indicator_count"], "count"), cell(row["weight"], "points"), score_text(row["score"], "MISSING_DATA"),
            cell(share(row["score"], row["weight"]), "pct"),
        ]  # fmt: skip
        rows.append(cells)
    columns = (
        Column("name", "项目"), Column("count", "指标数", "count"), Column("weight", "满分", "points"), Column("score", "得分", "points"),
        Column("share", "得分率", "pct"),
    )  # fmt: skip
    return Table(caption, columns, rows)


def _scorecard(told: PortalYear) -> Page:
    card = told.year.scorecard
    total = "没有得分" if card.total["score"] is None else f"{plain_number(card.total['score'], 2)} 分"
    blocks: list[Any] = [
        Text(f"总分 {total},{total_note(told)}。点指标看定义、分项、公式和每个数字背后的行。"),
        Text(f"评分方案 {card.scheme['scheme_id']}:{card.scheme['description_zh']}", "note"),
        level_table(told, "各级得分"),
    ]
    columns = (
        Column("no", "序号", "count"), Column("level3", "三级指标"), Column("weight", "满分", "points"), Column("score", "得分", "points"),
        Column("state", "状态"), Column("reason", "扣分原因"),
    )  # fmt: skip
    for level2 in dict.fromkeys(row["level2"] for row in card.indicators):
        members = [row for row in card.indicators if row["level2"] == level2]
        level1 = members[0]["level1"]
        blocks.append(Heading(f"{level1} · {level2}", f"level-{members[0]['indicator_no']}"))
        rows = [
            [
                cell(row["indicator_no"], "count"), Cell(row["level3"], told.link(indicator_path(row["indicator_no"]))),
                cell(row["weight"], "points"), score_text(row["score"], row["score_status"]),
                _state(row["score_status"]), cell(row["deduction_reason_zh"]),
            ]
            for row in members
        ]  # fmt: skip
        blocks.append(Table(f"{level2}指标得分", columns, rows))
    duties = (
        Column("indicator_no", "序号", "count"), Column("level3", "履职指标"), Column("target_zh", "目标值"), Column("actual_zh", "实际完成"),
        Column("weight", "满分", "points"), Column("score", "得分", "points"), Column("deduction_reason_zh", "扣分原因"),
    )  # fmt: skip
    if card.duties:
        blocks += [Heading("批复的部门整体绩效目标", "duties"), table_of("履职指标完成情况", duties, card.duties)]
    return Page(told.link("scorecard.html"), "绩效评分", "Scorecard", blocks, MENU)


def _state(status: str) -> Cell:
    word = STATUS_TEXT.get(status, status)
    return Cell(word, "", "tag" if word else "") if word else Cell("已评")


def _indicator(told: PortalYear, row: Row) -> Page:
    number = row["indicator_no"]
    rule, parts = told.year.rules[number], told.year.components_of(number)
    score = score_text(row["score"], row["score_status"])
    facts = [
        ("得分", Cell(f"{score.text} / {plain_number(row['weight'], 2)}")), ("状态", _state(row["score_status"])),
        ("扣分原因", cell(row["deduction_reason_zh"])), ("定义", cell(rule["definition_zh"])), ("公式", cell(rule["formula_zh"])),
        ("评分标准", cell(rule["criterion_zh"])), ("依据", cell(rule["basis_zh"])), ("数据来源", cell(rule["data_source_zh"])),
        ("可靠程度", cell(rule["confidence"])),
    ]  # fmt: skip
    blocks: list[Any] = [Facts(facts), Heading("分项", "components"), _components(told, row["level3"], parts)]
    figures = told.year.indicator_figures[number]
    blocks += [Heading("用到的指标数", "figures"), figures_used(told, row["level3"], figures)]
    clocks = [clock for figure_id in figures for clock in told.clocks.get(figure_id, ())]
    if clocks:
        late = sum(bool(clock["is_late"]) for clock in clocks)
        shown = clocks[:SHOWN_ROWS]
        more = (
            f"列出 {len(shown)} 项,全部见 jixiao explain indicator {number} --year {told.year.fiscal_year}。"
            if len(clocks) > len(shown)
            else ""
        )
        blocks += [
            Heading("时限", "clocks"), Text(f"共 {len(clocks):,} 项时限,逾期 {late:,} 项。{more}"),
            Table("时限明细,逾期在前", (Column("clock", "事项、起止、天数、期限"), Column("late", "结果")),
                  [[Cell(clock_text(clock).removesuffix("  逾期")), Cell("逾期" if clock["is_late"] else "未逾期", "", "bad" if clock["is_late"] else "")] for clock in shown]),
        ]  # fmt: skip
    statement = told.year.statements.get(number)
    if statement:
        names = (("如何核验", "verification_zh"), ("检查", "checks_zh"), ("从何而来", "source_zh"), ("需要多准", "accuracy_zh"),
                 ("有何局限", "limits_zh"), ("如何弥补", "compensation_zh"))  # fmt: skip
        blocks += [Heading("数据质量说明", "quality"), Facts([(name, cell(statement.get(key))) for name, key in names])]
    numbers = [each["indicator_no"] for each in told.year.scorecard.indicators]
    place = numbers.index(number)
    around = [
        Cell(f"{word} {numbers[at]}", told.link(indicator_path(numbers[at])))
        for word, at in (("上一项", place - 1), ("下一项", place + 1))
        if 0 <= at < len(numbers)
    ]
    blocks.append(Links(around, "其他指标"))
    return Page(
        told.link(indicator_path(number)), f"{number} {row['level3']}", f"Indicator {number}", blocks, MENU, (to_scorecard(told),)
    )  # fmt: skip


def _components(told: PortalYear, name: str, parts: Sequence[Row]) -> Table:
    rows = []
    for part in parts:
        named = [
            f"{ROLES_ZH[column]} {told.year.figures[part[column]]['label_zh']} {told.year.figures[part[column]]['display_text']}"
            for column in FIGURE_COLUMNS
            if part[column] and part[column] in told.year.figures
        ]
        rows.append(
            [
                Cell(part["component"]), cell(part["weight"], "points"), score_text(part["points"], "MISSING_DATA"),
                cell(part["percentage"], "pct"), Cell(target_words(part)) if part["target_text"] else cell(part["target"], "count"),
                Cell(";".join(named) or "人工评定"), cell(part["reason_zh"]),
            ]
        )  # fmt: skip
    columns = (
        Column("component", "分项"), Column("weight", "满分", "points"), Column("points", "得分", "points"), Column("percentage", "完成", "pct"),
        Column("target", "目标", "count"), Column("figures", "由哪些数"), Column("reason", "原因"),
    )  # fmt: skip
    return Table(f"{name}的分项得分", columns, rows)
