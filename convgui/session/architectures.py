"""Networks that are known by the names of their tensors: what stands between the layers of a state dict.

==========  =========================================================================================================
network     from
==========  =========================================================================================================
P-, R-,     Zhang, Zhang, Li, Qiao, "Joint Face Detection and Alignment Using Multi-task Cascaded Convolutional
O-Net       Networks" (2016), as in facenet-pytorch 2.6: pooling rounds its sizes up
AlexNet     Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014), as in torchvision
VGG         Simonyan, Zisserman, "Very Deep Convolutional Networks" (2015), as in torchvision, with and without batch
            norm: what lies between two convolutions is told by how far apart their numbers are
others      with branches: see `convgui.session.named`
==========  =========================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from convgui.core.spec import SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.session.found_layer import FoundLayer
from convgui.session.named import known_family
from convgui.session.scaling import IMAGENET, MTCNN, SIGNED, UNIT, Scaling
from convgui.session.written import made, one
from convgui.words import tr

FACES = {
    "P-Net": (
        "conv4_2",
        """
        conv1: Conv2d(3, 10, 3)
        prelu1: PReLU(10)
        MaxPool2d(2, 2, ceil_mode=True)
        conv2: Conv2d(10, 16, 3)
        prelu2: PReLU(16)
        conv3: Conv2d(16, 32, 3)
        prelu3: PReLU(32)
        conv4_2: Conv2d(32, 4, 1)
        conv4_1 < prelu3: Conv2d(32, 2, 1)
        Softmax(dim=1)
        """,
    ),
    "R-Net": (
        "dense5_2",
        """
        conv1: Conv2d(3, 28, 3)
        prelu1: PReLU(28)
        MaxPool2d(3, 2, ceil_mode=True)
        conv2: Conv2d(28, 48, 3)
        prelu2: PReLU(48)
        MaxPool2d(3, 2, ceil_mode=True)
        conv3: Conv2d(48, 64, 2)
        prelu3: PReLU(64)
        dense4: Linear(576, 128) over 64 x 3 x 3
        prelu4: PReLU(128)
        dense5_2: Linear(128, 4)
        dense5_1 < prelu4: Linear(128, 2)
        Softmax(dim=1)
        """,
    ),
    "O-Net": (
        "dense6_3",
        """
        conv1: Conv2d(3, 32, 3)
        prelu1: PReLU(32)
        MaxPool2d(3, 2, ceil_mode=True)
        conv2: Conv2d(32, 64, 3)
        prelu2: PReLU(64)
        MaxPool2d(3, 2, ceil_mode=True)
        conv3: Conv2d(64, 64, 3)
        prelu3: PReLU(64)
        MaxPool2d(2, 2, ceil_mode=True)
        conv4: Conv2d(64, 128, 2)
        prelu4: PReLU(128)
        dense5: Linear(1152, 256) over 128 x 3 x 3
        prelu5: PReLU(256)
        dense6_3: Linear(256, 10)
        dense6_2 < prelu5: Linear(256, 4)
        dense6_1 < prelu5: Linear(256, 2)
        Softmax(dim=1)
        """,
    ),
}
"""By a layer that only the network has.

What reads another layer than the one above it says which, behind ``<``. A dense layer ``over`` channels, rows and
columns has its weights in the file in the opposite order of these.
"""
SIZES = {"R-Net": (24, 24), "O-Net": (48, 48)}
"""Rows and columns of the pictures that networks with dense layers are made for."""
ALEXNET = """
    features.0: Conv2d(3, 64, 11, stride=4, padding=2)
    ReLU()
    MaxPool2d(3, 2)
    features.3: Conv2d(64, 192, 5, padding=2)
    ReLU()
    MaxPool2d(3, 2)
    features.6: Conv2d(192, 384, 3, padding=1)
    ReLU()
    features.8: Conv2d(384, 256, 3, padding=1)
    ReLU()
    features.10: Conv2d(256, 256, 3, padding=1)
    ReLU()
    MaxPool2d(3, 2)
    AdaptiveAvgPool2d((6, 6))
    Dropout()
    classifier.1: Linear(9216, 4096)
    ReLU()
    Dropout()
    classifier.4: Linear(4096, 4096)
    ReLU()
    classifier.6: Linear(4096, 1000)
    """
VGG_END = """
    AdaptiveAvgPool2d((7, 7))
    classifier.0: Linear(25088, 4096)
    ReLU()
    Dropout()
    classifier.3: Linear(4096, 4096)
    ReLU()
    Dropout()
    classifier.6: Linear(4096, 1000)
    """
OF_FAMILIES = {"unet": UNIT, "inception": SIGNED}
"""What those with branches expect, where it is not ImageNet's."""


@dataclass(frozen=True)
class Architecture:
    """A network that was recognised.

    Attributes
    ----------
    name : str
        What it is called.
    layers : tuple of FoundLayer
        What the file holds and what stands between, from the input on.
    expects : Scaling
        What was made of the pictures' values that it was trained on.
    size : tuple of int
        Rows and columns that it was made for, where others do not fit; otherwise ``()``.
    """

    name: str
    layers: tuple[FoundLayer, ...]
    expects: Scaling
    size: Shape = ()


def recognised(layers: Sequence[FoundLayer]) -> Architecture | None:
    """Return the network whose tensors these are, or None where nobody knows it."""
    found = {layer.name: layer for layer in layers}
    for name, (own, text) in FACES.items():
        if own in found and "conv1" in found:
            return _whole(name, text, found, MTCNN)
    family = known_family(layers)
    if family is not None:
        identity, name, steps = family
        return Architecture(name, steps, OF_FAMILIES.get(identity, IMAGENET))
    first = found.get("features.0")
    if first is None or "classifier.6" not in found:
        return None
    if first.shapes.get("weight", ())[2:] == (11, 11):
        return _whole("AlexNet", ALEXNET, found, IMAGENET)
    weighted = [layer for layer in layers if len(layer.shapes.get("weight", ())) in (2, 4)]
    return _whole(f"VGG-{len(weighted)}", f"{_vgg(found)}\n{VGG_END}", found, IMAGENET)


def _vgg(found: Mapping[str, FoundLayer]) -> str:
    """Write the convolutions of a VGG: behind one, its norm and ReLU, a number that is left out is a pooling."""
    shapes = {
        int(name.removeprefix("features.")): layer.shapes.get("weight", ())
        for name, layer in found.items()
        if re.fullmatch(r"features\.[0-9]{1,6}", name)
    }
    numbers, lines = sorted(n for n, shape in shapes.items() if len(shape) == 4), list[str]()
    for number, after in zip(numbers, [*numbers[1:], None], strict=True):
        many, few = shapes[number][:2]
        lines.append(f"features.{number}: Conv2d({few}, {many}, 3, padding=1)")
        normed = number + 1 in shapes
        lines += [f"features.{number + 1}: BatchNorm2d({many})"] * normed
        lines.append("ReLU()")
        if after is None or after - number > 2 + normed:
            lines.append("MaxPool2d(2, 2)")
    return "\n".join(lines)


def _whole(name: str, text: str, found: Mapping[str, FoundLayer], expects: Scaling) -> Architecture | None:
    steps, before = list[FoundLayer](), "input"
    for number, line in enumerate(text.strip().splitlines()):
        named, _, code = line.strip().rpartition(": ")
        prefix, _, reads = named.partition(" < ")
        if prefix and prefix not in found:
            return None
        step = _step(prefix, code, found.get(prefix))
        makes = prefix or f"{step.kind} {number}"
        steps.append(replace(step, reads=(reads or before,), makes=makes))
        before = makes
    return Architecture(name, tuple(steps), expects, SIZES.get(name, ()))


def _step(prefix: str, code: str, own: FoundLayer | None) -> FoundLayer:
    kind = code.partition("(")[0]
    if own is None:
        return FoundLayer(kind, kind, {}, 0, told=True, _build=_module(code))
    build = own.layer  # of most kinds the tensors tell all
    if kind == "Conv2d":
        build = _with_tensors(prefix, code, own)
    elif " over " in code:
        build = _turned(own, tuple(int(n) for n in code.partition(" over ")[2].split(" x ")))
    return replace(own, kind=kind, told=True, _build=build)


def _module(code: str) -> Callable[[], Layer]:
    return lambda: made(one(code), 2)


def _turned(own: FoundLayer, shape: Shape) -> Callable[[], Layer]:
    """Return what makes a dense layer whose weights stand column by column, row by row, channel by channel."""

    def build() -> Layer:
        layer = own.layer()
        weight = layer.parameters["weight"]
        if weight.shape[1] != prod(shape):
            raise SpecError(own.name, tr("is not that of a plain dense layer."))
        stood = weight.reshape(-1, *reversed(shape)).transpose(0, 3, 2, 1)
        return type(layer).from_state({**layer.parameters, "weight": stood.reshape(weight.shape)})

    return build


def _with_tensors(prefix: str, code: str, own: FoundLayer) -> Callable[[], Layer]:
    """Return what makes a file's layer with the stride and padding that the file does not tell."""

    def build() -> Layer:
        layer, told = own.layer(), made(one(code), 2)
        if not isinstance(layer, Convolution) or not isinstance(told, Convolution):
            return layer
        if layer.spec.weight_shape != told.spec.weight_shape:
            words = tr("has shape {shape}, the layer needs {weight_shape}.", shape=layer.spec.weight_shape,
                       weight_shape=told.spec.weight_shape)  # fmt: skip
            raise SpecError(prefix, words)
        return replace(layer, spec=told.spec)

    return build
