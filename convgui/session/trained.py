"""Layers that stand in a file of trained weights, and what they make of a document.

A state dict has no graph: tensors are paired by the names in front of their last dot, and what is not in the file
(stride, padding, what comes between) is left as it is at first and said. An ONNX file has all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from convgui.core.spec import ConvSpec, SpecError
from convgui.files.weights.keras import KerasFile
from convgui.files.weights.onnx_constants import folding
from convgui.files.weights.onnx_model import Graph, Node, OnnxFile
from convgui.files.weights.onnx_operations import operation
from convgui.files.weights.tensors import Tensor, WeightFile
from convgui.layers import kind_of_onnx, kinds
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.onnx_node import OnnxNode, finite
from convgui.model.document import Document, View
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.scenes import fitting, scene
from convgui.scenes.scene import reason_against
from convgui.session.building import Building, TooManyLayersError
from convgui.session.found_layer import FoundLayer
from convgui.session.keras_graph.found import layers_of_keras
from convgui.session.onnx_graph.operators import is_read
from convgui.session.onnx_graph.operators import put as follow
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr, trn

ROLES = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
TRANSPOSED = ("transpose", "deconv", "upconv", "up_conv", "convt")
"""Parts of names that tell a transposed convolution, which has the same tensors as a plain one."""


@dataclass(frozen=True, eq=False)
class NodeOperation:
    """A node of an ONNX graph, and the numbers that stand in the file."""

    node: Node
    graph: Graph
    constants: Mapping[str, Tensor] = field(repr=False)

    def follow(self, tracing: Tracing, *, last: bool) -> None:
        """Make its values of those that are there; SpecError if it does what is not done here."""
        follow(tracing, self.node, last=last)


def found_layers(file: WeightFile) -> tuple[FoundLayer, ...]:
    """Return the layers of a file, in its order: those of its graph if it has one, or tensors paired by their names."""
    if isinstance(file, OnnxFile):
        return _of_graph(file.graph)
    if isinstance(file, KerasFile):
        return layers_of_keras(file)
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in file.tensors.items():
        prefix, _, role = name.rpartition(".")
        groups.setdefault(prefix if role in ROLES else name, {})[role if role in ROLES else ""] = tensor
    # Of a layer by itself, tensors have no name before their own.
    return tuple(_of_tensors(name or "weight", tensors) for name, tensors in groups.items())


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
    parameters = sum(tensor.size for tensor in tensors.values())
    return FoundLayer(name, kind, shapes, parameters, reason, _build=build)


def _of_state(kind: type[Layer], tensors: Mapping[str, Tensor]) -> Layer:
    return kind.from_state({role: finite(tensor.values(), role) for role, tensor in tensors.items()})


def _convolution(name: str, weight: Tensor, bias: Tensor | None) -> tuple[str, Callable[[], Layer], str]:
    transposed = any(part in name.lower() for part in TRANSPOSED)
    if bias is not None and bias.shape != weight.shape[:1]:
        # As many biases as there are outputs: where they stand in the weights tells which way the layer goes.
        transposed = transposed or bias.shape == weight.shape[1:2]
    rank = len(weight.shape) - 2

    def build() -> Layer:
        one, other = weight.shape[:2]
        sizes = (one, other) if transposed else (other, one)
        spec = ConvSpec.of(*sizes, weight.shape[2:], transposed=transposed)
        numbers = np.zeros(spec.out_channels) if bias is None else finite(bias.values(), "bias")
        return Convolution(spec, finite(weight.values(), "weight"), numbers)

    return f"ConvTranspose{rank}d" if transposed else f"Conv{rank}d", build, ""


def _of_graph(graph: Graph) -> tuple[FoundLayer, ...]:
    """Return the operations that values flow through; what is made of the file's numbers alone is none of them."""
    constants, found = dict[str, Tensor](graph.tensors), list[FoundLayer]()
    rank = next((len(shape) - 2 for shape in graph.inputs.values() if shape is not None and len(shape) > 2), 2)
    sized = set[str]()
    for number, node in enumerate(graph.nodes):
        folded = folding(node, constants)
        if folded is not None:
            constants[node.outputs[0]] = folded
            continue
        # What follows from sizes alone is reckoned once there is an input.
        of_sizes = node.op_type == "Shape" or _known(node, constants.keys() | sized)
        if of_sizes:
            sized.update(node.outputs)
        found.append(_of_node(number, NodeOperation(node, graph, constants), rank, of_sizes=of_sizes))
    return tuple(found)


def _known(node: Node, names: Set[str]) -> bool:
    """Whether a node reckons with numbers of these names alone."""
    return operation(node.op_type) is not None and all(name in names for name in node.inputs if name)


def _of_node(number: int, own: NodeOperation, rank: int, *, of_sizes: bool) -> FoundLayer:
    node, constants = own.node, own.constants
    held = [constants[name] for name in node.inputs if name in constants]
    name = node.name or (held[0].name.rpartition(".")[0] if held else "") or f"{node.op_type}_{number}"
    kind = kind_of_onnx(node.op_type)

    def build() -> Layer | tuple[Layer, ...]:
        assert kind is not None
        arrays = tuple(constants[n].values() if n in constants else None for n in node.inputs)
        first, *others = arrays or (None,)
        if first is not None:
            others = [array for array in others if array is not None]
        return kind.from_onnx(OnnxNode(node.op_type, node.attributes, tuple(others), rank, first))

    shapes = {tensor.name.rpartition(".")[2]: tensor.shape for tensor in held}
    unread = not of_sizes and not is_read(node.op_type)
    reason = tr("the operator {name} is not read", name=node.op_type) if unread else ""
    parameters = sum(tensor.size for tensor in held if tensor.dtype.startswith(("float", "bfloat")))
    flowing = tuple(n for n in node.inputs if n and n not in constants)
    made, *others = node.outputs or ("",)
    built = None if kind is None else build
    return FoundLayer(name, node.op_type, shapes, parameters, reason, True, flowing, made, tuple(others), own, built)


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
        said = trn(
            "{name} takes {n} channel and the input has {channels}: each filter is shown with the part of its weights "
            "that fits.",
            "{name} takes {n} channels and the input has {channels}: each filter is shown with the part of its weights "
            "that fits.",
            layer.spec.in_channels, name=found.name, channels=channels,
        )  # fmt: skip
        layer = _with_channels(layer, channels)
    changed = replace(document, layers=(layer,), sources=(), view=View(scene=document.view.scene))
    changed.layer.output_shape(changed.shapes[0])
    return changed, said


def _with_channels(layer: Convolution, channels: int) -> Convolution:
    """Return a layer for so many channels: weights of others are left out, or are 0."""
    spec, weight = layer.spec, layer.weight
    if spec.groups == spec.in_channels == 1 and not spec.transposed and spec.out_channels % channels == 0:
        # One weight a channel: each filter looks at one channel of its own.
        return replace(layer, spec=replace(spec, in_channels=channels, groups=channels))
    count, each = spec.out_channels, spec.in_channels // spec.groups
    if spec.transposed:
        # Input channels come first, and of a group only its own outputs are there.
        grouped = weight.reshape(spec.groups, each, count // spec.groups, *spec.kernel_size)
        weight = grouped.swapaxes(1, 2).reshape(count, each, *spec.kernel_size)
    taken = np.zeros((count, channels, *spec.kernel_size))
    both = min(channels, each)
    taken[:, :both] = weight[:, :both]
    weight = np.ascontiguousarray(taken.swapaxes(0, 1)) if spec.transposed else taken
    return replace(layer, spec=replace(spec, in_channels=channels, groups=1), weight=weight)


@dataclass(frozen=True, eq=False)
class Laid:
    """Layers of a file on an input.

    Attributes
    ----------
    document : Document
        With the layers in place of its own.
    said : str
        Where they stop and why; "" if all of them are there.
    parts : tuple of range
        For each layer of the file the indices of those that it was made of: none for what is missing, and for what
        only says where values lie.
    """

    document: Document
    said: str
    parts: tuple[range, ...]

    @property
    def reached(self) -> int:
        """The last layer of the file that something was made of; -1 if there is none."""
        return max((n for n, part in enumerate(self.parts) if part), default=-1)


def chain(document: Document, found: Sequence[FoundLayer], before: Sequence[Layer] = ()) -> tuple[Document, str]:
    """Put layers of a file on the document's input; return the document and what is said, as `laid` does."""
    made = laid(document, found, before)
    return made.document, made.said


def laid(document: Document, found: Sequence[FoundLayer], before: Sequence[Layer] = ()) -> Laid:
    """Put layers of a file on the document's input, as far as they go: as the file's graph has them, or in a row.

    Parameters
    ----------
    before : sequence of Layer, optional
        Layers that the input goes through first, such as those of a `Scaling`.

    Raises
    ------
    SpecError
        If not even the first can be made.
    """
    if len(document.sample.spatial) != 1 or not (found and found[0].operation is not None):
        return _as_far(document, found, before)
    try:
        made = _as_far(document, found, before)
    except SpecError as error:
        row = _in_a_row(document, found, before, -1)
        if row is None:
            raise error from None
        return row
    return (_in_a_row(document, found, before, made.reached) or made) if made.said else made


def _in_a_row(document: Document, found: Sequence[FoundLayer], before: Sequence[Layer], reached: int) -> Laid | None:
    """Put layers on a signal as a picture of one row, where they go further there than they `reached`; otherwise None.

    Exporters write convolutions of one axis with two, of which the first is one row.
    """
    try:
        row = _as_far(replace(document, sample=_one_row(document.sample)), found, before)
    except SpecError:
        return None
    return row if row.reached > reached else None


def _one_row(sample: Sample) -> Sample:
    """Return a signal as a picture of one row."""
    spacing, units = (1.0, *sample.spacing), ("px", *sample.units)
    return Sample(
        sample.data[:, None], sample.name, sample.source, sample.channels, spacing, sample.nonfinite, sample.note, units
    )


def _as_far(document: Document, found: Sequence[FoundLayer], before: Sequence[Layer]) -> Laid:
    """Put layers of a file on an input as far as they go."""
    building, said, parts = Building([document.sample.data.shape]), "", list[range]()
    for scaling in before:
        building.add((scaling,), (len(building.layers),))
    put = _following(found, building) if found and found[0].operation is not None else _named(found, building)
    for layer in found:
        first = len(building.layers)
        reason, ends = _why_not(put, layer)
        parts.append(range(first, len(building.layers)))
        building.call(parts[-1], layer.name)
        said = said or reason
        if ends:
            break
    if len(building.layers) == len(before):
        raise SpecError("network", said or tr("nothing in it computes anything."))
    view = View(scene=document.view.scene)
    made = replace(document, layers=tuple(building.layers), sources=tuple(building.sources), view=view)
    return Laid(made, said, (*parts, *[range(0)] * (len(found) - len(parts))))


Put: TypeAlias = Callable[[FoundLayer], None]


def _why_not(put: Put, layer: FoundLayer) -> tuple[str, bool]:
    """Put a layer; return why it cannot be, or nothing, and whether none that follows can be."""
    try:
        put(layer)
    except SpecError as error:
        reason = error.problem if error.field in (layer.name, "operator") else refusal(error)
        return tr("The chain stops before {name}: {reason}", name=layer.name, reason=reason), not layer.reads
    except TooManyLayersError as error:
        return str(error), True
    return "", False


def _named(found: Sequence[FoundLayer], building: Building) -> Put:
    """Return what puts layers behind the values that they name, or behind the last one."""
    numbers = {found[0].reads[0]: len(building.layers)} if found and found[0].reads else {}

    def put(layer: FoundLayer) -> None:
        reads = _numbers_of(layer, numbers, len(building.layers))
        # What follows from a value that is missing is missing, too.
        if reads is not None:
            number = building.add(layer.layers(), reads)
            if layer.makes:
                numbers[layer.makes] = number

    return put


def _following(found: Sequence[FoundLayer], building: Building) -> Put:
    """Return what follows the nodes of a graph; the last value comes to stand as ONNX has it."""
    first = found[0].operation
    assert first is not None
    tracing = Tracing(first.graph, dict(first.constants), building, len(building.layers))

    def put(layer: FoundLayer) -> None:
        assert layer.operation is not None
        layer.operation.follow(tracing, last=layer is found[-1])

    return put


def _numbers_of(layer: FoundLayer, numbers: Mapping[str, int], last: int) -> tuple[int, ...] | None:
    """Return the values that a layer reads; None if one of them is not there."""
    if not layer.reads:
        return (last,)
    return tuple(numbers[name] for name in layer.reads) if all(name in numbers for name in layer.reads) else None


def looked_at_first(document: Document) -> Document:
    """Look at layers as one does first: at several as a network, where its last block is, at one by its maps."""
    layers = len(document.layers)
    document = document.with_view(replace(document.view, layer=layers - 1))
    wanted = scene("network" if layers > 1 else "maps")
    chosen = fitting(document) if reason_against(wanted, document) else wanted
    return document.with_view(replace(document.view, scene=chosen.id, step=chosen.first_step(document)))
