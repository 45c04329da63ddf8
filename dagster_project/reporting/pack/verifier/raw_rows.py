"""The rows behind the figures read again from the files as departments handed them in; only the internal pack has those."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dagster_project.reporting.pack.verifier.clocks import CLOCK_RULES
from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.raw_columns import RawCopies, amount_columns, date_columns
from dagster_project.reporting.pack.verifier.raw_files import amounts, day_of, narrow, to_cents
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.tables import SCHEME_FILE

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table

READ_AGAIN = "scheme/read_again.csv"
NOT_COUNTED = "not_counted.csv"
NOT_COUNTED_COLUMNS = ("figure_id", "file", "sheet", "row_number")
NOT_AS_WRITTEN = "not_as_written.csv"


class Unlike(NamedTuple):
    """A row that counts and whose file does not say so in so many words; ``told`` is where in the pack, and how."""

    what: str
    figure_id: str
    fact_key: str
    file: str
    sheet: str
    row_number: str
    told: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """Which row it is, without the words."""
        return self[:-1]


NOT_AS_WRITTEN_COLUMNS = Unlike._fields[:-1]


def check_raw(pack: Pack, report: Report) -> None:
    """Each row is where it says, is the fact it says, and counts for what stands there; deadlines run between dates that stand there."""
    raw = RawCopies(pack)
    if not raw.copies:
        report.gap("公开版没有原始文件副本,数据行没有与原始文件对照(内部版可以)")
        return
    before = len(report.faults)
    for sha256, file in sorted(raw.copies.items()):
        if hashlib.sha256(pack.read(file["copy"])).hexdigest() != sha256:
            report.fault(f"{file['copy']}:不是 files.csv 所说的 {file['file']}({file['number']}),SHA-256 不符")
    report.settle(before, f"{len(raw.copies)} 个原始文件副本与登记的 SHA-256 一致")
    if READ_AGAIN not in pack.names:
        report.gap("佐证包没有对照规则(旧版佐证包),数据行没有与原始文件对照")
        return
    before = len(report.faults)
    counts: Counter[str] = Counter()
    listed = {tuple(row.values()) for row in pack.table(NOT_AS_WRITTEN)}
    told: list[str] = []
    for one in unlike_rows(pack, raw, counts):
        if one.place in listed:
            told.append(f"{one.file} 第 {one.row_number} 行")
        else:
            report.fault(one.told)
    for name, why in sorted(raw.not_read.items()):
        report.gap(f"{name} 没有对照:{why}")
    report.settle(
        before,
        f"{counts['rows']} 行数据与原始文件逐行对照,{counts['keys']} 个编号、{counts['amounts']} 笔金额、"
        f"{counts['dates']} 个期限日期即原件所写",
    )
    if counts["computed"]:
        report.gap(f"{counts['computed']} 行的金额由原件几个数算出({READ_AGAIN} 写明缘由),只对照了行和编号")
    if counts["unknown"]:
        report.gap(f"{counts['unknown']} 个逾期的完成日期不在计入的行里,没有与原件对照")
    if told:
        report.gap(f"{len(told)} 处与原件字面不同({NOT_AS_WRITTEN}):{'、'.join(told[:10])}")
    _check_not_counted(pack, raw, report)


def unlike_rows(pack: Pack, raw: RawCopies, counts: Counter[str]) -> Iterator[Unlike]:
    """The rows, numbers of facts, amounts and dates that do not stand in the files as the pack has them; counts the others."""
    exceptions = {row["figure_id"]: row for row in pack.table(READ_AGAIN)}
    aggregations = {row["figure_id"]: row["aggregation"] for row in pack.table("figures.csv")}
    for folder in pack.indicator_folders():
        rows = pack.table(f"{folder}/rows.csv")
        sums = {row["figure_id"] for row in rows if aggregations.get(row["figure_id"]) == "sum"}
        columns = {one: amount_columns([row for row in rows if row["figure_id"] == one], raw) for one in sums}
        for line, row in enumerate(rows, start=2):
            if row["file"] != SCHEME_FILE:
                rule = {"sum": str(row["figure_id"] in sums), **exceptions.get(row["figure_id"], {})}
                there = columns.get(row["figure_id"], {}).get((row["sha256"], row["sheet"]), [])
                yield from _unlike(f"{folder}/rows.csv 第 {line} 行 {row['fact_key']}", row, raw, rule, there, counts)
    rules = {row["figure_id"]: row for row in pack.table(CLOCK_RULES)}
    for folder in pack.indicator_folders():
        name = f"{folder}/clocks.csv"
        clocks = list(enumerate(pack.table(name), start=2)) if name in pack.names else []
        for figure_id in sorted({clock["figure_id"] for _, clock in clocks} & set(rules)):
            rule = rules[figure_id]
            rows = [
                r for r in pack.table(f"{folder}/rows.csv") if r["figure_id"] in (figure_id, rule["on_time_figure"])
            ]
            mine = {line: clock for line, clock in clocks if clock["figure_id"] == figure_id}
            for column in rule["dates_in_file"].split("|"):
                yield from _unlike_dates(name, mine, rows, column, rule, raw, counts)
    yield from _unlike_judgements(pack, raw, counts)


def _unlike(
    place: str, row: Row, raw: RawCopies, rule: Row, columns: list[int], counts: Counter[str]
) -> Iterator[Unlike]:
    def unlike(what: str, told: str) -> Unlike:
        names = row["figure_id"], row["fact_key"], row["file"], row["sheet"], row["row_number"]
        return Unlike(what, *names, f"{place}:{told}")

    where = f"原件 {row['file']} 第 {row['row_number']} 行"
    if raw.sheet(row) is None:
        if row["sha256"] not in raw.copies:
            yield unlike("file", f"没有 {row['file']} 的副本")
        return
    texts = [narrow(text) for text in raw.cells(row).values()]
    if not texts:
        yield unlike("row", f"{where}是空的")
        return
    counts["rows"] += 1
    if not row["measure"]:
        return
    parts = [narrow(part) for part in re.split(r"[|/]", row["fact_key"]) if part]
    found = [any(part in text for text in texts) for part in parts]
    wanted = rule.get("key", "all")
    if (wanted == "all" and not all(found)) or (wanted == "some" and not any(found)):
        yield unlike("fact_key", f"{where}没有这个编号")
    elif wanted != "none":
        counts["keys"] += 1
    if rule["sum"] == "False":
        return
    if rule.get("measure") == "computed":
        counts["computed"] += 1
    elif to_cents(abs(Decimal(row["measure"]))) not in amounts(raw.cells(row).get(c, "") for c in columns):
        yield unlike("measure", f"记为 {row['measure']},{where}没有这个金额")
    else:
        counts["amounts"] += 1


def _unlike_dates(
    name: str, clocks: dict[int, Row], rows: Table, column: str, rule: Row, raw: RawCopies, counts: Counter[str]
) -> Iterator[Unlike]:
    """The dates of the clocks of a figure that are not in the column of the file where such dates stand."""
    dates = {clock["fact_key"]: clock[column] for clock in clocks.values() if clock[column]}
    is_latest = column in rule["latest_of_two"].split("|")
    places = date_columns(dates, rows, raw, 2 if is_latest else 1)
    written: dict[str, set[str]] = {}
    for row in rows:
        cells = raw.cells(row)
        there = [day_of(cells.get(place, "")) for place in places.get((row["sha256"], row["sheet"]), ())]
        written.setdefault(row["fact_key"], set()).add(max(there, default=""))
    for line, clock in clocks.items():
        if not clock[column]:
            continue
        if clock[column] in written.get(clock["fact_key"], ()):
            counts["dates"] += 1
        elif column == "finished_on" and clock["is_late"] == "True" and rule["late_row"] == "other":
            counts["unknown"] += 1
        else:
            where = f"{name} 第 {line} 行 {clock['fact_key']} 的 {column} {clock[column]}"
            told = f"{where}:原件的行里没有这个日期,或它不在这一列"
            yield Unlike(column, clock["figure_id"], clock["fact_key"], "", "", "", told)


def _unlike_judgements(pack: Pack, raw: RawCopies, counts: Counter[str]) -> Iterator[Unlike]:
    """What was judged by a person and does not stand so in the file, such as a reason that is masked."""
    submissions = {row["submission_id"]: row for row in pack.table("submissions.csv")}
    for line, row in enumerate(pack.table("judgements.csv"), start=2):
        submission = submissions.get(row["submission_id"], {"file": "", "sha256": ""})
        place = {**row, "file": submission["file"], "sha256": submission["sha256"]}
        if raw.sheet(place) is None:
            continue
        texts = set(raw.cells(place).values())
        texts |= {day_of(text) for text in texts}
        for column in ("judged_band", "reason", "evidence_no", "judged_on"):
            if not row[column]:
                continue
            if row[column] in texts:
                counts["judged"] += 1
                continue
            key = f"{row['indicator_no']}.{row['component_no']}"
            told = f"judgements.csv 第 {line} 行的 {column}:原件 {place['file']} 第 {row['row_number']} 行没有"
            yield Unlike(column, "manual_judgements", key, place["file"], row["sheet"], row["row_number"], told)


def _check_not_counted(pack: Pack, raw: RawCopies, report: Report) -> None:
    before = len(report.faults)
    listed = {tuple(row.values()): line for line, row in enumerate(pack.table(NOT_COUNTED), start=2)}
    computed = {tuple(row[name] for name in NOT_COUNTED_COLUMNS) for row in not_counted(pack, raw)}
    for figure_id, file, sheet, row_number in sorted(computed - set(listed)):
        report.fault(f"原件 {file} {sheet} 第 {row_number} 行有起止日期,却没有计入 {figure_id}")
    for place in sorted(set(listed) - computed):
        report.fault(f"{NOT_COUNTED} 第 {listed[place]} 行:原件没有这样的行,或已计入")
    report.settle(before, f"有起止日期的原件行都已计入,或列在 {NOT_COUNTED}({len(listed)} 行)")


def not_counted(pack: Pack, raw: RawCopies) -> Table:
    """Rows of the files behind the deadlines that have a date where rows that count have theirs, and do not count.

    Whether they are rightly left out (not yet due, of another year or kind, corrected later) does not follow from the pack;
    that one was left out that used to count does.
    """
    found: Table = []
    for rule in pack.table(CLOCK_RULES):
        for folder in pack.indicator_folders():
            name = f"{folder}/clocks.csv"
            clocks = [
                c for c in (pack.table(name) if name in pack.names else []) if c["figure_id"] == rule["figure_id"]
            ]
            if not clocks:
                continue
            rows = [row for row in pack.table(f"{folder}/rows.csv") if row["figure_id"] == rule["figure_id"]]
            for column in rule["dates_in_file"].split("|"):
                for row in _rows_with_date({clock["fact_key"]: clock[column] for clock in clocks}, rows, raw):
                    entry = {"figure_id": rule["figure_id"], **row}
                    if entry not in found:
                        found.append(entry)
            break
    return sorted(found, key=lambda row: (row["figure_id"], row["file"], row["sheet"], int(row["row_number"])))


def _rows_with_date(dates: dict[str, str], rows: Table, raw: RawCopies) -> Table:
    """The rows that do not count and have a date in the column where most of those that count have theirs."""
    found: Table = []
    for (sha256, sheet), columns in date_columns(dates, rows, raw, 1).items():
        mine = [row for row in rows if (row["sha256"], row["sheet"]) == (sha256, sheet)]
        counted = {int(row["row_number"]) for row in mine}
        for row_number, cells in (raw.sheet(mine[0]) or {}).items():
            if day_of(cells.get(columns[0], "")) and row_number not in counted:
                found.append({"file": mine[0]["file"], "sheet": sheet, "row_number": str(row_number)})
    return found
