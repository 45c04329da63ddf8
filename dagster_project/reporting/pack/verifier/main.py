"""Verify an evidence pack and compute what it states again: the standard library only, Python 3.8 or later.

    python3 -I -S verify.py                      the pack this file was unpacked with
    python3 -I -S verify.py FOLDER|PACK.zip      another one
    python3 verify.py PACK --signatures FILE     also whose signatures are on it (needs cryptography); FILE is from `jixiao head`
    python3 verify.py PACK --documents FOLDER    also the documents beside it

Without -I -S, Parquet is compared with CSV where pyarrow or duckdb is installed.

Exit codes: 0 nothing is wrong; 1 a file was changed, is missing or was added, or something does not follow from the rows;
2 there is no pack; 3 nothing is wrong, but signatures were to be checked and could not be.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dagster_project.reporting.pack.verifier.clocks import check_clocks
from dagster_project.reporting.pack.verifier.documents import check_documents
from dagster_project.reporting.pack.verifier.files import MANIFEST, Broken, Pack, changed_files
from dagster_project.reporting.pack.verifier.parquet import check_parquet
from dagster_project.reporting.pack.verifier.projects import check_projects
from dagster_project.reporting.pack.verifier.raw_rows import check_raw
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.scores import Recomputed
from dagster_project.reporting.pack.verifier.signatures import check_head, check_log, check_signed_pack
from dagster_project.reporting.pack.verifier.tables import check_tables

DAMAGED = (
    Broken,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    StopIteration,
    AssertionError,
)
"""What reading tables raises that somebody bent."""
MOST_SHOWN = 100
"""Lines of one kind that are printed; who forged a table forged many rows alike."""


def check_pack(pack: Pack, report: Report) -> Recomputed | None:
    """Everything that a pack can be held against by itself; what was computed, where the files are whole."""
    wrong = changed_files(pack)
    for text in wrong:
        report.fault(text)
    if wrong:
        return None
    report.proof(f"清单 {len(pack.names) - 1} 个文件,逐一核对,没有改动")
    scores = None
    try:
        scores = Recomputed(pack, report)
    except DAMAGED as error:
        report.fault(f"得分算不下去,表有缺损:{type(error).__name__} {error}")
    for check in (check_tables, check_projects, check_clocks, check_parquet, check_raw):
        try:
            check(pack, report)
        except DAMAGED as error:
            report.fault(f"{check.__name__} 算不下去,表有缺损:{type(error).__name__} {error}")
    report.gap("扣分原因、口径等文字没有重算;哪些行应当计入由规则决定,包内只能核对计入的行")
    return scores


def check_signatures(pack: Pack, head: dict[str, object], report: Report) -> dict[str, object] | None:
    """The signatures of a file from ``jixiao head``, and whether they are on this pack; the entry that they are of."""
    entries, signers = head.get("entries"), head.get("signers")
    if not isinstance(entries, list) or not isinstance(signers, list):
        report.fault("签署存底没有记录和签署人(只有哈希的存底用 jixiao verify --head)")
        return None
    check_log(entries, signers, report)
    check_head(head, entries, signers, report)
    about = json.loads(pack.read("pack.json").decode("utf-8"))
    keys = "、".join(f"{signer['person']} {signer['key_id']}" for signer in signers)
    report.gap(f"密钥是否本人的,请向本人核对编号:{keys or '无'}")
    return check_signed_pack(about, pack.read(MANIFEST), entries, report)


def print_report(report: Report, scores: Recomputed | None, say: Callable[[str], object] = print) -> None:
    """What was computed, what is proved, what is not, what is wrong."""
    for one in scores.indicators if scores else ():
        score = "分值转移" if one.score is None else one.score
        say(f"  {int(one.rule['indicator_no']):>2} {one.rule['level3']}:{score} / {one.rule['weight']} {one.status}")
    if scores:
        say(f"总分 {scores.total},等级 {scores.rating or '不评(缺数据)'}")
    for mark, texts in (("√ 已证:", report.proofs), ("· 未证:", report.gaps), ("× ", report.faults)):
        for text in texts[:MOST_SHOWN]:
            say(f"{mark}{text}")
        if len(texts) > MOST_SHOWN:
            say(f"{mark}……另有 {len(texts) - MOST_SHOWN} 处")
    say(f"不符 {len(report.faults)} 处" if report.faults else "没有发现不符")


def main(arguments: Sequence[str]) -> int:
    """Verify a pack and say what was found."""
    parser = argparse.ArgumentParser(description="核对佐证包并重算得分 / verify an evidence pack")
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--signatures", type=Path, help="jixiao head --out 写的签署存底 / the exported head")
    parser.add_argument("--documents", type=Path, help="附件所在文件夹 / where the documents lie")
    options = parser.parse_args(arguments)
    for place in (options.pack, options.signatures, options.documents):
        if place is not None and not place.exists():
            print(f"没有 {place}")
            return 2
    report, scores, signed = Report(), None, None
    try:
        pack = Pack(options.pack)
        scores = check_pack(pack, report)
        if options.signatures:
            head = json.loads(options.signatures.read_text(encoding="utf-8"))
            signed = check_signatures(pack, head, report)
        if options.documents and scores:
            edition = json.loads(pack.read("pack.json").decode("utf-8"))["edition"]
            check_documents(pack, edition, options.documents, signed, report)
    except DAMAGED as error:
        report.fault(str(error))
    print_report(report, scores)
    if report.faults:
        return 1
    return 3 if options.signatures and any("cryptography" in text for text in report.gaps) else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
