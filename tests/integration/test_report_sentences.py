"""The sentences of the report, each on an office where it applies and on one where it does not. Offices are the sample's, changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from sample_warehouse import Warehouse

from dagster_project.publishing import current_version
from dagster_project.reporting.reading.published_year import PublishedYear, read_year
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.blocks import Edition
from dagster_project.reporting.report.report_text import write_edition

SECTIONS = ("一、基本情况", "二、绩效自评情况", "三、存在的主要问题", "四、下一步改进措施")


def read(sample: Warehouse, fiscal_year: int = 2023, department: str = "101001") -> PublishedYear:
    version = current_version(sample.settings.serving_dir)
    return read_year(version.path, version.version, fiscal_year, department)


@pytest.fixture(scope="module")
def year(sample: Warehouse) -> PublishedYear:
    return read(sample)


def with_figures(year: PublishedYear, **values: str | None) -> PublishedYear:
    """The year with other values of figures; a double underscore stands for the dot of a name."""
    figures = dict(year.figures)
    for name, value in values.items():
        figure_id = name.replace("__", ".")
        row = figures[figure_id]
        changes = (
            {"value": None, "status": "MISSING", "display_text": "--(缺少台账)"}
            if value is None
            else {"value": Decimal(value), "display_text": f"{value}{row['unit']}"}
        )
        figures[figure_id] = {**row, **changes}
    return dataclasses.replace(year, figures=figures)


def with_full_marks(year: PublishedYear, *numbers: int) -> PublishedYear:
    """The year with all points for these indicators, or for all."""
    wanted = numbers or tuple(row["indicator_no"] for row in year.scorecard.indicators)
    return _scored(year, {number: Decimal(1) for number in wanted})


def with_share(year: PublishedYear, **shares: str) -> PublishedYear:
    """The year with a share of the points for some indicators, such as i5="0.5"."""
    return _scored(year, {int(name[1:]): Decimal(share) for name, share in shares.items()})


def _scored(year: PublishedYear, shares: dict[int, Decimal]) -> PublishedYear:
    def rescored(row: dict[str, Any], column: str) -> dict[str, Any]:
        share = shares.get(row["indicator_no"])
        return row if share is None else {**row, column: round(row["weight"] * share, 2)}

    card = dataclasses.replace(year.scorecard, indicators=[rescored(row, "score") for row in year.scorecard.indicators])
    return dataclasses.replace(year, scorecard=card, components=[rescored(row, "points") for row in year.components])


def section(edition: Edition, number: int) -> str:
    """The text of section 1 to 4, without what stands behind the report."""
    text = edition.text
    begin = text.index(SECTIONS[number - 1])
    end = text.index(SECTIONS[number]) if number < 4 else text.index("\n附：")
    return text[begin:end]


def public(year: PublishedYear, is_draft: bool = False) -> Edition:
    return write_edition(year, "public", is_draft)


def points(edition: Edition) -> list[str]:
    """The titles of problems and measures, in order."""
    return [block.sentences[0].text for block in edition.blocks if block.kind == "point"]


# One name for one thing


@pytest.mark.parametrize("fiscal_year", [2022, 2023])
def test_spending_rate_has_one_name(sample: Warehouse, fiscal_year: int) -> None:
    edition = public(read(sample, fiscal_year), is_draft=True)
    naming = [s.text for s in edition.sentences() if any(t.key == "spending.rate" for t in s.tokens)]
    assert len(naming) >= 2
    assert all("支出率" in text for text in naming)
    assert not [text for text in naming if "执行率" in text or "支出进度" in text]


# What is unspent and where it is


UNSPENT = {
    "a part is carried over": (
        {},
        "未支出预算243.63万元，其中形成年末财政拨款结转结余203.40万元，其余40.23万元由财政收回",
    ),
    "all is carried over": (
        {"carry_over__closing": "243.632520"},
        "未支出预算243.63万元，全部形成年末财政拨款结转结余。",
    ),
    "nothing is carried over": (
        {"carry_over__closing": "0"},
        "未支出预算243.63万元，年末没有财政拨款结转结余，由财政收回或者核减。",
    ),
    "more is carried over than was unspent": (
        {"carry_over__closing": "300"},
        "年末财政拨款结转结余300万元，比未支出预算多56.37万元，为当年预算以外的结转结余。",
    ),
    "what is carried over is not known": ({"carry_over__closing": None}, "未支出预算243.63万元。"),
    "all is spent": ({"spending__total": "18485.904239", "carry_over__closing": "0"}, "年度预算全部支出。"),
    "more is spent than there was": (
        {"spending__total": "18500.904239", "carry_over__closing": "20"},
        "全年支出超出年度预算15万元。年末财政拨款结转结余20万元。",
    ),
}


@pytest.mark.parametrize("case", UNSPENT)
def test_what_is_unspent_is_tied_to_what_is_carried_over(year: PublishedYear, case: str) -> None:
    values, expected = UNSPENT[case]
    text = section(public(with_figures(year, **values), is_draft=True), 2)
    assert expected in text
    assert len(re.findall("。(?:未支出预算|年度预算全部支出|全年支出超出)", text)) == 1
    others = {words for name, (_, words) in UNSPENT.items() if name != case} - {expected}
    assert not [words for words in others if words in text and words not in expected]


def test_growth_is_said_as_growth_fall_or_neither(year: PublishedYear) -> None:
    for growth, said in (("97", "比上年增长97%"), ("-12", "比上年下降12%"), ("0", "与上年持平")):
        assert said in public(with_figures(year, suggestions__all_levels_growth=growth)).text
    assert "--12" not in public(with_figures(year, suggestions__all_levels_growth="-12")).text


# Problems: by business, the largest, not said twice


def test_problems_are_those_of_the_published_report_first_and_at_most_four(year: PublishedYear) -> None:
    edition = public(year)
    titles = points(edition)
    problems, measures = titles[: len(titles) // 2], titles[len(titles) // 2 :]
    assert [re.sub(r"^（.）|。$", "", title) for title in problems] == [
        "全年支出率有待进一步提高", "部门绩效管理机制还不够完善", "财务管理仍有薄弱环节", "采购全流程管理还不够严格",
    ]  # fmt: skip
    assert len(measures) == len(problems) <= int(year.parameters["problems_at_most"]["value"])
    assert "另有" not in section(edition, 3)


def test_what_the_third_section_tells_is_not_told_in_the_second(year: PublishedYear) -> None:
    edition = public(year)
    second = section(edition, 2)
    third = re.sub(r"（[^（）]*(?:（[^（）]*）[^（）]*)?扣[\d.]+分）", "", section(edition, 3))
    clauses = [clause for clause in re.split("[，。；：\n]", third) if len(clause) >= 10]
    assert len(clauses) > 10
    assert [clause for clause in clauses if clause in second] == []
    assert "采购意向公开合规性、采购意向公开时限" in second and "原因见“存在的主要问题”" in second


def test_a_fifth_problem_stands_in_the_workbook_alone(year: PublishedYear) -> None:
    worse = with_share(year, i6="0.5", i20="0.5", i24="0.5")
    edition = public(worse)
    assert len(points(edition)) == 8
    assert "此外，另有" in section(edition, 3) and "详见附件1" in section(edition, 3)
    assert "附件1所列其他扣分事项" in section(edition, 4)
    assert "采购全流程" not in section(edition, 3), "it lost less than the others"
    assert re.search(r"采购政策效能共扣0\.5\d?分，原因详见附件1", section(edition, 2))


def test_small_deductions_are_no_problem_but_are_counted(year: PublishedYear) -> None:
    good = with_share(with_figures(with_full_marks(year), spending__rate="99.5"), i15="0.9")
    edition = public(good)
    assert points(edition) == []
    assert "没有需要单列的主要问题；1项指标扣0.2分，详见附件1" in section(edition, 3)
    assert "各项指标均未扣分" not in section(edition, 3)
    assert "采购合同签订时效性扣0.2分，原因详见附件1" in section(edition, 2)


@pytest.mark.parametrize(("share", "is_problem"), [("0.8", True), ("0.81", False)])
def test_a_small_business_is_a_problem_by_its_share(year: PublishedYear, share: str, is_problem: bool) -> None:
    good = with_figures(with_full_marks(year), spending__rate="99.5")
    edition = public(with_share(good, i24=share, i25=share))
    # 0.2 of five points are a point; below both limits only a smaller business could be.
    assert bool(points(edition)) is True
    parameters = {
        **year.parameters,
        "problem_points_min": {**year.parameters["problem_points_min"], "value": Decimal(9)},
    }
    edition = public(dataclasses.replace(with_share(good, i24=share, i25=share), parameters=parameters))
    assert bool(points(edition)) is is_problem


def test_an_office_without_deductions_has_no_problem_and_keeps_on(year: PublishedYear) -> None:
    edition = public(with_figures(with_full_marks(year), spending__rate="99.5"))
    assert points(edition) == []
    assert "各项指标均未扣分，支出率达到99%以上，没有需要单列的主要问题。" in section(edition, 3)
    assert "继续保持现有做法" in section(edition, 4)
    assert "扣" not in section(edition, 2)


def test_a_rate_below_what_is_expected_is_a_problem_though_it_costs_no_points(year: PublishedYear) -> None:
    edition = public(with_full_marks(year))
    assert points(edition) == ["（一）全年支出率有待进一步提高。", "（一）加强项目支出进度跟踪管理。"]
    assert "按此要求还差58.77万元" in section(edition, 3)
    assert "对照支出进度要求逐月分析" in section(edition, 4)


def test_one_problem_alone_is_numbered_and_measured_alone(year: PublishedYear) -> None:
    edition = public(with_share(with_figures(with_full_marks(year), spending__rate="99.5"), i8="0.5"))
    assert points(edition) == ["（一）部门绩效管理机制还不够完善。", "（一）健全部门绩效管理机制。"]
    assert "未能达到" not in edition.text


def test_missing_data_are_said_instead_of_a_clean_record(sample: Warehouse) -> None:
    edition = public(read(sample, department="101002"), is_draft=True)
    assert "因数据不齐，尚不能完整说明存在的问题。" in section(edition, 3)
    assert "各项指标均未扣分" not in edition.text
    assert "暂得" in section(edition, 2) and edition.missing


def test_an_indicator_without_measure_stops_the_report_and_is_named(year: PublishedYear) -> None:
    renamed = [{**row, "level3": "新指标", "level2": "新类别"} for row in year.scorecard.indicators[-1:]]
    card = dataclasses.replace(year.scorecard, indicators=[*year.scorecard.indicators[:-1], *renamed])
    with pytest.raises(DocumentError, match=r"evaluation_report_measures.*新指标"):
        public(dataclasses.replace(year, scorecard=card))


# Wordings: the whole before its part, the finding with its facts


def test_what_is_not_reached_is_counted_for_the_reader(year: PublishedYear) -> None:
    text = section(public(year), 3)
    assert "应公开采购意向的采购项目44个中，2个没有公开或者内容不全（采购意向公开合规性扣0.05分）" in text
    assert "应签订的采购合同45份中，2份超过30天签订" in text
    assert "42个" not in text, "no second count to subtract"


def test_where_nothing_is_undisclosed_that_is_told_as_earned(year: PublishedYear) -> None:
    good = with_full_marks(with_figures(year, intentions__published_complete="44"), 11)
    edition = public(good)
    assert "没有公开或者内容不全" not in edition.text
    assert "应公开采购意向的采购项目44个全部公开且内容齐全" in section(edition, 2)


def test_part_stands_after_its_whole(year: PublishedYear) -> None:
    text = public(year).text
    whole, part = text.index("强制采购节能产品品目采购448.27万元"), text.index("其中节能产品409.47万元")
    assert whole < part < whole + 40
    assert "其中节能产品采购" not in text
    for sentence in re.findall("[^。\n]*其中[^。\n]*", text):
        assert re.search(r"\d", sentence.split("其中")[0]) or "制定" in sentence or "得满分" in sentence, sentence


def test_a_component_without_wording_of_its_own_says_the_whole_first(year: PublishedYear) -> None:
    plain = dataclasses.replace(year, wordings=[])
    text = section(public(plain), 3)
    assert "（应公开意向的采购项目44个，其中意向公开且内容齐全42个）" in text
    assert "（绩效目标退回次数5次）" in text


def test_a_disclosure_that_was_late_or_lacks_content_says_which(year: PublishedYear) -> None:
    worse = with_share(year, i6="0.4")
    both = with_figures(worse, disclosures__budget_on_time="1", disclosures__budget_content_gaps="2")
    assert "部门预算应在2处平台公开，其中1处没有按时公开，部门预算公开内容缺2项" in public(both).text
    late = with_figures(worse, disclosures__budget_on_time="1")
    assert "其中1处没有按时公开" in public(late).text and "公开内容缺" not in public(late).text


def test_a_finding_is_told_with_kind_amount_document_and_rectification(year: PublishedYear) -> None:
    expected = (
        "当年认定的财务问题1个：巡察（穗巡〔2022〕31号）指出超范围支出，涉及金额24,750元，2023年1月12日认定，"
        "已于2023年4月28日完成整改（财务管理合规性扣1分）"
    )
    assert expected in section(public(year), 3)


def test_a_finding_without_document_and_rectification_says_so(year: PublishedYear) -> None:
    bare = {"document_no": None, "amount_yuan": None, "rectified_on": None}
    two = [{**row, **bare, "finding_no": row["finding_no"] + mark} for row in year.findings for mark in ("甲", "乙")]
    text = section(public(dataclasses.replace(year, findings=two)), 3)
    told = "巡察指出超范围支出，2023年1月12日认定，尚未完成整改"
    assert f"当年认定的财务问题1个：{told}；{told}（财务管理合规性扣1分）" in text
    assert "None" not in text


def test_without_findings_that_is_told_as_earned(year: PublishedYear) -> None:
    good = with_full_marks(with_figures(year, finance_findings__confirmed="0"), 5)
    edition = public(dataclasses.replace(good, findings=[]))
    assert "当年没有认定的财务问题" in section(edition, 2)
    assert "指出" not in section(edition, 3) and "财务管理仍有薄弱环节" not in edition.text


def test_a_finding_of_another_year_is_not_told(sample: Warehouse) -> None:
    edition = public(read(sample, 2022), is_draft=True)
    assert "穗巡〔2022〕31号" not in edition.text


def test_what_earned_points_is_told_for_each_group(year: PublishedYear) -> None:
    text = section(public(year), 2)
    assert "其中采购内控制度建设、采购活动合规性得满分：现行有效的采购内控制度3份，没有成立的投诉" in text
    assert "资产管理满分10分，得10分，各项指标均得满分：" in text
    for row in year.scorecard.indicators:
        if row["score"] == row["weight"] and row["level2"] in ("采购管理", "绩效管理"):
            assert row["level3"] in text


def test_a_part_that_lost_less_than_is_rounded_earned_nothing(year: PublishedYear) -> None:
    nearly = [
        {**row, "points": row["weight"] - Decimal("0.001")} if row["indicator_no"] == 13 else row
        for row in year.components
    ]
    text = section(public(dataclasses.replace(year, components=nearly)), 2)
    assert "采购内控制度建设、采购活动合规性得满分：没有成立的投诉" in text
    assert "现行有效的采购内控制度3份" not in text


def test_a_group_without_any_full_mark_claims_none(year: PublishedYear) -> None:
    text = section(public(with_share(year, i24="0.5", i25="0.5")), 2)
    group = text[text.index("7. 运行成本") :]
    assert "得满分" not in group and "共扣2.5分" in group


@pytest.mark.parametrize("status", ["MISSING", "PARTIAL"])
def test_a_wording_over_a_figure_that_lacks_data_stops_the_report(year: PublishedYear, status: str) -> None:
    figure = year.figures["intentions.required"]
    lacking = {**figure, "status": status} | ({"value": None} if status == "MISSING" else {})
    edition = public(dataclasses.replace(year, figures={**year.figures, "intentions.required": lacking}), is_draft=True)
    assert "intentions.required" in edition.missing
    assert ("[缺:" in edition.text) is (status == "MISSING")


# Measures: the verb fits its noun


VERBS = {
    "(时效性|及时性|完整性|均衡性|利用率|支出率|质量)$": ("提高",),
    "(时限|标准)$": ("严格执行",),
    "(制度执行|政策执行|结果应用)$": ("强化",),
    "(制度|体系|制度建设)$": ("健全",),
}


def test_verb_of_a_measure_fits_its_noun(year: PublishedYear) -> None:
    checked = 0
    for row in year.measures:
        for nouns, verbs in VERBS.items():
            if re.search(nouns, row["action_zh"]):
                checked += 1
                assert row["action_zh"].startswith(verbs), row["action_zh"]
        assert not row["action_zh"].startswith("改进")
    assert checked >= 10
    text = section(public(year), 4)
    for measure in ("提高采购合同签订时效性，", "严格执行采购意向公开时限，", "强化绩效管理制度执行，"):
        assert measure in text


def test_a_measure_stands_only_for_what_lost_points(year: PublishedYear) -> None:
    text = section(public(with_share(with_full_marks(year, 12, 15), i11="0.4")), 4)
    assert "签订时效性" not in text and "公开时限" not in text
    assert "规范采购意向公开" in text


def test_every_business_of_a_measure_is_known(year: PublishedYear) -> None:
    assert {row["business"] for row in year.measures} <= {row["business"] for row in year.businesses}


def test_every_component_of_the_scheme_has_a_wording_or_a_reason_of_its_own(year: PublishedYear) -> None:
    worded = {row["figure_id"] for row in year.wordings}
    without = [
        part["component"]
        for part in year.components
        if not {part["numerator_figure"], part["case_figure"]} & worded and part["method"] != "manual"
    ]
    assert without == []
    everything_lost = with_share(year, **{f"i{row['indicator_no']}": "0.5" for row in year.scorecard.indicators})
    parameters = {**year.parameters, "problems_at_most": {**year.parameters["problems_at_most"], "value": Decimal(99)}}
    edition = public(dataclasses.replace(everything_lost, parameters=parameters))
    assert len(points(edition)) == 2 * len(year.businesses)
    assert "None" not in edition.text and "{{" not in edition.text


# Heading, names, end


def test_report_has_heading_full_name_signature_date_and_footnote(year: PublishedYear) -> None:
    edition = public(year)
    kinds = [block.kind for block in edition.blocks]
    name = "广州市人民代表大会常务委员会办公厅"
    assert [edition.blocks[n].text for n in range(4)] == ["附件2", "2023年度", name, "部门整体支出绩效自评报告"]
    assert edition.title == f"2023年度{name}部门整体支出绩效自评报告"
    signature, dated = kinds.index("signature"), kinds.index("dated")
    assert edition.blocks[signature].text == name and dated == signature + 1
    until = dt.date.fromisoformat(year.data_until)
    assert edition.blocks[dated].text == f"{until.year}年{until.month}月{until.day}日"
    assert kinds.index("annex") > dated, "what is added stands behind signature and date"
    footnote = next(block.text for block in edition.blocks if block.kind == "footnote")
    assert year.version in footnote and "权重和扣分标准未公开" in footnote
    assert "各项指标得分详见附件1" in section(edition, 2)


def test_office_without_a_full_name_signs_with_the_name_it_has(sample: Warehouse) -> None:
    other = dataclasses.replace(
        read(sample), department_code="900001", official_name="某县政协办公室", department_name="县政协办公室"
    )
    edition = public(other)
    assert edition.title.startswith("2023年度某县政协办公室部门整体支出")
    assert "某县政协办公室（以下简称县政协办公室）组织" in edition.text


BROKEN = {
    "value": None,
    "status": "NOT_COMPARABLE",
    "display_text": "--(口径变动,不可比)",
    "reason_zh": "随手拍计入代表建议",
}
NOT_HAD = {"value": None, "status": "NOT_APPLICABLE", "display_text": "--(不适用)", "reason_zh": "没有这项职责"}


def with_rows(year: PublishedYear, changes: dict[str, Any], *figure_ids: str) -> PublishedYear:
    figures = {**year.figures, **{name: {**year.figures[name], **changes} for name in figure_ids}}
    return dataclasses.replace(year, figures=figures)


def test_growth_over_a_break_of_its_series_is_told_with_the_reason_and_no_number(year: PublishedYear) -> None:
    broken = public(with_rows(year, BROKEN, "suggestions.all_levels_growth", "suggestions.municipal_growth"))
    text = section(broken, 1)
    assert "提出代表建议6,642件；随手拍计入代表建议，与上年不作比较。" in text
    assert "该项件数口径同样变动，与上年不作比较。" in text
    assert "97%，" not in text and "比上年增长" not in text and not broken.missing
    as_it_is = section(public(year), 1)
    assert "比上年增长97%" in as_it_is and "不作比较" not in as_it_is


def test_sentences_of_duties_the_department_does_not_have_fall_away_and_nothing_is_missing(year: PublishedYear) -> None:
    duties = [
        name for name in year.figures if name.startswith(("suggestions.", "snapshots.", "legislation.", "campaign."))
    ]
    without = public(with_rows(year, NOT_HAD, *duties))
    text = section(without, 1)
    for told in ("代表建议", "随手拍", "法规案", "立法意见", "不适用", "[缺"):
        assert told not in text
    assert "全年累计实际支出" in text and "代表联络站" in text
    assert without.missing == ()
    as_it_is = section(public(year), 1)
    assert "代表建议6,642件" in as_it_is and "法规案19件" in as_it_is


def test_figures_of_later_years_are_told_of_those_years_only(year: PublishedYear) -> None:
    assert "survey.key_construction_projects" in year.defined
    assert "重点建设项目" not in public(year).text
    row = year.figures["survey.urban_renewal_projects"]
    figures = {
        **year.figures,
        "survey.key_construction_projects": {**row, "value": Decimal(998), "display_text": "998个"},
    }
    assert "对998个重点建设项目开展监督。" in section(public(dataclasses.replace(year, figures=figures)), 1)
    with pytest.raises(KeyError):
        year.figures["survey.key_construction_projects"]


def test_an_article_is_cited_as_it_was_numbered_in_the_year(year: PublishedYear) -> None:
    later = dataclasses.replace(year, fiscal_year=2025)
    for of, cited, other in ((year, "第三十七条", "第四十五条"), (later, "第四十五条", "第三十七条")):
        text = section(public(of, is_draft=True), 1)
        assert f"地方各级人民代表大会代表法》{cited}，为市人大代表" in text and other not in text


def test_body_says_nothing_about_this_software(year: PublishedYear) -> None:
    for name in ("public", "internal"):
        edition = write_edition(year, name)
        end = next(n for n, block in enumerate(edition.blocks) if block.kind == "dated")
        body = "\n".join(block.text for block in edition.blocks[:end] if block.kind not in ("footnote", "mark"))
        for word in ("本项目", "数据版本", "系统", "软件", "复原", "台账计算", "jixiao", "可以查到来源", year.version):
            assert word not in body.replace("本项目支出", ""), word
    annex = public(year).text
    assert not re.search(r"[a-z]+_[a-z]+", annex), "no names of columns"


def test_footnote_of_the_word_document_is_one(year: PublishedYear, sample: Warehouse) -> None:
    import zipfile

    from dagster_project.reporting.documents import documents_of_year

    version = current_version(sample.settings.serving_dir)
    files = documents_of_year(sample.settings, version, 2023).files
    word = next(file for file in files if file.name == "附件2-自评报告.docx")
    with zipfile.ZipFile(word) as archive:
        body, notes = (archive.read(f"word/{name}.xml").decode("utf-8") for name in ("document", "footnotes"))
        assert "footnotes+xml" in archive.read("[Content_Types].xml").decode("utf-8")
    assert body.count("<w:footnoteReference ") == notes.count("<w:footnoteRef/>") == 1
    assert year.version in notes and year.version not in body
