"""Procurements written by hand: one for each bound and exception that the rules know. The ordinary ones are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from simulation.world.values import Value

IT, EQUIPMENT, SESSION, OPERATIONS = "信息化运维护服务经费", "办公设备购置经费", "人大会议经费", "其他运行经费"
TRAINING, PUBLICITY, STATIONS, ARCHIVES = "代表培训经费", "人大宣传经费", "代表联络站运行经费", "档案管理经费"
GOODS, WORKS, SERVICES = "A", "B", "C"
TENDER, CONSULTATION, NEGOTIATION, INQUIRY = "GKZB", "JZCS", "JZTP", "XJ"
SINGLE_SOURCE, MALL, INTERNAL = "DYLY", "DZMC", "ZXCG"
GOVERNMENT, OFFICE_RULES = "政府采购", "内控采购"
WHOLE, PACKAGE, SUBCONTRACT, NOT_RESERVED = "整体预留", "专门采购包", "合同分包", "不预留"
MALL_EXEMPT, URGENT_EXEMPT, SECRET_EXEMPT = "协议供货或定点采购", "不可预见的紧急采购", "涉密采购"


@dataclass(frozen=True)
class Intention:
    """One published version; ``name`` where it differs from the procurement's, ``outline`` empty where it was left out."""

    published: str
    name: str | None = None
    outline: str | None = "见采购需求附件"
    budget_wan: int | None = None


@dataclass(frozen=True)
class Supplement:
    """A supplementary agreement of so many per cent of the contract."""

    signed: str
    per_cent: int


@dataclass(frozen=True)
class Case:
    """A procurement with its dates (ISO) and what is special about it; a case without ``signed`` has no contract."""

    name: str
    project: str
    category: str
    item: str
    method: str
    budget_wan: int
    award: str | None
    signed: str | None
    notice: str | None = None
    intentions: tuple[Intention, ...] = ()
    published: str | None = None
    filed: str | None = None
    reserve: str = WHOLE
    reserved_per_cent: int = 100
    is_suitable: bool = True
    supplier_size: str | None = None
    supplement: Supplement | None = None
    procurement: Mapping[str, Value] = field(default_factory=dict)
    contract: Mapping[str, Value] = field(default_factory=dict)


def _one(published: str) -> tuple[Intention, ...]:
    return (Intention(published),)


CASES: dict[int, tuple[Case, ...]] = {
    2022: (
        Case("机关大院物业管理服务", OPERATIONS, SERVICES, "物业管理服务", TENDER, 260, "2022-08-12", "2022-09-02",
             "2022-07-18", _one("2022-05-30"), "2022-09-06", "2022-09-06", PACKAGE, 35, supplier_size="小型",
             procurement={"complaints_raised": 1, "complaints_upheld": 1, "complaint_decided_on": date(2022, 10, 20)}),
        Case("代表履职平台升级服务", IT, SERVICES, "软件开发服务", CONSULTATION, 95, "2022-05-16", "2022-06-21",
             "2022-04-20", _one("2022-03-10"), "2022-06-23", "2022-06-23"),
        Case("会议室桌椅采购", EQUIPMENT, GOODS, "办公家具", INQUIRY, 48, "2022-09-20", "2022-10-11",
             "2022-08-29", _one("2022-08-05"), "2022-10-13", "2022-10-13"),
        Case("防疫物资应急采购", OPERATIONS, GOODS, "医疗物资", SINGLE_SOURCE, 36, "2022-04-15", "2022-04-18",
             "2022-04-13", (), "2022-04-20", "2022-04-20",
             procurement={"intention_exemption": URGENT_EXEMPT, "is_urgent": True}),
    ),
    2023: (
        Case("会议中心音视频系统运行维护", IT, SERVICES, "运行维护服务", CONSULTATION, 86, "2023-07-11", "2023-08-10",
             "2023-06-08", _one("2023-04-20"), "2023-08-14", "2023-08-14", supplement=Supplement("2023-11-15", 12)),
        Case("机关网络安全等级测评服务", IT, SERVICES, "测试评估认证服务", CONSULTATION, 58, "2023-07-04", "2023-08-04",
             "2023-06-02", _one("2023-04-18"), "2023-08-09", "2023-08-09"),
        Case("人大代表培训班承办服务", TRAINING, SERVICES, "培训服务", CONSULTATION, 120, "2023-04-04", "2023-04-28",
             "2023-03-09", _one("2023-01-30"), "2023-05-05", "2023-05-05", supplement=Supplement("2023-10-18", 10)),
        Case("代表联络站标识制作", STATIONS, SERVICES, "印刷服务", INQUIRY, 45, "2023-04-11", "2023-04-28",
             "2023-03-17", _one("2023-02-08"), "2023-05-06", "2023-05-06"),
        Case("人大制度宣传片制作", PUBLICITY, SERVICES, "广告宣传服务", CONSULTATION, 78, "2023-04-12", "2023-04-28",
             "2023-03-20", _one("2023-02-09"), "2023-05-11", "2023-05-11"),
        Case("档案数字化加工服务", ARCHIVES, SERVICES, "档案管理服务", CONSULTATION, 66, "2023-04-13", "2023-04-28",
             "2023-03-21", _one("2023-02-10"), "2023-05-12", "2023-05-12"),
        Case("会议中心空调更换", OPERATIONS, GOODS, "空调机", INQUIRY, 92, "2023-03-30", "2023-05-04",
             "2023-03-06", _one("2023-01-19"), "2023-05-06", "2023-05-06",
             procurement={"is_green_mandatory": True, "is_green": True}),
        Case("电子表决系统设备采购", SESSION, GOODS, "会议系统设备", CONSULTATION, 200, "2023-04-06", "2023-05-06",
             "2023-03-07", _one("2023-01-20"), "2023-05-08", "2023-05-09"),
        Case("代表建议办理系统功能完善", IT, SERVICES, "软件开发服务", CONSULTATION, 88, "2023-12-20", None,
             "2023-11-27", _one("2023-10-16")),
        Case("机关食堂设备更新", OPERATIONS, GOODS, "厨房设备", INQUIRY, 52, "2023-10-20", None,
             "2023-09-20", _one("2023-08-10")),
        Case("立法资料数据库服务", IT, SERVICES, "信息服务", CONSULTATION, 62, "2023-06-12", "2023-07-10",
             "2023-04-18", _one("2023-03-02"), "2023-07-12", "2023-07-12",
             procurement={"earlier_award_notice_on": date(2023, 5, 15), "remark": "原成交人放弃后重新确定成交人"}),
        Case("保密机房改造", IT, SERVICES, "系统集成服务", SINGLE_SOURCE, 110, "2023-06-16", "2023-07-06",
             "2023-05-30", (), None, "2023-07-10", NOT_RESERVED, 0, is_suitable=False,
             procurement={"intention_exemption": SECRET_EXEMPT, "is_secret": True}, contract={"is_secret": True}),
        Case("十六届人大三次会议会务服务", SESSION, SERVICES, "会议服务", CONSULTATION, 145, "2023-02-03", "2023-02-10",
             "2023-01-16", _one("2022-12-05"), "2023-02-13", "2023-02-13"),
        Case("会议材料印刷服务", SESSION, SERVICES, "印刷服务", INQUIRY, 70, "2023-04-21", "2023-05-15",
             "2023-04-06", _one("2023-03-07"), "2023-05-17", "2023-05-17"),
        Case("会议速记服务", SESSION, SERVICES, "会议服务", CONSULTATION, 145, "2023-04-24", "2023-05-16",
             "2023-04-06", _one("2023-03-08"), "2023-05-18", "2023-05-18"),
        Case("预算联网监督系统运行维护", IT, SERVICES, "运行维护服务", TENDER, 260, "2023-06-28", "2023-07-19",
             "2023-06-05", (Intention("2023-02-10", budget_wan=240), Intention("2023-05-22")),
             "2023-07-21", "2023-07-21", PACKAGE, 40, supplier_size="小型"),
        Case("代表活动数据分析服务", IT, SERVICES, "信息服务", CONSULTATION, 68, "2023-07-06", "2023-07-28",
             "2023-06-12", (Intention("2023-02-10", name="代表活动台账录入服务"), Intention("2023-05-25")),
             "2023-08-01", "2023-08-01"),
        Case("暴雨受损屋面应急修缮", OPERATIONS, WORKS, "房屋修缮", NEGOTIATION, 96, "2023-09-15", "2023-09-19",
             "2023-09-12", (), "2023-09-21", "2023-09-21",
             procurement={"intention_exemption": URGENT_EXEMPT, "is_urgent": True}),
        Case("接待用车租赁服务", OPERATIONS, SERVICES, "车辆租赁服务", INQUIRY, 56, "2023-08-25", "2023-09-12",
             "2023-08-03", (Intention("2023-06-15", outline=None),), "2023-09-14", "2023-09-14"),
        Case("人大工作年鉴编印", PUBLICITY, SERVICES, "印刷服务", INQUIRY, 42, "2023-09-08", "2023-09-26",
             "2023-08-17", (), "2023-09-28", "2023-09-28"),
        Case("机关大院物业管理服务", OPERATIONS, SERVICES, "物业管理服务", TENDER, 320, "2023-09-05", "2023-09-27",
             "2023-08-08", _one("2023-06-20"), "2023-10-07", "2023-10-08", SUBCONTRACT, 32, supplier_size="中型",
             procurement={"complaints_raised": 1, "complaints_upheld": 0, "complaint_decided_on": date(2023, 10, 12),
                          "needs_collective_decision": True, "minutes_no": "党组会议纪要〔2023〕18号"}),
        Case("办公楼节能改造工程", OPERATIONS, WORKS, "房屋修缮", TENDER, 460, "2023-10-27", "2023-11-17",
             "2023-09-26", _one("2023-07-31"), "2023-11-21", "2023-11-21", PACKAGE, 40, supplier_size="小型",
             procurement={"needs_collective_decision": True, "minutes_no": None}),
        Case("代表之家改造工程", STATIONS, WORKS, "房屋修缮", NEGOTIATION, 400, "2023-08-18", "2023-09-08",
             "2023-07-20", _one("2023-06-01"), "2023-09-12", "2023-09-12",
             procurement={"needs_collective_decision": True, "minutes_no": "主任办公会议纪要〔2023〕9号"}),
        Case("常委会会议会务服务", SESSION, SERVICES, "会议服务", CONSULTATION, 145, "2023-06-20", "2023-07-07",
             "2023-05-29", _one("2023-04-12"), "2023-07-11", "2023-07-11", NOT_RESERVED, 0),
        Case("便携式计算机采购", EQUIPMENT, GOODS, "便携式计算机", TENDER, 180, "2023-05-29", "2023-06-15",
             "2023-05-05", _one("2023-03-20"), "2023-06-19", "2023-06-19",
             procurement={"is_green_mandatory": True, "is_green": True, "plan_filed_on": None},
             contract={"is_manufacturer_sme": False}),
        Case("打印设备采购", EQUIPMENT, GOODS, "打印机", INQUIRY, 40, "2023-06-26", "2023-07-13",
             "2023-06-06", _one("2023-04-26"), "2023-07-17", "2023-07-17",
             procurement={"is_green_mandatory": True, "is_green": False}),
    ),
}  # fmt: skip
