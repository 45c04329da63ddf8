"""Every figure the indicators stand on, counted from the drop by the words of the specification."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from oracle import coverage, more, targets
from oracle.cells import code, day, items, month, number, plain, yes, yuan
from oracle.clock import Calendar, years_after
from oracle.drop import Drop, Table, pick

MORE = frozenset(more.NAMES)
SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
Row = dict[str, Any]
FORM = ["项目编码", "项目名称", "实施处室", "牵头处室", "申报日期", "填报日期", "批复日期", "退回次数"]


@functools.cache
def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@functools.cache
def codes(name: str) -> dict[str, str]:
    """A code list: code and name."""
    return {row["code"]: row["name_zh"] for row in seed(f"code_lists/{name}")}


def valid(row: dict[str, str], year: int) -> bool:
    """Whether a row of a seed holds in the year."""
    return int(row["valid_from"]) <= year <= int(row["valid_to"] or 9999)


def unique(rows: Iterable[Row], *keys: str) -> list[Row]:
    """The first row of each key."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), row)
    return list(found.values())


def latest(tables: list[list[Row]], *keys: str) -> list[Row]:
    """Row by row, what the last file says; within one file the first row of a key."""
    found: dict[tuple[Any, ...], Row] = {}
    for rows in tables:
        found.update({tuple(row[key] for key in keys): row for row in unique(rows, *keys)})
    return list(found.values())


class Office:
    """The figures of one office and year."""

    def __init__(self, drop: Drop, year: int) -> None:
        self.drop, self.year, self.calendar = drop, year, Calendar(SEEDS)
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.catalogue = {row["figure_id"]: row for row in seed("figure_catalogue")}
        self.parameters = {
            row["parameter"]: Fraction(row["value"]) for row in seed("evaluation_parameters") if valid(row, year)
        }
        self.kinds = {row["project_category"]: row["spending_kind"] for row in seed("spending_kinds")}
        self.fiscal_funds = {row["fund_type"] for row in seed("fiscal_appropriation_funds") if valid(row, year)}
        self._cache: dict[str, Any] = {}

    # what the ledgers say

    def parameter(self, name: str) -> int:
        return int(self.parameters[name])

    def within(self, when: date | None, year: int | None = None) -> bool:
        return when is not None and when.year == (year or self.year)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._cache:
            self._cache[name] = make()
        return self._cache[name]

    def replacing(
        self, ledger: str, anchors: list[str], read: Callable[[dict[str, str], Table], Row], *keys: str
    ) -> list[Row]:
        """A ledger of which the last file of a period is in force, all years; each row knows the year of its file."""

        def make() -> list[Row]:
            found = []
            by_period: dict[str, list[Row]] = {}
            for table in self.drop.replaced(self.drop.tables(ledger, anchors)):
                rows = [{**read(row, table), "year": table.file.year} for row in table.rows]
                by_period.setdefault(table.file.period, []).extend(rows)
            for rows in by_period.values():
                found += unique(rows, *keys)
            return found

        return list(self.once(ledger, make))

    def upserting(
        self, ledger: str, anchors: list[str], read: Callable[[dict[str, str], Table], Row], *keys: str
    ) -> list[Row]:
        """A ledger of which the last row of a key is in force."""

        def make() -> list[Row]:
            return latest(
                [
                    [{**read(row, table), "year": table.file.year} for row in table.rows]
                    for table in self.drop.tables(ledger, anchors)
                ],
                *keys,
            )

        return list(self.once(ledger, make))

    def of_year(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["year"] == self.year]

    def allocations(self) -> list[Row]:
        funds, categories = codes("fund_types"), codes("project_categories")
        economic = codes("department_economic_codes")
        rows = self.upserting(
            "budget_allocations",
            ["指标编号", "预算年度"],
            lambda row, table: {
                "no": pick(row, ["指标编号"]),
                "budget_year": int(number(row["预算年度"]) or 0),
                "issued": day(pick(row, ["发文日期", "发文时间"])),
                "source": pick(row, ["指标来源"]),
                "fund": code(pick(row, ["资金性质"]), funds),
                "economic": code(pick(row, ["部门经济分类", "部门预算支出经济分类"]), economic),
                "category": code(pick(row, ["项目类别"]), categories),
                "yuan": yuan(pick(row, ["金额", "指标金额"]), table.unit),
            },
            "no",
        )
        return [row for row in rows if row["budget_year"] == self.year]

    def payments(self) -> list[Row]:
        """Payments cleared in the year, refunds of this year's vouchers taken off, those of earlier years left out."""
        funds, categories = codes("fund_types"), codes("project_categories")
        economic = codes("department_economic_codes")
        rows = self.replacing(
            "payments",
            ["支付申请号", "支付凭证号|凭证号"],
            lambda row, table: {
                "no": pick(row, ["支付凭证号", "凭证号"]),
                "cleared": day(pick(row, ["支付(清算)日期", "支付日期", "清算日期"])),
                "fund": code(pick(row, ["资金性质"]), funds),
                "economic": code(pick(row, ["部门经济分类", "经济科目"]), economic),
                "category": code(pick(row, ["项目类别"]), categories),
                "yuan": yuan(pick(row, ["支付金额", "金额"]), table.unit),
                "refund": yes(row["退款标志"]),
                "of": pick(row, ["原支付凭证号"]),
            },
            "no",
        )
        cleared = {row["no"]: row["cleared"] for row in rows}
        found = []
        for row in rows:
            if not self.within(row["cleared"]):
                continue
            if row["refund"]:
                original = cleared.get(row["of"])
                if original is not None and original.year < row["cleared"].year:
                    continue
                row = {**row, "yuan": -abs(row["yuan"])}
            found.append(row)
        return found

    def projects(self, year: int | None = None) -> list[Row]:
        categories = codes("project_categories")
        rows = self.replacing(
            "projects",
            ["项目编码", "年初预算数|年初预算"],
            lambda row, table: {
                "code": pick(row, ["项目编码"]),
                "name": pick(row, ["项目名称"]),
                "kind": self.kinds[code(pick(row, ["项目类别"]), categories) or ""],
                "initial": yuan(pick(row, ["年初预算数", "年初预算"]), table.unit),
            },
            "code",
        )
        return [row for row in rows if row["year"] == (year or self.year) and row["kind"] == "项目支出"]

    def large(self, year: int | None = None) -> list[Row]:
        """Projects of the monitoring threshold and above, by their initial budget."""
        return [row for row in self.projects(year) if row["initial"] >= self.parameters["monitor_threshold_yuan"]]

    def target_forms(self) -> list[Row]:
        tables = self.drop.replaced(self.drop.forms("performance_targets", FORM, ["指标名称|三级指标", "一级指标"]))
        rows = [
            {
                "year": table.file.year,
                "code": pick(table.labels, ["项目编码"]),
                "filed": day(pick(table.labels, ["申报日期", "填报日期"])),
                "returned": number(pick(table.labels, ["退回次数"])) or 0,
            }
            for table in tables
        ]
        return unique(self.of_year(rows), "code")

    def monitoring(self) -> list[Row]:
        return self.upserting(
            "monitoring_records",
            ["项目编码", "报送日期"],
            lambda row, table: {
                "code": pick(row, ["项目编码"]),
                "period": plain(pick(row, ["监控周期", "监控期间"])),
                "filed": day(pick(row, ["报送日期"])),
            },
            "code",
            "period",
        )

    def self_evaluations(self) -> list[Row]:
        rows = self.replacing(
            "self_evaluations",
            ["项目编码", "报送期限"],
            lambda row, table: {
                "code": pick(row, ["项目编码"]),
                "self": number(pick(row, ["自评得分", "自评分"])),
                "review": number(pick(row, ["复核得分", "复核分"])),
                "filed": day(pick(row, ["报送日期"])),
            },
            "code",
        )
        return self.of_year(rows)

    def carry_over(self) -> list[Row]:
        funds = codes("fund_types")
        rows = self.replacing(
            "carry_over",
            ["资金性质", "项目编码"],
            lambda row, table: {
                "fund": code(pick(row, ["资金性质"]), funds),
                "code": pick(row, ["项目编码"]),
                "kind": pick(row, ["结转结余类型", "类型"]),
                "opening": yuan(pick(row, ["年初结转结余", "年初数"]), table.unit) or Decimal(0),
                "closing": yuan(pick(row, ["年末结转结余", "年末数"]), table.unit) or Decimal(0),
                "withdrawn": yuan(pick(row, more.WITHDRAWN), table.unit) or Decimal(0),
            },
            "fund",
            "code",
            "kind",
        )
        return [row for row in self.of_year(rows) if row["fund"] in self.fiscal_funds]

    def findings(self) -> list[Row]:
        rows = self.upserting(
            "finance_findings",
            ["问题编号"],
            lambda row, table: {
                "no": pick(row, ["问题编号"]),
                "confirmed": day(pick(row, ["认定日期"])),
                "severity": pick(row, ["严重程度"]),
                "kind": pick(row, ["问题类别"]),
                "about": pick(row, ["涉及编号", "涉及项目编号"]),
            },
            "no",
        )
        return [row for row in rows if self.within(row["confirmed"])]

    def findings_counted_in(self, figure: str) -> list[Row]:
        """Confirmed findings of the year whose kind counts in a figure."""
        kinds = {
            row["finding_kind"] for row in seed("finding_kinds") if row["counts_in"] == figure and valid(row, self.year)
        }
        return [row for row in self.findings() if row["kind"] in kinds]

    def findings_beside(self, figure: str, counted: set[str]) -> int:
        """Findings that count in a figure, but for those about what already counts there."""
        return len([row for row in self.findings_counted_in(figure) if row["about"] not in counted])

    def disclosures(self) -> list[Row]:
        rows = self.replacing(
            "disclosures",
            ["文件类型", "所属年度"],
            lambda row, table: {
                "no": pick(row, ["公开编号", "序号"]),
                "title": pick(row, ["文件名称", "公开事项"]),
                "kind": pick(row, ["文件类型"]),
                "of": int(number(row["所属年度"]) or 0),
                "approved": day(pick(row, ["批复日期"])),
                "published": day(pick(row, ["公开日期", "发布日期"])),
                "platform": pick(row, ["公开平台", "发布平台"]),
                "contents": items(pick(row, ["内容清单", "公开内容"])),
                "secret": yes(row["是否涉密"]),
            },
            "no",
        )
        return self.of_year(rows)

    def disclosure_duties(self, kind: str) -> list[tuple[dict[str, str], Row | None]]:
        """Each document that must be shown on a platform, with its row in the ledger; secret ones are left out."""
        found = []
        for duty in seed("required_disclosures"):
            if duty["document_kind"] != kind or not valid(duty, self.year):
                continue
            of = self.year + int(duty["document_year_offset"])
            names = [row["name"] for row in self.projects(of)]
            shown = [
                row
                for row in self.disclosures()
                if row["kind"] == kind and row["platform"] == duty["platform"] and row["of"] == of
            ]
            whose: list[str | None] = [None] if duty["about"] == "部门" else [row["name"] for row in self.large(of)]
            for project in whose:
                if project is None:
                    rows = [
                        row
                        for row in shown
                        if "部门" in row["title"] and not any(row["title"].startswith(name) for name in names)
                    ]
                else:
                    rows = [row for row in shown if row["title"].startswith(project)]
                if any(row["secret"] for row in rows):
                    continue
                found.append((duty, min(rows, key=lambda row: (row["published"] or date.max, row["no"]), default=None)))
        return found

    def shown_on_time(self, row: Row | None) -> bool:
        if row is None or row["published"] is None:
            return False
        approved = row["approved"]
        leader = {"绩效目标": "部门预算", "绩效自评结果": "部门决算"}.get(row["kind"])
        if approved is None and leader:
            days = [one["approved"] for one in self.disclosures() if one["kind"] == leader and one["of"] == row["of"]]
            approved = min((one for one in days if one), default=None)
        if approved is None:
            return False
        return bool(row["published"] <= self.calendar.days_after(approved, self.parameter("disclose_days")))

    def content_gaps(self, kind: str) -> int:
        needed = {
            row["item"]
            for row in seed("required_disclosure_contents")
            if row["document_kind"] == kind and valid(row, self.year)
        }
        rows = [row for _, row in self.disclosure_duties(kind) if row is not None]
        return len({item for row in rows for item in needed - set(row["contents"])})

    def policies(self) -> list[Row]:
        rows = self.replacing(
            "policies",
            ["制度编号", "制度名称"],
            lambda row, table: {
                "no": pick(row, ["制度编号"]),
                "kind": pick(row, ["制度类别"]),
                "issued": day(pick(row, ["印发日期"])),
                "repealed": day(pick(row, ["废止日期"])),
                "stages": items(pick(row, ["覆盖环节"])),
            },
            "no",
        )
        return [
            row
            for row in self.of_year(rows)
            if row["issued"] <= self.last and (row["repealed"] is None or row["repealed"] > self.last)
        ]

    def applications(self) -> list[Row]:
        rows = self.replacing(
            "result_applications",
            ["应用编号"],
            lambda row, table: {
                "no": pick(row, ["应用编号"]),
                "use": pick(row, ["应用方式"]),
                "applied": day(pick(row, ["应用日期"])),
                "required": yes(row["是否需整改"]),
                "rectified": day(pick(row, ["整改完成日期"])),
            },
            "no",
        )
        return [row for row in rows if self.within(row["applied"])]

    # procurement

    def intentions(self) -> list[Row]:
        return self.upserting(
            "procurement_intentions",
            ["意向编号", "采购需求概况"],
            lambda row, table: {
                "no": pick(row, ["意向编号"]),
                "version": int(number(pick(row, ["版本", "版本号"])) or 0),
                "name": pick(row, ["采购项目名称"]),
                "need": pick(row, ["采购需求概况"]),
                "budget": yuan(pick(row, ["预算金额", "采购预算"]), table.unit or "元"),
                "month": month(pick(row, ["预计采购时间", "预计采购时间(填写到月)"])),
                "published": day(pick(row, ["公开日期", "意向公开日期"])),
            },
            "no",
            "version",
        )

    def procurements(self) -> list[Row]:
        categories, methods = codes("procurement_categories"), codes("procurement_methods")

        def read(row: dict[str, str], table: Table) -> Row:
            def amount(*headers: str) -> Decimal | None:
                return yuan(pick(row, headers), table.unit)

            def times(*headers: str) -> Decimal:
                return number(pick(row, headers)) or Decimal(0)

            found: Row = {
                "no": pick(row, ["采购项目编号", "采购计划编号"]),
                "name": pick(row, ["采购项目名称"]),
                "intention": pick(row, ["意向编号"]),
                "scope": pick(row, ["采购范围", "采购性质"]),
                "category": code(pick(row, ["项目类别", "采购类别"]), categories),
                "method": code(pick(row, ["采购方式"]), methods),
                "budget": amount("预算金额", "采购预算"),
                "notice": day(pick(row, ["采购公告日期", "采购文件发出日期"])),
                "award": day(pick(row, ["中标成交通知书日期", "中标(成交)时间"])),
                "winning": amount("中标成交金额", "中标金额"),
                "suitable": yes(pick(row, ["是否适宜由中小企业提供", "适宜中小企业"])),
                "upheld": (times("投诉成立", "成立件数"), day(pick(row, ["投诉处理决定日期"]))),
                "penalties": (times("行政处罚", "处罚次数"), day(pick(row, ["处罚决定日期"]))),
                "violations": (times("认定违规", "违规次数"), day(pick(row, ["违规认定日期"]))),
                "exempt": pick(row, ["不公开意向理由", "意向豁免理由"]),
                "secret": yes(pick(row, ["是否涉密"])),
                "agricultural": yes(pick(row, ["是否农副产品"])),
                "platform832": yes(pick(row, ["是否832平台采购"])),
                "green_mandatory": yes(pick(row, ["是否强制采购节能产品"])),
                "green": yes(pick(row, ["是否节能环保产品"])),
            }
            begun = found["notice"] or found["award"]
            found["began"] = begun.year if begun else table.file.year
            return found

        return self.upserting("procurements", ["采购品目", "预算金额|采购预算"], read, "no")

    def contracts(self) -> list[Row]:
        sizes = {(row["source_system"], row["raw_code"]): row for row in seed("supplier_size_codes")}

        def read(row: dict[str, str], table: Table) -> Row:
            system, raw = pick(row, ["数据来源", "来源系统"]), plain(pick(row, ["供应商规模"]))
            size = sizes.get((system or "", raw), {"is_sme": "false", "is_small_micro": "false"})
            seller, buyer = (
                day(pick(row, ["供应商签订日期", "供应商签订时间"])),
                day(pick(row, ["采购人签订日期", "采购人签订时间"])),
            )
            return {
                "no": pick(row, ["合同编号"]),
                "year": table.file.year,
                "procurement": pick(row, ["采购项目编号", "项目编号"]),
                "signed": max(seller, buyer) if seller and buyer else None,
                "published": day(pick(row, ["合同公告日期", "公告时间"])),
                "filed": day(pick(row, ["合同备案日期", "备案时间"])),
                "amount": yuan(pick(row, ["合同金额", "合同总金额"]), table.unit or "元"),
                "form": pick(row, ["预留形式"]),
                "reserved": yuan(pick(row, ["预留金额"]), table.unit or "元"),
                "maker_sme": yes(pick(row, ["制造商是否中小企业", "中标标的制造商是否中小"])),
                "sme": size["is_sme"] == "true",
                "small_micro": size["is_small_micro"] == "true",
                "supplementary": yes(row["是否补充协议"]),
                "secret": yes(row["是否涉密"]),
            }

        return self.upserting("contracts", ["合同编号", "合同名称"], read, "no")

    def known_on(self) -> date:
        """The day up to which the contract ledger tells."""
        return date.fromisoformat(self.drop.files["contracts"][-1].received[:10])

    def government(self) -> dict[str, Row]:
        return {row["no"]: row for row in self.procurements() if row["scope"] == "政府采购"}

    def intention_cases(self) -> list[tuple[Row, list[Row]]]:
        """Procurements that owe an intention, with the versions of it that describe them."""
        found = []
        for row in self.government().values():
            if not self.within(row["notice"]) or row["exempt"] or row["secret"]:
                continue
            versions = [one for one in self.intentions() if row["intention"] and one["no"] == row["intention"]]
            versions.sort(key=lambda one: (one["published"], one["version"]))
            found.append((row, self.still_describing(row, versions)))
        return found

    def still_describing(self, row: Row, versions: list[Row]) -> list[Row]:
        """The version in force at the notice, else the first one after it, behind those before it that say the same name."""
        by_notice = [one for one in versions if one["published"] <= row["notice"]]
        if not versions:
            return []
        place = len(by_notice) - 1 if by_notice else 0
        first = place
        while first > 0 and versions[first - 1]["name"] == versions[place]["name"]:
            first -= 1
        return versions[first : place + 1]

    def is_of_lost_procurement(self, row: Row) -> bool:
        """Whether a contract was government procurement although its procurement cannot be found."""
        if row["procurement"] in {one["no"] for one in self.procurements()}:
            return False
        return any(row[one] is not None for one in ("procurement", "published", "filed", "form"))

    def contracts_of_unknown_award(self) -> int:
        """Contracts of the year of which nobody can show that they were signed in time."""
        noticed = {
            row["procurement_method"] for row in seed("procurement_method_kinds") if row["has_award_notice"] == "true"
        }
        undated = {no for no, row in self.government().items() if row["award"] is None and row["method"] in noticed}
        signed = {row["procurement"] for row in self.contracts() if not row["supplementary"]}
        orphans = {row["winning"] for no, row in self.government().items() if row["award"] and no not in signed}
        return sum(
            (row["procurement"] in undated or (self.is_of_lost_procurement(row) and row["amount"] not in orphans))
            and not row["supplementary"]
            and (row["signed"].year if row["signed"] else row["year"]) == self.year
            for row in self.contracts()
        )

    def signing_cases(self) -> list[bool]:
        """For each contract that had to be signed: whether it was, in time."""
        found = [False] * self.contracts_of_unknown_award()
        for row in self.government().values():
            if not self.within(row["award"]):
                continue
            due = self.calendar.days_after(row["award"], self.parameter("sign_days"))
            signed = [
                one["signed"]
                for one in self.contracts()
                if one["procurement"] == row["no"] and not one["supplementary"]
            ]
            for when in signed or [None]:
                if when is not None:
                    found.append(when <= due)
                elif self.known_on() > due:
                    found.append(False)
        return found

    def record_cases(self) -> list[bool]:
        """For each contract that had to be filed and published: whether it was, in time."""
        found = []
        for row in self.contracts():
            if not self.within(row["signed"]):
                continue
            if row["procurement"] not in self.government() and not self.is_of_lost_procurement(row):
                continue
            due = self.calendar.working_days_after(row["signed"], self.parameter("filing_limit_wd"))
            steps = [row["filed"]] if row["secret"] else [row["filed"], row["published"]]
            if all(steps):
                found.append(max(steps) <= due)
            elif self.known_on() > due:
                found.append(False)
        return found

    def is_overdue_unsigned(self, row: Row) -> bool:
        """Whether the days for signing went by without a contract."""
        if row["award"] is None:
            return False
        return self.known_on() > self.calendar.days_after(row["award"], self.parameter("sign_days"))

    def sme_cases(self) -> list[dict[str, Any]]:
        """Suitable procurements of the year, signed or overdue: what had to be reserved, what was, and for whom."""
        found = []
        for row in self.government().values():
            signed = [
                one
                for one in self.contracts()
                if one["procurement"] == row["no"] and not one["supplementary"] and one["signed"]
            ]
            if row["began"] != self.year or not row["suitable"]:
                continue
            if not signed and not self.is_overdue_unsigned(row):
                continue
            works = row["category"] == "B"
            limit = self.parameters["sme_works" if works else "sme_goods_services"]
            within = row["budget"] <= limit
            share = Fraction(1) if within else self.parameters["sme_reserve_works" if works else "sme_reserve"]
            counted = [
                one
                for one in signed
                if one["form"] not in (None, "不预留")
                and one["reserved"]
                and (one["maker_sme"] if row["category"] == "A" else one["sme"])
            ]
            found.append(
                {
                    "budget": row["budget"],
                    "within": within,
                    "required": Fraction(round(Fraction(row["budget"]) * share * 100 + Fraction(1, 10**9)), 100),
                    "reserved": sum((Fraction(one["reserved"]) for one in counted), Fraction(0)),
                    "small_required": sum(
                        (
                            Fraction(round(Fraction(one["reserved"]) * self.parameters["small_micro"], 2))
                            for one in counted
                        ),
                        Fraction(0),
                    ),
                    "small": sum((Fraction(one["reserved"]) for one in counted if one["small_micro"]), Fraction(0)),
                }
            )
        return found

    def bought(self, *marks: str) -> Fraction:
        """What government procurements of the year with these marks cost, once awarded or contracted."""
        signed = {one["procurement"] for one in self.contracts() if one["signed"] and not one["supplementary"]}
        return sum(
            (
                Fraction(row["winning"] if row["winning"] is not None else row["budget"])
                for row in self.government().values()
                if row["began"] == self.year
                and all(row[mark] for mark in marks)
                and (row["award"] or row["no"] in signed)
            ),
            Fraction(0),
        )

    # assets

    def cards(self) -> list[Row]:
        classes, states = codes("asset_classes"), codes("asset_states")
        kinds = {
            (row["classification_version"], row["class_code"]): row["item_kind"] for row in seed("asset_item_kinds")
        }

        def read(row: dict[str, str], table: Table) -> Row:
            version, class_code = pick(row, ["分类标准", "分类版本"]), pick(row, ["国标分类", "资产分类代码"])
            area = number(pick(row, ["建筑面积", "面积(平方米)"]))
            return {
                "no": pick(row, ["资产编号"]),
                "name": pick(row, ["资产名称"]),
                "class": code(pick(row, ["国标大类", "资产大类"]), classes),
                "class_code": class_code,
                "item": kinds.get((version or "", class_code or "")),
                "state": code(pick(row, ["资产使用状况", "使用状况"]), states),
                "original": yuan(pick(row, ["价值", "账面原值"]), table.unit),
                "depreciation": yuan(pick(row, ["累计折旧"]), table.unit) or Decimal(0),
                "net": yuan(pick(row, ["净值"]), table.unit),
                "area": area,
                "department": pick(row, ["使用部门"]),
                "place": pick(row, ["存放地点"]),
                "method": pick(row, ["取得方式"]),
                "acquired": day(pick(row, ["取得日期"])),
                "booked": day(pick(row, ["资产记账日期", "财务入账日期"])),
                "replaces": pick(row, ["原资产编号", "更新资产编号"]),
            }

        return self.replacing("asset_cards", ["资产编号", "国标大类|资产大类"], read, "no")

    def disposals(self) -> list[Row]:
        return self.replacing(
            "asset_disposals",
            ["处置编号|序号", "处置日期|实际处置日期"],
            lambda row, table: {
                "no": pick(row, ["处置编号", "序号"]),
                "card": pick(row, ["资产编号"]),
                "acquired": day(pick(row, ["取得日期"])),
                "approved": day(pick(row, ["批复日期", "审批日期"])),
                "approval": pick(row, ["批复文号", "审批文号"]),
                "disposed": day(pick(row, ["处置日期", "实际处置日期"])),
                "booked": day(pick(row, ["财务核销日期", "账务处理日期"])),
                "confirmed": day(pick(row, ["违规认定日期"])),
            },
            "no",
        )

    def inventory(self) -> list[Row]:
        rows = self.replacing(
            "asset_inventories",
            ["盘点编号|序号", "盘点批次"],
            lambda row, table: {
                "no": pick(row, ["盘点编号", "序号"]),
                "batch": pick(row, ["盘点批次"]),
                "kind": pick(row, ["盘点方式"]),
                "base": day(pick(row, ["盘点基准日"])),
                "reported": day(pick(row, ["盘点报告日期", "报告日期"])),
                "card": pick(row, ["资产编号"]),
                "counted": day(pick(row, ["盘点日期", "实盘日期"])),
                "result": pick(row, ["盘点结果"]),
                "handled": day(pick(row, ["差异处理日期", "处理日期"])),
            },
            "no",
        )
        return [row for row in rows if self.within(row["base"])]

    def income(self) -> list[Row]:
        rows = self.replacing(
            "asset_income",
            ["收益编号|序号", "收到日期|收款日期"],
            lambda row, table: {
                "no": pick(row, ["收益编号", "序号"]),
                "received": day(pick(row, ["收到日期", "收款日期"])),
                "remitted": day(pick(row, ["上缴日期", "缴库日期"])),
            },
            "no",
        )
        return [row for row in rows if self.within(row["received"])]

    def balances(self) -> list[Row]:
        def read(row: dict[str, str], table: Table) -> Row:
            return {
                "account": pick(row, ["科目编码", "科目代码"]),
                "month": month(pick(row, ["会计期间", "期间"])),
                "opening": yuan(pick(row, ["期初余额"]), table.unit) or Decimal(0),
                "closing": yuan(pick(row, ["期末余额"]), table.unit),
                "credit": yuan(pick(row, ["本期贷方", "本期贷方发生额"]), table.unit) or Decimal(0),
                "note": pick(row, ["变动说明", "备注"]),
            }

        tables = self.drop.replaced(self.drop.tables("ledger_balances", ["科目编码|科目代码", "期末余额"]))
        rows = [read(row, table) for table in tables for row in table.rows]
        return unique([row for row in rows if self.within(row["month"])], "account", "month")

    def staff(self, what: str) -> int:
        """Posts or people at the end of the year."""
        rows = self.of_year(
            self.replacing(
                "staff_counts",
                ["编制数", "实有人数|在职人数"],
                lambda row, table: {
                    "month": month(pick(row, ["统计月份", "月份"])),
                    "kind": pick(row, ["编制类型", "编制类别"]),
                    "posts": int(number(pick(row, ["编制数"])) or 0),
                    "staff": int(number(pick(row, ["实有人数", "在职人数"])) or 0),
                },
                "month",
                "kind",
            )
        )
        newest = max((row["month"] for row in rows), default=None)
        return sum(row[what] for row in rows if row["month"] == newest)

    def standards(self) -> dict[str, Row]:
        rows = self.replacing(
            "asset_standards",
            ["资产类别|资产品目", "价格上限"],
            lambda row, table: {
                "item": pick(row, ["资产类别", "资产品目"]),
                "per_head": number(pick(row, ["人均数量上限", "数量上限(每人)"])),
                "price": yuan(pick(row, ["价格上限"]), table.unit),
                "life": number(pick(row, ["最低使用年限"])),
                "area": number(pick(row, ["人均面积上限"])),
                "from": int(number(pick(row, ["起用年度"])) or 0),
                "to": int(number(pick(row, ["止用年度"])) or 9999),
            },
            "item",
            "from",
        )
        return {row["item"]: row for row in self.of_year(rows) if row["from"] <= self.year <= row["to"]}

    def over_standard(self) -> int:
        """How many things bought in the year are over the standards."""
        return len(self.cards_over_standard())

    def cards_over_standard(self) -> set[str]:
        """Things bought in the year that cost too much, are too many, or replace something too young."""
        standards, cards = self.standards(), self.of_year(self.cards())
        acquired = {row["card"]: row["acquired"] for row in self.disposals()}
        acquired.update({row["no"]: row["acquired"] for row in self.cards()})
        found = set()
        for item, standard in standards.items():
            held = sorted(
                (row for row in cards if row["item"] == item and row["state"] != "4"),
                key=lambda row: (row["acquired"] or date.min, row["no"]),
            )
            limit = None if standard["per_head"] is None else int(standard["per_head"] * self.staff("staff"))
            place = {row["no"]: number_ for number_, row in enumerate(held, start=1)}
            for row in cards:
                if row["item"] != item or row["method"] != "新购" or not self.within(row["acquired"]):
                    continue
                old = acquired.get(row["replaces"] or "")
                early = (
                    old is not None
                    and standard["life"] is not None
                    and row["acquired"] < years_after(old, int(standard["life"]))
                )
                dear = standard["price"] is not None and row["original"] > standard["price"]
                many = limit is not None and place.get(row["no"], 0) > limit
                if dear or many or early:
                    found.add(row["no"])
        return found

    def spacious(self) -> int:
        """Kinds of buildings with more floor than the posts allow."""
        found = 0
        for item, standard in self.standards().items():
            if standard["area"] is None:
                continue
            area = sum(
                (row["area"] or Decimal(0) for row in self.of_year(self.cards()) if row["item"] == item), Decimal(0)
            )
            found += area > standard["area"] * self.staff("posts")
        return found

    def is_incomplete(self, row: Row) -> bool:
        rule = {kind["asset_class"]: kind for kind in seed("asset_class_kinds")}[row["class"]]
        needed = ["name", "class_code", "department", "method", "acquired", "booked"]
        needed += ["place"] if rule["needs_place"] == "true" else []
        needed += ["area"] if rule["needs_floor_area"] == "true" else []
        return any(row[one] is None for one in needed)

    def stock_take(self) -> tuple[set[str], set[str]]:
        """Cards the last full stock-take had to count, and those it counted."""
        full = [row for row in self.inventory() if row["kind"] == "全面盘点"]
        newest = max(((row["base"], row["batch"]) for row in full), default=None)
        base = newest[0] if newest else self.last
        required = {
            row["no"] for row in self.of_year(self.cards()) if row["booked"] is not None and row["booked"] <= base
        } | {row["card"] for row in self.disposals() if self.within(row["disposed"]) and row["disposed"] > base}
        counted = {row["card"] for row in full if newest and row["batch"] == newest[1] and row["counted"] is not None}
        return required, required & counted

    def reconciled(self) -> tuple[int, int]:
        """Classes compared with the accounts at the end of the year, and those that agree."""
        compared = self.compared()
        return len(compared), sum(cards == books for cards, books in compared)

    def unequal(self) -> int:
        """Values (original, depreciation, net) of a class that differ from the accounts."""
        return sum(one != other for cards, books in self.compared() for one, other in zip(cards, books, strict=True))

    def compared(self) -> list[tuple[list[Decimal], list[Decimal]]]:
        """Of each class: original value, depreciation, net value by the cards and by the accounts."""
        sums: dict[str, list[Decimal]] = {}
        for row in self.of_year(self.cards()):
            total = sums.setdefault(row["class"], [Decimal(0)] * 3)
            for place, kind in enumerate(("original", "depreciation", "net")):
                total[place] += row[kind]
        closing = {row["account"]: row["closing"] for row in self.balances() if row["month"].month == 12}
        if not closing:
            return []  # nothing to compare with yet
        books: dict[str, dict[str, Decimal]] = {}
        for account in seed("asset_accounts"):
            if valid(account, self.year) and closing.get(account["account_code"]):
                held = books.setdefault(account["asset_class"], {"原值": Decimal(0), "累计折旧": Decimal(0)})
                held[account["value_kind"]] += closing[account["account_code"]]
        found = []
        for one in sums.keys() | books.keys():
            book = books.get(one, {"原值": Decimal(0), "累计折旧": Decimal(0)})
            wanted = [book["原值"], book["累计折旧"], book["原值"] - book["累计折旧"]]
            found.append((sums.get(one, [Decimal(0)] * 3), wanted))
        return found

    def unexplained(self) -> int:
        """Asset accounts that changed much over the year, and nobody says why."""
        return len([note for note in self.large_changes() if note is None])

    def large_changes(self) -> list[str | None]:
        """What is said of each asset account that changed much over the year, or was not there before."""
        found = []
        rows = self.balances()
        for account in seed("asset_accounts"):
            if account["value_kind"] != "原值" or not valid(account, self.year):
                continue
            own = {row["month"].month: row for row in rows if row["account"] == account["account_code"]}
            if 1 not in own or 12 not in own:
                continue
            before, after = Fraction(own[1]["opening"]), Fraction(own[12]["closing"])
            limit = self.parameters["yoy_change_pct"]
            if abs(after - before) * 100 > limit * abs(before) if before else after != 0:
                found.append(own[12]["note"])
        return found

    # duties

    def meetings(self) -> dict[str, date]:
        rows = self.replacing(
            "meetings",
            ["会议编号", "会议名称"],
            lambda row, table: {"no": pick(row, ["会议编号"]), "closed": day(pick(row, ["结束日期", "闭会日期"]))},
            "no",
        )
        return {row["no"]: row["closed"] for row in rows}

    def agenda(self, kind: str) -> list[Row]:
        """Items of the year's own plan."""
        return [row for row in self.of_year(self.agenda_of_all_years()) if row["kind"] == kind]

    def decided(self) -> list[Row]:
        """Major matters voted on in the year, whichever year's plan they stand on."""
        rows = [row for row in self.agenda_of_all_years() if row["kind"] == "重大事项"]
        return [row for row in rows if self.within(row["voted"])]

    def agenda_of_all_years(self) -> list[Row]:
        return self.replacing(
            "agenda_items",
            ["议题编号", "计划会议"],
            lambda row, table: {
                "no": pick(row, ["议题编号"]),
                "kind": pick(row, ["议题类别", "类别"]),
                "planned_month": month(pick(row, ["计划月份"])),
                "planned": pick(row, ["计划会议"]),
                "adjusted": pick(row, ["调整后会议"]),
                "adjusted_on": day(pick(row, ["调整日期"])),
                "meeting": pick(row, ["审议会议"]),
                "heard": day(pick(row, ["审议日期", "听取审议日期"])),
                "voted": day(pick(row, ["表决日期"])),
                "steps": items(pick(row, ["已完成程序"])),
            },
            "no",
        )

    def planned(self, kind: str) -> list[tuple[Row, str | None, date | None]]:
        """Items on the plan as adjusted before the planned meeting was over, with the meeting and the last day."""
        found = []
        meetings = self.meetings()
        for row in self.agenda(kind):
            meeting, due = row["planned"], None
            on_plan = row["planned"] is not None or row["planned_month"] is not None
            if row["planned"]:
                due = meetings.get(row["planned"])
            elif row["planned_month"]:
                due = (row["planned_month"] + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            if row["adjusted_on"] is not None:
                closes = due if on_plan else meetings.get(row["adjusted"] or "")
                if closes is None or row["adjusted_on"] <= closes:
                    on_plan, meeting = row["adjusted"] is not None, row["adjusted"]
                    due = meetings.get(row["adjusted"] or "")
            if on_plan:
                found.append((row, meeting, due))
        return found

    def cells(self) -> tuple[int, int]:
        """Publications that the laws of the year needed, and those made in time."""
        return sum(len(law) for law in self.laws()), sum(sum(law) for law in self.laws())

    def laws(self) -> list[list[bool]]:
        """Of each law of the year: of each publication that it needed, whether it was made in time."""
        bills = self.of_year(
            self.replacing(
                "bills",
                ["法规案编号", "立项日期|提请日期"],
                lambda row, table: {
                    "no": pick(row, ["法规案编号"]),
                    "law": pick(row, ["法规编号"]),
                    "promulgated": day(pick(row, ["公布日期", "公告日期"])),
                },
                "no",
            )
        )
        shown: dict[tuple[str, str, str], date | None] = {}
        for table in self.drop.replaced(
            self.drop.tables("publication_matrix", ["法规编号", "常委会公报"], merged=True)
        ):
            for row in table.rows:
                for name, cell in row.items():
                    if "|" in name:
                        document, medium = name.split("|")
                        shown.setdefault((plain(row["法规编号"]), document, medium), day(cell))
        found = []
        for bill in bills:
            if not self.within(bill["promulgated"]):
                continue
            due = self.calendar.days_after(bill["promulgated"], self.parameter("publication_days"))
            law = []
            for need in seed("publication_requirements"):
                if valid(need, self.year):
                    when = shown.get((bill["law"] or "", need["document"], need["medium"]))
                    law.append(when is not None and when <= due)
            found.append(law)
        return found

    def tasks(self) -> list[Row]:
        rows = self.replacing(
            "research_tasks",
            ["调研编号|序号", "计划完成日期"],
            lambda row, table: {
                "no": pick(row, ["调研编号", "序号"]),
                "due": day(pick(row, ["计划完成日期"])),
                "started": day(pick(row, ["实际开始日期"])),
                "finished": day(pick(row, ["实际完成日期"])),
            },
            "no",
        )
        return self.of_year(rows)

    def support(self) -> list[Row]:
        rows = self.replacing(
            "meeting_support_log",
            ["保障编号|序号", "会议编号"],
            lambda row, table: {
                "no": pick(row, ["保障编号", "序号"]),
                "meeting": pick(row, ["会议编号"]),
                "severity": plain(row["严重程度"]),
            },
            "no",
        )
        return self.of_year(rows)

    def judgement(self, scheme: str, indicator: str, component: str) -> Fraction | None:
        """The share, per cent, that a person gave."""
        rows = self.replacing(
            "manual_judgements",
            ["评分方案", "得分比例|得分率"],
            lambda row, table: {
                "scheme": pick(row, ["评分方案"]),
                "indicator": plain(row["指标序号"]),
                "component": plain(row["分项序号"]),
                "share": number(pick(row, ["得分比例", "得分率"])),
            },
            "scheme",
            "indicator",
            "component",
        )
        for row in self.of_year(rows):
            if (row["scheme"], row["indicator"], row["component"]) == (scheme, indicator, component):
                return Fraction(row["share"])
        return None

    # figures

    def figure(self, name: str) -> Fraction | None:
        """The value of a figure in its unit; None where a ledger it needs was not handed in."""
        value: Fraction | None = self.once(f"figure {name}", lambda: self._figure(name))
        return value

    def is_whole(self, name: str) -> bool:
        """Whether everything that the figure needs of its year stands."""
        return all(self._is_whole(*part) for part in self._parts(name))

    def _is_whole(self, ledger: str, year: int) -> bool:
        return bool(self.once(f"whole {ledger} {year}", lambda: coverage.is_whole(self.drop, ledger, year)))

    def _lacks(self, ledger: str, year: int) -> bool:
        return bool(self.once(f"lacks {ledger} {year}", lambda: coverage.lacks(self.drop, ledger, year)))

    def _stands(self, ledger: str, year: int) -> bool:
        """Whether anything was handed in; an empty file is nothing where it is no report."""
        return self.drop.is_there(ledger, year) and (
            not self._lacks(ledger, year) or coverage.has_rows(self.drop, ledger, year)
        )

    def _parts(self, name: str) -> list[tuple[str, int]]:
        """The ledgers and years that a figure, or the two figures of a ratio, read."""
        definition = self.catalogue[name]
        parts = [self.catalogue[definition[c]] for c in ("numerator_figure", "denominator_figure") if definition[c]]
        return [
            (ledger, self.year + int(part["ledger_year_offset"] or 0))
            for part in parts or [definition]
            for ledger in part["source_ledgers"].split("|")
            if ledger
        ]

    def computed(self) -> list[str]:
        """Every figure of the catalogue that is counted here."""
        bases = (
            set(MORE)
            | {
                rule[column]
                for rule in seed("schemes/evaluation_components")
                for column in ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
                if rule[column]
            }
            | {
                line[column]
                for line in seed("department_target_figures")
                for column in ("numerator_figure", "denominator_figure")
                if line[column]
            }
        )
        return [
            name
            for name, row in self.catalogue.items()
            if valid(row, self.year)
            and (
                {row["numerator_figure"], row["denominator_figure"]} <= bases
                if row["numerator_figure"]
                else name in bases
            )
        ]

    def said(self, name: str) -> tuple[Fraction | None, str]:
        """The value of any figure, ratios too, and what is to be said of it."""
        definition = self.catalogue[name]
        lacks = any(self._lacks(*part) for part in self._parts(name))
        if definition["numerator_figure"]:
            above, below = self.figure(definition["numerator_figure"]), self.figure(definition["denominator_figure"])
            kind = definition["aggregation"]
            if above is None or below is None:
                return None, "MISSING"
            if not below and kind != "difference":
                return None, "MISSING" if lacks else "NOT_COMPARABLE"
            value: Fraction | None
            if kind == "difference":
                value = above - below
            else:
                value = (above - (below if kind == "growth" else 0)) / below * 100
        else:
            value = self.figure(name)
        if value is None:
            return None, "MISSING"
        return value, "PARTIAL" if lacks else "OK"

    def _figure(self, name: str) -> Fraction | None:
        definition = self.catalogue[name]
        year = self.year + int(definition["ledger_year_offset"] or 0)
        if not all(self._stands(ledger, year) for ledger in definition["source_ledgers"].split("|")):
            return None
        return Fraction(self._count(name)) / int(definition["units_per_figure_unit"] or 1)

    def _count(self, name: str) -> Fraction | Decimal | int:
        if name in MORE:
            return more.count(self, name)
        area, what = name.split(".")
        counts: dict[str, Callable[[str], Fraction | Decimal | int]] = {
            "spending": self._money,
            "budget": self._money,
            "public_funds": self._money,
            "three_public": self._money,
            "carry_over": self._money,
            "finance_findings": self._discipline,
            "disclosures": self._disclosed,
            "policies": self._policies,
            "results": self._results,
            "targets": self._performance,
            "monitoring": self._performance,
            "self_evaluations": self._performance,
            "intentions": self._procured,
            "procurement": self._procured,
            "contracts": self._procured,
            "sme": self._sme,
            "assets": self._assets,
            "asset_income": self._assets,
            "asset_disposals": self._assets,
            "asset_management": self._assets,
            "inventories": self._assets,
            "reconciliation": self._assets,
            "duty": self._duties,
        }
        return counts[area](f"{area}.{what}")

    def _money(self, name: str) -> Decimal:
        area, what = name.split(".")
        if name == "carry_over.closing":
            return sum((row["closing"] for row in self.carry_over()), Decimal(0))
        if name == "carry_over.resources":
            opening = sum((row["opening"] for row in self.carry_over()), Decimal(0))
            received = [
                row for row in self.allocations() if row["fund"] in self.fiscal_funds and row["source"] != "上年结转"
            ]
            return opening + sum((row["yuan"] for row in received), Decimal(0))
        rows = self.payments() if area == "spending" or what == "spent" else self.allocations()
        if what == "fiscal":
            rows = [row for row in rows if row["fund"] in self.fiscal_funds]
        if area == "public_funds":
            rows = self.of_public_funds(rows)
        if area == "three_public":
            rows = self.of_three_public(rows)
        return sum((row["yuan"] for row in rows), Decimal(0))

    def of_public_funds(self, rows: list[Row]) -> list[Row]:
        scope = {
            (row["project_category"], row["economic_class"])
            for row in seed("public_funds_scope")
            if valid(row, self.year)
        }
        return [row for row in rows if (row["category"], (row["economic"] or "")[:3]) in scope]

    def of_three_public(self, rows: list[Row]) -> list[Row]:
        three = {row["department_economic_code"] for row in seed("three_public_items") if valid(row, self.year)}
        return [row for row in rows if row["economic"] in three and row["fund"] in self.fiscal_funds]

    def _discipline(self, name: str) -> int:
        rows = self.findings_counted_in("finance_findings.confirmed")
        return len([row for row in rows if name.endswith("confirmed") or row["severity"] == "严重"])

    def _disclosed(self, name: str) -> int:
        whose, what = name.split(".")[1].split("_", 1)
        kind = {"budget": "部门预算", "accounts": "部门决算", "targets": "绩效目标", "results": "绩效自评结果"}[whose]
        if what == "content_gaps":
            return self.content_gaps(kind)
        duties = self.disclosure_duties(kind)
        if what == "required":
            return len(duties)
        if what == "on_time":
            return len([row for _, row in duties if self.shown_on_time(row)])
        return len([row for _, row in duties if row is not None and row["published"] is not None])

    def _policies(self, name: str) -> int:
        what = name.split(".")[1]
        kinds = {"procurement_rules": "采购内控", "asset_rules": "资产管理"}
        if what in kinds:
            return len([row for row in self.policies() if row["kind"] == kinds[what]])
        stage = self.catalogue[name]["subject"]
        return int(any(stage in row["stages"] for row in self.policies()))

    def _results(self, name: str) -> int:
        what, rows = name.split(".")[1], self.applications()
        needed = [row for row in rows if row["required"]]
        if what == "rectification_required":
            return len(needed)
        if what == "rectified":
            return len([row for row in needed if row["rectified"] is not None])
        uses = {
            "used_for_budget": "预算安排",
            "adjusted_from_monitoring": "监控整改",
            "reported_internally": "内部通报",
        }
        return len([row for row in rows if row["use"] == uses[what]])

    def _performance(self, name: str) -> Decimal | int:
        if name in targets.PARTS:
            return targets.count(self, name)
        projects = {row["code"] for row in self.projects()}
        large = {row["code"] for row in self.large()}
        if name in ("targets.required", "self_evaluations.required"):
            return len(projects)
        if name == "targets.filed":
            return len({row["code"] for row in self.target_forms()} & projects)
        if name == "targets.returned":
            return sum((Decimal(row["returned"]) for row in self.target_forms()), Decimal(0))
        if name == "self_evaluations.filed":
            filed = {row["code"] for row in self.self_evaluations() if row["filed"] and row["self"] is not None}
            return len(filed & projects)
        if name == "self_evaluations.large_gaps":
            gaps = [
                abs(row["self"] - row["review"])
                for row in self.self_evaluations()
                if row["self"] is not None and row["review"] is not None
            ]
            return len([gap for gap in gaps if gap > self.parameters["review_gap_points"]])
        filed_on = {(row["code"], row["period"]): row["filed"] for row in self.monitoring()}
        if name == "monitoring.required":
            return len(large)
        if name == "monitoring.projects":
            return len([one for one in large if filed_on.get((one, f"{self.year}年中"))])
        due = on_time = 0
        for period in seed("monitoring_periods"):
            if not valid(period, self.year):
                continue
            month_, day_ = period["ends_month_day"].split("-")
            limit = self.calendar.days_after(
                date(self.year, int(month_), int(day_)), self.parameter("monitor_report_days")
            )
            for one in projects if period["obliged"] == "项目支出" else large:
                when = filed_on.get((one, f"{self.year}{period['period_name']}"))
                due += 1
                on_time += when is not None and when <= limit
        return due if name == "monitoring.due_reports" else on_time

    def _procured(self, name: str) -> Decimal | int:
        if name == "procurement.violations":
            cases = [row[kind] for row in self.procurements() for kind in ("upheld", "penalties", "violations")]
            counted = {
                row["no"]
                for row in self.procurements()
                for count, when in (row["upheld"], row["penalties"], row["violations"])
                if count and self.within(when)
            }
            return sum((count for count, when in cases if self.within(when)), Decimal(0)) + self.findings_beside(
                name, counted
            )
        if name.startswith("contracts"):
            found = self.signing_cases() if "sign" in name else self.record_cases()
            return len(found) if "due_for" in name else sum(found)
        owed = self.intention_cases()
        with_intention = [(row, versions) for row, versions in owed if versions]
        if name == "intentions.required":
            return len(owed)
        if name == "intentions.with_intention":
            return len(with_intention)
        if name == "intentions.published_complete":
            return len(
                [
                    row
                    for row, versions in with_intention
                    if any(one["published"] <= row["notice"] for one in versions)
                    and all(versions[-1][part] is not None for part in ("name", "need", "budget", "month"))
                ]
            )
        ahead = timedelta(days=self.parameter("intent_days"))
        return len([row for row, versions in with_intention if versions[0]["published"] + ahead <= row["notice"]])

    def _sme(self, name: str) -> Fraction:
        marks = {
            "sme.agricultural_amount": ["agricultural"],
            "sme.platform832_amount": ["agricultural", "platform832"],
            "sme.green_mandatory_amount": ["green_mandatory"],
            "sme.green_amount": ["green_mandatory", "green"],
        }
        if name in marks:
            return self.bought(*marks[name])
        cases = self.sme_cases()
        total = Fraction(0)
        if name == "sme.fulfilled_amount":
            above = [case for case in cases if not case["within"]]
            return sum((min(case["reserved"], case["required"]) for case in cases if case["within"]), total) + min(
                sum((case["reserved"] for case in above), total), sum((case["required"] for case in above), total)
            )
        kind = {"required_amount": "required", "reserved_amount": "reserved", "small_micro_amount": "small"}
        return sum((case[kind[name.split(".")[1]]] for case in cases), total)

    def _assets(self, name: str) -> Decimal | int:
        fixed = {row["asset_class"] for row in seed("asset_class_kinds") if row["asset_kind"] == "固定资产"}
        cards = self.of_year(self.cards())
        used = {"1", "2"} if self.parameters["lease_counts_as_in_use"] else {"1"}
        if name == "assets.equipment_over_standard":
            return self.over_standard()
        if name == "assets.equipment_cases":
            return self.over_standard() + self.findings_beside(name, self.cards_over_standard())
        if name == "assets.office_area_over_standard":
            return self.spacious()
        if name == "assets.office_area_cases":
            return self.spacious() + self.findings_beside(name, set())
        if name == "assets.cards_incomplete":
            return len([row for row in cards if self.is_incomplete(row)])
        if name == "assets.fixed_original_value":
            return sum((row["original"] for row in cards if row["class"] in fixed), Decimal(0))
        if name == "assets.in_use_original_value":
            return sum((row["original"] for row in cards if row["class"] in fixed and row["state"] in used), Decimal(0))
        if name == "asset_income.received":
            return len(self.income())
        if name == "asset_income.remitted_on_time":
            limit = self.parameter("remit_wd")
            return len(
                [
                    row
                    for row in self.income()
                    if row["remitted"] and row["remitted"] <= self.calendar.working_days_after(row["received"], limit)
                ]
            )
        disposals = [row for row in self.disposals() if self.within(row["disposed"])]
        if name == "asset_disposals.total":
            return len(disposals)
        if name == "asset_disposals.proper":
            return len(
                [
                    row
                    for row in disposals
                    if row["approval"] and row["approved"] and row["approved"] <= row["disposed"] and row["booked"]
                ]
            )
        if name == "asset_management.confirmed_cases":
            counted = {row["no"] for row in self.disposals() if self.within(row["confirmed"])}
            return len(counted) + self.findings_beside(name, counted)
        if name == "inventories.done":
            return len({row["batch"] for row in self.inventory() if row["kind"] == "全面盘点" and row["reported"]})
        if name in ("inventories.differences", "inventories.differences_handled"):
            rows = [row for row in self.inventory() if row["result"] not in (None, "账实相符")]
            return len(rows) if name.endswith("differences") else len([row for row in rows if row["handled"]])
        if name.startswith("inventories"):
            required, counted = self.stock_take()
            return len(required) if name.endswith("required") else len(counted)
        if name == "reconciliation.unexplained_changes":
            return self.unexplained()
        compared, equal = self.reconciled()
        return compared if name.endswith("compared") else equal

    def _duties(self, name: str) -> int:
        what = name.split(".")[1]
        if what.startswith("publication"):
            return self.cells()[what.endswith("filled")]
        if what == "surveys_planned":
            return len(self.tasks())
        if what == "surveys_finished_on_time":
            return len(
                [row for row in self.tasks() if row["started"] and row["finished"] and row["finished"] <= row["due"]]
            )
        if what.startswith("meetings"):
            held = {row["meeting"] for row in self.support()}
            if what == "meetings_supported":
                return len(held)
            return len(held - {row["meeting"] for row in self.support() if row["severity"] == "严重"})
        if what in ("major_matters_decided", "major_matters_compliant"):
            decided = self.decided()
            steps = set(codes("decision_steps").values())
            return (
                len(decided)
                if what.endswith("decided")
                else len([row for row in decided if steps <= set(row["steps"])])
            )
        kind = "专项工作报告" if what.startswith("special") else "重大事项"
        items_ = self.planned(kind)
        if what.endswith("planned"):
            return len(items_)
        if kind == "重大事项":
            return len([row for row, _, due in items_ if row["voted"] and due and row["voted"] <= due])
        return len(
            [
                row
                for row, meeting, due in items_
                if row["heard"]
                and (row["meeting"] == meeting if meeting else due and due.replace(day=1) <= row["heard"] <= due)
            ]
        )
