"""A page holds every moment as the program draws it, and nothing from elsewhere; its script runs as in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Generator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from convgui.draw.svg import markup
from convgui.export.atomic_write import ExportError
from convgui.export.page import moments
from convgui.export.page.differences import applied
from convgui.export.page.moments import walk
from convgui.export.page.page import SIZE, THEMES, write_page
from convgui.files.lessons import load_lesson
from convgui.model.document import Caption, Document, Lesson
from convgui.scenes import scene
from tests.documents import random_document

MEGABYTE = 1_000_000


def written(document: Document, folder: Path) -> str:
    path = folder / "page.html"
    for _ in write_page(document, path):
        pass
    return path.read_text("utf-8")


def held(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


class Seen(HTMLParser):
    """What a browser finds in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.script, self._inside = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = ("src", "href", "xlink:href", "action", "srcdoc", "data")
        self.loaded += [value or "" for name, value in attrs if name in names or name.startswith("on")]
        self._inside = tag == "script" and not attrs

    def handle_data(self, data: str) -> None:
        self.script += data if self._inside else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


@pytest.mark.parametrize("identity", ["single-channel", "transposed-2-5", "padding-modes", "unit-sees"])
def test_every_moment_is_what_the_program_draws(identity: str, tmp_path: Path) -> None:
    document, last = load_lesson(identity), list[int]()
    data, walked = held(written(document, tmp_path)), walk(document, SIZE, THEMES)
    assert len(data["moments"]) == len(walked.moments)
    for told, moment in zip(data["moments"], walked.moments, strict=True):
        state = walked.states[moment.state]
        versions = [("lines", state.pictures(moment.step))]
        if moment.asked:
            versions.insert(0, ("hidden", state.pictures(moment.step, hidden=True)))
            assert told["answer"] not in told["asks"]
        for name, pictures in versions:
            last = applied(last, told[name])
            for variant, picture in enumerate(pictures):
                lines = [data["lines"][n] for n in last]
                assert [line[min(variant, len(line) - 1)] for line in lines] == markup(picture)


@pytest.mark.parametrize("identity", ["kernel-stride-padding", "overlap-stride-2"])
def test_a_grid_lesson_is_under_a_megabyte(identity: str, tmp_path: Path) -> None:
    assert len(written(load_lesson(identity), tmp_path).encode()) < MEGABYTE


@pytest.mark.parametrize("identity", ["sobel-photo", "three-edges"])
def test_a_photo_lesson_is_under_four(identity: str, tmp_path: Path) -> None:
    assert len(written(load_lesson(identity), tmp_path).encode()) < 4 * MEGABYTE


def test_nothing_is_fetched_and_only_its_own_script_runs(tmp_path: Path) -> None:
    page = written(load_lesson("sobel-photo"), tmp_path)
    seen = Seen(page)
    assert all(value.startswith("data:image/png;base64,") for value in seen.loaded), "no address, no handler"
    assert seen.tags.count("script") == 2
    assert "link" not in seen.tags
    assert not re.search(r"url\((?!data:|#)", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(seen.script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]


def test_words_of_a_document_are_no_markup(tmp_path: Path) -> None:
    bad = "</script><img src=x onerror=alert(1)>&amp;\"'\u2028"
    lesson = Lesson("", bad, bad, (Caption(bad, 0), Caption("b", 2)), source=bad)
    document = replace(load_lesson("single-channel"), lesson=lesson)
    document = replace(document, sample=replace(document.sample, name=bad, channels=(bad,)))
    page = written(document, tmp_path)
    seen = Seen(page)
    assert "img" not in seen.tags
    assert seen.loaded == []
    assert seen.tags.count("script") == 2
    assert held(page)["captions"][0]["text"] == bad


def test_a_document_without_words_is_stepped_and_of_many_steps_some_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = replace(load_lesson("single-channel"), lesson=None)
    data = held(written(document, tmp_path))
    assert [m["step"] for m in data["moments"]] == list(range(9))
    assert data["captions"] == []
    monkeypatch.setattr(moments, "MOST", 20)
    photo, path, told = replace(load_lesson("sobel-photo"), lesson=None), tmp_path / "many.html", list[str]()

    def followed() -> Generator[float, None, None]:
        told.append((yield from write_page(photo, path, (300, 200))))

    assert max(followed()) == pytest.approx(0.95)
    steps = [m["step"] for m in held(path.read_text("utf-8"))["moments"]]
    assert 15 < len(steps) <= 21
    assert steps[-1] == scene("slide").steps(walk(photo, (300, 200), THEMES).states[0].prepared) - 1
    assert told[0].startswith("Of ")
    # A lesson with more words than a page holds says so.
    many = replace(document, lesson=Lesson("", "Long", "Tests", tuple(Caption(str(n), n % 9) for n in range(60))))
    told.clear()

    def followed_lesson() -> Generator[float, None, None]:
        told.append((yield from write_page(many, path, (300, 200))))

    assert max(followed_lesson()) == pytest.approx(0.95)
    assert re.fullmatch(r"The page ends after 20 moments: [0-9]+ of the lesson's sentences are not on it\.", told[0])


def test_what_a_scene_cannot_show_is_said(tmp_path: Path) -> None:
    document = random_document(1, 1, (4, 4, 4), (2, 2, 2))
    document = replace(document, view=replace(document.view, scene="overlap"))
    with pytest.raises(ExportError, match="transposed"):
        written(document, tmp_path)
    assert not (tmp_path / "page.html").exists()


def test_half_a_character_of_a_title_is_written_as_none(tmp_path: Path) -> None:
    """JSON may hold one; no file takes it."""
    document = load_lesson("single-channel")
    assert document.lesson is not None
    page = written(replace(document, lesson=replace(document.lesson, title="a\ud800\x00b")), tmp_path)
    assert "<h1>a\ufffd\ufffdb</h1>" in page
