"""What one file may cost while it is read: memory, time, and what it unpacks to. A file that costs more is refused by name."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

MEGABYTE = 1_000_000
FREE_BYTES = 4 * MEGABYTE
"""Up to here a file has the limits as they are set; a larger one gets more of each, in proportion."""
SECONDS_PER_MEGABYTE = 2.0
"""Real workbooks take half a second a megabyte, streamed text a twentieth; four times that is no ledger, or no machine for it."""
MEMORY_PER_BYTE = 60
"""Real workbooks of numbers take twenty bytes for each of theirs once they lie open; what engines keep in reserve is counted too."""
STREAMED_BYTES = 12 * MEGABYTE
STREAMED_MEMORY_MB = 3_000
"""Text of this size and more may take this much: a streamed file of five million rows takes 1.6 GB, its reserves twice that of small ones."""
MEMORY_PER_CELL = 80
"""A cell lies open twice: as the cell reader has it, and as text."""
MOST_MEMORY_MB = 6_000


@dataclass(frozen=True)
class Limits:
    """The limits of a landing.

    Args:
        processes: that read files side by side; 0 reads them in the main process, without limits of memory and time.
        memory_mb: that a process may take for a file of up to 4 MB.
        seconds: of processor time that such a file may take, and half of them for which its reader may stand still.
        inflated_mb: that all parts of a zipped workbook may unpack to.
        cells: that one sheet may have from A1 to its last value; fewer where the memory holds fewer.
        sheets: that a workbook may have.
    """

    processes: int = os.cpu_count() or 1
    memory_mb: int = 900
    seconds: float = 6
    inflated_mb: int = 1_500
    cells: int = 60_000_000
    sheets: int = 1_000

    def memory_for(self, size_bytes: int) -> int:
        """The bytes of memory for a file of this size."""
        more = MEMORY_PER_BYTE * max(0, size_bytes - FREE_BYTES)
        if size_bytes >= STREAMED_BYTES:
            more = max(more, (STREAMED_MEMORY_MB - self.memory_mb) * MEGABYTE)
        return max(self.memory_mb * MEGABYTE, min(self.memory_mb * MEGABYTE + more, MOST_MEMORY_MB * MEGABYTE))

    def seconds_for(self, size_bytes: int) -> float:
        """The seconds of processor time for a file of this size."""
        return self.seconds + SECONDS_PER_MEGABYTE * max(0, size_bytes - FREE_BYTES) / MEGABYTE


_in_force = Limits()


def in_force() -> Limits:
    """The limits of this process."""
    return _in_force


def enforce(limits: Limits, size_bytes: int) -> None:
    """Make these the limits of this process, for a file of this size."""
    global _in_force
    _in_force = replace(limits, cells=min(limits.cells, limits.memory_for(size_bytes) // MEMORY_PER_CELL))
