"""What a report tells of one department stands in no other's: passages are the department's own, named where they lack."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from dagster_project.hashing import sha256_of
from dagster_project.publishing import current_version
from dagster_project.reporting.documents import MissingData, documents_of_year, refuse_missing
from dagster_project.reporting.reading.published_year import PublishedYear, read_year
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.passages import FOLDER, OWNER
from dagster_project.reporting.report.report_text import TEXT_DIR, write_edition
from dagster_project.reporting.signing.seal import seal
from dagster_project.settings import Settings

OFFICE, CENTRE = "101001", "101002"
OF_THE_CONGRESS = (
    "地方国家权力机关", "驻市人大机关纪检监察组", "常务委员会围绕市委中心工作", "城市快递", "代表法", "门户网站", "机关党组会议", "固定资产管理办法", "精准",
)  # fmt: skip
"""Words from passages of the shipped office that are true of it alone."""


def read(sample: Warehouse, department: str) -> PublishedYear:
    version = current_version(sample.settings.serving_dir)
    return read_year(version.path, version.version, 2023, department)


def texts_with(folder: Path, code: str, passages: str) -> Path:
    """The texts of the report with these passages of a department in place of its own."""
    texts = folder / "report"
    shutil.copytree(TEXT_DIR, texts)
    (texts / FOLDER / f"{code}.yaml").write_text(passages, encoding="utf-8")
    return texts


def test_a_unit_tells_its_own_duties_and_nothing_of_the_office_above_it(sample: Warehouse) -> None:
    above = write_edition(read(sample, OFFICE), "public").text
    text = write_edition(read(sample, CENTRE), "public", is_draft=True).text
    assert "1. 主要职责。广州市人大常委会机关服务中心（模拟）为市人大常委会机关的会议" in text
    told_above = [words for words in OF_THE_CONGRESS if words in above]
    assert len(told_above) >= len(OF_THE_CONGRESS) - 1
    assert not [words for words in told_above if words in text]


def test_a_project_of_which_there_is_nothing_is_not_told_as_zero(sample: Warehouse) -> None:
    year = read(sample, OFFICE)
    figures = dict(year.figures)
    figures["monitoring.congress_session"] = {
        **figures["monitoring.congress_session"], "value": 0, "display_text": "0万元",
    }  # fmt: skip
    text = write_edition(dataclasses.replace(year, figures=figures), "public").text
    assert "，其中信息化运维护服务经费" in text
    assert "、其他运行经费" in text
    assert "人大会议经费" not in text
    for name in ("monitoring.it_operations", "monitoring.other_operations"):
        figures[name] = {**figures[name], "value": 0, "display_text": "0万元"}
    text = write_edition(dataclasses.replace(year, figures=figures), "public").text
    assert "运行经费" not in text
    assert "其中。" not in text


def test_a_report_without_the_duties_of_its_department_is_refused_and_a_draft_marks_the_place(
    sample: Warehouse, tmp_path: Path
) -> None:
    year = read(sample, OFFICE)
    texts = texts_with(tmp_path, OFFICE, f"{OWNER}: {year.official_name}\n年度总体工作:\n  - 全年工作有序开展。\n")
    edition = write_edition(year, "public", text_dir=texts)
    assert "1. 主要职责。[待写明:主要职责]" in edition.text
    with pytest.raises(
        MissingData, match=r"文字不齐.*本部门没有写明的段落:主要职责\(写在机关配置的 report/departments/101001\.yaml"
    ):
        refuse_missing(year, (edition,))
    assert edition.unwritten["主要职责"] is True
    assert edition.unwritten["信息公开"] is False


def test_a_department_without_passages_has_none_of_another(sample: Warehouse, tmp_path: Path) -> None:
    texts = texts_with(tmp_path, "900001", "")
    (texts / FOLDER / f"{OFFICE}.yaml").unlink()
    edition = write_edition(read(sample, OFFICE), "public", text_dir=texts)
    assert not [words for words in OF_THE_CONGRESS if words in edition.text]
    assert [name for name, is_required in edition.unwritten.items() if is_required] == ["主要职责", "年度总体工作"]


@pytest.mark.parametrize(
    ("passages", "message"),
    [
        ("official_name: 某市财政局\n主要职责:\n  - 管钱。\n", "写的是“某市财政局”的文字,而 101001 在部门登记中的全称是“广州市人民代表大会"),
        ("主要职责:\n  - 管钱。\n", r"写的是“\(没有写明机关\)”的文字"),
        ("official_name: {name}\n职责:\n  - 管钱。\n", "没有叫 职责 的段落;可写的是 主要职责、"),
        ("official_name: {name}\n主要职责: 管钱。\n", "应为“段落名"),
        ("official_name: {name}\n主要职责: [管钱\n", r"101001\.yaml 不是合格的 YAML"),
        ("official_name: {name}\n主要职责:\n  - 管理资金120万元。\n", "数字“120”没有来源.*101001.yaml 主要职责"),
    ],
)  # fmt: skip
def test_passages_that_are_not_this_department_s_are_refused_by_name(
    sample: Warehouse, tmp_path: Path, passages: str, message: str
) -> None:
    year = read(sample, OFFICE)
    texts = texts_with(tmp_path, OFFICE, passages.replace("{name}", year.official_name))
    with pytest.raises(DocumentError, match=message):
        write_edition(year, "public", text_dir=texts)


def test_what_is_signed_is_what_is_printed_with_the_texts_of_the_office(sample: Warehouse, tmp_path: Path) -> None:
    own = tmp_path / "office" / "report" / FOLDER
    own.mkdir(parents=True)
    shipped = (TEXT_DIR / FOLDER / f"{OFFICE}.yaml").read_text(encoding="utf-8")
    (own / f"{OFFICE}.yaml").write_text(shipped.replace("机关运行等", "机关日常等"), encoding="utf-8")
    given = {name: getattr(sample.settings, name) for name in Settings.model_fields}
    settings = Settings(**{**given, "office_dir": tmp_path / "office", "build_dir": tmp_path / "build"})
    version = current_version(sample.settings.serving_dir)
    printed = documents_of_year(settings, version, 2023).files
    sealed = seal(settings, version, 2023, OFFICE, with_documents=True)
    word = next(file for file in printed if file.name == "附件2-自评报告.docx")
    assert "机关日常等" in write_edition(read(sample, OFFICE), "public", text_dir=settings.report_texts).text
    assert sealed.documents[word.name] == sha256_of(word)
