"""The whole loop on the sample: a spoilt row is answered by the night, mended in the workbook, handed in, and the figures are as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from other_programs import cells, in_place
from sample_warehouse import Warehouse, rows

from dagster_project.ingestion.answering import CODE_HEADER, ROWS_SHEET
from dagster_project.publishing import DATABASE, current_version

pytestmark = pytest.mark.slow
FILE = "payments/2023/2023年11月国库集中支付明细.csv"
SPENT = "select value from evaluation.figures where figure_id = 'spending.total' and fiscal_year = 2023 and department_code = '101001'"
OPEN = "select open_count from quality.checks where check_id = 'rejected_row'"


def spoil(raw: Path) -> tuple[int, str]:
    """Write a day that is none into a payment; its row of the file, and the day as it was."""
    path = raw / FILE
    lines = path.read_bytes().decode("gb18030").splitlines(keepends=True)
    head = next(number for number, line in enumerate(lines) if "支付凭证号" in line)
    place = lines[head].strip().split(",").index("申请日期")
    cut = lines[head + 1].split(",")
    right, cut[place] = cut[place], "11月某日"
    lines[head + 1] = ",".join(cut)
    path.write_bytes("".join(lines).encode("gb18030"))
    return head + 2, right


def published(office: Warehouse) -> Path:
    return current_version(office.settings.serving_dir).path / DATABASE


def test_a_rejected_row_is_answered_mended_and_counts(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = rows(published(sample), SPENT)
    office = sample.copy_to(tmp_path)
    row, right = spoil(office.settings.raw_dir)
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 3, text
    assert rows(published(office), SPENT) < spent and rows(published(office), OPEN) == [(1,)]
    path = office.settings.answers_dir / "101001" / "payments" / "2023" / "2023年11月国库集中支付明细_答复.xlsx"
    content = path.read_bytes()
    sheet = cells(content, ROWS_SHEET)
    top = next(number for number, line in enumerate(sheet) if CODE_HEADER in line)
    assert len(sheet) == top + 2 and sheet[top + 1][sheet[top].index(CODE_HEADER)].startswith(f"{row}#")
    mended = in_place(content, ROWS_SHEET, {(top + 2, sheet[top].index("申请日期") + 1): right})
    (office.settings.raw_dir / "payments" / "2023" / "改好的.xlsx").write_bytes(mended)
    code, text = office.cli(monkeypatch, "nightly")
    assert code == 0, text
    assert rows(published(office), SPENT) == spent and rows(published(office), OPEN) == [(0,)]
    evidence = f"""
        select submissions.file, payments.sheet, payments.row_number, submissions.answers = answered.submission_id
        from marts.fct_payments as payments
        inner join quality.submissions as submissions using (submission_id)
        inner join quality.submissions as answered on answered.file = '{FILE}' and answered.is_current
        where submissions.answers is not null
    """
    assert rows(published(office), evidence) == [("payments/2023/改好的.xlsx", ROWS_SHEET, top + 2, True)]
    assert not path.exists(), "an answer goes when its rows are mended"
