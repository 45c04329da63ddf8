"""A workbook about a scored year: its properties and what stands below each page say whose it is and from which version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Book, new_workbook


@contextmanager
def year_book(
    year: ScoredYear, path: Path, title: str, in_footer: str = "", made_with: str = ""
) -> Iterator[tuple[Book, str]]:
    """Open a workbook to be written; the same version gives the same bytes.

    Args:
        year: the scored year.
        path: the xlsx file.
        title: of the workbook.
        in_footer: how the footer calls it, where that is shorter.
        made_with: what its properties say beside the version, such as the scheme.

    Yields:
        The workbook, and the footer of its sheets.
    """
    name, version = year.scorecard.department_name, f"数据版本 {year.version}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_workbook(path) as workbook:
        workbook.set_properties(
            {
                "title": title,
                "author": name,
                "comments": ";".join(filter(None, (version, made_with))),
                "created": dt.datetime.fromisoformat(year.data_until),
            }
        )
        yield Book(workbook), f"{name} {in_footer or title}  {version}"
