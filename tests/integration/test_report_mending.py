"""What an official would mend by hand in the sentences of the report: each pattern on an office where it applies and on one where it does not."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from dagster_project.publishing import current_version
from dagster_project.reporting.documents import documents_of_year
from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.published_year import PublishedYear, read_year
from dagster_project.reporting.report.blocks import Edition
from dagster_project.reporting.report.report_text import write_edition

RATE = "部门（单位）预算资金支出率"


@pytest.fixture(scope="module")
def year(sample: Warehouse) -> PublishedYear:
    version = current_version(sample.settings.serving_dir)
    return read_year(version.path, version.version, 2023, "101001")


def public(year: PublishedYear) -> Edition:
    return write_edition(year, "public", True)


def section(edition: Edition, begin: str, end: str) -> str:
    text = edition.text
    return text[text.index(begin) : text.index(end)]


def problems(edition: Edition) -> str:
    return section(edition, "三、存在的主要问题", "四、下一步改进措施")


def measures(edition: Edition) -> str:
    return section(edition, "四、下一步改进措施", "\n附：")


def with_figure(year: PublishedYear, figure_id: str, value: str, text: str) -> PublishedYear:
    changed = {**year.figures[figure_id], "value": Decimal(value), "display_text": text}
    return dataclasses.replace(year, figures={**year.figures, figure_id: changed})


def with_lost(year: PublishedYear, lost: dict[int, str]) -> PublishedYear:
    """The year with all points but a share of these indicators."""

    def rescored(row: dict[str, object], column: str) -> dict[str, object]:
        share = 1 - Decimal(lost.get(row["indicator_no"], "0"))  # type: ignore[call-overload]
        return {**row, column: round(row["weight"] * share, 2)}  # type: ignore[operator]

    card = dataclasses.replace(year.scorecard, indicators=[rescored(row, "score") for row in year.scorecard.indicators])
    return dataclasses.replace(year, scorecard=card, components=[rescored(row, "points") for row in year.components])


# An amount without a part of 万元 has no zeros behind its point


def test_a_whole_amount_is_written_without_zeros_and_another_one_with_both_places(year: PublishedYear) -> None:
    text = problems(public(year))
    assert "应面向中小企业预留的采购预算3,020万元，其中达到要求的2,527万元，还差493万元" in text
    assert "448.27万元，其中节能产品409.47万元，还差38.80万元" in text
    assert ".00万元" not in public(year).text
    broken = with_figure(year, "sme.fulfilled_amount", "2527.1", "2,527.10万元")
    assert "其中达到要求的2,527.10万元，还差492.90万元" in problems(public(broken))


# What is left of two printed amounts is what the reader gets who subtracts them


def test_what_is_left_adds_up_with_what_stands_before_it(year: PublishedYear) -> None:
    assert "未支出预算243.63万元，其中形成年末财政拨款结转结余203.40万元，其余40.23万元" in public(year).text
    # 271.304 less 114.465 is 156.839: shown as 271.30, 114.47 and what is between them.
    spent = year.figures["budget.total"]["value"] - Decimal("271.304")
    odd = with_figure(year, "spending.total", str(spent), f"{spent:,.2f}万元")
    odd = with_figure(odd, "carry_over.closing", "114.465", "114.47万元")
    assert "未支出预算271.30万元，其中形成年末财政拨款结转结余114.47万元，其余156.83万元" in public(odd).text
    bare = with_figure(odd, "carry_over.closing", "271.3", "271.30万元")
    assert "未支出预算271.30万元，全部形成年末财政拨款结转结余。" in public(bare).text


def test_money_of_projects_that_were_not_monitored_is_not_called_monitored(
    sample: Warehouse, year: PublishedYear
) -> None:
    assert (
        "对年初预算500万元以上的3项财政资金支出项目开展绩效运行监控，监控覆盖率100%，涉及资金2,715.43万元，其中"
        in public(year).text
    )
    version = current_version(sample.settings.serving_dir)
    before = public(read_year(version.path, version.version, 2022, "101001")).text
    assert "应对年初预算500万元以上的4项财政资金支出项目开展绩效运行监控，涉及资金3,046.25万元，其中" in before
    assert "；实际开展3项，监控覆盖率75%。" in before and "开展绩效运行监控，监控覆盖率" not in before


# A target is said in words, and shown with its sign in the table alone


@pytest.mark.parametrize(
    ("operator", "target", "said"),
    [
        ("≥", "≥95%", "不低于95%"),
        ("≤", "≤5天", "不超过5天"),
        ("=", "=100%", "100%"),
        ("区间", "90~95%", "90~95%"),
        ("定性", "顺利", "顺利"),
    ],
)
def test_a_target_that_was_missed_is_said_in_words(year: PublishedYear, operator: str, target: str, said: str) -> None:
    first, *others = year.scorecard.duties
    missed = {**first, "operator": operator, "target_zh": target, "is_reached": False, "version": 1}
    card = dataclasses.replace(year.scorecard, duties=[missed, *others])
    edition = public(dataclasses.replace(year, scorecard=card))
    assert f"，未达到年初目标（{said}）。" in edition.text
    table = next(block for block in edition.blocks if block.kind == "table" and block.name == "duties")
    assert table.rows[0][2].text == target


def test_a_target_that_was_adjusted_is_said_beside_the_first_and_one_that_was_not_is_not(year: PublishedYear) -> None:
    text = public(year).text
    assert "达到年中调整后的目标（不低于100%，年初批复不低于95%）。" in text
    duties = [{**row, "version": 1} for row in year.scorecard.duties]
    as_first = public(dataclasses.replace(year, scorecard=dataclasses.replace(year.scorecard, duties=duties)))
    assert "年中调整后" not in as_first.text and "年初批复" not in as_first.text
    running = "\n".join(block.text for block in as_first.blocks if block.kind != "table")
    assert "≥" not in running


# Brackets hold no brackets; a low rate is told once


def test_a_low_rate_is_told_once_with_what_it_cost(year: PublishedYear) -> None:
    text = problems(public(year))
    assert (
        f"按此要求还差58.77万元。部分项目当年未能形成支出，预算调剂数额统计还不够精准，支出进度管理有待加强。{RATE}因此扣0.13分。"
        in text
    )
    assert "没有达到满分要求" not in text


def test_a_rate_that_is_expected_but_not_full_is_told_by_what_it_lacks(year: PublishedYear) -> None:
    text = problems(public(with_figure(with_lost(year, {3: "0.2", 4: "0.5"}), "spending.rate", "99.5", "99.5%")))
    assert f"支出率没有达到满分要求的100%，{RATE}因此扣2分。" in text
    assert "未能达到" not in text
    assert "（结转结余率扣1.5分）" in text, "a name without brackets stands in brackets"


def test_no_brackets_stand_in_brackets_of_their_kind(year: PublishedYear) -> None:
    everything = with_lost(year, {row["indicator_no"]: "0.5" for row in year.scorecard.indicators})
    most = {**year.parameters["problems_at_most"], "value": Decimal(99)}
    worst = dataclasses.replace(everything, parameters={**year.parameters, "problems_at_most": most})
    for edition in (public(year), public(worst)):
        for sentence in edition.sentences():
            depth = 0
            for sign in sentence.text:
                depth += {"（": 1, "）": -1}.get(sign, 0)
                assert 0 <= depth <= 1, sentence.text


# A measure is told once, in other words than its heading


def test_a_measure_that_two_indicators_share_is_told_once(year: PublishedYear) -> None:
    both = measures(public(with_lost(year, {6: "0.6", 7: "0.6"})))
    assert both.count("提高信息公开的及时性和完整性，") == 1
    assert "（预决算公开合规性扣1.2分）" in problems(public(with_lost(year, {6: "0.6", 7: "0.6"})))


def test_measures_of_their_own_are_each_told(year: PublishedYear) -> None:
    text = measures(public(with_lost(year, {11: "0.6", 12: "0.6", 15: "0.6"})))
    for measure in ("规范采购意向公开，", "严格执行采购意向公开时限，", "提高采购合同签订时效性，"):
        assert text.count(measure) == 1


def test_a_measure_does_not_say_its_heading_again(year: PublishedYear) -> None:
    longest = 4
    for row in [*year.measures, *year.businesses]:
        action, measure = row["action_zh"], row["measure_zh"]
        repeated = [
            action[n : n + longest + 1] for n in range(len(action) - longest) if action[n : n + longest + 1] in measure
        ]
        assert repeated == [], f"{action}:{measure}"


# Tables and sheets


def test_numbers_of_a_table_stand_in_the_middle_and_texts_begin_at_the_left(sample: Warehouse, tmp_path: Path) -> None:
    from docx import Document

    version = current_version(sample.settings.serving_dir)
    (word,) = [f for f in documents_of_year(sample.settings, version, 2023).files if f.name == "附件2-自评报告.docx"]
    tables = {table.cell(0, 1).text: table for table in Document(str(word)).tables}
    styles = [cell.paragraphs[0].style.name for cell in tables["指标"].rows[1].cells]
    assert styles == ["报告表格", "报告清单", "报告表格", "报告表格", "报告表格"]
    assert {cell.paragraphs[0].style.name for cell in tables["二级指标"].rows[1].cells} == {"报告表格"}


def test_base_data_say_each_target_with_its_unit(sample: Warehouse) -> None:
    from dagster_project.reporting.reading.scored_year import read_scored_year
    from dagster_project.reporting.workbook.write import base_text

    version = current_version(sample.settings.serving_dir)
    scored = read_scored_year(version.path, version.version, 2023, "101001", None)
    assert "目标 ≥100%" in base_text(scored, 1) and "目标 顺利" in base_text(scored, 2)
    policies = base_text(scored, 8)
    target = next(part for part in scored.components_of(8) if part["method"] == "at_least")["target"]
    assert f"目标 ≥{plain_number(target)}个" in policies
    for number in range(1, 26):
        for line in base_text(scored, number).split("目标 ≥")[1:]:
            assert not line.split("(")[0].strip()[-1].isdigit(), line
