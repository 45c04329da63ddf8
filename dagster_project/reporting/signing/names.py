"""Texts that people put into the log: one line, and only characters that everybody sees."""

from __future__ import annotations

import unicodedata

from dagster_project.publishing import SignatureError

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters that split a line, command a terminal, turn the direction of text, or show nothing."""
LONGEST = {"签署人": 60, "说明": 500, "更正原因": 500}


def plain_text(what: str, text: str) -> str:
    """The text without blanks around it.

    Raises:
        SignatureError: it is too long, or holds a character that splits lines or does not show.
    """
    for place, character in enumerate(text.strip(), start=1):
        if unicodedata.category(character) in HIDDEN:
            raise SignatureError(
                f"{what}第 {place} 个字符 U+{ord(character):04X} 会断行或看不见,不能写入签署记录;请改成一行文字"
            )
    if len(text.strip()) > LONGEST[what]:
        raise SignatureError(f"{what}有 {len(text.strip())} 个字,最多 {LONGEST[what]} 个;请缩短")
    return text.strip()


def plain_name(name: str) -> str:
    """The name of a person, the same however wide its characters and blanks were typed.

    Raises:
        SignatureError: it is empty, too long, or holds a character that does not show.
    """
    text = " ".join(unicodedata.normalize("NFKC", plain_text("签署人", name)).split())
    if not text:
        raise SignatureError("请写明签署人(--by)")
    return text
