"""Which small mistakes can be made in a text of SQL and Jinja; pure functions over text, no database, no dbt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|\{#.*?#\})"
    r"|(?P<statement>\{%.*?%\})"
    r"|(?P<expression>\{\{.*?\}\})"
    r"|(?P<string>'(?:[^']|'')*')"
    r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_*][A-Za-z_0-9]*)*)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<operator><=|>=|<>|!=|\|\||//|::|[-+*/<>=%])"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)"
    r"|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)
LITERAL = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
CONDITION = re.compile(r"[<>=]| is | in |^facts\.(is|has)_\w+$")
DATE = re.compile(r"(?:_on|_by)$")
OPERATORS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "=": "<>", "<>": "=", "!=": "=", "+": "-", "-": "+"}
CONDITION_ENDS = frozenset(
    "and or group order union qualify having limit window then else end when inner left right full cross join where on as".split()
)
BEFORE_A_VALUE = frozenset(("select", "then", "when", "else", "by", "and", "or", "between", "where", "on"))
FILTERS = frozenset(("where", "having", "qualify", "on"))


@dataclass(frozen=True)
class Site:
    """One possible mistake: what stands at ``start:end`` of a text, what would stand there, and which rule says so."""

    start: int
    end: int
    after: str
    rule: str


@dataclass(frozen=True)
class Token:
    """A piece of SQL with its place in the whole text."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def sites(text: str) -> list[Site]:
    """Every mistake the rules can make in a model or a macro, in the order of the text."""
    tokens = list(_tokens(text, 0))
    found = list(_sites_of(tokens))
    for token in tokens:
        if token.kind == "expression":
            found += _sites_in_expression(token)
        elif token.kind == "statement" and re.match(r"\{%-?\s*(for|set)\b", token.text):
            found += _dates(_literals(token))
    return sorted(
        {(site.start, site.end, site.after): site for site in found}.values(), key=lambda s: (s.start, s.end, s.after)
    )


def mark(text: str, chosen: list[tuple[str, Site]]) -> str:
    """The text with comments around each site, from which `mutate` makes any of the mutants after Jinja has been rendered."""
    cuts: list[tuple[int, int, str]] = []
    for name, site in chosen:
        length = site.end - site.start
        # Opening: the longer site first; closing: the shorter one first; so that they nest.
        cuts.append((site.start, 1_000_000 - length, f"/*<{name}*/"))
        cuts.append((site.end, length - 1_000_000, f"/*{name}>*/"))
    for place, _, comment in sorted(cuts, key=lambda cut: (cut[0], cut[1]), reverse=True):
        text = text[:place] + comment + text[place:]
    return text


def mutate(marked: str, name: str, after: str) -> str:
    """The rendered text with the mistake ``name`` made wherever Jinja has put it."""
    return re.sub(rf"/\*<{name}\*/.*?/\*{name}>\*/", lambda _: f" {after} ", marked, flags=re.DOTALL)


def unmark(marked: str) -> str:
    """The rendered text without the comments of `mark`."""
    return re.sub(r"/\*<m\d+\*/|/\*m\d+>\*/", "", marked)


def _tokens(text: str, offset: int) -> Iterator[Token]:
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), offset + match.start())


def _sites_in_expression(token: Token) -> Iterator[Site]:
    """Texts of SQL that a model hands to a macro: conditions and columns."""
    literals = _literals(token)
    for literal in literals:
        fragment = list(_tokens(literal.text, literal.start))
        around = (
            token.text[: literal.start - token.start - 1].rstrip()[-1:]
            + token.text[literal.end - token.start + 1 :].lstrip()[:1]
        )
        if "~" in around:
            continue  # a part of a text; what it means is not told here
        if "evidence_of" in token.text and CONDITION.search(literal.text) and not literal.text.startswith("case "):
            yield from _sites_of([Token("word", "where", literal.start), *fragment])
        elif len(fragment) > 1:
            yield from _sites_of(fragment)
    yield from _dates([literal for literal in literals if re.fullmatch(r"[a-z_.]+", literal.text)])


def _literals(token: Token) -> list[Token]:
    found = []
    for match in LITERAL.finditer(token.text):
        group = 1 if match.group(1) is not None else 2
        found.append(Token("word", match.group(group), token.start + match.start(group)))
    return found


def _sites_of(tokens: list[Token]) -> Iterator[Site]:
    depth, betweens = 0, set[int]()
    filters: list[bool] = [False]  # per depth: are we in a filter of this query?
    for i, token in enumerate(tokens):
        word = token.text.lower() if token.kind == "word" else ""
        if token.kind == "open":
            depth += 1
            filters.append(
                filters[-1] if i and tokens[i - 1].text.lower() in (*FILTERS, "and", "or", "not", "(") else False
            )
        elif token.kind == "close":
            depth = max(0, depth - 1)
            if len(filters) > 1:
                filters.pop()
        elif word in FILTERS:
            filters[-1] = True
            yield from _dropped(tokens, i, "true", filters[-1])
        elif word in ("select", "from", "group", "order", "union", "inner", "left", "join", "then", "else", "end"):
            filters[-1] = False
        elif word == "between":
            betweens.add(depth)
        elif word in ("and", "or"):
            if word == "and" and depth in betweens:
                betweens.discard(depth)
                continue
            if not (word == "and" and i + 2 < len(tokens) and _is_join_key(tokens, i + 2)):
                yield Site(token.start, token.end, "or" if word == "and" else "and", "and, or")
            yield from _dropped(tokens, i, "true" if word == "and" else "false", filters[-1])
        elif word == "not":
            yield Site(token.start, token.end, "", "dropped not")
        elif word == "count" and i + 2 < len(tokens) and tokens[i + 1].text == "(":
            inside = tokens[i + 2]
            if inside.text.lower() == "distinct":
                yield Site(inside.start, inside.end, "", "count, count distinct")
            elif inside.kind == "word":
                yield Site(inside.start, inside.end, f"distinct {inside.text}", "count, count distinct")
        elif (
            token.kind == "operator"
            and token.text in OPERATORS
            and not _is_sign(tokens, i)
            and not _is_join_key(tokens, i)
        ):
            yield Site(token.start, token.end, OPERATORS[token.text], "operator")
    for group in _groups(tokens):
        yield from _dates(group)


def _is_sign(tokens: list[Token], i: int) -> bool:
    before = tokens[i - 1] if i else tokens[i]
    is_value = before.kind in ("number", "close", "expression", "string") or (
        before.kind == "word" and before.text.lower() not in BEFORE_A_VALUE
    )
    return tokens[i].text in "+-" and not is_value


def _is_join_key(tokens: list[Token], i: int) -> bool:
    """Whether columns of two relations are compared: a join, which grain and keys hold, not a filter."""
    if tokens[i].text not in ("=", "<>") or not 0 < i < len(tokens) - 1:
        return False
    left, right = tokens[i - 1], tokens[i + 1]
    if left.kind != "word" or right.kind != "word" or "." not in left.text or "." not in right.text:
        return False
    return left.text.split(".")[0] != right.text.split(".")[0]


def _dropped(tokens: list[Token], i: int, after: str, is_filter: bool) -> Iterator[Site]:
    """The condition that follows the word at ``i``, unless it is the key of a join or stands in no filter."""
    if not is_filter:
        return
    depth, cases, between, end, keys = 0, 0, False, i, False
    for j in range(i + 1, len(tokens)):
        token = tokens[j]
        word = token.text.lower() if token.kind == "word" else ""
        if (token.kind == "close" and depth == 0) or token.kind == "statement":
            break
        if depth == 0 and cases == 0:
            if token.kind == "comma" or (word in CONDITION_ENDS and not (word == "and" and between)):
                break
            between = word == "between" or (between and word != "and")
            keys = keys or _is_join_key(tokens, j)
        depth += (token.kind == "open") - (token.kind == "close")
        cases += (word == "case") - (word == "end")
        end = j
    if end > i and not keys and tokens[i + 1].text.lower() not in ("true", "false"):
        yield Site(tokens[i + 1].start, tokens[end].end, after, "dropped filter")


def _groups(tokens: list[Token]) -> Iterator[list[Token]]:
    """The columns of each common table expression: of what stands between two parentheses at the outermost level."""
    depth, group = 0, list[Token]()
    for i, token in enumerate(tokens):
        if token.kind == "open":
            if depth or (i and tokens[i - 1].text.lower() == "as"):
                depth += 1
        elif token.kind == "close" and depth:
            depth -= 1
            if depth == 0:
                yield group
                group = []
        elif token.kind == "word" and DATE.search(token.text):
            alias = i > 0 and tokens[i - 1].text.lower() == "as"
            before, after = tokens[i - 1] if i else token, tokens[i + 1] if i + 1 < len(tokens) else token
            passed_on = (before.kind == "comma" or before.text.lower() in ("select", "distinct")) and (
                after.kind == "comma" or after.text.lower() == "from"
            )
            kind = "alias" if alias else "passed" if passed_on and depth <= 1 else "word"
            group.append(Token(kind, token.text, token.start))
    yield group


def _dates(group: list[Token]) -> list[Site]:
    """For each date that is computed with, the next other date of the same relation."""
    names = sorted({token.text for token in group if token.kind != "alias" and DATE.search(token.text)})
    found = []
    for token in group:
        if token.kind != "word" or not DATE.search(token.text):
            continue
        relation = token.text.rpartition(".")[0]
        others = [name for name in names if name.rpartition(".")[0] == relation]
        if len(others) > 1:
            after = others[(others.index(token.text) + 1) % len(others)]
            found.append(Site(token.start, token.end, after, "date field"))
    return found
