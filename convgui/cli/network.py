"""convgui network: list the layers that stand in a file of trained weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from convgui.cli.arguments import EXITS, OneSentence, UsageError, plain, typed_sizes
from convgui.cli.weight_differences import print_differences
from convgui.core.receptive import Number
from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.json_text import json_text
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.layers import choice
from convgui.layers.layer import Shape
from convgui.model.document import Document
from convgui.model.paths import widest_fields
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.model.totals import Totals, totals
from convgui.session.architectures import Architecture, recognised
from convgui.session.found_layer import FoundLayer, summary
from convgui.session.trained import found_layers, laid
from convgui.words import tr, trn

LONGEST_NAME = 40
SIDES = {1: (16_384,), 2: (224, 224), 3: (64, 64, 64)}
"""Sides of the input for which costs are told where neither the file nor the user says which, by the number of axes."""


@dataclass(frozen=True)
class Told:
    """What a layer of a file makes of an input of some size; None where it cannot be made."""

    shape: Shape | None = None
    multiply_adds: int | None = None
    field: tuple[Number, ...] | None = None


@dataclass(frozen=True)
class Counted:
    """A file's layers on an input: of what size, what each makes, and where they stop."""

    input: Shape | None
    layers: tuple[Told, ...]
    totals: Totals | None = None
    stops: str = ""


def network(arguments: list[str]) -> int:
    """List a file's layers; returns the exit status."""
    chosen = network_parser().parse_args(arguments)
    file = read_weights(chosen.file)
    if chosen.against is not None:
        return print_differences(file, read_weights(chosen.against), as_json=chosen.json)
    layers = found_layers(file)
    known = recognised(layers)
    # What stands between the layers that have weights is told by the network's name.
    layers = layers if known is None else known.layers
    sides = None if chosen.size is None else typed_sizes("--size", chosen.size)
    counted = _counted(file, layers, sides if sides is not None or known is None else known.size or None)
    if chosen.json:
        print(json_text(_as_json(file, layers, known, counted), indent=2))
    else:
        for line in _lines(file, layers, known, counted):
            print(line)
    return 0


def network_parser() -> OneSentence:
    """Build the parser of ``convgui network``."""
    parser = OneSentence(
        "network",
        tr(
            "List the layers in a file of trained weights: safetensors, PyTorch's .pt and .pth, ONNX, Keras, .npz. "
            "Nothing in the file is executed."
        ),
        tr(EXITS),
    )
    parser.add_argument("file", metavar="FILE", help=tr("the file of weights"))
    parser.add_argument("--json", action="store_true", help=tr("as JSON"))
    parser.add_argument("--against", metavar="OTHER", help=tr("another such file; lists how its weights differ"))
    parser.add_argument("--size", metavar="HxW", help=tr("the input's size for which shapes and costs are told"))
    return parser


def _counted(file: WeightFile, layers: tuple[FoundLayer, ...], sides: Shape | None) -> Counted:
    shape = _input_shape(layers, sides)
    if shape is None:
        return Counted(None, tuple(Told() for _ in layers))
    counted = _on(file, layers, shape)
    # A sound of one axis may become a picture further on: then it is one of one channel from the first layer on.
    wider = _on(file, layers, (1, *shape)) if counted.stops and len(shape) == 2 else counted
    return counted if wider.stops else wider


def _on(file: WeightFile, layers: tuple[FoundLayer, ...], shape: Shape) -> Counted:
    nothing = tuple(Told() for _ in layers)
    sample = Sample(np.broadcast_to(np.float32(0), shape), file.name)
    blank = Document(sample, (choice("identity").build(shape),))
    try:
        made = laid(blank, layers)
    except SpecError as error:
        return Counted(shape, nothing, stops=refusal(error))
    document, fields = made.document, widest_fields(made.document)
    incoming = document.incoming
    told = []
    for part in made.parts:
        if not part:
            told.append(Told())
            continue
        cost = sum(document.layers[n].multiply_adds(incoming[n]) for n in part)
        field = fields[part[-1] + 1]
        told.append(Told(document.shapes[part[-1] + 1], cost, None if field is None else field.size))
    try:
        found: Totals | None = totals(document)
    except SpecError:
        # Ways of different strides meet: there is no field.
        found = None
    return Counted(shape, tuple(told), found, made.said)


def _input_shape(layers: tuple[FoundLayer, ...], sides: Shape | None) -> Shape | None:
    """Return ``(C, *spatial)`` that a network takes, as far as its file or its first convolution tells."""
    told = layers[0].operation if layers else None
    declared = next(iter(told.graph.inputs.values()), None) if told is not None else None
    if declared is not None and len(declared) > 2:
        channels, *rest = (n if isinstance(n, int) and n > 0 else 0 for n in declared[1:])
        asked = sides if sides is not None else SIDES.get(len(rest), ())
        within = [n or m for n, m in zip(rest, asked, strict=True)] if len(asked) == len(rest) else rest
        return (channels, *within) if channels and all(within) else None
    first = next((layer for layer in layers if layer.convolves), None)
    weight = first.shapes.get("weight", first.shapes.get("")) if first is not None else None
    if first is None or weight is None:
        return None
    spatial = sides if sides is not None else SIDES[len(weight) - 2]
    if len(spatial) != len(weight) - 2:
        raise UsageError(tr("--size has {n} sides, and the network slides along {m}.", n=len(spatial),
                            m=len(weight) - 2))  # fmt: skip
    return (weight[0] if "Transpose" in first.kind else weight[1], *spatial)


def _as_json(
    file: WeightFile, layers: tuple[FoundLayer, ...], known: Architecture | None, counted: Counted
) -> dict[str, Any]:
    return {
        "file": file.name,
        "form": file.form,
        "network": None if known is None else {"name": known.name, "values": known.expects.id},
        "input": None if counted.input is None else list(counted.input),
        "parameters": sum(layer.parameters for layer in layers),
        "totals": None if counted.totals is None else {
            "multiply_adds": counted.totals.multiply_adds,
            "activations": counted.totals.activations,
            "field": _plain(counted.totals.field.size),
        },
        "stops": counted.stops,
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "shapes": {role or "value": list(shape) for role, shape in layer.shapes.items()},
                "parameters": layer.parameters,
                "output": None if told.shape is None else list(told.shape),
                "multiply_adds": told.multiply_adds,
                "field": None if told.field is None else _plain(told.field),
                "supported": not layer.reason,
                "reason": layer.reason,
            }
            for layer, told in zip(layers, counted.layers, strict=True)
        ],
        "unread": dict(file.unread),
    }  # fmt: skip


def _plain(size: tuple[Number, ...]) -> list[float]:
    """Return cells as whole numbers where they are."""
    return [int(n) if n == int(n) else float(n) for n in size]


def _lines(file: WeightFile, layers: tuple[FoundLayer, ...], known: Architecture | None, counted: Counted) -> list[str]:
    rows = [
        (
            plain(_short(layer.name)), plain(layer.kind), plain(summary(layer)), f"{layer.parameters:,}",
            "" if told.shape is None else by(told.shape),
            "" if told.multiply_adds is None else f"{told.multiply_adds:,}",
            "" if told.field is None else by(_plain(told.field)), plain(layer.reason),
        )
        for layer, told in zip(layers, counted.layers, strict=True)
    ]  # fmt: skip
    heads = (
        tr("layer"), tr("kind"), tr("tensors"), tr("parameters"), tr("makes"), tr("multiply-adds"), tr("field"), "",
    )  # fmt: skip
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    lines = [
        "  ".join(f"{text:>{width}}" if n in (3, 5) else f"{text:{width}}" for n, (text, width) in
                  enumerate(zip(row, widths, strict=True))).rstrip()
        for row in (heads, *rows)
    ]  # fmt: skip
    lines += [f"{plain(name)}: {plain(why)}" for name, why in file.unread.items()]
    if known is not None:
        words = tr("This is {name}; it was trained on {expects}.", name=known.name, expects=known.expects.formula)
        lines.append(f"{words} (--values {known.expects.id})")
    lines += [counted.stops] if counted.stops else []
    readable = sum(not layer.reason for layer in layers)
    lines.append(trn(
        "{form}: {n:,} layer, {made:,} of them can be shown, {parameters:,} parameters",
        "{form}: {n:,} layers, {made:,} of them can be shown, {parameters:,} parameters",
        len(layers), form=file.form, made=readable, parameters=sum(layer.parameters for layer in layers),
    ))  # fmt: skip
    if counted.input is not None and counted.totals is not None:
        found = counted.totals
        lines.append(tr(
            "on {input}: {cost:,} multiply-adds, {cells:,} activations, a field of {field}",
            input=by(counted.input), cost=found.multiply_adds, cells=found.activations,
            field=by(_plain(found.field.size)),
        ))  # fmt: skip
    return lines


def _short(name: str) -> str:
    """Leave the middle of a long name out."""
    half = LONGEST_NAME // 2 - 1
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
