"""What a verification found: what is wrong, what it proved, and what it could not."""

from __future__ import annotations


class Report:
    """Lines of three kinds. A fault names the file, and the row where there is one."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.proofs: list[str] = []
        self.gaps: list[str] = []

    def fault(self, text: str) -> None:
        """Something is not as it must be."""
        self.faults.append(text)

    def proof(self, text: str) -> None:
        """Something was compared or computed again, and agrees."""
        self.proofs.append(text)

    def gap(self, text: str) -> None:
        """Something could not be looked at, or cannot follow from what is in the pack."""
        self.gaps.append(text)

    def same(self, what: str, computed: object, stated: object) -> None:
        """Two values must be one; None is a value that is not there."""
        if computed != stated:
            words = ["没有" if value is None or value == "" else str(value) for value in (computed, stated)]
            self.fault(f"{what}:重算为 {words[0]},记录为 {words[1]}")

    def settle(self, before: int, text: str) -> None:
        """A proof, unless faults were found since there were ``before`` of them."""
        if len(self.faults) == before:
            self.proof(text)
