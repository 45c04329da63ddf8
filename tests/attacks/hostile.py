"""Files made to stop, fill or blind whatever reads them; each is a few megabytes at most. `land_hostile` lands one beside a sound one."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

MEGABYTE = 1_000_000
HEADERS = ("编号", "事项名称", "地点", "金额", "日期", "人数", "备注")
SOUND_CSV = ",".join(HEADERS) + "\nSX0001,会议,北京,12.50,2023-01-05,3,无\n"
WORKBOOK_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


@dataclass(frozen=True)
class Hostile:
    """A hostile file: the kind of ledger it is handed in for, how to make it, and what must become of it."""

    name: str
    kind: str
    make: Callable[[], bytes]
    becomes: str = "refused"
    says: str = ""


# Workbooks, put together part by part


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, texts: tuple[str, ...] | list[str]) -> str:
    return f'<row r="{number}">{"".join(cell(f"{chr(65 + n)}{number}", t) for n, t in enumerate(texts))}</row>'


HEAD_ROW = row(1, HEADERS)
SOUND_ROW = row(2, ("SX0001", "会议", "北京", "12.50", "2023-01-05", "3", "无"))


def sheet(rows: str, before: str = "", prolog: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<worksheet xmlns="{WORKBOOK_NS}">{before}<sheetData>{rows}</sheetData></worksheet>'
    return text.encode()


def book_parts(sheets: int = 1, prolog: str = "", shared: bool = False) -> dict[str, bytes]:
    names = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, sheets + 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS_NS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    if shared:
        links += f'<Relationship Id="rIdS" Type="{RELATIONS_NS}/sharedStrings" Target="sharedStrings.xml"/>'
    package = "http://schemas.openxmlformats.org/package/2006"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return {
        "[Content_Types].xml": (
            f'{head}<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{main}"/>{overrides}</Types>'
        ).encode(),
        "_rels/.rels": (
            f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS_NS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'{head}{prolog}<workbook xmlns="{WORKBOOK_NS}" xmlns:r="{RELATIONS_NS}"><sheets>{names}</sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{package}/relationships">{links}</Relationships>'.encode(),
    }


def zipped(parts: Mapping[str, bytes], level: int = 6) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xlsx(rows: str, before: str = "", prolog: str = "", **more: bytes) -> bytes:
    parts = book_parts() | {"xl/worksheets/sheet1.xml": sheet(rows, before, prolog)}
    return zipped(parts | {name.replace("__", "/"): content for name, content in more.items()})


def with_bomb(
    parts: Mapping[str, bytes],
    name: str,
    block: bytes,
    times: int,
    head: bytes = b"",
    tail: bytes = b"",
    is_honest: bool = False,
) -> bytes:
    """A zip in which one part inflates to the block as many times; unless it is honest the directory says a thousand bytes."""
    deflated = io.BytesIO()
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated.write(engine.compress(head) + engine.flush(zlib.Z_FULL_FLUSH))
    piece = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    deflated.write(piece * times + engine.compress(tail) + engine.flush(zlib.Z_FINISH))
    checksum, size = 0, 1000
    if is_honest:
        size = len(head) + len(block) * times + len(tail)
        for content in (head, *(block for _ in range(times)), tail):
            checksum = zlib.crc32(content, checksum)
    packed = deflated.getvalue()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in parts.items():
            if other != name:
                archive.writestr(other, content)
    whole = stream.getvalue()
    # The part goes before the directory; its entry behind the others.
    end = whole.rfind(b"PK\x05\x06")
    count, _, start = struct.unpack_from("<HII", whole, end + 10)
    raw = name.encode()
    claims = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 0x21, checksum, len(packed), size, len(raw), 0)
    local = b"PK\x03\x04" + claims + raw + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + claims + struct.pack("<HHHII", 0, 0, 0, 0, start) + raw
    directory = whole[start:end] + entry
    ending = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count + 1, count + 1, len(directory), start + len(local), 0)
    return whole[:start] + local + directory + ending


BLOCK = b" " * MEGABYTE


def bomb_in(name: str, megabytes: int = 4_000, head: bytes = b"<?xml version='1.0'?>") -> bytes:
    parts = book_parts(shared="shared" in name) | {"xl/worksheets/sheet1.xml": sheet(HEAD_ROW + SOUND_ROW)}
    return with_bomb(parts, name, BLOCK, megabytes, head)


def milder_bomb() -> bytes:
    """Texts that shrink to a hundredth, like no bomb does: many rows, each long and all alike."""
    line = '<row><c t="inlineStr"><is><t>{}</t></is></c><c t="inlineStr"><is><t>{}</t></is></c></row>'
    block = "".join(line.format(f"{n:x}" * 40, f"会议{n * n:x}" * 60) for n in range(500)).encode()
    parts = book_parts() | {"xl/worksheets/sheet1.xml": b""}
    head = sheet(HEAD_ROW).removesuffix(b"</sheetData></worksheet>")
    return with_bomb(parts, "xl/worksheets/sheet1.xml", block, 600, head, b"</sheetData></worksheet>", True)


def shared_text_bomb() -> bytes:
    """One long text that a million cells point to."""
    texts = f'<sst xmlns="{WORKBOOK_NS}"><si><t>{"长" * 32_000}</t></si></sst>'.encode()
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 500_000)
    )
    parts = book_parts(shared=True) | {
        "xl/sharedStrings.xml": texts,
        "xl/worksheets/sheet1.xml": sheet(HEAD_ROW + rows),
    }
    return zipped(parts, level=9)


def many_sheets(count: int = 10_000) -> bytes:
    parts = book_parts(count)
    content = sheet(HEAD_ROW + SOUND_ROW)
    return zipped(parts | {f"xl/worksheets/sheet{n}.xml": content for n in range(1, count + 1)}, level=1)


def many_parts() -> bytes:
    parts = book_parts() | {"xl/worksheets/sheet1.xml": sheet(HEAD_ROW + SOUND_ROW)}
    return zipped(parts | {f"xl/media/{n}": b"" for n in range(60_000)}, level=1)


def dense_sheet(rows: int = 400_000) -> bytes:
    """More filled cells than memory holds, in a file of a few megabytes."""
    block = ("<row>" + "".join(f"<c><v>{n}</v></c>" for n in range(60)) + "</row>").encode() * 100
    parts = book_parts() | {"xl/worksheets/sheet1.xml": b""}
    head = sheet(HEAD_ROW).removesuffix(b"</sheetData></worksheet>")
    return with_bomb(parts, "xl/worksheets/sheet1.xml", block, rows // 100, head, b"</sheetData></worksheet>", True)


# OpenDocument

ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="表1">'
)
ODS_PARTS = {
    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": b"<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>",
}
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods_cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


ODS_ROWS = "".join(
    f"<table:table-row>{''.join(map(ods_cell, texts))}</table:table-row>"
    for texts in (HEADERS, ("SX0001", "会议", "北京", "12.50", "2023-01-05", "3", "无"))
)


def ods(rows: str, prolog: str = "") -> bytes:
    content = ODS_HEAD.format(prolog=prolog) + rows + ODS_END
    return zipped(ODS_PARTS | {"content.xml": content.encode()})


def ods_repeats(rows: int, columns: int, inner: str = "") -> str:
    held = ' office:value-type="string"' if inner else ""
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell{held} '
        f'table:number-columns-repeated="{columns}">{inner}</table:table-cell></table:table-row>'
    )


# xls


def ole(
    fat: Callable[[list[int]], list[int]] = lambda table: table, name: str = "Workbook", size: int = 100_000
) -> bytes:
    """A compound file with one stream of zeros."""
    sectors = size // 512 + 1
    table = [0xFFFFFFFD, 0xFFFFFFFE, *(n + 1 for n in range(2, 1 + sectors)), 0xFFFFFFFE]
    table = fat(table)
    fat_count = len(table) // 128 + 1
    if fat_count > 1:  # the table needs more sectors: put them behind the stream
        table += [0xFFFFFFFD] * fat_count
    table += [0xFFFFFFFF] * (fat_count * 128 - len(table))
    places = [0] if fat_count == 1 else list(range(2 + sectors, 2 + sectors + fat_count))
    table = table[: fat_count * 128]

    def entry(text: str, kind: int, first: int, length: int) -> bytes:
        raw = (text + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw), kind, 1)
            + b"\xff" * 12
            + bytes(36)
            + struct.pack("<II", first, length)
            + bytes(4)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry(name, 2, 2, size) + bytes(256)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, fat_count, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, *places[:1])
    header += b"".join(struct.pack("<I", place) for place in places[1:109])
    header = header.ljust(512, b"\xff")
    content = struct.pack(f"<{len(table)}I", *table)
    first = content[:512] if fat_count == 1 else bytes(512)
    rest = b"" if fat_count == 1 else content
    return header + first + directory[:512].ljust(512, b"\0") + bytes(sectors * 512) + rest


def looped(table: list[int]) -> list[int]:
    return [*table[:10], 2, *table[11:]]


# Text and JSON


def lines_of(records: Iterator[object]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def record(number: int, **more: object) -> dict[str, object]:
    return {"编号": f"SX{number:06d}", "事项名称": "会议", "金额": "1.00"} | more


def hostile_files() -> list[Hostile]:
    """All of them."""
    head = ",".join(HEADERS)
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    styled = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    big = 15 * MEGABYTE
    return [
        # places far away
        Hostile("a value in XFD1048576", "workbook", lambda: xlsx(HEAD_ROW + SOUND_ROW + far), says="XFD1048576"),
        Hostile("a styled cell in XFD1048576", "workbook", lambda: xlsx(HEAD_ROW + SOUND_ROW + styled), "landed"),
        Hostile("a dimension up to XFD1048576", "workbook", lambda: xlsx(HEAD_ROW + SOUND_ROW, '<dimension ref="A1:XFD1048576"/>'), "landed"),
        Hostile("a diagonal of values", "workbook", lambda: xlsx(HEAD_ROW + "".join(f'<row r="{n * 60}"><c r="{_letters(n)}{n * 60}"><v>1</v></c></row>' for n in range(1, 16_000)))),
        Hostile("a row beyond every sheet", "workbook", lambda: xlsx(HEAD_ROW + SOUND_ROW + '<row r="4294967290"><c r="A4294967290"><v>1</v></c></row>'), "any"),
        Hostile("a column beyond every sheet", "workbook", lambda: xlsx(HEAD_ROW + SOUND_ROW + '<row r="3"><c r="ZZZZZZ3"><v>1</v></c></row>'), "any"),
        Hostile("merged cells over the whole sheet", "workbook", _merged, "any"),
        Hostile("more filled cells than memory holds", "workbook", dense_sheet),
        Hostile("ods: a value repeated over the whole sheet", "workbook", lambda: ods(ODS_ROWS + ods_repeats(1_048_574, 16_384, "<text:p>一</text:p>"))),
        Hostile("ods: a value repeated two billion times", "workbook", lambda: ods(ODS_ROWS + ods_repeats(2_147_483_647, 2_147_483_647, "<text:p>一</text:p>"))),
        Hostile("ods: a row of values repeated a million times", "workbook", lambda: ods(ODS_ROWS + ods_repeats(1_048_574, 30, "<text:p>一</text:p>"))),
        Hostile("ods: nothing repeated to the end of the sheet", "workbook", lambda: ods(ODS_ROWS + ods_repeats(1_048_574, 16_384)), "landed"),
        Hostile("ods: nothing repeated two billion times", "workbook", lambda: ods(ODS_ROWS + ods_repeats(2_147_483_647, 2_147_483_647)), "any"),
        Hostile("ods: a negative repeat", "workbook", lambda: ods(ODS_ROWS + ods_repeats(-5, -7, "<text:p>一</text:p>")), "any"),
        # bombs
        *(
            Hostile(f"4 GB of blanks in {name}", "workbook", lambda name=name: bomb_in(name))
            for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels")
        ),
        Hostile("4 GB of blanks in a picture", "workbook", lambda: bomb_in("xl/media/image1.png"), "landed"),
        Hostile("4 GB of blanks in the content of an ods", "workbook", lambda: with_bomb(ODS_PARTS, "content.xml", BLOCK, 4_000, ODS_HEAD.format(prolog="").encode())),
        Hostile("4 GB of blanks in the kind of an ods", "workbook", lambda: with_bomb({"content.xml": b""}, "mimetype", BLOCK, 4_000, b"application/vnd.oasis.opendocument.spreadsheet")),
        Hostile("4 GB of blanks in xlsb", "workbook", lambda: with_bomb({}, "xl/workbook.bin", BLOCK, 4_000, b"")),
        Hostile("rows that shrink to a hundredth", "workbook", milder_bomb),
        Hostile("a long text that a million cells point to", "workbook", shared_text_bomb),
        Hostile("10,000 sheets", "workbook", many_sheets),
        Hostile("60,000 parts", "workbook", many_parts, "any"),
        Hostile("a workbook in a zip in a zip", "workbook", lambda: zipped({"a.zip": zipped({"b.xlsx": xlsx(HEAD_ROW + SOUND_ROW)})})),
        # entities
        *(
            Hostile(f"{title} in the {where}", "workbook", make, "any")
            for title, prolog in (("a billion laughs", LAUGHS), ("a file of the machine", OUTSIDE))
            for where, make in (
                ("sheet", lambda prolog=prolog: xlsx(HEAD_ROW + row(2, ("&j;", "&j;")), "", prolog)),
                ("workbook", lambda prolog=prolog: zipped(book_parts(prolog=prolog) | {"xl/worksheets/sheet1.xml": sheet(HEAD_ROW + SOUND_ROW)})),
                ("shared texts", lambda prolog=prolog: _shared(prolog)),
                ("ods", lambda prolog=prolog: ods(ODS_ROWS.replace("SX0001", "&j;"), prolog)),
            )
        ),
        # old and damaged workbooks
        Hostile("xls: sectors in a circle", "workbook", lambda: ole(looped)),
        Hostile("xls: nothing but zeros", "workbook", lambda: ole()),
        Hostile("an encrypted workbook", "workbook", lambda: ole(name="EncryptedPackage"), says="密码"),
        Hostile("half an ods", "workbook", lambda: (content := ods(ODS_ROWS * 50))[: len(content) // 2]),
        Hostile("half an xlsx", "workbook", lambda: (content := xlsx(HEAD_ROW + SOUND_ROW))[: len(content) // 2]),
        # text
        Hostile("15 MB of blank lines", "csv", lambda: b"\n" * big),
        Hostile("15 MB of blank lines below a header", "csv", lambda: head.encode() + b"\n" * big, "any"),
        Hostile("15 MB of quotes", "csv", lambda: head.encode() + b"\n" + b'"' * big, "any"),
        Hostile("15 MB of quotes and line ends", "csv", lambda: head.encode() + b"\n" + b'"\n' * (big // 2), "any"),
        Hostile("15 MB of delimiters", "csv", lambda: head.encode() + b"\n" + b"," * big, "any"),
        Hostile("a line and a half, five million times", "csv", lambda: head.encode() + b"\n" + b"a,b\n" * (big // 4), "any"),
        Hostile("15 MB of NUL", "csv", lambda: b"\0" * big, "any"),
        Hostile("15 MB without a line end", "csv", lambda: "会".encode() * (big // 3), "any"),
        Hostile("a cell of 15 MB", "csv", lambda: f"{head}\nSX1,{'会' * (big // 3)},,,,,\n".encode(), "any"),
        Hostile("a cell of 20 MB", "csv", lambda: f"{head}\nSX1,{'x' * 20 * MEGABYTE},,,,,\n".encode(), "any"),
        Hostile("a quoted cell of 15 MB of lines", "csv", lambda: f'{head}\nSX1,"{"会议" * 3 + chr(10)}'.encode() + "会议\n".encode() * (big // 7) + b'",,,,,\n', "any"),
        Hostile("a million columns", "csv", lambda: ",".join([*HEADERS, *(f"列{n}" for n in range(1_000_000))]).encode() + b"\nSX1,a\n", "any"),
        Hostile("a million nameless columns", "csv", lambda: (head + "," * 1_000_000).encode() + b"\nSX1,a" + b"," * 1_000_005 + b"\n", "any"),
        Hostile("half a character on each of a million lines", "csv", lambda: head.encode() + b"\nSX1,\xe4\xbc,,,,,\n" * 1_000_000, "any"),
        # JSON
        Hostile("a record of 200,000 keys", "lines", lambda: json.dumps(record(1) | {f"k{n}": n for n in range(200_000)}, ensure_ascii=False).encode(), "any"),
        Hostile("20,000 records, each with a key of its own", "lines", lambda: lines_of(record(n, **{f"k{n}": 1}) for n in range(20_000)), "any"),
        Hostile("one record of 200,000 keys in an array", "array", lambda: json.dumps([record(1) | {f"k{n}": n for n in range(200_000)}]).encode(), "any"),
        Hostile("100,000 arrays in each other", "array", lambda: b"[" * 100_000 + b"]" * 100_000),
        Hostile("100,000 objects in each other", "array", lambda: b'[{"a":' * 100_000),
        Hostile("100,000 objects in each other on a line", "lines", lambda: json.dumps(record(1)).encode() + b"\n" + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", "any"),
        Hostile("two million empty records", "array", lambda: b"[" + b"{}," * 2_000_000 + b"{}]", "any"),
        Hostile("five million values", "array", lambda: b"[" + b"1," * 5_000_000 + b"1]", "any"),
        Hostile("half a pair of surrogates", "lines", lambda: b'{"\\u7f16\\u53f7": "SX1", "\\u4e8b\\u9879\\u540d\\u79f0": "\\ud800"}\n', "any"),
        Hostile("half a pair of surrogates in an array", "array", lambda: b'[{"\\u7f16\\u53f7": "SX1", "\\u4e8b\\u9879\\u540d\\u79f0": "a\\ud800b"}]', "any"),
        Hostile("half a pair of surrogates as a key", "array", lambda: b'[{"\\u7f16\\u53f7": "SX1", "\\u4e8b\\u9879\\u540d\\u79f0": "a", "\\udcff": "1"}]', "any"),
        Hostile("a number of 10 MB", "array", lambda: b'[{"\xe7\xbc\x96\xe5\x8f\xb7": ' + b"9" * 10 * MEGABYTE + b"}]", "any"),
        Hostile("a line of 15 MB", "lines", lambda: json.dumps(record(1, 备注="会" * (big // 3)), ensure_ascii=False).encode() + b"\n", "any"),
        Hostile("markup of a terminal", "csv", lambda: f"{head}\n[red]SX1,[/red],[/],[bold,x,[link=file:///]y,z\n[/blink],,,,,,\n".encode(), "any"),
    ]  # fmt: skip


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _merged() -> bytes:
    content = sheet(HEAD_ROW + SOUND_ROW).replace(
        b"</worksheet>",
        b'<mergeCells><mergeCell ref="A3:XFD1048576"/><mergeCell ref="B2:B1048576"/></mergeCells></worksheet>',
    )
    return zipped(book_parts() | {"xl/worksheets/sheet1.xml": content})


def _shared(prolog: str) -> bytes:
    texts = f'<?xml version="1.0"?>{prolog}<sst xmlns="{WORKBOOK_NS}"><si><t>&j;</t></si></sst>'.encode()
    rows = HEAD_ROW + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>0</v></c></row>'
    return zipped(book_parts(shared=True) | {"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": sheet(rows)})
