"""False alarms: a night on simulated offices without faults, of different seeds; whatever asks somebody to look is an alarm.

`python -m benchmarks.false_alarms --offices 30` writes them, runs a night on each, two at a time, and counts; exit code 1 where
there is any. What the simulated office does wrong on purpose, so that the checks have something to find, stands in ON_PURPOSE.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dagster_project.drill.run import clean_office
from dagster_project.settings import Settings
from simulation import __main__ as simulation

AT_ONCE = 2
FIRST_SEED = 3001
ON_PURPOSE = {
    r"marts\.asset_reconciliation 账卡不符|asset_class\)? \d+,is_equal False": "books and cards of one class differ in 2022",
    r"marts\.disclosure_duties 应公开的文件没有公开记录|document_kind 绩效目标,.*is_published False": "the targets of one project were not published in 2022",
    r"marts\.fct_agenda_items 专项工作报告应提前20日|is_sent_for_comment_in_time False": "one report of 2022 was sent late",
    r"marts\.fct_asset_disposals 未先批复或未入账的处置|is_proper False": "two disposals of 2022 came before their approval",
    r"marts\.fct_asset_purchases 疑似超标准配置|is_over_price (True|False)": "two purchases of 2022 are above the standard",
    r"marts\.fct_stock_take_cards 未盘到的卡片|counted_on \(空\)": "some cards of 2022 were not counted",
    r"credit_codes_are_well_formed|统一社会信用代码": "two enterprises of 2022 have a miswritten and a missing credit code",
    r"同一收款人同日同额支付多次|支付凭证号\(voucher_no\) ZF\d+。计入": "a payment stands twice on one day, with a voucher each",
    r"^请留意 .*-更正（重报）\.": "corrections that lower a sum or take out a row",
    r"^(数据质量疑点|另有 \d+ 处)|未处理 \d+ 处": "lines that only count",
    r"evaluation\.indicators 有指标缺数据|score_status MISSING_DATA": "the service centre hands in four ledgers only",
}
"""What the simulation plants on purpose: a pattern of what is said, by check or by row, and why it is right that it is said."""
NO_ALARM = re.compile(r"^quality\.rules ")
"""The catalogue of rules lists all, whether they fired or not."""
REMEDY_ONLY = re.compile(r": (请|另有 \d+ 行|[^0-9]*请看 表)")
"""A part of a text that names no row by itself."""


def alarms_of(seed: int, folder: Path) -> list[str]:
    """What a night on the clean office of a seed asks somebody to look at, apart from what is so on purpose; its folders are removed.

    An office that cannot be written or published is an alarm of its own.
    """
    drop, place = folder / f"office-{seed}", folder / f"night-{seed}"
    try:
        simulation.main(["--out", str(drop), "--seed", str(seed)])
        place.mkdir()
        _, account = clean_office(Settings(raw_dir=drop), place)
        said = [f"{statement.file} {statement.text}".strip() for statement in account.statements]
    except Exception as error:  # the other offices are asked all the same
        return [f"no version: {type(error).__name__}: {error}"]
    finally:
        shutil.rmtree(drop, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
    return [
        text
        for text in said
        if not NO_ALARM.search(text)
        and not REMEDY_ONLY.search(text)
        and not any(re.search(each, text) for each in ON_PURPOSE)
    ]


def main() -> None:
    """Count the alarms of so many offices, by what they say whatever the row; each office is printed when it has ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description=__doc__)
    parser.add_argument("--offices", type=int, default=30)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.offices)
    gists: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="jixiao-clean-") as folder, ThreadPoolExecutor(options.at_once) as pool:
        for seed, alarms in zip(seeds, pool.map(lambda seed: alarms_of(seed, Path(folder)), seeds), strict=True):
            print(f"office {seed}: {len(alarms)} alarms", *(f"  {text[:300]}" for text in alarms), sep="\n", flush=True)
            gists.update(re.sub(r"\d+", "#", text)[:160] for text in alarms)
    for gist, count in gists.most_common():
        print(f"{count:6} {gist}")
    print(f"{options.offices} clean offices, {gists.total()} alarms")
    sys.exit(1 if gists else 0)


if __name__ == "__main__":
    main()
