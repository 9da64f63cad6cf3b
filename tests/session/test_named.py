"""State dicts of networks with branches: names and shapes as torchvision, timm and others write them, in small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files.weights.read import read_weights
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.convolution import Convolution
from convgui.layers.global_pool import GlobalPool
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.paths import widest_field
from convgui.model.sample import Sample
from convgui.session.architectures import Architecture, recognised
from convgui.session.trained import chain, found_layers
from tests.documents import textbook
from tests.files.weights.built import safetensors

Shapes = dict[str, tuple[int, ...]]
"""Shapes of weights by layer: four numbers of a convolution, one of a norm, two of a dense layer."""


def opened(folder: Path, shapes: Mapping[str, tuple[int, ...]], *biased: str) -> Architecture | None:
    """Read a file of such layers; norms have all their vectors, dense layers and those of `biased` a bias."""
    arrays, rng = dict[str, NDArray[Any]](), np.random.default_rng(0)
    for name, shape in shapes.items():
        arrays[f"{name}.weight"] = rng.normal(size=shape).astype(np.float16)
        if len(shape) == 1:
            arrays[f"{name}.running_mean"], arrays[f"{name}.running_var"] = np.zeros(shape, "f2"), np.ones(shape, "f2")
            arrays[f"{name}.num_batches_tracked"] = np.zeros((), np.int64)
        if len(shape) < 3 or name in biased:
            outputs = shape[1] if name.endswith(".up") else shape[0]
            arrays[f"{name}.bias"] = np.ones(outputs, np.float16)
    path = folder / "a.safetensors"
    path.write_bytes(safetensors(arrays))
    return recognised(found_layers(read_weights(path)))


def laid_out(known: Architecture | None, shape: tuple[int, ...] = (3, 64, 96)) -> Document:
    assert known is not None
    sample = Sample(np.random.default_rng(1).random(shape), "noise")
    document, said = chain(replace(textbook(), sample=sample), known.layers)
    assert said == ""
    return document


def graph(document: Document, first: int, last: int) -> list[tuple[str, tuple[int, ...]]]:
    """Return what stands at some indices, and what it reads, counted from the first."""
    return [
        (type(document.layers[n]).__name__, tuple(m - first for m in document.reads(n))) for n in range(first, last)
    ]


def resnet(blocks: tuple[int, ...], bottleneck: bool, groups: int = 1) -> Shapes:
    """ResNet's ``conv1, bn1, layer1.0.conv1, ...``, as the loop of `_make_layer` numbers them."""
    shapes: Shapes = {"conv1": (8, 3, 7, 7), "bn1": (8,)}
    inputs = 8
    for stage, count in enumerate(blocks, start=1):
        width = 4 * 2**stage
        outputs = 4 * width if bottleneck else width
        for n in range(count):
            at = f"layer{stage}.{n}"
            if bottleneck:
                shapes |= {
                    f"{at}.conv1": (width, inputs, 1, 1), f"{at}.bn1": (width,),
                    f"{at}.conv2": (width, width // groups, 3, 3), f"{at}.bn2": (width,),
                    f"{at}.conv3": (outputs, width, 1, 1), f"{at}.bn3": (outputs,),
                }  # fmt: skip
            else:
                shapes |= {f"{at}.conv1": (width, inputs, 3, 3), f"{at}.bn1": (width,),
                           f"{at}.conv2": (width, width, 3, 3), f"{at}.bn2": (width,)}  # fmt: skip
            if n == 0 and inputs != outputs:
                shapes |= {f"{at}.downsample.0": (outputs, inputs, 1, 1), f"{at}.downsample.1": (outputs,)}
            inputs = outputs
    return {**shapes, "fc": (5, inputs)}


@pytest.mark.parametrize(
    ("name", "blocks", "bottleneck", "groups", "field"),
    [
        ("ResNet-18", (2, 2, 2, 2), False, 1, 435),
        ("ResNet-34", (3, 4, 6, 3), False, 1, 899),
        ("ResNet-50", (3, 4, 6, 3), True, 1, 427),
        ("ResNeXt-50", (3, 4, 6, 3), True, 2, 427),
        ("ResNet-26", (2, 2, 2, 2), True, 1, 11 + 16 + 24 + 48 + 96),
    ],
)
def test_a_residual_network_is_known(
    tmp_path: Path, name: str, blocks: tuple[int, ...], bottleneck: bool, groups: int, field: int
) -> None:
    known = opened(tmp_path, resnet(blocks, bottleneck, groups))
    assert known is not None
    assert known.name == name
    document = laid_out(known)
    assert document.shapes[-1] == (5, 1, 1)
    assert widest_field(document, len(document.layers) - 2).size == (field, field)
    grouped = [n for n in document.layers if isinstance(n, Convolution) and n.spec.groups > 1]
    assert len(grouped) == (sum(blocks) if groups > 1 else 0)


def test_a_block_of_a_residual_network_is_wired_as_in_the_paper(tmp_path: Path) -> None:
    document = laid_out(opened(tmp_path, resnet((2, 2, 2, 2), False)))
    # Stem of four layers and a first block without a downsampling, of seven; the second stage's first has one.
    conv, norm, relu = "Convolution", "BatchNorm", "ReLU"
    assert graph(document, 4, 11) == [
        (conv, (0,)), (norm, (1,)), (relu, (2,)), (conv, (3,)), (norm, (4,)), ("Add", (5, 0)), (relu, (6,)),
    ]  # fmt: skip
    assert graph(document, 18, 27) == [
        (conv, (0,)), (norm, (1,)), (relu, (2,)), (conv, (3,)), (norm, (4,)), (conv, (0,)), (norm, (6,)),
        ("Add", (5, 7)), (relu, (8,)),
    ]  # fmt: skip
    first, second, beside = (document.layers[18 + n] for n in (0, 3, 5))
    strides = [layer.spec.stride for layer in (first, second, beside) if isinstance(layer, Convolution)]
    assert strides == [(2, 2), (1, 1), (2, 2)]
    values = value_of(document, 11)
    before, branch = value_of(document, 4), value_of(document, 9)
    assert np.allclose(values, np.maximum(before + branch, 0))


def mobilenet() -> Shapes:
    """torchvision's ``features.0.0``, ``features.1.conv.0.0``, ... of the paper's table 2, an eighth as wide."""
    shapes: Shapes = {"features.0.0": (4, 3, 3, 3), "features.0.1": (4,)}
    inputs, number = 4, 1
    for expansion, outputs, count in ((1, 2, 1), (6, 3, 2), (6, 4, 3), (6, 8, 4), (6, 12, 3), (6, 20, 3), (6, 40, 1)):
        for _ in range(count):
            at, wide = f"features.{number}.conv", inputs * expansion
            first = [f"{at}.0.0", f"{at}.0.1"] if expansion > 1 else []
            if first:
                shapes |= {first[0]: (wide, inputs, 1, 1), first[1]: (wide,)}
            n = 1 if first else 0
            shapes |= {f"{at}.{n}.0": (wide, 1, 3, 3), f"{at}.{n}.1": (wide,),
                       f"{at}.{n + 1}": (outputs, wide, 1, 1), f"{at}.{n + 2}": (outputs,)}  # fmt: skip
            inputs, number = outputs, number + 1
    return {**shapes, "features.18.0": (30, 40, 1, 1), "features.18.1": (30,), "classifier.1": (5, 30)}


def mobilenet_timm() -> Shapes:
    shapes: Shapes = {"conv_stem": (4, 3, 3, 3), "bn1": (4,)}
    shapes |= {"blocks.0.0.conv_dw": (4, 1, 3, 3), "blocks.0.0.bn1": (4,),
               "blocks.0.0.conv_pw": (2, 4, 1, 1), "blocks.0.0.bn2": (2,)}  # fmt: skip
    inputs = 2
    for stage, (outputs, count) in enumerate(((3, 2), (4, 3), (8, 4), (12, 3), (20, 3), (40, 1)), start=1):
        for n in range(count):
            at, wide = f"blocks.{stage}.{n}", 6 * inputs
            shapes |= {
                f"{at}.conv_pw": (wide, inputs, 1, 1), f"{at}.bn1": (wide,), f"{at}.conv_dw": (wide, 1, 3, 3),
                f"{at}.bn2": (wide,), f"{at}.conv_pwl": (outputs, wide, 1, 1), f"{at}.bn3": (outputs,),
            }  # fmt: skip
            inputs = outputs
    return {**shapes, "conv_head": (30, 40, 1, 1), "bn2": (30,), "classifier": (5, 30)}


@pytest.mark.parametrize("shapes", [mobilenet(), mobilenet_timm()], ids=["torchvision", "timm"])
def test_a_mobilenet_is_known(tmp_path: Path, shapes: Shapes) -> None:
    known = opened(tmp_path, shapes)
    assert known is not None
    assert known.name == "MobileNet v2"
    document = laid_out(known)
    assert document.shapes[-1] == (5, 1, 1)
    pooled = next(n for n, layer in enumerate(document.layers) if isinstance(layer, GlobalPool))
    assert widest_field(document, pooled).size == (491, 491)
    convolutions = [layer for layer in document.layers if isinstance(layer, Convolution)]
    assert len(convolutions) == 52
    assert sum(layer.spec.groups == layer.spec.in_channels for layer in convolutions) == 17
    # Ten of the seventeen blocks keep the shape, and what comes in is added.
    assert [type(layer).__name__ for layer in document.layers].count("Add") == 10


def densenet(blocks: tuple[int, ...], dot: str = "") -> Shapes:
    shapes: Shapes = {"features.conv0": (4, 3, 7, 7), "features.norm0": (4,)}
    width = 4
    for number, count in enumerate(blocks, start=1):
        for n in range(1, count + 1):
            at = f"features.denseblock{number}.denselayer{n}"
            shapes |= {f"{at}.norm{dot}1": (width,), f"{at}.conv{dot}1": (8, width, 1, 1), f"{at}.norm{dot}2": (8,),
                       f"{at}.conv{dot}2": (2, 8, 3, 3)}  # fmt: skip
            width += 2
        if number < 4:
            at = f"features.transition{number}"
            shapes |= {f"{at}.norm": (width,), f"{at}.conv": (width // 2, width, 1, 1)}
            width //= 2
    return {**shapes, "features.norm5": (width,), "classifier": (5, width)}


@pytest.mark.parametrize("dot", ["", "."])
@pytest.mark.parametrize(("name", "blocks"), [("DenseNet-121", (6, 12, 24, 16)), ("DenseNet-13", (1, 1, 1, 1))])
def test_a_densenet_is_known(tmp_path: Path, name: str, blocks: tuple[int, ...], dot: str) -> None:
    known = opened(tmp_path, densenet(blocks, dot))
    assert known is not None
    assert known.name == name
    document = laid_out(known)
    assert document.shapes[-1] == (5, 1, 1)
    # The first layer of the first block: two norms, two ReLUs, two convolutions, and what it reads before what it made.
    conv, norm, relu = "Convolution", "BatchNorm", "ReLU"
    assert graph(document, 4, 11) == [
        (norm, (0,)), (relu, (1,)), (conv, (2,)), (norm, (3,)), (relu, (4,)), (conv, (5,)), ("Concatenate", (0, 6)),
    ]  # fmt: skip
    assert np.array_equal(value_of(document, 11), np.concatenate([value_of(document, 4), value_of(document, 10)]))


def inception() -> Shapes:
    """Layers by torchvision's names, sixteen times as narrow; kernels as their names say."""
    table = """
        Conv2d_1a_3x3 3 2 3 3|Conv2d_2a_3x3 2 2 3 3|Conv2d_2b_3x3 2 4 3 3|Conv2d_3b_1x1 4 5 1 1|Conv2d_4a_3x3 5 12 3 3
    """
    rows = [line.split() for line in table.strip().split("|")]
    for block, inputs, pooled in (("5b", 12, 2), ("5c", 16, 4), ("5d", 18, 4)):
        rows += _rows(f"Mixed_{block}", f"branch1x1 {inputs} 4 1 1|branch5x5_1 {inputs} 3 1 1|branch5x5_2 3 4 5 5|"
                      f"branch3x3dbl_1 {inputs} 4 1 1|branch3x3dbl_2 4 6 3 3|branch3x3dbl_3 6 6 3 3|"
                      f"branch_pool {inputs} {pooled} 1 1")  # fmt: skip
    rows += _rows(
        "Mixed_6a", "branch3x3 18 24 3 3|branch3x3dbl_1 18 4 1 1|branch3x3dbl_2 4 6 3 3|branch3x3dbl_3 6 6 3 3"
    )
    for block, c in (("6b", 8), ("6c", 10), ("6d", 10), ("6e", 12)):
        rows += _rows(f"Mixed_{block}", f"branch1x1 48 12 1 1|branch7x7_1 48 {c} 1 1|branch7x7_2 {c} {c} 1 7|"
                      f"branch7x7_3 {c} 12 7 1|branch7x7dbl_1 48 {c} 1 1|branch7x7dbl_2 {c} {c} 7 1|"
                      f"branch7x7dbl_3 {c} {c} 1 7|branch7x7dbl_4 {c} {c} 7 1|branch7x7dbl_5 {c} 12 1 7|"
                      "branch_pool 48 12 1 1")  # fmt: skip
    rows += _rows("Mixed_7a", "branch3x3_1 48 12 1 1|branch3x3_2 12 20 3 3|branch7x7x3_1 48 12 1 1|"
                  "branch7x7x3_2 12 12 1 7|branch7x7x3_3 12 12 7 1|branch7x7x3_4 12 12 3 3")  # fmt: skip
    for block, inputs in (("7b", 80), ("7c", 128)):
        rows += _rows(f"Mixed_{block}", f"branch1x1 {inputs} 20 1 1|branch3x3_1 {inputs} 24 1 1|branch3x3_2a 24 24 1 3|"
                      f"branch3x3_2b 24 24 3 1|branch3x3dbl_1 {inputs} 28 1 1|branch3x3dbl_2 28 24 3 3|"
                      f"branch3x3dbl_3a 24 24 1 3|branch3x3dbl_3b 24 24 3 1|branch_pool {inputs} 12 1 1")  # fmt: skip
    shapes: Shapes = {}
    for name, *sizes in rows:
        few, many, high, wide = map(int, sizes)
        shapes |= {f"{name}.conv": (many, few, high, wide), f"{name}.bn": (many,)}
    return {**shapes, "fc": (5, 128)}


def _rows(block: str, table: str) -> list[list[str]]:
    return [[f"{block}.{name}", *sizes] for name, *sizes in (line.split() for line in table.split("|"))]


@pytest.mark.parametrize("aside", [{}, {"AuxLogits.conv0.conv": (8, 48, 1, 1), "AuxLogits.fc": (5, 48)}])
def test_inception_is_known_with_and_without_the_classifier_at_its_side(tmp_path: Path, aside: Shapes) -> None:
    known = opened(tmp_path, inception() | aside)
    assert known is not None
    assert known.name == "Inception v3"
    document = laid_out(known, (3, 80, 96))
    shapes = [shape[0] for layer, shape in zip(document.layers, document.shapes[1:], strict=True)
              if type(layer).__name__ == "Concatenate"]  # fmt: skip
    assert shapes == [16, 18, 18, 48, 48, 48, 48, 48, 80, 128, 128]
    assert document.shapes[-1] == (5, 1, 1)
    assert {layer.eps for layer in document.layers if isinstance(layer, BatchNorm)} == {0.001}


def unet(bilinear: bool) -> Shapes:
    """milesial/Pytorch-UNet's names; with interpolation the deepest level is half as wide."""
    shapes: Shapes = {}
    last = 32 if bilinear else 64

    def double(at: str, inputs: int, inner: int, outputs: int) -> None:
        shapes[f"{at}.double_conv.0"], shapes[f"{at}.double_conv.1"] = (inner, inputs, 3, 3), (inner,)
        shapes[f"{at}.double_conv.3"], shapes[f"{at}.double_conv.4"] = (outputs, inner, 3, 3), (outputs,)

    double("inc", 3, 4, 4)
    for n, (inputs, outputs) in enumerate(((4, 8), (8, 16), (16, 32), (32, last)), start=1):
        double(f"down{n}.maxpool_conv.1", inputs, outputs, outputs)
    for n, many in enumerate((64, 32, 16, 8), start=1):
        if bilinear:
            double(f"up{n}.conv", many, many // 2, many // 4 if n < 4 else 4)
        else:
            shapes[f"up{n}.up"] = (many, many // 2, 2, 2)
            double(f"up{n}.conv", many, many // 2, many // 2)
    return {**shapes, "outc.conv": (2, 4, 1, 1)}


@pytest.mark.parametrize("bilinear", [False, True])
def test_a_unet_is_known(tmp_path: Path, bilinear: bool) -> None:
    known = opened(tmp_path, unet(bilinear), "up1.up", "up2.up", "up3.up", "up4.up", "outc.conv")
    assert known is not None
    assert known.name == "U-Net"
    document = laid_out(known, (3, 32, 48))
    assert document.shapes[-1] == (2, 32, 48)
    kinds = [type(layer).__name__ for layer in document.layers]
    assert kinds.count("Concatenate") == 4
    # What led past stands before what came up: the first is what the input's level made.
    last = max(n for n, kind in enumerate(kinds) if kind == "Concatenate")
    assert document.reads(last)[0] == 6
    up = [layer for layer in document.layers if isinstance(layer, Convolution) and layer.spec.transposed]
    assert [layer.spec.stride for layer in up] == ([] if bilinear else [(2, 2)] * 4)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"layer1.0.se.fc1": (2, 8, 1, 1)}, "squeeze and excitation is more than a residual block"),
        ({"layer1.0.conv1": (8, 8, 5, 5)}, "a kernel of 5 is another block"),
        ({"conv1": (8, 3, 3, 3)}, "a stem of 3 x 3 is that of smaller pictures"),
        ({"layer2.0.conv1": (16, 5, 3, 3)}, "channels that do not come in"),
        ({"layer3.4.conv1": (4, 4, 3, 3)}, "a block is left out"),
        ({"fc": (5, 64, 1, 1)}, "what is dense is a convolution"),
    ],
)
def test_what_is_another_network_is_not_taken_for_one(tmp_path: Path, changed: Shapes, why: str) -> None:
    assert opened(tmp_path, resnet((2, 2, 2, 2), False) | changed) is None, why


@pytest.mark.fault
@pytest.mark.parametrize("missing", ["bn1", "layer2.0.downsample.0", "layer4.1.conv2", "fc", "conv1"])
def test_what_lacks_a_layer_is_not_taken_for_one(tmp_path: Path, missing: str) -> None:
    shapes = resnet((2, 2, 2, 2), False)
    del shapes[missing]
    assert opened(tmp_path, shapes) is None
