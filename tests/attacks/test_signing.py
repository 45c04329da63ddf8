"""Attacks on packs: an insider without a private key changes one, makes the rest agree and seals it anew."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from forger import Forger, Row
from sample_warehouse import Warehouse
from signers import YEAR, sign_as, with_signers

from dagster_project.publishing import current_version
from dagster_project.reporting.documents import documents_of_year
from dagster_project.reporting.pack.verifier.documents import check_documents
from dagster_project.reporting.pack.verifier.files import MANIFEST, Pack
from dagster_project.reporting.pack.verifier.main import check_signatures
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.signing.trust import head_of
from dagster_project.reporting.signing.verification import verify_pack


@dataclass(frozen=True)
class Certified:
    """A certified year: the warehouse, the folder of its documents, the head of its log as it was kept."""

    warehouse: Warehouse
    folder: Path
    head: dict[str, Any]

    def forger(self, edition: str = "(内部版)") -> Forger:
        return Forger(Pack(self.folder / f"佐证包{edition}.zip"))


@pytest.fixture(scope="module")
def certified(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Certified:
    folder = tmp_path_factory.mktemp("certified")
    own = with_signers(sample.copy_to(folder, raw_dir=sample.settings.raw_dir), folder)
    for role in ("prepared", "reviewed", "certified"):
        sign_as(own, role)
    written = documents_of_year(own.settings, current_version(own.settings.serving_dir), YEAR)
    return Certified(own, written.files[0].parent, head_of(own.settings, "丙"))


def figure(figure_id: str, value: str, shown: str) -> Callable[[Forger], None]:
    """A figure as somebody would like it, wherever the pack states it."""

    def forge(forger: Forger) -> None:
        for name in ("figures.csv", "report_figures.csv"):
            assert forger.edit(name, lambda row: row["figure_id"] == figure_id, value=value, display_text=shown) == 1
        for column in ("numerator", "denominator"):
            forger.edit(
                "results/components.csv", lambda row, c=f"{column}_figure": row[c] == figure_id, **{column: value}
            )
        forger.foot("优")

    return forge


def measure(figure_ids: tuple[str, ...], fact_key: str, amount: str) -> Callable[[Forger], None]:
    """Another amount in a row, and all that follows from it."""

    def change(rows: list[Row]) -> list[Row]:
        for row in rows:
            if row["figure_id"] in figure_ids and row["fact_key"] == fact_key and row["measure"]:
                row["measure"] = amount
        return rows

    def forge(forger: Forger) -> None:
        forger.change_rows(change)
        forger.derive()

    return forge


def without(fact_key: str, *figure_ids: str) -> Callable[[Forger], None]:
    """A fact that no longer counts, and all that follows from that."""

    def kept(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["figure_id"] not in figure_ids or row["fact_key"] != fact_key]

    def forge(forger: Forger) -> None:
        forger.change_rows(kept)
        forger.change_clocks(kept)
        forger.derive()

    return forge


def finished(figure_id: str, on_time: str, fact_key: str, day: str, day_count: str) -> Callable[[Forger], None]:
    """A late fact that was done in time after all: another date, its days, and the row that counts for it."""

    def clocks(rows: list[Row]) -> list[Row]:
        for row in rows:
            if (row["figure_id"], row["fact_key"]) == (figure_id, fact_key):
                row |= {"finished_on": day, "day_count": day_count, "is_late": "False"}
        return rows

    def counts(rows: list[Row]) -> list[Row]:
        mine = [row for row in rows if (row["figure_id"], row["fact_key"]) == (figure_id, fact_key)]
        return rows + [{**row, "figure_id": on_time} for row in mine]

    def forge(forger: Forger) -> None:
        forger.change_clocks(clocks)
        forger.change_rows(counts)
        forger.derive()

    return forge


def score(indicator_no: str, points: str) -> Callable[[Forger], None]:
    """Another score of an indicator, its component and whatever adds it up."""

    def forge(forger: Forger) -> None:
        forger.edit("results/indicators.csv", lambda row: row["indicator_no"] == indicator_no, score=points)
        forger.edit("results/components.csv", lambda row: row["indicator_no"] == indicator_no, points=points)
        forger.foot("优")

    return forge


def rating(text: str) -> Callable[[Forger], None]:
    return lambda forger: forger.foot(text)


def parquet_of(number: str, change: Callable[[list[Row]], list[Row]]) -> Callable[[Forger], None]:
    """Rows in Parquet that are not those of the CSV."""

    def forge(forger: Forger) -> None:
        folder = f"indicators/{number}"
        forger.write_parquet(folder, change(forger.rows_of(folder)))

    return forge


def raw_copy(file: str, old: bytes, new: bytes, seal: bool) -> Callable[[Forger], None]:
    """A copy of a file as somebody would have liked it handed in; with `seal`, its hash wherever that stands."""

    def forge(forger: Forger) -> None:
        row = next(row for row in forger.table("files.csv") if row["file"].endswith(file))
        content = forger.contents[row["copy"]]
        assert old in content
        forger.contents[row["copy"]] = changed = content.replace(old, new)
        if seal:
            before, after = row["sha256"], hashlib.sha256(changed).hexdigest()
            forger.contents = {
                name.replace(before, after): data
                if name.endswith(".parquet")
                else data.replace(before.encode(), after.encode())
                for name, data in forger.contents.items()
            }

    return forge


def first(rows: list[Row], **values: str) -> list[Row]:
    return [{**rows[0], **values}, *rows[1:]]


FORGERIES: dict[str, tuple[Callable[[Forger], None], str]] = {
    "figure-spent": (figure("spending.fiscal", "18485.90423900", "18,485.90万元"), r"指标 3 的数字 spending\.fiscal:重算为"),
    "figure-signed": (figure("contracts.signed_on_time", "45.00000000", "45份"), r"指标 15 的数字 contracts\.signed_on_time"),
    "figure-carried-over": (figure("carry_over.closing", "0.00000000", "0万元"), r"指标 4 的数字 carry_over\.closing"),
    "row-payment": (
        measure(("spending.fiscal",), "ZF202301000001", "2266806.45"),
        r"indicators/03/rows\.csv 第 \d+ 行 ZF202301000001:记为 2266806\.45,原件 payments/2023/2023年01月.* 第 4 行没有这个金额",
    ),
    "row-budget": (
        measure(("budget.fiscal", "carry_over.resources"), "ZB2023000001", "1.00"),
        r"indicators/03/rows\.csv 第 \d+ 行 ZB2023000001:记为 1\.00,原件 .* 行没有这个金额",
    ),
    "row-asset": (
        measure(("assets.fixed_original_value", "assets.in_use_original_value"), "ZC2008000031", "46150.00"),
        r"indicators/23/rows\.csv 第 \d+ 行 ZC2008000031:记为 46150\.00",
    ),
    "gone-late-contract": (
        without("HT2023-002", "contracts.due_for_signing"),
        r"原件 contracts/2023/2023年下半年合同台账\.csv  第 5 行有起止日期,却没有计入 contracts\.due_for_signing",
    ),
    "gone-unsigned-contract": (
        without("CG2023-069", "contracts.due_for_signing"),
        r"原件 procurements/2023/2023年下半年.* 第 12 行有起止日期,却没有计入 contracts\.due_for_signing",
    ),
    "gone-late-record": (
        without("HT2023-002", "contracts.due_for_record"),
        r"原件 contracts/2023/2023年下半年合同台账\.csv  第 5 行有起止日期,却没有计入 contracts\.due_for_record",
    ),
    "date-of-signing": (
        finished("contracts.due_for_signing", "contracts.signed_on_time", "HT2023-002", "2023-08-03", "30"),
        r"indicators/15/clocks\.csv 第 \d+ 行 HT2023-002 的 finished_on 2023-08-03:原件的行里没有这个日期",
    ),
    "date-of-record": (
        finished("contracts.due_for_record", "contracts.recorded_on_time", "HT2023-002", "2023-08-07", "1"),
        r"indicators/16/clocks\.csv 第 \d+ 行 HT2023-002 的 finished_on 2023-08-07:原件",
    ),
    "date-days-only": (
        finished("contracts.due_for_signing", "contracts.signed_on_time", "HT2023-002", "2023-08-04", "30"),
        r"indicators/15/clocks\.csv 第 \d+ 行 HT2023-002 的天数:重算为 31,记录为 30",
    ),
    "score-5": (score("5", "4.00"), r"指标 5 财务管理合规性 的得分:重算为 3\.00,记录为 4\.00"),
    "score-8": (score("8", "3.00"), r"指标 8 绩效管理制度建设 的得分:重算为 2\.50,记录为 3\.00"),
    "score-total": (
        lambda forger: (forger.edit("results/scorecard.csv", lambda row: row["level"] == "total", score="99.00"), None)[1],
        r"总分:重算为 96\.33,记录为 99\.00",
    ),
    "rating-good": (rating("良"), r"等级:重算为 优,记录为 良"),
    "rating-none": (rating(""), r"等级:重算为 优,记录为 没有"),
    "rating-band": (
        lambda forger: (forger.edit("scheme/ratings.csv", lambda row: row["rating"] == "优", low="97.00"), None)[1],
        r"等级:重算为 .*,记录为 优",
    ),
    "parquet-cell": (
        parquet_of("15", lambda rows: first(rows, fact_key="HT2023-999")),
        r"indicators/15/rows\.parquet 第 2 行 CG2023-069 的 fact_key 与 CSV 不同",
    ),
    "parquet-measure": (
        parquet_of("03", lambda rows: first(rows, measure="1.00")),
        r"indicators/03/rows\.parquet 第 2 行 .* 的 measure 与 CSV 不同",
    ),
    "parquet-fewer": (parquet_of("12", lambda rows: rows[1:]), r"indicators/12/rows\.parquet:\d+ 行 8 列,CSV 有"),
    "copy-payment": (
        raw_copy("2023年01月国库集中支付明细.csv", b"135807.64", b"935807.64", seal=False),
        r"files/[0-9a-f]{64}\.csv:不是 files\.csv 所说的 payments/2023/2023年01月",
    ),
    "copy-contract": (
        raw_copy("2023年下半年合同台账.csv", b"HT2023-002", b"HT2023-992", seal=False),
        r"files/[0-9a-f]{64}\.csv:不是 files\.csv 所说的 contracts/2023/2023年下半年",
    ),
    "copy-sealed": (
        raw_copy("2023年01月国库集中支付明细.csv", b"135807.64", b"935807.64", seal=True),
        r"ZF202301000001:记为 135807\.64,原件 payments/2023/2023年01月.* 第 4 行没有这个金额",
    ),
    "file-count": (
        lambda forger: (forger.edit("submissions.csv", lambda row: row["ledger"] == "contracts", rows_rejected="1"), None)[1],
        r"submissions\.csv 第 \d+ 行 contracts/2023/.* 的行数:重算为",
    ),
    "row-twice": (
        lambda forger: forger.write_rows("indicators/05", forger.rows_of("indicators/05") * 2),
        r"indicators/05/rows\.csv:finance_findings\.confirmed 的 .* 同一行计了两次",
    ),
    "row-of-one-indicator": (
        lambda forger: forger.write_rows("indicators/20", forger.rows_of("indicators/20")[1:]),
        r"inventories\.cards_counted 的佐证行数\(indicators/20/rows\.csv\):重算为 4081,记录为 4082",
    ),
    "check-failed": (
        lambda forger: (forger.edit("indicators/15/checks.csv", lambda row: row["kind"] == "suite", passed="False"), None)[1],
        r"indicators/15/checks\.csv 第 \d+ 行:.*没有通过",
    ),
}  # fmt: skip
IN_EVERY_TEST_RUN = ("figure-spent", "row-payment", "gone-late-contract", "date-of-signing", "parquet-cell")


def assert_told(certified: Certified, kind: str) -> None:
    forge, told = FORGERIES[kind]
    forger = certified.forger()
    forge(forger)
    report = forger.report()
    assert any(re.search(told, fault) for fault in report.faults), (kind, report.faults[:8])
    signatures = Report()
    check_signatures(forger.pack, certified.head, signatures)
    assert any("不是 丙" in fault for fault in signatures.faults)


@pytest.mark.attack(
    area="signing",
    attack="An insider changes a figure, a row, a date, Parquet, or removes a late contract, makes the rest agree and seals anew",
    holds="verify.py of the internal pack names the table and row; the signature is not on that pack",
)
@pytest.mark.parametrize("kind", IN_EVERY_TEST_RUN)
def test_a_forged_pack_is_told_with_table_and_row(certified: Certified, kind: str) -> None:
    assert_told(certified, kind)


@pytest.mark.attack(
    area="signing",
    attack="The same for scores, totals, ratings, raw copies, counts and checks, several of each",
    holds="verify.py of the internal pack names the table and row; the signature is not on that pack",
    only_here=True,
)
@pytest.mark.parametrize("kind", [kind for kind in FORGERIES if kind not in IN_EVERY_TEST_RUN])
def test_every_forgery_is_told_with_table_and_row(certified: Certified, kind: str) -> None:
    assert_told(certified, kind)


@pytest.mark.attack(
    area="signing",
    attack="None: the pack, documents and log as they were signed",
    holds="all is proved; a verifier without packages says what it could not check, also by its exit code",
)
def test_the_pack_that_was_signed_is_proved_in_all_its_parts(certified: Certified, tmp_path: Path) -> None:
    for edition in ("", "(内部版)"):
        report, _ = verify_pack(
            certified.warehouse.settings, certified.folder / f"佐证包{edition}.zip", certified.folder, certified.head
        )
        assert report.faults == []
        proofs = "\n".join(report.proofs)
        words = [
            "逐字节相同",
            "个 Parquet 文件与 CSV 逐格一致",
            "3 个签名均由登记的密钥签出",
            "这就是 丙",
            "3 个文件即签发的那几份",
        ]
        for word in [*words, "个期限由日期、日历和参数重算", *(["笔金额、"] if edition else [])]:
            assert word in proofs, (edition, word)
    head = tmp_path / "head.json"
    head.write_text(json.dumps(certified.head, ensure_ascii=False), encoding="utf-8")
    with zipfile.ZipFile(certified.folder / "佐证包.zip") as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    command = [sys.executable, "verify.py", str(certified.folder / "佐证包.zip"), "--signatures", "head.json"]
    whole = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert whole.returncode == 0 and "这就是 丙" in whole.stdout, whole.stdout + whole.stderr
    bare = subprocess.run(
        [command[0], "-I", "-S", *command[1:]], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert bare.returncode == 3 and "签名没有核对" in bare.stdout, bare.stdout + bare.stderr


CONSISTENT: dict[str, tuple[Callable[[Forger], None], str]] = {
    "a parameter": (
        lambda forger: (forger.edit("parameters.csv", lambda row: row["parameter"] == "urban_renewal_investment_yuan", value="1"), None)[1],
        r"parameters\.csv 第 \d+ 行 value:这里是 1,已发布版本是",
    ),
    "a holiday": (
        lambda forger: (forger.edit("calendar.csv", lambda row: row["calendar_date"] == "2021-03-02", is_off_day="True"), None)[1],
        r"calendar\.csv 第 \d+ 行 is_off_day:这里是 True,已发布版本是 False",
    ),
    "a reason": (
        lambda forger: (forger.edit("quality_statements.csv", lambda row: row["indicator_no"] == "5", limits_zh="无"), None)[1],
        r"quality_statements\.csv 第 \d+ 行 limits_zh",
    ),
    "the verifier": (
        lambda forger: forger.contents.update({"verify.py": b"print('ok')\n"}),
        r"verify\.py:与已发布版本的不同",
    ),
    "a list of rows that do not count": (
        lambda forger: forger.contents.pop("not_counted.csv") and None,
        r"not_counted\.csv:已发布版本的佐证包有而这里没有",
    ),
}  # fmt: skip


@pytest.mark.attack(
    area="signing",
    attack="An insider changes what nothing else in the pack can contradict, and seals anew",
    holds="the signature is not on that pack, and `jixiao verify` names table and row against the version",
    only_here=True,
)
@pytest.mark.parametrize("kind", CONSISTENT)
def test_what_a_pack_cannot_contradict_is_told_by_signature_and_version(
    certified: Certified, kind: str, tmp_path: Path
) -> None:
    forge, told = CONSISTENT[kind]
    forger = certified.forger()
    forge(forger)
    place = write_zip(forger, tmp_path / "pack.zip")
    report, _ = verify_pack(certified.warehouse.settings, place, None, None)
    assert any("不是 丙" in fault for fault in report.faults)
    assert any(re.search(told, fault) for fault in report.faults), report.faults[:8]


def write_zip(forger: Forger, path: Path) -> Path:
    pack = forger.pack
    with zipfile.ZipFile(path, "w") as archive:
        for name in pack.names:
            archive.writestr(name, pack.read(name))
    return path


@pytest.mark.attack(
    area="signing",
    attack="A document is swapped: of another edition, with another number, or a Word file that differs from its page",
    holds="verify names the document and the number, and says that it is not the signed one",
)
@pytest.mark.parametrize("kind", ["page", "word", "workbook", "edition"])
def test_a_swapped_document_is_told(certified: Certified, kind: str, tmp_path: Path) -> None:
    shutil.copytree(certified.folder, tmp_path / "documents")
    folder = tmp_path / "documents"
    page, word, book = (
        folder / name for name in ("附件2-自评报告.html", "附件2-自评报告.docx", "附件1-自评评分表.xlsx")
    )
    told = {
        "page": r"附件2-自评报告\.html:.*spending\.total 写作 18,485\.90万元,表中是 18,242\.27万元",
        "word": r"附件2-自评报告\.docx:数 99\.33 比网页多",
        "workbook": r"附件1-自评评分表\.xlsx:总分写作 99\.33,表中是 96\.33",
        "edition": r"附件1-自评评分表\.xlsx:不是签发的那一份",
    }[kind]
    if kind == "page":
        text = page.read_text(encoding="utf-8")
        pattern = r'(href="#figure-spending\.total"[^>]*>)18,242\.27'
        assert re.search(pattern, text)
        page.write_text(re.sub(pattern, r"\g<1>18,485.90", text), encoding="utf-8")
    elif kind == "edition":
        shutil.copy(folder / "附件1-自评评分表(内部版).xlsx", book)
    else:
        path, part = (word, "word/document.xml") if kind == "word" else (book, "xl/worksheets/sheet1.xml")
        replace_in_zip(path, part, b"96.33", b"99.33")
    pack, report = Pack(folder / "佐证包.zip"), Report()
    signed = check_signatures(pack, certified.head, report)
    check_documents(pack, "public", folder, signed, report)
    assert any(re.search(told, fault) for fault in report.faults), report.faults
    assert any("不是签发的那一份" in fault for fault in report.faults)


def replace_in_zip(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert old in contents[part]
    contents[part] = contents[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


@pytest.mark.attack(
    area="signing",
    attack="The signatures shown are of another year, another pack or another person, or the kept file was cut short",
    holds="verify says whose pack it is not, and which entry is wrong",
)
@pytest.mark.parametrize("kind", ["year", "edition", "person", "cut", "unsigned", "stranger"])
def test_signatures_of_another_pack_or_person_are_told(certified: Certified, kind: str) -> None:
    head = json.loads(json.dumps(certified.head))
    pack, told = Pack(certified.folder / "佐证包.zip"), ""
    last = head["entries"][-1]
    if kind == "year":
        forger = certified.forger("")
        forger.edit_json("pack.json", lambda about: about.update(fiscal_year=2022))
        report = Report()
        assert check_signatures(forger.pack, head, report) is None
        assert any("2022 年度 101001没有带佐证包哈希的签署" in gap for gap in report.gaps)
        return
    if kind == "edition":
        last["pack"]["public"], last["pack"]["internal"] = last["pack"]["internal"], last["pack"]["public"]
        told = "第 3 号(丙,签发):签名不符"
    elif kind == "person":
        last["by"] = "甲"
        told = "第 3 号(甲,签发):签名不符"
    elif kind == "cut":
        del head["entries"][-1]
        told = "截断:存底"
    elif kind == "unsigned":
        del last["signature"], last["key_id"]
        told = "第 3 号没有签名,而此前已启用密钥"
    else:
        head["signers"] = [signer for signer in head["signers"] if signer["person"] != "丙"]
        told = "签署人登记中没有密钥"
    report = Report()
    check_signatures(pack, head, report)
    assert any(told in fault for fault in report.faults), report.faults


@pytest.mark.attack(
    area="signing",
    attack="A pack with tables bent until nothing can be computed: missing columns, cells, files, other encodings",
    holds="verify names the table and ends with exit code 1, never with a traceback",
    only_here=True,
)
@pytest.mark.parametrize(
    "name", ["figures.csv", "results/scorecard.csv", "scheme/components.csv", "calendar.csv", "files.csv"]
)
@pytest.mark.parametrize("damage", ["empty", "no header", "short rows", "bytes"])
def test_bent_tables_are_told_without_a_traceback(certified: Certified, name: str, damage: str) -> None:
    forger = certified.forger("")
    lines = forger.contents[name].split(b"\r\n")
    forger.contents[name] = {
        "empty": b"",
        "no header": b"\r\n".join(lines[1:]),
        "short rows": b"\r\n".join([lines[0], *(line.rpartition(b",")[0] for line in lines[1:])]),
        "bytes": b"\r\n".join([lines[0], b"\xff\xfe\xfd"]),
    }[damage]
    assert forger.report().faults


@pytest.mark.attack(
    area="signing",
    attack="None: an insider opens a pack, changes nothing and seals it anew",
    holds="nothing is told, so what the forgeries are told by is the forgery",
)
def test_the_forger_without_a_forgery_is_not_told_of(certified: Certified) -> None:
    forger = certified.forger()
    before = dict(forger.contents)
    forger.change_rows(lambda rows: rows)
    forger.derive()
    assert forger.report().faults == []
    assert {name for name in before if before[name] != forger.contents[name] and not name.endswith(".json")} <= {
        "results/components.csv", "results/scorecard.csv", "results/indicators.csv",
    }  # fmt: skip
    assert MANIFEST in forger.pack.names
