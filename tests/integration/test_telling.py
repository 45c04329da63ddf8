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
PROJECT = "440100210021000010"
"""Has budget left when one of its economic codes, the printing, has none: a project without would stop the night."""
CODE = "30202"
OVER_BUDGET = "marts.public_funds 公用经费科目超预算,请核对调剂"
FROM_THIS_ONE = "marts.fct_payments 该项目、资金和经济分类的累计支付超过其预算指标:从这一笔起超出;请核对金额和科目,或补报调剂、追加指标"
OPEN = {
    OVER_BUDGET: 1,
    FROM_THIS_ONE: 1,
    "监控表的累计支出与当时的国库支付不一致": 1,
    "支付凭证号不连续": 1,
    "rejected_row": 1,
    "refused_file": 1,
    "credit_codes_are_well_formed": 1,
    "账表不符": 3,
    "科目本月借方发生额与当月国库集中支付明细合计": 2,
    "所用指标的累计支付超过该指标金额": 1,
    "决算公开表的表间关系不符": 2,
    "uncounted_list": 2,
}
"""Open issues by words of their check: overspent, by code, payment and against what was monitored; the number, and the row, that is lost;
the file; the acceptance that ran out; payments that the accounts do not have, on three lines of the books and
in their months; the allocation that cannot pay it; totals of the final accounts that do not meet; the two lists of which nobody says how many rows they have."""
PLANTED = Decimal("50000.00")
PAID_BY_CODE = "select sum(amount_yuan) from marts.fct_payments where project_code = ? and department_economic_code = ? and fiscal_year = 2023"


@dataclass(frozen=True)
class Planted:
    """A copy of the sample with an overspent economic code, a rejected row, a refused file and an acceptance that ran out."""

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
    _without_row_counts(raw / "received.csv")
    with pytest.MonkeyPatch.context() as monkeypatch:
        code, text = office.cli(monkeypatch, "nightly")
    before = rows(sample.published, PAID_BY_CODE, PROJECT, CODE)[0][0]
    yield Planted(office, code, text, before)


def _overspend(path: Path) -> None:
    """A payment of 50,000.00 yuan that the budget of its economic code does not have, in a file whose total is right."""
    lines = path.read_bytes().decode("gb18030").split("\r\n" if b"\r\n" in path.read_bytes() else "\n")
    newline = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    model = next(
        line
        for other in sorted(path.parent.glob("*.csv"))
        for line in other.read_bytes().decode("gb18030").splitlines()
        if f",{PROJECT}," in line and f",{CODE}-" in line and ",是," not in line
    )
    cells = next(csv.reader([model]))
    cells[:4] = ["ZF202312000356", "SQ202312000356", "2023-12-28", "2023-12-29"]
    cells[18] = str(PLANTED)
    place = max(number for number, line in enumerate(lines) if line.startswith("ZF")) + 1
    lines.insert(place, ",".join(cells))
    total = next(csv.reader([lines[place + 1]]))
    total[18] = str(Decimal(total[18]) + PLANTED)
    lines[place + 1] = ",".join(total)
    path.write_bytes(newline.join(lines).encode("gb18030"))


def _without_row_counts(path: Path) -> None:
    """received.csv without the number of rows of a file, and of one sheet of a workbook."""
    text = path.read_text(encoding="utf-8-sig")
    assert ",320\n" in text and "走访对象:2000;" in text
    path.write_text(text.replace(",320\n", ",\n").replace("走访对象:2000;", ""), encoding="utf-8")


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
    assert f"部门预算支出经济分类(department_economic_code) {CODE}" in planted.text
    assert "办公厅行政处" in planted.text


def test_rejected_rows_and_refused_files_are_told_with_file_row_and_reason(planted: Planted) -> None:
    assert "(rejected_row):1 处" in planted.text
    assert "payments/2023/2023年11月国库集中支付明细.csv 第 4 行" in planted.text
    assert "(refused_file):1 处" in planted.text
    assert "suggestions/2023/2023年代表建议补报.xlsx" in planted.text


def test_lists_without_their_number_of_rows_are_told_apart_from_what_was_doubted(planted: Planted) -> None:
    assert "(uncounted_list):2 处;影响多少,核对后才知道" in planted.text
    place = "surveys/2023/2023年专项调研台账-更正（重报）.xlsx 工作表“走访对象”:收件登记没有这份清单的行数"
    assert place in planted.text
    assert "(landing_doubt)" not in planted.text


def test_an_acceptance_that_ran_out_or_matches_nothing_is_told_and_its_issue_is_open_again(planted: Planted) -> None:
    assert "credit_codes_are_well_formed):1 处" in planted.text
    assert "已于 2023-06-30 过期" in planted.text
    assert "没有名为“no_such_check”的检查" in planted.text
    assert "没有写理由;该行不起作用" in planted.text
    states = dict(rows(planted.office.published, "select state, count(*) from quality.acceptances group by all"))
    assert states == {"in_force": 9, "expired": 1, "unmatched": 1, "faulty": 1}


def test_the_effect_on_a_figure_is_right_to_the_fen(planted: Planted) -> None:
    """All payments of the overspent economic code stand in doubt, with what was planted; of the payments, only the one beyond the budget."""
    in_doubt = (planted.paid_before + PLANTED) / 10_000
    effect, value, without = planted.effect("spending.total")
    assert effect == in_doubt
    assert value - without == in_doubt
    total = rows(planted.office.published, "select sum(measure) from evaluation.evidence where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'")  # fmt: skip
    assert value == total[0][0] / 10_000
    assert planted.effect("spending.total", FROM_THIS_ONE) == (PLANTED / 10_000, value, value - PLANTED / 10_000)


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
    checks = rows(planted.office.published, "select check_id, open_count from quality.checks where open_count > 0")
    assert [[count for check, count in checks if words in check] for words in OPEN] == [[n] for n in OPEN.values()]
    assert len(checks) == len(OPEN)
    assert told["open_issues"].value == sum(OPEN.values())
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
    assert PROJECT in internal
    assert PROJECT not in public


def test_page_and_word_have_the_issues_each_edition_its_own(documents: Path) -> None:
    for suffix, is_internal in (("(内部版)", True), ("", False)):
        page = _Texts()
        page.feed((documents / f"附件2-自评报告{suffix}.html").read_text(encoding="utf-8"))
        told = [row for row in page.rows if row and row[0].startswith("公用经费科目超预算")]
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
    assert "公用经费科目超预算" in shown
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


def test_what_is_open_is_one_list_and_a_workbook_for_those_who_mend_it(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    book = tmp_path / "待处理.xlsx"
    code, text = planted.office.cli(monkeypatch, "findings", "--all", "--xlsx", str(book))
    assert code == 3
    assert "退回文件(1)" in text and "suggestions/2023/2023年代表建议补报.xlsx" in text
    (rejected,) = [
        line for line in text.splitlines() if "2023-13-45" in line or ("支付(清算)日期" in line and "不是" in line)
    ]
    assert "payments/2023/2023年11月国库集中支付明细.csv 第 " in rejected and "自 2" in rejected
    assert "公用经费科目超预算" in text
    listed = CalamineWorkbook.from_path(book).get_sheet_by_name("待处理").to_python()
    head = next(number for number, cells in enumerate(listed) if cells[0] == "种类")
    shown = [line for line in text.splitlines() if line.startswith("  ")]
    assert len(listed) - head - 1 == len(shown)
    assert {cells[0] for cells in listed[head + 1 :]} == {"退回文件", "退回的行", "载入提醒", "疑点"}
    code, text = planted.office.cli(monkeypatch, "findings", "--department", "999999")
    assert (code, text.strip()) == (0, "没有待处理的")


def test_what_is_open_is_told_before_anything_is_built(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    office = planted.office.copy_to(tmp_path)
    (office.settings.raw_dir / "contracts/2023/2023年补报合同台账.csv").write_bytes(b"")
    office.cli(monkeypatch, "land")
    code, text = office.cli(monkeypatch, "findings", "--ledger", "contracts")
    assert code == 3 and "contracts/2023/2023年补报合同台账.csv" in text and "退回文件(1)" in text
    code, text = office.cli(monkeypatch, "findings", "--xlsx", str(tmp_path / "nowhere" / "f.xlsx"))
    assert code == 2 and "没有文件夹" in text


def test_two_versions_are_compared_down_to_the_rows(
    planted: Planted, sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = (each.published.parent.resolve().name for each in (sample, planted.office))
    code, text = planted.office.cli(monkeypatch, "versions")
    assert code == 0
    lines = [line for line in text.splitlines() if before in line or after in line]
    assert after in lines[0] and "当前" in lines[0] and before in lines[1] and "当前" not in lines[1]
    code, text = planted.office.cli(monkeypatch, "versions", before, "--all")
    assert code == 0 and f"{before} → {after}" in text
    (value,) = rows(
        planted.office.published,
        "select display_text from evaluation.figures where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'",
    )[0]
    told = text.splitlines()
    place = next(number for number, line in enumerate(told) if "累计实际支出(spending.total)" in line)
    assert f"→ {value}(" in told[place]
    assert any("+ payments/2023/2023年12月" in line and "ZF202312000356 50000.00" in line for line in told[place:])
    assert any("- payments/2023/2023年11月" in line for line in told[place:])
    code, text = planted.office.cli(monkeypatch, "versions", after)
    assert (code, text.count("\n")) == (0, 1) and "数字 0 个、总分 0 个、表 0 张不同" in text
    code, text = planted.office.cli(monkeypatch, "versions", "0123")
    assert code == 2 and "没有版本 0123" in text
