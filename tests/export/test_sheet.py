"""The contact sheet: every lesson once, under its chapter, inside its own frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from convgui.__main__ import main
from convgui.draw.picture import Label, Picture, Rects
from convgui.draw.theme import DARK, LIGHT
from convgui.export.sheet import TILE, Tile, sheet
from convgui.files.lessons import lesson_index
from tests.scenes.checks import assert_legible

EMPTY = Picture(*TILE, LIGHT.background)
TILES = [Tile("A", f"tile {n}", f"id {n}", EMPTY) for n in range(4)] + [Tile("B", "last", "id", EMPTY)]


@pytest.mark.parametrize("columns", [1, 3, 5])
def test_tiles_stand_in_rows_and_chapters_begin_new_ones(columns: int) -> None:
    picture = sheet(TILES, DARK, "All", columns)
    assert_legible(picture)
    words = [item for item in picture.items if isinstance(item, Label)]
    places = {item.text: (item.x, item.y) for item in words}
    assert len({places[f"tile {n}"][1] for n in range(4)}) == -(-4 // columns)
    assert places["tile 0"][1] < places["B"][1] < places["last"][1]
    assert places["last"][0] == places["tile 0"][0]
    frames = [item.boxes[0] for item in picture.items if isinstance(item, Rects)]
    assert len(frames) == 5
    assert max(x + w for x, _, w, _ in frames) <= picture.width
    assert max(y + h for _, y, _, h in frames) <= picture.height


def test_all_lessons_are_on_the_sheet(tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["lessons", "--sheet", str(tmp_path / "all.svg"), "--theme", "dark"]) == 0
    text = (tmp_path / "all.svg").read_text(encoding="utf-8")
    for lesson in lesson_index():
        assert f">{lesson.id}<" in text
    few = lesson_index()[:3]
    monkeypatch.setattr("convgui.files.lessons.lesson_index", lambda: few)
    assert main(["lessons", "--sheet", str(tmp_path / "all.png"), "--columns", "8", "--scale", "0.5"]) == 0
    with Image.open(tmp_path / "all.png") as image:
        assert image.width == round((2 * 28 + 8 * (TILE[0] + 20) - 20) / 2)


@pytest.mark.fault
def test_a_sheet_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "--sheet", str(tmp_path / "all.gif")]) == 2
    assert "all.gif ends in .gif" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["lessons", "--sheet", "a.png", "--columns", "0"])
    assert caught.value.code == 2
    assert "not a number of columns" in capsys.readouterr().err
