"""Keras' convolutions as ONNX's: which axes its weights have, and what its words for the padding come to."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.files.weights.keras import KerasLayer
from convgui.layers.convolution import Convolution
from convgui.layers.onnx_node import OnnxNode
from convgui.session.keras_graph.step import Config, Step, array, whole, word
from convgui.words import tr

CONVOLUTION = re.compile(r"(Separable|Depthwise)?Conv(?:olution)?([123])D(Transpose)?")


def rank_of(class_name: str) -> int | None:
    """Return how many axes a class of convolutions slides along; None for other classes."""
    found = CONVOLUTION.fullmatch(class_name)
    return int(found[2]) if found else None


def convolve(step: Step) -> None:
    """Lead a value through a convolution, or a separable one's two."""
    for node in nodes(step.layer):
        step.channels_first(node.op_type, *(a for a in node.arrays if a is not None), **node.attributes)


def alone(layer: KerasLayer) -> tuple[Convolution, ...]:
    """Return the layers of a convolution by itself; what the file does not tell is 1 stride and no padding."""
    return tuple(Convolution.from_onnx(node) for node in nodes(layer))


def nodes(layer: KerasLayer) -> tuple[OnnxNode, ...]:
    """Write a convolution as nodes of ONNX.

    Raises
    ------
    SpecError
        If it makes no sense, or its weights are not in the file.
    """
    found = CONVOLUTION.fullmatch(layer.call.class_name)
    assert found is not None
    rank, config = int(found[2]), layer.call.config
    bias = [array(layer, "bias")] if "bias" in layer.weights else []
    if found[1] == "Separable":
        kernel = _kernel(layer, "depthwise_kernel", rank)
        depthwise = _depthwise(kernel)
        pointwise = _plain(_kernel(layer, "pointwise_kernel", rank))
        return (
            OnnxNode("Conv", _attributes(config, depthwise, kernel.shape[-2]), (depthwise,), rank),
            OnnxNode("Conv", {"group": 1}, (pointwise, *bias), rank),
        )
    kernel = _kernel(layer, "kernel", rank)
    if found[3]:
        # The way back of a convolution from `out` to `in`, as ONNX has it.
        weight = np.moveaxis(kernel, (-1, -2), (0, 1))
        return (OnnxNode("ConvTranspose", _transposed(config, weight.shape[2:]), (weight, *bias), rank),)
    if found[1]:
        weight = _depthwise(kernel)
        return (OnnxNode("Conv", _attributes(config, weight, kernel.shape[-2]), (weight, *bias), rank),)
    weight = _plain(kernel)
    groups = whole(config, "groups", 1)[0]
    return (OnnxNode("Conv", _attributes(config, weight, groups), (weight, *bias), rank),)


def _kernel(layer: KerasLayer, role: str, rank: int) -> NDArray[np.float64]:
    kernel = array(layer, role)
    if kernel.ndim != rank + 2:
        words = tr("has shape {shape}; {n} axes are needed.", shape=kernel.shape, n=rank + 2)
        raise SpecError(role, words)
    return kernel


def _plain(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """From ``(*spatial, in, out)`` to ``(out, in, *spatial)``."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


def _depthwise(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """From ``(*spatial, in, times)`` to ``(in · times, 1, *spatial)``: each channel's filters one behind the other."""
    own = np.moveaxis(kernel, (-2, -1), (0, 1))
    return own.reshape(own.shape[0] * own.shape[1], 1, *own.shape[2:])


def _attributes(config: Config, weight: NDArray[np.float64], groups: int) -> dict[str, Any]:
    size = weight.shape[2:]
    rank = len(size)
    dilation = whole(config, "dilation_rate", rank)
    found: dict[str, Any] = {"group": groups, "strides": whole(config, "strides", rank), "dilations": dilation}
    match word(config, "padding", "valid"):
        case "same":
            found["auto_pad"] = "SAME_UPPER"
        case "causal":
            found["pads"] = (*(d * (k - 1) for d, k in zip(dilation, size, strict=True)), *(0,) * rank)
        case "valid":
            pass
        case other:
            raise SpecError("padding", tr("is {padding!r}, which is not known.", padding=other))
    return found


def _transposed(config: Config, size: tuple[int, ...]) -> dict[str, Any]:
    """Return attributes by which an output has the size that Keras gives it.

    Without `output_padding` that is stride times the input for "same", and as much as the kernel is wider than its
    stride more for "valid".
    """
    rank = len(size)
    stride, dilation = whole(config, "strides", rank), whole(config, "dilation_rate", rank)
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True)]
    same = word(config, "padding", "valid") == "same"
    given = None if config.get("output_padding") is None else whole(config, "output_padding", rank)
    before, after, more = list[int](), list[int](), list[int]()
    for axis, (k, s) in enumerate(zip(reach, stride, strict=True)):
        if given is None:
            spare = k - s if same else min(k - s, 0)
            cut, extra = max(spare, 0), max(-spare, 0)
            before.append(cut // 2)
            after.append(cut - cut // 2)
        else:
            # What Keras calls "same" here takes half the kernel off either side.
            cut, extra = 2 * (k // 2) if same else 0, given[axis]
            before.append(cut // 2)
            after.append(cut // 2)
        more.append(extra)
    pads = (*before, *after)
    return {"strides": stride, "dilations": dilation, "output_padding": tuple(more), "pads": pads}
