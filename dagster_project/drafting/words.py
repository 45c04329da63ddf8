"""What header words say about a column: the general vocabulary of Chinese ledgers, not of any one contract."""

from __future__ import annotations

import re

ID = re.compile(
    r"编号|编码|代码|号码|[账帐]号|卡号|文号|证号|单号|流水号|凭证号|信用代码|电话|手机|身份证|邮编|标识|号$"
    r"|(^|[a-z_ ])(no|id|code|number)$|(No|Id|ID|Code|URI|Number)$",
)
COUNTED = re.compile(r"序号|版本|届次|期数|批次数")
"""Ends like an id, but counts: 1, 2, 3."""
YEAR = re.compile(r"年度|年份|^年$|year", re.IGNORECASE)
DATE = re.compile(r"日期|日$|[至到]$|时限|期限|_on$|(?i:date)$|[a-z]On$")
MONTH = re.compile(r"月份|年月|会计期间|^月$|month", re.IGNORECASE)
TIME = re.compile(r"时间|时刻|_at$|[a-z]At$|(?i:timestamp)")
YES_NO = re.compile(r"^是否|标志|标识$|^is[A-Z_]|^has[A-Z_]")
MONEY = re.compile(
    r"金额|价款|[总单]价|价格|价值|款$|费用?$|经费|余额|原值|净值|折旧|摊销|收入|支出|预算|决算|投资|借方|贷方|结转|结余|收回|"
    r"限额|资金|补贴|工资|成本|产值|额$|年[初末]数|amount|obligation|balance|budget|cost|price|fee$",
    re.IGNORECASE,
)
NOT_MONEY = re.compile(
    r"率|比例|占比|进度|得分|评分|分值|权重|人数|数量|个数|次数|面积|年限|年度|年份|序号|版本|天数|月数|里程|经度|纬度|排名|"
    r"[件份台户套]数|编制数|实有|科目|编码|编号|类|性质|来源|方式|名称|日期|时间|%|count|rate$|pct$|code|number",
    re.IGNORECASE,
)
FRACTION = re.compile(
    r"率|比例|占比|进度|得分|评分|自评分|复核分|分值|权重|面积|经度|纬度|重量|长度|人均|平均|longitude|latitude|score|weight|rate$|pct$"
)
"""A number that may have decimals although all seen are whole."""
PERCENT = re.compile(r"率|比例|占比|进度|%|pct$")
CLOSED = re.compile(
    r"类型|类别|种类|大类|类$|方式|性质|状态|状况|形式|阶段|渠道|途径|路径|平台|等级|级别|档次|程度|满意度|评价$|方向|来源|标准|范围|"
    r"^类$|结果$|一级指标|二级指标|^表头第|符号|任/免|紧急|规模|kind$|type$|status$|rating$|urgency$|channel$|satisfaction$",
    re.IGNORECASE,
)
"""A column whose few words are a closed list, rather than names that happen to be few."""
CODED = re.compile(r"分类|科目|类别|品目|区划")
"""Numbers of one length under such a header are codes, not counts."""
FREE = re.compile(
    r"名称|标题|题目|内容|备注|说明|摘要|用途|原因|理由|依据|情况|措施|事项|概况|意见$|地点|地址|链接|职务|remark|description|title|name$|content$"
)
PERSONAL = (
    (
        re.compile(
            r"姓名|联系人|经办人$|使用人$|负责人$|评定人$|收款人|付款人|户名|申请人$|当事人|患者|学生|职工姓名|payee"
        ),
        "表头写明是人名或收款人",
    ),
    (re.compile(r"电话|手机|联系方式|传真|邮箱|微信|contact$|phone|mobile|email", re.IGNORECASE), "表头写明是联系方式"),
    (re.compile(r"身份证|证件号|护照|社保号"), "表头写明是证件号码"),
    (re.compile(r"[账帐]号|银行卡|卡号|开户"), "表头写明是银行账户"),
    (re.compile(r"住址|家庭地址|通讯地址|户籍|住所"), "表头写明是住址"),
    (re.compile(r"出生|民族|籍贯|病|工资条"), "表头写明是个人情况"),
)
LIST_WORDS = {
    "asset_classes": "大类|资产分类",
    "asset_states": "使用状况|资产状态|资产使用",
    "cities": "市|区划",
    "congress_levels": "级别|人大级别|层级",
    "decision_steps": "程序|环节",
    "department_economic_codes": "部门.*经济|经济分类|经济科目",
    "districts": "区|区划|地区|district",
    "feedback_results": "办理结果|结果|result",
    "function_codes": "功能",
    "fund_types": "资金性质|资金来源|资金类型",
    "government_economic_codes": "政府.*经济|经济分类|经济科目",
    "procurement_categories": "采购.*类|项目类别|品目|标的",
    "procurement_methods": "采购方式|采购方法|组织形式",
    "project_categories": "项目类别|项目类型|项目分类",
    "reply_classes": "答复|办理类别|办复",
    "supervision_kinds": "监督",
    "supplier_sizes": "规模|企业类型|企业划型",
    "survey_kinds": "调研",
}
"""Words in a header that speak for an official code list where its codes alone could be another's."""
