"""The page's script, run by Qt's engine on stand-ins for what a browser gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtQml import QJSEngine

from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.model.document import Document
from tests.export.page.test_page import held, written

BROWSER = """
function Part() { this.on = {}; this.style = {}; this.said = {}; this.value = ""; this.textContent = "";
  this.innerHTML = ""; this.hidden = false; this.disabled = false; }
Part.prototype.addEventListener = function (name, run) { this.on[name] = run; };
Part.prototype.setAttribute = function (name, value) { this.said[name] = value; };
Part.prototype.getBoundingClientRect = function () { return { left: 10, top: 20, width: 500, height: 300 }; };
Part.prototype.focus = function () {};
var parts = {}, document = new Part(), window = { matchMedia: function () { return new Part(); } };
var location = { hash: "" }, ticking = null;
function HTMLButtonElement() {}
function setInterval(run) { ticking = run; return 1; }
function clearInterval() { ticking = null; }
document.getElementById = function (id) { return parts[id] || (parts[id] = new Part()); };
document.documentElement = { classList: { add: function () {} } };
"""


class Browser:
    """A page that was opened."""

    def __init__(self, page: str) -> None:
        self.data = held(page)
        self._engine = QJSEngine()
        self.run(BROWSER)
        self.run(f"document.getElementById('data').textContent = {json.dumps(json.dumps(self.data))}")
        self.run(resource("page", "page.js").read_text("utf-8"))

    def run(self, code: str) -> Any:
        found: Any = self._engine.evaluate(code)
        assert not found.isError(), found.toString()
        return found.toVariant()

    def part(self, name: str, what: str = "textContent") -> Any:
        return self.run(f"parts[{name!r}].{what}")

    def key(self, name: str) -> None:
        self.run(f"document.on.keydown({{ key: {name!r}, target: {{}}, preventDefault: function () {{}} }})")

    def point(self, kind: str, row: int, column: int, event: str = "pointermove") -> str:
        """Point at a cell where it is drawn now; returns what is said of it."""
        at = self.run("+parts.slider.value")
        grid = next(g for g in self.data["moments"][int(at)]["grids"] if g[0] == kind)
        _, _, left, top, width, height, _, origin = grid
        x, y = left + (column - origin[1] + 0.5) * width, top + (row - origin[0] + 0.5) * height
        wide, high = self.data["size"]
        place = f"clientX: {10 + x / wide * 500}, clientY: {20 + y / high * 300}"
        self.run(f"parts.stage.on.{event}({{ {place} }})")
        return str(self.part("tip"))

    @property
    def marks(self) -> int:
        return str(self.part("over", "innerHTML")).count("<rect")


@pytest.fixture(autouse=True)
def _application() -> Iterator[None]:
    app = QCoreApplication.instance() or QCoreApplication([])
    yield
    del app


def opened(document: Document, folder: Path) -> Browser:
    return Browser(written(document, folder))


def test_keys_step_through_all_moments_and_stop_at_the_ends(tmp_path: Path) -> None:
    page = opened(load_lesson("single-channel"), tmp_path)
    assert page.part("where") == "step 0 of 0 … 8"
    assert page.part("back", "disabled") is True
    seen = [page.part("caption")]
    for _ in range(len(page.data["moments"]) + 3):
        page.key("ArrowRight")
        seen.append(page.part("caption"))
    lesson = load_lesson("single-channel").lesson
    assert lesson is not None
    assert list(dict.fromkeys(seen)) == [caption.text for caption in lesson.captions]
    assert page.part("on", "disabled") is True
    page.key("Home")
    assert page.part("caption") == lesson.captions[0].text


def test_a_drawing_is_the_moments_own(tmp_path: Path) -> None:
    page = opened(load_lesson("single-channel"), tmp_path)
    for _ in range(4):
        page.key("ArrowRight")
    drawn = str(page.part("picture", "innerHTML"))
    assert ">10</text>" in drawn, "the output of step 3 is made"
    page.key("ArrowLeft")
    assert ">10</text>" not in str(page.part("picture", "innerHTML")).replace(">10</tspan>", "")


def test_a_number_is_predicted_and_then_told(tmp_path: Path) -> None:
    page = opened(load_lesson("single-channel"), tmp_path)
    while page.part("question", "hidden"):
        page.key("ArrowRight")
    asked = str(page.part("picture", "innerHTML"))
    page.run("parts.number.value = '3'; parts.question.on.submit({ preventDefault: function () {} })")
    assert page.part("verdict") == "Not quite. Try again, or reveal it."
    assert page.part("picture", "innerHTML") == asked
    page.run("parts.number.value = '10,0'; parts.question.on.submit({ preventDefault: function () {} })")
    assert page.part("verdict") == "That is right."
    assert page.part("picture", "innerHTML") != asked
    page.key("ArrowLeft")
    page.key("ArrowRight")
    assert page.part("question", "hidden") is True, "it is not asked again"


def test_while_a_number_is_asked_for_pointing_does_not_tell_it(tmp_path: Path) -> None:
    page = opened(load_lesson("single-channel"), tmp_path)
    while page.part("question", "hidden"):
        page.key("ArrowRight")
    assert page.point("output", 1, 0) == "out[1, 0]"
    page.run("parts.reveal.on.click()")
    assert page.point("output", 1, 0).endswith(" = 10")


def test_pointing_ties_cells_in_both_directions(tmp_path: Path) -> None:
    """Of the book's 5 × 5: the middle cell goes into all nine outputs, a corner into one."""
    page = opened(load_lesson("single-channel"), tmp_path)
    assert page.point("input", 2, 2) == "in[2, 2] = 2 goes into 9 outputs"
    assert page.marks == 10
    assert page.point("input", 0, 0) == "in[0, 0] = 3 goes into 1 output"
    assert page.point("output", 0, 1) == "out[0, 1] = 3·0 + 2·1 + 1·2 + 0·2 + 1·2 + 3·0 + 1·0 + 2·1 + 2·2 = 12"
    assert page.marks == 10
    assert page.point("kernel", 0, 2) == "in[0, 2] · w[0, 2] = 2 · 2 = 4"
    assert page.point("product", 0, 2) == "in[0, 2] · w[0, 2] = 2 · 2 = 4"
    page.point("input", 2, 2, "click")
    assert page.point("input", 0, 0).startswith("in[2, 2]"), "what is pinned stays"
    page.key("Escape")
    assert page.part("tip") == ""


def test_playing_goes_on_to_a_question_and_waits_there(tmp_path: Path) -> None:
    page = opened(load_lesson("single-channel"), tmp_path)
    page.key(" ")
    for _ in range(30):
        if page.run("ticking !== null"):
            page.run("ticking()")
    assert page.part("question", "hidden") is False
    assert page.part("play", "textContent") == "▶"
