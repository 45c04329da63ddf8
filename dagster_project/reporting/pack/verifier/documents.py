"""The documents of a year beside its pack: the numbers that they show are those of the tables, and their bytes those that were signed."""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.raw_files import NotRead, rows_of_file
from dagster_project.reporting.pack.verifier.report import Report

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Table

INTERNAL = "(内部版)"
REPORT_FIGURES = "report_figures.csv"
TOKEN = re.compile(r'<a [^>]*href="#(figure|score)-([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NUMBERS = re.compile(r"\d[\d,]*(?:[.]\d+)?")
WHOLE = re.compile(r"(?<=\d)[.]00(?=[万亿]?元)")
"""What a sentence leaves out of an amount that has no part."""


def check_documents(pack: Pack, edition: str, folder: Path, signed: dict[str, Any] | None, report: Report) -> None:
    """Look at the documents of the edition of the pack, by their names."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.startswith("附件"))
    mine = [path for path in files if (INTERNAL in path.name) == (edition == "internal")]
    if not mine:
        report.gap(f"{folder} 中没有这一版的文件(附件1、附件2)")
        return
    _check_hashes(mine, signed, report)
    if REPORT_FIGURES not in pack.names:
        report.gap("佐证包没有报告用数表(旧版佐证包),文件中的数没有对照")
        return
    before, pages = len(report.faults), [path for path in mine if path.suffix == ".html"]
    for path in mine:
        try:
            if path.suffix == ".html":
                _check_page(path, pack, report)
            elif path.suffix == ".docx":
                _check_word(path, pages, report)
            elif path.suffix == ".xlsx":
                _check_workbook(path, pack, report)
            else:
                report.gap(f"{path.name}:{path.suffix} 文件的数没有对照")
        except (NotRead, OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError) as error:
            report.fault(f"{path.name}:读不出来({error})")
    report.settle(before, f"{len(mine)} 个文件中的数与各表一致")


def _check_hashes(files: list[Path], signed: dict[str, Any] | None, report: Report) -> None:
    expected: dict[str, str] = (signed or {}).get("documents") or {}
    if not expected:
        report.gap("签署没有写明文件的哈希,不知道文件是不是签发的那几份")
        return
    before, known = len(report.faults), 0
    for path in files:
        if path.name not in expected:
            report.gap(f"{path.name} 不在签署之列")
            continue
        known += 1
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected[path.name]:
            report.fault(f"{path.name}:不是签发的那一份")
    report.settle(before, f"{known} 个文件即签发的那几份")


def _check_page(path: Path, pack: Pack, report: Report) -> None:
    figures = {row["figure_id"]: row for row in pack.table(REPORT_FIGURES)}
    scores = _scores(pack)
    for kind, name, inner in TOKEN.findall(path.read_text(encoding="utf-8")):
        text = html.unescape(re.sub(r"<[^>]*>", "", inner)).strip()
        if kind == "figure":
            row = figures.get(html.unescape(name))
            shown = NUMBERS.findall(text)
            if row is None:
                report.fault(f"{path.name}:{REPORT_FIGURES} 没有数字 {name}")
            elif (
                shown
                and shown != NUMBERS.findall(WHOLE.sub("", row["display_text"]))
                and shown[0].replace(",", "") != row["evidence_count"]
            ):
                report.fault(f"{path.name}:{row['label_zh']} {name} 写作 {text},表中是 {row['display_text']}")
        elif html.unescape(name) in scores and not _is_same(text, scores[html.unescape(name)]):
            report.fault(f"{path.name}:{html.unescape(name)} 写作 {text},表中是 {scores[html.unescape(name)]}")


def _scores(pack: Pack) -> dict[str, str]:
    """What the names of scores on the page stand for."""
    found = {}
    for row in pack.table("results/scorecard.csv"):
        name = {"total": "total", "level1": f"level1.{row['level1']}", "level2": f"level2.{row['level2']}"}[
            row["level"]
        ]
        found[f"{name}.weight"], found[f"{name}.score"] = row["weight"], row["score"]
        if row["level"] == "total":
            found["total"], found["total.rating"] = row["score"], row["rating"]
    for place, table in (("indicator", "results/indicators.csv"), ("duty", "results/duty_indicators.csv")):
        for row in pack.table(table):
            found[f"{place}.{row['indicator_no']}.score"] = row["score"]
            found[f"{place}.{row['indicator_no']}.weight"] = row["weight"]
    return found


def _is_same(text: str, stated: str) -> bool:
    try:
        return abs(Decimal(text.replace(",", "")) - Decimal(stated)) < Decimal("0.005")
    except InvalidOperation:
        return text == stated or not stated


def _check_word(path: Path, pages: list[Path], report: Report) -> None:
    """The Word file shows the numbers of the page of its name, as often."""
    page = next((one for one in pages if one.stem == path.stem), None)
    if page is None:
        report.gap(f"{path.name} 旁没有同名网页,其中的数没有对照")
        return
    with zipfile.ZipFile(str(path)) as archive:
        parts = [name for name in ("word/document.xml", "word/footnotes.xml") if name in archive.namelist()]
        content = re.sub(r"</w:p>", " ", " ".join(archive.read(name).decode("utf-8") for name in parts))
    in_word = Counter(NUMBERS.findall(html.unescape(re.sub(r"<[^>]*>", "", content))))
    article = re.sub(r"<(head|script|style|svg)\b.*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    article = re.sub(r"</(p|td|th|h\d|li|aside)>", " ", article.split('data-kind="passport"')[0])
    on_page = Counter(NUMBERS.findall(html.unescape(re.sub(r"<[^>]*>", "", article))))
    for number, count in sorted((in_word - on_page).items()):
        report.fault(f"{path.name}:数 {number} 比网页多 {count} 处")
    for number, count in sorted((on_page - in_word).items()):
        report.fault(f"{path.name}:数 {number} 比网页少 {count} 处")


def _check_workbook(path: Path, pack: Pack, report: Report) -> None:
    rows = rows_of_file(path.read_bytes(), ".xlsx", "")
    indicators: Table = pack.table("results/indicators.csv")
    by_name = {cells[3]: cells for cells in rows.values() if 3 in cells and 2 in cells}
    for row in indicators:
        cells = by_name.get(_wide(row["level3"])) or by_name.get(row["level3"])
        if cells is None:
            report.fault(f"{path.name}:没有指标 {row['indicator_no']} {row['level3']}")
        elif row["score"] and not _is_same(cells.get(10, ""), row["score"]):
            report.fault(
                f"{path.name}:指标 {row['indicator_no']} {row['level3']} 写作 {cells.get(10)},表中是 {row['score']}"
            )
    total = next(row for row in pack.table("results/scorecard.csv") if row["level"] == "total")
    labels = {cells[0]: cells for cells in rows.values() if 0 in cells}
    if not _is_same(labels.get("总分", {}).get(10, ""), total["score"]):
        report.fault(f"{path.name}:总分写作 {labels.get('总分', {}).get(10)},表中是 {total['score']}")
    if total["rating"] and labels.get("等级", {}).get(4) != total["rating"]:
        report.fault(f"{path.name}:等级写作 {labels.get('等级', {}).get(4)},表中是 {total['rating']}")


def _wide(text: str) -> str:
    """Brackets and quotes as documents print them."""
    text = text.replace("(", "\uff08").replace(")", "\uff09")
    return re.sub('"([^"]*)"', "\u201c\\1\u201d", text)
