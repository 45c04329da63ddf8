"""Every rule that a hand-in meets, with its id: of files, rows and cells at the door, of tables and across ledgers, and of what is owed.

Nothing is listed by hand: the rules of cells are those that the door's own queries are made of, the others those of contracts,
`expectations/`, dbt tests and the calendar. The id of a rule of the door is ``ledger.column.rule`` (``ledger.rule`` of a row,
``file.rule`` of a file), as the findings name these three; that of a check is its ``check_id``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dagster_project.contracts import Contract
from dagster_project.ingestion.cell_checks import CellChecks
from dagster_project.ingestion.json_rules import JSON_RULES
from dagster_project.ingestion.owed import Calendar
from dagster_project.ingestion.rules import RULES
from dagster_project.quality.expectation_files import KINDS, Rule, Suite
from dagster_project.quality.issue_checks import LANDING_RULES, MISSING_PERIOD
from dagster_project.quality.rule_english import door_english, expectation_english

FATAL = "fatal"
SCOPES_ZH = {
    "file": "文件", "row": "行", "column": "列", "cross_row": "跨行", "table": "表", "cross_ledger": "跨台账", "completeness": "齐全",
}  # fmt: skip
"""What a rule looks at."""
SEVERITIES_ZH = {FATAL: "不可放宽", "error": "必须更正", "warning": "请核对", "info": "告知"}
ROW_RULES = (
    "too_many_cells", "too_few_cells", "truncated_row", "bad_json", "unit_conflict", "damaged_quotes", "damaged_text", "another_code_page",
    "lost_text", "repeated_json_key", "merged_amount", "partly_struck_out", "unknown_keys", "nested_value", "lone_cell",
    "part_of_row", "not_a_reject", "answered_twice", "unknown_choice", "row_unchanged",
)  # fmt: skip
CROSS_ROW_RULES = (
    "duplicate_key",
    "equal_rows",
    "total_differs",
    "total_refused",
    "summary_differs",
    "printed_count_differs",
    "count_refused",
)
TEXT_ONLY = {"too_many_cells", "too_few_cells", "truncated_row", "damaged_quotes", "damaged_text", "another_code_page"}
OF_FORMAT = {
    **dict.fromkeys(TEXT_ONLY, "csv"),
    **dict.fromkeys(JSON_RULES, "jsonl"),
    "merged_amount": "workbook",
    "partly_struck_out": "workbook",
}
"""Rules that only files of a format can break."""
ACROSS = ("rows", "listed", "named_alike", "series", "goes_on", "stays")
"""Kinds of expectations that hold a row against rows elsewhere; of ``rows`` those that read another table."""
OF_ROWS_ZH = "按疑点所列的行,在其所在文件更正后重新报送"
ANY_PERIOD, ANY_DEPARTMENT = "2023", "101001"
"""Some period and department: which rules there are does not depend on which."""


@dataclass(frozen=True)
class CatalogueRule:
    """One rule.

    ``subject`` is the ledger, or the table, that it is about, empty where it holds for every file; ``reference`` the file that says it.
    ``valid_from`` and ``valid_to`` are years, or a day, where the rule has any.
    """

    rule_id: str
    scope: str
    subject: str
    column: str
    severity: str
    message_zh: str
    message_en: str
    remedy_zh: str
    owner: str
    reference: str
    valid_from: str = ""
    valid_to: str = ""

    @property
    def is_about_a_ledger(self) -> bool:
        """Whether ``subject`` is a ledger; else it is a table, or several."""
        return self.scope in ("file", "row", "column", "completeness") or self.reference.startswith("contracts/")


def rule_catalogue(
    contracts: Mapping[str, Contract], suites: Mapping[str, Suite], calendar: Calendar, manifest: Mapping[str, Any]
) -> list[CatalogueRule]:
    """Every rule by scope, subject and id; ids are unique.

    Args:
        contracts: by ledger.
        suites: the rules before publishing, by table.
        calendar: what is owed.
        manifest: of dbt, for its data tests and the keys of tables.
    """
    found = [*_of_files(), *_of_checks(suites, manifest), *_of_calendar(calendar)]
    for contract in contracts.values():
        found += _of_ledger(contract)
    order = {scope: place for place, scope in enumerate(SCOPES_ZH)}
    return sorted(found, key=lambda each: (order[each.scope], each.subject, each.column, each.rule_id))


def door_rule_id(ledger: str, column: str | None, rule: str) -> str:
    """The id of the rule that a finding of landing names; the macro `door_rule_id` says the same in SQL."""
    if rule in ROW_RULES or rule in CROSS_ROW_RULES:
        return f"{ledger}.{rule}"
    return f"{ledger}.{column}.{rule}" if column and rule in CELL_ONLY else f"file.{rule}"


def cell_rules(contract: Contract, column_name: str) -> list[str]:
    """The rules by which cells of a column are rejected, as the door's query asks for them."""
    column = contract.column(column_name)
    checks = CellChecks(
        column, contract, ANY_PERIOD, None, column.date_order, None, ANY_DEPARTMENT, {ANY_DEPARTMENT: ""}
    )
    return list(dict.fromkeys(fault.rule for fault in checks.faults(had_second_look=True)))


def _of_ledger(contract: Contract) -> Iterator[CatalogueRule]:
    reference = f"contracts/{contract.ledger}.yaml"
    for column in contract.columns:
        header = column.headers[0] if column.headers else column.name
        for name in cell_rules(contract, column.name):
            yield _door(name, "column", contract.ledger, column.name, header, contract.owner, reference)
    formats = {layout.format for layout in contract.files}
    for name in ROW_RULES:
        if OF_FORMAT.get(name, next(iter(formats))) in formats:
            yield _door(name, "row", contract.ledger, "", "", contract.owner, reference)
    for name in CROSS_ROW_RULES:
        is_refusal = name in ("total_refused", "count_refused")
        if name == ("equal_rows" if contract.rejects_duplicates else "duplicate_key"):
            continue
        if not is_refusal or contract.wrong_totals == "refuse":
            yield _door(name, "cross_row", contract.ledger, "", "", contract.owner, reference)


def _of_files() -> Iterator[CatalogueRule]:
    """What holds for every file: all rules of the door that no cell or row of a ledger is rejected by alone."""
    own = {*ROW_RULES, *CROSS_ROW_RULES, *CELL_ONLY}
    for name in RULES:
        if name not in own:
            yield _door(name, "file", "", "", "", "", "ingestion/rules.py")


CELL_ONLY = (
    "missing_value", "bad_date", "bad_month", "bad_timestamp", "bad_amount", "bad_number", "bad_boolean", "unknown_code", "bad_pattern",
    "out_of_range", "digits_lost", "spreadsheet_error", "formula_without_value", "id_became_date", "id_became_number", "id_in_lines", "total_in_data",
    "ambiguous_date", "ambiguous_month", "outside_period", "other_department", "unexpected_percent", "foreign_currency",
)  # fmt: skip


def _door(name: str, scope: str, ledger: str, column: str, header: str, owner: str, reference: str) -> CatalogueRule:
    rule = RULES[name]
    message = rule.message_zh.replace("{header}", header) if header else rule.message_zh
    rule_id = door_rule_id(ledger, column, name)
    severity = FATAL if rule.severity == "error" and scope == "file" else rule.severity
    english = door_english(name, column)
    return CatalogueRule(
        rule_id, scope, ledger, column, severity, message, english, rule.remedy_zh, owner, reference
    )  # fmt: skip


def _of_checks(suites: Mapping[str, Suite], manifest: Mapping[str, Any]) -> list[CatalogueRule]:
    """Expectations, dbt tests and keys under the names that `issue_checks` gives them: of two with one name the second gets a number."""
    found = [*_of_suites(suites, _owners(manifest)), *_of_dbt(manifest), *_of_what_landing_tells()]
    seen: Counter[str] = Counter()
    named = []
    for rule in sorted(found, key=lambda each: (each.rule_id, each.message_zh)):
        seen[rule.rule_id] += 1
        number = seen[rule.rule_id]
        named.append(rule if number == 1 else replace(rule, rule_id=f"{rule.rule_id}({number})"))
    return named


def _of_what_landing_tells() -> Iterator[CatalogueRule]:
    """The checks that sum up what landing and the figures tell, under which their issues stand."""
    for name, (words, _, remedy) in LANDING_RULES.items():
        scope = "completeness" if name == MISSING_PERIOD else "file"
        english = f"There must be no {name.replace('_', ' ')}"
        yield CatalogueRule(name, scope, "", "", "warning", words, english, remedy, "", "quality/issue_checks.py")


def _owners(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Who owns each table of a model."""
    return {
        f"{node['schema']}.{node['name']}": node["config"].get("meta", {}).get("owner", "")
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }


def _of_suites(suites: Mapping[str, Suite], owners: Mapping[str, str]) -> Iterator[CatalogueRule]:
    for table, suite in suites.items():
        for rule in suite.rules:
            kind = next(kind for kind in KINDS if getattr(rule, kind) is not None)
            severity = FATAL if rule.severity == "critical" else rule.severity
            yield CatalogueRule(
                f"{table} {rule.notes}", _scope_of(rule, kind), table, rule.column or rule.not_null or "", severity, rule.why,
                expectation_english(rule, kind), OF_ROWS_ZH, owners.get(table, ""), suite.file, str(rule.since or ""),
            )  # fmt: skip


def _scope_of(rule: Rule, kind: str) -> str:
    if kind not in ACROSS:
        return "table"
    if kind == "rows":
        rest = (rule.rows or "").replace("{batch}", "").replace("{last_version}", "")
        return (
            "cross_ledger"
            if any(f"{schema}." in rest for schema in ("marts", "evaluation", "seeds", "quality"))
            else "cross_row"
        )
    return "cross_ledger" if kind == "listed" else "cross_row"


def _of_dbt(manifest: Mapping[str, Any]) -> Iterator[CatalogueRule]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            parents = [p for p in node["depends_on"]["nodes"] if p in manifest["nodes"]]
            severity = FATAL if str(node["config"].get("severity", "error")).lower() == "error" else "warning"
            words = " ".join((node.get("description") or node["name"]).split())
            nodes = [manifest["nodes"][parent] for parent in parents]
            subjects = "、".join(sorted(each["name"] for each in nodes))
            owners = dict.fromkeys(each["config"].get("meta", {}).get("owner", "") for each in nodes)
            scope = "cross_ledger" if len(parents) > 1 else "table"
            zh, _, en = words.partition(" / ")
            yield CatalogueRule(
                node["name"], scope, subjects, "", severity, zh, en or f"The test {node['name']} finds no row", OF_ROWS_ZH,
                "、".join(filter(None, owners)), f"dbt/{node['original_file_path']}",
            )  # fmt: skip
        elif node["resource_type"] == "model" and (key := node["config"].get("meta", {}).get("key")):
            table = f"{node['schema']}.{node['name']}"
            words = node["config"]["meta"].get("repeated_key", "").partition(" / ")[0]
            english = f"No two rows may share {', '.join(key)}"
            yield CatalogueRule(
                f"{table} key", "table", table, "、".join(key), FATAL, words, english, OF_ROWS_ZH,
                node["config"]["meta"].get("owner", ""), f"dbt/{node['original_file_path']}",
            )  # fmt: skip


def _of_calendar(calendar: Calendar) -> Iterator[CatalogueRule]:
    for line in calendar.lines:
        parts = (line.ledger, line.kind_zh, line.period_kind, line.department_code or "", str(line.valid_from))
        message = f"{line.ledger_zh}{f'({line.kind_zh})' if line.kind_zh else ''}按期报送"
        yield CatalogueRule(
            "owed." + ".".join(filter(None, parts)), "completeness", line.ledger, "", "warning", message,
            f"{line.ledger} must be handed in for each {line.period_kind} in time", f"请{line.owner}补报", line.owner,
            "dbt/seeds/submission_calendar.csv", str(line.valid_from), str(line.valid_to or ""),
        )  # fmt: skip


def counts_of(rules: Iterable[CatalogueRule]) -> dict[str, int]:
    """How many rules there are of each scope, in the order of scopes."""
    counted = Counter(rule.scope for rule in rules)
    return {scope: counted[scope] for scope in SCOPES_ZH}
