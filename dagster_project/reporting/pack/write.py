"""The evidence pack of a year: per indicator its definition, numbers, rows, source files and checks, sealed by a manifest of hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.originals import Originals
from dagster_project.publishing.versions import DATABASE
from dagster_project.quality.check_results import CheckResult
from dagster_project.reporting.pack.assemble import verifier_source
from dagster_project.reporting.pack.proof import rules_of, what_reading_again_finds
from dagster_project.reporting.pack.tables import csv_bytes, table_csv
from dagster_project.reporting.pack.verifier.documents import REPORT_FIGURES
from dagster_project.reporting.pack.verifier.files import MANIFEST, SEAL, Pack
from dagster_project.reporting.pack.verifier.projects import PROJECT_INDICATORS, PROJECT_MONEY, PROJECTS
from dagster_project.reporting.reading.checks import checks_of
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, rows_of, tells
from dagster_project.reporting.reading.scored_year import SCHEME_SUBMISSION, ScoredYear
from dagster_project.reporting.report.binding import DocumentError

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
FIGURE_COLUMNS = (
    "figure_id", "label_zh", "label_en", "value", "unit", "status", "display_text", "evidence_count", "aggregation",
    "numerator_figure", "denominator_figure", "measure_unit", "units_per_figure_unit", "source_ledgers",
    "ledger_year_offset", "scope", "definition_zh", "mixed_basis_zh", "is_whole_year", "coverage_zh",
)  # fmt: skip
FILE_COLUMNS = ("number", "ledger", "file", "sha256", "received_on", "rows_accepted", "indicators", "copy")
SUBMISSION_COLUMNS = (
    "submission_id", "ledger", "fiscal_year", "period", "file", "sheet", "sha256", "received_at", "contract_version",
    "rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes",
)  # fmt: skip
JUDGEMENT_COLUMNS = (
    "indicator_no", "component_no", "judged_band", "judged_share_pct", "reason", "evidence_no", "judged_on",
    "submission_id", "sheet", "row_number",
)  # fmt: skip
TARGET_COLUMNS = (
    "indicator_no", "indicator_name", "indicator_kind", "operator", "target", "low_value", "high_value", "unit", "weight",
    "version", "approved_on", "first_target", "first_approved_on", "is_scored", "is_qualitative", "is_counted",
    "numerator_figure", "denominator_figure", "na_policy", "reason_zh", "actual", "actual_value", "grade",
    "grade_share_pct", "fault_zh", "evidence_no", "submission_id", "sheet", "row_number",
)  # fmt: skip
DUTY_COLUMNS = (
    "scheme_id", "fiscal_year", "department_code", "indicator_no", "level1", "level2", "level3", "indicator_kind", "weight",
    "numerator_figure", "denominator_figure", "operator", "target_zh", "version", "approved_on", "first_target_zh",
    "first_approved_on", "value", "actual_zh", "reported_zh", "is_counted", "target", "is_reached", "score",
    "score_status", "deduction_reason_zh", "evidence_count",
)  # fmt: skip
PROJECT_TABLES = {
    PROJECTS: (
        "project_scores", "project_code",
        ("project_code", "project_name", "initial_yuan", "budget_yuan", "spent_yuan", "execution_full", "execution_score",
         "execution_status", "output_score", "benefit_score", "satisfaction_score", "full_points", "points_so_far",
         "score_status", "computed_score", "rating", "ledger_score", "submission_id", "sheet", "row_number"),
    ),
    PROJECT_INDICATORS: (
        "project_indicator_scores", "project_code, indicator_no",
        ("project_code", "indicator_no", "level1", "level2", "indicator_name", "operator", "target_value", "unit", "full_points",
         "actual_value", "grade", "achieved_pct", "score_status", "score", "submission_id", "sheet", "row_number"),
    ),
    PROJECT_MONEY: (
        "project_money", "project_code, line_no",
        ("project_code", "line_no", "line_name", "is_total", "initial_yuan", "budget_yuan", "spent_yuan", "is_whole"),
    ),
}  # fmt: skip
"""The files on projects: table, order and columns of each; without free texts, which may name persons."""
ROW_COLUMNS = ("figure_id", "fact_key", "measure", "file", "sha256", "sheet", "row_number", "submission_id")
BAND_COLUMNS = (
    "scheme_id", "indicator_no", "component_no", "included_bound", "above", "up_to", "share_numerator",
    "share_denominator", "confidence", "source",
)  # fmt: skip
CHECK_COLUMNS = ("kind", "subject", "name", "rule", "stops_publishing", "passed")


CLOCK_COLUMNS = ("figure_id", "fact_key", "started_on", "due_on", "finished_on", "day_count", "day_unit_zh", "is_late")
REPORT_FIGURE_COLUMNS = ("figure_id", "label_zh", "value", "unit", "status", "display_text", "evidence_count")
CLOCKS = f"""
    select {", ".join(CLOCK_COLUMNS)} from published.evaluation.clocks
    where list_contains($figures, figure_id) and fiscal_year = $year and department_code = $department
    order by all
"""
"""The deadlines behind on-time figures; without names of contracts, because some are secret."""


class PackError(DocumentError):
    """A pack cannot be made; the message names the file."""


def write_packs(
    year: ScoredYear,
    paths: Mapping[str, Path],
    raw_dir: Path,
    names: Mapping[str, str] | None = None,
    originals_dir: Path | None = None,
) -> None:
    """Write the evidence packs of a year as zips; the same inputs give the same bytes.

    Args:
        year: the scored year.
        paths: the zip of each edition: ``internal`` holds copies of the files that departments handed in, ``public`` does not.
        raw_dir: where those files lie.
        names: the name there of a file by its SHA-256, where the published one is masked.
        originals_dir: where they lie as they were when they landed.

    Raises:
        PackError: a file is not there, or is not the one that was landed, and its original is not kept.
    """
    # Beside the packs, not in the temporary folder of the system: a kill would leave rows there.
    indicators = _indicators(year, checks_of(year), next(iter(paths.values())).parent)
    for edition, path in paths.items():
        contents = {
            **indicators,
            **_tables(year, edition),
            "pack.json": _json(_about(year, edition)),
            "README.txt": _readme(year, edition).encode("utf-8"),
            "verify.py": verifier_source(),
        }
        if edition == "internal":
            for file in year.files:
                name = (names or {}).get(file.sha256, file.file)
                contents[_copy_name(file.sha256, file.file)] = _raw_file(raw_dir, originals_dir, name, file.sha256)
            contents |= what_reading_again_finds(Pack(contents))
        _write_zip({**contents, MANIFEST: manifest_of(contents)}, path)


def manifest_of(contents: Mapping[str, bytes]) -> bytes:
    """The hash of every file, in the form of sha256sum, sealed by a last line with the hash of the lines before."""
    lines = "".join(f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents)).encode()
    return lines + f"{SEAL}{hashlib.sha256(lines).hexdigest()}\n".encode()


def _tables(year: ScoredYear, edition: str) -> dict[str, bytes]:
    card = year.scorecard
    used = sorted({name for names in year.indicator_figures.values() for name in names})
    files: list[Row] = [
        {
            "number": file.name,
            "ledger": file.ledger,
            "file": file.file,
            "sha256": file.sha256,
            "received_on": file.received_on,
            "rows_accepted": file.rows_accepted,
            "indicators": " ".join(map(str, file.indicators)),
            "copy": _copy_name(file.sha256, file.file) if edition == "internal" else "",
        }
        for file in year.files
    ]
    return {
        **rules_of(year),
        **_project_tables(year),
        "scheme/scheme.csv": table_csv([card.scheme]),
        "scheme/indicators.csv": table_csv([year.rules[number] for number in sorted(year.rules)]),
        "scheme/components.csv": table_csv(year.scheme_components),
        "scheme/targets.csv": table_csv(year.targets, TARGET_COLUMNS),
        "scheme/bands.csv": table_csv(year.bands, BAND_COLUMNS),
        "scheme/ratings.csv": table_csv(year.ratings),
        "results/indicators.csv": table_csv(card.indicators),
        "results/components.csv": table_csv(year.components),
        "results/duty_indicators.csv": table_csv(card.duties, DUTY_COLUMNS),
        "results/scorecard.csv": table_csv([*card.levels, card.total]),
        "figures.csv": table_csv([_named(year.figures[name]) for name in used], FIGURE_COLUMNS),
        REPORT_FIGURES: table_csv([year.figures[name] for name in sorted(year.figures)], REPORT_FIGURE_COLUMNS),
        "submissions.csv": table_csv(year.submissions, SUBMISSION_COLUMNS),
        "judgements.csv": table_csv(year.judgements, JUDGEMENT_COLUMNS),
        "quality_statements.csv": table_csv([year.statements[number] for number in sorted(year.statements)]),
        "files.csv": table_csv(files, FILE_COLUMNS),
    }


def _project_tables(year: ScoredYear) -> dict[str, bytes]:
    """The scores of the projects with an approved form; nothing of a version that does not tell them."""
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        return {
            name: table_csv(
                rows_of(
                    connection,
                    f"select {', '.join(columns)} from evaluation.{table} where {OF_THE_YEAR} order by {order}",
                    year.key,
                ),
                columns,
            )
            for name, (table, order, columns) in PROJECT_TABLES.items()
            if tells(connection, f"evaluation.{table}")
        }


def _named(figure: Row) -> Row:
    """A figure of a version that does not say yet whether its year is whole: none was published in part then."""
    return {"is_whole_year": True, "coverage_zh": None, **figure}


def _about(year: ScoredYear, edition: str) -> Row:
    return {
        "format": 2,
        "edition": edition,
        "fiscal_year": year.fiscal_year,
        "department_code": year.department_code,
        "department_name": year.scorecard.department_name,
        "version": year.version,
        "data_until": year.data_until,
        "scheme_id": year.scorecard.scheme["scheme_id"],
        "scheme_zh": year.scorecard.scheme["description_zh"],
        "is_trial": year.scorecard.scheme["is_trial"],
        "total": year.scorecard.total["score"],
        "rating": year.scorecard.total["rating"],
    }


def _indicators(year: ScoredYear, checks: dict[int, list[CheckResult]], work_dir: Path) -> dict[str, bytes]:
    """For each indicator its definition with numbers, its rows twice, and its checks; made below ``work_dir``."""
    contents: dict[str, bytes] = {}
    with (
        duckdb.connect(config={"threads": 1}) as connection,
        tempfile.TemporaryDirectory(prefix=".pack-", dir=work_dir) as folder,
    ):
        connection.execute(f"attach '{year.version_dir / DATABASE}' as published (read_only)")
        connection.execute(
            """
            create temp table rows_of_year as
            select evidence.figure_id, evidence.fact_key, evidence.measure,
                coalesce(files.file, 'dbt/seeds/schemes/evaluation_indicators.csv') as file, files.sha256,
                evidence.sheet, evidence.row_number, evidence.submission_id
            from published.evaluation.evidence as evidence
            left join (
                select submission_id, max_by(file, log_no) as file, max_by(sha256, log_no) as sha256
                from published.quality.submissions group by submission_id
            ) as files using (submission_id)
            where evidence.fiscal_year = $year and evidence.department_code = $department
            """,
            year.key,
        )
        for row in year.scorecard.indicators:
            number = row["indicator_no"]
            figures = year.indicator_figures[number]
            place = f"indicators/{number:02d}"
            parquet = Path(folder) / "rows.parquet"
            connection.execute("drop table if exists chosen")
            connection.execute(
                "create temp table chosen as select * from rows_of_year where list_contains(?, figure_id) order by all",
                [figures],
            )
            connection.execute(
                f"copy (select * from chosen order by all) to '{parquet}' (format parquet, compression zstd)"
            )
            rows = connection.execute("select * from chosen order by all").fetchall()
            contents[f"{place}/rows.csv"] = csv_bytes(ROW_COLUMNS, rows)
            contents[f"{place}/rows.parquet"] = parquet.read_bytes()
            contents[f"{place}/indicator.json"] = _json(_definition(year, row, [entry[-1] for entry in rows]))
            if clocks := connection.execute(CLOCKS, {**year.key, "figures": figures}).fetchall():
                contents[f"{place}/clocks.csv"] = csv_bytes(CLOCK_COLUMNS, clocks)
            contents[f"{place}/checks.csv"] = table_csv([vars(check) for check in checks[number]], CHECK_COLUMNS)
    return contents


def _definition(year: ScoredYear, indicator: Row, submissions: Sequence[str]) -> Row:
    number = indicator["indicator_no"]
    figures = [year.figures[name] for name in year.indicator_figures[number]]
    return {
        "indicator": indicator,
        "rule": year.rules[number],
        "components": year.components_of(number),
        "figures": [{column: _named(figure)[column] for column in FIGURE_COLUMNS} for figure in figures],
        "row_count": len(submissions),
        "counts_rows_of_the_scheme": SCHEME_SUBMISSION in submissions,
        "files": [
            {"number": file.name, "ledger": file.ledger, "file": file.file, "sha256": file.sha256}
            for file in year.files
            if number in file.indicators
        ],
        "judgements": [
            {column: row[column] for column in JUDGEMENT_COLUMNS}
            for row in year.judgements
            if row["indicator_no"] == number
        ],
        "quality": year.statements.get(number),
    }


def _readme(year: ScoredYear, edition: str) -> str:
    card = year.scorecard
    copies = (
        "not_counted.csv 有起止日期而未计入的原件行;not_as_written.csv 与原件字面不同之处\n"
        "files/        原始文件副本,以 SHA-256 命名;含台账原样内容(收款账号、联系人等),仅限内部核查,不得公开\n"
        if edition == "internal"
        else "              公开版不含原始文件副本,files.csv 仍列出每个文件的 SHA-256\n"
    )
    return (
        f"{card.fiscal_year} 年度部门整体支出绩效自评 佐证包({'内部版' if edition == 'internal' else '公开版'})\n"
        f"{card.department_name}  数据版本 {year.version}  评分方案 {card.scheme['scheme_id']}\n"
        f"{card.scheme['description_zh']}\n\n"
        "核对:解压后运行(只需要 Python 3.8 以上,不需要安装任何东西)\n"
        "    python3 -I -S verify.py\n"
        "它逐一核对清单中每个文件的 SHA-256,用各指标的数据行重新算出数字、期限、得分、小计、总分和等级,逐格对照各表"
        f"{',并把每一行与原始文件副本重新对照' if edition == 'internal' else ''};已证什么、未证什么都会写明。\n"
        "去掉 -I -S 运行,并装有 pyarrow 或 duckdb 时,还对照 Parquet;加 --signatures 存底文件(需要 cryptography)核对签名,\n"
        "加 --documents 文件夹核对附件。verify.py 应取自可信的来源。\n"
        "也可以用 sha256sum -c MANIFEST.sha256 核对文件。\n\n"
        "pack.json     年度、部门、版本、方案、总分\n"
        "scheme/       评分方案:指标、分项、分档、等级;targets.csv 部门批复的绩效目标\n"
        "              clock_rules.csv 各期限怎样起算,read_again.csv 哪些数字在原件中不是原样\n"
        "results/      得分:指标、分项、履职指标、小计与总分,以及各项目自评的得分、指标和资金\n"
        "calendar.csv  工作日;parameters.csv 当年的天数和标准\n"
        "figures.csv   指标数:口径、数值、单位、所需台账\n"
        "indicators/NN 指标 NN:indicator.json(定义、公式、数值、文件、质量说明),rows.csv 和 rows.parquet(数据行),checks.csv(检查),clocks.csv(时限与天数,有时限的指标)\n"
        "report_figures.csv  报告用到的全部数字\n"
        "submissions.csv  已收到的台账文件;judgements.csv 人工评定;files.csv 佐证材料编号与文件\n"
        f"{copies}\n"
        "CSV 中以 = + - @、制表符、换行或单引号开头的文字前加了一个单引号,以免表格软件当作公式;读回时去掉开头的一个单引号。数值不加。\n"
    )


def _json(value: Any) -> bytes:
    def plain(item: object) -> str:
        if isinstance(item, Decimal):
            return f"{item:f}"
        if isinstance(item, dt.date):
            return item.isoformat()
        raise TypeError(type(item))

    return (json.dumps(value, ensure_ascii=False, indent=1, default=plain) + "\n").encode("utf-8")


def _copy_name(sha256: str, file: str) -> str:
    return f"files/{sha256}{Path(file).suffix.lower()}"


def _raw_file(raw_dir: Path, originals_dir: Path | None, file: str, sha256: str) -> bytes:
    """The bytes that landed: of the original, else of the file in the drop, if it still is what it was."""
    original = Originals(originals_dir).find(sha256, file) if originals_dir else None
    path = original or raw_dir / file
    if not path.is_file():
        raise PackError(f"佐证原件 {path} 不在;请恢复该文件后再生成佐证包")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PackError(f"佐证原件 {path} 与载入时不同(SHA-256 应为 {sha256});原始文件不得修改,请恢复")
    return content


def _write_zip(contents: Mapping[str, bytes], path: Path) -> None:
    """One order, one time, one way of packing, so that the same contents give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed_already = name.startswith("files/") or name.endswith(".parquet")
            entry.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
