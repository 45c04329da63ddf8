"""A copy of a drop folder that can be changed the way a person changes files: a cell, a row, a whole file."""

from __future__ import annotations

import copy
import csv
import io
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from oracle.cells import day, month, plain
from oracle.drop import DEPARTMENT, Drop, HandedIn, head_of
from oracle.figures import Office
from oracle.spreadsheets import Workbook

LEDGERS = (
    "agenda_items asset_cards asset_disposals asset_income asset_inventories asset_standards bills budget_allocations "
    "carry_over contracts department_targets disclosures evaluation_reviews final_account_reports "
    "finance_findings ledger_balances "
    "manual_judgements meeting_support_log meetings "
    "monitoring_records payments performance_targets policies procurement_intentions procurements projects "
    "publication_matrix research_tasks result_applications self_evaluations staff_counts"
).split()

Where = Mapping[str, str | set[str]]
"""Cells that a row must hold: a text, or one of several."""


class Grid:
    """One sheet or text file, opened to be changed."""

    def __init__(self, file: HandedIn, sheet: str, anchors: list[str]) -> None:
        self.file, self.sheet, self.book = file, sheet, None
        if file.path.suffix == ".csv":
            content = file.path.read_bytes()
            try:
                self.encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
                text = content.decode(self.encoding)
            except UnicodeDecodeError:
                self.encoding = "gb18030"
                text = content.decode(self.encoding)
            self.lines = list(csv.reader(io.StringIO(text)))
        else:
            self.book = Workbook(file.path)
            self.lines = self.book.rows(sheet)
        self.head = head_of(self.lines, anchors)

    def column(self, header: str) -> int:
        """The column of a header (`A|B`: either; `A>B`: B below A)."""
        above, _, name = header.rpartition(">")
        assert self.head is not None
        for place, cell in enumerate(self.lines[self.head]):
            if plain(cell) in name.split("|") and (not above or plain(self.lines[self.head - 1][place]) == above):
                return place
        raise AssertionError(f"{self.file.path.name} has no {header}")

    def found(self, where: Where) -> list[int]:
        """The lines that hold all of these cells."""
        assert self.head is not None
        columns = {self.column(header): text for header, text in where.items()}
        return [
            place
            for place, line in enumerate(self.lines)
            if place > self.head
            and all(
                c < len(line) and (plain(line[c]) in w if isinstance(w, set) else plain(line[c]) == w)
                for c, w in columns.items()
            )
        ]

    def write(self, line: int, header: str, text: str) -> None:
        """Put a text into a cell."""
        column = self.column(header)
        if self.book is not None:
            self.book.write(self.sheet, line, column, text)
        self.lines[line][column] = text

    def add(self, like: int, changes: dict[str, str]) -> None:
        """A new last line like another one."""
        assert self.head is not None
        new = len(self.lines)
        self.lines.append([""] * len(self.lines[self.head]))
        for column, header in enumerate(self.lines[self.head]):
            text = self.lines[like][column] if column < len(self.lines[like]) else ""
            if re.fullmatch(r"\d{5}", text) and re.search("日期|时间|月|期间", plain(header)):
                text = str(day(text))
            if self.book is not None and text:
                self.book.write(self.sheet, new, column, text)
            self.lines[new][column] = text
        for header, text in changes.items():
            self.write(new, header, text)

    def clear(self, line: int) -> None:
        """Empty a line."""
        if self.book is not None:
            self.book.remove(self.sheet, line)
        self.lines[line] = [""] * len(self.lines[line])

    def save(self) -> None:
        """Write the file anew; the old one may be a link to somebody else's."""
        self.file.path.unlink()
        if self.book is not None:
            self.book.save()
            return
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(line for line in self.lines if any(line))
        self.file.path.write_bytes(text.getvalue().encode(self.encoding))


class Editor:
    """The changed copy."""

    def __init__(self, origin: Path, folder: Path, department: str = DEPARTMENT) -> None:
        self.raw, self.department = folder, department
        self.held: set[str] = set()
        folder.mkdir(parents=True)
        shutil.copy2(origin / "received.csv", folder / "received.csv")
        for ledger in LEDGERS:
            if not (origin / ledger).exists():  # nobody has to hand in reviews
                continue
            shutil.copytree(origin / ledger, folder / ledger, copy_function=os.link)

    @classmethod
    def in_place(cls, folder: Path, department: str = DEPARTMENT) -> Editor:
        """A drop that is a copy already, to be changed where it lies."""
        editor = cls.__new__(cls)
        editor.raw, editor.department, editor.held = folder, department, set()
        return editor

    def office(self, year: int = 2023) -> Office:
        """The figures of the office as it stands now."""
        return Office(self.drop(), year)

    def drop(self) -> Drop:
        """The files of the department that count as they are now."""
        return Drop(self.raw, self.department, held=self.held)

    def of(self, department: str) -> Editor:
        """The same copy, to change files of another department."""
        other = copy.copy(self)
        other.department = department
        return other

    def grids(self, ledger: str, year: int, anchors: list[str]) -> Iterator[Grid]:
        """The sheets of the year that have these headers, oldest file first."""
        for file in self.drop().files.get(ledger, []):
            if file.year == year:
                yield from self.grids_of(file, anchors)

    def grids_of(self, file: HandedIn, anchors: list[str]) -> Iterator[Grid]:
        """The sheets of a file that have these headers."""
        sheets = [""] if file.path.suffix == ".csv" else list(Workbook(file.path).sheets)
        for sheet in sheets:
            grid = Grid(file, sheet, [anchor.rpartition(">")[2] for anchor in anchors])
            if grid.head is not None:
                yield grid

    def set(self, ledger: str, where: Where, changes: dict[str, str], year: int = 2023) -> None:
        """Change cells of the rows that hold these cells, in every file of the year."""
        count = 0
        for grid in self.grids(ledger, year, [*where, *changes]):
            lines = grid.found(where)
            for line in lines:
                for header, text in changes.items():
                    grid.write(line, header, text)
            count += len(lines)
            if lines:
                grid.save()
        assert count, f"{ledger} {year} has no row {where}"

    def add(self, ledger: str, like: Where, changes: dict[str, str], year: int = 2023) -> None:
        """A new row like another one, in the last file that holds that one."""
        grids = [grid for grid in self.grids(ledger, year, [*like, *changes]) if grid.found(like)]
        grids[-1].add(grids[-1].found(like)[0], changes)
        grids[-1].save()

    def remove(self, ledger: str, where: Where, year: int = 2023) -> None:
        """Take rows out of every file of the year."""
        count = 0
        for grid in self.grids(ledger, year, list(where)):
            lines = grid.found(where)
            for line in lines:
                grid.clear(line)
            count += len(lines)
            if lines:
                grid.save()
        assert count, f"{ledger} {year} has no row {where}"

    def withdraw(self, ledger: str, year: int = 2023) -> None:
        """The ledger of the year was never handed in."""
        for file in self.drop().files.get(ledger, []):
            if file.year == year:
                file.path.unlink()

    def lose(self, ledger: str, period: str) -> None:
        """The files of one period of the ledger were never handed in."""
        files = [file for file in self.drop().files[ledger] if file.period == period]
        assert files, f"{ledger} has no file of {period}"
        for file in files:
            file.path.unlink()

    def keep_months(self, ledger: str, header: str, last: int, year: int = 2023) -> None:
        """The files of the year end with a month."""
        count = 0
        for grid in self.grids(ledger, year, [header]):
            assert grid.head is not None
            place = grid.column(header)
            for line, cells in enumerate(grid.lines):
                found = month(cells[place]) if line > grid.head and place < len(cells) else None
                if found is not None and found.month > last:
                    grid.clear(line)
                    count += 1
            grid.save()
        assert count, f"{ledger} {year} has no month after {last}"

    def hand_in_again(self, file: HandedIn, received: str, *, is_held: bool = False) -> HandedIn:
        """A later file for the same period, like another one so far; `is_held` says that the door must not let it count."""
        path = file.path.with_name(f"更正{received[:10]}-{file.path.name}")
        shutil.copyfile(file.path, path)
        name = path.relative_to(self.raw).as_posix()
        if is_held:
            self.held.add(name)
        with (self.raw / "received.csv").open("a", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerow([name, self.department, file.period, received])
        return HandedIn(path, file.ledger, file.period, received)
