"""Every table of a pack against every other that says the same: JSON and CSV, rows and counts, submissions and files."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.report import Report

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table

SCHEME_FILE = "dbt/seeds/schemes/evaluation_indicators.csv"
"""What rows name as their file that count rows of the scoring scheme; no department handed it in."""
ROW_PLACE = ("figure_id", "fact_key", "file", "sheet", "row_number")


def check_tables(pack: Pack, report: Report) -> None:
    """Compare what stands twice."""
    before = len(report.faults)
    tables = {n: pack.table(n) for n in pack.names if n.endswith(".csv") and not n.startswith("files/")}
    rows = {folder: tables[f"{folder}/rows.csv"] for folder in pack.indicator_folders()}
    for folder, mine in rows.items():
        _check_definition(pack, folder, tables, mine, report)
        _check_results(folder, tables[f"{folder}/checks.csv"], report)
    report.settle(before, "各指标的 JSON 与指标、分项、方案、数字、文件、评定、质量说明各表逐格一致")
    before = len(report.faults)
    _check_rows(rows, tables, report)
    _check_submissions(tables, report)
    report.settle(before, f"{sum(map(len, rows.values()))} 行数据与台账文件、行数和其他指标中的同一行一致")
    before = len(report.faults)
    _check_about(json.loads(pack.read("pack.json").decode("utf-8")), tables, report)
    _check_scheme(tables, report)
    report.settle(before, "pack.json、方案分值与评分表一致")


def _check_definition(pack: Pack, folder: str, tables: dict[str, Table], rows: Table, report: Report) -> None:
    """An indicator's JSON says what the tables say."""
    name, no = f"{folder}/indicator.json", str(int(folder.rsplit("/", 1)[1]))
    stated: dict[str, Any] = json.loads(pack.read(name).decode("utf-8"))

    def of(table: str) -> Table:
        return [row for row in tables[table] if row["indicator_no"] == no]

    figures = {row["figure_id"]: row for row in tables["figures.csv"]}
    files = [row for row in tables["files.csv"] if no in row["indicators"].split()]
    pairs: list[tuple[str, list[dict[str, Any]], Table]] = [
        ("results/indicators.csv", [stated["indicator"]], of("results/indicators.csv")),
        ("scheme/indicators.csv", [stated["rule"]], of("scheme/indicators.csv")),
        ("results/components.csv", stated["components"], of("results/components.csv")),
        ("figures.csv", stated["figures"], [figures.get(one["figure_id"], {}) for one in stated["figures"]]),
        ("judgements.csv", stated["judgements"], of("judgements.csv")),
        ("files.csv", stated["files"], files),
    ]
    if stated["quality"] is not None:
        pairs.append(("quality_statements.csv", [stated["quality"]], of("quality_statements.csv")))
    for table, mine, theirs in pairs:
        if len(mine) != len(theirs):
            report.fault(f"{name} 有 {len(mine)} 条,{table} 中指标 {no} 有 {len(theirs)} 行")
        for one, other in zip(mine, theirs):  # noqa: B905 - Python 3.8; lengths are compared above
            _same_row(name, table, one, other, report)
    report.same(f"{name} 的行数", len(rows), stated["row_count"])
    named = set(figures) & {one["figure_id"] for one in stated["figures"]}
    report.same(f"{folder}/rows.csv 的数字", sorted({row["figure_id"] for row in rows} - named), [])


def _same_row(name: str, table: str, one: dict[str, Any], other: Row, report: Report) -> None:
    for column in one:
        if column not in other:
            report.fault(f"{name}:{table} 没有 {column}(或没有这一行)")
        elif text_of(one[column]) != other[column]:
            report.fault(f"{name} 的 {column} 是 {text_of(one[column])},{table} 是 {other[column]}")


def text_of(value: object) -> str:
    """A value of JSON as a CSV writes it."""
    return "" if value is None else str(value)


def _check_results(folder: str, checks: Table, report: Report) -> None:
    for line, row in enumerate(checks, start=2):
        if row["stops_publishing"] == "True" and row["passed"] != "True":
            report.fault(f"{folder}/checks.csv 第 {line} 行:{row['subject']} 的检查没有通过")
        numbers = [int(text) for text in re.findall(r"\d+", row["rule"])] if row["kind"] == "landing" else []
        while len(numbers) >= 5:
            if numbers[0] != sum(numbers[1:5]):
                report.fault(f"{folder}/checks.csv 第 {line} 行:{row['subject']} 读取的行数与各项之和不符")
            numbers = numbers[5:]


def _check_rows(rows: dict[str, Table], tables: dict[str, Table], report: Report) -> None:
    """A row names a file that was handed in, and stands alike wherever it stands."""
    submissions = {row["submission_id"]: row for row in tables["submissions.csv"]}
    hashes = {row["sha256"]: row for row in tables["files.csv"]}
    counts = {row["figure_id"]: row["evidence_count"] for row in tables["figures.csv"]}
    seen: dict[str, tuple[str, Counter[tuple[str, ...]]]] = {}
    for folder, mine in rows.items():
        by_figure: dict[str, Counter[tuple[str, ...]]] = {}
        for line, row in enumerate(mine, start=2):
            place = f"{folder}/rows.csv 第 {line} 行 {row['fact_key']}"
            whole = (*(row[column] for column in ROW_PLACE), row["measure"])
            by_figure.setdefault(row["figure_id"], Counter())[whole] += 1
            if row["file"] == SCHEME_FILE:
                continue
            known, file = submissions.get(row["submission_id"]), hashes.get(row["sha256"])
            if (
                known is None
                or known["sha256"] != row["sha256"]
                or f"、{row['sheet']}、" not in f"、{known['sheet']}、"
            ):
                report.fault(f"{place}:submissions.csv 没有这份 {row['file']}")
            elif not 1 <= int(row["row_number"]) <= int(known["rows_read"]):
                report.fault(f"{place}:{row['file']} 只有 {known['rows_read']} 行")
            if file is None or str(int(folder[-2:])) not in file["indicators"].split():
                report.fault(f"{place}:files.csv 没有 {row['file']},或没有写明用于该指标")
        for figure_id, found in by_figure.items():
            report.same(f"{figure_id} 的佐证行数({folder}/rows.csv)", str(sum(found.values())), counts.get(figure_id))
            if max(found.values()) > 1:
                twice = next(whole for whole, count in found.items() if count > 1)
                report.fault(f"{folder}/rows.csv:{figure_id} 的 {twice[1]} 同一行计了两次({twice[2]} 第 {twice[4]} 行)")
            other, expected = seen.setdefault(figure_id, (folder, found))
            for whole in list((found - expected) + (expected - found))[:3]:
                report.fault(f"{figure_id} 的 {whole[1]}({whole[2]} 第 {whole[4]} 行)在 {folder} 与 {other} 中不同")


def _check_submissions(tables: dict[str, Table], report: Report) -> None:
    accepted: Counter[tuple[str, str]] = Counter()
    for line, row in enumerate(tables["submissions.csv"], start=2):
        parts = [int(row[name]) for name in ("rows_accepted", "rows_rejected", "rows_blank", "rows_notes")]
        report.same(f"submissions.csv 第 {line} 行 {row['file']} 的行数", sum(parts), int(row["rows_read"]))
        accepted[row["file"], row["sha256"]] += parts[0]
    for line, row in enumerate(tables["files.csv"], start=2):
        report.same(
            f"files.csv 第 {line} 行 {row['file']} 载入的行数",
            accepted.get((row["file"], row["sha256"])),
            int(row["rows_accepted"]),
        )
    known = {row["submission_id"] for row in tables["submissions.csv"]}
    for line, row in enumerate(tables["judgements.csv"], start=2):
        if row["submission_id"] not in known:
            report.fault(f"judgements.csv 第 {line} 行:submissions.csv 没有这份评定")


def _check_about(about: dict[str, Any], tables: dict[str, Table], report: Report) -> None:
    total = next((row for row in tables["results/scorecard.csv"] if row["level"] == "total"), None)
    scheme = tables["scheme/scheme.csv"][0]
    if total is None:
        report.fault("results/scorecard.csv 没有总分")
        return
    for name, there in (("total", total["score"]), ("rating", total["rating"]), ("scheme_id", scheme["scheme_id"])):
        report.same(f"pack.json 的 {name}", there, text_of(about[name]))
    for table in ("results/indicators.csv", "results/components.csv", "results/scorecard.csv"):
        for line, row in enumerate(tables[table], start=2):
            key = (row["scheme_id"], row["fiscal_year"], row["department_code"])
            expected = (about["scheme_id"], str(about["fiscal_year"]), about["department_code"])
            if key != expected:
                report.fault(f"{table} 第 {line} 行属于 {' '.join(key)},不是 {' '.join(expected)}")


def _check_scheme(tables: dict[str, Table], report: Report) -> None:
    """The points of a scheme add up, and results carry those of their scheme."""
    rules = {row["indicator_no"]: row for row in tables["scheme/indicators.csv"]}
    for line, row in enumerate(tables["results/indicators.csv"], start=2):
        rule = rules.get(row["indicator_no"], {})
        for column in ("level1", "level2", "level3", "weight"):
            report.same(f"results/indicators.csv 第 {line} 行的 {column}", rule.get(column), row[column])
    for line, row in enumerate(tables["results/scorecard.csv"], start=2):
        mine = [
            rule
            for rule in rules.values()
            if row["level"] == "total"
            or (
                rule["level1"] == row["level1"]
                and row["level"] in ("level1", *([] if rule["level2"] != row["level2"] else ["level2"]))
            )
        ]
        cents = sum(round(float(rule["weight"]) * 100) for rule in mine)
        report.same(f"results/scorecard.csv 第 {line} 行的分值", cents, round(float(row["weight"]) * 100))
        report.same(f"results/scorecard.csv 第 {line} 行的指标数", str(len(mine)), row["indicator_count"])
