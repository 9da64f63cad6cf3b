"""The size formula with the user's numbers in it, and what all layers take together."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.core.filter_view import FilterView
from convgui.core.receptive import Number
from convgui.core.spec import AXES, CAUSAL, ConvSpec
from convgui.draw.number import grouped, number
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.model.totals import totals
from convgui.words import mark, tr, trn


def size_formula(document: Document) -> str:
    """Write the size formula: symbols on one line, the user's numbers below, one line an axis that differs."""
    shape, chosen = document.input_shape, document.chosen
    if own := chosen.size_lines(shape):
        return "\n".join(own)
    if not chosen.slides:
        return "\n".join(_plain_lines(chosen, shape))
    spec, spatial = chosen.window(shape), shape[1:]
    out = spec.output_shape(spatial)
    # Causal padding is on one side.
    twice = "" if spec.padding in CAUSAL else "2"
    plain = f"⌊(W + {twice}P − D·(K − 1) − 1) / S⌋ + 1"
    lines = ["S·(W − 1) + D·(K − 1) + 1 − 2P + P′" if spec.transposed else plain]
    rows: dict[str, list[str]] = {}
    for a, axis in enumerate(AXES[spec.rank]):
        rows.setdefault(f"{_numbers_of(spec, spatial, a)} = {out[a]}", []).append(axis)
    for line, axes in rows.items():
        lines.append(line if len(rows) == 1 else f"{axes[0][0].upper()}: {line}")
    return "\n".join(lines)


def formula_letters(document: Document) -> str:
    """Say what each letter of the size formula is, with its numbers, a line a letter."""
    shape, chosen = document.input_shape, document.chosen
    if not chosen.slides:
        return tr("C: channels\n′: of the output")
    spec, spatial = chosen.window(shape), shape[1:]
    axes = FilterView(spec, spatial).axes
    pads = tuple((axis.before, axis.after) for axis in axes)
    sides = [
        str(before) if before == after else tr("{before} before, {after} after", before=before, after=after)
        for before, after in pads
    ]
    lines = [
        tr("W = {n}: size of the input along one axis", n=_each(spatial)),
        tr("K = {n}: kernel size", n=_each(spec.kernel_size)),
        tr("S = {n}: stride, the cells from one window to the next", n=_each(spec.stride)),
        _padding_letter(spec, pads, sides),
        tr("D = {n}: dilation, the distance of a kernel's cells", n=_each(spec.dilation)),
    ]
    if spec.transposed:
        extra = _each([axis.extra for axis in axes])
        return "\n".join([*lines, tr("P′ = {n}: output padding, added at one side", n=extra)])
    return "\n".join([*lines, tr("⌊ ⌋: rounded down, as no window stands beyond the padding")])


def _padding_letter(spec: ConvSpec, pads: tuple[tuple[int, int], ...], sides: list[str]) -> str:
    """Say what P is: the padding of a causal layer is on one side, and follows from its other letters."""
    if spec.padding == "causal":
        return tr("P = D·(K − 1) = {n}: padding before the input, none after", n=pads[0][0])
    if spec.padding == "causal_stride":
        return tr("P = D·(K − 1) + 1 − S = {n}: padding before the input, none after", n=pads[0][0])
    return tr("P = {n}: padding on each side", n=_each(sides))


def _each(values: Sequence[object]) -> str:
    """Write a value an axis; one alone where all are the same."""
    told = [str(value) for value in values]
    return told[0] if len(set(told)) == 1 else " × ".join(told)


def _plain_lines(layer: Layer, shape: Shape) -> list[str]:
    """Write how a layer without a window changes the shape: what stays, what is multiplied."""
    out = layer.output_shape(shape)
    names = ("C", *(axis[0].upper() for axis in AXES[len(shape) - 1]))
    lines = [tr("C × spatial → C′ × spatial′")]
    for name, before, after in zip(names, shape, out, strict=True):
        if after == before:
            lines.append(f"{name}: {before} = {after}")
        elif after % before == 0:
            lines.append(f"{name}: {before} · {after // before} = {after}")
        elif before % after == 0:
            lines.append(f"{name}: {before} / {before // after} = {after}")
        else:
            lines.append(f"{name}: {before} → {after}")
    return lines


def _numbers_of(spec: ConvSpec, spatial: tuple[int, ...], a: int) -> str:
    """Write one axis of the formula with its numbers."""
    axis = FilterView(spec, spatial).axes[a]
    pad = f"{2 * axis.before}" if axis.before == axis.after else f"({axis.before} + {axis.after})"
    pad = f"{axis.before}" if spec.padding in CAUSAL else pad
    reach, n, s = axis.extent - 1, axis.cells, axis.stride
    if spec.transposed:
        return f"{s}·{n - 1} + {reach} + 1 − {pad} + {axis.extra}"
    return f"⌊({n} + {pad} − {reach} − 1) / {s}⌋ + 1"


def remainder_sentence(document: Document) -> str:
    """Explain the floor where a division leaves a remainder; empty otherwise.

    What is left over at the far end is padding first, and only then rows of the input.
    """
    chosen = document.chosen
    if not chosen.slides or chosen.size_lines(document.input_shape):
        return ""
    axes = chosen.filter_view(document.input_shape).axes
    names = AXES[len(axes)]
    # Where the padding before the input reaches as far as the last window, all of the input is left over.
    inputs = [min(axis.leftover - axis.after, axis.cells) for axis in axes]
    pads = [min(axis.leftover, axis.after) for axis in axes]
    given = _listed([_counted(name, n) for name, n in zip(names, inputs, strict=True) if n > 0])
    added = _listed([_counted(name, n) for name, n in zip(names, pads, strict=True) if n])
    if given and added:
        text = mark(
            "The division leaves a remainder: the floor drops it, and no window lies on the last {lost} of the input "
            "and the last {added} of the padding."
        )
    elif given:
        text = mark("The division leaves a remainder: the floor drops it, and no window lies on the last {lost}.")
    elif added:
        text = mark(
            "The division leaves a remainder: the floor drops it, and no window lies on the last {added} of the "
            "padding."
        )
    else:
        return ""
    return tr(text, lost=given, added=added)


def _listed(phrases: list[str]) -> str:
    """Join up to three counts."""
    if len(phrases) == 2:
        return tr("{one} and {other}", one=phrases[0], other=phrases[1])
    if len(phrases) == 3:
        return tr("{one}, {two} and {three}", one=phrases[0], two=phrases[1], three=phrases[2])
    return phrases[0] if phrases else ""


def _counted(axis: str, n: int) -> str:
    """Write how many rows, columns or slices."""
    if axis == "height":
        return trn("{n} row", "{n} rows", n)
    return trn("{n} column", "{n} columns", n) if axis == "width" else trn("{n} slice", "{n} slices", n)


def stack_totals(document: Document) -> str:
    """Write what all layers take together, and the field of one cell of what they make; nothing of a single layer.

    A lesson that asks for a field is not told it here.

    Raises
    ------
    SpecError
        If a layer does not fit what comes to it.
    """
    if len(document.layers) == 1:
        return ""
    found = totals(document)
    field = found.field
    counts = tr(
        "All {n} layers: weights {weights}, biases {biases}, multiply-adds {adds}, activations {cells}.",
        n=len(document.layers), weights=grouped(found.weights), biases=grouped(found.biases),
        adds=grouped(found.multiply_adds), cells=grouped(found.activations),
    )  # fmt: skip
    lesson = document.lesson
    if document.view.scene == "receptive" and lesson is not None and any(note.predict for note in lesson.captions):
        return counts
    seen = tr(
        "Field of a cell of the last layer: {size}, stride {stride}, padding {padding}, offset {offset}.",
        size=_axes(field.size), stride=_axes(field.stride), padding=_axes(field.padding), offset=_axes(field.offset),
    )  # fmt: skip
    return f"{counts}\n{seen}"


def _axes(numbers: Sequence[Number]) -> str:
    """Write a number an axis; one alone where all are the same."""
    told = [number(float(n)) for n in numbers]
    return told[0] if len(set(told)) == 1 else " × ".join(told)
