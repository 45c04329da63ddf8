"""Nothing goes out in silence: what is planted stands in the night's output, the scorecard, the documents and `jixiao explain`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import browser
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows

from dagster_project.dagster_home import open_instance
from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.quality.acceptances import read_acceptances
from dagster_project.reporting.report.word import word_paragraphs

pytestmark = pytest.mark.slow
PROJECT = "440100210003000025"
OVER_BUDGET = "marts.budget_execution_by_project 项目支出超过预算,请核对指标或支付"
PLANTED = Decimal("50000.00")
PAID_BY_PROJECT = "select sum(amount_yuan) from marts.fct_payments where project_code = ? and fiscal_year = 2023"


@dataclass(frozen=True)
class Planted:
    """A copy of the sample with an overspent project, a rejected row, a refused file and an acceptance that ran out."""

    office: Warehouse
    code: int
    text: str
    paid_before: Decimal

    def effect(self, figure_id: str, check_id: str = OVER_BUDGET) -> tuple[Decimal, Decimal, Decimal]:
        """Effect, value, and value without, of 2023."""
        found = rows(
            self.office.published,
            "select effect, value, value_without from quality.issue_effects where check_id = ? and figure_id = ? and fiscal_year = 2023",
            check_id,
            figure_id,
        )
        assert len(found) == 1
        return found[0]


@pytest.fixture(scope="module")
def planted(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    office = sample.copy_to(tmp_path_factory.mktemp("planted"))
    raw = office.settings.raw_dir
    _overspend(raw / "payments/2023/2023年12月国库集中支付明细.csv")
    _spoil_a_row(raw / "payments/2023/2023年11月国库集中支付明细.csv")
    (raw / "suggestions/2023/2023年代表建议补报.xlsx").write_bytes(b"this is no workbook")
    _accept(raw / "accepted.csv")
    with pytest.MonkeyPatch.context() as monkeypatch:
        code, text = office.cli(monkeypatch, "nightly")
    before = rows(sample.published, PAID_BY_PROJECT, PROJECT)[0][0]
    yield Planted(office, code, text, before)


def _overspend(path: Path) -> None:
    """A payment of 50,000.00 yuan that the budget of its project does not have, in a file whose total is right."""
    lines = path.read_bytes().decode("gb18030").split("\r\n" if b"\r\n" in path.read_bytes() else "\n")
    newline = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    model = next(
        line
        for other in sorted(path.parent.glob("*.csv"))
        for line in other.read_bytes().decode("gb18030").splitlines()
        if f",{PROJECT}," in line and ",是," not in line
    )
    cells = next(csv.reader([model]))
    cells[:4] = ["ZF202312009999", "SQ202312009999", "2023-12-28", "2023-12-29"]
    cells[18] = str(PLANTED)
    place = max(number for number, line in enumerate(lines) if line.startswith("ZF")) + 1
    lines.insert(place, ",".join(cells))
    total = next(csv.reader([lines[place + 1]]))
    total[18] = str(Decimal(total[18]) + PLANTED)
    lines[place + 1] = ",".join(total)
    path.write_bytes(newline.join(lines).encode("gb18030"))


def _spoil_a_row(path: Path) -> None:
    text = path.read_bytes().decode("gb18030")
    first = next(line for line in text.splitlines() if line.startswith("ZF"))
    cells = first.split(",")
    cells[3] = "2023-13-45"
    path.write_bytes(text.replace(first, ",".join(cells)).encode("gb18030"))


def _accept(path: Path) -> None:
    """One acceptance ends before the data do, one names a check that there is not, one has no reason."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    number = next(n for n, line in enumerate(lines) if "ZF2022-0069" in line)
    lines[number] = lines[number].replace("2030-12-31", "2023-06-30")
    lines += [
        "no_such_check,,,,,,理由,2026-11-29,办公厅行政处,2030-12-31",
        "refused_file,,,,,,,2026-11-29,办公厅行政处,2030-12-31",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_night_with_open_issues_publishes_and_ends_with_3(planted: Planted) -> None:
    assert planted.code == 3, planted.text
    assert "已发布新版本" in planted.text
    assert f"[提醒] {OVER_BUDGET}:1 处" in planted.text
    assert PROJECT in planted.text
    assert "办公厅行政处" in planted.text


def test_rejected_rows_and_refused_files_are_told_with_file_row_and_reason(planted: Planted) -> None:
    assert "(rejected_row):1 处" in planted.text
    assert "payments/2023/2023年11月国库集中支付明细.csv 第 4 行" in planted.text
    assert "(refused_file):1 处" in planted.text
    assert "suggestions/2023/2023年代表建议补报.xlsx" in planted.text


def test_an_acceptance_that_ran_out_or_matches_nothing_is_told_and_its_issue_is_open_again(planted: Planted) -> None:
    assert "credit_codes_are_well_formed):1 处" in planted.text
    assert "已于 2023-06-30 过期" in planted.text
    assert "没有名为“no_such_check”的检查" in planted.text
    assert "没有写理由;该行不起作用" in planted.text
    states = dict(rows(planted.office.published, "select state, count(*) from quality.acceptances group by all"))
    assert states == {"in_force": 8, "expired": 1, "unmatched": 1, "faulty": 1}


def test_the_effect_on_a_figure_is_right_to_the_fen(planted: Planted) -> None:
    """All payments of the overspent project stand in doubt: what the ledgers of the sample have, and what was planted."""
    in_doubt = (planted.paid_before + PLANTED) / 10_000
    effect, value, without = planted.effect("spending.total")
    assert effect == in_doubt
    assert value - without == in_doubt
    total = rows(planted.office.published, "select sum(measure) from evaluation.evidence where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'")  # fmt: skip
    assert value == total[0][0] / 10_000


def test_a_ratio_is_told_as_it_would_be_without(planted: Planted) -> None:
    _, spent, spent_without = planted.effect("spending.total")
    _, budget, budget_without = planted.effect("budget.total")
    _, _, rate_without = planted.effect("spending.rate")
    assert rate_without == (100 * spent_without / budget_without).quantize(Decimal("0.00000001"), "ROUND_DOWN")
    assert spent_without < spent
    assert budget_without < budget


def test_what_was_not_loaded_says_that_nobody_knows_its_effect(planted: Planted) -> None:
    effect, value, without = planted.effect("spending.total", "rejected_row")
    assert (effect, without) == (None, None)
    assert value is not None


def test_a_quiet_night_tells_the_same_and_ends_the_same(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = planted.office.cli(monkeypatch, "nightly")
    assert code == 3
    assert "已发布版本未改动" in text
    told = planted.text[planted.text.index("数据质量疑点") :]
    assert text.endswith(told)
    assert planted.office.cli(monkeypatch, "nightly", "--quiet")[0] == 3


def test_the_run_page_of_dagster_has_the_issues(planted: Planted) -> None:
    with open_instance(planted.office.settings) as instance:
        event = instance.get_latest_materialization_event(PUBLISHED_KEY)
    assert event is not None and event.asset_materialization is not None
    told = event.asset_materialization.metadata
    assert told["open_issues"].value == 5
    assert OVER_BUDGET in str(told["data_quality"].value)


def test_the_scorecard_tells_the_issues_of_its_year(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    text = planted.office.cli(monkeypatch, "evaluate", "2023")[1]
    assert f"[提醒] {OVER_BUDGET}:1 处" in text
    assert "数据质量疑点:未处理" in text


def test_explain_says_what_stands_before_a_figure(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    text = planted.office.cli(monkeypatch, "explain", "spending.total")[1]
    assert "本数字之前的疑点" in text
    assert f"未处理[提醒] {OVER_BUDGET}:1 处" in text
    assert "payments/2023/2023年11月国库集中支付明细.csv 第 4 行" in text
    assert "suggestions/2023/2023年代表建议补报.xlsx" not in text
    text = planted.office.cli(monkeypatch, "explain", "suggestions.all_levels")[1]
    assert "suggestions/2023/2023年代表建议补报.xlsx" in text


class _Texts(HTMLParser):
    """The cells of all tables of a page, a list for each row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")
            self.is_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.is_cell = self.is_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.is_cell:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def documents(planted: Planted) -> Path:
    with pytest.MonkeyPatch.context() as monkeypatch:
        code, text = planted.office.cli(monkeypatch, "evaluate", "2023", "--documents")
    assert code == 0, text
    return planted.office.settings.reports_dir / "2023" / "101001"


def test_the_workbook_lists_the_issues_and_the_public_one_only_counts_them(planted: Planted, documents: Path) -> None:
    cells = {}
    for name in ("附件1-自评评分表(内部版)", "附件1-自评评分表"):
        found = CalamineWorkbook.from_path(documents / f"{name}.xlsx").get_sheet_by_name("数据质量疑点").to_python()
        cells[name] = ["|".join(str(cell) for cell in row if cell != "") for row in found]
    internal, public = ("\n".join(found) for found in cells.values())
    amount = f"{(planted.paid_before + PLANTED) / 10_000:f}".rstrip("0")
    for text in (internal, public):
        assert f"2023 年累计实际支出 {amount}万元" in text
        assert "覆盖" not in text.splitlines()[1]
    assert "payments/2023/2023年11月国库集中支付明细.csv 第 4 行" in internal
    assert "payments/" not in public
    assert PROJECT not in public


def test_page_and_word_have_the_issues_each_edition_its_own(documents: Path) -> None:
    for suffix, is_internal in (("(内部版)", True), ("", False)):
        page = _Texts()
        page.feed((documents / f"附件2-自评报告{suffix}.html").read_text(encoding="utf-8"))
        told = [row for row in page.rows if row and row[0].startswith("项目支出超过预算")]
        assert [row[1:3] for row in told] == [["1", "0"]]
        assert any("2023年11月国库集中支付明细.csv" in cell for row in page.rows for cell in row[:2]) is is_internal
        words = "\n".join(word_paragraphs((documents / f"附件2-自评报告{suffix}.docx").read_bytes()))
        assert "项有疑点" in words
        assert ("ZF202311" in words or "第 4 行" in words) is is_internal


def test_a_browser_shows_the_issues_of_the_page(documents: Path, tmp_path: Path) -> None:
    with browser(tmp_path / "profile") as page:
        page.open((documents / "附件2-自评报告(内部版).html").as_uri())
        shown = page.run("document.body.innerText")
        assert page.complaints == []
    assert "数据质量情况" in shown
    assert "项目支出超过预算" in shown
    assert "payments/2023/2023年11月国库集中支付明细.csv" in shown


def test_quality_statements_claim_nothing_that_is_not_so(planted: Planted) -> None:
    told = dict(
        rows(
            planted.office.published,
            "select indicator_no, verification_zh || checks_zh from evaluation.quality_statements where fiscal_year = 2023 and department_code = '101001' and scheme_id = 'GZ-2023-RECON'",
        )
    )
    assert not [text for text in told.values() if "全部通过" in text]
    assert "未处理的疑点" in told[3]
    assert "退回 1 行" in told[3]


def test_the_sample_has_no_open_issue_and_accepts_what_stands(sample: Warehouse) -> None:
    assert rows(sample.published, "select sum(open_count) from quality.checks") == [(0,)]
    assert {line.fault for line in read_acceptances(sample.settings.raw_dir)} == {""}
    assert rows(sample.published, "select distinct state from quality.acceptances") == [("in_force",)]


def test_the_doctor_names_a_file_without_an_entry_and_an_entry_without_its_file(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sample.copy_to(tmp_path)
    raw = office.settings.raw_dir
    (raw / "payments/2023/2023年12月国库集中支付明细.csv").rename(raw / "payments/2023/2023年12月明细另存.csv")
    code, text = office.cli(monkeypatch, "doctor")
    assert code == 1
    assert "payments/2023/2023年12月国库集中支付明细.csv(payments):已登记,文件已不在" in text
    assert "payments/2023/2023年12月明细另存.csv(payments):在文件夹中,未登记" in text
