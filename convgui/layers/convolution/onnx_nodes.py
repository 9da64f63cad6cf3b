"""A convolution as ONNX nodes."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.layers.code import NUMPY_MODES, OnnxGraph, padded
from convgui.layers.convolution.filters import Filters


def add(graph: OnnxGraph, filters: Filters, shape: tuple[int, ...]) -> None:
    """Add the nodes of a convolution for an input of ``(C, *spatial)``."""
    spec, pads = filters.spec, filters.pads(shape)
    if padded(pads) and spec.padding_mode != "zeros":
        sides = [0, 0, *(before for before, _ in pads), 0, 0, *(after for _, after in pads)]
        graph.node("Pad", graph.constant(sides), mode=NUMPY_MODES[spec.padding_mode])
        pads = ((0, 0),) * spec.rank
    common: dict[str, int | Sequence[int]] = {
        "kernel_shape": spec.kernel_size,
        "strides": spec.stride,
        "dilations": spec.dilation,
        "group": spec.groups,
        "pads": [*(before for before, _ in pads), *(after for _, after in pads)],
    }
    weight = graph.constant(filters.weight)
    if not spec.transposed:
        graph.node("Conv", weight, graph.constant(filters.bias), **common)
    elif all(extra < step for extra, step in zip(spec.output_padding, spec.stride, strict=True)):
        graph.node("ConvTranspose", weight, graph.constant(filters.bias), **common, output_padding=spec.output_padding)
    else:
        # Runtimes take an output_padding below the stride only: zeros are added, the border is cut off by hand.
        graph.node("ConvTranspose", weight, **{**common, "pads": [0] * 2 * spec.rank})
        graph.node("Pad", graph.constant([*[0] * (4 + spec.rank), *spec.output_padding]), mode="constant")
        starts = [before for before, _ in pads]
        ends = [start + n for start, n in zip(starts, spec.output_shape(shape[1:]), strict=True)]
        axes = graph.constant(range(2, 2 + spec.rank))
        graph.node("Slice", graph.constant(starts), graph.constant(ends), axes)
        graph.node("Add", graph.constant(filters.bias.reshape(-1, *[1] * spec.rank)))
