"""Unified social credit codes with their two check digits (GB 32100-2015, GB 11714-1997). Knows no ledger.

The codes are well formed but invented: nobody looked whether one of them was ever issued.
"""

from __future__ import annotations

import random

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CITY = "440100"
ENTERPRISE, PUBLIC_BODY, STATE_ORGAN = "91", "12", "11"


def check_digit(first_17: str) -> str:
    """The 18th sign of a credit code.

    Raises:
        ValueError: unless given 17 signs of the alphabet.
    """
    if len(first_17) != len(WEIGHTS):
        raise ValueError(f"a credit code has 17 signs before its check digit: {first_17!r}")
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def organisation_check_digit(first_8: str) -> str:
    """The 9th sign of the organisation code that a credit code holds in places 9 to 17."""
    values = (ORGANISATION_ALPHABET.index(sign) for sign in first_8)
    total = sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def is_valid(code: str) -> bool:
    """Whether a code has 18 signs of the alphabet and the right check digit; the macro of the same rule is dbt's."""
    return len(code) == 18 and all(sign in ALPHABET for sign in code) and check_digit(code[:17]) == code[17]


def credit_code(serial: int, district: str = CITY, kind: str = ENTERPRISE) -> str:
    """The code of the n-th invented organisation: one code for each serial, place and kind.

    ``kind`` is the registering authority and class: 91 enterprise, 12 public body, 11 state organ.
    """
    organisation = f"MA{serial:06d}"
    body = f"{kind}{district}{organisation}{organisation_check_digit(organisation)}"
    return body + check_digit(body)


def miswritten(code: str, rng: random.Random) -> str:
    """The code with two different neighbouring digits of its serial exchanged, as a typist does: no longer valid."""
    places = [n for n in range(10, 15) if code[n] != code[n + 1]]
    if not places:
        raise ValueError(f"no two neighbouring digits of {code} differ")
    n = rng.choice(places)
    return code[:n] + code[n + 1] + code[n] + code[n + 2 :]
