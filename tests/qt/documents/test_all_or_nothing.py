"""Opening is all or nothing: whatever part of the window fails to show it, all that is said is about one document."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from convgui.files.documents import read_stored_document, write_document
from convgui.files.lessons import load_lesson
from tests.documents import textbook
from tests.qt.conftest import Opened

PARTS: dict[str, tuple[Callable[[Opened], object], str]] = {
    "the stack": (lambda opened: opened.window.inspector.stack, "show_document"),
    "the form": (lambda opened: opened.window.inspector.layer, "show_document"),
    "the inspector": (lambda opened: opened.window.inspector, "show_document"),
    "the status bar": (lambda opened: opened.window.status, "show_document"),
    "the tabs": (lambda opened: opened.window._scenes, "show"),
    "the caption": (lambda opened: opened.window.walk, "turn_to"),
    "the list of lessons": (lambda opened: opened.window.lessons, "show_lesson"),
    "the notes": (lambda opened: opened.window.notes, "refresh"),
    "the steps": (lambda opened: opened.window.presenter, "jump"),
    "what is asked first": (lambda opened: opened.window.presenter, "expect"),
    "the commands": (lambda opened: opened.window.commands, "refresh"),
}


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found = list[str]()
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: found.append(str(error)))
    return found


def fail(*_: object, **__: object) -> None:
    raise OverflowError("planted")


@pytest.mark.fault
@pytest.mark.parametrize("way", ["file", "lesson", "new", "again"])
@pytest.mark.parametrize("part", [*PARTS, "a listener"])
def test_title_path_caption_and_form_are_of_one_document(
    part: str, way: str, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: list[str]
) -> None:
    window, path = opened.window, tmp_path / "five.convgui"
    document = textbook(stride=2, padding=2)
    write_document(document, path)
    window.filing.begin(document)
    window.filing.clean(document)
    if part == "a listener":
        window.session._listeners.insert(0, fail)
    else:
        owner, name = PARTS[part]
        monkeypatch.setattr(owner(opened), name, fail)
    match way:
        case "file":
            window.open_file(path)
            opened.bot.waitUntil(lambda: window.filing.path is not None)
            title = "five.convgui"
        case "lesson":
            window.open_lesson("multi-channel-sum")
            title = load_lesson("multi-channel-sum").lesson.title  # type: ignore[union-attr]
        case "new":
            window.filing.new()
            title = window.session.document.sample.name
        case _:
            window.filing.take(path, read_stored_document(path))
            title = "five.convgui"
    shown = window.session.document
    assert window.windowTitle().startswith(f"{title}[*]")
    assert not window.filing.modified
    assert window.filing.path == (path if "five" in title else None)
    if part not in ("the inspector", "the form"):
        assert tuple(box.value() for box in window.inspector.layer.stride.boxes) == shown.layer.spec.stride
    if part not in ("the caption", "the steps", "what is asked first"):
        captions = shown.lesson.captions if shown.lesson is not None else ()
        assert window.caption.isVisible() == bool(captions)
    if part != "the status bar":
        assert window.status.cost.text() == f"{shown.chosen.multiply_adds(shown.input_shape)} multiply-adds"
    assert set(faults) <= {"planted"}
    if part == "a listener":
        window.session._listeners.remove(fail)
    monkeypatch.undo()
