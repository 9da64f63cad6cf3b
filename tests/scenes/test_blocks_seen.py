"""What stands in front of what in Blocks and Network: nothing tints cells, fades half a thing, or hides a zero."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw.colour import luminance
from convgui.draw.picture import Cells, Label, Lines, Polygons, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.scenes import scene
from convgui.scenes.blocks import solid
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.session.walking import caption_document
from tests.scenes.checks import label_box, picture_of

SIZES = [(924, 637), (1154, 570)]


@pytest.mark.parametrize("size", SIZES)
def test_between_its_windows_the_filter_tints_no_cell(size: tuple[int, int]) -> None:
    picture = picture_of(load_lesson("many-filters"), 1, size)
    sheets = [item for item in picture.items if isinstance(item, Cells) and item.name.startswith("input")]
    lit = [
        item for item in picture.overlay if isinstance(item, Polygons) and item.fill is not None and item.fill[3] < 255
    ]
    quads = [quad for item in lit for quad in np.asarray(item.corners)]
    assert len(quads) == len(sheets) - 1
    for quad in quads:
        for sheet in sheets:
            left, right = sheet.x, sheet.x + sheet.box[2]
            assert quad[:, 0].max() <= left + 0.1 or quad[:, 0].min() >= right - 0.1


@pytest.mark.parametrize("size", SIZES)
def test_where_one_filter_is_spoken_of_nothing_is_faded_in_part(size: tuple[int, int]) -> None:
    """No name is half in the fog, and the lengths of the axes, which are of all channels, stand in front of it."""
    document = caption_document(load_lesson("many-filters"), 0)
    shown = scene("blocks")
    layout = shown.lay_out(shown.prepare(document), document.view, Canvas(*size, LIGHT))
    picture = shown.picture(layout, document.view.step, Focus())
    fogs = [n for n, item in enumerate(picture.items) if isinstance(item, Rects) and item.fill and item.fill[3] < 255]
    assert len(fogs) == 1
    fog = picture.items[fogs[0]]
    assert isinstance(fog, Rects)
    for item in picture.items[: fogs[0]]:
        if isinstance(item, Label) and item.text in ("R", "G", "B", "filter 1", "filter 3"):
            _, y, _, high = label_box(item)
            inside = [top <= y + 2 and y + high - 2 <= top + tall for _, top, _, tall in fog.boxes]
            outside = [y + high - 3 <= top or top + tall <= y + 3 for _, top, _, tall in fog.boxes]
            assert any(inside) or all(outside), item.text
    front = picture.items[fogs[0] :]
    assert {"C = 4", "H = 3", "W = 3"} <= {item.text for item in front if isinstance(item, Label)}
    assert any(isinstance(item, Lines) for item in front)


def test_a_zero_on_a_side_in_the_shade_is_still_white() -> None:
    stands = solid.Solid(100.0, 100.0, 40.0, 20.0, (2, 3, 3))
    values = np.array([np.eye(3), np.zeros((3, 3))])
    items = solid.draw(stands, values, LIGHT, "input", 1.0, "input", "input")
    fills = [item.fill for item in items if isinstance(item, Polygons) and item.fill is not None]
    shades = np.array([fill[:3] for fill in fills if max(fill[:3]) - min(fill[:3]) < 8], dtype=float)
    assert len(shades) == 2, "of the top and of the right side"
    assert float(luminance(shades).min()) > 0.7


@pytest.mark.parametrize(
    ("caption", "growth"),
    [(0, "field 3 × 3 of 64 × 64"), (2, "field 3 → 4 → 8 of 64"), (4, "field 3 → 4 → 8 → 12 of 64")],
)
def test_how_a_field_grew_is_written_and_drawn(caption: int, growth: str) -> None:
    document = caption_document(load_lesson("unit-sees"), caption)
    shown = scene("network")
    layout = shown.lay_out(shown.prepare(document), document.view, Canvas(924, 637, LIGHT))
    picture = shown.picture(layout, document.view.step, Focus())
    assert growth in {item.text for item in picture.items if isinstance(item, Label)}
    wanted = [int(side) for side in growth.removeprefix("field ").split(" of ")[0].replace("×", "→").split(" → ")]
    steps = sorted(set(wanted))
    frames = [item.boxes[0] for item in picture.items if isinstance(item, Rects) and item.width == 1.4]
    drawn = [round(float(box[2]) / (0.14 * 884) * steps[-1]) for box in frames]
    assert len(frames) == len(steps) - 1
    assert len(set(drawn)) == len(drawn)
