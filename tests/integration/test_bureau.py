"""Four departments in one drop, two of them units of the first: a night, the bureau's view of it held against plain Python, and one department's error."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.portal import site
from dagster_project.publishing.proof import version_name
from dagster_project.settings import PROJECT_ROOT, Settings
from simulation.__main__ import write_received
from simulation.departments.drop import office_folder, write_departments
from simulation.faults import NEGATIVE_BUDGET

pytestmark = pytest.mark.slow
SEED, YEAR = 2023, 2023
GROUP, ALONE, UNIT = ("201", "201001", "201002"), "202", "201002"
MAY_PUBLISH = (0, 3)


@dataclass
class Bureau:
    """A drop with its office folder and what was built of it."""

    drop: Path
    build: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `jixiao` on it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")}
        own = {
            "JIXIAO_RAW_DIR": str(self.drop), "JIXIAO_OFFICE_DIR": str(office_folder(self.drop)),
            "JIXIAO_BUILD_DIR": str(self.build), "JIXIAO_DEPARTMENT_CODE": GROUP[0], "PYTHONPATH": str(PROJECT_ROOT),
        }  # fmt: skip
        command = [sys.executable, "-c", "from dagster_project.cli import app; app()", *arguments]
        return subprocess.run(command, env=kept | own, capture_output=True, text=True, check=False)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published version."""
        with duckdb.connect(str(self.build / "serving" / "current" / "published.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def texts(self, ledger: str, code: str) -> list[dict[str, str]]:
        """The rows of a department's text files as they were written, read without any of the warehouse."""
        found: list[dict[str, str]] = []
        for path in sorted((self.drop / ledger / str(YEAR)).glob(f"{code}-*.csv")):
            with path.open(encoding="gb18030", newline="") as stream:
                found += list(csv.DictReader(stream))
        return found


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """The first night."""
    folder = tmp_path_factory.mktemp("bureau")
    made = Bureau(folder / "drop", folder / "build")
    handed, _ = write_departments(made.drop, 4, SEED)
    write_received(made.drop / "received.csv", handed)
    night = made.run("nightly", "--year", str(YEAR))
    assert night.returncode in MAY_PUBLISH, night.stdout[-4000:] + night.stderr[-2000:]
    return made


def test_every_department_is_scored_and_nothing_is_found_that_is_not_wrong(bureau: Bureau) -> None:
    totals = bureau.rows(
        "select department_code, missing_count, partial_count, rating from evaluation.scorecard "
        "where level = 'total' and not is_trial order by 1"
    )
    assert [row[0] for row in totals] == sorted((*GROUP, ALONE))
    assert all(missing == partial == 0 and rating for _, missing, partial, rating in totals)
    assert bureau.rows("select check_id, file from quality.issues where state <> 'noted'") == []
    assert bureau.rows("select * from quality.rejects") == []
    assert bureau.rows("select file from quality.submissions where status <> 'landed'") == []


def test_consolidated_amounts_are_those_of_plain_python(bureau: Bureau) -> None:
    """Vouchers and allocations by their numbers, each once; payments to a department of the group are none of the group's."""
    with (office_folder(bureau.drop) / "seeds" / "departments.csv").open(encoding="utf-8", newline="") as stream:
        own_names = {
            name
            for row in csv.DictReader(stream)
            if row["department_code"] in GROUP
            for name in (row["name_zh"], row["official_name_zh"])
        }
    vouchers = {row["支付凭证号"]: row for code in GROUP for row in bureau.texts("payments", code)}
    written = sum(len(bureau.texts("payments", code)) for code in GROUP)
    assert written > len(vouchers), "both levels report some"
    within = [row for row in vouchers.values() if row["收款人全称"] in own_names]
    assert within, "one department pays another"
    transferred = sum(Decimal(row["支付金额"]) for row in within)
    spent = sum(Decimal(row["支付金额"]) for row in vouchers.values()) - transferred
    granted = {
        row["指标编号"]: Decimal(row["金额"]) for code in GROUP for row in bureau.texts("budget_allocations", code)
    }
    budget = sum(granted.values()) - transferred
    found = {
        figure: (value, left_out)
        for figure, value, left_out in bureau.rows(
            f"select figure_id, value, transferred_value from evaluation.bureau_figures where department_code = '{GROUP[0]}'"
        )
    }
    assert found["spending.total"] == (spent / 10_000, transferred / 10_000)
    assert found["budget.total"] == (budget / 10_000, transferred / 10_000)
    assert abs(found["spending.rate"][0] - 100 * spent / budget) < Decimal("0.0000001")
    closing = sum(Decimal(row["年末结转结余"]) for row in bureau.texts("carry_over", GROUP[0]))
    assert found["carry_over.closing"][0] == closing / 10_000, "the department's own table holds those of its units"
    income = sum(
        Decimal(row["本期贷方"]) for row in bureau.texts("ledger_balances", GROUP[0]) if row["科目编码"] == "6001"
    )
    assert found["income.total"][0] == income / 10_000, "the accounts of units stand in those of the department"
    alone = sum(Decimal(row["支付金额"]) for row in bureau.texts("payments", ALONE))
    assert bureau.rows(
        f"select value from evaluation.bureau_figures where department_code = '{ALONE}' and figure_id = 'spending.total'"
    ) == [(alone / 10_000,)]


def test_ranking_is_that_of_plain_python(bureau: Bureau) -> None:
    kinds = dict(bureau.rows("select department_code, kind from marts.dim_department_yearly"))
    by_kind: dict[str, dict[str, float]] = defaultdict(dict)
    for code, score in bureau.rows(
        "select department_code, score from evaluation.scorecard where level = 'total' and not is_trial"
    ):
        by_kind[kinds[code]][code] = float(score)
    ranked = bureau.rows(
        "select department_code, kind, place, median_pct, comparable_count, is_unusual from evaluation.bureau_ranking where indicator_no = 0"
    )
    assert len(ranked) == 4
    for code, kind, place, median, count, unusual in ranked:
        scores = by_kind[kind]
        assert place == 1 + sum(score > scores[code] for score in scores.values())
        assert count == len(scores) == 2 and not unusual, "two are too few to call one unusual"
        assert abs(float(median) - statistics.median(scores.values())) <= 0.0051


def test_departments_are_drawn_by_their_risk_and_the_seed(bureau: Bureau) -> None:
    rows = bureau.rows(
        "select department_code, risk_points, sample_size, is_certain, is_drawn from evaluation.bureau_sampling"
    )
    assert len(rows) == 4 and all(points == int(points) > 0 for _, points, *_ in rows)
    keys = {
        code: math.log((int(hashlib.md5(f"{SEED}/{YEAR}/{code}".encode()).hexdigest()[:7], 16) + 0.5) / 2**28)
        / float(points)
        for code, points, _, certain, _ in rows
        if not certain
    }
    size = rows[0][2]
    assert size == max(2, math.ceil(0.2 * 4))
    drawn = set(sorted(keys, key=keys.__getitem__, reverse=True)[:size]) | {row[0] for row in rows if row[3]}
    assert {row[0] for row in rows if row[4]} == drawn


def test_the_view_is_told_in_lines_in_a_workbook_and_on_a_page(bureau: Bureau, tmp_path: Path) -> None:
    book = tmp_path / "各部门.xlsx"
    told = bureau.run("bureau", str(YEAR), "--xlsx", str(book))
    assert told.returncode == 0, told.stderr
    assert "4 个部门报送,归 2 个主管部门" in told.stdout and "列入复核" in told.stdout
    sheets = CalamineWorkbook.from_path(book)
    assert sheets.sheet_names == [
        "总分排名",
        "主管部门汇总",
        "指标对照",
        "共性扣分",
        "异常得分",
        "报送情况",
        "复核抽样",
        "结果应用",
    ]
    codes = {str(row[0]) for row in sheets.get_sheet_by_name("结果应用").to_python()}
    assert {*GROUP, ALONE} <= codes
    assert bureau.run("bureau", "1999").returncode == 2
    written = bureau.run("portal", str(YEAR))
    assert written.returncode == 0, written.stderr
    folder = bureau.build / "site"
    page = (folder / "bureau.html").read_text(encoding="utf-8")
    names = [
        name for (name,) in bureau.rows("select department_name from marts.dim_department_yearly where is_handing_in")
    ]
    assert len(names) == 4 and all(name in page for name in names)
    assert 'href="bureau.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_a_version_writes_the_pages_of_changed_departments_only_and_they_are_those_of_a_whole_write(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure of the other department changes; the pages of the group's units are taken over, unless somebody touched one."""
    later = Bureau(bureau.drop, tmp_path / "build")
    shutil.copytree(bureau.build, later.build, symlinks=True)
    report = later.build / "reports" / str(YEAR) / GROUP[1] / "附件2-自评报告.html"
    report.parent.mkdir(parents=True)
    report.write_text("<html>a document is no page of the site</html>", encoding="utf-8")
    assert later.run("portal").returncode == 0
    monkeypatch.setenv("JIXIAO_RAW_DIR", str(later.drop))
    monkeypatch.setenv("JIXIAO_OFFICE_DIR", str(office_folder(later.drop)))
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(later.build))
    monkeypatch.setenv("JIXIAO_DEPARTMENT_CODE", GROUP[0])
    settings = Settings()
    read: list[str] = []
    own = site.read_portal_year
    monkeypatch.setattr(
        site, "read_portal_year", lambda of, year, *others: read.append(year.department_code) or own(of, year, *others)
    )

    def published_with(*statements: str) -> dict[str, bytes]:
        """The pages after a version in which these statements changed rows."""
        current, made = settings.serving_dir / "current", tmp_path / "made"
        shutil.copytree(current.resolve(), made)
        with duckdb.connect(str(made / "published.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)
        manifest = json.loads((made / "manifest.json").read_bytes())
        manifest["sha256"]["marts/fct_payments.parquet"] = hashlib.sha256(
            statements[0].encode() + current.resolve().name.encode()
        ).hexdigest()
        (made / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        name = version_name(manifest["sha256"])
        made.rename(settings.serving_dir / "versions" / name)
        current.unlink()
        current.symlink_to(Path("versions") / name)
        read.clear()
        site.write_portal(settings)
        return pages()

    def pages() -> dict[str, bytes]:
        found = settings.site_dir.rglob("*.html")
        return {path.relative_to(settings.site_dir).as_posix(): path.read_bytes() for path in found}

    def written_whole() -> dict[str, bytes]:
        (settings.site_dir / "portal.json").unlink()
        site.write_portal(settings)
        assert len(read) >= 4
        return pages()

    more = f"update marts.budget_execution_by_month set spent_yuan = spent_yuan + 1 where department_code = '{ALONE}'"
    seen = "update marts.hand_in_calendar set seen_on = seen_on + 1"
    found = published_with(more, seen)
    assert read == [GROUP[0], ALONE], "the first page's department is always written"
    document = found.pop(f"{YEAR}-{GROUP[1]}/documents/{report.name}")
    assert document == report.read_bytes()
    assert all(settings.serving_dir.joinpath("current").resolve().name.encode() in page for page in found.values()), (
        "every page names the new version"
    )
    assert {**found, f"{YEAR}-{GROUP[1]}/documents/{report.name}": document} == written_whole()

    touched = settings.site_dir / f"{YEAR}-{UNIT}" / "index.html"
    touched.write_text(touched.read_text(encoding="utf-8").replace("数据截至", "数据起自"), encoding="utf-8")
    found = published_with(more)
    assert sorted(read) == [GROUP[0], UNIT, ALONE], "a page that somebody changed is not taken over"
    assert found == written_whole()

    published_with("update quality.checks set rule_zh = rule_zh || '。' where issue_count = 0")
    assert read == [GROUP[0]], "no page tells of a check that nothing breaks"
    published_with("update evaluation.indicator_rules set level3 = level3 || '。'")
    assert sorted(read) == sorted((*GROUP, ALONE)), "what is of no department is on everybody's pages"
    unit = f"update marts.budget_execution_by_month set spent_yuan = spent_yuan + 1 where department_code = '{UNIT}'"
    published_with(unit)
    assert sorted(read) == [GROUP[0], UNIT]


def test_one_departments_broken_gate_keeps_its_last_rows_and_lets_the_others_out(
    bureau: Bureau, tmp_path: Path
) -> None:
    """The unit withdraws ten times its budget; the other department corrects a month. Readers see the one and not the other."""
    spent = "select department_code, value from evaluation.figures where figure_id = 'spending.total' and fiscal_year = 2023"
    later = Bureau(tmp_path / "drop", tmp_path / "build")
    shutil.copytree(bureau.drop, later.drop)
    shutil.copytree(office_folder(bureau.drop), office_folder(later.drop))
    shutil.copytree(bureau.build, later.build, symlinks=True)
    before = dict(later.rows(spent))
    budget = f"select value from evaluation.figures where figure_id = 'budget.total' and department_code = '{UNIT}'"
    budget_before = later.rows(budget)
    faulted = tmp_path / "faulted"
    write_departments(faulted, 3, SEED, [NEGATIVE_BUDGET], workers=1)
    [withdrawn] = (faulted / "budget_allocations" / str(YEAR)).glob(f"{UNIT}-*收回*")
    shutil.copy(withdrawn, later.drop / "budget_allocations" / str(YEAR))
    [december] = (later.drop / "payments" / str(YEAR)).glob(f"{ALONE}-{YEAR}年12月*")
    lines = december.read_bytes().decode("gb18030").splitlines(keepends=True)
    cells = next(csv.reader([lines[-1]]))
    header = next(csv.reader([lines[0]]))
    place = header.index("支付金额")
    less = Decimal(cells[place]) / 2
    lines[-1] = lines[-1].replace(cells[place], f"{less:.2f}")
    december.write_bytes("".join(lines).encode("gb18030"))
    with (later.drop / "received.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"budget_allocations/{YEAR}/{withdrawn.name},{UNIT},{YEAR},2024-06-03T10:00:00+08:00\n")
    night = later.run("nightly", "--year", str(YEAR))
    assert night.returncode == 3, night.stdout[-3000:] + night.stderr[-1000:]
    after = dict(later.rows(spent))
    assert after[ALONE] == before[ALONE] - (Decimal(cells[place]) - Decimal(f"{less:.2f}")) / 10_000
    assert {code: after[code] for code in GROUP} == {code: before[code] for code in GROUP}
    assert later.rows(budget) == budget_before, "the unit's last good rows stay"
    assert later.run("portal", str(YEAR)).returncode == 0
    front = (later.build / "site" / "index.html").read_text(encoding="utf-8")
    assert f"暂缓发布:{UNIT}" in front, "its name stands on the front page, which is that of another department"
