"""Code that this program writes comes back as it was, and layers of one axis fit a grid of one row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from convgui.core import ConvSpec, convolve
from convgui.export.code import code
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.session.pasted import PasteError, apply, parse
from tests.export.code.stacks import single, wanted


def line(*values: float) -> Document:
    return Document(
        Sample(np.array([values]), "line"), (Convolution(ConvSpec.of(1, 1, (2,)), np.ones((1, 1, 2)), np.zeros(1)),)
    )


def row(*values: float) -> Document:
    spec = ConvSpec.of(1, 1, (1, 2))
    return Document(Sample(np.array([[values]]), "row"), (Convolution(spec, np.ones((1, 1, 1, 2)), np.zeros(1)),))


def causal(**fields: Any) -> Document:
    spec = ConvSpec.of(2, 3, (3,), padding="causal", **fields)
    rng = np.random.default_rng(1)
    layer = Convolution(spec, rng.normal(size=spec.weight_shape), rng.normal(size=3))
    return Document(Sample(rng.normal(size=(2, 20)), "drawn"), (layer,))


@pytest.mark.parametrize("fields", [{}, {"dilation": 4}, {"stride": 2, "dilation": 3}, {"padding_mode": "replicate"}])
def test_causal_code_with_its_numbers_comes_back_to_the_bit(fields: dict[str, Any]) -> None:
    document = causal(**fields)
    blank = document.with_layer(Convolution(ConvSpec.of(2, 1, (1,)), np.ones((1, 2, 1)), np.zeros(1)))
    back = apply(blank, parse(code(document, "pytorch")))
    np.testing.assert_array_equal(wanted(back), wanted(document))
    if "padding_mode" not in fields:
        assert back.layer.spec == document.layer.spec
        np.testing.assert_array_equal(back.layer.weight, document.layer.weight)


@settings(max_examples=40)
@given(single())
def test_all_code_comes_back_to_the_bit(document: Document) -> None:
    text = code(document, "pytorch")
    # What is cut off behind a transposed layer is a padding below 0, which is no layer.
    assume(
        "Pad1d((-" not in text
        and "Pad2d((-" not in text
        and "Pad3d((-" not in text
        and ", -" not in text.split("with")[0]
    )
    back = apply(document, parse(text))
    np.testing.assert_array_equal(wanted(back), wanted(document))


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("x = F.pad(x, (2, 0))\nnn.Conv1d(1, 1, 3)", ConvSpec.of(1, 1, (3,), padding="causal")),
        ("x = F.pad(x, (4, 0))\nnn.Conv1d(1, 1, 3, dilation=2)", ConvSpec.of(1, 1, (3,), padding="causal", dilation=2)),
        ("nn.functional.pad(x, (1, 0))\nnn.Conv1d(1, 1, 3)", ConvSpec.of(1, 1, (3,), padding=[(1, 0)])),
        (
            "F.pad(x, [2, 1], mode='replicate')\nnn.Conv1d(1, 1, 3, stride=2)",
            ConvSpec.of(1, 1, (3,), padding=[(2, 1)], padding_mode="replicate", stride=2),
        ),
        ("CausalConv1d(1, 1, 3, dilation=2)", ConvSpec.of(1, 1, (3,), padding="causal", dilation=2)),
    ],
)
def test_a_padding_and_the_convolution_behind_it_are_one_layer(text: str, spec: ConvSpec) -> None:
    changed = apply(line(*range(9)), parse(text))
    assert [layer.spec for layer in changed.layers if isinstance(layer, Convolution)] == [spec]
    assert len(changed.layers) == 1


def test_a_padding_of_another_value_stays_a_layer() -> None:
    changed = apply(line(*range(9)), parse("F.pad(x, (2, 0), value=7)\nnn.Conv1d(1, 1, 3)"))
    assert len(changed.layers) == 2
    assert changed.shapes[-1] == (1, 9)
    plane = apply(row(*range(9)), parse("F.pad(x, (2, 0), value=7)"))
    assert plane.shapes[-1] == (1, 1, 11)


def test_a_layer_of_one_axis_lies_on_a_grid_of_one_row() -> None:
    text = "nn.Sequential(nn.Conv1d(1, 2, 3, padding=2, dilation=2), nn.ReLU(), nn.Conv1d(2, 1, 2, stride=2))"
    changed = apply(row(*range(9)), parse(text))
    assert [layer.spec.kernel_size for layer in changed.layers if isinstance(layer, Convolution)] == [(1, 3), (1, 2)]
    assert changed.shapes[-1] == (1, 1, 4)
    causal_row = apply(row(1, 2, 3, 4, 5), parse(code(causal(), "pytorch", weights=False).replace("(2, 3,", "(1, 3,")))
    assert causal_row.layer.spec.padding == ((0, 0), (2, 0))
    copying = "with torch.no_grad():\n    model.weight.copy_(torch.tensor([[[1, 2, 3]]]))"
    numbers = f"model = nn.Conv1d(1, 1, 3, padding=1)\n{copying}"
    found = apply(row(1, 2, 3, 4, 5), parse(numbers))
    np.testing.assert_array_equal(
        wanted(found)[:, 0], convolve(np.arange(1.0, 6)[None], np.array([[[1.0, 2, 3]]]), padding=1)
    )


def test_on_a_plane_it_is_refused_still() -> None:
    plane = Document(
        Sample(np.ones((1, 4, 4)), "plane"),
        (Convolution(ConvSpec.of(1, 1, (2, 2)), np.ones((1, 1, 2, 2)), np.zeros(1)),),
    )
    with pytest.raises(PasteError, match="has 2 spatial axes, and the layer is made for 1"):
        apply(plane, parse("CausalConv1d(1, 1, 3)"))


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("F.pad(x, (2,))", "is no padding that is read"),
        ("F.pad(x, n)", "is no padding that is read"),
        ("F.pad(x, (1, 0), mode='mirror')", "is no padding that is read"),
        ("F.pad(x, (1, 0), mode=['constant'])", "is no padding that is read"),
        ("F.pad(x, (1, 0), value='a')", "a number is needed"),
        ("CausalConv1d(1, 1, 3, padding=2)", "follows from its kernel"),
        ("nn.Conv1d(1, 1, 3)\nwith torch.no_grad():\n    model.weight.copy_(torch.tensor(f()))", "are no numbers"),
        ("nn.Conv1d(1, 1, 3)\nwith torch.no_grad():\n    model.weight.copy_(torch.tensor([[[1]]]))", "has shape"),
        ("nn.Conv1d(1, 1, 3)\nwith torch.no_grad():\n    model.wide.copy_(torch.tensor([1]))", "is not read"),
        ("nn.Conv1d(1, 1, 3)\nwith torch.no_grad():\n    model[4].weight.copy_(torch.tensor([1]))", "not there"),
        ("nn.Conv1d(1, 1, 3)\nwith open('x'):\n    pass", "is not a layer"),
        ("class Other(nn.Module):\n    pass", "is not a layer"),
    ],
)
def test_what_is_not_read_is_said(text: str, words: str) -> None:
    with pytest.raises(PasteError, match=words):
        apply(line(*range(9)), parse(text))
