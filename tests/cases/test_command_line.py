"""What the command line says: every file that was not read, faulty contracts in one message, and texts as they are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from books import xlsx
from ledger_files import PAYMENT_FILE, Office, payment_cells, payments_text
from rich.console import Console
from sample_warehouse import Warehouse
from typer.testing import CliRunner

from dagster_project import cli
from dagster_project.console import PlainConsole, line
from dagster_project.contracts import CONTRACTS_DIR

Case = Callable[[str], Office]


@dataclass
class Shell:
    """Runs commands on one office; ``build`` and ``contracts`` are its own."""

    office: Office
    contracts: Path
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        self.office.raw.mkdir(exist_ok=True)
        for name, path in (
            ("RAW_DIR", self.office.raw), ("BUILD_DIR", self.office.folder / "build"), ("CONTRACTS_DIR", self.contracts)
        ):  # fmt: skip
            self.monkeypatch.setenv(f"JIXIAO_{name}", str(path))
        done = CliRunner().invoke(cli.app, list(arguments))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output
        return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def shell(office: Office, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on an empty drop under the shipped contracts."""
    return Shell(office, CONTRACTS_DIR, monkeypatch)


@pytest.fixture
def faulty(shell: Shell) -> Callable[[str, str], Shell]:
    """A shell whose contract of payments has a text replaced by another."""

    def with_fault(old: str, new: str) -> Shell:
        shell.contracts = shell.office.folder / "contracts"
        shutil.copytree(CONTRACTS_DIR, shell.contracts)
        path = shell.contracts / "payments.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogateescape"))
        return shell

    return with_fault


# What was not read


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_land_says_what_it_did_not_read_quiet_or_not_and_again(
    quiet: tuple[str, ...], case: Case, shell: Shell
) -> None:
    case("capital-suffixes")
    shell.office.hand_in("payments/2023/2023年05月.csv", "")
    shell.office.hand_in("unknown/x.csv", "x")
    shell.office.hand_in("payments/misc/x.csv", payments_text([payment_cells(1)]))
    told = []
    for _ in range(2):
        code, out, err = shell("land", *quiet)
        assert code == 1 and (not out or not quiet)
        told.append(sorted(err.splitlines()))
    remarks = [text for text in told[0] if text.startswith("请留意")]
    assert len(remarks) == 1 and "2023年04月国库集中支付明细.csv" in remarks[0], "of what counts, when it lands"
    assert [text for text in told[0] if text not in remarks] == told[1], "again while it lasts"
    for name, words in {
        "payments/2023年02月国库集中支付明细.csv": "缺少一级文件夹",
        "payments/2023/2023年03月国库集中支付明细.xlsx": "后缀",
        "payments/2023/2023年05月.csv": "文件是空的",
        "unknown/x.csv": "没有台账使用文件夹“unknown”",
        "payments/misc/x.csv": "没有写明年度",
    }.items():
        (text,) = [text for text in told[0] if f" {name}" in text]
        assert words in text and text.count(name) == 1 and ";" in text, "with its remedy"


def test_land_is_content_where_everything_was_read(shell: Shell) -> None:
    shell.office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    assert shell("land")[::2] == (0, "") and shell("land", "--quiet") == (0, "", "")


def test_land_of_single_files_says_what_it_cannot_do(shell: Shell) -> None:
    stray = shell.office.hand_in("payments/2023/2023年03月.pdf", "x")
    good = shell.office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    register = shell.office.hand_in("received.csv", "file,department,period,received_at\n")
    assert shell("land", str(good))[0] == 0
    code, _, err = shell("land", str(stray))
    assert code == 1 and "2023年03月.pdf" in err
    for path in (good.with_name("nothing.csv"), register, Path("/etc/hostname")):
        code, _, err = shell("land", str(path))
        assert code == 2 and path.name in err


def test_land_tells_of_a_held_file(case: Case, shell: Shell) -> None:
    case("month-in-two-files")
    code, out, err = shell("land")
    assert code == 1 and "授权支付" in out and "直接支付" not in out
    assert "授权支付" in err and "直接支付" in err and "replaces" in err


@pytest.mark.parametrize("content", ["file,period\na,2023\n", "x", "file;department;period\n"])
def test_a_register_without_its_columns_stops_the_landing_with_one_message(content: str, shell: Shell) -> None:
    shell.office.hand_in("received.csv", content)
    code, _, err = shell("land")
    assert code == 2 and "received.csv" in err and "缺少列" in err


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02\x03", xlsx({"收件登记": [["file", "department"]]}), bytes.fromhex("d0cf11e0a1b11ae1")]
)
def test_a_register_that_is_a_workbook_by_another_name_is_told_so(content: bytes, shell: Shell) -> None:
    shell.office.hand_in("received.csv", content)
    code, _, err = shell("land")
    assert code == 2 and "received.csv" in err and "工作簿" in err and "另存为" in err and "缺少列" not in err


def test_every_night_says_what_it_did_not_read_also_where_it_is_quiet_and_has_nothing_to_do(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = sample.copy_to(tmp_path)
    folder = night.settings.raw_dir / "payments" / "2023"
    (folder / "2023年12月[补].csv").write_bytes(b"")
    (folder / "2023年12月说明.pdf").write_bytes(b"x")
    first = night.cli(monkeypatch, "nightly", "--quiet")
    monkeypatch.setattr("dagster_project.building.head_start.HeadStart.__init__", None)  # there is no news
    again = night.cli(monkeypatch, "nightly", "--quiet")
    assert first == again
    code, text = first
    assert code == 3 and "(refused_file):1 处" in text, "published, and something is open"
    assert "退回文件 payments/2023/2023年12月[补].csv:" in text and "未读取 payments/2023/2023年12月说明.pdf:" in text


# Faulty contracts

FAULTS = {
    "unknown_type": ("type: date", "type: datum", ["列 applied_on", "date、"]),
    "unknown_key": ("required: true", "requird: true", ["列 voucher_no", "requird", "请核对拼写"]),
    "unknown_domain": ("domain: budget", "domain: budgets", ["budgets", "budget(预算)", "domains.csv"]),
    "unknown_code_list": ("codes: ", "codes: no_such_", ["no_such_", "列 "]),
    "wrong_name": ("ledger: payments", "ledger: payment", ["payment", "文件名应与台账同名"]),
    "not_closed": ("key: [voucher_no]", "key: [voucher_no", ["第 7 行", "括号"]),
    "tab": ("domain: budget", "domain:\tbudget\n\tx: y", ["第 3 行"]),
    "key_twice": ("domain: budget", "domain: budget\nledger: payments", ["“ledger”", "第 3 行", "第 1 行", "重复"]),
    "missing_text": ("owner: 办公厅行政处", "", ["owner", "缺少"]),
    "number_for_text": ("owner: 办公厅行政处", "owner: 5", ["owner", "“5”", "引号"]),
    "not_utf_8": ("owner: 办公厅行政处", "owner: \udcb0\udcec", ["不是 UTF-8"]),
    "control_character": ("owner: 办公厅行政处", "owner: a\x07b", ["不允许"]),
    "empty_key": ("name: voucher_no", "name: ", ["columns.0.name"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_contract_is_one_message_with_file_place_and_remedy(
    fault: str, faulty: Callable[[str, str], Shell]
) -> None:
    old, new, words = FAULTS[fault]
    code, out, err = faulty(old, new)("land")
    assert (code, out) == (2, "")
    assert err.startswith("payments.yaml:") and all(word in err for word in words), err


@pytest.mark.parametrize("command", ["land", "nightly", "sources", "dictionary", "docs"])
def test_every_command_that_needs_the_contracts_says_the_same_of_a_faulty_one(
    command: str, faulty: Callable[[str, str], Shell]
) -> None:
    code, _, err = faulty("type: date", "type: datum")(command)
    assert code == 2 and err.count("payments.yaml") == 1 and "列 applied_on" in err


def test_a_night_of_a_past_moment_says_it_too(faulty: Callable[[str, str], Shell]) -> None:
    code, _, err = faulty("type: date", "type: datum")("nightly", "--as-of", "2023-07-01")
    assert code == 2 and "payments.yaml" in err


def test_doctor_names_the_faulty_contract(faulty: Callable[[str, str], Shell]) -> None:
    code, out, _ = faulty("type: date", "type: datum")("doctor")
    assert code == 1 and "✗ 台账约定:payments.yaml:列 applied_on" in out


def test_the_faults_of_all_contracts_are_told_at_once(faulty: Callable[[str, str], Shell]) -> None:
    shell = faulty("type: date", "type: datum")
    (shell.contracts / "projects.yaml").write_text("", encoding="utf-8")
    (shell.contracts / "bills.yml").write_text("ledger: bills", encoding="utf-8")
    _, _, err = shell("sources")
    assert [text.split(":")[0] for text in err.splitlines()] == ["bills.yml", "payments.yaml", "projects.yaml"]


def test_contracts_that_are_not_there_are_an_error(shell: Shell) -> None:
    shell.contracts = shell.office.folder / "nowhere"
    code, _, err = shell("land")
    assert code == 2 and "nowhere" in err


# Texts of the office


@pytest.mark.parametrize(
    "text", ["2023年02月明细[red].csv", "[/元]", "a[bold]b[/bold]", "[link=x]y", ":smile:", "[甲]", "[/]"]
)
def test_a_text_is_printed_as_it_is(text: str) -> None:
    from rich.table import Table

    printed = PlainConsole(width=100, record=True, file=None)
    table = Table(title=text)
    table.add_column(text)
    table.add_row(text)
    with printed.capture() as captured:
        printed.print(text)
        printed.print(text, style="red")
        printed.print(line("x", (text, "bold")))
        printed.print(table)
    assert captured.get().count(text) == 6
    with printed.capture() as captured:
        Console.print(printed, f"{text}\x1b[31m\x07")
    assert "\x1b" not in captured.get() and "\\x1b[31m\\x07" in captured.get()


def test_names_and_units_with_square_brackets_are_printed_as_they_are(case: Case, shell: Shell) -> None:
    case("square-brackets")
    shell.office.hand_in("[red]/x.csv", "x")
    shell.office.hand_in("payments/2023/2023年05月[/b].txt", "x")
    _, out, err = shell("land")
    for name in (
        "2023年01月明细[final].csv",
        "2023年02月明细[red].csv",
        "2023年03月[甲].csv",
        "[red]/x.csv",
        "2023年05月[/b].txt",
    ):
        assert name in out + err
