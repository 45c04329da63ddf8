"""Data Docs of Great Expectations on request: what must hold of the ledgers as landed and of the tables, and whether it does, as static pages.

The pages tell counts and no values of cells, since ledgers hold personal data. They ask no other host: what Great Expectations
would have a browser load from elsewhere is left out, and a style sheet of ours stands in for it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dagster_project.private_files import put_in_place, restore, work_folder
from dagster_project.quality.expectation_files import Suite
from dagster_project.quality.landed_suites import LANDED
from dagster_project.quality.suites import great_expectations, reading_source

SITE, VALIDATIONS = "site", "validations"
STYLES = Path(__file__).with_name("data_docs.css")
ELSEWHERE = re.compile(
    r"""<script\b[^>]*\bsrc=["']https?:[^>]*>\s*</script>|<link\b[^>]*\bhref=["']https?:[^>]*>|<img\b[^>]*\bsrc=["']https?:[^>]*>"""
)
OWN_SCRIPTS = re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>.*?</script>", re.DOTALL)
"""They call libraries that are left out."""
INDEX = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>数据检查(Great Expectations)</title><link rel="stylesheet" href="data_docs.css"></head>
<body class="container"><h1>数据检查(Great Expectations)</h1>
<p>{suites} 组、{rules} 条规则;{broken} 组有不成立的规则,列在前面。只列处数,不列单元格的内容;逐行的清单用 jixiao findings。</p>
<table><thead><tr><th scope="col">对象</th><th scope="col">表</th><th scope="col">规则</th><th scope="col">结果</th><th scope="col">规则所在文件</th></tr></thead>
<tbody>
{lines}
</tbody></table></body></html>
"""
NO_VALUES = {"result_format": "SUMMARY", "exclude_unexpected_values": True, "include_unexpected_rows": False}


@dataclass(frozen=True)
class DataDocs:
    """Where the pages begin, how many suites and rules were asked, and which suites have a rule that does not hold."""

    index: Path
    suites: int
    rules: int
    broken: tuple[str, ...]


def write_data_docs(
    warehouse: Path, suites: Iterable[Suite], folder: Path, work_dir: Path, last_version: Path | None = None
) -> DataDocs:
    """Ask every rule and write the pages; a folder that is there is replaced when the new one is whole.

    Args:
        warehouse: the DuckDB file; opened read-only.
        suites: of :func:`expectation_files.read_suites` and :func:`landed_suites.landed_suites`.
        folder: where the pages go.
        work_dir: for what is not finished, on the same file system.
        last_version: the folder of the version that readers have.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: the pages cannot be written.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(warehouse)
    asked = [suite.beside(last_version) for suite in suites]
    restore(folder)
    with work_folder(work_dir) as made:
        broken = _validate(warehouse, asked, made)
        for page in (made / SITE).rglob("*.html"):
            _keep_at_home(page, made / SITE)
        _write_index(made / SITE, asked, broken)
        shutil.copyfile(STYLES, made / SITE / STYLES.name)
        put_in_place(made / SITE, folder)
    return DataDocs(folder / "index.html", len(asked), sum(len(suite.rules) for suite in asked), tuple(sorted(broken)))


def _validate(warehouse: Path, suites: Iterable[Suite], made: Path) -> dict[str, int]:
    """Have Great Expectations ask and draw; returns how many rules do not hold, by table, of those with any."""
    import great_expectations as gx

    from dagster_project.quality import duckdb_readonly

    duckdb_readonly.register()
    context = gx.get_context(mode="file", project_root_dir=made / "context")
    context.variables.progress_bars = {"globally": False}
    for site in context.get_site_names():
        context.delete_data_docs_site(site)
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(made / SITE)}
    context.add_data_docs_site(
        SITE, {"class_name": "SiteBuilder", "store_backend": store, "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"}}
    )  # fmt: skip
    with reading_source(context, warehouse, "landed") as source:
        definitions = [_definition(gx, context, source, suite) for suite in suites]
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(name="on_request", validation_definitions=definitions, result_format=NO_VALUES)
        )
        result = checkpoint.run()
        context.build_data_docs(site_names=[SITE])
    return {
        each.suite_name: sum(not one.success for one in each.results)
        for each in result.run_results.values()
        if not each.success
    }


def _definition(gx: Any, context: Any, source: Any, suite: Suite) -> Any:
    schema, table = suite.table.split(".")
    batch = source.add_table_asset(suite.table, table_name=table, schema_name=schema)
    return context.validation_definitions.add(
        gx.ValidationDefinition(
            name=suite.table,
            data=batch.add_batch_definition_whole_table("whole"),
            suite=context.suites.add(great_expectations(suite.table, suite.rules, in_words=True)),
        )
    )


def _write_index(site: Path, suites: Sequence[Suite], broken: Mapping[str, int]) -> None:
    """The first page in place of one that draws its table with scripts from elsewhere: each suite with a link to what was found."""
    lines = []
    for suite in sorted(suites, key=lambda suite: (suite.table not in broken, suite.table)):
        page = next((site / VALIDATIONS / Path(*suite.table.split("."))).rglob("*.html"))
        count = broken.get(suite.table, 0)
        told = (
            f'<span class="text-danger">✗ {count} 条不成立</span>'
            if count
            else '<span class="text-success">✓ 全部成立</span>'
        )
        kind = "载入的台账" if suite.table.startswith(f"{LANDED}.") else "表"
        link = f'<a href="{quote(page.relative_to(site).as_posix())}">{escape(suite.table)}</a>'
        lines.append(
            f"<tr><td>{kind}</td><td>{link}</td><td>{len(suite.rules)}</td><td>{told}</td><td>{escape(suite.file)}</td></tr>"
        )
    rules = sum(len(suite.rules) for suite in suites)
    (site / "index.html").write_text(
        INDEX.format(suites=len(suites), rules=rules, broken=len(broken), lines="\n".join(lines)), "utf-8"
    )


def _keep_at_home(page: Path, site: Path) -> None:
    up = "../" * len(page.relative_to(site).parents[:-1])
    text = OWN_SCRIPTS.sub("", ELSEWHERE.sub("", page.read_text(encoding="utf-8")))
    style = f'<link rel="stylesheet" href="{up}{STYLES.name}">'
    page.write_text(text.replace("</head>", f"{style}</head>", 1), encoding="utf-8")
