"""Assemble the office's year: which files each department hands in, when, and in which habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from simulation import (
    asset_files,
    budget,
    compliance,
    deputies,
    disclosures,
    duties,
    feedback,
    judgements,
    organisation,
    payments,
    performance,
    performance_targets,
    procurement,
    procurement_files,
    projects,
    publication_matrix,
    service_centre,
    snapshots,
    stations,
    suggestions,
    survey_files,
)
from simulation.allocate import stream
from simulation.handed_in import CodeStyle, Group, Habits, HandedFile, Row, Sheet, beijing, on_a_weekday
from simulation.targets import YearTargets, targets_of
from simulation.unfolding import Unfolding

YEARS = (2022, 2023)
FULL_COLON, FULL_LEFT, FULL_RIGHT = "\uff1a", "\uff08", "\uff09"
BUDGET_GROUPS = (
    Group("指标信息", "allocation_no", "source_type"),
    Group("科目", "fund_type", "government_economic_code"),
    Group("项目", "project_code", "project_category"),
)
CORRECTED = f"更正{FULL_LEFT}重报{FULL_RIGHT}"


class Office:
    """The plain rows of a seed and scale, and the files they are handed in with.

    Each ledger and year draws from a random stream of its own. Registers are made once and shown as known at the end
    of each year.
    """

    def __init__(self, seed: int, scale: int = 1) -> None:
        self.seed = seed
        self.scale = scale
        self._budgets: dict[int, budget.YearBudget] = {}
        self._vouchers: dict[int, list[payments.Voucher]] = {}

    @cached_property
    def register(self) -> deputies.Register:
        """All deputies and mandates."""
        return deputies.make_register(stream(self.seed, "deputies"))

    @cached_property
    def all_stations(self) -> list[stations.Station]:
        """All liaison stations."""
        return stations.make_stations(stream(self.seed, "liaison_stations"))

    @cached_property
    def assignments(self) -> list[stations.Assignment]:
        """All assignments of deputies to stations."""
        rng = stream(self.seed, "deputy_station_assignments")
        return stations.make_assignments(self.all_stations, self.register, rng)

    def targets(self, year: int) -> YearTargets:
        """What a year must add up to."""
        return targets_of(year, stream(self.seed, "targets", year))

    def budget(self, year: int) -> budget.YearBudget:
        """The allocations of a year."""
        if year not in self._budgets:
            rng = stream(self.seed, "budget_allocations", year)
            self._budgets[year] = budget.make_budget(year, self.targets(year), rng)
        return self._budgets[year]

    def vouchers(self, year: int) -> list[payments.Voucher]:
        """The vouchers of a year; those of 2023 refund some of 2022, whichever years are written."""
        if year not in self._vouchers:
            before = self.vouchers(year - 1) if year - 1 in YEARS else []
            self._vouchers[year] = payments.make_payments(
                self.budget(year), self.targets(year), before, self.scale, stream(self.seed, "payments", year)
            )
        return self._vouchers[year]

    @cached_property
    def procurement(self) -> procurement.World:
        """Procurements, intentions and contracts of all years, whichever years are written."""
        return procurement.make_world(self.seed, {year: self.vouchers(year) for year in YEARS})

    def files(self, years: Sequence[int]) -> Iterator[HandedFile]:
        """All files of the years; rows are made when a file is asked for."""
        makers: tuple[Callable[[int], Iterator[HandedFile]], ...] = (
            self._budget_files,
            self._payment_files,
            self._project_files,
            self._disclosure_files,
            self._organisation_files,
            self._deputy_files,
            self._station_files,
            self._suggestion_files,
            self._feedback_files,
            self._snapshot_files,
            lambda year: performance.files(self, year),
            lambda year: compliance.files(self, year),
            lambda year: procurement_files.files(self, year),
            lambda year: duties.files(self, year),
            lambda year: performance_targets.files(self, year),
            lambda year: publication_matrix.files(self, year),
            lambda year: survey_files.files(self, year),
            lambda year: asset_files.files(self, year),
            judgements.files,
            service_centre.files,
        )
        for year in years:
            for maker in makers:
                yield from maker(year)

    def _budget_files(self, year: int) -> Iterator[HandedFile]:
        made = self.budget(year)
        opening_at, adjusted_at = beijing(year, 1, 10, 9, 42), beijing(year, 11, 7, 15, 20)
        yield _budget_file(year, "年初", budget.to_rows(year, made.opening()), opening_at)
        yield _budget_file(year, "年中调整", budget.to_rows(year, made.adjustments()), adjusted_at)
        if made.first_versions:
            rows = budget.to_rows(year, made.corrections(), "更正原报金额")
            yield _budget_file(year, CORRECTED, rows, adjusted_at + timedelta(days=13))

    def negative_budget_file(self, year: int) -> HandedFile:
        """The planted file that withdraws more than there is."""
        rows = budget.to_rows(year, [budget.withdrawal(year)])
        return _budget_file(year, "收回", rows, beijing(year, 12, 20, 16, 12))

    def _payment_files(self, year: int) -> Iterator[HandedFile]:
        for month, vouchers in payments.months(self.vouchers(year)).items():
            rows = [payments.to_row(voucher) for voucher in vouchers]
            habits = Habits(
                title=f"{year}年{month}月国库集中支付明细",
                has_unit_row=True,
                header_choice=1 if year == 2022 and month < 7 else 0,
                date_forms=(("iso",), ("slash",), ("compact",), ("chinese",), ("dot",), ("iso", "slash"))[month % 6],
                nil_text="-" if month % 4 == 0 else None,
                nil_columns=("contract_no", "original_voucher_no"),
                has_total_row=True,
                thousands_every=3 if month % 2 else 0,
                fullwidth_every=47 if month % 3 == 0 else 0,
                has_parentheses=month % 2 == 1,
            )
            path = f"payments/{year}/{year}年{month:02d}月国库集中支付明细"
            period = f"{year}-{month:02d}"
            received_at = on_a_weekday(beijing(year + month // 12, month % 12 + 1, 5, 10, 12 + month))
            if (year, month) == (2023, payments.CORRECTED_MONTH):
                first = [Sheet("payments", payments.first_version(vouchers), habits)]
                yield HandedFile(f"{path}.csv", period, received_at, first)
                path += f"-{CORRECTED}"
                received_at += timedelta(days=13, hours=5)
            yield HandedFile(f"{path}.csv", period, received_at, [Sheet("payments", rows, habits)])

    def _project_files(self, year: int) -> Iterator[HandedFile]:
        rows = projects.register(year, self.budget(year).initial_fen)
        habits = Habits(title=f"{year}年项目库", unit="万元", has_unit_row=True, has_total_row=True)
        path = f"projects/{year}/{year}年项目库.xlsx"
        yield HandedFile(path, str(year), beijing(year, 1, 10, 9, 50), [Sheet("projects", rows, habits)])

    def _disclosure_files(self, year: int) -> Iterator[HandedFile]:
        habits = Habits(title=f"{year}年信息公开台账", date_forms=("chinese", "cell"))
        path = f"disclosures/{year}/{year}年信息公开台账.xlsx"
        sheet = Sheet("disclosures", disclosures.register(year), habits)
        yield HandedFile(path, str(year), beijing(year, 12, 28, 16, 30), [sheet])

    def _organisation_files(self, year: int) -> Iterator[HandedFile]:
        footnote = f"填报人{FULL_COLON}经办人02"
        habits = Habits(title="市人大常委会机构台账", date_forms=("cell", "dot"), footnotes=(footnote,))
        path = f"org_units/{year}/机构台账{year}年末.xlsx"
        sheet = Sheet("org_units", organisation.register(year), habits)
        yield HandedFile(path, str(year), beijing(year + 1, 1, 4, 11, 0), [sheet])

    def _deputy_files(self, year: int) -> Iterator[HandedFile]:
        styles = Habits(title=f"代表名册{FULL_LEFT}{year}年末{FULL_RIGHT}", code_style="name", date_forms=("cell",))
        sheets = [
            Sheet("deputies", deputies.deputy_rows(self.register, year), styles),
            Sheet("mandates", deputies.mandate_rows(self.register, year), styles),
        ]
        yield HandedFile(f"deputies/{year}/代表名册{year}.xlsx", str(year), beijing(year + 1, 1, 5, 9, 10), sheets)

    def _station_files(self, year: int) -> Iterator[HandedFile]:
        habits = Habits(date_forms=("cell", "cell", "slash"), nil_text="/", nil_columns=("closed_on",))
        sheets = [
            Sheet("liaison_stations", stations.station_rows(self.all_stations, year), habits),
            Sheet("deputy_station_assignments", stations.assignment_rows(self.assignments, year), habits),
        ]
        path = f"liaison_stations/{year}/代表联络站台账{year}.xlsx"
        yield HandedFile(path, str(year), beijing(year + 1, 1, 5, 9, 25), sheets)

    def suggestion_rows(self, year: int, half: int) -> list[Row]:
        """The suggestions of half a year, as known when the half's file is made (answers need three months)."""
        known_on = date(year, 10, 13) if half == 1 else date(year + 1, 1, 19)
        rng = stream(self.seed, "suggestions", year, half)
        return suggestions.make_half(year, half, self.targets(year), self.register, known_on, self.scale, rng)

    def _suggestion_files(self, year: int) -> Iterator[HandedFile]:
        styles: dict[str, CodeStyle] = {"congress_level": "name", "reply_class": "code"}
        for half, received_at in ((1, beijing(year, 10, 16, 14, 8)), (2, beijing(year + 1, 1, 22, 17, 31))):
            half_name = ("上半年", "下半年")[half - 1]
            habits = Habits(
                title=f"{year}年{half_name}代表建议台账",
                code_style_of=styles,
                date_forms=("cell", "cell", "cell", "chinese"),
                footnotes=(f"说明{FULL_COLON}含闭会期间建议。",),
                blank_row_every=1_500,
            )
            sheet = Sheet("suggestions", self.suggestion_rows(year, half), habits)
            path = f"suggestions/{year}/{year}年{half_name}代表建议台账.xlsx"
            yield HandedFile(path, f"{year}H{half}", received_at, [sheet])

    def _feedback_files(self, year: int) -> Iterator[HandedFile]:
        targets = self.targets(year)
        kinds: tuple[tuple[int, feedback.Source, str], ...] = ((0, "app", "小程序"), (1, "counter", "线下登记"))
        for layout, source, name in kinds:
            unfolding = Unfolding(feedback.EVENTS)
            styles = Habits(code_style="name", date_forms=("slash",) if layout else ("iso",))
            for quarter in range(1, 5):
                rng = stream(self.seed, "station_feedback", year, source, quarter)
                new = feedback.make_quarter(year, quarter, source, targets, self.all_stations, self.scale, rng)
                moment = feedback.quarter_start(year, quarter + 1)
                sheet = Sheet("station_feedback", unfolding.file(new, moment), styles, layout)
                path = f"station_feedback/{year}/联络站群众意见{name}_{year}Q{quarter}.{('jsonl', 'csv')[layout]}"
                received_at = on_a_weekday(moment + timedelta(days=8, hours=9 + layout, minutes=17))
                yield HandedFile(path, f"{year}Q{quarter}", received_at, [sheet])
            rows = unfolding.file((), beijing(year + 1, 1, 31, 12))
            path = f"station_feedback/{year}/联络站群众意见{name}_{year}Q4更新.{('jsonl', 'csv')[layout]}"
            sheet = Sheet("station_feedback", rows, styles, layout)
            yield HandedFile(path, f"{year}Q4", beijing(year + 1, 1, 31, 16, 40 + layout), [sheet])

    def _snapshot_files(self, year: int) -> Iterator[HandedFile]:
        reporters = self.register.holders("3", date(year, 1, 1), date(year, 12, 31))
        rng = stream(self.seed, "snapshot_cases", year)
        unfolding = Unfolding(snapshots.EVENTS)
        habits = Habits(code_style="code")
        cases = snapshots.make_cases(year, self.targets(year), reporters, self.scale, rng)
        for quarter, new in enumerate(cases, start=1):
            moment = feedback.quarter_start(year, quarter + 1)
            path = f"snapshot_cases/{year}/代表随手拍_{year}Q{quarter}.jsonl"
            sheet = Sheet("snapshot_cases", unfolding.file(new, moment), habits)
            received_at = on_a_weekday(moment + timedelta(days=9, hours=10, minutes=3))
            yield HandedFile(path, f"{year}Q{quarter}", received_at, [sheet])
        sheet = Sheet("snapshot_cases", unfolding.file((), beijing(year + 1, 1, 31, 12)), habits)
        path = f"snapshot_cases/{year}/代表随手拍_{year}Q4更新.jsonl"
        yield HandedFile(path, f"{year}Q4", beijing(year + 1, 1, 31, 16, 45), [sheet])


def _budget_file(year: int, name: str, rows: Sequence[Row], received_at: datetime) -> HandedFile:
    habits = Habits(
        title=f"{year}年预算指标台账",
        unit="万元",
        has_unit_row=True,
        groups=BUDGET_GROUPS,
        header_choice=2023 - year,
        date_forms=("cell", "chinese", "cell", "dot"),
        indented_column="project_name",
        nil_text="\u2014",
        nil_columns=("remark",),
        subtotal_by="project_category",
        has_total_row=True,
        footnotes=(f"注{FULL_COLON}金额以指标文为准。", f"制表人{FULL_COLON}经办人01"),
        blank_row_every=97,
        thousands_every=41,
        fullwidth_every=53,
    )
    path = f"budget_allocations/{year}/{year}年预算指标台账-{name}.xlsx"
    return HandedFile(path, str(year), received_at, [Sheet("budget_allocations", rows, habits)])
