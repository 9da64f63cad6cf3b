"""Layers without weights, cell by cell: what is written against the layer's own result and against plain loops."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from convgui.draw.number import number
from convgui.draw.picture import Cells, Curves, Hit, Label, Picture, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT, Role
from convgui.files.lessons import load_lesson
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.layer import Layer
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.cells.sources import cell_data
from convgui.scenes.scene import Focus, reason_against
from tests.documents import random_document
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words
from tests.scenes.reading import chips

LAYERS: tuple[Layer, ...] = (
    Pool("max", (2, 2), (2, 2), (0, 0)),
    Pool("max", (3, 3), (2, 1), (1, 1)),
    Pool("average", (3, 2), (1, 2), (1, 1)),
    ReLU(),
    Upsample((2, 2), "nearest"),
    Upsample((2, 3), "linear"),
    PixelShuffle(2),
    ChannelShuffle(4),
)


def document(layer: Layer, size: tuple[int, ...] = (6, 7), channels: int = 8, **options: str) -> Document:
    data = np.random.default_rng(3).integers(-4, 9, (channels, *size))
    return Document(Sample(data, "test"), (layer,), View(scene="cells", options=options))


@pytest.mark.parametrize("layer", LAYERS[:-1], ids=lambda layer: layer.title)
def test_the_cells_it_lights_make_the_number_it_writes(layer: Layer) -> None:
    made = document(layer, channel="1")
    out = layer.forward(made.sample.data.astype(float))
    data = cell_data(made, 1)
    for place in np.ndindex(data.output.shape):
        i, j = int(place[0]), int(place[1])
        (rows, down), (columns, across) = data.rows.reads(i), data.columns.reads(j)
        source = data.read((i, j))[0]
        window = data.inputs[source][np.ix_(rows, columns)].astype(float)
        if isinstance(layer, Pool) and layer.kind == "max":
            value = window.max()
        elif isinstance(layer, ReLU):
            value = max(window[0, 0], 0)
        else:
            value = float((window * np.outer(down, across)).sum())
        assert value == pytest.approx(out[1, i, j])
        assert str(data.sentence((i, j))).endswith(f"= {number(float(out[1, i, j]))}")
        for row in rows:
            for column in columns:
                assert (i, j) in data.reached(source, (int(row), int(column)))


def test_the_mean_of_the_same_windows_and_both_gradients_stand_beside_a_maximum() -> None:
    lesson = load_lesson("max-pooling")
    picture, x = picture_of(lesson, 4, size=(960, 690)), lesson.sample.data[0].astype(float)
    means = x.reshape(3, 2, 3, 2).mean(axis=(1, 3))
    shown = grid(picture, "mean")
    assert [[float(t.replace("−", "-")) for t in row if t] for row in shown] == [
        pytest.approx(means[0].tolist(), abs=0.01), pytest.approx(means[1, :2].tolist(), abs=0.01), [],
    ]  # fmt: skip
    assert grid(picture, "gradient 0") == [["0", "0"], ["1", "0"]]
    assert grid(picture, "gradient 1") == [["0.25", "0.25"], ["0.25", "0.25"]]
    assert any("−2) + (−3) + 7 + 6) / 4 = 2" in text for text in words(picture))


def test_a_hidden_maximum_is_told_by_no_winner() -> None:
    lesson = load_lesson("max-pooling")
    hidden = hide_answer(picture_of(lesson, 4, size=(960, 690)), LIGHT)
    fill = {item.name: item.content.fill for item in hidden.overlay if isinstance(item, Cells)}
    before = {
        item.name: item.content.fill
        for item in picture_of(lesson, 3, size=(960, 690)).overlay
        if isinstance(item, Cells)
    }
    window = np.s_[2:4, 2:4]
    assert (fill["gradient 0"] == fill["gradient 0"][0, 0]).all()
    assert grid(hidden, "gradient 0") == [["?", "?"], ["?", "?"]]
    assert np.array_equal(fill["input 0"][window], before["input 0"][window])
    rings = [len(item.boxes) for item in hidden.overlay if isinstance(item, Rects) and item.radius > 12]
    assert max(rings) == 4


def test_what_is_written() -> None:
    lesson = load_lesson("max-pooling")
    picture = picture_of(lesson, -1)
    x = lesson.sample.data[0]
    blocks = x.reshape(3, 2, 3, 2).max(axis=(1, 3))
    assert grid(picture, "output") == [[number(float(v)) for v in row] for row in blocks]
    values = ", ".join(number(float(v)) for v in x[4:6, 4:6].ravel())
    assert picture.summary == f"out[0, 2, 2] = max({values}) = {number(float(blocks[2, 2]))}"
    relu = picture_of(document(ReLU(), channels=1), 0)
    first = int(document(ReLU(), channels=1).sample.data[0, 0, 0])
    assert relu.summary == f"out[0, 0, 0] = max(0, {number(first)}) = {max(first, 0)}"


def test_a_pixel_shuffle_takes_each_cell_from_its_channel() -> None:
    lesson = load_lesson("pixel-shuffle")
    x = lesson.sample.data
    for step, (channel, row, column) in {0: (0, 0, 0), 1: (1, 0, 0), 8: (2, 0, 0), 27: (3, 1, 1)}.items():
        value = number(float(x[channel, row, column]))
        wanted = f"out[0, {step // 8}, {step % 8}] = in[{channel}, {row}, {column}] = {value}"
        assert picture_of(lesson, step).summary == wanted


def test_channels_are_dealt_as_facts_say() -> None:
    shuffled = document(ChannelShuffle(3), channels=9)
    order = [picture_of(shuffled, step).summary.split("in[")[1].split("]")[0] for step in range(9)]
    assert order == ["0", "3", "6", "1", "4", "7", "2", "5", "8"]
    last = picture_of(shuffled, -1)
    assert sum(isinstance(item, Curves) for item in last.items) == 9
    pointed = picture_of(shuffled, 0, focus=Focus(hover=Hit("input", (3, 0, 0))))
    assert pointed.summary.startswith("out[1] = in[3]")


def test_a_dealt_channel_is_followed_from_either_side() -> None:
    """Eight in two groups come out as 0 4 1 5 2 6 3 7."""
    shuffled = document(ChannelShuffle(2))
    for kind, channel in (("input", 5), ("output", 3)):
        pointed = picture_of(shuffled, 0, focus=Focus(hover=Hit(kind, (channel, 0, 0))))
        assert pointed.summary == "out[3] = in[5]: channel 1 of group 1 of the input."


def test_a_cell_that_is_woven_goes_to_one_place_and_one_that_is_enlarged_to_several() -> None:
    at = Hit("input", (3, 1, 2))
    woven = picture_of(document(PixelShuffle(2)), focus=Focus(hover=at))
    assert re.fullmatch(r"in\[3, 1, 2\] = −?[\d.]+ goes into out\[0, 3, 5\]\.", woven.summary), woven.summary
    copied = picture_of(document(Upsample((2, 3), "nearest"), channel="3"), focus=Focus(hover=at))
    assert copied.summary == "in[3, 1, 2] goes into 6 output cells."


def test_the_channel_that_is_read_is_called_by_its_name() -> None:
    made = document(ReLU(), channels=3, channel="1")
    named = replace(made, sample=replace(made.sample, channels=("red", "green", "blue")))
    assert any("channel green" in text for text in words(picture_of(named)))


def test_a_photo_is_shown_whole() -> None:
    made = document(Upsample((2, 2), "linear"), (60, 50), 3, channel="2")
    picture = picture_of(made, 3456)
    out = made.chosen.forward(made.sample.data.astype(float))
    assert picture.summary.endswith(f"= {number(float(out[2, 34, 56]))}")
    layout = scene("cells").lay_out(scene("cells").prepare(made), made.view, Canvas(900, 640, LIGHT))
    assert scene("cells").step_of(layout, Hit("input", (0, 1, 1))) is None
    assert scene("cells").step_of(layout, Hit("output", (2, 34, 56))) == 34 * 100 + 56


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.title)
def test_every_picture_is_legible(layer: Layer) -> None:
    made = document(layer)
    for picture in moments(made):
        assert_legible(picture)
    assert_hits_return(made)


@pytest.mark.parametrize(
    "layer", [Pool("max", (2,), (2,), (0,)), ReLU(), Upsample((3,), "linear"), PixelShuffle(2), ChannelShuffle(2)]
)
def test_one_axis_is_shown_as_a_row(layer: Layer) -> None:
    picture = picture_of(document(layer, (9,)), 1)
    assert_legible(picture)


def test_it_says_why_it_does_not_apply() -> None:
    cells = scene("cells")
    assert "Slide" in reason_against(cells, random_document(1, 1, (5, 5), (3, 3)))
    assert "three" in reason_against(cells, document(ReLU(), (4, 4, 4)))
    assert "32 channels" in reason_against(cells, document(ChannelShuffle(4), (3, 3), 36))
    assert "does not fit" in reason_against(cells, document(PixelShuffle(2), (3, 3), 6))


def ringed(picture: Picture, role: Role) -> set[tuple[int, int]]:
    """Return the cells of the input that have a ring in the colour of a role."""
    cells = next(i for i in picture.items if isinstance(i, Cells) and i.name.startswith("input"))
    stroke = LIGHT.role(role).line
    rings = [i for i in picture.overlay if isinstance(i, Rects) and not i.fill and i.radius and i.stroke == stroke]
    boxes = [box for item in rings for box in item.boxes.tolist()]
    return {
        (int((y + high / 2 - cells.y) // cells.height), int((x + wide / 2 - cells.x) // cells.width))
        for x, y, wide, high in boxes
    }


def test_the_largest_of_each_window_is_ringed_and_the_first_of_equal_ones_wins() -> None:
    data = np.array([[[1, 5, 2, 2], [5, 5, 2, 2], [0, 0, 9, 1], [0, 0, 1, 9]]])
    given = Document(Sample(data, "test"), (Pool("max", (2, 2), (2, 2), (0, 0)),), View(scene="cells"))
    winners = [(0, 1), (0, 2), (2, 0), (2, 2)]
    for step, winner in enumerate(winners):
        shown = picture_of(given, step)
        assert ringed(shown, "kernel") == {winner}
        assert ringed(shown, "result") == set(winners[:step])
        cells = next(i for i in shown.items if isinstance(i, Cells) and i.name.startswith("input"))
        grey = {tuple(cell) for cell in np.argwhere((cells.content.fill == LIGHT.faint).all(axis=2)).tolist()}
        seen = {(i, j) for i, j in np.ndindex(4, 4) if (i // 2) * 2 + j // 2 <= step}
        assert grey == seen - set(winners[: step + 1])


def test_an_input_that_is_pointed_at_lights_what_it_goes_into_and_hides_the_window() -> None:
    pointed = picture_of(document(Pool("max", (3, 3), (2, 1), (1, 1))), 20, focus=Focus(hover=Hit("input", (0, 2, 3))))
    assert not ringed(pointed, "kernel")
    blue = LIGHT.role("input").line
    (lit,) = [i for i in pointed.overlay if isinstance(i, Rects) and i.stroke == blue]
    # Rows 2 r − 1 … 2 r + 1 hold row 2 for r = 1 alone; columns c − 1 … c + 1 hold column 3 for c = 2, 3, 4.
    assert len(lit.boxes) == 3


def test_the_weights_of_a_mean_stand_in_its_window() -> None:
    shown = picture_of(document(Pool("average", (2, 2), (2, 2), (0, 0)), (4, 4), 1), 1, (1440, 900))
    assert chips(shown, "window") == {(i, j): "0.25" for i in range(2) for j in range(2)}
    assert not chips(picture_of(document(ReLU(), (4, 4), 1), 1, (1440, 900)), "window")


def test_a_value_that_moves_keeps_its_colour() -> None:
    picture = picture_of(load_lesson("pixel-shuffle"), -1, (925, 645))
    grids = {i.name: i for i in picture.items if isinstance(i, Cells) and i.name}
    out, channels = grids["output"].content.fill, [grids[f"input {n}"].content.fill for n in range(4)]
    for i in range(8):
        for j in range(8):
            assert out[i, j].tolist() == channels[2 * (i % 2) + j % 2][i // 2, j // 2].tolist()
    assert [text for text in words(picture) if text.startswith("channel ")] == [f"channel {n}" for n in range(4)]


def test_only_what_is_asked_for_is_a_question() -> None:
    """Beside the maximum that is to be predicted, the mean of its window is told: (−2 − 3 + 7 + 6) / 4 = 2."""
    shown = picture_of(load_lesson("max-pooling"), 4, (1034, 677))
    hidden = hide_answer(shown, LIGHT)
    marks = [item.text for item in hidden.items if isinstance(item, Label) and "?" in item.text]
    assert sorted(marks) == ["?", "out[0, 1, 1] = max(−2, −3, 7, 6) = ?"]
    assert any(item.text.endswith("/ 4 = 2") for item in hidden.items if isinstance(item, Label))
    mean = next(item for item in shown.items if isinstance(item, Cells) and item.name == "mean")
    assert 4 * 0.6 * mean.font <= mean.width - 6


def test_numbers_beside_a_maximum_stand_apart_and_an_earlier_winner_is_a_ring_in_the_legend() -> None:
    picture = picture_of(load_lesson("max-pooling"), 4, size=(960, 690))
    again = next(i for i in (*picture.base, *picture.overlay) if isinstance(i, Cells) and i.name == "again")
    widest = max(len(text) for row in again.content.texts for text in row)
    assert again.width - 0.6 * again.font * widest >= 7
    entries = [i for i in picture.items if isinstance(i, Rects) and len(i.boxes) == 1 and i.boxes[0][2] == 16]
    assert [i.radius > 0 for i in entries] == [False, True, False, False]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((0, 1), "in[0, 0, 1] = 9 is the largest of its window: it becomes out[0, 0, 0]."),
        ((1, 0), "in[0, 1, 0] = 9 loses to an equal value of its window that comes first."),
        ((3, 3), "in[0, 3, 3] = 6 loses to 7, the largest of its window."),
    ],
)
def test_a_value_that_loses_says_to_what(cell: tuple[int, int], said: str) -> None:
    hit = Hit("input", (0, *cell))
    assert picture_of(load_lesson("max-pooling"), 0, focus=Focus(hover=hit)).summary == said


def test_a_loser_does_not_tell_the_number_that_is_asked_for() -> None:
    shown = picture_of(load_lesson("max-pooling"), 4, focus=Focus(hover=Hit("input", (0, 3, 3))))
    hidden = words(hide_answer(shown, LIGHT))
    assert "in[0, 3, 3] = 6 lies in the window of out[0, 1, 1]." in hidden
    assert not any("7" in text for text in hidden if "in[" in text)


def test_overlapping_windows_are_counted() -> None:
    data = np.array([[1, 5, 2], [0, 3, 9], [4, 1, 1]], float)
    given = Document(Sample(data[None], "grid"), (Pool("max", (2, 2), stride=(1, 1)),), View(scene="cells"))
    shown = picture_of(given, 0, focus=Focus(hover=Hit("input", (0, 0, 1))))
    assert shown.summary == "in[0, 0, 1] = 5 is the largest of 1 of the 2 windows that read it."


@pytest.mark.parametrize("size", [(924, 688), (1024, 478), (1500, 900)])
def test_what_stands_above_grids_is_whole_and_the_mean_s_sign_touches_none(size: tuple[int, int]) -> None:
    shown = picture_of(load_lesson("max-pooling"), 4, size)
    assert any(text.startswith("1 × 3 × 3") for text in words(shown))
    assert not any("…" in text for text in words(shown) if "×" in text)
    sign = [i for i in shown.items if isinstance(i, Label) and i.text == "mean" and i.anchor == "middle"]
    pills = [b for i in shown.items if isinstance(i, Rects) and i.radius > 10 for b in i.boxes.tolist()]
    grids = {i.name: i for i in shown.items if isinstance(i, Cells)}
    for said in sign:
        pill = next(b for b in pills if b[0] < said.x < b[0] + b[2] and b[1] < said.y < b[1] + b[3])
        assert pill[0] - (grids["again"].x + grids["again"].box[2]) >= 5
        assert grids["mean"].x - (pill[0] + pill[2]) >= 5


def test_a_shape_of_three_axes_has_their_letters() -> None:
    seen = words(picture_of(load_lesson("pixel-shuffle"), 0, (924, 688)))
    assert len([text for text in seen if text.endswith("  C × H × W")]) == 2
