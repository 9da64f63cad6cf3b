"""Learn: the descent finds the hidden kernel, and the gradients drawn are the true ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core import Cancelled, convolve, preset
from convgui.draw.picture import Cells, Hit, Picture
from convgui.draw.theme import DARK, LIGHT
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.scenes import scene
from convgui.scenes.learn.descent import STEPS, Descent
from convgui.scenes.scene import Canvas, Focus
from tests.documents import document, random_document
from tests.scenes.reading import check_words, line, sentences, written
from tests.scenes.test_slide import read

LEARN = scene("learn")


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
    assert found.losses[-1] < 1e-3 * found.losses[0]
    assert np.allclose(found.weights[-1], found.target, atol=0.02)
    assert not found.weights[0].any()


def test_the_last_picture_shows_sobel_and_no_error() -> None:
    last = picture(lesson(), STEPS)
    sobel = preset("sobel-x").weights()
    assert [[read(t) for t in row] for row in written(last, "learned")] == sobel.tolist()
    assert {t for row in written(last, "error") for t in row} == {"0"}
    assert written(last, "prediction") == written(last, "target")


def test_the_first_picture_is_all_error() -> None:
    first = picture(lesson(), 0)
    given = load_lesson("learn-kernel")
    wanted = convolve(given.sample.data.astype(float), given.layer.weight)[0]
    assert [[read(t) for t in row] for row in written(first, "target")] == wanted.tolist()
    assert [[read(t) for t in row] for row in written(first, "error")] == (-wanted).tolist()
    assert line(first, "step 0").endswith("100 % of the beginning")


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


def test_pointing_at_a_weight_and_at_an_error() -> None:
    shown = picture(lesson(), 2, Focus(hover=Hit("learned", (0, 2))))
    assert any(text.startswith("w[0, 2] = ") for text in sentences(shown))
    shown = picture(lesson(), 0, Focus(hover=Hit("error", (1, 1))))
    assert line(shown, "out[1, 1]") == "out[1, 1] = 0, wanted −5, error 5"


def test_on_a_photo_the_middle_is_learned_from() -> None:
    given = load_lesson("sobel-photo").looked_at(View(scene="learn"))
    found = run(given)
    assert found.cropped
    assert found.x.shape == (1, 64, 64)
    assert found.x.mean() == pytest.approx(0, abs=1e-9)
    assert found.losses[-1] < 0.01 * found.losses[0]
    with pytest.raises(Cancelled):
        LEARN.prepare(given, lambda: True)


def test_what_it_cannot_show_it_says() -> None:
    assert "zero" in LEARN.refusal(document([np.ones((5, 5))], np.zeros((1, 1, 3, 3))))
    assert "transposed" in LEARN.refusal(random_document(1, 1, (4, 4), (2, 2), transposed=True))
    assert "up to 9" in LEARN.refusal(random_document(1, 1, (40, 40), (11, 11)))
    assert "three" in LEARN.refusal(random_document(1, 1, (4, 4, 4), (2, 2, 2)))


@pytest.mark.parametrize("size", [(912, 640), (514, 430), (1500, 900)])
def test_words_never_collide(size: tuple[int, int]) -> None:
    cases = [
        lesson(hidden="show"),
        random_document(3, 2, (8, 9), (3, 2), padding=1),
        random_document(1, 1, (30,), (5,)),
    ]
    if size == (912, 640):
        cases.append(load_lesson("sobel-photo").looked_at(View(scene="learn", options={"hidden": "show"})))
    for case in cases:
        prepared = LEARN.prepare(case)
        for theme, steps in ((LIGHT, (0, 7)), (DARK, (STEPS,))):
            layout = LEARN.lay_out(prepared, case.view, Canvas(*size, theme))
            for step in steps:
                check_words(LEARN.picture(layout, float(step), Focus()))
