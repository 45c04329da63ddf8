"""The configuration of an office folder for these departments: who they are, what duties they do not have, how they number."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT
from simulation.departments.members import BUREAU, KINDS, Member

SEEDS = PROJECT_ROOT / "dbt" / "seeds"
CONTRACTS = PROJECT_ROOT / "dagster_project" / "contracts"
CONGRESS_LEDGERS = (
    "agenda_items", "appointments", "bills", "campaign_participations", "deputies", "deputy_station_assignments",
    "legislative_contact_points", "legislative_opinions", "liaison_stations", "mandates", "meeting_support_log",
    "meetings", "outcome_registers", "publication_matrix", "record_reviews", "research_tasks", "snapshot_cases",
    "station_feedback", "suggestions", "supervision_items", "survey_findings", "survey_participations",
    "survey_visits", "surveys", "org_units",
)  # fmt: skip
CONGRESS_REASON = "政府部门没有人大及其常委会的职权,机构设置按三定方案,不报这份台账"
CONGRESS_SOURCE = "宪法、地方各级人民代表大会和地方各级人民政府组织法;模拟"
SIMULATED = "模拟"
WIDER_NUMBERS = {
    "contracts": ("HT[0-9]{4}-", "HT([0-9]{3,9}-)?[0-9]{4}-"),
    "procurements": ("CG[0-9]{4}-", "CG([0-9]{3,9}-)?[0-9]{4}-"),
    "procurement_intentions": ("YX[0-9]{4}-", "YX([0-9]{3,9}-)?[0-9]{4}-"),
}
"""Contracts whose numbers begin with the department's code here, so that no two departments give the same one."""
PORTAL, OTHER_PORTAL = "市政府门户网站", "市人大常委会门户网站"


def write_configuration(folder: Path, members: Sequence[Member]) -> None:
    """Write the office folder: registers in place of the project's, rows added to code lists, contracts of wider numbers, passages of reports."""
    seeds = folder / "seeds"
    departments = [
        (BUREAU, "模拟市财政局(汇总)", "模拟市财政局", "Finance Bureau (simulated)", "bureau", "", "false", "2023", "", SIMULATED)
    ]  # fmt: skip
    departments += [
        (
            each.code, each.name, each.official_name, each.name_en, each.level, each.parent or "",
            str(each.reports_units).lower(), "2023", "", SIMULATED,
        )
        for each in members
    ]  # fmt: skip
    _write(seeds / "departments.csv", _header("departments.csv"), departments)
    not_had = [
        (each.code, ledger, "", CONGRESS_REASON, "2023", "", "较可靠", CONGRESS_SOURCE)
        for each in members
        for ledger in CONGRESS_LEDGERS
    ]
    _write(seeds / "not_of_department.csv", _header("not_of_department.csv"), not_had)
    for name in ("series_breaks.csv", "department_target_figures.csv"):
        _write(seeds / name, _header(name), ())
    _required_disclosures(seeds / "required_disclosures.csv")
    codes = [
        (
            f"{section}{item}",
            f"{name}-{what}",
            f"{name_en}: {what_en}",
            "2007",
            "",
            "政府收支分类科目(款级代码);项级名称为模拟",
        )
        for name, name_en, section, _ in KINDS
        for item, what, what_en in (("01", "行政运行", "administration"), ("02", "一般行政管理事务", "general affairs"))
    ]
    header = ["code", "name_zh", "name_en", "valid_from", "valid_to", "source"]
    _write(folder / "more_rows" / "code_lists" / "function_codes.csv", header, codes)
    groups = [
        (section, f"{name.removesuffix('局')}事务", "2007", "", "款级名称为模拟", "设定")
        for name, _, section, _ in KINDS
    ]
    groups += [(section, f"{section}类支出", "2007", "", "类级名称为模拟", "设定") for section in _new_sections()]
    path = folder / "more_rows" / "final_accounts" / "function_groups.csv"
    _write(path, _header("final_accounts/function_groups.csv"), groups)
    _passages(folder / "report" / "departments", members)
    (folder / "contracts").mkdir(parents=True, exist_ok=True)
    for ledger, (narrow, wide) in WIDER_NUMBERS.items():
        text = (CONTRACTS / f"{ledger}.yaml").read_text(encoding="utf-8")
        if narrow not in text:
            raise ValueError(f"the contract of {ledger} has no numbers {narrow}")
        (folder / "contracts" / f"{ledger}.yaml").write_text(text.replace(narrow, wide), encoding="utf-8")


def _passages(folder: Path, members: Sequence[Member]) -> None:
    """What the report of each department says beside its figures; the bare minimum, invented."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in members:
        does = "承办主管部门交办的事业任务" if each.parent else "主管全市相关行业的行政管理和公共服务"
        (folder / f"{each.code}.yaml").write_text(
            f"# 模拟\nofficial_name: {each.official_name}\n"
            f'主要职责:\n  - "{{{{ department() }}}}{does}。"\n'
            '年度总体工作:\n  - "{{ year() }}年，{{ department() }}完成年初确定的各项重点工作任务。"\n',
            encoding="utf-8",
        )


def _new_sections() -> list[str]:
    """The classes of the functional classification that the project's groups do not name."""
    with (SEEDS / "final_accounts" / "function_groups.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["code"] for row in csv.DictReader(stream)}
    return sorted({section[:3] for _, _, section, _ in KINDS} - known)


def _required_disclosures(path: Path) -> None:
    """What must be published, on the city's portal only."""
    with (SEEDS / path.name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept: list[list[str]] = []
    for row in rows:
        if row["platform"] == OTHER_PORTAL and row["about"] == "部门":
            continue
        kept.append([PORTAL if name == "platform" else text for name, text in row.items()])
    _write(path, list(rows[0]), kept)


def _header(name: str) -> list[str]:
    with (SEEDS / name).open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
