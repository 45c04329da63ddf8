"""How a document is bound to what it says: tokens, sentences made of them, and the refusal of a digit that is bound to nothing.

A token is a piece of text with a kind and a key. Figures, scores and parameters are tokens; so are the kinds of digits that
no ledger could give: dates, article numbers, document numbers, names such as 12345, and the numbers of headings and lists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

KINDS = {
    "figure": "指标数",
    "derived": "由指标数和参数算出的数",
    "parameter": "参数",
    "score": "评分结果",
    "data": "已发布表中的文字",
    "year": "年度",
    "version": "数据版本",
    "date": "日期",
    "article": "法律条文号",
    "document": "文号和文件名",
    "name": "名称",
    "number": "标题和列表的序号",
    "missing": "尚缺的数",
}
"""Every kind of token, and what readers call it. The first five come from the published version."""

OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")


class DocumentError(ValueError):
    """A document cannot be built; the message says why and where to mend it."""


class UnboundDigit(DocumentError):
    """A document holds a digit that is bound to nothing."""


@dataclass(frozen=True)
class Token:
    """A bound piece of text: its kind (see `KINDS`), its key (a figure id, a parameter, ...), and what is printed."""

    kind: str
    key: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """A text of a document as its segments: plain texts without any digit, and tokens.

    ``place`` says where the text is written (file and number); ``depends_on`` holds the keys of figures, parameters and
    scores that decide whether the sentence stands at all.
    """

    place: str
    segments: tuple[str | Token, ...]
    depends_on: frozenset[str] = field(default=frozenset())

    @property
    def text(self) -> str:
        """What is printed."""
        return "".join(part if isinstance(part, str) else part.text for part in self.segments)

    @property
    def tokens(self) -> list[Token]:
        """The bound pieces, in order."""
        return [part for part in self.segments if isinstance(part, Token)]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of everything the sentence depends on, by what it prints or by its condition."""
        return self.depends_on | {f"{token.kind}:{token.key}" for token in self.tokens}


def is_digit(character: str) -> bool:
    """Whether a character is a digit of any script or form (full-width, circled, Roman); Chinese numerals are words."""
    return unicodedata.category(character) in ("Nd", "Nl", "No")


def bound(place: str, marked: str, tokens: list[Token], depends_on: Iterable[str] = ()) -> Sentence:
    """Make a sentence from a text in which tokens stand as marks.

    Raises:
        UnboundDigit: a digit stands outside the tokens. The message names the digit, the sentence and its place.
    """
    segments: list[str | Token] = []
    for number, part in enumerate(MARK.split(marked)):
        if number % 2:
            token = tokens[int(part)]
            if not isinstance(token.text, str):
                raise DocumentError(f"{place}:{token.kind} {token.key} 没有可印出的文字")
            segments.append(token)
        elif part:
            segments.append(part)
    sentence = Sentence(place, tuple(segments), frozenset(depends_on))
    for part in sentence.segments:
        if isinstance(part, str):
            refuse_digits(part, sentence.text, place)
    return sentence


def refuse_digits(plain: str, context: str, place: str) -> None:
    """Refuse a plain text that holds a digit.

    Raises:
        UnboundDigit: it does.
    """
    found = re.search(r"\S*", plain[next((n for n, c in enumerate(plain) if is_digit(c)), len(plain)) :])
    if found and found.group():
        digits = "".join(c for c in _run_of_digits(found.group()))
        raise UnboundDigit(
            f"数字“{digits}”没有来源:{place},“{context.strip()}”。"
            "请写成 f(…)、param(…) 等;日期、条文号、文号、名称用 date(…)、article(…)、document(…)、name(…) 标明"
        )


def _run_of_digits(text: str) -> Iterable[str]:
    for character in text:
        if not is_digit(character) and character not in ".,":
            return
        yield character
