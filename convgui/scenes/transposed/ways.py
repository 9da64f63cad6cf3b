"""The arrays: one transposed layer computed in four ways, and how far they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView, SparseMatrix, convolution_matrix, convolve
from convgui.core.filter_view import Cell
from convgui.layers.convolution import Convolution
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ways:
    """One kernel of a transposed layer: what one input channel adds to one output channel.

    Attributes
    ----------
    view : str
        Which of the four ways is shown: ``"scatter"``, ``"stuffed"``, ``"matrix"`` or ``"overlap"``.
    seen : FilterView
        Which input cell reaches which output cell through which tap.
    x, kernel : ndarray
        The input channel ``(H, W)`` and the kernel ``(kh, kw)``.
    painted : ndarray
        ``(input cells + 1, Ho, Wo)``: the output after none, one, two ... input cells have painted their kernels.
    touched : ndarray
        The same for the number of kernels that have been painted on each output cell.
    stretched, kinds : ndarray
        The input with zeros inserted and its border added, and what each of its cells is.
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
    seen: FilterView
    x: Floats
    kernel: Floats
    painted: Floats
    touched: Floats
    stretched: Floats
    kinds: Ints
    matrix: SparseMatrix
    ways: dict[str, Floats]
    bias: float
    index: tuple[int, int]
    output_channel: int
    names: tuple[str, str]
    alone: bool

    def cell(self, step: int) -> Cell:
        """Return the input cell of a step of the ways that paint."""
        row, column = np.unravel_index(step, self.x.shape)
        return int(row), int(column)

    @property
    def plain_shape(self) -> tuple[int, ...]:
        """The output's rows and columns if output_padding were 0."""
        spec = replace(self.seen.spec, output_padding=(0, 0))
        return spec.output_shape(self.seen.spatial)

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
        return bool(np.array_equal(self.touched[-1], np.outer(*(axis.overlap for axis in self.seen.axes))))


def ways(document: Document, view: str) -> Ways:
    """Compute in four ways what the chosen kernel of a transposed layer does.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    layer, shown, sample = document.layer, document.view, document.sample
    index, channels = (shown.filter, shown.channel), layer.spec.channels
    output, channel = channels.ends(*index)
    seen = FilterView(layer.spec.one_filter(), sample.spatial).on_two_axes
    x = sample.data[channel].astype(np.float64).reshape(seen.spatial)
    kernel = layer.effective_weight[index].reshape(seen.spec.kernel_size)
    painted, touched = _paint(seen, x, kernel)
    stretched, kinds = seen.stretched(x[None])
    matrix = transposed_matrix(seen, kernel)
    turned = kernel[::-1, ::-1]
    ways = {
        "scatter": painted[-1],
        "zeros inserted": convolve(stretched, turned[None, None], dilation=seen.spec.dilation)[0],
        "Cᵀ x": (matrix @ x.ravel()).reshape(seen.output_shape),
        "the layer": layer_part(layer, channel, output, x).reshape(seen.output_shape),
    }
    several = channels.inputs > 1 or channels.outputs > 1
    return Ways(
        view, seen, x, kernel, painted, touched, stretched[0], kinds, matrix, ways, float(layer.bias[output]), index,
        output, (sample.channels[channel], str(output)) if several else ("", ""), channels.depth == 1,
    )  # fmt: skip


def layer_part(layer: Convolution, channel: int, output: int, x: Floats) -> Floats:
    """Apply the layer's own filter of an output channel to an input that is zero but in one channel, without bias."""
    spec, reads = layer.spec, layer.channels_read(output)
    x_alone = np.zeros((len(reads), *x.shape[-spec.rank :]))
    x_alone[reads.index(channel)] = x.reshape(x_alone.shape[1:])
    weight = layer.weight[list(reads), spec.channels.kernel(output, channel)[1]][:, None]
    alone = Convolution(spec.one_filter(len(reads)), weight, np.zeros(1), layer.flip)
    return np.asarray(alone.forward(x_alone)[0])


def _paint(seen: FilterView, x: Floats, kernel: Floats) -> tuple[Floats, Floats]:
    """Let each input cell lay its kernel over the output, one after the other."""
    painted = np.zeros((x.size + 1, *seen.output_shape))
    touched = np.zeros_like(painted)
    for step, cell in enumerate(np.ndindex(x.shape)):
        painted[step + 1], touched[step + 1] = painted[step], touched[step]
        for position, tap in seen.hits(cell):
            painted[(step + 1, *position)] += x[cell] * kernel[tap]
            touched[(step + 1, *position)] += 1
    return painted, touched


def transposed_matrix(seen: FilterView, kernel: Floats) -> SparseMatrix:
    """Return the transpose of the forward layer's matrix."""
    spec, out = seen.spec, seen.output_shape
    forward = ConvSpec.of(
        1, 1, spec.kernel_size, stride=spec.stride, padding=spec.padding, dilation=spec.dilation
    )  # fmt: skip
    try:
        fits = forward.output_shape(out) == seen.spatial
    except ValueError:
        fits = False
    if fits:
        return convolution_matrix(forward, kernel[None, None], out).T
    # With an output_padding of a stride or more the forward layer would have another shape.
    return convolution_matrix(spec, kernel[None, None], seen.spatial)
