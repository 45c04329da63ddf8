"""How landing keeps what it was given: the settings of originals, of proofs and of files that are gone, as one plain value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DeletedFiles = Literal["withdraw", "keep"]


@dataclass(frozen=True)
class Keeping:
    """What becomes of originals, proofs and files that are gone.

    ``originals_dir`` holds the originals, beside the landing zone where it is None; with ``originals_years`` 0 none are kept.
    ``deleted_files`` says whether a file that is taken out of the drop is withdrawn, or counts on. ``withdraw_all`` lets
    one run withdraw however many are gone. ``proof_seconds`` is the time that one run spends on proving hashes.
    """

    originals_dir: Path | None = None
    originals_years: int = 10
    deleted_files: DeletedFiles = "withdraw"
    withdraw_all: bool = False
    proof_seconds: float = 1.0

    def originals_of(self, landing_dir: Path) -> Path:
        """The folder of the originals of a landing zone."""
        return self.originals_dir or landing_dir.parent / "originals"
