"""What is shown beside the documents of a year: the scorecard and how far its budget was spent, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from dagster_project.asset_pages.page import address_of
from dagster_project.asset_pages.pictures import budget_progress, scorecard_picture
from dagster_project.publishing import PublishError, kept_version
from dagster_project.reporting.reading.scorecard import UnknownEvaluation, read_scorecard
from dagster_project.settings import Settings

LINKS = ("evaluation.scorecard", "evaluation.indicators", "evaluation.figures", "evaluation.quality_statements")


def pictures_of_year(settings: Settings, version: str, years: Iterable[int], department_code: str) -> dict[str, str]:
    """By heading, the texts of the years that documents were made of from a version; nothing of a version that is no longer kept."""
    try:
        path = kept_version(settings.serving_dir, version).path
    except PublishError:
        return {}
    cards = []
    for year in years:
        try:
            cards.append(scorecard_picture(read_scorecard(path, year, department_code)))
        except UnknownEvaluation as error:
            cards.append(f"{year}:{error}")
    found = {
        "评分表": "\n\n".join(cards),
        "预算执行进度": budget_progress(path),
        "数据表": "、".join(f"[{table}]({address_of(table)})" for table in LINKS),
    }
    return {heading: text for heading, text in found.items() if text}
