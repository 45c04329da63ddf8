"""Every check of a warehouse with its name and, where rows break it, the query that finds them: rules, tests, landing, coverage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal
from dagster_project.quality.check_results import keys_of, tests_of
from dagster_project.quality.held_back import FaultRow
from dagster_project.quality.suites import CRITICAL, SuiteResult

if TYPE_CHECKING:
    from dagster_project.quality.broken_rows import RowNames
    from dagster_project.quality.held_back import Hold

ERROR, WARNING, INFO = "error", "warning", "info"
NOT_LOADED = ("rejected_row", "refused_file", "held_file")
"""Checks of what landing did not load: the rows count in no figure, so that nobody knows by how much figures would change."""
HELD_BACK_FILE, HELD_BACK_ROW = "held_back_file", "held_back_row"
"""Hand-ins of a department that do not count since rows of it stop publishing, and those rows: nobody can accept them."""
NOT_COUNTED = (*NOT_LOADED, HELD_BACK_FILE)
LANDING_DOUBT = "landing_doubt"
"""What landing read and doubts: a total that does not foot, a sheet or a column that was not read."""
UNCOUNTED = "uncounted_list"
"""Lists of which nobody said how many rows they have: many where an office does not say it at all, and no doubt about what was read."""
DOUBTS = (LANDING_DOUBT, UNCOUNTED)
MISSING_PERIOD = "missing_period"
LAST_OF_FILE = """(
    select * from staging.stg_quality__submissions
    qualify row_number() over (partition by ledger, file order by log_no desc) = 1
)"""
REJECTED = """
    select
        rejects.submission_id, rejects.sheet, rejects.row_number, rejects.department_code, submissions.fiscal_year,
        rejects.ledger, rejects.file,
        string_agg(distinct rejects.message_zh, ';' order by rejects.message_zh) as message_zh,
        string_agg(distinct rejects.remedy_zh, ';' order by rejects.remedy_zh) as remedy_zh
    from quality.rejects as rejects
    inner join quality.submissions as submissions using (submission_id)
    left join staging.stg_quality__answered_rows as tries
        on rejects.submission_id = tries.submission_id and rejects.row_number = tries.row_number
    where submissions.is_current and submissions.status = 'landed' and coalesce(tries.is_last_try, true)
        and not exists (
            select 1 from staging.stg_quality__answered_rows as later
            where rejects.submission_id = later.answers and coalesce(rejects.sheet, '') = later.of_sheet
                and rejects.row_number = later.of_row and (later.is_cleared or later.is_last_try)
        )
    group by all
"""
UNREAD = """
    select
        submissions.submission_id, '' as sheet, cast(null as bigint) as row_number, submissions.department_code,
        submissions.fiscal_year, submissions.ledger, submissions.file, submissions.reason as message_zh,
        coalesce(remedies.remedy_zh, '{otherwise}') as remedy_zh
    from {last} as submissions
    left join (
        select submission_id, string_agg(distinct remedy_zh, ';' order by remedy_zh) as remedy_zh
        from quality.findings where severity = 'error' and row_number is null group by submission_id
    ) as remedies using (submission_id)
    where submissions.status = '{status}'
"""
DOUBTED = """
    select
        findings.submission_id, findings.sheet, findings.row_number, findings.department_code, submissions.fiscal_year,
        findings.ledger, findings.file, findings.message_zh, findings.remedy_zh
    from quality.findings as findings
    inner join quality.submissions as submissions using (submission_id)
    where findings.severity = 'warning' and submissions.is_current and submissions.status = 'landed'
        and findings.rule {of_rule}
"""
LACKING = """
    select
        department_code, fiscal_year, ledger, kind_zh, period, file,
        state_zh || ' ' || period || ' ' || ledger_zh || case kind_zh when '' then '' else '(' || kind_zh || ')' end
            || ',' || cast(count(distinct figure_id) as varchar) || ' 个数字因此不全' as message_zh,
        owner || ':' || remedy_zh as remedy_zh
    from evaluation.figure_coverage where is_lacking
    group by department_code, fiscal_year, ledger, ledger_zh, kind_zh, period, file, state_zh, owner, remedy_zh
"""
REMEDY = "更正后重新报送"
HELD_BACK_REMEDY = (
    "按“held_back_row”所列各行在台账中改正,把整份文件放回原文件夹重新报送;改正后该部门暂缓发布的文件一并生效"
)
HELD_BACK_KINDS = {"order_no": "integer", "fiscal_year": "integer", "row_number": "bigint"}
LANDING_RULES = {
    "rejected_row": ("报送的行都已载入;退回的行不计入任何数字", REJECTED, "按各行所写更正后,重新报送整份文件"),
    "refused_file": (
        "报送的文件都已载入;整份退回的不计入任何数字",
        UNREAD.format(last=LAST_OF_FILE, status="refused", otherwise=REMEDY),
        "按各文件所写更正后重新报送",
    ),
    "held_file": (
        "报送的文件都已生效;待确认的尚不计入任何数字",
        UNREAD.format(last=LAST_OF_FILE, status="held", otherwise=REMEDY),
        "在 received.csv 确认替换,或撤回该文件",
    ),
    LANDING_DOUBT: (
        "载入时没有要提醒核对的;合计不符、未读取的列和工作表等,须核对后才知道影响",
        DOUBTED.format(of_rule="<> 'row_count_missing'"),
        "按各处所写核对,必要时重新报送",
    ),
    UNCOUNTED: (
        "清单都登记了行数;没有登记的,末尾缺了行看不出来",
        DOUBTED.format(of_rule="= 'row_count_missing'"),
        "在 received.csv 的 rows(行数)列填写系统中的记录数",
    ),
    MISSING_PERIOD: ("数字所需各期台账齐全;缺了的,数字只覆盖一部分,不评等级", LACKING, "补报所缺期间的台账"),
}


@dataclass(frozen=True)
class IssueCheck:
    """A check: its name, what must hold in words, how grave it is, and the query of what breaks it, empty where nothing does.

    ``tables`` are those it looks at, the nearest first, ``columns`` those that it is about.
    """

    check_id: str
    kind: str
    tables: tuple[str, ...]
    rule: str
    severity: str
    sql: str = ""
    columns: tuple[str, ...] = ()
    remedy: str = ""


def all_checks(
    suites: Iterable[SuiteResult],
    manifest: Mapping[str, Any],
    run: Mapping[str, Any],
    names: RowNames,
    holds: Sequence[Hold] = (),
) -> list[IssueCheck]:
    """Every check by its name; of two with one name the second gets a number. ``holds`` are those of this build."""
    found = [*_keys(manifest, run), *_tests(manifest, run, names), *_rules(suites), *_of_landing(), *_held_back(holds)]
    seen: dict[str, int] = {}
    checks = []
    for check in sorted(found, key=lambda each: (each.check_id, each.sql, each.columns)):
        number = seen[check.check_id] = seen.get(check.check_id, 0) + 1
        name = check.check_id if number == 1 else f"{check.check_id}({number})"
        checks.append(IssueCheck(**{**vars(check), "check_id": name}))
    return checks


def _rules(suites: Iterable[SuiteResult]) -> list[IssueCheck]:
    found = []
    for suite in suites:
        for outcome in suite.outcomes:
            severity = ERROR if outcome.severity == CRITICAL else outcome.severity
            sql = "" if outcome.passed else outcome.rows_sql or f"select {literal(outcome.observed)} as observed"
            columns = tuple(sorted({*re.findall(r"\w+", outcome.rows_sql), "observed"}))
            name = f"{outcome.table} {outcome.why}"
            found.append(IssueCheck(name, "发布前规则", (outcome.table,), outcome.why, severity, sql, columns))
    return found


def _tests(manifest: Mapping[str, Any], run: Mapping[str, Any], names: RowNames) -> list[IssueCheck]:
    nodes, found = manifest["nodes"], []
    for node, result, rule, stops in tests_of(manifest, run):
        parents = dict.fromkeys(p for p in node["depends_on"]["nodes"] if p in nodes)
        tables: Iterable[str] = [f"{nodes[parent]['schema']}.{nodes[parent]['name']}" for parent in parents]
        sql = ""
        columns: tuple[str, ...] = ()
        if result["status"] != "pass":
            sql, tables, about = names.of_test(nodes, node)
            columns = tuple(about)
        severity = ERROR if stops else WARNING
        words = rule.partition(" / ")[0]
        found.append(IssueCheck(node["name"], "勾稽关系", tuple(tables), words, severity, sql, columns))
    return found


def _keys(manifest: Mapping[str, Any], run: Mapping[str, Any]) -> list[IssueCheck]:
    """The keys of tables: dbt builds no table whose rows share one, so that they hold wherever anything is published."""
    found = []
    for node, _, meta in keys_of(manifest, run):
        table = f"{node['schema']}.{node['name']}"
        rule = f"({', '.join(meta['key'])}) {meta['repeated_key'].partition(' / ')[0]}"
        found.append(IssueCheck(f"{table} key", "表主键", (table,), rule, ERROR))
    return found


def _of_landing() -> list[IssueCheck]:
    found = []
    for name, (rule, sql, remedy) in LANDING_RULES.items():
        is_period = name == MISSING_PERIOD
        subject = "evaluation.figure_coverage" if is_period else "quality.submissions"
        found.append(
            IssueCheck(name, "覆盖" if is_period else "载入", (subject,), rule, WARNING, sql, ("message_zh",), remedy)
        )
    return found


def _held_back(holds: Sequence[Hold]) -> list[IssueCheck]:
    """The rows for which departments are held back, and the files that wait for them; nothing where nobody is.

    The rows stand in no table any more, so that the query holds them itself.
    """
    if not holds:
        return []
    every = (row for hold in holds for row in hold.rows)
    rows = [{"order_no": number, **asdict(row)} for number, row in enumerate(every, start=1)]
    kinds = {name: HELD_BACK_KINDS.get(name, "varchar") for name in ("order_no", *FaultRow.__annotations__)}
    content, shape = (literal(json.dumps(each, ensure_ascii=False)) for each in (rows, [kinds]))
    row_rule = "各部门的行都通过了阻止发布的检查;这些行改正后,该部门暂缓发布的报送才会发布"
    file_rule = "各部门的报送都通过了发布前检查;没有通过的部门暂缓发布,其他部门照常"
    files = UNREAD.format(last=LAST_OF_FILE, status="held_back", otherwise=HELD_BACK_REMEDY)
    found = (
        (HELD_BACK_ROW, row_rule, f"select unnest(from_json({content}, {shape}), recursive := true)"),
        (HELD_BACK_FILE, file_rule, files),
    )
    return [
        IssueCheck(name, "载入", ("quality.submissions",), rule, WARNING, sql, ("message_zh",), HELD_BACK_REMEDY)
        for name, rule, sql in found
    ]
