"""What is wrong with the settings, in words: each with its variable, its value and the rule; names that nobody knows. Secrets are not repeated."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import SecretStr, ValidationError

from dagster_project.settings import INTERNAL_VARIABLES, PREFIX, Settings

RULES = {
    "int_parsing": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "应为 {expected}",
    "greater_than_equal": "太小,至少为 {ge}",
    "string_pattern_mismatch": "只能用字母、数字、- 和 _",
}


def fault_texts(error: ValidationError) -> list[str]:
    """What is wrong with the settings: each with its variable, its value and the rule."""
    told = []
    for fault in error.errors():
        rule = RULES.get(fault["type"])
        text = rule.format(**fault.get("ctx", {})) if rule else fault["msg"].removeprefix("Value error, ")
        name = "_".join(map(str, fault["loc"]))
        value = "(不显示)" if name in _secrets() else f"“{fault['input']}”"
        told.append(f"设置 {PREFIX}{name.upper()} 的值{value}不可用:{text}")
    return told


def unknown_settings(names: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none, with the likest ones: a name that is misspelt would do nothing."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    told = []
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name.upper() not in known | INTERNAL_VARIABLES:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=3)
            remedy = f"是不是 {'、'.join(near)}?" if near else "全部设置见 deploy/jixiao.env.example。"
            told.append(f"不认识的设置 {name},没有起作用;{remedy}请改正或去掉")
    return told


def _secrets() -> set[str]:
    return {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
