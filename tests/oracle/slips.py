"""Ordinary random edits: one cell of one row of a ledger becomes another that an office could have written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from oracle.cells import day, number, plain
from oracle.editor import Editor, Grid

Change = Callable[[str, Random], str | None]
"""From what a cell holds to what it holds then; None where nothing can be made of it."""


def money(text: str, rng: Random) -> str | None:
    """Another amount: a cent more or less, a part, a multiple."""
    value = number(text)
    if value is None:
        return None
    factor = rng.choice(["1", "1", "0.5", "0.93", "1.1", "2"])
    cents = rng.choice(["0.01", "-0.01"]) if factor == "1" and abs(value) > 1 else "0"
    return str((value * Decimal(factor) + Decimal(cents)).quantize(Decimal("0.01")))


def moved(text: str, rng: Random) -> str | None:
    """A day somewhat earlier or later."""
    found = day(text)
    if found is None:
        return None
    return str(found + timedelta(days=rng.choice([-40, -12, -7, -3, -2, -1, 1, 2, 3, 5, 8, 15, 31, 45])))


def gone(text: str, rng: Random) -> str | None:
    """Nothing any more, in one of the ways to write that."""
    return rng.choice(["", "", "—", "/"]) if plain(text) else None


def moved_or_gone(text: str, rng: Random) -> str | None:
    """A day moved, or not there."""
    return (gone if rng.random() < 0.3 else moved)(text, rng)


def flipped(text: str, rng: Random) -> str | None:
    """是 or 否, the other one."""
    return {"是": "否", "否": "是", "": "是"}.get(plain(text))


def one_of(*texts: str) -> Change:
    """Another one of these."""

    def change(text: str, rng: Random) -> str | None:
        return rng.choice([one for one in texts if one != plain(text)])

    return change


def count(text: str, rng: Random) -> str | None:
    """A few more or fewer."""
    value = number(text)
    return None if value is None else str(max(0, int(value) + rng.choice([-30, -3, -1, 1, 2, 60])))


def fewer_items(text: str, rng: Random) -> str | None:
    """A list in a cell without one of its items."""
    items = plain(text).split("、")
    if len(items) < 2:
        return None
    items.remove(rng.choice(items))
    return "、".join(items)


@dataclass(frozen=True)
class Slip:
    """Which cell may change, and how: `key` is a column that every row fills."""

    ledger: str
    key: str
    header: str
    change: Change

    def __call__(self, editor: Editor, rng: Random, year: int) -> str:
        """Change one cell; returns what became of it, or nothing where there is none to change."""
        grids = list(editor.grids(self.ledger, year, [self.key, self.header]))
        rng.shuffle(grids)
        for grid in grids:
            lines = filled(grid, self.key)
            rng.shuffle(lines)
            for line in lines[:20]:
                column = grid.column(self.header)
                before = grid.lines[line][column] if column < len(grid.lines[line]) else ""
                after = self.change(before, rng)
                if after is not None and after != before:
                    grid.write(line, self.header, after)
                    grid.save()
                    return f"{grid.file.path.name} {plain(grid.lines[line][grid.column(self.key)])} {self.header}: {before} → {after}"
        return ""


def filled(grid: Grid, key: str) -> list[int]:
    """The lines below the head that have something in the key column, totals left out."""
    assert grid.head is not None
    column = grid.column(key)
    return [
        line
        for line in range(grid.head + 1, len(grid.lines))
        if column < len(grid.lines[line])
        and plain(grid.lines[line][column])
        and plain(grid.lines[line][column]) != plain(grid.lines[grid.head][column])
        and len({cell for cell in map(plain, grid.lines[line]) if cell}) >= 3
        and "计" not in plain(grid.lines[line][0])
    ]


ECONOMIC = one_of(
    "30201-办公费", "30217-公务接待费", "30231-公务用车运行维护费", "30212-因公出国(境)费用", "31002-办公设备购置"
)
FUND = one_of("11-一般公共预算", "12-政府性基金", "3-单位资金")
CATEGORY = one_of("1-人员类", "21-公用经费", "22-其他运转类", "3-特定目标类")
PAYMENT, ALLOCATION, CONTRACT = "支付凭证号|凭证号", "指标编号", "合同编号"
PROCUREMENT, INTENTION, CARD = "采购项目编号|采购计划编号", "意向编号", "资产编号"

SLIPS = [
    Slip("payments", PAYMENT, "支付金额|金额", money),
    Slip("payments", PAYMENT, "支付(清算)日期|支付日期|清算日期", moved),
    Slip("payments", PAYMENT, "部门经济分类|经济科目", ECONOMIC),
    Slip("payments", PAYMENT, "资金性质", FUND),
    Slip("payments", PAYMENT, "项目类别", CATEGORY),
    Slip("payments", PAYMENT, "退款标志", flipped),
    Slip("budget_allocations", ALLOCATION, "金额|指标金额", money),
    Slip("budget_allocations", ALLOCATION, "发文日期|发文时间", moved),
    Slip("budget_allocations", ALLOCATION, "指标来源", one_of("年初预算", "年中追加", "上年结转")),
    Slip("budget_allocations", ALLOCATION, "资金性质", FUND),
    Slip("budget_allocations", ALLOCATION, "部门经济分类|部门预算支出经济分类", ECONOMIC),
    Slip("budget_allocations", ALLOCATION, "项目类别", CATEGORY),
    Slip("projects", "项目编码", "年初预算数|年初预算", money),
    Slip("projects", "项目编码", "项目类别", CATEGORY),
    Slip("carry_over", "项目编码", "年末结转结余|年末数", money),
    Slip("carry_over", "项目编码", "年初结转结余|年初数", money),
    Slip("final_account_reports", "资金性质", "本年支出", money),
    Slip("final_account_reports", "资金性质", "资金性质", FUND),
    Slip("final_account_reports", "资金性质", "年末结转和结余", money),
    Slip("final_account_reports", "资金性质", "支出类别", one_of("基本支出", "项目支出")),
    Slip("finance_findings", "问题编号", "认定日期", moved_or_gone),
    Slip("finance_findings", "问题编号", "严重程度", one_of("一般", "严重")),
    Slip("disclosures", "公开编号|序号", "批复日期", moved),
    Slip("disclosures", "公开编号|序号", "公开日期|发布日期", moved_or_gone),
    Slip("disclosures", "公开编号|序号", "是否涉密", flipped),
    Slip("disclosures", "公开编号|序号", "内容清单|公开内容", fewer_items),
    Slip("policies", "制度编号", "印发日期", moved),
    Slip("policies", "制度编号", "废止日期", one_of("2023-12-31", "2024-01-01", "2023-05-05")),
    Slip("policies", "制度编号", "覆盖环节", fewer_items),
    Slip("result_applications", "应用编号", "应用日期", moved),
    Slip("result_applications", "应用编号", "整改完成日期", moved_or_gone),
    Slip("result_applications", "应用编号", "是否需整改", flipped),
    Slip("self_evaluations", "项目编码", "自评得分|自评分", money),
    Slip("self_evaluations", "项目编码", "报送日期", moved_or_gone),
    Slip("monitoring_records", "项目编码", "报送日期", moved_or_gone),
    Slip("procurement_intentions", INTENTION, "公开日期|意向公开日期", moved),
    Slip("procurement_intentions", INTENTION, "采购需求概况", gone),
    Slip("procurement_intentions", INTENTION, "预算金额|采购预算", gone),
    Slip("procurement_intentions", INTENTION, "采购项目名称", lambda text, rng: f"{plain(text)}(调整)"),
    Slip("procurements", PROCUREMENT, "采购公告日期|采购文件发出日期", moved_or_gone),
    Slip("procurements", PROCUREMENT, "中标成交通知书日期|中标(成交)时间", moved_or_gone),
    Slip("procurements", PROCUREMENT, "预算金额|采购预算", money),
    Slip("procurements", PROCUREMENT, "中标成交金额|中标金额", money),
    Slip("procurements", PROCUREMENT, "采购范围|采购性质", one_of("政府采购", "内控采购")),
    Slip("procurements", PROCUREMENT, "是否适宜由中小企业提供|适宜中小企业", flipped),
    Slip("procurements", PROCUREMENT, "是否涉密", flipped),
    Slip("procurements", PROCUREMENT, "意向编号", gone),
    Slip("procurements", PROCUREMENT, "是否农副产品", flipped),
    Slip("procurements", PROCUREMENT, "是否节能环保产品", flipped),
    Slip("contracts", CONTRACT, "供应商签订日期|供应商签订时间", moved_or_gone),
    Slip("contracts", CONTRACT, "采购人签订日期|采购人签订时间", moved_or_gone),
    Slip("contracts", CONTRACT, "合同公告日期|公告时间", moved_or_gone),
    Slip("contracts", CONTRACT, "合同备案日期|备案时间", moved_or_gone),
    Slip("contracts", CONTRACT, "预留金额", money),
    Slip("contracts", CONTRACT, "预留形式", one_of("整体预留", "专门采购包", "合同分包", "不预留")),
    Slip("contracts", CONTRACT, "供应商规模", one_of("1", "2", "3", "4")),
    Slip("contracts", CONTRACT, "制造商是否中小企业|中标标的制造商是否中小", flipped),
    Slip("contracts", CONTRACT, "是否补充协议", flipped),
    Slip("contracts", CONTRACT, "是否涉密", flipped),
    Slip("contracts", CONTRACT, "采购项目编号|项目编号", gone),
    Slip("contracts", CONTRACT, "合同金额|合同总金额", money),
    Slip("asset_cards", CARD, "资产使用状况|使用状况", one_of("1", "2", "3", "4")),
    Slip("asset_cards", CARD, "价值|账面原值", money),
    Slip("asset_cards", CARD, "取得日期", moved_or_gone),
    Slip("asset_cards", CARD, "资产记账日期|财务入账日期", moved_or_gone),
    Slip("asset_cards", CARD, "使用部门", gone),
    Slip("asset_cards", CARD, "存放地点", gone),
    Slip("asset_cards", CARD, "取得方式", one_of("新购", "调拨", "")),
    Slip("asset_inventories", "盘点编号|序号", "盘点日期|实盘日期", moved_or_gone),
    Slip("asset_inventories", "盘点编号|序号", "差异处理日期|处理日期", gone),
    Slip("asset_income", "收益编号|序号", "收到日期|收款日期", moved),
    Slip("asset_income", "收益编号|序号", "上缴日期|缴库日期", moved_or_gone),
    Slip("asset_disposals", "处置编号|序号", "批复日期|审批日期", moved_or_gone),
    Slip("asset_disposals", "处置编号|序号", "处置日期|实际处置日期", moved),
    Slip("asset_disposals", "处置编号|序号", "财务核销日期|账务处理日期", gone),
    Slip("asset_disposals", "处置编号|序号", "批复文号|审批文号", gone),
    Slip("ledger_balances", "科目编码|科目代码", "期末余额", money),
    Slip("ledger_balances", "科目编码|科目代码", "期初余额", money),
    Slip("ledger_balances", "科目编码|科目代码", "变动说明|备注", gone),
    Slip("staff_counts", "编制类型|编制类别", "编制数", count),
    Slip("staff_counts", "编制类型|编制类别", "实有人数|在职人数", count),
    Slip("agenda_items", "议题编号", "审议日期|听取审议日期", moved_or_gone),
    Slip("agenda_items", "议题编号", "表决日期", moved_or_gone),
    Slip("agenda_items", "议题编号", "已完成程序", fewer_items),
    Slip("agenda_items", "议题编号", "议题类别|类别", one_of("专项工作报告", "重大事项")),
    Slip("bills", "法规案编号", "公布日期|公告日期", moved_or_gone),
    Slip("publication_matrix", "法规编号", "文本>广州日报", moved_or_gone),
    Slip("publication_matrix", "法规编号", "草案说明>常委会公报", moved_or_gone),
    Slip("research_tasks", "调研编号|序号", "实际完成日期", moved_or_gone),
    Slip("research_tasks", "调研编号|序号", "实际开始日期", gone),
    Slip("meeting_support_log", "保障编号|序号", "严重程度", one_of("一般", "严重", "无")),
    Slip(
        "department_targets", "版本号|版本", "全年完成值|完成值", one_of("100", "96.4", "87.5", "120", "0", "顺利", "")
    ),
    Slip("department_targets", "版本号|版本", "年初指标值|指标值", one_of("100", "95", "97.5%", "0", "80~100", "顺利")),
    Slip("department_targets", "版本号|版本", "指标性质", one_of("≥", "≤", "=", "区间", "定性")),
    Slip("department_targets", "版本号|版本", "分值|权重", one_of("0", "3", "5", "10", "20")),
    Slip("department_targets", "版本号|版本", "指标类别|一级指标", one_of("产出", "效益", "满意度")),
    Slip("department_targets", "版本号|版本", "批复日期", moved),
    Slip("manual_judgements", "指标序号", "得分比例|得分率", one_of("60", "72.5", "88", "100")),
    Slip("meetings", "会议编号", "结束日期|闭会日期", moved),
]
"""What people mistype or decide otherwise on any day."""
