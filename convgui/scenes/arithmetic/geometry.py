"""The arrays: the padded input, the inflated kernel, what no window reaches, and the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView, SpecError, convolve
from convgui.core.channels import Channels
from convgui.core.spec import PADDING_MODES, PADDING_NAMES
from convgui.model.document import Document
from convgui.words import tr

Floats = NDArray[np.float64]
PADDINGS, MODES = PADDING_NAMES, PADDING_MODES
STRIDES, DILATIONS = ("1", "2", "3"), ("1", "2", "4")


@dataclass(frozen=True, eq=False)
class Geometry:
    """One kernel of a layer on one input channel.

    Attributes
    ----------
    layer : FilterView
        One channel of the layer with what is tried in place of its own; its padding keeps its name, which gives other
        pads for other sizes.
    view : FilterView
        The same with rows and columns.
    tried : tuple of str
        What is tried, in words.
    x, padded, kernel, output : ndarray
        ``(H, W)``, ``(Hp, Wp)``, ``(kh, kw)`` and ``(Ho, Wo)``.
    index : tuple of int
        The filter, the channel within it, and the input channel.
    told : bool
        Whether the formula of the size is written; not where a lesson is about what the padding holds.
    readers : Channels
        Which filters read which channels.
    """

    layer: FilterView
    view: FilterView
    tried: tuple[str, ...]
    x: Floats
    padded: Floats
    kernel: Floats
    output: Floats
    index: tuple[int, int, int]
    bias: float
    told: bool = True
    readers: Channels = field(default_factory=lambda: Channels(1, 1))

    @property
    def given(self) -> str:
        """The title of the input: which channel it is, where there are several."""
        return f"{tr('Input')} {self.index[2]}" if self.readers.inputs > 1 else tr("Input")

    @property
    def made(self) -> str:
        """The title of the output: which one, and whether other channels and the bias add to it."""
        if self.readers.depth > 1:
            return f"{tr('Part of output')} {self.index[0]}"
        return f"{tr('Output')} {self.index[0]}" if self.readers.outputs > 1 else tr("Output")

    @property
    def windows(self) -> FilterView:
        """The windows over the padded input."""
        return self.view.over_padding

    @property
    def inflated(self) -> Floats:
        """The kernel as it lies on the input, NaN between its taps."""
        return self.view.inflated(self.kernel, np.nan)


def attempts(spec: ConvSpec, spatial: tuple[int, ...], chosen: Mapping[str, str]) -> tuple[ConvSpec, tuple[str, ...]]:
    """Return the layer with the choices that fit, one after the other, and those choices in words."""
    words = []
    for name, value in chosen.items():
        try:
            candidate = attempt(spec, name, value)
            candidate.output_shape(spatial)
        except SpecError:
            continue
        if candidate != spec:
            words.append(f"{'padding_mode' if name == 'mode' else name} {value}")
        spec = candidate
    return spec, tuple(words)


def attempt(spec: ConvSpec, name: str, value: str) -> ConvSpec:
    """Return the layer with one parameter replaced; ``"layer"`` keeps it.

    Raises
    ------
    SpecError
        If no layer can have it.
    """
    if value == "layer":
        return spec
    if name == "padding":
        return replace(spec, padding=next(p for p in PADDING_NAMES if p == value))
    if name == "mode":
        return replace(spec, padding_mode=next(m for m in PADDING_MODES if m == value))
    counts = (int(value),) * spec.rank
    return replace(spec, stride=counts) if name == "stride" else replace(spec, dilation=counts)


def tried_on(spec: ConvSpec, spatial: tuple[int, ...], name: str, value: str) -> FilterView | None:
    """Return the layer with one parameter replaced on an input; None where it does not fit."""
    try:
        candidate = attempt(spec, name, value)
        candidate.output_shape(spatial)
    except ValueError:
        return None
    return FilterView(candidate, spatial)


def geometry(document: Document, options: Mapping[str, str]) -> Geometry:
    """Compute one channel's part of a layer, with what is tried in place of the layer's own parameters."""
    layer, sample, chosen = document.layer, document.sample, document.view
    spec, words = attempts(layer.spec, sample.spatial, options)
    own = FilterView(spec.one_filter(), sample.spatial)
    view, channels = own.on_two_axes, spec.channels
    channel = channels.ends(chosen.filter, chosen.channel)[1]
    x = sample.data[channel].astype(np.float64).reshape(view.spatial)
    kernel = layer.effective_weight[chosen.filter, chosen.channel].reshape(view.spec.kernel_size)
    padded = view.pad(x[None])[0]
    bias = float(layer.bias[chosen.filter]) if channels.depth == 1 else 0.0
    output = convolve(padded[None], kernel[None, None], stride=view.spec.stride, dilation=view.spec.dilation)
    index = (chosen.filter, chosen.channel, channel)
    told = not (document.lesson and set(options) == {"mode"})
    return Geometry(own, view, words, x, padded, kernel, output[0] + bias, index, bias, told, channels)
