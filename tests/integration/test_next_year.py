"""Next year's budget out of the sample, as the office saw it at the end of October: numbers, forms, and nothing received later."""

from __future__ import annotations

import csv
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse

from dagster_project.as_of import parse_as_of
from dagster_project.in_year.look import looks
from dagster_project.ingestion.submissions import entries_in
from dagster_project.next_year.compile import Compiled, compiled
from dagster_project.settings import PROJECT_ROOT

OFFICE, OCTOBER = "101001", "2023-10-31"
OCTOBER_END = "2023-10-31 23:59:59"
NINE_MONTHS = re.compile(r"2023年0[1-9]月")


@pytest.fixture(scope="module")
def october(sample: Warehouse) -> Compiled:
    (found,) = compiled(sample.settings, 2023, parse_as_of(OCTOBER), OFFICE)
    return found


def spent_until_september(sample: Warehouse) -> dict[str, Decimal]:
    """By project, from the raw payment files of the months that had been handed in."""
    landed = {
        entry.file
        for entry in entries_in(sample.settings.landing_dir)
        if entry.ledger == "payments" and entry.department_code == OFFICE and entry.status == "landed"
        and NINE_MONTHS.search(entry.file) and entry.received_at <= OCTOBER_END
    }  # fmt: skip
    corrected = {name.replace("-更正（重报）", "") for name in landed if "更正" in name}
    found: dict[str, Decimal] = {}
    for name in landed - corrected:
        text = (PROJECT_ROOT / "data" / "raw" / name).read_bytes()
        lines = text.decode("utf-8-sig" if text.startswith(b"\xef\xbb\xbf") else "gb18030").splitlines()
        head = next(n for n, line in enumerate(lines) if "支付凭证号" in line)
        for row in csv.DictReader(lines[head:]):
            if row["支付凭证号"] and row["支付凭证号"].startswith("ZF"):
                amount = Decimal(re.sub(r"[^0-9.-]", "", unicodedata.normalize("NFKC", row["支付金额"])))
                is_refund = row["退款标志"] == "是" or amount < 0
                if is_refund and row["原支付凭证号"].startswith("ZF2022"):
                    continue  # what comes back of an earlier year is no spending of this one
                found[row["项目编码"]] = found.get(row["项目编码"], Decimal(0)) + (
                    -abs(amount) if is_refund else amount
                )
    return found


def test_what_is_spent_is_what_the_files_of_nine_months_hold(sample: Warehouse, october: Compiled) -> None:
    own = spent_until_september(sample)
    told = {each.outlook.project.code: Decimal(f"{each.outlook.project.spent:.2f}") for each in october.sheets}
    assert own and {code: told[code] for code in own} == own
    by_codes: dict[str, float] = {}
    for line in october.codes:
        by_codes[line.project] = by_codes.get(line.project, 0.0) + line.spent
    assert {code: by_codes[code] for code in own} == pytest.approx({code: float(yuan) for code, yuan in own.items()})


def test_every_project_has_one_line_and_those_judged_by_performance_a_form(october: Compiled) -> None:
    codes = [each.outlook.project.code for each in october.sheets]
    assert codes == sorted(set(codes))
    assert {form.code for form in october.forms} <= set(codes)
    assert {each.cause for each in october.sheets} == {"standard", "kept"}
    assert all(each.rating == "优" for each in october.sheets if each.score is not None)
    assert october.whole is not None and october.whole.year == 2022
    assert october.notes == ("2023 年的部门整体绩效目标还没有报送,申报表按 2022 年的列出",)


def test_scores_are_those_that_had_been_handed_in(sample: Warehouse, october: Compiled) -> None:
    (february,) = compiled(sample.settings, 2023, parse_as_of("2023-02-10"), OFFICE)
    assert all(each.score is None for each in february.sheets), "the self-evaluation of 2022 came later"
    assert sum(each.score is not None for each in october.sheets) == 17
    assert any("支付明细只到 1 月" in note for note in february.notes)
    assert any(target.actual_before for form in october.forms for target in form.targets)


def test_the_outlook_is_that_of_the_forecast(sample: Warehouse, october: Compiled) -> None:
    (look,) = looks(sample.settings, 2023, parse_as_of(OCTOBER), OFFICE)
    assert [(each.project.key, each.spending, each.budget) for each in october.outlook.projects] == [
        (each.project.key, each.spending, each.budget) for each in look.outlook.projects
    ]


def test_the_workbook_holds_every_sheet_and_its_sums(
    sample: Warehouse, october: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "下年预算.xlsx"
    command = ["next-budget", "2023", "--as-of", OCTOBER, "--department", OFFICE, "--xlsx", str(path)]
    exit_code, output = sample.cli(monkeypatch, *command)
    assert exit_code == 0, output
    assert "保:18 个项目" in output and "目标审核(18 个项目)" in output
    book = CalamineWorkbook.from_path(str(path))
    names = book.sheet_names
    assert names[:4] == ["编制底表", "科目", "目标审核", "部门目标申报"]
    assert len(names) == 4 + len(october.forms) and names[4].startswith("项目绩效目标申报-")
    rows = book.get_sheet_by_name("编制底表").to_python()
    head = next(row for row in rows if "建议" in row)
    total = next(row for row in rows if row[0] == "合计")
    proposed = sum(each.proposed or 0.0 for each in october.sheets)
    assert total[head.index("下年建议数（元）")] == pytest.approx(proposed, abs=0.05)
    found = book.get_sheet_by_name("目标审核").to_python()
    assert sum(row[2] in ("指向明确", "细化量化", "合理可行", "相互匹配") for row in found) == len(october.findings)
    text = " ".join(str(cell) for row in book.get_sheet_by_name(names[4]).to_python() for cell in row)
    for word in ("项目支出绩效目标申报表", "2024年度", "人大会议经费", "2022年实际", "2024年指标值", "填报人"):
        assert word in text


def test_a_year_without_a_budget_is_told(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    exit_code, output = sample.cli(monkeypatch, "next-budget", "2026")
    assert exit_code != 0 and "还没有 2026 年的预算指标" in output
