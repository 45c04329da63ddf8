"""What an office does every day and must be read as if it had not: other ways to write the same."""

from __future__ import annotations

from dagster_project.drill.doing.cells import number_in
from dagster_project.drill.paper import GridPaper
from dagster_project.drill.paper_text import TextPaper
from dagster_project.drill.paper_workbook import WorkbookPaper
from dagster_project.drill.planting import Ground, Planted, mutator

FULL_WIDTH = {**{ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}


@mutator
def write_full_width(ground: Ground) -> Planted | None:
    """Digits in full width."""
    for paper, column, rows in ground.spots():
        row = rows[0]
        before = paper.read(row["_row"], column.name)
        paper.write(row["_row"], column.name, before.translate(FULL_WIDTH))
        if before:
            return ground.planted(paper, [row["_row"]], f"{before} 写成全角")
    return None


@mutator
def write_with_separators(ground: Ground) -> Planted | None:
    """An amount with a comma between thousands."""
    for paper, column, rows in ground.spots():
        for row in rows:
            before = paper.read(row["_row"], column.name)
            number = number_in(before)
            if number is not None and abs(number) >= 1000 and "," not in before:
                if isinstance(paper, GridPaper):
                    paper.put(row["_row"], int(paper.places[column.name]), f"{number:,f}")
                else:
                    paper.write(row["_row"], column.name, f"{number:,f}")
                return ground.planted(paper, [row["_row"]], f"{number:f} 写成 {number:,f}")
    return None


@mutator
def store_as_text(ground: Ground) -> Planted | None:
    """A number that a workbook holds as text."""
    for paper, column, rows in ground.spots():
        for row in rows:
            before = paper.read(row["_row"], column.name)
            if isinstance(paper, WorkbookPaper) and number_in(before) is not None:
                paper.put(row["_row"], int(paper.places[column.name]), before)
                return ground.planted(paper, [row["_row"]], f"{before} 存为文本")
    return None


@mutator
def add_blanks(ground: Ground) -> Planted | None:
    """Blanks around a value."""
    for paper, column, rows in ground.spots():
        for row in rows:
            before = paper.read(row["_row"], column.name)
            if before and isinstance(paper, GridPaper):
                paper.put(row["_row"], int(paper.places[column.name]), f" {before}  ")
                return ground.planted(paper, [row["_row"]], f"“{before}”前后有空格")
    return None


@mutator
def re_encode(ground: Ground) -> Planted | None:
    """The file saved in another encoding."""
    paper = ground.paper()
    if not isinstance(paper, TextPaper) or not ground.rows(paper):
        return None
    other = "utf-8-sig" if paper.encoding.startswith("gb") else "gb18030"
    content = "".join(paper.lines).encode(other)
    return ground.in_files({ground.handed.name: content}, [], f"另存为 {other}")


@mutator
def add_blank_rows(ground: Ground) -> Planted | None:
    """Blank lines below the last row."""
    paper = ground.paper()
    if not isinstance(paper, TextPaper) or not ground.rows(paper):
        return None
    paper.lines.append("\r\n" * 2)
    return ground.planted(paper, [], "末尾多两个空行")


@mutator
def turn_rows(ground: Ground) -> Planted | None:
    """The rows in the opposite order."""
    paper = ground.paper()
    rows = sorted(row["_row"] for row in ground.rows(paper)) if isinstance(paper, TextPaper) else []
    if not isinstance(paper, TextPaper) or len(rows) < 2 or rows[-1] - rows[0] != len(rows) - 1:
        return None
    paper.lines[rows[0] - 1 : rows[-1]] = reversed(paper.lines[rows[0] - 1 : rows[-1]])
    return ground.planted(paper, [], "行的顺序颠倒")


@mutator
def move_column(ground: Ground) -> Planted | None:
    """A column stands somewhere else, header and all."""
    paper = ground.paper()
    if not isinstance(paper, TextPaper) or not (rows := ground.rows(paper)):
        return None
    for column in ground.columns(paper):
        place = int(paper.places[column.name])
        if place and paper.cell(paper.header_row, place):
            for number in [paper.header_row, *range(paper.header_row + 1, paper.last_row + 1)]:
                cells = paper._cells(number)
                if len(cells) > place:
                    cells.insert(1, cells.pop(place))
                    paper._join(number, cells)
            return ground.planted(paper, [], f"列“{column.headers[0]}”移到第二列,{len(rows)} 行不变")
    return None
