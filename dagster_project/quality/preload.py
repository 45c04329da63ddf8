"""Load Great Expectations while another process does the work: its import takes seconds, and the gate needs it next."""

from __future__ import annotations

import threading


def load_expectations_meanwhile() -> threading.Thread:
    """Start importing in a thread; whoever imports it later waits for this import to end."""
    thread = threading.Thread(target=_import, name="load-great-expectations", daemon=True)
    thread.start()
    return thread


def _import() -> None:
    import great_expectations  # noqa: F401
