"""What a user can do to a stack of layers: add, remove, move, replace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.layers import choice
from convgui.layers.joining import Joining, with_inputs
from convgui.layers.layer import Layer, Rewriting, Shape
from convgui.model.document import Document
from convgui.model.sources import chain, read_shape, readers, with_layer_behind, without_layer
from convgui.session.fitting import fit_channels
from convgui.words import tr

MOST_LAYERS = 2048
"""The largest networks that torchvision prints have some 1,200."""


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
        raise SpecError(
            "layers", tr("has branches, so that none of its layers is moved; change what each of them reads.")
        )
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
    made = fit_channels(replace(document, layers=layers, sources=sources))
    return _choosing(made.with_view(replace(made.view, options=_moved(document, len(layers)))), first)


NUMBERED = re.compile(r"(map|mark|edges)-(\d+)")
"""What is chosen of a value that layer so many makes."""


def _moved(document: Document, layers: int) -> dict[str, str]:
    """Return the options with what is chosen of values behind the chosen layer, when there are so many layers."""
    fewer, moved = len(document.layers) - layers, dict[str, str]()
    for name, chosen in document.view.options.items():
        found = NUMBERED.fullmatch(name)
        later = found is not None and int(found[2]) > document.view.layer
        moved[f"{found[1]}-{int(found[2]) - fewer}" if found and later else name] = chosen
    return moved


def _choosing(document: Document, index: int) -> Document:
    return document.with_view(replace(document.view, layer=index, filter=0, channel=0, step=0))
