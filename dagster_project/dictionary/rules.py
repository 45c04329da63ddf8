"""The page of all rules, docs/rules.md: written from the catalogue; the rules of cells stand together, a line for each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from dagster_project.ingestion.rules import RULES
from dagster_project.quality.rule_catalogue import SCOPES_ZH, SEVERITIES_ZH, CatalogueRule, counts_of

HEAD = """# Rules

Written by `jixiao rules --page`; change the contract, `expectations/`, the dbt test or the calendar, not this page.

Every rule has an id. A rule of the door is `ledger.column.rule` (`ledger.rule` of a row, `file.rule` of a file), as a finding names these three; a check is its `check_id`,
under which issues and `accepted.csv` name it. `jixiao rules [--ledger L]` lists them with how often and when last each fired.
"""


def rules_page(rules: Sequence[CatalogueRule]) -> str:
    """The page as Markdown."""
    counts = counts_of(rules)
    parts = [HEAD, f"{len(rules):,} rules: " + ", ".join(f"{SCOPES_ZH[s]} {n:,}" for s, n in counts.items()) + ".\n"]
    parts += ["## 载入规则 / rules of the door\n", _table(("rule", "severity", "message", "remedy"), _door_lines())]
    parts += ["## 列 / cells\n", _table(("ledger.column", "rules"), _by_column(rules))]
    parts += ["## 行、跨行 / rows\n", _table(("ledger", "rules"), _by_ledger(rules))]
    for scope in ("table", "cross_ledger", "completeness"):
        listed = [_line(rule) for rule in rules if rule.scope == scope]
        parts += [
            f"## {SCOPES_ZH[scope]} / {scope}\n",
            _table(("id", "severity", "about", "rule", "where", "valid"), listed),
        ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _door_lines() -> Iterable[Sequence[str]]:
    for name, rule in RULES.items():
        yield f"`{name}`", SEVERITIES_ZH[rule.severity], rule.message_zh, rule.remedy_zh


def _by_column(rules: Iterable[CatalogueRule]) -> Iterable[Sequence[str]]:
    cells = (rule for rule in rules if rule.scope == "column")
    for (ledger, column), group in groupby(cells, key=lambda rule: (rule.subject, rule.column)):
        yield f"`{ledger}.{column}`", _names(group)


def _by_ledger(rules: Iterable[CatalogueRule]) -> Iterable[Sequence[str]]:
    rows = [
        rule
        for rule in rules
        if rule.scope in ("row", "cross_row")
        and rule.reference.startswith("contracts/")
        and rule.subject
        and "." not in rule.subject
    ]
    for ledger, group in groupby(sorted(rows, key=lambda rule: rule.subject), key=lambda rule: rule.subject):
        yield f"`{ledger}`", _names(rule for rule in group if rule.rule_id.startswith(f"{ledger}."))


def _names(rules: Iterable[CatalogueRule]) -> str:
    return ", ".join(f"`{rule.rule_id.rpartition('.')[2]}`" for rule in rules)


def _line(rule: CatalogueRule) -> Sequence[str]:
    valid = "–".join((rule.valid_from, rule.valid_to)) if rule.valid_from else ""
    return f"`{rule.rule_id}`", SEVERITIES_ZH[rule.severity], rule.subject, rule.message_zh, rule.reference, valid


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |\n" for row in rows
    )
