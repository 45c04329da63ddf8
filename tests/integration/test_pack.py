"""The evidence pack from the sample: verified and scored again by a machine with nothing installed, and any change is named."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse
from test_workbook import private_words, scored_year

from dagster_project.building.manifest import ensure_manifest
from dagster_project.reporting.pack import PackError, table_csv, write_packs
from dagster_project.reporting.pack.assemble import verifier_source
from dagster_project.reporting.pack.verifier.files import MANIFEST, SEAL, Pack, changed_files
from dagster_project.reporting.pack.verifier.numbers import rounded
from dagster_project.reporting.pack.verifier.scoring import Component, Indicator, score_all
from dagster_project.reporting.reading.published import EDITIONS

COMPONENT = {
    "weight": "4.00", "method": "ratio", "numerator_figure": "top", "denominator_figure": "bottom", "target": "100.00",
    "case_figure": "", "points_per_case": "", "zero_if_figure": "", "over_points_share": "", "na_policy": "REDISTRIBUTE",
}  # fmt: skip
BANDS = [
    {"included_bound": "upper", "above": "", "up_to": "10.00", "share_numerator": "1", "share_denominator": "1"},
    {"included_bound": "upper", "above": "10.00", "up_to": "20.00", "share_numerator": "2", "share_denominator": "3"},
    {"included_bound": "upper", "above": "20.00", "up_to": "", "share_numerator": "0", "share_denominator": "1"},
]


def write(sample: Warehouse, folder: Path, *year: object) -> dict[str, Path]:
    paths = {edition: folder / f"{edition}.zip" for edition in EDITIONS}
    write_packs(scored_year(sample, *year), paths, sample.settings.raw_dir)  # type: ignore[arg-type]
    return paths


@pytest.fixture(scope="module")
def packs(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    ensure_manifest(sample.settings)
    return write(sample, tmp_path_factory.mktemp("packs"))


@pytest.fixture
def unpacked(packs: dict[str, Path], tmp_path: Path) -> Path:
    with zipfile.ZipFile(packs["public"]) as archive:
        archive.extractall(tmp_path / "pack")
    return tmp_path / "pack"


def run_verifier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``verify.py`` as a machine would that has Python and nothing else: no environment, no site, no packages."""
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, encoding="utf-8", check=False)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.write_bytes(content)


def seal_again(folder: Path) -> None:
    """What a forger who knows the manifest would do."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    lines = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names).encode()
    (folder / MANIFEST).write_bytes(lines + f"{SEAL}{hashlib.sha256(lines).hexdigest()}\n".encode())


def test_pack_is_verified_and_every_score_computed_again_with_nothing_installed(
    unpacked: Path, sample: Warehouse
) -> None:
    result = run_verifier(unpacked)
    assert result.returncode == 0, result.stdout + result.stderr
    card = scored_year(sample).scorecard
    for row in card.indicators:
        assert f"{row['indicator_no']:>2} {row['level3']}:{row['score']} /" in result.stdout
    assert f"总分 {card.total['score']},等级 {card.total['rating']}" in result.stdout


def test_verifier_needs_the_standard_library_only(unpacked: Path) -> None:
    code = "import sys, runpy; sys.argv = ['verify.py']\ntry: runpy.run_path('verify.py', run_name='__main__')\nexcept SystemExit: pass\n"
    code += "print([n for n in sys.modules if '.' not in n and n not in sys.stdlib_module_names and not n.startswith('__')])"
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=unpacked,
        env={},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "year", [(2022, "101001"), (2023, "101002"), (2023, "101001", "GZ-2024-DEMO")], ids=["2022", "missing", "trial"]
)
def test_other_years_departments_and_schemes_are_computed_again_too(
    sample: Warehouse, packs: dict[str, Path], tmp_path: Path, year: tuple[object, ...]
) -> None:
    written = write(sample, tmp_path, *year)
    with zipfile.ZipFile(written["public"]) as archive:
        archive.extractall(tmp_path / "pack")
    result = run_verifier(tmp_path / "pack")
    assert result.returncode == 0, result.stdout + result.stderr


def test_one_flipped_byte_in_any_file_is_named(unpacked: Path) -> None:
    names = sorted(p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file())
    assert len(names) > 100
    for number, name in enumerate(names):
        path = unpacked / name
        before = path.read_bytes()
        flip(path, 7919 * (number + 1))
        wrong = changed_files(Pack(unpacked))
        assert len(wrong) == 1 and wrong[0].startswith(name), (name, wrong)
        path.write_bytes(before)
    assert changed_files(Pack(unpacked)) == []


@pytest.mark.parametrize("place", [0, 64, 66, 5000, -1, -2, -40, -66, -90])
def test_manifest_that_was_changed_is_named_itself(unpacked: Path, place: int) -> None:
    flip(unpacked / MANIFEST, place)
    result = run_verifier(unpacked)
    assert result.returncode == 1
    assert MANIFEST in result.stdout


@pytest.mark.parametrize("place", [10, 400, 2000, 6000, 12000, -10])
def test_verifier_that_was_changed_is_named(unpacked: Path, place: int) -> None:
    flip(unpacked / "verify.py", place)
    result = run_verifier(unpacked)
    assert result.returncode != 0
    assert "verify.py" in result.stdout + result.stderr


def test_file_that_is_missing_or_does_not_belong_is_named(unpacked: Path) -> None:
    (unpacked / "figures.csv").unlink()
    (unpacked / "indicators" / "extra.csv").write_text("1", encoding="utf-8")
    result = run_verifier(unpacked)
    assert result.returncode == 1
    assert "figures.csv:文件不在" in result.stdout
    assert "indicators/extra.csv:清单之外的文件" in result.stdout


def test_flipped_byte_within_the_zip_is_named(packs: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(packs["internal"]) as archive:
        entries = archive.infolist()
    chosen = entries[:: max(1, len(entries) // 12)]
    for entry in chosen:
        copy = tmp_path / "pack.zip"
        shutil.copy(packs["internal"], copy)
        flip(copy, entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2)
        wrong = changed_files(Pack(copy))
        assert len(wrong) == 1 and wrong[0].startswith(entry.filename), (entry.filename, wrong)


def test_rows_that_were_forged_do_not_give_the_scores(unpacked: Path) -> None:
    path = unpacked / "indicators" / "15" / "rows.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "HT2023-001," not in line), encoding="utf-8")
    seal_again(unpacked)
    result = run_verifier(unpacked)
    assert result.returncode == 1
    assert "指标 15 的数字 contracts." in result.stdout
    assert "没有改动" in result.stdout


def test_score_that_was_forged_is_found(unpacked: Path) -> None:
    path = unpacked / "results" / "indicators.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    rows[4]["score"] = "4.00"
    path.write_bytes(table_csv(rows))
    seal_again(unpacked)
    result = run_verifier(unpacked)
    assert result.returncode == 1
    assert "指标 5 财务管理合规性 的得分:重算为 3.00,记录为 4.00" in result.stdout


@pytest.mark.parametrize(
    ("name", "column", "said"),
    [
        ("project_scores", "computed_score", "的总分"),
        ("project_scores", "execution_score", "的执行率得分"),
        ("project_scores", "benefit_score", "的效益指标得分"),
        ("project_indicators", "score", "的指标"),
        ("project_money", "spent_yuan", "的 spent_yuan(各类资金之和)"),
    ],
)
def test_project_score_that_was_forged_is_found(unpacked: Path, name: str, column: str, said: str) -> None:
    path = unpacked / "results" / f"{name}.csv"
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    place = lines[0].index(column)
    lines[2][place] = str(Decimal(lines[2][place]) - 1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(lines)
    seal_again(unpacked)
    result = run_verifier(unpacked)
    assert result.returncode == 1
    assert said in result.stdout


def test_rows_stand_in_csv_and_parquet_alike(unpacked: Path) -> None:
    for folder in sorted((unpacked / "indicators").iterdir()):
        text = (folder / "rows.csv").read_text(encoding="utf-8-sig")
        written = list(csv.reader(io.StringIO(text, newline="")))
        with duckdb.connect() as connection:
            rows = connection.execute(f"select * from read_parquet('{folder / 'rows.parquet'}')").fetchall()
        assert len(written) - 1 == len(rows)
        assert [line[1].removeprefix("'") for line in written[1:]] == [row[1] for row in rows]
        about = json.loads((folder / "indicator.json").read_text(encoding="utf-8"))
        assert about["row_count"] == len(rows)
        assert about["rule"]["definition_zh"] and about["quality"]["limits_zh"] and about["figures"]
        checks = list(csv.DictReader(io.StringIO((folder / "checks.csv").read_text(encoding="utf-8-sig"), newline="")))
        assert {"contract", "dbt test", "suite"} <= {check["kind"] for check in checks}
        assert {check["passed"] for check in checks if check["stops_publishing"] == "True"} == {"True"}


def test_on_time_indicators_show_their_days(unpacked: Path) -> None:
    text = (unpacked / "indicators" / "15" / "clocks.csv").read_text(encoding="utf-8-sig")
    clocks = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(clocks) == 45
    assert sum(clock["is_late"] == "True" for clock in clocks) == 2


def test_internal_edition_holds_each_source_file_by_its_hash_and_the_public_one_none(packs: dict[str, Path]) -> None:
    with zipfile.ZipFile(packs["internal"]) as archive:
        files = list(csv.DictReader(io.StringIO(archive.read("files.csv").decode("utf-8-sig"), newline="")))
        assert files
        for file in files:
            assert hashlib.sha256(archive.read(file["copy"])).hexdigest() == file["sha256"]
    with zipfile.ZipFile(packs["public"]) as archive:
        assert [name for name in archive.namelist() if name.startswith("files/")] == []
        files = list(csv.DictReader(io.StringIO(archive.read("files.csv").decode("utf-8-sig"), newline="")))
        assert {file["copy"] for file in files} == {""}


def test_public_edition_holds_no_person_and_no_account(packs: dict[str, Path], sample: Warehouse) -> None:
    texts: set[str] = set()
    with zipfile.ZipFile(packs["public"]) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")):
                    texts |= set(row)
            elif not name.endswith((".parquet", ".py")):
                texts |= set(archive.read(name).decode("utf-8").splitlines())
    text = "\n".join(texts)
    assert [word for word in private_words(sample) if word in text] == []


def test_verifier_runs_on_an_old_python() -> None:
    ast.parse(verifier_source().decode("utf-8"), feature_version=(3, 8))


def test_same_inputs_give_the_same_bytes_whatever_the_time(
    sample: Warehouse, packs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        again = write(sample, tmp_path)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert {name: path.read_bytes() for name, path in again.items()} == {n: p.read_bytes() for n, p in packs.items()}


def test_source_file_that_changed_after_landing_is_refused_by_name(
    sample: Warehouse, packs: dict[str, Path], tmp_path: Path
) -> None:
    settings, year = sample.settings, scored_year(sample)
    raw = tmp_path / "raw"
    for file in year.files:
        (raw / file.file).parent.mkdir(parents=True, exist_ok=True)
        os.link(settings.raw_dir / file.file, raw / file.file) if file is not year.files[3] else shutil.copy(
            settings.raw_dir / file.file, raw / file.file
        )
    with (raw / year.files[3].file).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(PackError, match=year.files[3].file):
        write_packs(year, {"internal": tmp_path / "x.zip"}, raw)


def test_text_in_csv_never_becomes_a_formula() -> None:
    rows = [{"a": text, "b": Decimal("-1.50")} for text in ("=1+1", "+1", "-1", "@x", "'=1", "plain")]
    written = list(csv.reader(io.StringIO(table_csv(rows).decode("utf-8-sig"), newline="")))[1:]
    assert [row[0] for row in written] == ["'=1+1", "'+1", "'-1", "'@x", "''=1", "plain"]
    assert {row[1] for row in written} == {"-1.50"}


def component(values: dict[str, Fraction | None], judged: Fraction | None = None, **rule: str) -> Component:
    return Component({**COMPONENT, **rule}, values, judged, BANDS)


@pytest.mark.parametrize(
    ("top", "bottom", "rule", "state", "points"),
    [
        (43, 45, {}, "SCORED", Fraction(172, 45)),
        (50, 45, {}, "SCORED", Fraction(4)),
        (0, 0, {}, "NOT_APPLICABLE", Fraction(0)),
        (0, 0, {"na_policy": "FULL_SCORE"}, "NOT_APPLICABLE", Fraction(4)),
        (None, 45, {}, "MISSING_DATA", Fraction(0)),
        (2, 2, {"method": "all_of"}, "SCORED", Fraction(4)),
        (1, 2, {"method": "all_of"}, "SCORED", Fraction(0)),
        (10, 100, {"method": "banded"}, "SCORED", Fraction(4)),
        (11, 100, {"method": "banded"}, "SCORED", Fraction(8, 3)),
        (21, 100, {"method": "banded"}, "SCORED", Fraction(0)),
        (0, 0, {"method": "banded"}, "MISSING_DATA", Fraction(0)),
        (100, 100, {"method": "at_most"}, "SCORED", Fraction(4)),
        (101, 100, {"method": "at_most"}, "SCORED", Fraction(0)),
        (100, 100, {"method": "over_budget", "over_points_share": "0.1"}, "SCORED", Fraction(4)),
        (1001, 1000, {"method": "over_budget", "over_points_share": "0.1"}, "SCORED", Fraction(18, 5)),
        (3, 1, {"method": "over_budget", "over_points_share": "0.1"}, "SCORED", Fraction(0)),
        (1, 0, {"method": "over_budget", "over_points_share": "0.1"}, "SCORED", Fraction(0)),
    ],
)
def test_verifier_scores_each_method_as_the_rules_say(
    top: int | None, bottom: int, rule: dict[str, str], state: str, points: Fraction
) -> None:
    values = {"top": None if top is None else Fraction(top), "bottom": Fraction(bottom)}
    scored = component(values, **rule)
    assert (scored.state, scored.points) == (state, points)


def test_verifier_moves_the_points_of_what_does_not_apply_to_its_group() -> None:
    rule = {
        "indicator_no": "1",
        "level1_no": "1",
        "level1_weight": "10.00",
        "level2_no": "1",
        "level2_weight": "10.00",
        "na_policy": "REDISTRIBUTE",
    }
    full = component({"top": Fraction(1), "bottom": Fraction(2)})
    absent = component({"top": Fraction(0), "bottom": Fraction(0)}, weight="6.00")
    indicators = [Indicator({**rule, "weight": "4.00"}, [full]), Indicator({**rule, "weight": "6.00"}, [absent])]
    score_all(indicators)
    assert [one.status for one in indicators] == ["SCORED", "NA_REDISTRIBUTED"]
    assert [one.score for one in indicators] == [Decimal("5.00"), None]


def test_verifier_rounds_half_up_once() -> None:
    assert [rounded(Fraction(text)) for text in ("0.005", "0.0049999", "2.675", "1.005")] == [
        Decimal("0.01"), Decimal("0.00"), Decimal("2.68"), Decimal("1.01"),
    ]  # fmt: skip
