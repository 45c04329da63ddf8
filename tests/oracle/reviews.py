"""Reviews of the self-evaluation, from the files beside the oracle's own scores; and where the warehouse says otherwise."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import duckdb

from oracle.cells import day, number, words, yes
from oracle.drop import Drop, pick
from oracle.editor import Editor
from oracle.scoring import SCHEME, Indicator

HEAD = "复核编号,评分方案,评价年度,指标序号,复核分,复核理由,复核单位,复核日期,是否采纳,整改要求,整改期限,整改情况,佐证材料编号,销号日期".split(
    ","
)
Told = tuple[Any, ...]


def reviews_of(drop: Drop, year: int, scheme: str) -> dict[str, dict[str, str]]:
    """The last line of each review of a year under a scheme, by its number; without a scheme, the official one is meant."""
    found: dict[str, dict[str, str]] = {}
    for table in drop.tables("evaluation_reviews", ["复核编号", "指标序号"]):
        for row in table.rows:
            found[words(row["复核编号"]) or ""] = row
    return {
        review: row
        for review, row in found.items()
        if number(row["评价年度"]) == year and (words(row["评分方案"]) or SCHEME) == scheme
    }


def rectification(row: dict[str, str], today: date) -> str:
    """Where putting right what a review found stands on a day."""
    if words(row["整改要求"]) is None:
        return "不要求整改"
    if day(row["销号日期"]) is not None:
        return "已销号"
    due = day(row["整改期限"])
    return "逾期未销号" if due is not None and today > due else "整改中"


def outcome(row: dict[str, str], own: Decimal | None) -> tuple[Decimal | None, str]:
    """The difference to the own score in points, and what became of the review."""
    score = number(row["复核分"])
    assert isinstance(score, Decimal)
    difference = None if own is None else score.quantize(Decimal("0.01")) - own
    if difference == 0:
        return difference, "一致"
    adopted = yes(row["是否采纳"] or "")
    return difference, "未定" if adopted is None else "采纳" if adopted else "不采纳"


def review_differences(
    connection: duckdb.DuckDBPyConnection, drop: Drop, year: int, scheme: str, indicators: list[Indicator]
) -> list[str]:
    """Every review and every reviewed indicator on which warehouse and oracle disagree."""
    own = {one.number: one.score for one in indicators}
    ours = reviews_of(drop, year, scheme)
    listed: dict[Any, Told] = {
        review: (int(number(row["指标序号"]) or 0), *outcome(row, own.get(int(number(row["指标序号"]) or 0)))[:1],
                 rectification(row, drop.built_for))
        for review, row in ours.items()
    }  # fmt: skip
    last: dict[Any, tuple[Any, str]] = {}
    counts: dict[int, int] = {}
    for review, row in ours.items():
        indicator = int(number(row["指标序号"]) or 0)
        counts[indicator] = counts.get(indicator, 0) + 1
        last[indicator] = max(last.get(indicator, (date.min, "")), (day(pick(row, ["复核日期"]) or ""), review))
    reviewed: dict[Any, Told] = {
        no: (*outcome(ours[last[no][1]], score), last[no][1], counts[no]) if no in last else (None, "未复核", None, 0)
        for no, score in own.items()
    }
    key = [scheme, drop.department, year]
    where = "where scheme_id = ? and department_code = ? and fiscal_year = ?"
    theirs: Mapping[Any, Told] = {
        row[0]: row[1:]
        for row in connection.execute(
            f"select review_no, indicator_no, difference_points, rectification_state from evaluation.reviews {where}",
            key,
        ).fetchall()
    }
    by_indicator: Mapping[Any, Told] = {
        row[0]: row[1:]
        for row in connection.execute(
            "select indicator_no, difference_points, review_state, review_no, review_count "
            f"from evaluation.indicator_reviews {where}",
            key,
        ).fetchall()
    }
    return [
        f"{year} {scheme} review of {name}: {found.get(name)} is not {expected.get(name)}"
        for found, expected in ((theirs, listed), (by_indicator, reviewed))
        for name in sorted({*found, *expected}, key=str)
        if found.get(name) != expected.get(name)
    ]


def hand_in_reviews(e: Editor, rng: Random) -> str:
    """The bureau's opinion on 2023 in spring, and in summer what was done since: answers, second opinions, new ones."""
    years = [rng.choice([2022, 2023]) for _ in range(rng.randint(3, 9))]
    lines = []
    for place, year in enumerate(years):
        is_open, must = rng.random() < 0.3, rng.random() < 0.6
        lines.append(
            {
                "复核编号": f"FH{place:03d}", "评分方案": rng.choice(["", SCHEME]), "评价年度": str(year),
                "指标序号": str(rng.randint(1, 25)), "复核分": f"{rng.randint(0, 100) / 100}", "复核理由": "与佐证材料不一致",
                "复核单位": "市财政局", "复核日期": f"2024-01-{rng.randint(5, 28):02d}",
                "是否采纳": "" if is_open else rng.choice(["是", "否"]), "整改要求": "补齐材料" if must else "",
                "整改期限": f"2024-0{rng.randint(2, 9)}-15" if must else "",
            }
        )  # fmt: skip
    later = [
        {**line, "整改情况": "已补齐", "销号日期": "2024-02-20"}
        for line in lines
        if line["整改要求"] and rng.random() < 0.5
    ]
    for name, received, rows in (
        ("复核意见", "2024-01-29T10:00:00+08:00", lines),
        ("整改情况", "2024-03-01T10:00:00+08:00", later),
    ):
        if rows:
            _write(e, f"evaluation_reviews/2023/{name}.csv", received, rows)
    return f"{len(lines)} reviews, {len(later)} answered"


def _write(e: Editor, name: str, received: str, rows: list[dict[str, str]]) -> None:
    path = e.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with (e.raw / "received.csv").open("a", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerow([name, e.department, "2023", received])
