"""False alarms: a night on simulated offices without faults, of different seeds; whatever asks somebody to look is an alarm.

`python -m benchmarks.false_alarms --offices 30` writes them, runs a night on each, two at a time, and counts; exit code 1 where
there is any. What the simulated office does wrong on purpose, so that the checks have something to find, is PLANTED: a check, its
department, its year and how many rows; one row more, or the same in another year, is an alarm.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from dagster_project.drill.run import clean_office
from dagster_project.drill.told import Account
from dagster_project.publishing import DATABASE
from dagster_project.settings import Settings
from simulation import __main__ as simulation

AT_ONCE = 2
FIRST_SEED = 3001
OFFICE, SERVICE_CENTRE = "101001", "101002"
OPEN_ISSUES = 3
"""The exit code of a night that published and leaves rows in doubt: those that are planted, which nobody accepted."""
INDICATORS_WITHOUT_DATA = 23
"""Of the 25: the service centre hands in four ledgers only."""
PLANTED = {
    ("marts.asset_reconciliation 账卡不符", OFFICE, 2022): 1,
    ("marts.disclosure_duties 应公开的文件没有公开记录", OFFICE, 2022): 1,
    ("marts.fct_agenda_items 专项工作报告应提前20日", OFFICE, 2022): 1,
    ("marts.fct_asset_disposals 未先批复或未入账的处置", OFFICE, 2022): 2,
    ("marts.fct_asset_purchases 疑似超标准配置", OFFICE, 2022): 2,
    ("marts.fct_stock_take_cards 未盘到的卡片", OFFICE, 2022): 2,
    ("credit_codes_are_well_formed", OFFICE, 2022): 2,
    ("marts.fct_payments 同一收款人同日同额支付多次", OFFICE, 2023): 1,
    ("evaluation.indicators 有指标缺数据", SERVICE_CENTRE, 2023): INDICATORS_WITHOUT_DATA,
}
"""What the simulation plants on purpose: how a check's name begins, department and year, and how many rows it finds."""
CORRECTION = re.compile(r"^请留意 \S+-更正（重报）\.\w+:替换了 ")
"""Three corrections lower a sum or take out a row: that is told each time, and right."""
OF_ISSUES = re.compile(
    r"^(数据质量疑点|\[提醒\]|另有 \d+ 处|quality\.(issues|issue_effects|checks|rules) |(marts|evaluation)\.\w+ |部门 \d+ \d+ 年度:)| 第 \d+ 行(等 [\d,]+ 行)?:.+。(计入|请看)"
)
"""Lines and rows of results that say what quality.issues says row by row."""
ISSUES = """
    select check_id, department_code, fiscal_year, count(*) as row_count, min(concat_ws(' ', file, sheet, key_text, value_zh)) as one
    from quality.issues group by all order by all
"""
FINDINGS = "select message_zh from quality.findings where severity <> 'info' order by all"


def alarms_of(seed: int, folder: Path) -> list[str]:
    """What a night on the clean office of a seed asks somebody to look at, apart from what is so on purpose; its folders are removed.

    An office that cannot be written or published is an alarm of its own.
    """
    drop, place = folder / f"office-{seed}", folder / f"night-{seed}"
    try:
        simulation.main(["--out", str(drop), "--seed", str(seed)])
        place.mkdir()
        office, account = clean_office(Settings(raw_dir=drop), place)
        return [*_issues(office.settings), *_printed(account)]
    except Exception as error:  # the other offices are asked all the same
        return [f"no version: {type(error).__name__}: {error}"]
    finally:
        shutil.rmtree(drop, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


def _issues(settings: Settings) -> Iterator[str]:
    """Rows in doubt and findings of the door that nobody planted, and what was planted and not found: the check sleeps then."""
    left = dict(PLANTED)
    with duckdb.connect(str(settings.serving_dir / "current" / DATABASE), read_only=True) as connection:
        for check_id, department, year, count, one in connection.execute(ISSUES).fetchall():
            planted = next((key for key in left if check_id.startswith(key[0]) and key[1:] == (department, year)), None)
            if planted is None or left.pop(planted) != count:
                yield f"{check_id}: {department} {year}: {count} rows, as {one}"
        yield from (f"not found: {name} {department} {year}" for name, department, year in left)
        yield from (message for (message,) in connection.execute(FINDINGS).fetchall())


def _printed(account: Account) -> Iterator[str]:
    """What the night said beside corrections and rows in doubt; an exit code that tells of anything else."""
    if account.exit_code != OPEN_ISSUES:
        yield f"exit code {account.exit_code}"
    for statement in account.statements:
        if not CORRECTION.search(statement.text) and not OF_ISSUES.search(statement.text):
            yield f"{statement.file} {statement.text}".strip()


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
