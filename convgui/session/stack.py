"""What a user can do to a stack of layers: add, remove, move, replace; and stacks that are ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convgui.core.presets import preset
from convgui.core.spec import ConvSpec, SpecError
from convgui.model.document import Document
from convgui.model.layer import Layer, Shape, by
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample
from convgui.model.limits import check_spec
from convgui.session.fitting import fitting_part, settled
from convgui.words import mark, tr

MOST_LAYERS = 64


@dataclass(frozen=True)
class Kind:
    """A kind of layer that can be added: `build` makes one for an input of ``(C, *spatial)``."""

    id: str
    title: str
    build: Callable[[Shape], AnyLayer]


def _convolution(shape: Shape, dilation: int = 1) -> Layer:
    """Blur every channel for itself, in a layer that could mix them: 3 cells a side, as large as the input."""
    channels, rank = shape[0], len(shape) - 1
    spec = ConvSpec.of(channels, channels, (3,) * rank, padding=dilation, dilation=dilation)
    kernel = np.array([1.0, 2.0, 1.0]) / 4 if rank == 1 else preset(f"gaussian-{'3' if rank == 2 else '3d'}").weights()
    return _on_own_channel(spec, kernel)


def _transposed(shape: Shape) -> Layer:
    """Paint every cell as a block of 2 cells a side."""
    channels, rank = shape[0], len(shape) - 1
    spec = ConvSpec.of(channels, channels, (2,) * rank, stride=2, transposed=True)
    return _on_own_channel(spec, np.ones(spec.kernel_size))


def _on_own_channel(spec: ConvSpec, kernel: np.typing.NDArray[np.float64]) -> Layer:
    check_spec(spec)
    weight = np.zeros(spec.weight_shape)
    for channel in range(spec.in_channels):
        weight[channel, channel] = kernel
    return Layer(spec, weight, np.zeros(spec.out_channels))


def _halves(shape: Shape) -> tuple[int, ...]:
    return (2,) * (len(shape) - 1)


def _groups(channels: int) -> int:
    return next((g for g in range(2, channels + 1) if channels % g == 0), 1)


def _nothing(shape: Shape) -> tuple[int, ...]:
    return (0,) * (len(shape) - 1)


KINDS: tuple[Kind, ...] = (
    Kind("convolution", mark("Convolution"), _convolution),
    Kind("dilated", mark("Dilated convolution"), lambda shape: _convolution(shape, 2)),
    Kind("transposed", mark("Transposed convolution"), _transposed),
    Kind("max-pool", mark("Max pooling"), lambda s: Pool("max", _halves(s), _halves(s), _nothing(s))),
    Kind("average-pool", mark("Average pooling"), lambda s: Pool("average", _halves(s), _halves(s), _nothing(s))),
    Kind("relu", "ReLU", lambda _: ReLU()),
    Kind("nearest", mark("Upsample, nearest"), lambda s: Upsample(_halves(s), "nearest")),
    Kind("linear", mark("Upsample, linear"), lambda s: Upsample(_halves(s), "linear")),
    Kind("pixel-shuffle", mark("Pixel shuffle"), lambda _: PixelShuffle(2)),
    Kind("channel-shuffle", mark("Channel shuffle"), lambda s: ChannelShuffle(_groups(s[0]))),
)


def kind(identity: str) -> Kind:
    """Return a kind by its id; ValueError if there is none."""
    for entry in KINDS:
        if entry.id == identity:
            return entry
    raise ValueError(
        tr(
            "there is no kind of layer {identity!r}; the kinds are: {kinds}.",
            identity=identity,
            kinds=", ".join(k.id for k in KINDS),
        )
    )


def add_layer(document: Document, identity: str) -> Document:
    """Put a new layer behind the chosen one and choose it.

    Raises
    ------
    SpecError
        If it, or a layer behind it, does not take what would come to it, or the stack is full.
    """
    if len(document.layers) >= MOST_LAYERS:
        raise SpecError(
            "layers",
            tr("is full: a stack has at most {most_layers} layers; remove one first.", most_layers=MOST_LAYERS),
        )
    place = document.view.layer + 1
    layer = kind(identity).build(document.shapes[place])
    layers = (*document.layers[:place], layer, *document.layers[place:])
    return _choosing(settled(replace(document, layers=layers)), place)


def remove_layer(document: Document) -> Document:
    """Take the chosen layer out; the last one stays.

    Raises
    ------
    SpecError
        If it is the only layer, or those behind it would not fit.
    """
    place = document.view.layer
    if len(document.layers) == 1:
        raise SpecError("layers", tr("has one layer only, which stays; change it or add another first."))
    layers = (*document.layers[:place], *document.layers[place + 1 :])
    return _choosing(settled(replace(document, layers=layers)), min(place, len(layers) - 1))


def move_layer(document: Document, by: int) -> Document:
    """Move the chosen layer up (negative) or down the stack; at the end of the stack nothing happens.

    Raises
    ------
    SpecError
        If the layers would not fit in that order.
    """
    place = document.view.layer
    target = min(max(place + by, 0), len(document.layers) - 1)
    layers = list(document.layers)
    layers.insert(target, layers.pop(place))
    return _choosing(settled(replace(document, layers=tuple(layers))), target)


def replace_layer(document: Document, layer: AnyLayer) -> Document:
    """Put another layer in the place of the chosen one.

    Raises
    ------
    SpecError
        If it, or a layer behind it, does not take what would come to it.
    """
    return settled(document.with_layer(layer))


def _choosing(document: Document, place: int) -> Document:
    return document.looked_at(replace(document.view, layer=place, filter=0, channel=0, step=0))


@dataclass(frozen=True)
class ReadyStack:
    """A stack that is known by name.

    Attributes
    ----------
    rows : tuple of (kind, kernel_size, stride, padding, dilation)
        The layers from the input on. Every convolution has one filter, because receptive fields do not depend on the
        number of channels, and its weights are all ``1 / (weights of the filter)``.
    source : str
        Whom the figures are from.
    """

    id: str
    title: str
    rows: tuple[tuple[str, int, int, int, int], ...]
    source: str


_C = "convolution"
_M = "max-pool"
_VGG_BLOCKS = (2, 2, 3, 3, 3)

READY: tuple[ReadyStack, ...] = (
    ReadyStack(
        "dilated-1-2-4", mark("Dilation 1, 2, 4"), tuple((_C, 3, 1, d, d) for d in (1, 2, 4)), "arXiv 1511.07122"
    ),
    ReadyStack("dilated-2-2-2", mark("Dilation 2, 2, 2 (gridding)"), ((_C, 3, 1, 2, 2),) * 3, "arXiv 1702.08502"),
    ReadyStack(
        "alexnet",
        "AlexNet",
        (
            (_C, 11, 4, 0, 1),
            (_M, 3, 2, 0, 1),
            (_C, 5, 1, 2, 1),
            (_M, 3, 2, 0, 1),
            (_C, 3, 1, 1, 1),
            (_C, 3, 1, 1, 1),
            (_C, 3, 1, 1, 1),
            (_M, 3, 2, 0, 1),
        ),
        "Araujo, Norris, Sim, Distill 2019 (AlexNet v2)",
    ),
    ReadyStack(
        "vgg-16",
        "VGG-16",
        tuple(row for count in _VGG_BLOCKS for row in (*((_C, 3, 1, 1, 1),) * count, (_M, 2, 2, 0, 1))),
        "Araujo, Norris, Sim, Distill 2019",
    ),
)


def with_ready_stack(document: Document, identity: str) -> Document:
    """Replace all layers by a ready stack, seen through its receptive fields; the last layer is chosen.

    Raises
    ------
    SpecError
        If the input is not 2D, or too small for the stack.
    """
    ready = next((entry for entry in READY if entry.id == identity), None)
    if ready is None:
        raise ValueError(
            tr(
                "there is no stack {identity!r}; the stacks are: {ready}.",
                identity=identity,
                ready=", ".join(r.id for r in READY),
            )
        )
    shape = tuple(document.sample.data.shape)
    if len(shape) != 3:
        raise SpecError(
            "layers",
            tr(
                "of {title} are for pictures; the input has {count} spatial axes.",
                title=tr(ready.title),
                count=len(shape) - 1,
            ),
        )
    layers = tuple(_ready_layer(row, shape[0] if place == 0 else 1) for place, row in enumerate(ready.rows))
    if sum(1 for _ in fitting_part(layers, shape)) < len(layers):
        raise SpecError(
            "input",
            tr(
                "of {size} is too small for {title}; open a larger one.",
                size=by(shape[1:]),
                title=tr(ready.title),
            ),
        )
    chosen = _choosing(replace(document, layers=layers), len(layers) - 1)
    return chosen.looked_at(replace(chosen.view, scene="receptive", step=len(layers) - 1))


def _ready_layer(row: tuple[str, int, int, int, int], channels: int) -> AnyLayer:
    kind_, k, s, p, d = row
    if kind_ == _M:
        return Pool("max", (k, k), (s, s), (p, p))
    spec = ConvSpec.of(channels, 1, (k, k), stride=s, padding=p, dilation=d)
    return Layer(spec, np.full(spec.weight_shape, 1 / (spec.taps * channels)), np.zeros(1))
