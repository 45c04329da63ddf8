"""The desk as a process on loopback: signing in, forms, what is taken and refused, whose is whose."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import stat
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from desk_server import RunningDesk, Visitor, running_desk
from ledger_files import CONTRACTS, HERE
from other_programs import cells, in_place
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.desk.audit import AUDIT
from dagster_project.desk.limits import desk_limits
from dagster_project.desk.tokens import TOKENS, Tokens
from dagster_project.ingestion.answering import CODE_HEADER, ROWS_SHEET
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.receipts import RECEIVED_FILE, read_receipts
from dagster_project.settings import Settings

OWN, OTHER = "101001", "101002"
HEADERS = ("类型编号", "类型", "名称")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "raw").mkdir()
    settings = Settings(raw_dir=folder / "raw", build_dir=folder / "build")
    with running_desk(settings, folder / "desk.log", JIXIAO_DESK_FILE_MB="1", JIXIAO_DESK_WORKERS="1") as running:
        yield running


@pytest.fixture(scope="module")
def visitor(desk: RunningDesk) -> Visitor:
    return desk.signed_in(OWN)


def org_units(*rows: tuple[str, ...]) -> bytes:
    """A small workbook of the register of units, as the contract wants it."""
    columns = CONTRACTS["staff_counts"].columns
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet((CONTRACTS["staff_counts"].files[0].sheet or "表").replace("*", ""))
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.headers[0])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                sheet.write_string(number, place, value)
    return stream.getvalue()


def audit(desk: RunningDesk) -> list[dict[str, object]]:
    return [json.loads(line) for line in (desk.settings.desk_dir / AUDIT).read_text("utf-8").splitlines()]


# --- signing in


def test_without_signing_in_every_page_leads_to_the_sign_in(desk: RunningDesk) -> None:
    for path in (
        "/",
        "/upload",
        "/handed-in",
        "/figures",
        "/uploads/" + "0" * 32,
        "/handed-in/0123456789abcdef/answer.xlsx",
    ):
        answer = Visitor(desk).get(path)
        assert (answer.status, answer.headers.get("location")) == (303, "/login"), path


def test_a_token_is_shown_once_and_kept_as_a_hash_in_a_private_file(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(desk.settings.build_dir))
    done = CliRunner().invoke(app, ["desk", "token", OWN, "--label", "行政处"])
    assert done.exit_code == 0, done.output
    token = done.output.splitlines()[0]
    path = desk.settings.desk_dir / TOKENS
    kept = path.read_text("utf-8")
    assert token.partition("-")[2] not in kept and "$argon2id$" in kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Visitor(desk).sign_in(OWN, token).status == 303
    assert Visitor(desk).sign_in(OTHER, token).status == 403, "a token is of one department"
    unknown = CliRunner().invoke(app, ["desk", "token", "101999"])
    assert unknown.exit_code == 2 and "101999" in unknown.output


def test_a_revoked_or_expired_token_ends_its_sessions(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(desk.settings.build_dir))
    token = desk.token(OWN)
    visitor = Visitor(desk)
    assert visitor.sign_in(OWN, token).status == 303 and visitor.get("/upload").status == 200
    done = CliRunner().invoke(app, ["desk", "revoke", token[:8]])
    assert done.exit_code == 0, done.output
    assert visitor.get("/upload").status == 303, "its session is over"
    assert Visitor(desk).sign_in(OWN, token).status == 403
    tokens = Tokens(desk.settings.desk_dir)
    _, short = tokens.make(OWN, days=1)
    day = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    assert tokens.entered(OWN, short, day + dt.timedelta(days=1)) and not tokens.entered(
        OWN, short, day + dt.timedelta(days=2)
    )


def test_wrong_tokens_are_refused_and_too_many_are_not_looked_at(desk: RunningDesk) -> None:
    limits = desk_limits().sign_in
    good, address = desk.token("101003"), "10.9.8.7"
    for _ in range(limits.wrong_per_address):
        answer = Visitor(desk, address=address).sign_in("101003", good[:-4] + "AAAA")
        assert answer.status == 403 and "口令不对" in answer.text
    answer = Visitor(desk, address=address).sign_in("101003", good)
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 0, "the right one is not looked at either"
    assert Visitor(desk, address="10.9.8.8").sign_in("101003", good).status == 303, "another address is not concerned"
    for number in range(limits.wrong_per_department - limits.wrong_per_address):
        Visitor(desk, address=f"10.9.7.{number}").sign_in("101003", "x")
    assert Visitor(desk, address="10.9.8.9").sign_in("101003", good).status == 429, (
        "the department is guessed at from everywhere"
    )


def test_a_changed_or_foreign_cookie_is_no_session(desk: RunningDesk) -> None:
    visitor = desk.signed_in(OWN)
    name, value = next(iter(visitor.cookies.items()))
    body, _, signature = value.partition(".")
    for forged in (body + "." + "0" * 64, body[:-4] + "AAAA." + signature, "", "a.b.c", value + "x"):
        assert Visitor(desk, {name: forged}).get("/upload").status == 303, forged
    assert Visitor(desk, {name: value}).get("/upload").status == 200
    answer = Visitor(desk).get("/login")
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]


# --- forms


def test_a_form_without_the_token_of_its_session_does_nothing(desk: RunningDesk, visitor: Visitor) -> None:
    other = desk.signed_in(OWN)
    for token in ("", "0" * 64, other.form_token):
        for path in ("/figures", "/logout", "/login", "/uploads/" + "0" * 32 + "/hand-in"):
            expected = 404 if "hand-in" in path else 403
            assert (
                visitor.post(path, form_token=token, decision="confirm", department=OWN, token="x").status == expected
            ), path
        visitor.form_token = token
        assert visitor.upload([("a.csv", b"x,y\n1,2\n")]).status == 403
    assert visitor.get("/upload").status == 200, "still signed in"
    assert any(each["event"] == "form_refused" for each in audit(desk))


def test_forms_of_other_pages_and_other_addresses_are_refused(desk: RunningDesk, visitor: Visitor) -> None:
    form = b"form_token=" + visitor.form_token.encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ):
        assert visitor.ask("POST", "/logout", form, kind | headers).status == 403, headers
    assert visitor.ask("PUT", "/upload", b"").status == 405
    assert visitor.ask("GET", "/", headers={"Host": "evil.example"}).status == 403


def test_every_answer_has_the_headers_that_keep_others_out(desk: RunningDesk, visitor: Visitor) -> None:
    answers = [visitor.get(path) for path in ("/", "/upload", "/static/desk.css", "/login", "/nothing", "/health")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'none'" in policy
        assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    for answer in answers:
        assert (
            "<script" not in answer.text
            and "http://" not in answer.text.replace(desk.origin, "")
            and "https://" not in answer.text
        )


def test_only_loopback_is_listened_on(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["desk", "--address", "0.0.0.0"])
    assert done.exit_code == 2 and "只在本机监听" in done.output
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(desk.settings.build_dir))
    usual = tempfile.gettempdir()
    again = CliRunner().invoke(app, ["desk", "--port", "0"])
    assert again.exit_code == 2 and "已经在运行" in again.output
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    taken = CliRunner().invoke(app, ["desk", "--port", str(desk.port)])
    assert taken.exit_code == 2 and "请用 --port 换一个端口" in taken.output
    assert tempfile.gettempdir() == usual, "a desk that did not start leaves nothing behind"


# --- what is taken


@pytest.mark.parametrize(
    "name", ["../../../etc/2023.csv", "..\\..\\2023.csv", "/etc/cron.d/2023.csv", "2023\u202e.csv", "a/../2023.csv", "%2e%2e%2f2023.csv",
             ".2023.csv", "2023\x00.csv", "C:\\2023.csv", "~$2023.csv", "=cmd|2023.csv"],
)  # fmt: skip
def test_a_path_in_a_name_leads_nowhere(desk: RunningDesk, visitor: Visitor, name: str) -> None:
    before = {path for path in desk.settings.build_dir.parent.rglob("*") if "desk/uploads" not in str(path)}
    answer = visitor.upload([(name.replace("\x00", "%00"), b"a,b\n1,2\n")])
    assert answer.status == 303, answer
    uploads = desk.settings.desk_dir / "uploads" / OWN / answer.headers["location"].rsplit("/", 1)[1]
    [file] = (uploads / "file").iterdir()
    assert (
        file.name.endswith(".csv")
        and not set(file.name) & set("/\\<>:|?*=~$\u202e")
        and not file.name.startswith((".", "~"))
    )
    visitor.wait(answer.headers["location"])
    after = {path for path in desk.settings.build_dir.parent.rglob("*") if "desk/uploads" not in str(path)}
    assert {path for path in after - before if "/work/" not in str(path)} == set()


def test_what_is_too_large_or_of_the_wrong_kind_is_not_kept(desk: RunningDesk, visitor: Visitor) -> None:
    kept = len(list((desk.settings.desk_dir / "uploads").glob("*/*")))
    for name, data, told in (
        ("2023.exe", b"MZ", "只接收"), ("2023", b"x", "只接收"), ("2023.html", b"<p>", "只接收"), ("2023.csv", b"", "是空的"),
        ("2023.csv", b"1,2\n" * 300_000, "超过 1 MB"),
    ):  # fmt: skip
        answer = visitor.upload([(name, data)])
        assert answer.status == 422 and told in answer.text, answer.text
    assert visitor.upload([("2023.csv", b"1,2\n" * 2_000_000)]).status == 413
    assert visitor.upload([(f"{n}.csv", b"1") for n in range(desk_limits().upload.files + 1)]).status == 400
    assert visitor.upload([]).status == 422
    assert len(list((desk.settings.desk_dir / "uploads").glob("*/*"))) == kept


def test_a_body_that_does_not_say_its_length_is_cut_off_too(desk: RunningDesk, visitor: Visitor) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    cookie = "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())
    head = {
        "Cookie": cookie,
        "Origin": desk.origin,
        "Content-Type": "multipart/form-data; boundary=x",
        "Transfer-Encoding": "chunked",
    }
    start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range(100):
            yield b"1" * 100_000

    try:
        connection.request("POST", "/upload", pieces(), head, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # cut off while it was still sent
    finally:
        connection.close()
    assert visitor.get("/upload").status == 200


def test_a_hostile_workbook_is_answered_and_the_next_one_is_read(desk: RunningDesk, visitor: Visitor) -> None:
    bomb = io.BytesIO()
    sound = zipfile.ZipFile(io.BytesIO(org_units(("x",))))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        for part in sound.namelist():
            text = sound.read(part)
            book.writestr(part, text + b" " * 600_000_000 if "sheet1" in part and "rels" not in part else text)
    assert len(bomb.getvalue()) < 1_000_000
    for content in (bomb.getvalue(), b"PK\x03\x04" + os.urandom(2000), b"\xd0\xcf\x11\xe0" + os.urandom(2000)):
        _, page = visitor.answer([("2023年人员编制情况.xlsx", content)])
        assert "没有读成" in page.text or "整份退回" in page.text, page.text
    _, page = visitor.answer([("2023年人员编制情况.xlsx", org_units(("x",)))], ledger="staff_counts")
    assert "人员编制" in page.text and "读取" in page.text


def readers_of(desk: RunningDesk) -> list[int]:
    """The process ids of its reading processes, once it has started any."""
    children = Path(f"/proc/{desk.process.pid}/task/{desk.process.pid}/children")
    until = time.monotonic() + 30
    while not (found := children.read_text().split()) and time.monotonic() < until:
        time.sleep(0.05)
    return [int(each) for each in found]


def test_a_reading_process_that_is_killed_is_replaced(desk: RunningDesk, visitor: Visitor) -> None:
    [reader] = readers_of(desk)
    os.kill(reader, signal.SIGKILL)
    visitor.answer([("2023年确认.csv", confirmations(2023, "killed"))])
    _, page = visitor.answer([("2023年确认.csv", confirmations(2023, "killed"))])
    assert "可以报送" in page.text
    assert readers_of(desk) not in ([], [reader])


def test_what_waits_when_the_desk_ends_is_answered_when_it_is_back(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    settings = Settings(raw_dir=tmp_path / "raw", build_dir=tmp_path / "build")
    files = [(f"2023年第{n}份.csv", confirmations(2023, *(f"{n}-{m}" for m in range(50)))) for n in range(8)]
    with running_desk(settings, tmp_path / "first.log", JIXIAO_DESK_WORKERS="1") as first:
        token = first.token(OWN)
        visitor = Visitor(first)
        visitor.sign_in(OWN, token)
        [reader] = readers_of(first)
        os.kill(reader, signal.SIGSTOP)  # however fast the machine is, all of them wait
        taken = visitor.upload(files)
        assert "前面" in visitor.get(taken.headers["location"]).text, "who waits sees how many stand in front"
    with running_desk(settings, tmp_path / "second.log") as second:
        again = Visitor(second)
        again.sign_in(OWN, token)
        _, page = again.wait(taken.headers["location"])
    assert page.text.count("可以报送") == len(files)


# --- answers


def test_values_of_a_file_are_shown_as_text_and_never_as_markup_or_formula(desk: RunningDesk, visitor: Visitor) -> None:
    evil = '=HYPERLINK("http://evil")<img src=x onerror=alert(1)>'
    path, page = visitor.answer(
        [("2023年<b>人员.xlsx", org_units((evil, evil, evil, evil, evil, evil)))], ledger="staff_counts"
    )
    assert "退回" in page.text and "<img src=x" not in page.text and "&lt;img src=x" in page.text
    assert "<b>人员" not in page.text
    visitor.get(path + "/staff_counts.xlsx")
    with zipfile.ZipFile(io.BytesIO(visitor.content)) as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
        assert "<f>" not in sheets, "nothing that was handed in is a formula in the answer"
        assert "HYPERLINK" in "".join(book.read(n).decode() for n in book.namelist() if "sharedStrings" in n) + sheets


def test_an_answer_names_sheet_row_column_value_rule_and_remedy(desk: RunningDesk, visitor: Visitor) -> None:
    path, page = visitor.answer([("2023年人员编制情况.xlsx", org_units(("很多",)))], ledger="staff_counts")
    _, seen = path, visitor.page(path)
    [table] = [rows for caption, rows in seen.tables.items() if caption.startswith("问题")]
    assert table[0] == ["程度", "工作表", "行", "列", "填报的值", "问题", "怎样改", "规则"]
    assert all(all(cell.strip() for cell in row) for row in table[1:]) and len(table) > 1
    assert "必须更正" in page.text


def test_another_department_sees_nothing_of_it(desk: RunningDesk, visitor: Visitor) -> None:
    path, page = visitor.answer([("2023年人员编制情况.xlsx", org_units(("很多",)))], ledger="staff_counts")
    assert page.status == 200
    other = desk.signed_in(OTHER)
    for address in (path, path + "/staff_counts.xlsx"):
        assert other.get(address).status == 404
        assert visitor.get(address).status == 200
    batch = json.loads((desk.settings.desk_dir / "uploads" / OWN / path.rsplit("/", 1)[1] / "upload.json").read_text())[
        "batch"
    ]
    assert visitor.get(f"/batches/{batch}").status == 200 and other.get(f"/batches/{batch}").status == 404
    assert other.get(f"/uploads/..%2f{OWN}%2f{path.rsplit('/', 1)[1]}").status == 404
    other.get("/upload")
    assert other.post(path + "/hand-in", knows_rejects="1").status == 404
    assert "人员编制情况.xlsx" not in other.get("/upload").text
    assert any(each["event"] == "not_own" and each["department"] == OTHER for each in audit(desk))


# --- handing in


def confirmations(year: int, *numbers: str, decision: str = "确认") -> bytes:
    columns = CONTRACTS["figure_confirmations"].columns
    lines = [",".join(column.headers[0] for column in columns)]
    lines += [f"{n},{year},{year}-06,spending.total,支出,1万元,v,{decision},,{year}-06-05" for n in numbers]
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


def test_two_files_of_one_name_both_lie_in_the_drop_with_a_line_each(desk: RunningDesk, visitor: Visitor) -> None:
    names = []
    for number in ("a", "b"):
        path, page = visitor.answer([("2023年确认.csv", confirmations(2023, number))])
        assert "可以报送" in page.text, page.text
        assert not list(desk.settings.raw_dir.rglob(f"*{number}*.csv")), "nothing is in the drop before it is confirmed"
        assert visitor.post(path + "/hand-in").status == 303
        names.append(
            json.loads((desk.settings.desk_dir / "uploads" / OWN / path.rsplit("/", 1)[1] / "upload.json").read_text())[
                "drop_name"
            ]
        )
        assert visitor.post(path + "/hand-in").status == 303, "a form that is sent twice"
    assert names[0] == "figure_confirmations/2023/2023年确认.csv" and names[1] != names[0]
    assert [(desk.settings.raw_dir / name).read_bytes() for name in names] == [
        confirmations(2023, n) for n in ("a", "b")
    ]
    receipts = read_receipts(desk.settings.raw_dir, names)
    assert not receipts.faults and not receipts.notes
    assert {(r.department_code, r.period) for r in receipts.by_file.values()} == {(OWN, "2023")} and len(
        receipts.by_file
    ) == 2
    assert not [path for path in desk.settings.raw_dir.rglob(".*")], "nothing half done is left"
    assert "已报送" in visitor.get("/upload").text and "等待当晚处理" in visitor.get("/handed-in").text


def test_a_file_with_rejected_rows_is_handed_in_only_knowingly_and_a_refused_one_never(
    desk: RunningDesk, visitor: Visitor
) -> None:
    mixed = confirmations(2023, "c") + "d,2023,2023-06,x,y,z,v,也许,,2023-06-05\r\n".encode("gb18030")
    path, page = visitor.answer([("2023年混合.csv", mixed)])
    assert "有退回的行" in page.text
    assert visitor.post(path + "/hand-in").status == 409
    assert visitor.post(path + "/hand-in", knows_rejects="1").status == 303
    path, page = visitor.answer([("2023年坏.xlsx", b"PK\x03\x04nothing")], ledger="staff_counts")
    assert visitor.post(path + "/hand-in", knows_rejects="1", knows_held="1").status == 409
    lines = (desk.settings.raw_dir / RECEIVED_FILE).read_text("utf-8").splitlines()
    assert sum("2023年混合" in each for each in lines) == 1 and not any("2023年坏" in each for each in lines)


def test_an_answer_is_for_the_department_that_handed_in_and_for_nobody_else(
    desk: RunningDesk, visitor: Visitor
) -> None:
    bad = ",".join(["answered", "2023", "2023-06", "spending.total", "支出", "1万元", "v", "也许", "", "2023-06-05"])
    path, _ = visitor.answer([("2023年待更正.csv", confirmations(2023, "good") + f"{bad}\r\n".encode("gb18030"))])
    visitor.get(path + "/figure_confirmations.xlsx")
    answer = visitor.content
    sheet = cells(answer, ROWS_SHEET)
    top = next(number for number, line in enumerate(sheet) if CODE_HEADER in line)
    mended = in_place(answer, ROWS_SHEET, {(top + 2, sheet[top].index("意见") + 1): "异议"})
    _, page = visitor.answer([("改好.xlsx", mended)])
    assert "没有读成" in page.text, "what it answers was not handed in yet"
    visitor.get(path)
    assert visitor.post(path + "/hand-in", knows_rejects="1").status == 303
    other = desk.signed_in(OTHER)
    _, page = other.answer([("改好.xlsx", mended)])
    assert "不是本部门收到的" in page.text and "待更正.csv" not in page.text
    _, page = visitor.answer([("没有改.xlsx", answer)])
    assert "更正 0 行" in page.text and "仍待更正 1 行" in page.text
    own, page = visitor.answer([("改好.xlsx", mended)])
    assert "可以报送" in page.text and "更正 1 行" in page.text, page.text
    assert visitor.post(own + "/hand-in").status == 303
    report = land_drop(
        desk.settings.raw_dir, desk.settings.build_dir / "night" / "landing", CONTRACTS, OTHER, limits=HERE
    )
    [landed] = [each for each in report.entries if each.answers]
    assert (landed.status, landed.rows_accepted, landed.department_code, not report.unread) == ("landed", 1, OWN, True)


def test_the_audit_log_is_private_and_holds_no_names_of_files_and_no_content(
    desk: RunningDesk, visitor: Visitor
) -> None:
    path = desk.settings.desk_dir / AUDIT
    page, _ = visitor.answer([("2023年张三的文件.csv", confirmations(2023, "secret-number"))])
    visitor.post(page + "/hand-in")
    Visitor(desk, address="10.1.1.1").sign_in(OWN, "wrong")
    visitor.get("/upload")
    visitor.upload([("张三.exe", b"MZ")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert "张三" not in text and "secret-number" not in text and "确认.csv" not in text
    events = {each["event"] for each in audit(desk)}
    assert {"signed_in", "sign_in_refused", "uploaded", "answered", "handed_in", "upload_refused"} <= events
    handed = [each for each in audit(desk) if each["event"] == "handed_in"]
    assert all(len(str(each["sha256"])) == 64 and each["department"] == OWN and each["token_id"] for each in handed)
