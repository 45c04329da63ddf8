"""When a workbook was last saved, by its own properties, and whether that was after it was handed in as registered."""

from __future__ import annotations

import datetime as dt
import struct
from functools import cache
from pathlib import Path

from dagster_project.contracts.faults import read_yaml
from dagster_project.ingestion.ole_stream import OleFile
from dagster_project.ingestion.periods import local_iso
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.text_table import Note
from dagster_project.ingestion.workbook_parts import ZipParts, part_links, part_xml

BOUNDS_FILE = Path(__file__).with_suffix(".yaml")
OOXML_PROPERTIES, ODS_PROPERTIES = "core-properties", "meta.xml"
CREATED, SAVED = ("created", "creation-date"), ("modified", "date")
"""How OOXML and OpenDocument call the two moments."""
SUMMARY = "\x05SummaryInformation"
OLE_CREATED, OLE_SAVED, FILE_TIME = 12, 13, 0x40
SECTION_AT = 44
FIRST_YEAR = 1990
"""Electronic ledgers of offices are younger."""
FIRST_FILE_TIME = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


def saved_by_parts(parts: ZipParts) -> dt.datetime | None:
    """When a zipped workbook was last saved; None where it does not say, or says it in a way that nobody can read."""
    try:
        links = {kind: target for kind, target in part_links(parts, "").values()}
        name = links.get(OOXML_PROPERTIES, ODS_PROPERTIES)
        if name not in parts:
            return None
        texts = {str(each.tag).rpartition("}")[2]: (each.text or "").strip() for each in part_xml(parts, name).iter()}
        saved = next((texts[word] for word in SAVED if texts.get(word)), "")
        created = next((texts[word] for word in CREATED if texts.get(word)), "")
        return _unless_stamp(dt.datetime.fromisoformat(saved), dt.datetime.fromisoformat(created) if created else None)
    except (Refused, ValueError):
        return None  # what the properties say is of no row


def saved_by_ole(ole: OleFile) -> dt.datetime | None:
    """The same of an xls."""
    try:
        content = ole.stream(SUMMARY) or b""
        (start,) = struct.unpack_from("<I", content, SECTION_AT)
        (count,) = struct.unpack_from("<I", content, start + 4)
        found = {}
        for number, place in struct.iter_unpack("<II", content[start + 8 : start + 8 + 8 * count]):
            kind, ticks = struct.unpack_from("<IQ", content, start + place)
            if number in (OLE_CREATED, OLE_SAVED) and kind == FILE_TIME and ticks:
                found[number] = FIRST_FILE_TIME + dt.timedelta(microseconds=ticks // 10)
        return _unless_stamp(found[OLE_SAVED], found.get(OLE_CREATED)) if OLE_SAVED in found else None
    except (Refused, struct.error, OverflowError):
        return None


def _unless_stamp(saved: dt.datetime, created: dt.datetime | None) -> dt.datetime | None:
    """The moment, unless no program can have lived through it, or one that knows none wrote the same midnight for both."""
    is_stamp = saved == created and saved.time() == dt.time()
    return None if is_stamp or not FIRST_YEAR <= saved.year < dt.MAXYEAR else saved


def saved_late(saved: dt.datetime | None, entry: Submission) -> Note | None:
    """What is to be told of a workbook that was saved after received.csv says that it was received; some hours are left for clocks and zones."""
    if saved is None or not entry.registered_at:
        return None
    received, local = dt.datetime.fromisoformat(entry.registered_at), dt.datetime.fromisoformat(local_iso(saved))
    if local <= received + dt.timedelta(hours=_hours_left()):
        return None
    return Note("saved_after_receipt", value=f"{local:%Y-%m-%d %H:%M}", detail=f"{received:%Y-%m-%d %H:%M}")


@cache
def _hours_left() -> float:
    return float(read_yaml(BOUNDS_FILE)["saved_after_hours"]["value"])
