"""What can happen to an office: each variation changes raw files as a person would, and moves one indicator or must not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.clock import years_after
from oracle.editor import Editor
from oracle.figures import Office

Variation = Callable[[Editor], None]
SIGNED = {"供应商签订日期|供应商签订时间", "采购人签订日期|采购人签订时间"}
DAY = timedelta(days=1)
THREE = ("30212", "30217", "30231", "31013", "30913")


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["no"]))


def _sign(e: Editor, contract: str, when: date) -> None:
    e.set("contracts", {"合同编号": contract}, dict.fromkeys(SIGNED, str(when)))


def _record(e: Editor, contract: str, published: date | None, filed: date | None) -> None:
    changes = {"合同公告日期|公告时间": published, "合同备案日期|备案时间": filed}
    e.set("contracts", {"合同编号": contract}, {header: str(when or "") for header, when in changes.items()})


def _awarded(office: Office) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Awards of the year with their contract, in order."""
    government = office.government()
    return [
        (government[row["procurement"]], row)
        for row in _sorted(office.contracts())
        if row["procurement"] in government
        and not row["supplementary"]
        and not row["secret"]
        and office.within(government[row["procurement"]]["award"])
    ]


def _last_day(office: Office, start: date, days: int, *, off: bool) -> date:
    """A day from which on the period ends on a day off, or on a working day."""
    while office.calendar.works(start + timedelta(days=days)) is off:
        start += DAY
    return start


# duties


def _agenda(e: Editor, kind: str) -> list[dict[str, Any]]:
    """Items planned for a meeting that has a later one of the year."""
    return [
        row
        for row, _, due in e.office().planned(kind)
        if row["planned"] and row["planned"].startswith("CWH") and due and due.month < 11 and not row["adjusted_on"]
    ]


def _next_meeting(e: Editor, after: str, step: int = 1) -> tuple[str, date]:
    meetings = sorted((when, no) for no, when in e.office().meetings().items() if no.startswith("CWH2023"))
    place = [no for _, no in meetings].index(after) + step
    return meetings[place][1], meetings[place][0]


def report_heard_one_meeting_late(e: Editor) -> None:
    row = _agenda(e, "专项工作报告")[0]
    no, closed = _next_meeting(e, row["planned"])
    e.set("agenda_items", {"议题编号": row["no"]}, {"审议会议": no, "审议日期|听取审议日期": str(closed)})


def report_heard_one_meeting_early(e: Editor) -> None:
    row = next(row for row in _agenda(e, "专项工作报告") if row["planned"] > "CWH2023-02")
    no, closed = _next_meeting(e, row["planned"], -1)
    e.set("agenda_items", {"议题编号": row["no"]}, {"审议会议": no, "审议日期|听取审议日期": str(closed)})


def report_not_heard(e: Editor) -> None:
    row = _agenda(e, "专项工作报告")[1]
    e.set("agenda_items", {"议题编号": row["no"]}, {"审议会议": "—", "审议日期|听取审议日期": ""})


def report_moved_after_the_meeting(e: Editor) -> None:
    row = _agenda(e, "专项工作报告")[2]
    no, closed = _next_meeting(e, row["planned"])
    late = str(e.office().meetings()[row["planned"]] + DAY)
    e.set(
        "agenda_items",
        {"议题编号": row["no"]},
        {"调整后会议": no, "调整日期": late, "审议会议": no, "审议日期|听取审议日期": str(closed)},
    )


def report_moved_on_the_last_day_of_the_meeting(e: Editor) -> None:
    row = _agenda(e, "专项工作报告")[3]
    no, closed = _next_meeting(e, row["planned"])
    e.set(
        "agenda_items",
        {"议题编号": row["no"]},
        {
            "调整后会议": no,
            "调整日期": str(e.office().meetings()[row["planned"]]),
            "审议会议": no,
            "审议日期|听取审议日期": str(closed),
        },
    )


def report_taken_off_the_plan(e: Editor) -> None:
    row = _agenda(e, "专项工作报告")[4]
    e.set(
        "agenda_items",
        {"议题编号": row["no"]},
        {"调整后会议": "—", "调整日期": "2023-01-05", "审议会议": "—", "审议日期|听取审议日期": ""},
    )


def matter_decided_one_meeting_late(e: Editor) -> None:
    row = _agenda(e, "重大事项")[0]
    no, closed = _next_meeting(e, row["planned"])
    changes = {"审议会议": no, "审议日期|听取审议日期": str(closed), "表决日期": str(closed)}
    e.set("agenda_items", {"议题编号": row["no"]}, changes)


def matter_without_a_step(e: Editor) -> None:
    row = _agenda(e, "重大事项")[1]
    e.set("agenda_items", {"议题编号": row["no"]}, {"已完成程序": "、".join(row["steps"][:-1])})


def matter_never_voted(e: Editor) -> None:
    row = _agenda(e, "重大事项")[2]
    e.set("agenda_items", {"议题编号": row["no"]}, {"表决日期": "", "是否通过": ""})


def no_major_matter(e: Editor) -> None:
    e.set("agenda_items", {"议题类别|类别": "重大事项"}, {"议题类别|类别": "其他"})


def no_research_planned(e: Editor) -> None:
    e.remove("research_tasks", {"调研编号|序号": {row["no"] for row in e.office().tasks()}})


def research_finished_a_day_late(e: Editor) -> None:
    rows = _sorted(e.office().tasks())
    for row, late in ((rows[0], DAY), (rows[1], 0 * DAY)):
        e.set("research_tasks", {"调研编号|序号": row["no"]}, {"实际完成日期": str(row["due"] + late)})


def research_not_finished(e: Editor) -> None:
    e.set("research_tasks", {"调研编号|序号": _sorted(e.office().tasks())[2]["no"]}, {"实际完成日期": ""})


def _laws(e: Editor) -> list[tuple[str, date]]:
    grid = next(iter(e.grids("bills", 2023, ["法规案编号"])))
    from oracle.cells import day, plain

    assert grid.head is not None
    law, when = grid.column("法规编号"), grid.column("公布日期|公告日期")
    found = [(plain(line[law]), day(line[when])) for line in grid.lines[grid.head + 1 :] if plain(line[law])]
    return [(no, promulgated) for no, promulgated in found if promulgated and promulgated.year == 2023]


def law_published_on_the_last_day_and_a_day_later(e: Editor) -> None:
    calendar = e.office().calendar
    for (law, promulgated), late in zip(_laws(e), (0, 1), strict=False):
        when = calendar.days_after(promulgated, 15) + late * DAY
        e.set("publication_matrix", {"法规编号": law}, {"文本>广州日报": str(when)})


def law_published_after_a_last_day_off(e: Editor) -> None:
    """The fifteenth day is a day off: the civil code moves the end to the next working day."""
    calendar = e.office().calendar
    for law, promulgated in _laws(e):
        due = promulgated + 15 * DAY
        if not calendar.works(due):
            e.set(
                "publication_matrix",
                {"法规编号": law},
                {"草案说明>中国人大网": str(calendar.days_after(promulgated, 15))},
            )
            return
    law, promulgated = _laws(e)[0]
    while calendar.works(promulgated + 15 * DAY):
        promulgated += DAY
    e.set("bills", {"法规编号": law}, {"公布日期|公告日期": str(promulgated)})
    e.set("publication_matrix", {"法规编号": law}, {"草案说明>中国人大网": str(calendar.days_after(promulgated, 15))})


def law_never_published_in_the_gazette(e: Editor) -> None:
    e.set("publication_matrix", {"法规编号": _laws(e)[2][0]}, {"审议结果报告>常委会公报": ""})


def law_missing_from_the_checklist(e: Editor) -> None:
    e.remove("publication_matrix", {"法规编号": _laws(e)[3][0]})


def serious_incident(e: Editor) -> None:
    rows = _sorted(e.office().support())
    e.set("meeting_support_log", {"保障编号|序号": rows[0]["no"]}, {"异常情况": "表决系统中断", "严重程度": "严重"})
    e.set("meeting_support_log", {"保障编号|序号": rows[1]["no"]}, {"异常情况": "表决系统中断", "严重程度": "严重"})


def slight_incident(e: Editor) -> None:
    rows = _sorted(e.office().support())
    e.set("meeting_support_log", {"保障编号|序号": rows[-1]["no"]}, {"异常情况": "话筒无声", "严重程度": "一般"})


# targets


def _target(e: Editor, no: str, version: str = "1", **cells: str) -> None:
    headers = {"sign": "指标性质", "target": "年初指标值|指标值", "actual": "全年完成值|完成值", "weight": "分值|权重"}
    headers |= {"kind": "指标类别|一级指标", "approved": "批复日期", "name": "指标名称|绩效指标"}
    e.set(
        "department_targets", {"序号|指标序号": no, "版本号|版本": version}, {headers[k]: v for k, v in cells.items()}
    )


def target_lowered_in_time(e: Editor) -> None:
    _target(e, "1", target="95", approved="2023-12-31")


def target_raised_after_the_year(e: Editor) -> None:
    _target(e, "4", version="2", approved="2024-01-01")


def satisfaction_carries_points(e: Editor) -> None:
    _target(e, "7", weight="10", actual="89.9")


def satisfaction_reached_to_the_point(e: Editor) -> None:
    _target(e, "7", weight="5", actual="90")


def more_than_the_target(e: Editor) -> None:
    _target(e, "7", weight="5", target="95", actual="96")


def fewer_is_better(e: Editor) -> None:
    _target(e, "7", weight="5", sign="≤", target="4", actual="5")


def none_allowed_and_one_there(e: Editor) -> None:
    _target(e, "7", weight="5", sign="≤", target="0", actual="1")


def below_the_interval(e: Editor) -> None:
    _target(e, "7", weight="5", sign="区间", target="80~100", actual="60")


def above_the_interval(e: Editor) -> None:
    _target(e, "7", weight="5", sign="区间", target="80%-90%", actual="96.4")


def target_told_in_words_of_its_own(e: Editor) -> None:
    _target(e, "7", weight="5", sign="定性", target="满意", actual="满意")


def target_partly_reached(e: Editor) -> None:
    _target(e, "7", weight="5", sign="定性", target="满意", actual="部分达成")


def words_that_nobody_graded(e: Editor) -> None:
    _target(e, "7", weight="5", sign="定性", target="满意", actual="基本满意")


def actual_value_not_reported(e: Editor) -> None:
    _target(e, "7", weight="5", actual="")


def target_of_zero_to_be_reached(e: Editor) -> None:
    _target(e, "7", weight="5", target="0")


def target_that_no_ledger_counts(e: Editor) -> None:
    _target(e, "1", name="专项工作报告审议满意率", actual="80")


# budget


def _allocate(
    e: Editor, allocation: dict[str, Any], extra: Fraction | Decimal, source: str = "年中追加", **more: str
) -> None:
    """One more allocation like another; amounts in 10,000 yuan."""
    e.add(
        "budget_allocations",
        {"指标编号": allocation["no"]},
        {
            "指标编号": f"ZB2023{9000 + len(e.office().allocations()):06d}",
            "指标来源": source,
            "金额|指标金额": str(Decimal(str(float(round(Fraction(extra), 2)))) / 10000),
            "发文日期|发文时间": "2023-11-01",
            **more,
        },
    )


def _pay(e: Editor, payment: dict[str, Any], amount: Fraction | Decimal, **more: str) -> None:
    """One more payment like another, in yuan."""
    changes = {
        "支付凭证号|凭证号": f"ZF202312{900000 + len(e.office().payments()):06d}",
        "支付(清算)日期|支付日期|清算日期": "2023-12-28",
        "支付金额|金额": str(round(Decimal(str(float(amount))), 2)),
        "退款标志": "否",
        "原支付凭证号": "",
        **more,
    }
    e.add("payments", {"支付凭证号|凭证号": payment["no"]}, changes)


def _public(office: Office, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["category"] == "21" and (row["economic"] or "")[:3] in ("302", "310")]


def _public_funds_at(e: Editor, percent: Fraction) -> None:
    """Public funds spent come to this share of their budget; the least that is still at or above it, to the cent."""
    office = e.office()
    spent, budget = (office.figure(f"public_funds.{what}") for what in ("spent", "budget"))
    assert spent is not None and budget is not None
    december = next(
        row
        for row in _public(office, office.payments())
        if row["cleared"].month == 12 and not row["refund"] and row["economic"] not in THREE
    )
    missing = budget * 10000 * percent / 100 - spent * 10000
    _pay(e, december, Fraction(-int(-missing * 100 // 1), 100))


def public_funds_over_by_half_a_point(e: Editor) -> None:
    _public_funds_at(e, Fraction("100.5"))


def public_funds_over_by_three_points(e: Editor) -> None:
    _public_funds_at(e, Fraction(103))


def public_funds_over_by_a_dozen_points(e: Editor) -> None:
    _public_funds_at(e, Fraction("111.7"))


def public_funds_to_the_last_cent(e: Editor) -> None:
    _public_funds_at(e, Fraction(100))


def no_budget_for_public_funds(e: Editor) -> None:
    """Spent without any budget: nothing to compare with."""
    office = e.office()
    e.remove("budget_allocations", {"指标编号": {row["no"] for row in _public(office, office.allocations())}})


def _three(office: Office, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["economic"] in THREE and row["fund"] == "11"]


def reception_over_the_three_public_budget(e: Editor) -> None:
    """A reception paid from project money: it counts for the three public expenses, not for public funds."""
    office = e.office()
    spent, budget = (office.figure(f"three_public.{what}") for what in ("spent", "budget"))
    assert spent is not None and budget is not None
    project = next(
        row
        for row in office.payments()
        if row["category"] == "3"
        and row["cleared"].month == 12
        and row["economic"].startswith("302")
        and not row["refund"]
    )
    _pay(e, project, (budget - spent) * 10000 + Fraction("0.01"), **{"部门经济分类|经济科目": "30217-公务接待费"})


def three_public_to_the_last_cent(e: Editor) -> None:
    office = e.office()
    spent, budget = (office.figure(f"three_public.{what}") for what in ("spent", "budget"))
    assert spent is not None and budget is not None
    row = next(row for row in _three(office, office.payments()) if row["cleared"].month == 12 and not row["refund"])
    _pay(e, row, (budget - spent) * 10000)


def reception_from_own_funds(e: Editor) -> None:
    """Own funds are no fiscal appropriation: nothing of the three public expenses changes."""
    office = e.office()
    row = next(row for row in _three(office, office.payments()) if row["cleared"].month == 12 and not row["refund"])
    _pay(e, row, Fraction(300000), **{"资金性质": "3-单位资金"})


def no_budget_for_the_three_public_expenses(e: Editor) -> None:
    """Spent without any budget: over it."""
    office = e.office()
    e.remove("budget_allocations", {"指标编号": {row["no"] for row in _three(office, office.allocations())}})


def nothing_of_the_three_public_expenses(e: Editor) -> None:
    no_budget_for_the_three_public_expenses(e)
    office = e.office()
    e.remove("payments", {"支付凭证号|凭证号": {row["no"] for row in _three(office, office.payments())}})


def refund_of_last_year(e: Editor) -> None:
    office, before = e.office(), e.office(2022)
    this = next(row for row in office.payments() if row["cleared"].month == 12 and not row["refund"])
    old = next(row for row in before.payments() if not row["refund"])
    _pay(e, this, Fraction(-50000), **{"退款标志": "是", "原支付凭证号": old["no"]})


def refund_of_this_year(e: Editor) -> None:
    office = e.office()
    this = next(row for row in office.payments() if row["cleared"].month == 12 and not row["refund"])
    old = next(row for row in office.payments() if row["cleared"].month == 3 and not row["refund"])
    _pay(e, this, Fraction(70000), **{"退款标志": "是", "原支付凭证号": old["no"]})


def budget_withdrawn_by_finance(e: Editor) -> None:
    row = next(row for row in e.office().allocations() if row["category"] == "3")
    _allocate(e, row, Fraction(-1000000), "收回")


def spent_more_than_budgeted(e: Editor) -> None:
    office = e.office()
    row = next(
        row for row in office.payments() if row["cleared"].month == 12 and row["category"] == "1" and not row["refund"]
    )
    _pay(e, row, Fraction(5000000))


def _carry_over_at(e: Editor, percent: int, cents: int) -> None:
    """Balances at the end of the year come to this share of all resources, plus some cents."""
    office = e.office()
    resources, closing = office.figure("carry_over.resources"), office.figure("carry_over.closing")
    assert resources is not None and closing is not None
    project = next(row for row in office.carry_over() if row["kind"] == "结余")
    where = {"项目编码": project["code"], "结转结余类型|类型": "结余"}
    row = next(
        row
        for row in office.allocations()
        if row["category"] == "3" and row["source"] == "年初预算" and row["fund"] == "11"
    )
    rest = Fraction(1000) - (resources * 10000) % 1000  # now a tenth of it is an amount to the cent
    _allocate(e, row, rest)
    wanted = (resources * 10000 + rest) * percent / 100 + Fraction(cents, 100)
    value = (wanted - closing * 10000 + Fraction(project["closing"])) / 10000
    e.set("carry_over", where, {"年末结转结余|年末数": str(Decimal(value.numerator) / Decimal(value.denominator))})


def carry_over_at_ten_per_cent(e: Editor) -> None:
    _carry_over_at(e, 10, 0)


def carry_over_a_cent_above_ten_per_cent(e: Editor) -> None:
    _carry_over_at(e, 10, 1)


def carry_over_above_twenty_per_cent(e: Editor) -> None:
    _carry_over_at(e, 20, 1)


def carry_over_above_thirty_per_cent(e: Editor) -> None:
    _carry_over_at(e, 30, 1)


def carry_over_at_thirty_per_cent(e: Editor) -> None:
    _carry_over_at(e, 30, 0)


FINDING = {
    "文号": "穗审行〔2023〕99号",
    "发现日期": "2023-03-01",
    "发生年度": "2022",
    "问题类别": "核算不规范",
    "涉及金额": "100",
}


def _find(e: Editor, no: str, confirmed: str, severity: str, **more: str) -> None:
    like = next(iter(e.grids("finance_findings", 2023, ["问题编号"])))
    assert like.head is not None
    first = like.lines[like.head + 1][like.column("问题编号")]
    changes = {**FINDING, "问题编号": no, "认定日期": confirmed, "严重程度": severity, **more}
    e.add("finance_findings", {"问题编号": first}, changes)


def finding_confirmed_on_the_last_day(e: Editor) -> None:
    _find(e, "WT2023901", "2023-12-31", "一般")


def finding_confirmed_next_year(e: Editor) -> None:
    _find(e, "WT2023902", "2024-01-01", "严重")


def severe_finding(e: Editor) -> None:
    _find(e, "WT2023903", "2023-06-30", "严重")


def severe_suspicion(e: Editor) -> None:
    _find(e, "WT2023904", "", "严重")


def findings_about_purchases_and_assets(e: Editor) -> None:
    """They cost points where purchases and assets are judged, and nothing in financial management, severe as they are."""
    for number, kind in enumerate(("采购不合规", "资产配置超标准", "办公用房超标准", "资产管理不合规"), start=905):
        _find(e, f"WT2023{number}", "2023-06-30", "严重", 问题类别=kind)


# disclosure


def _shown(e: Editor, kind: str, place: int = 0) -> dict[str, Any]:
    return _sorted([row for _, row in e.office().disclosure_duties(kind) if row is not None])[place]


def _disclose(e: Editor, kind: str, days: int, *, off: bool, place: int = 0) -> None:
    office, row = e.office(), _shown(e, kind, place)
    approved = _last_day(office, row["approved"], 20, off=off)
    e.set(
        "disclosures",
        {"公开编号|序号": row["no"]},
        {"批复日期": str(approved), "公开日期|发布日期": str(approved + days * DAY)},
    )


def budget_disclosed_on_day_20(e: Editor) -> None:
    _disclose(e, "部门预算", 20, off=False)


def budget_disclosed_on_day_21(e: Editor) -> None:
    _disclose(e, "部门预算", 21, off=False)


def accounts_disclosed_after_a_last_day_off(e: Editor) -> None:
    office, row = e.office(), _shown(e, "部门决算")
    approved = _last_day(office, row["approved"], 20, off=True)
    when = office.calendar.days_after(approved, 20)
    e.set("disclosures", {"公开编号|序号": row["no"]}, {"批复日期": str(approved), "公开日期|发布日期": str(when)})


def accounts_disclosed_a_day_too_late_after_a_last_day_off(e: Editor) -> None:
    office, row = e.office(), _shown(e, "部门决算", 1)
    approved = _last_day(office, row["approved"], 20, off=True)
    when = office.calendar.days_after(approved, 20) + DAY
    e.set("disclosures", {"公开编号|序号": row["no"]}, {"批复日期": str(approved), "公开日期|发布日期": str(when)})


def budget_disclosed_without_two_contents(e: Editor) -> None:
    row = _shown(e, "部门预算")
    e.set("disclosures", {"公开编号|序号": row["no"]}, {"内容清单|公开内容": "、".join(row["contents"][2:])})
    row = _shown(e, "部门预算", 1)
    e.set("disclosures", {"公开编号|序号": row["no"]}, {"内容清单|公开内容": "、".join(row["contents"][1:])})


def accounts_disclosed_on_one_platform_only(e: Editor) -> None:
    e.remove("disclosures", {"公开编号|序号": _shown(e, "部门决算")["no"]})


def accounts_are_secret(e: Editor) -> None:
    for place in (1, 0):
        e.set("disclosures", {"公开编号|序号": _shown(e, "部门决算", place)["no"]}, {"是否涉密": "是"})


def targets_not_disclosed(e: Editor) -> None:
    e.set("disclosures", {"公开编号|序号": _shown(e, "绩效目标")["no"]}, {"公开日期|发布日期": ""})


def targets_and_results_disclosed_with_the_budget_and_the_accounts(e: Editor) -> None:
    """Without an approval of their own: the targets on day 20 after that of the budget, the results on day 21 after that of the accounts."""
    office = e.office()
    for kind, leader, late in (("绩效目标", "部门预算", 0), ("绩效自评结果", "部门决算", 1)):
        for place, (_, row) in enumerate(one for one in office.disclosure_duties(kind) if one[1] is not None):
            assert row is not None
            approved = min(one["approved"] for one in office.disclosures() if one["kind"] == leader)
            when = office.calendar.days_after(approved, 20) + (DAY * late if place == 0 else 0 * DAY)
            e.set("disclosures", {"公开编号|序号": row["no"]}, {"批复日期": "", "公开日期|发布日期": str(when)})


def results_of_a_project_not_disclosed(e: Editor) -> None:
    e.remove("disclosures", {"公开编号|序号": _shown(e, "绩效自评结果", -1)["no"]})


# performance


def _policy(e: Editor, kind: str | None = None, stage: str | None = None) -> list[dict[str, Any]]:
    return [
        row
        for row in _sorted(e.office().policies())
        if (kind is None or row["kind"] == kind) and (stage is None or stage in row["stages"])
    ]


def policy_of_ex_ante_evaluation_dropped(e: Editor) -> None:
    for row in _policy(e, stage="事前评估"):
        e.remove("policies", {"制度编号": row["no"]})


def policies_repealed_on_the_last_day(e: Editor) -> None:
    for row in _policy(e, stage="结果应用"):
        e.set("policies", {"制度编号": row["no"]}, {"废止日期": "2023-12-31"})


def policies_repealed_on_new_year(e: Editor) -> None:
    for row in _policy(e, stage="目标管理"):
        e.set("policies", {"制度编号": row["no"]}, {"废止日期": "2024-01-01"})


def policy_of_feedback_issued_on_the_last_day(e: Editor) -> None:
    row = _policy(e, kind="绩效管理")[0]
    changes = {"制度编号": "ZD901", "印发日期": "2023-12-31", "废止日期": "/", "覆盖环节": "内部报送与反馈"}
    e.add("policies", {"制度编号": row["no"]}, changes)


def no_procurement_rules(e: Editor) -> None:
    for row in _policy(e, kind="采购内控"):
        e.set("policies", {"制度编号": row["no"]}, {"废止日期": "2023-12-30"})


def no_asset_rules(e: Editor) -> None:
    for row in _policy(e, kind="资产管理"):
        e.remove("policies", {"制度编号": row["no"]})


def results_not_used_for_the_budget(e: Editor) -> None:
    for row in e.office().applications():
        if row["use"] == "预算安排":
            e.remove("result_applications", {"应用编号": row["no"]})


def results_reported_next_year(e: Editor) -> None:
    for row in e.office().applications():
        if row["use"] == "内部通报":
            e.set("result_applications", {"应用编号": row["no"]}, {"应用日期": "2024-01-02"})


def rectification_open(e: Editor) -> None:
    row = next(row for row in _sorted(e.office().applications()) if row["required"])
    e.set("result_applications", {"应用编号": row["no"]}, {"整改完成日期": "—"})


def nothing_to_rectify(e: Editor) -> None:
    for row in e.office().applications():
        if row["required"]:
            e.set("result_applications", {"应用编号": row["no"]}, {"是否需整改": "否"})


def nothing_to_rectify_nor_reported(e: Editor) -> None:
    nothing_to_rectify(e)
    results_reported_next_year(e)


def _project(e: Editor, no: str, initial: str) -> None:
    row = e.office().projects()[0]
    changes = {"项目编码": no, "项目名称": f"补充项目{no[-2:]}", "年初预算数|年初预算": initial}
    e.add("projects", {"项目编码": row["code"]}, changes)


def project_of_a_cent_below_five_million(e: Editor) -> None:
    _project(e, "440100210003000091", "499.999999")


def project_of_five_million(e: Editor) -> None:
    _project(e, "440100210003000092", "500")


def large_project_cut_below_five_million(e: Editor) -> None:
    row = min(e.office().large(), key=lambda row: (row["initial"], row["code"]))
    e.set("projects", {"项目编码": row["code"]}, {"年初预算数|年初预算": "499.999999"})


def no_large_project(e: Editor) -> None:
    """Nothing to monitor at mid-year, so that component leaves its points to the others."""
    e.set("projects", {"项目编码": {row["code"] for row in e.office().large()}}, {"年初预算数|年初预算": "310.5"})


def _monitor(e: Editor, period: str, place: int, when: str) -> None:
    large = {row["code"] for row in e.office().large()}
    rows = sorted(row["code"] for row in e.office().monitoring() if row["period"] == period and row["code"] in large)
    where = {"项目编码": rows[place], "监控周期|监控期间": period}
    e.set("monitoring_records", where, {"报送日期": when})


def monitoring_filed_on_the_last_day(e: Editor) -> None:
    _monitor(e, "2023年中", 0, "2023-07-31")


def monitoring_filed_a_day_late(e: Editor) -> None:
    _monitor(e, "2023上半年", 0, "2023-08-01")


def monitoring_not_filed(e: Editor) -> None:
    _monitor(e, "2023年中", 1, "")


def self_evaluation_gap_of_five_points(e: Editor) -> None:
    rows = sorted((row for row in e.office().self_evaluations()), key=lambda row: row["code"])
    for row, gap in zip(rows, ("5", "5.01", "-5.01"), strict=False):
        changes = {"自评得分|自评分": "90", "复核得分|复核分": str(Decimal(90) - Decimal(gap))}
        e.set("self_evaluations", {"项目编码": row["code"]}, changes)


def self_evaluation_not_filed(e: Editor) -> None:
    rows = sorted((row for row in e.office().self_evaluations()), key=lambda row: row["code"])
    e.set("self_evaluations", {"项目编码": rows[-1]["code"]}, {"报送日期": "—", "自评得分|自评分": "—"})


# procurement


def contract_signed_on_day_30_and_31(e: Editor) -> None:
    office = e.office()
    in_time = [
        (row["award"], one["no"])
        for row, one in _awarded(office)
        if one["signed"]
        and one["signed"] <= row["award"] + 30 * DAY
        and all(office.calendar.works(row["award"] + days * DAY) for days in (30, 31))
    ]
    for (award, no), days in zip(in_time[:2], (30, 31), strict=True):
        _sign(e, no, award + days * DAY)


def contract_signed_after_a_last_day_off(e: Editor) -> None:
    office = e.office()
    ends_off = [(row, one) for row, one in _awarded(office) if not office.calendar.works(row["award"] + 30 * DAY)]
    due = office.calendar.days_after(ends_off[0][0]["award"], 30)
    _sign(e, ends_off[0][1]["no"], due)
    if len(ends_off) > 1:
        _sign(e, ends_off[1][1]["no"], office.calendar.days_after(ends_off[1][0]["award"], 30) + DAY)


def contract_never_signed(e: Editor) -> None:
    e.set("contracts", {"合同编号": _awarded(e.office())[2][1]["no"]}, dict.fromkeys(SIGNED, ""))


def contract_signed_by_one_side(e: Editor) -> None:
    e.set("contracts", {"合同编号": _awarded(e.office())[3][1]["no"]}, {"采购人签订日期|采购人签订时间": ""})


def award_without_contract_not_yet_due(e: Editor) -> None:
    """The award notice is too late in the year for a contract to be overdue when the ledger was handed in."""
    row, one = _awarded(e.office())[4]
    e.remove("contracts", {"合同编号": one["no"]})
    e.set("procurements", {"采购项目编号|采购计划编号": row["no"]}, {"中标成交通知书日期|中标(成交)时间": "2023-12-20"})


def award_without_contract_overdue(e: Editor) -> None:
    e.remove("contracts", {"合同编号": _awarded(e.office())[5][1]["no"]})


def _recordable(e: Editor) -> list[str]:
    return [one["no"] for _, one in _awarded(e.office())]


def contracts_published_around_may_day(e: Editor) -> None:
    """Signed on Friday 28 April: the second working day is Thursday 4 May (1 to 3 May are off)... and the 6th works."""
    nos = _recordable(e)
    for no, when in zip(nos[6:9], ("2023-05-04", "2023-05-05", "2023-05-06"), strict=True):
        _sign(e, no, date(2023, 4, 28))
        _record(e, no, date.fromisoformat(when), date(2023, 5, 4))
    _sign(e, nos[9], date(2023, 5, 5))
    _record(e, nos[9], date(2023, 5, 8), date(2023, 5, 8))
    _sign(e, nos[10], date(2023, 5, 5))
    _record(e, nos[10], date(2023, 5, 9), date(2023, 5, 8))


def contract_filed_on_working_day_three(e: Editor) -> None:
    office, no = e.office(), _recordable(e)[11]
    signed = next(row["signed"] for row in office.contracts() if row["no"] == no)
    _record(e, no, office.calendar.working_days_after(signed, 2), office.calendar.working_days_after(signed, 3))


def contract_never_published(e: Editor) -> None:
    no = _recordable(e)[12]
    filed = next(row["filed"] for row in e.office().contracts() if row["no"] == no)
    _record(e, no, None, filed)


def secret_contract_not_published(e: Editor) -> None:
    office, no = e.office(), _recordable(e)[13]
    signed = next(row["signed"] for row in office.contracts() if row["no"] == no)
    _record(e, no, None, office.calendar.working_days_after(signed, 2))
    e.set("contracts", {"合同编号": no}, {"是否涉密": "是"})


def contract_signed_at_the_end_of_the_year(e: Editor) -> None:
    """Signed on 31 December and recorded in January; another one signed in the new year belongs to that year."""
    nos = _recordable(e)
    _sign(e, nos[14], date(2023, 12, 31))
    _record(e, nos[14], date(2024, 1, 3), date(2024, 1, 2))
    _sign(e, nos[15], date(2024, 1, 2))
    _record(e, nos[15], date(2024, 1, 5), date(2024, 1, 5))


def _owed(e: Editor) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (row, versions[0])
        for row, versions in e.office().intention_cases()
        if len(versions) == 1 and versions[0]["no"] > "YX2023"
    ]


def _publish(e: Editor, intention: str, changes: dict[str, str]) -> None:
    e.set("procurement_intentions", {"意向编号": intention}, changes)


def intention_published_30_and_29_days_ahead(e: Editor) -> None:
    for (row, one), days in zip(_owed(e), (30, 29), strict=False):
        _publish(e, one["no"], {"公开日期|意向公开日期": str(row["notice"] - days * DAY)})


def intention_without_a_need(e: Editor) -> None:
    _publish(e, _owed(e)[2][1]["no"], {"采购需求概况": "—"})


def intention_published_after_the_notice(e: Editor) -> None:
    row, one = _owed(e)[3]
    _publish(e, one["no"], {"公开日期|意向公开日期": str(row["notice"] + DAY)})


def intention_published_on_the_day_of_the_notice(e: Editor) -> None:
    row, one = _owed(e)[4]
    _publish(e, one["no"], {"公开日期|意向公开日期": str(row["notice"])})


def procurement_without_an_intention(e: Editor) -> None:
    e.set("procurements", {"采购项目编号|采购计划编号": _owed(e)[5][0]["no"]}, {"意向编号": "/"})


def intention_never_published(e: Editor) -> None:
    e.remove("procurement_intentions", {"意向编号": _owed(e)[6][1]["no"]})


def procurement_exempt_from_intentions(e: Editor) -> None:
    changes = {"不公开意向理由|意向豁免理由": "不可预见的紧急采购"}
    e.set("procurements", {"采购项目编号|采购计划编号": _owed(e)[7][0]["no"]}, changes)


def intention_renamed_for_the_procurement(e: Editor) -> None:
    """The first version names something else; the second one, two weeks ahead of the notice, names the procurement."""
    row, one = _owed(e)[8]
    e.add(
        "procurement_intentions",
        {"意向编号": one["no"]},
        {"版本|版本号": "2", "公开日期|意向公开日期": str(row["notice"] - 14 * DAY)},
    )
    e.set("procurement_intentions", {"意向编号": one["no"], "版本|版本号": "1"}, {"采购项目名称": "另一项目"})


def second_version_of_an_intention_lacks_its_month(e: Editor) -> None:
    row, one = _owed(e)[9]
    e.add(
        "procurement_intentions",
        {"意向编号": one["no"]},
        {
            "版本|版本号": "2",
            "公开日期|意向公开日期": str(row["notice"] - 5 * DAY),
            "预计采购时间|预计采购时间(填写到月)": "",
        },
    )


def award_date_and_procurement_numbers_lost(e: Editor) -> None:
    """Four contracts lose what shows them in time: none leaves the denominators."""
    awarded = [(row, one) for row, one in _awarded(e.office()) if one["published"] and one["filed"]]
    e.set("procurements", {"采购项目编号|采购计划编号": awarded[0][0]["no"]}, {"中标成交通知书日期|中标(成交)时间": ""})
    for (_, one), lost in zip(awarded[1:4], ("", "", "CG2023-999"), strict=True):
        e.set("contracts", {"合同编号": one["no"]}, {"采购项目编号|项目编号": lost})
    _record(e, awarded[2][1]["no"], None, awarded[2][1]["filed"])


def complaint_upheld_and_penalty(e: Editor) -> None:
    rows = _sorted(e.office().procurements())
    where = {"采购项目编号|采购计划编号": rows[-1]["no"]}
    e.set("procurements", where, {"收到投诉|投诉件数": "1", "投诉成立|成立件数": "1", "投诉处理决定日期": "2023-12-29"})


def complaint_upheld_next_year(e: Editor) -> None:
    rows = _sorted(e.office().procurements())
    where = {"采购项目编号|采购计划编号": rows[-2]["no"]}
    e.set("procurements", where, {"收到投诉|投诉件数": "2", "投诉成立|成立件数": "2", "投诉处理决定日期": "2024-01-08"})


def penalty_and_violations(e: Editor) -> None:
    rows = _sorted(e.office().procurements())
    where = {"采购项目编号|采购计划编号": rows[-3]["no"]}
    e.set(
        "procurements",
        where,
        {
            "行政处罚|处罚次数": "1",
            "处罚决定日期": "2023-07-03",
            "认定违规|违规次数": "3",
            "违规认定日期": "2023-08-01",
        },
    )


def no_government_procurement(e: Editor) -> None:
    """Everything is bought by internal rules: nothing of 11, 12, 15, 16 and 17 applies."""
    e.set("procurements", {"采购范围|采购性质": "政府采购"}, {"采购范围|采购性质": "内控采购"})


def _reserved(e: Editor, category: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (row, one)
        for row, one in _awarded(e.office())
        if row["category"] == category and row["suitable"] and one["form"] == "整体预留" and one["signed"]
    ]


def goods_made_by_a_large_firm(e: Editor) -> None:
    e.set("contracts", {"合同编号": _reserved(e, "A")[0][1]["no"]}, {"制造商是否中小企业|中标标的制造商是否中小": "否"})


def service_by_a_large_firm(e: Editor) -> None:
    """1 is medium in one system and large in the other."""
    for place, system in ((0, "电子合同系统"), (1, "政府采购智慧云平台")):
        changes = {"数据来源|来源系统": system, "供应商规模": "1"}
        e.set("contracts", {"合同编号": _reserved(e, "C")[place][1]["no"]}, changes)


def service_a_cent_above_two_million(e: Editor) -> None:
    rows = _reserved(e, "C")
    for (row, one), budget in zip(rows[2:4], ("200", "200.000001"), strict=True):
        e.set("procurements", {"采购项目编号|采购计划编号": row["no"]}, {"预算金额|采购预算": budget})
        e.set("contracts", {"合同编号": one["no"]}, {"预留金额": "500000"})


def nothing_reserved(e: Editor) -> None:
    for form in ("整体预留", "专门采购包", "合同分包"):
        e.set("contracts", {"预留形式": form}, {"预留形式": "不预留", "预留金额": "0.00"})


def food_not_bought_on_the_platform(e: Editor) -> None:
    e.set("procurements", {"是否农副产品": "是"}, {"是否832平台采购": "否"})


def nothing_green(e: Editor) -> None:
    e.set("procurements", {"是否强制采购节能产品": "是"}, {"是否节能环保产品": "否"})


# assets


def _bought(e: Editor, item: str) -> list[dict[str, Any]]:
    office = e.office()
    return _sorted(
        [
            row
            for row in office.of_year(office.cards())
            if row["item"] == item
            and row["method"] == "新购"
            and office.within(row["acquired"])
            and row["state"] == "1"
        ]
    )


def _card(e: Editor, no: str, changes: dict[str, str]) -> None:
    e.set("asset_cards", {"资产编号": no}, changes)


def computer_above_the_price(e: Editor) -> None:
    rows = _bought(e, "台式计算机")
    for row, price in zip(rows, ("5000.00", "5000.01"), strict=False):
        _card(e, row["no"], {"价值|账面原值": price, "净值": str(Decimal(price) - row["depreciation"])})


def desk_replaced_a_day_early(e: Editor) -> None:
    """One desk replaced on the first day it may be, another a day before."""
    office, rows = e.office(), _bought(e, "办公桌")
    old = [
        row
        for row in _sorted(office.of_year(office.cards()))
        if row["item"] == "办公桌" and row["acquired"].year < 2010
    ]
    for new, replaced, days in zip(rows, old, (0, 1), strict=False):
        _card(e, new["no"], {"原资产编号|更新资产编号": replaced["no"]})
        for year in (2022, 2023):
            when = years_after(new["acquired"], -15) + days * DAY
            e.set("asset_cards", {"资产编号": replaced["no"]}, {"取得日期": str(when)}, year)


def too_many_desks(e: Editor) -> None:
    """The office shrinks until the desks are too many."""
    for kind in ("行政编制", "事业编制", "后勤服务人员"):
        for month in ("2023年12月",):
            e.set("staff_counts", {"统计月份|月份": month, "编制类型|编制类别": kind}, {"实有人数|在职人数": "40"})


def office_too_spacious(e: Editor) -> None:
    office = e.office()
    row = next(row for row in _sorted(office.of_year(office.cards())) if row["item"] == "办公用房" and row["area"])
    _card(e, row["no"], {"建筑面积|面积(平方米)": "9999"})


def income_remitted_on_working_day_10_and_11(e: Editor) -> None:
    office = e.office()
    for row, days in zip(_sorted(office.income()), (10, 11), strict=False):
        when = office.calendar.working_days_after(row["received"], days)
        e.set("asset_income", {"收益编号|序号": row["no"]}, {"上缴日期|缴库日期": str(when)})


def income_not_remitted(e: Editor) -> None:
    e.set("asset_income", {"收益编号|序号": _sorted(e.office().income())[2]["no"]}, {"上缴日期|缴库日期": ""})


def no_income(e: Editor) -> None:
    e.remove("asset_income", {"收益编号|序号": {row["no"] for row in e.office().income()}})


def _full(e: Editor) -> list[dict[str, Any]]:
    return _sorted([row for row in e.office().inventory() if row["kind"] == "全面盘点" and row["card"]])


def stock_take_without_a_report(e: Editor) -> None:
    batch = _full(e)[0]["batch"]
    e.set("asset_inventories", {"盘点批次": batch}, {"盘点报告日期|报告日期": ""})


def difference_not_handled(e: Editor) -> None:
    row = next(row for row in _sorted(e.office().inventory()) if row["handled"])
    e.set("asset_inventories", {"盘点编号|序号": row["no"]}, {"差异处理日期|处理日期": ""})


def no_difference_at_all(e: Editor) -> None:
    for result in {row["result"] for row in e.office().inventory()} - {None, "账实相符"}:
        e.set("asset_inventories", {"盘点结果": result}, {"盘点结果": "账实相符"})


def card_not_counted(e: Editor) -> None:
    office, row = e.office(), _full(e)[5]
    assert row["card"] in office.stock_take()[0]
    e.set("asset_inventories", {"盘点编号|序号": row["no"]}, {"盘点日期|实盘日期": "", "盘点结果": ""})


def card_without_a_booking_date(e: Editor) -> None:
    """A card of which nobody can say that it was booked by the base day need not have been counted."""
    card = _sorted([row for row in e.office().of_year(e.office().cards()) if row["booked"]])[0]
    _card(e, card["no"], {"资产记账日期|财务入账日期": ""})


def card_booked_on_the_base_day(e: Editor) -> None:
    """A card booked on the very day the stock-take refers to, and never counted; one of the day after need not be."""
    office = e.office()
    base = _full(e)[0]["base"]
    later = _sorted([row for row in office.of_year(office.cards()) if row["booked"] and row["booked"] > base])
    for row, days in zip(later, (0, 1), strict=False):
        _card(e, row["no"], {"资产记账日期|财务入账日期": str(base + days * DAY)})


def card_differs_from_the_books(e: Editor) -> None:
    row = next(
        row for row in _sorted(e.office().of_year(e.office().cards())) if row["class"] == "6" and row["state"] == "1"
    )
    _card(
        e,
        row["no"],
        {"价值|账面原值": str(row["original"] + Decimal("0.01")), "净值": str(row["net"] + Decimal("0.01"))},
    )


def card_without_a_place(e: Editor) -> None:
    row = next(row for row in _sorted(e.office().of_year(e.office().cards())) if row["class"] == "2" and row["place"])
    _card(e, row["no"], {"存放地点": ""})


def account_changed_much_without_a_note(e: Editor) -> None:
    """The classes still agree; the books opened lower, so the year changed much."""
    e.set(
        "ledger_balances",
        {"科目编码|科目代码": "160106", "会计期间|期间": "2023年1月"},
        {"期初余额": "2000000.00"},
    )


def disposal_without_approval(e: Editor) -> None:
    office = e.office()
    rows = _sorted([row for row in office.disposals() if office.within(row["disposed"])])
    e.set("asset_disposals", {"处置编号|序号": rows[0]["no"]}, {"批复日期|审批日期": ""})
    e.set("asset_disposals", {"处置编号|序号": rows[1]["no"]}, {"批复文号|审批文号": ""})
    e.set("asset_disposals", {"处置编号|序号": rows[2]["no"]}, {"批复日期|审批日期": str(rows[2]["disposed"] + DAY)})
    e.set("asset_disposals", {"处置编号|序号": rows[3]["no"]}, {"批复日期|审批日期": str(rows[3]["disposed"])})
    e.set("asset_disposals", {"处置编号|序号": rows[4]["no"]}, {"财务核销日期|账务处理日期": ""})


def disposal_confirmed_irregular(e: Editor) -> None:
    rows = _sorted(e.office().disposals())
    for row, when in zip(rows[-3:], ("2023-10-09", "2023-12-31", "2024-01-01"), strict=True):
        e.set("asset_disposals", {"处置编号|序号": row["no"]}, {"违规认定日期": when})


def no_disposal(e: Editor) -> None:
    rows = e.office().disposals()
    e.remove("asset_disposals", {"处置编号|序号": {row["no"] for row in rows if row["disposed"].year == 2023}})


def assets_in_use_just_above_ninety_per_cent(e: Editor) -> None:
    _idle_small(e, 90, 0)


def assets_in_use_just_below_ninety_per_cent(e: Editor) -> None:
    _idle_small(e, 90, 2)


def assets_in_use_below_seventy_five_per_cent(e: Editor) -> None:
    _idle_small(e, 75, 2)


def assets_in_use_below_sixty_per_cent(e: Editor) -> None:
    _idle_small(e, 60, 2)


def _idle_small(e: Editor, percent: int, cents: int) -> None:
    """One idle thing is so dear that the share in use is just above this, or with some cents more just below."""
    office = e.office()
    fixed, used = office.figure("assets.fixed_original_value"), office.figure("assets.in_use_original_value")
    assert fixed is not None and used is not None
    thing = next(row for row in _sorted(office.of_year(office.cards())) if row["class"] == "2" and row["state"] == "3")
    value = used * 10000 * 100 / percent - (fixed * 10000 - Fraction(thing["original"]))
    value = Fraction(int(value * 100), 100) + Fraction(cents, 100)
    text = str(Decimal(value.numerator) / Decimal(value.denominator))
    _card(e, thing["no"], {"价值|账面原值": text, "净值": str(Decimal(text) - thing["depreciation"])})


# manual and missing


def judged_partly(e: Editor) -> None:
    where = {"评分方案": "GZ-2023-RECON", "指标序号": "21", "分项序号": "4"}
    e.set("manual_judgements", where, {"评定档次": "部分达成", "得分比例|得分率": "72.5"})


def not_judged(e: Editor) -> None:
    e.remove("manual_judgements", {"评分方案": "GZ-2023-RECON", "指标序号": "21", "分项序号": "4"})


def without(ledger: str, year: int = 2023) -> Variation:
    """A ledger that was never handed in."""

    def withdraw(e: Editor) -> None:
        e.withdraw(ledger, year)

    withdraw.__name__ = f"without_{ledger}_{year}"
    return withdraw


def month_of_payments_missing(e: Editor) -> None:
    e.lose("payments", "2023-07")


def quarter_of_the_accounts_missing(e: Editor) -> None:
    e.lose("ledger_balances", "2023Q2")


def december_of_the_accounts_missing(e: Editor) -> None:
    e.lose("ledger_balances", "2023Q4")


def staff_counted_up_to_september(e: Editor) -> None:
    e.keep_months("staff_counts", "统计月份|月份", 9)


def half_of_the_contracts_missing(e: Editor) -> None:
    e.lose("contracts", "2023H1")


def month_without_a_row(e: Editor) -> None:
    for grid in e.grids("payments", 2023, ["支付凭证号|凭证号"]):
        if grid.file.period == "2023-09" and grid.head is not None:
            for line in range(grid.head + 1, len(grid.lines)):
                grid.clear(line)
            grid.save()


OFFICES: list[tuple[int | None, list[Variation]]] = [
    (
        None,
        [
            month_of_payments_missing,
            quarter_of_the_accounts_missing,
            staff_counted_up_to_september,
            no_income,
            half_of_the_contracts_missing,
        ],
    ),
    (None, [month_without_a_row, december_of_the_accounts_missing]),
    (
        None,
        [
            report_heard_one_meeting_late,
            contract_signed_on_day_30_and_31,
            budget_disclosed_on_day_20,
            public_funds_over_by_half_a_point,
            assets_in_use_just_above_ninety_per_cent,
            finding_confirmed_on_the_last_day,
            policy_of_ex_ante_evaluation_dropped,
            complaint_upheld_and_penalty,
        ],
    ),
    (None, [award_date_and_procurement_numbers_lost, card_without_a_booking_date]),
    (
        None,
        [
            matter_decided_one_meeting_late,
            contract_signed_after_a_last_day_off,
            budget_disclosed_on_day_21,
            public_funds_over_by_three_points,
            assets_in_use_just_below_ninety_per_cent,
            severe_finding,
            project_of_five_million,
            carry_over_at_ten_per_cent,
        ],
    ),
    (
        None,
        [
            serious_incident,
            contracts_published_around_may_day,
            accounts_disclosed_after_a_last_day_off,
            carry_over_a_cent_above_ten_per_cent,
            reception_over_the_three_public_budget,
            assets_in_use_below_seventy_five_per_cent,
            project_of_a_cent_below_five_million,
            income_remitted_on_working_day_10_and_11,
        ],
    ),
    (
        None,
        [
            slight_incident,
            contract_filed_on_working_day_three,
            contract_never_published,
            accounts_disclosed_a_day_too_late_after_a_last_day_off,
            carry_over_above_twenty_per_cent,
            assets_in_use_below_sixty_per_cent,
            no_income,
            difference_not_handled,
            three_public_to_the_last_cent,
        ],
    ),
    (
        None,
        [
            report_not_heard,
            report_taken_off_the_plan,
            carry_over_above_thirty_per_cent,
            no_government_procurement,
            refund_of_last_year,
            budget_disclosed_without_two_contents,
            stock_take_without_a_report,
            policies_repealed_on_the_last_day,
            no_procurement_rules,
        ],
    ),
    (
        11,
        [
            report_moved_after_the_meeting,
            report_moved_on_the_last_day_of_the_meeting,
            matter_without_a_step,
            law_published_on_the_last_day_and_a_day_later,
            intention_published_30_and_29_days_ahead,
            self_evaluation_gap_of_five_points,
            monitoring_filed_on_the_last_day,
            monitoring_filed_a_day_late,
            nothing_to_rectify,
            card_not_counted,
            carry_over_at_thirty_per_cent,
        ],
    ),
    (
        11,
        [
            law_published_after_a_last_day_off,
            law_never_published_in_the_gazette,
            intention_without_a_need,
            intention_published_after_the_notice,
            monitoring_not_filed,
            nothing_to_rectify_nor_reported,
            computer_above_the_price,
            disposal_without_approval,
            secret_contract_not_published,
            finding_confirmed_next_year,
            refund_of_this_year,
        ],
    ),
    (
        11,
        [
            report_heard_one_meeting_early,
            law_missing_from_the_checklist,
            intention_published_on_the_day_of_the_notice,
            procurement_without_an_intention,
            rectification_open,
            desk_replaced_a_day_early,
            disposal_confirmed_irregular,
            severe_suspicion,
            contract_never_signed,
            public_funds_to_the_last_cent,
        ],
    ),
    (
        11,
        [
            no_major_matter,
            intention_never_published,
            procurement_exempt_from_intentions,
            large_project_cut_below_five_million,
            results_not_used_for_the_budget,
            too_many_desks,
            no_disposal,
            accounts_are_secret,
            award_without_contract_not_yet_due,
            service_a_cent_above_two_million,
        ],
    ),
    (
        11,
        [
            no_research_planned,
            no_major_matter,
            intention_renamed_for_the_procurement,
            second_version_of_an_intention_lacks_its_month,
            no_large_project,
            office_too_spacious,
            no_asset_rules,
            award_without_contract_overdue,
            goods_made_by_a_large_firm,
            spent_more_than_budgeted,
        ],
    ),
    (
        12,
        [
            research_finished_a_day_late,
            matter_never_voted,
            complaint_upheld_next_year,
            penalty_and_violations,
            results_reported_next_year,
            self_evaluation_not_filed,
            card_differs_from_the_books,
            account_changed_much_without_a_note,
            targets_not_disclosed,
            service_by_a_large_firm,
            budget_withdrawn_by_finance,
        ],
    ),
    (
        12,
        [
            research_not_finished,
            nothing_reserved,
            nothing_green,
            food_not_bought_on_the_platform,
            card_without_a_place,
            results_of_a_project_not_disclosed,
            judged_partly,
            policies_repealed_on_new_year,
            contract_signed_at_the_end_of_the_year,
            reception_from_own_funds,
            no_difference_at_all,
        ],
    ),
    (
        12,
        [
            not_judged,
            policy_of_feedback_issued_on_the_last_day,
            accounts_disclosed_on_one_platform_only,
            contract_signed_by_one_side,
            public_funds_over_by_a_dozen_points,
            card_booked_on_the_base_day,
            income_not_remitted,
        ],
    ),
    (
        12,
        [
            without("meeting_support_log"),
            without("staff_counts"),
            without("asset_income"),
            without("policies"),
            without("research_tasks"),
        ],
    ),
    (
        12,
        [
            without("publication_matrix"),
            without("contracts"),
            without("carry_over"),
            without("manual_judgements"),
            without("asset_inventories"),
        ],
    ),
    (
        None,
        [
            without("projects", 2022),
            without("finance_findings"),
            without("meetings"),
            without("self_evaluations"),
            without("asset_cards", 2022),
        ],
    ),
    (None, [no_budget_for_public_funds, nothing_of_the_three_public_expenses]),
    (
        None,
        [
            findings_about_purchases_and_assets,
            targets_and_results_disclosed_with_the_budget_and_the_accounts,
            reception_from_own_funds,
            contract_never_signed,
        ],
    ),
    (None, [no_budget_for_the_three_public_expenses, contract_signed_on_day_30_and_31, no_large_project]),
    (11, [without("payments"), without("procurements"), without("ledger_balances"), without("monitoring_records")]),
    (None, [target_lowered_in_time, target_raised_after_the_year, fewer_is_better]),
    (None, [more_than_the_target, target_that_no_ledger_counts]),
    (None, [target_partly_reached, target_raised_after_the_year]),
    (None, [satisfaction_carries_points, without("department_targets", 2022)]),
    (None, [above_the_interval, report_heard_one_meeting_late]),
    (11, [satisfaction_reached_to_the_point, words_that_nobody_graded]),
    (11, [below_the_interval]),
    (12, [none_allowed_and_one_there]),
    (12, [target_told_in_words_of_its_own]),
    (12, [actual_value_not_reported]),
    (None, [target_of_zero_to_be_reached, without("department_targets", 2022)]),
    (
        12,
        [
            without("agenda_items"),
            without("asset_standards"),
            without("disclosures"),
            without("budget_allocations"),
            without("bills", 2022),
        ],
    ),
]
"""Offices: the seed of the simulated office (None is the sample itself) and what happens to it."""
