"""What departments uploaded: each a folder of its department, with the file, what is known of it, and the answer."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.private_files import PRIVATE_FOLDER, write_private

UPLOAD_ID = re.compile("[0-9a-f]{32}")
NOTE, ANSWER, FILE_FOLDER = "upload.json", "answer.json", "file"
State = Literal["waiting", "answered", "handed_in"]


@dataclass(frozen=True)
class Upload:
    """An uploaded file.

    ``batch`` is shared by the files of one form. ``ledger`` and ``period`` are what was chosen, empty where the file is to
    tell. ``at`` and ``handed_in_at`` are moments in Asia/Shanghai; ``drop_name`` is its path below the drop once handed in.
    """

    upload_id: str
    batch: str
    department: str
    token_id: str
    name: str
    size_bytes: int
    sha256: str
    ledger: str
    period: str
    at: str
    state: State = "waiting"
    drop_name: str = ""
    handed_in_at: str = ""


class Uploads:
    """The uploads below the folder of the desk. What is asked for of another department is not there."""

    def __init__(self, desk_dir: Path):
        self.root = desk_dir / "uploads"

    def folder(self, upload: Upload) -> Path:
        """Where an upload lies."""
        return self.root / upload.department / upload.upload_id

    def file(self, upload: Upload) -> Path:
        """The file itself."""
        return self.folder(upload) / FILE_FOLDER / upload.name

    def prepare(self, department: str) -> tuple[str, Path]:
        """A new id, and the folder for its file."""
        upload_id = secrets.token_hex(16)
        folder = self.root / department / upload_id / FILE_FOLDER
        folder.mkdir(parents=True, mode=PRIVATE_FOLDER)
        return upload_id, folder

    def save(self, upload: Upload) -> Upload:
        """Write down what is known of an upload."""
        write_private(self.folder(upload) / NOTE, json.dumps(asdict(upload), ensure_ascii=False).encode())
        return upload

    def find(self, department: str, upload_id: str) -> Upload | None:
        """An upload of a department; None where it has none of that id."""
        if not UPLOAD_ID.fullmatch(upload_id):
            return None
        return _read(self.root / department / upload_id / NOTE)

    def of(self, department: str) -> list[Upload]:
        """The uploads of a department, the last first."""
        found = [_read(path) for path in (self.root / department).glob(f"*/{NOTE}")]
        return sorted((each for each in found if each), key=lambda each: (each.at, each.upload_id), reverse=True)

    def all(self) -> Iterator[Upload]:
        """The uploads of all departments."""
        for path in sorted(self.root.glob(f"*/*/{NOTE}")):
            if upload := _read(path):
                yield upload

    def batch(self, department: str, batch: str) -> list[Upload]:
        """The files of one form, in the order of their names."""
        return sorted((each for each in self.of(department) if each.batch == batch), key=lambda each: each.name)

    def answer(self, upload: Upload) -> dict[str, Any] | None:
        """What was said of an upload, None while it waits."""
        try:
            said: dict[str, Any] = json.loads((self.folder(upload) / ANSWER).read_bytes())
        except (OSError, ValueError):
            return None
        return said

    def answered(self, upload: Upload, said: dict[str, Any]) -> Upload:
        """Keep what was said of an upload."""
        write_private(self.folder(upload) / ANSWER, json.dumps(said, ensure_ascii=False).encode())
        return self.save(replace(upload, state="answered"))

    def forget_old(self, days: int, now: dt.datetime | None = None) -> int:
        """Remove uploads, and their answers, that came so many days ago; how many were."""
        before = ((now or dt.datetime.now(SHANGHAI)) - dt.timedelta(days=days)).isoformat()
        old = [upload for upload in self.all() if upload.at < before]
        for upload in old:
            shutil.rmtree(self.folder(upload), ignore_errors=True)
        return len(old)


def _read(path: Path) -> Upload | None:
    try:
        return Upload(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
