"""LayerNorm over channels, wherever a kind of layer has something to do: the proof that one module is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.reference
import pytest

from convgui.core.spec import SpecError
from convgui.draw.theme import LIGHT
from convgui.export.code import TARGETS, code
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers.layer_norm import LayerNorm
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw, reason_against
from convgui.session.pasted import PasteError, apply, parse
from convgui.session.session import Session
from convgui.session.stack import add_layer
from tests.documents import random_document
from tests.scenes.checks import assert_legible, words

VALUES = np.array([[[1.0, 4.0]], [[2.0, 4.0]], [[6.0, 4.0]]])
"""Three channels of two cells: 1, 2, 6 (mean 3, variance 14 / 3), and three equal ones."""


def norm(channels: int = 3) -> LayerNorm:
    weight = np.array([1.0 + c for c in range(channels)], dtype=np.float64)
    return LayerNorm(weight, np.array([c / 2 for c in range(channels)], dtype=np.float64), 1e-3)


def alone(layer: LayerNorm, data: Any = VALUES) -> Document:
    return Document(Sample(np.asarray(data), "test"), (layer,), View(scene="cells"))


def test_by_hand() -> None:
    out = LayerNorm.plain(3).forward(VALUES)
    assert out[:, 0, 0] == pytest.approx(np.array([-2.0, -1.0, 3.0]) / np.sqrt(14 / 3 + 1e-5))
    assert out[:, 0, 1].tolist() == [0, 0, 0], "equal channels do not divide by 0"
    scaled = norm().forward(VALUES)
    assert scaled[:, 0, 1].tolist() == [0, 0.5, 1], "the bias alone"


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_slope(rank: int) -> None:
    rng = np.random.default_rng(0)
    x, layer = rng.normal(size=(4, *(3, 4, 2)[:rank])), norm(4)
    grad = rng.normal(size=x.shape)
    slopes = layer.backward(grad, x)
    for index in np.ndindex(*x.shape):
        moved = x.copy()
        moved[index] += 1e-6
        change = ((layer.forward(moved) - layer.forward(x)) * grad).sum() / 1e-6
        assert change == pytest.approx(slopes[index], abs=1e-4)


def test_into_a_stack_undone_saved_and_read(tmp_path: Path) -> None:
    session = Session(random_document(3, 4, (6, 5), (3, 3)))
    before = session.document
    session.replace(add_layer(before, "layer-norm"), "Add layer")
    added = session.document.chosen
    assert isinstance(added, LayerNorm)
    assert added.weight.tolist() == [1, 1, 1, 1], "as many as the convolution makes"
    path = tmp_path / "a.convgui"
    write_document(session.document, path)
    again = read_document(path)
    assert again.chosen.alike(added)
    assert not again.chosen.alike(norm(4))
    session.undo()
    assert session.document is before


def test_what_follows_other_channels() -> None:
    layer = norm(3).adapted((5, 4, 4))
    assert layer.weight.tolist() == [1, 2, 3, 1, 2]
    assert layer.bias.tolist() == [0, 0.5, 1, 0, 0.5]
    assert layer.eps == 1e-3
    assert layer.adapted((5, 9)) is layer
    with pytest.raises(SpecError, match="takes 3 channels and gets 2"):
        norm(3).output_shape((2, 4, 4))


@pytest.mark.parametrize("value", ["0", "-1", "nan", "x", ""])
def test_an_epsilon_that_is_none(value: str) -> None:
    with pytest.raises(SpecError, match="a number above 0"):
        norm().with_field("eps", value)
    assert norm().with_field("eps", "0.5").form((3, 4))[0].value == 0.5  # type: ignore[union-attr]


def test_numpy_and_onnx_give_the_array_on_screen() -> None:
    document = alone(norm(), np.random.default_rng(1).normal(size=(3, 4, 5)))
    expected = document.chosen.forward(document.sample.data)
    space: dict[str, Any] = {}
    exec(compile(code(document, "numpy"), "generated", "exec"), space)
    assert np.allclose(space["run"](document.sample.data), expected, rtol=1e-12, atol=1e-12)
    model = onnx.load_model_from_string(onnx_bytes(document))
    onnx.checker.check_model(model, full_check=True)
    (made,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": document.sample.data[None].astype(np.float32)})
    assert np.allclose(made[0], expected, atol=1e-5)


@pytest.mark.parametrize("target", [target.id for target in TARGETS])
@pytest.mark.parametrize("weights", [True, False])
def test_code_is_a_program(target: str, weights: bool) -> None:
    compile(code(alone(norm()), target, weights=weights), "generated", "exec")


def test_pytorch_normalises_something_else() -> None:
    """Its LayerNorm takes the last axes: to read it as this one would be false."""
    with pytest.raises(PasteError, match="PyTorch's last axes"):
        apply(alone(norm()), parse("nn.LayerNorm(3)"))


def test_a_cell_is_explained() -> None:
    cells = scene("cells")
    document = alone(LayerNorm.plain(3))
    assert reason_against(cells, document) == ""
    picture = draw(cells, document, Canvas(1000, 700, LIGHT))
    assert picture.summary.startswith("out[0, 0, 0] = (1 − 3) / √(4.667 + 1e−5) = −0.926")


def test_a_single_channel_is_said_to_vanish() -> None:
    layer = LayerNorm.plain(1)
    assert not layer.forward(np.array([[3.0, -2.0]])).any()
    assert layer.rule(1) == "A single channel is its own mean: nothing of it is left."


def test_each_channel_is_named_where_several_are_read() -> None:
    document = alone(LayerNorm.plain(3), np.arange(18.0).reshape(3, 2, 3))
    for size in ((1000, 700), (510, 430)):
        picture = draw(scene("cells"), document, Canvas(*size, LIGHT))
        assert_legible(picture)
        assert {"R", "G", "B"} <= set(words(picture))
