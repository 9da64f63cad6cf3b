"""What a user can do to a stack of layers: add, remove, move, replace; and stacks that are ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers import choice
from convgui.layers.convolution import Convolution
from convgui.layers.joining import Joining, with_inputs
from convgui.layers.layer import Layer, Rewriting, Shape
from convgui.layers.pooling import Pool
from convgui.model.document import Document
from convgui.model.sources import chain, read_shape, readers, with_layer_behind, without_layer
from convgui.session.fitting import fit_channels, fitting_part
from convgui.words import mark, tr

MOST_LAYERS = 512


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
    index = document.view.layer + 1
    layer = choice(identity).build(document.shapes[index])
    reads = partners(document, index, layer) if isinstance(layer, Joining) else (index,)
    layers = (*document.layers[:index], layer, *document.layers[index:])
    sources = with_layer_behind(document.sources, len(document.layers), index, reads)
    return _choosing(fit_channels(replace(document, layers=layers, sources=sources)), index)


def partners(document: Document, number: int, layer: Joining) -> tuple[int, int]:
    """Return what a layer that joins values reads behind value `number`: the nearest one before it that fits, and it.

    That is one of the same shape, otherwise one that the layer takes beside it, otherwise itself.
    """
    shapes, before = document.shapes, range(number - 1, -1, -1)
    same = (n for n in before if shapes[n] == shapes[number])
    fitting = (n for n in before if _joins(layer, [shapes[n], shapes[number]]))
    return (next(same, next(fitting, number)), number)


def _joins(layer: Joining, shapes: Sequence[Shape]) -> bool:
    """Whether a layer takes values of these shapes and makes one as large as the last."""
    try:
        return layer.output_shape(read_shape(layer, shapes))[1:] == shapes[-1][1:]
    except SpecError:
        return False


def with_reads(document: Document, numbers: Sequence[int]) -> Document:
    """Let the chosen layer read other values: 0 is the input, n what layer number n makes.

    Raises
    ------
    SpecError
        If it cannot read them, or a layer behind it would not fit.
    """
    index, layer = document.view.layer, document.chosen
    if not numbers or not all(0 <= n <= index for n in numbers):
        words = tr("only the input, 0, and the layers before this one, up to {n}, can be read.", n=index)
        raise SpecError("reads", words)
    if len(numbers) == 1 and isinstance(layer, Joining):
        raise SpecError("reads", tr("{title} reads two values or more.", title=layer.title))
    sources = list(document.sources or chain(len(document.layers)))
    sources[index] = tuple(numbers)
    layers = list(document.layers)
    layers[index] = with_inputs(layer, len(numbers))
    return fit_channels(replace(document, layers=tuple(layers), sources=tuple(sources)))


def values_said(document: Document) -> tuple[str, ...]:
    """Say which values the chosen layer can read, with their shapes: ``"0: input, 3 × 28 × 28"``."""
    index = document.view.layer
    titles = [tr("input"), *(layer.title for layer in document.layers)]
    try:
        shapes = [by(shape) for shape in document.shapes]
    except SpecError:
        shapes = ["–"] * len(titles)
    return tuple(f"{n}: {titles[n]}, {shapes[n]}" for n in range(index + 1))


def remove_layer(document: Document) -> Document:
    """Take the chosen layer out; the last one stays.

    Raises
    ------
    SpecError
        If it is the only layer, or those behind it would not fit.
    """
    index = document.view.layer
    if len(document.layers) == 1:
        raise SpecError("layers", tr("has one layer only, which stays; change it or add another first."))
    layers = (*document.layers[:index], *document.layers[index + 1 :])
    sources = without_layer(document.sources, index)
    return _choosing(fit_channels(replace(document, layers=layers, sources=sources)), min(index, len(layers) - 1))


def move_layer(document: Document, by: int) -> Document:
    """Move the chosen layer up (negative) or down the stack; at the end of the stack nothing happens.

    Raises
    ------
    SpecError
        If the layers would not fit in that order.
    """
    index = document.view.layer
    target = min(max(index + by, 0), len(document.layers) - 1)
    if document.sources and target != index:
        raise SpecError("layers", tr("of a network with branches are not moved; change what each of them reads."))
    layers = list(document.layers)
    layers.insert(target, layers.pop(index))
    return _choosing(fit_channels(replace(document, layers=tuple(layers))), target)


def replace_layer(document: Document, layer: Layer) -> Document:
    """Put another layer in the place of the chosen one.

    Raises
    ------
    SpecError
        If it, or a layer behind it, does not take what would come to it.
    """
    return fit_channels(document.with_layer(layer))


def rewritings(document: Document) -> tuple[Rewriting, ...]:
    """Return what else does the same as the chosen layer; nothing where it does not take what comes to it."""
    index = document.view.layer
    try:
        shape = document.input_shape
    except SpecError:
        return ()
    # The layer before it is part of it only where nothing else reads what that makes.
    alone = index > 0 and document.reads(index) == (index,) and readers(document.sources, index) <= 1
    return document.chosen.rewritings(document.layers[index - 1] if alone else None, shape)


def rewritten(document: Document, rewriting: Rewriting) -> Document:
    """Put what does the same into the place of the chosen layer, and choose the first of it.

    Raises
    ------
    SpecError
        If a layer of it would be too large, or the stack has no room for it.
    """
    first = document.view.layer - rewriting.with_before
    layers = (*document.layers[:first], *rewriting.layers, *document.layers[document.view.layer + 1 :])
    if len(layers) > MOST_LAYERS:
        words = tr("is full: a stack has at most {most_layers} layers; remove one first.", most_layers=MOST_LAYERS)
        raise SpecError("layers", words)
    sources = document.sources
    for index in range(document.view.layer, first, -1):
        sources = without_layer(sources, index)
    if sources:
        for index in range(first + 1, first + len(rewriting.layers)):
            sources = with_layer_behind(sources, len(sources), index, (index,))
    return _choosing(fit_channels(replace(document, layers=layers, sources=sources)), first)


def _choosing(document: Document, index: int) -> Document:
    return document.with_view(replace(document.view, layer=index, filter=0, channel=0, step=0))


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
    layers = tuple(_ready_layer(row, shape[0] if index == 0 else 1) for index, row in enumerate(ready.rows))
    if sum(1 for _ in fitting_part(layers, shape)) < len(layers):
        raise SpecError(
            "input",
            tr(
                "of {size} is too small for {title}; open a larger one.",
                size=by(shape[1:]),
                title=tr(ready.title),
            ),
        )
    chosen = _choosing(replace(document, layers=layers, sources=()), len(layers) - 1)
    return chosen.with_view(replace(chosen.view, scene="receptive", step=len(layers) - 1))


def _ready_layer(row: tuple[str, int, int, int, int], channels: int) -> Layer:
    kind_, k, s, p, d = row
    if kind_ == _M:
        return Pool("max", (k, k), (s, s), (p, p))
    spec = ConvSpec.of(channels, 1, (k, k), stride=s, padding=p, dilation=d)
    return Convolution(spec, np.full(spec.weight_shape, 1 / (spec.taps * channels)), np.zeros(1))
