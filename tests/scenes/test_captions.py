"""What captions say is true: each number that they name is computed anew, from the lesson's own input and weights.

The lessons are read from their files, and computed by NumPy from definitions; nothing here asks the product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, times
from convgui.draw.picture import Cells, Label, Picture, Polygons
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.layers.convolution import Convolution
from convgui.model.document import Caption, Document
from convgui.model.flow import value_of
from convgui.session.walking import alike, caption_document
from convgui.words import tr
from tests.scenes.checks import picture_of

IDS = [lesson.id for lesson in lesson_index()]
Array: TypeAlias = NDArray[np.float64]
LINES, ROOM, SIZE = 2, 740, 13
"""What the bar has for a sentence in a window of 1440 x 900 with both panels."""


slid_over: Any = sliding_window_view
"""Older stubs of NumPy know one axis alone."""


def written(lesson: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((resource("lessons") / f"{lesson}.json").read_text(encoding="utf-8"))
    return content


def given(lesson: str) -> tuple[Array, Array]:
    """Input (channels, rows, columns) and weights of the first layer, where both stand in the file."""
    content = written(lesson)
    x, w = (np.array(part, dtype=float) for part in (content["sample"]["grid"], content["layers"][0]["weight"]))
    return (x[None] if x.ndim == 2 else x), (w[None, None] if w.ndim == 2 else w)


def correlate(x: Array, w: Array) -> Array:
    """What lies under the window, times the weights, added: at every place where the window lies inside."""
    found: Array = np.einsum("...ij,ij->..." if w.ndim == 2 else "...hij,hij->...", sliding_window_view(x, w.shape), w)
    return found


def valid(x: Array, w: Array, pad: int = 0) -> Array:
    """One filter: the sum over channels of the correlations."""
    found: Array = np.sum([correlate(np.pad(c, pad), k) for c, k in zip(x, w, strict=True)], axis=0)
    return found


def said(lesson: str, index: int) -> str:
    return str(written(lesson)["captions"][index]["text"]).replace(MINUS, "-")


def step(lesson: str, index: int) -> int:
    return int(written(lesson)["captions"][index]["step"])


def claims(lesson: str, index: int, *numbers: float) -> None:
    """The caption names these numbers, each as a number of its own."""
    text = said(lesson, index)
    for number in numbers:
        digits = re.escape(f"{number:,g}").replace(",", "[,\u2009]?")
        assert re.search(rf"(?<![\d.-]){digits}(?!\d|\.\d)", text), (number, text)


def asking() -> list[tuple[str, int]]:
    return [(i, n) for i in IDS for n, caption in enumerate(written(i)["captions"]) if caption.get("predict")]


# What every caption is.


@pytest.mark.parametrize("lesson", IDS)
def test_every_caption_is_short_and_plain(lesson: str) -> None:
    for caption in written(lesson)["captions"]:
        text = caption["text"]
        assert text_width(text, SIZE) <= LINES * ROOM * 0.96, text
        assert ("redict" in text) is caption.get("predict", False), text
        assert not re.search(r"speak against|taken twice|derivative|\bfirst row\b|\bfirst filter\b", text), text


def test_at_least_eight_lessons_ask_before_they_tell() -> None:
    assert len({lesson for lesson, _ in asking()}) >= 8


def moment(lesson: str, index: int) -> tuple[Document, Caption]:
    document = load_lesson(lesson)
    assert document.lesson is not None
    return caption_document(document, index), document.lesson.captions[index]


def readable(picture: Picture) -> list[str]:
    texts = [item.text for item in picture.items if isinstance(item, Label)]
    texts += [t for i in picture.items if isinstance(i, Cells) for row in i.shown_texts() for t in row]
    return [*texts, picture.summary]


@pytest.mark.parametrize(("lesson", "index"), asking())
def test_what_is_asked_is_told_by_the_next_caption_and_by_nothing_before(lesson: str, index: int) -> None:
    document, caption = moment(lesson, index)
    picture = picture_of(document, caption.step)
    answer = picture.answer
    assert answer
    # What other layers make at the same step tells nothing.
    alike_before = [n for n in range(index) if alike(moment(lesson, n)[0], document)]
    after, earlier = moment(lesson, index + 1)[1], [moment(lesson, n)[1] for n in alike_before]
    assert after.step == caption.step
    assert after.text.startswith(tr("It is")), after.text
    assert re.match(rf"It is {re.escape(answer)}\b", after.text), (answer, after.text)
    assert f"It is {answer}" not in caption.text
    assert all(moment.step != caption.step or moment.options != caption.options for moment in earlier)
    # What is left is what a reader computes from: no line ends in the answer, and the newest cell is a question.
    hidden = hide_answer(picture, LIGHT)
    assert "?" in readable(hidden)
    assert not any(re.search(rf"= ?{re.escape(answer)}$", text) for text in readable(hidden))
    assert not any(isinstance(item, Polygons) and item.making for item in hidden.items)
    for item in hidden.items:
        assert not isinstance(item, Cells) or not item.making


def test_the_top_of_a_block_shows_no_colour_of_a_hidden_number() -> None:
    """Row 0 of the output is seen from above as well: without the number, it looks as it did a step before."""
    document, _ = moment("filter-slides-2d", 0)

    def faces(picture: Picture) -> set[tuple[Any, ...]]:
        found = (item for item in picture.overlay if isinstance(item, Polygons) and item.stroke is not None)
        return {(p.fill, tuple(np.round(quad, 3).ravel())) for p in found for quad in p.corners}

    for number in range(9):
        full = picture_of(document, number)
        hidden = hide_answer(full, LIGHT)
        before = set(faces(picture_of(document, number - 1))) if number else faces(hidden)
        assert faces(hidden) <= before | faces(hidden)
        colours = {fill for fill, _ in faces(full) - faces(hidden)}
        # Row 0 lies on top, column 2 at the right side: the newest cell of these has a colour of its own there.
        assert bool(colours) is (number < 3 or number % 3 == 2) or full.answer == "0", number


# What single captions say, by lesson: computed.

CASES: dict[str, Callable[[], None]] = {}


def case(lesson: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def keep(function: Callable[[], None]) -> Callable[[], None]:
        CASES[lesson] = function
        return function

    return keep


@pytest.mark.parametrize("lesson", CASES)
def test_what_the_captions_say_is_true(lesson: str) -> None:
    CASES[lesson]()


@case("single-channel")
def _() -> None:
    x, w = given("single-channel")
    out = valid(x, w[0])
    claims("single-channel", 0, out[0, 0])
    claims("single-channel", 1, out[0, 1])
    products = (x[0, 1:4, 0:3] * w[0, 0]).ravel()
    claims("single-channel", 3, out[1, 0], *products[products != 0])
    assert np.count_nonzero(products) == 3
    assert divmod(step("single-channel", 2), 3) == (1, 0)
    assert out.shape == (3, 3)


@case("multi-channel-apart")
def _() -> None:
    x, w = given("multi-channel-apart")
    parts = [correlate(c, k) for c, k in zip(x, w[0] if w.ndim == 4 else w, strict=True)]
    for index in range(3):
        claims("multi-channel-apart", index, parts[index][0, 0])
        assert step("multi-channel-apart", index) == 9 * index


@case("multi-channel-sum")
def _() -> None:
    x, w = given("multi-channel-sum")
    parts = np.array([correlate(c, k) for c, k in zip(x, w[0] if w.ndim == 4 else w, strict=True)])
    flat, total = parts.reshape(3, -1), parts.sum(0).ravel()
    for index in (0, 1, 3):
        claims("multi-channel-sum", index, *flat[:, step("multi-channel-sum", index)])
    claims("multi-channel-sum", 0, total[0])
    claims("multi-channel-sum", 2, total[4])
    claims("multi-channel-sum", 3, total[8])


@case("filter-slides-2d")
def _() -> None:
    x, w = given("filter-slides-2d")
    parts = [correlate(c, k)[0, 2] for c, k in zip(x, w[0] if w.ndim == 4 else w, strict=True)]
    assert parts == [1, -2, 3]
    claims("filter-slides-2d", 3, sum(parts), 1, 3)


@case("many-filters")
def _() -> None:
    _, w = given("many-filters")
    assert w.shape == (4, 3, 3, 3)
    claims("many-filters", 2, *w.shape[:2], w.shape[0] * w.shape[1], w.size)
    assert "without groups" in said("many-filters", 3)


@case("one-by-one")
def _() -> None:
    x, w = given("one-by-one")
    column, row = x[:, 0, 1], w.reshape(3, 6)[0]
    assert " ".join(f"{v:g}" for v in column) in said("one-by-one", 1)
    assert " ".join(f"{v:g}" for v in row) in said("one-by-one", 1)
    claims("one-by-one", 2, column @ row)


@case("one-by-one-photo")
def _() -> None:
    document = load_lesson("one-by-one-photo")
    matrix = np.array(written("one-by-one-photo")["layers"][0]["weight"], dtype=float).reshape(6, 3)
    claims("one-by-one-photo", 1, *matrix[0])
    # Luma is taken from blue and from red: the other weights are those of luma, up to scale.
    for weights, channel in ((matrix[1], 2), (matrix[2], 0)):
        own = np.eye(3)[channel]
        np.testing.assert_allclose(weights, (own - matrix[0]) * weights[channel] / (1 - matrix[0, channel]), atol=0.002)
    two = np.array(written("one-by-one-photo")["captions"][2]["layers"][0]["weight"], dtype=float).reshape(2, 3)
    assert two.tolist() == matrix[1:3].tolist()
    assert np.abs(two @ np.ones(3)).max() < 0.001, "grey is nothing to them"
    row, column = divmod(step("one-by-one-photo", 3), 512)
    pixel = document.sample.data[:, row, column].astype(float)
    values = matrix @ pixel
    claims("one-by-one-photo", 3, round(values[1]), round(values[2]))
    assert values[1] < 0 < values[2]


@case("frequency-box")
def _() -> None:
    response = np.fft.fft(np.ones(3) / 3, 64) * np.exp(2j * np.pi * np.arange(64) / 64)
    assert response[0].real == pytest.approx(1)
    assert response[16].real == pytest.approx(1 / 3)
    assert response[32].real == pytest.approx(-1 / 3)
    near = step("frequency-box", 3)
    claims("frequency-box", 3, round(64 / near, 3), round(abs(response[near]), 3))
    assert min(range(1, 33), key=lambda n: abs(response[n])) == near
    assert written("frequency-box")["captions"][4]["layers"][0]["weight"][0][0] == 1 / 16
    gauss = (np.fft.fft([0.25, 0.5, 0.25], 64) * np.exp(2j * np.pi * np.arange(64) / 64)).real[:33]
    assert (np.diff(gauss) <= 1e-12).all()
    assert gauss.min() > -1e-12


@case("kernel-stride-padding")
def _() -> None:
    x, w = given("kernel-stride-padding")
    name = "kernel-stride-padding"
    same, inside, full = (valid(x, w[0], pad) for pad in (1, 0, 2))
    assert [f"{o.shape[0]} × {o.shape[1]}" in said(name, n) for n, o in enumerate((same, inside, full))] == [True] * 3
    wide = np.array(written(name)["captions"][3]["layers"][0]["weight"], dtype=float)
    assert wide.shape == (5, 5)
    assert valid(x, wide[None], written(name)["captions"][3]["layers"][0]["padding"]).shape == (3, 3)
    assert valid(x, wide[None], 2).shape == x[0].shape
    claims(name, 3, 5, 2)
    strided = same[::2, ::2]
    claims(name, 5, strided[0, step(name, 5)])
    assert strided.shape == (3, 3)
    assert inside[::2, ::2].shape == (2, 2)
    # What the words say of the layer is so in the layer itself, which the inspector shows.
    sizes = ("5 × 5", "3 × 3", "7 × 7", "3 × 3", "3 × 3", "3 × 3", "5 × 5", "2 × 2")
    for n, size in enumerate(sizes):
        about = caption_document(load_lesson(name), n)
        assert about.view.options["padding"] == about.view.options["stride"] == "layer"
        assert times(*about.shapes[-1][-2:]) == size
    (shown,) = [
        i
        for i in picture_of(caption_document(load_lesson(name), 6), -1).items
        if isinstance(i, Cells) and i.name.startswith("output") and len(i.content.texts) == 3
    ]
    assert [[float(t) for t in row] for row in shown.content.texts] == strided.tolist()


@case("size-floor")
def _() -> None:
    x, w = given("size-floor")
    out = valid(x, w[0], 1)[::2, ::2]
    claims("size-floor", 2, out[0, step("size-floor", 2)])
    assert out.shape == (3, 3)
    assert valid(x[:, :5, :5], w[0], 1)[::2, ::2].shape == (3, 3)
    covered = {2 * p + k - 1 for p in range(3) for k in range(3)}
    assert set(range(-1, 7)) - covered == {6}, "the padding's last row, and no row of the input"


@case("arbitrary-padding")
def _() -> None:
    x, w = given("arbitrary-padding")
    out = valid(x, w[0], 2)
    claims("arbitrary-padding", 1, out[0, 0])
    assert out.shape == (6, 6)
    assert valid(x, w[0], 1).shape == (4, 4)
    assert correlate(np.pad(x[0], ((1, 2), (1, 2))), w[0, 0]).shape == (5, 5)
    upper, lower = (correlate(np.pad(x[0], pad), w[0, 0]) for pad in ((1, 2), (2, 1)))
    np.testing.assert_array_equal(upper[:-1, :-1], lower[1:, 1:])


@case("padding-modes")
def _() -> None:
    x = given("padding-modes")[0][0]
    np.testing.assert_array_equal(np.pad(x, 2, "reflect")[2, :2], x[0, [2, 1]])
    w = given("padding-modes")[1][0, 0]
    modes: list[Any] = ["constant", "reflect", "edge", "wrap"]
    made = [correlate(np.pad(x, 2, mode), w) for mode in modes]
    claims("padding-modes", 4, *(out[0, 0] for out in made))
    for out in made:
        np.testing.assert_array_equal(out[2:-2, 2:-2], correlate(x, w))


@case("dilation")
def _() -> None:
    x, w = given("dilation")
    wide = np.zeros((5, 5))
    wide[::2, ::2] = w[0, 0]
    rows = [float((w[0, 0, r] * x[0, 2 * r, [0, 2, 4]]).sum()) for r in range(3)]
    assert rows == [8, 7, 7]
    assert [float(w[0, 0, r, c] * x[0, 2 * r, 2 * c]) for r in range(3) for c in range(3)] == [
        4,
        4,
        0,
        2,
        3,
        2,
        1,
        4,
        2,
    ]
    claims("dilation", 2, correlate(x[0], wide)[0, 0])
    assert [10 - d * 2 for d in (1, 2, 4)] == [8, 6, 2]


def reached(dilations: tuple[int, ...]) -> set[tuple[int, int]]:
    """Cells of the input that the cell at 0, 0 after 3 x 3 layers is reached from."""
    found = {(0, 0)}
    for d in reversed(dilations):
        found = {(r + d * a, c + d * b) for r, c in found for a, b in product((-1, 0, 1), repeat=2)}
    return found


@case("learn-kernel")
def _() -> None:
    x = np.array(written("learn-kernel")["sample"]["grid"], dtype=float)
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    k: Array = np.zeros((3, 3))
    target = valid(x, sobel[None])
    # The largest eigenvalue of the second derivative: of all windows, each as a row.
    windows = np.lib.stride_tricks.sliding_window_view(x[0], (3, 3)).reshape(-1, 9)
    rate = float(f"{1 / np.linalg.eigvalsh(2 * windows.T @ windows / len(windows)).max():.3g}")
    for _step in range(2):
        before, error = k, valid(x, k[None]) - target
        slope = (windows.T @ error.ravel() * 2 / error.size).reshape(3, 3)
        k = k - rate * slope
    numbers = [round(float(n), 3) for n in (rate, before[1, 0], slope[1, 0], k[1, 0])]
    claims("learn-kernel", 1, *numbers[:3])
    claims("learn-kernel", 2, *numbers)
    assert np.abs(slope).argmax() == 3
    # What a reader computes from the numbers that are written is the same to the last digit.
    assert round(numbers[1] - numbers[0] * numbers[2], 3) == numbers[3]


@case("receptive-field")
def _() -> None:
    # Caption 2 asks.
    for index, dilations in ((0, (1,)), (1, (1, 2)), (3, (1, 2, 4))):
        side = max(r for r, _ in reached(dilations)) * 2 + 1
        claims("receptive-field", index, side)
        assert len(reached(dilations)) == side**2
    claims("receptive-field", 3, 3 * 9, 15 * 15)


@case("gridding")
def _() -> None:
    for index in range(3):
        side = max(r for r, _ in reached((2,) * (index + 1))) * 2 + 1
        assert f"{side} × {side}" in said("gridding", index)
    seen = reached((2, 2, 2))
    claims("gridding", 2, len(seen), 13 * 13)
    neighbour = {(r, c + 1) for r, c in seen}
    assert not seen & neighbour
    assert len(reached((1, 2, 4))) == 15 * 15


@pytest.mark.parametrize(("lesson", "wanted"), [("receptive-alexnet", [11, 19, 51, 67, 99, 131, 163, 195])])
def test_the_fields_of_published_nets(lesson: str, wanted: list[int]) -> None:
    field, jump, fields = 1, 1, []
    for layer in written(lesson)["layers"]:
        field += (layer["kernel_size"][0] - 1) * jump
        stride = layer.get("stride", 1)
        jump *= stride[0] if isinstance(stride, list) else stride
        fields.append(field)
    assert fields == wanted
    assert jump == 32
    for index, some in enumerate(([11], [19], [51, 67, 99, 131, 163], [195, 32])):
        claims(lesson, index, *some)


def test_the_field_of_vgg_16() -> None:
    field, jump, kernels = 1, 1, []
    for layer in written("receptive-vgg")["layers"]:
        kernels.append((layer.get("kind", "convolution"), layer["kernel_size"][0]))
        field += (layer["kernel_size"][0] - 1) * jump
        stride = layer.get("stride", 1)
        jump *= stride[0] if isinstance(stride, list) else stride
    assert (field, jump) == (212, 32)
    assert kernels.count(("convolution", 3)) == 13
    assert kernels.count(("max_pool", 2)) == 5
    assert len(kernels) == 18
    claims("receptive-vgg", 1, 2 * 9, 25)
    claims("receptive-vgg", 2, 32)


@case("max-pooling")
def _() -> None:
    x = np.array(written("max-pooling")["sample"]["grid"], dtype=float)
    row, column = divmod(step("max-pooling", 1), x.shape[1] // 2)
    assert f"row {row}, column {column}" in said("max-pooling", 1)
    window = x[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    claims("max-pooling", 2, *window.ravel(), window.max())


@case("transposed-2-4")
def _() -> None:
    counts = painted(np.ones((2, 2)), np.ones((3, 3)), 1)
    assert counts.shape == (4, 4)
    assert (counts[0, 0], counts[0, 1], counts[1, 1]) == (1, 2, 4)
    assert set(counts[1:3, 1:3].ravel()) == {4}


def painted(x: Array, w: Array, stride: int) -> Array:
    out = np.zeros([stride * (n - 1) + k for n, k in zip(x.shape, w.shape, strict=True)])
    for (r, c), value in np.ndenumerate(x):
        out[r * stride : r * stride + w.shape[0], c * stride : c * stride + w.shape[1]] += value * w
    return out


@case("transposed-2-5")
def _() -> None:
    x, w = given("transposed-2-5")
    out = painted(x[0], w[0, 0], 2)
    claims("transposed-2-5", 2, out[2, 2], 9, 14, 4)
    assert "row 2, column 2" in said("transposed-2-5", 1)
    assert [x[0, 0, 0] * w[0, 0, 2, 2], x[0, 0, 1] * w[0, 0, 2, 0]] == [9, 14]
    assert [x[0, 1, 0] * w[0, 0, 0, 2], x[0, 1, 1] * w[0, 0, 0, 0]] == [9, 4]
    assert set(painted(np.ones((2, 2)), np.ones((3, 3)), 2).ravel()) == {1, 2, 4}


@case("convolution-matrix")
def _() -> None:
    x, w = given("convolution-matrix")
    out = valid(x, w[0]).ravel()
    claims("convolution-matrix", 0, out[0])
    claims("convolution-matrix", 1, w.sum(), out[0])
    claims("convolution-matrix", 2, out[1], out[0], w.sum())
    claims("convolution-matrix", 3, out[2])
    assert out[2] == out[0] + 4 * w.sum()
    claims("convolution-matrix", 4, 16 * 4, 4 * 9)


@case("checkerboard-picture")
def _() -> None:
    counts = painted(np.ones((6, 6)), np.ones((3, 3)), 2)[2:-2, 2:-2]
    assert set(counts.ravel()) == {1, 2, 4}
    assert set(painted(np.ones((6, 6)), np.ones((4, 4)), 2)[2:-2, 2:-2].ravel()) == {4}
    # Nine equal weights that keep the brightness: 4/9 each, of which 1, 2 or 4 meet; a box of 3 behind them.
    flat = painted(np.ones((12, 12)), np.ones((3, 3)), 2)[2:-2, 2:-2] * 4 / 9
    behind = np.lib.stride_tricks.sliding_window_view(flat, (3, 3)).mean(axis=(2, 3))
    claims("checkerboard-picture", 2, *(round(float(n), 2) for a in (behind, flat) for n in (a.min(), a.max())))


@case("overlap-stride-1")
def _() -> None:
    two, three = (painted(np.ones((5, 5)), np.ones((k, k)), 1)[k // 2] / k for k in (2, 3))
    rows = [painted(np.ones((1, 5)), np.ones((1, k)), 1)[0] for k in (2, 3, 4)]
    flat = [(int((row == k).sum()), row.size) for row, k in zip(rows, (2, 3, 4), strict=True)]
    assert flat == [(4, 6), (3, 7), (2, 8)]
    claims("overlap-stride-1", 2, *(n for pair in flat for n in pair))
    assert two.size == 6
    assert three.size == 7


@case("overlap-stride-2")
def _() -> None:
    inside = {k: set(painted(np.ones((1, 9)), np.ones((1, k)), 2)[0][k:-k]) for k in (2, 3, 4, 5)}
    assert inside == {2: {1}, 3: {1, 2}, 4: {2}, 5: {2, 3}}
    claims("overlap-stride-2", 3, (3 / 2) ** 2)


@case("spatially-separable")
def _() -> None:
    x = np.array(written("spatially-separable")["sample"]["grid"], dtype=float)
    sobel = np.outer([1, 2, 1], [-1, 0, 1])
    first = np.array([np.correlate(row, [-1, 0, 1]) for row in x])
    out = correlate(x, sobel).ravel()
    number = step("spatially-separable", 2) - first.size
    row, column = divmod(number, 3)
    claims("spatially-separable", 2, *first[row : row + 3, column])
    claims("spatially-separable", 3, out[number])
    assert first.size * 3 == 45
    assert out.size * 3 == 27
    assert out.size * 9 == 81
    for index in (5, 6):
        kernel = np.array(written("spatially-separable")["captions"][index]["layers"][0]["weight"], dtype=float)
        strongest, other = np.outer([1, 2, 1], [1, 2, 1]), np.outer([1, 0, -1], [1, 0, -1])
        np.testing.assert_array_equal(kernel, strongest + other)
    strengths = np.linalg.svd(kernel, compute_uv=False)
    assert np.linalg.norm(strongest) == pytest.approx(strengths[0])
    claims("spatially-separable", 6, round(100 * float(np.linalg.norm(other) / np.linalg.norm(kernel)), 1))


@case("depthwise-separable")
def _() -> None:
    depthwise, pointwise = 25 * 9 * 3, 25 * 3 * 128
    claims("depthwise-separable", 0, depthwise)
    claims("depthwise-separable", 2, pointwise)
    claims("depthwise-separable", 3, depthwise + pointwise, 25 * 9 * 3 * 128)
    assert (depthwise + pointwise) / (25 * 27 * 128) == pytest.approx(1 / 128 + 1 / 9)


@case("grouped")
def _() -> None:
    for index, groups in ((0, 1), (1, 3), (2, 9)):
        claims("grouped", index, 9 * (9 // groups) * 9)
    order = np.arange(9).reshape(3, 3).T.ravel()
    assert " ".join(map(str, order)) in said("grouped", 4)
    claims("grouped", 5, 9 * 3, 9 * 9, 2 * 9 * 3)


@case("pixel-shuffle")
def _() -> None:
    x = np.array(written("pixel-shuffle")["sample"]["grid"], dtype=float)
    out = x.reshape(2, 2, 4, 4).transpose(2, 0, 3, 1).reshape(8, 8)
    assert out.ravel()[[0, 1, 8, 9]].tolist() == x[:, 0, 0].tolist()


@case("volume-flat")
def _() -> None:
    x, w = (
        np.array(part, dtype=float) for part in (written("volume-flat")["sample"]["grid"], weights_of("volume-flat"))
    )
    volume, kernel = x.reshape(3, 6, 6), w.reshape(3, 3, 3)
    np.testing.assert_array_equal(correlate(volume, kernel)[0], valid(volume, kernel))


def weights_of(lesson: str) -> Any:
    return written(lesson)["layers"][0]["weight"]


@case("volume-3d")
def _() -> None:
    x = np.array(written("volume-3d")["sample"]["grid"], dtype=float).reshape(6, 6, 6)
    assert correlate(x, np.array(weights_of("volume-3d"), dtype=float).reshape(3, 3, 3)).shape == (4, 4, 4)
    assert divmod(step("volume-3d", 2), 16) == (1, 0)
    assert step("volume-3d", 0) == 0


@case("brain-sobel")
def _() -> None:
    volume = load_lesson("brain-sobel").sample.data[0].astype(float)
    claims("brain-sobel", 0, *volume.shape)
    d, rest = divmod(step("brain-sobel", 2), volume.shape[1] * volume.shape[2])
    r, c = divmod(rest, volume.shape[2])
    window = volume[d - 1 : d + 2, r - 1 : r + 2, c - 1 : c + 2]
    smooth = np.array([1, 2, 1])
    kernel = smooth[:, None, None] * np.array([-1, 0, 1])[None, :, None] * smooth[None, None]
    claims("brain-sobel", 2, (window * kernel).sum())


@case("trained-layer")
def _() -> None:
    """The weights are those of the file, read by their own pickle's storages; the photo is scaled as P-Net's is."""
    held = {name: tensor.values() for name, tensor in read_weights(resource("networks", "pnet.pt")).tensors.items()}
    weight, slope = held["conv1.weight"].astype(float), held["prelu1.weight"].astype(float)
    content = written("trained-layer")["layers"]
    assert np.array_equal(np.array(content[0]["weight"], np.float32), held["conv1.weight"])
    assert np.array_equal(np.array(content[1]["weight"], np.float32), held["prelu1.weight"])
    photo = (np.asarray(Image.open(resource("samples", "astronaut.png")), float).transpose(2, 0, 1) - 127.5) / 128

    def network(f: int, r: int, c: int) -> float:
        window = photo[:, r : r + 3, c : c + 3]
        return float((window * weight[f]).sum() + held["conv1.bias"][f])

    claims("trained-layer", 0, len(weight), round(128 * network(1, 300, 100), 1))
    claims("trained-layer", 1, *weight[1].sum((1, 2)).round(2))
    assert "128 times" in written("trained-layer")["source"], "the factor, in small print"
    assert (weight[4].sum((1, 2)).round(2) + 0.0).tolist() == [-0.02, 0, -0.03]
    assert "-0.02, 0.00 and -0.03" in said("trained-layer", 2)
    claims("trained-layer", 2, round(128 * network(4, 387, 167), 1))
    edge = 128 * network(4, 387, 167)
    claims("trained-layer", 3, round(slope[4], 5), round(edge, 1), round(slope[4] * edge, 1))
    pixel = load_lesson("trained-layer").layers[0].forward(load_lesson("trained-layer").sample.data.astype(float))
    assert pixel[4, 387, 167] == pytest.approx(edge, abs=1e-3), "128 times what the network computes"


@case("unit-sees")
def _() -> None:
    """Kernels and strides are P-Net's; what lies outside a frame moves nothing, and its outermost pixels do."""
    content = written("unit-sees")
    weights = {n: np.array(layer["weight"]) for n, layer in enumerate(content["layers"]) if "weight" in layer}
    bias = {n: np.array(layer["bias"]) for n, layer in enumerate(content["layers"]) if "bias" in layer}
    photo = np.array(content["sample"]["grid"], float)

    def slid(x: Array, n: int) -> Array:
        found = np.einsum("crsij,fcij->frs", slid_over(x, weights[n].shape[2:], axis=(1, 2)), weights[n])
        return np.asarray(found + bias[n][:, None, None])

    def bent(x: Array, n: int) -> Array:
        return np.where(x > 0, x, weights[n][:, None, None] * x)

    def made(x: Array) -> list[Array]:
        first = bent(slid(x * weights[0][:, None, None] + bias[0][:, None, None], 1), 2)
        count, rows, columns = first.shape
        pooled = first.reshape(count, rows // 2, 2, columns // 2, 2).max(axis=(2, 4))
        second = bent(slid(pooled, 4), 5)
        return [first, pooled, second, bent(slid(second, 6), 7)]

    field, step_of_unit = 1, 1
    before = made(photo)
    marks = [next(v for k, v in c["options"].items() if k.startswith("mark-")) for c in content["captions"]]
    for index, (kernel, stride) in enumerate([(3, 1), (2, 2), (3, 1), (3, 1)]):
        own, *neighbour = marks[index].split(";")
        field, step_of_unit = field + (kernel - 1) * step_of_unit, step_of_unit * stride
        claims("unit-sees", index, field)
        row, column = (int(n) for n in own.split(","))
        assert [tuple(int(n) for n in cell.split(",")) for cell in neighbour] == [(row, column + 1)] * (index < 2)
        top, left = row * step_of_unit, column * step_of_unit
        inside = np.zeros(photo.shape, bool)
        inside[:, top : top + field, left : left + field] = True
        kept = made(np.where(inside, photo, 255 - photo))[index]
        assert np.array_equal(kept[:, row, column], before[index][:, row, column])
        edge = inside.copy()
        edge[:, top + 1 : top + field - 1, left + 1 : left + field - 1] = False
        assert not np.allclose(made(np.where(edge, 255 - photo, photo))[index][:, row, column],
                               before[index][:, row, column])  # fmt: skip
    claims("unit-sees", 0, 3, 1)
    claims("unit-sees", 1, 3, 1, 4, step_of_unit)
    claims("unit-sees", 2, 4, 8)
    claims("unit-sees", 3, 8, 12)
    claims("unit-sees", 4, field)
    assert all(weights[n].shape[2:] == (1, 1) for n in (8, 9))
    scores = slid(before[3], 9)
    sure = np.exp(scores[1]) / np.exp(scores).sum(axis=0)
    assert sure[tuple(int(n) for n in marks[4].split(","))] == sure.max() > 0.99


@case("batch-norm")
def _() -> None:
    content = written("batch-norm")
    x, first, norm = np.array(content["sample"]["grid"], float), content["layers"][0], content["layers"][1]
    gain, shift, mean, variance = (np.array(norm[name], float) for name in
                                   ("weight", "bias", "running_mean", "running_var"))  # fmt: skip

    def maps(layer: dict[str, Any]) -> Array:
        weight = np.array(layer["weight"], float)
        found = np.einsum("crsij,fcij->frs", slid_over(x, (3, 3), axis=(1, 2)), weight)
        return np.asarray(found + np.array(layer["bias"], float)[:, None, None])

    plain, cell = maps(first), (2, 7, 15)
    deviation = np.sqrt(variance)
    normed = (plain - mean[:, None, None]) / deviation[:, None, None] * gain[:, None, None] + shift[:, None, None]
    assert normed[cell] == pytest.approx(1.5)
    alone, beside = content["captions"][0], content["captions"][2]
    assert alone["layers"] == [first]
    assert 100 < np.abs(plain).max(axis=(1, 2)).min() < 1000 > np.median(np.abs(plain[2])) > 100
    claims("batch-norm", 0, plain[cell])
    claims("batch-norm", 1, mean[2], variance[2], deviation[2], gain[2], plain[cell], shift[2], 1.5)
    factor = gain / deviation
    bias = shift - mean * factor
    claims("batch-norm", 2, gain[2], deviation[2], factor[2], shift[2], mean[2], round(bias[2], 9))
    folded = beside["layers"][3]
    assert beside["sources"] == [[0], [1], [2], [0], [4]]
    assert np.abs(np.array(folded["weight"])[2]).max() == factor[2], "in place of 1"
    assert np.abs(np.array(first["weight"])[2]).max() == 1
    np.testing.assert_allclose(folded["weight"], np.array(first["weight"]) * factor[:, None, None, None])
    np.testing.assert_allclose(folded["bias"], bias)
    np.testing.assert_allclose(maps(folded), normed, atol=1e-6)
    rectified = np.maximum(normed, 0)
    document = load_lesson("batch-norm")
    assert document.lesson is not None
    for state in (document, *(caption.state for caption in document.lesson.captions if caption.state is not None)):
        for last in (n for n, layer in enumerate(state.layers) if layer.title == "ReLU"):
            np.testing.assert_allclose(value_of(state, last + 1), rectified, atol=1e-6)
    # Where the caption names the button, the layer that has it is chosen.
    norm_at = document.view.layer
    assert norm_at == 1, "layer 2"
    (offered,) = document.layers[norm_at].rewritings(document.layers[norm_at - 1], document.incoming[norm_at])
    assert f"“{offered.title}”" in said("batch-norm", 4)
    both = document.lesson.captions[3].state
    assert both is not None
    assert both.sources[-1] == (3, 5)
    maps_of_both = value_of(both, 6)
    np.testing.assert_allclose(maps_of_both[:4], maps_of_both[4:], atol=1e-6)
    claims("batch-norm", 3, 0, 3, 4, 7, *cell[1:], 2, 6, float(maps_of_both[6, 7, 15].round(9)))
    folding = document.lesson.captions[5].state
    assert folding is not None
    assert [layer.title for layer in folding.layers] == ["Convolution 3 × 3", "ReLU"]
    np.testing.assert_allclose(value_of(folding, 2), rectified, atol=1e-6)
    weights, biases = (folding.layers[0].parameters[name] for name in ("weight", "bias"))
    claims("batch-norm", 5, 2, 1, float(weights[2].max().round(9)), float(weights[2].min().round(9)), 1, -1,
           float(biases[2].round(9)), 2, float(value_of(folding, 2)[cell].round(9)), *cell[1:], 2)  # fmt: skip


ONE_AXIS = ("one-axis", "causal", "wavenet", "echo", "aliasing", "stft")


def test_every_lesson_whose_captions_count_is_counted() -> None:
    fields = {"receptive-alexnet", "receptive-vgg"}
    elsewhere = {
        "sobel-photo": "tests/files/test_lessons.py", "same-one-sided": "sizes, in tests/scenes/test_arithmetic.py",
        "transposed-odd": "sizes, in tests/core", "transposed-matrix": "tests/scenes/test_say_it_right.py",
        "volume-channels": "tests/scenes/test_volume.py",
        "three-edges": "tests/scenes/test_lessons_beside_the_book.py",
        "vessels": "tests/scenes/test_lessons_beside_the_book.py",
        "look-inside": "tests/scenes/test_network.py",
        **dict.fromkeys(ONE_AXIS, "tests/scenes/test_one_axis.py"),
    }  # fmt: skip
    assert set(IDS) == {*CASES, *fields, *elsewhere}


def test_lessons_count_rows_and_channels_from_0() -> None:
    for lesson, (one, other) in ((i, pair) for i in IDS for pair in pairwise(written(i)["captions"])):
        for text in (one["text"], other["text"]):
            assert not re.search(
                r"\b(?:first|second|third) (?:row|column|channel|filter) of (?:C|the output)\b", text
            ), (
                lesson,
                text,
            )


@pytest.mark.parametrize("name", IDS)
def test_the_panel_says_of_the_layer_what_the_caption_does(name: str) -> None:
    """Beside nine groups it said three: a scene tries values, and panel, formula and costs are those of the layer."""
    lesson = load_lesson(name).lesson
    assert lesson is not None
    for index, caption in enumerate(lesson.captions):
        layer, options = caption_document(load_lesson(name), index).chosen, caption.options
        if not isinstance(layer, Convolution) or options.get("beside", "none") != "none":
            continue
        assert ">" not in options.get("kernel", ""), "a kernel that is tried in place of the layer's"
        for option, value in (("groups", layer.spec.groups), ("mode", layer.spec.padding_mode)):
            assert options.get(option, "layer") in ("layer", str(value)), caption.text


def test_the_books_words_are_said_where_their_figures_are() -> None:
    assert "downsampling" in said("kernel-stride-padding", 5)
    assert "embedding" in said("one-by-one", 4)
    assert all(word in said("transposed-2-5", 0) for word in ("higher resolution", "autoencoder", "segmentation"))


def test_the_panel_of_the_last_dilation_is_the_last_column() -> None:
    lesson = load_lesson("dilation")
    assert lesson.lesson is not None
    first, last = (caption_document(lesson, n) for n in (0, 4))
    assert [d.layer.spec.dilation for d in (first, last)] == [(1, 1), (4, 4)]
    assert last.filter_view.output_shape == (2, 2)
    assert "2 × 2" in lesson.lesson.captions[4].text


def test_a_row_of_the_depthwise_kernel_is_turned_by_its_pointwise_weight() -> None:
    weight = np.array(written("depthwise-separable")["layers"][0]["weight"])
    assert weight[0, 0, 0].tolist() == [1, 0, -1]
    assert "(-1) · (-1 0 1) is 1 0 -1" in said("depthwise-separable", 1)
    picture = picture_of(caption_document(load_lesson("depthwise-separable"), 1), 25, (892, 650))
    rows = [list(row) for item in picture.items if isinstance(item, Cells) for row in item.shown_texts()]
    assert ["\N{MINUS SIGN}1", "0", "1"] in rows
