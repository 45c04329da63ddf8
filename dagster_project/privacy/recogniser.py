"""What in a text looks like personal data, and the text without it. Numbers are judged by their check digits and number plans.

Phones by `phonenumbers` (the number plans that Google keeps), resident IDs and cards by `python-stdnum`; names by the lists
of words.yaml and by whom the ledgers know. What is found and what is not is measured in docs/privacy.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from dagster_project.privacy.names import HAN, names_before, names_by_words, stands_alone, words

MARKS = {
    "secret": "(涉密)",
    "id": "【证件号】",
    "phone": "【电话】",
    "account": "【账号】",
    "email": "【邮箱】",
    "address": "【住址】",
    "name": "【姓名】",
}
"""What stands in a text for each kind; without digits, so that no document takes one for a figure."""
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
GAP = r"[ \u00a0\u3000\u200b-\u200d\u2060\ufeff\-\u2010-\u2015.·]?"
NOT_AN_AMOUNT = r"(?![0-9A-Za-z]|[.,][0-9]|[ ]?(?:元|万元|亿|人次|平方米|公里))"
ID_18 = re.compile(
    rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{GAP}(?:18|19|20)\d\d{GAP}(?:0[1-9]|1[0-2]){GAP}(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}[0-9Xx](?![0-9A-Za-z])"
)
MOBILE = re.compile(
    rf"(?<![0-9A-Za-z.])(?:\+?86{GAP})?1[3-9]\d(?:{GAP}\d{{4}}{GAP}\d{{4}}|{GAP}\d{{3}}{GAP}\d{{5}}){NOT_AN_AMOUNT}"
)
LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.])\(?(?:\+?86[- ]?)?0\d{2,3}(?:[-— ]|\)[- ]?)[2-8]\d{2,3}[- ]?\d{4}(?![0-9A-Za-z])"
)
ABROAD = re.compile(r"\+[1-9]\d{0,2}(?:[ -]?\d{2,5}){2,4}(?!\d)")
CARD = re.compile(
    rf"(?<![0-9A-Za-z.])(?:62\d\d(?P<a>{GAP})\d{{4}}(?P=a)\d{{4}}(?P=a)\d{{4}}(?:(?P=a)\d{{1,3}})?|(?:4[0-35-9]|5[1-5])\d\d(?P<b>{GAP})\d{{4}}(?P=b)\d{{4}}(?P=b)\d{{4}}){NOT_AN_AMOUNT}"
)
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
BEHIND = {
    "account": re.compile(
        r"(?:账号|帐号|账户|帐户|卡号|银行卡|存折|户号|一卡通)[^0-9A-Za-z,，;；。]{0,8}(\d(?:[ \-]?\d){6,31})(?![0-9])"
    ),
    "id": re.compile(
        r"(?:身份证|证件|护照|通行证|军官证|居住证|社保卡|医保卡)[^0-9A-Za-z,，;；。]{0,8}([A-Za-z]{0,2}\d(?:[ \-]?\d){5,18}[0-9Xx])(?![0-9A-Za-z])"
    ),
    "phone": re.compile(
        r"(?:电话|手机|联系方式|致电|座机|传真|tel|Tel|TEL)[^0-9A-Za-z,，;；。]{0,6}((?:\(?0\d{2,3}\)?[- ]?)?\d{3,4}[- ]?\d{4}|1\d{10})(?![0-9])"
    ),
    "email": re.compile(r"(?:微信|[Qq]{2}|[Ww]e[Cc]hat)(?:号码|号)?[::为是 ]{0,3}([A-Za-z0-9_-]{5,20})"),
}
"""What a word in front says a number to be, whatever its check digit."""
ADDRESS = re.compile(
    rf"(?:{HAN}{{1,12}}?(?:路|街|巷|大道|里|弄|胡同|村|社|新村|小区|花园|苑|庭|城|坊)(?:[东南西北中一二三四五六七八九十]{{0,2}}))?"
    rf"(?:{HAN}{{0,6}}\d{{1,5}}号(?:之[一二三四五六七八九十]{{1,2}})?(?:大院|院|楼)?)?{HAN}{{0,8}}?"
    r"\d{1,4}(?:栋|幢|座|号楼)(?:[A-Za-z0-9一二三四五六七八九十]{1,3}(?:单元|梯|座))?\d{1,2}?\d{2,4}(?:室|房|号)?"
    rf"|{HAN}{{1,12}}?(?:路|街|巷|大道|里|弄|村|坊)[东南西北中一二三四五六七八九十]{{0,2}}\d{{1,5}}号(?:之[一二三四五六七八九十]{{1,2}})?{HAN}{{0,8}}?(?:\d{{1,3}}(?:楼|层))?\d{{2,4}}(?:室|房)"
)
RUN = re.compile(rf"(?<![0-9A-Za-z])\d(?:{GAP}\d){{6,31}}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Known:
    """Whom and what the ledgers know: names of persons, numbers of accounts and phones, and names that are secret."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Recogniser:
    """Finds personal data in texts; ``known`` is whom the ledgers know besides, or all that is looked for (``only_known``)."""

    known: Known = field(default_factory=Known)
    only_known: bool = False

    def masked(self, text: str) -> str:
        """The text with a mark in place of each thing found; the same text where nothing is."""
        return self._marked(text, "")

    def masked_key(self, text: str) -> str:
        """The same for a text that tells rows apart: its mark goes on with letters that follow from what it hides.

        Of a code without Chinese only resident IDs, secrets and known persons are told: its digits are a serial number.
        """
        if re.search(HAN, text) or "@" in text:
            return self._marked(text, "·{}")
        if ID_18.fullmatch(text) and _is_resident_id(text):
            return f"{MARKS['id']}·{_letters(text)}"
        head, dash, code = text.rpartition("-")  # a surrogate ends in the code that it is made of
        return f"{head}-{self.masked_key(code)}" if dash else text

    def _marked(self, text: str, tail: str) -> str:
        out, at = [], 0
        for start, end, kind in self._spans(text):
            out += [text[at:start], MARKS[kind], tail.format(_letters(text[start:end]))]
            at = end
        return "".join([*out, text[at:]]) if out else text

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where what stands, in order and apart from each other; of two that overlap the one that begins first, or the longer."""
        half = text.translate(HALF_WIDTH)
        by_signs: list[tuple[int, int, str]] = []
        if not self.only_known:
            numbers = list(_numbers(half))
            by_signs = [*numbers, *names_before(half, numbers), *_addresses(half), *names_by_words(half)]
        found = sorted(
            {*self._secrets(text), *self._known_numbers(half), *self._known_names(half), *by_signs},
            key=lambda span: (span[2] != "secret", span[0], -span[1]),
        )
        kept: list[tuple[int, int, str]] = []
        for span in found:
            if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
                kept.append(span)
        return sorted(kept)

    def _secrets(self, text: str) -> Iterator[tuple[int, int, str]]:
        for secret in self.known.secrets:
            start = text.find(secret)
            while start >= 0:
                yield start, start + len(secret), "secret"
                start = text.find(secret, start + len(secret))

    def _known_numbers(self, half: str) -> Iterator[tuple[int, int, str]]:
        if self.known.numbers:
            for match in RUN.finditer(half):
                if re.sub(r"\D", "", match[0]) in self.known.numbers:
                    yield *match.span(), "account"

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.known.names), default=0)

    def _known_names(self, half: str) -> Iterator[tuple[int, int, str]]:
        for length in range(2, self._longest + 1):
            for start in range(len(half) - length + 1):
                if half[start : start + length] in self.known.names and stands_alone(half, start, start + length):
                    yield start, start + length, "name"


@lru_cache(1)
def signs_of_personal_data() -> str:
    """A pattern of RE2 that matches in every text in which something is found by signs, so that few texts need be looked at."""
    said = words()
    wide = r"\x{ff0d}\x{ff0e}\x{ff08}\x{ff09}"
    gap = rf"[\s\x{{a0}}\x{{200b}}-\x{{200d}}\x{{2060}}\x{{feff}}\-\x{{2010}}-\x{{2015}}.·(){wide}]{{0,2}}"
    digit = r"[0-9\x{ff10}-\x{ff19}]"
    return "|".join(
        [
            rf"{digit}(?:{gap}{digit}){{5}}",
            rf"[@\x{{ff20}}]|微信|[Qq\x{{ff31}}\x{{ff51}}]{{2}}|hat|{digit}[号栋幢座]|{HAN}·{HAN}",
            said.fields,
            rf"{said.surname}{HAN}{{1,2}}(?:{said.after})",
            rf"(?:{said.before})[::( \x{{ff1a}}\x{{ff08}}]?{said.surname}",
        ]
    )


def _letters(text: str) -> str:
    """Six letters that follow from a text: they tell two marks apart and no digit is among them."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
    return "".join("bcdfghjkmnpqrstvwxz"[number // 19**place % 19] for place in range(6))


def _numbers(half: str) -> Iterator[tuple[int, int, str]]:
    if sum(map(str.isdigit, half)) < 5 and "@" not in half and not re.search("微信|[Qq]{2}|hat", half):
        return
    for match in ID_18.finditer(half):
        if _is_resident_id(match[0]):
            yield *match.span(), "id"
    for pattern in (MOBILE, LANDLINE, ABROAD):
        for match in pattern.finditer(half):
            if _is_phone(match[0]):
                yield *match.span(), "phone"
    for match in CARD.finditer(half):
        if _is_card(match[0]):
            yield *match.span(), "account"
    for match in EMAIL.finditer(half):
        yield *match.span(), "email"
    for kind, pattern in BEHIND.items():
        for match in pattern.finditer(half):
            yield *match.span(1), kind


def _is_resident_id(text: str) -> bool:
    from stdnum.cn import ric

    try:
        ric.get_birth_date(number := ric.compact(re.sub(r"[^0-9Xx]", "", text)))
    except Exception:  # whatever is wrong with it
        return False
    return ric.calc_check_digit(number[:-1]) == number[-1].upper()


def _is_phone(text: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(re.sub(r"[^0-9+]", "", text), "CN")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _is_card(text: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid(re.sub(r"\D", "", text)))


def _addresses(half: str) -> Iterator[tuple[int, int, str]]:
    if "号" in half or "栋" in half or "座" in half or "幢" in half:
        for match in ADDRESS.finditer(half):
            yield *match.span(), "address"
