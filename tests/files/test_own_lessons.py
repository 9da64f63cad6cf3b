"""The user's own lessons: listed behind the others, opened at their first note."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from convgui.__main__ import main
from convgui.files.documents import write_document
from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index
from convgui.files.own_lessons import CHAPTER, add_to_lessons, all_lessons, open_lesson, own_lessons
from convgui.files.user_folders import data_folder
from convgui.model.document import Document
from convgui.session import edits, notes
from tests.documents import textbook


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVGUI_DATA", str(tmp_path / "data"))


def taught() -> Document:
    first = textbook()
    given = notes.add_note(first, notes.note_here(first, "Begin", 3))
    given = edits.set_tap(given, (0, 0), 9, every_channel=False)
    given = notes.add_note(given, notes.note_here(given, "Now nine", 1, predict=True))
    return notes.with_title(given, "Taps: what/they do")


def test_there_are_none_at_first() -> None:
    assert own_lessons() == ()
    assert all_lessons() == lesson_index()


def test_an_own_lesson_is_listed_and_opens_at_its_first_note() -> None:
    path = add_to_lessons(taught())
    assert path.name == "Taps what they do.convgui"
    (listed,) = own_lessons()
    assert (listed.title, listed.chapter) == ("Taps: what/they do", CHAPTER)
    assert all_lessons()[-1] == listed
    opened = open_lesson(listed.id)
    assert opened.layer.weight[0, 0, 0, 0] == 0, "the state of the first note, not of the last"
    assert opened.view.step == 3
    assert opened.lesson is not None
    assert opened.lesson.id == listed.id
    assert [(n.text, n.predict) for n in opened.lesson.captions] == [("Begin", False), ("Now nine", True)]
    assert open_lesson("single-channel").lesson is not None


def test_the_same_title_replaces() -> None:
    add_to_lessons(taught())
    add_to_lessons(notes.remove_note(taught(), 1))
    (listed,) = own_lessons()
    lesson = open_lesson(listed.id).lesson
    assert lesson is not None
    assert len(lesson.captions) == 1


@pytest.mark.fault
def test_what_is_no_lesson_is_answered() -> None:
    with pytest.raises(LoadError, match="no title or no notes"):
        add_to_lessons(textbook())
    with pytest.raises(LoadError, match="no title or no notes"):
        add_to_lessons(notes.with_title(taught(), "  "))
    for identity in ("my:missing", "my:../../etc/passwd", "missing"):
        with pytest.raises(LoadError):
            open_lesson(identity)


@pytest.mark.fault
def test_a_damaged_lesson_stops_nothing() -> None:
    path = add_to_lessons(taught())
    (path.parent / "broken.convgui").write_bytes(b"junk")
    assert len(own_lessons()) == 1
    with pytest.raises(LoadError, match=r"broken\.convgui cannot be opened"):
        open_lesson("my:broken")


def test_the_command_line_knows_documents_and_own_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_to_lessons(taught())
    assert main(["lessons", "--json"]) == 0
    (own,) = [item for item in json.loads(capsys.readouterr().out) if item["chapter"] == CHAPTER]
    path = tmp_path / "a.convgui"
    write_document(replace(textbook(), view=replace(textbook().view, step=4)), path)
    for what, words in ((str(path), "out[1, 1] = "), (own["id"], "out[1, 0] = ")):
        assert main(["render", what, "-o", str(tmp_path / "a.svg")]) == 0
        assert words in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.fault
def test_the_command_line_says_what_is_wrong_with_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.convgui"
    path.write_bytes(b"junk")
    assert main(["render", str(path), "-o", str(tmp_path / "a.svg")]) == 2
    assert "a.convgui cannot be opened: its archive is damaged" in capsys.readouterr().err
    write_document(replace(textbook(), view=replace(textbook().view, scene="holograms")), path)
    assert main(["render", str(path), "-o", str(tmp_path / "a.svg")]) == 2
    assert "there is no scene 'holograms'" in capsys.readouterr().err


def test_the_folder_is_the_one_that_qt_would_name(tmp_path: Path) -> None:
    program = (
        "from PySide6.QtCore import QCoreApplication, QStandardPaths as P\n"
        "a = QCoreApplication([]); a.setApplicationName('convgui'); a.setOrganizationName('convgui')\n"
        "print(P.writableLocation(P.StandardLocation.AppLocalDataLocation))\n"
        "import os; os.environ.pop('CONVGUI_DATA')\n"
        "from convgui.files.user_folders import data_folder; print(data_folder())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    named, ours = (Path(line) for line in done.stdout.splitlines())
    assert named == ours
    assert data_folder() == tmp_path / "data"
