"""Residual networks (He, Zhang, Ren, Sun, arXiv 1512.03385), named as in torchvision and timm."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.session.modules import Module, block, in_row, layer

WIDTHS = (64, 128, 256, 512)
BLOCKS = {"18": (2, 2, 2, 2), "34": (3, 4, 6, 3), "50": (3, 4, 6, 3), "101": (3, 4, 23, 3), "152": (3, 8, 36, 3)}
"""Blocks of the four stages, by how many layers with weights there are."""
BOTTLENECKS = 50
"""So many of them and more are in blocks of three."""


def resnet(
    blocks: Sequence[int], *, bottleneck: bool, in_1x1: bool = False, channels: int = 3, classes: int = 1000
) -> Module:
    """Return a network of blocks of two 3 x 3 layers, or of a 1 x 1, a 3 x 3 and a 1 x 1.

    Parameters
    ----------
    in_1x1 : bool
        Whether a stage's stride is in its first 1 x 1, as in the paper; otherwise it is in the 3 x 3, as in
        torchvision ("v1.5").
    """
    stages, inputs = list[Module](), WIDTHS[0]
    for number, (count, width) in enumerate(zip(blocks, WIDTHS, strict=True), start=1):
        made = list[Module]()
        for n in range(count):
            stride = 2 if number > 1 and n == 0 else 1
            part = _bottleneck if bottleneck else _basic
            made.append(part(str(n), inputs, width, stride, in_1x1))
            inputs = width * (4 if bottleneck else 1)
        stages.append(block(f"layer{number}", "Sequential", *made))
    return block(
        "", "ResNet",
        layer("conv1", f"Conv2d({channels}, 64, 7, 2, 3, bias=False)"), layer("bn1", "BatchNorm2d(64)"),
        layer("relu", "ReLU()"), layer("maxpool", "MaxPool2d(3, 2, 1)"), *stages,
        layer("avgpool", "AdaptiveAvgPool2d(1)"), layer("fc", f"Linear({inputs}, {classes})"),
    )  # fmt: skip


def _basic(name: str, inputs: int, width: int, stride: int, _: bool) -> Module:
    return block(
        name, "BasicBlock",
        layer("conv1", f"Conv2d({inputs}, {width}, 3, {stride}, 1, bias=False)"), layer("bn1", f"BatchNorm2d({width})"),
        layer("relu", "ReLU()"),
        layer("conv2", f"Conv2d({width}, {width}, 3, 1, 1, bias=False)"), layer("bn2", f"BatchNorm2d({width})"),
        *_downsample(inputs, width, stride),
    )  # fmt: skip


def _bottleneck(name: str, inputs: int, width: int, stride: int, in_1x1: bool) -> Module:
    first, second = (stride, 1) if in_1x1 else (1, stride)
    return block(
        name, "Bottleneck",
        layer("conv1", f"Conv2d({inputs}, {width}, 1, {first}, bias=False)"), layer("bn1", f"BatchNorm2d({width})"),
        layer("conv2", f"Conv2d({width}, {width}, 3, {second}, 1, bias=False)"), layer("bn2", f"BatchNorm2d({width})"),
        layer("conv3", f"Conv2d({width}, {4 * width}, 1, bias=False)"), layer("bn3", f"BatchNorm2d({4 * width})"),
        layer("relu", "ReLU()"), *_downsample(inputs, 4 * width, stride),
    )  # fmt: skip


def _downsample(inputs: int, outputs: int, stride: int) -> tuple[Module, ...]:
    if inputs == outputs and stride == 1:
        return ()
    return (in_row("downsample", f"Conv2d({inputs}, {outputs}, 1, {stride}, bias=False)", f"BatchNorm2d({outputs})"),)
