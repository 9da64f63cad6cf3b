"""The kernel turned by 180 degrees: every scene that multiplies makes SciPy's true convolution, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
import pytest

from convgui.draw.number import number
from convgui.draw.picture import Cells, Picture
from convgui.draw.remarks import TURNED
from convgui.model.document import Document, View
from convgui.scenes import scenes
from tests.documents import document
from tests.scenes.checks import SIZES, assert_hits_return, assert_legible, grid, picture_of, words

Floats: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
signal: Any = import_module("scipy.signal")
RNG = np.random.default_rng(4)
X = RNG.integers(0, 6, (6, 5))
W = np.array([[1, 2, 0], [-1, 0, 3], [0, 1, -2]])


def turned(scene: str, **options: str) -> Document:
    made = document([X], [[W]], view=View(scene=scene, options=options), transposed=scene == "transposed")
    return replace(made, layers=(replace(made.layer, flip=True),))


def read(picture: Picture, name: str) -> Floats:
    return np.array([[float(t.replace("−", "-")) for t in row] for row in grid(picture, name)])


TRUE = signal.convolve2d(X, W, "valid")
SHOWN: list[tuple[str, dict[str, str], str, Callable[[], Floats]]] = [
    ("slide", {}, "output", lambda: TRUE),
    ("blocks", {"show": "one"}, "output", lambda: TRUE),
    ("arithmetic", {}, "output", lambda: TRUE),
    ("matrix", {}, "output (0,)", lambda: TRUE),
    ("factor", {}, "output", lambda: TRUE),
    ("learn", {}, "target", lambda: TRUE),
    # A transposed layer paints its kernel, which is a full convolution as it is: turned, it paints W turned.
    ("transposed", {"way": "scatter"}, "output", lambda: signal.correlate2d(X, W, "full")),
    ("transposed", {"way": "stuffed"}, "output", lambda: signal.correlate2d(X, W, "full")),
    ("transposed", {"way": "matrix"}, "output", lambda: signal.correlate2d(X, W, "full")),
]


@pytest.mark.parametrize(("scene", "options", "name", "expected"), SHOWN)
def test_the_numbers_are_those_of_the_definition(
    scene: str, options: dict[str, str], name: str, expected: Callable[[], Floats]
) -> None:
    shown = turned(scene, **options)
    picture = picture_of(shown, -1, size=(1500, 900))
    np.testing.assert_allclose(read(picture, name), expected())
    assert TURNED[0] in words(picture)
    assert TURNED[0] in picture.summary
    straight = replace(shown, layers=(replace(shown.layer, flip=False),))
    assert not any(text in words(picture_of(straight, -1, size=(1500, 900))) for text in TURNED)


def test_the_effective_field_of_one_layer_is_its_kernel_turned() -> None:
    picture = picture_of(turned("receptive"), 0)
    shown = [[text for text in row if text] for row in grid(picture, "strength")]
    assert [[float(text) for text in row] for row in shown if row] == abs(W[::-1, ::-1]).tolist()
    assert TURNED[0] in words(picture)


def test_the_kernel_is_drawn_as_it_meets_the_input() -> None:
    np.testing.assert_array_equal(read(picture_of(turned("slide")), "kernel"), W[::-1, ::-1])
    np.testing.assert_array_equal(read(picture_of(turned("blocks")), "filter 0"), W[::-1, ::-1])
    drawn = [item for item in picture_of(turned("factor")).items if isinstance(item, Cells) and item.name == "kernel"]
    assert drawn[0].shown_texts() == tuple(tuple(number(v) for v in row) for row in W[::-1, ::-1].tolist())


@pytest.mark.parametrize("scene", ["slide", "blocks", "arithmetic", "matrix", "factor", "transposed", "learn"])
def test_the_sentence_collides_with_nothing(scene: str) -> None:
    shown = turned(scene)
    for size in SIZES:
        picture = picture_of(shown, 2, size)
        assert_legible(picture)
        assert picture.height == size[1]
        assert sum(text in words(picture) for text in TURNED) == 1
    assert_hits_return(shown)


def test_scenes_that_do_not_multiply_say_nothing() -> None:
    silent = {found.id for found in scenes() if not found.multiplies}
    assert silent == {"overlap", "groups", "cost"}
