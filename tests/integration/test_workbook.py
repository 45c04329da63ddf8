"""附件1 from the sample: real formulas that agree with the warehouse, fit to print, nothing that runs, nothing that is private."""

from __future__ import annotations

import dataclasses
import functools
import re
import shutil
import subprocess
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse

from dagster_project.contracts import load_contracts
from dagster_project.publishing import current_version
from dagster_project.reporting.reading.scored_year import ScoredYear, read_scored_year
from dagster_project.reporting.report.fonts import sans_font
from dagster_project.reporting.report.pdf import find_libreoffice
from dagster_project.reporting.workbook.tables import SHEETS, WITHHELD
from dagster_project.reporting.workbook.write import SCORED_TABLE, write_workbook

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DANGEROUS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("http://example.invalid")')


def scored_year(
    sample: Warehouse, fiscal_year: int = 2023, department: str = "101001", scheme: str | None = None
) -> ScoredYear:
    version = current_version(sample.settings.serving_dir)
    return read_scored_year(version.path, version.version, fiscal_year, department, scheme)


@pytest.fixture(scope="module")
def year(sample: Warehouse) -> ScoredYear:
    return scored_year(sample)


@pytest.fixture(scope="module")
def workbook(year: ScoredYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "public.xlsx"
    write_workbook(year, "public", path)
    return path


def sheets_of(path: Path) -> dict[str, ElementTree.Element]:
    names = CalamineWorkbook.from_path(path).sheet_names
    with zipfile.ZipFile(path) as archive:
        return {
            name: ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, start=1)
        }


def formulas_of(sheet: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Formula and cached value by cell."""
    found = {}
    for cell in sheet.iterfind(".//m:c", NAMESPACE):
        formula = cell.find("m:f", NAMESPACE)
        if formula is not None:
            found[cell.attrib["r"]] = (formula.text or "", cell.findtext("m:v", "", NAMESPACE))
    return found


def rows_of(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_workbook_has_the_scored_table_and_all_its_sheets(workbook: Path) -> None:
    assert CalamineWorkbook.from_path(workbook).sheet_names == [
        SCORED_TABLE,
        *(sheet.name for sheet in SHEETS if not sheet.needs),
    ]


def test_scored_table_has_every_indicator_with_the_score_of_the_warehouse(workbook: Path, year: ScoredYear) -> None:
    rows = [row for row in rows_of(workbook, SCORED_TABLE) if isinstance(row[2], float)]
    assert [int(row[2]) for row in rows] == list(range(1, 26))
    for row, indicator in zip(rows, year.scorecard.indicators, strict=True):
        assert Decimal(str(row[4])) == indicator["weight"]
        assert Decimal(str(row[10])) == indicator["score"]
        assert row[5] and row[6] and row[7] and row[8], f"indicator {indicator['indicator_no']} is not explained"
        assert (row[11] != "") == (indicator["score"] < indicator["weight"] or indicator["score_status"] != "SCORED")
        assert row[12].startswith("佐证")


def test_labels_of_both_levels_stand_in_every_row_and_in_no_merged_cell(workbook: Path, year: ScoredYear) -> None:
    rows = {int(row[2]): row for row in rows_of(workbook, SCORED_TABLE) if isinstance(row[2], float)}
    for indicator in year.scorecard.indicators:
        assert rows[indicator["indicator_no"]][:2] == [indicator["level1"], indicator["level2"]]
    merged = [cell.attrib["ref"] for cell in sheets_of(workbook)[SCORED_TABLE].iterfind(".//m:mergeCell", NAMESPACE)]
    numbers = [re.findall(r"\d+", place) for place in merged]
    assert merged and all(len(set(pair)) == 1 for pair in numbers), "a cell over several rows is cut by a page"


def test_indicator_that_counts_what_costs_points_shows_how_many(workbook: Path, year: ScoredYear) -> None:
    shown = {int(row[2]): row[9] for row in rows_of(workbook, SCORED_TABLE) if isinstance(row[2], float)}
    assert shown[5] == "1个" and shown[14] == "0次" and re.fullmatch("0[项件处](、0[项件处])+", shown[18])
    assert shown[11] == pytest.approx(42 / 44), "a share stays one"
    assert isinstance(shown[10], float), "of several kinds of components the share of points"


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_no_cell_is_cut(year: ScoredYear, tmp_path: Path, edition: str) -> None:
    """Measured with the letters of a font and not with the estimate of the writer."""
    path = tmp_path / "sheets.xlsx"
    write_workbook(year, edition, path)
    texts, sizes = _texts_and_sizes(path)
    looked = 0
    for name, sheet in sheets_of(path).items():
        widths = _widths(sheet)
        spans = dict(cell.attrib["ref"].split(":") for cell in sheet.iterfind(".//m:mergeCell", NAMESPACE))
        for row in sheet.iterfind(".//m:row", NAMESPACE):
            height = float(row.attrib.get("ht", "15"))
            for cell in row.iterfind("m:c[@t='s']", NAMESPACE):
                place, text = cell.attrib["r"], texts[int(cell.findtext("m:v", "", NAMESPACE))]
                first, last = _column(place), _column(spans.get(place, place))
                # What a column leaves for letters: seven pixels a unit less the margins of a cell.
                width = sum(widths[column] * 7 * 0.75 for column in range(first, last + 1)) - 3
                size = sizes[int(cell.attrib.get("s", "0"))]
                needed = _lines(text, width, size) * size * 1.2
                assert needed <= height + 0.5, f"{name}!{place}: {text[:60]}"
                looked += 1
    assert looked > 1000


def _texts_and_sizes(path: Path) -> tuple[list[str], list[float]]:
    """The shared texts of a workbook, and the size of letters of each of its formats."""
    with zipfile.ZipFile(path) as archive:
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    fonts = [float(size.attrib["val"]) for size in styles.iterfind("m:fonts/m:font/m:sz", NAMESPACE)]
    formats = [int(entry.attrib["fontId"]) for entry in styles.iterfind("m:cellXfs/m:xf", NAMESPACE)]
    texts = ["".join(part.text or "" for part in entry.iter(f"{{{NAMESPACE['m']}}}t")) for entry in strings]
    return texts, [fonts[font] for font in formats]


def _widths(sheet: ElementTree.Element) -> dict[int, float]:
    return {
        column: float(entry.attrib["width"])
        for entry in sheet.iterfind("m:cols/m:col", NAMESPACE)
        for column in range(int(entry.attrib["min"]), int(entry.attrib["max"]) + 1)
    }


def _column(place: str) -> int:
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, re.sub(r"\d", "", place), 0)


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in the letters of the Chinese font, with words of Latin letters whole."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for piece in re.findall(r"[0-9A-Za-z.,%/_+-]+|.", paragraph):
            wide = sum(_advance(letter) for letter in piece) * size
            if used and used + wide > width:
                lines, used = lines + 1, 0.0
            while used + wide > width > 2 * size:
                lines, wide = lines + 1, wide - width
            used += max(wide, 0.0)
    return lines


@functools.cache
def _advance(letter: str) -> float:
    """How wide a letter is, as a part of its height."""
    face = _face()
    return face.load_char(ord(letter), flags=LoadFlags.NO_SCALE).horiAdvance / face.units_per_EM


@functools.cache
def _face() -> FT2Font:
    return FT2Font(str(sans_font()))


def test_totals_are_formulas_whose_values_are_those_of_the_warehouse(workbook: Path, year: ScoredYear) -> None:
    formulas = formulas_of(sheets_of(workbook)[SCORED_TABLE])
    scores = [value for cell, (_, value) in formulas.items() if cell.startswith("K")]
    expected = [row["score"] for row in (*year.scorecard.levels, year.scorecard.total)]
    assert sorted(map(Decimal, scores)) == sorted(expected)
    assert all(
        formula.startswith("ROUND(SUM(")
        for cell, (formula, _) in formulas.items()
        if cell[0] in "EK" and "IF" not in formula
    )
    rating = [value for formula, value in formulas.values() if formula.startswith("IF(")]
    assert rating == [year.scorecard.total["rating"]]


def test_every_formula_has_the_value_that_a_spreadsheet_computes(workbook: Path, tmp_path: Path) -> None:
    office = find_libreoffice()
    if office is None:
        pytest.skip("LibreOffice is not installed")
    shutil.copy(workbook, tmp_path / "in.xlsx")
    stripped = without_cached_values(workbook, tmp_path / "stripped.xlsx")
    command = [str(office), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods"]
    run = subprocess.run([*command, "--outdir", str(tmp_path / "out"), str(stripped)], capture_output=True, check=False)
    if not (tmp_path / "out" / "stripped.ods").is_file():
        pytest.skip(f"LibreOffice Calc is not installed: {run.stderr[-200:]!r}")
    for name in CalamineWorkbook.from_path(workbook).sheet_names:
        ours, theirs = rows_of(workbook, name), rows_of(tmp_path / "out" / "stripped.ods", name)
        for number, row in enumerate(ours):
            for place, value in enumerate(row):
                if isinstance(value, float):
                    assert theirs[number][place] == pytest.approx(value, abs=1e-6), (
                        f"{name} row {number + 1} column {place + 1}"
                    )


def without_cached_values(workbook: Path, path: Path) -> Path:
    """The same workbook, whose formulas have no value yet, so that whoever opens it must compute."""
    with zipfile.ZipFile(workbook) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            after.writestr(name, content)
    return path


def test_every_sheet_prints_on_a4_landscape_with_its_header_and_page_numbers(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as archive:
        titles = archive.read("xl/workbook.xml").decode("utf-8")
    for name, sheet in sheets_of(workbook).items():
        setup = sheet.find("m:pageSetup", NAMESPACE)
        assert setup is not None
        assert (setup.attrib["orientation"], setup.attrib["paperSize"]) == ("landscape", "9"), name
        assert setup.attrib["fitToHeight"] == "0", name
        footer = sheet.findtext(".//m:oddFooter", "", NAMESPACE)
        assert "&P" in footer and "&N" in footer, name
    long_sheets = [
        SCORED_TABLE,
        "项目自评汇总",
        "500万元以上项目监控",
        "采购与合同时效明细",
        "佐证材料清单",
        "数据质量说明",
    ]
    for name in long_sheets:
        assert re.search(rf"'?{name}'?!\$\d+:\$\d+</definedName>", titles), f"{name} does not repeat its header"


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_never_becomes_a_formula(year: ScoredYear, tmp_path: Path, text: str) -> None:
    first, *others = year.scorecard.indicators
    scorecard = dataclasses.replace(
        year.scorecard,
        department_name=text,
        indicators=[{**first, "level3": text, "deduction_reason_zh": text}, *others],
    )
    files = [dataclasses.replace(file, file=text) for file in year.files]
    path = tmp_path / "dangerous.xlsx"
    write_workbook(dataclasses.replace(year, scorecard=scorecard, files=files), "internal", path)
    for name, sheet in sheets_of(path).items():
        for formula, _ in formulas_of(sheet).values():
            assert re.match(r"(ROUND|IF)\(", formula), f"{name}: {formula}"
        assert sheet.find(".//m:hyperlink", NAMESPACE) is None
    assert any(text in row for row in rows_of(path, SCORED_TABLE))


def test_same_inputs_give_the_same_bytes_whatever_the_time(
    year: ScoredYear, workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        write_workbook(year, "public", tmp_path / "again.xlsx")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


def test_base_data_agree_with_the_figures_of_the_year(workbook: Path, year: ScoredYear) -> None:
    rows = rows_of(workbook, "基础数据表")
    totals = [[cell for cell in row if isinstance(cell, float)] for row in rows if row[0] == "合计"]
    yuan = {
        name: float(row["value"] * 10_000)
        for name, row in year.figures.items()
        if row["unit"] == "万元" and row["value"] is not None
    }
    by_fund, by_kind, three_public, public_funds, carry_over, *_ = totals
    assert by_fund[1:3] == pytest.approx([yuan["budget.total"], yuan["spending.total"]], abs=0.001)
    assert by_kind[1:3] == pytest.approx(by_fund[1:3], abs=0.001)
    assert three_public[1:3] == pytest.approx(
        [yuan["three_public.budget"] / 10_000, yuan["three_public.spent"] / 10_000], abs=1e-6
    )
    assert public_funds[1:3] == pytest.approx([yuan["public_funds.budget"], yuan["public_funds.spent"]], abs=0.001)
    assert carry_over[-1] == pytest.approx(yuan["carry_over.closing"], abs=0.001)
    staff = [float(year_of_staff) for year_of_staff in (280, 262)]
    assert staff in [[cell for cell in row if isinstance(cell, float)] for row in rows if row[0] == "合计"]


def test_projects_monitoring_and_contracts_are_listed_in_full(
    workbook: Path, year: ScoredYear, sample: Warehouse
) -> None:
    projects = [row for row in rows_of(workbook, "项目自评汇总") if isinstance(row[0], float)]
    assert len(projects) == int(year.figures["targets.filed"]["value"])
    monitored = {row[0] for row in rows_of(workbook, "500万元以上项目监控") if isinstance(row[2], float)}
    assert len(monitored) == int(year.figures["monitoring.required"]["value"])
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        count, late = connection.execute(
            """
            select count(*), count(*) filter (where signing_state = 'LATE') from marts.procurement_chain
            where fiscal_year = 2023 and department_code = '101001'
            """
        ).fetchall()[0]
    contracts = rows_of(workbook, "采购与合同时效明细")[3:]
    assert len(contracts) == count
    assert sum(row[11] == "逾期" for row in contracts) == late > 0


def test_evidence_list_names_every_file_with_its_hash(workbook: Path, year: ScoredYear) -> None:
    rows = [row for row in rows_of(workbook, "佐证材料清单") if re.fullmatch(r"佐证\d{3}", str(row[0]))]
    assert [(row[0], row[1], row[5]) for row in rows] == [(file.name, file.file, file.sha256) for file in year.files]
    assert all(year.evidence_names(row["indicator_no"]) for row in year.scorecard.indicators)


def test_workbook_says_that_the_official_weights_are_not_public(workbook: Path, year: ScoredYear) -> None:
    for name in (SCORED_TABLE, "口径与差异说明"):
        texts = [str(cell) for row in rows_of(workbook, name) for cell in row]
        assert any("权重和扣分标准未公开" in text for text in texts), name


def test_year_with_missing_data_has_no_rating(sample: Warehouse, tmp_path: Path) -> None:
    lacking = scored_year(sample, department="101002")
    write_workbook(lacking, "internal", tmp_path / "lacking.xlsx")
    rows = rows_of(tmp_path / "lacking.xlsx", SCORED_TABLE)
    rating = next(row[4] for row in rows if row[0] == "等级")
    assert rating.startswith("缺数据")
    assert any("缺数据" in str(row[11]) for row in rows)


def test_secret_procurements_have_no_name_and_the_public_edition_leaves_out_their_amounts(
    year: ScoredYear, workbook: Path, sample: Warehouse, tmp_path: Path
) -> None:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        secrets = connection.execute(
            """
            select chain_name, amount_yuan from marts.procurement_chain
            where is_secret and fiscal_year = 2023 and department_code = '101001'
            """
        ).fetchall()
    assert secrets
    write_workbook(year, "internal", tmp_path / "internal.xlsx")
    public = {str(cell) for row in rows_of(workbook, "采购与合同时效明细") for cell in row}
    internal = {str(cell) for row in rows_of(tmp_path / "internal.xlsx", "采购与合同时效明细") for cell in row}
    assert "涉密" in " ".join(public) and WITHHELD
    for name, amount in secrets:
        assert name == "(涉密)" and "（涉密）" in internal
        assert str(float(amount)) in internal and str(float(amount)) not in public


def private_words(sample: Warehouse) -> set[str]:
    """What contracts mark as personal, in the landed files; suppliers of procurements are public by law."""
    words: set[str] = set()
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        suppliers = {row[0] for row in connection.execute("select supplier_name from marts.dim_supplier").fetchall()}
        for name, ledger in load_contracts(sample.settings.contracts_dir).items():
            for column in [column.name for column in ledger.columns if column.personal]:
                files = sample.settings.landing_dir / name / "*.parquet"
                query = (
                    f"select distinct {column} from read_parquet('{files}', union_by_name = true) where {column} <> ''"
                )
                words |= {str(row[0]) for row in connection.execute(query).fetchall()}
    return {word for word in words if len(word) >= 4} - suppliers


def test_workbook_holds_no_person_and_no_account(workbook: Path, sample: Warehouse) -> None:
    names = CalamineWorkbook.from_path(workbook).sheet_names
    text = "\n".join(str(cell) for name in names for row in rows_of(workbook, name) for cell in row)
    words = private_words(sample)
    assert len(words) > 1000
    assert [word for word in words if word in text] == []
