"""Write a draft as the YAML of a contract, each guess with its reason as a comment above its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.draft import DraftLedger
from dagster_project.drafting.extend import Extended

PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff./-]*")
SPECIAL_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
MOST_COMMENT = 300


def to_yaml(draft: DraftLedger) -> str:
    """The text of ``<ledger>.yaml``."""
    names = "、".join(dict.fromkeys(file.path.name for file in draft.files[:6]))
    more = f" 等 {len(draft.files)} 个文件" if len(draft.files) > 6 else ""
    counts = draft.counts
    lines = [
        f"# 由 jixiao draft 根据 {names}{more} 起草,请核对标有“请”字的各行。",
        f"# 看了 {counts.seen:,} 行:数据 {counts.data:,},空行 {counts.blank:,},合计 {counts.subtotals:,},"
        f"注释 {counts.footnotes:,},重复的表头 {counts.headers_again:,}。",
        *_comment("依据", draft.reasons),
        *_comment("请核对", draft.doubts),
        f"ledger: {draft.name}",
        f"domain: {draft.domain}",
        f"title: {_flow({'zh': draft.title, 'en': draft.name.replace('_', ' ')})}",
        "owner: 待填",
        f"grain: {_flow({'zh': _grain_zh(draft), 'en': _grain_en(draft)})}",
        *_comment("依据", draft.key.reasons),
        *_comment("请核对", draft.key.doubts),
        *_key_lines(draft),
        f"# 依据: {draft.supersede_reason}",
        f"supersede: {draft.supersede}",
        "files:",
    ]
    for layout in draft.layouts:
        lines += [
            *_comment("依据", layout.reasons, 2),
            *_comment("请核对", layout.doubts, 2),
            f"  - {_flow(layout.fields)}",
        ]
    lines.append("columns:")
    for column in draft.columns:
        lines += [
            *_comment("依据", column.reasons, 2),
            *_comment("请核对", column.doubts, 2),
            f"  - {_flow(column_fields(column))}",
        ]
    if draft.subtotal_words:
        lines.append(f"# 合计行以“{'”“'.join(draft.subtotal_words)}”开头,共 {counts.subtotals:,} 行,载入时不当作数据。")
    return "\n".join(lines) + "\n"


def column_fields(column: DraftColumn) -> dict[str, object]:
    """A column as its YAML says it; only fields that the model of today has."""
    guess = column.guess
    fields: dict[str, object] = {"name": column.name, "headers": column.headers, "type": guess.type}
    if guess.codes:
        fields["codes"] = guess.codes
    if guess.allowed:
        fields["allowed"] = list(guess.allowed)
    if column.required:
        fields["required"] = True
    if guess.personal:
        fields["personal"] = True
    if guess.is_percent:
        fields["percent"] = True
    if guess.date_order:
        fields["date_order"] = guess.date_order
    fields["description"] = {"zh": column.described.zh, "en": column.described.en}
    return fields


def extended_yaml(extended: Extended, draft: DraftLedger) -> str:
    """The text of a known contract with what was added for these files, each addition with its reason."""
    contract = extended.contract
    document = contract.model_dump(exclude_defaults=True)
    names = "、".join(dict.fromkeys(file.path.name for file in draft.files[:6]))
    lines = [
        f"# 现有约定,由 jixiao draft 按 {names} 补充:看了 {draft.counts.seen:,} 行,{len(draft.columns)} 列中 {extended.known} 列的表头本来就认得。",
        *[line for doubt in extended.doubts for line in _comment("请核对", [doubt])],
    ]
    for key, value in document.items():
        if key == "files":
            lines.append("files:")
            for number, layout in enumerate(contract.files):
                told = extended.layouts.get(number)
                lines += [
                    *_comment("依据", [told] if told else [], 2),
                    f"  - {_flow(layout.model_dump(exclude_defaults=True))}",
                ]
        elif key == "columns":
            lines.append("columns:")
            for column in contract.columns:
                lines += _comment("请核对", extended.headers.get(column.name, []), 2)
                lines.append(f"  - {_flow(column.model_dump(exclude_defaults=True))}")
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _key_lines(draft: DraftLedger) -> list[str]:
    """The key; where nothing is unique, none, and equal rows are kept."""
    return [f"key: {_flow(draft.key_names)}"] if draft.key.is_unique else ["key: []", "duplicates: keep"]


def _grain_zh(draft: DraftLedger) -> str:
    headers = "、".join(
        column.headers[0] for place in draft.key.places for column in draft.columns if column.place == place
    )
    return f"每个{headers}一行" if headers else "每行一条记录"


def _grain_en(draft: DraftLedger) -> str:
    return f"One row per {' and '.join(draft.key_names)}" if draft.key_names else "One row per record"


def _comment(kind: str, texts: Sequence[str], indent: int = 0) -> list[str]:
    text = ";".join(" ".join("".join(c if c.isprintable() else " " for c in text).split()) for text in texts)
    return [f"{' ' * indent}# {kind}: {text[:MOST_COMMENT]}"] if text else []


def _flow(value: object) -> str:
    """A value in YAML's flow style, as the contracts of this project have it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}"
    text = str(value)
    is_plain = PLAIN.fullmatch(text) and text.lower() not in SPECIAL_WORDS
    return text if is_plain else '"' + "".join(map(_escaped, text)) + '"'


def _escaped(sign: str) -> str:
    """A sign within double quotes; what does not print is written by its number."""
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"
