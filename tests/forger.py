"""An insider without a key who changes a pack and makes everything else in it agree: with the verifier's own code, and seals it anew."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.reporting.pack.tables import table_csv
from dagster_project.reporting.pack.verifier.files import MANIFEST, Pack
from dagster_project.reporting.pack.verifier.main import check_pack
from dagster_project.reporting.pack.verifier.numbers import rounded
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.scores import Recomputed
from dagster_project.reporting.pack.verifier.scoring import Figures
from dagster_project.reporting.pack.write import manifest_of

Row = dict[str, str]


class Forger:
    """The contents of a pack, to change."""

    def __init__(self, pack: Pack) -> None:
        self.contents = {name: pack.read(name) for name in pack.names if name != MANIFEST}

    @property
    def pack(self) -> Pack:
        return Pack({**self.contents, MANIFEST: manifest_of(self.contents)})

    @property
    def folders(self) -> list[str]:
        return self.pack.indicator_folders()

    def table(self, name: str) -> list[Row]:
        return Pack(self.contents).table(name)

    def write(self, name: str, rows: list[Row]) -> None:
        self.contents[name] = table_csv(rows, tuple(self.table(name)[0]))

    def edit(self, name: str, which: Callable[[Row], bool], **values: str) -> int:
        """Change cells of the rows that are meant; how many those were."""
        rows = [dict(row) for row in self.table(name)]
        chosen = [row for row in rows if which(row)]
        for row in chosen:
            row.update(values)
        self.write(name, rows)
        return len(chosen)

    def edit_json(self, name: str, change: Callable[[Any], None]) -> None:
        content = json.loads(self.contents[name])
        change(content)
        self.contents[name] = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def rows_of(self, folder: str) -> list[Row]:
        return [dict(row) for row in self.table(f"{folder}/rows.csv")]

    def write_rows(self, folder: str, rows: list[Row]) -> None:
        """The rows of an indicator, in CSV and Parquet, and how many its JSON says."""
        self.write(f"{folder}/rows.csv", rows)
        self.write_parquet(folder, rows)
        self.edit_json(f"{folder}/indicator.json", lambda stated: stated.update(row_count=len(rows)))

    def write_parquet(self, folder: str, rows: list[Row]) -> None:
        old = pq.read_table(io.BytesIO(self.contents[f"{folder}/rows.parquet"]))
        columns = [pa.array([typed(row[field.name], field.type) for row in rows], field.type) for field in old.schema]
        stream = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(columns, schema=old.schema), stream)
        self.contents[f"{folder}/rows.parquet"] = stream.getvalue()

    def change_rows(self, change: Callable[[list[Row]], list[Row]]) -> None:
        """The same change in every indicator."""
        for folder in self.folders:
            before = self.rows_of(folder)
            after = change([dict(row) for row in before])
            if after != before:
                self.write_rows(folder, after)

    def change_clocks(self, change: Callable[[list[Row]], list[Row]]) -> None:
        for folder in self.folders:
            name = f"{folder}/clocks.csv"
            if name in self.contents:
                self.write(name, change([dict(row) for row in self.table(name)]))

    def derive(self) -> None:
        """Make figures, components, scores, total, rating and every JSON follow from the rows again."""
        about = json.loads(self.contents["pack.json"])
        pack = Pack(self.contents)
        rows = [row for folder in pack.indicator_folders() for row in pack.table(f"{folder}/rows.csv")]
        unique = list({tuple(row.items()): row for row in rows}.values())
        figures = Figures(pack.table("figures.csv"), pack.table("submissions.csv"), int(about["fiscal_year"]))
        for figure_id, stated in figures.definitions.items():
            value = figures.value(figure_id, [row for row in unique])
            if value is None or Decimal(stated["value"]) == as_decimal(value):
                continue
            text = f"{as_decimal(value):f}"
            shown = f"{rounded(value)}{stated['unit']}"
            count = str(sum(row["figure_id"] == figure_id for row in unique))
            for name in ("figures.csv", "report_figures.csv"):
                self.edit(
                    name,
                    lambda row, f=figure_id: row["figure_id"] == f,
                    value=text,
                    display_text=shown,
                    evidence_count=count,
                )
        self._score()

    def _score(self) -> None:
        scores = Recomputed(Pack(self.contents), Report())
        values = {row["figure_id"]: row["value"] for row in self.table("figures.csv")}
        for one in scores.indicators:
            for part in one.components:
                key = (part.rule["indicator_no"], part.rule["component_no"])
                names = zip(
                    ("numerator", "denominator", "case_count"),
                    ("numerator_figure", "denominator_figure", "case_figure"),
                    strict=True,
                )
                self.edit(
                    "results/components.csv",
                    lambda row, k=key: (row["indicator_no"], row["component_no"]) == k,
                    points=f"{as_decimal(part.points):f}",
                    percentage="" if part.percentage is None else f"{as_decimal(part.percentage):f}",
                    state=part.state,
                    **{column: values.get(part.rule[figure], "") for column, figure in names},
                )
            score = "" if one.score is None else str(one.score)
            self.edit(
                "results/indicators.csv", lambda row, o=one: row["indicator_no"] == o.rule["indicator_no"], score=score
            )
        self.foot(scores.rating)

    def foot(self, rating: str) -> None:
        """Totals from the scores of the indicators as they stand; then every JSON from its tables."""
        stated = self.table("results/indicators.csv")
        rows = [dict(row) for row in self.table("results/scorecard.csv")]
        for row in rows:
            mine = [
                Decimal(one["score"] or 0)
                for one in stated
                if row["level"] == "total" or (one["level1"] == row["level1"] and row["level2"] in ("", one["level2"]))
            ]
            row["score"] = str(sum(mine))
            row["rating"] = rating if row["level"] == "total" else ""
        self.write("results/scorecard.csv", rows)
        total = next(row for row in rows if row["level"] == "total")
        self.edit_json("pack.json", lambda about: about.update(total=total["score"], rating=total["rating"]))
        for folder in self.folders:
            self.edit_json(f"{folder}/indicator.json", self._agree)

    def _agree(self, stated: dict[str, Any]) -> None:
        no = str(stated["indicator"]["indicator_no"])
        figures = {row["figure_id"]: row for row in self.table("figures.csv")}
        pairs = [
            *((one, row) for one in [stated["indicator"]] for row in self.table("results/indicators.csv") if row["indicator_no"] == no),
            *((one, row) for one in [stated["rule"]] for row in self.table("scheme/indicators.csv") if row["indicator_no"] == no),
            *zip(stated["components"], [r for r in self.table("results/components.csv") if r["indicator_no"] == no], strict=True),
            *((one, figures[one["figure_id"]]) for one in stated["figures"]),
            *zip(
                stated["files"],
                [r for r in self.table("files.csv") if no in r["indicators"].split()],
                strict=True,
            ),
        ]  # fmt: skip
        for one, row in pairs:
            for column in one:
                if str("" if one[column] is None else one[column]) != row[column]:
                    one[column] = int(row[column]) if isinstance(one[column], int) else row[column]

    def report(self) -> Report:
        """What the verifier of the pack says."""
        report = Report()
        check_pack(self.pack, report)
        return report


def typed(text: str, kind: pa.DataType) -> object:
    if text == "":
        return "" if pa.types.is_string(kind) else None
    if pa.types.is_decimal(kind):
        return Decimal(text)
    return int(text) if pa.types.is_integer(kind) else text


def as_decimal(value: Any) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.00000001"))
