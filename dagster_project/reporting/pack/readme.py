"""What the evidence pack says of itself to whoever unpacks it."""

from __future__ import annotations

from dagster_project.reporting.reading.scored_year import ScoredYear


def readme(year: ScoredYear, edition: str) -> str:
    """The text of ``README.txt``: what lies where, and how everything is checked again."""
    card = year.scorecard
    copies = (
        "not_counted.csv 有起止日期而未计入的原件行;not_as_written.csv 与原件字面不同之处\n"
        "files/        原始文件副本,以 SHA-256 命名;含台账原样内容(收款账号、联系人等),仅限内部核查,不得公开\n"
        if edition == "internal"
        else "              公开版不含原始文件副本,files.csv 仍列出每个文件的 SHA-256\n"
    )
    return (
        f"{card.fiscal_year} 年度部门整体支出绩效自评 佐证包({'内部版' if edition == 'internal' else '公开版'})\n"
        f"{card.department_name}  数据版本 {year.version}  评分方案 {card.scheme['scheme_id']}\n"
        f"{card.scheme['description_zh']}\n\n"
        "核对:解压后运行(只需要 Python 3.8 以上,不需要安装任何东西)\n"
        "    python3 -I -S verify.py\n"
        "它逐一核对清单中每个文件的 SHA-256,用各指标的数据行重新算出数字、期限、得分、小计、总分和等级,逐格对照各表"
        f"{',并把每一行与原始文件副本重新对照' if edition == 'internal' else ''};已证什么、未证什么都会写明。\n"
        "去掉 -I -S 运行,并装有 pyarrow 或 duckdb 时,还对照 Parquet;加 --signatures 存底文件(需要 cryptography)核对签名,\n"
        "加 --documents 文件夹核对附件。verify.py 应取自可信的来源。\n"
        "也可以用 sha256sum -c MANIFEST.sha256 核对文件。\n\n"
        "pack.json     年度、部门、版本、方案、总分\n"
        "scheme/       评分方案:指标、分项、分档、等级;targets.csv 部门批复的绩效目标\n"
        "              clock_rules.csv 各期限怎样起算,read_again.csv 哪些数字在原件中不是原样\n"
        "results/      得分:指标、分项、履职指标、小计与总分,以及各项目自评的得分、指标和资金\n"
        "calendar.csv  工作日;parameters.csv 当年的天数和标准\n"
        "figures.csv   指标数:口径、数值、单位、所需台账\n"
        "indicators/NN 指标 NN:indicator.json(定义、公式、数值、文件、质量说明),rows.csv 和 rows.parquet(数据行),checks.csv(检查),clocks.csv(时限与天数,有时限的指标)\n"
        "report_figures.csv  报告用到的全部数字\n"
        "submissions.csv  已收到的台账文件;judgements.csv 人工评定;files.csv 佐证材料编号与文件\n"
        f"{copies}\n"
        "CSV 中以 = + - @、制表符、换行或单引号开头的文字前加了一个单引号,以免表格软件当作公式;读回时去掉开头的一个单引号。数值不加。\n"
    )
