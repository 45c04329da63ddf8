"""Money units: what the cells above a header and the header texts say about them, and when they leave a doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from dagster_project.ingestion.rules import Refused

UNIT_IN_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
UNITS = "|".join(sorted(UNIT_IN_YUAN, key=len, reverse=True))
MONEY_WORD = "[十百千万亿]*[美港欧日澳加]?元|[十百千万亿]*(?:美金|港币|英镑|日币)|角|分"
"""A unit of money, whether this product knows it or not."""
SHORT_UNITS = {"万": "万元", "千": "千元", "亿": "亿元"}
"""How the brackets of a header may shorten a unit."""
YUAN = "(?:人民币|RMB|CNY|\u00a5)"
PLAIN_SIGNS = str.maketrans("【】∶︰", "[]::", "“”‘’\"'「」")
OTHER_SIGNS = str.maketrans("萬億仟佰拾圆圓單貨幣額計價數據", "万亿千百十元元单货币额计价数据")
"""Signs of cheques and traditional ones, which mean the same."""
ENGLISH_WORDS = (
    (re.compile(r"\bunits?\b", re.IGNORECASE), "单位"),
    (re.compile(r"\b(?:renminbi|rmb)\b", re.IGNORECASE), "RMB"),
    (re.compile(r"\bcurrency\b", re.IGNORECASE), "币种"),
    (re.compile(r"\b(?:USD|US dollars?)\b", re.IGNORECASE), "美元"),
    (re.compile(r"\b(?:HKD|HK dollars?)\b", re.IGNORECASE), "港元"),
    (re.compile(r"\b(?:EUR|euros?)\b", re.IGNORECASE), "欧元"),
    (re.compile(r"\byuan\b", re.IGNORECASE), "元"),
    (re.compile(r"\b(?:ten[ -]thousands?|10[ ,]?k|10[ ,]?000)\b", re.IGNORECASE), "万"),
    (re.compile(r"\bhundred[ -]thousands?\b", re.IGNORECASE), "十万"),
    (re.compile(r"\b(?:hundred|100)[ -](?:millions?|mn)\b", re.IGNORECASE), "亿"),
    (re.compile(r"\bthousands?\b", re.IGNORECASE), "千"),
    (re.compile(r"\b(?:millions?|mn)\b", re.IGNORECASE), "百万"),
    (re.compile(r"\b(?:billions?|bn)\b", re.IGNORECASE), "十亿"),
)
NEXT_LABEL = "[/、或和及]|制表|填表|填报|填制|编制|审核|负责|日期|币种|第|共"
WORD_ENDS = f"(?:$|[^一-龥]|{YUAN}|{NEXT_LABEL})"
UNIT_STATEMENT = re.compile(rf"单位(?:为|是)?[:(\[]*{YUAN}?[:(\[,、]*({UNITS})(?:{YUAN})?{WORD_ENDS}")
"""``单位:万元`` or ``单位(万元)``, but not ``填报单位:元岗街道``, in half-width text without blanks; DuckDB reads the pattern too."""
NUMBER_WORD = r"\d[\d, ]*[十百千万亿]*元"
"""A unit in digits: ``1000元``, ``1万元``."""
STATEMENTS = [
    re.compile(pattern)
    for pattern in (
        rf"(?:单位|币种|货币)\s*(?:均|都|皆)?(?:为|是)?[\s:(\[]*{YUAN}?[\s:(\[,、]*一?({MONEY_WORD}|{NUMBER_WORD}|[十百千万亿]+|[WwKkMm])\s*(?:{YUAN})?[)\]]*{WORD_ENDS}",
        rf"(?:^|[\s:(\[]){YUAN}\s*(000|10[0, ]*0|[十百千万亿]+)(?:元|$|[^\d一-龥])",
        rf"[以按]\s*{YUAN}?\s*一?({MONEY_WORD}|[千万亿]+)\s*{YUAN}?\s*(?:为|作为|作|做)\s*(?:计量|计价|货币|金额|统计)?\s*单位",
        rf"[以按用]\s*{YUAN}?\s*({MONEY_WORD})\s*{YUAN}?\s*(?:列示|列报|表示|反映|填列|填报|填写|计算|计量|统计|计)",
        rf"(?:金额|数据|数字|数额|数)\s*(?:均|都|皆)?\s*(?:为|是|以|按)\s*{YUAN}?\s*({MONEY_WORD}){WORD_ENDS}",
        rf"^[(\[]?{YUAN}?[(\[:]?({UNITS}|[千万亿]|[十百千万亿]+元|[美港欧日澳加]元)(?:[/、或]\s*(?:{MONEY_WORD}))*{YUAN}?[)\]]*$",
    )
]
TITLE_UNIT = re.compile(
    rf"(?:[(\[【]{YUAN}?|金额:?){YUAN}?({MONEY_WORD}|[千万亿])(?:[/、或]\s*(?:{MONEY_WORD}))*{YUAN}?[)\]】]?$"
)
"""The end of a title: ``2023年支出明细表(万元)``. In a form a label may look like it."""
MORE_UNITS = re.compile(rf"[\s)\]]*(?:[/、或和,]|[(\[])\s*({MONEY_WORD})(?:[)\]]|\s|$|(?=[/、或和,]))")
AMOUNT_BEFORE = re.compile(r"[\d零一二三四五六七八九十百千万亿几数多上超达过逾近约满]\s*$")
AMOUNT_BEHIND = re.compile(r"\s*(?:以[上下内外]|及以|级|户|大关|[/每]?[人件户次年月])")
BIG_WORD = re.compile(r"(?:[十百千万亿]+|[美港欧日澳加])元")
LATIN = re.compile("[A-Za-z]")
LONE_YUAN = re.compile(r"(?<![一-龥\d])元(?![一-龥])")
SUFFIX = re.compile(
    rf"(?:[(\[【](?:(?:金额|计量|货币)?单位[:为]?)?{YUAN}?[:,]?(?P<in>(?:{MONEY_WORD}|[万千亿])(?:[/、或(](?:{MONEY_WORD})\)?)*){YUAN}?[)\]】]"
    rf"|[/_:,-](?:单位:?)?{YUAN}?(?P<after>{MONEY_WORD})|{YUAN}?(?P<bare>[十百千万亿]+元|(?<=[^一-龥])元)|[(\[]{YUAN}[)\]])$"
)

UNIT_COLUMN = re.compile("(?:金额|货币|计价|计量|数据)?单位|币种|币别|货币(?:名称|代码)?|数量级|unit|currency(?:code)?")
UNIT_OR_CURRENCY = re.compile(
    "[十百千万亿]*元|[万亿]|[美港欧日澳加]元|美金|港币|英镑|日币|USD|HKD|EUR|GBP|JPY|MOP|AUD|CAD"
)

Cell = str | None


def split_unit(header: str) -> tuple[str, str | None]:
    """A normalised header without the unit at its end, and that unit: ``金额(万元)``, ``金额/万元``, ``金额万元``.

    The unit is as written where it is none that is known, and may be two (``元/万元``): :func:`agreed_units` refuses those.
    """
    if match := SUFFIX.search(header.translate(OTHER_SIGNS)):
        stated = match["in"] or match["after"] or match["bare"]
        return header[: match.start()], SHORT_UNITS.get(stated, stated) if stated else None
    return header, None


def agreed_units(unit: str | None, column_units: Mapping[str, str], texts: Mapping[str, str] | None = None) -> None:
    """Refuse units of single columns that are not known, or that contradict the unit stated above the header.

    Args:
        unit: what the rows above the header state.
        column_units: by column, what :func:`split_unit` found in its header.
        texts: by column, the header as written, for the message.

    Raises:
        Refused: a unit is not known, a header names two, or it names another one than the rows above.
    """
    for name, own in column_units.items():
        text = (texts or {}).get(name, own)
        if own not in UNIT_IN_YUAN:
            words = re.findall(MONEY_WORD, own)
            if len(words) > 1:
                raise Refused("ambiguous_unit", detail=f"列“{text}”")
            raise Refused("unknown_unit", detail=f"列“{text}”的单位不是元、千元、万元或亿元")
        if unit is not None and own != unit:
            raise Refused("ambiguous_unit", detail=f"表头上方为{unit},列“{text}”为{own}")


def stated_unit(rows: Sequence[Sequence[Cell]], *, has_money: bool = False) -> str | None:
    """The one money unit stated in rows such as ``单位:万元`` or ``本表金额以万元为单位``.

    Args:
        rows: the rows above the header.
        has_money: whether the ledger has amounts: then a money word that is no statement, and no amount, is refused too.

    Raises:
        Refused: two units are stated, one is not known, or a money word leaves a doubt.
    """
    cells = [cell for row in rows for cell in row if cell]
    found: dict[str, str] = {}
    for cell in cells:
        words = _stated_words(cell) or (_words_of_title(cell) if has_money else [])
        if unknown := [word for word in words if word not in UNIT_IN_YUAN]:
            raise Refused("unknown_unit", detail=f"“{_shown(cell)}”中的{unknown[0]}不是元、千元、万元或亿元")
        found |= {word: cell for word in words}
        if has_money and not words and (doubtful := unclear_money_word(cell)):
            raise Refused("unknown_unit", detail=f"“{_shown(cell)}”中的{doubtful}是不是金额单位")
    if len(found) > 1:
        texts = "”“".join(dict.fromkeys(_shown(cell) for cell in found.values()))
        raise Refused("ambiguous_unit", detail=f"“{texts}”中有{'、'.join(sorted(found))}")
    return next(iter(found), None)


def units_in(cell: str) -> list[str]:
    """The known units a cell states; two for ``单位:元/万元``."""
    return [word for word in _stated_words(cell) if word in UNIT_IN_YUAN]


def other_units(text: str, units: Collection[str]) -> list[str]:
    """The money words that a text states, in a sentence or at its end, other than these units."""
    return [word for word in _stated_words(text) or _words_of_title(text) if word not in units]


def names_units(header: str) -> bool:
    """Whether a column is called a unit or a currency of money."""
    return bool(UNIT_COLUMN.fullmatch(re.sub(r"\s", "", _plain(header)).lower()))


def unit_of_column(word: str) -> str | None:
    """The unit or foreign currency that a cell of such a column names; None for yuan by the name of its currency, and for what is no money."""
    text = re.sub(r"\s", "", _plain(word)).strip("()[]")
    if re.fullmatch(rf"{YUAN}|", text):
        return None
    bare = re.sub(rf"^{YUAN}[(:\[]?", "", text)
    return _common(bare) if UNIT_OR_CURRENCY.fullmatch(bare) else None


def unclear_money_word(cell: str) -> str | None:
    """A money word in a cell that is neither a statement nor part of an amount such as ``500万元以上``; None where there is none."""
    text = _plain(cell)
    for match in [*BIG_WORD.finditer(text), *LONE_YUAN.finditer(text)]:
        if not AMOUNT_BEFORE.search(text[: match.start()]) and not AMOUNT_BEHIND.match(text[match.end() :]):
            return match.group()
    return None


def _stated_words(cell: str) -> list[str]:
    """The money words of the statements in a cell, known or not, each once."""
    with_blanks = _plain(cell)
    if not re.search("元|角|分|美金|港币|英镑|日币|[百千万亿]|单位", with_blanks) and not re.search(YUAN, with_blanks):
        return []
    # Blanks may end the statement or stand within it.
    for text in (with_blanks, re.sub(r"\s", "", with_blanks)):
        matches = [match for statement in STATEMENTS for match in statement.finditer(text)]
        if words := [word for match in matches for word in _words_from(text, match)]:
            return list(dict.fromkeys(words))
    return []


def _plain(cell: str) -> str:
    """A cell in half width, without quotation marks and blanks around it, money words in the common signs."""
    text = (
        unicodedata.normalize("NFKC", cell.translate(PLAIN_SIGNS)).translate(PLAIN_SIGNS).translate(OTHER_SIGNS).strip()
    )
    if LATIN.search(text):
        for pattern, word in ENGLISH_WORDS:
            text = pattern.sub(word, text)
        text = re.sub(r"([百千万亿])\s+元", r"\1元", text)
    return text


def _words_of_title(cell: str) -> list[str]:
    text = re.sub(r"\s", "", _plain(cell))
    match = TITLE_UNIT.search(text)
    return list(dict.fromkeys(_words_from(text, match))) if match else []


def _words_from(text: str, match: re.Match[str]) -> Iterable[str]:
    """The word that a statement names, and those that follow it: ``万元/元``, ``元(万元)``."""
    yield _common(match.group(1))
    place = match.end(1)
    while more := MORE_UNITS.match(text, place):
        yield more.group(1)
        place = more.end(1)


def _common(word: str) -> str:
    """A money word as it is usually written: ``万`` and ``10,000元`` are 万元; as it stands where it is none of the four."""
    if word in SHORT_UNITS:
        return SHORT_UNITS[word]
    if match := re.fullmatch(r"(\d[\d, ]*)([十百千万亿]*)元?", word):
        number = int(re.sub("[, ]", "", match[1])) or 1_000  # RMB'000
        value = number * UNIT_IN_YUAN.get(f"{match[2]}元", 0)
        return next((unit for unit, in_yuan in UNIT_IN_YUAN.items() if in_yuan == value), word)
    return word


def _shown(cell: str) -> str:
    """A cell as a message shows it: one line, not too long."""
    text = " ".join(cell.split())
    return text if len(text) <= 60 else text[:60] + "…"
