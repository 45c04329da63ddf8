"""What is wrong with a contract, in words: how its YAML is read, and each fault of its content with column and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

NOT_UTF8 = "不是 UTF-8 编码;请另存为 UTF-8"
SYNTAX = {
    "mapping values are not allowed": "冒号用错了位置(上一行可能少了引号,或缩进不对)",
    "found character '\\t'": "用了制表符;请改用空格",
    "could not find expected ':'": "缺少冒号,或冒号后缺少空格",
    "did not find expected ',' or": "括号没有成对,或缺少逗号",
    "did not find expected key": "缩进不齐,或缺少引号",
    "did not find expected '-' indicator": "缩进不齐,或列表项缺少“- ”",
    "found unexpected end of stream": "引号或括号没有成对",
    "found undefined alias": "引用了没有定义的 * 别名;以 * 开头的文字请加引号",
    "found character that cannot start any token": "有不能这样开头的字符;请给这段文字加引号",
    "found unhashable key": "名称不能是列表或清单",
}
"""What the YAML reader says, by its beginning, and what it means."""
FAULTS = {
    "missing": "缺少这一项;请补上",
    "extra_forbidden": "没有这一项;请核对拼写或删除",
    "string_type": "应为文字;数字、是否和日期请加引号",
    "string_too_short": "不能为空;请填写",
    "too_short": "不能为空;请至少写一项",
    "too_long": "写得太多;请核对项数",
    "list_type": "应为列表;请写成 [甲, 乙]",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "model_type": "应为“名称: 值”的清单;请核对缩进",
    "dict_type": "应为“名称: 值”的清单;请核对缩进",
    "invalid_key": "名称应为文字;请加引号",
}
"""What pydantic calls a fault, and what to say of it."""


class ContractError(ValueError):
    """A contract that cannot be used; the message names the file and what to mend, one line per fault."""


class YamlFault(ValueError):
    """A YAML file that cannot be read; the message says where and what to mend."""


class _Loader(yaml.CSafeLoader):
    """A loader that does not let a second key take the place of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; raises YamlFault where a key comes twice."""
        places: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and places.setdefault(key.value, line) != line:
                raise YamlFault(f"第 {line} 行的“{key.value}”与第 {places[key.value]} 行重复;请只保留一处")
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        YamlFault: it is empty or no YAML, or a key comes twice.
        OSError: it cannot be opened.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlFault(NOT_UTF8) from error
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506  (derived from the safe loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列附近" if mark else ""
        said = error.problem or ""
        meant = next((words for begin, words in SYNTAX.items() if said.startswith(begin)), "写法不是 YAML")
        raise YamlFault(f"{place}{meant};请检查这里的缩进、冒号、引号和括号") from error
    except (yaml.YAMLError, RecursionError) as error:
        position = getattr(error, "position", None)
        place = "" if position is None else f"第 {text.count(chr(10), 0, position) + 1} 行"
        raise YamlFault(f"{place}有 YAML 不允许的字符或写法;请删除") from error
    if document is None:
        raise YamlFault("文件是空的;请填写约定或删除文件")
    if not isinstance(document, dict):
        raise YamlFault("内容应为“名称: 值”的清单;请参照其他约定")
    return document


def faults_in_words(error: ValidationError, document: Any) -> list[str]:
    """Each fault of a document: the column or layout by its name, the place, what is wrong and what to do."""
    return list(dict.fromkeys(_in_words(fault, document) for fault in error.errors(include_url=False)))


def _in_words(fault: ErrorDetails, document: Any) -> str:
    place = fault["loc"]
    where = _named(place, document)
    kind, value = fault["type"], fault["input"]
    if kind == "value_error":
        return f"{where}{fault['msg'].removeprefix('Value error, ')}"
    if kind == "literal_error":
        choices = fault["ctx"]["expected"].replace("'", "").replace(" or ", "、").replace(", ", "、")
        return f"{where}“{value}”不可用;可用:{choices}"
    if kind == "string_pattern_mismatch":
        return f"{where}“{value}”只能用小写英文字母、数字和下划线,以字母开头"
    shown = "" if kind in ("missing", "extra_forbidden") or isinstance(value, dict | list) else f"“{value}”"
    return f"{where}{shown}{FAULTS.get(kind, '不合约定的写法;请参照其他约定')}"


def _named(place: Sequence[int | str], document: Any) -> str:
    """Where a fault is: ``列 amount_yuan(columns.3.type):``; a part of a list that has a name is called by it."""
    if not place:
        return ""
    dotted = ".".join(map(str, place))
    if len(place) > 1 and isinstance(document, dict):
        parts = document.get(str(place[0]))
        part = parts[place[1]] if isinstance(parts, list) and isinstance(place[1], int) else None
        if isinstance(part, dict) and (name := part.get("name") or part.get("pattern")):
            return f"{'列' if place[0] == 'columns' else '文件布局'} {name}({dotted}):"
    return f"{dotted}:"
