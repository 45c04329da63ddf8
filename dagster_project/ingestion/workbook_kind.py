"""What a file that calls itself a workbook really is, told from its content; the suffix may say anything."""

from __future__ import annotations

import re

from dagster_project.ingestion.ole_stream import OleFile
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.workbook_parts import ZipParts

HEAD_BYTES = 4096
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC = {
    b"%PDF": "PDF 文件",
    b"{\\rtf": "RTF 文档",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"BM": "图片",
    b"II*\x00": "图片",
    b"MM\x00*": "图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf\x27\x1c": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"SQLite format 3": "数据库文件",
    b"PAR1": "Parquet 文件",
}
EARLY_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
OFFICE_PARTS = {"word/document.xml": "Word 文档", "ppt/presentation.xml": "PowerPoint 演示文稿"}
OLE_STREAMS = {"worddocument": "Word 文档", "powerpoint document": "PowerPoint 演示文稿"}


def kind_of(head: bytes) -> str:
    """The outer shell of a file: ``zip`` or ``ole``.

    Raises:
        Refused: it is something else, which the message names.
    """
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        return "ole"
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise Refused("damaged_workbook", detail="文件没有内容")
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            raise Refused("other_kind", value=name)
    if head.startswith(EARLY_EXCEL):
        raise Refused("other_kind", value="九十年代的 Excel 文件")
    raise Refused("other_kind", value=_text_kind(head))


def other_text_kind(head: bytes, wanted: str) -> str | None:
    """What a file that should be a text really is, in words; None where it is a text as its contract has it (``csv`` or ``jsonl``)."""
    try:
        shell = kind_of(head)
    except Refused as refusal:
        found = refusal.value
        if wanted == "csv":
            return None if found in ("", "文本文件", "不认识的文件") else found
        return None if _text_of(head)[:1] in (b"[", b"{", b"") else found
    if shell == "ole":
        return "旧版的 Office 文件(如 xls 工作簿)"
    return "工作簿(xlsx)" if b"xl/" in head or b"[Content_Types].xml" in head else "压缩包"


def _text_of(head: bytes) -> bytes:
    """What is written, whatever its width and mark."""
    return head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")


def _text_kind(head: bytes) -> str:
    text = _text_of(head)
    lower = text.lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in lower:
        return "XML 电子表格 2003"
    if re.match(rb"mime-version:|from:|content-type:", lower) and b"content-type" in lower:
        return "网页存档(MHTML)"
    if re.match(rb"<(?:!doctype html|!--|html|head|body|meta|table|style|div|script)", lower) or b"<table" in lower:
        return "网页(HTML)"
    if lower.startswith(b"<?xml"):
        return "XML 文件"
    if re.match(rb"[\[{]\s*[\[{\"]", lower):
        return "JSON 文本"
    if any(byte < 9 for byte in text):
        return "不认识的文件"
    return "文本文件"


def zip_kind(parts: ZipParts) -> str:
    """Which workbook a zip holds: ``xlsx``, ``xlsm``, ``xlsb`` or ``ods``.

    Raises:
        Refused: it holds none, which the message names.
    """
    if not parts.entries:
        raise Refused("other_kind", value="空的压缩包")
    if "mimetype" in parts and parts.read("mimetype").startswith(OPEN_DOCUMENT):
        mime = parts.read("mimetype").removeprefix(OPEN_DOCUMENT)
        if mime.startswith(b"spreadsheet"):
            return "ods"
        raise Refused("other_kind", value="OpenDocument 文档")
    for part, name in OFFICE_PARTS.items():
        if part in parts:
            raise Refused("other_kind", value=name)
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "[content_types].xml" in parts:
        types = parts.read("[content_types].xml")
        if b"spreadsheetml" in types or "xl/workbook.xml" in parts:
            return "xlsm" if b"macroEnabled" in types else "xlsx"
    names = [entry.filename for entry in parts.entries if not entry.is_dir()]
    if "xl/workbook.xml" in parts or any(name.startswith("xl/") for name in names):
        raise Refused("damaged_workbook", detail="工作簿的目录部件缺失")
    raise Refused("other_kind", value="压缩包", detail=f",内有 {len(names)} 个文件")


def refuse_other_ole(ole: OleFile) -> None:
    """Refuse an OLE file that holds no workbook that can be read.

    Raises:
        Refused: it is encrypted, or holds something else, which the message names.
    """
    if "encryptedpackage" in ole.entries:
        raise Refused("encrypted_workbook")
    for stream, name in OLE_STREAMS.items():
        if stream in ole.entries:
            raise Refused("other_kind", value=name)
