"""The arrays: one transposed layer computed in four ways, and how far they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core import (
    ConvSpec,
    IndexTable,
    SparseMatrix,
    convolution_matrix,
    convolve,
    index_table,
    insert_zeros,
)
from convgui.layers.convolution import Convolution
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Place = tuple[int, int]
GIVEN, INSERTED, BORDER = 0, 1, 2
"""What a cell of the stretched input is."""


@dataclass(frozen=True, eq=False)
class Ways:
    """One kernel of a transposed layer: what one input channel adds to one output channel.

    Attributes
    ----------
    view : str
        Which of the four ways is shown: ``"scatter"``, ``"stuffed"``, ``"matrix"`` or ``"overlap"``.
    table : IndexTable
        Which input cell feeds which output cell through which tap.
    x, kernel : ndarray
        The input channel ``(H, W)`` and the kernel ``(kh, kw)``.
    painted : ndarray
        ``(input cells + 1, Ho, Wo)``: the output after none, one, two ... input cells have painted their kernels.
    touched : ndarray
        The same for the number of kernels that have been painted on each output cell.
    stretched, kinds : ndarray
        The input with zeros inserted and its border added, and what each of its cells is.
    stretched_table : IndexTable
        The direct convolution over it.
    border : tuple of (int, int)
        Zeros before and after on each axis; negative where padding cuts even the stretched input.
    matrix : SparseMatrix
        The transposed matrix of the forward layer.
    ways : dict
        The output by each way.
    bias : float
        That of the output channel.
    index : (int, int)
        The kernel's first two indices in the weights: input channel, and output channel within the group.
    output_channel : int
        The channel that the kernel writes to.
    names : (str, str)
        What the two channels are called; empty where the layer has one input and one output channel.
    alone : bool
        Whether the output channel is made by this kernel alone.
    """

    view: str
    spec: ConvSpec
    table: IndexTable
    x: Floats
    kernel: Floats
    painted: Floats
    touched: Floats
    stretched: Floats
    kinds: Ints
    stretched_table: IndexTable
    border: tuple[Place, Place]
    matrix: SparseMatrix
    ways: dict[str, Floats]
    bias: float
    index: tuple[int, int]
    output_channel: int
    names: tuple[str, str]
    alone: bool

    @property
    def output(self) -> Floats:
        """The layer's own answer, before the bias."""
        return self.ways["the layer"]

    @property
    def difference(self) -> float:
        """The largest difference between any two ways."""
        # What overflows in all of them is no difference.
        stack = np.nan_to_num(np.stack(list(self.ways.values())), posinf=0, neginf=0)
        return float((stack.max(axis=0) - stack.min(axis=0)).max())

    @property
    def counted(self) -> bool:
        """Whether the overlap counts are what the layer makes of ones with a kernel of ones."""
        return bool(np.array_equal(self.touched[-1].ravel(), self.table.overlap().ravel()))

    def reached(self, place: int) -> list[tuple[Place, Place]]:
        """Return (output cell, tap) for every output cell that one input cell paints."""
        wide, taps = self.output.shape[1], self.kernel.shape[1]
        return [(divmod(cell, wide), divmod(tap, taps)) for cell, tap in self.table.outputs_of(place)]

    def sources(self, place: int) -> list[tuple[Place, Place]]:
        """Return (input cell, tap) for every input cell that reaches one output cell."""
        wide, taps = self.x.shape[1], self.kernel.shape[1]
        return [(divmod(cell, wide), divmod(tap, taps)) for cell, tap in self.table.inputs_of(place)]

    def window(self, place: int) -> list[Place]:
        """Return the cells of the stretched input under the turned kernel at one output cell."""
        wide = self.stretched.shape[1]
        return [divmod(cell, wide) for cell, _ in self.stretched_table.inputs_of(place)]


def two(values: tuple[int, ...], missing: int) -> Place:
    """Bring one value an axis to two axes: a 1D layer is drawn as one row."""
    return (values[-2] if len(values) > 1 else missing, values[-1])


def single(spec: ConvSpec) -> ConvSpec:
    """Return the layer of one kernel, on two axes."""
    pads = spec.pads((1,) * spec.rank)
    rows = pads[-2] if spec.rank > 1 else (0, 0)
    return ConvSpec.of(
        1,
        1,
        two(spec.kernel_size, 1),
        stride=two(spec.stride, 1),
        padding=(rows, pads[-1]),
        dilation=two(spec.dilation, 1),
        transposed=True,
        output_padding=two(spec.output_padding, 0),
    )


def ways(document: Document, view: str) -> Ways:
    """Compute in four ways what the chosen kernel of a transposed layer does.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    layer, shown, sample = document.layer, document.view, document.sample
    whole = layer.spec
    index = (shown.filter, shown.channel)
    output = layer.output_channel(*index)
    spec = single(whole)
    x = sample.data[shown.filter].astype(np.float64).reshape(two(sample.spatial, 1))
    kernel = layer.effective_weight[index].reshape(spec.kernel_size)
    table = index_table(spec, x.shape)
    painted, touched = _paint(table, x, kernel)
    stretched, kinds, border = stretch(spec, x)
    stretched_spec = ConvSpec.of(1, 1, spec.kernel_size, dilation=spec.dilation)
    matrix = transposed_matrix(spec, kernel, x.shape)
    turned = kernel[::-1, ::-1]
    out = two(table.output_shape, 1)
    ways = {
        "scatter": painted[-1],
        "zeros inserted": convolve(stretched[None], turned[None, None], dilation=spec.dilation)[0],
        "Cᵀ x": (matrix @ x.ravel()).reshape(out),
        "the layer": _layer(layer, shown.filter, output, x).reshape(out),
    }
    several = whole.in_channels > 1 or whole.out_channels > 1
    return Ways(
        view, spec, table, x, kernel, painted, touched, stretched, kinds,
        index_table(stretched_spec, stretched.shape), border, matrix, ways,
        float(layer.bias[output]), index, output,
        (sample.channels[shown.filter], str(output)) if several else ("", ""), whole.in_channels == whole.groups,
    )  # fmt: skip


def _layer(layer: Convolution, channel: int, output: int, x: Floats) -> Floats:
    """Apply the layer's own filter of an output channel to an input that is zero but in one channel, without bias."""
    spec, read = layer.spec, layer.channels_read(output)
    entered = np.zeros((len(read), *x.shape[-spec.rank :]))
    entered[channel - read.start] = x.reshape(entered.shape[1:])
    second = output % (spec.out_channels // spec.groups)
    one = replace(spec, in_channels=len(read), out_channels=1, groups=1)
    alone = Convolution(one, layer.weight[read.start : read.stop, second : second + 1], np.zeros(1), layer.flip)
    return np.asarray(alone.forward(entered)[0])


def _paint(table: IndexTable, x: Floats, kernel: Floats) -> tuple[Floats, Floats]:
    """Let each input cell lay its kernel over the output, one after the other."""
    painted = np.zeros((x.size + 1, prod(table.output_shape)))
    touched = np.zeros_like(painted)
    for place, value in enumerate(x.ravel()):
        painted[place + 1], touched[place + 1] = painted[place], touched[place]
        for cell, tap in table.outputs_of(place):
            painted[place + 1, cell] += value * kernel.ravel()[tap]
            touched[place + 1, cell] += 1
    shape = (x.size + 1, *two(table.output_shape, 1))
    return painted.reshape(shape), touched.reshape(shape)


def stretch(spec: ConvSpec, x: Floats) -> tuple[Floats, Ints, tuple[Place, Place]]:
    """Insert zeros between the inputs and add the border that a direct convolution of stride 1 needs."""
    values, kinds = insert_zeros(x[None], spec.stride)[0], insert_zeros(np.ones_like(x)[None], spec.stride)[0]
    kinds = np.where(kinds > 0, GIVEN, INSERTED)
    pads = spec.pads(x.shape)
    before = [e - 1 - p[0] for e, p in zip(spec.extent, pads, strict=True)]
    after = [e - 1 - p[1] + o for e, p, o in zip(spec.extent, pads, spec.output_padding, strict=True)]
    border = ((before[0], after[0]), (before[1], after[1]))
    widths = [(max(b, 0), max(a, 0)) for b, a in border]
    cut = tuple(slice(max(-b, 0), -max(-a, 0) or None) for b, a in border)
    values = np.pad(values, widths)[cut]
    return values, np.pad(kinds, widths, constant_values=BORDER)[cut].astype(np.int64), border


def transposed_matrix(spec: ConvSpec, kernel: Floats, shape: Place) -> SparseMatrix:
    """Return the transpose of the forward layer's matrix."""
    forward = ConvSpec.of(
        1, 1, spec.kernel_size, stride=spec.stride, padding=spec.padding, dilation=spec.dilation
    )  # fmt: skip
    out = spec.output_shape(shape)
    try:
        fits = forward.output_shape(out) == tuple(shape)
    except ValueError:
        fits = False
    if fits:
        return convolution_matrix(forward, kernel[None, None], out).T
    # With an output_padding of a stride or more the forward layer would have another shape.
    return convolution_matrix(spec, kernel[None, None], shape)
