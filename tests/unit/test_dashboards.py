"""Dashboards as declared: the files generated from them are current, what is misspelt is refused, ids stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dagster_project.bi.bundle import bundle_of, id_of, stale_files, write_bundle
from dagster_project.bi.charts import form_of, query_context_of
from dagster_project.bi.declared import FILE, DeclarationError, load
from dagster_project.bi.exposures import tables_read_by
from dagster_project.bi.known import known_of
from dagster_project.bi.project_files import BUNDLE, stale_project_files
from dagster_project.bi.sources import Known, Source, sources_of
from dagster_project.bi.superset import python_of
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(build_dir=tmp_path_factory.mktemp("dashboards"))
    made.export_to_environment()
    return made


@pytest.fixture(scope="module")
def known(settings: Settings) -> Known:
    return known_of(settings)


@pytest.fixture(scope="module")
def sources(known: Known) -> dict[str, Source]:
    return sources_of(load(), known)


def changed(folder: Path, old: str, new: str) -> Path:
    """The declaration with one text in it changed."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = folder / FILE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_bundle_and_the_exposures_are_those_of_the_declaration(settings: Settings) -> None:
    assert stale_project_files(settings) == [], "run `jixiao dashboards`"


def test_there_are_the_four_dashboards_and_each_shows_what_it_is_for() -> None:
    dashboards = load().dashboards
    assert [each.title for each in dashboards.values()] == ["预算执行", "代表工作", "绩效评分", "数据质量"]
    kinds = {name: {chart.kind for chart in each.charts()} for name, each in dashboards.items()}
    assert "heat" in kinds["deputies"] and "pivot" in kinds["scores"]
    assert all(len(list(each.charts())) >= 10 for each in dashboards.values())


def test_every_label_of_a_column_and_metric_is_chinese(sources: dict[str, Source]) -> None:
    labels = {
        f"{source.name}.{each.name}": each.label
        for source in sources.values()
        for each in (*source.columns.values(), *source.measures.values())
    }
    assert {name: label for name, label in labels.items() if not re.search(r"[一-鿿]", label)} == {}
    assert len(labels) > 500


def test_every_figure_of_the_catalogue_is_a_metric_with_its_definition(
    known: Known, sources: dict[str, Source]
) -> None:
    measures = sources["figures"].measures
    assert set(measures) == {row["figure_id"] for row in known.figures}
    assert "累计实际支出/年度预算" in measures["spending.rate"].description


def test_money_is_told_in_ten_thousand_yuan_and_says_so(sources: dict[str, Source]) -> None:
    spent = sources["funds"].measures["spent"]
    assert (spent.label, spent.sql) == ("实际支出(万元)", "sum(spent_yuan) / 10000.0")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dataset: months, x: month_start", "dataset: month, x: month_start", "没有的数据集 month"),
        ("x: month_start, metrics: [progress", "x: month_begin, metrics: [progress", "没有的 month_begin"),
        ("metrics: [spending.rate]", "metrics: [spending.rates]", "没有的 spending.rates"),
        ("table: marts.public_funds", "table: marts.public_fund", "没有已发布的表 marts.public_fund"),
        ("rate: [spent, budget]", "rate: [spend, budget]", "没有的 spend"),
        ("{marts.dim_project_yearly: [", "{marts.dim_supplier: [", "没有从 marts.budget_execution_by_project 到"),
        ("free_of: [部门]", "free_of: [处室]", "没有这个筛选"),
        ("width: 12, height: 60", "width: 13, height: 60", "less than or equal to 12"),
        ("kind: heat", "kind: map", "Input should be"),
    ],
)
def test_what_is_misspelt_is_refused_with_its_place(
    known: Known, tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(DeclarationError, match=re.escape(told)):
        declared = load(changed(tmp_path, old, new))
        bundle_of(declared, sources_of(declared, known))


def test_what_keeps_its_name_keeps_its_id() -> None:
    assert id_of("chart", "progress") == id_of("chart", "progress") != id_of("dataset", "progress")
    ids = [yaml.safe_load(path.read_text(encoding="utf-8")).get("uuid") for path in files_of_the_bundle()]
    assert len(ids) == len(set(ids)) > 80


def files_of_the_bundle() -> Iterator[Path]:
    for part in ("databases", "datasets", "charts", "dashboards"):
        yield from (BUNDLE / part).rglob("*.yaml")


def test_a_file_that_is_declared_no_more_is_removed(tmp_path: Path) -> None:
    write_bundle(tmp_path, {"charts/a.yaml": "a", "charts/b.yaml": "b"})
    assert [path.name for path in write_bundle(tmp_path, {"charts/a.yaml": "a"})] == ["b.yaml"]
    assert list(stale_files(tmp_path, {"charts/a.yaml": "a"})) == []
    assert [path.name for path in stale_files(tmp_path, {"charts/a.yaml": "c"})] == ["a.yaml"]


def test_the_database_is_opened_read_only_and_sees_no_other_file(sources: dict[str, Source]) -> None:
    declared = load()

    def database(address: str) -> dict:
        return yaml.safe_load(bundle_of(declared, sources, address)["databases/published.yaml"])

    duckdb = database("duckdb:////srv/published.duckdb")
    assert duckdb["sqlalchemy_uri"] == "duckdb:////srv/published.duckdb" and duckdb["allow_dml"] is False
    assert duckdb["extra"]["engine_params"]["connect_args"] == {
        "read_only": True, "config": {"enable_external_access": False, "lock_configuration": True},
    }  # fmt: skip
    postgres = database("postgresql://bi@127.0.0.1/published")
    assert postgres["extra"]["engine_params"]["connect_args"] == {}


def test_a_saved_query_asks_for_what_the_form_shows(sources: dict[str, Source]) -> None:
    for dashboard in load().dashboards.values():
        for chart in dashboard.charts():
            source = sources[chart.dataset]
            form, (query,) = form_of(chart, source), query_context_of(chart, source)["queries"]
            shown = form.get("metrics") or ([form["metric"]] if "metric" in form else [])
            assert query.get("metrics", []) == shown, chart.name
            assert len(query["filters"]) == len(form["adhoc_filters"])


def test_dashboards_and_documents_say_what_they_stand_on() -> None:
    path = Settings().dbt_project_dir / "models" / "_exposures.yml"
    exposures = {each["name"]: each for each in yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]}
    assert {"dashboard_budget", "dashboard_quality", "annual_report", "scored_workbook", "portal"} <= set(exposures)
    assert "ref('fct_payments')" in exposures["dashboard_budget"]["depends_on"]
    assert "ref('report_businesses')" in exposures["annual_report"]["depends_on"], "named apart from its schema"
    assert "ref('final_accounts')" in exposures["scored_workbook"]["depends_on"]


def test_a_table_that_code_names_is_found_in_what_it_imports(tmp_path: Path) -> None:
    module = tmp_path / "room.py"
    module.write_text(
        "from dagster_project.reporting.workbook.final_accounts import x\nQ = f'from marts.fct_payments'\n", "utf-8"
    )
    known = {"marts.fct_payments", "marts.final_accounts", "marts.fct_bills"}
    assert tables_read_by([module], known) == {"marts.fct_payments", "marts.final_accounts"}


def test_superset_has_an_environment_of_its_own_with_a_lock_of_hashes_and_no_address() -> None:
    assert python_of(Settings()) == PROJECT_ROOT / ".venv-bi" / "bin" / "python" or python_of(Settings()).is_absolute()
    text = (PROJECT_ROOT / "bi" / "superset" / "requirements.lock").read_text(encoding="utf-8")
    assert "apache-superset==6.1.0" in text and "flask-caching==2.3.1" in text and "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text) if "==" in block)
    ours = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "apache-superset" not in ours


def test_superset_listens_on_this_machine_alone_and_asks_no_other_host() -> None:
    from dagster_project.bi.superset import command, environment

    settings = Settings(bi_database="postgresql://bi:secret@127.0.0.1/published")  # type: ignore[arg-type]
    assert "127.0.0.1:8088" in command(settings, 8088)
    assert "secret" not in " ".join([*command(settings, 8088), *environment(settings).values()])
    config = (PROJECT_ROOT / "bi" / "superset" / "superset_config.py").read_text(encoding="utf-8")
    assert "://" not in config.replace("sqlite://", "").replace("memory://", "")
    assert 'BABEL_DEFAULT_LOCALE = "zh"' in config and "SECRET_KEY = (HOME" in config
