"""The arrays of a layer on a small input: every product can be looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from convgui.core.channels import Channels
from convgui.core.filter_view import FilterView, Position
from convgui.model.document import Document
from convgui.model.sample import Alpha

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Numbers:
    """One filter of one layer on a small input, brought to two spatial axes.

    Attributes
    ----------
    view : FilterView
        Which input cell meets which weight where.
    padded : ndarray
        ``(C, Hp, Wp)``: the channels this filter reads, with their padding.
    windows : ndarray
        ``(C, Ho, Wo, kh, kw)``: the values under each window, 0 where they are padding.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    partial : ndarray
        ``(C, Ho, Wo)``: each channel's own result.
    output : ndarray
        ``(Ho, Wo)``: their sum plus the bias.
    factor : ndarray
        ``(Ho, Wo)``: by what the sum of the products is multiplied where missing values are left out; 1 elsewhere.
    leaves_out : bool
        Whether missing values (NaN) are left out.
    alpha : Alpha or None
        Transparency of the input.
    apart : bool
        Whether each channel is stepped on its own and nothing is summed.
    names : tuple of str
        The channels' names.
    first : int
        Index of the first of these channels in the input (not 0 where the layer has groups).
    sliced : bool
        Whether what stands for channels are slices of a volume.
    biased : bool
        Whether the layer has a bias.
    readers : Channels
        Which filters read which channels.
    line : bool
        Whether the input has one axis, which is drawn as a row.
    """

    view: FilterView
    padded: Floats
    windows: Floats
    kernels: Floats
    partial: Floats
    output: Floats
    bias: float
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    flipped: bool
    apart: bool
    factor: Floats
    leaves_out: bool
    alpha: Alpha | None
    sliced: bool = False
    biased: bool = True
    readers: Channels = field(default_factory=lambda: Channels(1, 1))
    line: bool = False

    def axes(self, index: tuple[int, ...]) -> tuple[int, ...]:
        """Return indices or lengths that end in a row and a column as they are said: of one axis, without the row."""
        return (*index[:-2], index[-1]) if self.line else index

    @property
    def said_bias(self) -> float | None:
        """The bias; None where the layer has none."""
        return self.bias if self.biased else None

    @property
    def channels(self) -> int:
        """How many channels the filter reads."""
        return len(self.padded)

    @property
    def which(self) -> tuple[int, ...]:
        """What stands before row and column of an output: the filter, unless a single one makes it of one channel."""
        return () if self.channels == self.filters == 1 else (self.filter,)

    def window(self, channel: int, position: Position) -> Floats:
        """Return the input values ``(kh, kw)`` that an output cell reads in one channel."""
        return np.asarray(self.windows[(channel, *position)])


def numbers(document: Document, apart: bool) -> Numbers:
    """Compute every number the scene shows.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    layer, chosen, sample = document.layer, document.view.filter, document.sample
    view, channels = document.filter_view.on_two_axes, layer.spec.channels
    reads, cut = channels.reads(chosen), channels.slice(chosen)
    x = sample.data[cut].reshape(len(reads), *view.spatial).astype(np.float64)
    kernels = layer.effective_weight[chosen].reshape(len(reads), *view.spec.kernel_size)
    windows = view.windows(x)
    gathered, weights = windows.reshape(len(reads), view.positions, -1), kernels.reshape(len(reads), -1)
    there, leaves_out = ~np.isnan(gathered), document.missing == "rescale"
    products = gathered * weights[:, None]
    partial = products.sum(axis=2, where=there) if leaves_out else products.sum(axis=2)
    factor = _rescaling(weights, there) if leaves_out else np.ones(view.positions)
    bias = float(layer.bias[chosen])
    return Numbers(
        view=view,
        padded=view.pad(x),
        windows=windows,
        kernels=kernels,
        partial=partial.reshape(len(reads), *view.output_shape),
        output=(partial.sum(axis=0) * factor).reshape(view.output_shape) + bias,
        bias=bias,
        biased=layer.has_bias,
        names=sample.channels[cut],
        first=reads.start,
        filter=chosen,
        filters=channels.outputs,
        readers=channels,
        flipped=layer.flip,
        apart=apart and len(reads) > 1,
        factor=factor.reshape(view.output_shape),
        leaves_out=leaves_out,
        alpha=sample.alpha,
        line=layer.spec.rank == 1,
    )


def _rescaling(weights: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return what the weights ``(C, taps)`` that are left ``(C, outputs, taps)`` are multiplied by; NaN for none."""
    sizes = np.abs(weights)
    left = (sizes[:, None] * there).sum(axis=(0, 2))
    complete = there.all(axis=(0, 2))
    return np.where(complete, 1.0, np.divide(sizes.sum(), left, out=np.full(len(left), np.nan), where=left > 0))
