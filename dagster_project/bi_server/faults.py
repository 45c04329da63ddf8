"""What is said when the PostgreSQL for BI cannot be written: one line in Chinese, never with the password."""

from __future__ import annotations

KEPT_ZH = "已发布的文件不受影响"


class BiError(RuntimeError):
    """The version did not get into PostgreSQL; the message says why and what to do."""
