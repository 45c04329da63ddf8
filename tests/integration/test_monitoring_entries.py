"""Forms of monitoring, printed, filled in by hand and handed in: they land by their layout and stand on the next month's sheet."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse

OFFICE, YEAR = "101001", 2023
NAME = f"monitoring_entries/{YEAR}/{YEAR}年6月监控.xlsx"
PROJECT = "绩效运行监控-人大会议经费"


def grid(path: Path, sheet: str) -> list[list[str]]:
    book = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet)
    return [[str(cell) for cell in line] for line in book.to_python(skip_empty_area=False)]


def fill_in(path: Path, sheet: str, written: dict[tuple[str, str], str]) -> None:
    """Write words into cells of a sheet as a person does, by row label and column header; merges and formats stay."""
    lines = grid(path, sheet)
    head = next(line for line in lines if "完成目标可能性" in line)
    number = CalamineWorkbook.from_path(str(path)).sheet_names.index(sheet) + 1
    name = f"xl/worksheets/sheet{number}.xml"
    with ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    xml = parts[name].decode()
    for (row, column), words in written.items():
        at_row = next(n for n, line in enumerate(lines, 1) if row in line)
        if column == "":
            at_column = lines[at_row - 1].index(row) + 1
        else:
            at_column = head.index(column)
        cell = f"{chr(ord('A') + at_column)}{at_row}"
        xml, changed = re.subn(
            rf'<c r="{cell}"( s="\d+")?(?: t="s"><v>\d+</v></c>|/>)',
            lambda found, cell=cell, words=words: (
                f'<c r="{cell}"{found[1] or ""} t="inlineStr"><is><t>{words}</t></is></c>'
            ),
            xml,
        )
        assert changed == 1, cell
    parts[name] = xml.encode()
    with ZipFile(path, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)


@pytest.fixture(scope="module")
def handed_in(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The sample with the forms of June, filled in and received on 5 July."""
    own = sample.copy_to(tmp_path_factory.mktemp("forms"))
    path = own.settings.raw_dir / NAME
    path.parent.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        code, output = own.cli(
            patch, "forecast", str(YEAR), "--as-of", "2023-07-31", "--department", OFFICE, "--xlsx", str(path)
        )
        assert code == 0, output
        fill_in(path, PROJECT, {
            ("报送日期", ""): "2023-07-05", ("人大会议开展次数", "截至当日完成"): "11次", ("人大会议开展次数", "全年预计完成"): "21次",
            ("人大会议按期完成率", "完成目标可能性"): "□确定能 ☑有可能 □不可能", ("人大会议按期完成率", "偏差原因"): "□经费保障 ☑制度保障 □人员保障 □硬件条件保障 □其他",
            ("人大会议按期完成率", "整改措施"): "提前排期",
        })  # fmt: skip
        with (own.settings.raw_dir / "received.csv").open("a", encoding="utf-8") as receipts:
            receipts.write(f"{NAME},{OFFICE},{YEAR},2023-08-05T10:00:00+08:00\n")
        code, output = own.cli(patch, "land")
        assert code == 0, output
    return own


def test_the_next_sheet_shows_what_was_written(
    handed_in: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for day, is_seen in (("2023-08-31", True), ("2023-08-04", False)):
        path = tmp_path / f"{day}.xlsx"
        asked = ("forecast", str(YEAR), "--as-of", day, "--department", OFFICE, "--xlsx", str(path))
        code, output = handed_in.cli(monkeypatch, *asked)
        assert code == 0, output
        told = [cell for line in grid(path, PROJECT) for cell in line if cell.startswith("已填监控")]
        if is_seen:
            assert "已填监控 2023-06-30 人大会议开展次数：完成 11次，全年预计 21次。" in told
            assert (
                "已填监控 2023-06-30 人大会议按期完成率：偏差原因 制度保障，完成目标可能性 有可能，整改 提前排期。"
                in told
            )
            assert len(told) == 2, "what nobody filled in is not repeated"
        else:
            assert told == [], "the form came in on 5 August"


def test_a_form_lands_whole(handed_in: Warehouse) -> None:
    """Every indicator of every printed form is a row with the labels of its form; nothing is rejected."""
    landing = handed_in.settings.landing_dir / "monitoring_entries"
    landed = duckdb.sql(
        "select project_code, monitored_until, filed_on, indicator_name, level1, reached, _status "
        f"from read_parquet('{landing}/*.parquet', union_by_name = true)"
    ).fetchall()
    rows = [row for row in landed if row[-1] == "accepted"]
    assert rows and "rejected" not in {row[-1] for row in landed}
    assert {str(row[1]) for row in rows} == {"2023-06-30"}
    filed = [row for row in rows if row[2] is not None]
    assert {str(row[2]) for row in filed} == {"2023-07-05"} and len({row[0] for row in filed}) == 1
    assert {row[3]: row[5] for row in filed}["人大会议开展次数"] == "11次"
    assert len({row[0] for row in rows}) == 3, (
        "three projects have forms; no target of the department was known by then"
    )
