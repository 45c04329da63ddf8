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
from dagster_project.reporting.pack.columns import (
    BAND_COLUMNS,
    CHECK_COLUMNS,
    CLOCK_COLUMNS,
    DUTY_COLUMNS,
    FIGURE_COLUMNS,
    FILE_COLUMNS,
    JUDGEMENT_COLUMNS,
    PROJECT_TABLES,
    REPORT_FIGURE_COLUMNS,
    ROW_COLUMNS,
    SUBMISSION_COLUMNS,
    TARGET_COLUMNS,
)
from dagster_project.reporting.pack.proof import rules_of, what_reading_again_finds
from dagster_project.reporting.pack.readme import readme
from dagster_project.reporting.pack.tables import csv_bytes, table_csv
from dagster_project.reporting.pack.verifier.documents import REPORT_FIGURES
from dagster_project.reporting.pack.verifier.files import MANIFEST, SEAL, Pack
from dagster_project.reporting.reading.checks import checks_of
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, rows_of, tells
from dagster_project.reporting.reading.scored_year import SCHEME_SUBMISSION, ScoredYear
from dagster_project.reporting.report.binding import DocumentError

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
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
            "README.txt": readme(year, edition).encode("utf-8"),
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
