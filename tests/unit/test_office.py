"""The configuration of an office: what stands in its own folder takes the place of the project's, is added to it, or is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dagster_project.contracts import load_contracts
from dagster_project.office import Office, OfficeError, put_together
from dagster_project.settings import PROJECT, PROJECT_ROOT, Settings

COUNTY = PROJECT_ROOT / "offices" / "nanxian_cppcc"
HEADER = "department_code,name_zh,official_name_zh,name_en,kind,parent_code,reports_units,valid_from,valid_to,source\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "seeds").mkdir(parents=True)
    (folder / "seeds" / "departments.csv").write_text(
        f"{HEADER}X1,某办,某某办公室,Office,competent,,false,2020,,设定\n", encoding="utf-8"
    )
    return folder


def together(office: Path, tmp_path: Path) -> Office:
    return put_together(office, PROJECT, tmp_path / "build" / "office")


def test_a_seed_of_the_office_takes_the_place_of_the_projects_and_the_rest_is_the_projects(
    office: Path, tmp_path: Path
) -> None:
    made = together(office, tmp_path)
    assert (made.dbt / "seeds" / "departments.csv").read_text(encoding="utf-8").splitlines()[1].startswith("X1,某办")
    same = Path("models/evaluation/figures.sql")
    assert (made.dbt / same).read_bytes() == (PROJECT.dbt / same).read_bytes()
    contract = load_contracts(made.contracts)["payments"]
    assert contract.departments() == {"X1": "某办"}
    assert load_contracts()["payments"].departments() != {"X1": "某办"}, "the project's register is another one"


def test_rows_of_the_office_are_added_to_a_code_list_and_change_how_ledgers_are_read(
    office: Path, tmp_path: Path
) -> None:
    (office / "more_rows" / "code_lists").mkdir(parents=True)
    header = (PROJECT.dbt / "seeds/code_lists/function_codes.csv").read_text(encoding="utf-8").splitlines()[0]
    added = office / "more_rows" / "code_lists" / "function_codes.csv"
    added.write_text(f"{header}\n2010201,行政运行,CPPCC,2007,,设定\n", encoding="utf-8")
    contract, before = load_contracts(together(office, tmp_path).contracts)["payments"], load_contracts()["payments"]
    codes = {code.code for code in contract.codes("function_codes", 2021)}
    assert codes == {code.code for code in before.codes("function_codes", 2021)} | {"2010201"}
    assert contract.version != before.version, "another code list reads a file otherwise"


def test_a_file_the_project_does_not_have_and_other_columns_are_refused_by_name(office: Path, tmp_path: Path) -> None:
    (office / "seeds" / "departements.csv").write_text(HEADER, encoding="utf-8")
    with pytest.raises(OfficeError, match=r"departements\.csv:本项目没有种子"):
        together(office, tmp_path)
    (office / "seeds" / "departements.csv").unlink()
    (office / "seeds" / "departments.csv").write_text("code,name_zh\nX1,某办\n", encoding="utf-8")
    with pytest.raises(OfficeError, match=r"departments\.csv 第 1 行:列应为 department_code,name_zh"):
        together(office, tmp_path)


def test_a_folder_nobody_knows_and_a_folder_that_is_not_there_are_refused(office: Path, tmp_path: Path) -> None:
    (office / "seed").mkdir()
    with pytest.raises(OfficeError, match="不认识的文件夹"):
        together(office, tmp_path)
    with pytest.raises(OfficeError, match="JIXIAO_OFFICE_DIR"):
        Settings(office_dir=tmp_path / "nowhere", build_dir=tmp_path / "build")


def test_what_the_office_takes_back_is_the_projects_again(office: Path, tmp_path: Path) -> None:
    (office / "report").mkdir()
    (office / "report" / "01_basic.yaml").write_text("- h1: 概况\n", encoding="utf-8")
    text = together(office, tmp_path).texts / "01_basic.yaml"
    assert text.read_text(encoding="utf-8") == "- h1: 概况\n"
    shutil.rmtree(office / "report")
    (together(office, tmp_path).dbt / "seeds" / "stray.csv").write_text("a\n", encoding="utf-8")
    made = together(office, tmp_path)
    assert (made.texts / "01_basic.yaml").read_bytes() == (PROJECT.texts / "01_basic.yaml").read_bytes()
    assert not (made.dbt / "seeds" / "stray.csv").exists()


def test_settings_of_an_office_point_to_its_configuration_and_others_to_the_project(tmp_path: Path) -> None:
    own = Settings(office_dir=COUNTY, build_dir=tmp_path / "build")
    root = tmp_path / "build" / "office"
    assert (own.contracts_dir, own.dbt_project_dir, own.report_texts) == (
        root / "contracts",
        root / "dbt",
        root / "report",
    )
    again = Settings.model_validate_json(own.model_dump_json())
    assert again.contracts_dir == own.contracts_dir
    plain = Settings(build_dir=tmp_path / "build")
    assert (plain.contracts_dir, plain.dbt_project_dir, plain.report_texts) == (
        PROJECT.contracts,
        PROJECT.dbt,
        PROJECT.texts,
    )


def test_every_line_of_the_county_has_a_source() -> None:
    for path in COUNTY.rglob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        place = lines[0].split(",").index("source") if "source" in lines[0].split(",") else None
        if place is None:
            assert path.name == "evaluation_scheme_years.csv", path
    assert not [path for path in COUNTY.rglob("*") if path.suffix in (".py", ".sql")]
