"""How documents set Chinese texts: full-width signs that come in pairs, numbers of headings in Chinese numerals."""

from __future__ import annotations

import re

CHINESE = "\u3000-\u303f\u4e00-\u9fff\u201c\u201d\uff00-\uffef"
FULL_WIDTH = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "(": "\uff08", ")": "\uff09"}
BRACKETS = "()\uff08\uff09"
CHINESE_DIGITS = "零一二三四五六七八九十"
NEXT_TO_CHINESE = re.compile(f"(?<=[{CHINESE}])[,:;()]|[,:;()](?=[{CHINESE}])")
QUOTED = re.compile(f'"([^"]*[{CHINESE}][^"]*)"')
WHOLE_AMOUNT = re.compile(r"(?<=\d)\.00(?=[万亿]?元)")
SPACE_AT_CHINESE = re.compile("(?<=[\u4e00-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u4e00-\u9fff])")


def full_width(text: str) -> str:
    """Signs of a Chinese text as documents print them; those between digits and letters stay.

    Brackets are of one width with their other half, whatever stands beside that, and so are quotes around Chinese words.
    """
    signs = list(NEXT_TO_CHINESE.sub(lambda match: FULL_WIDTH[match.group()], text))
    opened: list[int] = []
    for place, sign in enumerate(signs):
        if sign in BRACKETS[::2]:
            opened.append(place)
        elif sign in BRACKETS[1::2] and opened:
            pair = (opened.pop(), place)
            if any(signs[half] in BRACKETS[2:] for half in pair):
                signs[pair[0]], signs[pair[1]] = BRACKETS[2], BRACKETS[3]
    return QUOTED.sub("\u201c\\1\u201d", "".join(signs))


def closed_up(text: str) -> str:
    """A text without the spaces between Chinese letters and numbers, which screens want and official documents do not have."""
    return SPACE_AT_CHINESE.sub("", text)


def whole_amount(text: str) -> str:
    """An amount as sentences write it: 3,020.00万元 as 3,020万元, as the published report writes 700万元 beside 944.43万元."""
    return WHOLE_AMOUNT.sub("", text)


def chinese_number(number: int) -> str:
    """A number below 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else CHINESE_DIGITS[tens]) + "十" if tens else "") + (CHINESE_DIGITS[ones] if ones else "")
