"""What is said of a row in doubt is said in words: every column that a rule may show has a name, every truth value is 是 or 否."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import duckdb
from sample_warehouse import Warehouse

from dagster_project.quality.broken_rows import ABOUT_PLACES, RowNames
from dagster_project.quality.expectation_files import read_suites
from dagster_project.quality.row_words import column_words, rule_columns, value_words
from dagster_project.quality.suites import rows_query

NAMED = re.compile(r"\(([a-z]\w+)\) ")
RAW = re.compile(r"(?<![\w(])[a-z]+_[a-z_]+ |\b(?:True|False|None)\b")


def test_every_column_that_a_rule_may_show_has_a_word_and_no_word_is_left_over(sample: Warehouse) -> None:
    manifest = json.loads((sample.settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))
    silent, used = set(), set()
    with RowNames(sample.settings, manifest["nodes"]) as names:
        for suite in read_suites(sample.settings.expectations_dir).values():
            for query in filter(None, (rows_query(rule, suite.table) for rule in suite.rules)):
                if "last_version" in query:  # reads the version that readers have
                    continue
                for name in set(re.findall(r"\w+", query)).intersection(names.columns(f"({query})")) - ABOUT_PLACES:
                    told = names.label(name, None, [suite.table])
                    silent |= {f"{suite.table} {name}"} if told == name else set()
                    used.add(name)
    assert silent == set()
    assert set(rule_columns()) <= used


def test_rows_in_doubt_of_the_sample_are_told_without_a_raw_name_or_truth_value(sample: Warehouse) -> None:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        texts = [
            text
            for row in connection.execute("select key_text, value_zh from quality.issues").fetchall()
            for text in row
            if text
        ]
    assert len(texts) > 50 and any(NAMED.search(text) for text in texts)
    assert [text for text in texts if RAW.search(text)] == []


def test_a_list_of_values_names_no_column_and_one_is_no_truth_value() -> None:
    assert column_words("amount_yuan", "支付金额(元);含退款") == "支付金额(amount_yuan)"
    assert column_words("state", "相符、不相符") == "状态(state)"
    assert column_words("some_column", "") == "some_column"
    assert [value_words(each) for each in (True, False, None, 1, 0, Decimal(1))] == ["是", "否", "(空)", "1", "0", "1"]
