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

from convgui.export.atomic_write import ExportError, write_file
from convgui.export.code.text import Subject, refuse_rescaling, subject
from convgui.export.protobuf import blob, integer, packed, real
from convgui.layers.code import NoCounterpartError
from convgui.layers.joining import Joining
from convgui.layers.layer import Shape
from convgui.model.document import Document
from convgui.model.sources import outputs
from convgui.version import __version__
from convgui.words import tr

IR, OPSET = 9, 19
FLOAT, INT64, DOUBLE = 1, 7, 11
LARGEST = 2**31 - 1
_KINDS = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64, np.dtype(np.float64): DOUBLE}


def onnx_bytes(document: Document, *, all_layers: bool = True, double: bool = False) -> bytes:
    """Write the chosen layer, or all layers, as an ONNX model with one input ``x`` and one output ``y``.

    Parameters
    ----------
    double : bool
        Weights and values in float64; otherwise in float32, which every runtime can do.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    ExportError
        If the file would be larger than the format allows, ONNX does not know a layer, or would treat missing
        values in another way.
    """
    chosen = subject(document, all_layers=all_layers, weights=False)
    refuse_rescaling(chosen, "ONNX")
    if chosen.missing == "zero":
        raise ExportError(
            tr(
                "a layer of ONNX does not count missing values as 0; put 0 in their place in the input, or let them "
                "spread."
            )
        )
    graph = _Graph(np.dtype(np.float64) if double else np.dtype(np.float32))
    try:
        results = _written(graph, chosen)
    except NoCounterpartError as error:
        raise ExportError(str(error)) from error
    shapes = document.shapes if all_layers else (chosen.given, chosen.made)
    data = graph.finished(chosen.given, [(name, shapes[n]) for n, name in results.items()])
    if len(data) > LARGEST:
        raise ExportError(
            tr(
                "the ONNX file would take {count:,} bytes, and the format ends at {largest:,}.",
                count=len(data),
                largest=LARGEST,
            )
        )
    return data


def _written(graph: _Graph, chosen: Subject) -> dict[int, str]:
    """Write the layers; return the names of the values that none of them reads, by their numbers."""
    names, count = {0: graph.last}, len(chosen.layers)
    for index, (layer, shape) in enumerate(zip(chosen.layers, chosen.incoming, strict=True)):
        graph.last, *others = (names[n] for n in chosen.reads(index))
        if isinstance(layer, Joining) and others:
            layer.onnx_joined(graph, others)
        else:
            layer.onnx(graph, shape)
        names[index + 1] = graph.last
    return {n: names[n] for n in outputs(chosen.sources, count)}


def write_onnx(document: Document, path: Path, *, all_layers: bool = True) -> None:
    """Write an ONNX file; errors as for `onnx_bytes`, and ExportError if it cannot be written."""
    write_file(path, onnx_bytes(document, all_layers=all_layers))


@dataclass
class _Graph:
    """Nodes under construction, each behind the last."""

    kind: np.dtype[Any]
    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    last: str = "x"

    def constant(self, values: NDArray[Any] | Sequence[int], *, single: bool = False) -> str:
        """Add numbers (whole ones as int64, the others in the model's type or as float32) and return their name."""
        if not isinstance(values, np.ndarray):
            array: NDArray[Any] = np.array(values, dtype=np.int64)
        else:
            array = _held(values, np.dtype(np.float32) if single else self.kind)
        name = f"c{len(self.tensors)}"
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        tensor = packed(1, array.shape) + integer(2, _KINDS[array.dtype]) + blob(8, name) + blob(9, little.tobytes())
        self.tensors.append(tensor)
        return name

    def node(self, operator: str, *inputs: str, **attributes: int | float | str | Sequence[int]) -> None:
        """Add a node behind the last."""
        output = f"y{len(self.nodes)}"
        data = b"".join(blob(1, name) for name in (self.last, *inputs)) + blob(2, output)
        data += blob(3, f"{operator}_{len(self.nodes)}") + blob(4, operator)
        data += b"".join(blob(5, _attribute(name, value)) for name, value in attributes.items())
        self.nodes.append(data)
        self.last = output

    def finished(self, before: Shape, results: Sequence[tuple[str, Shape]]) -> bytes:
        """Return the whole file, with values of these names and shapes as its outputs."""
        made = []
        for name, shape in results:
            self.last = name
            self.node("Identity")
            made.append((self.last, shape))
        element = _KINDS[self.kind]
        graph = b"".join(blob(1, node) for node in self.nodes) + blob(2, "convgui")
        graph += b"".join(blob(5, tensor) for tensor in self.tensors)
        graph += blob(11, _value("x", (1, *before), element))
        graph += b"".join(blob(12, _value(name, (1, *shape), element)) for name, shape in made)
        model = integer(1, IR) + blob(2, "convgui") + blob(3, __version__) + blob(7, graph)
        return model + blob(8, blob(1, "") + integer(2, OPSET))


def _held(values: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    """Return numbers in a type; ExportError if one of them is too large for it."""
    with np.errstate(over="ignore"):
        found = values.astype(kind)
    beyond = np.isinf(found) & np.isfinite(values)
    if beyond.any():
        words = tr(
            "a number of the layers is {value:g}, and ONNX files are written in float32, which ends at {largest:.2g}.",
            value=values[beyond].flat[0],
            largest=np.finfo(kind).max,
        )
        raise ExportError(words)
    return found


def _attribute(name: str, value: int | float | str | Sequence[int]) -> bytes:
    """Write an AttributeProto: its type is a number beside the value."""
    if isinstance(value, str):
        return blob(1, name) + blob(4, value) + integer(20, 3)
    if isinstance(value, int):
        return blob(1, name) + integer(3, value) + integer(20, 2)
    if isinstance(value, float):
        return blob(1, name) + real(2, float(_held(np.array([value]), np.dtype(np.float32))[0])) + integer(20, 1)
    return blob(1, name) + packed(8, value) + integer(20, 7)


def _value(name: str, shape: Shape, element: int) -> bytes:
    """Write a ValueInfoProto: a tensor of known shape."""
    dimensions = b"".join(blob(1, integer(1, n)) for n in shape)
    return blob(1, name) + blob(2, blob(1, integer(1, element) + blob(2, dimensions)))
