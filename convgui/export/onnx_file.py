"""An ONNX file of layers with their weights, written without the ``onnx`` package.

Field numbers are those of ``onnx.proto`` (IR version 9); the operators are of opset 19, the first whose Pad can wrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui import __version__
from convgui.export.code.text import NUMPY_MODES, padded, pads_of, refuse_rescaling, subject
from convgui.export.protobuf import blob, integer, packed, real
from convgui.export.whole import ExportError, write_whole
from convgui.model.document import Document
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample
from convgui.words import tr

IR, OPSET = 9, 19
FLOAT, INT64, DOUBLE = 1, 7, 11
LARGEST = 2**31 - 1
_KINDS = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64, np.dtype(np.float64): DOUBLE}


def onnx_bytes(document: Document, *, whole: bool = True, double: bool = False) -> bytes:
    """Write the chosen layer, or with `whole` all layers, as an ONNX model with one input ``x`` and one output ``y``.

    Parameters
    ----------
    double : bool
        Weights and values in float64; otherwise in float32, which every runtime can do.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    ExportError
        If the file would be larger than the format allows, or would treat missing values in another way.
    """
    chosen = subject(document, whole=whole, weights=False)
    refuse_rescaling(chosen, "ONNX")
    if chosen.missing == "zero":
        raise ExportError(
            tr(
                "a layer of ONNX does not count missing values as 0; put 0 in their place in the input, or let them "
                "spread."
            )
        )
    shapes, place = document.shapes, document.view.layer
    layers = document.layers if whole else (document.chosen,)
    around = shapes if whole else shapes[place : place + 2]
    graph = _Graph(np.dtype(np.float64) if double else np.dtype(np.float32))
    for layer, shape in zip(layers, around, strict=False):
        _add(graph, layer, shape)
    data = graph.finished(around[0], around[-1])
    if len(data) > LARGEST:
        raise ExportError(
            tr(
                "the ONNX file would take {count:,} bytes, and the format ends at {largest:,}.",
                count=len(data),
                largest=LARGEST,
            )
        )
    return data


def write_onnx(document: Document, path: Path, *, whole: bool = True) -> None:
    """Write an ONNX file; errors as for `onnx_bytes`, and ExportError if it cannot be written."""
    write_whole(path, onnx_bytes(document, whole=whole))


@dataclass
class _Graph:
    """A chain of nodes under construction."""

    kind: np.dtype[Any]
    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    last: str = "x"

    def constant(self, values: NDArray[Any] | Sequence[int]) -> str:
        """Add numbers (whole ones as int64) and return their name."""
        if not isinstance(values, np.ndarray):
            array: NDArray[Any] = np.array(values, dtype=np.int64)
        else:
            array = values.astype(self.kind)
        name = f"c{len(self.tensors)}"
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        tensor = packed(1, array.shape) + integer(2, _KINDS[array.dtype]) + blob(8, name) + blob(9, little.tobytes())
        self.tensors.append(tensor)
        return name

    def node(self, operator: str, *inputs: str, **attributes: int | float | str | Sequence[int]) -> None:
        """Add a node behind the last."""
        made = f"y{len(self.nodes)}"
        data = b"".join(blob(1, name) for name in (self.last, *inputs)) + blob(2, made)
        data += blob(3, f"{operator}_{len(self.nodes)}") + blob(4, operator)
        data += b"".join(blob(5, _attribute(name, value)) for name, value in attributes.items())
        self.nodes.append(data)
        self.last = made

    def finished(self, before: Shape, after: Shape) -> bytes:
        """Return the whole file."""
        self.node("Identity")
        element = _KINDS[self.kind]
        graph = b"".join(blob(1, node) for node in self.nodes) + blob(2, "convgui")
        graph += b"".join(blob(5, tensor) for tensor in self.tensors)
        graph += blob(11, _value("x", (1, *before), element)) + blob(12, _value(self.last, (1, *after), element))
        model = integer(1, IR) + blob(2, "convgui") + blob(3, __version__) + blob(7, graph)
        return model + blob(8, blob(1, "") + integer(2, OPSET))


def _attribute(name: str, value: int | float | str | Sequence[int]) -> bytes:
    """Write an AttributeProto: its type is a number beside the value."""
    if isinstance(value, str):
        return blob(1, name) + blob(4, value) + integer(20, 3)
    if isinstance(value, int):
        return blob(1, name) + integer(3, value) + integer(20, 2)
    if isinstance(value, float):
        return blob(1, name) + real(2, value) + integer(20, 1)
    return blob(1, name) + packed(8, value) + integer(20, 7)


def _value(name: str, shape: Shape, element: int) -> bytes:
    """Write a ValueInfoProto: a tensor of known shape."""
    dimensions = b"".join(blob(1, integer(1, n)) for n in shape)
    return blob(1, name) + blob(2, blob(1, integer(1, element) + blob(2, dimensions)))


def _add(graph: _Graph, layer: AnyLayer, shape: Shape) -> None:
    """Add the nodes of one layer for an input of ``(C, *spatial)``."""
    match layer:
        case Layer():
            _add_convolution(graph, layer, shape)
        case Pool():
            pads = [*layer.padding, *layer.padding]
            size, stride = layer.kernel_size, layer.stride
            if layer.kind == "max":
                graph.node("MaxPool", kernel_shape=size, strides=stride, pads=pads)
            else:
                graph.node("AveragePool", kernel_shape=size, strides=stride, pads=pads, count_include_pad=1)
        case ReLU():
            graph.node("Relu")
        case Upsample():
            _add_upsample(graph, layer)
        case PixelShuffle():
            _add_pixel_shuffle(graph, layer, shape)
        case ChannelShuffle():
            groups, spatial = layer.groups, shape[1:]
            graph.node("Reshape", graph.constant((1, groups, shape[0] // groups, *spatial)))
            graph.node("Transpose", perm=(0, 2, 1, *range(3, 3 + len(spatial))))
            graph.node("Reshape", graph.constant((1, *shape)))


def _add_convolution(graph: _Graph, layer: Layer, shape: Shape) -> None:
    spec, pads = layer.spec, pads_of(layer, shape)
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
    weight = graph.constant(layer.effective_weight)
    if not spec.transposed:
        graph.node("Conv", weight, graph.constant(layer.bias), **common)
    elif all(extra < step for extra, step in zip(spec.output_padding, spec.stride, strict=True)):
        graph.node("ConvTranspose", weight, graph.constant(layer.bias), **common, output_padding=spec.output_padding)
    else:
        # Runtimes take an output_padding below the stride only: zeros are added, the border is cut off by hand.
        graph.node("ConvTranspose", weight, **{**common, "pads": [0] * 2 * spec.rank})
        graph.node("Pad", graph.constant([*[0] * (4 + spec.rank), *spec.output_padding]), mode="constant")
        starts = [before for before, _ in pads]
        ends = [start + n for start, n in zip(starts, spec.output_shape(shape[1:]), strict=True)]
        axes = graph.constant(range(2, 2 + spec.rank))
        graph.node("Slice", graph.constant(starts), graph.constant(ends), axes)
        graph.node("Add", graph.constant(layer.bias.reshape(-1, *[1] * spec.rank)))


def _add_upsample(graph: _Graph, layer: Upsample) -> None:
    scales = graph.tensors
    name = f"c{len(scales)}"
    values = np.array([1, 1, *layer.scale_factor], dtype="<f4")
    # Scales are float32 in every model.
    scales.append(packed(1, values.shape) + integer(2, FLOAT) + blob(8, name) + blob(9, values.tobytes()))
    if layer.mode == "nearest":
        options = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    else:
        options = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    graph.node("Resize", "", name, **options)


def _add_pixel_shuffle(graph: _Graph, layer: PixelShuffle, shape: Shape) -> None:
    out, factor, rank = layer.output_shape(shape), layer.upscale_factor, len(shape) - 1
    graph.node("Reshape", graph.constant((1, out[0], *(factor,) * rank, *shape[1:])))
    graph.node("Transpose", perm=(0, 1, *(axis for a in range(rank) for axis in (2 + rank + a, 2 + a))))
    graph.node("Reshape", graph.constant((1, *out)))
