"""Folders for what is not finished, and how a finished one takes the place of another."""

from __future__ import annotations

from pathlib import Path

from dagster_project.private_files import put_in_place, restore, work_folder


def test_a_folder_that_stood_aside_when_a_process_was_killed_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "101001"
    (tmp_path / ".101001.old").mkdir()
    (tmp_path / ".101001.old" / "report").write_text("old")
    restore(folder)
    assert (folder / "report").read_text() == "old"
    (tmp_path / "fresh").mkdir()
    put_in_place(tmp_path / "fresh", folder)
    assert not list(folder.iterdir()) and (tmp_path / "fresh" / "report").read_text() == "old"


def test_the_folder_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with work_folder(tmp_path / "work") as mine:
        (mine / "file").write_text("x")
        with work_folder(tmp_path / "work") as other:
            assert other != mine and (mine / "file").exists()
        assert mine.exists()
    assert not mine.exists()
