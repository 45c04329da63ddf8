"""The report as PDF, through LibreOffice where it is installed; with our own fonts, so that a fresh machine prints no boxes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.fonts import font_folder

TIMEOUT_SECONDS = 120
PDF_TIME = b"19800101000000"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  {aliases}
</fontconfig>
"""
ALIAS = "<alias binding='same'><family>{name}</family><accept><family>{font}</family></accept></alias>"
SUBSTITUTES = {
    "仿宋": "Noto Serif SC",
    "仿宋_GB2312": "Noto Serif SC",
    "宋体": "Noto Serif SC",
    "楷体": "Noto Serif SC",
    "方正小标宋简体": "Noto Serif SC",
    "黑体": "Noto Sans SC",
}
"""What stands in for the fonts of the template where they are not installed."""


def find_libreoffice() -> Path | None:
    """The program that makes PDFs, or nothing where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def write_pdfs(words: Sequence[Path]) -> list[Path]:
    """Write Word files as PDF beside them, in one start of LibreOffice; nothing where that is not installed.

    Raises:
        DocumentError: LibreOffice is there and failed.
        NoChineseFont: there is no font with Chinese glyphs.
    """
    program = find_libreoffice()
    if program is None:
        return []
    with tempfile.TemporaryDirectory(prefix=".pdf-", dir=words[0].absolute().parent) as name:
        folder = Path(name)
        aliases = "\n  ".join(ALIAS.format(name=name, font=font) for name, font in SUBSTITUTES.items())
        (folder / "fonts.conf").write_text(
            FONTS.format(folder=font_folder(), cache=folder / "cache", aliases=aliases), encoding="utf-8"
        )
        result = subprocess.run(  # noqa: S603 - our own files, no shell
            [
                str(program),
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                *(str(word.absolute()) for word in words),
            ],
            env={
                "PATH": os.defpath,
                "HOME": name,
                "TMPDIR": name,
                "FONTCONFIG_FILE": str(folder / "fonts.conf"),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        made = []
        for word in words:
            pdf = folder / f"{word.stem}.pdf"
            if not pdf.is_file():
                said = (result.stderr or result.stdout).strip()[:300]
                raise DocumentError(f"LibreOffice 没有把 {word.name} 转成 PDF:{said}")
            target = word.with_suffix(".pdf")
            target.write_bytes(same_bytes(pdf.read_bytes(), word.read_bytes()))
            made.append(target)
    return made


def same_bytes(pdf: bytes, source: bytes) -> bytes:
    """A PDF without the moment and the chance that LibreOffice puts into it; of equal length, so that its offsets hold.

    Args:
        pdf: what LibreOffice wrote.
        source: what it was made from, which identifies it.
    """
    name = hashlib.sha256(source).hexdigest()[:32].upper().encode()
    pdf = re.sub(rb"(/CreationDate\(D:)\d{14}", rb"\g<1>" + PDF_TIME, pdf)
    pdf = re.sub(rb"(/ID \[ <)[0-9A-F]{32}(>\s+<)[0-9A-F]{32}>", rb"\g<1>" + name + rb"\g<2>" + name + b">", pdf)
    return re.sub(rb"(/DocChecksum /)[0-9A-F]{32}", rb"\g<1>" + name, pdf)
