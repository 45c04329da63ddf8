"""How long the desk takes to answer when many departments upload at the same moment, and whether anything is lost.

    python -m benchmarks.desk [--departments 50] [--rows 2000] [--recognise]

Each department uploads a workbook of its own of the ledger of suggestions, waits as a browser without scripts would, and hands it
in. Signing in and making the workbooks is not timed. Client and desk share the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import dataclasses
import hashlib
import http.client
import io
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from dagster_project.desk.tokens import Tokens
from dagster_project.ingestion.receipts import RECEIVED_FILE, read_receipts
from dagster_project.processes import stat_words
from dagster_project.settings import PROJECT_ROOT, Settings

SAMPLE = PROJECT_ROOT / "data" / "raw" / "suggestions" / "2023" / "2023年上半年代表建议台账.xlsx"
NAME, LEDGER = "2023年上半年代表建议台账.xlsx", "suggestions"
FIRST_CODE = 900001
HEAD_ROWS = 3
AIM_SECONDS = 5.0
FORM = re.compile(r'name="form_token" value="([0-9a-f]+)"')
REFRESH = re.compile(r'http-equiv="refresh" content="(\d+)"')
PLACE = re.compile(r"前面还有 <strong>(\d+)</strong>")
ACCEPTED = re.compile(r"载入 <strong>([\d,]+)</strong>")


@dataclasses.dataclass
class Clerk:
    """Somebody of one department: what was seen and how long it took, in seconds from sending the form to the whole answer."""

    department: str
    port: int
    workbook: bytes
    cookie: str = ""
    form_token: str = ""
    seconds: float = 0.0
    most_before: int = 0
    accepted: int = 0
    upload: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        """One request; its status, where it leads, and the page."""
        headers = {"Cookie": self.cookie, "X-Forwarded-For": f"10.0.{int(self.department) % 250}.1"}
        headers |= {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}"} if method == "POST" else {}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)) as connection:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        if cookie := answer.getheader("set-cookie"):
            self.cookie = cookie.partition(";")[0]
        if found := FORM.search(text):
            self.form_token = found[1]
        return answer.status, answer.getheader("location") or "", text

    def form(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Send a form."""
        body = urllib.parse.urlencode({"form_token": self.form_token, **fields}).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def sign_in(self, token: str) -> None:
        """Enter a token and open the page of the upload."""
        self.ask("GET", "/login")
        assert self.form("/login", department=self.department, token=token)[0] == 303
        self.ask("GET", "/upload")

    def hand_over(self, start: threading.Barrier, ledger: str) -> None:
        """Upload, and look at the page as often as it asks for until the answer is there."""
        boundary = secrets.token_hex(16)
        parts = [('name="form_token"', self.form_token.encode()), ('name="ledger"', ledger.encode())]
        parts.append((f'name="files"; filename="{NAME}"', self.workbook))
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
            for head, data in parts
        )
        start.wait()
        began = time.monotonic()
        whole = body + f"--{boundary}--\r\n".encode()
        status, self.upload, text = self.ask("POST", "/upload", whole, f"multipart/form-data; boundary={boundary}")
        assert status == 303, text
        while True:
            _, _, text = self.ask("GET", self.upload)
            if place := PLACE.search(text):
                self.most_before = max(self.most_before, int(place[1]))
            refresh = REFRESH.search(text)
            if not refresh:
                break
            time.sleep(int(refresh[1]))
        self.seconds = time.monotonic() - began
        found = ACCEPTED.search(text)
        self.accepted = int(found[1].replace(",", "")) if found else -1

    def hand_in(self) -> None:
        """Confirm what was answered."""
        status, _, text = self.form(self.upload + "/hand-in", knows_rejects="1", knows_held="1")
        assert status == 303, text


def workbook(rows: int, department: str) -> bytes:
    """A workbook of the sample's layout with so many of its rows; its bytes are of this department alone."""
    sheet = CalamineWorkbook.from_path(SAMPLE).get_sheet_by_index(0).to_python(skip_empty_area=False)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        book.set_properties({"subject": department})
        written = book.add_worksheet(CalamineWorkbook.from_path(SAMPLE).sheet_names[0])
        for number, row in enumerate(sheet[: rows + HEAD_ROWS]):
            for column, value in enumerate(row):
                if value != "":
                    written.write_string(number, column, str(value).removesuffix(".0"))
    return stream.getvalue()


def office(folder: Path, departments: list[str]) -> Path:
    """The folder of an office with these departments."""
    source = PROJECT_ROOT / "dbt" / "seeds" / "departments.csv"
    with source.open(encoding="utf-8", newline="") as stream:
        [first, *_] = rows = list(csv.DictReader(stream))
    rows += [first | {"department_code": code, "name_zh": f"第 {code} 号部门"} for code in departments]
    (folder / "seeds").mkdir(parents=True)
    with (folder / "seeds" / "departments.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, first.keys())
        writer.writeheader()
        writer.writerows(rows)
    return folder


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[tuple[int, int]]:
    """The desk as a process of its own; gives its port and its id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"JIXIAO_BUILD_DIR": str(settings.build_dir), "JIXIAO_RAW_DIR": str(settings.raw_dir)}
    own |= {
        "JIXIAO_OFFICE_DIR": str(settings.office_dir),
        "PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT), *sys.path]),
    }
    command = [sys.executable, "-c", "from dagster_project.cli import app; app()", "desk", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                Clerk("0", port, b"").ask("GET", "/health")
                break
            time.sleep(0.1)
        time.sleep(5)  # its readers start up
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def processor_seconds(pid: int) -> tuple[float, float]:
    """What the process of the pages, and those that read, took of the processors so far."""
    readers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages, *reading = (_seconds(each) for each in (str(pid), *readers))
    return pages, sum(reading)


def _seconds(pid: str) -> float:
    user_and_system = stat_words(Path(f"/proc/{pid}/stat"))[11:13]
    return sum(map(int, user_and_system)) / os.sysconf("SC_CLK_TCK")


def measured(settings: Settings, clerks: list[Clerk], ledger: str, pid: int) -> tuple[float, float]:
    """Let all upload at the same moment, then hand in; nothing may be lost. Returns the processor seconds of pages and readers until all were answered.

    Raises:
        AssertionError: an answer, a file or a line is missing, or is another department's.
    """
    tokens = Tokens(settings.desk_dir)
    for clerk in clerks:
        clerk.sign_in(tokens.make(clerk.department)[1])
    start, before = threading.Barrier(len(clerks)), processor_seconds(pid)
    with ThreadPoolExecutor(len(clerks)) as pool:
        list(pool.map(lambda clerk: clerk.hand_over(start, ledger), clerks))
    pages, readers = (now - then for now, then in zip(processor_seconds(pid), before, strict=True))
    for clerk in clerks:
        clerk.hand_in()
    files = {path.relative_to(settings.raw_dir).as_posix(): path for path in settings.raw_dir.rglob("*.xlsx")}
    receipts = read_receipts(settings.raw_dir, files)
    lost = [each.department for each in clerks if each.accepted < 0]
    assert not lost and not receipts.faults and len(files) == len(receipts.by_file) == len(clerks), (lost, len(files))
    booked = {
        hashlib.sha256(path.read_bytes()).hexdigest(): receipts.by_file[name].department_code
        for name, path in files.items()
    }
    assert booked == {hashlib.sha256(each.workbook).hexdigest(): each.department for each in clerks}, RECEIVED_FILE
    return pages, readers


def main() -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--departments", type=int, default=50)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--recognise", action="store_true", help="choose no ledger: it is recognised by its header")
    given = parser.parse_args()
    codes = [str(FIRST_CODE + number) for number in range(given.departments)]
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        folder = Path(name)
        (folder / "raw").mkdir()
        settings = Settings(
            raw_dir=folder / "raw", build_dir=folder / "build", office_dir=office(folder / "office", codes)
        )
        with running(settings) as (port, pid):
            clerks = [Clerk(code, port, workbook(given.rows, code)) for code in codes]
            load = os.getloadavg()[0]
            pages, readers = measured(settings, clerks, "" if given.recognise else LEDGER, pid)
    seconds = sorted(each.seconds for each in clerks)
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    print(
        f"{len(clerks)} departments, {given.rows:,} rows, {os.cpu_count()} cores, load before {load:.1f}: median {statistics.median(seconds):.1f} s, "
        f"p95 {p95:.1f} s, longest {seconds[-1]:.1f} s (aim {AIM_SECONDS:.0f} s); rows accepted {clerks[0].accepted:,}; "
        f"most seen in front of an upload {max(each.most_before for each in clerks)}; 0 lost; "
        f"processor time an upload: reading {readers / len(clerks):.2f} s, pages {pages / len(clerks):.2f} s"
    )


if __name__ == "__main__":
    main()
