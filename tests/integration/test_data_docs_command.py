"""`jixiao data-docs` on the sample: all rules of ledgers and tables hold but for the accepted ones, and the portal leads there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from dagster_project.portal.site import write_portal


@pytest.mark.slow
def test_the_pages_are_written_and_the_portal_leads_there(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = sample.copy_to(tmp_path, sample.settings.raw_dir)
    quality = own.settings.site_dir / "quality.html"
    write_portal(own.settings)
    assert "data_docs" not in quality.read_text(encoding="utf-8")
    exit_code, output = own.cli(monkeypatch, "data-docs")
    assert exit_code == 0, output
    assert re.search(r"\d{3} 组、\d{3,4} 条规则", output)
    index = (own.settings.data_docs_dir / "index.html").read_text(encoding="utf-8")
    broken = [line for line in index.splitlines() if "条不成立" in line and "<tr>" in line]
    assert broken and not any("载入的台账" in line for line in broken), (
        "the door lets nothing in that breaks a contract"
    )
    link = re.search(r'href="([^"]*data_docs[^"]*)"', quality.read_text(encoding="utf-8"))
    assert link and (quality.parent / link[1]).resolve() == (own.settings.data_docs_dir / "index.html").resolve()
    assert not (own.settings.data_docs_dir.stat().st_mode & 0o077), "ledgers are the office's own"


def test_without_a_warehouse_it_says_what_to_run(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    exit_code, output = Warehouse(sample.settings.model_copy(update={"build_dir": tmp_path}), sample.result).cli(
        monkeypatch, "data-docs"
    )
    assert exit_code != 0 and "请先运行 jixiao nightly" in output
