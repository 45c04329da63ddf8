"""The whole loop at the desk in a real browser: hand in, read the answer, mend the workbook, hand it in, and after the night it is done."""

from __future__ import annotations

import base64
import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import Page, axe_source, browser
from desk_server import RunningDesk, running_desk
from other_programs import cells, in_place
from sample_warehouse import Warehouse, rows

from dagster_project.ingestion.answering import CODE_HEADER, ROWS_SHEET
from dagster_project.publishing import DATABASE, current_version

pytestmark = pytest.mark.slow
WIDE, NARROW = 1280, 360
PAYMENTS = "payments/2023/2023年11月国库集中支付明细.csv"
SUGGESTIONS = "suggestions/2023/2023年上半年代表建议台账.xlsx"
FIGURES = """
    select figure_id, value from evaluation.figures where department_code = '101001' and fiscal_year = 2023
    and figure_id in ('spending.total', 'suggestions.all_levels') order by 1
"""
OPEN = "select open_count from quality.checks where check_id = 'rejected_row'"
PICTURES = os.environ.get("DESK_PICTURES")
"""A folder for pictures of the pages; none are taken where it is not set."""


@dataclass
class Clerk:
    """Somebody of a department at a browser without scripts on the page: only links, forms and files."""

    page: Page
    desk: RunningDesk
    downloads: Path

    def open(self, path: str) -> None:
        self.page.open(self.desk.origin + path)

    def look(self, width: int, scheme: str) -> None:
        self.page.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width == NARROW
        )
        self.page.call(
            "Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )

    def fill(self, field: str, text: str) -> None:
        self.page.run(f"document.getElementById({field!r}).value = {text!r}; 0")

    def choose(self, *files: Path) -> None:
        root = self.page.call("DOM.getDocument")["root"]["nodeId"]
        node = self.page.call("DOM.querySelector", nodeId=root, selector="#files")["nodeId"]
        self.page.call("DOM.setFileInputFiles", files=[str(each) for each in files], nodeId=node)

    def press(self, words: str, until: str) -> None:
        """Press a button and wait for what the next page has."""
        self.page.run(
            f"[...document.querySelectorAll('button')].find(each => each.textContent === {words!r}).click(); 0"
        )
        self.reach(until)

    def reach(self, script: str, seconds: float = 300) -> None:
        """Wait until an expression is true of whatever page is there by then: pages in between may lack what it asks for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(AssertionError, TimeoutError):
                if self.page.run(f"document.readyState === 'complete' && Boolean({script})"):
                    return
            time.sleep(0.2)
        raise AssertionError(f"never true: {script}; {self.page.run('document.body.innerText')[:2000]}")

    def text(self) -> str:
        return self.page.run("document.getElementById('main').innerText")

    def download(self, selector: str) -> bytes:
        before = set(self.downloads.iterdir())
        self.page.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        self.page.run(f"document.querySelector({selector!r}).click(); 0")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if fresh := [each for each in set(self.downloads.iterdir()) - before if each.suffix == ".xlsx"]:
                return fresh[0].read_bytes()
            time.sleep(0.1)
        raise AssertionError("nothing was downloaded")

    def picture(self, name: str) -> None:
        if PICTURES:
            for width, scheme, kind in ((WIDE, "light", ""), (NARROW, "dark", "_phone")):
                self.look(width, scheme)
                shot = self.page.call("Page.captureScreenshot", format="png")["data"]
                (Path(PICTURES) / f"desk_{name}{kind}.png").write_bytes(base64.b64decode(shot))
            self.look(WIDE, "light")


@pytest.fixture
def office(sample: Warehouse, tmp_path: Path) -> Warehouse:
    return sample.copy_to(tmp_path)


@pytest.fixture
def clerk(office: Warehouse, tmp_path: Path) -> Iterator[Clerk]:
    (tmp_path / "downloads").mkdir()
    with running_desk(office.settings, tmp_path / "desk.log") as desk, browser(tmp_path / "profile") as page:
        found = Clerk(page, desk, tmp_path / "downloads")
        found.look(WIDE, "light")
        found.open("/login")
        found.fill("department", "101001")
        found.fill("token", desk.token("101001"))
        found.picture("login")
        found.press("登录", "location.pathname === '/'")
        yield found


def published(office: Warehouse) -> Path:
    return current_version(office.settings.serving_dir).path / DATABASE


def spoilt_payments(raw: Path) -> tuple[bytes, str]:
    """The payments of a month with a day that is none in the first row, and the day as it was."""
    lines = (raw / PAYMENTS).read_bytes().decode("gb18030").splitlines(keepends=True)
    head = next(number for number, line in enumerate(lines) if "支付凭证号" in line)
    place = lines[head].strip().split(",").index("申请日期")
    cut = lines[head + 1].split(",")
    right, cut[place] = cut[place], "11月某日"
    lines[head + 1] = ",".join(cut)
    return "".join(lines).encode("gb18030"), right


def spoilt_suggestions(raw: Path) -> tuple[bytes, str, str]:
    """The suggestions of a half-year with a level that is none, the header of its column, and the level as it was."""
    content = (raw / SUGGESTIONS).read_bytes()
    from python_calamine import CalamineWorkbook

    [sheet, *_] = CalamineWorkbook.from_path(raw / SUGGESTIONS).sheet_names
    seen = cells(content, sheet)
    head = next(number for number, line in enumerate(seen) if "建议编号" in line)
    column = (
        seen[head].index("级别")
        if "级别" in seen[head]
        else next(n for n, text in enumerate(seen[head]) if "级" in text)
    )
    return in_place(content, sheet, {(head + 2, column + 1): "乡镇街道级"}), seen[head][column], seen[head + 1][column]


def mended(content: bytes, header: str, right: str) -> bytes:
    """The answer with the one faulty cell put right, as a spreadsheet program saves it."""
    sheet = cells(content, ROWS_SHEET)
    top = next(number for number, line in enumerate(sheet) if CODE_HEADER in line)
    assert len(sheet) == top + 2, "one row is to be mended"
    return in_place(content, ROWS_SHEET, {(top + 2, sheet[top].index(header) + 1): right})


def test_hand_in_read_the_answer_mend_and_be_done_for_csv_and_xlsx(
    office: Warehouse, clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(published(office), FIGURES)
    payments, day = spoilt_payments(office.settings.raw_dir)
    suggestions, header, level = spoilt_suggestions(office.settings.raw_dir)
    (tmp_path / Path(PAYMENTS).name).write_bytes(payments)
    (tmp_path / Path(SUGGESTIONS).name).write_bytes(suggestions)
    clerk.picture("home")
    # Upload both; the answer to each names the cell.
    clerk.open("/upload")
    clerk.picture("upload")
    clerk.choose(tmp_path / Path(PAYMENTS).name, tmp_path / Path(SUGGESTIONS).name)
    clerk.press(
        "上传并试读", "location.pathname.startsWith('/batches/') && !document.querySelector('meta[http-equiv]')"
    )
    links = clerk.page.run("[...document.querySelectorAll('tbody a')].map(each => each.pathname)")
    assert len(links) == 2
    for path, value in zip(links, ("11月某日", "乡镇街道级"), strict=True):
        clerk.open(path)
        assert (
            value in clerk.text()
            and "退回 1" in clerk.text()
            and "怎样改" in clerk.page.run("document.body.textContent")
        )
        is_counted = value == "乡镇街道级"
        assert ("报送即确认本文件载入" in clerk.text()) == is_counted, "of a list whose end nothing else shows"
        clerk.picture("answer")
        # Hand it in although a row is to be mended later.
        clerk.page.run("document.getElementById('knows').click(); 0")
        clerk.press("报送", "document.querySelector('.verdict').textContent.includes('已报送')")
        clerk.picture("handed_in")
    assert (office.settings.raw_dir / PAYMENTS).read_bytes() != payments, "the file that lay there is as it was"
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 3, text
    assert rows(published(office), FIGURES) != before and rows(published(office), OPEN) == [(2,)]
    # The night's answers, mended, come back the same way.
    clerk.open("/handed-in")
    answers = clerk.page.run(
        "[...document.querySelectorAll('a[download]')].map(each => [each.pathname, each.innerText])"
    )
    assert len(answers) == 2
    for path, told in answers:
        content = clerk.download(f'a[href="{path}"]')
        is_csv = "payments" in told or "支付" in told
        name = tmp_path / f"改好_{'支付' if is_csv else '建议'}.xlsx"
        name.write_bytes(mended(content, "申请日期" if is_csv else header, day if is_csv else level))
        clerk.open("/upload")
        clerk.choose(name)
        clerk.press("上传并试读", "document.querySelector('.verdict')")
        assert "可以报送" in clerk.text() and "更正 1 行" in clerk.text()
        clerk.press("报送", "document.querySelector('.verdict').textContent.includes('已报送')")
        clerk.open("/handed-in")
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 0, text
    assert rows(published(office), FIGURES) == before and rows(published(office), OPEN) == [(0,)]
    clerk.open("/handed-in")
    assert not clerk.page.run("document.querySelectorAll('a[download]').length"), "nothing is left to be mended"
    clerk.open("/")
    assert "一次通过率" in clerk.text()
    clerk.picture("done")


def test_a_figure_is_confirmed_or_disputed_and_the_night_tells_it(
    office: Warehouse, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.open("/figures")
    shown = clerk.page.run("document.querySelector('#f-spending\\\\.total').closest('tr').cells[1].textContent")
    clerk.page.run("document.querySelector('#f-spending\\\\.total').click(); 0")
    clerk.press("对所选提出异议", "document.querySelector('[role=alert]')")
    assert "须写明理由" in clerk.text(), "a dispute says why"
    clerk.page.run("document.querySelector('#f-spending\\\\.total').click(); 0")
    clerk.fill("reason", "=漏计一笔退款")
    clerk.press("对所选提出异议", "document.querySelector('[role=status]')")
    clerk.page.run("document.querySelector('#f-staff\\\\.actual').click(); 0")
    clerk.press("确认所选", "document.querySelector('[role=status]').textContent.includes('确认 1')")
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 0, text
    said = rows(
        published(office),
        "select figure_id, decision, shown, reason, is_latest from quality.figure_confirmations order by 1",
    )
    assert [each[:2] for each in said] == [("spending.total", "异议"), ("staff.actual", "确认")] and said[0][2] == shown
    assert "漏计一笔退款" in said[0][3] and said[1][3] is None and said[0][4] and said[1][4]
    clerk.open("/figures")
    assert "异议" in clerk.page.run(
        "document.querySelector('#f-spending\\\\.total').closest('tr').cells[2].textContent"
    )
    clerk.picture("figures")
    site = (office.settings.site_dir / "quality.html").read_text("utf-8")
    assert "漏计一笔退款" in site and "部门的确认和异议" in site


def test_pages_are_narrow_enough_for_a_phone_and_axe_finds_nothing(
    office: Warehouse, clerk: Clerk, tmp_path: Path
) -> None:
    payments, _ = spoilt_payments(office.settings.raw_dir)
    (tmp_path / Path(PAYMENTS).name).write_bytes(payments)
    clerk.open("/upload")
    clerk.choose(tmp_path / Path(PAYMENTS).name)
    clerk.press("上传并试读", "document.querySelector('.verdict')")
    answer = clerk.page.run("location.pathname")
    source = axe_source(tmp_path)
    found = []
    for width, scheme in ((WIDE, "light"), (NARROW, "dark"), (NARROW, "light")):
        clerk.look(width, scheme)
        for path in ("/", "/upload", answer, "/handed-in", "/figures", "/nothing"):
            clerk.open(path)
            wide = clerk.page.run("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide[0] <= wide[1], (path, wide)
            assert not [each for each in clerk.page.complaints if "404" not in each], clerk.page.complaints
            clerk.page.run(source + "; 0")
            rules = "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
            broken = clerk.page.run(
                f"axe.run(document, {{{rules}, resultTypes: ['violations']}}).then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary.slice(0, 300)]))"
            )
            found += [(path, width, scheme, *each) for each in broken]
    assert not found, "\n".join(map(str, found))


def test_by_keyboard_alone_somebody_signs_out(clerk: Clerk) -> None:
    clerk.open("/")
    for _ in range(20):
        for kind in ("keyDown", "keyUp"):
            clerk.page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        assert clerk.page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus is seen"
        if clerk.page.run("document.activeElement.textContent") == "退出":
            break
    for kind in ("keyDown", "keyUp"):
        clerk.page.call(
            "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
        )
    clerk.page.wait_for("location.pathname === '/login'")
