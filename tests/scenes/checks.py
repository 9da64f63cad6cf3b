"""What every picture has to be: legible, inside its canvas, without texts that collide. Read from its items alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Cells, Label, Picture, Raster, Rects
from convgui.draw.theme import THEMES
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, note, reason_against
from tests.scenes.reading import beside_number

SIZES = ((880, 640), (510, 430), (1500, 900))


def label_box(label: Label) -> Box:
    width = sum(text_width(run.text, label.size, mono=label.mono, bold=run.bold) for run in label.runs)
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return (left, label.y - 0.74 * label.size, width, 0.94 * label.size)


def overlap(a: Box, b: Box) -> bool:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across > 0.5 and down > 0.5


def labels(picture: Picture) -> list[Label]:
    return [item for item in picture.items if isinstance(item, Label) and item.text.strip()]


def words(picture: Picture) -> list[str]:
    return [label.text for label in labels(picture)]


def grid(picture: Picture, name: str) -> list[list[str]]:
    """The texts that are seen in the grid whose name begins like this; the topmost one counts."""
    found = [item for item in picture.items if isinstance(item, Cells) and item.name.startswith(name)]
    assert found, name
    return [list(row) for row in found[-1].shown_texts()]


def hidden(picture: Picture, cells: Cells) -> bool:
    """Whether a grid is drawn anew in its very place, above."""
    above = picture.items[picture.items.index(cells) + 1 :]
    return any(isinstance(item, Cells) and item.box == cells.box and item.empty[3] == 255 for item in above)


def backed(picture: Picture, image: Raster, box: Box) -> bool:
    """Whether a label on an image stands on a card of its own."""
    above = picture.items[picture.items.index(image) + 1 :]
    cards = [card for i in above if isinstance(i, Rects) and i.fill == picture.background for card in i.boxes.tolist()]
    x, y, wide, high = box
    return any(a <= x and x + wide <= a + c and b <= y and y + high <= b + d for a, b, c, d in cards)


def assert_legible(picture: Picture) -> None:
    """No label outside the canvas, on another label or on a grid's numbers; no font below 8 px; a true minus sign."""
    texts = labels(picture)
    boxes = [(label, label_box(label)) for label in texts]
    for label, (x, y, width, height) in boxes:
        assert label.size >= 8, label.text
        inside = x >= -0.5 and y >= -0.5 and x + width <= picture.width + 0.5 and y + height <= picture.height + 0.5
        assert inside, (label.text, x, y, width, height)
        assert not any(c == "-" and label.text[i + 1 : i + 2].isdigit() for i, c in enumerate(label.text)), label.text
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not overlap(a, b), (one.text, other.text)
    for item in picture.items:
        if isinstance(item, Raster):
            assert not any(overlap(box, item.box) and not backed(picture, item, box) for _, box in boxes), item.name
        if not isinstance(item, Cells) or hidden(picture, item):
            continue
        if item.content.texts:
            assert item.font >= 8, item.name
            longest = max(len(text) for row in item.content.texts for text in row)
            assert longest * 0.6 * item.font <= item.width, item.name
        x, y, width, height = item.box
        assert x >= -1, item.name
        assert y >= -1, item.name
        assert x + width <= picture.width + 1, item.name
        assert y + height <= picture.height + 1, item.name
        for label, box in boxes:
            ends = (box[0], box[1], box[0] + box[2], box[1] + box[3])
            clear = not overlap(box, item.box) or item.name == "" or beside_number(item, ends)
            assert clear, (label.text, item.name)
    assert picture.summary


def picture_of(
    document: Document,
    step: float = 0,
    size: tuple[float, float] = SIZES[0],
    theme: str = "light",
    focus: Focus | None = None,
    captions: bool = True,
    options: Mapping[str, str] | None = None,
) -> Picture:
    """Draw a document as the window does; options replace the document's own where any are given."""
    if options:
        document = document.with_view(replace(document.view, options=options))
    chosen = scene(document.view.scene)
    assert reason_against(chosen, document) == ""
    prepared = chosen.prepare(document if chosen.reads_stack else chosen_layer_input(document))
    below = note(chosen, document, Canvas(*size, THEMES[theme], captions))
    layout = chosen.lay_out(prepared, document.view, below.room)
    return below.below(chosen.picture(layout, step % chosen.steps(prepared), focus or Focus()))


def moments(document: Document) -> Iterator[Picture]:
    """Draw some steps at each size, under the options that the lesson's captions choose.

    Every step of every lesson in both themes is drawn at `SIZES[0]` by test_lessons, so that is left out for lessons.
    """
    lesson = document.lesson
    chosen = [dict(document.view.options)]
    for caption in lesson.captions if lesson else ():
        options = {**document.view.options, **caption.options}
        chosen += [options] if options not in chosen else []
    found = scene(document.view.scene)
    for options in chosen:
        shown = document.with_view(replace(document.view, options=options))
        prepared = found.prepare(shown if found.reads_stack else chosen_layer_input(shown))
        steps = found.steps(prepared)
        for size in SIZES if lesson is None else SIZES[1:]:
            layout = found.lay_out(prepared, shown.view, Canvas(*size, THEMES["dark"]))
            for step in sorted({0, steps // 3, steps // 2, steps - 1}):
                yield found.picture(layout, float(step), Focus())


def assert_hits_return(document: Document, options: Mapping[str, str] | None = None) -> None:
    """Pointing at the middle of every box that can be hit gives that box back, and draws."""
    if options:
        document = document.with_view(replace(document.view, options=options))
    chosen = scene(document.view.scene)
    prepared = chosen.prepare(document if chosen.reads_stack else chosen_layer_input(document))
    layout = chosen.lay_out(prepared, document.view, Canvas(*SIZES[0], THEMES["light"]))
    for hits in chosen.picture(layout, 0.0, Focus()).hits:
        for row, column in {(0, 0), (hits.shape[0] // 2, hits.shape[1] // 2), (hits.shape[0] - 1, hits.shape[1] - 1)}:
            x, y = hits.x + (column + 0.5) * hits.width, hits.y + (row + 0.5) * hits.height
            y += hits.slope * (x - hits.x)
            hit = hits.hit(x, y)
            assert hit is not None
            left, top, width, height = hits.box(hit.index)
            assert left <= x <= left + width
            assert top <= y <= top + height
            pointed = chosen.picture(layout, 0.0, Focus(hover=hit))
            assert_legible(pointed)
            assert chosen.picture(layout, 0.0, Focus(pinned=hit)).summary == pointed.summary
