"""Learn: the descent finds the hidden kernel, and the gradients drawn are the true ones."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import Cancelled, convolve, preset
from convgui.draw.number import number
from convgui.draw.picture import Cells, Curves, Hit, Label, Lines, Picture, Polygons, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import DARK, LIGHT
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.learn.descent import STEPS, Descent, descent
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document
from tests.documents import document, random_document
from tests.scenes.checks import picture_of, words
from tests.scenes.reading import check_words, grid, label_box, line, sentences, written
from tests.scenes.test_slide import read

LEARN = scene("learn")
correlate2d: Any = import_module("scipy.signal").correlate2d


def lesson(**options: str) -> Document:
    given = load_lesson("learn-kernel")
    return replace(given, view=replace(given.view, options=options))


def run(given: Document) -> Descent:
    prepared = LEARN.prepare(given)
    assert isinstance(prepared, Descent)
    return prepared


def picture(given: Document, step: float, focus: Focus | None = None, size: tuple[int, int] = (912, 640)) -> Picture:
    layout = LEARN.lay_out(LEARN.prepare(given), given.view, Canvas(*size, LIGHT))
    return LEARN.picture(layout, step, focus or Focus())


@pytest.mark.parametrize("method", ["sgd", "momentum", "adam"])
def test_every_method_finds_the_hidden_kernel(method: str) -> None:
    found = run(lesson(method=method))
    # Momentum swings: of the loss it keeps about a factor of its decay a step.
    share, apart = {"sgd": (1e-9, 1e-4), "momentum": (5e-3, 0.15), "adam": (1e-3, 0.05)}[method]
    assert len(found.losses) == 51
    assert found.losses[-1] < share * found.losses[0]
    assert np.allclose(found.weights[-1], found.target, atol=apart)
    assert not found.weights[0].any()


def test_the_last_picture_shows_sobel_and_no_error() -> None:
    last = picture(lesson(), STEPS, size=(1440, 900))
    sobel = preset("sobel-x").weights()
    assert [[read(t) for t in row] for row in written(last, "learned")] == sobel.tolist()
    assert {t for row in written(last, "error") for t in row} == {"0.0"}
    predicted, target = ([[read(t) for t in row] for row in written(last, name)] for name in ("prediction", "target"))
    assert predicted == target


def test_the_first_picture_is_all_error() -> None:
    first = picture(lesson(), 0)
    given = load_lesson("learn-kernel")
    wanted = convolve(given.sample.data.astype(float), given.layer.weight)[0]
    assert [[read(t) for t in row] for row in written(first, "target")] == wanted.tolist()
    assert [[read(t) for t in row] for row in written(first, "error")] == (-wanted).tolist()
    assert ", 100 % of the beginning" in line(first, "step 0")


def test_the_gradients_are_the_derivatives() -> None:
    found, step, h = run(lesson()), 3, 1e-5

    def loss(
        x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], w: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    ) -> float:
        return float(np.mean((convolve(x, w)[0] - found.wanted) ** 2))

    weight = found.weights[step]
    for index in ((0, 0, 0, 0), (0, 0, 1, 2)):
        nudge = np.zeros_like(weight)
        nudge[index] = h
        slope = (loss(found.x, weight + nudge) - loss(found.x, weight - nudge)) / (2 * h)
        assert found.kernel_gradient(step)[index[1:]] == pytest.approx(slope, rel=1e-4, abs=1e-6)
    for index3 in ((0, 0, 0), (0, 3, 4)):
        shift = np.zeros_like(found.x)
        shift[index3] = h
        slope = (loss(found.x + shift, weight) - loss(found.x - shift, weight)) / (2 * h)
        assert found.input_gradient(step)[index3] == pytest.approx(slope, rel=1e-4, abs=1e-6)


def test_too_large_a_rate_diverges_and_is_still_drawn() -> None:
    found = run(lesson(rate="2.1"))
    assert found.losses[-1] > 1e3 * found.losses[0]
    check_words(picture(lesson(rate="2.1"), STEPS))


def test_the_hidden_kernel_is_hidden_until_it_is_asked_for() -> None:
    names = [item.name for item in picture(lesson(), 5).items if isinstance(item, Cells)]
    assert "hidden" not in names
    shown = picture(lesson(hidden="show"), 5)
    assert [[read(t) for t in row] for row in written(shown, "hidden")] == preset("sobel-x").weights().tolist()


@pytest.mark.parametrize("size", [(924, 655), (820, 600), (612, 420), (1240, 800), (1440, 900)])
def test_a_weight_and_its_slope_are_written_alike_and_never_without_a_decimal(size: tuple[int, int]) -> None:
    for step in (0, 4, STEPS):
        shown = picture(lesson(), step, size=size)
        cells = {i.name: i.content.texts for i in shown.items if isinstance(i, Cells) and i.name}
        found = {
            name: {len(text.partition(".")[2]) for row in cells[name] for text in row}
            for name in ("learned", "kernel gradient", "prediction", "error", "input gradient")
        }
        assert found["learned"] == found["kernel gradient"]
        assert 0 not in found["learned"]
        assert all(len(decimals) <= 1 for decimals in found.values()), found


def test_at_the_size_of_a_small_window_the_numbers_of_the_forward_row_are_there() -> None:
    shown = picture(lesson(), 4, size=(924, 655))
    for name in ("input", "learned", "prediction", "target", "error", "kernel gradient"):
        assert all(text for row in written(shown, name) for text in row)


@pytest.mark.parametrize("size", [(924, 640), (1440, 900)])
@pytest.mark.parametrize("hidden", ["hide", "show"])
def test_weights_have_two_decimals_and_every_gradient_its_numbers(size: tuple[int, int], hidden: str) -> None:
    for step in (0, 1, 5, STEPS):
        shown = picture(lesson(hidden=hidden), step, size=size)
        found = {name: written(shown, name) for name in ("learned", "kernel gradient", "input gradient", "prediction")}
        assert all(text for rows in found.values() for row in rows for text in row)
        for name, decimals in (("learned", 2), ("kernel gradient", 2), ("input gradient", 1), ("prediction", 1)):
            assert {len(text.partition(".")[2]) for row in found[name] for text in row} == {decimals}, name


def test_the_weight_that_is_written_out_is_ringed() -> None:
    shown = picture(lesson(), 1, size=(924, 655))
    ink = LIGHT.role("kernel").ink
    (ringed,) = [i for i in shown.overlay if isinstance(i, Rects) and i.stroke == ink]
    for cells, box in zip((grid(shown, "learned"), grid(shown, "kernel gradient")), ringed.boxes.tolist(), strict=True):
        assert (round((box[1] - cells.y) / cells.height), round((box[0] - cells.x) / cells.width)) == (1, 0)
    assert line(shown, "w[1, 0] ←").endswith("−1.274 − 0.182 · 2.112 = −1.658")


@pytest.mark.parametrize("method", ["sgd", "momentum"])
def test_what_is_written_of_an_update_makes_what_is_written_as_its_result(method: str) -> None:
    """0.675 − 0.182 · (−0.46) is 0.759; the weight is 0.758, which more digits of the terms give."""
    told = r"(−?[\d.e−]+) − ([\d.e−]+) · \(?(−?[\d.e−]+?)\)? = (−?[\d.e−]+)$"
    updates = [
        text for step in range(1, 12) for text in sentences(picture(lesson(method=method), step)) if " · " in text
    ]
    found = [match for text in updates if (match := re.search(told, text))]
    assert len(found) == 11
    for match in found:
        weight, rate, slope = (float(text.replace("−", "-")) for text in match.groups()[:3])
        assert number(weight - rate * slope) == match[4], match[0]


def test_the_loss_stays_on_its_axes() -> None:
    found = run(lesson())
    shown = picture(lesson(), STEPS)
    (curve,) = [
        i for i in shown.items if isinstance(i, Lines) and i.stroke == LIGHT.role("warning").line and i.width == 2.4
    ]
    # Straight on the log scale: to the end each update lowers it, so that it never lies on the floor.
    assert (np.diff(curve.segments[:, [1, 3]].mean(axis=1)) > 0).all()
    assert found.losses[-1] < 1e-11
    assert any("under 0.001 %" in text for text in sentences(shown))


def test_an_arrow_leads_from_the_gradient_to_the_kernel_that_it_moves() -> None:
    shown = picture(lesson(), 4, size=(1440, 900))
    (curve,) = [i for i in shown.items if isinstance(i, Curves) and i.stroke == LIGHT.role("kernel").line]
    (x, y, *_, a, b), kernel, slope = curve.points[0].tolist(), grid(shown, "learned"), grid(shown, "kernel gradient")
    for (px, py), cells in (((x, y), slope), ((a, b), kernel)):
        left, top, wide, high = cells.box
        assert 0 < px - left - wide < 20
        assert top < py < top + high
    assert all(not inside(box, curve.points[0]) for box in (kernel.box, slope.box))


def inside(box: tuple[float, float, float, float], points: np.ndarray[Any, Any]) -> bool:
    """Whether a cubic Bezier curve enters a box."""
    t = np.linspace(0, 1, 101)[:, None]
    p, q, r, s = points.reshape(4, 2)
    at = (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t**2 * (1 - t) * r + t**3 * s
    x, y, wide, high = box
    return bool(((at[:, 0] > x) & (at[:, 0] < x + wide) & (at[:, 1] > y) & (at[:, 1] < y + high)).any())


def test_the_next_weight_is_asked_for() -> None:
    found = run(lesson())
    shown = picture(lesson(), 1)
    slope = found.kernel_gradient(1)[0]
    i, j = np.unravel_index(int(np.abs(slope).argmax()), slope.shape)
    after = found.weights[1][0, 0, i, j] - found.rate * slope[i, j]
    assert read(shown.answer) == pytest.approx(after, abs=5e-4)
    asked = hide_answer(shown, LIGHT)
    assert any(text.endswith("= ?") for text in sentences(asked))
    pointed = picture(lesson(), 1, Focus(hover=Hit("learned", (0, 0))))
    assert pointed.answer == shown.answer


def test_no_hover_tells_the_weight_that_is_asked_for() -> None:
    """Neither over that weight or its slope, nor over what has no weight of its own; others may be read."""
    shown = picture(lesson(), 1)
    told = f"= {shown.answer}"
    assert any(text.endswith(told) for text in sentences(shown))
    for hits in shown.hits:
        for i, j in np.ndindex(*hits.shape):
            pointed = picture(lesson(), 1, Focus(hover=Hit(hits.kind, (i, j))))
            asked = hide_answer(pointed, LIGHT)
            assert not any(text.endswith(told) for text in sentences(asked)), (hits.kind, i, j)
    own = picture(lesson(), 1, Focus(hover=Hit("learned", (0, 0))))
    assert any(text.startswith("w[0, 0] ←") and not text.endswith("?") for text in sentences(hide_answer(own, LIGHT)))


def test_a_slope_of_the_input_says_what_it_is() -> None:
    found = run(lesson())
    value = found.input_gradient(1)[0][2, 3]
    # By the definition: the loss is a mean of 16 squares.
    error, weights = found.error(1), found.weights[1][0, 0]
    outputs = [(r, c) for r in range(4) for c in range(4) if 0 <= 2 - r < 3 and 0 <= 3 - c < 3]
    assert value == pytest.approx(2 / 16 * sum(error[r, c] * weights[2 - r, 3 - c] for r, c in outputs))
    shown = picture(lesson(), 1, Focus(hover=Hit("input gradient", (2, 3))))
    (text,) = [text for text in sentences(shown) if text.startswith("∂L/∂x[2, 3] = ")]
    assert read(text.split(" = ")[1].split(":")[0]) == pytest.approx(value, abs=1e-3)
    assert "2 / 16 of Σ error · weight over the outputs that read in[2, 3]" in text


def test_the_inputs_cells_are_nearly_as_large_as_those_of_its_gradient() -> None:
    shown = picture(lesson(), 1, size=(924, 642))
    side = {i.name: i.width for i in shown.items if isinstance(i, Cells)}
    assert side["input"] >= 28
    assert side["input gradient"] <= 1.25 * side["input"]


def test_pointing_at_a_weight_and_at_an_error() -> None:
    shown = picture(lesson(), 2, Focus(hover=Hit("learned", (0, 2))))
    assert any(text.startswith("w[0, 2] ← w − η · ∂L/∂w = ") for text in sentences(shown))
    shown = picture(lesson(), 0, Focus(hover=Hit("error", (1, 2))))
    assert line(shown, "out[1, 2]") == "out[1, 2] = 0, wanted −4, error 4"


def test_on_a_photo_the_middle_is_learned_from() -> None:
    given = load_lesson("sobel-photo").with_view(View(scene="learn"))
    found = run(given)
    assert found.cropped
    assert found.x.shape == (1, 64, 64)
    assert found.x.mean() == pytest.approx(0, abs=1e-9)
    assert found.losses[-1] < 0.01 * found.losses[0]
    with pytest.raises(Cancelled):
        LEARN.prepare(given, Work(cancel=lambda: True))


def test_what_it_cannot_show_it_says() -> None:
    assert "zero" in reason_against(LEARN, document([np.ones((5, 5))], np.zeros((1, 1, 3, 3))))
    assert "transposed" in reason_against(LEARN, random_document(1, 1, (4, 4), (2, 2), transposed=True))
    assert "up to 9" in reason_against(LEARN, random_document(1, 1, (40, 40), (11, 11)))
    assert "three" in reason_against(LEARN, random_document(1, 1, (4, 4, 4), (2, 2, 2)))
    assert "too large" in reason_against(LEARN, document([np.full((5, 5), 1e300)], np.ones((1, 1, 3, 3))))
    assert not reason_against(LEARN, document([np.full((5, 5), 3e38, np.float32)], np.ones((1, 1, 3, 3))))
    assert "too large" in reason_against(LEARN, document([np.full((50, 60), -1e200)], np.ones((1, 1, 3, 3))))
    assert "too large" in reason_against(LEARN, document([np.ones((5, 5))], np.full((1, 1, 3, 3), 1e60)))


@pytest.mark.parametrize("method", ["sgd", "momentum", "adam"])
def test_the_largest_numbers_that_it_takes_stay_numbers(method: str) -> None:
    rng = np.random.default_rng(3)
    largest = document([rng.choice((-1e50, 1e50), (9, 9))], rng.choice((-1e50, 1e50), (1, 1, 3, 3)))
    assert not reason_against(LEARN, largest)
    assert np.isfinite(descent(largest, method, "large").losses).all()


@pytest.mark.parametrize("size", [(912, 640), (514, 430), (1500, 900)])
def test_words_never_collide(size: tuple[int, int]) -> None:
    cases = [
        lesson(hidden="show"),
        random_document(3, 2, (8, 9), (3, 2), padding=1),
        random_document(1, 1, (30,), (5,)),
    ]
    if size == (912, 640):
        cases.append(load_lesson("sobel-photo").with_view(View(scene="learn", options={"hidden": "show"})))
    for case in cases:
        prepared = LEARN.prepare(case)
        for theme, steps in ((LIGHT, (0, 7)), (DARK, (STEPS,))):
            layout = LEARN.lay_out(prepared, case.view, Canvas(*size, theme))
            for step in steps:
                check_words(LEARN.picture(layout, float(step), Focus()))


def numbers_of(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in re.findall(r"(?<![\w.])−?\d+(?:\.\d+)?(?:e−?\d+)?", text)]


@pytest.mark.parametrize("method", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("rate", ["1", "0.2", "2.1"])
def test_each_method_writes_its_own_rule_with_its_own_numbers(method: str, rate: str) -> None:
    given = lesson(method=method, rate=rate)
    found, place = run(given), (1, 2)
    x, target = given.sample.data[0].astype(float), preset("sobel-x").weights()
    wanted = correlate2d(x, target, "valid")
    w, v, mean, square = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
    for step in range(4):
        error = correlate2d(x, w, "valid") - wanted
        slope = correlate2d(x, error * 2 / error.size, "valid")
        before = w
        if method == "sgd":
            w = w - found.rate * slope
            memory = []
        elif method == "momentum":
            v = 0.9 * v + slope
            w = w - found.rate * v
            memory = [v]
        else:
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            memory = [mean / (1 - 0.9 ** (step + 1)), square / (1 - 0.999 ** (step + 1))]
            w = w - found.rate * memory[0] / (np.sqrt(memory[1]) + 1e-8)
        said = sentences(picture(given, step, Focus(hover=Hit("learned", place))))
        rule = next(text for text in said if "←" in text)
        assert {"sgd": "w − η · ∂L/∂w", "momentum": "0.9 v + ∂L/∂w", "adam": "m̂ / (√ŝ + ε)"}[method] in rule
        told = next(text for text in said if "η = " in text)
        assert numbers_of(told.partition("η = ")[2])[0] == pytest.approx(found.rate, rel=1e-9)
        update = rule.partition("∂L/∂w = ")[2] if method == "sgd" else said[said.index(rule) + 1]
        assert numbers_of(update)[: len(memory)] == pytest.approx([float(m[place]) for m in memory], rel=4e-3, abs=1e-9)
        assert numbers_of(update)[len(memory)] == pytest.approx(float(before[place]), rel=4e-3, abs=1e-9)
        assert numbers_of(update)[-1] == pytest.approx(float(w[place]), rel=4e-3, abs=1e-9)


@pytest.mark.parametrize("method", ["sgd", "momentum", "adam"])
def test_a_rate_is_what_it_is_called(method: str) -> None:
    runs = [run(lesson(method=method, rate=rate)) for rate in ("0.2", "1", "2.1")]
    small, good, large = (found.losses for found in runs)
    assert runs[0].rate < runs[1].rate < runs[2].rate
    assert good[-1] < 5e-3 * good[0]
    assert small[-1] < small[0]
    # Plain descent and momentum run away; Adam's first step leads further off than where it began.
    assert large[1 if method == "adam" else -1] > 2 * large[0]


def test_the_curve_goes_up_to_now_and_its_axes_stay() -> None:
    def drawn(step: int) -> tuple[int, list[str]]:
        shown = picture(lesson(), step, size=(1440, 900))
        ink = LIGHT.role("warning").line
        # The curve is the only thing in its width; the first one in its colour is the lane of the error.
        (curve,) = [i for i in shown.items if isinstance(i, Lines) and i.stroke == ink and i.width == 2.4]
        texts = [i.text for i in shown.items if isinstance(i, Label) and i.size == 12.0]
        ends = ("100", "0.001", "1e2", "1e−6", "1e−12", "0", "20", "50", "updates")
        return len(curve.segments), [text for text in texts if text in ends]

    assert drawn(0)[0] == 0
    assert [drawn(step)[0] for step in (1, 6, 50)] == [1, 6, 50]
    # They hold for the whole run.
    assert set(drawn(0)[1]) == {"1e2", "1e−6", "1e−12", "0", "20", "50", "updates"}
    assert all(drawn(step)[1] == drawn(0)[1] for step in range(51))


@pytest.mark.parametrize("size", [(924, 642), (924, 655), (1440, 900)])
@pytest.mark.parametrize("hidden", ["hide", "show"])
def test_numbers_of_neighbours_do_not_touch(size: tuple[int, int], hidden: str) -> None:
    for step in (0, 1, 5, STEPS):
        shown = picture(lesson(hidden=hidden), step, size=size)
        for cells in (i for i in shown.items if isinstance(i, Cells) and i.name and i.font):
            for row in cells.content.texts:
                for a, b in pairwise(row):
                    free = cells.width - (len(a) + len(b)) / 2 * 0.6 * cells.font
                    assert free >= 4.5, (cells.name, a, b)


def test_the_way_to_the_kernel_crosses_the_lane_beside_its_heads_and_its_words_lie_free() -> None:
    shown = picture(lesson(), 1, size=(924, 642))
    warning, hues = LIGHT.role("warning"), LIGHT.role("kernel")
    (way,) = [i.points[0] for i in shown.items if isinstance(i, Curves) and i.stroke == hues.line]
    t = np.linspace(0, 1, 201)[:, None]
    p, q, r, s = way.reshape(4, 2)
    along = (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t**2 * (1 - t) * r + t**3 * s
    heads = [c for i in shown.items if isinstance(i, Polygons) and i.fill == warning.line for c in i.corners]
    assert len(heads) == 2
    assert min(np.hypot(*(along - head.mean(axis=0)).T).min() for head in heads) > 30
    assert not any(inside(grid(shown, name).box, way) for name in ("prediction", "learned", "kernel gradient"))
    box = next(label_box(i) for i in shown.items if isinstance(i, Label) and i.text == "the error flows back")
    marks = [label_box(i) for i in shown.items if isinstance(i, Label) and i.text == "?"]
    assert len(marks) == 9
    assert all(box[0] - 10 > m[2] or box[2] + 10 < m[0] or box[1] - 8 > m[3] + 8 for m in marks)


def test_what_is_next_to_nothing_is_written_as_nothing() -> None:
    (said,) = [text for text in sentences(picture(lesson(hidden="show"), STEPS)) if "←" in text]
    assert said.endswith("= 1 − 0.182 · 0.000 = 1")
    assert any("the hidden weight is 1" in text for text in sentences(picture(lesson(hidden="show"), STEPS)))


@pytest.mark.parametrize("spec", [{}, {"padding": 1, "stride": 2}])
def test_a_weight_outlines_the_inputs_it_meets(spec: dict[str, int]) -> None:
    given = random_document(1, 1, (7, 7), (3, 3), **spec)
    shown = picture(given, 2, Focus(hover=Hit("learned", (2, 0))), size=(1440, 900))
    cells = grid(shown, "input")
    stroke = LIGHT.role("kernel").line
    (found,) = [i for i in shown.overlay if isinstance(i, Rects) and i.stroke == stroke and i.dash == "solid"]
    boxes = {
        (round((y - cells.y) / cells.height), round((x - cells.x) / cells.width), round(w / cells.width))
        for x, y, w, _ in found.boxes.tolist()
    }
    if not spec:
        # Rows 2 to 6 and columns 0 to 4, in one frame.
        assert boxes == {(2, 0, 5)}
    else:
        # By hand: rows 2 p + 2 − 1, columns 2 q + 0 − 1, of p and q from 0 to 3, inside the input.
        assert boxes == {(r, c, 1) for r in (1, 3, 5) for c in (1, 3, 5)}


@pytest.mark.parametrize("lost", [[], [(0, 0)], [(2, 3), (5, 5)]])
def test_a_step_goes_down_the_slope_of_the_mean_over_what_is_known(lost: list[tuple[int, int]]) -> None:
    given = random_document(1, 1, (7, 8), (2, 3))
    x = given.sample.data.astype(float)
    for row, column in lost:
        x[0, row, column] = np.nan
    run = descent(replace(given, sample=Sample(x, "x", nonfinite=len(lost))), "sgd", "good")

    def loss(weight: NDArray[np.float64]) -> float:
        windows = np.lib.stride_tricks.sliding_window_view(x[0], weight.shape)
        errors = (windows * (weight - run.target[0, 0])).sum(axis=(2, 3))
        return float(np.nanmean(errors**2))

    for step in (0, 3):
        start, slope = run.weights[step, 0, 0], np.zeros((2, 3))
        for tap in np.ndindex(2, 3):
            nudge = np.zeros((2, 3))
            nudge[tap] = 1e-4
            slope[tap] = (loss(start + nudge) - loss(start - nudge)) / 2e-4
        assert run.losses[step] == pytest.approx(loss(start))
        np.testing.assert_allclose(run.moved[step, 0, 0], start - run.rate * slope, rtol=1e-5, atol=1e-7)


def test_a_gradient_has_wider_cells_before_it_loses_its_numbers() -> None:
    for size in [(1024, 476), (1024, 505)]:
        drawn = picture(lesson(), 5, size=size)
        (gradient,) = [item for item in drawn.items if isinstance(item, Cells) and item.name == "input gradient"]
        assert all(text for row in gradient.content.texts for text in row)
        assert gradient.width > gradient.height > gradient.font
        x, _, wide, _ = gradient.box
        (other,) = [item for item in drawn.items if isinstance(item, Cells) and item.name == "kernel gradient"]
        assert x + wide + 30 < other.x


def test_a_gradient_of_zeros_says_so_where_the_numbers_of_other_steps_have_no_room() -> None:
    first, later = (picture(lesson(), step, size=(680, 420)) for step in (0, 5))
    assert not any(text for row in written(later, "input gradient") for text in row)
    assert {text for row in written(first, "input gradient") for text in row} == {"0"}


def test_the_gradient_is_what_its_title_says() -> None:
    """Two over the number of cells times the error correlated with the input; without the factor it was eight times."""
    document = load_lesson("learn-kernel")
    said = next(text for text in words(picture_of(document, 0)) if text.startswith("2/"))
    run = scene("learn").prepare(document)
    error, x = np.squeeze(run.error(0)), np.squeeze(run.x)
    assert error.size == int(said.split()[0].removeprefix("2/")) == 16
    rows, columns = error.shape
    by_hand = [[float((x[i : i + rows, j : j + columns] * error).sum()) for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(np.squeeze(run.kernel_gradient(0)), 2 / 16 * np.array(by_hand))


@pytest.mark.parametrize("size", [(892, 650), (1024, 505), (1440, 800)])
def test_each_gradient_is_lit_where_a_caption_speaks_of_it(size: tuple[int, int]) -> None:
    """The gradient that is spoken of is framed, and the other one is grey; afterwards neither is."""
    lesson = load_lesson("learn-kernel")
    seen = {}
    for index in (2, 3, 4, 5):
        about = caption_document(lesson, index)
        picture = picture_of(about, about.view.step, size)
        cells = {item.name: item for item in picture.items if isinstance(item, Cells)}
        wide = [item for item in picture.items if isinstance(item, Rects) and item.width == 4.5]
        framed = [name for name, grid in cells.items() for item in wide if tuple(item.boxes[0]) == grid.box]
        grey = [name for name, grid in cells.items() if (grid.content.fill == LIGHT.faint).all()]
        seen[index] = framed, grey
        if index == 4:
            assert "∂L/∂x[" in picture.summary
            assert "w[" not in picture.summary
        if index == 3 and size[0] > 1100:
            assert "w[2, 2] meets these 16 cells" in words(picture)
    assert seen[3] == (["kernel gradient"], ["input gradient"])
    assert seen[4] == (["input gradient"], ["kernel gradient"])
    assert seen[2] == seen[5] == ([], [])
