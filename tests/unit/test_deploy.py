"""The files of deploy/: every setting is there and loads, units and proxy are what their programs accept, commands exist as they are called."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.setting_faults import fault_texts, unknown_settings
from dagster_project.settings import PROJECT_ROOT, Settings

DEPLOY = PROJECT_ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def lines(comments: bool) -> dict[str, str]:
    """The settings of the example: those that are set, or those behind a ``#``."""
    text = (DEPLOY / "jixiao.env.example").read_text(encoding="utf-8")
    found = re.findall(rf"^{'#' if comments else ''}(JIXIAO_[A-Z_]+)=(.*)$", text, re.M)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_the_example_of_settings_names_every_setting_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {f"JIXIAO_{name}".upper() for name in Settings.model_fields}
    assert set(lines(False)) | set(lines(True)) == known
    for name, value in lines(False).items():
        monkeypatch.setenv(name, value)
    assert Settings().raw_dir == Path("/srv/drop")


def test_defaults_in_the_example_are_the_defaults() -> None:
    depends = {"JIXIAO_WAREHOUSE_THREADS", "JIXIAO_READING_PROCESSES", "JIXIAO_DESK_WORKERS"}
    for name, value in lines(True).items():
        field = Settings.model_fields[name.removeprefix("JIXIAO_").lower()]
        if field.default_factory or field.default is None or name in depends or not value:
            continue
        assert type(field.default)(value if value != "false" else "") == field.default, name


def test_a_name_that_is_no_setting_is_told_with_the_likest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert unknown_settings(["JIXIAO_NIGHT_AT", "JIXIAO_WAREHOUSE", "PATH"]) == []
    monkeypatch.setenv("JIXIAO_NIGTH_AT", "03:00")
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    told = CliRunner().invoke(app, ["doctor", "--heartbeat"])
    assert "不认识的设置 JIXIAO_NIGTH_AT" in told.output and "JIXIAO_NIGHT_AT" in told.output


def test_a_value_that_cannot_be_used_is_one_line_and_a_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "NIGHT_AT": "2 Uhr",
        "KEPT_HOURS": "viel",
        "DELETED_FILES": "burn",
        "KEPT_VERSIONS": "0",
    }.items():
        with monkeypatch.context() as patch:
            patch.setenv(f"JIXIAO_{name}", value)
            with pytest.raises(ValidationError) as raised:
                Settings()
        [text] = fault_texts(raised.value)
        assert f"JIXIAO_{name}" in text and value in text and "\n" not in text
    with pytest.raises(ValidationError) as raised:
        Settings(alert_urls=["mailtos://user:geheim@host"])  # type: ignore[arg-type]
    assert "geheim" not in "".join(fault_texts(raised.value))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_accepts_every_unit(tmp_path: Path) -> None:
    place = tmp_path / "opt" / ".venv" / "bin"
    place.mkdir(parents=True)
    shutil.copy("/bin/true", place / "jixiao")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/jixiao", str(tmp_path / "opt")))
    copies = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "jixiao" in line]
    assert done.returncode == 0 and told == [], done.stderr


def test_units_and_image_call_commands_as_they_are() -> None:
    calls = [call for unit in UNITS for call in re.findall(r"^ExecStart\w*=\S+/jixiao (.+)$", unit.read_text(), re.M)]
    image = (DEPLOY / "Containerfile").read_text()
    assert 'CMD ["jixiao", "ui"]' in image
    assert calls and set(re.findall(r"\$\{(\w+)\}", image)) <= {"BASE"}
    for call in calls:
        command, *options = [word for word in call.split() if not word.startswith("/") and not word.isdigit()]
        told = CliRunner().invoke(app, [command, "--help"]).output
        assert all(option in told for option in options), call


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_accepts_the_example(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=jixiao.office",
         "-keyout", tmp_path / "jixiao.key", "-out", tmp_path / "jixiao.crt"], capture_output=True, check=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf.example").read_text().replace("/etc/nginx/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}}\nhttp {{\n{site}\n}}\n")
    told = ["nginx", "-t", "-q", "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
