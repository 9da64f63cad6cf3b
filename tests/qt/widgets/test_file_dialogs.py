"""A folder for many files: an empty one is taken, in any other one a new one is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from convgui.qt.widgets.file_dialogs import ask_for_folder
from tests.qt.conftest import Opened


@pytest.mark.parametrize(
    ("there", "wanted"),
    [([], "lecture"), (["old.txt"], "lecture/pictures"), (["pictures/a.png", "pictures 2/b"], "lecture/pictures 3")],
)
def test_a_folder_that_is_there_is_an_answer(
    there: list[str], wanted: str, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "lecture"
    chosen.mkdir()
    for name in there:
        (chosen / name).parent.mkdir(parents=True, exist_ok=True)
        (chosen / name).write_text("x")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(chosen))
    assert ask_for_folder(opened.window, tmp_path / "pictures") == tmp_path / wanted


def test_no_answer_is_none(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    assert ask_for_folder(opened.window, tmp_path / "pictures") is None
