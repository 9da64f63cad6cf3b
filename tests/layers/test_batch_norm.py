"""BatchNorm at inference: by hand, folded into what is before it; `test_kinds` takes it through the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnx.reference
import pytest

from convgui.core.spec import ConvSpec, SpecError
from convgui.export.code import code
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.convolution import Convolution
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import overflows
from convgui.model.sample import Sample
from convgui.session.pasted import PasteError, apply, parse
from convgui.session.stack import rewritings, rewritten
from tests.export.code.stacks import same
from tests.export.code.test_code import run_jax, run_keras, run_numpy
from tests.model.chains import run
from tests.scenes.checks import assert_hits_return, picture_of

NORM = BatchNorm(np.array([2.0, 1]), np.array([0.5, 0]), np.array([1.0, -2]), np.array([4, 0.25]), 1e-9)
VALUES = np.array([[[3.0, -1.0]], [[-2.0, 0.0]]])
"""(3 - 1) / 2 * 2 + 0.5 = 2.5, (-1 - 1) / 2 * 2 + 0.5 = -1.5; (-2 + 2) / 0.5 = 0, (0 + 2) / 0.5 = 4."""


def drawn(channels: int, seed: int = 3, eps: float = 0.25) -> BatchNorm:
    rng = np.random.default_rng(seed)
    weight, bias, mean = rng.normal(size=(3, channels))
    return BatchNorm(weight, bias, mean, rng.random(channels), eps)


def alone(layer: BatchNorm, data: object = VALUES, scene: str = "cells") -> Document:
    return Document(Sample(np.asarray(data), "test"), (layer,), View(scene=scene))


def test_by_hand() -> None:
    np.testing.assert_allclose(NORM.forward(VALUES), [[[2.5, -1.5]], [[0.0, 4.0]]], atol=1e-8)
    assert NORM.forward(VALUES.astype(np.float32)).dtype == np.float32
    out = NORM.forward(np.array([[np.nan, 1.0], [0.0, np.nan]]))
    assert np.isnan(out).tolist() == [[True, False], [False, True]], "what is missing stays missing, and no more"
    assert BatchNorm.plain(2).forward(np.full((2, 1), 3.0)).tolist() == [[3 / np.sqrt(1 + 1e-5)]] * 2


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_slope(rank: int) -> None:
    rng = np.random.default_rng(0)
    x, layer = rng.normal(size=(3, *(3, 4, 2)[:rank])), drawn(3)
    grad = rng.normal(size=x.shape)
    slopes = layer.backward(grad, x)
    for index in np.ndindex(*x.shape):
        moved = x.copy()
        moved[index] += 1e-4
        change = ((layer.forward(moved) - layer.forward(x)) * grad).sum() / 1e-4
        assert change == pytest.approx(slopes[index], abs=1e-8)


def convolutions(rank: int) -> list[Convolution]:
    rng = np.random.default_rng(rank)
    size = (3, 2, 2)[:rank]
    specs = [
        ConvSpec.of(4, 6, size, padding=1, groups=2),
        ConvSpec.of(4, 6, size, stride=2, padding=((2, 0),) * rank, padding_mode="replicate"),
        ConvSpec.of(4, 6, size, stride=2, groups=2, transposed=True),
        ConvSpec.of(4, 6, size, transposed=True),
    ]
    return [
        Convolution(spec, rng.normal(size=spec.weight_shape), rng.normal(size=6), flip=flip)
        for spec in specs
        for flip in (False, True)
    ]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_folded_into_the_convolution_it_makes_the_same(rank: int) -> None:
    sample = Sample(np.random.default_rng(5).normal(size=(4, *(6, 5, 4)[:rank])), "drawn")
    for convolution in convolutions(rank):
        document = Document(sample, (convolution, drawn(6), ReLU()), View(layer=1))
        (entry,) = rewritings(document)
        assert entry.about.endswith("the same but for rounding.")
        folded = rewritten(document, entry)
        assert [type(layer) for layer in folded.layers] == [Convolution, ReLU]
        assert folded.view.layer == 0
        assert folded.layer.spec == convolution.spec
        np.testing.assert_allclose(run(folded.layers, sample), run(document.layers, sample), rtol=1e-12, atol=1e-12)


def test_it_is_folded_into_another_of_its_kind_and_into_nothing_else() -> None:
    document = alone(NORM)
    assert rewritings(document) == ()
    assert rewritings(Document(document.sample, (ReLU(), NORM), View(layer=1))) == ()
    two = Document(document.sample, (NORM, drawn(2)), View(layer=1))
    one = rewritten(two, rewritings(two)[0])
    assert len(one.layers) == 1
    np.testing.assert_allclose(run(one.layers, one.sample), run(two.layers, two.sample), rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"bias": np.zeros(3)}, r"bias: has shape \(3,\), the layer needs \(2,\)"),
        ({"running_mean": np.zeros((2, 1))}, r"running_mean: has shape \(2, 1\)"),
        ({"weight": np.zeros(())}, r"weight: has shape \(\)"),
        ({"running_var": np.array([1.0, -0.5])}, "running_var: holds -0.5; a variance is never below 0"),
        ({"eps": 0.0}, "eps: is 0.0; a number above 0"),
        ({"eps": float("nan")}, "eps: is nan; a number above 0"),
    ],
)
@pytest.mark.fault
def test_what_it_cannot_be(change: dict[str, object], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        replace(NORM, **change)  # type: ignore[arg-type]


def test_channels() -> None:
    with pytest.raises(SpecError, match="num_features: the layer takes 2 channels and gets 3"):
        NORM.output_shape((3, 4, 4))
    assert NORM.adapted((3, 4)).running_mean.tolist() == [1, -2, 1]
    assert NORM.adapted((2, 4)) is NORM


def test_its_vectors_are_kept_in_a_file(tmp_path: Path) -> None:
    write_document(alone(NORM), tmp_path / "a.convgui")
    again = read_document(tmp_path / "a.convgui").chosen
    assert again.alike(NORM)
    assert not again.alike(drawn(2))


@pytest.mark.parametrize(
    ("line", "eps"),
    [
        ("nn.BatchNorm2d(2)", 1e-5),
        ("nn.BatchNorm2d(2, 1e-3, 0.01)", 1e-3),
        ("(bn1): BatchNorm2d(2, eps=0.001, momentum=0.1, affine=True, track_running_stats=True)", 1e-3),
        ("nn.BatchNorm2d(num_features=2, affine=False, device=None, dtype=None)", 1e-5),
    ],
)
def test_a_line_of_pytorch(line: str, eps: float) -> None:
    document = Document(Sample(VALUES, "test"), (ReLU(),))
    assert apply(document, parse(line)).chosen.alike(BatchNorm.plain(2, eps))


def test_a_line_of_pytorch_keeps_what_was_trained() -> None:
    kept = apply(alone(NORM), parse("nn.BatchNorm2d(2, eps=0.5)")).chosen
    assert kept.alike(replace(NORM, eps=0.5))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nn.BatchNorm2d(2, track_running_stats=False)", "every input is scaled by itself"),
        ("nn.BatchNorm2d(3)", "takes 3 channels and gets 2"),
        ("nn.BatchNorm2d(0)", "a whole number above 0"),
        ("nn.BatchNorm1d(2)", "has 2 spatial axes, and the layer is made for 1"),
        ("nn.BatchNorm2d(2, eps=0)", "a number above 0"),
    ],
)
def test_a_line_of_pytorch_that_is_none(line: str, says: str) -> None:
    with pytest.raises(PasteError, match=says):
        apply(alone(NORM), parse(line))


@pytest.mark.parametrize("shape", [(3, 5), (3, 4, 5), (3, 2, 3, 4)])
def test_other_libraries_give_the_array_on_screen(shape: tuple[int, ...]) -> None:
    document = alone(drawn(3), np.random.default_rng(2).normal(size=shape))
    for made in (run_numpy, run_jax, run_keras):
        same(made(document), document, exact=False)
    text = code(document, "pytorch")
    assert f"nn.BatchNorm{len(shape) - 1}d(3, eps=0.25)" in text
    assert "model.eval()" in text, "in training mode PyTorch takes the batch's own statistics"
    assert "model.running_var.copy_(" in text
    model = onnx.load_model_from_string(onnx_bytes(document))
    onnx.checker.check_model(model, full_check=True)
    x = document.sample.data
    (out,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": x[None].astype(np.float32)})
    assert np.allclose(out[0], document.chosen.forward(x), atol=1e-5)


def test_what_is_written_for_pytorch_is_read_as_a_whole() -> None:
    document = alone(drawn(2))
    written = code(document, "pytorch", weights=False)
    assert apply(document, parse(written)).chosen.alike(document.chosen)


def test_large_weights_may_overflow() -> None:
    never = replace(BatchNorm.plain(1), running_var=np.zeros(1))
    for weight, too_large in ((1.0, False), (1e304, True), (1e308, True)):
        layer = replace(never, weight=np.array([weight]))
        assert overflows(Document(Sample(np.full((1, 2, 2), 1000.0), "test"), (layer,)), (0,)) is too_large


def test_a_cell_is_explained() -> None:
    assert picture_of(alone(NORM), 0).summary == "out[0, 0, 0] = 2 · (3 − 1) / √(4 + 1e−9) + 0.5 = 2.5"
    second = alone(NORM).with_view(View(scene="cells", options={"channel": "1"}))
    assert picture_of(second, 1).summary == "out[1, 0, 1] = (0 − (−2)) / √(0.25 + 1e−9) = 4"
    assert_hits_return(alone(NORM))
