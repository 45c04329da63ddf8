"""Cases of texts whose rows have a delimiter too many or too few: what stands in wrong columns is told at its row, in every layout."""

from __future__ import annotations

from typing import Any

import pytest
from ledger_files import PAYMENT_FILE, PAYMENTS, Office, closes, column, contract_of, payment_cells, payments_text

from dagster_project.ingestion.submissions import Submission

TEXTS = ["编号", "名称", "单位", "地点", "说明"]
GOOD = "".join(f"K{n},会议费,甲单位,广州,\r\n" for n in range(1, 8))


def of_texts(office: Office, content: str, last_required: bool = False, **layout: Any) -> Submission:
    """Land a file of a ledger of nothing but texts, where a value fits any column."""
    columns = [column(f"c{n}", text, required=n < 2) for n, text in enumerate(TEXTS)]
    columns[-1]["required"] = last_required
    files = [{"pattern": "sample/*/*.csv", "format": "csv", **layout}]
    office.contracts = {"sample": contract_of(columns, files=files)}
    return office.land_one("sample/2023/文本.csv", content)


def rules(office: Office, entry: Submission) -> list[tuple[int | None, str]]:
    return [(row, rule) for row, _, rule in office.faults(entry)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize(
    "row",
    ["K9,会议,费,甲单位,广州,", "K9,会议费,1,234,广州,", "K9,会,议,费,甲单位,广州,", 'K9,"会\r\n议",费,甲单位,广州,'],
)
def test_a_stray_delimiter_in_a_row_whose_last_cell_is_empty_is_told_at_its_row(
    row: str, delimiter: str, office: Office
) -> None:
    content = (",".join(TEXTS) + "\r\n" + GOOD + row + "\r\nK10,培训费,乙单位,深圳,\r\n").replace(",", delimiter)
    entry = of_texts(office, content, delimiter=delimiter)
    assert rules(office, entry) == [(9, "too_many_cells")] and entry.rows_accepted == 8 and closes(entry)


@pytest.mark.parametrize("row", ["K9,会议费,甲单位,广州", "K9,会议费甲单位,广州,"])
def test_a_row_that_lacks_a_delimiter_is_told_where_the_others_end_with_one(row: str, office: Office) -> None:
    padded = GOOD.replace("\r\n", ",\r\n")
    entry = of_texts(office, ",".join(TEXTS) + "\r\n" + padded + row + ",\r\n")
    assert (9, "too_few_cells") in rules(office, entry) and entry.rows_accepted == 7
    entry = of_texts(office, ",".join(TEXTS) + "\r\n" + GOOD + row + "\r\n")
    assert (9, "too_few_cells") in rules(office, entry) and entry.rows_accepted == 7


def test_of_two_exports_joined_both_load_though_one_ends_its_lines_with_a_delimiter(office: Office) -> None:
    padded = "".join(f"K{n},会议费,甲单位,广州,,\r\n" for n in range(11, 15))
    entry = of_texts(office, ",".join(TEXTS) + "\r\n" + GOOD + padded)
    assert entry.rows_accepted == 11 and rules(office, entry) == [(None, "padded")]


def test_a_row_whose_last_column_has_its_required_value_cannot_have_been_moved(office: Office) -> None:
    lines = "".join(f"K{n},会议费,甲单位,广州,有\r\n" for n in range(1, 8))
    entry = of_texts(office, ",".join(TEXTS) + "\r\n" + lines + "K9,会议费,甲单位,广州,有,\r\n", last_required=True)
    assert entry.rows_accepted == 8 and rules(office, entry) == [(None, "padded")]


def test_a_total_with_a_delimiter_more_is_a_note(office: Office) -> None:
    entry = of_texts(office, ",".join(TEXTS) + "\r\n" + GOOD + "合计,,,,,\r\n")
    assert (entry.rows_accepted, entry.rows_rejected) == (7, 0)


@pytest.mark.parametrize("small", [0, 3])
def test_thousands_without_quotes_are_no_two_numbers(small: int, office: Office) -> None:
    """Each comma of 1,234 moves the rest by a column, and where many amounts are large, that looks like a habit."""
    columns = [
        column("id", "编号", required=True),
        column("amount_yuan", "金额", kind="money"),
        column("people", "人数", kind="integer"),
        column("note", "说明"),
    ]
    office.contracts = {
        "sample": contract_of(columns, files=[{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}])
    }
    large = "".join(f"K{n},{n},234,5,\r\n" for n in range(1, 5))
    rows = large + "".join(f"S{n},{n}.50,5,\r\n" for n in range(small))
    entry = office.land_one("sample/2023/金额.csv", "编号,金额,人数,说明\r\n" + rows)
    assert entry.rows_rejected == 4 and entry.rows_accepted == small
    assert "1,234" in office.findings(entry)[0]["message_zh"]


def test_a_stray_comma_in_payments_loads_no_row_that_is_moved(office: Office) -> None:
    """Whatever cell it stands in: the last column is mostly empty there."""
    rows = [payment_cells(n) for n in range(1, 151)]
    lines = payments_text(rows)
    for place in range(len(PAYMENTS.columns)):
        cells = payment_cells(900 + place)
        lines += ",".join([*cells[: place + 1], "", *cells[place + 1 :]]) + "\r\n"
    entry = office.land_one(PAYMENT_FILE, lines)
    assert (entry.rows_accepted, entry.rows_rejected) == (150, len(PAYMENTS.columns)) and closes(entry)


@pytest.mark.parametrize("tables", ["stacked", "side_by_side"])
def test_stacked_and_side_by_side_tables_of_a_text_are_held_to_their_width(tables: str, office: Office) -> None:
    columns = [column("id", "编号", required=True), column("name", "名称", required=True), column("note", "说明")]
    layout = {"pattern": "sample/*/*.csv", "format": "csv", "tables": tables}
    office.contracts = {"sample": contract_of(columns, files=[layout])}
    head, times = "编号,名称,说明", 2 if tables == "side_by_side" else 1
    rows = [",".join(f"K{n}{t},会,无" for t in range(times)) for n in range(6)]
    broken = (
        rows[0].replace("K0", "K9").replace("会", "会,议", 1)
        + "\r\n"
        + rows[0].replace("K0", "K8").replace("会,", "会", 1)
    )
    content = "\r\n".join([",".join([head] * times), *rows, broken]) + "\r\n"
    entry = office.land_one("sample/2023/表.csv", content)
    told = {rule for rule in rules(office, entry) if rule[1].endswith("_cells")}
    assert told == {(8, "too_many_cells"), (9, "too_few_cells")} and entry.rows_accepted == 6 * times


def test_a_matrix_in_a_text_is_held_to_its_width(office: Office) -> None:
    columns = [
        column("item_no", "单位", required=True),
        column("kind", "类别"),
        column("number", "数", kind="integer"),
    ]
    matrix = {"rows": ["item_no"], "across": ["kind"], "value": "number"}
    office.contracts = {
        "sample": contract_of(
            columns, key=["item_no", "kind"], files=[{"pattern": "sample/*/*.csv", "format": "csv", "matrix": matrix}]
        )
    }
    rows = "".join(f"单位{n},1,2,3\r\n" for n in range(6))
    entry = office.land_one("sample/2023/矩阵.csv", "单位,甲,乙,丙\r\n" + rows + "单位,七,1,2,3\r\n单位8,1 2,3\r\n")
    assert rules(office, entry) == [(8, "too_many_cells"), (9, "too_few_cells")] and entry.rows_accepted == 18
