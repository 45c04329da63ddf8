"""What one person, one file and one page may take of the desk: read from `limits.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("limits.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SignIn(_Part):
    """Wrong tokens within a window, and how long sessions (hours) and tokens (days) last."""

    wrong_per_address: int = Field(ge=1)
    wrong_per_department: int = Field(ge=1)
    window_seconds: int = Field(ge=1)
    session_hours: float = Field(gt=0)
    token_days: int = Field(ge=1)


class Argon2(_Part):
    """What a hash of a token costs."""

    memory_kib: int = Field(ge=8)
    iterations: int = Field(ge=1)
    lanes: int = Field(ge=1)


class Upload(_Part):
    """What one form may bring, and how many uploads may wait."""

    suffixes: tuple[str, ...]
    files: int = Field(ge=1)
    largest_files: int = Field(ge=1)
    waiting: int = Field(ge=1)
    waiting_per_department: int = Field(ge=1)
    body_seconds: float = Field(gt=0)
    name_characters: int = Field(ge=16)
    text_characters: int = Field(ge=1)


class Reading(_Part):
    """What the process that reads an upload may take: seconds on the clock and of a processor, megabytes, files."""

    answer_seconds: float = Field(gt=0)
    processor_seconds: int = Field(ge=1)
    memory_mb: int = Field(ge=200)
    files_per_process: int = Field(ge=1)


class Serving(_Part):
    """Connections at once, and how long what is open may take to end with the desk."""

    connections: int = Field(ge=1)
    closing_seconds: int = Field(ge=0)


class Shown(_Part):
    """What a page shows, and when one that waits asks again."""

    findings: int = Field(ge=1)
    poll_seconds: int = Field(ge=1)


class DeskLimits(_Part):
    """All of them."""

    sign_in: SignIn
    argon2: Argon2
    upload: Upload
    reading: Reading
    serving: Serving
    shown: Shown


@cache
def desk_limits() -> DeskLimits:
    """The limits as the file has them.

    Raises:
        pydantic.ValidationError: a limit is missing, misspelt or out of bounds.
    """
    return DeskLimits.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
