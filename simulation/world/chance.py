"""Random streams, draws from lists, and whole numbers (fen, or rows) split into parts that add up exactly. Knows no ledger."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *names: object) -> random.Random:
    """A random stream of its own for each (seed, names), so that adding one does not move the others."""
    return random.Random("/".join(map(str, (seed, *names))))


def split(total: int, weights: Sequence[float], least: int = 1) -> list[int]:
    """Split ``total`` into one part per weight, each at least ``least``, adding up exactly.

    Raises:
        ValueError: if the total is too small to give every part its least.
    """
    spare = total - least * len(weights)
    if spare < 0 or not weights:
        raise ValueError(f"cannot split {total} into {len(weights)} parts of at least {least}")
    whole = sum(weights)
    parts = [least + int(spare * (weight / whole)) for weight in weights]
    heaviest = max(range(len(weights)), key=weights.__getitem__)
    parts[heaviest] += total - sum(parts)
    return parts


def uneven(rng: random.Random, count: int) -> list[float]:
    """Weights as amounts of real vouchers have them: many small, few large."""
    return [0.15 + rng.expovariate(1.0) for _ in range(count)]


def pick(rng: random.Random, choices: Sequence[T]) -> T:
    """One of the choices, each as likely."""
    return choices[int(rng.random() * len(choices))]


def exactly(rng: random.Random, chosen: int, count: int) -> Iterator[bool]:
    """``count`` flags in random order of which exactly ``chosen`` are true.

    Raises:
        ValueError: if more are to be chosen than there are.
    """
    if not 0 <= chosen <= count:
        raise ValueError(f"cannot choose {chosen} of {count}")
    for left in range(count, 0, -1):
        hit = rng.random() * left < chosen
        chosen -= hit
        yield hit
