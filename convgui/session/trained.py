"""Layers that stand in a file of trained weights, and what they make of a document.

A state dict has no graph: tensors are paired by the names in front of their last dot, and what is not in the file
(stride, padding, what comes between) is left as it is at first and said. An ONNX file has all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.files.weights.onnx_model import Graph, Node, OnnxFile
from convgui.files.weights.tensors import Tensor, WeightFile
from convgui.layers import kind_of_onnx, kinds
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.layers.onnx_node import OnnxNode, finite
from convgui.model.document import Document, View
from convgui.scenes import fitting, scene
from convgui.scenes.scene import reason_against
from convgui.session.stack import MOST_LAYERS
from convgui.words import tr

ROLES = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
TRANSPOSED = ("transpose", "deconv", "upconv", "up_conv", "convt")
"""Parts of names that tell a transposed convolution, which has the same tensors as a plain one."""


@dataclass(frozen=True)
class FoundLayer:
    """One layer of a file.

    Attributes
    ----------
    name : str
        What the file calls it.
    kind : str
        PyTorch's or ONNX's name of its kind, as far as its tensors tell.
    shapes : mapping of str to tuple of int
        Of each of its tensors, by their last name.
    parameters : int
        How many numbers they hold.
    reason : str
        Why it cannot be made here; "" if it can.
    told : bool
        Whether the file says all of it; otherwise stride and padding are not in it.
    """

    name: str
    kind: str
    shapes: Mapping[str, Shape]
    parameters: int
    reason: str = ""
    told: bool = False
    _build: Callable[[], Layer] | None = None

    @property
    def convolves(self) -> bool:
        """Whether it is a convolution, which can be put on a picture by itself."""
        return self._build is not None and self.kind.startswith("Conv")

    def layer(self) -> Layer:
        """Make the layer.

        Raises
        ------
        SpecError
            If it is not legal, or too large to be shown.
        LoadError
            If the file is not what it was.
        """
        if self._build is None:
            raise SpecError(self.name, self.reason)
        layer = self._build()
        layer.check()
        return layer


def found_layers(file: WeightFile) -> tuple[FoundLayer, ...]:
    """Return the layers of a file, in its order: those of its graph if it has one, or tensors paired by their names."""
    if isinstance(file, OnnxFile):
        return tuple(_of_node(n, node, file.graph) for n, node in enumerate(file.graph.nodes))
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in file.tensors.items():
        prefix, _, role = name.rpartition(".")
        groups.setdefault(prefix if role in ROLES else name, {})[role if role in ROLES else ""] = tensor
    return tuple(_of_tensors(name, tensors) for name, tensors in groups.items())


def _of_tensors(name: str, tensors: Mapping[str, Tensor]) -> FoundLayer:
    shapes = {role: tensor.shape for role, tensor in tensors.items()}
    weight = tensors.get("weight", tensors.get(""))
    kind, build, reason = "?", None, tr("its tensors are of no layer that is known")
    if weight is not None and 3 <= len(weight.shape) <= 5 and weight.dtype.startswith(("float", "bfloat")):
        kind, build, reason = _convolution(name, weight, tensors.get("bias"))
    else:
        own = next((known for known in kinds() if known.has_state(shapes)), None)
        if own is not None:
            kind, build, reason = own.__name__, partial(_of_state, own, tensors), ""
    return FoundLayer(name, kind, shapes, sum(t.size for t in tensors.values()), reason, False, build)


def _of_state(kind: type[Layer], tensors: Mapping[str, Tensor]) -> Layer:
    return kind.from_state({role: finite(tensor.values(), role) for role, tensor in tensors.items()})


def _convolution(name: str, weight: Tensor, bias: Tensor | None) -> tuple[str, Callable[[], Layer], str]:
    transposed = any(part in name.lower() for part in TRANSPOSED)
    rank = len(weight.shape) - 2

    def build() -> Layer:
        one, other = weight.shape[:2]
        sizes = (one, other) if transposed else (other, one)
        spec = ConvSpec.of(*sizes, weight.shape[2:], transposed=transposed)
        numbers = np.zeros(spec.out_channels) if bias is None else finite(bias.values(), "bias")
        return Convolution(spec, finite(weight.values(), "weight"), numbers)

    return f"ConvTranspose{rank}d" if transposed else f"Conv{rank}d", build, ""


def _of_node(number: int, node: Node, graph: Graph) -> FoundLayer:
    held = [graph.tensors[name] for name in node.inputs if name in graph.tensors]
    name = node.name or (held[0].name.rpartition(".")[0] if held else "") or f"{node.op_type}_{number}"
    kind = kind_of_onnx(node.op_type)

    def build() -> Layer:
        assert kind is not None
        arrays = tuple(graph.tensors[name].values() if name in graph.tensors else None for name in node.inputs[1:])
        return kind.from_onnx(OnnxNode(node.op_type, node.attributes, arrays))

    shapes = {tensor.name.rpartition(".")[2]: tensor.shape for tensor in held}
    reason = tr("the operator {name} is not read", name=node.op_type) if kind is None else ""
    parameters = sum(tensor.size for tensor in held if tensor.dtype.startswith(("float", "bfloat")))
    return FoundLayer(name, node.op_type, shapes, parameters, reason, True, None if kind is None else build)


def on_picture(document: Document, found: FoundLayer) -> tuple[Document, str]:
    """Put one convolution of a file on the document's input, in place of its layers.

    Where it takes another number of channels than the input has, as many of them as both have are taken, which is said.

    Returns
    -------
    document : Document
    said : str
        What was done to make it fit; "" if nothing.

    Raises
    ------
    SpecError
        If it does not take such an input.
    LoadError
        If the file is not what it was.
    """
    layer = found.layer()
    assert isinstance(layer, Convolution)
    rank, axes = layer.spec.rank, len(document.sample.spatial)
    if rank != axes:
        raise SpecError(
            found.name,
            tr("slides along {rank} axes, and the input has {axes}; open an input with {rank}.", rank=rank, axes=axes),
        )
    channels, said = document.sample.data.shape[0], ""
    if layer.spec.in_channels != channels:
        said = tr(
            "{name} takes {takes} channels and the input has {channels}: each filter is shown with the part of its "
            "weights that fits.",
            name=found.name, takes=layer.spec.in_channels, channels=channels,
        )  # fmt: skip
        layer = _with_channels(layer, channels)
    changed = replace(document, layers=(layer,), view=View(scene=document.view.scene))
    changed.layer.output_shape(changed.shapes[0])
    return changed, said


def _with_channels(layer: Convolution, channels: int) -> Convolution:
    """Return a layer for so many channels: weights of others are left out, or are 0."""
    spec, weight = layer.spec, layer.weight
    if spec.groups == spec.in_channels == 1 and not spec.transposed and spec.out_channels % channels == 0:
        # One weight a channel: each filter looks at one channel of its own.
        return replace(layer, spec=replace(spec, in_channels=channels, groups=channels))
    axis = 0 if spec.transposed else 1
    shape = list(weight.shape)
    shape[axis] = channels
    taken = np.zeros(shape)
    both = min(channels, weight.shape[axis])
    part = (slice(None),) * axis + (slice(both),)
    taken[part] = weight[part]
    return replace(layer, spec=replace(spec, in_channels=channels, groups=1), weight=taken)


def chain(document: Document, found: Sequence[FoundLayer]) -> tuple[Document, str]:
    """Put layers of a file one behind the other on the document's input, as far as they go.

    Returns
    -------
    document : Document
        With the layers in place of its own.
    said : str
        Where it stops and why; "" if all of them are there.

    Raises
    ------
    SpecError
        If not even the first can be made.
    """
    layers, shape, said = list[Layer](), document.sample.data.shape, ""
    for layer in found:
        try:
            built = layer.layer()
            if isinstance(built, Convolution):
                built = _depthwise(built, shape[0])
            shape = built.output_shape(shape)
        except SpecError as error:
            said = tr("The chain stops before {name}: {reason}", name=layer.name, reason=str(error))
            break
        layers.append(built)
        if len(layers) == MOST_LAYERS:
            said = tr("The chain stops after {most} layers, which a stack has at most.", most=MOST_LAYERS)
            break
    if not layers:
        raise SpecError("layers", said)
    return replace(document, layers=tuple(layers), view=View(scene=document.view.scene)), said


def _depthwise(layer: Convolution, channels: int) -> Convolution:
    """Return a layer of one weight a filter as the depthwise one that it is where as many channels come in."""
    spec = layer.spec
    if spec.in_channels == 1 < channels == spec.out_channels and not spec.transposed:
        return replace(layer, spec=replace(spec, in_channels=channels, groups=channels))
    return layer


def looked_at_first(document: Document) -> Document:
    """Look at layers as one does first: at all maps of the last one together, where there are such."""
    layers, maps = len(document.layers), scene("maps")
    document = document.with_view(replace(document.view, layer=layers - 1))
    # The step behind each layer shows what it made.
    chosen, step = (maps, layers) if not reason_against(maps, document) else (fitting(document), 0)
    return document.with_view(replace(document.view, scene=chosen.id, step=step))


def summary(found: FoundLayer) -> str:
    """Write a layer's tensors: ``16 × 3 × 3 × 3, bias 16``."""
    parts = [by(shape) if role in ("", "weight") else f"{role} {by(shape)}" for role, shape in found.shapes.items()]
    return ", ".join(part for part in parts if part)
