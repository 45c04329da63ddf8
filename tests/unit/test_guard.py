"""What the guard of the UI knows without a network: addresses, sessions, pauses, the file of the token."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.guard.login import KEPT, LONGEST_PAUSE_S, SESSION_S, Login, TokenError, read_token
from dagster_project.guard.rules import Head, judge
from dagster_project.guard.sites import SiteError, allowed_sites

TOKEN = "a token of twenty-four letters"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_addresses_are_loopback_and_those_of_the_setting() -> None:
    sites = allowed_sites(3000, "jixiao.office, https://Jixiao.example.cn,10.0.0.5:8080, [fd00::1]")
    assert {host: site.origin for host, site in sites.items()} == {
        "jixiao.office:3000": "http://jixiao.office:3000",
        "jixiao.example.cn": "https://jixiao.example.cn",
        "10.0.0.5:8080": "http://10.0.0.5:8080",
        "[fd00::1]:3000": "http://[fd00::1]:3000",
        "127.0.0.1:3000": "http://127.0.0.1:3000",
        "localhost:3000": "http://localhost:3000",
        "[::1]:3000": "http://[::1]:3000",
    }
    assert "127.0.0.1" in allowed_sites(80, "")


@pytest.mark.parametrize(
    "hosts", ["*", "*.office", "a b", "http://", "ftp://a", "a/b", "a:0", "a:65536", "user@a", "a,http://a/"]
)
def test_what_is_no_address_is_refused(hosts: str) -> None:
    with pytest.raises(SiteError, match="JIXIAO_UI_HOSTS"):
        allowed_sites(3000, hosts)


@pytest.mark.parametrize(
    ("origin", "is_answered"),
    [
        ("https://jixiao.office", True),
        ("http://jixiao.office", False),
        ("https://jixiao.office:443", False),
        ("", False),
    ],
)
def test_a_page_is_of_its_own_site_with_its_scheme(origin: str, is_answered: bool) -> None:
    headers = [("host", "jixiao.office"), ("content-type", "application/json; charset=utf-8")]
    head = Head("POST", "/graphql", "", tuple(headers + ([("origin", origin)] if origin else [])))
    refusal = judge(head, allowed_sites(3000, "https://jixiao.office"), has_token=False, asks_token=True)
    assert (refusal is None) is is_answered


def test_a_link_opens_the_ui_and_nothing_else_of_another_site_does() -> None:
    def opened(**fetched: str) -> bool:
        fetched = {"sec-fetch-" + name: value for name, value in fetched.items()}
        head = Head("GET", "/runs", "", (("host", "127.0.0.1:3000"), *fetched.items()))
        return judge(head, allowed_sites(3000, ""), has_token=False, asks_token=False) is None

    assert opened(site="cross-site", mode="navigate", dest="document")
    assert opened(site="same-origin", mode="cors", dest="empty") and opened(
        site="none", mode="navigate", dest="document"
    )
    assert not opened(site="cross-site", mode="navigate", dest="iframe")
    assert not opened(site="same-site", mode="no-cors", dest="image")


def test_a_session_ends_with_the_day_and_is_of_one_server() -> None:
    clock = Clock()
    login = Login(TOKEN, 3000, clock)
    cookie = login.new_session(is_secure=False).partition(";")[0]
    assert login.has_session([f"other=1; {cookie}"]) and not login.has_session([cookie + "x"])
    assert not Login(TOKEN, 3000, clock).has_session([cookie])
    assert not login.has_session([f"jixiao_ui_3000={TOKEN}"])
    clock.now += SESSION_S
    assert not login.has_session([cookie])


def test_a_wrong_token_waits_twice_as_long_each_time() -> None:
    clock = Clock()
    login = Login(TOKEN, 3000, clock)
    pauses = []
    for _ in range(8):
        assert not login.is_token("wrong", "peer")
        pauses.append(login.pause_s("peer"))
        assert not login.is_token(TOKEN, "peer")  # also the right one waits
        clock.now += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    assert login.is_token(TOKEN, "another") and login.is_token(TOKEN, "peer")
    assert not login.is_token("wrong", "peer") and login.pause_s("peer") == 1


def test_what_is_remembered_of_strangers_is_bounded() -> None:
    login = Login(TOKEN, 3000, Clock())
    for number in range(KEPT + 10):
        login.is_token("wrong", str(number))
    assert len(login._wrong) == KEPT and login.pause_s("0") == 0 and login.pause_s(str(KEPT)) == 1


def test_a_token_is_kept_where_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    assert read_token(file) == TOKEN
    file.chmod(0o604)
    with pytest.raises(TokenError, match="chmod 600"):
        read_token(file)
    file.chmod(0o600)
    file.write_bytes(b"\xff" * 32)
    with pytest.raises(TokenError, match="读不到"):
        read_token(file)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("JIXIAO_BUILD_DIR", "/tmp/x' as y; copy (select 1) to '/tmp/z", "单引号"),
        ("JIXIAO_BUILD_DIR", "/tmp/{name}", "花括号"),
        ("JIXIAO_DEPARTMENT_CODE", "../../101001", "只能用字母、数字"),
        ("JIXIAO_KEPT_VERSIONS", "0", "至少为 1"),
        ("JIXIAO_WAREHOUSE_THREADS", "two", "应为整数"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_before_anything_happens(
    variable: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2 and variable in done.output and reason in done.output
