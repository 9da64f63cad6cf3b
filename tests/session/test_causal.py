"""What is said of causal layers, and how a layer becomes one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.export.code import code
from convgui.files.documents import read_document, write_document
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.session.causal import causal_words, trimmed
from convgui.session.edits import change_spec, with_sample
from convgui.session.formulas import formula_letters, size_formula
from convgui.session.limits import parameter_limits


def causal(n: int = 12, padding: str = "causal", **fields: object) -> Document:
    spec = ConvSpec.of(1, 1, (3,), padding=padding, **fields)  # type: ignore[arg-type]
    layer = Convolution(spec, np.arange(1, 4, dtype=np.float64).reshape(1, 1, 3), np.zeros(1))
    return Document(Sample(np.arange(1.0, n + 1.0)[None], "counted"), (layer,))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"padding": "causal"}, "Causal: d (k − 1) = 2 cells before, none after."),
        ({"padding": [(2, 0)]}, "Causal: d (k − 1) = 2 cells before, none after."),
        (
            {"padding": "causal", "stride": 2, "dilation": 3},
            "Causal: d (k − 1) = 6 before, as in Keras; with the stride taken off, as in Encodec, it would be 5.",
        ),
        (
            {"padding": "causal_stride", "stride": 2, "dilation": 3},
            "Causal: d (k − 1) + 1 − s = 5 before, as in Encodec; without the stride, as in Keras, it would be 6.",
        ),
        (
            {"padding": "causal_stride", "stride": 4},
            "Causal: windows do not overlap, and none is put before, as in Encodec; in Keras, it would be 2 cells.",
        ),
        ({"padding": "same"}, ""),
        ({"padding": 2}, ""),
        ({"padding": 0, "stride": 3}, ""),
        (
            {"padding": [(0, 1)], "stride": 2, "transposed": True},
            "Causal: 1 cell is trimmed on the right, so that no output cell is made of what comes after it.",
        ),
        ({"padding": 1, "stride": 2, "transposed": True}, ""),
    ],
)
def test_the_panel_says_which_convention_it_is(fields: dict[str, object], words: str) -> None:
    assert causal_words(ConvSpec.of(1, 1, (3,), **fields)) == words  # type: ignore[arg-type]


def test_of_more_axes_nothing_is_said() -> None:
    assert causal_words(ConvSpec.of(1, 1, (1, 3), padding=[(0, 0), (2, 0)])) == ""


def test_the_padding_goes_with_kernel_dilation_and_stride() -> None:
    document = change_spec(causal(40), kernel_size=(5,), dilation=4, stride=2)
    assert document.layer.spec.pads((40,)) == ((16, 0),)
    assert document.shapes[-1] == (1, 20)
    assert change_spec(document, padding="causal_stride").layer.spec.pads((40,)) == ((15, 0),)


def test_a_causal_layer_that_is_transposed_is_trimmed_and_back() -> None:
    document = change_spec(causal(dilation=2), transposed=True, stride=2)
    assert document.layer.spec.padding == trimmed(document.layer.spec) == ((0, 3),)
    assert document.shapes[-1] == (1, 24)
    assert change_spec(document, transposed=False).layer.spec.padding == "causal"


def test_another_input_of_two_axes_takes_the_name_away() -> None:
    assert with_sample(causal(), Sample(np.ones((1, 4, 4)), "plane")).layer.spec.padding == ((0, 0), (0, 0))


def test_a_document_keeps_its_name(tmp_path: Path) -> None:
    for name in ("causal", "causal_stride"):
        write_document(causal(padding=name, stride=2), tmp_path / "one.convgui")
        assert read_document(tmp_path / "one.convgui").layer.spec.padding == name


def test_the_formula_has_its_padding_on_one_side() -> None:
    document = causal(dilation=2, stride=3)
    assert size_formula(document) == "⌊(W + P − D·(K − 1) − 1) / S⌋ + 1\n⌊(12 + 4 − 4 − 1) / 3⌋ + 1 = 4"
    assert "P = D·(K − 1) = 4: padding before the input, none after" in formula_letters(document)
    other = causal(dilation=2, stride=3, padding="causal_stride")
    assert "P = D·(K − 1) + 1 − S = 2: padding before" in formula_letters(other)


def test_arrows_stop_where_the_padded_input_is_too_large() -> None:
    document = causal(1000)
    most = parameter_limits(document.layer.spec, (1000,))["dilation"]
    change_spec(document, dilation=most)


def test_code_is_what_one_would_write() -> None:
    document = causal(dilation=2)
    torch = code(document, "pytorch")
    assert "model = CausalConv1d(1, 1, 3, dilation=2)" in torch
    assert "nn.functional.pad(x, (self.dilation[0] * (self.kernel_size[0] - 1), 0))" in torch
    assert 'padding="causal"' in code(document, "keras")
    assert "padding=((4, 0),)" in code(document, "jax")
    assert '[(0, 0), (4, 0)], mode="constant")  # causal: before the input, nothing after' in code(document, "numpy")
