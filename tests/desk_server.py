"""`jixiao desk` as a process for tests: started once, asked over the network as a browser would, stopped by its process id."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import sys
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal_pages import Parsed
from ui_server import Answer, Served, answer_of, served

from dagster_project.desk.tokens import Tokens
from dagster_project.settings import PROJECT_ROOT, Settings

COMMAND = "from dagster_project.cli import app; app()"
Files = Sequence[tuple[str, bytes]]


class RunningDesk(Served):
    """The desk."""

    def token(self, department: str, days: int = 0) -> str:
        """A fresh token of a department."""
        return Tokens(self.settings.desk_dir).make(department, days=days)[1]

    def signed_in(self, department: str) -> Visitor:
        """Somebody who has signed in for a department."""
        visitor = Visitor(self)
        answer = visitor.sign_in(department, self.token(department))
        assert (answer.status, answer.headers.get("location")) == (303, "/"), answer
        return visitor


@dataclass
class Visitor:
    """A browser without pictures: keeps cookies, takes the form token from the page that it saw last."""

    desk: RunningDesk
    cookies: dict[str, str] = field(default_factory=dict)
    form_token: str = ""
    address: str = ""
    """Named to the desk as the proxy would."""

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request."""
        own = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        own |= {"X-Forwarded-For": self.address} if self.address else {}
        own |= {"Origin": self.desk.origin} if method == "POST" else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, path, body or None, own | dict(headers or {}))
            response = connection.getresponse()
            content = response.read()
        answer = answer_of(response, content.decode("utf-8", "replace"))
        for cookie in [value for name, value in response.getheaders() if name.lower() == "set-cookie"]:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="form_token" value="([0-9a-f]+)"', answer.text):
            self.form_token = found[1]
        self.content = content
        return answer

    def get(self, path: str) -> Answer:
        """A page."""
        return self.ask("GET", path)

    def page(self, path: str) -> Parsed:
        """A page that has to be there, read."""
        answer = self.get(path)
        assert answer.status == 200, answer
        parsed = Parsed()
        parsed.feed(answer.text)
        return parsed

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        """A form, with the token of the page before unless another is given."""
        pairs = urllib.parse.urlencode({"form_token": self.form_token, **fields}, doseq=True)
        return self.ask("POST", path, pairs.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, department: str, token: str) -> Answer:
        """Enter a token."""
        self.get("/login")
        answer = self.post("/login", department=department, token=token)
        if answer.status == 303:
            self.get("/upload")
        return answer

    def upload(self, files: Files, **fields: str) -> Answer:
        """The form of the upload."""
        boundary = secrets.token_hex(16)
        parts = [
            (f'name="{name}"', value.encode()) for name, value in {"form_token": self.form_token, **fields}.items()
        ]
        parts += [
            (f'name="files"; filename="{name}"\r\nContent-Type: application/octet-stream', data) for name, data in files
        ]
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
            for head, data in parts
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.ask("POST", "/upload", body + f"--{boundary}--\r\n".encode(), kind)

    def answer(self, files: Files, seconds: float = 120, **fields: str) -> tuple[str, Answer]:
        """Upload one file and wait for its answer; the address of its page, and the page."""
        taken = self.upload(files, **fields)
        assert taken.status == 303, taken
        return self.wait(taken.headers["location"], seconds)

    def wait(self, path: str, seconds: float = 120) -> tuple[str, Answer]:
        """Look at a page until it waits no more."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            answer = self.get(path)
            if 'http-equiv="refresh"' not in answer.text:
                return path, answer
            time.sleep(0.3)
        raise AssertionError(f"no answer: {answer.text[:3000]} {self.desk.log.read_text()}")


def running_desk(settings: Settings, log: Path, **environment: str) -> contextlib.AbstractContextManager[RunningDesk]:
    """`jixiao desk`, once it answers."""
    found = {"PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT), *sys.path])}
    return served(RunningDesk, [sys.executable, "-c", COMMAND, "desk"], "/health", settings, log, found | environment)
