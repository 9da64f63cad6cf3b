"""State dicts of networks with branches, known by the names of their tensors and laid out as their family is.

A file tells a layer's kernel and channels; where it stands, its stride and its padding are the family's. A file that
lacks one of a family's layers, or has others besides, or kernels of other sizes, is of another network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.arguments import Value
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.session.families import densenet, inception, mobilenet, resnet, unet
from convgui.session.found_layer import FoundLayer
from convgui.session.modules import Module, wired
from convgui.session.written import Setting, made
from convgui.words import tr

FOR_TRAINING = ("AuxLogits.", "aux1.", "aux2.", "aux_classifier.")
"""Beginnings of names of what a file may hold besides."""
OLDER = re.compile(r"(denselayer[0-9]+\.(?:norm|conv))\.([12])$")
"""Names in torchvision's first DenseNets: what is ``norm1`` now was ``norm.1``."""

MOST_BLOCKS = 64
"""Of one stage; a ResNet-200 has 36."""

Found = Mapping[str, FoundLayer]


@dataclass(frozen=True)
class Family:
    """Networks of one kind.

    Attributes
    ----------
    known_by : tuple of str
        Layers that all of them have.
    build : callable
        Makes the module and its name from the layers that a file holds; None where they are of no such network.
    """

    known_by: tuple[str, ...]
    build: Callable[[Found], tuple[str, Module] | None]


def _resnet(found: Found) -> tuple[str, Module] | None:
    blocks = tuple(_count(found, rf"layer{n}\.([0-9]{{1,3}})\.conv1") for n in range(1, 5))
    bottleneck = "layer1.0.conv3" in found
    if not all(blocks):
        return None
    depth = sum(blocks) * (3 if bottleneck else 2) + 2
    own = found["layer1.0.conv2"].shapes.get("weight", ())
    others = found["layer1.0.conv1"].shapes.get("weight", (0,))
    grouped = bottleneck and len(own) > 1 and own[1] < others[0]
    # Which stage downsamples first tells nothing of the stride: torchvision's and timm's are in the 3 x 3.
    return f"{'ResNeXt' if grouped else 'ResNet'}-{depth}", resnet.resnet(blocks, bottleneck=bottleneck)


def _densenet(found: Found) -> tuple[str, Module] | None:
    blocks = tuple(_count(found, rf"features\.denseblock{n}\.denselayer([0-9]{{1,3}})\.conv1", 1) for n in range(1, 5))
    return (f"DenseNet-{2 * sum(blocks) + 5}", densenet.densenet(blocks)) if all(blocks) else None


def _unet(found: Found) -> tuple[str, Module] | None:
    return "U-Net", unet.unet(bilinear="up1.up" not in found)


FAMILIES: Mapping[str, Family] = {
    "resnet": Family(("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer4.0.conv1", "fc"), _resnet),
    "mobilenet": Family(
        ("features.0.0", "features.1.conv.0.0", "classifier.1"), lambda _: ("MobileNet v2", mobilenet.mobilenet_v2())
    ),
    "mobilenet-timm": Family(
        ("conv_stem", "blocks.0.0.conv_dw", "conv_head"), lambda _: ("MobileNet v2", mobilenet.mobilenet_v2_timm())
    ),
    "densenet": Family(("features.conv0", "features.denseblock1.denselayer1.conv1"), _densenet),
    "inception": Family(
        ("Conv2d_1a_3x3.conv", "Mixed_7c.branch1x1.conv"), lambda _: ("Inception v3", inception.inception_v3())
    ),
    "unet": Family(("inc.double_conv.0", "up1.conv.double_conv.0", "outc.conv"), _unet),
}
"""By name, which says what was made of the pictures that they were trained on; see `convgui.session.architectures`."""


def _count(found: Found, pattern: str, first: int = 0) -> int:
    """Return how many layers are numbered by a pattern, from the first on; 0 where a number is left out."""
    numbers = sorted(int(match[1]) for name in found if (match := re.fullmatch(pattern, name)))
    return len(numbers) if numbers == list(range(first, first + min(len(numbers), MOST_BLOCKS))) else 0


def known_family(layers: Sequence[FoundLayer]) -> tuple[str, str, tuple[FoundLayer, ...]] | None:
    """Return the family, the name and the layers of the network whose tensors these are; None where nobody knows it."""
    found = {OLDER.sub(r"\1\2", layer.name): layer for layer in layers if not layer.name.startswith(FOR_TRAINING)}
    for identity, family in FAMILIES.items():
        if not all(name in found for name in family.known_by):
            continue
        built = family.build(found)
        steps = None if built is None else _steps(wired(built[1]), found)
        if built is not None and steps is not None:
            return identity, built[0], steps
    return None


def _steps(settings: Sequence[Setting], found: Found) -> tuple[FoundLayer, ...] | None:
    """Return the layers of a network with what a file holds of them; None where the two do not fit."""
    steps, values, channels = list[FoundLayer](), ["input"], list[int | None]([None])
    held = {setting.path for setting in settings if _has_tensors(setting)}
    if held != set(found):
        return None
    for number, setting in enumerate(settings, start=1):
        reads = tuple(values[n] for n in setting.reads)
        incoming = [channels[n] for n in setting.reads]
        own = found.get(setting.path) if _has_tensors(setting) else None
        step = _plain(setting) if own is None else _held(setting, own, incoming[0])
        if step is None:
            return None
        values.append(own.name if own is not None else f"{step.kind} {number}")
        channels.append(_made(setting, own, incoming))
        steps.append(replace(step, reads=reads, makes=values[-1]))
    return tuple(steps)


def _has_tensors(setting: Setting) -> bool:
    return setting.name.startswith(("Conv", "BatchNorm", "Linear"))


def _made(setting: Setting, own: FoundLayer | None, incoming: Sequence[int | None]) -> int | None:
    """Return how many channels a layer makes."""
    weight = () if own is None else own.shapes.get("weight", ())
    if setting.name.startswith("Conv") and len(weight) > 1:
        return weight[1] if "Transpose" in setting.name else weight[0]
    if setting.name == "," and None not in incoming:
        return sum(n for n in incoming if n is not None)
    return incoming[0]


def _plain(setting: Setting) -> FoundLayer:
    """Return a layer without tensors."""
    kind = {"+": "Add", ",": "Concatenate"}.get(setting.name, setting.name)
    return FoundLayer(kind, kind, {}, 0, told=True, _build=lambda: made(setting, 2))


def _held(setting: Setting, own: FoundLayer, channels: int | None) -> FoundLayer | None:
    """Return a layer that has tensors; None where they are not of such a layer."""
    weight = own.shapes.get("weight", ())
    # A dense layer would be drawn.
    told = None if setting.name == "Linear" else made(setting, 2)
    if isinstance(told, Convolution):
        spec = _spec(told.spec, weight, channels)
        if spec is None:
            return None
        return replace(own, kind=setting.name, told=True, _build=lambda: _convolution(own, spec))
    if setting.name.startswith("BatchNorm"):
        eps = setting.arguments.any("eps", None)
        return replace(own, kind=setting.name, told=True, _build=lambda: _normed(own, eps))
    return replace(own, kind=setting.name, told=True) if len(weight) == 2 else None


def _spec(told: ConvSpec, weight: Shape, channels: int | None) -> ConvSpec | None:
    """Return a layer's spec with the channels and groups that its weights have; None for kernels of another size."""
    if len(weight) != 2 + told.rank or weight[2:] != told.kernel_size:
        return None
    if told.transposed:
        return replace(told, in_channels=weight[0], out_channels=weight[1])
    inputs = channels or weight[1]
    groups, left = divmod(inputs, weight[1])
    # What has one filter a channel has it in any width; and no other becomes one.
    alone = told.groups == told.in_channels > 1
    if left or not groups or weight[0] % groups or alone != (groups == inputs > 1):
        return None
    return replace(told, in_channels=inputs, out_channels=weight[0], groups=groups)


def _convolution(own: FoundLayer, spec: ConvSpec) -> Layer:
    layer = own.layer()
    if not isinstance(layer, Convolution) or layer.spec.transposed != spec.transposed:
        raise SpecError(own.name, tr("its tensors are of no layer that is known"))
    biased = "bias" in own.shapes
    return replace(layer, spec=spec, biased=biased, bias=layer.bias if biased else np.zeros(spec.out_channels))


def _normed(own: FoundLayer, eps: Value) -> Layer:
    return own.layer() if eps is None else own.layer().with_field("eps", eps)
