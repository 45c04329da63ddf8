"""Faults around the rows: headers, units, totals, the bytes of the file."""

from __future__ import annotations

import re
from decimal import Decimal

from dagster_project.drill.paper import GridPaper
from dagster_project.drill.paper_text import TextPaper
from dagster_project.drill.planting import Ground, Planted, header_of, mutator

OTHER_UNIT = {"元": "万元", "万元": "元"}


@mutator
def swap_headers(ground: Ground) -> Planted | None:
    """The headers of two columns of one type stand in each other's place."""
    paper = ground.paper()
    if not isinstance(paper, GridPaper) or not ground.rows(paper):
        return None
    columns = ground.columns(paper)
    for one in columns:
        for other in columns:
            if one is not other and one.type == other.type:
                first, second = int(paper.places[one.name]), int(paper.places[other.name])
                row, texts = (
                    paper.header_row,
                    (paper.cell(paper.header_row, first), paper.cell(paper.header_row, second)),
                )
                if all(texts):
                    paper.put(row, first, texts[1])
                    paper.put(row, second, texts[0])
                    return ground.planted(paper, [], f"“{texts[0]}”与“{texts[1]}”两列的表头互换")
    return None


@mutator
def misspell_header(ground: Ground) -> Planted | None:
    """The header of a column is another word, so that nobody finds it."""
    paper = ground.paper()
    if not isinstance(paper, GridPaper) or not ground.rows(paper):
        return None
    for column in ground.columns(paper):
        place = int(paper.places[column.name])
        if before := paper.cell(paper.header_row, place):
            paper.put(paper.header_row, place, f"{before}{ground.how['more']}")
            return ground.planted(paper, [], f"表头“{before}”写成“{before}{ground.how['more']}”")
    return None


@mutator
def change_unit(ground: Ground) -> Planted | None:
    """The unit above the header is the other one; the amounts stay."""
    paper = ground.paper()
    if not isinstance(paper, GridPaper) or paper.unit not in OTHER_UNIT or not ground.rows(paper):
        return None
    other = OTHER_UNIT[paper.unit]
    for row in range(1, paper.header_row + 1):
        for place in range(60):
            text = paper.cell(row, place)
            if found := re.search(rf"(?<![万千亿]){paper.unit}", text):
                paper.put(row, place, text[: found.start()] + other + text[found.end() :])
                return ground.planted(paper, [], f"“{text}”写成“{other}”,金额未换算")
    return None


@mutator
def falsify_total(ground: Ground) -> Planted | None:
    """The total below the rows is not their sum."""
    paper = ground.paper()
    if not isinstance(paper, GridPaper) or not ground.rows(paper):
        return None
    last = max(row["_row"] for row in ground.office.rows(ground.handed))
    for number in range(last + 1, paper.last_row + 1):
        for column in ground.columns(paper):
            text = paper.read(number, column.name)
            if re.fullmatch(r"-?[\d,]+(\.\d+)?", text):
                paper.write(number, column.name, Decimal(text.replace(",", "")) * Decimal(str(ground.how["by"])))
                words = f"合计 {text} → {paper.read(number, column.name)}({header_of(column)})"
                return ground.planted(paper, [number], words)
    return None


@mutator
def cut_bytes(ground: Ground) -> Planted | None:
    """The file ends in the middle of a row, as a copy does that broke off."""
    paper = ground.paper()
    if paper is None or not (rows := sorted(row["_row"] for row in ground.rows(paper))):
        return None
    content = paper.content()
    at = rows[len(rows) * 2 // 3]
    lines = content.split(b"\n")
    whole = b"\n".join(lines[: at - 1]) + b"\n" + lines[at - 1][: len(lines[at - 1]) // 2]
    return ground.in_files({ground.handed.name: whole}, [], f"文件在第 {at} 行中间断开,其后各行都没有")


@mutator
def mix_encodings(ground: Ground) -> Planted | None:
    """One line of a UTF-8 file is in GB18030, or the other way round."""
    paper = ground.paper()
    if not isinstance(paper, TextPaper) or not (rows := ground.rows(paper)):
        return None
    at = rows[0]["_row"]
    other = "utf-8" if paper.encoding.startswith("gb") else "gb18030"
    parts = [line.encode(other if number == at else paper.encoding) for number, line in enumerate(paper.lines, start=1)]
    content = paper.mark + b"".join(parts)
    return ground.in_files({ground.handed.name: content}, [at], f"该行是 {other} 编码,其余各行是 {paper.encoding}")


@mutator
def announce_more(ground: Ground) -> Planted | None:
    """received.csv says how many rows the file holds; some of them are not there."""
    paper = ground.paper()
    rows = sorted(row["_row"] for row in ground.rows(paper)) if paper else []
    if not paper or not rows:
        return None
    gone = rows[len(rows) - max(1, len(rows) // 10) :]
    paper.remove(range(gone[0], paper.last_row + 1))
    receipt = ground.line_of(ground.handed.entry, len(ground.office.rows(ground.handed)))
    words = f"登记 {len(rows)} 行,文件中缺最后 {len(gone)} 行"
    return ground.planted(paper, [], words, {ground.handed.name: receipt})
