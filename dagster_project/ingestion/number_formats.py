"""What the number formats of a workbook show beside the number: a percent sign, a unit of money, a currency, noughts in front, a smaller scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

Shown = Callable[[float | str], str]
"""What a cell shows of the number in it, as far as reading the number alone would lose it."""
SPREADSHEET_DIGITS = 15
BUILTIN_PERCENT = frozenset({9, 10})
PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|(?P<digit>[0#?]|General)|(?P<sign>.)'
)
"""The parts of a number format: letters to print, a currency, conditions and colours, blanks, places of digits, all else."""
UNIT_SHOWN = re.compile("[元圆圓百千万亿萬億仟佰]|[$€£]|[A-Z]{2,}")
"""What of the letters to print says in which money, or in how much of it, the number is meant."""
PADDED = re.compile(r'(?:"[^"]*"|\\.)*(0{2,})(?:"[^"]*"|\\.)*')
"""A format that fills whole numbers up with noughts: 123 is shown, and meant, as 00123."""
DIGITS_SHOWN = re.compile(r"\d(?:[\d, ]*\d)?(?:\.\d+)?(?![\d.,]*E[-+])")
"""The digits of a cell as it is shown, with the commas between thousands; of a power of ten none."""
IN_FRONT = re.compile(r"[A-Za-z]*(?<!RMB)(?<!CNY)(?:[-/0-9]*[0-9])?(?<=[A-Za-z0-9])")
"""What a format of numbers that are names puts in front of them: noughts, letters, a year."""
TRUTH_VALUES = ("TRUE", "FALSE")
SCALES = range(3, 9)
"""How many noughts a format may leave away."""
FOREIGN_SIGNS = "$€£"
GENERAL_ZH = "G/通用格式"
"""What Chinese programs call the general format."""
OF_TIME = re.compile("[ymdhsYMDHS]")
OWN_CURRENCY = re.compile("RMB|CNY|[￥¥]")


def percent_text(number: float | str) -> str:
    """A number as the percentage a percent format shows, with every digit a spreadsheet keeps: 0.12345 is 12.345%."""
    value = _exact(number).scaleb(2)
    return f"{value.normalize():f}%" if value else "0%"


def is_percent_format(code: str) -> bool:
    """Whether a number format shows numbers a hundredfold, with a percent sign; one that is quoted or escaped does not."""
    return "%" in _shown_parts(code)[3]


def telling_formats(custom: Mapping[int, str]) -> dict[int, Shown]:
    """What the formats show, by their number: the built-in ones for percentages, and those among the workbook's own."""
    own = {number: shown for number, code in custom.items() if (shown := _shown(code)) is not None}
    return dict.fromkeys(BUILTIN_PERCENT - custom.keys(), percent_text) | own


def as_shown(number: float | str, shown: str) -> str | None:
    """A number with what its cell shows beside it: a unit, a currency, noughts or letters in front, a smaller scale, a truth value.

    None where the cell shows the number and no more, or hides it.
    """
    if shown in TRUTH_VALUES:
        return shown
    if not (match := DIGITS_SHOWN.search(shown)):
        return None
    plain = _plain(number)
    if shown.endswith(plain) and IN_FRONT.fullmatch(shown.removesuffix(plain)):
        return shown
    before, _, behind = (part.strip() for part in re.sub("[-+]", "", shown).partition(match[0]))
    if _says_unit(before + behind):
        return f"{before}{plain}{behind}"
    has_more_digits = re.search(r"\d", before + behind)  # 2023-01-05 of a number 20230105
    is_smaller = not has_more_digits and _is_smaller(abs(_exact(number)), match[0])
    return f"{plain}(缩小显示为{shown})" if is_smaller else None


def _is_smaller(number: Decimal, digits: str) -> bool:
    """Whether digits are a number in thousands, ten thousands or a like scale, rounded to the places shown."""
    seen = Decimal(re.sub("[, ]", "", digits))
    half_a_place = Decimal(5).scaleb(int(seen.as_tuple().exponent) - 1)
    if not seen:
        return number > max(half_a_place, Decimal(1))
    return any(abs(number - seen.scaleb(noughts)) <= half_a_place.scaleb(noughts) for noughts in SCALES)


def _shown(code: str) -> Shown | None:
    if is_percent_format(code):
        return percent_text
    before, behind, is_scaled, signs = _shown_parts(code)
    if OF_TIME.search(signs):
        return None
    if (padded := PADDED.fullmatch(code.split(";")[0])) and (before + behind).isascii():
        return lambda number: f"{before}{_plain(number).zfill(len(padded[1]))}{behind}"
    if is_scaled:
        return lambda number: f"{before}{_plain(number)}{behind}(以格式{code}缩小显示)"
    if _says_unit(before + behind):
        return lambda number: f"{before}{_plain(number)}{behind}"
    return None


def _says_unit(letters: str) -> bool:
    return bool(UNIT_SHOWN.search(OWN_CURRENCY.sub("", letters)))


def _shown_parts(code: str) -> tuple[str, str, bool, str]:
    """Of the part for positive numbers: letters before and behind the number, whether it is made smaller, and all other signs."""
    letters = {False: "", True: ""}
    between = signs = ""
    has_digits = is_scaled = False
    for part in PARTS.finditer(code.replace(GENERAL_ZH, "General")):
        text = part["quoted"] or part["escaped"] or part["currency"]
        if text is None and (sign := part["sign"]) and (sign in FOREIGN_SIGNS or not sign.isascii()):
            text = sign  # as some programs write letters to print
        if part["digit"]:
            is_scaled |= "." in letters[True]  # 0!.0000 shows 12.3456 for 123456
            has_digits, between, letters[True] = True, "", ""
        elif text is not None:
            letters[has_digits] += text
        elif part["sign"] == ";":
            break
        elif part["sign"]:
            signs += part["sign"]
            between += part["sign"] if has_digits else ""
            if part["sign"] == "." and has_digits:
                is_scaled |= between.startswith(",")
    return letters[False].strip(), letters[True].strip(), is_scaled or between.startswith(","), signs


def _exact(number: float | str) -> Decimal:
    return Decimal(f"{float(number):.{SPREADSHEET_DIGITS}g}")


def _plain(number: float | str) -> str:
    value = _exact(number)
    return f"{value.normalize():f}" if value else "0"
