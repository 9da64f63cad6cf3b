"""Densely connected networks (Huang, Liu, van der Maaten, Weinberger, arXiv 1608.06993), named as in torchvision."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.session.modules import Module, block, layer

BLOCKS = {"121": (6, 12, 24, 16), "169": (6, 12, 32, 32), "201": (6, 12, 48, 32)}
"""Layers of the four blocks, by how many layers with weights there are; with 32 channels each, and 64 at first."""


def densenet(blocks: Sequence[int], *, channels: int = 3, classes: int = 1000) -> Module:
    """Return a network in which each layer of a block reads what all before it made."""
    width, growth = 64, 32
    parts = [
        layer("conv0", f"Conv2d({channels}, {width}, 7, 2, 3, bias=False)"), layer("norm0", f"BatchNorm2d({width})"),
        layer("relu0", "ReLU()"), layer("pool0", "MaxPool2d(3, 2, 1)"),
    ]  # fmt: skip
    for number, count in enumerate(blocks, start=1):
        layers = [_dense_layer(f"denselayer{n + 1}", width + n * growth, growth) for n in range(count)]
        parts.append(block(f"denseblock{number}", "_DenseBlock", *layers))
        width += count * growth
        if number < len(blocks):
            parts.append(_transition(f"transition{number}", width))
            width //= 2
    parts.append(layer("norm5", f"BatchNorm2d({width})"))
    return block(
        "", "DenseNet", block("features", "Sequential", *parts), layer("classifier", f"Linear({width}, {classes})")
    )


def _dense_layer(name: str, inputs: int, growth: int) -> Module:
    inner = 4 * growth
    return block(
        name, "_DenseLayer",
        layer("norm1", f"BatchNorm2d({inputs})"), layer("relu1", "ReLU()"),
        layer("conv1", f"Conv2d({inputs}, {inner}, 1, bias=False)"),
        layer("norm2", f"BatchNorm2d({inner})"), layer("relu2", "ReLU()"),
        layer("conv2", f"Conv2d({inner}, {growth}, 3, padding=1, bias=False)"),
    )  # fmt: skip


def _transition(name: str, inputs: int) -> Module:
    return block(
        name, "_Transition",
        layer("norm", f"BatchNorm2d({inputs})"), layer("relu", "ReLU()"),
        layer("conv", f"Conv2d({inputs}, {inputs // 2}, 1, bias=False)"), layer("pool", "AvgPool2d(2, 2)"),
    )  # fmt: skip
