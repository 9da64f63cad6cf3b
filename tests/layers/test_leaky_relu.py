"""LeakyReLU: its numbers by hand, in pictures, files and other libraries; `test_kinds` takes it through the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx.reference
import pytest
from numpy.typing import ArrayLike

from convgui.core.spec import SpecError
from convgui.draw.number import number
from convgui.export.code import code
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers import choices
from convgui.layers.leaky_relu import LeakyReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.pasted import PasteError, apply, parse
from tests.documents import random_document
from tests.export.code.stacks import same
from tests.export.code.test_code import run_jax, run_keras, run_numpy
from tests.scenes.checks import assert_hits_return, assert_legible, grid, picture_of

VALUES = [[[-4.0, 0.0, 3.0], [-0.5, 2.0, -10.0]]]


def alone(slope: float = 0.25, data: ArrayLike = VALUES, scene: str = "cells") -> Document:
    return Document(Sample(np.asarray(data), "test"), (LeakyReLU(slope),), View(scene=scene))


def test_by_hand() -> None:
    x = np.array(VALUES)
    assert LeakyReLU(0.25).forward(x).tolist() == [[[-1, 0, 3], [-0.125, 2, -2.5]]]
    assert LeakyReLU(0.25).backward(np.full(x.shape, 2.0), x).tolist() == [[[0.5, 0.5, 2], [0.5, 2, 0.5]]]
    assert LeakyReLU().negative_slope == 0.01
    assert LeakyReLU(0.2).forward(x.astype(np.float32)).dtype == np.float32
    assert np.isnan(LeakyReLU().forward(np.array([[np.nan]]))).all(), "what is missing stays missing"


def test_it_is_in_the_menu_behind_relu() -> None:
    ids = [entry.id for entry in choices()]
    assert ids[ids.index("relu") + 1] == "leaky-relu"


@pytest.mark.parametrize("value", ["nan", "inf", "x", ""])
def test_a_slope_that_is_none(value: str) -> None:
    with pytest.raises(SpecError, match="a finite number"):
        LeakyReLU().with_field("negative_slope", value)
    assert LeakyReLU().with_field("negative_slope", "0.5") == LeakyReLU(0.5)


def test_its_slope_is_kept_in_a_file(tmp_path: Path) -> None:
    write_document(alone(0.2), tmp_path / "a.convgui")
    assert read_document(tmp_path / "a.convgui").chosen == LeakyReLU(0.2)


@pytest.mark.parametrize(
    ("line", "slope"),
    [
        ("nn.LeakyReLU(0.2)", 0.2),
        ("nn.LeakyReLU()", 0.01),
        ("nn.LeakyReLU(negative_slope=1, inplace=True)", 1.0),
        ("(0): LeakyReLU(negative_slope=0.1)", 0.1),
    ],
)
def test_a_line_of_pytorch(line: str, slope: float) -> None:
    assert apply(alone(), parse(line)).chosen == LeakyReLU(slope)


def test_a_line_of_pytorch_that_is_none() -> None:
    with pytest.raises(PasteError, match="a number is needed"):
        apply(alone(), parse("nn.LeakyReLU('a')"))


@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 5), (2, 2, 3, 4)])
def test_other_libraries_give_the_array_on_screen(shape: tuple[int, ...]) -> None:
    document = alone(0.2, np.random.default_rng(2).normal(size=shape))
    for made in (run_numpy, run_jax, run_keras):
        same(made(document), document, exact=False)
    assert "nn.LeakyReLU(0.2)" in code(document, "pytorch")
    model = onnx.load_model_from_string(onnx_bytes(document))
    onnx.checker.check_model(model, full_check=True)
    x = document.sample.data
    (out,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x[None].astype(np.float32)})
    assert np.allclose(out[0], document.chosen.forward(x), atol=1e-6)


def test_a_cell_is_explained() -> None:
    assert picture_of(alone(0.2), 0).summary == "out[0, 0, 0] = 0.2 · (−4) = −0.8"
    assert picture_of(alone(0.2), 2).summary == "out[0, 0, 2] = in[0, 0, 2] = 3"
    assert_hits_return(alone())


def test_feature_maps_show_it() -> None:
    stack = random_document(1, 2, (4, 5), (3, 3))
    sample, layers = Sample(-stack.sample.data.astype(float), "test"), (*stack.layers, LeakyReLU(0.5))
    picture = picture_of(Document(sample, layers, View(layer=1, scene="maps")), 2)
    assert_legible(picture)
    before = stack.chosen.forward(sample.data)[0]
    assert (before < 0).any()
    assert grid(picture, "large") == [[number(v if v > 0 else v / 2) for v in row] for row in before.tolist()]
