"""The rules of the house, checked from the code and the dbt manifest: no extra tool, no exceptions by habit."""

from __future__ import annotations

import ast
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.building.manifest import ensure_manifest
from dagster_project.contracts import load_contracts
from dagster_project.contracts.dbt_files import stale_dbt_files
from dagster_project.dictionary.write import UndescribedError, dictionary
from dagster_project.ingestion.rules import RULES
from dagster_project.quality.expectation_files import read_suites
from dagster_project.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS, Settings

BIN = Path(sys.executable).parent
LAYERS = {
    "staging": {"sources", "staging"},
    "intermediate": {"seeds", "staging", "intermediate"},
    "marts": {"seeds", "staging", "intermediate", "marts"},
    "evaluation": {"seeds", "staging", "intermediate", "marts", "evaluation"},
    "quality": {"seeds", "staging", "quality"},
}
MOST_LINES = {"module": 300, "function": 60}
PURE_ROOMS = (
    "contracts",
    "ingestion",
    "quality",
    "publishing",
    "reporting",
    "portal",
    "monitoring",
    "bi",
    "building",
    "lineage",
    "asset_pages",
    "desk",
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(build_dir=tmp_path_factory.mktemp("manifest"))
    settings.export_to_environment()
    return json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


@pytest.fixture(scope="module")
def published(models: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [m for m in models if m["schema"] in PUBLISHED_SCHEMAS and m["config"]["materialized"] == "table"]


def can_be_ended() -> None:
    """Started where interrupts are ignored, Dagster ignores the signal to end, too; pools of processes wait for it for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def run(*command: str) -> None:
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, preexec_fn=can_be_ended
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_ruff_finds_nothing() -> None:
    run(str(BIN / "ruff"), "check", ".")


def test_code_is_formatted() -> None:
    run(str(BIN / "ruff"), "format", "--check", ".")


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    run(str(BIN / "mypy"))


def test_sqlfluff_finds_nothing() -> None:
    run(str(BIN / "sqlfluff"), "lint", "--processes", "2", "dbt/models", "dbt/tests")


def test_no_module_and_no_function_is_too_long() -> None:
    long = []
    for room in ("dagster_project", "simulation", "benchmarks"):
        for path in sorted((PROJECT_ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if (lines := text.count("\n")) > MOST_LINES["module"]:
                long.append(f"{path.relative_to(PROJECT_ROOT)}: {lines} lines")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                    lines = node.end_lineno - node.lineno + 1
                    if lines > MOST_LINES["function"]:
                        long.append(f"{path.relative_to(PROJECT_ROOT)}, {node.name}: {lines} lines")
    assert not long


def test_no_two_test_modules_share_a_name() -> None:
    names = [path.name for path in (PROJECT_ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted({*names})  # pytest would not collect the second


def test_layers_read_only_downwards(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    nodes = {**manifest["nodes"], **manifest["sources"]}
    wrong = []
    for model in models:
        for parent in model["depends_on"]["nodes"]:
            layer = _layer_of(nodes[parent])
            if layer not in LAYERS[_layer_of(model)]:
                wrong.append(f"{model['name']} ({_layer_of(model)}) reads {nodes[parent]['name']} ({layer})")
    assert not wrong


def _layer_of(node: dict[str, Any]) -> str:
    """The folder of a model below dbt/models, whatever schema its table stands in."""
    kinds = {"source": "sources", "seed": "seeds"}
    return kinds.get(node["resource_type"]) or node["fqn"][1]


def test_published_tables_have_enforced_contracts(published: list[dict[str, Any]]) -> None:
    assert len(published) >= 19
    assert not [m["name"] for m in published if not m["config"]["contract"]["enforced"]]


def test_every_model_and_column_is_described(models: list[dict[str, Any]]) -> None:
    assert not [m["name"] for m in models if not m["description"]]
    assert not [f"{m['name']}.{c['name']}" for m in models for c in m["columns"].values() if not c["description"]]


def test_published_models_state_their_grain(published: list[dict[str, Any]]) -> None:
    assert not [m["name"] for m in published if "Grain:" not in m["description"]]


def test_variables_stand_in_the_sql_of_models_only() -> None:
    """A parsed project is kept whatever the variables are: one that a setting read would be read once and stay."""
    dbt = Settings().dbt_project_dir
    asking = re.compile(r"\bvar\(")
    assert not [
        path for path in dbt.rglob("*.yml") if "target" not in path.parts and asking.search(path.read_text("utf-8"))
    ]
    settings_in_sql = re.compile(r"{{\s*config\((.*?)\)\s*}}", re.DOTALL)
    found = [
        path
        for folder in ("models", "tests")
        for path in (dbt / folder).rglob("*.sql")
        for text in settings_in_sql.findall(path.read_text("utf-8"))
        if asking.search(text)
    ]
    assert not found


def test_published_models_have_a_key_and_say_what_a_repeated_one_means(published: list[dict[str, Any]]) -> None:
    keyed = [m for m in published if m["config"]["meta"].get("key")]
    keyless = {"findings", "rejects", "scheme_bands"}  # logs may say the same twice; the bounds of a band may be open
    assert {m["name"] for m in published} - {m["name"] for m in keyed} == keyless
    assert not [m["name"] for m in keyed if " / " not in m["config"]["meta"]["repeated_key"]]


def test_every_published_table_has_a_suite_and_every_suite_a_table(published: list[dict[str, Any]]) -> None:
    tables = {f"{m['schema']}.{m['name']}" for m in published}
    assert set(read_suites(Settings().expectations_dir)) == tables


def test_every_expectation_says_why_and_how_grave() -> None:
    for table, suite in read_suites(Settings().expectations_dir).items():
        for rule in suite.rules:
            assert re.search("[\u4e00-\u9fff]", rule.why), f"{table}: {rule.why} is no reason in Chinese"


def test_no_personal_column_is_published(published: list[dict[str, Any]]) -> None:
    personal = {c.name for contract in load_contracts().values() for c in contract.columns if c.personal}
    assert personal
    assert not [f"{m['name']}.{c}" for m in published for c in m["columns"] if c in personal]


def test_dbt_files_are_those_of_the_contracts() -> None:
    staging = Settings().dbt_project_dir / "models" / "staging"
    assert list(stale_dbt_files(load_contracts().values(), staging)) == [], "run `jixiao sources`"


def test_every_model_has_one_property_file_of_its_name() -> None:
    """Columns, key, data tests and unit tests of a model lie beside it; `_sources.yml` and `_exposures.yml` describe what is no model."""
    folder = Settings().dbt_project_dir / "models"
    models = {path.with_suffix("") for path in folder.rglob("*.sql")}
    files = {
        path.with_suffix("") for path in folder.rglob("*.yml") if path.name not in ("_sources.yml", "_exposures.yml")
    }
    assert files == models
    described = {
        path: [
            entry.get("model", entry["name"]) for kind in ("models", "unit_tests") for entry in document.get(kind, [])
        ]
        for path in files
        for document in [yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))]
    }
    assert {str(path): names for path, names in described.items() if set(names) != {path.name}} == {}


def test_a_text_of_several_columns_is_written_once(models: list[dict[str, Any]]) -> None:
    """Two columns of one name and one text in two tables of readers share a block of texts."""
    texts: dict[tuple[str, str], list[str]] = {}
    for model in models:
        if model["schema"] != "staging":
            for column in model["columns"].values():
                if not column.get("doc_blocks"):
                    texts.setdefault((column["name"], column["description"]), []).append(model["name"])
    assert {name: tables for (name, _), tables in texts.items() if len(tables) > 1} == {}


def test_two_ledgers_have_a_staging_model_of_their_own() -> None:
    own = {contract.ledger for contract in load_contracts().values() if contract.staging == "own"}
    assert own == {"payments", "performance_targets"}


def test_the_data_dictionary_is_that_of_contracts_models_and_seeds(manifest: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings()
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    text = dictionary(load_contracts(), path, settings.dbt_project_dir / "seeds")
    assert settings.data_dictionary.read_text(encoding="utf-8") == text, "run `jixiao dictionary`"


def test_a_published_column_without_a_description_stops_the_dictionary(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    changed = json.loads(json.dumps(manifest))
    changed["nodes"]["model.jixiao.figures"]["columns"]["value"]["description"] = ""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(UndescribedError, match=r"figures\.value"):
        dictionary(load_contracts(), path, Settings().dbt_project_dir / "seeds")


def test_only_settings_reads_the_environment() -> None:
    files = [p for p in (PROJECT_ROOT / "dagster_project").rglob("*.py") if p.name != "settings.py"]
    assert not [str(p) for p in files if re.search(r"os\.environ|getenv", p.read_text(encoding="utf-8"))]


def test_pure_rooms_know_nothing_of_dagster() -> None:
    wrong = []
    for room in PURE_ROOMS:
        for path in (PROJECT_ROOT / "dagster_project" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                wrong += [
                    f"{path.name}: {n}" for n in names if n.split(".")[0] in ("dagster", "dagster_dbt") or ".defs" in n
                ]
    assert not wrong


def test_parts_that_no_maker_promises_are_listed_with_their_reason() -> None:
    code = PROJECT_ROOT / "dagster_project"
    used = {
        (path.relative_to(code).as_posix(), name)
        for path in code.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _modules_of(node)
        if _is_unpromised(name)
    }
    table = (PROJECT_ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").split("## Parts that")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:3] == "| `"]
    listed = {(row[0].strip("`"), name) for row in rows for name in re.findall(r"`([^`]+)`", row[1])}
    assert used == listed
    assert all(len(row) == 5 and all(row) for row in rows)


def _modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if node.level == 0 else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _is_unpromised(module: str) -> bool:
    """A private module of a library, or one of dbt's beside the runner that its guide names."""
    first, *parts = module.split(".")
    return first not in ("dagster_project", "__future__") and (
        any(part.startswith("_") for part in parts) or (first == "dbt" and module != "dbt.cli.main")
    )


def test_every_module_says_what_belongs_in_it() -> None:
    folders = ("dagster_project", "simulation", "acceptance", "benchmarks")
    files = [path for folder in folders for path in (PROJECT_ROOT / folder).rglob("*.py")]
    assert not [str(p) for p in files if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]


def test_lock_file_has_hashes_and_no_address() -> None:
    text = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9._\[\]-]+==", text, re.M)
    assert len(pins) > 100
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text) if "==" in block)


def test_every_landing_rule_is_told_of_in_the_reading_guide() -> None:
    guide = (PROJECT_ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    assert [rule for rule in RULES if f"`{rule}`" not in guide] == []


def test_every_case_has_a_test_and_is_told_of_in_the_reading_guide() -> None:
    """A case is named by the folder of its drop and the `.yaml` beside it, in quotes in a test of the cases."""
    folder = PROJECT_ROOT / "tests" / "cases"
    cases = {path.stem for path in (folder / "drops").glob("*.yaml")}
    assert cases == {path.name for path in (folder / "drops").iterdir() if path.is_dir()}
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("test_*.py")))
    assert sorted(case for case in cases if f'"{case}"' not in tests) == []
    guide = (PROJECT_ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    assert sorted(case for case in cases if f"| {case} |" not in guide) == []


def test_every_test_named_in_the_reading_guide_is_there() -> None:
    guide = (PROJECT_ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+[.]py)::(test_\w+)`", guide)
    assert len(named) >= 40
    folder = PROJECT_ROOT / "tests" / "cases"
    assert [
        f"{file}::{test}"
        for file, test in named
        if not (folder / file).is_file() or f"def {test}(" not in (folder / file).read_text(encoding="utf-8")
    ] == []
