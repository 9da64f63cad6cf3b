"""PyTorch's lines are read as PyTorch reads them, and nothing is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from convgui.core import ConvSpec
from convgui.export.code import code
from convgui.files.documents import read_document, write_document
from convgui.layers.convolution import Convolution
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.pasted import PasteError, apply, parse
from tests.documents import KERNEL, random_document, textbook
from tests.export.code.stacks import single, wanted


def pasted(text: str, document: Document | None = None) -> Document:
    return apply(document or random_document(3, 2, (16, 16), (3, 3)), parse(text))


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        (
            "nn.Conv2d(3, 16, 3, stride=2, padding=1)",
            ConvSpec.of(3, 16, (3, 3), stride=2, padding=1),
        ),
        (
            "self.conv1 = torch.nn.Conv2d(in_channels=3, out_channels=6, kernel_size=(3, 5), bias=False),",
            ConvSpec.of(3, 6, (3, 5)),
        ),
        (
            "nn.ConvTranspose2d(3, 8, 4, 2, 1, 1, 1, True, 2)",
            ConvSpec.of(3, 8, (4, 4), stride=2, padding=1, output_padding=1, dilation=2, transposed=True),
        ),
        (
            "Conv2d(3, 64 // 4 + 2, 3, 1, 'same', 2, 1, padding_mode='reflect', dtype=torch.float64)",
            ConvSpec.of(3, 18, (3, 3), padding="same", dilation=2, padding_mode="reflect"),
        ),
        ("(0): Conv2d(3, 3, kernel_size=(3, 3), stride=(1, 1), groups=3)", ConvSpec.of(3, 3, (3, 3), groups=3)),
    ],
)
def test_a_line_sets_the_layer(text: str, spec: ConvSpec) -> None:
    assert pasted(text).layer.spec == spec


def test_weights_are_kept_around_their_middle() -> None:
    document = pasted("nn.Conv2d(1, 1, 5, padding=2)", textbook())
    assert document.layer.weight[0, 0, 1:4, 1:4].tolist() == KERNEL
    assert np.count_nonzero(document.layer.weight) == np.count_nonzero(KERNEL)
    biased = random_document(1, 1, (5, 5), (3, 3))
    assert not pasted("nn.Conv2d(1, 1, 3, bias=False)", biased).layer.bias.any()
    line = Document(Sample(np.arange(9.0)[None], "line"), random_document(1, 1, (9,), (3,)).layers)
    assert pasted("nn.Conv1d(1, 2, 3)", line).layer.weight.shape == (2, 1, 3)


def test_a_sequential_is_the_whole_stack() -> None:
    document = pasted(
        """
        model = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.AvgPool2d(3, stride=1, padding=1),
            nn.PixelShuffle(2),
            nn.Upsample(scale_factor=2.0, mode="bilinear"),
        )
        """
    )
    assert document.layers[1:] == (
        ReLU(),
        Pool("max", (2, 2), (2, 2), (0, 0)),
        Pool("average", (3, 3), (1, 1), (1, 1)),
        PixelShuffle(2),
        Upsample((2, 2), "linear"),
    )
    assert document.shapes[-1] == (2, 32, 32)


def test_a_printed_model_and_several_lines() -> None:
    printed = "Sequential(\n  (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n  (1): ReLU()\n)"
    assert [s.name for s in parse(printed)] == ["Conv2d", "ReLU"]
    lines = "from torch import nn\nself.a = nn.Conv2d(3, 4, 3)\nself.b = nn.ReLU()\n"
    assert [s.name for s in parse(lines)] == ["Conv2d", "ReLU"]


def test_one_layer_of_a_stack_is_replaced() -> None:
    document = pasted("nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())")
    document = document.with_view(View(layer=1))
    changed = pasted("nn.MaxPool2d(2)", document)
    assert isinstance(changed.layers[0], Convolution)
    assert changed.layers[1] == Pool("max", (2, 2), (2, 2), (0, 0))
    assert changed.view.layer == 1


@settings(max_examples=30)
@given(single())
def test_what_is_copied_can_be_pasted(document: Document) -> None:
    lines = code(document, "pytorch", weights=False).splitlines()
    line = next(line for line in lines if "nn.Conv" in line)
    if any("Pad" in other for other in lines) or document.layer.flip:
        return  # padding of a layer of its own is not read
    assert np.array_equal(wanted(pasted(line, document)), wanted(document))


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no layer in it"),
        ("nn.Conv2d(3, 16", "not a line of Python"),
        ("nn.LSTM(3, 16)", "“LSTM” is no layer that convgui knows; it reads Conv1d"),
        ("nn.Conv2d(3, hidden, 3)", "out_channels of Conv2d is “hidden”; write its value as a number"),
        ("nn.Conv2d(3, 16, 3, strides=2)", "Conv2d has no parameter “strides”"),
        ("nn.Conv2d(3, 16, 3, in_channels=3)", "given in_channels twice"),
        ("nn.Conv2d(3, 16, 3, **more)", "has no parameter"),
        ("nn.Conv2d(3, 16)", "Kernel size is missing"),
        ("nn.Conv2d(3, 16, 'three')", "whole numbers are needed"),
        ("nn.Conv2d(3, 16, 3, groups=2)", "Conv2d: Groups is 2, which does not divide 3 input channels"),
        ("nn.Conv2d(4, 16, 3)", "takes 4 channels and gets 3"),
        ("nn.Conv2d(3, 16, 99)", "Kernel size"),
        ("nn.Conv3d(3, 16, 3)", "has 2 spatial axes, and the layer is made for 3"),
        ("nn.Conv2d(3, 2, 3, padding='full')", "PyTorch knows 'same' and 'valid'"),
        ("nn.MaxPool2d(2, ceil_mode=1)", "True or False is needed"),
        ("nn.Upsample(size=(9, 9), scale_factor=2)", "are both given"),
        ("nn.Upsample(scale_factor=-1.5)", "a number above 0"),
        ("nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3))", "layer 2 of 2"),
        ("nn.Sequential(" + "nn.ReLU(), " * 2100 + ")", "2100 layers"),
        ("x = 3", "“3” is not a layer"),
        ("for i in range(3): pass", "is not a layer"),
        ("nn.Conv2d(" + "(" * 300 + ")" * 300 + ")", "not a line of Python"),
        ("a" * 200_000, "200,000 characters"),
        ("nn.Conv2d(3, 10**9**9, 3)", "write its value as a number"),
        ("\0", "not a line of Python"),
    ],
)
def test_what_is_not_understood_is_said_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(PasteError) as caught:
        pasted(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.fault
def test_nothing_is_evaluated(tmp_path: Path) -> None:
    target = tmp_path / "made"
    for text in (
        f"nn.Conv2d(3, open({str(target)!r}, 'w').write('x'), 3)",
        f"__import__('pathlib').Path({str(target)!r}).touch()",
    ):
        with pytest.raises(PasteError):
            pasted(text)
    assert not target.exists()


@pytest.mark.fault
@pytest.mark.parametrize("count", [50, 300, 1500, 20_000])
@pytest.mark.parametrize(
    "build",
    [
        lambda n: "nn.Conv2d(" + "1+" * n + "1, 1, 3)",
        lambda n: "nn.Conv2d(" + "-" * n + "1, 1, 3)",
        lambda n: "nn.Conv2d(1,1," + "(" * n + "3" + ",)" * n + ")",
        lambda n: "nn.Sequential(" * n + "nn.ReLU()" + ")" * n,
        lambda n: "nn" + ".a" * n + ".ReLU()",
        lambda n: "[" * n + "nn.ReLU()" + "]" * n,
        lambda n: "f(" * n + "1" + ")" * n,
        lambda n: "nn.Foo(" + "1+" * n + "1)",
        lambda n: "nn.Conv2d(1, 1, 0x" + "f" * n + ")",
        lambda n: "nn.Conv2d(1, 1, 3, padding='" + "a" * n + "')",
        lambda n: "nn.Conv2d(1, 1, (" + "3," * n + "))",
        lambda n: "nn." + "A" * n + "()",
        lambda n: "nn.Conv2d(" + "a" * n + "=1)",
        lambda n: "nn.Upsample(scale_factor=1e" + "9" * min(n, 300) + ")",
        lambda n: "(" * n,
        lambda n: "{" * n,
        lambda n: "".join(" " * i + "if x:\n" for i in range(min(n, 300))),
    ],
)
def test_text_that_nests_or_runs_on_is_a_layer_or_a_sentence(build: Callable[[int], str], count: int) -> None:
    sentence = ""
    try:
        apply(textbook(), parse(build(count)))
    except PasteError as error:
        sentence = str(error)
    assert len(sentence) <= 401
    assert "\n" not in sentence


@pytest.mark.parametrize("said", [True, False])
def test_a_document_keeps_whether_a_pasted_layer_has_a_bias(said: bool, tmp_path: Path) -> None:
    changed = apply(random_document(1, 1, (5, 5), (3, 3)), parse(f"nn.Conv2d(1, 2, 3, bias={said})"))
    changed = changed.with_layer(replace(changed.layer, bias=np.zeros(2)))
    write_document(changed, tmp_path / "a.convgui")
    kept = read_document(tmp_path / "a.convgui").layer
    assert kept.biased is said
    assert kept.learned == ({"weight": 18, "bias": 2} if said else {"weight": 18})
