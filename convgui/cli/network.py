"""convgui network: list the layers that stand in a file of trained weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convgui.cli.arguments import EXITS, OneSentence, plain
from convgui.files.json_text import json_text
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.session.architectures import recognised
from convgui.session.trained import FoundLayer, found_layers, summary
from convgui.words import tr

LONGEST_NAME = 40


def network(arguments: list[str]) -> int:
    """List a file's layers; returns the exit status."""
    chosen = network_parser().parse_args(arguments)
    file = read_weights(Path(chosen.file))
    layers = found_layers(file)
    if chosen.json:
        print(json_text(_as_json(file, layers), indent=2))
    else:
        for line in _lines(file, layers):
            print(line)
    return 0


def network_parser() -> OneSentence:
    """Build the parser of ``convgui network``."""
    parser = OneSentence(
        "network",
        tr(
            "List the layers in a file of trained weights: safetensors, PyTorch's .pt and .pth, ONNX, .npz. "
            "Nothing in the file is executed."
        ),
        tr(EXITS),
    )
    parser.add_argument("file", metavar="FILE", help=tr("the file of weights"))
    parser.add_argument("--json", action="store_true", help=tr("as JSON"))
    return parser


def _as_json(file: WeightFile, layers: tuple[FoundLayer, ...]) -> dict[str, Any]:
    known = recognised(layers)
    return {
        "file": file.name,
        "form": file.form,
        "network": None if known is None else {"name": known.name, "values": known.expects.id},
        "parameters": sum(layer.parameters for layer in layers),
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "shapes": {role or "value": list(shape) for role, shape in layer.shapes.items()},
                "parameters": layer.parameters,
                "supported": not layer.reason,
                "reason": layer.reason,
            }
            for layer in layers
        ],
        "unread": dict(file.unread),
    }


def _lines(file: WeightFile, layers: tuple[FoundLayer, ...]) -> list[str]:
    rows = [(_short(layer.name), layer.kind, summary(layer), f"{layer.parameters:,}", layer.reason) for layer in layers]
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(4)]
    lines = [
        f"{plain(name):{widths[0]}}  {plain(kind):{widths[1]}}  {plain(shape):{widths[2]}}  {count:>{widths[3]}}  "
        f"{plain(reason)}".rstrip()
        for name, kind, shape, count, reason in rows
    ]
    lines += [f"{plain(name)}: {plain(why)}" for name, why in file.unread.items()]
    readable = sum(not layer.reason for layer in layers)
    total = tr(
        "{form}: {layers:,} layers, {made:,} of them can be shown, {parameters:,} parameters",
        form=file.form, layers=len(layers), made=readable, parameters=sum(layer.parameters for layer in layers),
    )  # fmt: skip
    known = recognised(layers)
    if known is not None:
        words = tr("This is {name}; it was trained on {expects}.", name=known.name, expects=known.expects.formula)
        lines.append(f"{words} (--values {known.expects.id})")
    return [*lines, total]


def _short(name: str) -> str:
    """Leave the middle of a long name out."""
    half = LONGEST_NAME // 2 - 1
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
