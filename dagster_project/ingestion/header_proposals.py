"""Ask, of a column that a file lacks, whether one of the file's headers that no column has is meant by it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from dagster_project.contracts import Contract
from dagster_project.ingestion.header_names import named_columns, normalise

SHORT, LIKE_A_SHORT, LIKE_A_LONG = 12, 0.6, 0.8
"""How alike two names are for the message to ask, from 0 to 1: of up to 12 letters, and of more.

Long names of one file share much (`…amountbytas_cpe`) without meaning the same; short ones differ by a letter that was typed wrong.
Chosen from the headers of the real files in the tests; assumed.
"""
SHOWN = 60
"""How many letters of a header are shown; more is a remark that was written into it."""


def proposals(missing: Sequence[str], texts: Sequence[Sequence[str]], contract: Contract) -> dict[str, str]:
    """For columns that a file lacks, in words, the header most like theirs; each header is asked about once.

    Args:
        missing: names of the columns.
        texts: of each place of the header, the texts above it.
        contract: that says by which headers a column goes.
    """
    taken = {place for places in named_columns(texts, contract).values() for place in places}
    free = {
        normalise(words[0]): words[0].strip() for n, words in enumerate(texts) if n not in taken and words[0].strip()
    }
    pairs = [
        (likeness, name, text)
        for name in missing
        for text in free
        if (likeness := max(_likeness(normalise(header), text) for header in contract.column(name).headers))
    ]
    chosen: dict[str, str] = {}
    for _, name, text in sorted(pairs, key=lambda pair: -pair[0]):
        if name not in chosen and text not in chosen.values():
            chosen[name] = text
    return {name: f"(文件中有“{free[text][:SHOWN]}”;如果就是这一列,请改为约定的列名)" for name, text in chosen.items()}


def _likeness(header: str, text: str) -> float:
    """From 0, where the two are not to be asked about, to 1; one that begins with the other is one cut off, or one with a remark."""
    if text.startswith(header) or header.startswith(text):
        return 1.0
    least = LIKE_A_SHORT if len(header) <= SHORT else LIKE_A_LONG
    matcher = difflib.SequenceMatcher(None, header, text)
    # Cheaper bounds first: a sheet may have thousands of headers, and a header a whole page of text.
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0
