"""A second, small department: an institution below the office with four budget lines, in 2023 only."""

from __future__ import annotations

from decimal import Decimal

DEPARTMENT = "101002"
AGENCY = "101002-市人大常委会机关服务中心"
YEAR = 2023
PERSONNEL, SUPPORT = "101002230001", "101002230002"
NAMES = {PERSONNEL: "在职人员经费", SUPPORT: "会议服务保障经费"}
CATEGORIES = {PERSONNEL: "1", SUPPORT: "22"}
FUNCTIONS = {PERSONNEL: "2010150", SUPPORT: "2010103"}
LINES: tuple[tuple[str, str, str, Decimal], ...] = (
    (PERSONNEL, "30101", "50501", Decimal("1862000.00")),
    (PERSONNEL, "30107", "50501", Decimal("974500.50")),
    (SUPPORT, "30227", "50502", Decimal("640000.00")),
    (SUPPORT, "30213", "50502", Decimal("158300.00")),
)
PAID_SHARE = Decimal("0.96")
