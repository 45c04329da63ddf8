"""Pages of other sites, programs without leave and hostile values against the real UI; runs are counted in Dagster's storage."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import browser
from sample_warehouse import Warehouse
from typer.testing import CliRunner
from ui_server import LAUNCH, LOCATION, Answer, RunningUi, answer_of, free_port, launch_params, running_ui
from websockets.sync.client import connect

from dagster_project.cli import app
from dagster_project.guard.app import LARGEST_BODY

JSON = "application/json"
SQL = "2023-01-01' as timestamp); copy (select 1) to '{file}' (format csv) --"
"""What went into the SQL of a model before it was parsed, and wrote a file."""
SELECTOR = ", ".join(f'{name}: "{value}"' for name, value in [*LOCATION.items(), ("pipelineName", "nightly")])
LAUNCH_NOW = f'mutation {{ launchRun(executionParams: {{selector: {{{SELECTOR}}}, runConfigData: {{}}, mode: "default"}}) {{ __typename }} }}'
TWO_OPERATIONS = "query Harmless { version } " + LAUNCH_NOW.replace("mutation", "mutation Launch", 1)
IN_URL = "query=" + quote(LAUNCH_NOW)
BODY = json.dumps({"query": LAUNCH_NOW})

attack = partial(pytest.mark.attack, area="ui")


@contextlib.contextmanager
def no_new_runs(ui: RunningUi) -> Iterator[None]:
    """Whatever happens inside launches nothing."""
    before = ui.runs()
    yield
    assert ui.runs() == before


def own(ui: RunningUi, **more: str) -> dict[str, str]:
    """The headers of a page of the UI's own, but for those given; an empty one is left out."""
    headers = {"Origin": ui.origin, "Content-Type": JSON} | {name.replace("_", "-"): v for name, v in more.items()}
    return {name: value for name, value in headers.items() if value}


BY_GET = {
    "a mutation": ("GET", f"/graphql?{IN_URL}", ""),
    "a mutation in an address that is opened": ("GET", f"/graphql?{IN_URL}", "text/html"),
    "a mutation behind a query": ("GET", f"/graphql?query={quote(TWO_OPERATIONS)}&operationName=Launch", ""),
    "a slash more": ("GET", f"/graphql/?{IN_URL}", ""),
    "an escaped letter": ("GET", f"/%67raphql?{IN_URL}", ""),
    "HEAD": ("HEAD", f"/graphql?{IN_URL}", ""),
}


@attack(attack="A mutation by GET, as a link or the address of an image", holds="403, no run")
@pytest.mark.parametrize("case", BY_GET)
def test_a_mutation_by_get_is_refused(case: str, ui: RunningUi) -> None:
    method, path, accept = BY_GET[case]
    with no_new_runs(ui):
        answer = ui.ask(method, path, headers={"Accept": accept} if accept else {})
    assert answer.status == 403
    assert method == "HEAD" or "GraphQL 不接受 GET 请求" in answer.text


POSTS: dict[str, tuple[int, Callable[[RunningUi], dict[str, str]]]] = {
    "page of another site": (403, lambda ui: own(ui, Origin="http://evil.example")),
    "page of another port": (403, lambda ui: own(ui, Origin="http://127.0.0.1:1")),
    "page of another loopback name": (403, lambda ui: own(ui, Origin=f"http://localhost:{ui.port}")),
    "page with https": (403, lambda ui: own(ui, Origin=ui.origin.replace("http", "https"))),
    "page in a sandbox": (403, lambda ui: own(ui, Origin="null")),
    "no page named": (403, lambda ui: own(ui, Origin="")),
    "own page, but the browser knows better": (403, lambda ui: own(ui, Sec_Fetch_Site="cross-site")),
    "same-site page": (403, lambda ui: own(ui, Sec_Fetch_Site="same-site")),
    "name that was bound to loopback": (
        403, lambda ui: own(ui, Host=f"evil.example:{ui.port}", Origin=f"http://evil.example:{ui.port}"),
    ),
    "loopback without the port": (403, lambda ui: own(ui, Host="127.0.0.1", Origin="http://127.0.0.1")),
    "all interfaces": (403, lambda ui: own(ui, Host=f"0.0.0.0:{ui.port}", Origin=f"http://0.0.0.0:{ui.port}")),
    "plain text": (415, lambda ui: own(ui, Content_Type="text/plain")),
    "a form": (415, lambda ui: own(ui, Content_Type="application/x-www-form-urlencoded")),
    "a form with files": (415, lambda ui: own(ui, Content_Type="multipart/form-data; boundary=x")),
    "plain text that names JSON": (415, lambda ui: own(ui, Content_Type="text/plain; x=application/json")),
    "GraphQL as text": (415, lambda ui: own(ui, Content_Type="application/graphql")),
    "no kind of content": (415, lambda ui: own(ui, Content_Type="")),
}  # fmt: skip


@attack(attack="A POST that a page of another site can make a browser send", holds="403 or 415 with the reason, no run")
@pytest.mark.parametrize("case", POSTS)
def test_a_post_that_another_site_can_cause_is_refused(case: str, ui: RunningUi) -> None:
    status, headers = POSTS[case]
    with no_new_runs(ui):
        answers = [
            ui.ask("POST", "/graphql", BODY, headers(ui)),
            ui.ask("POST", f"/graphql?{IN_URL}", "{}", headers(ui)),
        ]
    assert [answer.status for answer in answers] == [status, status]
    assert "已拒绝" in answers[0].text or "须为 application/json" in answers[0].text or "不在地址" in answers[0].text


OTHERS = {
    "preflight": ("OPTIONS", "/graphql", 405),
    "PUT": ("PUT", "/graphql", 405),
    "TRACE": ("TRACE", "/", 405),
    "a materialization that never was": ("POST", "/report_asset_materialization/serving/published", 403),
    "a check that never passed": ("POST", "/report_asset_check/serving/published", 403),
    "login where there is none": ("POST", "/login", 403),
}


@attack(attack="Other methods and Dagster's other doors", holds="405 or 403, and no leave to read from elsewhere")
@pytest.mark.parametrize("case", OTHERS)
def test_other_methods_and_doors_are_shut(case: str, ui: RunningUi) -> None:
    method, path, status = OTHERS[case]
    answer = ui.ask(method, path, "" if method == "OPTIONS" else "{}", own(ui))
    assert answer.status == status
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@attack(attack="Odd heads: two Hosts, two Origins, none, an absolute address", holds="refused")
@pytest.mark.parametrize(
    "lines",
    [
        ["Host: 127.0.0.1:{port}", "Host: evil.example"],
        ["Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}", "Origin: http://evil.example"],
        ["Host: 127.0.0.1:{port}.evil.example", "Origin: http://127.0.0.1:{port}"],
        ["Host: evil.example@127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"],
        ["Origin: http://127.0.0.1:{port}"],
    ],
)
@pytest.mark.parametrize("target", ["/graphql", "http://127.0.0.1:{port}/graphql"])
def test_odd_heads_are_refused(lines: list[str], target: str, ui: RunningUi) -> None:
    head = [
        f"POST {target} HTTP/1.1",
        *lines,
        f"Content-Type: {JSON}",
        f"Content-Length: {len(BODY)}",
        "Connection: close",
    ]
    with no_new_runs(ui), socket.create_connection(("127.0.0.1", ui.port), timeout=30) as connection:
        connection.sendall(("\r\n".join([*head, "", BODY])).replace("{port}", str(ui.port)).encode())
        status = int(connection.makefile("rb").readline().split()[1])
    assert status in (400, 403)


@attack(attack="A body of any length, announced or in pieces", holds="413 once it is over the limit; the UI goes on")
@pytest.mark.parametrize("is_announced", [True, False])
def test_an_oversized_body_is_cut_off(is_announced: bool, ui: RunningUi) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ui.port, timeout=60)
    pieces = [b" " * (1 << 20)] * ((LARGEST_BODY >> 20) + 2)
    with contextlib.closing(connection):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", "/graphql", b"".join(pieces) if is_announced else iter(pieces), own(ui),
                               encode_chunked=not is_announced)  # fmt: skip
        assert connection.getresponse().status == 413
    assert ui.graphql("{ version }")["data"]["version"]


@attack(
    attack="A WebSocket from another site, without a site, or to another address", holds="403; the UI's own is answered"
)
def test_a_websocket_is_for_own_pages_only(ui: RunningUi) -> None:
    for host, origin in [
        (f"127.0.0.1:{ui.port}", "http://evil.example"),
        (f"127.0.0.1:{ui.port}", f"http://localhost:{ui.port}"),
        (f"127.0.0.1:{ui.port}", "null"),
        (f"127.0.0.1:{ui.port}", ""),
        (f"evil.example:{ui.port}", f"http://evil.example:{ui.port}"),
    ]:
        assert _handshake(ui, host, origin) == 403, (host, origin)
    assert _handshake(ui, f"127.0.0.1:{ui.port}", ui.origin, "/other") == 403
    with connect(f"ws://127.0.0.1:{ui.port}/graphql", origin=ui.origin, subprotocols=["graphql-ws"]) as socket_of_page:  # type: ignore[arg-type, list-item]
        socket_of_page.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket_of_page.recv(timeout=30)) == {"type": "connection_ack"}


def _handshake(ui: RunningUi, host: str, origin: str, path: str = "/graphql") -> int:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *([f"Origin: {origin}"] if origin else [])]  # fmt: skip
    with socket.create_connection(("127.0.0.1", ui.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.makefile("rb").readline().split()[1])


@attack(attack="The UI in a frame, its files read as scripts", holds="headers forbid it on every answer")
@pytest.mark.parametrize("path", ["/", "/graphql", "/server_info", "/favicon.png", "/nothing?here"])
def test_every_answer_forbids_frames_and_guessing(path: str, ui: RunningUi) -> None:
    answer = ui.ask("GET", path, headers={"Accept": "text/html,*/*"}) if path != "/favicon.png" else _png(ui)
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def _png(ui: RunningUi) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", ui.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/favicon.png")
        response = connection.getresponse()
        return answer_of(response, "")


ATTACKING_PAGE = """<!doctype html><title>elsewhere</title><body><script>
const ui = %(ui)s, body = %(body)s, inUrl = %(in_url)s;
const told = {};
const tried = (name, promise) => promise.then(r => told[name] = r, e => told[name] = "refused");
const read = options => fetch(ui + "/graphql", options).then(r => r.type === "opaque" ? "unread" : "read " + r.status);
const post = (kind, more) => ({method: "POST", body, headers: {"Content-Type": kind}, credentials: "include", ...more});
const element = (tag, set) => new Promise(done => {
  const e = Object.assign(document.createElement(tag), set);
  e.onload = () => done(tag === "iframe" ? "framed" : "loaded"); e.onerror = () => done("refused"); document.body.append(e);
  setTimeout(() => done("silent"), 4000);
});
async function attack() {
  await tried("text, not read", read(post("text/plain", {mode: "no-cors"})));
  await tried("form, not read", read(post("application/x-www-form-urlencoded", {mode: "no-cors"})));
  await tried("json", read(post("application/json")));
  await tried("query", read({}));
  await tried("beacon", Promise.resolve(String(navigator.sendBeacon(ui + "/graphql", new Blob([body], {type: "text/plain"})))));
  await tried("image", element("img", {src: ui + "/graphql?" + inUrl}));
  await tried("script", element("script", {src: ui + "/graphql?" + inUrl}));
  await tried("style", element("link", {rel: "stylesheet", href: ui + "/graphql?" + inUrl}));
  await tried("file", element("script", {src: ui + "/server_info"}));
  await tried("socket", new Promise(done => {
    const socket = new WebSocket(ui.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => done("opened"); socket.onerror = () => done("refused");
  }));
  for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const frame = document.createElement("iframe"); frame.name = enctype; document.body.append(frame);
    const form = Object.assign(document.createElement("form"), {method: "POST", action: ui + "/graphql?" + inUrl, enctype, target: enctype});
    form.append(Object.assign(document.createElement("input"), {name: body.slice(0, -1) + ',"x":"', value: '"}'}));
    document.body.append(form); form.submit();
  }
  window.open(ui + "/graphql?" + inUrl, "opened");
  await new Promise(done => setTimeout(done, 1500));
  return told;
}
</script></body>"""


@contextlib.contextmanager
def page_of_another_site(folder: Path, ui: RunningUi, address: str) -> Iterator[int]:
    """A web server of the attacker's own; its page aims at the UI."""
    values = {"ui": json.dumps(ui.origin), "body": json.dumps(BODY), "in_url": json.dumps(IN_URL)}
    (folder / "page.html").write_text(ATTACKING_PAGE % values, encoding="utf-8")

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None: ...

    server = ThreadingHTTPServer((address, 0), partial(Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def nothing_came_through(told: dict[str, str]) -> bool:
    """Whatever the page tried, it heard nothing back. A beacon is sent in any case: its effect shows in the count of runs."""
    assert told.pop("beacon") == "true"
    assert len(told) == 9 and set(told.values()) == {"refused"}, told
    return True


@attack(attack="A page of another site in a real browser: fetch, forms, image, script, beacon, WebSocket, frame, window",
        holds="no run, nothing to read, no frame")  # fmt: skip
@pytest.mark.parametrize("host", ["127.0.0.2", "127.0.0.1", "localhost"])
def test_a_page_of_another_site_launches_and_reads_nothing(host: str, ui: RunningUi, tmp_path: Path) -> None:
    address = "127.0.0.2" if host == "127.0.0.2" else "127.0.0.1"
    with browser(tmp_path / "profile") as page, page_of_another_site(tmp_path, ui, address) as port, no_new_runs(ui):
        page.open(f"http://{host}:{port}/page.html")
        assert nothing_came_through(page.run("attack()"))
        page.run(f"new Promise(done => {{ const f = document.createElement('iframe'); f.src = '{ui.origin}/';"
                 "f.onload = done; document.body.append(f); setTimeout(done, 4000) })")  # fmt: skip
        assert [each for each in page.complaints if "X-Frame-Options" in each or "frame-ancestors" in each]


@attack(
    attack="DNS rebinding in a real browser: a foreign name that now means loopback", holds="403 on every path, no run"
)
def test_a_foreign_name_that_means_loopback_gets_no_answer(ui: RunningUi, tmp_path: Path) -> None:
    with browser(tmp_path, "--host-resolver-rules=MAP evil.example 127.0.0.1") as page, no_new_runs(ui):
        page.open(f"http://evil.example:{ui.port}/")
        assert "不在地址“evil.example" in page.run("document.body.innerText")
        for script in (
            f"fetch('/graphql', {{method: 'POST', body: {json.dumps(BODY)}, headers: {{'Content-Type': '{JSON}'}}}}).then(r => r.status)",
            f"fetch('/graphql?{IN_URL}').then(r => r.status)",
            "fetch('/server_info').then(r => r.status)",
        ):
            assert page.run(script) == 403


@attack(
    attack="None: the guard must not be in the way of the UI itself",
    holds="pages load without a complaint, queries answer",
)
def test_the_uis_own_pages_work_in_a_browser(ui: RunningUi, tmp_path: Path) -> None:
    with browser(tmp_path) as page:
        page.open(f"{ui.origin}/jobs")
        page.wait_for("document.body?.innerText.includes('nightly')")
        page.open(f"{ui.origin}/runs")
        page.wait_for("document.body?.innerText.includes('Success')")
        assert page.complaints == []
        query = "fetch('/graphql', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{\"query\": \"{ version }\"}'})"
        assert page.run(f"{query}.then(r => r.json()).then(r => Boolean(r.data.version))") is True


@attack(
    attack="None: a launch from the UI's own page", holds="the run is queued by the page and succeeds", only_here=True
)
@pytest.mark.slow
def test_a_launch_from_the_uis_own_page_runs(ui: RunningUi, tmp_path: Path) -> None:
    params = launch_params("__ASSET_JOB", {}, [["raw", "budget", "payments"]])
    body = json.dumps({"query": LAUNCH, "variables": {"params": params}})
    with browser(tmp_path) as page:
        page.open(ui.origin)
        launched = page.run(
            f"fetch('/graphql', {{method: 'POST', headers: {{'Content-Type': '{JSON}'}}, body: {json.dumps(body)}}}).then(r => r.json())"
        )
    run = launched["data"]["launchRun"]["run"]["runId"]
    assert _until_over(ui, run) == "SUCCESS", ui.log.read_text()[-3000:]


def _until_over(ui: RunningUi, run: str) -> str:
    until = time.monotonic() + 180
    while (state := dict(ui.runs())[run]) not in ("SUCCESS", "FAILURE", "CANCELED") and time.monotonic() < until:
        time.sleep(0.5)
    return state


@attack(attack="SQL in `as_of` by the UI", holds="refused by name as it is launched, nothing runs, no file is written")
def test_sql_in_as_of_is_refused_by_the_ui(ui: RunningUi, tmp_path: Path) -> None:
    file = tmp_path / "written"
    config = {"ops": {"build_as_of": {"config": {"as_of": SQL.format(file=file)}}}}
    answer = ui.graphql(LAUNCH, params=launch_params("look_back", config))["data"]["launchRun"]
    assert answer["__typename"] == "PythonError" and "不是一个时刻" in answer["message"]
    steps = "{ runsOrError(limit: 1) { ... on Runs { results { status stepStats { stepKey } } } } }"
    assert ui.graphql(steps)["data"]["runsOrError"]["results"] == [{"status": "FAILURE", "stepStats": []}]
    assert not file.exists()


@attack(
    attack="A run that names a program, a profile or a folder of its own", holds="its configuration is refused, no run"
)
@pytest.mark.parametrize(
    "config",
    [
        {"resources": {"dbt": {"config": {"dbt_executable": "/tmp/evil", "project_dir": "/tmp"}}}},
        {"ops": {"build_warehouse": {"config": {"as_of": "2023-07-01"}}}},
        {"execution": {"config": {"multiprocess": {"start_method": {"forkserver": {"preload_modules": ["evil"]}}}}}},
    ],
)
def test_a_run_cannot_name_a_program(config: dict[str, Any], ui: RunningUi) -> None:
    with no_new_runs(ui):
        answer = ui.graphql(LAUNCH, params=launch_params("nightly", config))["data"]["launchRun"]
    assert answer["__typename"] == "RunConfigValidationInvalid"


@attack(
    attack="SQL in `as_of` on the command line", holds="exit code 2 with the reason before anything happens, no file"
)
def test_sql_in_as_of_is_refused_by_the_command_line(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "written"
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path / "build"))
    done = CliRunner().invoke(app, ["nightly", "--as-of", SQL.format(file=file)])
    assert done.exit_code == 2 and "不是一个时刻" in done.output
    assert not file.exists() and not (tmp_path / "build").exists()


@attack(attack="SQL in `as_of` as a variable of dbt", holds="dbt stops with the reason before it runs anything, no file",
        only_here=True)  # fmt: skip
@pytest.mark.slow
def test_sql_in_as_of_is_refused_by_dbt(sample: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "written"
    settings = sample.settings.model_copy(update={"build_dir": tmp_path / "build"})
    project = str(settings.dbt_project_dir)
    environment = {**os.environ, **settings.engine_environment(), "JIXIAO_LANDING": str(sample.settings.landing_dir)}
    (tmp_path / "build").mkdir()
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "run", "--select", "stg_quality__submissions",
               "--project-dir", project, "--profiles-dir", project, "--vars"]  # fmt: skip
    bad, good = (
        subprocess.run(
            [*command, json.dumps({"as_of": moment})], env=environment, capture_output=True, text=True, check=False
        )
        for moment in (SQL.format(file=file), "2023-07-01 00:00:00")
    )
    assert bad.returncode != 0 and "不是一个时刻" in bad.stdout
    assert not file.exists()
    assert good.returncode == 0, good.stdout[-2000:]


@attack(
    attack="A start that would open the UI to others by mistake", holds="exit code 2 with the reason and the remedy"
)
@pytest.mark.parametrize(
    ("arguments", "environment", "reason"),
    [
        (["--address", "0.0.0.0"], {}, "没有口令不能启动"),
        (["--address", "::"], {}, "没有口令不能启动"),
        (["--address", "0.0.0.0"], {"JIXIAO_UI_TOKEN_FILE": "{token}"}, "须写明用什么地址访问"),
        (["--address", "jixiao.office"], {}, "不是 IP 地址"),
        ([], {"JIXIAO_UI_HOSTS": "*"}, "不是主机地址"),
        ([], {"JIXIAO_UI_HOSTS": "jixiao.office:99999"}, "不是主机地址"),
        ([], {"JIXIAO_UI_TOKEN_FILE": "{open}"}, "chmod 600"),
        ([], {"JIXIAO_UI_TOKEN_FILE": "{short}"}, "不足 16 个字符"),
        ([], {"JIXIAO_UI_TOKEN_FILE": "{absent}"}, "读不到口令文件"),
    ],
)
def test_the_ui_does_not_start_open(
    arguments: list[str], environment: dict[str, str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: tmp_path / name for name in ("token", "open", "short", "absent")}
    for name, mode, text in (("token", 0o600, TOKEN), ("open", 0o640, TOKEN), ("short", 0o600, "secret")):
        files[name].write_text(text)
        files[name].chmod(mode)
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path / "build"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(**files))
    done = CliRunner().invoke(app, ["ui", "--port", str(free_port()), *arguments])
    assert done.exit_code == 2 and reason in done.output


TOKEN = "c4f1-attack-suite-token"


@pytest.fixture(scope="module")
def locked(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """A UI that asks for a token, and is behind a proxy under another name too."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    settings = {"JIXIAO_UI_TOKEN_FILE": str(folder / "token"), "JIXIAO_UI_HOSTS": "https://jixiao.office"}
    with running_ui(sample.copy_to(folder).settings, folder / "ui.log", **settings) as running:
        yield running


def _log_in(ui: RunningUi, token: str, **headers: str) -> Answer:
    form = own(ui, Content_Type="application/x-www-form-urlencoded", **headers)
    return ui.ask("POST", "/login", f"token={quote(token)}", form)


@attack(attack="No token, a wrong one, one in the address, a session of another server",
        holds="401, 403 or the login page; a wrong token waits longer each time", only_here=True)  # fmt: skip
def test_without_the_token_nothing_is_answered(locked: RunningUi) -> None:
    with no_new_runs(locked):
        assert locked.ask("POST", "/graphql", BODY, own(locked)).status == 401
        assert locked.ask("GET", f"/server_info?token={TOKEN}").status == 401
        opened = locked.ask("GET", "/", headers={"Accept": "text/html"})
        assert (opened.status, opened.headers["location"]) == (303, "/login")
        assert "default-src 'none'" in locked.ask("GET", "/login").headers["content-security-policy"]
        other = own(locked, Cookie=f"jixiao_ui_{locked.port}={'x' * 43}")
        assert locked.ask("POST", "/graphql", BODY, other).status == 401
        assert _handshake(locked, f"127.0.0.1:{locked.port}", locked.origin) == 401
        assert _log_in(locked, TOKEN, Origin="http://evil.example").status == 403
        bearer = own(locked, Authorization="Bearer wrong", Origin="")
        assert locked.ask("POST", "/graphql", BODY, bearer).status == 403
        waits = []
        for _ in range(3):
            told = _log_in(locked, TOKEN)
            assert told.status == 429  # even the right one, as long as it waits
            waits.append(float(told.text.split("请 ")[1].split(" 秒")[0]))
            time.sleep(waits[-1] + 1)
            assert _log_in(locked, "wrong again").status == 403
        assert waits == sorted(waits) and waits[-1] >= 2 * waits[0]
        time.sleep(9)
    entered = _log_in(locked, TOKEN)
    cookie = entered.headers["set-cookie"]
    assert entered.status == 303 and "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie
    session = {"Cookie": cookie.partition(";")[0]}
    assert locked.graphql("{ version }", session)["data"]["version"]
    assert locked.ask("POST", "/graphql", BODY, own(locked, **session, Origin="http://evil.example")).status == 403
    script = {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON}
    assert locked.ask("POST", "/graphql", '{"query": "{ version }"}', script).status == 200
    behind_proxy = {"Host": "jixiao.office", "Origin": "https://jixiao.office"}
    assert "; Secure" in _log_in(locked, TOKEN, **behind_proxy).headers["set-cookie"]
    assert _log_in(locked, TOKEN, **behind_proxy | {"Origin": "http://jixiao.office"}).status == 403


@attack(attack="A page of another port of this machine, in the browser of somebody who has logged in",
        holds="the cookie goes along, and still no run", only_here=True)  # fmt: skip
def test_a_session_is_of_no_use_to_a_page_of_another_port(locked: RunningUi, tmp_path: Path) -> None:
    with browser(tmp_path / "profile") as page, page_of_another_site(tmp_path, locked, "127.0.0.1") as port:
        page.open(f"{locked.origin}/runs")
        assert page.run("location.pathname") == "/login"
        page.run(f"document.querySelector('input').value = '{TOKEN}'; document.querySelector('form').submit()")
        page.wait_for("document.body?.innerText.includes('Runs')")
        assert page.run("document.cookie") == ""
        with no_new_runs(locked):
            page.open(f"http://127.0.0.1:{port}/page.html")
            assert nothing_came_through(page.run("attack()"))


@attack(attack="The UI is killed", holds="its code server and daemon end with it", only_here=True)
@pytest.mark.slow
def test_nothing_is_left_of_a_ui_that_was_killed(sample: Warehouse, tmp_path: Path) -> None:
    with running_ui(sample.copy_to(tmp_path).settings, tmp_path / "ui.log") as running:
        assert len(_group(running)) > 2
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        until = time.monotonic() + 45
        while _group(running) and time.monotonic() < until:
            time.sleep(0.5)
        assert _group(running) == []


def _group(ui: RunningUi) -> list[int]:
    """The processes of the group that a UI began; one that has ended is none."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = path.read_text().rpartition(")")[2].split()[:3]
            if int(group) == ui.process.pid and state != "Z":
                found.append(int(path.parent.name))
    return found
