"""The portal of the sample: its numbers are those that were published, every link leads somewhere, and nothing hostile gets out of its text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import dagster as dg
import duckdb
import numpy as np
import pytest
from portal_pages import Parsed, parsed, rows_by_name
from sample_warehouse import Warehouse, rows

from dagster_project.defs.portal import build_portal_asset
from dagster_project.ingestion.sql import literal
from dagster_project.portal.disclosure import rule_of
from dagster_project.portal.site import write_portal
from dagster_project.reporting.reading.published import plain_number
from dagster_project.settings import Settings

YEAR, DEPARTMENT = 2023, "101001"
OF = f"fiscal_year = {YEAR} and department_code = '{DEPARTMENT}'"
OWN = ("*.html", "*.css", "portal.js", "*.json")
TOTAL = "合计"
HOSTILE = """"'><img src=x data-evil onerror=evil()></script><script>evil()</script>[red]{{ 7 * 7 }}"""


@pytest.fixture(scope="module")
def portal(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A copy of the sample with documents of the year beside it and both editions of the portal."""
    copy = sample.copy_to(tmp_path_factory.mktemp("portal"), sample.settings.raw_dir)
    shutil.rmtree(copy.settings.reports_dir, ignore_errors=True)  # whatever others wrote of the sample
    folder = copy.settings.reports_dir / str(YEAR) / DEPARTMENT
    folder.mkdir(parents=True)
    (folder / "附件1-自评评分表.xlsx").write_bytes(b"for everybody")
    (folder / "附件1-自评评分表(内部版).xlsx").write_bytes(b"for the office")
    for edition in ("internal", "public"):
        assert write_portal(copy.settings, edition=edition).is_new
    return copy


@pytest.fixture(scope="module")
def pages(portal: Warehouse) -> dict[str, Parsed]:
    """All pages of the edition of the office, by path."""
    return pages_of(portal.settings.site_dir)


def pages_of(site: Path) -> dict[str, Parsed]:
    return {path.relative_to(site).as_posix(): parsed(path) for path in sorted(site.rglob("*.html"))}


def test_the_night_writes_it_and_says_where(sample: Warehouse) -> None:
    index = sample.settings.site_dir / "index.html"
    assert sample.result.version in parsed(index).text
    assert not [note for note in sample.result.notes if "门户" in note]


def test_a_version_that_did_not_change_is_not_written_again(portal: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    index = portal.settings.site_dir / "index.html"
    before = index.stat().st_mtime_ns
    code, output = portal.cli(monkeypatch, "portal")
    assert code == 0 and "没有变化" in output and index.stat().st_mtime_ns == before
    code, output = portal.cli(monkeypatch, "portal", "1999")
    assert code == 2 and f"{YEAR} 年度 {DEPARTMENT}" in output
    assert write_portal(portal.settings, 2022).is_new
    assert "2022 年度" in parsed(index).text
    assert write_portal(portal.settings).is_new


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_every_link_leads_to_a_page_and_an_anchor_of_the_site(portal: Warehouse, edition: str) -> None:
    site = portal.settings.site_dir if edition == "internal" else portal.settings.public_site_dir
    found = pages_of(site)
    assert len(found) > 700
    checked = 0
    for path, page in found.items():
        for link in page.links:
            if link.startswith("data:"):
                continue
            place, _, anchor = link.partition("#")
            target = (site / path).parent / unquote(place) if place else site / path
            target = target.resolve()
            assert target.is_file() and target.is_relative_to(site.resolve()), (path, link)
            if anchor:
                assert unquote(anchor) in found[target.relative_to(site.resolve()).as_posix()].ids, (path, link)
            checked += 1
    assert checked > 10_000


def test_nothing_of_ours_names_another_host(portal: Warehouse) -> None:
    for site in (portal.settings.site_dir, portal.settings.public_site_dir):
        for pattern in OWN:
            for path in site.rglob(pattern):
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"https?:|(?<![\w:/])//[a-z0-9]", re.sub(r"^\s*//.*$", "", text, flags=re.M)), path


def test_figures_indicators_and_scores_are_those_published(portal: Warehouse, pages: dict[str, Parsed]) -> None:
    figures = rows(
        portal.published, f"select figure_id, label_zh, display_text, evidence_count from evaluation.figures where {OF}"
    )
    assert len(figures) > 200
    for figure_id, label, text, count in figures:
        page = pages[f"figures/{figure_id}.html"]
        assert page.facts["报告写法"] == text
        listed = [table for caption, table in page.tables.items() if caption == f"{label}的依据行"]
        if listed:
            assert len(listed[0]) - 1 == min(count, 20) and (count <= 20 or f"共 {count:,} 行" in page.text)
    listed_all = {row[4]: row[1] for row in next(iter(pages["figures.html"].tables.values()))[1:]}
    assert listed_all == {figure_id: text for figure_id, _, text, _ in figures}

    scored = rows(
        portal.published,
        f"select indicator_no, level3, weight, score from evaluation.indicators where {OF} and scheme_id = 'GZ-2023-RECON'",
    )
    shown = {
        row[0]: row
        for caption, table in pages["scorecard.html"].tables.items()
        if caption.endswith("指标得分")
        for row in table[1:]
    }
    for number, name, weight, score in scored:
        assert shown[str(number)][1:4] == [name, plain_number(weight, 2), plain_number(score, 2)]
        assert pages[f"indicators/{number:02d}.html"].facts["得分"].startswith(plain_number(score, 2))
    ((total, rating),) = rows(
        portal.published,
        f"select score, rating from evaluation.scorecard where {OF} and level = 'total' and not is_trial",
    )
    assert f"总分 {plain_number(total, 2)} 分,等级 {rating}" in pages["scorecard.html"].text


def test_budget_tables_are_those_published(portal: Warehouse, pages: dict[str, Parsed]) -> None:
    months = pages["budget.html"].tables["各月预算执行"][1:]
    published = rows(
        portal.published,
        f"select month_no, budget_yuan, spent_yuan, spent_to_date_yuan from marts.budget_execution_by_month where {OF} order by 1",
    )
    assert [row[:4] for row in months] == [[str(m), *(plain_number(v, 2) for v in values)] for m, *values in published]
    projects = rows_by_name(pages["budget.html"], "项目预算执行,按支出大小")
    for name, spent in rows(
        portal.published, f"select project_name, spent_yuan from marts.budget_execution_by_project where {OF}"
    ):
        assert projects[name]["累计支出(元)"] == plain_number(spent, 2)
    three = pages["budget.html"].tables["“三公”经费"]
    assert three[4][0].strip() == "公务用车购置费" and three[4][3:5] == ["0.00", "不可比(预算为 0)"]


def test_work_tables_add_up_to_the_figures(portal: Warehouse, pages: dict[str, Parsed]) -> None:
    page = pages["deputies.html"]
    figures = dict(
        rows(
            portal.published,
            f"select figure_id, cast(value as bigint) from evaluation.figures where {OF} and status = 'OK'",
        )
    )
    for caption, column, figure in (
        ("各月代表建议", "建议(件)", "suggestions.all_levels"), ("各级代表建议", "建议(件)", "suggestions.all_levels"),
        ("各区随手拍案件", "案件(件)", "snapshots.cases"), ("各类随手拍案件", "案件(件)", "snapshots.cases"),
    ):  # fmt: skip
        assert rows_by_name(page, caption)[TOTAL][column] == f"{figures[figure]:,}"
    heat = page.tables["随手拍案件,区与类别(件)"][1:]
    assert sum(int(value.replace(",", "")) for row in heat for value in row[1:]) == figures["snapshots.cases"]
    assert "＊" not in page.text


OF_THE_OFFICE = {"办结率及其掩盖的情况"}
"""Tables that only the internal edition has, since their counts are small."""


def numbers_of(page: Parsed) -> Iterator[tuple[str, str, str, int | None]]:
    """Table, row, column and count of every count that both editions of the page on deputies tell; None where it is withheld."""
    for caption, (header, *lines) in page.tables.items():
        for line in lines if caption not in OF_THE_OFFICE else ():
            for name, value in zip(header[1:], line[1:], strict=True):
                if not name.endswith("率"):
                    yield (
                        caption,
                        line[0],
                        name,
                        None if value == "＊" else int(value.replace(",", "") if value != "—" else 0),
                    )


def test_the_public_edition_tells_no_small_count_and_lets_none_be_reckoned(
    portal: Warehouse, pages: dict[str, Parsed]
) -> None:
    rule = rule_of(YEAR)
    public = pages_of(portal.settings.public_site_dir)["deputies.html"]
    assert pages["deputies.html"].tables.keys() - public.tables.keys() == OF_THE_OFFICE
    true = {(c, r, n): v for c, r, n, v in numbers_of(pages["deputies.html"])}
    told = {(c, r, n): v for c, r, n, v in numbers_of(public)}
    assert true.keys() == told.keys() and {k for k, v in told.items() if v not in (None, true[k])} == set()
    assert not [key for key, value in told.items() if value is not None and rule.is_small(value)]
    assert 0 < sum(value is None for value in told.values()) < len(told) / 4

    # All that a reader knows: sums over rows, whole = part + rest, and the margins of the table of two ways.
    cells: dict[tuple, float] = {**true}
    equations: list[dict[tuple, float]] = []
    for caption, (header, *lines) in public.tables.items():
        names = [line[0] for line in lines]
        pairs = (
            [
                (next(n for n in header if n.endswith("(件)")), "已答复办结"),
                ("到期", "按期"),
                ("有评价", "满意和基本满意"),
            ]
            if "按期" in header
            else []
        )
        for row in names if pairs else ():
            for whole, part in pairs:
                cells[caption, row, f"{whole} rest"] = true[caption, row, whole] - true[caption, row, part]
                equations.append(
                    {(caption, row, whole): 1, (caption, row, part): -1, (caption, row, f"{whole} rest"): -1}
                )
        for name in {n for c, _, n in cells if c == caption} if TOTAL in names else ():
            equations.append({(caption, TOTAL, name): 1} | {(caption, row, name): -1 for row in names if row != TOTAL})
    heat = "随手拍案件,区与类别(件)"
    districts = [row for c, row, n in told if c == heat]
    for district in dict.fromkeys(districts):
        equations.append(
            {("各区随手拍案件", district, "案件(件)"): 1} | {k: -1 for k in told if k[:2] == (heat, district)}
        )
    for category in dict.fromkeys(n for c, _, n in told if c == heat):
        equations.append(
            {("各类随手拍案件", category, "案件(件)"): 1} | {k: -1 for k in told if k[0] == heat and k[2] == category}
        )
    assert all(abs(sum(factor * cells[key] for key, factor in equation.items())) == 0 for equation in equations)
    hidden = [key for key in cells if told.get(key) is None]
    place = {key: n for n, key in enumerate(hidden)}
    matrix = np.zeros((len(equations), len(hidden)))
    for n, equation in enumerate(equations):
        for key, factor in equation.items():
            if key in place:
                matrix[n, place[key]] = factor
    _, values, ways = np.linalg.svd(matrix)
    null = ways[np.sum(values > 1e-9) :]
    reckoned = [key for key in hidden if rule.is_small(cells[key]) and not np.any(np.abs(null[:, place[key]]) > 1e-9)]
    assert not reckoned, reckoned[:5]
    assert sum(rule.is_small(cells[key]) for key in hidden) > 20


def test_the_public_edition_leaves_out_what_public_documents_leave_out(portal: Warehouse) -> None:
    site = portal.settings.public_site_dir
    found = pages_of(site)
    files = {file for (file,) in rows(portal.published, "select distinct file from quality.submissions")}
    for path, page in found.items():
        if path.startswith(("figures/", "2022-101001/figures/", "dictionary/", "versions")):
            assert not [file for file in files if file in page.text], path
    assert "疑点明细和认可" not in found["quality.html"].text
    documents = found["documents.html"]
    assert "附件1-自评评分表.xlsx" in documents.text and "内部版" not in documents.text
    assert [path.name for path in (site / "documents").iterdir()] == ["附件1-自评评分表.xlsx"]
    internal = parsed(portal.settings.site_dir / "documents.html")
    assert "附件1-自评评分表(内部版).xlsx" in internal.text
    assert [path.name for path in (portal.settings.site_dir / "documents").iterdir()] == ["附件1-自评评分表.xlsx"]


def test_hostile_texts_stay_texts(sample: Warehouse, tmp_path: Path) -> None:
    """Every text of the version that is no key is replaced; the pages show it and make nothing of it."""
    version = sample.settings.serving_dir.joinpath("current").resolve()
    settings = Settings(raw_dir=sample.settings.raw_dir, build_dir=tmp_path / "build")
    shutil.copytree(sample.settings.serving_dir, settings.serving_dir, symlinks=True)
    shutil.copytree(sample.settings.dbt_target_dir, settings.dbt_target_dir)
    keys = re.compile(
        r".*(_id|_code|_no|_key|_kind|_figure|status|state|method|operator|aggregation|level|level1|level2|unit|rating|ledger|period|"
        r"source_ledgers|parameter|sha256|spending_kind|category|voucher|supersede|fund_type|severity|policy|band|grade|measure_unit|"
        r"contract_version|business|name)$"
    )
    also = {
        "department_name",
        "project_name",
        "label_zh",
        "line_name",
        "fact_name",
        "district_name",
        "host_unit",
        "level3",
        "file",
        "unit_name",
        "component",
    }
    with duckdb.connect(str(settings.serving_dir / "versions" / version.name / "published.duckdb")) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        changed = 0
        for schema, table, column in columns:
            if schema in ("marts", "evaluation", "quality") and (column in also or not keys.fullmatch(column)):
                connection.execute(
                    f"update {schema}.{table} set {column} = {literal(HOSTILE)} || rowid where {column} is not null and rowid % 3 = 0"
                )
                changed += 1
            connection.execute(f"comment on column {schema}.{table}.{column} is {literal(HOSTILE)}")
        connection.execute(f"comment on table marts.fct_payments is {literal(HOSTILE)}")
        assert changed > 150
    write_portal(settings)
    shown = 0
    for path in settings.site_dir.rglob("*.html"):
        page = parsed(path)
        for tag, attributes in page.elements:
            assert "data-evil" not in attributes and not [name for name in attributes if name.startswith("on")], (
                path,
                tag,
                attributes,
            )
            assert tag != "img" and (
                tag != "script" or attributes.get("src") or attributes.get("type") == "application/json"
            ), path
        shown += "onerror=evil()" in page.text
    assert shown > 300


def test_a_failing_portal_is_a_warning(sample: Warehouse, tmp_path: Path) -> None:
    nothing = Settings(raw_dir=sample.settings.raw_dir, build_dir=tmp_path / "nothing")
    made = dg.materialize([build_portal_asset(nothing)])
    assert made.success
    (event,) = made.get_asset_materialization_events()
    assert "门户没有更新" in str(event.materialization.metadata["warning"].value)


def test_a_write_that_fails_leaves_the_site_that_is_there(portal: Warehouse, tmp_path: Path) -> None:
    settings = Settings(raw_dir=portal.settings.raw_dir, build_dir=tmp_path / "build")
    for name in ("serving_dir", "site_dir", "dbt_target_dir"):
        shutil.copytree(getattr(portal.settings, name), getattr(settings, name), symlinks=True)
    before = {path: path.read_bytes() for path in settings.site_dir.rglob("*.html")}
    current = settings.serving_dir / "current" / "published.duckdb"
    with duckdb.connect(str(current)) as connection:
        connection.execute("drop table marts.budget_execution_by_month")
    with pytest.raises(duckdb.CatalogException):
        write_portal(settings, 2022)
    assert {path: path.read_bytes() for path in settings.site_dir.rglob("*.html")} == before
    assert not [path for path in settings.work_dir.iterdir() if path.is_dir()]


def test_an_office_that_has_only_begun_is_no_warning(sample: Warehouse, tmp_path: Path) -> None:
    settings = Settings(raw_dir=sample.settings.raw_dir, build_dir=tmp_path / "build")
    shutil.copytree(sample.settings.serving_dir, settings.serving_dir, symlinks=True)
    with duckdb.connect(str(settings.serving_dir / "current" / "published.duckdb")) as connection:
        connection.execute("delete from evaluation.scorecard")
    (event,) = dg.materialize([build_portal_asset(settings)]).get_asset_materialization_events()
    assert set(event.materialization.metadata) == {"note"} and not settings.site_dir.exists()
